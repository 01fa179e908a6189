"""Pictures and sound in a notebook.

What it is, is told by its first bytes, not by what a server calls it. A picture that could hold script (SVG) is shown
the way that runs none: as the source of an `<img>`. Nothing is fetched: of a picture with a URL the address is shown.
"""

from __future__ import annotations

from base64 import b64decode, b64encode
from binascii import Error as NotBase64
from collections.abc import Mapping
from html import escape
from typing import Any

from typed_openai.shown.compact import listed, value_of

_LARGEST = 20_000_000
"""Bytes of what is put into a notebook, whose file they end up in."""
_WEB = ("https://", "http://")


def picture(shown: object) -> Mapping[str, Any]:
    """One picture, in the kind of data that it is; or where it lies."""
    return _of_content(_bytes(value_of(shown, "b64_json") or value_of(shown, "url"))) or _address(
        value_of(shown, "url")
    )


def generated(shown: object) -> Mapping[str, Any]:
    """The picture that a tool of a response made."""
    return _of_content(_bytes(value_of(shown, "result")))


def pictures(shown: object) -> Mapping[str, Any]:
    """The pictures of one request: one as it is, several side by side."""
    found = [views for each in listed(shown, "data") if (views := picture(each))]
    if len(found) < 2:
        return found[0] if found else {}
    return {"text/html": "\n".join(_html(views) for views in found)}


def binary(shown: object) -> Mapping[str, Any]:
    """A binary answer: sound with something to press, or a picture."""
    content = value_of(shown, "content")
    if not isinstance(content, bytes) or len(content) > _LARGEST:
        return {}
    kind = _kind_of_sound(content)
    if not kind:
        return _of_content(content)
    return {"text/html": f'<audio controls src="data:{kind};base64,{b64encode(content).decode()}"></audio>'}


def _bytes(value: object) -> bytes:
    if not isinstance(value, str):
        return b""
    head, comma, rest = value.partition(",")
    text = rest if comma and head.startswith("data:") and head.endswith(";base64") else value
    try:
        return b64decode(text, validate=True)
    except (NotBase64, ValueError):
        return b""


def _of_content(content: bytes) -> Mapping[str, Any]:
    kind = _kind_of_picture(content)
    if not kind or len(content) > _LARGEST:
        return {}
    text = b64encode(content).decode()
    if kind in ("image/png", "image/jpeg", "image/gif"):
        return {kind: text}
    return {"text/html": f'<img src="data:{kind};base64,{text}">'}


def _html(views: Mapping[str, Any]) -> str:
    ((kind, data),) = views.items()
    return data if kind == "text/html" else f'<img src="data:{kind};base64,{data}" style="max-width: 45%">'


def _address(url: object) -> Mapping[str, Any]:
    if not isinstance(url, str) or not url.startswith(_WEB):
        return {}
    return {"text/html": f'<a href="{escape(url)}" rel="noreferrer noopener">{escape(url.partition("?")[0])}</a>'}


def _kind_of_picture(content: bytes) -> str:
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if content.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if content.startswith((b"GIF87a", b"GIF89a")):
        return "image/gif"
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "image/webp"
    head = content[:500].lstrip()
    return "image/svg+xml" if head.startswith((b"<svg", b"<?xml")) and b"<svg" in head else ""


def _kind_of_sound(content: bytes) -> str:
    if content[:4] == b"RIFF" and content[8:12] == b"WAVE":
        return "audio/wav"
    if content.startswith(b"OggS"):
        return "audio/ogg"
    if content.startswith(b"fLaC"):
        return "audio/flac"
    if content.startswith(b"ID3") or (content[:1] == b"\xff" and content[1:2] in (b"\xfb", b"\xf3", b"\xf2", b"\xfa")):
        return "audio/mpeg"
    return "audio/aac" if content[:1] == b"\xff" and content[1:2] in (b"\xf1", b"\xf9") else ""
