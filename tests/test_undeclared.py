"""`client.request`: what has no operation in this package is asked for with everything else that a call has."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest

from tests.canned import Connect, Wire, done, failure, status
from typed_openai import APIResponse, BudgetExceededError, NotFoundError, RequestValidationError, usage_scope
from typed_openai.models.base import Result

EVAL = {"id": "eval_1", "object": "eval", "name": "tea", "usage": {"total_tokens": 7}}


async def test_a_path_without_an_operation_is_asked_as_any_other(connect: Connect) -> None:
    wire = Wire(status(200, EVAL, headers={"x-request-id": "r-1"}))
    client = connect(wire, organization="org-1")
    answer = await done(client.request("POST", "/evals", body={"name": "tea", "note": None}, query={"dry": True}))
    (sent,) = wire.requests
    assert (sent.method, str(sent.url)) == ("POST", "https://api.openai.com/v1/evals?dry=true")
    assert json.loads(sent.content) == {"name": "tea", "note": None}
    assert sent.headers["authorization"].startswith("Bearer ")
    assert sent.headers["openai-organization"] == "org-1"
    assert sent.headers["content-type"] == "application/json"
    assert sent.headers["idempotency-key"]
    assert isinstance(answer, APIResponse)
    assert answer.json() == EVAL
    assert answer.request_id == "r-1"
    parsed = answer.parse()
    assert isinstance(parsed, Result)
    assert parsed.model_dump() == EVAL


async def test_options_of_a_call_count(connect: Connect) -> None:
    wire = Wire(status(200, EVAL))
    await done(connect(wire).request("GET", "/evals/eval_1", extra_headers={"openai-beta": "evals=v1"}, timeout=3))
    (sent,) = wire.requests
    assert sent.headers["openai-beta"] == "evals=v1"
    assert sent.extensions["timeout"]["read"] == 3
    assert sent.content == b""


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE"])
async def test_every_verb_may_have_a_body(connect: Connect, method: str) -> None:
    wire = Wire(status(200, EVAL))
    await done(connect(wire).request(method, "/evals/eval_1", body={"a": 1}))
    (sent,) = wire.requests
    assert (sent.method, json.loads(sent.content)) == (method, {"a": 1})
    assert sent.headers["content-type"] == "application/json"


async def test_failures_are_tried_again_and_raise_what_every_call_raises(connect: Connect) -> None:
    wire = Wire(failure(500), status(200, EVAL))
    assert (await done(connect(wire, max_retries=1).request("GET", "/evals"))).json() == EVAL
    assert len(wire.requests) == 2
    with pytest.raises(NotFoundError, match=r"GET https://api.openai.com/v1/evils"):
        await done(connect(Wire(failure(404))).request("GET", "/evils"))


async def test_a_usage_scope_counts_it_and_refuses_the_next(connect: Connect) -> None:
    client = connect(Wire(status(200, EVAL)))
    with usage_scope(budget=5) as used:
        await done(client.request("POST", "/evals", body={}))
        assert used.total_tokens == 7
        with pytest.raises(BudgetExceededError):
            await done(client.request("POST", "/evals", body={}))


async def test_an_answer_that_is_no_object_is_there_to_be_looked_at(connect: Connect) -> None:
    wire = Wire(lambda request: httpx.Response(200, text="id,name\n"))
    assert (await done(connect(wire).request("GET", "/evals.csv"))).text == "id,name\n"


@pytest.mark.parametrize(
    ("method", "path", "wrong"),
    [
        ("get", "/evals", "method: one of GET, POST, PUT, PATCH, DELETE, got 'get'"),
        ("GET", "evals", "path: a path below base_url that begins with /"),
        ("GET", "https://evil.example/v1/evals", "another server is another client"),
        ("GET", "//evil.example/evals", "path: a path below base_url"),
        ("GET", "/evals?limit=3", r"path: .*query=\{"),
        ("GET", "/evals/{eval_id}", "path: a path, filled in"),
        ("GET", 3, "path: a path below base_url that begins with /, got 3"),
    ],
)
async def test_what_would_leave_the_server_or_is_no_path_is_refused(
    connect: Connect, method: str, path: Any, wrong: str
) -> None:
    wire = Wire()
    with pytest.raises(RequestValidationError, match=wrong):
        await done(connect(wire).request(method, path))
    assert wire.requests == []


async def test_a_body_is_said_once(connect: Connect) -> None:
    with pytest.raises(RequestValidationError, match="extra_body: once, as body"):
        await done(connect(Wire()).request("POST", "/evals", body={"a": 1}, extra_body={"b": 2}))


@pytest.mark.parametrize("path", ["/files/..", "/..", "/files/./a", "/files/%2e%2E/models", "/files/.../a"])
async def test_a_path_that_climbs_is_refused_before_sending(connect: Connect, path: str) -> None:
    wire = Wire(status(200, EVAL))
    with pytest.raises(RequestValidationError, match="dots climb up"):
        await done(connect(wire).request("GET", path))
    assert wire.requests == []
