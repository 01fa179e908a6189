"""Each test of a helper runs in both colours."""

from __future__ import annotations

import pytest

from tests.batches.service import Run, run_async, run_sync


@pytest.fixture(params=[run_sync, run_async], ids=["sync", "async"])
def run(request: pytest.FixtureRequest) -> Run:
    """Call an operation of either client: `run(service, "batches.run", lines)`."""
    chosen: Run = request.param
    return chosen
