"""Each test has its own providers, and leaves nothing instrumented."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

import typed_openai.otel
from tests.otel.recorded import Recorded


@pytest.fixture
def recorded() -> Iterator[Recorded]:
    """What this package records while the test runs."""
    found = Recorded()
    typed_openai.otel.instrument(**found.providers)
    yield found
    typed_openai.otel.uninstrument()
