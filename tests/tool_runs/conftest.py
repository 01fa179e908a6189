"""Each test that takes `api` runs for chat and for responses."""

from __future__ import annotations

import pytest

from tests.tool_runs.talk import Api, Chat, InResponses


@pytest.fixture(params=[Chat, InResponses], ids=["chat", "responses"])
def api(request: pytest.FixtureRequest) -> Api:
    found: Api = request.param
    return found
