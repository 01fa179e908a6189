"""Downloads: written beside and moved at the end; a page is not sound; JSON where text was asked is its text."""

from __future__ import annotations

import json
import os
import stat
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.canned import Connect, Wire, done, entered, status
from typed_openai.core.run.replacing import replacing
from typed_openai.errors import APIConnectionError, APIError, ResponseDecodeError, ResponseValidationError

SPEECH: dict[str, Any] = {"model": "tts-1", "voice": "alloy", "input": "hi"}
MP3 = b"ID3\x04" + bytes(range(256))


class Cut(httpx.SyncByteStream, httpx.AsyncByteStream):
    def __iter__(self) -> Any:
        yield b"half of the new file"
        raise httpx.ReadError("gone")

    async def __aiter__(self) -> Any:
        yield b"half of the new file"
        raise httpx.ReadError("gone")

    async def aclose(self) -> None:
        """Nothing to close."""


async def save(client: Any, path: Path, **speech: Any) -> None:
    """Stream a file (or speech) to a path, in either colour."""
    if speech:
        manager = client.audio.speech.with_streaming_response.create(**speech)
    else:
        manager = client.files.with_streaming_response.content("f")
    async with entered(manager) as response:
        await done(response.stream_to_file(path))


async def test_a_download_that_breaks_off_leaves_the_old_file_and_nothing_beside_it(
    connect: Connect, tmp_path: Path
) -> None:
    path = tmp_path / "file.bin"
    path.write_bytes(b"old")
    client = connect(Wire(lambda request: httpx.Response(200, stream=Cut())), max_retries=0)
    with pytest.raises(APIConnectionError):
        await save(client, path)
    assert path.read_bytes() == b"old"
    assert os.listdir(tmp_path) == ["file.bin"]


async def test_a_download_replaces_the_file_and_keeps_its_permissions(connect: Connect, tmp_path: Path) -> None:
    path = tmp_path / "file.bin"
    path.write_bytes(b"old")
    path.chmod(0o640)
    client = connect(Wire(status(200, content=b"new")))
    await save(client, path)
    assert path.read_bytes() == b"new"
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    (await done(client.files.content("f"))).write_to_file(path)
    assert os.listdir(tmp_path) == ["file.bin"]


def test_a_link_is_followed_and_what_is_not_a_file_is_written_to(tmp_path: Path) -> None:
    real, link = tmp_path / "real", tmp_path / "link"
    real.write_bytes(b"old")
    link.symlink_to(real)
    with replacing(link) as target:
        target.write(b"new")
        assert real.read_bytes() == b"old"
    assert link.is_symlink()
    assert real.read_bytes() == b"new"
    with replacing(os.devnull) as target:
        target.write(b"nothing")


def test_a_new_file_has_the_permissions_that_open_gives(tmp_path: Path) -> None:
    with replacing(tmp_path / "new") as target:
        target.write(b"1")
    (tmp_path / "plain").write_bytes(b"1")
    assert (tmp_path / "new").stat().st_mode == (tmp_path / "plain").stat().st_mode


def test_an_error_in_the_block_leaves_nothing_new(tmp_path: Path) -> None:
    def fail() -> None:
        with replacing(tmp_path / "new") as target:
            target.write(b"1")
            raise KeyError("stop")

    with pytest.raises(KeyError):
        fail()
    assert list(tmp_path.iterdir()) == []


# --- what is not sound -----------------------------------------------------------------------------------------------

JSON = "application/json"
NOT_SOUND: list[tuple[type[APIError], bytes, str]] = [
    (APIError, b'{"error": {"message": "out of voices"}}', JSON),
    (APIError, b'{"error": {"message": "out of voices"}}', "audio/mpeg"),
    (APIError, b'{"detail": "out of voices"}', JSON),
    (APIError, b'[{"error": {"message": "out of voices"}}]', JSON),
    (APIError, b'\xef\xbb\xbf {"code": 500, "msg": "out of voices", "success": false}', "application/octet-stream"),
    (ResponseDecodeError, b'{"ok": 1}', JSON),
    (ResponseDecodeError, b"<!DOCTYPE html><p>out of voices</p>", "text/html; charset=utf-8"),
    (ResponseDecodeError, b" <html><p>out of voices</p>", "audio/mpeg"),
    (ResponseDecodeError, b"upstream connect error", "text/plain"),
    (ResponseDecodeError, b"", "audio/mpeg"),
    (ResponseDecodeError, b'{"error": {"mess', JSON),
]


@pytest.mark.parametrize(("kind", "content", "label"), NOT_SOUND, ids=map(str, range(len(NOT_SOUND))))
async def test_an_error_or_a_page_is_not_sound(
    connect: Connect, tmp_path: Path, kind: type[APIError], content: bytes, label: str
) -> None:
    wire = Wire(status(200, content=content, headers={"content-type": label}))
    client = connect(wire, max_retries=0)
    with pytest.raises(kind) as caught:
        await done(client.audio.speech.create(**SPEECH))
    assert caught.type is kind
    assert caught.value.content == content
    raw = await done(client.audio.speech.with_raw_response.create(**SPEECH))
    with pytest.raises(kind):
        raw.parse()
    if "audio" in label or "octet" in label:
        return  # bytes that are called sound are given as they arrive
    path = tmp_path / "speech.mp3"
    path.write_bytes(b"old")
    with pytest.raises(kind):
        await save(client, path, **SPEECH)
    assert path.read_bytes() == b"old"


@pytest.mark.parametrize("label", ["audio/mpeg", "application/octet-stream", "application/json", "text/plain"])
async def test_sound_is_sound_whatever_it_is_called(connect: Connect, tmp_path: Path, label: str) -> None:
    client = connect(Wire(status(200, content=MP3, headers={"content-type": label})))
    assert (await done(client.audio.speech.create(**SPEECH))).content == MP3
    await save(client, tmp_path / "a.mp3", **SPEECH)
    assert (tmp_path / "a.mp3").read_bytes() == MP3


@pytest.mark.parametrize("content", [b"{\x00\x01", b"[1, 2", b"<\x00h"])
async def test_raw_samples_may_have_any_bytes(connect: Connect, content: bytes) -> None:
    client = connect(Wire(status(200, content=content, headers={"content-type": "audio/pcm"})))
    assert (await done(client.audio.speech.create(**SPEECH, response_format="pcm"))).content == content


async def test_a_file_may_hold_json_or_a_page(connect: Connect) -> None:
    for content, label in [(b'{"error": {"message": "x"}}', JSON), (b"<html>", "text/html")]:
        client = connect(Wire(status(200, content=content, headers={"content-type": label})))
        assert (await done(client.files.content("f"))).content == content


# --- texts -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("format", ["text", "srt", "vtt"])
@pytest.mark.parametrize("area", ["transcriptions", "translations"])
@pytest.mark.parametrize(
    ("body", "label"),
    [
        ({"text": "Hello."}, JSON),
        ({"text": "Hello.", "x_vendor": 1}, JSON),
        ({"text": "Hello.", "language": "en", "segments": []}, JSON),
        ({"text": "Hello."}, "text/plain"),
    ],
)
async def test_json_where_text_was_asked_is_its_text_with_an_issue(
    connect: Connect, caplog: pytest.LogCaptureFixture, area: str, format: str, body: Any, label: str
) -> None:
    wire = Wire(status(200, content=json.dumps(body).encode(), headers={"content-type": label}))
    create = getattr(connect(wire).audio, area).create
    found: Any = await done(create(file=b"RIFF", model="m", response_format=format))
    assert found == "Hello."
    assert issubclass(type(found), str)
    assert [issue.expected for issue in found.issues] == ["text"]
    assert "deviates" in caplog.text


async def test_strict_responses_refuse_json_where_text_was_asked(connect: Connect) -> None:
    client = connect(Wire(status(200, {"text": "Hello."})), strict_responses=True)
    with pytest.raises(ResponseValidationError) as caught:
        await done(client.audio.transcriptions.create(file=b"RIFF", model="m", response_format="text"))
    assert caught.value.body == "Hello."


async def test_an_error_where_text_was_asked_is_one(connect: Connect) -> None:
    for body in ({"error": {"message": "no"}}, {"detail": "no"}, {"success": False, "msg": "no"}):
        client = connect(Wire(status(200, body)), max_retries=0)
        with pytest.raises(APIError, match="no"):
            await done(client.audio.transcriptions.create(file=b"RIFF", model="m", response_format="text"))
