"""The body of an answer bit by bit, within the deadline of its call, in both colours.

    for block in within(response.iter_bytes(), response, request): ...

Without a deadline this is what httpx gives, and costs nothing more. With one, a sync read that blocks is woken by the
watchdog, an async one is cancelled by its loop; both then raise `DeadlinePassed`, also when a body that lasts until the
connection is closed seems to have come to its end.
"""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Iterator
from typing import TYPE_CHECKING, TypeVar

from typed_openai.core.transport import DeadlinePassed, abort
from typed_openai.core.watchdog import watch

if TYPE_CHECKING:
    from typed_openai.core.request import Request
    from typed_openai.core.transport import HTTPXResponse

T = TypeVar("T")


def within(pieces: Iterator[T], response: HTTPXResponse, request: Request) -> Iterator[T]:
    """The pieces of a body (bytes, text, lines) as they arrive."""
    return pieces if request.deadline_at is None else _until(request.deadline_at, pieces, response)


def _until(deadline: float, pieces: Iterator[T], response: HTTPXResponse) -> Iterator[T]:
    with watch(deadline, lambda: abort(response)) as alarm:
        yield from pieces
    if alarm.rang:
        raise DeadlinePassed


def within_async(pieces: AsyncIterator[T], request: Request) -> AsyncIterator[T]:
    """The pieces of a body (bytes, text, lines) as they arrive."""
    return pieces if request.deadline_at is None else _until_async(request.deadline_at, pieces)


async def _until_async(deadline: float, pieces: AsyncIterator[T]) -> AsyncIterator[T]:
    import asyncio

    while True:
        try:
            async with asyncio.timeout(deadline - time.monotonic()):
                piece = await anext(pieces)
        except TimeoutError:
            raise DeadlinePassed from None
        except StopAsyncIteration:
            return
        yield piece
