"""A call on a warm connection (HTTP/1.1, RFC 9112) past httpcore and h11, which are most of what a call costs.

    said = in_bytes(request)            # None for a request that is not of the everyday kind
    answer = Answer()
    while answer.feed(wire.read(...)):  # block by block, until it is whole or is not plain
        pass

Rules
* h11 is told nothing of an exchange that was plain from end to end. It stands between two calls, where it stood before.
* At the first thing that is not plain httpcore does the call: it is given the same request on a wire that does not send
  it again, and there reads what came so far (`Wire.replay`). So interim answers, errors in the protocol, connections
  that are lost or may be used again stay h11's business; nothing is refused here, and nothing that came is lost.
* Plain is: a request whose body is at hand; an answer with a status that has a body, fields in one line each, and a
  body of at most `MOST` bytes whose length is said, or in plain chunks without trailers (`chunks.py`). What passes here
  passes h11 (`tests/core/test_exchange.py` compares them over every cut), not the reverse.
* The first call of a connection, a call through a proxy, and one that somebody listens to (`trace`, the log of
  httpcore) are httpcore's.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from typed_openai.core.run.chunks import Chunks

if TYPE_CHECKING:
    from typed_openai.core.run.kit import Kit

MOST = 1024 * 1024
"""Bytes of an answer that are held before httpcore is to give it bit by bit."""
_MOST_OF_A_HEAD = 64 * 1024
_TOKEN = rb"[-!#$%&'*+.^_`|~0-9a-zA-Z]++"
_TEXT = rb"[^\x00-\x08\x0a-\x1f\x7f]*+"
_WORD = rb"[\x21-\x7e\x80-\xff]++"
_OTHERS = rb"(?!(?i:host|connection|expect|te|trailer|transfer-encoding|upgrade): )"
_REQUEST = re.compile(
    rb"(?:GET|POST|PUT|PATCH|DELETE) [\x21-\x7e]++ HTTP/1\.1\r\n(?i:host): [\x21-\x7e]++\r\n"
    rb"(?:%s%s: %s(?:[ \t]++%s)*+\r\n)*+\r\n" % (_OTHERS, _TOKEN, _WORD, _WORD)
).fullmatch
_LENGTHS = re.compile(rb"\r\n(?i:content-length): ([^\r]*)").findall
_HEAD = re.compile(rb"HTTP/1\.1 ([2-9][0-9][0-9])(?: (%s))?\r\n((?:%s:%s\r\n)*+)\r\n" % (_TEXT, _TOKEN, _TEXT)).match
_FIELDS = re.compile(rb"([^:]++):[ \t]*+([^\r]*+)\r\n").findall
_FRAMING = frozenset((b"content-length", b"transfer-encoding", b"connection"))
_BODILESS = frozenset((204, 304))
_STAYS, _CHUNKED = (b"connection", b"keep-alive"), (b"transfer-encoding", b"chunked")
_DIGITS = re.compile(rb"[0-9]{1,20}").fullmatch
_LAST = b"0\r\n\r\n"


def in_bytes(request: Any, kit: Kit) -> bytes | None:
    """A request as it is sent; None where httpcore is to send it."""
    if not isinstance(request.stream, kit.http.ByteStream) or kit.is_followed(request):
        return None
    body = b"".join(request.stream)
    fields = [b"%s: %s\r\n" % field for field in request.headers.raw]
    head = b"%s %s HTTP/1.1\r\n%s\r\n" % (request.method.encode(), request.url.raw_path, b"".join(fields))
    lengths = _LENGTHS(head)
    fits = lengths == [b"%d" % len(body)] or not (lengths or body)
    is_plain = fits and head.count(b"\n") == len(fields) + 2 and _REQUEST(head)
    return head + body if is_plain else None


class Answer:
    """What comes for one request. Does no I/O."""

    __slots__ = (
        "_begin",
        "_chunks",
        "_end",
        "_length",
        "_pieces",
        "content",
        "fields",
        "is_plain",
        "reason",
        "received",
        "rest",
        "status",
    )

    def __init__(self) -> None:
        self.received: list[bytes] = []
        """All blocks that came."""
        self.is_plain = False
        """Whether it is whole, and what follows is known."""
        self.status, self.reason = 0, b""
        self.fields: list[tuple[bytes, bytes]] = []
        self.content: bytes = b""
        self.rest: bytes = b""
        """What came behind it, unasked."""
        self._length = 0  # of all blocks
        self._begin = self._end = 0  # of the body, in them; the end where it is said
        self._chunks: Chunks | None = None
        self._pieces: list[bytes] = []

    def feed(self, block: bytes) -> bool:
        """Take the next block, none at the end of the connection; whether another one has to come."""
        self.received.append(block)
        self._length += len(block)
        if not block:
            return False
        if self._begin:
            return self._body(block)
        data = self._data()
        if b"\r\n\r\n" not in data:
            return self._length < _MOST_OF_A_HEAD
        head = _HEAD(data)
        return head is not None and self._is_framed(head) and self._body(data[self._begin :])

    def _data(self) -> bytes:
        return self.received[0] if len(self.received) == 1 else b"".join(self.received)

    def _is_framed(self, head: re.Match[bytes]) -> bool:
        """Whether the body has an end that is known beforehand, and the connection stays."""
        self._begin = head.end()
        self.status, self.reason = int(head[1]), head[2] or b""
        self.fields = [(name, text.rstrip(b" \t")) for name, text in _FIELDS(head[3])]
        framing = [(kind, text) for name, text in self.fields if (kind := name.lower()) in _FRAMING]
        if len(framing) > 1 and _STAYS in framing:
            framing.remove(_STAYS)
        if self.status in _BODILESS or len(framing) != 1:
            return False
        kind, text = framing[0]
        if kind == b"content-length" and _DIGITS(text):
            self._end = self._begin + int(text)
        elif framing[0] == _CHUNKED:
            self._chunks = Chunks()
        else:
            return False
        return self._end <= MOST

    def _body(self, block: bytes) -> bool:
        if self._chunks is not None:
            return self._chunked(self._chunks, block)
        if self._length >= self._end:
            data = self._data()
            self.content, self.rest, self.is_plain = data[self._begin : self._end], data[self._end :], True
        return not self.is_plain

    def _chunked(self, chunks: Chunks, block: bytes) -> bool:
        if chunks.over:
            chunks.rest += block
        elif block:
            self._pieces += chunks.feed(block)
        if chunks.over and chunks.rest.startswith(_LAST):
            self.content, self.rest, self.is_plain = b"".join(self._pieces), chunks.rest[len(_LAST) :], True
            return False
        return self._length <= MOST and not chunks.fault and (not chunks.over or _LAST.startswith(chunks.rest))
