"""A local server for each test, and the clients of both colours on it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import pytest

from typed_openai import AsyncOpenAI, OpenAI
from typed_openai.local import LocalServer


class Clients(NamedTuple):
    """One server, both colours."""

    server: LocalServer
    sync: OpenAI
    awaited: AsyncOpenAI

    def of(self, colour: str) -> OpenAI | AsyncOpenAI:
        return self.sync if colour == "sync" else self.awaited


@pytest.fixture
def clients(monkeypatch: pytest.MonkeyPatch) -> Iterator[Clients]:
    """Both clients, on a server of their own. The frameworks' own clients, where they make some, find it as well."""
    with LocalServer() as server:
        monkeypatch.setenv("OPENAI_BASE_URL", server.base_url)
        monkeypatch.setenv("OPENAI_API_KEY", "sk-of-the-framework")
        with OpenAI(base_url=server.base_url, api_key="sk-ours") as sync:
            yield Clients(server, sync, AsyncOpenAI(base_url=server.base_url, api_key="sk-ours"))


@pytest.fixture(params=["sync", "async"])
def colour(request: pytest.FixtureRequest) -> str:
    """The colour of the client in use."""
    return str(request.param)
