"""Many requests at once: bounded, in step with the rate limits, resumable.

Run it with `python -m examples.many_requests` (`OPENAI_API_KEY`, or `OPENAI_BASE_URL` of a local server).
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

from typed_openai import AsyncOpenAI, OpenAI
from typed_openai.models.chat import ChatCompletionCreateParams, UserMessage
from typed_openai.models.embeddings import EmbeddingCreateParams

MODEL = "gpt-4o-mini"


def questions() -> Iterator[ChatCompletionCreateParams]:
    """Drawn one by one: this could be a million lines of a file."""
    for animal in ("cat", "dog", "whale"):
        yield ChatCompletionCreateParams(model=MODEL, messages=[UserMessage(content=f"What does a {animal} eat?")])


def resumable(client: OpenAI) -> None:
    """A job that may be killed at any time: what stands in the checkpoint is not paid for twice."""
    for attempt in ("first", "second"):
        for item in client.map(questions(), concurrency=4, checkpoint="answers.jsonl"):
            if item.value is not None:
                print(attempt, item.index, "from the file:" if item.resumed else "asked:", item.value.text)
            else:
                print(attempt, item.index, "failed:", item.error)  # the others go on


async def as_completed() -> None:
    """The same with tasks; vectors, in the order in which they come."""
    texts = ["a red apple", "a green pear", "a blue whale"]
    asked = [EmbeddingCreateParams(model="text-embedding-3-small", input=text, dimensions=4) for text in texts]
    async with AsyncOpenAI() as client:
        async for item in client.map(asked, ordered=False, on_progress=lambda done, total: print(done, "of", total)):
            print(texts[item.index], item.unwrap().data[0].embedding)


def anything(client: OpenAI) -> None:
    """Functions go as well: whole conversations, files, whatever takes several calls."""
    for item in client.map([lambda: client.models.list().data, lambda: client.models.list().data[:1]]):
        print(len(item.unwrap()), "models")


def main() -> None:
    with OpenAI() as client:
        resumable(client)
        anything(client)
    asyncio.run(as_completed())


if __name__ == "__main__":
    main()
