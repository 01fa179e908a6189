"""A local server, and a client of each colour on it whose results are awaited alike."""

from __future__ import annotations

import inspect
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from typing import Any

import pytest

from typed_openai import AsyncOpenAI, OpenAI, tool
from typed_openai.local import LocalServer

SETTINGS: dict[str, Any] = {"api_key": "k", "max_retries": 2}


@tool
def get_weather(city: str) -> str:
    """The weather of a city."""
    return f"sunny in {city}"


AGENT: dict[str, Any] = {"model": "gpt-5", "tools": [get_weather]}
HOSTED: dict[str, Any] = {"type": "openai_hosted"}


class Both:
    """Agents of a client of one colour."""

    def __init__(self, client: Any) -> None:
        self.client = client
        self.agents: Any = client.beta.agents
        self.is_async = isinstance(client, AsyncOpenAI)

    async def done(self, value: Any) -> Any:
        """What a call came to."""
        return await value if inspect.isawaitable(value) else value

    async def each(self, items: Any) -> list[Any]:
        """Everything that can be had of a stream or a list."""
        return [item async for item in items] if hasattr(items, "__aiter__") else [*items]

    async def told(self, stream: Any) -> AsyncIterator[Any]:
        """The events of a stream, one by one."""
        if self.is_async:
            async for event in stream:
                yield event
        else:
            for event in stream:
                yield event

    async def session(self, **params: Any) -> Any:
        """A session at rest."""
        return await self.done(self.agents.sessions.create(**{"environment": HOSTED, "agent": AGENT, **params}))

    async def turn(self, session: Any, said: str = "weather?", **params: Any) -> tuple[list[Any], Any]:
        """The events of a turn, and what it came to."""
        stream = self.agents.sessions.stream(session.id, input=said, **params)
        async with AsyncExitStack() as stack:
            entered = await stack.enter_async_context(stream) if self.is_async else stack.enter_context(stream)
            events = await self.each(entered)
        return events, await self.done(stream.get_final_result())


@pytest.fixture
def server() -> Iterator[LocalServer]:
    with LocalServer() as running:
        yield running


@pytest.fixture(params=["sync", "async"])
async def both(request: pytest.FixtureRequest, server: LocalServer) -> AsyncIterator[Both]:
    if request.param == "sync":
        with OpenAI(base_url=server.base_url, **SETTINGS) as client:
            yield Both(client)
    else:
        async with AsyncOpenAI(base_url=server.base_url, **SETTINGS) as awaited:
            yield Both(awaited)
