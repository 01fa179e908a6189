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


@pytest.fixture(params=[SYNC, ASYNC], ids=lambda colour: colour.name)
def colour(request: pytest.FixtureRequest) -> Colour:
    chosen: Colour = request.param
    return chosen
