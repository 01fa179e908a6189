"""smolagents: `OpenAIModel` in a tool calling agent and a code agent, answers and streams (it has one colour)."""

from __future__ import annotations

from typing import Any

import pytest

from tests.frameworks.programs.conftest import Pair, weather
from typed_openai.local import ToolCall

smolagents: Any = pytest.importorskip("smolagents", reason="smolagents is not installed: make frameworks")

TAKES_CLIENTS = True


@pytest.fixture
def model(pair: Pair) -> Any:
    return smolagents.OpenAIModel(model_id="gpt-4o", client=pair.sync)


def said(text: str) -> list[Any]:
    return [{"role": "user", "content": [{"type": "text", "text": text}]}]


def test_an_answer(model: Any) -> None:
    answer = model.generate(said("hi"))
    assert 'you said "hi"' in answer.content
    assert answer.token_usage.input_tokens > 0


def test_a_stream(model: Any) -> None:
    deltas = [delta.content or "" for delta in model.generate_stream(said("hi"))]
    assert len(deltas) > 3
    assert 'you said "hi"' in "".join(deltas)


@pytest.mark.parametrize("streamed", [False, True])
def test_an_agent_that_calls_tools(model: Any, pair: Pair, streamed: bool) -> None:
    agent = smolagents.ToolCallingAgent(tools=[smolagents.tool(weather)], model=model, stream_outputs=streamed)
    pair.server.answer(ToolCall("weather", city="Paris"), ToolCall("final_answer", answer="sunny"))
    assert agent.run("weather in Paris") == "sunny"
    assert "sunny in Paris" in str(pair.server.requests[-1].json())


def test_an_agent_that_writes_code(model: Any, pair: Pair) -> None:
    agent = smolagents.CodeAgent(tools=[smolagents.tool(weather)], model=model)
    pair.server.answer('Thought: ask.\n<code>\nfinal_answer(weather(city="Paris"))\n</code>')
    assert agent.run("weather in Paris") == "sunny in Paris"


def test_an_answer_of_a_form(model: Any) -> None:
    form = {"type": "json_schema", "json_schema": {"name": "user", "schema": {"type": "object", "properties": {}}}}
    assert model.generate(said("hi"), response_format=form).content.startswith("{")
