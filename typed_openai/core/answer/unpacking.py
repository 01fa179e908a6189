"""Packed bodies (`Content-Encoding`): bytes in, the bytes that they stand for out, piece by piece. It does no I/O.

    unpack = unpacker("gzip")
    for block in received:
        yield from unpack.feed(block)
    unpack.end()

Rules
* gzip may have several members, one after the other, with zeros behind them (RFC 1952); all of them are the body.
* A body that ends within a member, and one with something else behind it, is an error: `UnpackingError`.
* Nothing is unpacked that nobody asked for yet: 3 MB may stand for 3 GB, so pieces have a bound, whatever a block
  stands for, and who counts them can stop in time.
* Several encodings are undone in turn, the last one first. `deflate` is zlib's format, or without its frame, as some
  servers send it.

Weak spot: what we do not ask for (br, zstd; a client of the user's own may) is left to httpx: its pieces have no bound.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Sequence

PIECE = 64 * 1024
"""How much comes at once."""
_GZIP, _ZLIB, _BARE = 31, 15, -15
_TELLING = 2
"""Bytes by which a frame is known."""
_KINDS = {"gzip": (_GZIP,), "x-gzip": (_GZIP,), "deflate": (_ZLIB, _BARE)}


class UnpackingError(Exception):
    """A body is not packed in the way that its header says, or ends too early."""


class _Unpacker:
    """Undoes one encoding: `forms` are the ones that it may have, tried in order on its first bytes."""

    def __init__(self, name: str, forms: Sequence[int]) -> None:
        self._name = name
        self._forms = list(forms)
        self._member = zlib.decompressobj(self._forms[0])
        self._begun = False  # the member has bytes
        self._members = 0
        self._head = b""  # too little to tell the form

    def feed(self, block: bytes) -> Iterator[bytes]:
        data, self._head = self._head + block, b""
        if len(self._forms) > 1 and len(data) < _TELLING:
            self._head = data
            return
        while data:
            if self._members and not self._begun:
                data = data.lstrip(b"\0")
                if not data:
                    return
            pieces = self._begin(data) if not self._begun else self._pieces(data)
            yield from pieces
            data = self._rest()

    def _begin(self, data: bytes) -> Iterator[bytes]:
        self._begun = True
        try:
            first = self._member.decompress(data, PIECE)
        except zlib.error as error:
            if len(self._forms) == 1 or self._members:
                raise self._damaged(error) from error
            self._forms = self._forms[1:]
            self._member = zlib.decompressobj(self._forms[0])
            yield from self._begin(data)
            return
        self._forms = self._forms[:1]
        yield from self._pieces(b"", first)

    def _pieces(self, data: bytes, piece: bytes | None = None) -> Iterator[bytes]:
        """What a block stands for; the member may have more although it has taken all of the block."""
        while True:
            if piece is None:
                try:
                    piece = self._member.decompress(data, PIECE)
                except zlib.error as error:
                    raise self._damaged(error) from error
            if piece:
                yield piece
            if self._member.eof:
                return
            data = self._member.unconsumed_tail
            if not data and len(piece) < PIECE:
                return
            piece = None

    def _rest(self) -> bytes:
        """What stands behind the member, if it is at its end."""
        if not self._member.eof:
            return b""
        rest = self._member.unused_data
        self._member = zlib.decompressobj(self._forms[0])
        self._begun = False
        self._members += 1
        if self._forms[0] != _GZIP and rest.strip(b"\0"):
            raise UnpackingError(f"something stands behind the end of the {self._name} data")
        return rest

    def end(self) -> None:
        if self._begun or self._head:
            raise UnpackingError(f"the {self._name} data end too early")

    def _damaged(self, error: zlib.error) -> UnpackingError:
        where = "behind its end" if self._members else "in it"
        return UnpackingError(f"the body is said to be {self._name}, but something {where} is not ({error})")


class Unpacking:
    """Undoes all encodings of one body."""

    def __init__(self, layers: list[_Unpacker]) -> None:
        self._layers = layers

    def feed(self, block: bytes) -> Iterator[bytes]:
        """What a block stands for, in pieces."""
        return _through(self._layers, block)

    def end(self) -> None:
        """Take note that the body has ended; raises `UnpackingError` when it is not whole."""
        for layer in self._layers:
            layer.end()


def _through(layers: list[_Unpacker], block: bytes) -> Iterator[bytes]:
    if not layers:
        yield block
        return
    for piece in layers[0].feed(block):
        yield from _through(layers[1:], piece)


def unpacker(encodings: str) -> Unpacking | None:
    """What undoes the value of a `Content-Encoding`; None when it names something that is not known here."""
    names = [name for each in encodings.split(",") if (name := each.strip().lower()) not in ("", "identity")]
    if not all(name in _KINDS for name in names):
        return None
    return Unpacking([_Unpacker(name, _KINDS[name]) for name in reversed(names)])
