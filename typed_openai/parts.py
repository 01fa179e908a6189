"""Parts of a message from what you have: a path, bytes, an open file, or a URL.

    from typed_openai import parts

    UserMessage(content=[TextPart(text="What is this?"), parts.image("otter.png", detail="low")])
    EasyInputMessageParam(role="user", content=[parts.file("report.pdf")])  # the same in the input of a response

    image(source)    an `ImagePart`          path, bytes, open binary file, http(s) URL, data URL
    audio(source)    an `InputAudioPart`     path, bytes, open binary file; wav or mp3
    file(source)     a `FilePart`            path, bytes, open binary file, data URL; PDF and others

Rules
* A `str` that begins with `http://`, `https://` or `data:` is a URL; every other `str` is a path, never content.
* What a thing is, its first bytes say; its name is asked only when they say nothing. A picture that is called `.txt`
  is a picture, a text that is called `.png` is refused.
* Everything is checked here, before a request is made, and raises `PartError`: a missing or unreadable file, a
  directory, an empty file, a type that the part cannot hold, more than `max_bytes`.
* URLs of pictures go to the service as they are: it fetches them. It fetches neither sound nor files for chat.
* They are parts of chat messages. Where the Responses API takes content (messages, outputs of tools, conversations,
  prompts), pictures and files stand as they are and are sent as its `input_image` and `input_file`; it takes no sound.

Weak spots: the whole content is read, and is a third longer in base64. Which types a service reads beyond the usual
ones (PNG, JPEG, WebP, GIF; PDF) is for it to say. The Responses API takes at most 20 MiB of base64 for a picture that
a tool gave, which is found only when it is sent. The address of a file, which it takes too, is a
`ResponseInputFileParam(file_url=...)`.
"""

from __future__ import annotations

import base64
import os
import re
import stat
from typing import IO, Literal, TypeAlias

from typed_openai.core.request.faults import shown
from typed_openai.core.request.filetypes import LONGEST_MARK, type_of_content, type_of_name
from typed_openai.errors import OpenAIError
from typed_openai.models.chat.messages import FilePart, ImagePart, ImageURL, InputAudio, InputAudioPart, InputFile

__all__ = ["MAX_BYTES", "PartError", "Source", "audio", "file", "image"]

Source: TypeAlias = str | os.PathLike[str] | bytes | bytearray | memoryview | IO[bytes]
"""A path, content, or an open binary file; a `str` may also be a URL."""

MAX_BYTES = 50 * 1024 * 1024
"""What one part may weigh before base64: the service takes 50 MB of pictures or files in a request."""

_URL = re.compile(r"(?:https?|data):", re.IGNORECASE)
_DATA_URL = re.compile(r"data:([\w.+-]+/[\w.+-]+)?[^,]*,", re.IGNORECASE)
_SOUNDS: dict[str, Literal["wav", "mp3"]] = {"audio/wav": "wav", "audio/x-wav": "wav", "audio/mpeg": "mp3"}
_SUFFIXES = {"application/pdf": "pdf", "text/plain": "txt", "application/zip": "zip", "image/png": "png"}


class PartError(OpenAIError, ValueError):
    """Something cannot be made a part of a message; nothing was sent."""


def image(
    source: Source,
    *,
    detail: Literal["auto", "low", "high", "original"] | None = None,
    max_bytes: int | None = MAX_BYTES,
) -> ImagePart:
    """A picture as a part of a message.

    source: see `Source`; http(s) and data URLs are passed on as they are.
    detail: how closely the model looks, and so what it costs; `auto` by default.
    max_bytes: the most that it may weigh, 50 MiB by default; None for no limit.
    Raises `PartError`.
    """
    if isinstance(source, str) and _URL.match(source):
        kind = _type_of_data_url(source)
        if kind is not None and not kind.startswith("image/"):
            raise PartError(f"a picture was expected, the data URL holds {kind}")
        url = source
    else:
        content, name = _read(source, max_bytes)
        kind = _kind(content, name)
        if kind is None or not kind.startswith("image/"):
            raise PartError(f"{_called(name)}: a picture (PNG, JPEG, WebP, GIF) was expected, got {_said(kind)}")
        url = _data_url(kind, content)
    return ImagePart(image_url=ImageURL(url=url) if detail is None else ImageURL(url=url, detail=detail))


def audio(
    source: Source, *, format: Literal["wav", "mp3"] | None = None, max_bytes: int | None = MAX_BYTES
) -> InputAudioPart:
    """A recording as a part of a message: wav or mp3.

    source: see `Source`; no URLs, as the API takes none.
    format: what it is, where neither its first bytes nor its name say so; it is believed.
    max_bytes: the most that it may weigh, 50 MiB by default; None for no limit.
    Raises `PartError`.
    """
    if isinstance(source, str) and _URL.match(source):
        raise PartError(f"the API takes no URL for sound: fetch it and give the bytes (got {shown(source)})")
    content, name = _read(source, max_bytes)
    kind = _kind(content, name)
    found = format or _SOUNDS.get(kind or "")
    if found is None:
        raise PartError(
            f"{_called(name)}: a recording as wav or mp3 was expected, got {_said(kind)}; format=... overrules this"
        )
    return InputAudioPart(input_audio=InputAudio(data=base64.b64encode(content).decode("ascii"), format=found))


def file(source: Source, *, filename: str | None = None, max_bytes: int | None = MAX_BYTES) -> FilePart:
    """A document as a part of a message, such as a PDF; one that was uploaded is `FilePart(file={"file_id": ...})`.

    source: see `Source`; of URLs only `data:`, as the API fetches no files for chat.
    filename: what it is called; the name of the path by default, else `file.` and the suffix of its type.
    max_bytes: the most that it may weigh, 50 MiB by default; None for no limit.
    Raises `PartError`.
    """
    if isinstance(source, str) and _URL.match(source):
        if source[:5].lower() != "data:":
            raise PartError(f"the API takes no URL for a file: fetch it and give the bytes (got {shown(source)})")
        kind = _type_of_data_url(source)
        if kind is None:
            raise PartError("a data URL without a type: data:application/pdf;base64,...")
        return FilePart(file=InputFile(file_data=source, filename=filename or _invented(kind)))
    content, name = _read(source, max_bytes)
    kind = _kind(content, filename or name)
    if kind is None:
        raise PartError(f"{_called(name)}: nobody knows what this is; filename=... with a suffix says it")
    called = filename or name or _invented(kind)
    return FilePart(file=InputFile(file_data=_data_url(kind, content), filename=called))


# --- reading ---------------------------------------------------------------------------------------------------------


def _read(source: Source, max_bytes: int | None) -> tuple[bytes, str]:
    """The content, and its name as far as it has one."""
    if isinstance(source, str | os.PathLike):
        content, name = _read_path(source, max_bytes), os.path.basename(os.fspath(source))
    elif isinstance(source, bytes | bytearray | memoryview):
        content, name = bytes(source), ""
    elif callable(getattr(source, "read", None)):
        content, name = _read_open(source), str(getattr(source, "name", ""))
        name = os.path.basename(name)
    else:
        raise PartError(f"a path, bytes, an open binary file or a URL was expected, got {shown(source)}")
    if not content:
        raise PartError(f"{_called(name)} is empty")
    _check_size(len(content), name, max_bytes)
    return content, name


def _read_path(path: str | os.PathLike[str], max_bytes: int | None) -> bytes:
    shown_path = repr(os.fspath(path))
    if not os.fspath(path) or "\0" in os.fspath(path):
        raise PartError(f"the path of a file was expected, got {shown(path)}")
    try:
        about = os.stat(path)
        if stat.S_ISDIR(about.st_mode):
            raise PartError(f"{shown_path} is a directory, not a file")
        if stat.S_ISREG(about.st_mode):
            _check_size(about.st_size, os.fspath(path), max_bytes)  # before it is read
        with open(path, "rb") as opened:
            return opened.read()
    except OSError as error:
        hint = "; ~ is not expanded: os.path.expanduser()" if os.fspath(path).startswith("~") else ""
        raise PartError(f"{shown_path} cannot be read: {error.strerror or error}{hint}") from error


def _read_open(source: IO[bytes]) -> bytes:
    try:
        content: object = source.read()
    except (OSError, ValueError) as error:
        raise PartError(f"the open file cannot be read: {error}") from error
    if not isinstance(content, bytes | bytearray):
        raise PartError(f'the open file gives {type(content).__name__}, not bytes: open it with "rb"')
    return bytes(content)


def _check_size(size: int, name: str, max_bytes: int | None) -> None:
    if max_bytes is not None and size > max_bytes:
        raise PartError(f"{_called(name)} has {size:,} bytes, more than max_bytes={max_bytes:,}")


# --- what it is ------------------------------------------------------------------------------------------------------


def _kind(content: bytes, name: str) -> str | None:
    """The MIME type by the first bytes, else by the name; a text is what it is called, unless that is not text."""
    by_content, by_name = type_of_content(content[:LONGEST_MARK]), type_of_name(name)
    if by_content == "application/zip" and by_name and by_name.startswith("application/vnd."):
        return by_name  # what offices write is a zip inside
    if by_content is not None:
        return by_content
    if not _is_text(content):
        return by_name
    unlike = by_name is None or by_name.startswith(("image/", "audio/", "video/")) or by_name == "application/pdf"
    return "text/plain" if unlike and by_name != "image/svg+xml" else by_name


def _is_text(content: bytes) -> bool:
    if b"\0" in content[:4096]:
        return False
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _type_of_data_url(url: str) -> str | None:
    """The type in a data URL; None for other URLs and where it has none."""
    if url[:5].lower() != "data:":
        return None
    found = _DATA_URL.match(url)
    if found is None:
        raise PartError(f"not a data URL: {shown(url)}; it looks like data:image/png;base64,...")
    return found[1]


def _data_url(kind: str, content: bytes) -> str:
    return f"data:{kind};base64,{base64.b64encode(content).decode('ascii')}"


def _invented(kind: str) -> str:
    return f"file.{_SUFFIXES.get(kind, kind.rpartition('/')[2])}"


def _called(name: str) -> str:
    return repr(name) if name else "the content"


def _said(kind: str | None) -> str:
    return kind or "something unknown"
