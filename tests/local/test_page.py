"""The page of a local server below the browser: who gets it, what it tells, what its buttons may order."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from contextlib import closing
from http.client import HTTPConnection, HTTPResponse
from typing import Any

import pytest

from typed_openai import OpenAI
from typed_openai.cli.serving import faults_of
from typed_openai.local import LocalServer, Page
from typed_openai.local import page as pages

JSON = {"content-type": "application/json"}
HELLO: Any = {"model": "m", "messages": [{"role": "user", "content": "Hi"}]}


def ask(
    server: LocalServer, method: str, path: str, body: object = None, headers: Mapping[str, str] = JSON
) -> tuple[int, str, dict[str, str]]:
    with closing(HTTPConnection("127.0.0.1", server.port, timeout=10)) as connection:
        connection.request(method, path, None if body is None else json.dumps(body), dict(headers))
        answer = connection.getresponse()
        return answer.status, answer.read().decode(), {name.lower(): value for name, value in answer.getheaders()}


def messages(answer: HTTPResponse, count: int) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    while len(found) < count:
        line = answer.readline()
        assert line
        if line.startswith(b"data: "):
            found.append(json.loads(line[6:]))
    return found


def test_a_server_without_a_page_has_none() -> None:
    with LocalServer() as server:
        assert ask(server, "GET", "/")[0] == 404
        assert ask(server, "GET", "/_page/events")[0] == 404
        assert len(server.requests) == 2


def test_the_page_is_not_recorded_takes_no_fault_and_needs_no_key() -> None:
    with LocalServer(api_key="sk-x", page=Page()) as server:
        assert ask(server, "POST", "/_page/fault", {"status": 500})[0] == 200
        status, source, headers = ask(server, "GET", "/")
        assert status == 200
        assert "<title>" in source
        assert "script-src 'sha256-" in headers["content-security-policy"]
        assert "unsafe" not in headers["content-security-policy"]
        assert server.requests == []
        assert ask(server, "GET", "/v1/models")[0] == 500


@pytest.mark.parametrize(
    "headers", [{"host": "evil.example"}, {"origin": "https://evil.example"}, {"origin": "null"}], ids=str
)
@pytest.mark.parametrize("path", ["/", "/_page/events"])
def test_who_may_not_ask_the_server_may_not_see_its_page(path: str, headers: dict[str, str]) -> None:
    with LocalServer(page=Page()) as server:
        assert ask(server, "GET", path, headers=headers)[0] == 403
        assert ask(server, "POST", "/_page/fault", {"status": 500}, JSON | headers)[0] == 403
        assert ask(server, "GET", "/v1/models")[0] == 200


@pytest.mark.parametrize(
    ("method", "path", "body", "headers", "status"),
    [
        ("POST", "/_page/fault", {"explode": True}, JSON, 400),
        ("POST", "/_page/fault", {"status": "many"}, JSON, 400),
        ("POST", "/_page/fault", [1], JSON, 400),
        ("POST", "/_page/fault", {"status": 500}, {"content-type": "text/plain"}, 415),
        ("POST", "/_page/nothing", {}, JSON, 404),
        ("GET", "/_page/fault", None, JSON, 404),
        ("POST", "/_page/events", {}, JSON, 404),
    ],
)
def test_what_the_page_never_asks_is_refused_and_does_nothing(
    method: str, path: str, body: object, headers: dict[str, str], status: int
) -> None:
    with LocalServer(page=Page()) as server:
        assert ask(server, method, path, body, headers)[0] == status
        assert ask(server, "GET", "/v1/models")[0] == 200


def test_what_happens_is_told_in_order_without_the_key() -> None:
    with (
        LocalServer(page=Page(faults_of)) as server,
        closing(HTTPConnection("127.0.0.1", server.port, timeout=10)) as looking,
        OpenAI(base_url=server.base_url, api_key="sk-secret-0123456789") as client,
    ):
        looking.request("GET", "/_page/events")
        events = looking.getresponse()
        client.chat.completions.create(**HELLO)
        asked, answered, ended = messages(events, 3)
        assert (asked["kind"], answered["kind"], ended["kind"]) == ("asked", "answered", "ended")
        assert asked["id"] == answered["id"] == ended["id"]
        assert json.loads(asked["body"])["messages"] == HELLO["messages"]
        assert "sk-secret" not in json.dumps([asked, answered, ended])
        assert "$OPENAI_API_KEY" in asked["curl"]
        assert (answered["status"], ended["how"], asked["faults"]) == (200, "", [])


def test_what_an_administrator_asks_is_told_with_the_variable_of_his_key() -> None:
    with (
        LocalServer(page=Page(faults_of)) as server,
        closing(HTTPConnection("127.0.0.1", server.port, timeout=10)) as looking,
        OpenAI(base_url=server.base_url, admin_api_key="sk-secret-0123456789") as client,
    ):
        looking.request("GET", "/_page/events")
        events = looking.getresponse()
        client.admin.organization.projects.list()
        asked, answered, _ = messages(events, 3)
        assert "Bearer $OPENAI_ADMIN_KEY" in asked["curl"]
        assert "sk-secret" not in json.dumps([asked, answered])


def test_who_comes_again_gets_what_he_missed() -> None:
    with LocalServer(page=Page()) as server:
        ask(server, "GET", "/v1/models")
        with closing(HTTPConnection("127.0.0.1", server.port, timeout=10)) as looking:
            looking.request("GET", "/_page/events", headers={"last-event-id": "1"})
            assert messages(looking.getresponse(), 1)[0]["kind"] == "answered"


def test_a_server_that_somebody_looks_at_stops_at_once() -> None:
    server = LocalServer(page=Page()).start()
    with closing(HTTPConnection("127.0.0.1", server.port, timeout=10)) as looking:
        looking.request("GET", "/_page/events")
        looking.getresponse()
        began = time.monotonic()
        server.stop()
        assert time.monotonic() - began < 4


def test_what_is_kept_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "MOST_MESSAGES", 5)
    monkeypatch.setattr(pages, "MOST_OF_A_TEXT", 10)
    page = Page()
    for _ in range(9):
        page.tell(kind="x")
    assert len(page._messages) == 5
    assert pages.text_of(b"x" * 11) == "xxxxxxxxxx… (11 characters)"
    assert pages.text_of(b"\xff") == "(1 bytes)"


@pytest.mark.parametrize(
    ("method", "path", "body", "said"),
    [
        ("POST", "/v1/chat/completions", HELLO, ""),
        ("POST", "/v1/chat/completions", {"model": "m"}, "messages: required"),
        ("POST", "/v1/responses", {"inpt": "x"}, "did you mean 'input'?"),
        ("POST", "/v1/batches/batch_1/cancel", {}, ""),
        ("POST", "/v1/vector_stores/vs_1/search", {"qery": "x"}, "did you mean 'query'?"),
        ("GET", "/v1/models", {}, ""),
        ("POST", "/v1/nowhere", {"x": 1}, ""),
        ("POST", "/v1/responses", [], "an object"),
    ],
)
def test_what_the_client_would_have_refused_is_known(method: str, path: str, body: object, said: str) -> None:
    found = faults_of(method, path, json.dumps(body).encode())
    assert bool(found) == bool(said)
    assert said in "\n".join(found)
