"""The Agents SDK by chat and by Responses, with tools, handoffs, output types and streams."""

from __future__ import annotations

from typing import Any

import pytest

from tests.frameworks.programs.conftest import ADA, PICTURE, Pair, User, weather
from typed_openai.local import ToolCall

agents: Any = pytest.importorskip("agents", reason="openai-agents is not installed: make frameworks")
types: Any = pytest.importorskip("openai.types.shared")


@pytest.fixture(params=["OpenAIResponsesModel", "OpenAIChatCompletionsModel"])
def model(request: pytest.FixtureRequest, pair: Pair) -> Any:
    agents.set_tracing_disabled(True)
    return getattr(agents, request.param)(model="gpt-4o", openai_client=pair.awaited)


def agent(model: Any, **settings: Any) -> Any:
    return agents.Agent(name="helper", instructions="Help.", model=model, **settings)


async def test_a_run(model: Any) -> None:
    result = await agents.Runner.run(agent(model), "hi")
    assert 'you said "hi"' in result.final_output


def test_a_run_that_blocks(model: Any) -> None:
    assert 'you said "hi"' in agents.Runner.run_sync(agent(model), "hi").final_output


async def test_a_streamed_run(model: Any) -> None:
    result = agents.Runner.run_streamed(agent(model), "hi")
    kinds = [event.type async for event in result.stream_events()]
    assert "raw_response_event" in kinds
    assert 'you said "hi"' in result.final_output


@pytest.mark.parametrize("streamed", [False, True])
async def test_tools(model: Any, streamed: bool) -> None:
    asked = agent(model, tools=[agents.function_tool(weather)])
    if streamed:
        result = agents.Runner.run_streamed(asked, "weather in Paris")
        async for _ in result.stream_events():
            pass
    else:
        result = await agents.Runner.run(asked, "weather in Paris")
    assert "sunny in Paris" in result.final_output


async def test_an_output_type(model: Any) -> None:
    result = await agents.Runner.run(agent(model, output_type=User), "Ada is 36")
    assert result.final_output == ADA


async def test_a_handoff(model: Any, pair: Pair) -> None:
    other = agents.Agent(name="other", instructions="Take over.", model=model)
    pair.server.answer(ToolCall("transfer_to_other"), "it is me now")
    result = await agents.Runner.run(agent(model, handoffs=[other]), "hi")
    assert (result.final_output, result.last_agent.name) == ("it is me now", "other")


async def test_settings_with_reasoning(model: Any) -> None:
    settings = agents.ModelSettings(reasoning=types.Reasoning(effort="low"), temperature=0.5, store=False)
    result = await agents.Runner.run(agent(model, model_settings=settings), "hi")
    assert 'you said "hi"' in result.final_output


async def test_pictures_and_files(model: Any) -> None:
    picture = {"type": "input_image", "detail": "auto", "image_url": PICTURE}
    file = {"type": "input_file", "file_data": "data:application/pdf;base64,AAAA", "filename": "a.pdf"}
    result = await agents.Runner.run(agent(model), [{"role": "user", "content": [picture, file]}])
    assert "1 image and 1 file" in result.final_output


async def test_a_session_of_the_program(model: Any) -> None:
    session = agents.SQLiteSession("session")
    for city in ("Paris", "Rome"):
        asked = agent(model, tools=[agents.function_tool(weather)])
        result = await agents.Runner.run(asked, f"weather in {city}", session=session)
        assert f"sunny in {city}" in result.final_output


async def test_a_session_of_the_service(pair: Pair) -> None:
    agents.set_tracing_disabled(True)
    model = agents.OpenAIResponsesModel(model="gpt-4o", openai_client=pair.awaited)
    session = agents.OpenAIConversationsSession(openai_client=pair.awaited)
    for city in ("Paris", "Rome"):
        asked = agent(model, tools=[agents.function_tool(weather)])
        result = await agents.Runner.run(asked, f"weather in {city}", session=session)
        assert f"sunny in {city}" in result.final_output


@pytest.mark.parametrize("name", ["WebSearchTool", "CodeInterpreterTool", "FileSearchTool"])
async def test_tools_of_the_service(pair: Pair, name: str) -> None:
    agents.set_tracing_disabled(True)
    container = {"tool_config": {"type": "code_interpreter", "container": {"type": "auto"}}}
    settings: dict[str, Any] = {"CodeInterpreterTool": container, "FileSearchTool": {"vector_store_ids": ["vs_1"]}}
    tool = getattr(agents, name)(**settings.get(name, {}))
    model = agents.OpenAIResponsesModel(model="gpt-4o", openai_client=pair.awaited)
    assert 'you said "hi"' in (await agents.Runner.run(agent(model, tools=[tool]), "hi")).final_output


async def test_a_conversation_goes_on(model: Any) -> None:
    first = await agents.Runner.run(agent(model, tools=[agents.function_tool(weather)]), "weather in Paris")
    second = await agents.Runner.run(agent(model), [*first.to_input_list(), {"role": "user", "content": "thanks"}])
    assert 'you said "thanks"' in second.final_output
