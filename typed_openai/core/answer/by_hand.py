"""Errors that somebody builds by hand, as those of the official package are built: in the tests of an application.

    RateLimitError("slow down", response=httpx.Response(429, request=request), body=None)

What they were built of is read as far as it goes: a stand-in (a mock) may lack anything, an `httpx.Response` may have
no request, and a body that nobody read. httpx itself is not needed for that.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple, TypeVar

from typed_openai.core.answer.meta import Meta

T = TypeVar("T")


class Built(NamedTuple):
    """What an error says of what it was built of."""

    message: str | None
    request: object
    response: object
    meta: Meta
    content: bytes


def built(message: object, request: object, response: object, content: bytes) -> Built:
    """Read what an error is built of; a request or a response may stand in the place of the message."""
    if message is not None and not isinstance(message, str):
        if hasattr(message, "status_code"):
            message, response = None, message
        else:
            message, request = None, message
    asked = _attribute(response, "request", object, None) if request is None else request
    meta = Meta(
        _attribute(response, "status_code", int, 0),
        _headers(response),
        _attribute(asked, "method", str, ""),
        str(getattr(asked, "url", "")),
        asked=(_headers(asked), {}),
    )
    return Built(message, request, response, meta, content or _attribute(response, "content", bytes, b""))


def _attribute(value: object, name: str, kind: type[T], default: T) -> T:
    try:
        found = getattr(value, name, default)
    except RuntimeError:  # how httpx says that there is no request, and that a body was not read
        return default
    return found if isinstance(found, kind) else default


def _headers(value: object) -> list[tuple[str, str]]:
    found = _attribute(value, "headers", object, None)
    return list(found.items()) if isinstance(found, Mapping) else []
