"""One scripted server for clients of several libraries, each made as its own documentation says: without a URL."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import BaseModel

from typed_openai.local import LocalServer, ToolCall
from typed_openai.testing import expect

openai: Any = pytest.importorskip("openai", reason="openai is not installed: make frameworks")


class Order(BaseModel):
    """What is ordered."""

    item: str
    count: int


def weather(city: str) -> str:
    """How the weather is."""
    return f"sunny in {city}"


def script(server: LocalServer) -> None:
    """A plain answer, one to stream, a call of a tool and what follows, a value."""
    server.answer("Good day", when="hello")
    server.answer("one two three", when="stream")
    server.answer(tool_calls=[ToolCall("weather", city="Paris")], when="weather")
    server.answer("It is sunny.")
    server.answer(parsed=Order(item="tea", count=2), when="order")


def test_the_official_client(openai_server: LocalServer) -> None:
    script(openai_server)
    with openai.OpenAI() as client:
        said = [{"role": "user", "content": "hello"}]
        assert client.chat.completions.create(model="gpt-4o", messages=said).choices[0].message.content == "Good day"
        stream = client.responses.create(model="gpt-4o", input="stream", stream=True)
        assert "".join(event.delta for event in stream if event.type == "response.output_text.delta") == "one two three"
        parsed = client.responses.parse(model="gpt-4o", input="order", text_format=Order)
        assert parsed.output_parsed == Order(item="tea", count=2)
    expect(openai_server).was_asked_in_order("chat.completions.create", "responses.create", "responses.create")


def test_langchain(openai_server: LocalServer) -> None:
    langchain: Any = pytest.importorskip(
        "langchain_openai", reason="langchain-openai is not installed: make frameworks"
    )
    script(openai_server)
    model = langchain.ChatOpenAI(model="gpt-4o")
    answer = model.invoke("hello")
    assert answer.text == "Good day"
    assert answer.usage_metadata["output_tokens"] == 2
    assert "".join(chunk.text for chunk in model.stream("stream")) == "one two three"
    [call] = model.bind_tools([weather]).invoke("weather").tool_calls
    assert (call["name"], call["args"]) == ("weather", {"city": "Paris"})
    openai_server.answer(tool_calls=[("Order", {"item": "tea", "count": 2})], when="buy")
    bought = model.with_structured_output(Order, method="function_calling").invoke("buy")
    assert bought == Order(item="tea", count=2)
    assert model.with_structured_output(Order).invoke("order") == Order(item="tea", count=2)
    request = expect(openai_server).was_asked("chat.completions.create", times=5)[2]
    assert request.params.tools[0].function.name == "weather"


async def test_pydantic_ai(openai_server: LocalServer) -> None:
    pydantic_ai: Any = pytest.importorskip("pydantic_ai", reason="pydantic-ai is not installed: make frameworks")
    script(openai_server)
    agent = pydantic_ai.Agent("openai-chat:gpt-4o", tools=[weather])
    assert (await agent.run("hello")).output == "Good day"
    async with agent.run_stream("stream") as result:
        assert await result.get_output() == "one two three"
    openai_server.forget()
    openai_server.answer(tool_calls=[ToolCall("weather", city="Paris")])
    openai_server.answer("It is sunny.")
    assert (await agent.run("How is the weather?")).output == "It is sunny."
    told = expect(openai_server).was_asked("chat.completions.create", times=2)[1]
    assert told.params.messages[-1].content == "sunny in Paris"
    openai_server.answer(tool_calls=[("final_result", {"item": "tea", "count": 2})])
    assert (await pydantic_ai.Agent("openai-chat:gpt-4o", output_type=Order).run("order")).output == Order(
        item="tea", count=2
    )


def test_instructor(openai_server: LocalServer) -> None:
    instructor: Any = pytest.importorskip("instructor", reason="instructor is not installed: make frameworks")
    openai_server.answer(tool_calls=[("Order", {"item": "tea", "count": "many"})])
    openai_server.answer(tool_calls=[("Order", {"item": "tea", "count": 2})])
    said = [{"role": "user", "content": "buy"}]
    with openai.OpenAI() as plain:
        client = instructor.from_openai(plain)
        bought = client.chat.completions.create(model="gpt-4o", messages=said, response_model=Order, max_retries=2)
    assert bought.model_dump() == {"item": "tea", "count": 2}  # a subclass of its own
    expect(openai_server).was_asked("chat.completions.create", times=2)


@pytest.mark.openai_fault(status=429, times=2)
def test_a_fault_befalls_whoever_asks(openai_server: LocalServer) -> None:
    langchain: Any = pytest.importorskip(
        "langchain_openai", reason="langchain-openai is not installed: make frameworks"
    )
    with pytest.raises(openai.RateLimitError):
        langchain.ChatOpenAI(model="gpt-4o", max_retries=0).invoke("hello")
    with openai.OpenAI(max_retries=0) as client:
        with pytest.raises(openai.RateLimitError):
            client.models.list()
        assert client.models.list().data
