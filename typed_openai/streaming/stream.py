"""Streams as Python iterates them: raw chunks (`Stream`), typed events (`EventStream`), each in both colours.

Rules
* Leaving the loop, `close()`, `with`, garbage collection and cancellation all give the connection back. After `[DONE]`
  the rest of the body (a few bytes) is read, so that the connection can serve the next call.
* A stream is iterated once. Breaking out of a `for` loop ends it; `next(stream)` can be used to take a few events.
* Everything that decides is in `machine.py` and in the readers; here are only the loops, once for each colour.

Weak spot: an async stream that is neither read to its end nor closed is closed by its loop a moment after it was
dropped; use `async with`.
"""

from __future__ import annotations

import time
import weakref
from collections.abc import AsyncIterator, Callable, Coroutine, Generator, Iterator
from contextlib import suppress
from types import TracebackType
from typing import TYPE_CHECKING, Any, Generic, Self, TypeVar

from typed_openai.core.bodies import within, within_async
from typed_openai.core.transport import TRANSPORT_ERRORS, abort, translate
from typed_openai.core.watchdog import watch
from typed_openai.errors import StreamInterruptedError, StreamStalledError, StreamTruncatedError
from typed_openai.models.base import Result

if TYPE_CHECKING:
    import asyncio

    from typed_openai.core.flow import Reply
    from typed_openai.core.meta import Meta, RawResponse
    from typed_openai.core.transport import HTTPXResponse
    from typed_openai.errors import StreamError
    from typed_openai.streaming.accumulator import Reader
    from typed_openai.streaming.machine import StreamMachine

C = TypeVar("C", bound=Result)
E = TypeVar("E")
R = TypeVar("R")
BROKEN = (StreamInterruptedError, StreamTruncatedError, StreamStalledError)
"""After these the rest of a stream may still be had."""
_DRAIN_SECONDS = 0.25


class _Source(Generic[C]):
    """An answer that is being read. The generator that reads it refers to this and not to the `Stream` that users hold:
    there is no cycle, so a stream that nobody holds any more is closed at once."""

    def __init__(self, reply: Reply, machine: StreamMachine[C]) -> None:
        self.reply = reply
        self.machine = machine
        self.closed = False
        self.complete = False

    def count(self) -> None:
        """At the end, whichever: what the stream consumed, for the `usage_scope` of its request."""
        scope, self.reply.scope = self.reply.scope, None
        if scope is not None:
            scope.count_stream(self.machine)

    def raise_broken(self, error: Exception) -> None:
        """A failure of the transport as the stream's own error, unless nobody waits for more."""
        if not self.closed and not self.machine.done:
            raise self.machine.interrupted(translate(error, self.reply.request)) from error


class _Open(Generic[C]):
    """What both colours of an open stream share."""

    def __init__(self, reply: Reply, machine: StreamMachine[C]) -> None:
        self._source = _Source(reply, machine)
        self._started: Any = None

    @property
    def meta(self) -> Meta:
        """How the stream began: status, headers, request id, attempts."""
        return self._source.reply.meta

    @property
    def response(self) -> RawResponse:
        """The answer so far: `status_code`, `headers`, and the bytes that arrived."""
        from typed_openai.core.meta import RawResponse

        return RawResponse(self.meta, b"".join(self._source.machine.blocks))

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


class Stream(_Open[C]):
    """Typed chunks of a streamed answer: iterate it, once. Raises `StreamError`s with `.partial`."""

    def __init__(self, reply: Reply, machine: StreamMachine[C]) -> None:
        super().__init__(reply, machine)
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

    def __next__(self) -> C:
        return next(self._events())

    def _events(self) -> Iterator[C]:
        events = self._running()
        if events is None:
            self._started = events = _read(self._source)
        return events

    def _running(self) -> Generator[C, None, None] | None:
        """What reads the stream: a loop, or `next()`; None before and after."""
        started: Generator[C, None, None] | None = self._started
        return started if self._looped is None else self._looped()

    def close(self) -> None:
        """Stop, and give the connection back; may be called from another thread, and more than once."""
        source = self._source
        if source.closed:
            return
        source.closed = True
        abort(source.reply.response)  # a thread that reads just now wakes up and cleans up
        running: Any = self._running()
        if running is None or not running.gi_running:
            source.count()
            source.reply.response.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def __del__(self) -> None:
        if self._started is None and self._looped is None:
            self.close()  # otherwise what reads closes it, when it is dropped in its turn


def _read(source: _Source[C]) -> Generator[C, None, None]:
    machine, reply = source.machine, source.reply
    received = within(reply.response.iter_bytes(), reply.response, reply.request)
    machine.begin()
    try:
        for block in received:
            yield from machine.feed(block)
            machine.check_clocks()
            if machine.done:
                break
        else:
            if source.closed:
                return
            machine.check_clocks()
            yield from machine.end()
        source.complete = True
        with watch(time.monotonic() + _DRAIN_SECONDS, lambda: abort(reply.response)):
            for _ in received:
                pass
    except TRANSPORT_ERRORS as error:
        source.raise_broken(error)
    finally:
        source.closed = True
        source.count()
        reply.response.close()


class AsyncStream(_Open[C]):
    """Typed chunks of a streamed answer: `async for`, once. Raises `StreamError`s with `.partial`."""

    def __init__(self, reply: Reply, machine: StreamMachine[C]) -> None:
        import asyncio

        super().__init__(reply, machine)
        self._loop: asyncio.AbstractEventLoop | None = None
        with suppress(RuntimeError):  # a raw response may be parsed where no loop runs
            self._loop = asyncio.get_running_loop()

    async def __aiter__(self) -> AsyncIterator[C]:
        try:
            async for event in self._events():
                yield event
        finally:
            await self.aclose()

    async def __anext__(self) -> C:
        return await anext(self._events())

    def _events(self) -> AsyncIterator[C]:
        if self._started is None:
            self._started = _read_async(self._source)
        events: AsyncIterator[C] = self._started
        return events

    async def aclose(self) -> None:
        """Stop, and give the connection back; may be called more than once."""
        if not self._source.closed:
            self._source.closed = True
            self._source.count()
            await self._source.reply.response.aclose()

    close = aclose

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        await self.aclose()

    def __del__(self) -> None:
        source = self._source
        if source.closed or self._started is not None:
            return  # a generator that was begun is closed by its loop
        abort(source.reply.response)
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(_give_back, self._loop, source.reply.response)


async def _read_async(source: _Source[C]) -> AsyncIterator[C]:
    machine, reply = source.machine, source.reply
    received = within_async(reply.response.aiter_bytes(), reply.request)
    machine.begin()
    try:
        async for block in received:
            for event in machine.feed(block):
                yield event
            machine.check_clocks()
            if machine.done:
                break
        else:
            if source.closed:
                return
            machine.check_clocks()
            for event in machine.end():
                yield event
        source.complete = True
        await _drain(received)
    except TRANSPORT_ERRORS as error:
        source.raise_broken(error)
    finally:
        source.closed = True
        source.count()
        await reply.response.aclose()


async def _drain(received: AsyncIterator[bytes]) -> None:
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


_S = TypeVar("_S", bound=_Open[Any])


class _Line(Generic[_S]):
    """The stream that is read just now, another one after a break. The generator that reads it refers to this and not
    to the `EventStream`: again, no cycle."""

    def __init__(self, reopen: Callable[[StreamError, _S], Any] | None) -> None:
        self.reopen = reopen
        self.stream: _S | None = None
        self.closed = False


class EventStream(Generic[E, R]):
    """Typed events of a streamed answer, with a running snapshot. Nothing is sent before it is entered or iterated."""

    def __init__(
        self,
        send: Callable[[], Stream[Any]],
        reader: Reader[Any, E, R],
        reopen: Callable[[StreamError, Stream[Any]], Stream[Any] | None] | None = None,
    ) -> None:
        self._send = send
        self._reader = reader
        self._line: _Line[Stream[Any]] = _Line(reopen)
        self._events: Iterator[E] | None = None

    def _opened(self) -> Stream[Any]:
        if self._line.stream is None:
            self._line.stream = self._send()
        return self._line.stream

    @property
    def meta(self) -> Meta:
        return self._opened().meta

    @property
    def snapshot(self) -> R | None:
        """What the events so far add up to; None before the first."""
        return self._reader.accumulator.snapshot()

    def __enter__(self) -> Self:
        self._opened()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def __iter__(self) -> Iterator[E]:
        try:
            yield from self._steps()
        finally:
            self.close()

    def __next__(self) -> E:
        return next(self._steps())

    def _steps(self) -> Iterator[E]:
        if self._events is None:
            self._events = self._run(self._opened(), self._line, self._reader)
        return self._events

    @staticmethod
    def _run(stream: Stream[Any], line: _Line[Stream[Any]], reader: Reader[Any, E, R]) -> Iterator[E]:
        while True:
            try:
                for raw in stream:
                    yield from reader.read(raw)
                break
            except BROKEN as error:
                if line.reopen is None:
                    raise
                following = line.reopen(error, stream)
            if following is None:
                break
            line.stream = stream = following
            if line.closed:
                stream.close()
        if stream.is_complete:
            yield from reader.finish()

    def text(self) -> Iterator[str]:
        """Only the pieces of answer text."""
        for event in self:
            piece = self._reader.text(event)
            if piece:
                yield piece

    def until_done(self) -> Self:
        """Read to the end."""
        for _ in self:
            pass
        return self

    def _final(self) -> R:
        self.until_done()
        return _complete(self._line.stream, self._reader)

    def close(self) -> None:
        """Stop, and give the connection back."""
        self._line.closed = True
        if self._line.stream is not None:
            self._line.stream.close()


class AsyncEventStream(Generic[E, R]):
    """Typed events of a streamed answer, with a running snapshot. Nothing is sent before it is entered or iterated."""

    def __init__(
        self,
        send: Callable[[], Coroutine[Any, Any, AsyncStream[Any]]],
        reader: Reader[Any, E, R],
        reopen: Callable[[StreamError, AsyncStream[Any]], Coroutine[Any, Any, AsyncStream[Any] | None]] | None = None,
    ) -> None:
        self._send = send
        self._reader = reader
        self._line: _Line[AsyncStream[Any]] = _Line(reopen)
        self._events: AsyncIterator[E] | None = None

    async def _opened(self) -> AsyncStream[Any]:
        if self._line.stream is None:
            self._line.stream = await self._send()
        return self._line.stream

    @property
    def meta(self) -> Meta | None:
        """How the stream began; None before it did."""
        return self._line.stream.meta if self._line.stream is not None else None

    @property
    def snapshot(self) -> R | None:
        """What the events so far add up to; None before the first."""
        return self._reader.accumulator.snapshot()

    async def __aenter__(self) -> Self:
        await self._opened()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        await self.aclose()

    async def __aiter__(self) -> AsyncIterator[E]:
        try:
            async for event in await self._steps():
                yield event
        finally:
            await self.aclose()

    async def __anext__(self) -> E:
        return await anext(await self._steps())

    async def _steps(self) -> AsyncIterator[E]:
        if self._events is None:
            self._events = self._run(await self._opened(), self._line, self._reader)
        return self._events

    @staticmethod
    async def _run(
        stream: AsyncStream[Any], line: _Line[AsyncStream[Any]], reader: Reader[Any, E, R]
    ) -> AsyncIterator[E]:
        while True:
            try:
                async for raw in stream:
                    for event in reader.read(raw):
                        yield event
                break
            except BROKEN as error:
                if line.reopen is None:
                    raise
                following = await line.reopen(error, stream)
            if following is None:
                break
            line.stream = stream = following
            if line.closed:
                await stream.aclose()
        if stream.is_complete:
            for event in reader.finish():
                yield event

    async def text(self) -> AsyncIterator[str]:
        """Only the pieces of answer text."""
        async for event in self:
            piece = self._reader.text(event)
            if piece:
                yield piece

    async def until_done(self) -> Self:
        """Read to the end."""
        async for _ in self:
            pass
        return self

    async def _final(self) -> R:
        await self.until_done()
        return _complete(self._line.stream, self._reader)

    async def aclose(self) -> None:
        """Stop, and give the connection back."""
        self._line.closed = True
        if self._line.stream is not None:
            await self._line.stream.aclose()

    close = aclose


def _complete(stream: _Open[Any] | None, reader: Reader[Any, Any, R]) -> R:
    """The final result; never one that was cut short by leaving the loop too early."""
    result = reader.accumulator.snapshot()
    whole = reader.accumulator.is_complete or (stream is not None and stream.is_complete)
    if result is None or not whole:
        raise RuntimeError("the stream was closed before its end: there is no final result (`snapshot` is what came)")
    return result
