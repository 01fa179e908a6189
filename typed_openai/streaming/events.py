"""Streams of typed events above raw chunks (`EventStream`), in both colours.

Rules
* Nothing is sent before the stream is entered or iterated; leaving the loop, `close()` and `with` end it.
* What the events are, and what they add up to, is the business of a `Reader`; here are only the loops.
* A final result is never one that was cut short: what is not whole raises.
* Where the operation can give the events again, a stream that broke is opened anew (`resuming.py`).
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from types import TracebackType
from typing import TYPE_CHECKING, Any, Generic, Self, TypeVar

from typed_openai.errors import StreamError
from typed_openai.models.base import Result, attach
from typed_openai.streaming.read_once import ReadOnce

if TYPE_CHECKING:
    from typed_openai.core.answer.meta import Meta
    from typed_openai.streaming.accumulator import Reader
    from typed_openai.streaming.stream import AsyncStream, Stream
    from typed_openai.streaming.tee import AsyncTeeReader, TeeReader

E = TypeVar("E")
R = TypeVar("R")
_S = TypeVar("_S", bound="Stream[Any] | AsyncStream[Any]")


class _Line(Generic[_S]):
    """The stream that is read just now, another one after a break. The generator that reads it refers to this and not
    to the `EventStream`: no cycle, as in `stream.py`."""

    def __init__(self, reopen: Callable[[StreamError, _S], Any] | None, begin_anew: Callable[[], None]) -> None:
        self.reopen = reopen
        self.begin_anew = begin_anew
        self.stream: _S | None = None
        self.closed = False

    def hold(self, stream: _S) -> _S:
        """From now on it is this one that is read."""
        if self.reopen is not None:
            stream.leave_breaks()
        if self.stream is not None:
            stream.go_on_from(self.stream)
        else:
            stream.when_anew(self.begin_anew)
        self.stream = stream
        return stream


class EventStream(ReadOnce, Generic[E, R]):
    """Typed events of a streamed answer, with a running snapshot. Nothing is sent before it is entered or iterated."""

    _so_far = "snapshot"

    def __init__(
        self,
        send: Callable[[], Stream[Any]],
        reader: Reader[Any, E, R],
        reopen: Callable[[StreamError, Stream[Any]], Stream[Any] | None] | None = None,
    ) -> None:
        self._send = send
        self._reader = reader
        self._line: _Line[Stream[Any]] = _Line(reopen, reader.begin_anew)
        self._events: Iterator[E] | None = None

    def _opened(self) -> Stream[Any]:
        if self._line.stream is None:
            return self._line.hold(self._send())
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

    def to_sse(self) -> Iterator[bytes]:
        """The events as server-sent events, to be passed on by a web application; an error becomes the last of them."""
        from typed_openai.streaming.relay import relayed

        return relayed(self, type(self._reader.accumulator))

    def tee(self, n: int = 2) -> tuple[TeeReader[E], ...]:
        """So many readers of this stream, each of which gets every event; what one has not had yet waits for it.

        Raises `ConfigurationError` for a number below 1."""
        from typed_openai.streaming.tee import tee

        return tee(self, n, self.close)

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
            except StreamError as error:
                if line.reopen is None:
                    raise
                following = line.reopen(error, stream)
            if following is None:
                break
            stream = line.hold(following)
            if line.closed:
                stream.close()
        if _is_whole(stream, reader):
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


class AsyncEventStream(ReadOnce, Generic[E, R]):
    """Typed events of a streamed answer, with a running snapshot. Nothing is sent before it is entered or iterated."""

    _so_far = "snapshot"

    def __init__(
        self,
        send: Callable[[], Coroutine[Any, Any, AsyncStream[Any]]],
        reader: Reader[Any, E, R],
        reopen: Callable[[StreamError, AsyncStream[Any]], Coroutine[Any, Any, AsyncStream[Any] | None]] | None = None,
    ) -> None:
        self._send = send
        self._reader = reader
        self._line: _Line[AsyncStream[Any]] = _Line(reopen, reader.begin_anew)
        self._events: AsyncIterator[E] | None = None

    async def _opened(self) -> AsyncStream[Any]:
        if self._line.stream is None:
            return self._line.hold(await self._send())
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

    def to_sse(self) -> AsyncIterator[bytes]:
        """The events as server-sent events, to be passed on by a web application; an error becomes the last of them."""
        from typed_openai.streaming.relay import relayed_async

        return relayed_async(self, type(self._reader.accumulator))

    def tee(self, n: int = 2) -> tuple[AsyncTeeReader[E], ...]:
        """So many readers of this stream, each of which gets every event; what one has not had yet waits for it.

        Raises `ConfigurationError` for a number below 1."""
        from typed_openai.streaming.tee import tee_async

        return tee_async(self, n, self.aclose)

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
            except StreamError as error:
                if line.reopen is None:
                    raise
                following = await line.reopen(error, stream)
            if following is None:
                break
            stream = line.hold(following)
            if line.closed:
                await stream.aclose()
        if _is_whole(stream, reader):
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


def _complete(stream: Stream[Any] | AsyncStream[Any] | None, reader: Reader[Any, Any, R]) -> R:
    """The final result; never one that was cut short by leaving the loop too early."""
    result = reader.accumulator.snapshot()
    if result is None or not _is_whole(stream, reader):
        raise RuntimeError("the stream was closed before its end: there is no final result (`snapshot` is what came)")
    if reader.innermost.tools:
        from typed_openai.tools.call_values import keep_values

        keep_values(result, reader.innermost.tools)
    if isinstance(result, Result) and stream is not None:
        lacking = [issue for issue in result.check_asked(stream.asked) if issue not in result.issues]
        attach(result, result.meta, (*result.issues, *lacking))
    return stream.with_notes(result) if stream is not None else result


def _is_whole(stream: Stream[Any] | AsyncStream[Any] | None, reader: Reader[Any, Any, Any]) -> bool:
    """Whether nothing is missing: the stream came to its end, or (resumed, it need not) its events say so."""
    return reader.accumulator.is_complete or (stream is not None and stream.is_complete)
