"""The connections of a client of ours: slots of one connection each behind a gate (`shelf.py`). Here: what a call does,
once for both colours, and the sync one; `slots_async.py` has the async one.

Rules
* A slot is a transport of httpx with one connection of httpcore in it, so that whatever stands in the way of httpx
  (respx, vcrpy, pytest-httpx, OpenTelemetry) stands in ours too. No `httpx.Client` is around a call.
* A redirect goes on in a client of httpx (cookies, methods, what may be followed), for which we are the transport.
* A connection that the server closed while it was idle is replaced at once by a new one, which is not an attempt: where
  nothing was sent, or nothing came and the request may be repeated (RFC 9110, 9.2.2) or has an idempotency key, which
  says that it may. So do Go and the browsers. One that was closed from here (a deadline, `close()`, Ctrl-C) is not.
* However a call ends, also when it is cancelled twice, its connection is given back or closed: closing is one step.
* A call stands in line as long as the line moves: `pool` seconds without any step are a `PoolTimeout`. A `pool` that
  was asked for by itself counts from the beginning.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Generator, Hashable, Iterator
from typing import TYPE_CHECKING, Any, ClassVar, Protocol

from typed_openai.core.run.carrier import Carrier, SyncCarrier
from typed_openai.core.run.chunks import MOST_OF_A_READ, Chunks, Unchunked
from typed_openai.core.run.marks import PATIENT, STREAMS
from typed_openai.core.run.native import Arrived, response_of
from typed_openai.core.run.network import Network
from typed_openai.core.run.shelf import Shelf

if TYPE_CHECKING:
    from typed_openai.core.run.exchange import Answer
    from typed_openai.core.run.kit import Kit
    from typed_openai.core.run.proxies import Proxies
    from typed_openai.core.run.tls import TLS

MOST_CALLS = 1000
"""Calls of one client that have a connection at the same time."""
IDLE_SECONDS = 5.0
"""How long a connection waits for its next call; many servers close theirs then."""
REPEATABLE = frozenset(("GET", "HEAD", "OPTIONS", "TRACE", "PUT", "DELETE"))


class Step(Protocol):
    """What a call waits for: its turn, or an answer."""

    def perform(self, request: Any) -> Any:
        """Do it, in whichever colour."""
        ...


class Slotted:
    """What slots of both colours are: a connection of httpcore, and the network under it."""

    is_async: ClassVar[bool] = False
    _pool: Any
    """What `httpx.HTTPTransport` hands its requests on to: a pool of httpcore, here one connection."""
    key: Hashable
    network: Any
    idle_since = 0.0

    def __init__(self, key: Hashable, network: Any, connection: Any, kit: Kit) -> None:
        self.key, self.network, self._pool, self.kit = key, network, connection, kit

    def asked(self, request: Any) -> Any:
        """A request in the words of the core; the body of an answer that is streamed is read past h11."""
        network = self.network
        network.chunks = Chunks() if STREAMS in request.extensions else None
        if network.wire is not None:
            network.wire.chunks = network.chunks
        return self.kit.request(request)

    def answered(self, answer: Any, request: Any) -> Any:
        """An answer of the core in the words of its library."""
        response = response_of(self.kit.http, answer.status, answer.headers, answer.stream, answer.extensions)
        chunks, wire = self.network.chunks, self.network.wire
        if chunks is not None and wire is not None:  # respx answers in the place of the core, on no wire
            wire.chunks = None
            if chunks.at_body and _is_chunked(response, request):
                timeouts = request.extensions.get("timeout", {})
                response.stream = Unchunked(wire, chunks, timeouts, answer.stream, self.kit.core)
        return response

    def plain(self, request: Any) -> tuple[bytes, Answer] | None:
        """A request as bytes and what its answer goes into, where the exchange may be a plain one (`exchange.py`)."""
        kit = self.kit
        may_be = self.served and kit.is_home and STREAMS not in request.extensions
        if not may_be or not kit.is_direct(self._pool, self.is_async):
            return None
        from typed_openai.core.run.exchange import Answer, in_bytes  # a process that asks once does without

        said = in_bytes(request, kit)
        return None if said is None else (said, Answer())

    def heard(self, answer: Answer) -> Any:
        """The answer of a plain exchange, whose connection is free; None where httpcore is to do the rest."""
        wire = self.network.wire
        if not answer.is_plain:
            wire.replay(answer.received, was_sent=True)
            return None
        wire.unread(answer.rest)
        extensions = {"http_version": b"HTTP/1.1", "reason_phrase": answer.reason}
        return response_of(self.kit.http, answer.status, answer.fields, Arrived(answer.content), extensions)

    served = False
    """Whether its connection is used again."""

    def begin(self) -> None:
        """Another request is about to be sent."""
        if self.network.wire is not None:
            self.served = True
            self.network.wire.expect()

    def is_idle(self) -> bool:
        """Whether the connection is open, whole, and serves nobody."""
        return self.network.wire is not None and not self.network.wire.closed and bool(self._pool.is_idle())

    def is_stale(self) -> bool:
        """Whether the server has closed the connection in the meantime, or said something that nobody asked for."""
        return bool(self.network.wire.is_stale()) or _heard_more(self._pool)

    def was_stale(self, request: Any) -> bool:
        """Whether a failure comes from a connection that the server had closed, and the request may go out again."""
        wire = self.network.wire
        if not self.served or wire is None or wire.received or wire.woken:
            return False
        return not wire.sent or request.method in REPEATABLE or "idempotency-key" in request.headers

    def abort(self) -> None:
        """Close it at once."""
        if self.network.wire is not None:
            self.network.wire.abort()

    def lost(self) -> None:
        """Close it, from a thread that may have nothing to do with it."""
        if self.network.wire is not None:
            self.network.wire.abort_from_anywhere()


def _heard_more(connection: Any) -> bool:
    """Whether h11 holds something that came behind an answer, unasked: it would take that for the next."""
    while (inner := getattr(connection, "_connection", None)) is not None:  # a tunnel is around another one
        connection = inner
    state = getattr(connection, "_h11_state", None)
    return state is not None and bool(state.trailing_data[0])


def _is_chunked(response: Any, request: Any) -> bool:
    """Whether a body comes in chunks (RFC 9112, section 6.3); another word than that h11 has refused already."""
    has_body = response.status_code >= 200 and response.status_code not in (204, 304) and request.method != "HEAD"
    return has_body and "transfer-encoding" in response.headers


class Slot(Slotted):
    """One connection of a sync client; becomes an `HTTPTransport` of its library (`Kit.made`)."""

    handle_request: Callable[[Any], Any]

    def perform(self, request: Any) -> Any:
        """The answer; past the transport's own way of asking its connection, where nothing stands in that."""
        kit = self.kit
        if not kit.is_plain(self.is_async):
            return self.handle_request(request)
        try:
            plain = self.plain(request)
            response = None if plain is None else self._exchanged(*plain, request.extensions.get("timeout", {}))
            return response or self.answered(self._pool.handle_request(self.asked(request)), request)
        except kit.core_errors as error:
            raise kit.at_home(error) from error

    def _exchanged(self, said: bytes, answer: Answer, timeouts: Any) -> Any:
        wire, was_sent = self.network.wire, False
        try:
            wire.write(said, timeouts.get("write"))
            was_sent = True
            while answer.feed(wire.read(MOST_OF_A_READ, timeouts.get("read"))):
                pass
        except self.kit.core_errors as error:
            return wire.replay(answer.received, was_sent, error.with_traceback(None))  # which would lead back here
        return self.heard(answer)


class Turn:
    """A place in line, of a thread."""

    def __init__(self) -> None:
        self._given = threading.Lock()
        self._given.acquire()
        self.seconds: float | None = None
        """How long to wait at most."""

    def wake(self) -> None:
        self._given.release()

    def perform(self, request: Any) -> bool:
        """Whether the turn has come, within the time."""
        return self._given.acquire(timeout=-1 if self.seconds is None else self.seconds)


class Holding:
    """Gives a slot back, once, when the body of an answer is closed, or closes it when nobody holds that any more."""

    def __init__(self, stream: Any, slot: Any, shelf: Shelf[Any], kit: Kit) -> None:
        self._stream = stream
        self._kit = kit
        self._shelf = shelf
        self._slots = [slot]

    def _taken(self) -> Any:
        """The slot, to whoever asks first."""
        try:
            return self._slots.pop()
        except IndexError:
            return None

    def __del__(self) -> None:
        slot = self._taken()
        if slot is not None:
            self._shelf.lose(slot)


class Held(Holding):
    """The body of an answer; becomes a `SyncByteStream`."""

    def __iter__(self) -> Iterator[bytes]:
        try:
            yield from self._stream
        except self._kit.core_errors as error:
            raise self._kit.at_home(error) from error

    def close(self) -> None:
        slot = self._taken()
        if slot is not None:
            try:
                self._stream.close()
            finally:
                self._shelf.put_back(slot)


class Serving(Carrier):
    """What a call does, without a colour."""

    is_async: ClassVar[bool]
    network_kind: Any
    turn_kind: Any
    slot: ClassVar[tuple[type, str]]
    held: ClassVar[tuple[type, str]]
    """Classes of slots and bodies, with the names of what they are in their library."""

    def __init__(self, kit: Kit, follower: Callable[[Any], Any], proxies: Proxies, tls: TLS) -> None:
        super().__init__(kit, follower)
        self._held_kind = kit.made(*self.held)
        self.shelf: Shelf[Any] = Shelf(MOST_CALLS, MOST_CALLS, IDLE_SECONDS)
        self._proxies = proxies
        self._tls = tls

    @property
    def is_closed(self) -> bool:
        return self.shelf.is_closed

    def serving(self, request: Any) -> Generator[Step, Any, Any]:
        """The steps of one request; gives its answer, whose body has to be closed."""
        if not self.shelf.enter():
            yield from self._in_line(request)
        answered = None
        try:
            slot, response = answered = yield from self._answered(request)
        finally:
            if answered is None:
                self.shelf.leave()
        response.request = request
        if isinstance(response.stream, Arrived):
            self.shelf.put_back(slot)
        else:
            response.stream = self._held_kind(response.stream, slot, self.shelf, self.kit)
        return response

    def _answered(self, request: Any) -> Generator[Step, Any, tuple[Any, Any]]:
        """The slot that brings the answer, and the answer."""
        url, guest = request.url, self._tls.is_guest(request)
        key = self.kit.server(url), guest
        slot = self.shelf.take(key) or self.added(key, url, guest)
        while True:
            done = False
            try:
                slot.begin()
                response = yield slot
                done = True
                return slot, response
            except self.kit.broken:
                may_be = not self.is_closed and isinstance(request.stream, self.kit.http.ByteStream)
                if not may_be or not slot.was_stale(request):
                    raise
            finally:
                if not done:
                    self.shelf.forget(slot)
            slot = self.added(key, url, guest)

    def _in_line(self, request: Any) -> Generator[Step, Any, None]:
        turn = self.turn_kind()
        has_turn = self.shelf.enter(turn)
        began = time.monotonic()
        timeouts = request.extensions.get("timeout", {})
        try:
            while not has_turn:
                patience = timeouts.get("pool")
                if patience is not None:
                    since = max(began, self.shelf.left_at) if PATIENT in request.extensions else began
                    patience = min(patience, since + patience - time.monotonic())
                    if patience <= 0:
                        raise self.kit.http.PoolTimeout("no connection was free in time")
                turn.seconds = patience
                has_turn = yield turn
        finally:
            if not has_turn:
                self.shelf.give_up(turn)

    def added(self, key: Hashable, url: Any, guest: bool) -> Any:
        """A slot that did not serve anybody yet; `guest`: its server is not told who asks."""
        network = self.network_kind(self.kit.core)
        slot = self.kit.made(*self.slot)(key, network, self._connection(url, network, guest), self.kit)
        self.shelf.add(slot)
        return slot

    def _connection(self, url: Any, network: Any, guest: bool) -> Any:
        """A connection of httpcore, to the server or to the proxy that the environment names for it."""
        core, http = self.kit.core, self.kit.http
        if url.scheme not in ("http", "https"):
            raise http.UnsupportedProtocol(f"Request URL has an unsupported protocol '{url.scheme}://'.")
        options: dict[str, Any] = {"network_backend": network}
        named = self._proxies.proxy_for(url.scheme, url.host, url.port)
        if url.scheme == "https" or named is not None:
            options["ssl_context"] = self._tls.guest if guest else self._tls.own
        if named is not None:
            proxy = http.Proxy(named)
            tls = self._tls.guest if proxy.url.scheme == "https" else None
            options["proxy"] = core.Proxy(
                self.kit.place(proxy.url), auth=proxy.raw_auth, headers=proxy.headers.raw, ssl_context=tls
            )
        pool = core.AsyncConnectionPool if self.is_async else core.ConnectionPool
        return pool(**options).create_connection(self.kit.place(url).origin)


class Slots(Serving, SyncCarrier):
    """The connections of a sync client."""

    is_async = False
    network_kind, turn_kind = Network, Turn
    slot, held = (Slot, "HTTPTransport"), (Held, "SyncByteStream")

    def answer(self, request: Any) -> Any:
        """The answer to a request, whatever it says."""
        flow = self.serving(request)
        try:
            step = next(flow)
            while True:
                try:
                    outcome = step.perform(request)
                except self.kit.broken as error:
                    step = flow.throw(error)
                else:
                    step = flow.send(outcome)
        except StopIteration as stop:
            return stop.value
        finally:
            flow.close()

    def close(self) -> None:
        """Close all connections."""
        self.shelf.close()
