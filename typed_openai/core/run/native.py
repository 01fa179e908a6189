"""The names that httpx has for what this package speaks of, for those that need only the names.

`transport.py` speaks with it, `pools.py` makes its clients.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from itertools import chain
from typing import Any, TypeAlias

import httpx

from typed_openai.core.answer.meta import Meta

_OF_A_BODY = ("content-encoding", "content-length", "transfer-encoding")
"""Headers that say how a body travelled; it is decoded by now."""
HTTPXClient: TypeAlias = httpx.Client


HTTPXAsyncClient: TypeAlias = httpx.AsyncClient


HTTPXResponse: TypeAlias = httpx.Response


Timeout = httpx.Timeout
"""For a `timeout` that is not the same for connecting, writing and reading."""


default_tls = httpx.create_ssl_context
"""Makes a context that trusts what httpx trusts: `SSL_CERT_FILE`, `SSL_CERT_DIR`, else the list of certifi."""


VERSION = f"httpx/{httpx.__version__}"


class AnyByteStream(httpx.SyncByteStream, httpx.AsyncByteStream):
    """A body that comes bit by bit, for a client of either colour."""


def streamed_response(meta: Meta, stream: AnyByteStream, of: httpx.Response) -> httpx.Response:
    """An answer whose body is made of that of another one while it comes; it stands on the same connection."""
    headers = [(name, value) for name, value in meta.headers.items() if name not in _OF_A_BODY]
    return httpx.Response(meta.status, headers=headers, stream=stream, request=of.request, extensions=of.extensions)


def whole_response(meta: Meta, content: bytes, http_version: str = "HTTP/1.1") -> httpx.Response:
    """An answer that was read whole, in httpx's words."""
    told = [(name, value) for name, value in meta.headers.items() if name not in _OF_A_BODY]
    charset = "latin-1" if all(ord(letter) < 256 for _, value in told for letter in value) else "utf-8"
    headers = [(name.encode(), value.encode(charset, "replace")) for name, value in told]  # httpx took one for all
    response = httpx.Response(
        meta.status,
        headers=headers,
        content=content,
        request=httpx.Request(meta.method, meta.url, headers=dict(meta.sent_headers)) if meta.url else None,
        extensions={"http_version": http_version.encode()},
    )
    response.elapsed = timedelta(seconds=meta.elapsed)
    response.is_closed = True
    return response


class Arrived(httpx.ByteStream):
    """A body that came together with its head, and needs no unpacking; its connection serves other calls by now."""

    def __init__(self, content: bytes) -> None:
        super().__init__(content)
        self.content = content


def response_of(http: Any, status: int, fields: Sequence[tuple[bytes, bytes]], stream: Any, extensions: Any) -> Any:
    """An answer as it was received, in the words of a library of the shape of httpx, which is spared to decode all
    headers, only to learn that they are ASCII, before it finds one."""
    response = http.Response(status, headers=fields, stream=stream, extensions=extensions)
    if all(map(bytes.isascii, chain.from_iterable(fields))):
        response.headers.encoding = "ascii"
    return response
