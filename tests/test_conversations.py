"""Conversations, containers and their files on the wire, in both colours: what is sent, what is refused, what comes."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.canned import Answer, Connect, Wire, done, listed, parts, status
from typed_openai import NULL, AsyncOpenAI, InternalServerError, NotFoundError, OpenAI, RequestValidationError
from typed_openai.local import LocalServer
from typed_openai.models.responses.image_calls import ImageGenerationCall
from typed_openai.models.responses.items import Message, ResponseFunctionToolCallItem
from typed_openai.models.responses.outputs import UnknownItem

CONVERSATION = {"id": "conv_1", "object": "conversation", "created_at": 1, "metadata": {"a": "b"}}
CALL = {"type": "function_call", "id": "fc_1", "call_id": "call_1", "name": "f", "arguments": "{}", "status": "x"}
TEXT = {"type": "output_text", "text": "Hello", "annotations": [], "logprobs": []}
MESSAGE = {"type": "message", "id": "msg_1", "role": "critic", "status": "completed", "content": [TEXT]}
FILE = {
    "id": "cfile_1",
    "object": "container.file",
    "container_id": "cntr_1",
    "created_at": 1,
    "bytes": 1,
    "path": "/mnt/data/a",
    "source": "user",
}
CONTAINER = {"id": "cntr_1", "object": "container", "name": "box", "created_at": 1, "status": "running"}


def items(*data: dict[str, Any], has_more: bool = False) -> Answer:
    ends = {"first_id": data[0]["id"], "last_id": data[-1]["id"]}
    return status(200, {"object": "list", "data": list(data), **ends, "has_more": has_more})


# --- conversations ---------------------------------------------------------------------------------------------------


async def test_a_conversation_begins_with_items_and_notes(connect: Connect) -> None:
    wire = Wire(status(200, CONVERSATION))
    given = [{"type": "message", "role": "user", "content": "Hi"}]
    made = await done(connect(wire).conversations.create(items=iter(given), metadata={"a": "b"}))
    assert (wire.request.method, wire.request.url.path) == ("POST", "/v1/conversations")
    assert wire.body == {"items": given, "metadata": {"a": "b"}}
    assert (made.id, made.metadata, made.issues) == ("conv_1", {"a": "b"}, ())


async def test_an_empty_conversation_is_an_empty_object(connect: Connect) -> None:
    wire = Wire(status(200, CONVERSATION))
    client = connect(wire)
    await done(client.conversations.create())
    assert wire.body == {}
    await done(client.conversations.create(items=NULL, metadata=None))
    assert wire.body == {"items": None}


async def test_what_the_items_shall_bring_travels_in_the_query(connect: Connect) -> None:
    wire = Wire(items(MESSAGE))
    added = await done(
        connect(wire).conversations.items.create(
            "conv_1", items=[{"role": "user", "content": "Hi"}], include=["message.output_text.logprobs"]
        )
    )
    assert wire.request.url.path == "/v1/conversations/conv_1/items"
    assert dict(wire.request.url.params) == {"include[]": "message.output_text.logprobs"}
    assert list(wire.body) == ["items"]
    assert (added.first_id, added.data[0].role) == ("msg_1", "critic")


@pytest.mark.parametrize(
    ("item", "kind"),
    [
        (MESSAGE, Message),
        (CALL, ResponseFunctionToolCallItem),
        ({"type": "dream", "id": "dr_1", "of": "tea"}, UnknownItem),
        ({"type": "image_generation_call", "id": "ig_1", "status": "failed", "result": None}, ImageGenerationCall),
    ],
)
async def test_an_item_is_told_apart_by_its_type(connect: Connect, item: dict[str, Any], kind: type[Any]) -> None:
    wire = Wire(status(200, item))
    found = await done(connect(wire).conversations.items.retrieve("x_1", conversation_id="conv_1"))
    assert wire.request.url.path == "/v1/conversations/conv_1/items/x_1"
    assert type(found) is kind
    assert (found.model_dump(), found.meta.status, found.issues) == (item, 200, ())


async def test_an_item_that_deviates_is_read_and_says_where(connect: Connect) -> None:
    wire = Wire(status(200, {**CALL, "arguments": {"a": 1}}))
    found = await done(connect(wire).conversations.items.retrieve("fc_1", conversation_id="conv_1"))
    assert isinstance(found, ResponseFunctionToolCallItem)
    assert [issue.pointer for issue in found.issues] == ["/arguments"]


async def test_items_are_listed_over_all_pages(connect: Connect) -> None:
    wire = Wire(items(MESSAGE, CALL, has_more=True), items({**MESSAGE, "id": "msg_2"}))
    page = await done(connect(wire).conversations.items.list("conv_1", limit=2, order="asc"))
    assert [item.id for item in await listed(page)] == ["msg_1", "fc_1", "msg_2"]
    assert dict(wire.last.url.params) == {"limit": "2", "order": "asc", "after": "fc_1"}


async def test_items_that_came_are_sent_back_without_what_only_answers_have(connect: Connect) -> None:
    wire = Wire(items({**CALL, "created_by": "me", "status": "completed"}), status(200, CONVERSATION))
    client = connect(wire)
    page = await done(client.conversations.items.list("conv_1"))
    await done(client.conversations.create(items=page.data))
    (sent,) = wire.body["items"]
    assert sent["call_id"] == "call_1"
    assert "created_by" not in sent


@pytest.mark.parametrize(
    ("operation", "arguments", "said"),
    [
        ("create", {"items": [{"role": "user", "content": "x"}] * 21}, "items"),
        ("create", {"items": [{"role": "robot", "content": "x"}]}, "items"),
        ("create", {"metadata": {str(number): "x" for number in range(17)}}, "metadata"),
        ("create", {"item": []}, "did you mean 'items'"),
        ("update", {"conversation_id": "conv_1"}, "metadata"),
        ("retrieve", {"conversation_id": ""}, "conversation_id"),
    ],
)
async def test_what_a_conversation_cannot_be_is_refused(
    connect: Connect, operation: str, arguments: dict[str, Any], said: str
) -> None:
    wire = Wire(status(200, CONVERSATION))
    with pytest.raises(RequestValidationError, match=said):
        await done(getattr(connect(wire).conversations, operation)(**arguments))
    assert wire.requests == []


# --- containers ------------------------------------------------------------------------------------------------------


async def test_a_container_is_described_as_it_was_made(connect: Connect) -> None:
    policy = {"type": "allowlist", "allowed_domains": ["example.com"]}
    answer = {**CONTAINER, "memory_limit": "4g", "network_policy": policy}
    wire = Wire(status(200, answer))
    expires = {"anchor": "last_active_at", "minutes": 5}
    made = await done(
        connect(wire).containers.create(
            name="box", memory_limit="4g", network_policy=policy, expires_after={"minutes": 5}
        )
    )
    assert wire.body == {"name": "box", "memory_limit": "4g", "network_policy": policy, "expires_after": expires}
    assert made.network_policy.allowed_domains == ["example.com"]
    assert made.model_dump() == answer


async def test_a_file_is_sent_as_a_form_and_an_uploaded_one_by_its_id_in_json(connect: Connect) -> None:
    wire = Wire(status(200, FILE))
    client = connect(wire)
    await done(client.containers.files.create("cntr_1", file=("a.csv", b"a\r\n\x00")))
    assert [(part[0], part[1], part[3]) for part in parts(wire.last)] == [("file", "a.csv", b"a\r\n\x00")]
    await done(client.containers.files.create("cntr_1", file_id="file-1"))
    assert (wire.body, wire.last.headers["content-type"]) == ({"file_id": "file-1"}, "application/json")


async def test_the_content_of_a_file_comes_as_it_is(connect: Connect) -> None:
    content = b"\x00\xff{}"
    wire = Wire(status(200, content=content))
    found = await done(connect(wire).containers.files.content.retrieve("cfile_1", container_id="cntr_1"))
    assert found.content == content
    assert wire.request.url.path == "/v1/containers/cntr_1/files/cfile_1/content"
    assert wire.request.headers["accept"] == "application/binary"


@pytest.mark.parametrize("content", [b"", b'{"deleted": true}', b"gone"])
async def test_deleting_gives_nothing_whatever_the_server_says(connect: Connect, content: bytes) -> None:
    wire = Wire(status(200, content=content))
    client = connect(wire)
    assert await done(client.containers.delete("cntr_1")) is None
    assert await done(client.containers.files.delete("cfile_1", container_id="cntr_1")) is None
    assert [request.method for request in wire.requests] == ["DELETE", "DELETE"]


async def test_a_container_that_is_gone_and_a_server_in_trouble_are_errors(connect: Connect) -> None:
    for code, kind in ((404, NotFoundError), (500, InternalServerError)):
        wire = Wire(status(code, {"error": {"message": "no"}}))
        with pytest.raises(kind):
            await done(connect(wire, max_retries=0).containers.retrieve("cntr_1"))


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({}, "name"),
        ({"name": "x", "memory_limit": "2g"}, "memory_limit"),
        ({"name": "x", "network_policy": {"type": "allowlist", "allowed_domains": []}}, "allowed_domains"),
        ({"name": "x", "skills": [{"type": "skill_reference", "skill_id": ""}]}, "skill_id"),
        ({"name": "x", "expires_after": {"minutes": "5"}}, "minutes"),
    ],
)
async def test_what_a_container_cannot_be_is_refused(connect: Connect, arguments: dict[str, Any], said: str) -> None:
    wire = Wire(status(200, CONTAINER))
    with pytest.raises(RequestValidationError, match=said):
        await done(connect(wire).containers.create(**arguments))
    assert wire.requests == []


# --- against the local server ----------------------------------------------------------------------------------------


async def test_a_response_goes_on_in_a_conversation(connect: Connect) -> None:
    with LocalServer() as server:
        client: Any = (AsyncOpenAI if connect.is_async else OpenAI)(base_url=server.base_url)
        conversation = await done(client.conversations.create())
        response = await done(
            client.responses.create(model="gpt-4o", conversation=conversation.id, input="When is tea?")
        )
        found = await listed(client.conversations.items.list(conversation.id, order="asc"))
        assert [json.loads(item.to_json())["role"] for item in found] == ["user", "assistant"]
        assert found[-1].id == response.output[0].id
        copy = await done(client.conversations.create(items=found))
        assert len(await listed(client.conversations.items.list(copy.id))) == 2
        await done(client.close())
