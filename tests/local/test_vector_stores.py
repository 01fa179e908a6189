"""Vector stores of the local server: stores, files that move on when asked for, batches, searches, expiry."""

from __future__ import annotations

from typing import Any

import pytest

from tests.local.api import Api, assert_described
from tests.local.multipart import post_form
from typed_openai.local import LocalServer
from typed_openai.local.errors import ApiError
from typed_openai.local.file_search import search
from typed_openai.local.files import store_file
from typed_openai.local.state import State
from typed_openai.local.vector_stores import STORES, add_files, make_store

DAY = 24 * 3600
STATIC = {"type": "static", "static": {"max_chunk_size_tokens": 100, "chunk_overlap_tokens": 50}}
AUTO = {"type": "static", "static": {"max_chunk_size_tokens": 800, "chunk_overlap_tokens": 400}}


def uploaded(api: Api, text: str = "some text", name: str = "a.md") -> str:
    """The id of a new file."""
    answer = post_form(api, "/files", [("purpose", "assistants")], ("file", name, text.encode()))
    return str(answer.json["id"])


def store(api: Api, *file_ids: str, **members: object) -> Any:
    answer = api.post("/vector_stores", {"file_ids": list(file_ids), **members})
    assert answer.status == 200, answer.raw
    assert_described(answer.json, "VectorStoreObject")
    return answer.json


def filled(api: Api, **texts: str) -> str:
    """A store whose files are done; each is named like its text, with that name as its attribute `name`."""
    made = store(api)["id"]
    files = [
        {"file_id": uploaded(api, text, f"{name}.md"), "attributes": {"name": name}} for name, text in texts.items()
    ]
    path = f"/vector_stores/{made}/file_batches"
    batch = api.post(path, {"files": files}).json["id"]
    while api.get(f"{path}/{batch}").json["status"] == "in_progress":
        pass
    return str(made)


def names(api: Api, identifier: str, **body: object) -> list[str]:
    answer = api.post(f"/vector_stores/{identifier}/search", body)
    assert_described(answer.json, "VectorStoreSearchResultsPage")
    return [each["filename"].removesuffix(".md") for each in answer.json["data"]]


# --- stores ----------------------------------------------------------------------------------------------------------


def test_a_store_can_be_made_of_nothing(api: Api) -> None:
    made = api.send("POST", "/vector_stores").json
    assert_described(made, "VectorStoreObject")
    assert (made["status"], made["file_counts"]["total"], made["expires_at"]) == ("completed", 0, None)


def test_a_store_keeps_what_it_was_given_and_can_be_changed(api: Api) -> None:
    made = store(
        api, name="n", description="d", metadata={"a": "1"}, expires_after={"anchor": "last_active_at", "days": 7}
    )
    path = f"/vector_stores/{made['id']}"
    assert (made["name"], made["description"], made["metadata"]) == ("n", "d", {"a": "1"})
    assert made["expires_at"] == made["last_active_at"] + 7 * DAY
    changed = api.post(path, {"name": "m"}).json
    assert changed == {**made, "name": "m"} == api.get(path).json
    emptied = api.post(path, {"metadata": None, "expires_after": None, "name": None}).json
    assert_described(emptied, "VectorStoreObject")
    assert (emptied["metadata"], emptied["expires_at"], emptied["name"]) == ({}, None, None)
    assert "expires_after" not in emptied


def test_stores_are_listed_newest_first_in_pages(api: Api) -> None:
    first, second, third = (store(api)["id"] for _ in range(3))
    page = api.get("/vector_stores?limit=2").json
    assert_described(page, "ListVectorStoresResponse")
    assert ([each["id"] for each in page["data"]], page["has_more"]) == ([third, second], True)
    assert [each["id"] for each in api.get(f"/vector_stores?after={second}").json["data"]] == [first]


def test_a_deleted_store_is_gone_and_its_files_stay(api: Api) -> None:
    file = uploaded(api)
    path = f"/vector_stores/{store(api, file)['id']}"
    deleted = api.delete(path).json
    assert_described(deleted, "DeleteVectorStoreResponse")
    assert (api.get(path).status, api.get(f"{path}/files").status) == (404, 404)
    assert api.get(f"/files/{file}").status == 200


@pytest.mark.parametrize(
    ("body", "status", "param"),
    [
        ({"file_ids": ["file-gone"]}, 404, "file_id"),
        ({"expires_after": {"anchor": "created_at", "days": 1}}, 400, "expires_after.anchor"),
        ({"expires_after": {"anchor": "last_active_at"}}, 400, "expires_after.days"),
        ({"expires_after": {"anchor": "last_active_at", "days": 366}}, 400, "expires_after.days"),
        ({"chunking_strategy": {"type": "other"}}, 400, "chunking_strategy.type"),
        ({"chunking_strategy": {"type": "static"}}, 400, "chunking_strategy.static"),
        (
            {"chunking_strategy": {"type": "static", "static": {"max_chunk_size_tokens": 100}}},
            400,
            "chunking_strategy.static.chunk_overlap_tokens",
        ),
        (
            {
                "chunking_strategy": {
                    "type": "static",
                    "static": {"max_chunk_size_tokens": 100, "chunk_overlap_tokens": 51},
                }
            },
            400,
            "chunking_strategy.static.chunk_overlap_tokens",
        ),
        ({"file_ids": ["f"] * 501}, 400, "file_ids"),
        ({"name": 1}, 400, "name"),
    ],
)
def test_a_wrong_store_is_refused_and_not_made(api: Api, body: Any, status: int, param: str) -> None:
    answer = api.post("/vector_stores", body)
    assert (answer.status, answer.error["param"]) == (status, param)
    assert api.get("/vector_stores").json["data"] == []


def test_a_store_expires_when_it_was_not_used_for_long(api: Api, server: LocalServer) -> None:
    path = f"/vector_stores/{store(api, expires_after={'anchor': 'last_active_at', 'days': 1})['id']}"
    server.skip(DAY - 100)
    assert api.post(f"{path}/search", {"query": "q"}).status == 200
    server.skip(DAY - 100)
    assert api.get(path).json["status"] == "completed"
    server.skip(200)
    expired = api.get(path).json
    assert_described(expired, "VectorStoreObject")
    assert expired["status"] == "expired"
    refused = api.post(f"{path}/search", {"query": "q"})
    assert (refused.status, refused.error["code"]) == (400, "vector_store_expired")
    assert api.post(f"{path}/files", {"file_id": uploaded(api)}).status == 400


# --- files -----------------------------------------------------------------------------------------------------------


def test_a_file_is_done_at_the_second_question(api: Api) -> None:
    file = uploaded(api, "some text")
    path = f"/vector_stores/{store(api)['id']}/files"
    added = api.post(path, {"file_id": file, "attributes": {"year": 2024, "draft": True}}).json
    states = [added["status"]]
    for _ in range(3):
        answer = api.get(f"{path}/{file}")
        assert_described(answer.json, "VectorStoreFileObject")
        states.append(answer.json["status"])
    assert states == ["in_progress", "in_progress", "completed", "completed"]
    assert answer.headers["openai-poll-after-ms"] == "10"
    assert (answer.json["usage_bytes"], answer.json["attributes"]) == (9, {"year": 2024, "draft": True})
    assert answer.json["chunking_strategy"] == AUTO


def test_a_store_is_in_progress_as_long_as_its_files_are(api: Api) -> None:
    made = store(api, uploaded(api), uploaded(api, name="b.png"), chunking_strategy=STATIC)
    assert (made["status"], made["file_counts"]["in_progress"]) == ("in_progress", 2)
    states = [api.get(f"/vector_stores/{made['id']}").json for _ in range(2)]
    assert [each["status"] for each in states] == ["in_progress", "completed"]
    assert states[1]["file_counts"] == {"in_progress": 0, "completed": 1, "failed": 1, "cancelled": 0, "total": 2}
    listed = api.get(f"/vector_stores/{made['id']}/files").json["data"]
    assert [each["chunking_strategy"] for each in listed] == [STATIC, STATIC]


def test_a_file_that_cannot_be_read_fails_with_the_reason(api: Api) -> None:
    path = f"/vector_stores/{store(api, uploaded(api, name='a.png'), uploaded(api, ' ', 'b.md'))['id']}/files"
    api.get(path)
    page = api.get(f"{path}?filter=failed&order=asc").json
    assert_described(page, "ListVectorStoreFilesResponse")
    assert [each["last_error"]["code"] for each in page["data"]] == ["unsupported_file", "invalid_file"]
    assert api.get(f"{path}?filter=completed").json["data"] == []
    assert api.get(f"{path}?filter=broken").status == 400


def test_the_attributes_of_a_file_can_be_replaced(api: Api) -> None:
    identifier = filled(api, one="some text")
    (file,) = api.get(f"/vector_stores/{identifier}/files").json["data"]
    path = f"/vector_stores/{identifier}/files/{file['id']}"
    changed = api.post(path, {"attributes": {"name": "two"}}).json
    assert_described(changed, "VectorStoreFileObject")
    assert changed == {**file, "attributes": {"name": "two"}} == api.get(path).json
    assert api.post(path, {"attributes": None}).json["attributes"] == {}
    assert api.post(path, {}).error["param"] == "attributes"


def test_what_was_read_can_be_read(api: Api) -> None:
    file = uploaded(api, "<p>Hello &amp; welcome</p>", "a.html")
    path = f"/vector_stores/{store(api, file)['id']}/files/{file}"
    assert api.get(f"{path}/content").json["data"] == []
    for _ in range(2):
        api.get(path)
    content = api.get(f"{path}/content").json
    assert_described(content, "VectorStoreFileContentResponse")
    assert content["data"] == [{"type": "text", "text": "Hello & welcome"}]


def test_a_file_that_was_taken_out_is_not_found_but_still_there(api: Api) -> None:
    identifier = filled(api, one="some text")
    (file,) = api.get(f"/vector_stores/{identifier}/files").json["data"]
    deleted = api.delete(f"/vector_stores/{identifier}/files/{file['id']}").json
    assert_described(deleted, "DeleteVectorStoreFileResponse")
    assert names(api, identifier, query="text") == []
    assert api.delete(f"/vector_stores/{identifier}/files/{file['id']}").status == 404
    assert api.get(f"/files/{file['id']}").status == 200


def test_a_file_that_was_deleted_leaves_every_store(api: Api) -> None:
    identifier = filled(api, one="some text", two="other text")
    file = api.get(f"/vector_stores/{identifier}/files?order=asc").json["data"][0]["id"]
    api.delete(f"/files/{file}")
    assert names(api, identifier, query="text") == ["two"]
    assert api.get(f"/vector_stores/{identifier}").json["file_counts"]["total"] == 1


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/vector_stores/gone"),
        ("POST", "/vector_stores/gone"),
        ("DELETE", "/vector_stores/gone"),
        ("POST", "/vector_stores/gone/search"),
        ("GET", "/vector_stores/gone/files"),
        ("POST", "/vector_stores/gone/files"),
        ("GET", "/vector_stores/VS/files/gone"),
        ("GET", "/vector_stores/VS/files/gone/content"),
        ("POST", "/vector_stores/VS/files"),
        ("POST", "/vector_stores/gone/file_batches"),
        ("GET", "/vector_stores/VS/file_batches/gone"),
        ("POST", "/vector_stores/VS/file_batches/gone/cancel"),
        ("GET", "/vector_stores/VS/file_batches/gone/files"),
    ],
)
def test_what_does_not_exist_is_not_found(api: Api, method: str, path: str) -> None:
    body = b'{"query": "q", "file_id": "gone", "file_ids": ["gone"], "attributes": {}}' if method == "POST" else None
    answer = api.send(method, path.replace("VS", store(api)["id"]), body)
    assert (answer.status, answer.error["code"]) == (404, "not_found")


# --- batches ---------------------------------------------------------------------------------------------------------


def test_a_batch_moves_through_its_states(api: Api) -> None:
    path = f"/vector_stores/{store(api)['id']}/file_batches"
    files = [uploaded(api), uploaded(api, name="b.png")]
    made = api.post(path, {"file_ids": files, "attributes": {"a": 1}, "chunking_strategy": STATIC}).json
    assert_described(made, "VectorStoreFileBatchObject")
    seen = [made, *(api.get(f"{path}/{made['id']}").json for _ in range(2))]
    assert [each["status"] for each in seen] == ["in_progress", "in_progress", "completed"]
    assert [each["file_counts"]["failed"] for each in seen] == [0, 0, 1]
    listed = api.get(f"{path}/{made['id']}/files?order=asc").json
    assert_described(listed, "ListVectorStoreFilesResponse")
    assert [(each["id"], each["attributes"], each["chunking_strategy"]) for each in listed["data"]] == [
        (file, {"a": 1}, STATIC) for file in files
    ]


def test_files_of_a_batch_have_their_own_attributes(api: Api) -> None:
    path = f"/vector_stores/{store(api)['id']}/file_batches"
    files = [{"file_id": uploaded(api), "attributes": {"n": number}} for number in (1, 2)]
    made = api.post(path, {"files": files, "attributes": {"ignored": True}}).json
    listed = api.get(f"{path}/{made['id']}/files?order=asc").json["data"]
    assert [each["attributes"] for each in listed] == [{"n": 1}, {"n": 2}]


def test_a_batch_of_which_nothing_could_be_read_failed(api: Api) -> None:
    path = f"/vector_stores/{store(api)['id']}/file_batches"
    made = api.post(path, {"file_ids": [uploaded(api, name="a.png")]}).json
    assert [api.get(f"{path}/{made['id']}").json["status"] for _ in range(2)] == ["in_progress", "failed"]


def test_a_cancelled_batch_gives_up_what_is_not_done(api: Api) -> None:
    path = f"/vector_stores/{store(api)['id']}/file_batches"
    made = api.post(path, {"file_ids": [uploaded(api), uploaded(api)]}).json
    cancelled = api.send("POST", f"{path}/{made['id']}/cancel").json
    assert_described(cancelled, "VectorStoreFileBatchObject")
    assert (cancelled["status"], cancelled["file_counts"]["cancelled"]) == ("cancelled", 2)
    assert api.get(f"{path}/{made['id']}").json == cancelled
    assert len(api.get(f"{path}/{made['id']}/files?filter=cancelled").json["data"]) == 2


def test_a_batch_that_is_done_cannot_be_cancelled_any_more(api: Api) -> None:
    path = f"/vector_stores/{store(api)['id']}/file_batches"
    made = api.post(path, {"file_ids": [uploaded(api)]}).json
    done = [api.get(f"{path}/{made['id']}").json for _ in range(2)][1]
    assert api.send("POST", f"{path}/{made['id']}/cancel").json == done


@pytest.mark.parametrize(
    ("body", "param"),
    [
        ({}, "file_ids"),
        ({"file_ids": []}, "file_ids"),
        ({"file_ids": ["f"], "files": [{"file_id": "f"}]}, "files"),
        ({"files": [{"attributes": {}}]}, "files[0].file_id"),
        ({"files": [{"file_id": "f", "attributes": {"a": None}}]}, "files[0].attributes.a"),
        ({"file_ids": ["f"] * 2001}, "file_ids"),
    ],
)
def test_a_wrong_batch_is_refused(api: Api, body: Any, param: str) -> None:
    answer = api.post(f"/vector_stores/{store(api)['id']}/file_batches", body)
    assert (answer.status, answer.error["param"]) == (400, param)


# --- searching -------------------------------------------------------------------------------------------------------


def test_a_search_finds_scores_filters_and_limits(api: Api) -> None:
    identifier = filled(
        api, returns="Return a product within 30 days.", shipping="We ship every product.", hours="Open all week."
    )
    path = f"/vector_stores/{identifier}/search"
    answer = api.post(path, {"query": "How do I return a product?"}).json
    assert_described(answer, "VectorStoreSearchResultsPage")
    best = answer["data"][0]
    assert (best["filename"], best["score"], best["attributes"]) == ("returns.md", 1.0, {"name": "returns"})
    assert best["content"] == [{"type": "text", "text": "Return a product within 30 days."}]
    assert names(api, identifier, query="product") == ["shipping", "returns"]
    assert sorted(names(api, identifier, query=["ships", "opening"])) == ["hours", "shipping"]
    assert names(api, identifier, query="product", max_num_results=1) == ["shipping"]
    assert names(api, identifier, query="return product", ranking_options={"score_threshold": 0.9}) == ["returns"]
    only = {"type": "in", "key": "name", "value": ["shipping", "hours"]}
    assert names(api, identifier, query="product", filters=only) == ["shipping"]
    assert names(api, identifier, query="unheard") == []


def test_a_rewritten_query_is_told(api: Api) -> None:
    path = f"/vector_stores/{store(api)['id']}/search"
    assert api.post(path, {"query": "What is a refund?"}).json["search_query"] == ["What is a refund?"]
    rewriting = api.post(path, {"query": ["What is a refund?"], "rewrite_query": True}).json
    assert rewriting["search_query"] == ["refund"]


def test_what_is_not_completed_is_not_found(api: Api) -> None:
    identifier = store(api, uploaded(api, "some text"))["id"]
    assert names(api, identifier, query="text") == []
    api.get(f"/vector_stores/{identifier}/files")
    api.get(f"/vector_stores/{identifier}/files")
    assert names(api, identifier, query="text") == ["a"]


@pytest.mark.parametrize(
    ("body", "param"),
    [
        ({}, "query"),
        ({"query": ""}, "query"),
        ({"query": []}, "query"),
        ({"query": 1}, "query"),
        ({"query": [1]}, "query[0]"),
        ({"query": "q", "max_num_results": 51}, "max_num_results"),
        ({"query": "q", "ranking_options": {"ranker": "best"}}, "ranking_options.ranker"),
        ({"query": "q", "ranking_options": {"score_threshold": 2}}, "ranking_options.score_threshold"),
        (
            {"query": "q", "filters": {"type": "and", "filters": [{"type": "eq", "key": "k"}]}},
            "filters.filters[0].value",
        ),
    ],
)
def test_a_wrong_search_is_refused(api: Api, body: Any, param: str) -> None:
    answer = api.post(f"/vector_stores/{store(api)['id']}/search", body)
    assert (answer.status, answer.error["param"]) == (400, param)


# --- for other areas -------------------------------------------------------------------------------------------------


def test_other_areas_can_search_several_stores_and_need_not_wait() -> None:
    state = State()
    stores: list[str] = []
    for number in (1, 2):
        stores.append(make_store(state, {})["id"])
        file = store_file(state, f"{number}.md", f"text number {number}".encode(), "assistants")
        add_files(state, stores[-1], [{"id": file["id"], "attributes": {"n": number}, "chunking_strategy": AUTO}])
    first, second = stores
    assert search(state, stores, "text") == []
    found = search(state, [first, second, first], "text", patient=True)
    assert [(each["filename"], each["score"], each["content"][0]["text"]) for each in found] == [
        ("1.md", 1.0, "text number 1"),
        ("2.md", 1.0, "text number 2"),
    ]
    assert len(search(state, stores, "text", limit=1, condition=lambda having: having["n"] == 2)) == 1
    assert STORES.find(state, first)["last_active_at"] == state.now()
    with pytest.raises(ApiError, match="no vector store 'gone'"):
        search(state, ["gone"], "text")
