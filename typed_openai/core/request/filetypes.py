"""What kind of file something is: by its name, and by its first bytes when the name tells nothing. Pure.

`mimetypes` of the standard library reads the tables of the machine, so that the same name would be sent as one type
here and another there (`.ts` is television on most, `.jsonl` unknown to many): what the API takes stands here first.

Weak spot: a container format says little about what is in it (zip: also docx; Matroska: sound or pictures).
"""

from __future__ import annotations

import mimetypes

UNKNOWN = "application/octet-stream"
LONGEST_MARK = 64
"""As many first bytes as are ever looked at."""

_BY_SUFFIX = {
    "aac": "audio/aac",
    "c": "text/x-c",
    "cpp": "text/x-c++",
    "cs": "text/x-csharp",
    "css": "text/css",
    "csv": "text/csv",
    "doc": "application/msword",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "flac": "audio/flac",
    "gif": "image/gif",
    "go": "text/x-golang",
    "heic": "image/heic",
    "html": "text/html",
    "java": "text/x-java",
    "jpeg": "image/jpeg",
    "jpg": "image/jpeg",
    "js": "text/javascript",
    "json": "application/json",
    "jsonl": "application/jsonl",
    "m4a": "audio/mp4",
    "md": "text/markdown",
    "mp3": "audio/mpeg",
    "mp4": "video/mp4",
    "mpeg": "video/mpeg",
    "mpga": "audio/mpeg",
    "oga": "audio/ogg",
    "ogg": "audio/ogg",
    "opus": "audio/ogg",
    "pdf": "application/pdf",
    "php": "text/x-php",
    "png": "image/png",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "py": "text/x-python",
    "rb": "text/x-ruby",
    "sh": "application/x-sh",
    "tex": "text/x-tex",
    "ts": "application/typescript",
    "txt": "text/plain",
    "wav": "audio/wav",
    "webm": "video/webm",
    "webp": "image/webp",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "xml": "text/xml",
    "zip": "application/zip",
}
_BY_FIRST_BYTES = (
    (b"\x89PNG\r\n\x1a\n", "png"),
    (b"\xff\xd8\xff", "jpg"),
    (b"GIF87a", "gif"),
    (b"GIF89a", "gif"),
    (b"%PDF-", "pdf"),
    (b"ID3", "mp3"),
    (b"\xff\xfb", "mp3"),
    (b"\xff\xf3", "mp3"),
    (b"\xff\xf2", "mp3"),
    (b"\xff\xf1", "aac"),
    (b"\xff\xf9", "aac"),
    (b"fLaC", "flac"),
    (b"OggS", "ogg"),
    (b"\x1aE\xdf\xa3", "webm"),
    (b"PK\x03\x04", "zip"),
)
_RIFF = {b"WAVE": "wav", b"WEBP": "webp"}
_BRANDS = {b"M4A ": "m4a", b"M4B ": "m4a", b"heic": "heic", b"heix": "heic", b"mif1": "heic"}


def type_of_name(name: str) -> str | None:
    """The MIME type that a file name stands for, None when it says nothing."""
    suffix = name.rpartition(".")[2].lower() if "." in name else ""
    return _BY_SUFFIX.get(suffix) or mimetypes.guess_type(name)[0]


def suffix_of(head: bytes) -> str | None:
    """The suffix (without dot) that a file beginning like this would have, None when it is not known."""
    if head[:4] == b"RIFF":
        return _RIFF.get(head[8:12])
    if head[4:8] == b"ftyp":
        return _BRANDS.get(head[8:12], "mp4")
    return next((suffix for mark, suffix in _BY_FIRST_BYTES if head.startswith(mark)), None)


def type_of_content(head: bytes) -> str | None:
    """The MIME type of a file beginning like this, None when it is not known."""
    suffix = suffix_of(head)
    return None if suffix is None else _BY_SUFFIX[suffix]
