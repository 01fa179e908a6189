"""Streams of raw typed chunks as Python iterates them, in both colours; typed events are one level up (`events.py`).

Rules
* Leaving the loop, `close()`, `with`, garbage collection and cancellation all give the connection back. After `[DONE]`
  the rest of the body (a few bytes) is read, so that the connection can serve the next call.
* A stream is iterated once. Breaking out of a `for` loop ends it; `next(stream)` can be used to take a few events.
  It can be neither copied nor pickled (`streaming/read_once.py`).
* An error before anything was said, which passes by waiting, sends the request again (`renewing.py`).
* Everything that decides is in `machine.py`; here are only the loops, once for each colour.

Weak spot: an async stream that is neither read to its end nor closed is closed by its loop a moment after it was
dropped; use `async with`.
"""

from __future__ import annotations

import sys
import time
import weakref
from collections.abc import AsyncIterator, Callable, Generator, Iterator
from contextlib import suppress
from types import TracebackType
from typing import TYPE_CHECKING, Any, Generic, Self, TypeVar

from typed_openai.core.run.bodies import body, body_async, next_until, next_until_async, within, within_async
from typed_openai.core.run.transport import TRANSPORT_ERRORS, abort, is_shared, translate
from typed_openai.core.run.watchdog import watch
from typed_openai.errors import APIStreamError
from typed_openai.models.base import Result
from typed_openai.streaming.read_once import ReadOnce
from typed_openai.streaming.renewing import renewed

if TYPE_CHECKING:
    import asyncio

    from typed_openai.core.answer.meta import Meta
    from typed_openai.core.answer.raw import StreamAnswer
    from typed_openai.core.run.effects import Flow, Observed, Reply
    from typed_openai.core.run.native import HTTPXResponse
    from typed_openai.errors import StreamError
    from typed_openai.streaming.accumulator import Accumulator
    from typed_openai.streaming.machine import StreamMachine
    from typed_openai.streaming.tee import AsyncTeeReader, TeeReader

C = TypeVar("C", bound=Result)
R = TypeVar("R")
_DRAIN_SECONDS = 0.25


class _Source(Generic[C]):
    """An answer that is being read. The generator that reads it refers to this and not to the `Stream` that users hold:
    there is no cycle, so a stream that nobody holds any more is closed at once, whether its loop had begun or not."""

    closed = True  # until there is something to close

    def __init__(self, reply: Reply, machine: StreamMachine[C]) -> None:
        self.reply = reply
        self.machine = machine
        self.complete = False
        self.closed = False
        self.begin_anew: Callable[[], None] = _nothing
        """Called when the request was sent again: what was read before does not count."""

    def take(self, renewed: tuple[StreamMachine[C], Reply]) -> None:
        """Go on with the answer to the request that was sent again."""
        self.machine, self.reply = renewed
        self.begin_anew()

    def count(self) -> None:
        """At the end, whichever: what the stream consumed, for the `usage_scope` of its request and for middleware."""
        if self.reply.ends is not None:
            self.reply.ended(b"".join(self.machine.blocks) if self.complete else None)
        scope, self.reply.scope = self.reply.scope, None
        if scope is not None:
            scope.count_stream(self.machine)

    def raise_broken(self, error: Exception) -> None:
        """A failure of the transport as the stream's own error, unless nobody waits for more, or nothing is missing."""
        if self.closed or self.machine.done:
            return
        self.complete = self.machine.has_ended()
        if not self.complete:
            raise self.machine.interrupted(translate(error, self.reply.request)) from error


def _nothing() -> None:
    """Nobody needs to know."""


class _SyncSource(_Source[C]):
    def renew(self, again: Flow[tuple[StreamMachine[C], Reply]]) -> bool:
        """Send the request again; False where nobody reads any more, and what there is was closed."""
        self.reply.response.close()
        is_open = False
        try:
            self.take(self.machine.run(again))
            is_open = not self.closed
        finally:
            if not is_open:
                self.close()
        return is_open

    def close(self) -> None:
        self.closed = True
        if sys.is_finalizing():
            return  # the process gives its sockets back; there are no modules any more that httpx could import
        self.count()
        self.reply.response.close()

    def __del__(self) -> None:
        if not self.closed:
            self.close()


class _AsyncSource(_Source[C]):
    def __init__(self, reply: Reply, machine: StreamMachine[C]) -> None:
        import asyncio

        self.loop: asyncio.AbstractEventLoop | None = None
        with suppress(RuntimeError):  # a raw response may be parsed where no loop runs
            self.loop = asyncio.get_running_loop()
        super().__init__(reply, machine)

    async def renew(self, again: Flow[tuple[StreamMachine[C], Reply]]) -> bool:
        """Send the request again; False where nobody reads any more, and what there is was closed."""
        await self.reply.response.aclose()
        is_open = False
        try:
            self.take(await self.machine.run(again))
            is_open = not self.closed
        finally:
            if not is_open:
                await self.aclose()
        return is_open

    async def aclose(self) -> None:
        self.closed = True
        self.count()
        await self.reply.response.aclose()

    def __del__(self) -> None:
        if self.closed or sys.is_finalizing():
            return
        self.count()
        if not is_shared(self.reply.response):
            abort(self.reply.response)
        if self.loop is not None and not self.loop.is_closed():
            self.loop.call_soon_threadsafe(_give_back, self.loop, self.reply.response)


class _Open(ReadOnce, Generic[C]):
    """What both colours of an open stream share."""

    _so_far = "partial()"
    _source: _Source[C]

    @property
    def meta(self) -> Meta:
        """How the stream began: status, headers, request id, attempts."""
        return self._source.reply.meta

    @property
    def response(self) -> StreamAnswer:
        """The answer so far: status, headers, the bytes that arrived; its `close()` (`aclose()`) closes the stream."""
        from typed_openai.core.answer.raw import StreamAnswer

        return StreamAnswer(self._source.reply, b"".join(self._source.machine.blocks), self)

    def asked(self, name: str) -> Any:
        """A parameter of the call, None where it was not given."""
        return self._source.reply.request.asked(name)

    @property
    def deadline_at(self) -> float | None:
        """When the call has to be over, on the clock of `time.monotonic()`; None when it may take its time."""
        return self._source.reply.request.deadline_at

    @property
    def is_complete(self) -> bool:
        """Whether the stream was read to its proper end."""
        return self._source.complete

    def partial(self) -> Any:
        """A typed snapshot of what arrived so far, None before the first event."""
        return self._source.machine.partial()

    def with_notes(self, result: R) -> R:
        """What the stream adds up to, with the issues of its events."""
        noted: R = self._source.machine.with_notes(result)
        return noted

    def go_on_from(self, before: _Open[Any]) -> None:
        """This is what became of a stream that broke: what was odd about that counts here."""
        self._source.machine.notes.add(before._source.machine.notes.issues())

    @property
    def observed(self) -> Observed | None:
        """The operation that this is the stream of, where somebody observes."""
        return self._source.reply.request.observed

    def leave_breaks(self) -> None:
        """To be read by who may get over its end."""
        self._source.machine.resumable = True

    def when_anew(self, call: Callable[[], None]) -> None:
        """Call this where the request is sent again, because its first answer ended before it said anything."""
        self._source.begin_anew = call

    def end_here(self) -> None:
        """Nothing more is wanted: the loop that reads ends, and closes the stream."""
        self._source.closed = True

    def given_up(self, error: StreamError) -> StreamError:
        """The error, which nobody could get over."""
        if self.observed is not None:
            self.observed.finish(error)
        return error


class Stream(_Open[C]):
    """Typed chunks of a streamed answer: iterate it, once. Raises `StreamError`s with `.partial`."""

    def __init__(self, reply: Reply, machine: StreamMachine[C]) -> None:
        self._source: _SyncSource[C] = _SyncSource(reply, machine)
        self._started: Generator[C, None, None] | None = None
        self._looped: Callable[[], Generator[C, None, None] | None] | None = None

    def __iter__(self) -> Iterator[C]:
        if self._started is not None or self._looped is not None:
            return self._rest()
        events = _read(self._source)  # held by the loop alone: leaving the loop ends it
        self._looped = weakref.ref(events)
        return events

    def _rest(self) -> Iterator[C]:
        try:
            yield from self._events()
        finally:
            self.close()

    def tee(self, n: int = 2) -> tuple[TeeReader[C], ...]:
        """So many readers of this stream, each of which gets every event; what one has not had yet waits for it.

        Raises `ConfigurationError` for a number below 1."""
        from typed_openai.streaming.tee import tee

        return tee(self, n, self.close)

    def to_sse(self) -> Iterator[bytes]:
        """The events as server-sent events, to be passed on by a web application; an error becomes the last of them."""
        from typed_openai.streaming.relay import relayed

        return relayed(self, self._source.machine.kind)

    def __next__(self) -> C:
        return next(self._events())

    def _events(self) -> Iterator[C]:
        events = self._running()
        if events is None:
            self._started = events = _read(self._source)
        return events

    def _running(self) -> Generator[C, None, None] | None:
        """What reads the stream: a loop, or `next()`; None before and after."""
        return self._started if self._looped is None else self._looped()

    def close(self) -> None:
        """Stop, and give the connection back; may be called from another thread, and more than once."""
        source = self._source
        if source.closed:
            return
        source.closed = True
        if not is_shared(source.reply.response):
            abort(source.reply.response)  # a thread that reads just now wakes up and cleans up
        running: Any = self._running()
        if running is None or not running.gi_running:
            source.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()


def _read(source: _SyncSource[C]) -> Generator[C, None, None]:
    while True:
        machine, reply = source.machine, source.reply
        received = within(body(reply.response), reply.response, reply.request)
        machine.begin()
        again: Any = None
        try:
            for block in received:
                yield from machine.feed(block)
                if source.closed and not machine.done:
                    return
                while (until := machine.check_clocks()) and (late := next_until(until, received, reply.response)):
                    yield from machine.feed(late)
                if machine.done:
                    break
            else:
                if source.closed:
                    return
                machine.check_clocks()
                yield from machine.end()
            source.complete = True
            if is_shared(reply.response):
                return  # the connection serves the next call as it is
            _drain(received, reply)
            return
        except TRANSPORT_ERRORS as error:
            source.raise_broken(error)
            return
        except APIStreamError as error:
            if source.closed or not machine.may_renew(error):
                raise
            again = renewed(machine, reply, error)
        finally:
            if again is None:
                source.close()
        if again is None or not source.renew(again):
            return


def _drain(received: Iterator[bytes], reply: Reply) -> None:
    with watch(time.monotonic() + _DRAIN_SECONDS, lambda: abort(reply.response)):
        for _ in received:
            pass


class AsyncStream(_Open[C]):
    """Typed chunks of a streamed answer: `async for`, once. Raises `StreamError`s with `.partial`."""

    def __init__(self, reply: Reply, machine: StreamMachine[C]) -> None:
        self._source: _AsyncSource[C] = _AsyncSource(reply, machine)
        self._started: AsyncIterator[C] | None = None

    async def __aiter__(self) -> AsyncIterator[C]:
        try:
            async for event in self._events():
                yield event
        finally:
            await self.aclose()

    def tee(self, n: int = 2) -> tuple[AsyncTeeReader[C], ...]:
        """So many readers of this stream, each of which gets every event; what one has not had yet waits for it.

        Raises `ConfigurationError` for a number below 1."""
        from typed_openai.streaming.tee import tee_async

        return tee_async(self, n, self.aclose)

    def to_sse(self) -> AsyncIterator[bytes]:
        """The events as server-sent events, to be passed on by a web application; an error becomes the last of them."""
        from typed_openai.streaming.relay import relayed_async

        return relayed_async(self, self._source.machine.kind)

    async def __anext__(self) -> C:
        return await anext(self._events())

    def _events(self) -> AsyncIterator[C]:
        if self._started is None:
            self._started = _read_async(self._source)
        return self._started

    async def aclose(self) -> None:
        """Stop, and give the connection back; may be called more than once."""
        if not self._source.closed:
            await self._source.aclose()

    close = aclose

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        await self.aclose()


async def _read_async(source: _AsyncSource[C]) -> AsyncIterator[C]:
    while True:
        machine, reply = source.machine, source.reply
        received = within_async(body_async(reply.response), reply.request)
        machine.begin()
        again: Any = None
        try:
            async for block in received:
                for event in machine.feed(block):
                    yield event
                if source.closed and not machine.done:
                    return
                while (until := machine.check_clocks()) and (late := await next_until_async(until, received)):
                    for event in machine.feed(late):
                        yield event
                if machine.done:
                    break
            else:
                if source.closed:
                    return
                machine.check_clocks()
                for event in machine.end():
                    yield event
            source.complete = True
            await _drain_async(received)
            return
        except TRANSPORT_ERRORS as error:
            source.raise_broken(error)
            return
        except APIStreamError as error:
            if source.closed or not machine.may_renew(error):
                raise
            again = renewed(machine, reply, error)
        finally:
            if again is None:
                await source.aclose()
        if again is None or not await source.renew(again):
            return


def opened(kind: type[Accumulator[C, Any]], client: Any, is_async: bool, reply: Reply) -> Stream[C] | AsyncStream[C]:
    """The stream that a reply begins, of a client that can send its request again."""
    from typed_openai.streaming.machine import StreamMachine

    made: type[StreamMachine[C]] = StreamMachine
    if reply.request.observed is not None or client.config.unknown is not None:
        from typed_openai.streaming.observed import ObservedMachine

        made = ObservedMachine
    machine: Any = made(kind, client.config, reply.request, reply.meta, run=client.driver.run)
    if kind.reads is not None:
        from typed_openai.streaming.cast_events import Cast

        machine = Cast(machine)
    return (AsyncStream if is_async else Stream)(reply, machine)


async def _drain_async(received: AsyncIterator[bytes]) -> None:
    import asyncio

    try:
        async with asyncio.timeout(_DRAIN_SECONDS):
            async for _ in received:
                pass
    except (*TRANSPORT_ERRORS, TimeoutError):
        return  # the stream was complete: only its connection is not kept


def _give_back(loop: asyncio.AbstractEventLoop, response: HTTPXResponse) -> None:
    task = loop.create_task(response.aclose())
    _closing.add(task)
    task.add_done_callback(_closing.discard)


_closing: set[asyncio.Task[None]] = set()
