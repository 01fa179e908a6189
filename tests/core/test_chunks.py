"""Chunks that are read past h11 must be what h11 reads: the same data, no later, the same errors, the same end.

The oracle is httpcore with h11 alone, over the same bytes in the same pieces.
"""

from __future__ import annotations

import asyncio
import itertools
from typing import Any, NamedTuple

import httpcore
import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.core.blocks import AsyncTransport, Socket, cuts, slot_of
from typed_openai.core.run.chunks import Chunks, Unchunked
from typed_openai.core.run.kit import kit
from typed_openai.core.run.marks import STREAMS
from typed_openai.core.run.network import Network, Wire
from typed_openai.core.run.network_async import AsyncNetwork, AsyncWire
from typed_openai.core.run.slots import Slot
from typed_openai.core.run.slots_async import AsyncSlot

ORIGIN = httpcore.Origin(b"http", b"host", 80)
HEAD = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
EVENT = b"data: {}\n\n"
BODIES = {
    "one chunk": b"a\r\ndata: {}\n\n\r\n0\r\n\r\n",
    "several chunks": b"3\r\nabc\r\n1\r\n\n\r\n00002\r\n\r\n\r\nB\r\nhello world\r\n0\r\n\r\n",
    "chunks of which each looks like the end of one": b"4\r\n\r\n\r\n\r\n7\r\n0\r\n\r\n1\r\r\n0\r\n\r\n",
    "no chunk": b"0\r\n\r\n",
    "an extension": b"3\r\nabc\r\n3;name=value\r\ndef\r\n3\r\nghi\r\n0\r\n\r\n",
    "a blank behind the size": b"3\r\nabc\r\n3 \r\ndef\r\n0\r\n\r\n",
    "trailers": b"3\r\nabc\r\n0\r\nx-sum: 1\r\ny: 2\r\n\r\n",
    "a last chunk of many zeros": b"3\r\nabc\r\n0000\r\n\r\n",
    "something behind the end": b"3\r\nabc\r\n0\r\n\r\nHTTP/1.1 200 OK\r\n",
    "sizes that int() would take": b"3\r\nabc\r\n+3\r\ndef\r\n0\r\n\r\n",
    "a size with a sign of Python": b"3\r\nabc\r\n0x3\r\ndef\r\n1_0\r\n",
    "no size": b"3\r\nabc\r\n\r\ndef\r\n0\r\n\r\n",
    "a size of a word": b"3\r\nabc\r\nxyz\r\nabc\r\n0\r\n\r\n",
    "a negative size": b"-3\r\nabc\r\n0\r\n\r\n",
    "a size without CR": b"3\r\nabc\r\n3\ndef\r\n0\r\n\r\n",
    "a size with 20 digits": b"00000000000000000003\r\nabc\r\n0\r\n\r\n",
    "a size with 21 digits": b"000000000000000000003\r\nabc\r\n0\r\n\r\n",
    "data longer than said": b"3\r\nabcdef\r\n0\r\n\r\n",
    "data shorter than said": b"5\r\nabc\r\n0\r\n\r\n",
    "a chunk that ends in LF": b"3\r\nabc\n3\r\ndef\r\n0\r\n\r\n",
    "a chunk that ends in CR alone": b"3\r\nabc\rX3\r\ndef\r\n",
    "an end in the data": b"3\r\nabc\r\n5\r\nde",
    "an end in the size": b"3\r\nabc\r\n5",
    "an end behind the data": b"3\r\nabc\r\n2\r\nde",
    "an end in the trailers": b"3\r\nabc\r\n0\r\n",
    "an end between chunks": b"3\r\nabc\r\n",
    "nothing": b"",
}
HEADS = {
    "an ordinary head": HEAD,
    "lines that end in LF": HEAD.replace(b"\r\n", b"\n"),
    "an interim answer first": b"HTTP/1.1 103 Early Hints\r\nlink: x\r\n\r\nHTTP/1.1 100 Continue\r\n\r\n" + HEAD,
    "HTTP/1.0": HEAD.replace(b"1.1", b"1.0"),
    "a word in capitals": HEAD.replace(b"chunked", b"CHUNKED"),
    "a length": b"HTTP/1.1 200 OK\r\nContent-Length: 12\r\n\r\n",
    "neither": b"HTTP/1.1 200 OK\r\n\r\n",
    "a status without a body": HEAD.replace(b"200 OK", b"204 OK"),
    "an error": HEAD.replace(b"200 OK", b"500 "),
    "no head": b"\r\n",
    "a head of another kind": b"+OK\r\n\r\n" + HEAD,
}


class Told(NamedTuple):
    """What came of an answer."""

    data: list[bytes]
    ended: str
    """The name and text of the error, nothing for a proper end."""
    is_idle: bool
    """Whether the connection serves the next call."""


def connection_of(wire: Any) -> Any:
    return httpcore.HTTP11Connection(ORIGIN, wire)


def by_h11(blocks: list[bytes], is_silent: bool) -> Told:
    """What httpcore says."""
    connection = connection_of(Wire(httpcore, Socket(blocks, is_silent), None))
    request = httpcore.Request("GET", "http://host/", headers={"Host": "host"})
    data, ended = list[bytes](), ""
    try:
        response = connection.handle_request(request)
        for block in response.stream:
            data.append(block)
        response.close()
    except (httpcore.ProtocolError, httpcore.TimeoutException) as error:
        ended = f"{type(error).__name__}: {error}"
    return Told(data, ended, connection.is_idle())


def request() -> httpx.Request:
    return httpx.Request("GET", "http://host/", extensions={STREAMS: True})


def ours(blocks: list[bytes], is_silent: bool) -> Told:
    """What a slot says."""
    wire = Wire(httpcore, Socket(blocks, is_silent), None)
    slot = slot_of(Slot, "HTTPTransport", Network(httpcore), wire, connection_of(wire))
    data, ended = list[bytes](), ""
    try:
        stream = slot.perform(request()).stream
        for block in stream:
            data.append(block)
        stream.close()
    except (httpx.TransportError, *kit("httpx").core_errors) as error:
        ended = f"{type(error).__name__}: {error}"
    return Told(data, ended, slot.is_idle())


async def ours_in_a_loop(blocks: list[bytes]) -> Told:
    """What a slot says in the other colour, where all is there before anybody asks."""
    wire = AsyncWire(httpcore, None)
    wire.connection_made(AsyncTransport())
    connection: Any = httpcore.AsyncHTTP11Connection(ORIGIN, wire)  # type: ignore[arg-type]  # of its shape
    slot = slot_of(AsyncSlot, "AsyncHTTPTransport", AsyncNetwork(httpcore), wire, connection)
    for block in blocks:
        wire.data_received(block)
    wire.eof_received()
    data, ended = list[bytes](), ""
    try:
        stream = (await slot.perform(request())).stream
        async for block in stream:
            data.append(block)
        await stream.aclose()
    except (httpx.TransportError, *kit("httpx").core_errors) as error:
        ended = f"{type(error).__name__}: {error}"
    return Told(data, ended, connection.is_idle())


def alike(told: Told) -> Told:
    """Which half of a CRLF is missing h11 says, and we do not."""
    return told._replace(ended=told.ended.split(" chunk footer")[0])


@pytest.mark.parametrize("is_silent", [False, True], ids=["at the end", "in silence"])
@pytest.mark.parametrize("body", [*BODIES.values()], ids=[*BODIES])
def test_a_body_is_what_h11_reads_however_it_is_cut(body: bytes, is_silent: bool) -> None:
    for pieces in cuts(body):
        blocks = [HEAD, *pieces]
        assert alike(ours(blocks, is_silent)) == alike(by_h11(blocks, is_silent)), blocks


@pytest.mark.parametrize("head", [*HEADS.values()], ids=[*HEADS])
def test_a_body_begins_where_h11_says_that_the_head_ends(head: bytes) -> None:
    for blocks in cuts(head + BODIES["one chunk"]):
        assert alike(ours(blocks, False)) == alike(by_h11(blocks, False)), blocks


def test_both_colours_read_the_same() -> None:
    async def compare() -> None:
        for body in BODIES.values():
            for blocks in ([HEAD + body], [HEAD, body], [HEAD, *(body[at : at + 1] for at in range(len(body)))]):
                assert alike(await ours_in_a_loop(blocks)) == alike(by_h11(blocks, False)), blocks
        for head in HEADS.values():
            assert alike(await ours_in_a_loop([head + EVENT])) == alike(by_h11([head + EVENT], False)), head

    asyncio.run(compare())


PIECES = st.sampled_from(
    [
        *(b"%x\r\n%b\r\n" % (len(data), data) for data in (b"a", EVENT, b"\r\n\r\n", b"0\r\n\r\n", b"x" * 300)),
        *(
            b"3\r\nabc\r\n",
            b"3;e\r\nabc\r\n",
            b"0\r\n\r\n",
            b"\r\n",
            b"\n",
            b"\r",
            b"5",
            b"f",
            b"0",
            b";",
            b"abc",
            b" ",
        ),
    ]
)


@settings(max_examples=600, deadline=None)
@given(st.lists(PIECES, max_size=9), st.lists(st.integers(0, 400), max_size=8), st.booleans())
def test_any_bytes_are_read_as_h11_reads_them(pieces: list[bytes], places: list[int], is_silent: bool) -> None:
    whole = HEAD + b"".join(pieces)
    ends = sorted({place for place in places if place < len(whole)} | {0, len(whole)})
    blocks = [whole[begin:end] for begin, end in itertools.pairwise(ends)]
    assert alike(ours(blocks, is_silent)) == alike(by_h11(blocks, is_silent))


def test_plain_chunks_do_not_go_through_h11() -> None:
    wire = Wire(httpcore, Socket([HEAD, b"3\r\nabc\r\n3\r\ndef\r\n", b"1\r\ng\r\n"], True), None)
    slot = slot_of(Slot, "HTTPTransport", Network(httpcore), wire, connection_of(wire))
    stream = slot.perform(request()).stream
    assert isinstance(stream, Unchunked)
    blocks = iter(stream)
    assert [next(blocks) for _ in range(3)] == [b"abc", b"def", b"g"]


def test_a_size_that_does_not_end_is_held_to_a_few_bytes() -> None:
    chunks = Chunks()
    for _ in range(17):
        chunks.feed(b"0")
    assert chunks.over
    assert chunks.rest == b"0" * 17
