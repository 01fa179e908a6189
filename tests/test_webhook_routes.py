"""Routes for webhooks: an event is dealt with once, whichever the framework, and what is not from the service never."""

from __future__ import annotations

import asyncio
import base64
import importlib
import json
import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from typed_openai import ConfigurationError, sign_webhook
from typed_openai.webhooks.replays import RUNNING, MemoryReplays, SQLiteReplays

SECRET = "whsec_" + base64.b64encode(b"0123456789abcdef01234567").decode()
BODY = json.dumps(
    {"id": "evt_1", "object": "event", "created_at": 1750000000, "type": "response.completed", "data": {"id": "r"}}
).encode()
Posting = Callable[[bytes, dict[str, str]], int]


def fastapi(function: Any, **options: Any) -> Posting:
    from typed_openai.webhooks.fastapi import webhook

    app = FastAPI()
    app.post("/hook")(webhook(SECRET, **options)(function))

    def post(body: bytes, headers: dict[str, str]) -> int:
        async def once() -> int:
            transport = httpx.ASGITransport(app, raise_app_exceptions=False)
            async with httpx.AsyncClient(transport=transport, base_url="http://app") as http:
                return (await http.post("/hook", content=body, headers=headers)).status_code

        return asyncio.run(once())

    return post


def flask(function: Any, **options: Any) -> Posting:
    module: Any = importlib.import_module("flask")
    webhook = importlib.import_module("typed_openai.webhooks.flask").webhook
    app = module.Flask("hooks")
    app.post("/hook")(webhook(SECRET, **options)(function))

    def post(body: bytes, headers: dict[str, str]) -> int:
        status: int = app.test_client().post("/hook", data=body, headers=headers).status_code
        return status

    return post


def django(function: Any, **options: Any) -> Posting:
    settings = importlib.import_module("django.conf").settings
    if not settings.configured:
        settings.configure(SECRET_KEY="x", ALLOWED_HOSTS=["*"], DEFAULT_CHARSET="utf-8")
    testing = importlib.import_module("django.test")
    view = importlib.import_module("typed_openai.webhooks.django").webhook(SECRET, **options)(function)

    def post(body: bytes, headers: dict[str, str]) -> int:
        made = testing.RequestFactory().post("/hook", data=body, content_type="application/json", headers=headers)
        try:
            answer = view(made)
            answer = asyncio.run(_awaited(answer)) if asyncio.iscoroutine(answer) else answer
        except RuntimeError:
            return 500  # what Django makes of it
        status: int = answer.status_code
        return status

    return post


async def _awaited(answer: Any) -> Any:
    return await answer


class Seen(list[str]):
    """Deals with events: keeps their ids, and fails as often as it is told to."""

    failing = 0

    def __call__(self, event: Any) -> None:
        if self.failing:
            self.failing -= 1
            raise RuntimeError("no database")
        self.append(event.id)


@pytest.fixture(params=[fastapi, flask, django], ids=["fastapi", "flask", "django"])
def framework(request: pytest.FixtureRequest) -> Any:
    return request.param


@pytest.fixture(params=["sync", "async"])
def route(request: pytest.FixtureRequest, framework: Any) -> Callable[..., Posting]:
    """Makes a route of a function of either colour."""

    def made(function: Any, **options: Any) -> Posting:
        def finished(event: Any) -> None:
            function(event)

        async def later(event: Any) -> None:
            function(event)

        posting: Posting = framework(finished if request.param == "sync" else later, **options)
        return posting

    return made


def test_an_event_is_dealt_with_and_answered_with_200(route: Any) -> None:
    post = route(seen := Seen())
    assert post(BODY, sign_webhook(BODY, SECRET)) == 200
    assert seen == ["evt_1"]


def test_what_is_not_from_the_service_is_not_dealt_with(route: Any) -> None:
    post = route(seen := Seen())
    headers = sign_webhook(BODY, SECRET)
    assert post(BODY + b" ", headers) == 400
    assert post(BODY, {}) == 400
    assert post(BODY, sign_webhook(BODY, "another")) == 400
    assert post(BODY, sign_webhook(BODY, SECRET, timestamp=1750000000)) == 400
    assert post(b"[]", sign_webhook(b"[]", SECRET)) == 400
    assert seen == []


def test_what_comes_twice_is_dealt_with_once(route: Any) -> None:
    post = route(seen := Seen())
    again = sign_webhook(BODY, SECRET, id="msg_1")
    assert [post(BODY, again), post(BODY, again)] == [200, 200]
    assert post(BODY, sign_webhook(BODY, SECRET, id="msg_2")) == 200
    assert len(seen) == 2


def test_what_failed_is_dealt_with_when_it_comes_again(route: Any) -> None:
    post = route(seen := Seen())
    seen.failing = 1
    headers = sign_webhook(BODY, SECRET, id="msg_1")
    assert [post(BODY, headers), post(BODY, headers)] == [500, 200]
    assert seen == ["evt_1"]


def test_what_somebody_else_deals_with_may_come_again(route: Any) -> None:
    replays = MemoryReplays()
    replays.claim("msg_1")
    post = route(seen := Seen(), replays=replays)
    assert post(BODY, sign_webhook(BODY, SECRET, id="msg_1")) == 409
    assert seen == []


def test_a_route_without_a_secret_is_refused_when_it_is_made(monkeypatch: pytest.MonkeyPatch) -> None:
    from typed_openai.webhooks.fastapi import webhook

    monkeypatch.delenv("OPENAI_WEBHOOK_SECRET", raising=False)
    with pytest.raises(ConfigurationError, match="OPENAI_WEBHOOK_SECRET"):
        webhook()


# -- what is remembered --------------------------------------------------------------------------------------------


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture(params=["memory", "sqlite"])
def remembered(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[..., Any]:
    def made(**options: Any) -> Any:
        return MemoryReplays(**options) if request.param == "memory" else SQLiteReplays(tmp_path / "r.db", **options)

    return made


def test_a_delivery_is_new_then_running_then_done(remembered: Any) -> None:
    replays = remembered()
    assert [replays.claim("a"), replays.claim("a"), replays.claim("b")] == ["new", "running", "new"]
    replays.done("a")
    replays.release("b")
    assert [replays.claim("a"), replays.claim("b")] == ["done", "new"]


def test_what_is_remembered_ends_and_so_does_work_that_nobody_finished(remembered: Any) -> None:
    replays = remembered(keep=5000, clock=(clock := Clock()))
    replays.claim("a")
    clock.now += RUNNING
    assert replays.claim("a") == "new"
    replays.done("a")
    clock.now += 4999
    assert replays.claim("a") == "done"
    clock.now += 1
    assert replays.claim("a") == "new"


def test_of_many_who_ask_at_once_one_gets_it(remembered: Any) -> None:
    replays = remembered()
    with ThreadPoolExecutor(8) as pool:
        claims = list(pool.map(replays.claim, ["a"] * 24))
    assert claims.count("new") == 1


def test_memory_keeps_the_newest() -> None:
    replays = MemoryReplays(most=2)
    for each in "abc":
        replays.claim(each)
    assert [replays.claim("c"), replays.claim("a")] == ["running", "new"]


def test_a_file_that_cannot_be_used_loses_no_delivery(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "r.db").write_bytes(b"no database at all" * 100)
    replays = SQLiteReplays(tmp_path / "r.db")
    assert [replays.claim("a"), replays.claim("a")] == ["new", "new"]
    replays.done("a")
    assert caplog.text.count("not remembered") == 1
    with closing(sqlite3.connect(tmp_path / "r.db")) as db, pytest.raises(sqlite3.DatabaseError):
        db.execute("SELECT * FROM deliveries")


def test_a_file_that_is_locked_is_waited_for_once_and_used_again_when_it_is_free(tmp_path: Path) -> None:
    waited: list[float] = []

    class Watched(SQLiteReplays):
        def _work(self, *steps: Any) -> Any:
            waited.append(self._patience)
            return super()._work(*steps)

    replays = Watched(tmp_path / "r.db")
    with closing(sqlite3.connect(tmp_path / "r.db", isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        assert [replays.claim("a"), replays.claim("a"), replays.claim("b")] == ["new", "new", "new"]
    assert waited == [1.0, 0.0, 0.0]
    assert [replays.claim("a"), replays.claim("a")] == ["new", "running"]
    assert waited == [1.0, 0.0, 0.0, 0.0, 1.0]
