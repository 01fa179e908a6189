"""A scripted server for each test, and each test in both colours."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.wire.bodies import COMPLETION, DONE, HELLO
from tests.wire.colours import ASYNC, SYNC, Colour
from tests.wire.server import END, WireServer, answer, chunked


@pytest.fixture(scope="session", autouse=True)
def warm() -> None:
    """Load what a first request loads, so that no test that measures time pays for it."""
    with WireServer() as server:
        server.script(answer(COMPLETION), [*chunked(*HELLO, DONE), END])
        SYNC.chat(server, deadline=30)
        SYNC.chunks(server)
        ASYNC.chat(server, deadline=30)
        ASYNC.chunks(server)


@pytest.fixture
def server() -> Iterator[WireServer]:
    with WireServer() as running:
        yield running


CARRIED = {
    "sync": (SYNC, "httpx"),
    "async": (ASYNC, "httpx"),
    "sync over httpx2": (SYNC, "httpx2"),
    "async over httpx2": (ASYNC, "httpx2"),
    "async over aiohttp": (ASYNC, "aiohttp"),
}
"""Both colours, over each transport that they have."""


@pytest.fixture(params=[*CARRIED.values()], ids=[*CARRIED])
def colour(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Colour:
    chosen: Colour
    chosen, transport = request.param
    monkeypatch.setenv("OPENAI_TRANSPORT", transport)
    return chosen


@pytest.fixture(params=["httpx", "httpx2", "aiohttp"])
def transport(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Each transport of an async client, which it has without being told in the test."""
    name: str = request.param
    monkeypatch.setenv("OPENAI_TRANSPORT", name)
    return name
