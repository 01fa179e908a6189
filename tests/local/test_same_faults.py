"""One kind of fault has one answer, whichever area of the local server is asked, and whoever checks it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.local.api import Api
from tests.local.test_files import begun, uploaded

HELLO: dict[str, Any] = {"model": "m", "messages": [{"role": "user", "content": "hi"}]}
MADE: dict[str, Callable[[Api], str]] = {
    "upload": begun,
    "store": lambda api: api.post("/vector_stores", {}).json["id"],
}
EMPTY: dict[str, tuple[str, dict[str, Any]]] = {
    "messages": ("/chat/completions", {"model": "m", "messages": []}),
    "prompt": ("/completions", {"model": "m", "prompt": []}),
    "input": ("/moderations", {"input": []}),
    "file_ids": ("/vector_stores/{store}/file_batches", {"file_ids": []}),
    "part_ids": ("/uploads/{upload}/complete", {"part_ids": []}),
    "project_ids": ("/fine_tuning/checkpoints/m/permissions", {"project_ids": []}),
    "event_types": ("/webhook_endpoints", {"name": "n", "url": "https://x", "event_types": []}),
    "questions": ("/decisions", {"model": "m", "input": "x", "questions": []}),
}
OUTSIDE: dict[str, tuple[str, dict[str, Any]]] = {
    "max_tokens": ("/chat/completions", {**HELLO, "max_tokens": 0}),
    "n": ("/chat/completions", {**HELLO, "n": 0}),
    "dimensions": ("/embeddings", {"model": "m", "input": "x", "dimensions": 9000}),
    "top_p": ("/responses", {"model": "m", "input": "x", "top_p": 3}),
}
LISTS = (
    "/files",
    "/vector_stores",
    "/batches",
    "/fine_tuning/jobs",
    "/assistants",
    "/organization/users",
    "/organization/usage/images?start_time=1",
    "/chat/completions",
)


def answered(api: Api, path: str, body: dict[str, Any]) -> Any:
    named = {name: make(api) for name, make in MADE.items() if f"{{{name}}}" in path}
    return api.post(path.format_map(named), body)


@pytest.mark.parametrize("param", EMPTY)
def test_an_empty_list_where_something_is_needed_is_a_wrong_value(api: Api, param: str) -> None:
    answer = answered(api, *EMPTY[param])
    assert answer.status == 400
    assert (answer.error["param"], answer.error["code"]) == (param, "invalid_value")
    assert "at least 1 item" in answer.error["message"]


@pytest.mark.parametrize("param", OUTSIDE)
def test_a_number_outside_its_bounds_is_a_wrong_value(api: Api, param: str) -> None:
    answer = answered(api, *OUTSIDE[param])
    assert answer.status == 400
    assert (answer.error["param"], answer.error["code"]) == (param, "invalid_value")


@pytest.mark.parametrize("path", LISTS)
@pytest.mark.parametrize("limit", ["0", "-1", "100000"])
def test_a_limit_outside_its_bounds_is_a_wrong_value(api: Api, path: str, limit: str) -> None:
    uploaded(api)
    answer = api.get(f"{path}{'&' if '?' in path else '?'}limit={limit}")
    assert answer.status == 400
    assert (answer.error["param"], answer.error["code"]) == ("limit", "invalid_value")
