"""The only file that imports httpx: our requests in its words, its errors in ours, and one pool per process or loop.

Rules
* An `httpx.Request` is made directly from bytes and a prepared header set: `Client.build_request` would merge headers,
  cookies and URL for every call. With a client of the user's own, `build_request` is used, so that its headers, cookies
  and parameters count.
* One SSL context per process. Async pools are kept per running event loop; that of a dead loop is dropped, not awaited.
  After a fork the child starts with fresh pools: a connection must not be shared by two processes.
* Error messages name host and cause and say what to try; never a user name, a password or a query.

Weak spot: a deadline on a blocking read is kept by shutting the socket down (`watchdog`); a transport without sockets
(mocks, WSGI) is only looked at between two reads.
"""

from __future__ import annotations

import functools
import os
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any, TypeAlias
from weakref import WeakKeyDictionary

import httpx

from typed_openai.config import redact_url
from typed_openai.core.meta import Meta
from typed_openai.errors import APIConnectionError, APITimeoutError, ConfigurationError, DeadlineExceededError

if TYPE_CHECKING:
    import asyncio

    from typed_openai.core.request import Request

HTTPXClient: TypeAlias = httpx.Client
HTTPXAsyncClient: TypeAlias = httpx.AsyncClient
HTTPXResponse: TypeAlias = httpx.Response

TRANSPORT_ERRORS = (httpx.TransportError, httpx.TooManyRedirects, httpx.InvalidURL, httpx.StreamError)
_LIMITS = httpx.Limits(max_connections=1000, max_keepalive_connections=100)
VERSION = f"httpx/{httpx.__version__}"


@functools.cache
def ssl_context() -> ssl.SSLContext:
    """One per process: loading the certificates costs more than a request."""
    return httpx.create_ssl_context()


@functools.lru_cache(maxsize=512)
def _url(text: str) -> httpx.URL:
    return httpx.URL(text)


@functools.lru_cache(maxsize=64)
def _headers(items: tuple[tuple[str, str], ...]) -> httpx.Headers:
    return httpx.Headers(list(items))


def encode(request: Request, own: httpx.Client | httpx.AsyncClient | None, opened: ExitStack | None) -> httpx.Request:
    """Our request in httpx's words; `own` is a client of the user's, `opened` keeps the files of a form."""
    body: dict[str, Any] = {}
    if request.form is not None and opened is not None:
        body = {"data": request.form.fields, "files": request.form.parts(opened)}
        if not body["files"]:  # httpx would send a URL-encoded form: an empty file list still means multipart
            body = {"files": [(name, (None, text)) for name, texts in request.form.fields.items() for text in texts]}
    elif request.content is not None:
        body = {"content": request.content}
    extensions = {"timeout": timeouts(request)}
    if own is None:
        native = httpx.Request(
            request.method, _url(request.url), headers=_headers(request.base_headers), extensions=extensions, **body
        )
    else:
        headers = dict(request.base_headers)
        native = own.build_request(request.method, request.url, headers=headers, extensions=extensions, **body)
    for name, value in request.headers.items():
        if value is not None:
            native.headers[name] = value
        elif name in native.headers:
            del native.headers[name]
    return native


def timeouts(request: Request) -> dict[str, float | None]:
    """Seconds for connect, read, write and pool of this attempt: what was asked, but never past the deadline."""
    timeout = request.timeout
    if timeout is None or isinstance(timeout, int | float):
        values: dict[str, float | None] = {"connect": timeout, "read": timeout, "write": timeout, "pool": timeout}
    else:
        values = dict(timeout.as_dict())
    if request.streams and request.idle_timeout is not None:
        values["read"] = request.idle_timeout
    if request.deadline_at is None:
        return values
    remaining = max(request.deadline_at - time.monotonic(), 0.001)
    return {name: remaining if value is None else min(value, remaining) for name, value in values.items()}


def abort(response: httpx.Response) -> None:
    """Wake a read that blocks, from any thread: shut the socket down. Nothing happens where there is no socket."""
    stream = response.extensions.get("network_stream")
    raw = stream.get_extra_info("socket") if stream is not None else None
    if raw is not None:
        try:
            raw.shutdown(socket.SHUT_RDWR)
        except OSError:
            return  # closed in the meantime: nobody waits any more


class SyncPool:
    """The connections of a sync client: made at the first request, and again after a fork."""

    def __init__(self, own: httpx.Client | None) -> None:
        if own is not None and not isinstance(own, httpx.Client):
            raise ConfigurationError(f"http_client must be an httpx.Client, got {type(own).__name__}")
        self.own = own
        self.closed = False
        self._client: httpx.Client | None = None
        self._pid = 0
        self._lock = threading.Lock()

    def client(self) -> httpx.Client:
        if self.own is not None:
            return self.own
        if self._client is None or self._pid != os.getpid():
            with self._lock:
                _refuse_closed(self.closed)
                if self._client is None or self._pid != os.getpid():
                    self._client = httpx.Client(verify=ssl_context(), limits=_LIMITS, follow_redirects=True)
                    self._pid = os.getpid()
        return self._client

    def close(self) -> None:
        with self._lock:
            self.closed = True
            client, self._client = self._client, None
        if client is not None and self._pid == os.getpid():
            client.close()


class AsyncPool:
    """The connections of an async client: one set per running event loop, so that a client outlives `asyncio.run`."""

    def __init__(self, own: httpx.AsyncClient | None) -> None:
        if own is not None and not isinstance(own, httpx.AsyncClient):
            raise ConfigurationError(f"http_client must be an httpx.AsyncClient, got {type(own).__name__}")
        self.own = own
        self.closed = False
        self._clients: WeakKeyDictionary[asyncio.AbstractEventLoop, httpx.AsyncClient] = WeakKeyDictionary()
        self._pid = 0
        self._lock = threading.Lock()

    def client(self, loop: asyncio.AbstractEventLoop) -> httpx.AsyncClient:
        if self.own is not None:
            return self.own
        client = self._clients.get(loop)
        if client is None or self._pid != os.getpid():
            with self._lock:
                _refuse_closed(self.closed)
                if self._pid != os.getpid():
                    self._clients = WeakKeyDictionary()
                    self._pid = os.getpid()
                client = httpx.AsyncClient(verify=ssl_context(), limits=_LIMITS, follow_redirects=True)
                self._clients[loop] = client
        return client

    async def close(self, loop: asyncio.AbstractEventLoop) -> None:
        with self._lock:
            self.closed = True
            client = self._clients.pop(loop, None)
            self._clients = WeakKeyDictionary()
        if client is not None and self._pid == os.getpid():
            await client.aclose()


def _refuse_closed(closed: bool) -> None:
    if closed:
        raise ConfigurationError("this client was closed: make a new one, or close it later")


def has_own_credentials(own: httpx.Client | httpx.AsyncClient | None) -> bool:
    """Whether the user's own client authenticates by itself."""
    return own is not None and ("authorization" in own.headers or "api-key" in own.headers or own.auth is not None)


def received_headers(response: httpx.Response) -> list[tuple[str, str]]:
    return response.headers.multi_items()


def translate(error: Exception, request: Request) -> APIConnectionError:
    """An error of httpx as ours: kind, host, cause, and what to try."""
    where = redact_url(request.url)
    meta = Meta(method=request.method, url=where)
    host = httpx.URL(request.url).netloc.decode().rpartition("@")[2]
    if request.deadline_at is not None and time.monotonic() >= request.deadline_at:
        return DeadlineExceededError(
            f"{host}: no complete answer within the deadline ({request.method} {where})", meta=meta
        )
    if isinstance(error, httpx.TimeoutException):
        name = type(error).__name__.removesuffix("Timeout").lower()
        seconds = timeouts(request).get(name)
        hint = {
            "connect": "is the address right, and is a firewall in between?",
            "pool": "all connections are busy: limit the concurrency, or give http_client larger limits",
        }.get(name, "raise timeout=... if the server needs longer")
        message = (
            f"{host}: {name} timed out after {seconds:g} s; {hint}" if seconds else f"{host}: {name} timed out; {hint}"
        )
        return APITimeoutError(message, meta=meta).of_kind(name)
    kind, cause, hint, final = _diagnose(error)
    return APIConnectionError(f"{host}: {cause}; {hint} ({request.method} {where})", meta=meta).of_kind(
        kind, final=final
    )


def _diagnose(error: Exception) -> tuple[str, str, str, bool]:
    """Kind, cause, hint, and whether trying again is pointless."""
    causes = list(_chain(error))
    for cause in causes:
        if isinstance(cause, ssl.SSLCertVerificationError):
            hint = "set SSL_CERT_FILE to your CA bundle, or pass http_client=httpx.Client(verify=...)"
            return "tls", f"the certificate is not trusted ({cause.verify_message})", hint, True
        if isinstance(cause, ssl.SSLError):
            return "tls", f"TLS failed ({cause.reason})", "is this an https port?", False
        if isinstance(cause, socket.gaierror):
            return "dns", "the name cannot be resolved", "check base_url and your network", False
        if isinstance(cause, ConnectionRefusedError):
            return "connect", "connection refused", "is the server up, and is the port right?", False
    text = str(error) or type(error).__name__
    if isinstance(error, httpx.ProxyError):
        return "proxy", f"the proxy failed ({text})", "check HTTP_PROXY, HTTPS_PROXY and NO_PROXY", False
    if isinstance(error, httpx.UnsupportedProtocol | httpx.InvalidURL):
        return "url", text, "check base_url", True
    if isinstance(error, httpx.TooManyRedirects):
        return "redirect", "too many redirects", "check base_url", True
    if isinstance(error, httpx.DecodingError):
        return "decode", f"the body cannot be decompressed ({text})", "a proxy may have damaged it", False
    if isinstance(error, httpx.ConnectError):
        return "connect", f"cannot connect ({text})", "is the server up, and is base_url right?", False
    if isinstance(error, httpx.WriteError):
        return "write", "the connection broke while sending", "the server may have refused the body", False
    kind = "protocol" if isinstance(error, httpx.ProtocolError) else "read"
    return kind, f"the connection broke before the answer was complete ({text})", "trying again may help", False


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        if isinstance(error, BaseExceptionGroup):
            yield from error.exceptions
        error = error.__cause__ or error.__context__
