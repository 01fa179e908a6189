"""LangChain's `ChatOpenAI` by chat and by Responses: answers, streams, structured output, the tool loop of an agent."""

from __future__ import annotations

from typing import Any

import pytest

from tests.canned import done, listed
from tests.frameworks.programs.conftest import ADA, PICTURE, Pair, User, call, weather

langchain: Any = pytest.importorskip("langchain_openai", reason="langchain-openai is not installed: make frameworks")
messages: Any = pytest.importorskip("langchain_core.messages")
agents: Any = pytest.importorskip("langchain.agents")
openai: Any = pytest.importorskip("openai")


@pytest.fixture(params=[False, True], ids=["chat", "responses"])
def llm(request: pytest.FixtureRequest, pair: Pair) -> Any:
    return model(pair, use_responses_api=request.param)


def model(pair: Pair, **settings: Any) -> Any:
    return langchain.ChatOpenAI(
        model="gpt-4o",
        **settings,
        client=pair.sync.chat.completions,
        async_client=pair.awaited.chat.completions,
        root_client=pair.sync,
        root_async_client=pair.awaited,
    )


async def test_an_answer(llm: Any, colour: str) -> None:
    answer = await done(call(llm, "invoke", colour)("hi"))
    assert 'you said "hi"' in answer.text
    assert answer.usage_metadata["total_tokens"] > 0


async def test_a_stream(llm: Any, colour: str) -> None:
    chunks = await listed(call(llm, "stream", colour)("hi"))
    assert len(chunks) > 3
    assert 'you said "hi"' in "".join(chunk.text for chunk in chunks)


async def test_an_agent_with_a_tool(llm: Any, colour: str) -> None:
    agent = agents.create_agent(llm, [weather])
    state = await done(call(agent, "invoke", colour)({"messages": [("user", "weather in Paris")]}))
    assert [message.type for message in state["messages"]] == ["human", "ai", "tool", "ai"]
    assert "sunny in Paris" in state["messages"][-1].text


async def test_an_agent_that_streams(llm: Any, colour: str) -> None:
    agent = agents.create_agent(llm, [weather])
    given = {"messages": [("user", "weather in Paris")]}
    pieces = await listed(call(agent, "stream", colour)(given, stream_mode="messages"))
    assert "sunny in Paris" in "".join(piece[0].text for piece in pieces)


@pytest.mark.parametrize("method", ["function_calling", "json_schema"])
async def test_structured_output(llm: Any, colour: str, method: str) -> None:
    structured = llm.with_structured_output(User, method=method)
    assert await done(call(structured, "invoke", colour)("Ada is 36")) == ADA
    assert (await listed(call(structured, "stream", colour)("Ada is 36")))[-1] == ADA


async def test_a_conversation_with_pictures_and_calls_that_were_written_by_hand(llm: Any, colour: str) -> None:
    calls = [{"name": "weather", "args": {"city": "Paris"}, "id": "call_1"}]
    said = [
        messages.SystemMessage("Be brief."),
        messages.HumanMessage([{"type": "text", "text": "x"}, {"type": "image_url", "image_url": {"url": PICTURE}}]),
        messages.AIMessage("I see."),
        messages.HumanMessage("weather?"),
        messages.AIMessage("", tool_calls=calls),
        messages.ToolMessage("sunny", tool_call_id="call_1"),
        messages.AIMessage("It is sunny."),
        messages.HumanMessage("thanks"),
    ]
    assert 'you said "thanks"' in (await done(call(llm, "invoke", colour)(said))).text


@pytest.mark.parametrize("version", ["v0", "responses/v1", "v1"])
async def test_thoughts_go_back(pair: Pair, colour: str, version: str) -> None:
    reasoning = {"effort": "low", "summary": "auto"}
    thinking = model(pair, use_responses_api=True, reasoning=reasoning, output_version=version)
    first = await done(call(thinking, "invoke", colour)("one"))
    again = [messages.HumanMessage("one"), first, messages.HumanMessage("two")]
    assert 'you said "two"' in (await done(call(thinking, "invoke", colour)(again))).text


async def test_many_at_once(llm: Any, colour: str) -> None:
    answers = await done(call(llm, "batch", colour)(["one", "two"]))
    assert ['said "one"' in answers[0].text, 'said "two"' in answers[1].text] == [True, True]
