"""The local server's assistants, threads and messages: kept, changed, listed, deleted, refused."""

from __future__ import annotations

from typing import Any

import pytest

from tests.local.api import Api, assert_described
from tests.local.multipart import post_form

WEATHER = {
    "type": "function",
    "function": {
        "name": "get_weather",
        "parameters": {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]},
    },
}


def assistant(api: Api, **members: object) -> Any:
    answer = api.post("/assistants", {"model": "local-echo", **members})
    assert answer.status == 200, answer.json
    assert_described(answer.json, "AssistantObject")
    return answer.json


def thread(api: Api, *texts: str, **members: object) -> str:
    messages = [{"role": "user", "content": text} for text in texts]
    answer = api.post("/threads", {"messages": messages, **members})
    assert answer.status == 200, answer.json
    assert_described(answer.json, "ThreadObject")
    return str(answer.json["id"])


def upload(api: Api, name: str, content: bytes) -> str:
    return str(post_form(api, "/files", [("purpose", "assistants")], ("file", name, content)).json["id"])


def test_an_assistant_is_kept_changed_listed_and_deleted(api: Api) -> None:
    made = assistant(api, name="EventKind", instructions="Help.", tools=[WEATHER], metadata={"a": "b"})
    path = f"/assistants/{made['id']}"
    assert api.get(path).json == made
    changed = api.post(path, {"name": "Other", "description": "New"}).json
    assert changed == {**made, "name": "Other", "description": "New"}
    assert api.post(path, {"name": None}).json["name"] is None
    other = assistant(api)
    assert [each["id"] for each in api.get("/assistants").json["data"]] == [other["id"], made["id"]]
    assert api.delete(path).json == {"id": made["id"], "object": "assistant.deleted", "deleted": True}
    assert api.get(path).status == 404


@pytest.mark.parametrize(
    ("members", "param"),
    [
        ({"model": None}, "model"),
        ({"tools": [{"type": "browser"}]}, "tools[0].type"),
        ({"tools": [{"type": "function", "function": {}}]}, "tools[0].function.name"),
        ({"tools": [{"type": "code_interpreter"}] * 129}, "tools"),
        ({"temperature": 3}, "temperature"),
        ({"name": "x" * 257}, "name"),
        ({"response_format": {"type": "xml"}}, "response_format.type"),
        ({"tool_resources": {"code_interpreter": {"file_ids": ["file-none"]}}}, "file_id"),
        ({"tool_resources": {"file_search": {"vector_store_ids": ["vs_none"]}}}, "vector_store_id"),
    ],
)
def test_what_makes_no_assistant_is_refused(api: Api, members: dict[str, object], param: str) -> None:
    answer = api.post("/assistants", {"model": "local-echo", **members})
    assert answer.status in (400, 404)
    assert answer.error["param"] == param


def test_a_thread_keeps_its_messages_in_order(api: Api) -> None:
    made = thread(api, "one", "two", metadata={"a": "b"})
    assert api.get(f"/threads/{made}").json["metadata"] == {"a": "b"}
    third = api.post(f"/threads/{made}/messages", {"role": "assistant", "content": "three"}).json
    assert_described(third, "MessageObject")
    newest = api.get(f"/threads/{made}/messages").json
    assert_described(newest, "ListMessagesResponse")
    assert [each["content"][0]["text"]["value"] for each in newest["data"]] == ["three", "two", "one"]
    oldest = api.get(f"/threads/{made}/messages?order=asc&limit=1").json
    assert [each["content"][0]["text"]["value"] for each in oldest["data"]] == ["one"]
    assert oldest["has_more"]


def test_a_message_is_fetched_changed_and_deleted(api: Api) -> None:
    made = thread(api, "one")
    message = api.get(f"/threads/{made}/messages").json["data"][0]
    path = f"/threads/{made}/messages/{message['id']}"
    assert api.get(path).json == message
    assert api.post(path, {"metadata": {"a": "b"}}).json["metadata"] == {"a": "b"}
    assert api.delete(path).json["object"] == "thread.message.deleted"
    assert api.get(path).status == 404
    assert api.get(f"/threads/{thread(api)}/messages/{message['id']}").status == 404


def test_a_message_may_hold_pictures_and_attachments(api: Api) -> None:
    picture, table = upload(api, "a.png", b"png"), upload(api, "a.csv", b"1,2")
    content = [
        {"type": "text", "text": "Look"},
        {"type": "image_file", "image_file": {"file_id": picture}},
        {"type": "image_url", "image_url": {"url": "https://example.com/a.png", "detail": "low"}},
    ]
    attached = [{"file_id": table, "tools": [{"type": "code_interpreter"}]}]
    made = api.post(f"/threads/{thread(api)}/messages", {"role": "user", "content": content, "attachments": attached})
    assert_described(made.json, "MessageObject")
    assert [block["type"] for block in made.json["content"]] == ["text", "image_file", "image_url"]
    assert made.json["attachments"] == attached


@pytest.mark.parametrize(
    ("body", "param"),
    [
        ({"content": "x"}, "role"),
        ({"role": "system", "content": "x"}, "role"),
        ({"role": "user"}, "content"),
        ({"role": "user", "content": []}, "content"),
        ({"role": "user", "content": [{"type": "audio"}]}, "content[0].type"),
        ({"role": "user", "content": [{"type": "image_file", "image_file": {"file_id": "file-none"}}]}, "file_id"),
        ({"role": "user", "content": "x", "attachments": [{"file_id": "file-none"}]}, "file_id"),
    ],
)
def test_what_makes_no_message_is_refused(api: Api, body: dict[str, object], param: str) -> None:
    answer = api.post(f"/threads/{thread(api)}/messages", body)
    assert answer.status in (400, 404)
    assert answer.error["param"] == param


def test_a_thread_takes_its_messages_along(api: Api) -> None:
    made, kept = thread(api, "one"), thread(api, "two")
    assert api.post(f"/threads/{made}", {"metadata": {"a": "b"}}).json["metadata"] == {"a": "b"}
    assert api.delete(f"/threads/{made}").json == {"id": made, "object": "thread.deleted", "deleted": True}
    assert api.get(f"/threads/{made}/messages").status == 404
    assert len(api.get(f"/threads/{kept}/messages").json["data"]) == 1
