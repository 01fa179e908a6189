"""Many responses on one connection, each in a lane of its own: told apart by `stream_id`, added up, bounded.

    with client.responses.connect() as connection:
        one, two = connection.lane("one"), connection.lane("two")
        one.create(model="gpt-5", input="Hello")
        two.create(model="gpt-5", input="Bonjour")
        print(one.get_final_response().output_text, two.get_final_response().output_text)

Rules
* Whoever reads takes what comes for others along: lanes may be read one after the other, or each in a thread (task).
* Events without a `stream_id` are those of the lane without a name, where there is one; else of `connection.recv()`.
* What waits in a lane that nobody reads is bounded; too much ends that lane (`StreamTooLargeError`), and no other.
* An `error` of a lane is raised there, with the response so far; one that names no lane is raised in all that wait for
  an answer. A connection that ends or is opened again ends the answers of all lanes.

Weak spot: the idle clock is that of the connection: a lane that stalls while others go on is not noticed.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, Self

from typed_openai.core.redact import logger
from typed_openai.errors import (
    APIError,
    APITimeoutError,
    ConfigurationError,
    StreamTooLargeError,
)
from typed_openai.sockets.failures import WebSocketConnectionClosedError
from typed_openai.sockets.senders import checked
from typed_openai.sockets.steps import stepwise, taking
from typed_openai.streaming.responses import ResponseAccumulator, is_end

if TYPE_CHECKING:
    from typed_openai.models.responses.results import Response
    from typed_openai.models.tools import ResponseTool
    from typed_openai.sockets.effects import Steps
    from typed_openai.tools.response_loop import ResponseToolRun, ResponseToolStep

_CREATE, _STEER = "response.create", "response.steer"
_ACCEPTED = "response.steer.accepted"
_STEERED = (_ACCEPTED, "response.steer.failed", "response.steer.pending")


@dataclass(frozen=True)
class LaneLimits:
    """How much may wait."""

    max_lanes: int = 1000
    """Lanes that are open at once."""
    max_events: int = 10_000
    """Events that wait in one lane."""
    max_bytes: int = 16 * 1024 * 1024
    """Bytes of them."""


class _Inbox:
    """What another reader took along for a lane, or for the connection itself."""

    def __init__(self) -> None:
        self.waiting: deque[Any] = deque()
        self.bytes = 0

    def put(self, item: Any, size: int, limits: LaneLimits) -> bool:
        """Whether there was room."""
        self.waiting.append((item, size))
        self.bytes += size
        return len(self.waiting) <= limits.max_events and self.bytes <= limits.max_bytes

    def taken(self, found: Any) -> Any:
        """What was taken off, without its size."""
        if isinstance(found, tuple):
            found, size = found
            self.bytes -= size
        return found

    def clear(self) -> None:
        """Forget all of it."""
        self.waiting.clear()
        self.bytes = 0


class BaseLane:
    """One lane, in either colour; made by `connection.lane(...)`."""

    def __init__(self, connection: Any, stream_id: str | None) -> None:
        self.stream_id = stream_id
        """Its name, None for the one that has none."""
        self._connection = connection
        self._inbox = _Inbox()
        self._sum = ResponseAccumulator()
        self._is_under_way = self._has_successor = False
        self._failure: APIError | None = None

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.stream_id!r} of {self._connection!r}>"

    def _run(self, steps: Any) -> Any:
        return self._connection._run(steps)

    @property
    def snapshot(self) -> Response | None:
        """The response as far as its events were read here; None before the first."""
        return self._sum.snapshot()

    @taking(
        params="typed_openai.models.responses.socket_events.ResponseCreate",
        leave_out=("type", "stream_id", "stream", "stream_options"),
    )
    def create(self, *, extra_body: Mapping[str, object] | None = None, **params: Any) -> Steps[None]:
        """Ask for a response in this lane; parameters are those of `responses.create`, and `generate`."""
        connection = self._connection
        if self._is_under_way:
            raise ConfigurationError(
                f"lane {self.stream_id!r}: its answer is not whole yet: read it, or open another lane"
            )
        params = {**params, "stream_id": self.stream_id}
        message = checked(_CREATE, connection.protocol.events[_CREATE], None, params, extra_body, connection.config)
        self._inbox.clear()
        self._sum, self._is_under_way, self._failure = ResponseAccumulator(), True, None
        was_sent = False
        try:
            yield from connection._session.send(*message)
            was_sent = True
        finally:
            self._is_under_way = was_sent and self._is_under_way

    @stepwise
    def steer(self, input: Any, *, previous_response_id: str | None = None) -> Steps[None]:
        """Change the course of the answer that is under way; `previous_response_id` is its id, when left out.

        Where the server accepts it, another answer follows the one under way, and is what this lane gives in the end.
        """
        connection, known = self._connection, self._sum.snapshot()
        response_id = previous_response_id or (None if known is None else known.id)
        fields = {"input": input, "previous_response_id": response_id}
        yield from connection._session.send(
            *checked(_STEER, connection.protocol.events[_STEER], None, fields, None, connection.config)
        )

    @stepwise
    def recv(self, *, timeout: float | None = None) -> Steps[Any]:
        """Receive the next event of this lane; raises as `recv` of the connection does."""
        until = None if timeout is None else time.monotonic() + timeout
        try:
            event = yield from self._next(until)
        except TimeoutError as error:
            if isinstance(error, APITimeoutError):
                raise
            raise APITimeoutError(f"lane {self.stream_id!r}: no event within {timeout:g} s; it is still open") from None
        if event is None:
            raise self._closed()
        return event

    @stepwise
    def get_final_response(self) -> Steps[Response]:
        """Read this lane until its response is whole, and give it, added up."""
        while self._is_under_way:
            if (yield from self._next(None)) is None:
                raise self._closed()
        if self._failure is not None:
            raise self._failure
        found = self._sum.snapshot()
        if found is None:
            raise ConfigurationError(f"lane {self.stream_id!r}: nothing was asked: call create(...) first")
        return found

    @stepwise
    def close(self) -> Steps[None]:
        """Give the lane up; its events go to `connection.recv()` from now on."""
        yield from ()
        with self._connection._session.gate:
            self._connection._lanes.pop(self.stream_id, None)

    def _event(self) -> Steps[Any]:
        """The next event of the answer, None when it is whole."""
        if not self._is_under_way:
            return None
        event = yield from self._next(None)
        if event is None:
            raise self._closed()
        return event

    def _next(self, until: float | None) -> Steps[Any]:
        connection = self._connection
        received = connection._session.receive(self._inbox.waiting, partial(connection._passed_on, self), until)
        event = connection._taken(self._inbox, (yield from received))
        if isinstance(event, APIError):
            self._is_under_way, self._failure = False, event
            raise event
        if event is None:
            return None
        if event.type == "error" and connection._raises:
            self._is_under_way = False
            failure = self._failure = connection._machine.reported(event)
            failure.partial = self._sum.snapshot()
            raise failure
        self._take(event)
        return event

    def _take(self, event: Any) -> None:
        """Add an event up. An answer that was steered is followed by another, which is the one that counts."""
        if event.type == "response.created" and self._sum.is_complete:
            self._sum, self._is_under_way = ResponseAccumulator(), True
        elif event.type in _STEERED:
            self._has_successor = event.type == _ACCEPTED
        self._sum.add(event)
        if is_end(event):
            self._is_under_way, self._has_successor = self._has_successor, False

    def _closed(self) -> APIError:
        error: APIError = self._connection._machine.closed(self._connection._session.how_it_ended())
        error.partial = self._sum.snapshot()
        self._is_under_way, self._failure = False, error
        return error


class Lane(BaseLane):
    """A lane of a sync connection; iterating gives the events of its answer."""

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> Any:
        event = self._run(self._event())
        if event is None:
            raise StopIteration
        return event


class AsyncLane(BaseLane):
    """A lane of an async connection; iterating gives the events of its answer."""

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> Any:
        event = await self._run(self._event())
        if event is None:
            raise StopAsyncIteration
        return event


class Lanes:
    """What a connection with lanes can do besides."""

    protocol: Any
    is_async: Any
    config: Any
    _session: Any
    _machine: Any
    limits = LaneLimits()
    """How much may wait in lanes; to be set before the first one is opened."""

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self._lanes: dict[str | None, BaseLane] = {}
        self._rest = _Inbox()

    def lane(self, stream_id: str | None = None) -> Any:
        """The lane of that name, opened when it is first asked for; None for the one without a name."""
        with self._session.gate:
            found = self._lanes.get(stream_id)
            if found is None:
                if len(self._lanes) >= self.limits.max_lanes:
                    raise ConfigurationError(
                        f"{len(self._lanes)} lanes are open: close() some, or raise limits.max_lanes"
                    )
                found = self._lanes[stream_id] = (AsyncLane if self.is_async else Lane)(self, stream_id)
        return found

    @taking(
        params="typed_openai.models.responses.params.ResponseCreateParams",
        leave_out=("stream", "stream_options", "tools", "background"),
        options=("typed_openai.tools.loop.ToolOptions",),
    )
    def run_tools(
        self,
        *,
        tools: Sequence[Callable[..., Any] | ResponseTool | Mapping[str, object]],
        on_step: Callable[[ResponseToolStep], object] | None = None,
        stream_id: str | None = None,
        **params: Any,
    ) -> Steps[ResponseToolRun]:
        """As `responses.run_tools`, over this connection: in a lane of its own, named `stream_id`."""
        from typed_openai.sockets.asking import Asking
        from typed_openai.tools.response_loop import ResponseToolLoop

        lane = self.lane(stream_id)

        def asks(**asked: Any) -> Steps[Any]:
            yield from BaseLane.create.__wrapped__(lane, **asked)
            return (yield from BaseLane.get_final_response.__wrapped__(lane))

        def made_ready(**asked: Any) -> object:
            return checked(_CREATE, self.protocol.events[_CREATE], None, asked, None, self.config)

        asking: Any = Asking(self, asks, made_ready)
        return (yield from ResponseToolLoop(asking, tools, on_step, params).converse())

    def _event(self, until: float | None = None) -> Steps[Any]:
        received = self._session.receive(self._rest.waiting, partial(self._passed_on, None), until)
        return self._taken(self._rest, (yield from received))

    def _taken(self, inbox: _Inbox, found: Any) -> Any:
        with self._session.gate:
            return inbox.taken(found)

    def _passed_on(self, reader: BaseLane | None, event: Any) -> bool:
        """Whether an event is for another than the one who has read it, and now waits there."""
        size, name = len(self._machine.latest), _lane_of(event)
        if event.type == "error" and name is None and None not in self._lanes:
            waiting = [lane for lane in self._lanes.values() if lane._is_under_way]
            for lane in waiting:
                if lane is not reader:
                    self._put(lane, event, size)
            return bool(waiting) and reader is not None and reader not in waiting
        if event.type == "reconnected":
            self._interrupt(event)
        target = None if event.type == "reconnected" else self._lanes.get(name)
        if target is reader:
            return False
        if target is not None:
            self._put(target, event, size)
        elif not self._rest.put(event, size, self.limits):
            self._rest.taken(self._rest.waiting.popleft())
            logger.warning("%s: nobody reads what belongs to no lane: the oldest is let go", self.protocol.title)
        return True

    def _put(self, lane: BaseLane, item: Any, size: int) -> None:
        if not lane._inbox.put(item, size, self.limits):
            lane._inbox.clear()
            message = (
                f"lane {lane.stream_id!r}: more than {self.limits.max_events} events, or {self.limits.max_bytes} bytes"
            )
            error = self._machine.failure(StreamTooLargeError, f"{message}, wait and nobody reads them")
            lane._inbox.put(error, 0, self.limits)

    def _interrupt(self, event: Any) -> None:
        """The answers of all lanes are gone with the old connection."""
        for lane in self._lanes.values():
            if lane._is_under_way:
                message = "the connection was opened again; this answer is gone with the old one"
                error = self._machine.failure(WebSocketConnectionClosedError, message)
                error.close_code, error.partial = event.close_code, lane.snapshot
                lane._inbox.put(error, 0, self.limits)


class LaneSums:
    """What the events of a connection add up to: the responses under way, by lane (`""` for the one without a name)."""

    def __init__(self) -> None:
        self._sums: dict[str, ResponseAccumulator] = {}

    def add(self, event: Any) -> None:
        """Take an event into account."""
        name = _lane_of(event) or ""
        if is_end(event):
            self._sums.pop(name, None)
        elif event.type.startswith("response."):
            self._sums.setdefault(name, ResponseAccumulator()).add(event)

    def snapshot(self) -> dict[str, Response] | None:
        """What they come to."""
        found = {name: each for name, total in self._sums.items() if (each := total.snapshot()) is not None}
        return found or None


def _lane_of(event: Any) -> str | None:
    """The name of the lane that an event says it belongs to."""
    found = getattr(event, "stream_id", None)
    return found if isinstance(found, str) else None
