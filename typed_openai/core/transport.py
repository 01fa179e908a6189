"""The only file that imports httpx: our requests in its words, its errors in ours, and one pool per process or loop.

Rules
* An `httpx.Request` is made directly from bytes and a prepared header set: `Client.build_request` would merge headers,
  cookies and URL for every call. With a client of the user's own, `build_request` is used, so that its headers, cookies
  and parameters count.
* One SSL context per process. Async pools are kept per running event loop and closed by it at its end. After
  a fork the child starts with fresh pools: a connection must not be shared by two processes.
* Error messages name URL (once) and cause and say what to try; never a user name, a password or a query.

Weak spots
* A deadline on a blocking read is kept by shutting the socket down (`watchdog`); a transport without sockets (mocks,
  WSGI) is only looked at between two reads. While a sync call waits for the headers nobody is given the socket: it is
  looked up where the thread stands (`abort_sending`), which takes a Python with frames and its global lock. A name that
  is slow to resolve is not bounded.
* Over HTTP/2 (a client of the user's own) many answers share a connection. A stream that is left lets go of its own
  alone, and who reads it in another thread notices with the next data of the connection, not at once; httpcore does not
  tell the server. A deadline and a timeout, of which httpcore makes the same, end what else runs on the connection.
* What `Timeouts` and `allow_idle` rely on: httpcore looks the timeouts up when a step of an attempt begins.
"""

from __future__ import annotations

import functools
import os
import socket
import ssl
import sys
import threading
import time
import weakref
from collections.abc import AsyncGenerator, Callable, Iterator
from contextlib import ExitStack, suppress
from http.cookiejar import CookieJar
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

import httpx

from typed_openai.config import is_secret, redact_url
from typed_openai.core.meta import Meta
from typed_openai.core.response import hide, public
from typed_openai.errors import APIConnectionError, APITimeoutError, ConfigurationError, DeadlineExceededError

if TYPE_CHECKING:
    import asyncio

    from typed_openai.core.request import Request

HTTPXClient: TypeAlias = httpx.Client
HTTPXAsyncClient: TypeAlias = httpx.AsyncClient
HTTPXResponse: TypeAlias = httpx.Response


class DeadlinePassed(Exception):
    """The deadline passed during an attempt; users see a `DeadlineExceededError`."""


TRANSPORT_ERRORS = (httpx.RequestError, httpx.InvalidURL, httpx.StreamError, DeadlinePassed)
"""All that reading an answer may raise."""
SENDING_ERRORS = (*TRANSPORT_ERRORS, UnicodeError)
"""All that sending may raise; with `UnicodeError` Python refuses some host names."""
Keeper: TypeAlias = AsyncGenerator[None, None]
Timeout = httpx.Timeout
"""For a `timeout` that is not the same for connecting, writing and reading."""
LIMITS = httpx.Limits(max_connections=1000, max_keepalive_connections=100)
_PROXY_VARIABLES = ("http_proxy", "https_proxy", "all_proxy")
VERSION = f"httpx/{httpx.__version__}"
C = TypeVar("C", httpx.Client, httpx.AsyncClient)


@functools.cache
def ssl_context() -> ssl.SSLContext:
    """One per process: loading the certificates costs more than a request."""
    return httpx.create_ssl_context()


@functools.lru_cache(maxsize=512)
def _url(text: str) -> httpx.URL:
    return httpx.URL(text)


@functools.lru_cache(maxsize=64)
def _headers(items: tuple[tuple[str, str], ...], host: bytes) -> list[tuple[bytes, bytes]]:
    """The headers that all requests of a kind share, as bytes; `Host` first, as RFC 9110 wishes."""
    return [(b"host", host), *((name.encode(), value.encode()) for name, value in items if name != "host")]


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
    if (own is None or request.anonymous) and request.form is None:
        return _plain(request, extensions)
    if own is None:
        native = httpx.Request(
            request.method, _url(request.url), headers=request.base_headers, extensions=extensions, **body
        )
    else:
        headers = dict(request.base_headers)
        if own.headers.get("user-agent") != f"python-{VERSION}":
            headers.pop("user-agent", None)
        if own.params:  # httpx would put them in the place of ours
            body["params"] = httpx.URL(request.url).params
        native = own.build_request(request.method, request.url, headers=headers, extensions=extensions, **body)
    for name, value in request.headers.items():
        if value is not None:
            native.headers[name] = value
        elif name in native.headers:
            del native.headers[name]
    native.extensions[_FIRST_URL] = native.url
    return native


def _plain(request: Request, extensions: dict[str, Any]) -> httpx.Request:
    """The everyday case, with every header given at once: a stream of bytes is taken as it is, where `content` would
    make httpx build the headers anew."""
    url = _url(request.url)
    headers = list(_headers(request.base_headers, url.netloc))
    if request.content is not None or request.method == "POST":
        headers.append((b"content-length", b"%d" % len(request.content or b"")))
    if request.headers:
        headers = [pair for pair in headers if pair[0].decode() not in request.headers]
        headers += [(name.encode(), value.encode()) for name, value in request.headers.items() if value is not None]
    body = httpx.ByteStream(request.content or b"")
    native = httpx.Request(request.method, url, headers=headers, stream=body, extensions=extensions)
    native.extensions[_FIRST_URL] = native.url
    return native


SENDING: dict[bool, dict[str, Any]] = {False: {"stream": True}, True: {"stream": True, "auth": None}}
"""How a request is sent, by whether it is anonymous."""
_FIRST_URL = "typed_openai.url"
"""Where our pools find the URL that a request was made for, when it has been redirected."""


def send_options(request: Request, own: httpx.Client | httpx.AsyncClient | None) -> dict[str, Any]:
    """How a request is sent. A client of the user's own that follows redirects does not when there is a key in a
    header of which httpx does not know that it must stay with its host."""
    if own is None or not own.follow_redirects:
        return SENDING[request.anonymous]
    names = {*(name for name, _ in request.base_headers), *request.headers}
    keyed = any(is_secret(name) for name in names - {"authorization", "cookie", "idempotency-key"})
    return {**SENDING[request.anonymous], "follow_redirects": not keyed}


def _keep_secrets(request: httpx.Request) -> None:
    """Before each hop: httpx takes `Authorization` away where a redirect leads to another host; this does so with every
    header that may hold a credential (`api-key`, `Helicone-Auth`)."""
    first = request.extensions.get(_FIRST_URL)
    if first is not None and request.url is not first and _place(request.url) != _place(first):
        for name in [name for name in request.headers if is_secret(name)]:
            del request.headers[name]


async def _keep_secrets_async(request: httpx.Request) -> None:
    _keep_secrets(request)


def _place(url: httpx.URL) -> tuple[str, str, int | None]:
    return url.scheme, url.host, url.port


class Timeouts(dict[str, "float | None"]):
    """Timeouts under a deadline: looked up when a step begins, so that no step goes past it, however long the ones
    before it took."""

    def __init__(self, values: dict[str, float | None], until: float) -> None:
        super().__init__(values)
        self.until = until

    def get(self, name: str, default: object = None) -> float | None:
        value = super().get(name)
        remaining = max(self.until - time.monotonic(), 0.001)
        return remaining if value is None else min(value, remaining)


def timeouts(request: Request) -> dict[str, float | None]:
    """Seconds for connect, read, write and pool of this attempt: what was asked, but never past the deadline."""
    timeout = request.timeout
    if timeout is None or isinstance(timeout, int | float):
        values: dict[str, float | None] = {"connect": timeout, "read": timeout, "write": timeout, "pool": timeout}
    else:
        values = dict(timeout.as_dict())
    return values if request.deadline_at is None else Timeouts(values, request.deadline_at)


def allow_idle(response: httpx.Response, request: Request) -> None:
    """Now that a stream has begun, it may be silent for `idle_timeout`, whatever `timeout` says of other reads."""
    values = response.request.extensions.get("timeout")
    if request.idle_timeout is not None and isinstance(values, dict):
        values["read"] = request.idle_timeout


def abort(response: httpx.Response) -> None:
    """Wake a read that blocks, from any thread: shut the socket down. Nothing happens where there is no socket, or when
    the response is closed: its connection may serve another call by now."""
    stream = None if response.is_closed else response.extensions.get("network_stream")
    raw = stream.get_extra_info("socket") if stream is not None else None
    if raw is not None:
        _shut_down(raw)


def _shut_down(raw: socket.socket) -> None:
    with suppress(OSError):  # closed in the meantime: nobody waits any more
        raw.shutdown(socket.SHUT_RDWR)


def is_shared(response: httpx.Response) -> bool:
    """Whether the connection may carry other answers at this moment, which an `abort` would break off with it."""
    return response.extensions.get("http_version") == b"HTTP/2"


def abort_sending(thread: int) -> None:
    """Wake a thread that waits for the headers of an answer, or for the server to take a body: shut down the socket
    that it stands before. There is no response yet that would name it, but the frame of the network stream does."""
    standing = frame = sys._current_frames().get(thread)
    while frame is not None:
        look_up = getattr(frame.f_locals.get("self"), "get_extra_info", None)
        if look_up is not None:
            raw = look_up("socket")
            if raw is not None and sys._current_frames().get(thread) is standing:  # not gone on in the meantime
                _shut_down(raw)
            return
        frame = frame.f_back


class _Cookies(CookieJar):
    """Cookies as ever, but answers without any (all but the first of a connection) are not searched for them: that
    costs more than the rest of a call's bookkeeping together."""

    def extract_cookies(self, response: Any, request: Any) -> None:
        answer = getattr(response, "response", None)
        if not isinstance(answer, httpx.Response) or "set-cookie" in answer.headers:
            super().extract_cookies(response, request)


def _new(kind: type[C], before_each_hop: Callable[[httpx.Request], object]) -> C:
    """A client of our own, with the proxies of the environment."""
    try:
        hooks = {"request": [before_each_hop]}
        return kind(verify=ssl_context(), limits=LIMITS, follow_redirects=True, event_hooks=hooks, cookies=_Cookies())
    except OSError as error:
        raise ConfigurationError(f"no certificates: {error}; check SSL_CERT_FILE and SSL_CERT_DIR") from error
    except (ValueError, ImportError, httpx.InvalidURL):
        raise ConfigurationError(
            f"a proxy setting of the environment cannot be used ({_proxy_names()}): it must be like http://host:port "
            "(for socks5://, install httpx[socks])"
        ) from None  # the cause may show the proxy's password


def _close(client: httpx.Client, pid: int) -> None:
    """Close a client, but in the process that made it only: a fork shares the sockets of its parent."""
    if pid == os.getpid():
        client.close()


class SyncPool:
    """The connections of a sync client: made at the first request, and again after a fork."""

    def __init__(self, own: httpx.Client | None) -> None:
        self.own = own
        self.closed = False
        self._client: httpx.Client | None = None
        self._pid = 0
        self._lock = threading.Lock()

    def client(self) -> httpx.Client:
        if self.own is not None:
            return _usable(self.own, self.closed)
        if self._client is None or self._pid != os.getpid():
            with self._lock:
                _refuse_closed(self.closed)
                if self._client is None or self._pid != os.getpid():
                    self._client = _new(httpx.Client, _keep_secrets)
                    self._pid = os.getpid()
                    # Held from outside of the cycles of its user, so that what is collected is closed before it goes.
                    weakref.finalize(self, _close, self._client, self._pid)
        return self._client

    def close(self) -> None:
        with self._lock:
            self.closed = True
            client, self._client = self._client, None
        if client is not None:
            _close(client, self._pid)


class AsyncPool:
    """The connections of an async client: one set per running event loop, so that a client outlives `asyncio.run`."""

    def __init__(self, own: httpx.AsyncClient | None) -> None:
        self.own = own
        self.closed = False
        self._clients: dict[
            asyncio.AbstractEventLoop, tuple[httpx.AsyncClient, weakref.finalize[[Keeper], AsyncPool]]
        ] = {}
        self._pid = 0
        self._lock = threading.Lock()

    def client(self, loop: asyncio.AbstractEventLoop) -> httpx.AsyncClient:
        if self.own is not None:
            return _usable(self.own, self.closed)
        known = self._clients.get(loop)
        if known is None or self._pid != os.getpid():
            with self._lock:
                _refuse_closed(self.closed)
                if self._pid != os.getpid():
                    self._of_parent = self._clients  # not dropped: that would wake the parent's loop
                    self._clients = {}
                    self._pid = os.getpid()
                client = _new(httpx.AsyncClient, _keep_secrets_async)
                for other in [other for other in self._clients if other.is_closed()]:
                    self._clients.pop(other)[1].detach()
                # Held from outside of the pool's own cycles, so that a pool which is collected can still close it.
                self._clients[loop] = client, weakref.finalize(self, _let_go, _closed_with_its_loop(client))
            return client
        return known[0]

    async def close(self, loop: asyncio.AbstractEventLoop) -> None:
        with self._lock:
            self.closed = True
            if self._pid != os.getpid():
                return
            known = self._clients.pop(loop, None)
            for _, finalizer in self._clients.values():
                finalizer()
            self._clients = {}
        if known is not None:
            known[1].detach()
            await known[0].aclose()


def _let_go(keeper: Keeper) -> None:
    """Whoever calls this was the last to hold the keeper, which its loop closes thereupon."""


def _closed_with_its_loop(client: httpx.AsyncClient) -> Keeper:
    """A generator that closes the client when it is closed itself, which a loop does at its end with all generators
    that were begun in it (`shutdown_asyncgens`, part of `asyncio.run`), and when nobody holds it any more."""

    async def keep() -> Keeper:
        try:
            yield
        finally:
            await client.aclose()

    keeper = keep()
    with suppress(StopIteration):
        keeper.__anext__().__await__().send(None)  # to its `yield`, which takes no waiting
    return keeper


def _usable(own: C, closed: bool) -> C:
    """The user's own client, unless it or ours was closed."""
    _refuse_closed(closed)
    if own.is_closed:
        raise ConfigurationError("the http_client was closed: close it after the last request")
    return own


def _refuse_closed(closed: bool) -> None:
    if closed:
        raise ConfigurationError("this client was closed: make a new one, or close it later")


def authenticates(own: object, is_async: bool) -> bool:
    """Whether the user's own client brings credentials of its own; refuses what is no client of that colour."""
    kind = httpx.AsyncClient if is_async else httpx.Client
    if not isinstance(own, httpx.Client | httpx.AsyncClient) or not isinstance(own, kind):
        raise ConfigurationError(f"http_client must be an httpx.{kind.__name__}, got {type(own).__name__}")
    return "authorization" in own.headers or "api-key" in own.headers or own.auth is not None


def translate(
    error: Exception, request: Request, response: httpx.Response | None = None, content: bytes = b""
) -> APIConnectionError:
    """An error of httpx as ours: kind, URL, cause, and what to try; with what came of the answer, if it had begun."""
    meta = Meta(method=request.method, url=redact_url(request.url))
    if response is not None:
        meta = public(Meta(response.status_code, response.headers, meta.method, meta.url), request.secrets)
    failure = _translated(error, request, meta, _redirected(error))
    failure.content = hide(content, request.secrets)
    return failure


def _redirected(error: Exception) -> str:
    """The URL that was asked when this happened, where a redirect had led to it, else nothing."""
    if isinstance(error, httpx.RequestError):
        with suppress(RuntimeError):  # an error that knows no request
            first = error.request.extensions.get(_FIRST_URL)
            if first is not None and first is not error.request.url:
                return redact_url(str(error.request.url))
    return ""


def _translated(error: Exception, request: Request, meta: Meta, redirected: str) -> APIConnectionError:
    where = f"{request.method} {meta.url}{f', redirected to {redirected}' if redirected else ''}"
    late = request.deadline_at is not None and time.monotonic() >= request.deadline_at
    if late or isinstance(error, DeadlinePassed):
        return DeadlineExceededError(f"{where}: no complete answer within the deadline", meta=meta)
    if isinstance(error, httpx.TimeoutException):
        name = type(error).__name__.removesuffix("Timeout").lower()
        seconds = timeouts(request).get(name)
        hint = {
            "connect": "is the address right, and is a firewall in between?",
            "pool": "all connections are busy: limit the concurrency, or give http_client larger limits",
        }.get(name, "raise timeout=... if the server needs longer")
        after = f" after {seconds:g} s" if seconds else ""
        return APITimeoutError(f"{where}: {name} timed out{after}; {hint}", meta=meta).of_kind(name)
    kind, cause, hint, final = _diagnose(error)
    return APIConnectionError(f"{where}: {cause}; {hint}", meta=meta).of_kind(kind, final=final)


def _diagnose(error: Exception) -> tuple[str, str, str, bool]:
    """Kind, cause, hint, and whether trying again is pointless."""
    causes = list(_chain(error))
    if isinstance(error, UnicodeError):
        return "dns", f"the host name is not valid ({error})", "check base_url", True
    for cause in causes:
        if isinstance(cause, ssl.SSLCertVerificationError):
            hint = "set SSL_CERT_FILE to your CA bundle, or pass http_client=httpx.Client(verify=...)"
            return "tls", f"the certificate is not trusted ({getattr(cause, 'verify_message', cause)})", hint, True
        if isinstance(cause, ssl.SSLError):
            return "tls", f"TLS failed ({getattr(cause, 'reason', None) or cause})", "is this an https port?", False
        if isinstance(cause, socket.gaierror):
            return "dns", "the name cannot be resolved", f"check base_url and your network{_or_proxy()}", False
        if isinstance(cause, ConnectionRefusedError):
            hint = f"is the server up, and is the port right?{_or_proxy()}"
            return "connect", "connection refused", hint, False
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


def _or_proxy() -> str:
    """What else may be wrong where the environment names a proxy: its name and port are resolved, not the server's."""
    names = _proxy_names()
    return f" (or the proxy in {names})" if names else ""


def _proxy_names() -> str:
    return ", ".join(name for name in os.environ if name.lower() in _PROXY_VARIABLES and os.environ[name])


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        if isinstance(error, BaseExceptionGroup):
            yield from error.exceptions
        error = error.__cause__ or error.__context__
