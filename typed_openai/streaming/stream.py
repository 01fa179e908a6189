"""Streams as Python iterates them: raw chunks (`Stream`), typed events (`EventStream`), each in both colours.

Rules
* Leaving the loop, `close()`, `with`, garbage collection and cancellation all give the connection back. After `[DONE]`
  the rest of the body (a few bytes) is read, so that the connection can serve the next call.
* A stream is iterated once. Breaking out of a `for` loop ends it; `next(stream)` can be used to take a few events.
* Everything that decides is in `machine.py` and in the readers; here are only the loops, once for each colour.

Weak spot: an async stream that was never iterated and never closed is closed by its loop when it is collected, a moment
later; use `async with`.
"""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from types import TracebackType
from typing import TYPE_CHECKING, Any, Generic, Self, TypeVar

from typed_openai.core.transport import TRANSPORT_ERRORS, abort, translate
from typed_openai.core.watchdog import watch
from typed_openai.models.base import Result

if TYPE_CHECKING:
    import asyncio

    from typed_openai.core.flow import Reply
    from typed_openai.core.meta import Meta, RawResponse
    from typed_openai.streaming.accumulator import Reader
    from typed_openai.streaming.machine import StreamMachine

C = TypeVar("C", bound=Result)
E = TypeVar("E")
R = TypeVar("R")
_DRAIN_SECONDS = 0.25


class _Open(Generic[C]):
    """What both colours of an open stream share."""

    def __init__(self, reply: Reply, machine: StreamMachine[C]) -> None:
        self._reply = reply
        self._machine = machine
        self._closed = False
        self._started: Any = None

    @property
    def meta(self) -> Meta:
        """How the stream began: status, headers, request id, attempts."""
        return self._reply.meta

    @property
    def response(self) -> RawResponse:
        """The answer so far: `status_code`, `headers`, and the bytes that arrived."""
        from typed_openai.core.meta import RawResponse

        return RawResponse(self._reply.meta, b"".join(self._machine.blocks))

    def partial(self) -> Any:
        """A typed snapshot of what arrived so far, None before the first event."""
        return self._machine.partial()

    def _raise_broken(self, error: Exception) -> None:
        """A failure of the transport as the stream's own error, unless nobody waits for more."""
        if not self._closed and not self._machine.done:
            raise self._machine.interrupted(translate(error, self._reply.request)) from error


class Stream(_Open[C]):
    """Typed chunks of a streamed answer: iterate it, once. Raises `StreamError`s with `.partial`."""

    def __iter__(self) -> Iterator[C]:
        try:
            yield from self._steps()
        finally:
            self.close()

    def __next__(self) -> C:
        event: C = next(self._steps())
        return event

    def _steps(self) -> Iterator[C]:
        if self._started is None:
            self._started = self._run()
        started: Iterator[C] = self._started
        return started

    def _run(self) -> Iterator[C]:
        if self._closed:
            return
        machine, response = self._machine, self._reply.response
        blocks = response.iter_bytes()
        try:
            with watch(self._reply.request.deadline_at, lambda: abort(response)):
                for block in blocks:
                    yield from machine.feed(block)
                    machine.check_clocks()
                    if machine.done:
                        break
                else:
                    yield from machine.end()
            with watch(time.monotonic() + _DRAIN_SECONDS, lambda: abort(response)):
                for _ in blocks:
                    pass
        except TRANSPORT_ERRORS as error:
            self._raise_broken(error)
        finally:
            self._closed = True
            response.close()

    def close(self) -> None:
        """Stop, and give the connection back; may be called from another thread, and more than once."""
        if self._closed:
            return
        self._closed = True
        started: Any = self._started
        if started is not None and started.gi_running:
            abort(self._reply.response)  # the thread that reads wakes up and cleans up
        else:
            self._reply.response.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def __del__(self) -> None:
        self.close()


class AsyncStream(_Open[C]):
    """Typed chunks of a streamed answer: `async for`, once. Raises `StreamError`s with `.partial`."""

    async def __aiter__(self) -> AsyncIterator[C]:
        steps = self._steps()
        try:
            async for event in steps:
                yield event
        finally:
            await self.aclose()

    async def __anext__(self) -> C:
        return await anext(self._steps())

    def _steps(self) -> AsyncIterator[C]:
        if self._started is None:
            self._started = self._run()
        started: AsyncIterator[C] = self._started
        return started

    async def _run(self) -> AsyncIterator[C]:
        if self._closed:
            return
        machine, response = self._machine, self._reply.response
        blocks = response.aiter_bytes() if self._reply.request.deadline_at is None else self._blocks()
        try:
            async for block in blocks:
                for event in machine.feed(block):
                    yield event
                machine.check_clocks()
                if machine.done:
                    break
            else:
                for event in machine.end():
                    yield event
            await self._drain(blocks)
        except TRANSPORT_ERRORS as error:
            self._raise_broken(error)
        finally:
            await self.aclose()

    async def _blocks(self) -> AsyncIterator[bytes]:
        """The blocks of the body, each awaited no longer than the deadline allows."""
        import asyncio

        blocks, until = self._reply.response.aiter_bytes(), self._reply.request.deadline_at
        while True:
            try:
                async with asyncio.timeout(None if until is None else until - time.monotonic()):
                    block = await anext(blocks, None)
            except TimeoutError as error:
                self._raise_broken(error)
                return
            if block is None:
                return
            yield block

    @staticmethod
    async def _drain(blocks: AsyncIterator[bytes]) -> None:
        import asyncio

        try:
            async with asyncio.timeout(_DRAIN_SECONDS):
                async for _ in blocks:
                    pass
        except (*TRANSPORT_ERRORS, TimeoutError):
            return  # the stream was complete: only its connection is not kept

    async def aclose(self) -> None:
        """Stop, and give the connection back; may be called more than once."""
        if not self._closed:
            self._closed = True
            await self._reply.response.aclose()

    close = aclose

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        await self.aclose()

    def __del__(self) -> None:
        if not self._closed and self._started is None:
            abort(self._reply.response)
            import asyncio

            try:
                loop = asyncio.get_running_loop()
            except RuntimeError:
                return  # no loop runs: it takes its connections with it
            task = loop.create_task(self.aclose())
            _closing.add(task)
            task.add_done_callback(_closing.discard)


_closing: set[asyncio.Task[None]] = set()


class EventStream(Generic[E, R]):
    """Typed events of a streamed answer, with a running snapshot. Nothing is sent before it is entered or iterated."""

    def __init__(self, send: Callable[[], Stream[Any]], reader: Reader[Any, E, R]) -> None:
        self._send = send
        self._reader = reader
        self._stream: Stream[Any] | None = None
        self._events: Iterator[E] | None = None

    def _opened(self) -> Stream[Any]:
        if self._stream is None:
            self._stream = self._send()
        return self._stream

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
            self._events = self._run()
        return self._events

    def _run(self) -> Iterator[E]:
        for raw in self._opened():
            yield from self._reader.read(raw)
        yield from self._reader.finish()

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
        return _complete(self.snapshot)

    def close(self) -> None:
        """Stop, and give the connection back."""
        if self._stream is not None:
            self._stream.close()


class AsyncEventStream(Generic[E, R]):
    """Typed events of a streamed answer, with a running snapshot. Nothing is sent before it is entered or iterated."""

    def __init__(self, send: Callable[[], Coroutine[Any, Any, AsyncStream[Any]]], reader: Reader[Any, E, R]) -> None:
        self._send = send
        self._reader = reader
        self._stream: AsyncStream[Any] | None = None
        self._events: AsyncIterator[E] | None = None

    async def _opened(self) -> AsyncStream[Any]:
        if self._stream is None:
            self._stream = await self._send()
        return self._stream

    @property
    def meta(self) -> Meta | None:
        """How the stream began; None before it did."""
        return self._stream.meta if self._stream is not None else None

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
            async for event in self._steps():
                yield event
        finally:
            await self.aclose()

    async def __anext__(self) -> E:
        return await anext(self._steps())

    def _steps(self) -> AsyncIterator[E]:
        if self._events is None:
            self._events = self._run()
        return self._events

    async def _run(self) -> AsyncIterator[E]:
        async for raw in await self._opened():
            for event in self._reader.read(raw):
                yield event
        for event in self._reader.finish():
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
        return _complete(self.snapshot)

    async def aclose(self) -> None:
        """Stop, and give the connection back."""
        if self._stream is not None:
            await self._stream.aclose()

    close = aclose


def _complete(result: R | None) -> R:
    if result is None:
        raise RuntimeError("the stream was closed before its first event: there is no final result")
    return result
