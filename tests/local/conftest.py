"""A fresh server for each test, and a connection to it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.local.api import Api
from typed_openai.local import LocalServer


@pytest.fixture
def server() -> Iterator[LocalServer]:
    with LocalServer() as running:
        yield running


@pytest.fixture
def api(server: LocalServer) -> Iterator[Api]:
    with Api(server.base_url) as connection:
        yield connection
