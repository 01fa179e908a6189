"""Server-sent events: bytes in, whole events out. It does no I/O and knows neither HTTP nor JSON nor models.

The rules are those of the WHATWG event stream (https://html.spec.whatwg.org/multipage/server-sent-events.html), applied
to bytes. A line ends at LF, CR or CRLF and nowhere else: U+2028, U+2029 and U+0085 are ordinary content, which JSON may
hold unescaped, so `str.splitlines` and `httpx.Response.iter_lines` are the wrong tools. `bytes.splitlines` knows just
the three ends that count, and bytes need not care where a chunk cuts a character in two.

What comes out is `bytes | SSEEvent`: an unnamed event, the whole of a chat stream, is its bare data; an event with a
name is a tuple that carries it. The alternative, a tuple for every event, was measured and costs half as much again
(0.37 → 0.55 µs for an ordinary event alone in its chunk). The rule has no exceptions, so nobody meets a rare third
case: the name `message`, which is the default of the specification, counts as no name, and an `id:` or `retry:` does
not turn an unnamed event into a tuple (the decoder knows both: `last_event_id`, `retry`).

    for item in decoder.feed(chunk):
        if type(item) is bytes:       # unnamed: a chat chunk, or DONE
            ...
        else:                         # item.event == "response.output_text.delta"
            ...

Two ways lead through the code and must agree (the tests compare both with a slow reading of the specification):

* Two shapes of chunk are recognised by counting line feeds and cut by one `split`: whole `data: …` blocks, and whole
  `event: …` + `data: …` blocks. This is what most servers send, so it is what must be cheapest. Who has no use for ids
  asks for such a chunk as a `run`, without a tuple for each event, and for any other chunk in pieces (`cut`), so that
  an event that was cut in two does not spoil the others.
* Everything else goes line by line. Time is linear in the bytes, however they are cut: an unfinished line grows in a
  bytearray and is not searched again.

Weak spots: a chunk that mixes shapes, ends inside an event (unless it is `cut`) or has CRLF costs about twice as much;
the `id` of an unnamed event is known per `feed`, not per event; data is not checked to be UTF-8, its reader does that.
"""

from __future__ import annotations

from codecs import BOM_UTF8
from collections.abc import Callable, Iterator
from typing import NamedTuple

__all__ = ["DONE", "SSEDecoder", "SSEEvent", "SSEOverflowError", "begins_like_events"]

DONE = b"[DONE]"
"""The data of the event that closes a chat stream. Compare with `==`: a text that merely begins like it is content."""

_CR = 13  # a number is looked for in bytes without the detour that bytes take
_UNNAMED = frozenset((b"", b"message"))
_RETRY_DIGITS = 18  # more would be 30 million years, and `int` refuses to read more than 4300


class SSEEvent(NamedTuple):
    """A named event. (An unnamed one is plain `bytes`.)"""

    event: str
    """The name; never empty and never `message`. Bytes that are not UTF-8 are replaced by U+FFFD."""
    data: bytes
    """The `data` lines, joined by LF, exactly as received."""
    id: str | None = None
    """The last event id in effect: from this event or an earlier one; None when the stream has set none."""
    retry: int | None = None
    """The reconnection time in milliseconds, if this very event carried one."""


# What the constructor of SSEEvent does, in half its time. The detour tells the type checkers what the tuple holds.
_Fields: type[tuple[str | bytes | int | None, ...]] = tuple
_new_event: Callable[[type[SSEEvent], tuple[str, bytes, str | None, int | None]], SSEEvent] = _Fields.__new__


def begins_like_events(content: bytes) -> bool:
    """Whether a whole body is an event stream by the look of its first line, whatever its server calls it."""
    return content.removeprefix(BOM_UTF8).lstrip(b"\r\n").startswith((*_FIELDS, b":"))


_FIELDS = (b"data:", b"event:", b"id:", b"retry:")


def may_begin_events(content: bytes) -> bool:
    """Whether a body that is over was cut in the name of its first field, as far as one can see."""
    return any(field.startswith(content.removeprefix(BOM_UTF8).lstrip(b"\r\n")) for field in _FIELDS)


def _feeds(chunk: bytes) -> int:
    """How many line feeds there are. `bytes.count` takes three times as long: it looks at each byte."""
    return len(chunk) - len(chunk.replace(b"\n", b""))


class SSEOverflowError(ValueError):
    """An event, or a line, grew beyond the permitted size without coming to an end."""


class SSEDecoder:
    """Cut one stream of bytes into events.

    `max_pending` is the number of bytes that may wait for the end of their event (default 64 MiB). One decoder reads
    one stream: make a new one after a reconnection.
    """

    __slots__ = (
        "_after_cr",
        "_at_border",
        "_data",
        "_event",
        "_head",
        "_held",
        "_id",
        "_name",
        "_other",
        "_retry",
        "_started",
        "_tail",
        "comments",
        "last_event_id",
        "max_pending",
        "retry",
    )

    def __init__(self, max_pending: int = 64 * 1024 * 1024) -> None:
        self.max_pending = max_pending
        self.comments = 0
        """How many comment lines (keep-alives) have arrived."""
        self.last_event_id: str | None = None
        """The last event id, once the block that holds it is complete; None until the stream sets one."""
        self.retry: int | None = None
        """The latest reconnection time that the stream asked for, in milliseconds."""
        self._started = False  # past the place where a byte order mark may stand
        self._after_cr = False  # the last byte was a CR: an LF that follows belongs to it
        self._at_border = False  # nothing is pending and the next byte begins an event
        self._tail: bytearray = bytearray()  # an unfinished line
        self._head = b"\r"  # how the events of the latest run with a name begin; no run has a CR: none does at first
        self._name = ""
        self._held = b""  # the beginning of an event that `cut` holds back; nothing else is pending then
        # The unfinished event:
        self._data: bytes | bytearray | None = None
        self._other: bytearray = bytearray()  # its complete lines that are neither data nor comments, as received
        self._event = b""
        self._id: str | None = None
        self._retry: int | None = None

    def feed(self, chunk: bytes) -> list[bytes | SSEEvent]:
        """Take the next bytes; give the events that they complete, in order.

        Raises `SSEOverflowError` when no event was completed and more than `max_pending` bytes wait for their end. An
        event that arrives in one piece is never refused: the caller already holds its bytes.
        """
        found = self.run(chunk)
        if found is not None:
            name, blocks = found
            if not name:
                return blocks  # type: ignore[return-value]  # a fresh list: nobody holds it as list[bytes]
            last_id = self.last_event_id
            return [_new_event(SSEEvent, (name, data, last_id, None)) for data in blocks]
        if self._at_border and chunk[:7] == b"event: " and chunk[-2:] == b"\n\n" and _CR not in chunk:
            blocks = chunk[7:-2].split(b"\n\nevent: ")
            events = self._named(blocks) if _feeds(chunk) == 3 * len(blocks) else []
            if events:
                return events
        return self._read(chunk)

    def run(self, chunk: bytes) -> tuple[str, list[bytes]] | None:
        """The events of a chunk that holds whole ones of one name and nothing else: the name, `""` for none, and their
        data. None for any other chunk.

        Nothing is taken note of, since nothing changes: `feed` may be given the same chunk afterwards, and must be when
        this gave None. It is `feed` without the making of an object for each event.
        """
        if not self._at_border or self._held or chunk[-2:] != b"\n\n" or _CR in chunk:
            return None
        if chunk[:6] == b"data: ":
            if chunk.find(b"\n") == len(chunk) - 2:
                return "", [chunk[6:-2]]
            blocks = chunk[6:-2].split(b"\n\ndata: ")
            # Each block owns the two line feeds behind it. If there are no more than these, no block holds another.
            return ("", blocks) if _feeds(chunk) == 2 * len(blocks) else None
        head = self._head
        if not chunk.startswith(head):
            end = chunk.find(b"\n")
            name = chunk[7:end]
            if chunk[:7] != b"event: " or chunk[end : end + 7] != b"\ndata: " or name in _UNNAMED:
                return None
            self._head = head = chunk[: end + 7]
            self._name = name.decode("utf-8", "replace")
        begin = len(head)
        if chunk.find(b"\n", begin) == len(chunk) - 2:
            return self._name, [chunk[begin:-2]]
        blocks = chunk[begin:-2].split(b"\n\n" + head)
        return (self._name, blocks) if _feeds(chunk) == 3 * len(blocks) else None

    def cut(self, chunk: bytes) -> Iterator[bytes]:
        """A chunk in pieces that make the same events when each is given to `feed` before the next is asked for.

        All whole events are in one piece, which may be a `run`. The beginning of an event behind them is held back
        until the next chunk is cut, so that this one, too, need not go line by line.
        """
        held, self._held = self._held, b""
        end = chunk.rfind(b"\n\n") + 2
        if end < 2:
            yield from (held, chunk) if held else (chunk,)
            return
        if held:
            yield held + chunk[:end]  # once: what is held back a second time is behind another border
        elif self._at_border:
            yield chunk[:end]
        else:
            begin = chunk.find(b"\n\n") + 2
            yield chunk[:begin]
            yield chunk[begin:end]
        rest = chunk[end:]
        if _CR in rest:
            yield rest  # it may hold an event that is whole
        else:
            self._held = rest

    def end(self) -> list[bytes | SSEEvent]:
        """Take note that the stream has ended; give the event that was still unfinished, if it has data.

        The specification discards it. Real servers leave out the last blank line, or even the last line end, and their
        last event is as good as the others; if the connection was cut instead, its data is cut too, and whoever parses
        it will see that. What is not dispatched stays in `pending`.
        """
        held, self._held = self._held, b""
        if held:
            self._read_lines(held)
        items = self._read_lines(b"\n") if self._tail else []
        if self._data:
            items.append(self._finish(bytes(self._data)))
            self._data = None
        return items

    @property
    def pending(self) -> bytes:
        """What was received and not dispatched, for error reports: the unfinished event and the unfinished line.

        Line ends are shown as LF, comments are left out, `data` lines come last; what `cut` holds back is shown as it
        came. A server that answers with plain JSON or HTML instead of events is seen here.
        """
        data = b"" if self._data is None else b"data: " + self._data.replace(b"\n", b"\ndata: ") + b"\n"
        return bytes(self._other) + data + bytes(self._tail) + self._held

    def _named(self, blocks: list[bytes]) -> list[bytes | SSEEvent]:
        """Events from blocks `name LF data: …`; nothing if one of them is of another shape.

        The caller has counted one line feed for each block, so if all have the one looked for, none has a second.
        """
        events: list[bytes | SSEEvent] = []
        last_id = self.last_event_id
        for block in blocks:
            name, found, data = block.partition(b"\ndata: ")
            if not found:
                return []
            if name in _UNNAMED:
                events.append(data)
            else:
                events.append(_new_event(SSEEvent, (name.decode("utf-8", "replace"), data, last_id, None)))
        return events

    def _read(self, chunk: bytes) -> list[bytes | SSEEvent]:
        """`feed` for what is not of the shapes that it knows at a glance."""
        items = self._read_lines(chunk)
        if not items:
            held = len(self._tail) + len(self._other) + len(self._data or b"")
            if held > self.max_pending:
                head = self.pending[:80]
                raise SSEOverflowError(
                    f"expected an event of at most {self.max_pending} bytes, got {held} and no end; it begins {head!r}"
                )
        return items

    def _read_lines(self, chunk: bytes) -> list[bytes | SSEEvent]:
        if self._after_cr and chunk:
            self._after_cr = False
            chunk = chunk.removeprefix(b"\n")
        if not self._started:
            chunk = bytes(self._tail) + chunk  # two bytes of a BOM at most
            self._tail.clear()
            if len(chunk) < len(BOM_UTF8) and BOM_UTF8.startswith(chunk):
                self._tail += chunk
                return []
            self._started = True
            chunk = chunk.removeprefix(BOM_UTF8)

        lines = chunk.splitlines()
        rest = b""
        if chunk[-1:] == b"\r":
            self._after_cr = True
        elif lines and chunk[-1:] != b"\n":
            rest = lines.pop()
        if self._tail and lines:
            lines[0] = bytes(self._tail) + lines[0]
            self._tail.clear()

        items: list[bytes | SSEEvent] = []
        data = self._data
        for line in lines:
            if line[:5] == b"data:" or line == b"data":
                value = line[6:] if line[5:6] == b" " else line[5:]
                if data is None:
                    data = value
                else:
                    if isinstance(data, bytes):
                        data = bytearray(data)
                    data += b"\n"
                    data += value
            elif line:
                self._field(line)
            elif self._other:
                item = self._finish(bytes(data or b""))
                if data is not None:
                    items.append(item)
                    data = None
            elif data is not None:
                items.append(bytes(data))
                data = None
        self._data = data
        self._tail += rest
        self._at_border = data is None and not (self._other or self._tail or self._after_cr)
        return items

    def _field(self, line: bytes) -> None:
        """A complete line that is neither blank nor data."""
        if line[:1] == b":":
            self.comments += 1
            return
        self._other += line
        self._other += b"\n"
        name, _, value = line.partition(b":")
        value = value.removeprefix(b" ")
        if name == b"event":
            self._event = value
        elif name == b"id" and b"\0" not in value:
            self._id = value.decode("utf-8", "replace")
        elif name == b"retry" and value.isdigit() and len(value) <= _RETRY_DIGITS:
            self.retry = self._retry = int(value)

    def _finish(self, data: bytes) -> bytes | SSEEvent:
        """The event made of `data` and the other lines of its block, which are thereby used up."""
        name, retry = self._event, self._retry
        self.last_event_id = self._id
        self._other.clear()
        self._event = b""
        self._retry = None
        if name in _UNNAMED:
            return data
        return _new_event(SSEEvent, (name.decode("utf-8", "replace"), data, self._id, retry))
