"""Operations of the official package that differ from others in the query alone: `client.beta.responses`."""

from __future__ import annotations

import inspect
import json
from typing import Any

import pytest

from tests.canned import Connect, Wire, done, status
from typed_openai import as_official

pytest.importorskip("openai", reason="the official package is not installed: pip install -e .[dev]")

RESPONSE = {"id": "r", "object": "response", "created_at": 1, "model": "m", "status": "completed", "output": []}
BETA = "responses_multi_agent=v1"


async def test_what_only_the_beta_has_is_sent_by_a_view_as_by_our_client(connect: Connect) -> None:
    sent: list[Any] = []
    for made in (lambda client: client, as_official):
        wire = Wire(status(200, RESPONSE))
        client: Any = made(connect(wire))
        await done(client.beta.responses.create(model="m", input="x", betas=[BETA], multi_agent={"enabled": True}))
        request = wire.requests[0]
        sent.append((request.url.query, request.headers["openai-beta"], json.loads(request.content)))
    assert sent[0] == sent[1]
    assert sent[1][0] == b"beta=true"


@pytest.mark.parametrize(
    ("name", "given"),
    [
        ("retrieve", {"response_id": "r"}),
        ("cancel", {"response_id": "r"}),
        ("delete", {"response_id": "r"}),
        ("input_items.list", {"response_id": "r"}),
    ],
)
async def test_each_of_them_says_once_that_it_is_of_the_beta(
    connect: Connect, name: str, given: dict[str, Any]
) -> None:
    wire = Wire(status(200, {**RESPONSE, "data": [], "object": "response"}))
    found: Any = as_official(connect(wire)).beta.responses
    for each in name.split("."):
        found = getattr(found, each)
    outcome = found(**given)
    if inspect.isawaitable(outcome):
        await outcome
    assert wire.requests[0].url.query == b"beta=true"


async def test_what_is_not_of_the_beta_stays_what_it_is(connect: Connect) -> None:
    wire = Wire(status(200, RESPONSE))
    await done(as_official(connect(wire)).responses.create(model="m", input="x"))
    assert wire.requests[0].url.query == b""
