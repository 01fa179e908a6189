"""Stored chat completions: kept when asked for, listed in pages, changed, deleted."""

from __future__ import annotations

import pytest

from tests.local.api import Api, assert_described


def stored(api: Api, number: int) -> list[str]:
    """So many stored completions, numbered in their metadata; their ids."""
    made = [
        api.chat(f"Number {each}", store=True, metadata={"number": str(each), "parity": ("even", "odd")[each % 2]})
        for each in range(number)
    ]
    return [str(answer.json["id"]) for answer in made]


def test_a_completion_is_kept_only_when_asked_for(api: Api) -> None:
    kept, gone = api.chat(store=True).json, api.chat().json
    assert api.get(f"/chat/completions/{kept['id']}").json == kept
    assert api.get(f"/chat/completions/{gone['id']}").error["code"] == "not_found"


def test_a_streamed_completion_is_kept_whole(api: Api) -> None:
    identifier = api.chat("Hello", stream=True, store=True).events[0]["id"]
    kept = api.get(f"/chat/completions/{identifier}").json
    assert_described(kept, "CreateChatCompletionResponse")
    assert 'you said "Hello"' in kept["choices"][0]["message"]["content"]


def test_pages_follow_each_other_until_there_is_no_more(api: Api) -> None:
    identifiers = stored(api, 5)
    seen: list[str] = []
    query = "limit=2"
    while True:
        page = api.get(f"/chat/completions?{query}").json
        assert_described(page, "ChatCompletionList")
        assert (page["first_id"], page["last_id"]) == (page["data"][0]["id"], page["data"][-1]["id"])
        seen += [each["id"] for each in page["data"]]
        if not page["has_more"]:
            break
        query = f"limit=2&after={page['last_id']}"
    assert seen == identifiers


def test_a_full_last_page_has_no_more(api: Api) -> None:
    stored(api, 2)
    assert api.get("/chat/completions?limit=2").json["has_more"] is False


def test_the_order_can_be_turned(api: Api) -> None:
    first, second, third = stored(api, 3)
    page = api.get(f"/chat/completions?order=desc&after={third}").json
    assert [each["id"] for each in page["data"]] == [second, first]


@pytest.mark.parametrize(
    ("query", "numbers"),
    [
        ("metadata[parity]=odd", ["1", "3"]),
        ("metadata%5Bparity%5D=even&metadata%5Bnumber%5D=2", ["2"]),
        ("model=local-echo", ["0", "1", "2", "3"]),
        ("model=other", []),
    ],
)
def test_the_list_can_be_filtered(api: Api, query: str, numbers: list[str]) -> None:
    stored(api, 4)
    page = api.get(f"/chat/completions?{query}").json
    assert_described(page, "ChatCompletionList")
    assert [each["metadata"]["number"] for each in page["data"]] == numbers


@pytest.mark.parametrize(
    ("query", "status", "param"),
    [
        ("limit=0", 400, "limit"),
        ("limit=many", 400, "limit"),
        ("limit=101", 400, "limit"),
        ("order=up", 400, "order"),
        ("after=gone", 404, "after"),
    ],
)
def test_a_wrong_query_is_refused(api: Api, query: str, status: int, param: str) -> None:
    answer = api.get(f"/chat/completions?{query}")
    assert (answer.status, answer.error["param"]) == (status, param)


def test_metadata_can_be_replaced_and_nothing_else(api: Api) -> None:
    before = api.chat(store=True, metadata={"a": "1"}).json
    path = f"/chat/completions/{before['id']}"
    changed = api.post(path, {"metadata": {"b": "2"}}).json
    assert_described(changed, "CreateChatCompletionResponse")
    assert changed == {**before, "metadata": {"b": "2"}} == api.get(path).json
    assert api.post(path, {}).error["param"] == "metadata"
    assert api.post(path, {"metadata": None}).json["metadata"] == {}


def test_a_deleted_completion_is_gone(api: Api) -> None:
    (identifier,) = stored(api, 1)
    deleted = api.delete(f"/chat/completions/{identifier}").json
    assert_described(deleted, "ChatCompletionDeleted")
    assert deleted["deleted"] is True
    assert api.delete(f"/chat/completions/{identifier}").status == 404
    assert api.get("/chat/completions").json["data"] == []


def test_the_messages_of_the_request_can_be_listed(api: Api) -> None:
    parts = [
        {"type": "text", "text": "Look"},
        {"type": "image_url", "image_url": {"url": "https://example.com/a.png"}},
        {"type": "file", "file": {"file_id": "file-1"}},
    ]
    messages = [{"role": "system", "content": "Be brief"}, {"role": "user", "content": parts}]
    identifier = api.chat(messages=messages, store=True).json["id"]
    page = api.get(f"/chat/completions/{identifier}/messages?limit=1").json
    assert page["data"][0]["content"] == "Be brief"
    assert page["has_more"] is True
    (second,) = api.get(f"/chat/completions/{identifier}/messages?after={page['last_id']}").json["data"]
    assert (second["role"], second["content"], second["content_parts"]) == ("user", "Look", parts[:2])
    assert api.get("/chat/completions/gone/messages").status == 404
