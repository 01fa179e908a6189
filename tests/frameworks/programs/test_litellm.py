"""litellm: `completion(client=...)` and its async twin: answers, streams, tools, forms, embeddings, its own errors."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.canned import done, listed
from tests.frameworks.programs.conftest import ADA, Pair, User
from typed_openai.local import Fault

litellm: Any = pytest.importorskip("litellm", reason="litellm is not installed: make frameworks")

TOOL = {
    "type": "function",
    "function": {
        "name": "weather",
        "parameters": {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]},
    },
}


async def ask(pair: Pair, colour: str, text: str, **given: Any) -> Any:
    call = litellm.completion if colour == "sync" else litellm.acompletion
    messages = [{"role": "user", "content": text}]
    return await done(call(model="openai/gpt-4o", messages=messages, client=pair.of(colour), **given))


async def test_an_answer(pair: Pair, colour: str) -> None:
    answer = await ask(pair, colour, "hi")
    assert 'you said "hi"' in answer.choices[0].message.content
    assert answer.usage.total_tokens > 0


async def test_a_stream(pair: Pair, colour: str) -> None:
    chunks = await listed(await ask(pair, colour, "hi", stream=True, stream_options={"include_usage": True}))
    assert 'you said "hi"' in "".join(chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices)


async def test_tools(pair: Pair, colour: str) -> None:
    message = (await ask(pair, colour, "weather in Paris", tools=[TOOL])).choices[0].message
    assert json.loads(message.tool_calls[0].function.arguments) == {"city": "Paris"}


async def test_structured_output(pair: Pair, colour: str) -> None:
    answer = await ask(pair, colour, "Ada is 36", response_format=User)
    assert User.model_validate_json(answer.choices[0].message.content) == ADA


async def test_embeddings(pair: Pair, colour: str) -> None:
    call = litellm.embedding if colour == "sync" else litellm.aembedding
    answer = await done(call(model="openai/text-embedding-3-small", input=["hi"], client=pair.of(colour)))
    assert len(answer.data[0]["embedding"]) == 1536


@pytest.mark.parametrize(
    ("code", "kind"), [(400, "BadRequestError"), (401, "AuthenticationError"), (404, "NotFoundError")]
)
async def test_an_error_is_the_one_of_the_program(pair: Pair, colour: str, code: int, kind: str) -> None:
    pair.server.fail_next(Fault(status=code))
    with pytest.raises(getattr(litellm, kind)):
        await ask(pair, colour, "hi", max_retries=0)
