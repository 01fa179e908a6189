"""What a call of several steps had made on the service is on whatever ends it: an error, a cancelled task, Ctrl-C.

The service is an httpx transport that makes things, and at a request of a test's choice ends the call in one of these
ways; a note names what was made, `made_before` gives it.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.canned import HELLO, Connect, Wire, done
from typed_openai import AsyncOpenAI, OpenAIError, made_before
from typed_openai.bulk.batches import BatchBuilder
from typed_openai.models.chat import ChatCompletionCreateParams

FAST = {"interval": 0.001}


class Ended(Exception):
    """An error of the user's own."""


class Service:
    """Makes what is asked for; the request whose path ends with `last` ends the call instead."""

    def __init__(self, last: str, at: int, end: Callable[[], BaseException | None]) -> None:
        self.last, self.at, self.end = last, at, end
        self.made = 0

    def __call__(self, request: httpx.Request) -> httpx.Response:
        place = f"{request.method} {request.url.path.removeprefix('/v1')}"
        if place.startswith(self.last):
            self.at -= 1
            if self.at < 0:
                error = self.end()
                if error is None:
                    return httpx.Response(400, json={"error": {"message": "no"}})
                raise error
        self.made += 1
        return httpx.Response(200, json=made(place, self.made))


def made(place: str, number: int) -> dict[str, Any]:
    kind = next(name for name in KINDS if place.startswith(name))
    return {"id": f"{KINDS[kind]['object'].partition('.')[0]}-{number}", "created_at": 1, **KINDS[kind]}


KINDS: dict[str, dict[str, Any]] = {
    "POST /files": {"object": "file", "bytes": 1, "filename": "a.txt", "purpose": "assistants", "status": "processed"},
    "POST /vector_stores/vs/files": {
        "object": "vector_store.file",
        "status": "in_progress",
        "vector_store_id": "vs",
        "usage_bytes": 1,
        "last_error": None,
    },
    "POST /vector_stores/vs/file_batches": {
        "object": "vector_store.file_batch",
        "status": "in_progress",
        "vector_store_id": "vs",
        "file_counts": {"in_progress": 1, "completed": 0, "failed": 0, "cancelled": 0, "total": 1},
    },
    "POST /batches": {
        "object": "batch",
        "endpoint": "/v1/chat/completions",
        "input_file_id": "file-1",
        "completion_window": "24h",
        "status": "in_progress",
    },
    "POST /uploads/": {"object": "upload.part", "upload_id": "upload-1"},
    "POST /uploads": {
        "object": "upload",
        "bytes": 6,
        "filename": "a.txt",
        "purpose": "user_data",
        "status": "pending",
        "expires_at": 9,
    },
    "POST /videos": {"object": "video", "status": "queued", "model": "sora-2", "progress": 0, "seconds": "4"},
    "POST /threads/t/runs": {
        "object": "thread.run",
        "status": "queued",
        "thread_id": "t",
        "assistant_id": "a",
        "model": "m",
        "instructions": "",
        "tools": [],
    },
}


def lines() -> BatchBuilder:
    builder = BatchBuilder()
    for model in ("m", "n"):
        builder.add(model, ChatCompletionCreateParams(**{**HELLO, "model": model}))
    return builder


def tree(folder: Path) -> dict[str, Path]:
    for name in ("a", "b"):
        (folder / name).write_text("tea")
    return {f"/workspace/{name}": folder / name for name in ("a", "b")}


Case = tuple[Callable[[Any, Path], Any], str, int, list[str]]
CASES: dict[str, Case] = {
    "files for agents, at the second": (
        lambda client, folder: client.beta.agents.environments.files.prepare(tree(folder)),
        "POST /files",
        1,
        ["file-1"],
    ),
    "a file for an agent, on its way there": (
        lambda client, _: client.beta.agents.environments.files.upload("env", file=b"tea", path="/workspace/a"),
        "POST /agents/environments",
        0,
        ["file-1"],
    ),
    "a file, on its way into a store": (
        lambda client, _: client.vector_stores.files.upload(vector_store_id="vs", file=b"tea"),
        "POST /vector_stores",
        0,
        ["file-1"],
    ),
    "a file, waited for in a store": (
        lambda client, _: client.vector_stores.files.upload_and_poll(vector_store_id="vs", file=b"tea", wait=FAST),
        "GET /vector_stores",
        0,
        ["vector_store-2"],
    ),
    "files for a store, at the second": (
        lambda client, _: client.vector_stores.file_batches.upload_and_poll(
            "vs", files=[b"tea", b"milk"], max_concurrency=1
        ),
        "POST /files",
        1,
        ["file-1"],
    ),
    "files, on their way into a store": (
        lambda client, _: client.vector_stores.file_batches.upload_and_poll("vs", files=[b"tea"], max_concurrency=1),
        "POST /vector_stores",
        0,
        ["file-1"],
    ),
    "files, waited for in a store": (
        lambda client, _: client.vector_stores.file_batches.upload_and_poll("vs", files=[b"tea"], wait=FAST),
        "GET /vector_stores",
        0,
        ["vector_store-2"],
    ),
    "a batch of files that is waited for": (
        lambda client, _: client.vector_stores.file_batches.create_and_poll("vs", file_ids=["file-0"], wait=FAST),
        "GET /vector_stores",
        0,
        ["vector_store-1"],
    ),
    "batches, a file of which is used by none": (
        lambda client, _: client.batches.submit(lines()),
        "POST /batches",
        1,
        ["batch-2", "file-3"],
    ),
    "batches that are waited for": (
        lambda client, _: client.batches.run(lines(), wait=FAST),
        "GET /batches",
        0,
        ["batch-2", "batch-4"],
    ),
    "a video that is waited for": (
        lambda client, _: client.videos.create_and_poll(prompt="tea", wait=FAST),
        "GET /videos",
        0,
        ["video-1"],
    ),
    "a run that is waited for": (
        lambda client, _: client.beta.threads.runs.create_and_poll("t", assistant_id="a", wait=FAST),
        "GET /threads",
        0,
        ["thread-1"],
    ),
    "an upload in parts": (
        lambda client, _: client.uploads.upload_file_chunked(
            file=("a.txt", b"teatea"), purpose="user_data", part_size=3, concurrency=1, check=False
        ),
        "POST /uploads/upload-1/parts",
        1,
        ["upload-1"],
    ),
}
ENDS: dict[str, tuple[Callable[[], BaseException | None], type[BaseException]]] = {
    "an error of the server": (lambda: None, OpenAIError),
    "an error of the user's": (Ended, Ended),
    "Ctrl-C": (KeyboardInterrupt, KeyboardInterrupt),
}


def names(error: BaseException) -> list[str]:
    return sorted(str(getattr(each, "id", None) or each.upload_id) for each in made_before(error))


def told(error: BaseException) -> str:
    return " ".join([str(error), *getattr(error, "__notes__", ())])


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.parametrize("end", ENDS)
@pytest.mark.parametrize("case", CASES)
async def test_what_was_made_is_on_what_ended_it(connect: Connect, tmp_path: Path, case: str, end: str) -> None:
    call, last, at, expected = CASES[case]
    raises, kind = ENDS[end]
    if end == "Ctrl-C" and connect.is_async:
        return  # it ends the loop itself; to a flow it is what a cancelled task is
    with pytest.raises(kind) as caught:
        await done(call(connect(Wire(Service(last, at, raises)), max_retries=0), tmp_path))
    assert names(caught.value) == expected
    assert [name for name in expected if name not in told(caught.value)] == []


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.parametrize("case", CASES)
async def test_a_cancelled_task_has_what_was_made(tmp_path: Path, case: str) -> None:
    call, last, at, expected = CASES[case]
    waits = asyncio.Event()
    service = Service(last, at, KeyError)

    async def serve(request: httpx.Request) -> httpx.Response:
        try:
            return service(request)
        except KeyError:
            waits.set()
            await asyncio.Event().wait()
            raise

    async with httpx.AsyncClient(transport=httpx.MockTransport(serve)) as line:
        client = AsyncOpenAI(api_key="k", http_client=line, max_retries=0)
        task = asyncio.ensure_future(call(client, tmp_path))
        await asyncio.wait_for(waits.wait(), 30)
        task.cancel()
        with pytest.raises(asyncio.CancelledError) as caught:
            await task
        assert names(caught.value) == expected
        assert [name for name in expected if name not in told(caught.value)] == []


async def test_a_time_limit_of_the_users_has_it_too() -> None:
    call, last, at, expected = CASES["a video that is waited for"]
    del last, at

    async def serve(request: httpx.Request) -> httpx.Response:
        if request.method == "GET":
            await asyncio.Event().wait()
        return httpx.Response(200, json=made(f"{request.method} {request.url.path.removeprefix('/v1')}", 1))

    async with httpx.AsyncClient(transport=httpx.MockTransport(serve)) as line:
        client = AsyncOpenAI(api_key="k", http_client=line)
        with pytest.raises(TimeoutError) as caught:
            async with asyncio.timeout(0.5):
                await call(client, Path())
    assert names(caught.value) == expected


async def test_an_upload_in_parts_goes_on_with_what_was_on_the_error(connect: Connect) -> None:
    sent: list[str] = []
    service = Service("POST /uploads/upload-1/parts", 1, Ended)

    def serve(request: httpx.Request) -> httpx.Response:
        sent.append(request.url.path)
        if request.url.path.endswith("/complete"):
            ids = json.loads(request.content)["part_ids"]
            return httpx.Response(200, json={**made("POST /uploads", 1), "status": "completed", "part_ids": ids})
        return service(request)

    client = connect(Wire(serve), max_retries=0)
    given: dict[str, Any] = {"file": ("a.txt", b"teatea"), "purpose": "user_data", "concurrency": 1, "check": False}
    with pytest.raises(Ended) as caught:
        await done(client.uploads.upload_file_chunked(**given, part_size=3))
    [progress] = made_before(caught.value)
    service.at = 9
    upload = await done(client.uploads.upload_file_chunked(**given, resume=progress))
    assert (upload.status, sent.count("/v1/uploads/upload-1/parts")) == ("completed", 3)


def test_an_error_that_nothing_was_made_before_has_nothing() -> None:
    assert made_before(ValueError()) == []
