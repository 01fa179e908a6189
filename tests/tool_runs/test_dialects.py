"""What other servers send in place of a text, `parse` and tools are given: parts, objects, calls without a type."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import BaseModel

from tests.canned import HELLO, Answer, Connect, Wire, completion, done
from typed_openai.tools.definition import tool


class Person(BaseModel):
    name: str


def answered(message: dict[str, Any], finish: str = "stop") -> Answer:
    choice = {"index": 0, "message": {"role": "assistant", **message}, "logprobs": None, "finish_reason": finish}
    return completion("", choices=[choice])


def weather(city: str) -> str:
    return f"rain in {city}"


CALL = {"id": "c1", "type": "function", "function": {"name": "weather", "arguments": {"city": "Bonn"}}}
UNTYPED = {"id": "c1", "function": {"name": "weather", "arguments": '{"city": "Bonn"}'}}
THOUGHT = {"type": "thinking", "thinking": [{"type": "text", "text": "Rain?"}]}


@pytest.mark.parametrize(
    "calls", [[CALL], CALL, [UNTYPED], [{**UNTYPED, "type": None}]], ids=["object", "one", "untyped", "null"]
)
async def test_a_tool_is_called_with_what_the_call_means(connect: Connect, calls: Any) -> None:
    wire = Wire(answered({"content": None, "tool_calls": calls}, "tool_calls"), answered({"content": "Wet."}))
    run = await done(connect(wire).chat.completions.run_tools(**HELLO, tools=[weather]))
    assert [call.output for step in run.steps for call in step.calls] == ["rain in Bonn"]
    said, told = wire.requests[1].content, "rain in Bonn"
    assert told in said.decode()
    assert run.text == "Wet."


async def test_a_call_without_a_type_is_one_of_a_function(connect: Connect) -> None:
    answer = await done(connect(Wire(answered({"tool_calls": [UNTYPED]}))).chat.completions.create(**HELLO))
    call = answer.choices[0].message.tool_calls[0]
    assert (call.type, call.function.name, call.model_dump()) == ("function", "weather", UNTYPED)
    assert [issue.pointer for issue in answer.issues] == ["/choices/0/message/tool_calls/0/type"]


@pytest.mark.parametrize("arguments", ['{"city": "Bonn"}', {"city": "Bonn"}])
def test_a_tool_takes_arguments_as_the_server_sent_them(arguments: Any) -> None:
    assert tool(weather).invoke(arguments) == "rain in Bonn"


async def test_a_value_is_read_from_the_parts_of_an_answer(connect: Connect) -> None:
    parts = [THOUGHT, {"type": "text", "text": '{"name": '}, {"type": "text", "text": '"Anna"}'}]
    found = await done(
        connect(Wire(answered({"content": parts}))).chat.completions.parse(**HELLO, response_format=Person)
    )
    assert found.parsed == Person(name="Anna")
    message = found.choices[0].message
    assert (message.thoughts, message.reasoning_content, message.content) == ("Rain?", "Rain?", parts)
    assert "reasoning_content" not in found.completion.choices[0].message.model_dump()
