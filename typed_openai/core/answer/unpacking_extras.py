"""Brotli and zstd, undone by the packages that httpx uses for them where they are installed. No I/O.

Nobody but a client of the user's own asks for these, and httpx does only where the package is there. Where a server
sends them all the same and it is not, the error names it.

Weak spots: what a brotli package before 1.2 unpacks cannot be limited, so that it gets its data in tiny slices, each of
which may stand for 32 MB; a piece of zstd may have 2 MB.
"""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from typing import Any

from typed_openai.core.answer.pieces import PIECE, UnpackingError
from typed_openai.core.extras import missing

_TINY = 4
_BLOCKS = 64
"""Bytes of zstd: at most 16 blocks, each of which stands for 128 KiB at most."""


def _package(encoding: str, *names: str) -> Any:
    """The first of these modules that is installed."""
    for name in names:
        try:
            return importlib.import_module(name)
        except ImportError:
            continue
    raise UnpackingError(missing(f"what is packed with {encoding}", names[0]))


class Brotli:
    """A body packed with brotli: one stream of data."""

    def __init__(self) -> None:
        package = _package("brotli", "brotli", "brotlicffi")
        self._native = package.Decompressor()
        self.errors: tuple[type[Exception], ...] = (package.error,)
        self._behind = b""
        self._is_limited = hasattr(self._native, "can_accept_more_data")

    def pieces(self, data: bytes) -> Iterator[bytes]:
        """What data stand for."""
        if not self._is_limited:
            for at in range(0, len(data), _TINY):
                if self._native.is_finished():
                    self._behind = data[at:]
                    return
                yield from filter(None, [self._native.process(data[at : at + _TINY])])
            return
        while True:
            piece = self._native.process(data, output_buffer_limit=PIECE)
            data = b""
            if piece:
                yield piece
            if self._native.is_finished() or (self._native.can_accept_more_data() and not piece):
                return

    def rest(self) -> bytes | None:
        """What stands behind the end; None while there is more to come."""
        return self._behind if self._native.is_finished() else None


class Zstd:
    """One frame of a body packed with zstd."""

    def __init__(self) -> None:
        package = _package("zstd", "zstandard")
        self._native = package.ZstdDecompressor().decompressobj(write_size=PIECE)
        self.errors: tuple[type[Exception], ...] = (package.ZstdError,)
        self._behind = b""

    def pieces(self, data: bytes) -> Iterator[bytes]:
        """What data stand for."""
        for at in range(0, len(data), _BLOCKS):
            piece = self._native.decompress(data[at : at + _BLOCKS])
            if piece:
                yield piece
            if self._native.eof:
                self._behind = self._native.unused_data + data[at + _BLOCKS :]
                return

    def rest(self) -> bytes | None:
        """What stands behind the frame; None while it is not at its end."""
        return self._behind if self._native.eof else None
