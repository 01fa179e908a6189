"""The tests of the local server's assistants, threads and runs, by way of the bridge: answers are those of the API
description, and say the same, where responses can."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from tests.local import test_assistants, test_runs
from tests.local.api import Answer, Api
from typed_openai import OpenAI
from typed_openai.bridge import assistants_over_responses
from typed_openai.core.declare import call
from typed_openai.core.declare.endpoint import Endpoint
from typed_openai.core.run.flow import around
from typed_openai.local import LocalServer
from typed_openai.models.base import Result


class OverResponses(Api):
    """Requests of the Assistants API go through the bridge, all others to the server itself."""

    def __init__(self, base_url: str, client: Any) -> None:
        super().__init__(base_url)
        self.client = client
        self.base_url = base_url

    def send(
        self, method: str, path: str, body: bytes | None = None, headers: Mapping[str, str] | None = None
    ) -> Answer:
        if not path.startswith(("/assistants", "/threads")):
            return super().send(method, path, body, headers)
        given = json.loads(body or b"{}")
        request = call.request(Endpoint(method, path, None, Result, name=path), self.client, (), {})
        request.content, request.streams = body, given.get("stream") is True
        reply = self.client.driver.run(around(self.client.config.middleware)(request))
        content = reply.content if reply.content is not None else b"".join(reply.response.iter_raw())
        return Answer(reply.status, reply.headers, content)


@pytest.fixture
def api(server: LocalServer) -> Iterator[Api]:
    client = assistants_over_responses(OpenAI(base_url=server.base_url, api_key="sk-local"))
    with client, OverResponses(server.base_url, client) as connection:
        yield connection


OTHERWISE = {
    "refused": "a client checks what it sends; the bridge does not check it once more",
    "files_are_searched": "the local server searches no files for responses",
    "vector_store": "the local server searches no files for responses",
    "one_run_at_a_time": "each question takes a response one state further, also the question whether a run works",
    "cancelled_in_two_steps": "a response is cancelled at once",
    "waits_too_long": "how long a run waits is told by the clock here, not by that of the server",
}
"""Tests (parts of their names) that ask for what is otherwise here, and why."""
SAME = {
    name: test
    for module in (test_assistants, test_runs)
    for name, test in vars(module).items()
    if name.startswith("test_") and not any(part in name for part in OTHERWISE)
}
globals().update(SAME)


def test_most_tests_are_the_same() -> None:
    assert len(SAME) >= 10
    for part in OTHERWISE:
        assert any(part in name for module in (test_assistants, test_runs) for name in vars(module))
