"""Keep-alives in other dress: they end no stream, keep no stalled one alive, and are counted."""

from __future__ import annotations

from typing import Any

import pytest

from tests.wire.bodies import DONE, HELLO, TEXT, event, piece
from tests.wire.colours import Colour, failing
from tests.wire.reading import REQUEST
from tests.wire.server import END, Step, WireServer, chunk, chunked
from typed_openai.core.answer.meta import Meta
from typed_openai.errors import APIStreamError, StreamDecodeError, StreamStalledError
from typed_openai.settings.config import Config
from typed_openai.streaming.assistants import AssistantAccumulator
from typed_openai.streaming.audio import SpeechAccumulator, TranscriptionAccumulator
from typed_openai.streaming.completions import CompletionAccumulator
from typed_openai.streaming.images import ImageGenAccumulator
from typed_openai.streaming.machine import StreamMachine
from typed_openai.streaming.responses import ResponseAccumulator

PINGS = [
    b"event: ping\ndata: ping\n\n",
    b'event: ping\ndata: {"type": "ping"}\n\n',
    b"event: ping\ndata: 1700000000\n\n",
    b"event: heartbeat\ndata: alive\n\n",
    b"event: queue\ndata: position 3\n\n",
    b"event: keepalive\ndata\n\n",
    b"data: : keepalive\n\n",
    b"data: : OPENROUTER PROCESSING\n\n",
    b"data: null\n\n",
    b"data: ping\n\n",
    b'data: "ping"\n\n',
    b"data: keep-alive\n\n",
    b"data: []\n\n",
    b'data: ""\n\n',
    b"event: heartbeat\ndata: {}\n\n",
    b'event: queue.position\ndata: {"position": 3}\n\n',
]


@pytest.mark.parametrize("ping", PINGS, ids=lambda ping: ping.decode().strip().replace("\n", " "))
def test_a_keep_alive_in_any_dress_is_skipped_and_counted(server: WireServer, colour: Colour, ping: bytes) -> None:
    server.script([*chunked(ping, HELLO[0], ping, *HELLO[1:], ping, DONE), END])
    assert "".join(made.text for made in colour.chunks(server)) == TEXT
    events, final = colour.events(server)
    assert final.text == TEXT
    assert "unknown" not in {made.type for made in events}
    if ping != PINGS[5]:  # an event without data is none
        assert [issue.times for issue in final.issues if "keep-alive" in issue.got] == [3]


@pytest.mark.parametrize("kind", [CompletionAccumulator, ResponseAccumulator, ImageGenAccumulator, SpeechAccumulator,
                                  TranscriptionAccumulator, AssistantAccumulator])  # fmt: skip
def test_what_says_nothing_is_no_event_of_any_stream(kind: Any) -> None:
    machine: Any = StreamMachine(kind, Config(), REQUEST, Meta())
    empty = [b"data: []", b'data: ""', b"data: null", b"data: ping", b"event: heartbeat\ndata: alive"]
    assert [event for ping in empty for event in machine.feed(ping + b"\n\n")] == []
    assert sum(issue.times for issue in machine.notes.issues()) == len(empty)


def test_a_failure_under_a_foreign_name_is_none(server: WireServer, colour: Colour) -> None:
    server.script([*chunked(HELLO[0], b'event: status\ndata: {"status": "error", "message": "it broke"}\n\n'), END])
    failing(APIStreamError, lambda: colour.chunks(server))


@pytest.mark.parametrize("ping", [PINGS[0], PINGS[6], PINGS[8], b'data: {"type": "ping"}\n\n'])
def test_no_keep_alive_keeps_a_stalled_stream_alive(server: WireServer, colour: Colour, ping: bytes) -> None:
    dripping: list[Step] = [0.02, chunk(ping)] * 200
    server.script([*chunked(*HELLO[:2]), *dripping])
    ended = failing(StreamStalledError, lambda: colour.chunks(server, idle_timeout=0.2))
    assert 0.2 <= ended.seconds < 2


@pytest.mark.parametrize(
    "odd", [b'data: {"id": "chat\n\n', b'event: ping2\ndata: {"id": "chat\n\n', b"data: oops\n\n", b"data: pinging\n\n"]
)
def test_what_is_no_keep_alive_is_a_fault(server: WireServer, colour: Colour, odd: bytes) -> None:
    server.script([*chunked(*HELLO[:2], odd, *HELLO[2:], DONE), END])
    failing(StreamDecodeError, lambda: colour.chunks(server))


def test_the_first_chunk_may_be_full_of_nulls(server: WireServer, colour: Colour) -> None:
    nulls = {"role": "assistant", "content": None, "tool_calls": None, "function_call": None, "vendor": None}
    server.script([*chunked(event(piece(nulls)), *HELLO[1:], DONE), END])
    events, _ = colour.events(server)
    assert "unknown" not in {made.type for made in events}
