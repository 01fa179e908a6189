"""autogen: the client of autogen-ext, alone and in an agent of autogen-agentchat: tools, streams, output types."""

from __future__ import annotations

from typing import Any

import pytest

from tests.canned import listed
from tests.frameworks.programs.conftest import ADA, Pair, User, weather

ext: Any = pytest.importorskip("autogen_ext.models.openai", reason="autogen-ext is not installed: make frameworks")
core: Any = pytest.importorskip("autogen_core.models")
core_tools: Any = pytest.importorskip("autogen_core.tools")
agentchat: Any = pytest.importorskip("autogen_agentchat.agents")

TAKES_CLIENTS = True

INFO = {"vision": False, "function_calling": True, "json_output": True, "structured_output": True, "family": "gpt-4o"}


@pytest.fixture
def client(pair: Pair) -> Any:
    return ext.BaseOpenAIChatCompletionClient(
        pair.awaited, create_args={"model": "gpt-4o"}, model_info={**INFO, "multiple_system_messages": True}
    )


def said(text: str) -> list[Any]:
    return [core.UserMessage(content=text, source="user")]


async def test_an_answer(client: Any) -> None:
    answer = await client.create(said("hi"))
    assert 'you said "hi"' in answer.content
    assert answer.usage.prompt_tokens > 0


async def test_a_stream(client: Any) -> None:
    *pieces, answer = await listed(client.create_stream(said("hi")))
    assert "".join(pieces) == answer.content
    assert len(pieces) > 3


@pytest.mark.parametrize("streamed", [False, True])
async def test_an_agent_with_a_tool(client: Any, streamed: bool) -> None:
    agent = agentchat.AssistantAgent(
        "helper", client, tools=[weather], reflect_on_tool_use=True, model_client_stream=streamed
    )
    result = await agent.run(task="weather in Paris")
    assert "sunny in Paris" in result.messages[-1].content


async def test_an_output_type(client: Any) -> None:
    answer = await client.create(said("Ada is 36"), json_output=User)
    assert User.model_validate_json(answer.content) == ADA
    agent = agentchat.AssistantAgent("helper", client, output_content_type=User)
    assert (await agent.run(task="Ada is 36")).messages[-1].content == ADA
