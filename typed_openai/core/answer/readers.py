"""What a body is read as: pieces of one size, text, lines. Bytes in, as they come; it does no I/O.

    lines = Lines("utf-8")
    for block in received:
        yield from lines.feed(block)
    yield from lines.end()

Rules: the same bytes give the same pieces however they are cut into blocks, and the same text and lines as `Binary`.
A line ends at LF or CR LF and nowhere else: other separators (U+2028, U+0085, VT, FF) are legal inside JSON.
"""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from typing import Protocol, TypeVar

S_co = TypeVar("S_co", covariant=True)


class LineTooLong(ValueError):
    """A line goes on beyond its bound; the argument is the bound."""


class Reader(Protocol[S_co]):
    """Takes blocks of bytes and gives what they are read as."""

    def feed(self, block: bytes) -> Iterator[S_co]:
        """What is complete with this block."""
        ...

    def end(self) -> Iterator[S_co]:
        """What only the end completes."""
        ...


class Blocks:
    """The bytes as they arrive."""

    def feed(self, block: bytes) -> Iterator[bytes]:
        yield block

    def end(self) -> Iterator[bytes]:
        yield from ()


class Pieces:
    """Bytes in pieces of one size; the last may be shorter."""

    def __init__(self, size: int) -> None:
        if size < 1:
            raise ValueError(f"chunk_size must be a number of bytes above 0, got {size}")
        self._size = size
        self._rest = b""

    def feed(self, block: bytes) -> Iterator[bytes]:
        held = self._rest + block
        whole = len(held) - len(held) % self._size
        for start in range(0, whole, self._size):
            yield held[start : start + self._size]
        self._rest = held[whole:]

    def end(self) -> Iterator[bytes]:
        if self._rest:
            yield self._rest


class Texts:
    """Text as it arrives; what cannot be read becomes U+FFFD."""

    def __init__(self, charset: str) -> None:
        self._decoder = codecs.getincrementaldecoder(charset)("replace")

    def feed(self, block: bytes) -> Iterator[str]:
        if text := self._decoder.decode(block):
            yield text

    def end(self) -> Iterator[str]:
        if text := self._decoder.decode(b"", True):
            yield text


class Lines:
    """Lines of text, without their ends; at most `most` characters of one are kept, `LineTooLong` beyond."""

    def __init__(self, charset: str, most: int | None = None) -> None:
        self._texts = Texts(charset)
        self._most = most
        self._begun: list[str] = []
        self._held = 0

    def feed(self, block: bytes) -> Iterator[str]:
        for text in self._texts.feed(block):
            yield from self._cut(text)

    def end(self) -> Iterator[str]:
        for text in self._texts.end():
            yield from self._cut(text)
        last = "".join(self._begun)
        if last:
            yield last.removesuffix("\r")

    def _cut(self, text: str) -> Iterator[str]:
        first, *rest = text.split("\n")
        self._begun.append(first)
        self._held += len(first)
        if rest:
            yield "".join(self._begun).removesuffix("\r")
            for line in rest[:-1]:
                yield line.removesuffix("\r")
            self._begun, self._held = [rest[-1]], len(rest[-1])
        if self._most is not None and self._held > self._most:
            raise LineTooLong(self._most)


def lines_of(text: str) -> Iterator[str]:
    """The lines of a whole text."""
    lines = text.split("\n")
    for line in lines if lines[-1] else lines[:-1]:
        yield line.removesuffix("\r")
