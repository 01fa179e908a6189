"""mirascope: its provider by chat and by Responses: calls, streams, tools, formats, both colours."""

from __future__ import annotations

from typing import Any

import pytest

from tests.canned import done
from tests.frameworks.programs.conftest import Pair, User, call, weather

llm: Any = pytest.importorskip("mirascope.llm", reason="mirascope is not installed: make frameworks")
providers: Any = pytest.importorskip("mirascope.llm.providers.openai.provider")

TAKES_CLIENTS = True


@pytest.fixture(params=["completions", "responses"])
def model(request: pytest.FixtureRequest, pair: Pair) -> Any:
    provider = providers.OpenAIProvider()
    for part in (provider._completions_provider, provider._responses_provider):
        part.client, part.async_client = pair.sync, pair.awaited
    llm.register_provider(provider, scope="openai/")
    return llm.Model(f"openai/gpt-4o:{request.param}")


async def test_an_answer(model: Any, colour: str) -> None:
    assert 'you said "hi"' in (await done(call(model, "call", colour, after=True)("hi"))).text()


async def test_a_stream(model: Any, colour: str) -> None:
    stream = await done(call(model, "stream", colour, after=True)("hi"))
    pieces = list(stream.text_stream()) if colour == "sync" else [piece async for piece in stream.text_stream()]
    assert len(pieces) > 3
    assert 'you said "hi"' in "".join(pieces)


@pytest.mark.parametrize("streamed", [False, True])
async def test_tools(model: Any, colour: str, streamed: bool) -> None:
    async def weather_async(city: str) -> str:
        return weather(city)

    tool = llm.tool(weather) if colour == "sync" else llm.tool(weather_async)
    answer = await done(
        call(model, "stream" if streamed else "call", colour, after=True)("weather in Paris", tools=[tool])
    )
    if streamed and colour == "sync":
        answer.finish()
    elif streamed:
        await answer.finish()
    assert len(answer.tool_calls) == 1
    again = await done(answer.resume(await done(answer.execute_tools())))
    if streamed and colour == "sync":
        again.finish()
    elif streamed:
        await again.finish()
    assert "sunny in Paris" in again.text()


async def test_a_format(model: Any, colour: str) -> None:
    answer = await done(call(model, "call", colour, after=True)("Ada is 36", format=User))
    assert answer.parse().model_dump() == {"name": "Ada", "age": 36}
