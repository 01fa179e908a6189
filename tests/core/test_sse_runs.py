"""The short cuts of the event stream machine: `run` and `cut` must give what `feed` gives, and no later.

The specification itself, and `feed`: `test_sse.py` and `test_sse_streams.py`.
"""

from __future__ import annotations

import random
import time
from collections.abc import Iterator

import pytest

from tests.decoded import at_border
from typed_openai.core.answer.sse import SSEDecoder, SSEEvent

Told = list[tuple[str, bytes]]
ALPHABET = (
    *(bytes([byte]) for byte in b"data: \r\n:ev"),
    *b"data: |data:|event: |id: 7\n|\xef\xbb\xbf|\n|\n\n|\n\n|\r\n|\r\r".split(b"|"),
    *(b"data: x\n\n", b"data: [DONE]\n\n", *[b"event: e\ndata: y\n\n"] * 3, b"event: f\ndata: z\n\n"),
)


def told(items: list[bytes | SSEEvent]) -> Told:
    return [("", item) if isinstance(item, bytes) else (item.event, item.data) for item in items]


def in_pieces(decoder: SSEDecoder, chunk: bytes, runs: list[bytes] | None = None) -> Iterator[tuple[str, bytes]]:
    """What a reader in a hurry does; `runs` gets the data that came in runs."""
    for piece in decoder.cut(chunk):
        run = decoder.run(piece)
        if runs is not None and run is not None:
            runs += run[1]
        yield from told(decoder.feed(piece)) if run is None else [(run[0], data) for data in run[1]]


def cut_at_random(rng: random.Random, stream: bytes) -> Iterator[bytes]:
    start = 0
    while start < len(stream):
        stop = start + rng.choice((1, 2, 5, 20, 40))
        yield stream[start:stop]
        start = stop


def test_pieces_give_the_same_events_at_the_same_time_whatever_the_bytes() -> None:
    rng = random.Random(4)
    events = 0
    runs: list[bytes] = []
    for _ in range(6000):
        stream = b"".join(rng.choices(ALPHABET, k=rng.randrange(25)))
        slow, fast = SSEDecoder(), SSEDecoder()
        for chunk in cut_at_random(rng, stream):
            expected = told(slow.feed(chunk))
            assert list(in_pieces(fast, chunk, runs)) == expected, stream
            events += len(expected)
        assert told(fast.end()) == told(slow.end()), stream
        assert fast.comments == slow.comments, stream
    assert events > 4000
    assert len(runs) > 1000


@pytest.mark.parametrize(
    ("chunk", "expected"),
    [
        (b"data: a\n\n", ("", [b"a"])),
        (b"data: a\n\ndata: b\n\n", ("", [b"a", b"b"])),
        (b"event: e\ndata: a\n\n", ("e", [b"a"])),
        (b"event: e\ndata: a\n\nevent: e\ndata: \n\n", ("e", [b"a", b""])),
        (b"event: e\ndata: a\n\nevent: f\ndata: b\n\n", None),
        (b"event: e\ndata: a\n\nevent: ef\ndata: b\n\n", None),
        (b"event: message\ndata: a\n\n", None),
        (b"data: a\n\nevent: e\ndata: b\n\n", None),
        (b"data: a\ndata: b\n\n", None),
        (b"event: e\ndata: a\ndata: b\n\n", None),
        (b"event: e\ndata: a\nid: 1\n\n", None),
        (b"data: a\r\n\n", None),
        (b"data: a\n\ndata: b", None),
        (b"", None),
    ],
)
def test_a_run_is_whole_events_of_one_name_and_nothing_else(
    chunk: bytes, expected: tuple[str, list[bytes]] | None
) -> None:
    decoder = at_border()
    assert decoder.run(chunk) == expected
    assert decoder.run(chunk) == expected
    assert told(decoder.feed(chunk)) == told(at_border().feed(chunk))


def test_the_name_of_a_run_is_that_of_this_run() -> None:
    decoder = at_border()
    assert decoder.run(b"event: e\ndata: a\n\n") == ("e", [b"a"])
    assert decoder.run(b"event: f\ndata: event: e\n\n") == ("f", [b"event: e"])
    assert decoder.run(b"event: e\xff\ndata: a\n\n") == ("e\ufffd", [b"a"])


def test_there_is_no_run_within_an_event_or_before_the_first_byte() -> None:
    assert SSEDecoder().run(b"data: a\n\n") is None
    decoder = at_border()
    decoder.feed(b"event: e\n")
    assert decoder.run(b"data: a\n\n") is None


def test_what_is_held_back_comes_at_the_end() -> None:
    decoder = at_border()
    assert list(in_pieces(decoder, b"data: a\n\nevent: e\ndata: b\n")) == [("", b"a")]
    assert decoder.run(b"data: c\n\n") is None
    assert decoder.pending == b"event: e\ndata: b\n"
    assert told(decoder.end()) == [("e", b"b")]
    assert decoder.pending == b""


def test_a_long_event_in_many_chunks_takes_no_more_time_for_being_held_back() -> None:
    def took(pieces: int) -> float:
        decoder = at_border()
        began = time.process_time()
        assert not [*in_pieces(decoder, b"data: a\n\ndata: "), *in_pieces(decoder, b"b")][1:]
        for _ in range(pieces):
            assert not list(in_pieces(decoder, b"x" * 100))
        assert len(list(in_pieces(decoder, b"\n\n"))) == 1
        return time.process_time() - began

    took(100)
    assert min(took(8000) for _ in range(3)) < 20 * min(took(1000) for _ in range(3))
