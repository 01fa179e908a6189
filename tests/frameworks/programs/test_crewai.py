"""CrewAI: its `LLM` alone by chat and by Responses, and crews with tools, output types and streams."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from tests.canned import done
from tests.frameworks.programs.conftest import ADA, Pair, User, weather
from typed_openai.local import ToolCall


@pytest.fixture(autouse=True)
def quiet(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Nothing is reported anywhere, nothing is kept."""
    for name in ("CREWAI_DISABLE_TELEMETRY", "CREWAI_TRACING_ENABLED", "OTEL_SDK_DISABLED", "CREWAI_DISABLE_TRACKING"):
        monkeypatch.setenv(name, "false" if name == "CREWAI_TRACING_ENABLED" else "true")
    monkeypatch.setenv("CREWAI_STORAGE_DIR", str(tmp_path))


@pytest.fixture
def crewai() -> Any:
    return pytest.importorskip("crewai", reason="crewai is not installed: make frameworks")


def llm(crewai: Any, pair: Pair, **settings: Any) -> Any:
    made = crewai.LLM(model="openai/gpt-4o", **settings)
    made._client, made._async_client = pair.sync, pair.awaited
    return made


def crew(crewai: Any, model: Any, **settings: Any) -> Any:
    from crewai.tools import tool  # type: ignore[import-not-found,unused-ignore]  # only where crewai is installed

    agent = crewai.Agent(role="helper", goal="help", backstory="helps", llm=model, tools=[tool("weather")(weather)])
    task = crewai.Task(description="weather in Paris", expected_output="a sentence", agent=agent, **settings)
    return crewai.Crew(agents=[agent], tasks=[task], verbose=False)


@pytest.mark.parametrize("api", ["completions", "responses"])
async def test_an_answer(crewai: Any, pair: Pair, colour: str, api: str) -> None:
    model = llm(crewai, pair, api=api)
    assert 'you said "hi"' in await done((model.call if colour == "sync" else model.acall)("hi"))


@pytest.mark.parametrize("api", ["completions", "responses"])
async def test_a_stream(crewai: Any, pair: Pair, colour: str, api: str) -> None:
    model = llm(crewai, pair, api=api, stream=True)
    assert 'you said "hi"' in await done((model.call if colour == "sync" else model.acall)("hi"))


@pytest.mark.parametrize("stream", [False, True])
async def test_an_object(crewai: Any, pair: Pair, colour: str, stream: bool) -> None:
    model = llm(crewai, pair, stream=stream)
    pair.server.answer(ADA.model_dump())
    found = await done((model.call if colour == "sync" else model.acall)("Ada is 36", response_model=User))
    assert (User.model_validate_json(found) if isinstance(found, str) else found) == ADA


@pytest.mark.parametrize("stream", [False, True])
async def test_a_crew_with_a_tool(crewai: Any, pair: Pair, colour: str, stream: bool) -> None:
    made = crew(crewai, llm(crewai, pair, stream=stream))
    pair.server.answer(ToolCall("weather", city="Paris"), "It is sunny.")
    result = await (asyncio.to_thread(made.kickoff) if colour == "sync" else made.akickoff())
    assert "It is sunny." in result.raw
    assert "sunny in Paris" in str(pair.server.requests[-1].json())


def test_a_crew_with_an_output_type(crewai: Any, pair: Pair) -> None:
    made = crew(crewai, llm(crewai, pair), output_pydantic=User)
    pair.server.answer('{"name": "Ada", "age": 36}', {"name": "Ada", "age": 36})
    assert made.kickoff().pydantic == ADA
