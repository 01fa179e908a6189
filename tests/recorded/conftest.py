"""`client` is of either colour and is answered by the cassette named after its test.

With `RECORD=1` (`make record`) the sync client goes to a server and writes the cassette, which the async one replays;
`scripts/record` then replays all of them once more. `SETTINGS` are read at import, because every test starts without
`OPENAI_*` in its environment.
"""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from tests.recorded.recording import CASSETTES, recording, replaying
from typed_openai import AsyncOpenAI, OpenAI

SETTINGS = {name: value for name, value in os.environ.items() if name.startswith("OPENAI_")}
RECORD = os.environ.get("RECORD") == "1"


@pytest.fixture
def cassette(request: pytest.FixtureRequest) -> Path:
    """The cassette of a test: `test_a_b[sync]` and `test_a_b[async]` share `a_b.yaml`."""
    return CASSETTES / f"{request.function.__name__.removeprefix('test_')}.yaml"


@pytest.fixture
def to_a_server(monkeypatch: pytest.MonkeyPatch) -> None:
    """The environment that `make record` was called with."""
    for name, value in SETTINGS.items():
        monkeypatch.setenv(name, value)


@pytest_asyncio.fixture(params=["sync", "async"])
async def client(request: pytest.FixtureRequest, cassette: Path) -> AsyncIterator[Any]:
    """A client that is answered by the cassette; the sync one records it when that is wanted."""
    if request.param == "sync":
        if RECORD:
            request.getfixturevalue("to_a_server")
        with (recording if RECORD else replaying)(cassette) as settings, OpenAI(**settings) as made:
            yield made
        return
    with replaying(cassette) as settings:
        async with AsyncOpenAI(**settings) as made_async:
            yield made_async
