"""Haystack: the chat and the Responses generator, an embedder, an agent, streams in both colours."""

from __future__ import annotations

from typing import Any

import pytest

from tests.canned import done
from tests.frameworks.programs.conftest import Pair, weather

chat: Any = pytest.importorskip(
    "haystack.components.generators.chat", reason="haystack-ai is not installed: make frameworks"
)
agents: Any = pytest.importorskip("haystack.components.agents")
data: Any = pytest.importorskip("haystack.dataclasses")
tools: Any = pytest.importorskip("haystack.tools")


@pytest.fixture(params=["OpenAIChatGenerator", "OpenAIResponsesChatGenerator"])
def generator(request: pytest.FixtureRequest, pair: Pair) -> Any:
    made = getattr(chat, request.param)(model="gpt-4o")
    made.client, made.async_client = pair.sync, pair.awaited
    return made


def call(of: Any, colour: str) -> Any:
    return getattr(of, "run" if colour == "sync" else "run_async")


def said(text: str) -> list[Any]:
    return [data.ChatMessage.from_user(text)]


async def test_an_answer(generator: Any, colour: str) -> None:
    answer = await done(call(generator, colour)(said("hi")))
    assert 'you said "hi"' in answer["replies"][0].text


async def test_a_stream(generator: Any, colour: str) -> None:
    pieces: list[str] = []

    def take(chunk: Any) -> None:
        pieces.append(chunk.content)

    async def take_async(chunk: Any) -> None:
        pieces.append(chunk.content)

    callback = take if colour == "sync" else take_async
    await done(call(generator, colour)(said("hi"), streaming_callback=callback))
    assert len(pieces) > 3
    assert 'you said "hi"' in "".join(pieces)


async def test_an_agent_with_a_tool(generator: Any, colour: str) -> None:
    agent = agents.Agent(chat_generator=generator, tools=[tools.create_tool_from_function(weather)])
    answer = await done(call(agent, colour)(said("weather in Paris")))
    assert "sunny in Paris" in answer["messages"][-1].text


def test_structured_output(pair: Pair) -> None:
    from tests.frameworks.programs.conftest import ADA, User

    generator = chat.OpenAIChatGenerator(model="gpt-4o", generation_kwargs={"response_format": User})
    generator.client = pair.sync
    assert User.model_validate_json(generator.run(said("Ada is 36"))["replies"][0].text) == ADA
