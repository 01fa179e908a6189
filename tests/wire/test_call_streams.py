"""Tool calls in a chat stream: functions, custom tools, and what servers add to them; events as ported code expects."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.canned import HELLO, Connect, Wire, listed, status
from typed_openai.streaming.chat import (
    CustomCallDelta,
    CustomCallDone,
    LogprobsContentDone,
    LogprobsRefusalDone,
    RefusalDone,
    ToolCallDelta,
    ToolCallDone,
    Unknown,
)


def streamed(*deltas: dict[str, Any], finish: str = "tool_calls", logprobs: tuple[Any, ...] = ()) -> Wire:
    """A server that sends these deltas (each with the logprobs at its place), then why it ended."""
    chunks = []
    for place, delta in enumerate((*deltas, {})):
        choice: dict[str, Any] = {"index": 0, "delta": delta, "finish_reason": None if delta else finish}
        if place < len(logprobs):
            choice["logprobs"] = logprobs[place]
        chunks.append({"id": "c", "object": "chat.completion.chunk", "created": 1, "model": "m", "choices": [choice]})
    body = "".join(f"data: {json.dumps(chunk)}\n\n" for chunk in chunks) + "data: [DONE]\n\n"
    return Wire(status(200, content=body.encode(), headers={"content-type": "text/event-stream"}))


def call(index: int, **fragment: Any) -> dict[str, Any]:
    return {"tool_calls": [{"index": index, **fragment}]}


GREP = [
    call(0, id="call_1", type="custom", custom={"name": "grep", "input": ""}),
    call(0, custom={"input": "foo"}),
    call(0, custom={"input": "bar"}),
]
TWO = [
    call(0, id="call_1", type="function", function={"name": "weather", "arguments": ""}),
    call(0, function={"arguments": '{"city":"Paris"}'}),
    call(1, id="call_2", type="function", function={"name": "time", "arguments": ""}),
    call(1, function={"arguments": "{}"}),
]


@pytest.fixture
def connect() -> Connect:
    return Connect(is_async=False)


async def events_of(connect: Connect, wire: Wire) -> tuple[list[Any], Any]:
    stream = connect(wire).chat.completions.stream(**HELLO)
    return await listed(stream), stream.get_final_completion()


async def test_a_custom_call_adds_up_to_its_name_and_input(connect: Connect) -> None:
    events, completion = await events_of(connect, streamed(*GREP))
    [made] = completion.choices[0].message.tool_calls
    assert (made.type, made.id, made.custom.name, made.custom.input) == ("custom", "call_1", "grep", "foobar")
    assert completion.issues == ()
    pieces = [event for event in events if isinstance(event, CustomCallDelta)]
    assert [(piece.index, piece.name, piece.input_delta) for piece in pieces] == [
        (0, "grep", ""),
        (0, "grep", "foo"),
        (0, "grep", "bar"),
    ]
    assert [event for event in events if isinstance(event, CustomCallDone)] == [
        CustomCallDone(0, "call_1", "grep", "foobar")
    ]
    assert not [event for event in events if isinstance(event, ToolCallDelta | ToolCallDone | Unknown)]


async def test_a_custom_call_without_a_type_is_one(connect: Connect) -> None:
    _, completion = await events_of(connect, streamed(call(0, id="call_1", custom={"name": "grep", "input": "x"})))
    assert completion.choices[0].message.tool_calls[0].model_dump() == {
        "id": "call_1",
        "type": "custom",
        "custom": {"name": "grep", "input": "x"},
    }


async def test_a_chunk_of_a_custom_call_is_typed(connect: Connect) -> None:
    chunks = connect(streamed(*GREP)).chat.completions.create(**HELLO, stream=True)
    pieces = [call for chunk in chunks for call in chunk.choices[0].delta.tool_calls or []]
    assert [piece.custom.input for piece in pieces] == ["", "foo", "bar"]


async def test_the_index_of_a_call_event_numbers_the_call(connect: Connect) -> None:
    """As in the official package: `args[event.index] += event.arguments_delta` must not mix two calls."""
    events, _ = await events_of(connect, streamed(*TWO))
    arguments = {0: "", 1: ""}
    for event in events:
        if event.type == "tool_calls.function.arguments.delta":
            arguments[event.index] += event.arguments_delta
    assert arguments == {0: '{"city":"Paris"}', 1: "{}"}
    done = [event for event in events if isinstance(event, ToolCallDone)]
    assert [(event.index, event.choice, event.name) for event in done] == [(0, 0, "weather"), (1, 0, "time")]


async def test_what_a_server_adds_to_a_call_is_kept(connect: Connect) -> None:
    """Gemini's thought signature: without it the next request is refused."""
    signed = {"google": {"thought_signature": "abc"}}
    head = call(0, id="call_1", type="function", function={"name": "weather", "arguments": ""}, extra_content=signed)
    _, completion = await events_of(connect, streamed(head, *TWO[1:]))
    first, second = completion.choices[0].message.tool_calls
    assert first.model_dump()["extra_content"] == signed
    assert "extra_content" not in second.model_dump()
    wire = Wire()
    connect(wire).chat.completions.create(model="m", messages=[*HELLO["messages"], completion.choices[0].message])
    assert wire.body["messages"][1]["tool_calls"][0]["extra_content"] == signed


async def test_a_refusal_is_told_whole_at_its_end(connect: Connect) -> None:
    events, _ = await events_of(connect, streamed({"refusal": "I "}, {"refusal": "cannot"}, finish="stop"))
    assert [event.type for event in events] == ["refusal.delta", "refusal.delta", "refusal.done", "finish"]
    assert [event for event in events if isinstance(event, RefusalDone)] == [RefusalDone("I cannot")]


def likely(token: str) -> dict[str, Any]:
    return {"token": token, "logprob": -0.1, "bytes": None, "top_logprobs": []}


async def test_logprobs_of_a_text_come_with_it(connect: Connect) -> None:
    told = [{"content": [likely(token)], "refusal": None} for token in "AB"]
    events, _ = await events_of(
        connect, streamed({"content": "A"}, {"content": "B"}, finish="stop", logprobs=tuple(told))
    )
    assert [event.type for event in events] == [
        "content.delta",
        "logprobs.content.delta",
        "content.delta",
        "logprobs.content.delta",
        "content.done",
        "logprobs.content.done",
        "finish",
    ]
    [whole] = [event for event in events if isinstance(event, LogprobsContentDone)]
    assert [each.token for each in whole.content] == ["A", "B"]


async def test_logprobs_of_a_refusal_come_with_it(connect: Connect) -> None:
    told = [{"content": None, "refusal": [likely(token)]} for token in "AB"]
    events, _ = await events_of(
        connect, streamed({"refusal": "A"}, {"refusal": "B"}, finish="stop", logprobs=tuple(told))
    )
    assert [event.type for event in events if event.type.startswith("logprobs")] == [
        "logprobs.refusal.delta",
        "logprobs.refusal.delta",
        "logprobs.refusal.done",
    ]
    [whole] = [event for event in events if isinstance(event, LogprobsRefusalDone)]
    assert [each.token for each in whole.refusal] == ["A", "B"]


async def test_logprobs_that_are_no_logprobs_end_no_stream(connect: Connect) -> None:
    odd = ("none", {"content": "none"}, {"content": [3]})
    events, completion = await events_of(
        connect, streamed({"content": "A"}, {"content": "B"}, {"content": "C"}, finish="stop", logprobs=odd)
    )
    assert completion.choices[0].message.content == "ABC"
    assert events[-1].type == "finish"
