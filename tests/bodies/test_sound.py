"""Sound is judged by what its bytes are: whole, streamed block by block, under any content type, in both colours."""

from __future__ import annotations

import json
import os
from collections.abc import AsyncIterator, Iterator
from operator import attrgetter
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.canned import Connect, Wire, done, entered, listed, status
from typed_openai.errors import APIConnectionError, APIError, ResponseDecodeError

SPEECH: dict[str, Any] = {"model": "tts-1", "voice": "alloy", "input": "hi"}
LABELS = ["audio/mpeg", "application/octet-stream", "application/json", "text/html; charset=utf-8", ""]
ERROR = {"error": {"message": "out of voices", "code": "no_voice"}}
PAGE = "<!DOCTYPE html>\n<html><body>502 Bad Gateway</body></html>"
NOT_SOUND: dict[str, tuple[type[APIError], bytes]] = {
    "error": (APIError, json.dumps(ERROR).encode()),
    "indented": (APIError, b"\n\n  " + json.dumps(ERROR, indent=2).encode()),
    "marked": (APIError, b"\xef\xbb\xbf" + json.dumps(ERROR).encode()),
    "in a list": (APIError, json.dumps([ERROR]).encode()),
    "failed": (APIError, b'{"code": 500, "msg": "out of voices", "success": false}'),
    "detail": (APIError, b'{"detail": "out of voices"}'),
    "long": (APIError, json.dumps({"error": {"message": "x" * 200_000}}).encode()),
    "object": (ResponseDecodeError, b'{"ok": 1}'),
    "cut": (ResponseDecodeError, b'{"error": {"mess'),
    "page": (ResponseDecodeError, PAGE.encode()),
    "upper": (ResponseDecodeError, PAGE.upper().encode()),
    "comment": (ResponseDecodeError, b"<!-- proxy --><p>502</p>"),
    "heading": (ResponseDecodeError, b"<h1>502 Bad Gateway</h1>"),
    "xml": (ResponseDecodeError, b"<?xml version='1.0'?><Error><Code>AccessDenied</Code></Error>"),
    "bare xml": (ResponseDecodeError, b"<Error><Code>AccessDenied</Code></Error>"),
    "latin": (ResponseDecodeError, "<html>Gr\xfc\xdfe</html>".encode("latin-1")),
    "nothing": (ResponseDecodeError, b""),
    "blank": (ResponseDecodeError, b" \n"),
}
SOUND: dict[str, bytes] = {
    "mp3": b"ID3\x04" + bytes(range(256)) * 20,
    "mp3 frames": b"\xff\xfb\x90" + bytes(range(256)),
    "aac": b"\xff\xf1\x50\x80" + bytes(range(256)),
    "wav": b"RIFF\x00\x00\x00\x00WAVE" + b"{" * 50,
    "opus": b"OggS" + b'{"error": 1}',
    "silence": bytes(5000),
    "samples like an object": b"{\x00\x01" + b" " * 500,
    "samples like a list": b"[\x00" + b"1," * 500,
    "samples like a tag": b"<h\x01" + b"<html>",
    "samples like blanks": b"\n \x00 {}",
}


class Blocks(httpx.SyncByteStream, httpx.AsyncByteStream):
    """A body in blocks; `given` counts those that were taken. `breaks`: the connection breaks at the end."""

    def __init__(self, content: bytes, size: int, breaks: bool = False) -> None:
        self.blocks = [content[at : at + size] for at in range(0, len(content), size)]
        self.breaks, self.given = breaks, 0

    def __iter__(self) -> Iterator[bytes]:
        for block in self.blocks:
            self.given += 1
            yield block
        if self.breaks:
            raise httpx.ReadError("gone")

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for block in self:
            yield block

    async def aclose(self) -> None:
        """Nothing to close."""


def serve(connect: Connect, body: Blocks, label: str, **settings: Any) -> Any:
    headers = {"content-type": label} if label else {}
    return connect(Wire(lambda request: httpx.Response(200, stream=body, headers=headers)), max_retries=0, **settings)


async def taken(client: Any, how: str, path: Path) -> Any:
    """What a streamed answer gives, read in one of its ways, in either colour."""
    manager = client.audio.speech.with_streaming_response.create(**SPEECH)
    async with entered(manager) as response:
        if how == "file":
            await done(response.stream_to_file(path))
            return written(path)
        if how in ("read", "parse"):
            return await done(getattr(response, how)())
        pieces = response.iter_bytes(7) if how == "pieces" else getattr(response, f"iter_{how}")()
        return b"".join(piece.encode() if isinstance(piece, str) else piece for piece in await listed(pieces))


def written(path: Path) -> bytes:
    return path.read_bytes()


HOW = ["bytes", "pieces", "raw", "text", "lines", "file", "read", "parse"]


@pytest.mark.parametrize("size", [1, 5, 10**6])
@pytest.mark.parametrize("name", NOT_SOUND)
async def test_what_is_not_sound_is_an_error_with_what_came_however_it_is_read(
    connect: Connect, tmp_path: Path, name: str, size: int
) -> None:
    kind, content = NOT_SOUND[name]
    path = tmp_path / "speech.mp3"
    path.write_bytes(b"old")
    for label in LABELS:
        for how in HOW if size > 1 and name != "long" else ["bytes", "file"]:
            size = max(size, len(content) // 100)
            with pytest.raises(APIError) as caught:
                await taken(serve(connect, Blocks(content, size), label), how, path)
            assert caught.type is kind, (label, how)
            assert caught.value.content == content
            assert kind is ResponseDecodeError or "out of voices" in str(caught.value) or "xxx" in str(caught.value)
    assert path.read_bytes() == b"old"


@pytest.mark.parametrize("name", NOT_SOUND)
async def test_what_is_not_sound_is_an_error_where_it_came_whole(connect: Connect, name: str) -> None:
    kind, content = NOT_SOUND[name]
    for label in LABELS:
        client = serve(connect, Blocks(content, 10**6), label)
        with pytest.raises(APIError) as caught:
            await done(client.audio.speech.create(**SPEECH))
        assert caught.type is kind, label
        assert caught.value.content == content


@pytest.mark.parametrize("size", [1, 10**6])
@pytest.mark.parametrize("name", SOUND)
async def test_sound_comes_as_it_is_whatever_it_is_called(
    connect: Connect, tmp_path: Path, name: str, size: int
) -> None:
    content = SOUND[name]
    for label in (*LABELS, "text/plain"):
        for how in ("bytes", "pieces", "raw", "file", "read"):
            found = await taken(serve(connect, Blocks(content, size), label), how, tmp_path / "new.mp3")
            assert found == content, (label, how)
        assert (
            await done(serve(connect, Blocks(content, size), label).audio.speech.create(**SPEECH))
        ).content == content


@pytest.mark.parametrize("label", LABELS)
async def test_sound_is_not_held(connect: Connect, label: str) -> None:
    body = Blocks(b"ID3\x04" + bytes(100_000), 1000)
    manager = serve(connect, body, label).audio.speech.with_streaming_response.create(**SPEECH)
    if connect.is_async:
        async with manager as response:
            assert len(await anext(response.iter_bytes())) == 1000
    else:
        with manager as response:
            assert len(next(response.iter_bytes())) == 1000
    assert body.given == 1


async def test_samples_that_begin_like_text_are_held_no_longer_than_they_look_like_it(connect: Connect) -> None:
    body = Blocks(b"{  " + b"\x00\x01\x02" * 1000, 3)
    manager = serve(connect, body, "audio/pcm").audio.speech.with_streaming_response.create(**SPEECH)
    if connect.is_async:
        async with manager as response:
            await anext(response.iter_bytes())
    else:
        with manager as response:
            next(response.iter_bytes())
    assert body.given == 2


async def test_a_page_without_end_is_an_error_with_what_is_kept_of_it(connect: Connect, tmp_path: Path) -> None:
    body = Blocks(b"<html>" + b"x" * 3_000_000, 60_000)
    with pytest.raises(ResponseDecodeError) as caught:
        await taken(serve(connect, body, "audio/mpeg"), "file", tmp_path / "new.mp3")
    assert 1_000_000 < len(caught.value.content) < 1_200_000
    assert body.given < 30
    assert os.listdir(tmp_path) == []


async def test_an_error_that_breaks_off_says_what_came_of_it(connect: Connect, tmp_path: Path) -> None:
    body = Blocks(b'{"error": {"mess', 5, breaks=True)
    with pytest.raises(APIConnectionError) as caught:
        await taken(serve(connect, body, "audio/mpeg"), "bytes", tmp_path / "new.mp3")
    assert caught.value.content == b'{"error": {"mess'


FILES: list[tuple[str, tuple[str, ...], str]] = [
    ("skills.content.retrieve", ("skill_1",), "a zip file"),
    ("skills.versions.content.retrieve", ("skill_1", "2"), "a zip file"),
    ("videos.download_content", ("video_1",), "a video or a picture"),
    ("live.sessions.download_recording", ("sess_1",), "sound"),
]
"""What gives a file that is never text, with what is said of it."""


@pytest.mark.parametrize(("name", "ids", "expected"), FILES)
async def test_what_is_no_such_file_is_not_taken_for_one(
    connect: Connect, name: str, ids: tuple[str, ...], expected: str
) -> None:
    for content in (b"", b"<html>Log in</html>", b'{"id": "x"}'):
        with pytest.raises(ResponseDecodeError, match=f"expected {expected}"):
            await done(attrgetter(name)(connect(Wire(status(200, content=content))))(*ids))
    wire = Wire(status(200, {"error": {"message": "it is gone", "code": "gone"}}))
    with pytest.raises(APIError, match="it is gone"):
        await done(attrgetter(name)(connect(wire, max_retries=0))(*ids))
    for file in (b"PK\x03\x04\x00rest", b"\x00\x00\x00\x18ftypmp42", b"\xff\xd8\xff\xe0\x00"):
        found = await done(attrgetter(name)(connect(Wire(status(200, content=file))))(*ids))
        assert found.read() == file
