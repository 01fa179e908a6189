"""Sending, and the body of an answer bit by bit, within the deadline of a call.

    with sending(request):
        response = client.send(...)
    for block in within(body(response), response, request): ...

Bodies are unpacked here and not by httpx (`core/answer/unpacking.py`), so that every reader of one body sees the same
bytes, and none of them more at once than it can bear. What keeps a body keeps `max_body` bytes at most (`bounded`).

Without a deadline this is what httpx gives, and costs nothing more. With one, a sync read that blocks is woken by the
watchdog, an async one is cancelled by its loop; both then raise `DeadlinePassed`, also when a body that lasts until the
connection is closed seems to have come to its end.
"""

from __future__ import annotations

import threading
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import AbstractContextManager, nullcontext
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from typed_openai.core.run.native import Arrived
from typed_openai.core.run.network import wake
from typed_openai.core.run.transport import (
    TRANSPORT_ERRORS,
    BodyTooLarge,
    DeadlinePassed,
    abort,
    damage,
)
from typed_openai.core.run.watchdog import watch

if TYPE_CHECKING:
    from typed_openai.core.answer.unpacking import Unpacking
    from typed_openai.core.run.effects import Request
    from typed_openai.core.run.native import HTTPXResponse

T = TypeVar("T")
_UNBOUNDED = nullcontext()


def sending(request: Request) -> AbstractContextManager[object]:
    """Within it the calling thread sends and waits for the headers; it is woken when the deadline passes."""
    if request.deadline_at is None:
        return _UNBOUNDED
    return watch(request.deadline_at, partial(wake, threading.get_ident()))


def arrived(response: HTTPXResponse, most: int | None) -> bytes | None:
    """The body of an answer, where nobody has to wait for it; None where it is to be read, or longer than `most`."""
    stream = response.stream
    if (
        not isinstance(stream, Arrived)
        or response.is_stream_consumed
        or "content-encoding" in response.headers
        or (most is not None and len(stream.content) > most)
    ):
        return None
    response.is_stream_consumed = response.is_closed = True
    return stream.content


def body(response: HTTPXResponse) -> Iterator[bytes]:
    """The decoded blocks of a body. What nobody encoded comes past the layers of httpx that decode: 0.15 µs of
    the 4 µs that a block with one event takes."""
    if response.is_stream_consumed:  # what a hook has read can be had from `iter_bytes` only
        return response.iter_bytes()
    unpack = _unpacker(response)
    if unpack is None:
        return response.iter_bytes() if "content-encoding" in response.headers else response.iter_raw()
    return _unpacked(response.iter_raw(), unpack)


def body_async(response: HTTPXResponse) -> AsyncIterator[bytes]:
    """The decoded blocks of a body."""
    if response.is_stream_consumed:
        return response.aiter_bytes()
    unpack = _unpacker(response)
    if unpack is None:
        return response.aiter_bytes() if "content-encoding" in response.headers else response.aiter_raw()
    return _unpacked_async(response.aiter_raw(), unpack)


def _unpacker(response: HTTPXResponse) -> Unpacking | None:
    """What undoes the encoding of a body; None where nothing is to be undone, or httpx has to do it."""
    encodings = response.headers.get("content-encoding")
    if encodings is None:
        return None
    from typed_openai.core.answer.unpacking import unpacker  # with the first body that is packed

    return unpacker(encodings)


def _unpacked(blocks: Iterator[bytes], unpack: Unpacking) -> Iterator[bytes]:
    with damage():
        for block in blocks:
            yield from unpack.feed(block)
        unpack.end()


async def _unpacked_async(blocks: AsyncIterator[bytes], unpack: Unpacking) -> AsyncIterator[bytes]:
    with damage():
        async for block in blocks:
            for piece in unpack.feed(block):
                yield piece
        unpack.end()


def bounded(pieces: Iterator[bytes], most: int | None) -> Iterator[bytes]:
    """The pieces of a body up to the bound; `BodyTooLarge` beyond it, after what fits."""
    left = most
    for piece in pieces:
        if left is not None:
            if len(piece) > left:
                yield piece[:left]
                raise BodyTooLarge(most)
            left -= len(piece)
        yield piece


async def bounded_async(pieces: AsyncIterator[bytes], most: int | None) -> AsyncIterator[bytes]:
    """The pieces of a body up to the bound; `BodyTooLarge` beyond it, after what fits."""
    left = most
    async for piece in pieces:
        if left is not None:
            if len(piece) > left:
                yield piece[:left]
                raise BodyTooLarge(most)
            left -= len(piece)
        yield piece


def within(pieces: Iterator[T], response: HTTPXResponse, request: Request) -> Iterator[T]:
    """The pieces of a body (bytes, text, lines) as they arrive."""
    return pieces if request.deadline_at is None else _until(request.deadline_at, pieces, response)


def _until(deadline: float, pieces: Iterator[T], response: HTTPXResponse) -> Iterator[T]:
    with watch(deadline, lambda: abort(response)) as alarm:
        yield from pieces
    if alarm.rang:
        raise DeadlinePassed


def next_until(until: float, pieces: Iterator[bytes], response: HTTPXResponse) -> bytes | None:
    """The next piece of a body; None at its end, and when there is none at `until` (`time.monotonic()`)."""
    with watch(until, lambda: abort(response)) as alarm:
        try:
            return next(pieces, None)
        except TRANSPORT_ERRORS:
            if not alarm.rang:
                raise
    return None


async def next_until_async(until: float, pieces: AsyncIterator[bytes]) -> bytes | None:
    """The next piece of a body; None at its end, and when there is none at `until` (`time.monotonic()`)."""
    import asyncio

    try:
        async with asyncio.timeout(until - time.monotonic()):
            return await anext(pieces)
    except (TimeoutError, StopAsyncIteration):
        return None


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
