"""The chunks of a body that is streamed (RFC 9112, section 7.1), read past h11: half of what an event costs is h11's.

    chunks = Chunks()         # before the request is sent
    chunks.head(block)        # each block of the head: how much of it goes to h11
    chunks.feed(block)        # each block of the body: the data in it, until `over`

Rules
* h11 reads the head, all of it, and is given nothing of the body: a block ends for it where the head does.
* Here are read plain chunks alone: a size of at most 16 digits, CRLF, the data, CRLF. At the first that is not one (the
  last, one with an extension, a wrong size, the end of the connection) reading is `over` for good, and h11 goes on
  with `rest` and what follows. It stands between two chunks, where it stood all the time: to leave out whole chunks
  changes nothing of what it says. So trailers, errors, and whether the connection may be used again stay h11's.
* Data is given on as it comes, in the pieces of h11: what a block holds of a chunk, which need not be whole.

Weak spots: a missing CRLF behind the data is found here (`fault`), in the words of h11, which knows nothing of that
chunk. Who listens to httpcore (the extension `trace` of a request) hears that a body begins where h11 takes over.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Iterator, Sequence
from typing import Any

MOST_OF_A_READ = 64 * 1024
"""Bytes that are read at once, as many as httpcore reads."""
_SIZE = re.compile(rb"([0-9A-Fa-f]{1,16})\r\n").match
_SIZE_BEGUN = re.compile(rb"[0-9A-Fa-f]{0,16}\r?").fullmatch
_END_OF_HEAD = re.compile(rb"\n\r?\n").search
_END = b"\r\n"


class Chunks:
    """Follows one answer. Does no I/O."""

    __slots__ = ("_head", "_held", "_left", "at_body", "fault", "over", "rest")

    def __init__(self) -> None:
        self.at_body = False
        """Whether the head is all that h11 was given so far."""
        self.over = False
        """Whether h11 has to go on."""
        self.rest = b""
        """What it goes on with."""
        self.fault = ""
        """What is wrong with a chunk of whose beginning h11 does not know."""
        self._head = bytearray()
        self._held = b""  # the beginning of the next size, or of the CRLF behind a chunk
        self._left = 0  # bytes of the current chunk that are still to come, with its CRLF

    def head(self, block: bytes) -> int:
        """How many bytes of a block, the next that h11 asks for, go to h11 before there is something of a body."""
        before = len(self._head)
        self._head += block
        found = _END_OF_HEAD(self._head, max(0, before - 2))
        self.at_body = found is not None and self._head.startswith(b"HTTP/")
        if found is None:
            return len(block)
        self._head.clear()  # behind an interim answer another one begins
        return found.end() - before

    def feed(self, block: bytes) -> Sequence[bytes]:
        """The data in the next block of the body; a block without any bytes is the end of the connection."""
        if not self._left and not self._held:
            found = _SIZE(block)
            if found is not None:  # the everyday case first: one chunk, and whole
                begin = found.end()
                end = len(block) - 2
                if begin + int(found[1], 16) == end > begin and block[end:] == _END:
                    return (block[begin:end],)
        return self._several(block)

    def _several(self, block: bytes) -> Sequence[bytes]:
        if not block:
            self.over, self.rest = True, b"" if self._left else self._held
            return ()
        block, self._held = self._held + block, b""
        pieces: list[bytes] = []
        at, left = 0, self._left
        while True:
            if left:
                piece = block[at : at + left - 2]
                pieces += [piece] * bool(piece)
                at, left = at + len(piece), left - len(piece)
                behind = block[at : at + 2]
                if left > 2 or not self._is_end(behind):
                    break
                at, left = at + 2, 0
            found = _SIZE(block, at)
            size = int(found[1], 16) if found is not None else 0
            if found is None or not size:
                self._unusual(block[at:])
                break
            at, left = found.end(), size + 2
        self._left = left
        return pieces

    def _is_end(self, behind: bytes) -> bool:
        """Whether a chunk ends as it has to; what is behind its data may be cut."""
        if behind != _END:
            if _END.startswith(behind):
                self._held = behind
            else:
                self.over = True
                self.fault = f"malformed chunk footer: {bytearray(behind)!r} (expected {_END!r})"
        return behind == _END

    def _unusual(self, rest: bytes) -> None:
        """What comes behind a chunk is not the size of another one, or not all of it."""
        if _SIZE_BEGUN(rest):
            self._held = rest
        else:
            self.over, self.rest = True, rest


class Unchunked:
    """The body of an answer, its plain chunks read here and the rest by httpcore; `wire` is what both read from."""

    def __init__(self, wire: Any, chunks: Chunks, timeouts: Any, stream: Any, core: Any) -> None:
        self._wire = wire
        self._chunks = chunks
        self._timeouts = timeouts
        self._stream = stream
        self._core = core
        self.close: Any | None = getattr(stream, "close", None)
        self.aclose: Any | None = getattr(stream, "aclose", None)

    def __iter__(self) -> Iterator[bytes]:
        chunks, read, patience = self._chunks, self._wire.read, self._timeouts.get("read")
        while not chunks.over:
            yield from chunks.feed(read(MOST_OF_A_READ, patience))
        self._hand_over()
        yield from self._stream

    async def __aiter__(self) -> AsyncIterator[bytes]:
        chunks, read, patience = self._chunks, self._wire.read, self._timeouts.get("read")
        while not chunks.over:
            for data in chunks.feed(await read(MOST_OF_A_READ, patience)):
                yield data
        self._hand_over()
        async for block in self._stream:
            yield block

    def _hand_over(self) -> None:
        """Let h11 read on."""
        if self._chunks.fault:
            raise self._core.RemoteProtocolError(self._chunks.fault)
        self._wire.unread(self._chunks.rest)
