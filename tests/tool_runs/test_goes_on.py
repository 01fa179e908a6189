"""Whatever a server asks for and a tool gives, the conversation can go on; where it cannot, nothing is called."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.canned import Connect, Wire, done, status
from tests.tool_runs.talk import PARIS, Api, Chat, InResponses, weather
from typed_openai import RequestValidationError
from typed_openai.tools.definition import ToolOutputError

USAGE = {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2}


def chat_answer(*calls: Any, **message: Any) -> Any:
    body = {"role": "assistant", "content": None, "tool_calls": list(calls), **message}
    choice = {"index": 0, "message": body, "logprobs": None, "finish_reason": "tool_calls"}
    return status(200, {"id": "c", "object": "chat.completion", "created": 1, "model": "m", "choices": [choice]})


def response_answer(*items: Any) -> Any:
    head = {"id": "r", "object": "response", "created_at": 1, "model": "m", "status": "completed", "tools": []}
    return status(200, {**head, "parallel_tool_calls": True, "tool_choice": "auto", "output": list(items)})


def now() -> str:
    """What time it is."""
    return "noon"


CHAT_CALLS: dict[str, Any] = {
    "null arguments": {"id": "c1", "type": "function", "function": {"name": "now", "arguments": None}},
    "no arguments": {"id": "c1", "type": "function", "function": {"name": "now"}},
    "arguments as an object": {"id": "c1", "type": "function", "function": {"name": "now", "arguments": {}}},
    "no id": {"type": "function", "function": {"name": "now", "arguments": "{}"}},
    "null id and no type": {"id": None, "function": {"name": "now", "arguments": ""}},
    "more than is known": {
        "id": "c1", "type": "function", "index": 0, "x": 1, "function": {"name": "now", "arguments": "{}", "y": None}
    },
}  # fmt: skip
RESPONSE_CALLS: dict[str, Any] = {
    "null arguments": {"type": "function_call", "id": "f1", "call_id": "c1", "name": "now", "arguments": None},
    "no arguments": {"type": "function_call", "id": "f1", "call_id": "c1", "name": "now"},
    "arguments as an object": {"type": "function_call", "call_id": "c1", "name": "now", "arguments": {}},
    "no call id": {"type": "function_call", "id": "f1", "name": "now", "arguments": "{}"},
    "no id at all": {"type": "function_call", "name": "now", "arguments": "{}"},
    "more than is known": {"type": "function_call", "call_id": "c1", "name": "now", "arguments": "{}", "x": None},
}


@pytest.mark.parametrize("kind", CHAT_CALLS)
async def test_a_call_that_lacks_something_in_chat_is_made_and_answered(connect: Connect, kind: str) -> None:
    wire = Wire(chat_answer(CHAT_CALLS[kind]), Chat.answer(text="Noon."))
    run = await done(Chat.run(connect(wire), tools=[now]))
    assert run.text == "Noon."
    said, told = wire.body["messages"][1:]
    assert told["tool_call_id"] == said["tool_calls"][0]["id"] != ""
    assert told["content"] == "noon"
    assert isinstance(said["tool_calls"][0]["function"]["arguments"], str)


@pytest.mark.parametrize("kind", RESPONSE_CALLS)
async def test_a_call_that_lacks_something_in_responses_is_made_and_answered(connect: Connect, kind: str) -> None:
    wire = Wire(response_answer(RESPONSE_CALLS[kind]), InResponses.answer(text="Noon."))
    run = await done(InResponses.run(connect(wire), tools=[now]))
    assert run.text == "Noon."
    said, told = wire.body["input"][1:]
    assert told["call_id"] == said["call_id"] != ""
    assert told["output"] == "noon"


async def test_a_null_content_does_not_go_back_beside_calls(connect: Connect) -> None:
    wire = Wire(Chat.answer(PARIS), Chat.answer(text="Sunny."))
    await done(Chat.run(connect(wire), tools=[weather]))
    assert "content" not in wire.body["messages"][1]


async def test_members_that_nobody_knows_go_back(connect: Connect) -> None:
    thoughts = [{"type": "thinking", "thinking": "hm", "signature": "s"}]
    wire = Wire(chat_answer(CHAT_CALLS["no arguments"], thinking_blocks=thoughts), Chat.answer(text="Noon."))
    await done(Chat.run(connect(wire), tools=[now]))
    assert wire.body["messages"][1]["thinking_blocks"] == thoughts


async def test_parts_of_an_answer_go_back_as_they_came(connect: Connect) -> None:
    said = [{"type": "thinking", "thinking": [{"type": "text", "text": "hm"}]}, {"type": "text", "text": "Let me see."}]
    wire = Wire(chat_answer(CHAT_CALLS["no arguments"], content=said), Chat.answer(text="Noon."))
    await done(Chat.run(connect(wire), tools=[now]))
    assert wire.body["messages"][1]["content"] == said


LOOP: list[Any] = []
LOOP.append(LOOP)
OUTPUTS: dict[str, tuple[Any, str]] = {
    "half a surrogate": ("a\ud800b", "a\ufffdb"),
    "half a surrogate inside": ({"a": ["\udfff"]}, '{"a": ["\ufffd"]}'),
    "a pair in halves": ("\ud83d\ude00", "\U0001f600"),
    "nothing": (None, "null"),
    "a number that is none": (float("nan"), "NaN"),
    "zero bytes": ("a\x00b", "a\x00b"),
    "bytes of a text": (b"caf\xc3\xa9", '"caf\u00e9"'),
    "bytes of no text": (b"\x89PNG", '"iVBORw=="'),
    "bytes of no text inside": ({"png": [b"\xff\xfe"]}, '{"png": ["__4="]}'),
    "half a surrogate in a name": ({"a\ud800": 1}, "{'a\\ud800': 1}"),
    "names that JSON does not have": ({frozenset([1]): 2}, "{frozenset({1}): 2}"),
    "what contains itself": (LOOP, "[[...]]"),
}


@pytest.mark.parametrize("kind", OUTPUTS)
async def test_whatever_a_tool_gives_can_be_sent(connect: Connect, api: Api, kind: str) -> None:
    given, told = OUTPUTS[kind]

    def give() -> Any:
        return given

    wire = Wire(api.answer(("give", "{}")), api.answer(text="Thanks."))
    run = await done(api.run(connect(wire), tools=[give]))
    assert run.text == "Thanks."
    assert [output.replace(" ", "") for output in api.told(wire.body)] == [told.replace(" ", "")]


async def test_what_a_tool_gives_one_by_one_is_told_as_a_whole(connect: Connect, api: Api) -> None:
    def each() -> Any:
        yield from ("a", "\ud800", "b")

    wire = Wire(api.answer(("each", "{}")), api.answer(text="Thanks."))
    await done(api.run(connect(wire), tools=[each]))
    assert [output.replace(" ", "") for output in api.told(wire.body)] == ['["a","\ufffd","b"]']


def raising(error: BaseException) -> Callable[[], str]:
    def fail() -> str:
        raise error

    return fail


@pytest.mark.parametrize("error", [StopIteration("x"), StopAsyncIteration("x")], ids=["sync", "async"])
async def test_what_ends_generators_is_an_error_of_the_tool(connect: Connect, api: Api, error: Exception) -> None:
    wire = Wire(api.answer(("fail", "{}")), api.answer(text="Sorry."))
    with pytest.raises(ToolOutputError, match="Stop") as caught:
        await done(api.run(connect(wire), tools=[raising(error)]))
    assert caught.value.__cause__ is error
    run = await done(
        api.run(
            connect(Wire(api.answer(("fail", "{}")), api.answer(text="Sorry."))),
            tools=[raising(error)],
            on_tool_error="feed_back",
        )
    )
    assert run.text == "Sorry."


async def test_an_error_with_half_a_surrogate_can_be_told(connect: Connect, api: Api) -> None:
    wire = Wire(api.answer(("fail", "{}")), api.answer(text="Sorry."))
    await done(api.run(connect(wire), tools=[raising(ValueError("\ud800"))], on_tool_error="feed_back"))
    assert api.told(wire.body) == ["fail failed: ValueError: \ufffd"]


async def test_nothing_is_called_where_the_conversation_cannot_go_on(connect: Connect) -> None:
    called: list[int] = []

    def pay() -> str:
        called.append(1)
        return "paid"

    call = {"id": "c1", "type": "function", "function": {"name": "pay", "arguments": "{}"}}
    wire = Wire(chat_answer(call, content=[{"type": "image_url", "image_url": {"url": "x"}}]), Chat.answer(text="."))
    with pytest.raises(RequestValidationError, match="content"):
        await done(Chat.run(connect(wire), tools=[pay]))
    assert called == []
    assert len(wire.requests) == 1


async def test_parameters_that_can_be_read_once_are_there_in_every_round(connect: Connect) -> None:
    wire = Wire(Chat.answer(PARIS), Chat.answer(text="Sunny."))
    await done(Chat.run(connect(wire), tools=[weather], stop=iter(["a", "b"])))
    assert [json.loads(request.content)["stop"] for request in wire.requests] == [["a", "b"]] * 2
