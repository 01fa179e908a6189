"""What users hold: a connection in either colour, with the surface that the official package has.

    with client.realtime.connect(model="gpt-realtime") as connection:
        connection.session.update(session={"type": "realtime", "instructions": "Be brief."})
        for event in connection:
            ...

Rules
* Iterating ends with a close of code 1000, or one of ours; any other end raises, with `.partial`. `recv()` has nothing
  to give at an end, so that raises too.
* An event `error` is raised (`ServerEventError`), unless `raise_errors=False`; the connection stays open, and one may
  read on.
* Events are read in one place at a time; threads or tasks that read together take turns. Sending is free to all.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar, Self

from pydantic import BaseModel

from typed_openai.core.run.effects import Call
from typed_openai.errors import APITimeoutError, OpenAIError
from typed_openai.models.base import Params
from typed_openai.sockets.effects import LineEnded, Steps
from typed_openai.sockets.listeners import Handler, Listeners
from typed_openai.sockets.senders import Message, group_of, serialized
from typed_openai.sockets.steps import stepwise

if TYPE_CHECKING:
    from types import TracebackType

    from typed_openai.core.answer.meta import Meta
    from typed_openai.core.caller import Caller, Policies
    from typed_openai.sockets.machine import SocketMachine
    from typed_openai.sockets.protocol import SocketProtocol
    from typed_openai.sockets.session import SocketSession

_RAW = "(raw)"


class Connected:
    """What both colours of all connections share."""

    protocol: ClassVar[SocketProtocol]
    is_async: ClassVar[bool] = False

    def __init__(self, client: Caller, driver: Any, session: SocketSession, raise_errors: bool) -> None:
        self._client = client
        self._driver = driver
        self._session = session
        self._raises = raise_errors
        self._listeners = Listeners(self.protocol.title, lambda: self.protocol.by_type)

    if not TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any:
            """The groups of send helpers; their table is loaded with the first of them."""
            group = None if name.startswith("_") else vars(group_of(self.protocol)).get(name)
            if group is None:
                raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}", name=name, obj=self)
            found = self.__dict__[name] = group.__get__(self, type(self))
            return found

    def __dir__(self) -> list[str]:
        return sorted({*super().__dir__(), *(name for name in vars(group_of(self.protocol)) if name[0] != "_")})

    def __repr__(self) -> str:
        return f"<{type(self).__name__}: {self._session.state}>"

    @property
    def config(self) -> Policies:
        """The settings of its client."""
        return self._session.config

    @property
    def meta(self) -> Meta | None:
        """How it was opened: status, headers, request id, attempts; None before."""
        return self._session.machine.meta

    @property
    def _machine(self) -> SocketMachine:
        return self._session.machine

    def _run(self, steps: Steps[Any]) -> Any:
        return self._driver.run(steps)

    def post(self, message: Message) -> Any:
        """Send what was checked and written before."""
        return self._driver.run(self._session.send(*message))

    # -- receiving --------------------------------------------------------------------------------------------------

    def _event(self, until: float | None = None) -> Steps[Any]:
        """The next event for whoever reads here, None at a good end."""
        return self._session.receive(None, None, until)

    def _next_event(self) -> Steps[Any]:
        event = yield from self._event()
        if event is not None and event.type == "error" and self._raises:
            raise self._machine.reported(event)
        return event

    def _received(self, timeout: float) -> Steps[Any]:
        try:
            return (yield from self._event(time.monotonic() + timeout))
        except TimeoutError as error:
            if isinstance(error, APITimeoutError):
                raise
            raise APITimeoutError(f"{self.protocol.title}: no event within {timeout:g} s; it is still open") from None

    @stepwise
    def recv(self, *, timeout: float | None = None) -> Steps[Any]:
        """Receive the next event.

        `timeout`: seconds to wait at most; then `APITimeoutError` is raised and the connection is as it was. Raises
        `ServerEventError` for an event `error` (unless `raise_errors=False`), and `WebSocketConnectionClosedError` at
        the end.
        """
        event = yield from (self._event() if timeout is None else self._received(timeout))
        if event is None:
            raise self._machine.closed(self._session.how_it_ended())
        if event.type == "error" and self._raises:
            raise self._machine.reported(event)
        return event

    @stepwise
    def recv_bytes(self) -> Steps[bytes]:
        """Receive the next message as it came; an `error` is not raised. `parse_event` reads it."""
        event = yield from self._event()
        if event is None:
            raise self._machine.closed(self._session.how_it_ended())
        found: bytes = self._machine.latest if event is self._machine.latest_event else event.model_dump_json().encode()
        return found

    def parse_event(self, data: str | bytes) -> Any:
        """Read a message that was received (or kept) as an event."""
        return self._machine.read(data.encode() if isinstance(data, str) else data)

    # -- sending ----------------------------------------------------------------------------------------------------

    @stepwise
    def send(self, event: Params | Mapping[str, object] | BaseModel) -> Steps[None]:
        """Send an event: a params model, or a dict with its `type`. Refused before it is sent where it is wrong."""
        yield from self._session.send(*serialized(event, self.protocol, self.config))

    @stepwise
    def send_raw(self, data: str | bytes) -> Steps[None]:
        """Send a message as it is; nobody checks it."""
        content = data.encode() if isinstance(data, str) else bytes(data)
        yield from self._session.send(_RAW, content)

    @stepwise
    def close(self, *, code: int = 1000, reason: str = "") -> Steps[None]:
        """Close the connection, from wherever; whoever reads comes to the end. Raises `WebSocketConnectionClosedError`
        with `unsent_messages` where some were waiting for a connection."""
        yield from self._session.close(code, reason)

    # -- pushing ----------------------------------------------------------------------------------------------------

    def on(self, event_type: str, handler: Handler | None = None) -> Any:
        """Call a function for each event of a type (`"event"`: of every type) while `dispatch_events()` runs.

        With a handler it returns the connection; without one it is a decorator.
        """
        return self._registered(event_type, handler, once=False)

    def once(self, event_type: str, handler: Handler | None = None) -> Any:
        """Like `on`, for the next such event alone."""
        return self._registered(event_type, handler, once=True)

    def off(self, event_type: str, handler: Handler) -> Self:
        """Do not call a function any more."""
        self._listeners.remove(event_type, handler)
        return self

    def _registered(self, event_type: str, handler: Handler | None, once: bool) -> Any:
        if handler is not None:
            self._listeners.add(event_type, handler, once)
            return self

        def decorate(function: Handler) -> Handler:
            self._listeners.add(event_type, function, once)
            return function

        return decorate

    @stepwise
    def dispatch_events(self) -> Steps[None]:
        """Read until the end and call the handlers. An `error` for which there is no handler is raised."""
        while (event := (yield from self._event())) is not None:
            yield from self._dispatch(event)

    def _dispatch(self, event: Any) -> Steps[None]:
        if event.type == "error" and not self._listeners.has("error"):
            raise self._machine.reported(event)
        for handler in self._listeners.of(event.type):
            yield Call(handler, event)


class Connection(Connected):
    """A connection of a sync client; threads may share it."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._driver.run(_closing(self._session, error))

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> Any:
        event = self._driver.run(self._next_event())
        if event is None:
            raise StopIteration
        return event


class AsyncConnection(Connected):
    """A connection of an async client; tasks of one event loop may share it."""

    is_async = True

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        await self._driver.run(_closing(self._session, error))

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> Any:
        event = await self._driver.run(self._next_event())
        if event is None:
            raise StopAsyncIteration
        return event


def _closing(session: SocketSession, error: BaseException | None) -> Steps[None]:
    """Leave a `with`: what went wrong inside matters more than what goes wrong now."""
    try:
        yield from session.close(1000, "")
    except (OpenAIError, LineEnded):
        if error is None:
            raise
