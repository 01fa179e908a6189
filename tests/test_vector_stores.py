"""Vector stores through the client: what goes over the wire, how it waits and uploads, what it says when that fails."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.canned import Answer, Connect, Wire, done, failure, listed, parts, status
from tests.models.test_vector_stores import BATCH, COUNTS, FILE, STORE
from typed_openai.errors import (
    APIConnectionError,
    BadRequestError,
    NotFoundError,
    RequestValidationError,
    WaitFailedError,
    WaitTimeoutError,
)
from typed_openai.local import LocalServer
from typed_openai.models.vector_stores.filters import ComparisonFilter, CompoundFilter
from typed_openai.models.vector_stores.vector_stores import AsyncSearchPage, SyncSearchPage

FOUND = {
    "file_id": "file-1",
    "filename": "returns.md",
    "score": 0.9,
    "attributes": {"year": 2024},
    "content": [{"type": "text", "text": "within 30 days"}],
}
RESULTS = {
    "object": "vector_store.search_results.page",
    "search_query": ["return policy"],
    "data": [FOUND],
    "has_more": False,
    "next_page": None,
}


def uploaded(identifier: str) -> Answer:
    body = {"id": identifier, "object": "file", "bytes": 1, "created_at": 1, "filename": f"{identifier}.md"}
    return status(200, {**body, "purpose": "assistants", "status": "uploaded"})


def file(state: str, **more: object) -> Answer:
    return status(200, {**FILE, "status": state, **more})


def batch(state: str) -> Answer:
    return status(200, {**BATCH, "status": state})


def asked(wire: Wire) -> list[str]:
    return [f"{request.method} {request.url.path.removeprefix('/v1')}" for request in wire.requests]


# --- requests --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("call", "request_line", "body", "answer"),
    [
        (lambda c: c.create(name="n", file_ids=["f"]), "POST /vector_stores", {"name": "n", "file_ids": ["f"]}, STORE),
        (lambda c: c.retrieve("vs_1"), "GET /vector_stores/vs_1", None, STORE),
        (lambda c: c.update("vs_1", name="m"), "POST /vector_stores/vs_1", {"name": "m"}, STORE),
        (lambda c: c.search("vs_1", query="q"), "POST /vector_stores/vs_1/search", {"query": "q"}, RESULTS),
        (lambda c: c.files.create("vs_1", file_id="f"), "POST /vector_stores/vs_1/files", {"file_id": "f"}, FILE),
        (lambda c: c.files.retrieve("vs_1", "f"), "GET /vector_stores/vs_1/files/f", None, FILE),
        (lambda c: c.files.retrieve("f", vector_store_id="vs_1"), "GET /vector_stores/vs_1/files/f", None, FILE),
        (
            lambda c: c.files.retrieve(file_id="f", vector_store_id="vs_1"),
            "GET /vector_stores/vs_1/files/f",
            None,
            FILE,
        ),
        (
            lambda c: c.files.update("f", vector_store_id="vs_1", attributes={"a": 1}),
            "POST /vector_stores/vs_1/files/f",
            {"attributes": {"a": 1}},
            FILE,
        ),
        (
            lambda c: c.file_batches.create("vs_1", files=[{"file_id": "f", "attributes": {"a": 1}}]),
            "POST /vector_stores/vs_1/file_batches",
            {"files": [{"file_id": "f", "attributes": {"a": 1}}]},
            BATCH,
        ),
        (
            lambda c: c.file_batches.cancel("vsfb_1", vector_store_id="vs_1"),
            "POST /vector_stores/vs_1/file_batches/vsfb_1/cancel",
            None,
            BATCH,
        ),
    ],
)
async def test_a_call_becomes_this_request_with_the_beta_header(
    connect: Connect, call: Callable[[Any], Any], request_line: str, body: object, answer: dict[str, Any]
) -> None:
    wire = Wire(status(200, answer))
    await done(call(connect(wire).vector_stores))
    assert asked(wire) == [request_line]
    assert (wire.body if wire.last.content else None) == body
    assert wire.last.headers["openai-beta"] == "assistants=v2"


async def test_a_search_is_a_page_that_can_be_iterated_and_says_what_was_looked_for(connect: Connect) -> None:
    wire = Wire(status(200, RESULTS))
    search = connect(wire).vector_stores.search
    page = await done(search("vs_1", query="return policy"))
    assert isinstance(page, AsyncSearchPage if connect.is_async else SyncSearchPage)
    assert page.search_query == ["return policy"]
    assert page.has_next_page() is False
    assert [found.text for found in await listed(page)] == ["within 30 days"]
    assert [found.score for found in await listed(search("vs_1", query="return policy"))] == [0.9]
    assert list(page.issues) == []
    assert page.model_dump() == RESULTS


async def test_a_search_answer_without_the_query_is_noticed(connect: Connect) -> None:
    without = {name: value for name, value in RESULTS.items() if name != "search_query"}
    page = await done(connect(Wire(status(200, without))).vector_stores.search("vs_1", query="q"))
    assert [issue.pointer for issue in page.issues] == ["/search_query"]
    assert page.search_query == []


async def test_filters_go_out_as_they_were_built(connect: Connect) -> None:
    wire = Wire(status(200, RESULTS))
    year = ComparisonFilter(type="gte", key="year", value=2020)
    either = CompoundFilter(type="or", filters=[year, CompoundFilter(type="and", filters=[year])])
    await done(connect(wire).vector_stores.search("vs_1", query=["a", "b"], filters=either))
    shown = {"type": "gte", "key": "year", "value": 2020}
    assert wire.body["filters"] == {"type": "or", "filters": [shown, {"type": "and", "filters": [shown]}]}


async def test_a_list_of_files_goes_on_after_its_last_one(connect: Connect) -> None:
    first = {"object": "list", "data": [FILE], "first_id": "file-1", "last_id": "file-1", "has_more": True}
    wire = Wire(status(200, first), status(200, {**first, "data": [{**FILE, "id": "file-2"}], "has_more": False}))
    files = connect(wire).vector_stores.files
    found = await listed(await done(files.list("vs_1", filter="completed", limit=1)))
    assert [each.id for each in found] == ["file-1", "file-2"]
    assert dict(wire.last.url.params) == {"filter": "completed", "limit": "1", "after": "file-1"}


# --- waiting ---------------------------------------------------------------------------------------------------------


async def test_polling_asks_until_the_file_is_done(connect: Connect, sleeps: list[float]) -> None:
    wire = Wire(file("in_progress"), file("in_progress"), file("completed"))
    polled = await done(connect(wire).vector_stores.files.poll("file-1", vector_store_id="vs_1", poll_interval_ms=40))
    assert polled.status == "completed"
    assert asked(wire) == ["GET /vector_stores/vs_1/files/file-1"] * 3
    assert sleeps == [0.04, 0.04]


async def test_what_wait_says_wins_over_the_names_of_other_packages(connect: Connect, sleeps: list[float]) -> None:
    wire = Wire(file("in_progress"), file("completed"))
    poll = connect(wire).vector_stores.files.poll
    await done(poll("file-1", vector_store_id="vs_1", poll_interval_ms=40, wait={"interval": 0.01}))
    assert sleeps == [0.01]


@pytest.mark.parametrize("state", ["failed", "cancelled"])
async def test_a_file_that_failed_raises_with_the_file(connect: Connect, state: str) -> None:
    broken = {"code": "invalid_file", "message": "no text"}
    wire = Wire(file(state, last_error=broken))
    with pytest.raises(WaitFailedError, match=f"VectorStoreFile file-1 ended as '{state}'") as caught:
        await done(connect(wire).vector_stores.files.poll("file-1", vector_store_id="vs_1"))
    assert caught.value.result.last_error.message == "no text"


async def test_waiting_ends_at_its_deadline_under_either_name(connect: Connect, sleeps: list[float]) -> None:
    poll = connect(Wire(file("in_progress"))).vector_stores.files.poll
    for how in ({"max_wait_seconds": 3}, {"wait": {"deadline": 3}}):
        with pytest.raises(WaitTimeoutError, match="still 'in_progress' after 3 s"):
            await done(poll("file-1", vector_store_id="vs_1", **how))


async def test_a_batch_is_made_and_waited_for(connect: Connect, sleeps: list[float]) -> None:
    wire = Wire(batch("in_progress"), batch("in_progress"), batch("completed"))
    made = await done(connect(wire).vector_stores.file_batches.create_and_poll("vs_1", file_ids=["a", "b"]))
    assert made.status == "completed"
    assert asked(wire) == [
        "POST /vector_stores/vs_1/file_batches",
        "GET /vector_stores/vs_1/file_batches/vsfb_1",
        "GET /vector_stores/vs_1/file_batches/vsfb_1",
    ]


async def test_a_file_is_attached_and_waited_for(connect: Connect, sleeps: list[float]) -> None:
    wire = Wire(file("in_progress"), file("completed"))
    files = connect(wire).vector_stores.files
    made = await done(files.create_and_poll("file-1", vector_store_id="vs_1", attributes={"a": True}))
    assert made.status == "completed"
    assert json.loads(wire.requests[0].content) == {"file_id": "file-1", "attributes": {"a": True}}


# --- uploads ---------------------------------------------------------------------------------------------------------


async def test_a_file_is_uploaded_attached_and_waited_for(
    connect: Connect, sleeps: list[float], tmp_path: Path
) -> None:
    path = tmp_path / "returns.md"
    path.write_text("within 30 days")
    wire = Wire(uploaded("file-7"), file("in_progress"), file("completed"))
    made = await done(
        connect(wire).vector_stores.files.upload_and_poll(vector_store_id="vs_1", file=path, attributes={"year": 2024})
    )
    assert made.status == "completed"
    assert asked(wire)[:2] == ["POST /files", "POST /vector_stores/vs_1/files"]
    assert ("purpose", None, None, b"assistants") in parts(wire.requests[0])
    assert ("file", "returns.md", "text/markdown", b"within 30 days") in parts(wire.requests[0])
    assert json.loads(wire.requests[1].content) == {"file_id": "file-7", "attributes": {"year": 2024}}


async def test_files_are_uploaded_and_become_one_batch_in_their_order(connect: Connect, sleeps: list[float]) -> None:
    wire = Wire(uploaded("f1"), uploaded("f2"), batch("in_progress"), batch("completed"))
    sources: Iterator[Any] = iter([("a.md", b"a"), io.BytesIO(b"b")])
    made = await done(
        connect(wire).vector_stores.file_batches.upload_and_poll(
            "vs_1", files=sources, file_ids=iter(["f0"]), max_concurrency=1, attributes={"a": 1}
        )
    )
    assert made.file_counts.total == COUNTS["total"]
    assert json.loads(wire.requests[2].content) == {"file_ids": ["f0", "f1", "f2"], "attributes": {"a": 1}}


@pytest.mark.parametrize(
    ("wrong", "fault"),
    [
        ({"attributes": {"a": None}}, "attributes"),
        ({"chunking_strategy": {"type": "static"}}, "chunking_strategy"),
        ({"colour": "red"}, "colour"),
        ({"vector_store_id": ""}, "vector_store_id"),
        ({"file": b""}, "file"),
        ({"file": "/no/such/file"}, "file"),
    ],
)
async def test_nothing_is_uploaded_when_anything_is_wrong(connect: Connect, wrong: dict[str, Any], fault: str) -> None:
    wire = Wire()
    stores = connect(wire).vector_stores
    given: dict[str, Any] = {"vector_store_id": "vs_1", "file": b"text", **wrong}
    for upload in (stores.files.upload, stores.files.upload_and_poll):
        with pytest.raises(RequestValidationError, match=fault):
            await done(upload(**given))
    source, store = given.pop("file"), given.pop("vector_store_id")
    with pytest.raises(RequestValidationError, match=fault):
        await done(stores.file_batches.upload_and_poll(store, files=[b"fine", source], **given))
    assert wire.requests == []


@pytest.mark.parametrize("wrong", [{"files": []}, {"files": [b"a"], "max_concurrency": 0}])
async def test_a_batch_of_nothing_is_refused(connect: Connect, wrong: dict[str, Any]) -> None:
    wire = Wire()
    with pytest.raises(RequestValidationError):
        await done(connect(wire).vector_stores.file_batches.upload_and_poll("vs_1", **wrong))
    assert wire.requests == []


async def test_a_file_that_could_not_be_attached_is_named(connect: Connect) -> None:
    wire = Wire(uploaded("file-7"), failure(404))
    with pytest.raises(NotFoundError) as caught:
        await done(connect(wire).vector_stores.files.upload(vector_store_id="vs_1", file=b"text"))
    assert "uploaded before this, and not in the vector store: file-7 (file-7.md)" in caught.value.__notes__


async def test_files_that_were_uploaded_before_one_failed_are_named(connect: Connect) -> None:
    wire = Wire(uploaded("f1"), failure(400))
    upload = connect(wire).vector_stores.file_batches.upload_and_poll
    with pytest.raises(BadRequestError) as caught:
        await done(upload("vs_1", files=[b"a", b"b", b"c"], max_concurrency=1))
    assert asked(wire) == ["POST /files"] * 2
    assert any("f1 (f1.md)" in note for note in caught.value.__notes__)


async def test_an_error_before_anything_was_uploaded_names_nothing(connect: Connect) -> None:
    upload = connect(Wire(failure(400))).vector_stores.files.upload
    with pytest.raises(BadRequestError) as caught:
        await done(upload(vector_store_id="vs_1", file=b"text"))
    assert not any("uploaded before" in note for note in getattr(caught.value, "__notes__", []))


# --- against the local server ----------------------------------------------------------------------------------------


async def test_all_of_it_works_end_to_end(connect: Connect, openai_server: LocalServer, tmp_path: Path) -> None:
    client = connect.kind(base_url=openai_server.base_url)
    page = tmp_path / "shipping.html"
    page.write_text("<h1>Shipping</h1><p>Parcels reach Norway in a week.</p>")
    store = await done(client.vector_stores.create(name="policies", expires_after={"days": 7}))
    text = ("returns.md", b"You may return a product within 30 days.")
    one = await done(
        client.vector_stores.files.upload_and_poll(vector_store_id=store.id, file=text, attributes={"kind": "returns"})
    )
    many = await done(
        client.vector_stores.file_batches.upload_and_poll(
            store.id, files=[page, ("x.png", b"\x89PNG")], wait={"raise_on_failure": False}
        )
    )
    assert (one.status, many.file_counts.completed, many.file_counts.failed) == ("completed", 1, 1)
    failed = await listed(client.vector_stores.file_batches.list_files(store.id, many.id, filter="failed"))
    assert [each.last_error.code for each in failed] == ["unsupported_file"]
    found = await listed(client.vector_stores.search(store.id, query="How do I return a product?"))
    assert (found[0].filename, found[0].score) == ("returns.md", 1.0)
    only = {"type": "eq", "key": "kind", "value": "shipping"}
    assert await listed(client.vector_stores.search(store.id, query="return Norway", filters=only)) == []
    await done(client.vector_stores.files.update(one.id, vector_store_id=store.id, attributes={"kind": "shipping"}))
    assert len(await listed(client.vector_stores.search(store.id, query="return Norway", filters=only))) == 1
    content = await listed(client.vector_stores.files.content(store.id, one.id))
    assert [piece.text for piece in content] == [text[1].decode()]
    assert (await done(client.vector_stores.retrieve(store.id))).file_counts.total == 3
    await done(client.vector_stores.files.delete(one.id, vector_store_id=store.id))
    assert one.id not in [each.id for each in await listed(client.vector_stores.files.list(store.id))]
    assert (await done(client.files.retrieve(one.id))).filename == "returns.md"
    assert (await done(client.vector_stores.delete(store.id))).deleted is True
    assert [each.id for each in await listed(client.vector_stores.list())] == []
    await done(client.close())


async def test_a_server_that_is_not_there_is_an_error_of_the_upload(connect: Connect) -> None:
    client = connect.kind(base_url="http://127.0.0.1:9/v1", max_retries=0)
    with pytest.raises(APIConnectionError):
        await done(client.vector_stores.files.upload(vector_store_id="vs_1", file=b"text"))
    await done(client.close())
