"""LangChain's `ChatOpenAI(client=..., async_client=...)` and `OpenAIEmbeddings`, on our clients.

It looks at the class of a whole answer (`openai.BaseModel`), so it gets the view of `as_official`; its streams take our
chunks as they are.
"""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import BaseModel

from tests.canned import done, listed
from tests.frameworks.conftest import Clients
from typed_openai.frameworks import as_official
from typed_openai.local import Fault

langchain: Any = pytest.importorskip("langchain_openai", reason="langchain-openai is not installed: make frameworks")
openai: Any = pytest.importorskip("openai")


class User(BaseModel):
    """A person."""

    name: str
    age: int


def get_weather(city: str) -> str:
    """How the weather is."""
    return f"sunny in {city}"


def model(clients: Clients, **settings: Any) -> Any:
    sync, awaited = as_official(clients.sync), as_official(clients.awaited)
    roots = {"root_client": sync, "root_async_client": awaited}
    settings = {"model": "gpt-4o", "client": sync.chat.completions, "async_client": awaited.chat.completions} | settings
    return langchain.ChatOpenAI(**settings, **roots)


def call(of: Any, name: str, colour: str) -> Any:
    return getattr(of, name if colour == "sync" else f"a{name}")


@pytest.mark.parametrize("responses", [False, True])
async def test_a_plain_answer(clients: Clients, colour: str, responses: bool) -> None:
    llm = model(clients, use_responses_api=responses, temperature=0.5)
    answer = await done(call(llm, "invoke", colour)("hi"))
    assert 'you said "hi"' in answer.text
    assert answer.usage_metadata["total_tokens"] > 0
    sent = clients.server.requests[-1]
    assert sent.path.endswith("/responses" if responses else "/chat/completions")
    assert sent.headers["user-agent"].startswith("typed-openai/")


@pytest.mark.parametrize("responses", [False, True])
async def test_a_stream(clients: Clients, colour: str, responses: bool) -> None:
    chunks = await listed(call(model(clients, use_responses_api=responses), "stream", colour)("hi"))
    assert len(chunks) > 3
    assert 'you said "hi"' in "".join(chunk.text for chunk in chunks)


async def test_a_stream_takes_our_chunks_as_they_are(clients: Clients, colour: str) -> None:
    ours = {"client": clients.sync.chat.completions, "async_client": clients.awaited.chat.completions}
    chunks = await listed(call(langchain.ChatOpenAI(model="gpt-4o", **ours), "stream", colour)("hi"))
    assert 'you said "hi"' in "".join(chunk.text for chunk in chunks)


@pytest.mark.parametrize("responses", [False, True])
async def test_tools(clients: Clients, colour: str, responses: bool) -> None:
    llm = model(clients, use_responses_api=responses).bind_tools([get_weather])
    answer = await done(call(llm, "invoke", colour)("weather in Paris"))
    assert [(each["name"], each["args"]) for each in answer.tool_calls] == [("get_weather", {"city": "Paris"})]


@pytest.mark.parametrize("responses", [False, True])
@pytest.mark.parametrize("method", ["function_calling", "json_schema"])
async def test_structured_output(clients: Clients, colour: str, method: str, responses: bool) -> None:
    llm = model(clients, use_responses_api=responses).with_structured_output(User, method=method)
    assert await done(call(llm, "invoke", colour)("Ada is 36")) == User(name="Ada", age=36)


@pytest.mark.parametrize("responses", [False, True])
@pytest.mark.parametrize("method", ["function_calling", "json_schema"])
async def test_structured_output_is_streamed(clients: Clients, colour: str, method: str, responses: bool) -> None:
    llm = model(clients, use_responses_api=responses).with_structured_output(User, method=method)
    found = await listed(call(llm, "stream", colour)("Ada is 36"))
    assert found[-1] == User(name="Ada", age=36)


async def test_an_answer_with_a_format_is_streamed_in_pieces(clients: Clients, colour: str) -> None:
    llm = model(clients).bind(response_format=User)
    chunks = await listed(call(llm, "stream", colour)("Ada is 36"))
    assert len([chunk for chunk in chunks if chunk.text]) > 1
    assert User.model_validate_json("".join(chunk.text for chunk in chunks)) == User(name="Ada", age=36)
    parsed = [chunk.additional_kwargs["parsed"] for chunk in chunks if "parsed" in chunk.additional_kwargs]
    assert parsed == [User(name="Ada", age=36)]


async def test_a_stream_with_a_format_ends_in_the_error_that_langchain_waits_for(clients: Clients, colour: str) -> None:
    clients.server.fail_next(Fault(status=400))
    with pytest.raises(openai.BadRequestError):
        await listed(call(model(clients).bind(response_format=User), "stream", colour)("hi"))


async def test_json_mode(clients: Clients, colour: str) -> None:
    llm = model(clients).with_structured_output(None, method="json_mode")
    answer = await done(call(llm, "invoke", colour)("hi, in JSON"))
    assert answer["local_echo"] == "hi, in JSON"


async def test_response_headers(clients: Clients, colour: str) -> None:
    answer = await done(call(model(clients, include_response_headers=True), "invoke", colour)("hi"))
    assert answer.response_metadata["headers"]["x-request-id"]


async def test_an_error_of_the_api_is_the_one_that_langchain_waits_for(clients: Clients, colour: str) -> None:
    clients.server.fail_next(Fault(status=400))
    with pytest.raises(openai.BadRequestError) as caught:
        await done(call(model(clients), "invoke", colour)("hi"))
    assert caught.value.status_code == 400


async def test_embeddings(clients: Clients, colour: str) -> None:
    embeddings = langchain.OpenAIEmbeddings(
        client=clients.sync.embeddings, async_client=clients.awaited.embeddings, check_embedding_ctx_length=False
    )
    vector = await done(call(embeddings, "embed_query", colour)("hi"))
    assert len(vector) == 1536
