"""Our requests in the words of httpx, its errors in ours. Few files import httpx; `tests/test_house.py` lists them.

Rules
* An `httpx.Request` is made directly from bytes and a prepared header set: `Client.build_request` would merge headers,
  cookies and URL for every call. With a client of the user's own, `build_request` is used, so that its headers, cookies
  and parameters count.
* Error messages name URL (once) and cause and say what to try; never a user name, a password or a query.

Weak spots
* A deadline on a blocking read is kept by shutting the socket down (`watchdog`); a transport without sockets (mocks,
  WSGI) is only looked at between two reads. In an `http_client` of the user's own nobody knows the socket before the
  headers are there: a deadline ends each read before them, but not headers that come drop by drop.
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
import time
from collections.abc import Generator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from typing import TYPE_CHECKING, Any

import h11
import httpx

from typed_openai.core.answer.meta import Meta
from typed_openai.core.answer.response import hide, public
from typed_openai.core.once_each import OfObject
from typed_openai.core.redact import is_secret, redact_url, without_secrets
from typed_openai.core.run.kit import library_of
from typed_openai.core.run.made_before import chain
from typed_openai.core.run.marks import ANONYMOUS, FIRST_URL, PATIENT, STREAMS
from typed_openai.core.run.tls import tls_failure
from typed_openai.core.run.watchdog import LONGEST
from typed_openai.core.value_kinds import kind_of
from typed_openai.errors import (
    APIConnectionError,
    APITimeoutError,
    BodyTooLargeError,
    ConfigurationError,
    DeadlineExceededError,
)

if TYPE_CHECKING:
    from typed_openai.core.request.multipart import Part
    from typed_openai.core.run.effects import Request


class DeadlinePassed(Exception):
    """The deadline passed during an attempt; users see a `DeadlineExceededError`."""


class BodyTooLarge(Exception):
    """A body has more bytes than are kept of it; users see a `BodyTooLargeError`."""

    def __init__(self, most: int | None) -> None:
        super().__init__(most)
        self.most = most


class UnreadableFile(httpx.WriteError):
    """A file that is being sent cannot be read to its end."""


TRANSPORT_ERRORS = (
    *(httpx.RequestError, httpx.InvalidURL, httpx.StreamError, httpx.CookieConflict),
    *(h11.ProtocolError, DeadlinePassed, BodyTooLarge),
)
"""All that reading an answer may raise; errors of h11 come past httpx here and there."""
SENDING_ERRORS = (*TRANSPORT_ERRORS, UnicodeError, OverflowError, ExceptionGroup)
"""All that sending may raise. With `UnicodeError` Python refuses some host names, with `OverflowError` some ports; in a
group it is where an async connection tried several addresses."""
_PROXY_VARIABLES = ("http_proxy", "https_proxy", "all_proxy")


@contextmanager
def damage() -> Generator[None, None, None]:
    """Within it a body is unpacked; what is wrong with it is an error of the transport."""
    from typed_openai.core.answer.pieces import UnpackingError

    try:
        yield
    except UnpackingError as error:
        raise httpx.DecodingError(str(error)) from error


@functools.lru_cache(maxsize=512)
def _url(http: Any, text: str) -> httpx.URL:
    url: httpx.URL = http.URL(text)
    return url


Named = tuple[tuple[str, tuple[bytes, bytes]], ...]
"""Headers as bytes, each with its name."""


@functools.lru_cache(maxsize=64)
def _headers(items: tuple[tuple[str, str], ...], host: bytes) -> Named:
    """The headers that all requests of a kind share; `Host` first, as RFC 9110 wishes."""
    ours = ((name, (name.encode(), value.encode())) for name, value in items if name != "host")
    return ("host", (b"host", host)), *ours


_netloc = OfObject(lambda url: url.netloc)


def encode(
    request: Request, own: httpx.Client | httpx.AsyncClient | None, opened: ExitStack | None, http: Any = httpx
) -> httpx.Request:
    """Our request in httpx's words; `own` is a client of the user's, `opened` keeps the files of a form, `http` is the
    library (httpx, or one of its shape)."""
    body: dict[str, Any] = {}
    if request.form is not None and opened is not None:
        body = {"data": request.form.fields, "files": [*map(_readable, request.form.parts(opened))]}
        if not body["files"]:  # httpx would send a URL-encoded form: an empty file list still means multipart
            body = {"files": [(name, (None, text)) for name, texts in request.form.fields.items() for text in texts]}
    elif request.content is not None:
        body = {"content": request.content}
    extensions: dict[str, Any] = {"timeout": timeouts(request)}
    if request.timeout is None or isinstance(request.timeout, int | float):
        extensions[PATIENT] = True
    if request.streams:
        extensions[STREAMS] = True
    if request.anonymous:
        extensions[ANONYMOUS] = True
    if request.form is None and (own is None or request.anonymous or _adds_headers_alone(own, http)):
        return _plain(request, extensions, http, None if request.anonymous else own)
    if own is None:
        native: httpx.Request = http.Request(
            request.method, _url(http, request.url), headers=request.base_headers, extensions=extensions, **body
        )
    else:
        headers = dict(request.base_headers)
        if own.headers.get("user-agent") != f"python-{http.__name__}/{http.__version__}":
            headers.pop("user-agent", None)
        if own.params:  # httpx would put them in the place of ours
            body["params"] = _url(http, request.url).params
        native = own.build_request(request.method, request.url, headers=headers, extensions=extensions, **body)
    for name, value in request.headers.items():
        if value is not None:
            native.headers[name] = value
        elif name in native.headers:
            del native.headers[name]
    return _known(native, request)


class _Secret:
    """What makes a URL whose query holds a credential not show it: httpx logs every URL that it asks."""

    secrets: Sequence[str] = ()

    def __str__(self) -> str:
        return without_secrets(super().__str__(), self.secrets)

    def __repr__(self) -> str:
        return f"URL({str(self)!r})"

    def join(self: Any, url: Any) -> Any:
        """What a redirect from here leads to; httpx would join it to the text that is shown."""
        return self.copy_with().join(url)


class _Elsewhere(_Secret):
    """The same of a URL of somebody else's, of whose query nobody knows what in it lets one in (`sig=...`)."""

    def __str__(self) -> str:
        return redact_url(super().__str__())


@functools.cache
def _secret(kind: Any, hiding: type = _Secret) -> Any:
    return type("SecretURL", (hiding, kind), {})


def elsewhere(url: httpx.URL) -> httpx.URL:
    """Where a redirect leads to, shown without user, password and query."""
    if not url.query and not url.userinfo:
        return url
    kind: Any = type(url.copy_with())
    shown: httpx.URL = _secret(kind, _Elsewhere)(url)
    return shown


def _known(native: httpx.Request, request: Request) -> httpx.Request:
    """A finished request, which is signed if it has to be, knows its first URL, and shows no credential of it."""
    if request.signer is not None:
        from typed_openai.core.run.signing import sign

        sign(native, request, request.signer)
    if native.url.query:
        shown = str(native.url)
        if without_secrets(shown, request.secrets) != shown:
            kind: Any = type(native.url)
            url = _secret(kind)(shown)
            url.secrets = request.secrets
            native.url = url
    native.extensions[FIRST_URL] = native.url
    return native


class _Reading:
    """A file that is being sent: what goes wrong while it is read is not an error of the connection."""

    def __init__(self, name: str, file: Any) -> None:
        self._name = name
        self._file = file

    def read(self, size: int = -1) -> Any:
        try:
            block = self._file.read(size)
            if not isinstance(block, bytes | bytearray | memoryview):
                raise TypeError(f"read() gave {type(block).__name__}, not bytes")
        except (OSError, ValueError, TypeError, AttributeError, RuntimeError) as error:
            why = f"the file in {self._name!r} cannot be read ({type(error).__name__}: {error})"
            raise UnreadableFile(why) from error
        return block

    def __getattr__(self, name: str) -> Any:
        return getattr(self._file, name)


def _readable(part: Part) -> Part:
    name, (filename, content, kind, headers) = part
    return part if isinstance(content, bytes) else (name, (filename, _Reading(name, content), kind, headers))


def _adds_headers_alone(own: Any, http: Any) -> bool:
    """Whether all that a client of the user's own adds to a request are headers, which can be merged once."""
    kind = type(own)
    plain = kind.build_request is getattr(http, "AsyncClient" if hasattr(kind, "aclose") else "Client").build_request
    return plain and not own.params and not own.cookies.jar


@functools.lru_cache(maxsize=64)
def _merged(
    http: Any, theirs: tuple[tuple[bytes, bytes], ...], items: tuple[tuple[str, str], ...], host: bytes
) -> Named:
    """The headers of a client of the user's own with ours on top; a name that it gives itself goes before ours."""
    headers = http.Headers(theirs)
    named = headers.get("user-agent") != f"python-{http.__name__}/{http.__version__}"
    headers.update({name: value for name, value in items if not (named and name == "user-agent")})
    first = "host", (b"host", headers.pop("host", "").encode() or host)
    return first, *((name.lower().decode(), (name.lower(), text)) for name, text in headers.raw)


def _plain(request: Request, extensions: dict[str, Any], http: Any, own: Any) -> httpx.Request:
    """The everyday case, with every header given at once: a stream of bytes is taken as it is, where `content` would
    make httpx build the headers anew."""
    url = _url(http, request.url)
    shared = request.base_headers, _netloc(url)
    named = _headers(*shared) if own is None else _merged(http, tuple(own.headers.raw), *shared)
    headers = [pair for name, pair in named if name not in request.headers]
    if "content-length" not in request.headers and (request.content is not None or request.method == "POST"):
        headers.append((b"content-length", b"%d" % len(request.content or b"")))
    headers += [(name.encode(), value.encode()) for name, value in request.headers.items() if value is not None]
    body = http.ByteStream(request.content or b"")
    native: httpx.Request = http.Request(request.method, url, headers=headers, stream=body, extensions=extensions)
    native.url = url  # httpx has made a copy: what is made of a URL (`OfObject`) is found by the object
    if own is not None:
        native.read()  # hooks may look at what is sent
    return _known(native, request)


SENDING: dict[bool, dict[str, Any]] = {False: {"stream": True}, True: {"stream": True, "auth": None}}
"""How a request is sent, by whether it goes without the auth of a client of the user's own."""


def send_options(request: Request, own: httpx.Client | httpx.AsyncClient | None) -> dict[str, Any]:
    """How a request is sent. A client of the user's own that follows redirects does not when there is a key in a
    header of which httpx does not know that it must stay with its host."""
    if own is None or not own.follow_redirects:
        return SENDING[_unsigned(request)]
    names = {*(name for name, _ in request.base_headers), *request.headers}
    keyed = any(is_secret(name) for name in names - {"authorization", "cookie", "idempotency-key"})
    return {**SENDING[_unsigned(request)], "follow_redirects": not keyed and request.signer is None}


def _unsigned(request: Request) -> bool:
    """Whether a client of the user's own must not put its auth in the place of what the request has, or has not."""
    if request.signer is not None:
        return True
    return request.anonymous or (request.administers and request.has("authorization"))


class Timeouts(dict[str, "float | None"]):
    """Timeouts under a deadline: looked up when a step begins, so that no step goes past it, however long the ones
    before it took."""

    def __init__(self, values: dict[str, float | None], until: float) -> None:
        super().__init__(values)
        self.until = until

    def get(self, name: str, default: object = None) -> float | None:
        value = super().get(name)
        remaining = max(self.until - time.monotonic(), 0.001)
        return min(remaining, LONGEST if value is None else value)


def timeouts(request: Request) -> dict[str, float | None]:
    """Seconds for connect, read, write and pool of this attempt: what was asked, but never past the deadline."""
    timeout = request.timeout
    if timeout is None or isinstance(timeout, int | float):
        most = _counted(timeout)
        values: dict[str, float | None] = {"connect": most, "read": most, "write": most, "pool": most}
    else:
        values = {name: _counted(seconds) for name, seconds in timeout.as_dict().items()}
    return values if request.deadline_at is None else Timeouts(values, request.deadline_at)


def _counted(seconds: float | None) -> float | None:
    return None if seconds is None else min(seconds, LONGEST)


def allow_idle(response: httpx.Response, request: Request) -> None:
    """Now that a stream has begun, it may be silent for `idle_timeout`, whatever `timeout` says of other reads; for an
    error in its place, a body like any other, both hold."""
    values = response.request.extensions.get("timeout")
    if request.idle_timeout is not None and isinstance(values, dict):
        asked: float | None = values["read"] if response.is_error else None
        values["read"] = min(request.idle_timeout, LONGEST if asked is None else asked)


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


def authenticates(own: Any, is_async: bool) -> bool:
    """Whether the user's own client brings credentials of its own; refuses what is no client of that colour."""
    if library_of(own, is_async) is None:
        name = "AsyncClient" if is_async else "Client"
        raise ConfigurationError(
            f"http_client must be an httpx.{name} (or httpx2.{name}), got {kind_of(own)}{_other_colour(own)}"
        )
    return "authorization" in own.headers or "api-key" in own.headers or own.auth is not None


def _other_colour(own: object) -> str:
    for is_async, ours in ((True, "AsyncOpenAI"), (False, "OpenAI")):
        if library_of(own, is_async) is not None:
            return f": that is for {ours}"
    return ": a transport is given as transport=..." if hasattr(own, "handle_request") else ""


def translate(
    error: Exception, request: Request, response: httpx.Response | None = None, content: bytes = b""
) -> APIConnectionError:
    """An error of httpx as ours: kind, URL, cause, and what to try; with what came of the answer, if it had begun."""
    status, headers = (0, ()) if response is None else (response.status_code, response.headers)
    asked = (request.base_headers, request.headers)
    meta = public(Meta(status, headers, request.method, request.url, asked=asked), request.secrets)
    failure = _translated(error, request, meta, _redirected(error))
    failure.content = hide(content, request.secrets)
    return failure


def unconnected(error: Exception, name: str) -> httpx.RequestError:
    """An error of another library that connects, as that of httpx with this name, to be translated."""
    kind: type[httpx.RequestError] = getattr(httpx, name)
    failure = kind(str(error) or type(error).__name__)
    failure.__cause__ = error
    return failure


def _redirected(error: Exception) -> str:
    """The URL that was asked when this happened, where a redirect had led to it, else nothing."""
    if isinstance(error, httpx.RequestError):
        with suppress(RuntimeError):  # an error that knows no request
            first = error.request.extensions.get(FIRST_URL)
            if first is not None and first is not error.request.url:
                return redact_url(str(error.request.url))
    return ""


def _translated(error: Exception, request: Request, meta: Meta, redirected: str) -> APIConnectionError:
    where = f"{request.method} {meta.url}{f', redirected to {redirected}' if redirected else ''}"
    late = request.deadline_at is not None and time.monotonic() >= request.deadline_at
    if late or isinstance(error, DeadlinePassed):
        return DeadlineExceededError(f"{where}: no complete answer within the deadline", meta=meta)
    if isinstance(error, BodyTooLarge):
        return BodyTooLargeError(f"{where}: {BodyTooLargeError.told(error.most)}", meta=meta).of_kind(
            "size", final=True
        )
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
    causes = list(chain(error))
    if isinstance(error, UnicodeError):
        return "dns", f"the host name is not valid ({error})", "check base_url", True
    for cause in causes:
        if isinstance(cause, ssl.SSLCertVerificationError):
            hint = "pass ca_bundle=..., or set SSL_CERT_FILE to your CA bundle"
            return "tls", f"the certificate is not trusted ({getattr(cause, 'verify_message', cause)})", hint, True
        if isinstance(cause, ssl.SSLError):
            return tls_failure(cause)
        if isinstance(cause, socket.gaierror):
            return "dns", "the name cannot be resolved", f"check base_url and your network{_or_proxy()}", False
        if isinstance(cause, ConnectionRefusedError):
            hint = f"is the server up, and is the port right?{_or_proxy()}"
            return "connect", "connection refused", hint, False
        if isinstance(cause, OverflowError):
            return "url", f"the port cannot be ({cause})", "check base_url", True
        if isinstance(cause, h11.LocalProtocolError | httpx.LocalProtocolError):
            hint = "did a file change while it was sent?"
            return "write", f"the body is not as long as was said before ({cause})", hint, True
    text = str(error) or type(error).__name__
    if isinstance(error, UnreadableFile):
        return "file", text, "nothing but the beginning was sent", True
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
    if isinstance(error, httpx.StreamError):
        return "read", "the body was taken already, or let go", "take it once: read() keeps it, the others do not", True
    if isinstance(error, httpx.WriteError):
        return "write", "the connection broke while sending", "the server may have refused the body", False
    kind = "protocol" if isinstance(error, httpx.ProtocolError) else "read"
    return kind, f"the connection broke before the answer was complete ({text})", "trying again may help", False


def _or_proxy() -> str:
    """What else may be wrong where the environment names a proxy: its name and port are resolved, not the server's."""
    names = proxy_names()
    return f" (or the proxy in {names})" if names else ""


def proxy_names() -> str:
    return ", ".join(name for name in os.environ if name.lower() in _PROXY_VARIABLES and os.environ[name])
