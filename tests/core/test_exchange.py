"""A call that goes past httpcore and h11 must end as it ends with them: the same bytes sent, the same answer, the same
errors with what came before them, the same connection behind it.

The oracle is httpcore, over the same bytes in the same pieces, on a connection that has served one call before. It does
what somebody listens to (`trace`).
"""

from __future__ import annotations

import asyncio
import itertools
import logging
import math
from collections.abc import Sequence
from typing import Any, NamedTuple

import h11
import httpcore
import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.core.blocks import AsyncTransport, Socket, cuts, slot_of
from typed_openai.core.run.exchange import MOST, Answer
from typed_openai.core.run.kit import kit
from typed_openai.core.run.native import Arrived
from typed_openai.core.run.network import Network, Wire
from typed_openai.core.run.network_async import AsyncNetwork, AsyncWire
from typed_openai.core.run.slots import Slot
from typed_openai.core.run.slots_async import AsyncSlot

ORIGIN = httpcore.Origin(b"http", b"host", 80)
WARM = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
PLAIN = b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc"
ANSWERS = {
    "a length": PLAIN,
    "no body": WARM,
    "an error": PLAIN.replace(b"200 OK", b"503 Not Now"),
    "no reason": PLAIN.replace(b" OK", b""),
    "an empty reason": PLAIN.replace(b"OK", b""),
    "blanks around a text": PLAIN.replace(b": 3", b": \t3 \t"),
    "no blank before a text": PLAIN.replace(b": 3", b":3"),
    "many fields": PLAIN.replace(b"\r\n\r\n", b"\r\nDate: now\r\nSet-Cookie: a=1\r\nset-cookie: b=2\r\nEmpty:\r\n\r\n"),
    "letters beyond ASCII": PLAIN.replace(b"\r\n\r\n", "\r\nx-name: Zoë\r\n\r\n".encode()),
    "a tab within a text": PLAIN.replace(b"\r\n\r\n", b"\r\nx: a\tb  c\r\n\r\n"),
    "a control character": PLAIN.replace(b"\r\n\r\n", b"\r\nx: a\x01b\r\n\r\n"),
    "a zero byte": PLAIN.replace(b"\r\n\r\n", b"\r\nx: a\x00b\r\n\r\n"),
    "a folded field": PLAIN.replace(b"\r\n\r\n", b"\r\nx: a\r\n  b\r\n\r\n"),
    "a blank before a colon": PLAIN.replace(b"Length:", b"Length :"),
    "a field without a colon": PLAIN.replace(b"\r\n\r\n", b"\r\nnothing\r\n\r\n"),
    "a field without a name": PLAIN.replace(b"\r\n\r\n", b"\r\n: x\r\n\r\n"),
    "lines that end in LF": PLAIN.replace(b"\r\n", b"\n"),
    "a CR within a text": PLAIN.replace(b"\r\n\r\n", b"\r\nx: a\rb\r\n\r\n"),
    "an empty line first": b"\r\n" + PLAIN,
    "HTTP/1.0": PLAIN.replace(b"1.1", b"1.0"),
    "HTTP/1.0 that stays": PLAIN.replace(b"1.1", b"1.0").replace(b"OK\r\n", b"OK\r\nConnection: keep-alive\r\n"),
    "HTTP/2": PLAIN.replace(b"1.1", b"2.0"),
    "another protocol": b"+OK redis\r\n\r\n",
    "a status of four digits": PLAIN.replace(b"200", b"2000"),
    "a status of two digits": PLAIN.replace(b"200", b"20"),
    "an interim answer": b"HTTP/1.1 100 Continue\r\n\r\n" + PLAIN,
    "early hints": b"HTTP/1.1 103 Early Hints\r\nlink: x\r\n\r\n" + PLAIN,
    "another protocol from now on": b"HTTP/1.1 101 Switching\r\nupgrade: x\r\n\r\nabc",
    "a status without a body": b"HTTP/1.1 204 Gone\r\n\r\n",
    "a status without a body that says a length": b"HTTP/1.1 304 Same\r\nContent-Length: 3\r\n\r\n",
    "a connection that ends": PLAIN.replace(b"OK\r\n", b"OK\r\nConnection: close\r\n"),
    "a connection that stays": PLAIN.replace(b"OK\r\n", b"OK\r\nConnection: Keep-Alive\r\n"),
    "a connection that stays and ends": PLAIN.replace(b"OK\r\n", b"OK\r\nConnection: keep-alive, close\r\n"),
    "two words on the connection": PLAIN.replace(b"OK\r\n", b"OK\r\nConnection: keep-alive\r\nConnection: close\r\n"),
    "no length": b"HTTP/1.1 200 OK\r\n\r\nabc",
    "no length, but a connection that stays": b"HTTP/1.1 200 OK\r\nConnection: keep-alive\r\n\r\nabc",
    "two lengths": PLAIN.replace(b"\r\n\r\n", b"\r\ncontent-length: 2\r\n\r\n"),
    "the same length twice": PLAIN.replace(b"\r\n\r\n", b"\r\ncontent-length: 3\r\n\r\n"),
    "a length of a word": PLAIN.replace(b": 3", b": abc"),
    "a length with a sign": PLAIN.replace(b": 3", b": +3"),
    "a negative length": PLAIN.replace(b": 3", b": -3"),
    "a length as Python writes it": PLAIN.replace(b": 3", b": 0_3"),
    "a length with zeros": PLAIN.replace(b": 3", b": 0003"),
    "a length of 21 digits": PLAIN.replace(b": 3", b": 000000000000000000003"),
    "a length in a list": PLAIN.replace(b": 3", b": 3, 3"),
    "a length and chunks": PLAIN.replace(b"\r\n\r\n", b"\r\nTransfer-Encoding: chunked\r\n\r\n"),
    "a body that is too short": PLAIN[:-1],
    "chunks": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n",
    "chunks in capitals": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: CHUNKED\r\n\r\n3\r\nabc\r\n0\r\n\r\n",
    "chunks that are packed": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n",
    "no chunk": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "chunks with an extension": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3;a=b\r\nabc\r\n0\r\n\r\n",
    "chunks with a trailer": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\nx: 1\r\n\r\n",
    "a last chunk of zeros": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n000\r\n\r\n",
    "a chunk longer than said": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabcd\r\n0\r\n\r\n",
    "chunks without an end": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n",
    "chunks on a connection that ends": (
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n3\r\nabc\r\n0\r\n\r\n"
    ),
    "half a head": PLAIN[:30],
    "nothing": b"",
}
REQUESTS: dict[str, tuple[str, str, list[tuple[str, str]], bytes]] = {
    "a body": ("POST", "/v1/x", [("Content-Length", "3")], b"abc"),
    "an empty body": ("POST", "/v1/x", [("Content-Length", "0")], b""),
    "no body": ("GET", "/v1/x?a=b&c=%20d", [("Accept", "*/*")], b""),
    "a body with DELETE": ("DELETE", "/v1/x", [("Content-Length", "3")], b"abc"),
    "a method of one's own": ("PURGE", "/v1/x", [], b""),
    "a method in small letters": ("get", "/v1/x", [], b""),
    "HEAD": ("HEAD", "/v1/x", [], b""),
    "a length that is too small": ("POST", "/v1/x", [("Content-Length", "2")], b"abc"),
    "a length that is too large": ("POST", "/v1/x", [("Content-Length", "4")], b"abc"),
    "two lengths": ("POST", "/v1/x", [("Content-Length", "3"), ("content-length", "4")], b"abc"),
    "no length": ("POST", "/v1/x", [], b"abc"),
    "a long body": ("POST", "/v1/x", [("Content-Length", "40000")], b"x" * 40_000),
    "chunks": ("POST", "/v1/x", [("Transfer-Encoding", "chunked")], b"abc"),
    "a connection that ends": ("GET", "/v1/x", [("Connection", "close")], b""),
    "a connection that stays": ("GET", "/v1/x", [("Connection", "keep-alive")], b""),
    "an expectation": ("POST", "/v1/x", [("Content-Length", "3"), ("Expect", "100-continue")], b"abc"),
    "another protocol": ("GET", "/v1/x", [("Connection", "upgrade"), ("Upgrade", "x")], b""),
    "a second host": ("GET", "/v1/x", [("host", "other")], b""),
    "an empty text": ("GET", "/v1/x", [("x", "")], b""),
    "blanks around a text": ("GET", "/v1/x", [("x", " a ")], b""),
    "a blank within a text": ("GET", "/v1/x", [("x", "a \t b")], b""),
    "another field in a text": ("GET", "/v1/x", [("x", "a\r\ny: b")], b""),
    "the end of the head in a text": ("GET", "/v1/x", [("x", "a\r\n\r\nGET /admin HTTP/1.1")], b""),
    "a line end alone": ("GET", "/v1/x", [("x", "a\ny: b")], b""),
    "a zero byte": ("GET", "/v1/x", [("x", "a\0b")], b""),
    "a blank in a name": ("GET", "/v1/x", [("x y", "a")], b""),
    "a colon in a name": ("GET", "/v1/x", [("x:y", "a")], b""),
    "no name": ("GET", "/v1/x", [("", "a")], b""),
    "letters beyond ASCII": ("GET", "/v1/x", [("x", "Zoë")], b""),
}


class Told(NamedTuple):
    """What came of a call."""

    status: int
    reason: bytes
    fields: list[tuple[bytes, bytes]]
    content: bytes
    ended: str
    """The name and text of the error, nothing for a proper end."""
    is_idle: bool
    """Whether the connection serves the next call."""
    sent: bytes


def request(name: str = "a body", **extensions: Any) -> httpx.Request:
    method, path, fields, body = REQUESTS[name]
    asked = httpx.Request(method, f"http://host{path}", extensions={"timeout": {}, **extensions})
    asked.headers = httpx.Headers([("Host", "host"), *fields], encoding="utf-8")
    asked.method, asked.stream = method, httpx.ByteStream(body)
    return asked


def listener(name: str, info: object) -> None:
    """Whose being there is enough."""


async def listener_in_a_loop(name: str, info: object) -> None:
    """The same in the other colour."""


class Connected(Network):
    """A network on which the connection is there already."""

    def connect_tcp(self, *arguments: Any, **options: Any) -> Any:
        return self.wire


class AsyncConnected(AsyncNetwork):
    async def connect_tcp(self, *arguments: Any, **options: Any) -> Any:
        return self.wire


def content_of(slot: Any) -> bytes:
    """The body of the next answer."""
    stream = slot.perform(request()).stream
    content = b"".join(stream)
    stream.close()
    return content


def warm(blocks: list[bytes], is_silent: bool) -> tuple[Any, Socket]:
    """A slot that has served a call, with what comes for the next."""
    socket = Socket([WARM, *blocks], is_silent)
    network: Any = Connected(httpcore)  # of the shape that httpcore asks for
    connection = httpcore.HTTPConnection(ORIGIN, network_backend=network)
    slot = slot_of(Slot, "HTTPTransport", network, Wire(httpcore, socket, None), connection)
    assert content_of(slot) == b""
    slot.begin()
    socket.sent = b""
    return slot, socket


def told(blocks: list[bytes], is_silent: bool, asked: httpx.Request, takes: float = math.inf) -> Told:
    """What comes of a call on a connection that has served one before."""
    slot, socket = warm(blocks, is_silent)
    socket.takes = takes
    status, reason, fields, content, ended = 0, b"", list[tuple[bytes, bytes]](), b"", ""
    try:
        answer = slot.perform(asked)
        status, reason, fields = answer.status_code, answer.extensions["reason_phrase"], answer.headers.raw
        for block in answer.stream:
            content += block
        answer.stream.close()
    except (httpx.TransportError, h11.ProtocolError, *kit("httpx").core_errors) as error:
        ended = f"{type(error).__name__}: {error}"
    return Told(status, reason, fields, content, ended, slot.is_idle(), socket.sent)


async def warm_in_a_loop(blocks: list[bytes]) -> Any:
    """The same in the other colour, where all is there before anybody asks; nobody looks at what is sent."""
    network: Any = AsyncConnected(httpcore)
    wire = AsyncWire(httpcore, None)
    wire.connection_made(AsyncTransport())
    connection = httpcore.AsyncHTTPConnection(ORIGIN, network_backend=network)
    slot = slot_of(AsyncSlot, "AsyncHTTPTransport", network, wire, connection)
    wire.data_received(WARM)
    first = (await slot.perform(request())).stream
    assert [block async for block in first] == []
    await first.aclose()
    slot.begin()
    for block in blocks:
        wire.data_received(block)
    wire.eof_received()
    return slot


async def told_in_a_loop(blocks: list[bytes], asked: httpx.Request) -> Told:
    """What comes of a call in the other colour."""
    slot = await warm_in_a_loop(blocks)
    status, reason, fields, content, ended = 0, b"", list[tuple[bytes, bytes]](), b"", ""
    try:
        answer = await slot.perform(asked)
        status, reason, fields = answer.status_code, answer.extensions["reason_phrase"], answer.headers.raw
        async for block in answer.stream:
            content += block
        if not isinstance(answer.stream, Arrived):
            await answer.stream.aclose()
    except (httpx.TransportError, h11.ProtocolError, *kit("httpx").core_errors) as error:
        ended = f"{type(error).__name__}: {error}"
    return Told(status, reason, fields, content, ended, slot._pool.is_idle(), b"")


def compared(blocks: list[bytes], is_silent: bool, name: str = "a body", takes: float = math.inf) -> Told:
    """What comes past httpcore, which is what comes by it."""
    found = told(blocks, is_silent, request(name), takes)
    assert found == told(blocks, is_silent, request(name, trace=listener), takes), blocks
    return found


@pytest.mark.once
@pytest.mark.parametrize("is_silent", [False, True], ids=["at the end", "in silence"])
@pytest.mark.parametrize("answer", [*ANSWERS.values()], ids=[*ANSWERS])
def test_an_answer_is_what_httpcore_reads_however_it_is_cut(answer: bytes, is_silent: bool) -> None:
    for blocks in cuts(answer):
        compared(blocks, is_silent)


@pytest.mark.parametrize("answer", [PLAIN, PLAIN.replace(b"200", b"500"), WARM], ids=["a body", "an error", "nothing"])
@pytest.mark.parametrize("name", REQUESTS)
def test_a_request_is_sent_as_httpcore_sends_it_or_refused_by_it(name: str, answer: bytes) -> None:
    compared([answer], False, name)


@pytest.mark.parametrize("takes", [0, 10, 100, 16_384, 39_999, 40_050])
@pytest.mark.parametrize("answer", [PLAIN.replace(b"200 OK", b"413 Too Long"), b""], ids=["an answer", "none"])
@pytest.mark.parametrize("name", ["a body", "a long body"])
def test_a_server_that_stops_listening_may_have_answered(name: str, answer: bytes, takes: int) -> None:
    compared([answer] if answer else [], False, name, takes)


def test_both_colours_end_the_same() -> None:
    async def compare() -> None:
        for answer in ANSWERS.values():
            for blocks in ([answer], [answer[at : at + 1] for at in range(len(answer))], [answer[:40], answer[40:]]):
                given = [block for block in blocks if block]
                found = await told_in_a_loop(given, request())
                assert found == await told_in_a_loop(given, request(trace=listener_in_a_loop)), given
                assert found == told(given, False, request())._replace(sent=b""), given

    asyncio.run(compare())


FIELDS = st.sampled_from(
    [
        *(b"Content-Length: 3", b"content-length:0", b"content-length: 12 ", b"Transfer-Encoding: chunked"),
        *(b"Connection: keep-alive", b"connection: close", b"x: y", b"x:", b" folded", b"bad name: x", b"x: \x7f"),
        *(b"content-encoding: gzip", b"transfer-encoding: identity", b"Keep-Alive: timeout=5", b"Upgrade: h2c"),
    ]
)
STARTS = st.sampled_from(
    [b"HTTP/1.1 200 OK", b"HTTP/1.1 404", b"HTTP/1.1 204 No", b"HTTP/1.0 200 OK", b"HTTP/1.1 100 "]
)
BODIES = st.sampled_from(
    [b"", b"abc", b"abcdef", b"3\r\nabc\r\n0\r\n\r\n", b"0\r\n\r\n", b"3\r\nabc\r\n", b"\r\n\r\n", PLAIN]
)


@settings(max_examples=600)
@given(STARTS, st.lists(FIELDS, max_size=5), BODIES, st.lists(st.integers(0, 200), max_size=6), st.booleans())
def test_any_answer_ends_as_with_httpcore(
    start: bytes, fields: Sequence[bytes], body: bytes, places: Sequence[int], is_silent: bool
) -> None:
    whole = b"\r\n".join([start, *fields, b"", body])
    ends = sorted({place for place in places if place < len(whole)} | {0, len(whole)})
    compared([whole[begin:end] for begin, end in itertools.pairwise(ends)], is_silent)


def test_what_comes_behind_an_answer_is_not_taken_for_the_next() -> None:
    slot, _ = warm([PLAIN + PLAIN.replace(b"abc", b"xyz")], True)
    assert content_of(slot) == b"abc"
    assert slot.is_stale()


@pytest.mark.parametrize(
    "kind", [b"Content-Length: %d\r\n\r\n" % (2 * MOST), b"Transfer-Encoding: chunked\r\n\r\n%x\r\n" % (2 * MOST)]
)
def test_of_a_long_body_no_more_is_held_than_is_said(kind: bytes) -> None:
    answer = Answer()
    more = answer.feed(b"HTTP/1.1 200 OK\r\n" + kind)
    while more:
        more = answer.feed(b"x" * 65536)
    assert not answer.is_plain
    assert sum(map(len, answer.received)) <= MOST + 65536 * 2


def test_a_head_that_does_not_end_is_not_waited_for() -> None:
    answer = Answer()
    for _ in range(20):
        if not answer.feed(b"HTTP/1.1 200 OK\r\nx: " + b"y" * 10_000):
            break
    assert not answer.is_plain
    assert sum(map(len, answer.received)) < 100_000


def test_a_plain_call_does_not_go_through_httpcore(monkeypatch: pytest.MonkeyPatch) -> None:
    slot, socket = warm([PLAIN], True)
    monkeypatch.delattr(httpcore.HTTP11Connection, "handle_request")
    assert isinstance(slot.perform(request()).stream, Arrived)
    assert socket.sent.endswith(b"\r\n\r\nabc")


async def test_nor_does_one_in_a_loop(monkeypatch: pytest.MonkeyPatch) -> None:
    slot = await warm_in_a_loop([PLAIN])
    monkeypatch.delattr(httpcore.AsyncHTTP11Connection, "handle_async_request")
    assert isinstance((await slot.perform(request())).stream, Arrived)


def test_who_follows_httpcore_in_its_log_is_told_of_each_call(caplog: pytest.LogCaptureFixture) -> None:
    slot, _ = warm([PLAIN], True)
    with caplog.at_level(logging.DEBUG, "httpcore"):
        content_of(slot)
    assert any("receive_response_headers.complete" in line for line in caplog.messages)
