"""Conversations of the local server: items are kept, listed, taken out; a response hears them and adds its own."""

from __future__ import annotations

from typing import Any

import pytest

from tests.local.api import Api, assert_described

CALL = {"type": "function_call", "call_id": "call_1", "name": "f", "arguments": "{}"}


def said(text: str, role: str = "user") -> dict[str, Any]:
    return {"type": "message", "role": role, "content": text}


def made(api: Api, *items: dict[str, Any], **members: Any) -> str:
    answer = api.post("/conversations", {"items": list(items), **members})
    assert_described(answer.json, "ConversationResource")
    identifier: str = answer.json["id"]
    return identifier


def texts(api: Api, identifier: str) -> list[str]:
    """What the messages of a conversation say, oldest first."""
    listing = api.get(f"/conversations/{identifier}/items?order=asc&limit=100").json
    assert_described(listing, "ConversationItemList")
    return [item["content"][0]["text"] for item in listing["data"] if item["type"] == "message"]


def test_a_conversation_is_kept_until_it_is_deleted(api: Api) -> None:
    identifier = made(api, metadata={"topic": "tea"})
    assert api.get(f"/conversations/{identifier}").json["metadata"] == {"topic": "tea"}
    changed = api.post(f"/conversations/{identifier}", {"metadata": {"topic": "rain"}})
    assert_described(changed.json, "ConversationResource")
    assert api.get(f"/conversations/{identifier}").json == changed.json
    gone = api.delete(f"/conversations/{identifier}").json
    assert_described(gone, "DeletedConversationResource")
    for path in (f"/conversations/{identifier}", f"/conversations/{identifier}/items"):
        assert api.get(path).status == 404


def test_items_are_added_at_the_end_and_get_ids(api: Api) -> None:
    identifier = made(api, said("one"))
    answer = api.post(f"/conversations/{identifier}/items", {"items": [said("two", "assistant"), CALL]}).json
    assert_described(answer, "ConversationItemList")
    assert [item["type"] for item in answer["data"]] == ["message", "function_call"]
    assert answer["first_id"] == answer["data"][0]["id"] != answer["last_id"] == answer["data"][1]["id"]
    assert texts(api, identifier) == ["one", "two"]
    item = api.get(f"/conversations/{identifier}/items/{answer['last_id']}").json
    assert_described(item, "ConversationItem")
    assert (item["call_id"], item["status"]) == ("call_1", "completed")


def test_items_are_listed_newest_first_in_pages(api: Api) -> None:
    identifier = made(api, said("one"), said("two"), said("three"))
    page = api.get(f"/conversations/{identifier}/items?limit=2").json
    assert [item["content"][0]["text"] for item in page["data"]] == ["three", "two"]
    assert page["has_more"] is True
    rest = api.get(f"/conversations/{identifier}/items?limit=2&after={page['last_id']}").json
    assert [item["content"][0]["text"] for item in rest["data"]] == ["one"]
    assert rest["has_more"] is False


def test_an_item_that_is_taken_out_is_gone(api: Api) -> None:
    identifier = made(api, said("one"), said("two"))
    newest = api.get(f"/conversations/{identifier}/items").json["first_id"]
    assert_described(api.delete(f"/conversations/{identifier}/items/{newest}").json, "ConversationResource")
    assert texts(api, identifier) == ["one"]
    assert api.get(f"/conversations/{identifier}/items/{newest}").status == 404


def test_items_of_one_conversation_begin_another_with_ids_of_their_own(api: Api) -> None:
    first = made(api, said("one"))
    items = api.get(f"/conversations/{first}/items").json["data"]
    second = made(api, *items)
    copied = api.get(f"/conversations/{second}/items").json["data"]
    assert texts(api, second) == ["one"]
    assert copied[0]["id"] != items[0]["id"]


@pytest.mark.parametrize("form", [str, lambda identifier: {"id": identifier}], ids=["by id", "as an object"])
@pytest.mark.parametrize("stream", [False, True], ids=["plain", "streamed"])
def test_a_response_hears_its_conversation_and_adds_to_it(api: Api, form: Any, stream: bool) -> None:
    identifier = made(api, CALL)
    output = {"type": "function_call_output", "call_id": "call_1", "output": "sunny"}
    body = {"model": "gpt-4o", "conversation": form(identifier), "input": [output], "stream": stream}
    answer = api.post("/responses", body)
    assert answer.status == 200  # the call that the output answers was said in the conversation
    kinds = [item["type"] for item in api.get(f"/conversations/{identifier}/items?order=asc").json["data"]]
    assert kinds == ["function_call", "function_call_output", "message"]
    assert "sunny" in texts(api, identifier)[0]


def test_what_a_response_said_is_in_the_conversation_under_its_id(api: Api) -> None:
    identifier = made(api)
    response = api.post("/responses", {"model": "gpt-4o", "conversation": identifier, "input": "Hello"}).json
    assert response["conversation"] == {"id": identifier}
    item = api.get(f"/conversations/{identifier}/items/{response['output'][0]['id']}").json
    assert_described(item, "ConversationItem")
    assert item["content"] == response["output"][0]["content"]


@pytest.mark.parametrize(
    ("path", "body", "status", "param"),
    [
        ("/conversations", {"items": [said("x")] * 21}, 400, "items"),
        ("/conversations", {"items": [{"type": "message", "role": "robot", "content": "x"}]}, 400, "items[0].role"),
        ("/conversations", {"items": [{"type": "item_reference", "id": "msg_0"}]}, 404, "items"),
        ("/conversations", {"metadata": {"a": 1}}, 400, None),
        ("/conversations/{}", {}, 400, "metadata"),
        ("/conversations/{}/items", {}, 400, "items"),
        ("/conversations/conv_0/items", {"items": []}, 404, "conversation_id"),
        ("/responses", {"model": "gpt-4o", "input": "x", "conversation": "conv_0"}, 404, "conversation_id"),
        (
            "/responses",
            {"model": "gpt-4o", "input": "x", "conversation": "{}", "previous_response_id": "resp_1"},
            400,
            "conversation",
        ),
    ],
)
def test_what_makes_no_sense_is_refused(
    api: Api, path: str, body: dict[str, Any], status: int, param: str | None
) -> None:
    identifier = made(api)
    answer = api.post(path.replace("{}", identifier), body)
    assert answer.status == status
    assert param is None or answer.error["param"] == param
