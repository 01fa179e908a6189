"""What observers are told of streams that break: one operation, whether it is gone on with or not."""

from __future__ import annotations

from typing import Any

import pytest

from tests.test_observers import Notes
from tests.wire.server import WireServer
from tests.wire.test_response_streams import DONE, EVENTS, cut, streamed, whole
from typed_openai.errors import StreamInterruptedError


def test_a_stream_that_is_gone_on_with_is_one_operation(server: WireServer, colour: Any) -> None:
    notes = Notes()
    server.script(cut(EVENTS[:9]), cut(EVENTS[9:15]), whole(EVENTS[15:]))
    streamed(colour, server, observers=[notes])
    assert notes.told == [
        "begin responses.stream",
        "attempt 1",
        "first event",
        "attempt 2",
        "attempt 3",
        "end",
    ]
    assert notes.call.result.model_dump() == DONE
    assert notes.call.error is None
    assert len(notes.call.arrivals) == len(EVENTS)


def test_a_stream_that_breaks_after_its_last_event_ends_well(server: WireServer, colour: Any) -> None:
    notes = Notes()
    server.script(cut(EVENTS))
    streamed(colour, server, observers=[notes])
    assert notes.told[2:] == ["first event", "end"]


def test_a_stream_that_nobody_gets_over_ends_with_its_error(server: WireServer, colour: Any) -> None:
    notes = Notes()
    server.script(cut(EVENTS[:9]), cut([]), cut([]), cut([]))
    with pytest.raises(StreamInterruptedError) as caught:
        streamed(colour, server, observers=[notes], max_retries=1)
    assert notes.told[-1] == "end StreamInterruptedError"
    assert notes.told.count("end StreamInterruptedError") == len(notes.calls) == 1
    assert notes.call.error is caught.value


def test_a_stream_that_cannot_be_gone_on_with_ends_with_its_error(server: WireServer, colour: Any) -> None:
    notes = Notes()
    server.script(
        cut([{name: value for name, value in event.items() if name != "sequence_number"} for event in EVENTS[:9]])
    )
    with pytest.raises(StreamInterruptedError):
        streamed(colour, server, observers=[notes])
    assert notes.told[2:] == ["first event", "end StreamInterruptedError"]
