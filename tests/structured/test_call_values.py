"""Values of calls: after `parse` (and at the end of a stream) typed tools have read the arguments of their calls."""

from __future__ import annotations

import copy
import json
import pickle
from typing import Any

import httpx
import openai.lib._tools as official_tools
import pytest
from pydantic import BaseModel, field_validator

from tests.canned import HELLO, Answer, Connect, Wire, completion, done, status
from tests.responses.events import story
from tests.responses.events import wire as told
from tests.structured.test_parse_responses import answered, said
from typed_openai import StreamTruncatedError, pydantic_function_tool, pydantic_responses_function_tool, tool
from typed_openai.lib.streaming.chat import ChatCompletionStreamState
from typed_openai.models.chat import ChatCompletion, ChatCompletionChunk
from typed_openai.tools.definition import ToolArgumentsError


class Weather(BaseModel):
    """Where to look."""

    city: str
    days: int = 1


@tool
def add(a: int, b: int = 2) -> int:
    """Add."""
    return a + b


PLAIN: dict[str, Any] = {
    "name": "Weather",
    "parameters": {"type": "object", "properties": {"city": {"type": "string"}}},
}
DATA = {"city": "Oslo", "days": None}
OSLO = '{"city": "Oslo", "days": null}'
CASES: dict[str, tuple[Any, str, str, object]] = {
    "a tool of a model": (tool(Weather), "Weather", OSLO, Weather(city="Oslo")),
    "a tool as the official package makes it": (pydantic_function_tool(Weather), "Weather", OSLO, Weather(city="Oslo")),
    "a tool of the official package": (
        official_tools.pydantic_function_tool(Weather),
        "Weather",
        '{"city": "Oslo", "days": 3}',
        Weather(city="Oslo", days=3),
    ),
    "a function": (add, "add", '{"a": 1, "b": null}', {"a": 1}),
    "a strict dict": ({"type": "function", "function": {**PLAIN, "strict": True}}, "Weather", OSLO, DATA),
    "a dict that is not strict": ({"type": "function", "function": PLAIN}, "Weather", OSLO, None),
    "another name": (tool(Weather), "Sonne", OSLO, None),
}
FOR_RESPONSES: dict[str, tuple[Any, str, str, object]] = {
    "a tool of a model": CASES["a tool of a model"],
    "a function": CASES["a function"],
    "a tool as the official package makes it": (
        pydantic_responses_function_tool(Weather, defer_loading=False),
        "Weather",
        OSLO,
        Weather(city="Oslo"),
    ),
    "a tool of the official package": (
        official_tools.pydantic_responses_function_tool(Weather),
        "Weather",
        '{"city": "Oslo", "days": 3}',
        Weather(city="Oslo", days=3),
    ),
    "a strict dict": ({"type": "function", **PLAIN, "strict": True}, "Weather", OSLO, DATA),
    "a dict that is not strict": ({"type": "function", **PLAIN, "strict": False}, "Weather", OSLO, None),
}


def called(*calls: tuple[str, str], content: str | None = None) -> Answer:
    """A completion with these calls."""
    made = [
        {"id": f"call_{number}", "type": "function", "function": {"name": name, "arguments": arguments}}
        for number, (name, arguments) in enumerate(calls)
    ]
    message = {"role": "assistant", "content": content, "refusal": None, "tool_calls": made}
    choice = {"index": 0, "message": message, "finish_reason": "tool_calls", "logprobs": None}
    head = {"id": "c", "object": "chat.completion", "created": 1, "model": "m"}
    return status(200, {**head, "choices": [choice]})


def call_item(name: str, arguments: str, **more: Any) -> dict[str, Any]:
    head = {"id": "fc_1", "type": "function_call", "call_id": "call_1", "status": "completed"}
    return {**head, "name": name, "arguments": arguments, **more}


async def chat_call(connect: Connect, given: Any, name: str, arguments: str) -> Any:
    """The one call of an answer, asked for without a type."""
    answer = await done(connect(Wire(called((name, arguments)))).chat.completions.parse(**HELLO, tools=[given]))
    assert answer.choices[0].message.parsed is None
    return answer.choices[0].message.tool_calls[0]


@pytest.mark.parametrize("case", CASES)
async def test_a_chat_call_has_what_its_tool_reads(connect: Connect, case: str) -> None:
    given, name, arguments, value = CASES[case]
    call = await chat_call(connect, given, name, arguments)
    assert call.function.parsed_arguments == value
    assert type(call.function.parsed_arguments) is type(value)


@pytest.mark.parametrize("case", FOR_RESPONSES)
async def test_a_call_of_a_response_has_what_its_tool_reads(connect: Connect, case: str) -> None:
    given, name, arguments, value = FOR_RESPONSES[case]
    wire = Wire(answered(said("One moment."), output=[call_item(name, arguments)]))
    response = await done(connect(wire).responses.parse(model="m", input="x", tools=iter([given])))
    assert response.output[0].parsed_arguments == response.function_calls[0].parsed_arguments == value
    assert response.output_parsed is None
    assert "text" not in wire.body
    assert wire.body["tools"][0]["name"] == ("add" if name == "add" else "Weather")


async def test_a_function_in_a_namespace_is_found_there(connect: Connect) -> None:
    inner = pydantic_responses_function_tool(Weather)
    space = {"type": "namespace", "name": "sky", "description": "What is above.", "tools": [inner]}
    items = [call_item("Weather", OSLO, namespace="sky"), call_item("Weather", OSLO)]
    wire = Wire(answered(output=items))
    response = await done(connect(wire).responses.parse(model="m", input="x", tools=[space]))
    assert [call.parsed_arguments for call in response.function_calls] == [Weather(city="Oslo"), None]


async def test_arguments_that_do_not_fit_are_told_to_who_looks(connect: Connect) -> None:
    for arguments in ('{"city": 1}', "{", "[]"):
        call = await chat_call(connect, tool(Weather), "Weather", arguments)
        for _ in range(2):
            with pytest.raises(ToolArgumentsError, match="wrong arguments for 'Weather'"):
                _ = call.function.parsed_arguments
        assert call.function.arguments == arguments


async def test_a_value_goes_into_no_dump_and_is_never_sent_back(connect: Connect) -> None:
    wire = Wire(called(("Weather", OSLO)))
    client = connect(wire)
    answer = await done(client.chat.completions.parse(**HELLO, tools=[pydantic_function_tool(Weather)]))
    message = answer.choices[0].message
    assert "parsed_arguments" not in f"{answer.model_dump()} {answer.model_dump_json()} {answer.to_dict()}"
    outputs = [{"role": "tool", "tool_call_id": call.id, "content": "sun"} for call in message.tool_calls]
    await done(client.chat.completions.create(model="m", messages=[*HELLO["messages"], message, *outputs]))
    assert wire.body["messages"][1]["tool_calls"][0]["function"] == {"name": "Weather", "arguments": OSLO}


async def test_a_value_goes_along_with_copies_and_pickles(connect: Connect) -> None:
    call = await chat_call(connect, tool(Weather), "Weather", OSLO)
    copies = [copy.copy(call.function), copy.deepcopy(call.function), call.function.model_copy()]
    for each in [*copies, pickle.loads(pickle.dumps(call.function))]:
        assert each.parsed_arguments == Weather(city="Oslo")
        assert each == call.function


async def test_where_nothing_was_parsed_there_is_none(connect: Connect) -> None:
    answer = await done(connect(Wire(called(("Weather", OSLO)))).chat.completions.create(**HELLO))
    assert answer.choices[0].message.tool_calls[0].function.parsed_arguments is None
    response = await done(connect(Wire(answered(said("hi")))).responses.create(model="m", input="x"))
    assert response.output[0].content[0].parsed is None


def test_what_a_server_calls_so_is_not_lost() -> None:
    call = {"id": "c", "type": "function", "function": {"name": "f", "arguments": "{}", "parsed_arguments": {"a": 1}}}
    message = {"role": "assistant", "content": None, "tool_calls": [call]}
    choice = {"index": 0, "message": message, "finish_reason": "tool_calls"}
    data = {"id": "c", "object": "chat.completion", "created": 1, "model": "m", "choices": [choice]}
    found = ChatCompletion.model_validate(data).choices[0].message.tool_calls
    assert found is not None
    assert found[0].type == "function"
    assert found[0].function.parsed_arguments == {"a": 1}


async def test_the_text_of_a_response_has_the_value_that_was_read_of_it(connect: Connect) -> None:
    wire = Wire(answered(said("[1]"), said("and"), said("[2]")))
    response = await done(connect(wire).responses.parse(model="m", input="x", text_format=list[int]))
    assert response.output_parsed == [1]
    assert [part.parsed for part in response.output[0].content] == [[1], None, [2]]
    assert "parsed" not in response.model_dump_json()


async def test_a_type_and_typed_tools_go_together(connect: Connect) -> None:
    wire = Wire(called(("Weather", OSLO), content='{"city": "Rome", "days": 2}'))
    chat = connect(wire).chat.completions
    answer = await done(chat.parse(**HELLO, response_format=Weather, tools=[tool(Weather)]))
    assert answer.parsed == Weather(city="Rome", days=2)
    assert answer.choices[0].message.tool_calls[0].function.parsed_arguments == Weather(city="Oslo")


# -- streams ---------------------------------------------------------------------------------------------------------


def chunks(*arguments: str) -> Answer:
    """A stream of a call of `Weather`, its arguments in pieces."""
    head = {"id": "c", "object": "chat.completion.chunk", "created": 1, "model": "m"}
    begun = {"index": 0, "id": "call_1", "type": "function", "function": {"name": "Weather", "arguments": ""}}
    calls = [begun, *({"index": 0, "function": {"arguments": text}} for text in arguments)]
    deltas: list[tuple[dict[str, Any], str | None]] = [({"tool_calls": [call]}, None) for call in calls]
    told = [
        {**head, "choices": [{"index": 0, "delta": delta, "finish_reason": reason}]}
        for delta, reason in [*deltas, ({}, "tool_calls")]
    ]
    body = "".join(f"data: {json.dumps(each)}\n\n" for each in told) + "data: [DONE]\n\n"
    return status(200, content=body.encode(), headers={"content-type": "text/event-stream"})


async def read(stream: Any) -> list[Any]:
    """The events of a stream of either colour."""
    return [event async for event in stream] if hasattr(stream, "__aiter__") else list(stream)


@pytest.mark.parametrize("given", ["a tool of a model", "a tool as the official package makes it"])
async def test_the_end_of_a_chat_stream_has_what_the_tool_reads(connect: Connect, given: str) -> None:
    wire = Wire(chunks('{"city": "Os', 'lo", "days": null}'))
    stream = connect(wire).chat.completions.stream(**HELLO, tools=iter([CASES[given][0]]))
    with pytest.raises(StreamTruncatedError):
        _ = stream.current_completion_snapshot
    (ended,) = [event for event in await read(stream) if event.type == "tool_calls.function.arguments.done"]
    assert ended.parsed_arguments == Weather(city="Oslo")
    assert stream.current_completion_snapshot == stream.snapshot
    final = await done(stream.get_final_completion())
    assert final.choices[0].message.tool_calls[0].function.parsed_arguments == Weather(city="Oslo")


async def test_a_chat_stream_whose_call_does_not_fit_ends_all_the_same(connect: Connect) -> None:
    stream = connect(Wire(chunks("{"))).chat.completions.stream(**HELLO, tools=[tool(Weather)], response_format=Weather)
    (ended,) = [event for event in await read(stream) if event.type == "tool_calls.function.arguments.done"]
    final = await done(stream.get_final_completion())
    for each in (ended, final.choices[0].message.tool_calls[0].function):
        with pytest.raises(ToolArgumentsError):
            _ = each.parsed_arguments


async def test_the_end_of_a_response_stream_has_what_the_tool_reads(connect: Connect) -> None:
    wire = Wire(status(200, content=told(story()), headers={"content-type": "text/event-stream"}))

    @tool
    def now(a: int) -> str:
        return str(a)

    stream = connect(wire).responses.stream(model="m", input="x", tools=[now])
    await read(stream)
    assert (await done(stream.get_final_response())).function_calls[0].parsed_arguments == {"a": 1}


def test_chunks_from_elsewhere_add_up_with_what_the_tool_reads() -> None:
    state: ChatCompletionStreamState[None] = ChatCompletionStreamState(input_tools=iter([tool(Weather)]))
    for line in chunks('{"city": "Oslo", ', '"days": null}')(httpx.Request("POST", "http://x")).iter_lines():
        if line.startswith("data: {"):
            state.handle_chunk(ChatCompletionChunk.model_validate_json(line.removeprefix("data: ")))
    assert state.get_final_completion().choices[0].message.tool_calls[0].function.parsed_arguments == Weather(
        city="Oslo"
    )


class Known(BaseModel):
    """A city that is known."""

    city: str

    @field_validator("city")
    @classmethod
    def look_up(cls, city: str) -> str:
        return {"Oslo": "OSL"}[city]


async def test_what_a_validator_of_a_tool_raises_does_not_cost_the_answer(connect: Connect) -> None:
    call = {"id": "c", "type": "function", "function": {"name": "Known", "arguments": '{"city": "Rome"}'}}
    message = {"role": "assistant", "content": None, "refusal": None, "tool_calls": [call]}
    choice = {"index": 0, "message": message, "logprobs": None, "finish_reason": "tool_calls"}
    answer = await done(
        connect(Wire(completion(choices=[choice]))).chat.completions.parse(**HELLO, tools=[tool(Known)])
    )
    (asked,) = answer.choices[0].message.tool_calls
    with pytest.raises(ToolArgumentsError, match="KeyError: 'Rome'") as caught:
        _ = asked.function.parsed_arguments
    assert isinstance(caught.value.__cause__, KeyError)
    assert asked.function.arguments == '{"city": "Rome"}'
