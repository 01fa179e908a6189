"""pydantic-ai's `OpenAIProvider(openai_client=...)` on the view of `as_official`, for chat and for responses.

It looks at the classes of answers and of what is in them, and takes async clients only.
"""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import BaseModel

from tests.frameworks.conftest import Clients
from typed_openai.frameworks import as_official
from typed_openai.local import Fault

pydantic_ai: Any = pytest.importorskip("pydantic_ai", reason="pydantic-ai is not installed: make frameworks")
models: Any = pytest.importorskip("pydantic_ai.models.openai")
providers: Any = pytest.importorskip("pydantic_ai.providers.openai")


class User(BaseModel):
    """A person."""

    name: str
    age: int


@pytest.fixture(params=["OpenAIChatModel", "OpenAIResponsesModel"])
def model(request: pytest.FixtureRequest, clients: Clients) -> Any:
    provider = providers.OpenAIProvider(openai_client=as_official(clients.awaited))
    return getattr(models, request.param)("gpt-4o", provider=provider)


async def test_a_plain_answer(model: Any, clients: Clients) -> None:
    settings = {"temperature": 0.5, "max_tokens": 50, "timeout": 3}
    result = await pydantic_ai.Agent(model, model_settings=settings).run("hi")
    assert 'you said "hi"' in result.output
    sent = clients.server.requests[-1].json()
    assert isinstance(sent, dict)
    assert sent["temperature"] == 0.5
    assert "seed" not in sent, "what is marked as not given is not sent"


def test_a_plain_answer_without_a_loop(model: Any) -> None:
    assert 'you said "hi"' in pydantic_ai.Agent(model).run_sync("hi").output


async def test_a_stream(model: Any) -> None:
    async with pydantic_ai.Agent(model).run_stream("hi") as result:
        deltas = [delta async for delta in result.stream_text(delta=True, debounce_by=None)]
    assert len(deltas) > 3
    assert 'you said "hi"' in "".join(deltas)


async def test_tools_are_called_and_their_answers_sent(model: Any) -> None:
    agent = pydantic_ai.Agent(model)

    def get_weather(city: str) -> str:
        return f"sunny in {city}"

    agent.tool_plain(get_weather)
    result = await agent.run("weather in Paris")
    assert 'get_weather answered "sunny in Paris"' in result.output


async def test_structured_output(model: Any) -> None:
    result = await pydantic_ai.Agent(model, output_type=User).run("Ada is 36")
    assert result.output == User(name="Ada", age=36)


async def test_an_error_of_the_api_is_an_error_of_the_framework(model: Any, clients: Clients) -> None:
    clients.server.fail_next(Fault(status=400))
    with pytest.raises(pydantic_ai.ModelHTTPError) as caught:
        await pydantic_ai.Agent(model).run("hi")
    assert caught.value.status_code == 400
