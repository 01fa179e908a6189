"""Parts of messages from paths, bytes, open files and URLs: what they become, and what is refused."""

from __future__ import annotations

import base64
import io
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from typed_openai import OpenAIError, parts
from typed_openai.models.chat.messages import TextPart, UserMessage
from typed_openai.parts import PartError

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 30
JPEG = b"\xff\xd8\xff\xe0" + b"\0" * 30
WEBP = b"RIFF\x10\0\0\0WEBPVP8 "
WAV = b"RIFF\x10\0\0\0WAVEfmt "
MP3 = b"ID3\x04" + b"\0" * 30
PDF = b"%PDF-1.7\n"


def in_base64(content: bytes) -> str:
    return base64.b64encode(content).decode()


@pytest.mark.parametrize(
    ("content", "kind"), [(PNG, "image/png"), (JPEG, "image/jpeg"), (WEBP, "image/webp"), (b"GIF89a..", "image/gif")]
)
def test_a_picture_is_what_its_first_bytes_say(content: bytes, kind: str, tmp_path: Path) -> None:
    path = tmp_path / "misnamed.txt"
    path.write_bytes(content)
    expected = f"data:{kind};base64,{in_base64(content)}"
    for source in (path, str(path), content, bytearray(content), memoryview(content), io.BytesIO(content)):
        assert parts.image(source).model_dump(exclude_unset=True) == {
            "type": "image_url",
            "image_url": {"url": expected},
        }


@pytest.mark.parametrize("url", ["https://example.com/otter", "HTTP://example.com/a.png", "data:image/png;base64,AAAA"])
def test_a_url_of_a_picture_is_passed_on(url: str) -> None:
    part = parts.image(url, detail="low")
    assert (part.image_url.url, part.image_url.detail) == (url, "low")


def test_a_name_counts_where_the_first_bytes_say_nothing(tmp_path: Path) -> None:
    path = tmp_path / "picture.avif"
    path.write_bytes(b"\x01\x02\xfe\xff")
    assert parts.image(path).image_url.url.startswith("data:image/avif;base64,")


@pytest.mark.parametrize(("content", "format"), [(WAV, "wav"), (MP3, "mp3"), (b"\xff\xfb\x90\0", "mp3")])
def test_sound_is_sent_in_base64_with_its_format(content: bytes, format: str) -> None:
    part = parts.audio(content)
    assert (part.input_audio.data, part.input_audio.format) == (in_base64(content), format)


def test_the_format_of_sound_may_be_given() -> None:
    assert parts.audio(b"\x01\xff\xfe", format="mp3").input_audio.format == "mp3"


def test_a_file_is_called_as_its_path_or_as_one_says(tmp_path: Path) -> None:
    path = tmp_path / "report.pdf"
    path.write_bytes(PDF)
    expected = {"file_data": f"data:application/pdf;base64,{in_base64(PDF)}", "filename": "report.pdf"}
    assert parts.file(path).file.model_dump(exclude_unset=True) == expected
    assert parts.file(PDF).file.filename == "file.pdf"
    assert parts.file(PDF, filename="mine.pdf").file.filename == "mine.pdf"
    with path.open("rb") as opened:
        assert parts.file(opened).file.filename == "report.pdf"
    assert parts.file(f"data:application/pdf;base64,{in_base64(PDF)}").file.filename == "file.pdf"


def test_texts_and_office_documents_are_files_too() -> None:
    def kind(part_of: bytes, name: str | None = None) -> str:
        return str(parts.file(part_of, filename=name).file.file_data).partition(";")[0]

    assert kind(b"hello") == "data:text/plain"
    assert kind(b"a,b\n1,2\n", "table.csv") == "data:text/csv"
    assert kind(b"PK\x03\x04...", "letter.docx").endswith("wordprocessingml.document")
    assert kind(b"PK\x03\x04...") == "data:application/zip"


def test_parts_stand_in_a_message() -> None:
    message = UserMessage(content=[TextPart(text="What?"), parts.image(PNG), parts.audio(WAV), parts.file(PDF)])
    assert [part["type"] for part in message.model_dump()["content"]] == ["text", "image_url", "input_audio", "file"]


MAKERS = [parts.image, parts.audio, parts.file]


@pytest.mark.parametrize("make", MAKERS)
def test_what_is_no_file_with_content_is_refused_with_the_reason(make: Callable[[Any], object], tmp_path: Path) -> None:
    empty = tmp_path / "empty.png"
    empty.touch()
    for source, reason in (
        (tmp_path / "absent.png", r"absent\.png' cannot be read: No such file"),
        ("~/absent.png", "expanduser"),
        (tmp_path, "is a directory"),
        (empty, r"'empty\.png' is empty"),
        (b"", "the content is empty"),
        ("", "the path of a file was expected"),
        (io.StringIO("text"), 'open it with "rb"'),
        (7, "a path, bytes, an open binary file or a URL was expected, got 7"),
    ):
        with pytest.raises(PartError, match=reason) as caught:
            make(source)
        assert isinstance(caught.value, OpenAIError)
        assert isinstance(caught.value, ValueError)


def test_an_unreadable_file_says_so(tmp_path: Path) -> None:
    path = tmp_path / "loop.png"
    path.symlink_to(path)
    with pytest.raises(PartError, match="cannot be read: Too many levels"):
        parts.image(path)


@pytest.mark.parametrize(
    ("make", "source", "reason"),
    [
        (parts.image, PDF, "a picture .* was expected, got application/pdf"),
        (parts.image, b"\x01\xff\xfe", "something unknown"),
        (parts.image, "data:text/plain,hello", "holds text/plain"),
        (parts.image, "data:nothing", "not a data URL"),
        (parts.audio, PNG, "wav or mp3 was expected, got image/png"),
        (parts.audio, b"OggS....", "got audio/ogg; format="),
        (parts.audio, "https://example.com/a.wav", "no URL for sound"),
        (parts.file, "https://example.com/a.pdf", "no URL for a file"),
        (parts.file, "data:,hello", "without a type"),
        (parts.file, b"\x01\xff\xfe", "filename="),
    ],
)
def test_what_does_not_fit_the_part_is_refused(make: Callable[[Any], object], source: object, reason: str) -> None:
    with pytest.raises(PartError, match=reason):
        make(source)


def test_a_text_called_like_a_picture_is_no_picture(tmp_path: Path) -> None:
    path = tmp_path / "error.png"
    path.write_text("<html>404</html>")
    with pytest.raises(PartError, match="got text/plain"):
        parts.image(path)


def test_what_is_too_big_is_refused_before_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "big.png"
    path.write_bytes(PNG)
    os.truncate(path, 60 * 1024 * 1024)  # sparse: takes no room
    with pytest.raises(PartError, match=r"62,914,560 bytes, more than max_bytes=52,428,800"):
        parts.image(path)
    with pytest.raises(PartError, match="max_bytes=10"):
        parts.image(PNG, max_bytes=10)
    assert parts.image(PNG, max_bytes=None).image_url.url
