"""One stream for several readers: `stream.tee(2)`, in both colours.

Each reader gets every event, and at the end the error with which the stream ended, if it ended with one. Who is ahead
reads on; what others have not had yet waits for them, and they for nobody. A reader that is closed or dropped, begun or
not, is waited for no longer; when all are gone the stream is closed. Readers may be in several threads, or tasks of one
loop: a task that is cancelled while it waits takes nothing from the others.

What a reader does is a flow (`_Reader`); how several wait for one event is the business of threads (`_Threads`) or of
tasks (`_Tasks`), and all that they do by themselves.

Weak spot: events wait in memory for the slowest reader, without bound; one that is held and never read keeps all of
them.
"""

from __future__ import annotations

import asyncio
import threading
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import suppress
from types import TracebackType
from typing import TYPE_CHECKING, Any, Generic, Self, TypeVar

from typed_openai.core.run.drivers import AsyncDriver, SyncDriver
from typed_openai.core.run.effects import Call
from typed_openai.errors import ConfigurationError, OpenAIError, StreamInterruptedError

if TYPE_CHECKING:
    from typed_openai.core.run.effects import Flow

E = TypeVar("E")
_NO_POOL: Any = None
"""For drivers that send nothing."""


class _Over(Exception):
    """There are no more events."""


class _Shared(Generic[E]):
    """What was read and not yet had by all. As a block: what ends the reading in it is told to all."""

    def __init__(self, count: int) -> None:
        if type(count) is not int or count < 1:  # nor True
            raise ConfigurationError(f"tee(n) expects a number of readers from 1, got {count!r}")
        self.waiting: list[deque[E] | None] = [deque() for _ in range(count)]
        self.is_over = False
        self.error: OpenAIError | None = None

    def read(self, following: Callable[[], E | Awaitable[E]]) -> Flow[None]:
        """Let the next event wait for everybody who still reads."""
        with self:
            event = yield Call(following)
            for waiting in self.waiting:
                if waiting is not None:
                    waiting.append(event)

    def __enter__(self) -> None: ...

    def __exit__(self, kind: type[BaseException] | None, why: BaseException | None, at: TracebackType | None) -> bool:
        """Nothing more comes, because of its end or of an error. One that is not for all is raised where it came."""
        if why is None:
            return True
        self.is_over = True
        if isinstance(why, OpenAIError):
            self.error = why
        elif not isinstance(why, StopIteration | StopAsyncIteration):
            name = type(why).__name__
            self.error = StreamInterruptedError(f"another reader of this stream was interrupted by {name}, so it ended")
            return False
        return True

    def leave(self, number: int) -> bool:
        """Keep nothing for this reader any more; whether it was the last."""
        if self.waiting[number] is None:
            return False
        self.waiting[number] = None
        return not any(waiting is not None for waiting in self.waiting)


class _Threads(Generic[E]):
    """Threads that share a stream: one of them reads while the others wait."""

    def __init__(self, shared: _Shared[E], events: Iterator[E], close: Callable[[], object]) -> None:
        self.run = SyncDriver(_NO_POOL).run
        self.end = self.drop = close
        self._shared = shared
        self._events = events
        self._lock = threading.Lock()

    def wait(self, waits: Callable[[], bool]) -> None:
        """Until something came."""
        with self._lock:
            if waits():  # still: nobody else read just now
                self.run(self._shared.read(self._events.__next__))


class _Tasks(Generic[E]):
    """Tasks that share a stream: the next event is read in a task of its own, so that nobody who waits for it ends it
    by being cancelled."""

    def __init__(self, shared: _Shared[E], events: AsyncIterator[E], close: Callable[[], Awaitable[object]]) -> None:
        self.run = AsyncDriver(_NO_POOL).run
        self._close = close
        self._shared = shared
        self._events = events
        self._task: asyncio.Task[None] | None = None

    async def wait(self, waits: Callable[[], bool]) -> None:
        """Until something came."""
        if self._task is None or self._task.done():
            self._task = asyncio.ensure_future(self.run(self._shared.read(self._events.__anext__)))
        await asyncio.shield(self._task)

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


class _Reader(Generic[E]):
    """One of the readers, of either colour."""

    def __init__(self, shared: _Shared[E], number: int, others: Any) -> None:
        self._shared = shared
        self._number = number
        self._others = others

    def _waits(self) -> bool:
        """Whether there is nothing for this reader yet, and something may come."""
        waiting = self._shared.waiting[self._number]
        return waiting is not None and not waiting and not self._shared.is_over

    def _next(self) -> Flow[E]:
        """The next event; at the end the error of the stream, once, and then `_Over`."""
        while self._waits():
            yield Call(self._others.wait, self._waits)
        waiting, error = self._shared.waiting[self._number], self._shared.error
        if waiting:
            return waiting.popleft()
        yield from self._left()
        raise _Over if waiting is None or error is None else error

    def _left(self) -> Flow[None]:
        if self._shared.leave(self._number):
            yield Call(self._others.end)

    def __del__(self) -> None:
        if self._shared.leave(self._number):
            self._others.drop()


class TeeReader(_Reader[E], Iterator[E]):
    """A reader of a stream that has several: iterate it, once. Raises what the stream ends with."""

    def __next__(self) -> E:
        if ready := self._shared.waiting[self._number]:
            return ready.popleft()
        try:
            event: E = self._others.run(self._next())
        except _Over:
            raise StopIteration from None
        return event

    def close(self) -> None:
        """Read no more; the stream is closed with its last reader."""
        self._others.run(self._left())

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *args: object) -> None:
        self.close()


class AsyncTeeReader(_Reader[E], AsyncIterator[E]):
    """A reader of an async stream that has several: iterate it, once. Raises what the stream ends with."""

    async def __anext__(self) -> E:
        if ready := self._shared.waiting[self._number]:
            return ready.popleft()
        try:
            event: E = await self._others.run(self._next())
        except _Over:
            raise StopAsyncIteration from None
        return event

    async def aclose(self) -> None:
        """Read no more; the stream is closed with its last reader."""
        await self._others.run(self._left())

    close = aclose

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *args: object) -> None:
        await self.aclose()


def tee(events: Iterator[E], count: int, close: Callable[[], object]) -> tuple[TeeReader[E], ...]:
    """`count` readers of these events, which are read as readers ask for them. Raises `ConfigurationError` for a
    number below 1."""
    shared = _Shared[E](count)
    others = _Threads(shared, events, close)
    return tuple(TeeReader(shared, number, others) for number in range(count))


def tee_async(
    events: AsyncIterator[E], count: int, close: Callable[[], Awaitable[object]]
) -> tuple[AsyncTeeReader[E], ...]:
    """The same for an async stream."""
    shared = _Shared[E](count)
    others = _Tasks(shared, events, close)
    return tuple(AsyncTeeReader(shared, number, others) for number in range(count))
