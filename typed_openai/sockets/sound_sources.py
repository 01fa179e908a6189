"""Where sound comes from: bytes, a file by its name or open, blocks one after the other, also asynchronous ones.

Rules
* A WAV file says itself in which format it is; anything else is in the format that the caller names.
* Blocks are of any size and need not hold whole samples; what leaves are pieces of equal length, the last one shorter.
* A file is read in a thread in async code, as any work on disk.

Weak spot: WAV files of other than whole numbers (floats, compressed) are refused by the standard library.
"""

from __future__ import annotations

import io
import os
import wave
from collections.abc import AsyncIterable, Iterable
from itertools import chain
from typing import TYPE_CHECKING, Any, BinaryIO, TypeAlias

from typed_openai.core.option_values import check_count
from typed_openai.core.request.faults import shown
from typed_openai.core.run.effects import Call, Work
from typed_openai.errors import ConfigurationError, Fault, RequestValidationError
from typed_openai.sockets.pcm import Converter, SoundFormat

if TYPE_CHECKING:
    from typed_openai.sockets.effects import Steps

SoundSource: TypeAlias = (
    bytes | bytearray | memoryview | str | os.PathLike[str] | BinaryIO | Iterable[bytes] | AsyncIterable[bytes]
)
"""What `send_audio` takes."""
_BLOCK = 32 * 1024
_WAV = b"RIFF"


class Pieces:
    """The sound of a source in the format of a session, in pieces of equal length."""

    def __init__(
        self, source: object, given: SoundFormat, wanted: SoundFormat, milliseconds: int, is_async: bool
    ) -> None:
        self._given = given
        self._wanted = wanted
        self._size = wanted.bytes_of(check_count("chunk_ms", milliseconds, "milliseconds"))
        self._waiting = b""
        self._source = source
        self._blocks: Any = None
        self._is_open = False
        self._in_thread = False
        self._awaits = isinstance(source, AsyncIterable)
        if self._awaits and not is_async:
            raise ConfigurationError("an asynchronous source of sound needs an async client: use AsyncOpenAI")
        self._converter: Converter | None = None

    def next(self) -> Steps[bytes]:
        """The next piece, empty at the end."""
        while len(self._waiting) < self._size:
            block = yield from self._block()
            converter = self._converter = self._converter or Converter(self._given, self._wanted)
            if not block:
                self._waiting += converter.end()
                break
            self._waiting += converter.feed(block)
        found, self._waiting = self._waiting[: self._size], self._waiting[self._size :]
        return found

    def _block(self) -> Steps[bytes]:
        if not self._is_open:
            yield Work(self._open)
            self._is_open = True
        if self._awaits:
            found = yield Call(anext, self._blocks, b"")
        elif self._in_thread:
            found = yield Work(next, self._blocks, b"")
        else:
            found = next(self._blocks, b"")
        if not isinstance(found, bytes | bytearray | memoryview):
            raise _refused("blocks of bytes", shown(found))
        return bytes(found)

    def _open(self) -> None:
        self._blocks = self._opened(self._source)
        if self._in_thread or isinstance(self._source, bytes | bytearray | memoryview):
            self._blocks = _looked_into(self._blocks)

    def _opened(self, source: object) -> Any:
        if isinstance(source, AsyncIterable):
            return aiter(source)
        if isinstance(source, bytes | bytearray | memoryview):
            return self._read(io.BytesIO(source))
        if isinstance(source, str | os.PathLike) or hasattr(source, "read"):
            self._in_thread = True
            return self._read(source) if hasattr(source, "read") else self._read_and_closed(source)
        if isinstance(source, Iterable):
            return iter(source)
        raise _refused("bytes, a file or its name, or blocks of bytes", shown(source))

    def _read_and_closed(self, path: Any) -> Any:
        with open(path, "rb") as file:
            yield from self._read(file)

    def _read(self, file: Any) -> Any:
        """The blocks of an open file, which says with its first bytes whether it knows its format."""
        head = file.read(len(_WAV))
        if head != _WAV:
            yield head
            while block := file.read(_BLOCK):
                yield block
            return
        again: Any = _Again(head, file)
        with wave.open(again, "rb") as sound:
            self._given = SoundFormat(sound.getframerate(), sound.getsampwidth(), sound.getnchannels())
            while block := sound.readframes(_BLOCK // self._given.frame):
                yield block


def _looked_into(blocks: Any) -> Any:
    """The blocks, the first of them read now, so that the format is known; a file that cannot be read is refused."""
    try:
        first = next(blocks, b"")
    except (OSError, EOFError, wave.Error, ConfigurationError) as error:
        raise _refused("a file of sound that can be read", str(error) or type(error).__name__) from error
    return chain([first], blocks)


def _refused(expected: str, got: str) -> RequestValidationError:
    return RequestValidationError("send_audio", [Fault("source", expected, got)])


class _Again:
    """A file whose first bytes were read already; `wave` reads forwards alone."""

    def __init__(self, head: bytes, file: Any) -> None:
        self._head = head
        self._file = file

    def read(self, size: int = -1) -> bytes:
        """The next bytes."""
        head, self._head = self._head, b""
        found: bytes = self._file.read(max(size - len(head), 0) if size >= 0 else -1)
        return head + found

    def close(self) -> None:
        """The file is not ours to close."""

    def flush(self) -> None:
        """Nothing is written."""
