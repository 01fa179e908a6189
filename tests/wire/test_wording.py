"""How deviations are told: in the words of JSON, and once."""

from __future__ import annotations

import logging
from functools import partial
from typing import Any

import pytest

from tests.wire.bodies import DONE, choice, completion, event, piece
from tests.wire.colours import Colour, failing
from tests.wire.server import END, WireServer, answer, chunked
from typed_openai.errors import InternalServerError

ODD: list[Any] = [True, 7, "x", [1], {"a": 1}]
PLACES = ["id", "created", "model", "choices", "usage", "system_fingerprint", "metadata", "service_tier", "moderation"]


@pytest.mark.parametrize("place", PLACES)
def test_an_issue_is_worded_in_the_words_of_json(server: WireServer, colour: Colour, place: str) -> None:
    for odd in ODD:
        server.script(answer(completion(**{place: odd})) if place != "choices" else answer(completion(vendor=odd)))
        for issue in colour.chat(server).issues:
            for word in (
                "typed_openai",
                "Literal",
                "NoneType",
                "dict",
                "instance",
                "models.",
                "str ",
                "bool",
                "Annotated",
            ):
                assert word not in issue.expected, issue


def test_a_message_that_is_odd_all_over_is_told_in_words(server: WireServer, colour: Colour) -> None:
    message = {"role": 1, "content": {"a": 1}, "tool_calls": "x", "audio": 1, "annotations": {}, "function_call": 1}
    server.script(answer(completion(choices=[choice(message=message, logprobs=7)])))
    said = {issue.pointer.rpartition("/")[2]: issue.expected for issue in colour.chat(server).issues}
    assert said == {
        "role": "a string",
        "content": "a string or null",
        "tool_calls": "a list or null",
        "audio": "an object or null",
        "annotations": "a list or null",
        "function_call": "an object or null",
        "logprobs": "an object or null",
    }


def test_the_first_stream_of_a_server_with_a_dialect_prints_one_line(
    server: WireServer, colour: Colour, caplog: pytest.LogCaptureFixture
) -> None:
    odd = {f"/{colour.name}{number}": 1 for number in range(3)}
    chunks = [piece({"content": "a", "role": 1}, choices=[{"delta": {"role": number, "tool_calls": "x"}}],
                    created=..., model=..., id=..., metadata=odd) for number in range(14)]  # fmt: skip
    chunks = [{**made, "service_tier": number, "usage": 1} for number, made in enumerate(chunks)]
    server.script([*chunked(*map(event, chunks), event(piece({}, "stop")), DONE), END])
    with caplog.at_level(logging.WARNING):
        colour.chunks(server)
    assert len([record for record in caplog.records if record.levelname == "WARNING"]) <= 1


def test_the_error_in_an_event_stream_under_an_error_status_is_read(server: WireServer, colour: Colour) -> None:
    body = b': hello\n\nevent: error\ndata: {"error": {"message": "out of memory", "code": "oom"}}\n\n'
    server.script(answer(body, status=500, content_type="text/event-stream"))
    for call in (colour.chat, colour.chunks):
        error = failing(InternalServerError, partial(call, server)).error
        assert isinstance(error, InternalServerError)
        assert "out of memory" in str(error)
        assert error.code == "oom"
