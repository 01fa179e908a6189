"""Packed bodies (`Content-Encoding`): bytes in, the bytes that they stand for out, piece by piece. It does no I/O.

    unpack = unpacker("gzip")
    for block in received:
        yield from unpack.feed(block)
    unpack.end()

Rules
* gzip may have several members, one after the other, with zeros behind them (RFC 1952), zstd several frames (RFC 8878);
  all of them are the body.
* A body that ends within a member, and one with something else behind it, is an error: `UnpackingError`.
* Nothing is unpacked that nobody asked for yet: 3 MB may stand for 3 GB, so pieces have a bound, whatever a block
  stands for, and who counts them can stop in time.
* Several encodings are undone in turn, the last one first. `deflate` is zlib's format, or without its frame, as some
  servers send it.
* We ask for gzip and deflate. Brotli and zstd, for which a client of the user's own asks where their packages are, are
  undone with the packages that httpx uses for them (`core/answer/unpacking_extras.py`).

Weak spot: encodings that have no name here are left to httpx, which leaves them as they are.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple, Protocol

from typed_openai.core.answer.pieces import PIECE, UnpackingError

_GZIP, _ZLIB, _BARE = 31, 15, -15
_TELLING = 2
"""Bytes by which a frame is known."""


class Member(Protocol):
    """What undoes one member of packed data."""

    errors: tuple[type[Exception], ...]
    """What it raises at data that are not what they are said to be."""

    def pieces(self, data: bytes) -> Iterator[bytes]:
        """What data stand for; the member may have more although it has taken all of them."""
        ...

    def rest(self) -> bytes | None:
        """What stands behind the end of the member; None while it is not at its end."""
        ...


class _Zlib:
    """A member of gzip, zlib, or zlib without a frame."""

    errors: tuple[type[Exception], ...] = (zlib.error,)

    def __init__(self, form: int) -> None:
        self._native = zlib.decompressobj(form)

    def pieces(self, data: bytes) -> Iterator[bytes]:
        while True:
            piece = self._native.decompress(data, PIECE)
            if piece:
                yield piece
            data = self._native.unconsumed_tail
            if self._native.eof or (not data and len(piece) < PIECE):
                return

    def rest(self) -> bytes | None:
        return self._native.unused_data if self._native.eof else None


class _Kind(NamedTuple):
    """How an encoding is undone: the forms that it may have, tried in order on its first bytes."""

    forms: Sequence[Callable[[], Member]]
    members: bool = False
    """There may be several, one after the other."""
    padded: bool = False
    """There may be zeros behind them."""


_KINDS = {
    "gzip": _Kind([lambda: _Zlib(_GZIP)], members=True, padded=True),
    "deflate": _Kind([lambda: _Zlib(_ZLIB), lambda: _Zlib(_BARE)]),
}
_OTHER_NAMES = {"x-gzip": "gzip"}
_EXTRAS = ("br", "zstd")


class _Unpacker:
    """Undoes one encoding."""

    def __init__(self, name: str, kind: _Kind) -> None:
        self._name = name
        self._kind = kind
        self._forms = list(kind.forms)
        self._member: Member
        self._begun = False  # the member has bytes
        self._members = 0
        self._head = b""  # too little to tell the form

    def feed(self, block: bytes) -> Iterator[bytes]:
        data, self._head = self._head + block, b""
        if len(self._forms) > 1 and len(data) < _TELLING:
            self._head = data
            return
        while data:
            if self._members and not self._begun and self._kind.padded:
                data = data.lstrip(b"\0")
                if not data:
                    return
            yield from self._pieces(data) if self._begun else self._begin(data)
            data = self._rest()

    def _begin(self, data: bytes) -> Iterator[bytes]:
        if self._members and not self._kind.members:
            raise UnpackingError(f"something stands behind the end of the {self._name} data")
        self._begun = True
        self._member = self._forms[0]()
        pieces = self._member.pieces(data)
        try:
            first = next(pieces, b"")
        except self._member.errors as error:
            if len(self._forms) == 1 or self._members:
                raise self._damaged(error) from error
            self._forms = self._forms[1:]
            yield from self._begin(data)
            return
        self._forms = self._forms[:1]
        if first:
            yield first
        yield from self._guarded(pieces)

    def _pieces(self, data: bytes) -> Iterator[bytes]:
        return self._guarded(self._member.pieces(data))

    def _guarded(self, pieces: Iterator[bytes]) -> Iterator[bytes]:
        try:
            yield from pieces
        except self._member.errors as error:
            raise self._damaged(error) from error

    def _rest(self) -> bytes:
        """What stands behind the member, if it is at its end."""
        rest = self._member.rest()
        if rest is None:
            return b""
        self._begun = False
        self._members += 1
        return rest

    def end(self) -> None:
        if self._begun or self._head:
            raise UnpackingError(f"the {self._name} data end too early")

    def _damaged(self, error: Exception) -> UnpackingError:
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
    names = [_OTHER_NAMES.get(name, name) for name in names]
    if not all(name in _KINDS or name in _EXTRAS for name in names):
        return None
    return Unpacking([_Unpacker(name, _KINDS.get(name) or _extra(name)) for name in reversed(names)])


def _extra(name: str) -> _Kind:
    from typed_openai.core.answer.unpacking_extras import Brotli, Zstd  # with the first body that is packed so

    return _Kind([Brotli]) if name == "br" else _Kind([Zstd], members=True)
