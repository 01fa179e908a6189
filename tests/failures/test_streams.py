"""Streams that fail in other words, or say `[DONE]` and are not: never a silent end, in any kind of stream."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest

from tests.canned import HELLO, Connect, Wire, done, listed, status
from tests.failures.words import FAILURES, FINISHES, NAMED, OTHER_STREAMS, STREAMS
from typed_openai import APIStreamError, StreamInterruptedError, StreamTruncatedError

NAMES = [name for name, _, _ in FAILURES]
EVERY = {**STREAMS, **OTHER_STREAMS}
DONE = "data: [DONE]\n\n"


class Pieces(httpx.SyncByteStream, httpx.AsyncByteStream):
    """A body in pieces that breaks off at its end, when it is to."""

    def __init__(self, pieces: list[str], breaks: bool) -> None:
        self.pieces = pieces
        self.breaks = breaks

    def __iter__(self) -> Any:
        yield from (piece.encode() for piece in self.pieces)
        if self.breaks:
            raise httpx.RemoteProtocolError("peer closed connection without sending complete message body")

    async def __aiter__(self) -> Any:
        for piece in self:
            yield piece

    async def aclose(self) -> None:
        pass


def event(data: object) -> str:
    return f"data: {json.dumps(data)}\n\n"


def streamed(*pieces: str, breaks: bool = False, kind: str = "text/event-stream") -> Wire:
    return Wire(
        lambda _: httpx.Response(200, headers={"content-type": kind}, stream=Pieces([*pieces], breaks)),
    )


async def read(connect: Connect, kind: str, wire: Wire, found: list[Any] | None = None) -> list[Any]:
    """The events of a stream; those before an error are in `found`."""
    found = [] if found is None else found
    stream = await done(EVERY[kind][0](connect(wire, max_retries=0)))
    if connect.is_async:
        async for each in stream:
            found.append(each)
    else:
        found.extend(stream)
    return found


def said(kind: str) -> list[str]:
    return [event(each) for each in EVERY[kind][1]]


# --- failures among the events ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", EVERY)
@pytest.mark.parametrize("failed", FAILURES, ids=NAMES)
async def test_a_failure_in_other_words_ends_a_stream_with_what_came(
    connect: Connect, kind: str, failed: tuple[str, dict[str, Any], str]
) -> None:
    _, body, words = failed
    for before in ([], said(kind)):
        with pytest.raises(APIStreamError) as caught:
            await read(connect, kind, streamed(*before, event(body), DONE))
        assert words in str(caught.value)
        assert caught.value.events_received == len(before)
        assert (caught.value.partial is None) == (not before)


@pytest.mark.parametrize("kind", NAMED)
@pytest.mark.parametrize("failed", FAILURES, ids=NAMES)
async def test_a_failure_is_one_under_the_name_of_an_event_too(
    connect: Connect, kind: str, failed: tuple[str, dict[str, Any], str]
) -> None:
    _, body, words = failed
    for before in ([], said(kind)):
        with pytest.raises(APIStreamError) as caught:
            await read(connect, kind, streamed(*before, f"event: {NAMED[kind]}\n{event(body)}", DONE))
        assert words in str(caught.value)


@pytest.mark.parametrize("kind", EVERY)
@pytest.mark.parametrize("failed", FAILURES, ids=NAMES)
async def test_a_failure_behind_the_events_that_is_none_is_told(
    connect: Connect, kind: str, failed: tuple[str, dict[str, Any], str]
) -> None:
    _, body, words = failed
    for breaks, behind in [
        (False, f"{json.dumps(body)}\n"),
        (True, f": hm\n\nerror: {json.dumps(body, indent=1)}\n\n"),
    ]:
        with pytest.raises(APIStreamError) as caught:
            await read(connect, kind, streamed(*said(kind), behind, breaks=breaks))
        assert words in str(caught.value)
        assert caught.value.events_received == len(said(kind))
        assert caught.value.partial is not None


@pytest.mark.parametrize(
    ("behind", "shown"),
    [
        ("<html><h1>502</h1></html>", "; behind them stands '<html><h1>502</h1></html>'"),
        ('{"id": "chatcmpl-1", "detail": "x"}', "; behind them stands '{"),
        (": bye", "a finish reason"),
        ("dat", "a finish reason"),
        ("event: x", "a finish reason"),
    ],
)
async def test_what_is_behind_the_events_of_a_stream_without_an_end_is_shown(
    connect: Connect, behind: str, shown: str
) -> None:
    with pytest.raises(StreamTruncatedError) as caught:
        await read(connect, "chat", streamed(*said("chat"), behind))
    assert shown in str(caught.value)
    assert ("behind" in str(caught.value)) == ("behind" in shown)


@pytest.mark.parametrize("kind", EVERY)
@pytest.mark.parametrize("failed", FAILURES, ids=NAMES)
async def test_a_failure_in_place_of_a_stream_is_told(
    connect: Connect, kind: str, failed: tuple[str, dict[str, Any], str]
) -> None:
    _, body, words = failed
    with pytest.raises(APIStreamError) as caught:
        await read(connect, kind, streamed(json.dumps(body), kind="application/json"))
    assert words in str(caught.value)


@pytest.mark.parametrize("kind", ["chat", "completions"])
@pytest.mark.parametrize(
    ("choice", "words"),
    [
        ({"finish_reason": "error", "error": {"code": 502, "message": "it broke"}}, "it broke"),
        ({"finish_reason": None, "error": {"message": "it broke"}}, "it broke"),
        ({"finish_reason": "stop", "error": "it broke"}, "it broke"),
        ({"finish_reason": "error"}, "choice 0 ended by an error"),
    ],
)
async def test_a_choice_that_fails_ends_a_stream_with_what_came(
    connect: Connect, kind: str, choice: dict[str, Any], words: str
) -> None:
    last = {**FINISHES[kind], "choices": [{"index": 0, "delta": {"content": ""}, "text": "", **choice}]}
    for pieces in ([*said(kind), event(last), DONE], ["".join([*said(kind), event(last), DONE])]):
        with pytest.raises(APIStreamError, match=words) as caught:
            await read(connect, kind, streamed(*pieces))
        assert caught.value.partial.text == "An"


@pytest.mark.parametrize("kind", STREAMS)
async def test_a_text_about_errors_is_none(connect: Connect, kind: str) -> None:
    quoted = json.dumps('{"error": "x"}')
    texts = [f"data: {json.dumps(each).replace(json.dumps('A'), quoted)}\n\n" for each in STREAMS[kind][1]]
    assert quoted in texts[0]
    assert len(await read(connect, kind, streamed(*texts, event(FINISHES[kind]), DONE))) == 3


@pytest.mark.parametrize("told", ["it broke", {"code": "x", "message": "it broke"}, ["it broke"]])
async def test_the_error_of_an_event_that_says_what_it_is_about_is_data(connect: Connect, told: Any) -> None:
    where = {"item_id": "mcp_1", "output_index": 0, "sequence_number": 0}
    item = {"id": "mcp_1", "type": "mcp_call", "name": "f", "server_label": "s", "arguments": "{}", "error": told}
    events = [
        {"type": "response.mcp_call.failed", **where, "error": told},
        {"type": "response.output_item.done", "output_index": 0, "sequence_number": 1, "item": item},
        FINISHES["responses"],
    ]
    found = await read(connect, "responses", streamed(*map(event, events)))
    assert [each.model_dump() for each in found] == events
    for unknown in ({"type": "newer", "error": told}, {"error": told}):
        with pytest.raises(APIStreamError, match="it broke"):
            await read(connect, "responses", streamed(event(unknown), event(FINISHES["responses"])))


# --- ends ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", STREAMS)
@pytest.mark.parametrize("together", [True, False])
async def test_done_before_a_break_is_no_end(connect: Connect, kind: str, together: bool) -> None:
    pieces = [*said(kind), DONE]
    with pytest.raises(StreamInterruptedError) as caught:
        await read(connect, kind, streamed(*(["".join(pieces)] if together else pieces), breaks=True))
    assert caught.value.events_received == 2
    assert "An" in caught.value.partial.model_dump_json()


@pytest.mark.parametrize("kind", STREAMS)
@pytest.mark.parametrize("together", [True, False])
async def test_done_is_an_end_once_the_events_say_so(connect: Connect, kind: str, together: bool) -> None:
    pieces = [*said(kind), event(FINISHES[kind]), DONE]
    wire = streamed(*(["".join(pieces)] if together else pieces), breaks=True)
    assert len(await read(connect, kind, wire)) == 3


ENDS: dict[str, dict[str, Any]] = {
    "responses": FINISHES["responses"],
    "assistants": {"event": "thread.run.completed", "data": {"id": "r", "object": "thread.run", "status": "completed"}},
    "images": {**OTHER_STREAMS["images"][1][0], "type": "image_generation.completed"},
    "speech": {"type": "speech.audio.done"},
    "transcriptions": {"type": "transcript.text.done", "text": "An"},
}


@pytest.mark.parametrize("kind", ENDS)
async def test_a_break_behind_the_event_that_ends_a_stream_loses_nothing(connect: Connect, kind: str) -> None:
    assert len(await read(connect, kind, streamed(*said(kind), event(ENDS[kind]), breaks=True))) == 3
    with pytest.raises(StreamInterruptedError):
        await read(connect, kind, streamed(*said(kind), breaks=True))


@pytest.mark.parametrize("kind", ["chat", "completions"])
async def test_where_the_usage_may_follow_a_break_is_one_to_the_end(connect: Connect, kind: str) -> None:
    with pytest.raises(StreamInterruptedError) as caught:
        await read(connect, kind, streamed(*said(kind), event(FINISHES[kind]), breaks=True))
    assert caught.value.partial.text == "An"


@pytest.mark.parametrize("kind", STREAMS)
async def test_what_follows_done_is_read_when_it_was_no_end(connect: Connect, kind: str) -> None:
    pieces = [*said(kind), DONE, event(FINISHES[kind]), DONE]
    for each in (pieces, ["".join(pieces)]):
        assert len(await read(connect, kind, streamed(*each))) == 3


@pytest.mark.parametrize("kind", ["chat", "completions"])
async def test_done_alone_is_an_end_where_the_body_ends_cleanly_and_the_api_has_no_event_for_it(
    connect: Connect, kind: str
) -> None:
    assert len(await read(connect, kind, streamed(*said(kind), DONE))) == 2


async def test_done_alone_is_no_end_of_a_response(connect: Connect) -> None:
    with pytest.raises(StreamTruncatedError, match="without the event that ends it") as caught:
        await read(connect, "responses", streamed(*said("responses"), DONE))
    assert caught.value.partial.output_text == "An"


@pytest.mark.parametrize("kind", ["chat", "completions"])
async def test_a_stream_without_a_choice_is_no_success(connect: Connect, kind: str) -> None:
    usage = {"prompt_tokens": 1, "completion_tokens": 0, "total_tokens": 1}
    nothing = event({**FINISHES[kind], "choices": [], "usage": usage})
    for ending in ([DONE], []):
        with pytest.raises((APIStreamError, StreamTruncatedError)) as caught:
            await read(connect, kind, streamed(nothing, *ending))
        assert caught.value.events_received == 1
    assert "total_tokens" in str(caught.value.content)


async def test_a_response_that_is_completed_and_nothing_else_is_no_success(connect: Connect) -> None:
    for response in (None, {}, {"id": None, "output": None}):
        last = event({"type": "response.completed", "sequence_number": 0, "response": response})
        with pytest.raises(APIStreamError, match="nothing of an answer"):
            await read(connect, "responses", streamed(last))


async def test_each_of_several_answers_needs_its_own_end(connect: Connect) -> None:
    def chunk(index: int, **choice: Any) -> str:
        return event({**FINISHES["chat"], "choices": [{"index": index, "delta": {"content": "x"}, **choice}]})

    begun = [chunk(1), chunk(0), chunk(0, finish_reason="stop")]
    client = connect(streamed(*begun, DONE, breaks=True), max_retries=0)
    stream = await done(client.chat.completions.create(**HELLO, n=2, stream=True))
    with pytest.raises(StreamInterruptedError):
        await listed(stream)


async def test_typed_events_say_nothing_is_done_that_broke_off(connect: Connect) -> None:
    call = {"index": 0, "id": "c1", "type": "function", "function": {"name": "f", "arguments": '{"a'}}
    half = event({**FINISHES["chat"], "choices": [{"index": 0, "delta": {"tool_calls": [call]}}]})
    stream = connect(streamed(half, DONE, breaks=True), max_retries=0).chat.completions.stream(**HELLO)
    assert (await anext(stream) if connect.is_async else next(stream)).type == "tool_calls.function.arguments.delta"
    with pytest.raises(StreamInterruptedError) as caught:
        await listed(stream)
    assert caught.value.partial.choices[0].message.tool_calls[0].function.arguments == '{"a'


async def test_sound_with_no_response_around_it_is_something(connect: Connect) -> None:
    sound = [{"type": "response.audio.delta", "delta": "AAAA", "sequence_number": number} for number in range(3)]
    body = "".join(f"data: {json.dumps(event)}\n\n" for event in sound) + "event: done\ndata: {}\n\n"
    client = connect(Wire(status(200, headers={"content-type": "text/event-stream"}, content=body.encode())))
    stream = await done(client.responses.create(model="m", input="x", stream=True))
    assert len(await listed(stream)) == 3
