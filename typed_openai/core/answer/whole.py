"""An answer whose body is at hand: read as bytes, text, lines or into a file, in either colour.

Both colours of a client give the same object, so the awaited methods of the official package (`aread`, `aiter_bytes`,
`astream_to_file`) stand beside the plain ones; none of them waits for anything but the disk.
"""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Iterator

from typed_openai.core.answer.meta import RawResponse, charset_of
from typed_openai.core.answer.readers import lines_of

_BLOCK = 64 * 1024


class Whole(RawResponse):
    """An answer whose body is at hand, read in whichever way and colour somebody is used to."""

    __slots__ = ()

    def read(self) -> bytes:
        """All bytes."""
        return self.content

    def iter_bytes(self, chunk_size: int | None = None) -> Iterator[bytes]:
        """The bytes in pieces of `chunk_size` (default 64 KiB)."""
        size = chunk_size or _BLOCK
        for start in range(0, len(self.content), size):
            yield self.content[start : start + size]

    iter_raw = iter_bytes

    def iter_text(self, chunk_size: int | None = None) -> Iterator[str]:
        """The text in pieces of `chunk_size` characters (default 65,536)."""
        text, size = self.text, chunk_size or _BLOCK
        for start in range(0, len(text), size):
            yield text[start : start + size]

    def iter_lines(self) -> Iterator[str]:
        """Lines of text without their ends (LF, CR LF). A separator like U+2028, legal inside JSON, ends none."""
        return lines_of(self.text)

    def write_to_file(self, file: str | os.PathLike[str]) -> None:
        """Write the bytes to a path; an existing file is replaced when the new one is whole."""
        from typed_openai.core.run.replacing import replacing

        with replacing(file) as target:
            target.write(self.content)

    def stream_to_file(self, file: str | os.PathLike[str], *, chunk_size: int | None = None) -> None:
        """The same; the bytes are here already, so `chunk_size` changes nothing."""
        self.write_to_file(file)

    async def aread(self) -> bytes:
        """All bytes."""
        return self.content

    async def aiter_bytes(self, chunk_size: int | None = None) -> AsyncIterator[bytes]:
        """As `iter_bytes`."""
        for block in self.iter_bytes(chunk_size):
            yield block

    aiter_raw = aiter_bytes

    async def aiter_text(self, chunk_size: int | None = None) -> AsyncIterator[str]:
        """As `iter_text`."""
        for piece in self.iter_text(chunk_size):
            yield piece

    async def aiter_lines(self) -> AsyncIterator[str]:
        """As `iter_lines`."""
        for line in self.iter_lines():
            yield line

    async def astream_to_file(self, file: str | os.PathLike[str], *, chunk_size: int | None = None) -> None:
        """As `write_to_file`, in a thread."""
        import asyncio

        await asyncio.to_thread(self.write_to_file, file)

    @property
    def encoding(self) -> str:
        """The charset that `text` is read in."""
        return charset_of(self.headers)

    def close(self) -> None:
        """Nothing: the connection was given back when the body had come."""

    async def aclose(self) -> None:
        """As `close`."""
