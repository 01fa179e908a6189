"""Streams that do not end well: an error each time, with `.partial`, the bytes, and how many events there were."""

from __future__ import annotations

import json
import pickle
import zlib
from typing import Any

import pytest

from tests.wire.bodies import COMPLETION, DONE, HELLO, event, piece
from tests.wire.colours import Colour, failing
from tests.wire.server import CUT, END, RESET, Step, WireServer, answer, chunked, head
from typed_openai import OpenAI
from typed_openai.errors import (
    APIConnectionError,
    APIStreamError,
    AuthenticationError,
    BadRequestError,
    InternalServerError,
    RateLimitError,
    ResponseDecodeError,
    StreamDecodeError,
    StreamError,
    StreamInterruptedError,
    StreamTruncatedError,
)
from typed_openai.models.chat.chunks import ChatCompletionChunk
from typed_openai.streaming.chat import ChatCompletionAccumulator

WHOLE = b"".join(HELLO)

HTML = b"<!DOCTYPE html><html><body>Please sign in</body></html>"


def adds_up(events: list[bytes]) -> Any:
    """The dump of what these events add up to, None without any."""
    accumulator = ChatCompletionAccumulator()
    for data in events:
        accumulator.add(ChatCompletionChunk.model_validate_json(data.removeprefix(b"data: ")))
    snapshot = accumulator.snapshot()
    return None if snapshot is None else snapshot.model_dump()


def broken(colour: Colour, server: WireServer, kind: type[StreamError], **settings: Any) -> StreamError:
    """The error that a stream ends with; every one of them pickles whole."""
    error = failing(kind, lambda: colour.chunks(server, **settings)).error
    assert isinstance(error, StreamError)
    again = pickle.loads(pickle.dumps(error))
    assert (str(again), again.content, again.events_received) == (str(error), error.content, error.events_received)
    assert (again.partial and again.partial.model_dump()) == (error.partial and error.partial.model_dump())
    assert str(error).count(f"127.0.0.1:{server.port}") == str(error).count("POST ") == 1
    return error


# --- cuts ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("count", range(1, len(HELLO)))
def test_a_stream_that_just_ends_between_two_events_is_truncated(
    server: WireServer, colour: Colour, count: int
) -> None:
    server.script([*head(200), *HELLO[:count], CUT])
    error = broken(colour, server, StreamTruncatedError)
    assert error.events_received == count
    assert error.content == b"".join(HELLO[:count])
    assert error.partial.model_dump() == adds_up(HELLO[:count])
    assert f"after {count} events" in str(error)


@pytest.mark.parametrize("count", range(1, len(HELLO)))
def test_a_stream_that_ends_properly_but_too_early_is_truncated(server: WireServer, colour: Colour, count: int) -> None:
    server.script([*chunked(*HELLO[:count]), END])
    assert broken(colour, server, StreamTruncatedError).partial.model_dump() == adds_up(HELLO[:count])


@pytest.mark.parametrize("count", range(len(HELLO)))
@pytest.mark.parametrize("inside", [3, 40, -3])
def test_a_stream_that_ends_in_the_middle_of_an_event_is_truncated(
    server: WireServer, colour: Colour, count: int, inside: int
) -> None:
    rest = HELLO[count][:inside]
    server.script([*head(200), *HELLO[:count], rest, CUT])
    error = broken(colour, server, StreamTruncatedError)
    assert error.events_received == count
    assert error.content == b"".join(HELLO[:count]) + rest
    assert (error.partial and error.partial.model_dump()) == adds_up(HELLO[:count])


@pytest.mark.parametrize("count", range(len(HELLO) + 1))
@pytest.mark.parametrize("inside", [0, 40])
def test_a_connection_that_breaks_interrupts_the_stream(
    server: WireServer, colour: Colour, count: int, inside: int
) -> None:
    rest = b"".join(HELLO[count:])[:inside]
    server.script([*chunked(*HELLO[:count], *([rest] if rest else [])), CUT])
    error = broken(colour, server, StreamInterruptedError)
    assert isinstance(error, APIConnectionError)
    assert error.events_received == count
    assert error.content == b"".join(HELLO[:count]) + rest
    assert (error.partial and error.partial.model_dump()) == adds_up(HELLO[:count])
    assert f"after {count} events" in str(error)


@pytest.mark.parametrize("count", [0, 2, 4])
def test_a_reset_interrupts_the_stream(server: WireServer, colour: Colour, count: int) -> None:
    server.script([*chunked(*HELLO[:count]), 0.15, RESET])
    error = broken(colour, server, StreamInterruptedError)
    assert error.events_received == count
    assert (error.partial and error.partial.model_dump()) == adds_up(HELLO[:count])
    assert isinstance(error, APIConnectionError)
    assert error.kind == "read"


def test_a_compressed_stream_that_is_damaged_keeps_what_came(server: WireServer, colour: Colour) -> None:
    packer = zlib.compressobj(wbits=31)
    pieces = [packer.compress(data) + packer.flush(zlib.Z_SYNC_FLUSH) for data in HELLO[:3]]
    server.script([*chunked(*pieces[:2], b"\xff" + pieces[2], Content_Encoding="gzip"), END])
    error = broken(colour, server, StreamInterruptedError)
    assert error.partial.model_dump() == adds_up(HELLO[:2])
    assert "cannot be decompressed" in str(error)


def test_a_reset_after_done_is_nothing_to_us(server: WireServer, colour: Colour) -> None:
    server.script([*chunked(*HELLO, DONE), 0.15, RESET])
    assert len(colour.chunks(server)) == 5


def test_a_done_that_is_cut_is_no_event(server: WireServer, colour: Colour) -> None:
    server.script([*head(200), *HELLO, b"data: [DON", CUT])
    assert len(colour.chunks(server)) == 5
    server.script([*head(200), *HELLO[:3], b"data: [DON", CUT])
    assert broken(colour, server, StreamTruncatedError).events_received == 3


def test_usage_that_is_cut_after_the_finish_is_not_lost_silently(server: WireServer, colour: Colour) -> None:
    server.script([*head(200), *HELLO, event(piece(choices=[], usage=COMPLETION["usage"]))[:-20], CUT])
    error = broken(colour, server, StreamTruncatedError)
    assert error.partial.model_dump() == adds_up(HELLO)


def test_an_error_while_streaming_is_never_retried(server: WireServer, colour: Colour) -> None:
    server.script([*chunked(HELLO[0]), CUT])
    failing(StreamInterruptedError, lambda: colour.chunks(server, max_retries=3))
    assert len(server.requests) == 1


def test_typed_events_end_with_the_same_error(server: WireServer, colour: Colour) -> None:
    server.script([*chunked(*HELLO[:3]), CUT])
    error = failing(StreamInterruptedError, lambda: colour.events(server)).error
    assert isinstance(error, StreamError)
    assert error.partial.text == "Hello \u2028 dé"


# --- errors in the stream --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("told", "said", "code"),
    [
        (event({"error": {"message": "overloaded", "code": "busy"}}), "overloaded", "busy"),
        (event({"error": {"message": "overloaded", "code": 503}}), "overloaded", "503"),
        (event({"error": "overloaded"}), "overloaded", None),
        (b"event: error\ndata: " + b'{"error": {"message": "overloaded", "code": "busy"}}\n\n', "overloaded", "busy"),
        (b"event: error\ndata: " + b'{"message": "overloaded", "code": "busy"}\n\n', "overloaded", "busy"),
        (b"event: error\ndata: overloaded\n\n", "overloaded", None),
        (event({"object": "error", "message": "overloaded", "code": 50301}), "overloaded", "50301"),
        (
            event(piece({"content": ""}, "error", error={"code": 502, "message": "overloaded"}, provider="x")),
            "overloaded",
            "502",
        ),
    ],
    ids=["object", "integer code", "text", "named", "named flat", "named text", "vLLM", "OpenRouter"],
)
def test_an_error_in_the_stream_raises_with_what_came_before(
    server: WireServer, colour: Colour, told: bytes, said: str, code: str | None
) -> None:
    server.script([*chunked(*HELLO[:3], told, DONE), END])
    error = broken(colour, server, APIStreamError)
    assert said in str(error)
    assert error.code == code
    assert error.events_received == 3
    assert error.partial.model_dump() == adds_up(HELLO[:3])
    assert error.content.startswith(b"".join(HELLO[:3]) + told)
    assert error.meta.status == 200


def test_an_error_as_the_first_event_has_nothing_partial(server: WireServer, colour: Colour) -> None:
    server.script([*chunked(event({"error": {"message": "no"}})), END])
    error = broken(colour, server, APIStreamError)
    assert (error.partial, error.events_received) == (None, 0)


def test_an_error_field_that_says_nothing_is_no_error(server: WireServer, colour: Colour) -> None:
    quiet = [event(piece({"content": "x"}, error=nothing)) for nothing in (None, "", {}, {"message": None})]
    server.script([*chunked(*quiet, DONE), END])
    assert len(colour.chunks(server)) == 4


@pytest.mark.parametrize(
    ("odd", "said"),
    [
        (b"data: <html>\n\n", "not JSON"),
        (b"data: {'a': 1}\n\n", "not JSON"),
        (b"data: [1]\n\n", "not a JSON object"),
        (b"event: chunk\ndata: oops\n\n", "not JSON"),
        (b'data: {"id": "\xff"}\n\n', "not JSON"),
    ],
)
def test_an_event_that_is_no_json_object_raises_with_what_came_before(
    server: WireServer, colour: Colour, odd: bytes, said: str
) -> None:
    server.script([*chunked(*HELLO[:2], odd, *HELLO[2:], DONE), END])
    error = broken(colour, server, StreamDecodeError)
    assert isinstance(error, ResponseDecodeError)
    assert said in str(error)
    assert "event 3" in str(error)
    assert error.events_received == 2
    assert error.partial.model_dump() == adds_up(HELLO[:2])


def test_events_of_the_same_block_before_the_bad_one_are_given(server: WireServer, colour: Colour) -> None:
    server.script([*chunked(b"".join(HELLO[:3]) + event(b"oops") + DONE), END])
    assert broken(colour, server, StreamDecodeError).partial.model_dump() == adds_up(HELLO[:3])


# --- no stream at all ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("body", [b"", b"\n\n", b": keep-alive\n\n", b"data: \n\n", DONE, b"event: done\ndata: {}\n\n"])
def test_an_empty_stream_is_truncated(server: WireServer, colour: Colour, body: bytes) -> None:
    server.script(answer(body, content_type="text/event-stream"))
    error = broken(colour, server, StreamTruncatedError)
    assert (error.partial, error.events_received, error.content) == (None, 0, body)
    assert "empty" in str(error)


def test_html_instead_of_a_stream_is_shown(server: WireServer, colour: Colour) -> None:
    server.script(answer(HTML, content_type="text/html"))
    error = broken(colour, server, StreamDecodeError)
    assert error.content == HTML
    assert "text/html" in str(error)
    assert "Please sign in" in str(error)


@pytest.mark.parametrize("indent", [None, 2])
def test_an_error_object_instead_of_a_stream_is_the_error(
    server: WireServer, colour: Colour, indent: int | None
) -> None:
    body = json.dumps({"error": {"message": "no such model", "code": "missing"}}, indent=indent).encode()
    server.script(answer(body))
    error = broken(colour, server, APIStreamError)
    assert error.code == "missing"
    assert error.content == body


@pytest.mark.parametrize("indent", [None, 2])
def test_a_whole_completion_instead_of_a_stream_is_kept(server: WireServer, colour: Colour, indent: int | None) -> None:
    server.script(answer(json.dumps(COMPLETION, indent=indent).encode()))
    error = broken(colour, server, StreamDecodeError)
    assert error.body == COMPLETION
    assert "does this server stream?" in str(error)


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (400, {"error": {"message": "bad", "code": "c"}}, BadRequestError),
        (401, {"error": {"message": "who?", "code": "c"}}, AuthenticationError),
        (429, {"error": {"message": "slow down", "code": "c"}}, RateLimitError),
        (500, b"it broke", InternalServerError),
    ],
)
def test_an_error_status_instead_of_a_stream_is_mapped(
    server: WireServer, colour: Colour, status: int, body: object, kind: Any
) -> None:
    server.script(answer(body, status, content_type=None))
    error: Any = failing(kind, lambda: colour.chunks(server)).error
    assert error.content
    assert error.code == ("c" if isinstance(body, dict) else None)
    assert failing(kind, lambda: colour.events(server)).error.args[0].startswith(str(status))


def test_an_error_status_whose_body_is_cut_is_mapped(server: WireServer, colour: Colour) -> None:
    server.script([*answer(b'{"error": {"message": "slow do', 429, length=500), CUT])
    error = failing(RateLimitError, lambda: colour.chunks(server)).error
    assert "slow do" in str(error)


def test_a_retry_before_the_first_event_leads_to_the_stream(
    server: WireServer, colour: Colour, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("typed_openai.core.run.retry.INITIAL_DELAY", 0.01)
    good: list[Step] = [*chunked(*HELLO, DONE), END]
    server.script(answer(b"busy", 503), [CUT], good)
    assert len(colour.chunks(server, max_retries=2)) == 5
    assert len({request.headers["idempotency-key"] for request in server.requests}) == 1


def test_text_completions_keep_what_came_as_well(server: WireServer) -> None:
    part = {"id": "c", "object": "text_completion", "created": 1, "model": "m"}
    events = [event({**part, "choices": [{"index": 0, "text": text, "logprobs": None}]}) for text in ("Hel", "lo")]
    server.script([*chunked(*events), CUT])
    with OpenAI(base_url=server.base_url, max_retries=0) as client, pytest.raises(StreamInterruptedError) as caught:
        list(client.completions.create(model="m", prompt="x", stream=True))
    assert caught.value.partial.choices[0].text == "Hello"
