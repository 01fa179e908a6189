"""What the event stream machine makes of bytes: the whole of a stream, and a machine that may take its short cuts."""

from __future__ import annotations

from collections.abc import Iterable

from typed_openai.core.answer.sse import SSEDecoder, SSEEvent

Item = bytes | SSEEvent
BOM = b"\xef\xbb\xbf"


def read(chunks: Iterable[bytes], decoder: SSEDecoder | None = None) -> list[Item]:
    """All events of a stream, `end()` included."""
    decoder = decoder or SSEDecoder()
    items: list[Item] = []
    for chunk in chunks:
        items += decoder.feed(chunk)
    return items + decoder.end()


def at_border() -> SSEDecoder:
    """A decoder that is past the start of its stream, so that the next chunk may take the fast way."""
    decoder = SSEDecoder()
    assert decoder.feed(b"\n") == []
    return decoder
