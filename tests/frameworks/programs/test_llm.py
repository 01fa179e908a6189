"""llm: its models by chat and by Responses, prompts, streams, schemas, tools, conversations, in both colours."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.canned import done
from tests.frameworks.programs.conftest import ADA, Pair, User, weather

llm: Any = pytest.importorskip("llm", reason="llm is not installed: make frameworks")

TAKES_CLIENTS = True


@pytest.fixture(params=["gpt-4o", "gpt-5.1"])
def model(request: pytest.FixtureRequest, pair: Pair, colour: str, monkeypatch: pytest.MonkeyPatch) -> Any:
    get = llm.get_model if colour == "sync" else llm.get_async_model
    made = get(request.param)
    monkeypatch.setattr(made, "get_client", lambda key, async_=False: pair.awaited if async_ else pair.sync)
    return made


async def test_an_answer(model: Any) -> None:
    response = model.prompt("hi", stream=False)
    assert 'you said "hi"' in await done(response.text())


async def test_a_stream(model: Any, colour: str) -> None:
    response = model.prompt("hi")
    pieces = list(response) if colour == "sync" else [piece async for piece in response]
    assert len(pieces) > 3
    assert 'you said "hi"' in "".join(pieces)


@pytest.mark.parametrize("stream", [False, True])
async def test_a_schema(model: Any, stream: bool) -> None:
    text = await done(model.prompt("Ada is 36", schema=User, stream=stream).text())
    assert json.loads(text) == ADA.model_dump()


@pytest.mark.parametrize("stream", [False, True])
async def test_a_chain_with_a_tool(model: Any, stream: bool) -> None:
    text = await done(model.chain("weather in Paris", tools=[weather], stream=stream).text())
    assert "sunny in Paris" in text


async def test_a_conversation(model: Any) -> None:
    conversation = model.conversation()
    await done(conversation.prompt("one").text())
    assert 'you said "two"' in await done(conversation.prompt("two").text())
