"""pydantic-ai: agents by chat and by Responses, with tools, streams and output types, and its errors."""

from __future__ import annotations

from typing import Any

import pytest

from tests.frameworks.programs.conftest import ADA, Pair, User, weather
from typed_openai.local import Fault, ToolCall

ai: Any = pytest.importorskip("pydantic_ai", reason="pydantic-ai is not installed: make frameworks")
models: Any = pytest.importorskip("pydantic_ai.models.openai")
providers: Any = pytest.importorskip("pydantic_ai.providers.openai")


@pytest.fixture(params=["OpenAIChatModel", "OpenAIResponsesModel"])
def model(request: pytest.FixtureRequest, pair: Pair) -> Any:
    return getattr(models, request.param)("gpt-4o", provider=providers.OpenAIProvider(openai_client=pair.awaited))


async def test_a_run(model: Any) -> None:
    assert 'you said "hi"' in (await ai.Agent(model).run("hi")).output


def test_a_run_that_blocks(model: Any) -> None:
    assert 'you said "hi"' in ai.Agent(model).run_sync("hi").output


async def test_a_streamed_run(model: Any) -> None:
    async with ai.Agent(model).run_stream("hi") as run:
        texts = [text async for text in run.stream_text(delta=True, debounce_by=None)]
    assert len(texts) > 3
    assert 'you said "hi"' in "".join(texts)


async def test_tools(model: Any) -> None:
    agent = ai.Agent(model, tools=[weather])
    assert "sunny in Paris" in (await agent.run("weather in Paris")).output
    async with agent.run_stream("weather in Paris") as run:
        assert "sunny in Paris" in await run.get_output()


@pytest.mark.parametrize("kind", ["ToolOutput", "NativeOutput", "PromptedOutput"])
async def test_an_output_type(model: Any, kind: str, pair: Pair) -> None:
    if kind == "PromptedOutput":
        pair.server.answer({"name": "Ada", "age": 36})
    assert (await ai.Agent(model, output_type=getattr(ai, kind)(User)).run("Ada is 36")).output == ADA


async def test_what_was_said_goes_back_with_thoughts_and_pictures(model: Any) -> None:
    settings = {"openai_reasoning_effort": "low", "openai_reasoning_summary": "auto"}
    agent = ai.Agent(model, tools=[weather], model_settings=settings)
    first = await agent.run(["weather in Paris", ai.BinaryContent(b"PNG", media_type="image/png")])
    second = await agent.run("weather in Rome", message_history=first.all_messages())
    assert "sunny in Rome" in second.output


async def test_a_wrong_call_is_made_again(model: Any, pair: Pair) -> None:
    pair.server.answer(ToolCall("weather", town="Paris"), ToolCall("weather", city="Paris"), "It is sunny.")
    assert (await ai.Agent(model, tools=[weather]).run("weather in Paris")).output == "It is sunny."


async def test_an_error_is_the_one_of_the_program(model: Any, pair: Pair) -> None:
    pair.server.fail_next(Fault(status=400))
    with pytest.raises(ai.ModelHTTPError) as caught:
        await ai.Agent(model).run("hi")
    assert caught.value.status_code == 400
