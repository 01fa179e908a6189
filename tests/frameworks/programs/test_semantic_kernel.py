"""Semantic Kernel: chat with functions, streams and forms, agents by chat, Responses and Assistants, embeddings."""

from __future__ import annotations

from typing import Any

import pytest

from tests.canned import listed
from tests.frameworks.programs.conftest import ADA, Pair, User

kernel: Any = pytest.importorskip("semantic_kernel", reason="semantic-kernel is not installed: make frameworks")
services: Any = pytest.importorskip("semantic_kernel.connectors.ai.open_ai")
ai: Any = pytest.importorskip("semantic_kernel.connectors.ai")
contents: Any = pytest.importorskip("semantic_kernel.contents")
agents: Any = pytest.importorskip("semantic_kernel.agents")
functions: Any = pytest.importorskip("semantic_kernel.functions")


class Weather:
    """A plugin."""

    @functions.kernel_function(description="How the weather is.")  # type: ignore[untyped-decorator]  # not installed here
    def weather(self, city: str) -> str:
        """How the weather is."""
        return f"sunny in {city}"


@pytest.fixture
def service(pair: Pair) -> Any:
    return services.OpenAIChatCompletion(ai_model_id="gpt-4o", async_client=pair.awaited)


def history(text: str) -> Any:
    made = contents.ChatHistory()
    made.add_user_message(text)
    return made


def settings(**given: Any) -> Any:
    return services.OpenAIChatPromptExecutionSettings(**given)


def with_plugin() -> Any:
    made = kernel.Kernel()
    made.add_plugin(Weather(), plugin_name="sky")
    return made


async def test_an_answer(service: Any) -> None:
    answer = await service.get_chat_message_content(history("hi"), settings())
    assert 'you said "hi"' in answer.content


async def test_a_stream(service: Any) -> None:
    pieces = await listed(service.get_streaming_chat_message_content(history("hi"), settings()))
    assert 'you said "hi"' in "".join(str(piece) for piece in pieces)


@pytest.mark.parametrize("streamed", [False, True])
async def test_functions_are_called(service: Any, streamed: bool) -> None:
    wanted = settings(function_choice_behavior=ai.FunctionChoiceBehavior.Auto())
    asked = history("weather in Paris")
    if streamed:
        found = await listed(service.get_streaming_chat_message_content(asked, wanted, kernel=with_plugin()))
        text = "".join(str(piece) for piece in found)
    else:
        text = (await service.get_chat_message_content(asked, wanted, kernel=with_plugin())).content
    assert "sunny in Paris" in text


async def test_structured_output(service: Any) -> None:
    answer = await service.get_chat_message_content(history("Ada is 36"), settings(response_format=User))
    assert User.model_validate_json(answer.content) == ADA


async def test_an_agent_of_chat(service: Any) -> None:
    agent = agents.ChatCompletionAgent(service=service, name="helper", plugins=[Weather()])
    assert "sunny in Paris" in str((await agent.get_response("weather in Paris")).message)
    pieces = await listed(agent.invoke_stream("weather in Rome"))
    assert "sunny in Rome" in "".join(str(piece.message) for piece in pieces)


async def test_an_agent_of_responses(pair: Pair) -> None:
    agent = agents.OpenAIResponsesAgent(ai_model_id="gpt-4o", client=pair.awaited, name="helper", plugins=[Weather()])
    assert "sunny in Paris" in str((await agent.get_response("weather in Paris")).message)


async def test_an_agent_of_responses_that_streams(pair: Pair) -> None:
    agent = agents.OpenAIResponsesAgent(ai_model_id="gpt-4o", client=pair.awaited, name="helper")
    pieces = await listed(agent.invoke_stream("hi"))
    assert 'you said "hi"' in "".join(str(piece.message) for piece in pieces)


async def test_an_assistant(pair: Pair) -> None:
    definition = await pair.awaited.beta.assistants.create(model="gpt-4o", name="helper", instructions="Help.")
    agent = agents.OpenAIAssistantAgent(client=pair.awaited, definition=definition, plugins=[Weather()])
    assert "sunny in Paris" in str((await agent.get_response("weather in Paris")).message)


async def test_embeddings(pair: Pair) -> None:
    service = services.OpenAITextEmbedding(ai_model_id="text-embedding-3-small", async_client=pair.awaited)
    assert (await service.generate_embeddings(["hi"])).shape == (1, 1536)
