"""Connections without a network: what a server says, in the blocks in which it comes, and all ways to cut it."""

from __future__ import annotations

import asyncio
import itertools
import math
from collections.abc import Iterator
from typing import Any

from typed_openai.core.run.kit import kit


class Socket:
    """Receives these blocks, then nothing more: the end, or silence."""

    def __init__(self, blocks: list[bytes], is_silent: bool) -> None:
        self._blocks = iter(blocks)
        self._is_silent = is_silent
        self.sent = b""
        self.takes: float = math.inf
        """How many bytes the other side takes before it closes for writing."""

    def recv(self, most: int) -> bytes:
        block = next(self._blocks, None)
        if block is None and self._is_silent:
            raise TimeoutError("timed out")
        return block or b""

    def send(self, data: bytes) -> int:
        taken = data[: int(min(self.takes, len(data)))]
        if not taken:
            raise BrokenPipeError("broken pipe")
        self.takes -= len(taken)
        self.sent += taken
        return len(taken)

    def _nothing(self, *arguments: object) -> None:
        return None

    settimeout = shutdown = close = _nothing


class AsyncTransport(asyncio.Transport):
    def _nothing(self, *arguments: object) -> None:
        return None

    write = abort = pause_reading = resume_reading = _nothing  # type: ignore[assignment]  # nobody looks


def slot_of(ours: Any, theirs: str, network: Any, wire: Any, connection: Any) -> Any:
    network.wire = wire
    return kit("httpx").made(ours, theirs)("key", network, connection, kit("httpx"))


def cuts(whole: bytes) -> Iterator[list[bytes]]:
    """All ways to cut in two, in three with a short piece in the middle, each byte by itself, and nothing cut."""
    yield [whole] if whole else []
    yield [whole[at : at + 1] for at in range(len(whole))]
    for first, second in itertools.combinations_with_replacement(range(len(whole) + 1), 2):
        if second - first <= 4:
            yield [piece for piece in (whole[:first], whole[first:second], whole[second:]) if piece]
