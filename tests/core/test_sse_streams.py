"""The event stream machine, on whole streams: the same bytes give the same events however they are cut.

Three nets, each for what the others let through: a corpus of streams as servers send them, read whole, byte by byte and
at every split point; random event lists rendered with random line ends, which must come back; and random bytes, on
which a slow and literal reading of the specification must agree with the machine.
"""

from __future__ import annotations

import random
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.decoded import BOM, Item, at_border, read
from tests.texts import texts
from typed_openai.core.answer.sse import DONE, SSEDecoder, SSEEvent


def each_byte(stream: bytes) -> list[bytes]:
    return [stream[i : i + 1] for i in range(len(stream))]


def whatwg(stream: bytes) -> tuple[list[Item], int]:
    """A slow and literal reading of the specification, with our rule for the end; also the number of comments."""
    lines: list[bytes] = []
    line = b""
    previous = b""
    for char in each_byte(stream.removeprefix(BOM)):
        if char == b"\r" or (char == b"\n" and previous != b"\r"):
            lines.append(line)
            line = b""
        elif char != b"\n":
            line += char
        previous = char
    unfinished = line

    items: list[Item] = []
    data_buffer, event_type, retry, comments = b"", b"", None, 0
    id_buffer: str | None = None

    def dispatch() -> None:
        data = data_buffer.removesuffix(b"\n")
        if event_type in (b"", b"message"):
            items.append(data)
        else:
            items.append(SSEEvent(event_type.decode(errors="replace"), data, id_buffer, retry))

    for line in [*lines, unfinished] if unfinished else lines:
        if line == b"":
            if data_buffer != b"":
                dispatch()
            data_buffer, event_type, retry = b"", b"", None
        elif line.startswith(b":"):
            comments += 1
        else:
            field, _, value = line.partition(b":")
            if value.startswith(b" "):
                value = value[1:]
            if field == b"event":
                event_type = value
            elif field == b"data":
                data_buffer += value + b"\n"
            elif field == b"id" and b"\0" not in value:
                id_buffer = value.decode(errors="replace")
            elif field == b"retry" and value and all(char in b"0123456789" for char in value):
                retry = int(value)
    if data_buffer not in (b"", b"\n"):
        dispatch()
    return items, comments


# --- the same bytes, cut in every way ----------------------------------------------------------------------------

CHUNK = b'{"id":"c","choices":[{"index":0,"delta":{"content":"%s"}}]}'
FAMILY = "👩‍👩‍👧"
CORPUS: dict[str, tuple[bytes, list[Item]]] = {
    "chat": (
        b"".join(b"data: " + CHUNK % word + b"\n\n" for word in (b"Hel", b"lo")) + b"data: [DONE]\n\n",
        [CHUNK % b"Hel", CHUNK % b"lo", DONE],
    ),
    "named": (
        b'event: response.created\ndata: {"n":0}\n\nevent: response.output_text.delta\ndata: {"n":1}\n\n'
        b'event: message\ndata: {"n":2}\n\n',
        [SSEEvent("response.created", b'{"n":0}'), SSEEvent("response.output_text.delta", b'{"n":1}'), b'{"n":2}'],
    ),
    "named, then [DONE]": (
        b"event: thread.created\ndata: {}\n\nevent: done\ndata: [DONE]\n\ndata: [DONE]\n\n",
        [SSEEvent("thread.created", b"{}"), SSEEvent("done", DONE), DONE],
    ),
    "CR only": (b"data: a\r\rdata: b\rdata: c\r\revent: e\rdata: d\r\r", [b"a", b"b\nc", SSEEvent("e", b"d")]),
    "CRLF": (b"data: a\r\n\r\nevent: e\r\ndata: b\r\n\r\ndata: [DONE]\r\n\r\n", [b"a", SSEEvent("e", b"b"), DONE]),
    "mixed line ends": (b"data: a\r\r\n\ndata: b\n\r\ndata: c\r\n\rdata: d\n\n", [b"a", b"b", b"c", b"d"]),
    "BOM": (BOM + b"data: a\n\n" + BOM + b"data: lost\n\ndata: b\n\n", [b"a", b"b"]),
    "comments": (
        b": OPENROUTER PROCESSING\n\n:\n\ndata: a\n: in between\n\n: ping - 2026\r\n\r\ndata: b\n\n:last",
        [b"a", b"b"],
    ),
    "multi-line": (b'data: {\ndata:   "a": 1\ndata: }\n\ndata\ndata\n\n', [b'{\n  "a": 1\n}', b"\n"]),
    "id and retry alone": (b"retry: 3000\n\nid: 1\n\nevent: e\ndata: a\n\n", [SSEEvent("e", b"a", "1")]),
    "Spring": (
        b"id:1\nevent:result\n:HTTP_STATUS/200\ndata:{}\n\ndata:{}\n\n",
        [SSEEvent("result", b"{}", "1"), b"{}"],
    ),
    "empty data": (b"data\n\ndata:\n\ndata: \n\nevent: e\ndata:\n\n", [b"", b"", b"", SSEEvent("e", b"")]),
    "name without data": (b"event: ping\n\nevent: ping\n\ndata: a\n\n", [b"a"]),
    "no final blank line": (b"data: a\n\ndata: [DONE]\n", [b"a", DONE]),
    "no final line end": (b"event: e\ndata: a\n\nevent: f\ndata: b", [SSEEvent("e", b"a"), SSEEvent("f", b"b")]),
    "U+2028 and U+0085": ('data: {"t":"a\u2028b\u2029c\x85d"}\n\n'.encode(), ['{"t":"a\u2028b\u2029c\x85d"}'.encode()]),
    "emoji": (f"event: é\ndata: {FAMILY}\n\ndata: 🎉\n\n".encode(), [SSEEvent("é", FAMILY.encode()), "🎉".encode()]),
    "extra blank lines": (b"\n\n\ndata: a\n\n\n\ndata: b\n\n\n", [b"a", b"b"]),
    "a name inside the data": (b"data: a\n\nevent: x\n\ndata: event: y\n\n", [b"a", b"event: y"]),
}
corpus = pytest.mark.parametrize(("stream", "expected"), CORPUS.values(), ids=CORPUS)


@corpus
def test_a_stream_read_whole_gives_its_events(stream: bytes, expected: list[Item]) -> None:
    assert read([stream]) == expected
    assert whatwg(stream)[0] == expected


@corpus
def test_a_stream_read_byte_by_byte_gives_the_same(stream: bytes, expected: list[Item]) -> None:
    assert read(each_byte(stream)) == expected


@corpus
def test_a_stream_cut_at_any_point_gives_the_same(stream: bytes, expected: list[Item]) -> None:
    comments = whatwg(stream)[1]
    for cut in range(len(stream) + 1):
        decoder = SSEDecoder()
        assert read([stream[:cut], stream[cut:]], decoder) == expected, cut
        assert decoder.comments == comments, cut


@corpus
def test_a_stream_that_is_not_at_its_start_gives_the_same_wherever_it_is_cut(
    stream: bytes, expected: list[Item]
) -> None:
    stream = stream.removeprefix(BOM)
    for cut in range(len(stream) + 1):
        assert read([stream[:cut], stream[cut:]], at_border()) == expected, cut


@pytest.mark.parametrize(
    "stream",
    [
        b"data: a\n\n\ndata: b\n\n",
        b"data: a\ndata: b\n\ndata: c\n\n",
        b"data: a\n\nid: 1\n\ndata: b\n\n",
        b"data: a\n\ndata:b\n\n",
        b"data: a\n\n\n",
        b"data: \n\ndata: \n\n",
        b"data: a\rdata: b\n\n",
        b"data: b\n\nevent: a\ndata: c\n\n",
        b"event: a\ndata: b\ndata: c\n\n",
        b"event: a\ndata: b\n\nevent: c\n\nevent: d\ndata: e\ndata: f\n\n",
        b"event: a\n\n\nevent: b\ndata: c\n\n",
        b"event: a\nid: 5\n\nevent: b\ndata: c\n\n",
        b"event: a\ndata:b\n\nevent: c\ndata:d\n\n",
        b"event: a\ndata: b\n\ndata: c\n\n",
        b"event: a\rdata: b\ndata: c\n\n",
        b"event: \n\n\n",
    ],
)
def test_a_chunk_that_only_resembles_the_ordinary_shapes_is_not_taken_for_one(stream: bytes) -> None:
    assert read([stream], at_border()) == whatwg(stream)[0]


# --- random streams ----------------------------------------------------------------------------------------------

ALPHABET = (
    *(bytes([byte]) for byte in b"data: \r\n:evntidx\0\xff"),
    *b"data: |data:|event: |id: |retry: 12|[DONE]|\xef\xbb\xbf|\n|\n\n|\n\n|\r\n|\r\r".split(b"|"),
    *(b"data: x\n\n", b"data: [DONE]\n\n", b"event: e\ndata: y\n\n"),
)


def cut_at_random(rng: random.Random, stream: bytes) -> Iterator[bytes]:
    start = 0
    while start < len(stream):
        stop = start + rng.choice((1, 2, 5, 40))
        yield stream[start:stop]
        start = stop


def test_random_bytes_are_read_as_the_specification_says() -> None:
    rng = random.Random(20)
    events = named = 0
    for _ in range(8000):
        stream = b"".join(rng.choices(ALPHABET, k=rng.randrange(25)))
        expected, comments = whatwg(stream)
        decoder = SSEDecoder()
        assert read(cut_at_random(rng, stream), decoder) == expected, stream
        assert decoder.comments == comments, stream
        assert read([stream]) == expected, stream
        if not stream.startswith(BOM):
            assert read([stream], at_border()) == expected, stream
        events += len(expected)
        named += sum(isinstance(item, SSEEvent) for item in expected)
    assert events > 5000
    assert named > 1000


NAMES = st.one_of(st.just(""), st.sampled_from(["message", "response.output_text.delta"]), texts(max_size=6))
EVENTS = st.lists(st.tuples(NAMES, st.binary(max_size=12), st.booleans()), max_size=6)


@settings(max_examples=150, deadline=None, database=None)
@given(EVENTS, st.integers(0, 2**32))
def test_events_survive_being_rendered_and_read(events: list[tuple[str, bytes, bool]], seed: int) -> None:
    rng = random.Random(seed)
    stream = b""
    expected: list[Item] = []
    for name, content, commented in events:
        name = name.replace("\r", "").replace("\n", "")
        content = content.replace(b"\r", b"\n")
        lines = [b"data: " + line for line in content.split(b"\n")]
        if name:
            lines.insert(rng.randint(0, len(lines)), b"event: " + name.encode())
        if commented:
            lines.insert(rng.randint(0, len(lines)), b": ping")
        for line in [*lines, b""]:
            end = rng.choice((b"\n", b"\r", b"\r\n"))
            if not line and end == b"\n" and stream.endswith(b"\r"):
                end = b"\r\n"  # CR LF would be one line end
            stream += line + end
        expected.append(SSEEvent(name, content) if name not in ("", "message") else content)
    assert read(cut_at_random(rng, stream)) == expected
    assert read([stream], at_border()) == expected
