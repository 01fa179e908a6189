"""The main job in one minute: chat, streamed chat, a value of a type, a tool, vectors, moderation, a refused request.

Run it with `python -m typed_openai` (or `typed-openai demo`, or `make demo`). It needs nothing but the package. Without
a key it starts the local server (no model, no network) and talks to it through the ordinary transport; with
`OPENAI_API_KEY` or `OPENAI_BASE_URL` set it talks to that server instead (`DEMO_MODEL` and `DEMO_EMBEDDING_MODEL`
choose the models).
"""

from __future__ import annotations

import asyncio
import contextlib
import os
from collections.abc import Generator
from typing import Any

from pydantic import BaseModel

from typed_openai import AsyncOpenAI, OpenAI, OutputError, RequestValidationError, tool
from typed_openai.models.chat import ChatMessage, SystemMessage, UserMessage


class Order(BaseModel):
    customer: str
    pieces: int
    product: str


@tool
def get_weather(city: str) -> str:
    """The weather in a city."""
    return f"22 degrees and sunny in {city}"


@contextlib.contextmanager
def server() -> Generator[tuple[str | None, str, str]]:
    """Base URL (None: from the environment), chat model, embedding model."""
    if os.environ.get("OPENAI_API_KEY") or os.environ.get("OPENAI_BASE_URL"):
        chat, vectors = os.environ.get("DEMO_MODEL", "gpt-4o-mini"), os.environ.get("DEMO_EMBEDDING_MODEL")
        print(f"Talking to {os.environ.get('OPENAI_BASE_URL', 'https://api.openai.com')} with {chat}.\n")
        yield None, chat, vectors or "text-embedding-3-small"
        return
    from typed_openai.local import LocalServer

    with LocalServer() as local:
        print("No OPENAI_API_KEY and no OPENAI_BASE_URL: talking to the local server of this package.")
        print("It is not a model: it echoes by rule, over a real socket. Set a key to talk to a real one.\n")
        yield local.base_url, "local-echo", "local-embedding"


def chat(client: OpenAI, model: str) -> None:
    messages: list[ChatMessage] = [SystemMessage(content="Be brief."), UserMessage(content="Hello from typed_openai!")]

    completion = client.chat.completions.create(model=model, messages=messages)
    print("chat      ", completion.text)
    print(
        "           request",
        completion.meta.request_id,
        "-",
        completion.usage and completion.usage.total_tokens,
        "tokens",
    )

    print("streamed   ", end="", flush=True)
    with client.chat.completions.stream(model=model, messages=messages) as stream:
        for text in stream.text():
            print(text, end="", flush=True)
    print(f"\n            finished: {stream.get_final_completion().choices[0].finish_reason}")


def parsed(client: OpenAI, model: str) -> None:
    messages = [UserMessage(content="Anna ordered 3 pens.")]
    try:
        order = client.chat.completions.parse(model=model, messages=messages, response_format=Order).parsed
    except OutputError as error:  # a server that does not know structured output
        print("parsed     nothing:", error)
    else:
        print("parsed    ", repr(order))


def tools(client: OpenAI, model: str) -> None:
    messages = [UserMessage(content="What is the weather in Paris?")]
    run = client.chat.completions.run_tools(model=model, messages=messages, tools=[get_weather])
    for call in run.calls:
        print("tool call ", call.name, call.arguments)
    print("          ", run.text)


def vectors(client: OpenAI, model: str) -> None:
    answer = client.embeddings.create(model=model, input=["a red apple", "a green apple", "tax law"])
    first, *others = [item.embedding for item in answer.data]
    likeness = [sum(a * b for a, b in zip(first, other, strict=True)) for other in others]
    print(f"vectors    apple/apple {likeness[0]:.2f}, apple/tax {likeness[1]:.2f} ({len(first)} dimensions)")


def moderation(client: OpenAI) -> None:
    print("moderation flagged:", client.moderations.create(input="What a lovely day").results[0].flagged)


def refused(client: OpenAI, model: str) -> None:
    wrong: dict[str, Any] = {"temperature": "hot", "max_token": 5}  # written out, mypy and the editor would refuse it
    try:
        client.chat.completions.create(model=model, messages=[], **wrong)
    except RequestValidationError as error:
        print("refused   ", error)


async def several(base_url: str | None, model: str) -> None:
    async with AsyncOpenAI(base_url=base_url) as client:
        calls = [
            client.chat.completions.create(model=model, messages=[{"role": "user", "content": f"Question {number}"}])
            for number in range(1, 4)
        ]
        for completion in await asyncio.gather(*calls):
            print("async     ", completion.text)


def main() -> None:
    """Show it all, one after the other."""
    with server() as (base_url, model, embedding_model), OpenAI(base_url=base_url) as client:
        print("models    ", ", ".join(item.id for item in client.models.list().data[:5]))
        chat(client, model)
        parsed(client, model)
        tools(client, model)
        vectors(client, embedding_model)
        moderation(client)
        refused(client, model)
        asyncio.run(several(base_url, model))


if __name__ == "__main__":
    main()
