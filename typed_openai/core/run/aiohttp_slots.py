"""The connections of an async client made of aiohttp (`typed_openai[aiohttp]`), with what `slots.py` promises.

aiohttp has a pool of its own; the gate before it, what happens to stale connections, proxies and redirects are ours, so
that `transport="aiohttp"` differs from httpx in what it costs alone.

Rules
* aiohttp's errors are raised as those of httpx that mean the same; what is wrong with a file that is sent stays that.
* The name, all addresses and TLS share `connect` seconds. `read` counts while somebody waits, not while he is busy.

Weak spots: to an https proxy before an https server aiohttp shows the client's certificate as well, if it is asked for
one. It speaks neither SOCKS nor HTTP/2. It does not say whether anything was sent: a request that may not be repeated
is not, when its connection turns out to be stale.
"""

from __future__ import annotations

import asyncio
import base64
import functools
import inspect
import io
from collections.abc import AsyncIterator, Hashable, Iterator
from contextvars import ContextVar
from typing import Any

import aiohttp
import httpx
from aiohttp.client_proto import ResponseHandler
from aiohttp.http import HttpVersion10
from aiohttp.http_exceptions import HttpProcessingError
from multidict import CIMultiDict
from yarl import URL

from typed_openai.core.once_each import OfObject
from typed_openai.core.run.native import Arrived, response_of
from typed_openai.core.run.slots import IDLE_SECONDS, REPEATABLE
from typed_openai.core.run.slots_async import AsyncServing
from typed_openai.errors import ConfigurationError

_ASKING: ContextVar[AiohttpSlot] = ContextVar("typed_openai_asking")
"""The slot that waits for a connection, in this task."""
_SKIPPED = ("User-Agent", "Accept", "Accept-Encoding", "Content-Type")
"""What aiohttp would add by itself where it is not said."""
_WIDE: dict[str, Any] = {
    name: most
    for name, most in {"max_line_size": 100 * 1024, "max_field_size": 100 * 1024, "max_headers": 1000}.items()
    if name in inspect.signature(aiohttp.ClientSession).parameters
}
"""Bounds of a head, as wide as those of h11, which counts no fields (nor does aiohttp before 3.14)."""
_LONG = 1024 * 1024
_HTTP_1_0, _HTTP_1_1 = b"HTTP/1.0", b"HTTP/1.1"
_MEANINGS: dict[str, type[httpx.TransportError]] = {
    "ConnectionTimeoutError": httpx.ConnectTimeout,
    "_SendingTimeout": httpx.WriteTimeout,
    "ServerTimeoutError": httpx.ReadTimeout,
    "ClientProxyConnectionError": httpx.ProxyError,
    "ClientHttpProxyError": httpx.ProxyError,
    "NonHttpUrlClientError": httpx.UnsupportedProtocol,
    "InvalidURL": httpx.UnsupportedProtocol,
    "ClientConnectorError": httpx.ConnectError,
    "ServerDisconnectedError": httpx.RemoteProtocolError,
    "ClientOSError": httpx.ReadError,
    "ClientPayloadError": httpx.RemoteProtocolError,
    "ClientResponseError": httpx.RemoteProtocolError,
    "HttpProcessingError": httpx.RemoteProtocolError,
    "TimeoutError": httpx.ReadTimeout,
    "ClientError": httpx.ReadError,
}
"""Errors of aiohttp, by the names along their MRO, nearest first."""
_ERRORS = (aiohttp.ClientError, HttpProcessingError, TimeoutError)


def _in_httpx(error: Exception) -> Exception:
    """What an error of aiohttp is in httpx."""
    for cause in _causes(error):
        if isinstance(cause, httpx.HTTPError):
            return cause
    meaning = next(_MEANINGS[kind.__name__] for kind in type(error).__mro__ if kind.__name__ in _MEANINGS)
    if isinstance(error, aiohttp.ServerDisconnectedError):
        return meaning("Server disconnected without sending a response.")
    return meaning(str(error) or type(error).__name__)


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__


_place = OfObject(lambda url: URL(str(url.copy_with(userinfo=b"", fragment=None)), encoded=True))
"""A URL in the words of aiohttp, as it is written; who asks stands in the headers."""


@functools.lru_cache(maxsize=64)
def _clocks(connect: float | None) -> aiohttp.ClientTimeout:
    return aiohttp.ClientTimeout(total=None, connect=connect, ceil_threshold=1e9)


def _at_hand(stream: Any) -> bytes | io.BytesIO | None:
    """A body that is at hand, in what aiohttp wants to be given: it warns of bytes that are long."""
    body = b"".join(stream)
    return io.BytesIO(body) if len(body) > _LONG else body or None


async def _as_long(stream: Any, length: int) -> AsyncIterator[bytes]:
    """A body that has to be as long as was said: aiohttp cuts what is longer, and a server waits for the rest of a
    shorter one. The words are those of h11."""
    left = length
    async for block in stream:
        left -= len(block)
        if left < 0:
            raise httpx.LocalProtocolError("Too much data for declared Content-Length")
        yield block
    if left:
        raise httpx.LocalProtocolError("Too little data for declared Content-Length")


class _Body(httpx.AsyncByteStream):
    """The body of an answer of aiohttp."""

    def __init__(self, response: aiohttp.ClientResponse, timeouts: dict[str, float | None]) -> None:
        self._response = response
        self._timeouts = timeouts

    async def __aiter__(self) -> AsyncIterator[bytes]:
        content = self._response.content
        try:
            while not content.at_eof():
                if content.is_eof():  # all of it is here: nobody has to look at a clock
                    block = await self._next()
                else:
                    async with asyncio.timeout(self._timeouts.get("read")):
                        block = await self._next()
                if block:
                    yield block
            broken = content.exception()
            if broken is not None:
                raise broken
        except _ERRORS as error:
            left = b"".join(getattr(content, "_buffer", ()))  # which aiohttp gives nobody after an error
            if left:
                yield left
            raise _in_httpx(error) from error

    async def _next(self) -> bytes:
        """What is there; of what is packed one piece, so that damage in the next does not take this one along."""
        if "Content-Encoding" in self._response.headers:
            return (await self._response.content.readchunk())[0]
        return await self._response.content.readany()

    async def aclose(self) -> None:
        if not self._response.content.at_eof():
            self._response.close()
            await asyncio.sleep(0)  # for the loop to take leave of the socket
        self._response.release()


def _arrived(response: aiohttp.ClientResponse) -> Arrived | None:
    """The body, where all of it is here and aiohttp has taken its connection back; not of what is to be unpacked."""
    content = response.content
    if response.connection is not None or not content.is_eof() or content.exception() is not None:
        return None
    return None if "Content-Encoding" in response.headers else Arrived(content.read_nowait())


class AiohttpSlot:
    """A place for one call; its connection is one of aiohttp's pool."""

    idle_since = 0.0

    def __init__(self, key: Hashable, carrier: AiohttpSlots, url: httpx.URL, guest: bool) -> None:
        self.key = key
        self._carrier = carrier
        self._way = carrier.way(key, url, guest)
        self._response: aiohttp.ClientResponse | None = None
        self.headers: CIMultiDict[str] = CIMultiDict()
        """What is said of the request."""
        self._protocol: Any = None
        self._began = False
        self.patience: float | None = None
        """Seconds of silence before an answer begins, at most."""
        self.write: float | None = None
        """Seconds until the server has taken something of what is sent, at most."""
        self.served = False
        """Whether its connection has brought an answer before."""

    def begin(self) -> None:
        self.served = False

    def connected(self, protocol: Any) -> None:
        """It has a connection."""
        self._protocol = protocol
        self.served = protocol.serve(self)

    def answered(self) -> None:
        """It waits no more; its connection may serve another one by now, which does."""
        if self._protocol is not None and self._protocol.asking is self:
            self._protocol.asking = None
        self._protocol = None

    async def perform(self, request: httpx.Request) -> httpx.Response:
        timeouts = request.extensions.get("timeout", {})
        stream: Any = request.stream
        headers = CIMultiDict([(name.decode(), value.decode("latin-1")) for name, value in request.headers.raw])
        headers.popall("transfer-encoding", None)  # it is aiohttp that says so
        told = self._way.get("proxy_headers")
        if told is not None and request.url.scheme == "http":  # no tunnel: the proxy reads what the server is told
            headers.extend(told)
        self.patience, self.write, self.headers = timeouts.get("read"), timeouts.get("write"), headers
        if isinstance(stream, httpx.ByteStream):
            stream = _at_hand(stream)
        elif "content-length" in headers:
            stream = _as_long(stream, int(headers["content-length"]))
        asking = _ASKING.set(self)
        try:
            response = await self._carrier.session.request(
                request.method,
                _place(request.url),
                data=stream,
                skip_auto_headers=[name for name in _SKIPPED if name not in headers] or None,
                allow_redirects=False,
                timeout=_clocks(timeouts.get("connect")),
                **self._way,
            )
        except _ERRORS as error:
            self._began = not isinstance(getattr(error, "message", ""), str)  # it is what came of an answer
            raise _in_httpx(error) from error
        finally:
            _ASKING.reset(asking)
            self.answered()  # from now on the body looks at the clock
        self._response = response
        version = _HTTP_1_0 if response.version == HttpVersion10 else _HTTP_1_1
        reason = (response.reason or "").encode(errors="surrogateescape")
        extensions = {"http_version": version, "reason_phrase": reason}
        stream = _arrived(response) or _Body(response, timeouts)
        answer: httpx.Response = response_of(httpx, response.status, response.raw_headers, stream, extensions)
        return answer

    def was_stale(self, request: httpx.Request) -> bool:
        """Whether a failure comes from a connection that the server had closed, and the request may go out again."""
        return (
            self.served and not self._began and (request.method in REPEATABLE or "idempotency-key" in request.headers)
        )

    def is_idle(self) -> bool:
        return False

    def is_stale(self) -> bool:
        return True

    def abort(self) -> None:
        """Close the connection, unless the answer was whole."""
        if self._response is not None and not self._response.content.at_eof():
            self._response.close()

    def lost(self) -> None:
        loop = self._carrier.loop
        if not loop.is_closed():
            loop.call_soon_threadsafe(self.abort)


class _SendingTimeout(aiohttp.ServerTimeoutError):
    """Nobody took what was sent."""


class _Protocol(ResponseHandler):
    """A connection with a clock for the silence before an answer: one alarm, which looks when it rings whether that was
    in vain, where aiohttp would set and cancel two for each call (a tenth of its cost).

    It closes at once. aiohttp would first wait for the other side to take leave of TLS, which a silent server does not:
    the socket would stay open for half a minute, or for good where the loop ends before."""

    has_served = False
    """Whether a request was sent over it before."""
    asking: AiohttpSlot | None = None
    """Who waits for an answer to begin."""
    _heard_at: float | None = None
    """When something came last, or the request was sent; None as long as it is not."""
    _alarm: asyncio.TimerHandle | None = None
    _jam: asyncio.TimerHandle | None = None
    """Rings when nobody takes what is sent."""

    def serve(self, slot: AiohttpSlot) -> bool:
        """A request goes out over it; whether one did before."""
        served, self.has_served = self.has_served, True
        self.asking, self._heard_at = slot, None
        return served

    def start_timeout(self) -> None:
        """The request is sent."""
        super().start_timeout()
        self._heard_at = self._loop.time()
        self._wait()

    def data_received(self, data: bytes) -> None:
        self._heard_at = self._loop.time()
        super().data_received(data)

    def pause_writing(self) -> None:
        """More waits to be sent than there is room for: somebody has to take of it."""
        super().pause_writing()
        if self.asking is not None and self.asking.write is not None:
            self._jam = self._loop.call_later(self.asking.write, self.set_exception, _SendingTimeout())

    def resume_writing(self) -> None:
        super().resume_writing()
        self._clear()

    def _clear(self) -> None:
        if self._jam is not None:
            self._jam.cancel()
            self._jam = None

    def connection_lost(self, exc: BaseException | None) -> None:
        """It is at its end; where it broke, a body that lasts until then is not whole, which aiohttp takes for it."""
        self._silence_alarm()
        self._clear()
        if exc is not None and self._payload is not None and not self._payload.is_eof():
            self._payload.set_exception(aiohttp.ClientOSError(*exc.args))
        super().connection_lost(exc)

    def _wait(self) -> None:
        """Let the alarm ring when patience may have ended."""
        until = self._patient_until()
        if until is not None and (self._alarm is None or self._alarm.when() > until):
            self._silence_alarm()
            self._alarm = self._loop.call_at(until, self._ring)

    def _ring(self) -> None:
        self._alarm = None
        until = self._patient_until()
        if until is not None and self._loop.time() >= until:
            self.set_exception(aiohttp.SocketTimeoutError("Timeout on reading data from socket"))
        else:
            self._wait()

    def _patient_until(self) -> float | None:
        patience = None if self.asking is None else self.asking.patience
        return None if patience is None or self._heard_at is None else self._heard_at + patience

    def _silence_alarm(self) -> None:
        if self._alarm is not None:
            self._alarm.cancel()
            self._alarm = None

    def close(self) -> None:
        transport = self.transport
        super().close()
        if transport is not None:
            transport.abort()


_PROTOCOL: type[ResponseHandler] = _Protocol


class _Request(aiohttp.ClientRequest):
    """A request with the headers of the slot that asks, which aiohttp would copy twice."""

    def update_headers(self, headers: Any) -> None:
        self.headers = _ASKING.get().headers


class _Connector(aiohttp.TCPConnector):
    """Tells a slot whether its connection has served before (aiohttp's own way of telling costs a tenth of a call).

    What is left open in a loop that was dropped is nobody's concern, but aiohttp would print it."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._factory = functools.partial(_PROTOCOL, loop=self._loop)

    async def connect(self, req: Any, traces: Any, timeout: Any) -> Any:
        connection = await super().connect(req, traces, timeout)
        protocol: Any = connection.protocol
        if protocol is not None:
            _ASKING.get().connected(protocol)
        return connection

    def __del__(self, _warnings: object = None) -> None:
        return


class AiohttpSlots(AsyncServing):
    """The connections of an async client in one event loop."""

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self.loop = asyncio.get_running_loop()
        self._ways: dict[Hashable, dict[str, Any]] = {}
        for proxy in self._proxies.by_scheme.values():
            if not proxy.lower().startswith("http"):
                raise ConfigurationError('transport="aiohttp" speaks to http proxies alone, not SOCKS: use "httpx"')
        self.session = aiohttp.ClientSession(
            connector=_Connector(limit=0, keepalive_timeout=IDLE_SECONDS),
            cookie_jar=aiohttp.DummyCookieJar(),
            request_class=_Request,
            auto_decompress=False,
            **_WIDE,
        )
        if hasattr(self.session, "_retry_connection"):  # else it asks a second time by itself, not counting that
            self.session._retry_connection = False

    def way(self, key: Hashable, url: httpx.URL, guest: bool) -> dict[str, Any]:
        """How the server of a URL is reached: through which proxy, whose certificates are trusted, which one is shown.

        Who asks stands in a header, not in the URL of the proxy: aiohttp would show the password in its errors."""
        known = self._ways.get(key)
        if known is None:
            known = self._ways[key] = {}
            named = self._proxies.proxy_for(url.scheme, url.host, url.port)
            if url.scheme == "https" or named is not None:
                known["ssl"] = self._tls.guest if guest or url.scheme != "https" else self._tls.own
            if named is not None:
                proxy = httpx.Proxy(named)
                known["proxy"] = _place(proxy.url)
                if proxy.raw_auth is not None:
                    said = base64.b64encode(b":".join(proxy.raw_auth)).decode()
                    known["proxy_headers"] = {"Proxy-Authorization": f"Basic {said}"}
        return known

    def added(self, key: Hashable, url: httpx.URL, guest: bool) -> AiohttpSlot:
        slot = AiohttpSlot(key, self, url, guest)
        self.shelf.add(slot)
        return slot

    async def aclose(self) -> None:
        """Close all connections."""
        self.shelf.close()
        await self.session.close()

    def __del__(self) -> None:
        session = getattr(self, "session", None)
        if session is not None:
            session.detach()
