"""Assistants, threads and messages over conversations: both ways through, with what those have no place for."""

from __future__ import annotations

from typing import Any

import pytest

from tests.bridge.conftest import FAST, Bridged
from tests.canned import done, listed
from typed_openai import NULL, NotFoundError, RequestValidationError
from typed_openai.errors import BadRequestError

PIXEL = "data:image/gif;base64,R0lGODlhAQABAAAAACwAAAAAAQABAAA="


async def upload(bridged: Bridged, name: str = "a.md", content: bytes = b"# Tea\nTea is hot.") -> str:
    return str((await done(bridged.client.files.create(file=(name, content), purpose="assistants"))).id)


# -- assistants --------------------------------------------------------------------------------------------------------


async def test_assistants_are_kept_here_and_nothing_is_sent(bridged: Bridged) -> None:
    assistants = bridged.client.beta.assistants
    made = await done(
        assistants.create(
            model="gpt-4o", name="A", tools=[{"type": "code_interpreter"}], metadata={"a": "b"}, temperature=0.5
        )
    )
    assert (made.object, made.name, made.tools[0].type, made.issues) == ("assistant", "A", "code_interpreter", ())
    assert made.created_at > 0
    changed = await done(assistants.update(made.id, name="B", metadata=NULL))
    assert (changed.id, changed.name, changed.metadata, changed.temperature) == (made.id, "B", {}, 0.5)
    assert await done(assistants.retrieve(made.id)) == changed
    other = await done(assistants.create(model="gpt-4o"))
    assert [each.id for each in await listed(assistants.list(limit=1))] == [other.id, made.id]
    assert (await done(assistants.delete(made.id))).deleted
    with pytest.raises(NotFoundError, match=r"beta\.assistants\.create"):
        await done(assistants.retrieve(made.id))
    assert bridged.asked() == []


async def test_a_vector_store_that_is_described_is_made(bridged: Bridged) -> None:
    file = await upload(bridged)
    given = {"file_search": {"vector_stores": [{"file_ids": [file]}]}}
    assistant = await done(
        bridged.client.beta.assistants.create(model="gpt-4o", tools=[{"type": "file_search"}], tool_resources=given)
    )
    (store,) = assistant.tool_resources.file_search.vector_store_ids
    assert (await done(bridged.client.vector_stores.retrieve(store))).file_counts.total == 1
    await bridged.run(await bridged.thread("Hello"), assistant.id)
    assert bridged.sent("/v1/responses")["tools"] == [{"type": "file_search", "vector_store_ids": [store]}]


# -- threads -----------------------------------------------------------------------------------------------------------


async def test_a_thread_is_a_conversation(bridged: Bridged) -> None:
    thread = await done(bridged.threads.create(metadata={"a": "b"}))
    assert (thread.object, thread.metadata, thread.issues) == ("thread", {"a": "b"}, ())
    assert (await done(bridged.client.conversations.retrieve(thread.id))).metadata == {"a": "b"}
    changed = await done(bridged.threads.update(thread.id, metadata={"c": "d"}))
    assert (changed.metadata, changed.created_at) == ({"c": "d"}, thread.created_at)
    files = {"code_interpreter": {"file_ids": [await upload(bridged)]}}
    changed = await done(bridged.threads.update(thread.id, tool_resources=files))
    assert (changed.metadata, changed.tool_resources.model_dump(exclude_none=True)) == ({"c": "d"}, files)
    assert await done(bridged.threads.retrieve(thread.id)) == changed
    assert (await done(bridged.threads.delete(thread.id))).deleted
    with pytest.raises(NotFoundError):
        await done(bridged.threads.retrieve(thread.id))


async def test_a_thread_may_begin_with_many_messages(bridged: Bridged) -> None:
    texts = [str(number) for number in range(45)]
    thread = await bridged.thread(*texts)
    assert [text for _, text in await bridged.texts(thread)] == texts
    newest = await done(bridged.threads.messages.list(thread, limit=2))
    assert ([each.text for each in newest.data], newest.has_more) == (["44", "43"], True)


# -- messages ----------------------------------------------------------------------------------------------------------


async def test_content_comes_back_as_it_went_in(bridged: Bridged) -> None:
    picture = await upload(bridged, "a.png", b"png")
    content = [
        {"type": "text", "text": "What is in these?"},
        {"type": "image_file", "image_file": {"file_id": picture, "detail": "low"}},
        {"type": "image_url", "image_url": {"url": PIXEL, "detail": "auto"}},
    ]
    thread = await bridged.thread()
    made = await done(bridged.threads.messages.create(thread, role="user", content=content, metadata={"topic": "cats"}))
    assert (made.role, made.thread_id, made.metadata, made.issues) == ("user", thread, {"topic": "cats"}, ())
    assert [block.as_input() if block.type == "text" else block.model_dump() for block in made.content] == content
    assert await done(bridged.threads.messages.retrieve(made.id, thread_id=thread)) == made
    assert (await listed(bridged.threads.messages.list(thread))) == [made]


async def test_words_can_be_put_into_the_mouth_of_the_assistant(bridged: Bridged) -> None:
    thread = await bridged.thread("Hello")
    parts = [{"type": "text", "text": "Good"}, {"type": "text", "text": "day"}]
    made = await done(bridged.threads.messages.create(thread, role="assistant", content=parts))
    assert (made.role, made.text, made.content[0].text.annotations) == ("assistant", "Good\n\nday", [])
    items = await listed(bridged.client.conversations.items.list(thread))
    assert [part.type for part in items[0].content] == ["output_text", "output_text"]


async def test_notes_on_a_message_are_replaced_and_messages_deleted(bridged: Bridged) -> None:
    messages = bridged.threads.messages
    thread = await bridged.thread("Hello", "World")
    newest = (await listed(messages.list(thread)))[0]
    changed = await done(messages.update(newest.id, thread_id=thread, metadata={"a": "b"}))
    assert (changed.metadata, changed.text, changed.created_at) == ({"a": "b"}, "World", newest.created_at)
    assert await done(messages.retrieve(newest.id, thread_id=thread)) == changed
    deleted = await done(messages.delete(newest.id, thread_id=thread))
    assert (deleted.id, deleted.deleted, deleted.object) == (newest.id, True, "thread.message.deleted")
    assert await bridged.texts(thread) == [("user", "Hello")]


async def test_messages_are_listed_from_where_to_where(bridged: Bridged) -> None:
    thread = await bridged.thread(*"abcde")
    everything = await listed(bridged.threads.messages.list(thread, order="asc"))
    ids = [message.id for message in everything]

    async def texts(**query: Any) -> str:
        return "".join([each.text for each in (await done(bridged.threads.messages.list(thread, **query))).data])

    assert await texts(order="asc", after=ids[0], before=ids[3]) == "bc"
    assert await texts(order="desc", after=ids[3]) == "cba"
    assert await texts(order="asc", limit=2) == "ab"
    with pytest.raises(BadRequestError, match="must be from 1 to 100"):
        await texts(limit=101)


async def test_a_message_that_came_past_the_bridge_is_a_message(bridged: Bridged) -> None:
    thread = await bridged.thread()
    await done(bridged.client.responses.create(model="gpt-4o", conversation=thread, input="Hello"))
    messages = await listed(bridged.threads.messages.list(thread, order="asc"))
    assert [(each.role, each.run_id, each.created_at) for each in messages] == [
        ("user", None, 0),
        ("assistant", None, 0),
    ]


# -- files -------------------------------------------------------------------------------------------------------------


async def test_attachments_are_seen_by_the_tools_that_may(bridged: Bridged) -> None:
    code, both = await upload(bridged, "a.csv"), await upload(bridged, "b.md")
    attachments = [
        {"file_id": code, "tools": [{"type": "code_interpreter"}]},
        {"file_id": both, "tools": [{"type": "code_interpreter"}, {"type": "file_search"}]},
    ]
    message = {"role": "user", "content": "Look", "attachments": attachments}
    thread = (await done(bridged.threads.create(messages=[message]))).id
    resources = (await done(bridged.threads.retrieve(thread))).tool_resources
    assert resources.code_interpreter.file_ids == [code, both]
    (store,) = resources.file_search.vector_store_ids
    expires = (await done(bridged.client.vector_stores.retrieve(store))).expires_after
    assert (expires.anchor, expires.days) == ("last_active_at", 7)

    another = await upload(bridged, "c.md")
    more = [{"file_id": another, "tools": [{"type": "file_search"}]}]
    await done(bridged.threads.messages.create(thread, role="user", content="And", attachments=more))
    files = await listed(bridged.client.vector_stores.files.list(store))
    assert {each.id for each in files} == {both, another}
    made = (await listed(bridged.threads.messages.list(thread)))[0]
    assert made.attachments[0].file_id == another

    assistant = await bridged.assistant(tools=[{"type": "code_interpreter"}, {"type": "file_search"}])
    await bridged.run(thread, assistant)
    assert bridged.sent("/v1/responses")["tools"] == [
        {"type": "code_interpreter", "container": {"type": "auto", "file_ids": [code, both]}},
        {"type": "file_search", "vector_store_ids": [store]},
    ]


async def test_file_search_without_files_is_left_out_and_must_not_be_forced(bridged: Bridged) -> None:
    thread, assistant = await bridged.thread("Hello"), await bridged.assistant(tools=[{"type": "file_search"}])
    run = await bridged.run(thread, assistant)
    assert "tools" not in bridged.sent("/v1/responses")
    assert [tool.type for tool in run.tools] == ["file_search"]
    bridged.asked()
    with pytest.raises(RequestValidationError, match="tool_resources") as caught:
        await bridged.run(thread, assistant, tool_choice={"type": "file_search"})
    assert caught.value.faults[0].path == "tool_choice"
    assert bridged.asked() == []


async def test_files_for_one_run_go_before_those_of_the_assistant(bridged: Bridged) -> None:
    one, other = await upload(bridged, "a.csv"), await upload(bridged, "b.csv")
    tools = [{"type": "code_interpreter"}]
    assistant = await bridged.assistant(tools=tools, tool_resources={"code_interpreter": {"file_ids": [one]}})
    await done(
        bridged.threads.create_and_run_poll(
            assistant_id=assistant,
            thread={"messages": [{"role": "user", "content": "Look"}]},
            tool_resources={"code_interpreter": {"file_ids": [other]}},
            wait=FAST,
        )
    )
    assert bridged.sent("/v1/responses")["tools"][0]["container"] == {"type": "auto", "file_ids": [other]}


async def test_an_item_that_is_not_a_message_is_not_found(bridged: Bridged) -> None:
    thread = await bridged.thread("Hello")
    call = {"type": "function_call", "call_id": "call_1", "name": "f", "arguments": "{}"}
    added = await done(bridged.client.conversations.items.create(thread, items=[call]))
    with pytest.raises(NotFoundError, match="is not a message: function_call"):
        await done(bridged.threads.messages.retrieve(added.data[0].id, thread_id=thread))
