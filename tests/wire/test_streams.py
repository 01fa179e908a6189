"""Streams that are whole, however oddly a server sends them: every chunk arrives, and they add up right."""

from __future__ import annotations

import copy
import pickle
import zlib
from collections.abc import Callable
from typing import Any

import pytest

from tests.wire.bodies import COMPLETION, DONE, HELLO, TEXT, choice, completion, event, piece
from tests.wire.clients import async_client, begin, begin_async, sync_client
from tests.wire.colours import MESSAGES, SYNC, Colour, failing
from tests.wire.server import CUT, END, WireServer, answer, chunked, head
from typed_openai.errors import ResponseValidationError
from typed_openai.streaming.chat import ChatCompletionAccumulator

WHOLE = b"".join(HELLO) + DONE
USAGE = COMPLETION["usage"]


def text(chunks: list[Any]) -> str:
    return "".join(chunk.text for chunk in chunks)


def total(chunks: list[Any]) -> Any:
    """What the chunks add up to."""
    accumulator = ChatCompletionAccumulator()
    for chunk in chunks:
        accumulator.add(chunk)
    return accumulator.snapshot()


def call(index: object, **fields: Any) -> dict[str, Any]:
    """A piece of a tool call in a delta; `...` leaves the index out."""
    fragment = {"index": index, **fields}
    return {"tool_calls": [{name: value for name, value in fragment.items() if value is not ...}]}


# --- how the bytes come ----------------------------------------------------------------------------------------------


def test_an_ordinary_stream_gives_every_chunk(server: WireServer, colour: Colour) -> None:
    server.script([*chunked(*HELLO, DONE), END])
    chunks = colour.chunks(server)
    assert [type(chunk).__name__ for chunk in chunks] == ["ChatCompletionChunk"] * 5
    assert text(chunks) == TEXT
    assert [chunk.choices[0].finish_reason for chunk in chunks] == [None, None, None, None, "stop"]
    asked = server.requests[0]
    assert asked.json["stream"] is True
    assert asked.headers["accept"] == "text/event-stream"


def test_a_stream_may_come_one_byte_at_a_time(server: WireServer, colour: Colour) -> None:
    server.script([*chunked(*(WHOLE[i : i + 1] for i in range(len(WHOLE)))), END])
    assert text(colour.chunks(server)) == TEXT


@pytest.mark.parametrize("line_end", [b"\n", b"\r\n", b"\r"], ids=["LF", "CRLF", "CR"])
@pytest.mark.parametrize("field", [b"data: ", b"data:"], ids=["space", "no space"])
@pytest.mark.parametrize("size", [1, 7, 10_000])
def test_lines_may_end_in_any_way_and_be_cut_anywhere(
    server: WireServer, line_end: bytes, field: bytes, size: int
) -> None:
    stream = b"\xef\xbb\xbf" + WHOLE.replace(b"\n", line_end).replace(b"data: ", field)
    pieces = [stream[start : start + size] for start in range(0, len(stream), size)]
    server.script([*chunked(*pieces), END])
    assert text(SYNC.chunks(server)) == TEXT


@pytest.mark.parametrize("content_type", [None, "text/plain", "application/json", "text/event-stream; charset=utf-8"])
def test_the_content_type_of_a_stream_does_not_matter(
    server: WireServer, colour: Colour, content_type: str | None
) -> None:
    server.script([*chunked(WHOLE, content_type=content_type), END])
    assert text(colour.chunks(server)) == TEXT


def test_a_stream_may_last_until_the_connection_is_closed(server: WireServer, colour: Colour) -> None:
    server.script([*head(200), *HELLO, DONE, CUT])
    assert text(colour.chunks(server)) == TEXT


def test_a_stream_may_have_a_length(server: WireServer, colour: Colour) -> None:
    server.script(answer(WHOLE, content_type="text/event-stream"))
    assert text(colour.chunks(server)) == TEXT


def test_a_stream_may_be_compressed(server: WireServer, colour: Colour) -> None:
    packer = zlib.compressobj(wbits=31)
    pieces = [packer.compress(data) + packer.flush(zlib.Z_SYNC_FLUSH) for data in [*HELLO, DONE]] + [packer.flush()]
    server.script([*chunked(*pieces, Content_Encoding="gzip"), END])
    assert text(colour.chunks(server)) == TEXT


def test_comments_ids_retries_and_blank_events_are_no_chunks(server: WireServer, colour: Colour) -> None:
    noise = [b": OPENROUTER PROCESSING\n\n", b"retry: 3000\n\n", b"id: 7\n\n", b"\n\n\n", b"data:\n\n", b"data:  \n\n"]
    server.script([*chunked(*noise, *HELLO[:2], *noise, *HELLO[2:], *noise, DONE), END])
    assert len(colour.chunks(server)) == 5


def test_one_event_may_span_several_data_lines(server: WireServer, colour: Colour) -> None:
    spread = HELLO[1].replace(b', "', b',\ndata: "')
    server.script([*chunked(HELLO[0], spread, *HELLO[2:], DONE), END])
    assert text(colour.chunks(server)) == TEXT


def test_named_events_carry_chunks_too(server: WireServer, colour: Colour) -> None:
    named = [b"event: chunk\n" + data for data in HELLO]
    server.script([*chunked(*named, b"event: done\ndata: {}\n\n"), END])
    assert text(colour.chunks(server)) == TEXT


def test_what_comes_after_done_is_not_looked_at(server: WireServer, colour: Colour) -> None:
    server.script([*chunked(*HELLO, DONE, b"data: <html>\n\n"), END])
    assert len(colour.chunks(server)) == 5


def test_done_may_be_followed_by_spaces(server: WireServer, colour: Colour) -> None:
    server.script([*chunked(event(piece({"content": "hi"})), b"data: [DONE] \n\n"), END])
    assert text(colour.chunks(server)) == "hi"


# --- how a stream says that it is complete ---------------------------------------------------------------------------


def test_a_finish_reason_completes_a_stream_without_done(server: WireServer, colour: Colour) -> None:
    server.script([*chunked(*HELLO), END])
    assert text(colour.chunks(server)) == TEXT


@pytest.mark.parametrize("end", [b"", b"\n"])
def test_the_last_event_needs_no_blank_line(server: WireServer, colour: Colour, end: bytes) -> None:
    server.script([*chunked(*HELLO[:-1], HELLO[-1].rstrip() + end), END])
    assert len(colour.chunks(server)) == 5


def test_done_completes_a_stream_without_a_finish_reason(server: WireServer, colour: Colour) -> None:
    server.script([*chunked(*HELLO[:-1], DONE), END])
    assert text(colour.chunks(server)) == TEXT


def test_usage_may_come_after_the_finish_and_without_choices(server: WireServer, colour: Colour) -> None:
    server.script([*chunked(*HELLO, event(piece(choices=[], usage=USAGE)), DONE), END])
    chunks = colour.chunks(server)
    assert (chunks[-1].choices, chunks[-1].text, chunks[-1].choice) == ([], "", None)
    assert total(chunks).usage.total_tokens == 5


def test_usage_may_come_beside_an_empty_choice(server: WireServer, colour: Colour) -> None:
    odd = piece(choices=[{"index": 0, "delta": {}}], usage=USAGE)
    server.script([*chunked(*HELLO, event(odd), DONE), END])
    assert total(colour.chunks(server)).usage.total_tokens == 5
    events, final = colour.events(server)
    assert [event.type for event in events][-2:] == ["finish", "usage"]
    assert (final.text, final.usage.total_tokens) == (TEXT, 5)


# --- what chunks hold ------------------------------------------------------------------------------------------------


def test_one_letter_a_chunk_with_the_role_in_each_adds_up(server: WireServer, colour: Colour) -> None:
    letters = [event(piece({"role": "assistant", "content": letter})) for letter in TEXT]
    server.script([*chunked(*letters, DONE), END])
    assert total(colour.chunks(server)).choices[0].message.model_dump() == {
        "role": "assistant",
        "content": TEXT,
        "refusal": None,
    }
    events, final = colour.events(server)
    assert [event.delta for event in events if event.type == "content.delta"] == list(TEXT)
    assert final.text == TEXT


@pytest.mark.parametrize(
    ("deltas", "calls"),
    [
        (
            [
                call(0, id="a", type="function", function={"name": "f", "arguments": ""}),
                call(0, function={"arguments": '{"x"'}),
                call(0, function={"arguments": ":1}"}),
            ],
            [("a", "f", '{"x":1}')],
        ),
        (
            [call(0, id="a", type="function", function={"name": "f", "arguments": text}) for text in ('{"x"', ":1}")],
            [("a", "f", '{"x":1}')],
        ),
        (
            [
                call(0, id="a", type="function", function={"name": "f", "arguments": "{}"}),
                call(0, id="b", type="function", function={"name": "g", "arguments": "{"}),
                call(0, function={"arguments": "}"}),
            ],
            [("a", "f", "{}"), ("b", "g", "{}")],
        ),
        (
            [
                call(..., id="a", type="function", function={"name": "f", "arguments": "{"}),
                call(..., function={"arguments": "}"}),
                call(..., id="b", type="function", function={"name": "g", "arguments": "{}"}),
            ],
            [("a", "f", "{}"), ("b", "g", "{}")],
        ),
        (
            [
                call(1, id="b", type="function", function={"name": "g", "arguments": "{"}),
                call(0, id="a", type="function", function={"name": "f", "arguments": "{"}),
                call(1, function={"arguments": "}"}),
                call(0, function={"arguments": "}"}),
            ],
            [("a", "f", "{}"), ("b", "g", "{}")],
        ),
        (
            [
                call(0, id="a", type="function", function={"name": "f", "arguments": None}),
                call(0, id="", type=None, function={"name": None, "arguments": "{}"}),
                call(0, id=None, function={"name": "", "arguments": ""}),
            ],
            [("a", "f", "{}")],
        ),
        (
            [
                call(None, id="a", function={"name": "f", "arguments": "{"}),
                call("x", id="a", function={"arguments": "}"}),
            ],
            [("a", "f", "{}")],
        ),
    ],
    ids=["ordinary", "all repeated", "same index", "no index", "interleaved", "nulls and blanks", "odd index"],
)
def test_tool_calls_add_up_however_they_are_numbered(
    server: WireServer, colour: Colour, deltas: list[dict[str, Any]], calls: list[tuple[str, str, str]]
) -> None:
    server.script([*chunked(*(event(piece(delta)) for delta in deltas), event(piece({}, "tool_calls")), DONE), END])
    message = total(colour.chunks(server)).choices[0].message
    assert [(made.id, made.function.name, made.function.arguments) for made in message.tool_calls] == calls
    assert {made.type for made in message.tool_calls} == {"function"}
    events, final = colour.events(server)
    told = [(made.id, made.name, made.arguments) for made in events if made.type.endswith("arguments.done")]
    assert sorted(told) == calls
    joined = ["".join(made.arguments_delta for made in events if getattr(made, "index", None) == number
                      and made.type.endswith("arguments.delta")) for number in range(len(calls))]  # fmt: skip
    assert sorted(joined) == sorted(arguments for _, _, arguments in calls)
    assert final.choices[0].message.as_input()["tool_calls"][0]["id"] == calls[0][0]


@pytest.mark.parametrize(
    ("odd", "pointers"),
    [
        (piece(choices=None), {"/choices"}),
        (piece(created=1.5), {"/created"}),
        (piece(created=..., id=...), {"/created", "/id"}),
        (piece(choices=[{"index": 0, "delta": None}]), {"/choices/0/delta"}),
        (piece(choices=[{"delta": {"content": ""}}]), {"/choices/0/index"}),
        (piece({"role": "", "content": None}), set()),
        (piece({"content": ["a"]}), {"/choices/0/delta/content"}),
        (piece(object="chat.completion.chunk.v2", vendor={"a": 1}, error=None), set()),
        ({"type": "ping"}, {"/id", "/choices", "/created", "/model", "/object"}),
    ],
)
def test_a_chunk_that_deviates_is_yielded_says_where_and_dumps_as_it_came(
    server: WireServer, colour: Colour, odd: dict[str, Any], pointers: set[str]
) -> None:
    server.script([*chunked(HELLO[0], HELLO[1], event(odd), *HELLO[2:], DONE), END])
    chunks = colour.chunks(server)
    assert {issue.pointer for issue in chunks[2].issues} == pointers
    assert chunks[2].model_dump() == odd
    assert text(chunks) == TEXT
    assert total(chunks).text == TEXT


BOM = b"\xef\xbb\xbf"


@pytest.mark.parametrize("field", [b"data: ", b"event: chunk\ndata: "], ids=["unnamed", "named"])
@pytest.mark.parametrize(
    ("odd", "read", "said"),
    [
        (event(piece({"content": "a?b"})).replace(b"?", b"\\ud83d"), "a\ufffdb", "half a character"),
        (event(piece({"content": "?b"})).replace(b"?", b"\\uDE00"), "\ufffdb", "half a character"),
        (event(piece({"content": "ab"})).replace(b"data: ", b"data: " + BOM), "ab", "a byte order mark before it"),
    ],
    ids=["half", "other half", "BOM"],
)
def test_half_a_character_or_a_byte_order_mark_ends_no_stream(
    server: WireServer, colour: Colour, field: bytes, odd: bytes, read: str, said: str
) -> None:
    server.script([*chunked(HELLO[0], odd.replace(b"data: ", field), *HELLO[2:], DONE), END])
    chunks = colour.chunks(server)
    assert [chunk.text for chunk in chunks[:2]] == ["", read]
    assert [issue.got for issue in chunks[1].issues] == [said]


def test_strict_responses_raise_at_the_chunk_that_deviates(server: WireServer, colour: Colour) -> None:
    odd = piece(created=1.5)
    server.script([*chunked(HELLO[0], event(odd), DONE), END])
    error = failing(ResponseValidationError, lambda: colour.chunks(server, strict_responses=True)).error
    assert isinstance(error, ResponseValidationError)
    assert [issue.pointer for issue in error.issues] == ["/created"]
    assert error.body == odd


# --- a stream that nobody asked for ----------------------------------------------------------------------------------


@pytest.mark.parametrize("content_type", ["text/event-stream", None])
@pytest.mark.parametrize("opening", [b"", b": hello\n\n", b"\xef\xbb\xbf", b"event: chunk\n"])
def test_a_stream_that_nobody_asked_for_is_put_together(
    server: WireServer, colour: Colour, content_type: str | None, opening: bytes
) -> None:
    server.script([*chunked(opening + WHOLE, content_type=content_type), END])
    result = colour.chat(server)
    assert type(result).__name__ == "ChatCompletion"
    assert (result.text, result.choices[0].finish_reason, result.object) == (TEXT, "stop", "chat.completion")
    assert [issue.expected for issue in result.issues] == ["a JSON object"]
    assert result.meta.status == 200


def test_a_stream_that_nobody_asked_for_is_refused_by_strict_responses(server: WireServer, colour: Colour) -> None:
    server.script([*chunked(WHOLE), END])
    error = failing(ResponseValidationError, lambda: colour.chat(server, strict_responses=True)).error
    assert isinstance(error, ResponseValidationError)
    assert error.content == WHOLE


def test_plain_json_that_calls_itself_a_stream_is_plain_json(server: WireServer, colour: Colour) -> None:
    server.script(answer(completion(choices=[choice(finish_reason="length")]), content_type="text/event-stream"))
    result = colour.chat(server)
    assert (result.choices[0].finish_reason, result.issues) == ("length", ())


# --- two levels ------------------------------------------------------------------------------------------------------


def test_typed_events_tell_the_same_as_the_chunks(server: WireServer, colour: Colour) -> None:
    server.script([*chunked(*HELLO, event(piece(choices=[], usage=USAGE)), DONE), END])
    events, final = colour.events(server)
    assert [event.type for event in events] == [
        "content.delta",
        "content.delta",
        "content.delta",
        "content.done",
        "finish",
        "usage",
    ]
    assert final.text == TEXT


# --- no two of one stream --------------------------------------------------------------------------------------------

COPYING = pytest.mark.parametrize("double", [copy.copy, copy.deepcopy, pickle.dumps])


@COPYING
def test_a_stream_refuses_to_be_copied_and_goes_on(server: WireServer, double: Callable[[Any], Any]) -> None:
    server.script([*chunked(*HELLO, DONE), END])
    with sync_client(server) as client:
        chunks, events = begin(client), client.chat.completions.stream(model="m", messages=MESSAGES)
        for stream, instead in ((chunks, r"partial\(\)"), (events, "snapshot")):
            with pytest.raises(TypeError, match=f"Stream reads one connection, once: .*`{instead}`"):
                double(stream)
            next(stream)
            with pytest.raises(TypeError):
                double(stream)
        assert text(list(chunks)) == TEXT
        assert events.get_final_completion().text == TEXT
        assert double(chunks.partial())


@COPYING
async def test_an_async_stream_refuses_to_be_copied_and_goes_on(
    server: WireServer, double: Callable[[Any], Any]
) -> None:
    server.script([*chunked(*HELLO, DONE), END])
    async with async_client(server) as client:
        chunks, events = await begin_async(client), client.chat.completions.stream(model="m", messages=MESSAGES)
        for stream, instead in ((chunks, r"partial\(\)"), (events, "snapshot")):
            with pytest.raises(TypeError, match=f"Stream reads one connection, once: .*`{instead}`"):
                double(stream)
            await anext(stream)
        assert text([chunk async for chunk in chunks]) == TEXT
        assert (await events.get_final_completion()).text == TEXT
