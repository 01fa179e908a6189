"""From a request to what the library `websockets` is told, and from its errors to ours.

Rules
* As over HTTP: the proxy that the environment names for the https (http) URL, the same certificates; those of an
  `http_client` of the user's own where it has any. What `websocket_connection_options` says goes before all of it.
* Redirects are not followed: a key must not leave for another host. The error names the place.
* An answer other than 101 is the status error that HTTP has for it. No header, query or password is in a message.
* Messages have no size limit of the library's; compression is off then, since a small message may become a huge one.

Weak spot: proxy and certificates of an `http_client` stand in attributes of httpcore that are not public; where they
are not found, those of the environment are used.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from typed_openai.core.answer.meta import Meta
from typed_openai.core.careful_log import CarefulLog
from typed_openai.core.extras import needed
from typed_openai.core.run.native import whole_response
from typed_openai.core.run.pools import proxies, refuse_closed
from typed_openai.core.run.transport import timeouts, translate, unconnected
from typed_openai.errors import APIConnectionError, ConfigurationError
from typed_openai.sockets.effects import LineEnded, Opened

if TYPE_CHECKING:
    from types import ModuleType

    from typed_openai.core.run.effects import Request
    from typed_openai.core.run.pools import AsyncPool, SyncPool

_CLOSING = 5.0
"""Seconds that a goodbye may take, where nobody says otherwise."""
_NO_CODE = 1006
_OPEN = 1
"""`websockets.protocol.State.OPEN`."""
_OK = (1000, 1001, 1005)
_HEARTBEAT = "keepalive ping timeout"
_TOO_BIG = 1009
_SWITCHED = 101
_LOUD = frozenset(("accept", "accept-encoding", "content-type", "user-agent"))
"""Headers that say nothing in a handshake, or that the library gives itself."""
_PROXY_ERRORS = ("InvalidProxy", "ProxyError", "InvalidProxyMessage", "InvalidProxyStatus")
_PROTOCOL_ERRORS = ("InvalidHandshake", "ProtocolError")


def library(colour: str) -> ModuleType:
    """The client half of `websockets` for a colour (`sync`, `asyncio`)."""
    found: ModuleType = needed(f"websockets.{colour}.client", "a socket")
    return found


def closed_error() -> type[Exception]:
    """What the library raises on a line that is closed."""
    found: type[Exception] = import_module("websockets.exceptions").ConnectionClosed
    return found


def failures() -> tuple[type[Exception], ...]:
    """All that opening a line may raise."""
    base: type[Exception] = import_module("websockets.exceptions").WebSocketException
    return base, OSError, EOFError, UnicodeError, OverflowError, TypeError, ValueError, ImportError


def is_open(line: Any) -> bool:
    """Whether a message can leave over a line."""
    return bool(line.state == _OPEN)


def told(request: Request, pool: SyncPool | AsyncPool) -> dict[str, Any]:
    """The options for `connect`, with proxy and certificates of a client's connections. Raises `ConfigurationError`
    where the client was closed."""
    refuse_closed(pool.closed)
    native: Mapping[str, Any] = getattr(request, "native", {})
    parts = urlsplit(request.url)
    secure = parts.scheme == "wss"
    inner = _pool_of(pool.own, request.url)
    options: dict[str, Any] = {
        "additional_headers": headers(request),
        "user_agent_header": dict(request.base_headers).get("user-agent"),
        "open_timeout": timeouts(request).get("connect"),
        "close_timeout": _CLOSING,
        "max_size": None,
        "logger": CarefulLog("websockets.client"),
        "proxy": _proxy_of(inner),
    }
    if options["proxy"] is None and inner is None:
        options["proxy"] = proxies().proxy_for("https" if secure else "http", parts.hostname or "", parts.port)
    if native.get("max_size") is None:
        options["compression"] = None
    if secure:
        options["ssl"] = getattr(inner, "_ssl_context", None) or pool.tls.own
    options.update(native)
    if str(options["proxy"]).startswith("https:"):
        options.setdefault("proxy_ssl", pool.tls.guest)
    return options


def headers(request: Request) -> list[tuple[str, str]]:
    """What the handshake says: the headers of the client and of this call, without those that only a body has."""
    merged: dict[str, str | None] = {**dict(request.base_headers), **request.headers}
    if request.signer is not None:
        from typed_openai.core.run.signing import EMPTY

        proof = request.signer.sign("GET", request.url.replace("ws", "http", 1), {}, EMPTY)
        merged |= proof.headers
        request.secrets = request.secrets.more(proof.secrets)
    return [(name, value) for name, value in merged.items() if value is not None and name not in _LOUD]


def _pool_of(own: Any, url: str) -> Any:
    """What an `http_client` of the user's own would connect with: a pool of httpcore."""
    find, home = getattr(own, "_transport_for_url", None), getattr(own, "base_url", None)
    if find is None or home is None:
        return None
    return getattr(find(type(home)(url.replace("ws", "http", 1))), "_pool", None)


def _proxy_of(pool: Any) -> str | None:
    url = getattr(pool, "_proxy_url", None)
    if url is None:
        return None
    scheme, host, port = url.scheme.decode(), url.host.decode(), url.port
    sent = dict(getattr(pool, "_proxy_headers", None) or ())
    return f"{scheme}://{_userinfo(sent.get(b'Proxy-Authorization', b''))}{host}{'' if port is None else f':{port}'}"


def _userinfo(authorization: bytes) -> str:
    """What httpx made a header of, as the URL of a proxy has it."""
    from base64 import b64decode
    from urllib.parse import quote

    if not authorization.startswith(b"Basic "):
        return ""
    name, _, password = b64decode(authorization[6:]).decode().partition(":")
    return f"{quote(name, safe='')}:{quote(password, safe='')}@"


def opened(line: Any, request: Request) -> Opened:
    """A line that is open."""
    return Opened(request, _answer(line.response, request), line)


def refused(error: Exception, request: Request) -> Opened:
    """What kept a line from being opened: the answer of the server, or an error of ours, raised."""
    if _is(error, "InvalidStatus"):
        response: Any = getattr(error, "response", None)
        failed = Opened(request, _answer(response, request, response.body or b""), None)
        failed.content = bytes(response.body or b"")
        return failed
    raise _unopened(error, request) from error


def _answer(response: Any, request: Request, content: bytes = b"") -> Any:
    """The answer to a handshake, in httpx's words."""
    meta = Meta(response.status_code, [*response.headers.raw_items()], request.method, request.url)
    return whole_response(meta, bytes(content))


def _unopened(error: Exception, request: Request) -> APIConnectionError:
    if isinstance(error, ImportError):
        raise ConfigurationError(f"a proxy of this kind needs another library: {error}") from error
    if isinstance(error, TypeError | ValueError) and not isinstance(error, UnicodeError | OSError):
        raise ConfigurationError(f"{request.operation}: websocket_connection_options: {error}") from error
    if isinstance(error, TimeoutError):
        return translate(unconnected(error, "ConnectTimeout"), request)
    if _is(error, *_PROXY_ERRORS):
        return translate(unconnected(error, "ProxyError"), request)
    if _is(error, *_PROTOCOL_ERRORS):
        return translate(unconnected(error, "RemoteProtocolError"), request)
    return translate(unconnected(error, "ConnectError"), request)


def _is(error: Exception, *names: str) -> bool:
    return any(kind.__name__ in names for kind in type(error).__mro__)


def ended(error: Any, *, unsent: bool = False) -> LineEnded:
    """How a line ended, from a `ConnectionClosed` of the library."""
    got, sent = error.rcvd, error.sent
    if got is not None:
        return LineEnded(_NO_CODE if got.code is None else got.code, got.reason, "closed", unsent=unsent)
    if sent is not None and sent.reason == _HEARTBEAT:
        return LineEnded(_NO_CODE, "no answer to a heartbeat", "heartbeat", unsent=unsent)
    if sent is not None and sent.code == _TOO_BIG:
        return LineEnded(_TOO_BIG, sent.reason or "a message is larger than max_size", "size", unsent=unsent)
    if sent is not None and sent.code not in _OK:
        return LineEnded(_NO_CODE, sent.reason, "protocol", unsent=unsent)
    why = error.__cause__
    return LineEnded(_NO_CODE, "" if why is None else f"{type(why).__name__}: {why}", "cut", unsent=unsent)
