"""One stream for several readers: `stream.tee(2)`, in both colours.

Each reader gets every event, and at the end the error with which the stream ended, if it ended with one. Who is ahead
reads on; what others have not had yet waits for them, and they for nobody. A reader that is closed or dropped, begun or
not, is waited for no longer; when all are gone the stream is closed. Readers may be in several threads, or tasks of one
loop: a task that is cancelled while it waits takes nothing from the others.

Weak spot: events wait in memory for the slowest reader, without bound; one that is held and never read keeps all of
them.
"""

from __future__ import annotations

import asyncio
import threading
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import suppress
from typing import Generic, Self, TypeVar

from typed_openai.core.run.threads import Kept
from typed_openai.errors import ConfigurationError, OpenAIError, StreamInterruptedError

E = TypeVar("E")


class _Shared(Generic[E]):
    """What was read and not yet had by all."""

    def __init__(self, count: int) -> None:
        if type(count) is not int or count < 1:  # nor True
            raise ConfigurationError(f"tee(n) expects a number of readers from 1, got {count!r}")
        self.waiting: list[deque[E] | None] = [deque() for _ in range(count)]
        self.is_over = False
        self.error: OpenAIError | None = None

    def give(self, event: E) -> None:
        """Let it wait for everybody who still reads."""
        for waiting in self.waiting:
            if waiting is not None:
                waiting.append(event)

    def end(self, why: BaseException, end: type[Exception]) -> None:
        """Nothing more comes, because of `end`, or of an error. One that is not for all is raised here."""
        self.is_over = True
        if isinstance(why, OpenAIError):
            self.error = why
        elif not isinstance(why, end):
            name = type(why).__name__
            self.error = StreamInterruptedError(f"another reader of this stream was interrupted by {name}, so it ended")
            raise why

    def leave(self, number: int) -> bool:
        """Keep nothing for this reader any more; whether it was the last."""
        if self.waiting[number] is None:
            return False
        self.waiting[number] = None
        return not any(waiting is not None for waiting in self.waiting)


class _Reader(Generic[E]):
    """One of the readers, of either colour."""

    def __init__(self, shared: _Shared[E], number: int) -> None:
        self._shared = shared
        self._number = number

    def _waits(self) -> bool:
        """Whether there is nothing for this reader yet, and something may come."""
        waiting = self._shared.waiting[self._number]
        return waiting is not None and not waiting and not self._shared.is_over

    def _had(self, end: type[Exception]) -> E:
        """The next event; at the end the error of the stream, once, and then `end`."""
        waiting, error = self._shared.waiting[self._number], self._shared.error
        if waiting:
            return waiting.popleft()
        raise error if waiting is not None and error is not None else end


class TeeReader(_Reader[E], Iterator[E]):
    """A reader of a stream that has several: iterate it, once. Raises what the stream ends with."""

    def __init__(
        self, shared: _Shared[E], number: int, events: Iterator[E], lock: threading.Lock, close: Callable[[], object]
    ) -> None:
        super().__init__(shared, number)
        self._events = events
        self._lock = lock
        self._close = close

    def __next__(self) -> E:
        over = True
        try:
            while self._waits():
                with self._lock:
                    if self._waits():  # still: nobody else read just now
                        self._read()
            event = self._had(StopIteration)
            over = False
            return event
        finally:
            if over:
                self.close()

    def _read(self) -> None:
        kept = Kept(BaseException)
        with kept:
            self._shared.give(next(self._events))
        if kept.error is not None:
            self._shared.end(kept.error, StopIteration)

    def close(self) -> None:
        """Read no more; the stream is closed with its last reader."""
        if self._shared.leave(self._number):
            self._close()

    __del__ = close

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *args: object) -> None:
        self.close()


class _Pull(Generic[E]):
    """Reads the next event in a task of its own, so that nobody who waits for it ends it by being cancelled."""

    def __init__(self, shared: _Shared[E], events: AsyncIterator[E], close: Callable[[], Awaitable[object]]) -> None:
        self._close = close
        self._shared = shared
        self._events = events
        self._task: asyncio.Task[None] | None = None

    async def wait(self) -> None:
        """Until something came."""
        if self._task is None or self._task.done():
            self._task = asyncio.ensure_future(self._read())
        await asyncio.shield(self._task)

    async def _read(self) -> None:
        kept = Kept(BaseException)
        with kept:
            self._shared.give(await anext(self._events))
        if kept.error is not None:
            self._shared.end(kept.error, StopAsyncIteration)

    async def end(self) -> None:
        """Nobody reads any more."""
        if self._task is not None and not self._task.done():
            self._task.cancel()
            await asyncio.wait([self._task])
        await self._close()

    def drop(self) -> None:
        """Nobody holds a reader any more, whichever thread finds that out: the stream goes with them."""
        if self._task is not None and not self._task.done():
            with suppress(RuntimeError):  # the loop is closed
                self._task.get_loop().call_soon_threadsafe(self._task.cancel)


class AsyncTeeReader(_Reader[E], AsyncIterator[E]):
    """A reader of an async stream that has several: iterate it, once. Raises what the stream ends with."""

    def __init__(self, shared: _Shared[E], number: int, pull: _Pull[E]) -> None:
        super().__init__(shared, number)
        self._pull = pull

    async def __anext__(self) -> E:
        while self._waits():
            await self._pull.wait()
        try:
            return self._had(StopAsyncIteration)
        except (OpenAIError, StopAsyncIteration):
            await self.aclose()
            raise

    async def aclose(self) -> None:
        """Read no more; the stream is closed with its last reader."""
        if self._shared.leave(self._number):
            await self._pull.end()

    close = aclose

    def __del__(self) -> None:
        if self._shared.leave(self._number):
            self._pull.drop()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *args: object) -> None:
        await self.aclose()


def tee(events: Iterator[E], count: int, close: Callable[[], object]) -> tuple[TeeReader[E], ...]:
    """`count` readers of these events, which are read as readers ask for them. Raises `ConfigurationError` for a
    number below 1."""
    shared, lock = _Shared[E](count), threading.Lock()
    return tuple(TeeReader(shared, number, events, lock, close) for number in range(count))


def tee_async(
    events: AsyncIterator[E], count: int, close: Callable[[], Awaitable[object]]
) -> tuple[AsyncTeeReader[E], ...]:
    """The same for an async stream."""
    pull = _Pull(shared := _Shared[E](count), events, close)
    return tuple(AsyncTeeReader(shared, number, pull) for number in range(count))
