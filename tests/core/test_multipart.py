"""Multipart requests: fields, files of every kind, what is refused, and how files live through retries."""

from __future__ import annotations

import asyncio
import io
import os
import pathlib
import tempfile
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from tests.canned import Connect, Wire, done, failure, parts, status
from typed_openai.client import BaseClient
from typed_openai.core.declare.verbs import Resource, post
from typed_openai.core.request import multipart
from typed_openai.errors import APIError, InternalServerError, RequestValidationError
from typed_openai.models.base import NULL, Nullable, Params, Result

OK = status(200, {"id": "f-1"})
AGAIN = failure(500, headers={"retry-after": "0"})
CONTENT = b"\x00\xffline\r\n--boundary\n"


class Nested(Params):
    type: str
    seconds: int | None = None


class UploadParams(Params):
    file: Any = None
    purpose: str | None = None
    expires_after: Nested | None = None
    tags: list[str] | None = None
    images: list[Any] | None = None
    flag: bool | None = None
    number: float | None = None
    odd: Nullable[str] = None
    free: Any = None


class Uploaded(Result):
    id: str


class Uploads(Resource):
    """Somewhere to upload to."""

    path = "uploads"

    create = post("/files", UploadParams, Uploaded, multipart=True)
    plain = post("/plain", UploadParams, Uploaded)


AsyncUploads: type[Resource] = Uploads.awaited


class Uploading:
    """Uploads of one colour."""

    def __init__(self, connect: Connect) -> None:
        self.connect = connect

    async def __call__(self, wire: Wire, settings: dict[str, Any] | None = None, **given: Any) -> Any:
        client: BaseClient = self.connect(wire, **(settings or {}))
        operation: Any = (AsyncUploads if self.connect.is_async else Uploads)(client)
        return await done(operation.create(**given))


@pytest.fixture
def upload(connect: Connect) -> Uploading:
    return Uploading(connect)


@pytest.fixture
def path(tmp_path: pathlib.Path) -> pathlib.Path:
    found = tmp_path / "data.jsonl"
    found.write_bytes(CONTENT)
    return found


# --- what is sent ----------------------------------------------------------------------------------------------------


async def test_fields_are_flattened_in_the_style_of_the_api(upload: Uploading) -> None:
    wire = Wire(OK)
    await upload(
        wire,
        file=b"x",
        purpose="é & =",
        expires_after={"type": "days", "seconds": 3},
        tags=["a", "b"],
        flag=True,
        number=0.5,
        odd=NULL,
    )
    fields = [(name, content.decode()) for name, filename, _, content in parts(wire.request) if filename is None]
    assert fields == [
        ("purpose", "é & ="),
        ("expires_after[type]", "days"),
        ("expires_after[seconds]", "3"),
        ("tags[]", "a"),
        ("tags[]", "b"),
        ("flag", "true"),
        ("number", "0.5"),
        ("odd", ""),
    ]


async def test_what_is_none_or_unset_is_left_out(upload: Uploading) -> None:
    wire = Wire(OK)
    await upload(wire, file=b"x", purpose=None, expires_after={"type": "days"})
    assert [name for name, *_ in parts(wire.request)] == ["expires_after[type]", "file"]


async def test_the_request_is_multipart_with_its_length(upload: Uploading) -> None:
    wire = Wire(OK)
    result = await upload(wire, file=b"x")
    sent = wire.request
    assert (sent.method, sent.url.path) == ("POST", "/v1/files")
    assert sent.headers["content-type"].startswith("multipart/form-data; boundary=")
    assert len(sent.headers.get_list("content-type")) == 1
    assert int(sent.headers["content-length"]) == len(sent.content)
    assert sent.headers["idempotency-key"]
    assert sent.headers["authorization"].startswith("Bearer ")
    assert result.id == "f-1"


async def test_a_form_without_a_file_is_multipart_all_the_same(upload: Uploading) -> None:
    wire = Wire(OK)
    await upload(wire, tags=["a", "b"], purpose="p")
    assert wire.request.headers["content-type"].startswith("multipart/form-data; boundary=")
    assert [(name, filename, content) for name, filename, _, content in parts(wire.request)] == [
        ("purpose", None, b"p"),
        ("tags[]", None, b"a"),
        ("tags[]", None, b"b"),
    ]


async def test_a_list_of_files_repeats_its_name_with_brackets(upload: Uploading, path: pathlib.Path) -> None:
    wire = Wire(OK)
    await upload(wire, images=[b"1", ("b.png", b"2"), path, io.BytesIO(b"4")])
    assert parts(wire.request) == [
        ("images[]", "upload", "application/octet-stream", b"1"),
        ("images[]", "b.png", "image/png", b"2"),
        ("images[]", "data.jsonl", "application/jsonl", CONTENT),
        ("images[]", "upload", "application/octet-stream", b"4"),
    ]


@pytest.mark.parametrize(
    ("file", "name", "kind"),
    [
        (b"content", "upload", "application/octet-stream"),
        (bytearray(b"content"), "upload", "application/octet-stream"),
        (memoryview(b"content"), "upload", "application/octet-stream"),
        (("a.png", b"content"), "a.png", "image/png"),
        (("a.png", b"content", "text/x-mine"), "a.png", "text/x-mine"),
        (("noext", b"content"), "noext", "application/octet-stream"),
        (("ä ö.txt", b"content"), "ä ö.txt", "text/plain"),
    ],
)
async def test_bytes_have_the_name_and_type_that_they_were_given(
    upload: Uploading, file: Any, name: str, kind: str
) -> None:
    wire = Wire(OK)
    await upload(wire, file=file)
    assert parts(wire.request) == [("file", name, kind, b"content")]


async def test_a_path_is_read_named_and_closed(upload: Uploading, path: pathlib.Path) -> None:
    class Other(os.PathLike[str]):
        def __fspath__(self) -> str:
            return str(path)

    for given, name in [(path, "data.jsonl"), (Other(), "data.jsonl"), (("mine.txt", path), "mine.txt")]:
        wire = Wire(OK)
        await upload(wire, file=given)
        assert [(filename, content) for _, filename, _, content in parts(wire.request)] == [(name, CONTENT)]


async def test_an_open_file_is_sent_from_its_beginning_and_left_open(upload: Uploading, path: pathlib.Path) -> None:
    wire = Wire(OK)
    with path.open("rb") as file:
        file.seek(5)
        await upload(wire, file=file)
        await upload(wire, file=("mine.txt", file))
        assert not file.closed
    for request, name in zip(wire.requests, ["data.jsonl", "mine.txt"], strict=True):
        assert [(filename, content) for _, filename, _, content in parts(request)] == [(name, CONTENT)]
        assert int(request.headers["content-length"]) == len(request.content)


async def test_a_file_in_memory_or_without_a_name_is_called_upload_unless_it_has_one(upload: Uploading) -> None:
    named = io.BytesIO(b"x")
    named.name = "song.mp3"
    with tempfile.TemporaryFile() as nameless:
        nameless.write(b"x")
        for file, name, kind in [
            (io.BytesIO(b"x"), "upload", "application/octet-stream"),
            (named, "song.mp3", "audio/mpeg"),
            (nameless, "upload", "application/octet-stream"),
        ]:
            wire = Wire(OK)
            await upload(wire, file=file)
            assert parts(wire.request) == [("file", name, kind, b"x")]


@pytest.mark.parametrize(
    ("head", "name", "kind"),
    [
        (b"\x89PNG\r\n\x1a\n", "upload.png", "image/png"),
        (b"\xff\xd8\xff\xe0", "upload.jpg", "image/jpeg"),
        (b"RIFF\0\0\0\0WEBPVP8 ", "upload.webp", "image/webp"),
        (b"RIFF\0\0\0\0WAVEfmt ", "upload.wav", "audio/wav"),
        (b"\0\0\0 ftypM4A ", "upload.m4a", "audio/mp4"),
        (b"\0\0\0 ftypisom", "upload.mp4", "video/mp4"),
        (b"ID3\x04", "upload.mp3", "audio/mpeg"),
        (b"%PDF-1.7", "upload.pdf", "application/pdf"),
        (b"RIFF\0\0\0\0AVI ", "upload", "application/octet-stream"),
        (b"PN", "upload", "application/octet-stream"),
    ],
)
async def test_the_first_bytes_tell_name_and_type_where_nothing_else_does(
    upload: Uploading, head: bytes, name: str, kind: str
) -> None:
    content = head + b"\0rest"
    for file in (content, io.BytesIO(content)):
        wire = Wire(OK)
        await upload(wire, file=file)
        assert parts(wire.request) == [("file", name, kind, content)]
    wire = Wire(OK)
    await upload(wire, file=("noext", content))
    assert parts(wire.request) == [("file", "noext", kind, content)]


async def test_a_name_counts_more_than_the_first_bytes(upload: Uploading) -> None:
    wire = Wire(OK)
    await upload(wire, file=("code.ts", b"%PDF-"))
    assert [kind for _, _, kind, _ in parts(wire.request)] == ["application/typescript"]


async def test_a_text_in_memory_is_sent_as_utf_8(upload: Uploading) -> None:
    text = io.StringIO("é\n")
    text.read()
    for given, name in [(text, "upload"), (("a.txt", text), "a.txt")]:
        wire = Wire(OK)
        await upload(wire, file=given)
        assert [(found, content) for _, found, _, content in parts(wire.request)] == [(name, "é\n".encode())]
    assert "text that UTF-8 can carry" in await refused(upload, file=io.StringIO("\ud800"))


async def test_a_text_is_a_field_and_never_a_path(upload: Uploading, path: pathlib.Path) -> None:
    wire = Wire(OK)
    await upload(wire, file=str(path))
    assert parts(wire.request) == [("file", None, None, str(path).encode())]


async def test_the_same_file_may_be_sent_twice_in_one_request(upload: Uploading, path: pathlib.Path) -> None:
    wire = Wire(OK)
    with path.open("rb") as file:
        await upload(wire, images=[file, file])
    assert [content for *_, content in parts(wire.request)] == [CONTENT, CONTENT]


async def test_extra_body_adds_fields_and_files(upload: Uploading) -> None:
    wire = Wire(OK)
    await upload(wire, file=b"1", purpose="p", extra_body={"purpose": "q", "new": True, "more": b"2", "none": None})
    found = {name: (filename, content) for name, filename, _, content in parts(wire.request)}
    assert found == {
        "purpose": (None, b"q"),
        "new": (None, b"true"),
        "none": (None, b""),
        "file": ("upload", b"1"),
        "more": ("upload", b"2"),
    }


async def test_options_and_headers_work_for_uploads_too(upload: Uploading) -> None:
    wire = Wire(OK)
    settings = {"default_headers": {"X-Team": "red"}}
    await upload(wire, settings, file=b"x", extra_headers={"X-A": "1", "x-team": None}, extra_query={"a": "b"})
    assert wire.request.headers["x-a"] == "1"
    assert "x-team" not in wire.request.headers
    assert wire.request.url.query == b"a=b"


@pytest.mark.parametrize("validation", ["strict", "warn", "off"])
async def test_files_are_the_same_however_strict_the_client_is(
    upload: Uploading, path: pathlib.Path, validation: str
) -> None:
    wire = Wire(OK)
    with path.open("rb") as file:
        given: dict[str, Any] = {} if validation == "strict" else {"unknown": "x", "number": "many"}
        await upload(wire, {"validation": validation}, file=file, images=[("a", b"1"), b"2"], **given)
    found = [(name, content) for name, filename, _, content in parts(wire.request) if filename]
    assert found == [("file", CONTENT), ("images[]", b"1"), ("images[]", b"2")]


# --- what is refused -------------------------------------------------------------------------------------------------


async def refused(upload: Uploading, **given: Any) -> str:
    wire = Wire(OK)
    with pytest.raises(RequestValidationError) as caught:
        await upload(wire, **given)
    assert wire.requests == []
    assert caught.value.operation == "uploads.create"
    assert len(caught.value.faults) == 1
    return str(caught.value)


async def test_a_path_that_cannot_be_read_is_refused_with_the_reason(upload: Uploading, tmp_path: pathlib.Path) -> None:
    said = await refused(upload, file=tmp_path / "missing.txt")
    assert "file: a file that can be read" in said
    assert "missing.txt' (No such file or directory)" in said
    assert "(Is a directory)" in await refused(upload, file=tmp_path)
    assert "images[]: a file that can be read" in await refused(upload, images=[b"1", tmp_path])


async def test_a_text_file_is_refused(upload: Uploading, path: pathlib.Path) -> None:
    with path.open(encoding="latin-1") as file, tempfile.NamedTemporaryFile("w+") as wrapped:
        for given, kind in [
            (file, "TextIOWrapper (text)"),
            (wrapped, "_TemporaryFileWrapper (text)"),
            (("name", file), "TextIOWrapper (text)"),
        ]:
            said = await refused(upload, file=given)
            assert "a path, bytes, an open binary file, or (name, content[, content type])" in said
            assert kind in said


async def test_a_closed_file_is_refused(upload: Uploading, path: pathlib.Path) -> None:
    with path.open("rb") as file:
        pass
    assert "BufferedReader (closed)" in await refused(upload, file=file)


async def test_a_file_that_is_read_with_await_is_refused(upload: Uploading) -> None:
    class Upload:
        async def read(self, size: int = -1) -> bytes:
            return b""

    assert "Upload (its read() is async)" in await refused(upload, file=Upload())


@pytest.mark.parametrize("validation", ["strict", "off"])
async def test_a_field_that_cannot_be_written_is_refused_and_named(upload: Uploading, validation: str) -> None:
    wire = Wire(OK)
    with pytest.raises(RequestValidationError, match=r"free\.a: what JSON can carry") as caught:
        await upload(wire, {"validation": validation}, file=b"\xff", free={"a": object()})
    assert [fault.path for fault in caught.value.faults] == ["free.a"]
    assert wire.requests == []


# --- retries ---------------------------------------------------------------------------------------------------------


async def test_every_kind_of_file_is_whole_in_each_attempt(upload: Uploading, path: pathlib.Path) -> None:
    with path.open("rb") as file:
        file.seek(3)
        for given in (b"content", path, file, io.BytesIO(CONTENT), ("a", io.BytesIO(CONTENT), "b/c")):
            wire = Wire(AGAIN, AGAIN, OK)
            await upload(wire, file=given, purpose="p")
            assert len(wire.requests) == 3
            bodies = {
                request.content.replace(_boundary(request.headers["content-type"]), b"B") for request in wire.requests
            }
            assert len(bodies) == 1
            assert len({request.headers["idempotency-key"] for request in wire.requests}) == 1


def _boundary(content_type: str) -> bytes:
    return content_type.partition("boundary=")[2].encode()


async def test_what_we_open_is_closed_after_each_attempt_also_after_a_failure(
    upload: Uploading, path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[Any] = []

    def remember(*given: Any) -> Any:
        opened.append(open(*given))  # noqa: SIM115 - closing it is what is tested
        return opened[-1]

    monkeypatch.setattr(multipart, "open", remember, raising=False)
    await upload(Wire(AGAIN, OK), file=path)
    with pytest.raises(InternalServerError):
        await upload(Wire(AGAIN), {"max_retries": 1}, file=path)
    with pytest.raises(RequestValidationError):
        await upload(Wire(OK), images=[path, path.with_name("missing")])
    assert len(opened) == 5
    assert all(file.closed for file in opened)


class Pipe:
    """Content that can be read once."""

    def __init__(self, content: bytes) -> None:
        self._stream = io.BytesIO(content)

    def read(self, size: int = -1) -> bytes:
        return self._stream.read(size)


@pytest.fixture
def pipe() -> Iterator[Any]:
    reading, writing = os.pipe()
    os.write(writing, CONTENT)
    os.close(writing)
    with os.fdopen(reading, "rb") as file:
        yield file


async def test_a_pipe_is_sent_in_chunks_since_nobody_knows_its_length(upload: Uploading, pipe: Any) -> None:
    for given, name in [(pipe, "upload"), (Pipe(CONTENT), "upload"), (("a.txt", Pipe(CONTENT)), "a.txt")]:
        wire = Wire(OK)
        await upload(wire, file=given)
        assert "content-length" not in wire.request.headers
        assert wire.request.headers["transfer-encoding"] == "chunked"
        assert [(filename, content) for _, filename, _, content in parts(wire.request)] == [(name, CONTENT)]


async def test_what_cannot_be_rewound_is_not_sent_a_second_time_and_the_error_says_so(
    upload: Uploading, pipe: Any
) -> None:
    for given in (pipe, Pipe(CONTENT)):
        wire = Wire(AGAIN, OK)
        events: list[Any] = []
        with pytest.raises(InternalServerError) as caught:
            await upload(wire, {"on_retry": events.append}, file=given)
        assert len(wire.requests) == 1
        assert caught.value.__notes__ == ["not tried again: the file in 'file' cannot be rewound"]
        assert len(caught.value.attempts) == 1
        assert events == []


async def test_what_went_away_after_the_first_attempt_is_not_tried_again_and_the_error_says_so(
    upload: Uploading, tmp_path: pathlib.Path
) -> None:
    path = tmp_path / "gone.txt"
    path.write_bytes(CONTENT)

    def answer(request: httpx.Request) -> httpx.Response:
        path.unlink()
        return AGAIN(request)

    wire = Wire(answer, OK)
    with pytest.raises(InternalServerError) as caught:
        await upload(wire, file=path)
    assert len(wire.requests) == 1
    (note,) = caught.value.__notes__
    assert (
        note == f"not tried again: the file in 'file' cannot be read again ({str(path)!r}: No such file or directory)"
    )


async def test_what_was_closed_after_the_first_attempt_is_not_tried_again(upload: Uploading) -> None:
    file = io.BytesIO(CONTENT)

    def answer(request: httpx.Request) -> httpx.Response:
        file.close()
        return AGAIN(request)

    wire = Wire(answer, OK)
    with pytest.raises(InternalServerError) as caught:
        await upload(wire, file=file)
    assert caught.value.__notes__ == ["not tried again: the file in 'file' cannot be read again (BytesIO (closed))"]


async def test_an_error_that_is_final_anyway_says_nothing_of_rewinding(upload: Uploading) -> None:
    with pytest.raises(APIError) as caught:
        await upload(Wire(failure(400)), file=Pipe(b"x"))
    assert not hasattr(caught.value, "__notes__")


async def test_uploads_of_many_tasks_do_not_mix(connect: Connect) -> None:
    wire = Wire(OK)
    upload = Uploading(connect)
    await asyncio.gather(*(upload(wire, file=(f"{number}", b"%d" % number)) for number in range(5)))
    found = sorted((str(filename), content) for request in wire.requests for _, filename, _, content in parts(request))
    assert found == [(str(number), b"%d" % number) for number in range(5)]


async def test_a_name_that_is_no_utf_8_goes_out_with_question_marks(upload: Uploading, tmp_path: pathlib.Path) -> None:
    path = tmp_path / os.fsdecode(b"r\xe9sum\xe9 \xc3\xa9.txt")  # from an old archive, say
    path.write_bytes(b"x")
    for file in (path, (path.name, b"x")):
        wire = Wire(OK)
        await upload(wire, file=file)
        assert [(name, content) for _, name, _, content in parts(wire.requests[0])] == [("r?sum? é.txt", b"x")]
