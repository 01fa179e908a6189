"""DSPy on litellm's engine: predictions, typed fields, tools, streams, both colours.

It copies what it was given, deeply, which no client of the official package survives: that side lets litellm make one.
"""

from __future__ import annotations

from typing import Any

import pytest

from tests.canned import done
from tests.frameworks.programs.conftest import ADA, Pair, User, weather
from typed_openai.local import ToolCall

dspy: Any = pytest.importorskip("dspy", reason="dspy is not installed: make frameworks")


def lm(pair: Pair, colour: str, **settings: Any) -> Any:
    given = {} if pair.side == "official" else {"client": pair.of(colour)}
    return dspy.LM("openai/gpt-4o", engine="litellm", cache=False, **given, **settings)


def call(of: Any, colour: str) -> Any:
    return of if colour == "sync" else of.acall


def fields(**values: str) -> str:
    return "\n".join(f"[[ ## {name} ## ]]\n{value}\n" for name, value in values.items()) + "[[ ## completed ## ]]"


async def test_an_answer(pair: Pair, colour: str) -> None:
    outputs = await done(call(lm(pair, colour), colour)("hi"))
    assert 'you said "hi"' in str(outputs[0])


@pytest.mark.parametrize("kind", ["Predict", "ChainOfThought"])
async def test_a_prediction(pair: Pair, colour: str, kind: str) -> None:
    pair.server.answer(fields(reasoning="I know.", answer="Paris"))
    with dspy.context(lm=lm(pair, colour)):
        found = await done(call(getattr(dspy, kind)("question -> answer"), colour)(question="Where?"))
    assert found.answer == "Paris"


async def test_a_typed_field(pair: Pair, colour: str) -> None:
    signature = dspy.Signature("text -> user: User", custom_types={"User": User})
    with dspy.context(lm=lm(pair, colour), adapter=dspy.JSONAdapter()):
        pair.server.answer({"user": ADA.model_dump()})
        found = await done(call(dspy.Predict(signature), colour)(text="Ada is 36"))
    assert found.user == ADA


async def test_an_agent_with_a_tool(pair: Pair, colour: str) -> None:
    step = {"next_thought": "Ask.", "next_tool_name": "weather", "next_tool_args": '{"city": "Paris"}'}
    end = {"next_thought": "Done.", "next_tool_name": "finish", "next_tool_args": "{}"}
    pair.server.answer(fields(**step), fields(**end), fields(reasoning="It says so.", answer="sunny"))
    with dspy.context(lm=lm(pair, colour), adapter=dspy.ChatAdapter()):
        found = await done(call(dspy.ReAct("question -> answer", tools=[weather]), colour)(question="weather in Paris"))
    assert found.answer == "sunny"
    assert "sunny in Paris" in str(found.trajectory)


async def test_a_call_of_a_tool(pair: Pair, colour: str) -> None:
    signature = dspy.Signature(
        "question: str, tools: list[Tool] -> calls: ToolCalls",
        custom_types={"Tool": dspy.Tool, "ToolCalls": dspy.ToolCalls},
    )
    pair.server.answer(ToolCall("weather", city="Paris"))
    with dspy.context(lm=lm(pair, colour), adapter=dspy.ChatAdapter(use_native_function_calling=True)):
        found = await done(call(dspy.Predict(signature), colour)(question="weather?", tools=[dspy.Tool(weather)]))
    assert found.calls.tool_calls[0].args == {"city": "Paris"}


async def test_a_stream(pair: Pair) -> None:
    pair.server.answer(fields(answer="one two three four five six seven eight nine ten"))
    predict = dspy.Predict("question -> answer")
    listeners = [dspy.streaming.StreamListener(signature_field_name="answer")]
    with dspy.context(lm=lm(pair, "async"), adapter=dspy.ChatAdapter()):
        run = dspy.streamify(predict, stream_listeners=listeners)
        found = [each async for each in run(question="Count!")]
    assert found[-1].answer.endswith("ten")
    assert len(found) > 2
