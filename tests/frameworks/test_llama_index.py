"""LlamaIndex' `OpenAI(openai_client=..., async_openai_client=...)`: calls, and never asks what it was given.

`OpenAIResponses` does look at classes, so it gets the view of `as_official`.
"""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import BaseModel

from tests.canned import done, listed
from tests.frameworks.conftest import Clients
from typed_openai.frameworks import as_official

llama: Any = pytest.importorskip(
    "llama_index.llms.openai", reason="llama-index-llms-openai is not installed: make frameworks"
)
tools: Any = pytest.importorskip("llama_index.core.tools")
llms: Any = pytest.importorskip("llama_index.core.llms")
prompts: Any = pytest.importorskip("llama_index.core.prompts")


class User(BaseModel):
    """A person."""

    name: str
    age: int


def get_weather(city: str) -> str:
    """How the weather is."""
    return f"sunny in {city}"


@pytest.fixture(params=["ours", "OpenAI", "OpenAIResponses"])
def llm(request: pytest.FixtureRequest, clients: Clients) -> Any:
    if request.param == "ours":
        return llama.OpenAI(model="gpt-4o", openai_client=clients.sync, async_openai_client=clients.awaited)
    sync, awaited = as_official(clients.sync), as_official(clients.awaited)
    return getattr(llama, request.param)(model="gpt-4o", openai_client=sync, async_openai_client=awaited)


def call(of: Any, name: str, colour: str) -> Any:
    return getattr(of, name if colour == "sync" else f"a{name}")


def said(text: str) -> list[Any]:
    return [llms.ChatMessage(role="user", content=text)]


async def test_a_plain_answer(clients: Clients, llm: Any, colour: str) -> None:
    answer = await done(call(llm, "chat", colour)(said("hi")))
    assert 'you said "hi"' in answer.message.content
    assert clients.server.requests[-1].headers["user-agent"].startswith("typed-openai/")


async def test_a_stream(llm: Any, colour: str) -> None:
    chunks = await listed(await done(call(llm, "stream_chat", colour)(said("hi"))))
    assert len(chunks) > 3
    assert 'you said "hi"' in "".join(chunk.delta for chunk in chunks)


async def test_tools(llm: Any, colour: str) -> None:
    tool = tools.FunctionTool.from_defaults(get_weather)
    answer = await done(call(llm, "chat_with_tools", colour)([tool], "weather in Paris"))
    calls = llm.get_tool_calls_from_response(answer)
    assert [(each.tool_name, each.tool_kwargs) for each in calls] == [("get_weather", {"city": "Paris"})]


async def test_structured_output_of_the_view(clients: Clients, llm: Any, colour: str) -> None:
    prompt = prompts.PromptTemplate("{who} is 36")
    name = "structured_predict" if colour == "sync" else "astructured_predict"
    assert await done(getattr(llm, name)(User, prompt, who="Ada")) == User(name="Ada", age=36)


async def test_structured_output(clients: Clients, colour: str) -> None:
    llm = llama.OpenAI(model="gpt-4o", openai_client=clients.sync, async_openai_client=clients.awaited)
    answer = await done(call(llm.as_structured_llm(User), "complete", colour)("Ada is 36"))
    assert answer.raw == User(name="Ada", age=36)
