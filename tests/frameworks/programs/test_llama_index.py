"""LlamaIndex' `OpenAI` and `OpenAIResponses`: chat, streams, tools, structured output, and an agent."""

from __future__ import annotations

from typing import Any

import pytest

from tests.canned import done, listed
from tests.frameworks.programs.conftest import ADA, Pair, User, call, weather

llama: Any = pytest.importorskip(
    "llama_index.llms.openai", reason="llama-index-llms-openai is not installed: make frameworks"
)
llms: Any = pytest.importorskip("llama_index.core.llms")
prompts: Any = pytest.importorskip("llama_index.core.prompts")
tools: Any = pytest.importorskip("llama_index.core.tools")
workflow: Any = pytest.importorskip("llama_index.core.agent.workflow")


@pytest.fixture(params=["OpenAI", "OpenAIResponses"])
def llm(request: pytest.FixtureRequest, pair: Pair) -> Any:
    kind = getattr(llama, request.param)
    return kind(model="gpt-4o", openai_client=pair.sync, async_openai_client=pair.awaited)


def said(text: str) -> list[Any]:
    return [llms.ChatMessage(role="user", content=text)]


async def test_an_answer(llm: Any, colour: str) -> None:
    assert 'you said "hi"' in (await done(call(llm, "chat", colour)(said("hi")))).message.content


async def test_a_stream(llm: Any, colour: str) -> None:
    chunks = await listed(await done(call(llm, "stream_chat", colour)(said("hi"))))
    assert 'you said "hi"' in "".join(chunk.delta for chunk in chunks)


async def test_tools(llm: Any, colour: str) -> None:
    tool = tools.FunctionTool.from_defaults(weather)
    answer = await done(call(llm, "chat_with_tools", colour)([tool], "weather in Paris"))
    calls = llm.get_tool_calls_from_response(answer)
    assert [(each.tool_name, each.tool_kwargs) for each in calls] == [("weather", {"city": "Paris"})]


async def test_structured_output(llm: Any, colour: str) -> None:
    name = "structured_predict" if colour == "sync" else "astructured_predict"
    assert await done(getattr(llm, name)(User, prompts.PromptTemplate("{who} is 36"), who="Ada")) == ADA


async def test_an_agent(llm: Any) -> None:
    agent = workflow.FunctionAgent(tools=[weather], llm=llm)
    assert "sunny in Paris" in str(await agent.run("weather in Paris"))
