"""The client that the bridge gives is of the class of the one it was given."""

from __future__ import annotations

from collections.abc import Iterable
from typing import assert_type

from typed_openai import AsyncAzureOpenAI, AsyncOpenAI, AzureOpenAI, OpenAI
from typed_openai.bridge import AssistantStore, MemoryAssistantStore, SQLiteAssistantStore, assistants_over_responses
from typed_openai.models.assistants import AssistantCreateParams, Run


class Kept:
    def get(self, key: str, /) -> bytes | None: ...
    def put(self, key: str, value: bytes, /) -> None: ...
    def delete(self, key: str, /) -> None: ...
    def keys(self, prefix: str, /) -> list[str]:
        return []


class KeptElsewhere:
    async def get(self, key: str, /) -> bytes | None: ...
    async def put(self, key: str, value: bytes, /) -> None: ...
    async def delete(self, key: str, /) -> None: ...
    async def keys(self, prefix: str, /) -> Iterable[str]:
        return ()


class NoStore:
    def get(self, key: str, /) -> bytes | None: ...


def clients() -> None:
    client = assert_type(assistants_over_responses(OpenAI()), OpenAI)
    assert_type(client.beta.threads.runs.create_and_poll("t", assistant_id="a"), Run)
    assert_type(assistants_over_responses(AsyncOpenAI()), AsyncOpenAI)
    assert_type(assistants_over_responses(AzureOpenAI()), AzureOpenAI)
    assert_type(assistants_over_responses(AsyncAzureOpenAI()), AsyncAzureOpenAI)


def stores(client: OpenAI) -> None:
    kept: list[AssistantStore] = [Kept(), KeptElsewhere(), MemoryAssistantStore(), SQLiteAssistantStore("a.db")]
    for store in kept:
        assistants_over_responses(client, store=store)
    assistants_over_responses(client, store="a.db")
    assistants_over_responses(client, store=NoStore())  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]


def definitions(client: OpenAI) -> None:
    assistants_over_responses(client, assistants={"asst_1": {"model": "gpt-4o"}})
    assistants_over_responses(client, assistants={"asst_1": AssistantCreateParams(model="gpt-4o")})
    assistants_over_responses(client, ignore=["max_prompt_tokens", "truncation_strategy"])
    assistants_over_responses(client, ignore=["tools"])  # type: ignore[list-item]  # pyright: ignore[reportArgumentType]
