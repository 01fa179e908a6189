"""A large file in parts, in both colours: what is sent, how it resumes, and that nothing is forgotten when it fails."""

from __future__ import annotations

import asyncio
import hashlib
import io
import json
import os
import pathlib
import pickle
import re
import threading
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from tests.canned import Connect, Wire, done, parts
from typed_openai import APIConnectionError, BadRequestError, RequestValidationError, UploadError
from typed_openai.models.uploads import UploadProgress

CONTENT = bytes(range(256)) * 10 + b"the end"  # 2567 bytes: 26 parts of 100
MD5 = hashlib.md5(CONTENT, usedforsecurity=False).hexdigest()


class Server:
    """Takes uploads; `fails` decides which requests it refuses."""

    def __init__(self, fails: Callable[[httpx.Request], httpx.Response | None] = lambda request: None) -> None:
        self.fails = fails
        self.parts: dict[str, bytes] = {}
        self.asked: list[str] = []
        self.created: Any = None
        self.completed: Any = None
        self.running = self.most = 0
        self.lock = threading.Lock()

    def __call__(self, request: httpx.Request) -> httpx.Response:
        with self.lock:
            action = re.sub(r"^/v1/uploads/?(upload_1/?)?", "", request.url.path) or "create"
            self.asked.append(action)
            failed = self.fails(request)
            if failed is not None:
                return failed
            return getattr(self, f"_{action}")(request)  # type: ignore[no-any-return]  # one method for each action

    def _create(self, request: httpx.Request) -> httpx.Response:
        self.created = json.loads(request.content)
        return self._upload("pending")

    def _parts(self, request: httpx.Request) -> httpx.Response:
        ((name, _, _, content),) = parts(request)
        assert name == "data"
        identifier = f"part_{len(self.parts)}"
        self.parts[identifier] = content
        return httpx.Response(
            200, json={"id": identifier, "object": "upload.part", "created_at": 1, "upload_id": "upload_1"}
        )

    def _complete(self, request: httpx.Request) -> httpx.Response:
        self.completed = json.loads(request.content)
        return self._upload("completed")

    def _cancel(self, request: httpx.Request) -> httpx.Response:
        return self._upload("cancelled")

    def _upload(self, state: str) -> httpx.Response:
        times = {"created_at": 1, "expires_at": 2}
        about = {"id": "upload_1", "object": "upload", "bytes": 1, "filename": "a", "purpose": "batch", "status": state}
        return httpx.Response(200, json={**about, **times, "file": None})

    @property
    def content(self) -> bytes:
        """The file as the order of the parts makes it."""
        return b"".join(self.parts[identifier] for identifier in self.completed["part_ids"])


class Uploading:
    """Uploads of one colour to a server."""

    def __init__(self, connect: Connect) -> None:
        self.connect = connect

    async def __call__(self, server: Server, **given: Any) -> Any:
        client = self.connect(Wire(server), max_retries=0)
        defaults = {"file": ("a.bin", CONTENT), "purpose": "user_data", "mime_type": "x/y", "part_size": 100}
        return await done(client.uploads.upload_file_chunked(**{**defaults, **given}))


@pytest.fixture
def upload(connect: Connect) -> Uploading:
    return Uploading(connect)


@pytest.fixture
def path(tmp_path: pathlib.Path) -> pathlib.Path:
    found = tmp_path / "data.bin"
    found.write_bytes(CONTENT)
    return found


def refusing(action: str, number: int = 1, code: int = 400) -> Callable[[httpx.Request], httpx.Response | None]:
    """Refuse the request of that number to an action."""
    seen = 0

    def fails(request: httpx.Request) -> httpx.Response | None:
        nonlocal seen
        seen += request.url.path.endswith(action)
        refused = request.url.path.endswith(action) and seen == number
        return httpx.Response(code, json={"error": {"message": "no"}}) if refused else None

    return fails


# --- what is sent ----------------------------------------------------------------------------------------------------


async def test_a_file_is_announced_sent_in_parts_and_completed_with_its_checksum(upload: Uploading) -> None:
    server = Server()
    done_ = await upload(server, expires_after={"seconds": 3600})
    assert done_.status == "completed"
    assert server.created == {
        "bytes": 2567,
        "filename": "a.bin",
        "mime_type": "x/y",
        "purpose": "user_data",
        "expires_after": {"anchor": "created_at", "seconds": 3600},
    }
    assert server.asked == ["create", *["parts"] * 26, "complete"]
    assert server.completed["md5"] == MD5
    assert server.content == CONTENT


@pytest.mark.parametrize("concurrency", [1, 3, 64])
async def test_the_order_of_the_parts_is_that_of_the_file_however_many_are_on_their_way(
    upload: Uploading, concurrency: int
) -> None:
    server = Server()
    await upload(server, concurrency=concurrency)
    assert server.content == CONTENT


async def test_a_file_is_given_in_every_way_that_can_be_rewound(upload: Uploading, path: pathlib.Path) -> None:
    with path.open("rb") as file:
        file.seek(9)
        memory = io.BytesIO(CONTENT)
        memory.name = "own.bin"
        for given, name in [
            (path, "data.bin"),
            (str(path), "data.bin"),
            (file, "data.bin"),
            (("x.bin", path), "x.bin"),
            (("x.bin", CONTENT), "x.bin"),
            (("x.bin", memoryview(CONTENT)), "x.bin"),
            (memory, "own.bin"),
        ]:
            server = Server()
            await upload(server, file=given)
            assert (server.created["filename"], server.content) == (name, CONTENT)
        assert file.tell() == 9


async def test_name_and_type_are_guessed_where_they_can_be(upload: Uploading) -> None:
    server = Server()
    await upload(server, file=("a.pdf", CONTENT), mime_type=None)
    assert server.created["mime_type"] == "application/pdf"
    await upload(server, file=b"%PDF-1.7", mime_type=None, filename="noext")
    assert (server.created["mime_type"], server.created["filename"]) == ("application/pdf", "noext")


@pytest.mark.parametrize(("md5", "sent"), [(None, MD5), (True, MD5), ("abc", "abc"), (False, None)])
async def test_the_checksum_is_computed_given_or_left_out(upload: Uploading, md5: Any, sent: str | None) -> None:
    server = Server()
    await upload(server, md5=md5)
    assert server.completed.get("md5") == sent


async def test_progress_is_told_from_the_beginning_to_the_end(upload: Uploading) -> None:
    seen: list[UploadProgress] = []
    await upload(Server(), on_progress=seen.append)
    assert [len(each.part_ids) for each in seen] == list(range(27))
    assert (seen[0].upload_id, seen[0].sent, seen[-1].sent, seen[-1].missing) == ("upload_1", 0, 2567, [])
    assert [each.sent for each in seen] == sorted(each.sent for each in seen)


async def test_a_part_has_its_own_retries(connect: Connect, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("typed_openai.core.run.retry.INITIAL_DELAY", 0.001)
    failing = refusing("/parts", 3, 500)
    server = Server(failing)
    client = connect(Wire(server), max_retries=1)
    await done(
        client.uploads.upload_file_chunked(
            file=("a.bin", CONTENT), purpose="user_data", mime_type="x/y", part_size=1000, concurrency=1
        )
    )
    assert server.asked.count("parts") == 4
    assert server.content == CONTENT


# --- what is refused -------------------------------------------------------------------------------------------------


async def test_what_is_wrong_is_told_before_anything_is_sent(upload: Uploading, path: pathlib.Path) -> None:
    class Pipe:
        def read(self, size: int = -1, /) -> bytes:
            return b""

    empty = path.with_name("empty")
    empty.touch()
    other = UploadProgress(upload_id="upload_1", bytes=5, part_size=10)
    wrong: list[tuple[dict[str, Any], str]] = [
        ({"file": path.with_name("gone")}, "file: a file that can be read (No such file or directory)"),
        ({"file": path.parent}, "file: a file, not a directory"),
        ({"file": empty}, "file: a file that is not empty"),
        ({"file": ("a", Pipe())}, "file: a file that can be rewound, got Pipe"),
        ({"file": CONTENT}, "filename: the name of the file"),
        ({"file": ("noext", CONTENT), "mime_type": None}, "mime_type: the type of the file"),
        ({"bytes": 3}, "bytes: 2567, the size of the file, got 3"),
        ({"part_size": 0}, "part_size: greater than or equal to 1"),
        ({"concurrency": 0}, "concurrency: greater than or equal to 1"),
        ({"purpose": "new"}, "purpose: one of"),
        ({"partsize": 3}, "partsize: no such parameter (did you mean 'part_size'?)"),
        ({"resume": other}, "resume.bytes: 2567, the size of the file, got 5"),
        ({"resume": other.model_copy(update={"bytes": 2567})}, "part_size: 10, as the upload was begun, got 100"),
    ]
    for given, said in wrong:
        server = Server()
        with pytest.raises(RequestValidationError) as caught:
            await upload(server, **given)
        assert said in str(caught.value)
        assert str(caught.value).startswith("uploads.upload_file_chunked: ")
        assert server.asked == []


async def test_jsonl_is_looked_into_first(upload: Uploading) -> None:
    server = Server()
    broken: dict[str, Any] = {"file": ("a.jsonl", b'{"item": {}}\n{"item": {}}\nno\n'), "purpose": "evals"}
    with pytest.raises(RequestValidationError, match=r"upload_file_chunked: 1 fault.*\n  line 3: a JSON object"):
        await upload(server, **broken)
    assert server.asked == []
    await upload(server, **broken, check=False)
    assert server.completed is not None


# --- what fails on the way -------------------------------------------------------------------------------------------


async def test_a_failure_carries_the_upload_and_how_far_it_is(upload: Uploading) -> None:
    server = Server(refusing("/parts", 6))
    with pytest.raises(UploadError, match="upload upload_1: 5 of 26 parts arrived; it stays open") as caught:
        await upload(server, concurrency=1)
    error = caught.value
    assert isinstance(error.__cause__, BadRequestError)
    assert (error.upload.id, error.upload.status) == ("upload_1", "pending")
    assert error.progress.part_ids == {place: f"part_{place}" for place in range(5)}
    assert server.asked == ["create", *["parts"] * 6]
    again = pickle.loads(pickle.dumps(error))
    assert (again.progress, again.upload.id) == (error.progress, "upload_1")


async def test_what_was_on_its_way_beside_a_failure_is_not_lost(upload: Uploading) -> None:
    server = Server(refusing("/parts", 6))
    with pytest.raises(UploadError) as caught:
        await upload(server, concurrency=4)
    assert set(caught.value.progress.part_ids.values()) == set(server.parts)


async def test_an_upload_is_resumed_without_sending_anything_twice(upload: Uploading) -> None:
    server = Server(refusing("/parts", 6))
    with pytest.raises(UploadError) as caught:
        await upload(server)
    arrived = len(server.parts)
    server.fails = lambda request: None
    kept = json.loads(caught.value.progress.model_dump_json())
    finished = await upload(server, resume=kept, part_size=None)
    assert finished.status == "completed"
    assert server.asked.count("create") == 1
    assert len(server.parts) == 26
    assert server.asked.count("parts") == 26 + 1
    assert arrived < 26
    assert server.content == CONTENT


async def test_a_failed_completion_is_resumed_without_any_part(upload: Uploading) -> None:
    server = Server(refusing("/complete"))
    with pytest.raises(UploadError, match="26 of 26 parts arrived") as caught:
        await upload(server)
    await upload(server, resume=caught.value.progress)
    assert server.asked.count("parts") == 26


async def test_an_upload_is_cancelled_on_demand(upload: Uploading) -> None:
    server = Server(refusing("/parts", 2))
    with pytest.raises(UploadError, match="it was cancelled") as caught:
        await upload(server, concurrency=1, cancel_on_failure=True)
    assert server.asked == ["create", "parts", "parts", "cancel"]
    assert caught.value.upload.status == "cancelled"


async def test_a_cancellation_that_fails_as_well_is_told(upload: Uploading) -> None:
    def fails(request: httpx.Request) -> httpx.Response | None:
        if request.url.path.endswith(("/parts", "/cancel")):
            raise httpx.ConnectError("gone")
        return None

    with pytest.raises(UploadError, match="it stays open") as caught:
        await upload(Server(fails), cancel_on_failure=True)
    assert isinstance(caught.value.__cause__, APIConnectionError)
    assert caught.value.__notes__[0].startswith("cancelling it failed, too:")


async def test_an_upload_that_was_never_begun_is_an_ordinary_error(upload: Uploading) -> None:
    with pytest.raises(BadRequestError):
        await upload(Server(refusing("/uploads")))


async def test_a_file_that_is_closed_on_the_way_leaves_its_upload_on_the_error(
    upload: Uploading, path: pathlib.Path
) -> None:
    with path.open("rb") as file:
        server = Server(lambda request: file.close() if request.url.path.endswith("/uploads") else None)
        with pytest.raises(UploadError, match=r"upload_1: 0 of 26 parts arrived.*the file cannot be read") as caught:
            await upload(server, file=file)
    assert caught.value.upload.id == "upload_1"


async def test_a_file_that_shrinks_on_the_way_leaves_its_upload_on_the_error(
    upload: Uploading, path: pathlib.Path
) -> None:
    def shrinks(request: httpx.Request) -> None:
        path.write_bytes(b"short")

    server = Server(shrinks)
    with pytest.raises(UploadError, match="it is shorter than it was"):
        await upload(server, file=path)
    assert "complete" not in server.asked


# --- colours ---------------------------------------------------------------------------------------------------------


def test_an_async_listener_is_awaited() -> None:
    seen: list[int] = []

    async def listen(progress: UploadProgress) -> None:
        await asyncio.sleep(0)
        seen.append(len(progress.part_ids))

    asyncio.run(Uploading(Connect(is_async=True))(Server(), on_progress=listen))
    assert seen == list(range(27))


def test_parts_of_an_async_client_are_on_their_way_at_once() -> None:
    running = most = 0

    async def main() -> None:
        server = Server()

        async def handle(request: httpx.Request) -> httpx.Response:
            nonlocal running, most
            await request.aread()
            running += 1
            most = max(most, running)
            await asyncio.sleep(0.002)
            running -= 1
            return server(request)

        async with httpx.AsyncClient(transport=httpx.MockTransport(handle)) as native:
            client = Connect(is_async=True).kind(api_key="sk-x", http_client=native)
            await client.uploads.upload_file_chunked(
                file=("a", CONTENT), purpose="user_data", mime_type="x/y", part_size=100, concurrency=5
            )
        assert server.content == CONTENT

    asyncio.run(main())
    assert most == 5


async def test_a_file_whose_name_is_no_utf_8_is_announced_with_question_marks(
    upload: Uploading, tmp_path: pathlib.Path
) -> None:
    path = tmp_path / os.fsdecode(b"caf\xe9.txt")
    path.write_bytes(b"x")
    server = Server()
    await upload(server, file=path, purpose="user_data")
    assert server.created["filename"] == "caf?.txt"
