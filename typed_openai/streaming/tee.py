"""One stream for several readers: `stream.tee(2)`, in both colours.

Each reader gets every event, and at the end the error with which the stream ended, if it ended with one. Who is ahead
reads on; what others have not had yet waits for them. A reader that is left (or closed) is waited for no longer; when
all are left the stream is closed. Readers may be in several threads, or tasks of one loop.

Weak spot: events wait in memory for the slowest reader, without bound; one that never begins keeps all of them.
"""

from __future__ import annotations

import asyncio
import threading
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from typing import Generic, TypeVar

from typed_openai.errors import ConfigurationError, OpenAIError

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

    def end(self, error: OpenAIError | None = None) -> None:
        """Nothing more comes."""
        self.is_over, self.error = True, error

    def wants(self, number: int) -> bool:
        """Whether this reader has to wait for the next event."""
        return not self.waiting[number] and not self.is_over

    def leave(self, number: int) -> bool:
        """Keep nothing for this reader any more; whether it was the last."""
        self.waiting[number] = None
        return not any(waiting is not None for waiting in self.waiting)


def tee(events: Iterator[E], count: int, close: Callable[[], object]) -> tuple[Iterator[E], ...]:
    """`count` readers of these events, which are read as readers ask for them. Raises `ConfigurationError` for a
    number below 1."""
    shared, lock = _Shared[E](count), threading.Lock()

    def read(number: int) -> Iterator[E]:
        try:
            while True:
                with lock:
                    if shared.wants(number):
                        try:
                            shared.give(next(events))
                        except StopIteration:
                            shared.end()
                        except OpenAIError as error:
                            shared.end(error)
                waiting = shared.waiting[number]
                if not waiting:
                    break
                yield waiting.popleft()
            if shared.error is not None:
                raise shared.error
        finally:
            if shared.leave(number):
                close()

    return tuple(read(number) for number in range(count))


def tee_async(
    events: AsyncIterator[E], count: int, close: Callable[[], Awaitable[object]]
) -> tuple[AsyncIterator[E], ...]:
    """The same for an async stream."""
    shared, lock = _Shared[E](count), asyncio.Lock()

    async def read(number: int) -> AsyncIterator[E]:
        try:
            while True:
                async with lock:
                    if shared.wants(number):
                        try:
                            shared.give(await anext(events))
                        except StopAsyncIteration:
                            shared.end()
                        except OpenAIError as error:
                            shared.end(error)
                waiting = shared.waiting[number]
                if not waiting:
                    break
                yield waiting.popleft()
            if shared.error is not None:
                raise shared.error
        finally:
            if shared.leave(number):
                await close()

    return tuple(read(number) for number in range(count))
