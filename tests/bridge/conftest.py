"""A client of either colour whose assistants are answered by responses, over the local server."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest

from tests.canned import Connect, done, listed
from typed_openai.bridge import AssistantStore, MemoryAssistantStore, assistants_over_responses
from typed_openai.core.run.waiting import Waiting
from typed_openai.local import LocalServer

WEATHER: dict[str, Any] = {
    "type": "function",
    "function": {
        "name": "get_weather",
        "description": "The weather of a city.",
        "parameters": {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]},
    },
}
FAST: Waiting = {"interval": 0.001}


class Bridged:
    """The client, the server that it asks, and the store of its assistants."""

    def __init__(self, connect: Connect, server: LocalServer, store: AssistantStore) -> None:
        self.server = server
        self.store = store
        self.plain: Any = connect.kind(base_url=server.base_url, api_key="sk-local")
        self.client: Any = assistants_over_responses(self.plain, store=store)
        self.threads = self.client.beta.threads
        self.runs = self.threads.runs

    async def assistant(self, **given: Any) -> str:
        made = await done(self.client.beta.assistants.create(**{"model": "gpt-4o", "name": "Helper", **given}))
        return str(made.id)

    async def thread(self, *texts: str, **given: Any) -> str:
        messages = [{"role": "user", "content": text} for text in texts]
        return str((await done(self.threads.create(messages=messages, **given))).id)

    async def run(self, thread: str, assistant: str, **given: Any) -> Any:
        """A run that was waited for."""
        return await done(self.runs.create_and_poll(thread, assistant_id=assistant, wait=FAST, **given))

    async def texts(self, thread: str) -> list[tuple[str, str]]:
        """Who said what in a thread, the oldest first."""
        messages = await listed(self.threads.messages.list(thread, order="asc"))
        return [(message.role, message.text) for message in messages]

    def asked(self) -> list[str]:
        """What the server was asked, and forget it."""
        found = [f"{each.method} {each.path}" for each in self.server.requests]
        self.server.forget()
        return found

    def sent(self, path: str, number: int = -1) -> Any:
        """The body of a request to a path; the latest unless a number says otherwise."""
        return [each.json() for each in self.server.requests if each.path == path and each.method == "POST"][number]


@pytest.fixture
def server() -> Iterator[LocalServer]:
    with LocalServer() as running:
        yield running


@pytest.fixture
async def bridged(connect: Connect, server: LocalServer) -> AsyncIterator[Bridged]:
    made = Bridged(connect, server, MemoryAssistantStore())
    yield made
    await done(made.plain.close())
