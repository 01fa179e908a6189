"""What kind of file an upload is, by its first bytes: pictures and sounds as far as the API takes them. Pure."""

from __future__ import annotations

_MARKS = (
    (b"\x89PNG\r\n\x1a\n", "png"),
    (b"\xff\xd8\xff", "jpeg"),
    (b"GIF8", "gif"),
    (b"ID3", "mp3"),
    (b"\xff\xfb", "mp3"),
    (b"\xff\xf3", "mp3"),
    (b"\xff\xf2", "mp3"),
    (b"\xff\xf1", "aac"),
    (b"\xff\xf9", "aac"),
    (b"fLaC", "flac"),
    (b"OggS", "ogg"),
    (b"\x1aE\xdf\xa3", "webm"),
)
_RIFF = {b"WAVE": "wav", b"WEBP": "webp"}
SOUNDS = frozenset(("aac", "flac", "mp3", "mp4", "ogg", "wav", "webm"))


def kind_of(content: bytes) -> str | None:
    """`png`, `wav`, …; None when the first bytes are none of those."""
    if content[:4] == b"RIFF":
        return _RIFF.get(content[8:12])
    if content[4:8] == b"ftyp":
        return "mp4"
    return next((kind for mark, kind in _MARKS if content.startswith(mark)), None)
