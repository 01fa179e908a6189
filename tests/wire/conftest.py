"""A scripted server for each test, and each test in both colours."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.wire.colours import ASYNC, SYNC, Colour
from tests.wire.server import WireServer


@pytest.fixture
def server() -> Iterator[WireServer]:
    with WireServer() as running:
        yield running


@pytest.fixture(params=[SYNC, ASYNC], ids=lambda colour: colour.name)
def colour(request: pytest.FixtureRequest) -> Colour:
    chosen: Colour = request.param
    return chosen
