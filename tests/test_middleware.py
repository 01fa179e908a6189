"""Middleware: written once, run by both colours, around each attempt; and the two that come with the package."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from tests.canned import HELLO, KEY, Connect, Wire, broken, completion, done, failure, listed, models, stream_of
from typed_openai import OpenAI, configure
from typed_openai.errors import (
    APIConnectionError,
    BadRequestError,
    ConfigurationError,
    InternalServerError,
    OpenAIError,
    RequestValidationError,
)
from typed_openai.middleware import (
    Call,
    Flow,
    Middleware,
    Reply,
    Request,
    Sender,
    Sleep,
    keep_answers,
    log_requests,
)

AGAIN = {"retry-after": "0"}


def noting(notes: list[str], name: str) -> Middleware:
    def noted(request: Request, send: Sender) -> Flow[Reply]:
        notes.append(f"{name} out")
        reply = yield from send(request)
        notes.append(f"{name} {reply.status}")
        return reply

    return noted


# --- order -----------------------------------------------------------------------------------------------------------


async def test_the_first_one_is_the_outermost(connect: Connect) -> None:
    notes: list[str] = []
    client = connect(Wire(), middleware=[noting(notes, "a"), noting(notes, "b")])
    assert (await done(client.chat.completions.create(**HELLO))).text == "hi"
    assert notes == ["a out", "b out", "b 200", "a 200"]


async def test_they_are_around_each_attempt(connect: Connect) -> None:
    notes: list[str] = []
    wire = Wire(failure(500, headers=AGAIN), failure(429, headers=AGAIN), completion())
    await done(connect(wire, middleware=[noting(notes, "a")]).chat.completions.create(**HELLO))
    assert notes == ["a out", "a 500", "a out", "a 429", "a out", "a 200"]


async def test_an_error_status_is_a_reply_to_them(connect: Connect) -> None:
    notes: list[str] = []
    with pytest.raises(BadRequestError):
        await done(connect(Wire(failure(400)), middleware=[noting(notes, "a")]).models.list())
    assert notes == ["a out", "a 400"]


async def test_they_are_around_streams_pages_and_raw_answers(connect: Connect) -> None:
    notes: list[str] = []
    client = connect(Wire(stream_of("a", "b")), middleware=[noting(notes, "a")])
    stream = await done(client.chat.completions.create(**HELLO, stream=True))
    assert notes == ["a out", "a 200"]
    assert len(await listed(stream)) == 2
    client = connect(Wire(models("x")), middleware=[noting(notes, "b")])
    await done(client.models.list())
    await done(client.with_raw_response.models.list())
    assert notes[2:] == ["b out", "b 200"] * 2


async def test_nothing_reaches_them_that_was_refused_before(connect: Connect) -> None:
    notes: list[str] = []
    with pytest.raises(RequestValidationError):
        await done(connect(Wire(), middleware=[noting(notes, "a")]).chat.completions.create(model="m"))
    assert notes == []


# --- what they may do ------------------------------------------------------------------------------------------------


async def test_they_see_the_request_with_its_key_and_the_body_of_the_reply(connect: Connect) -> None:
    seen: dict[str, Any] = {}

    def look(request: Request, send: Sender) -> Flow[Reply]:
        seen.update(operation=request.operation, method=request.method, url=request.url, sent=request.content)
        seen["key"] = request.headers.get("authorization")
        reply = yield from send(request)
        seen.update(status=reply.status, kind=reply.headers["Content-Type"], got=reply.content)
        return reply

    await done(connect(Wire(), api_key=lambda: KEY, middleware=[look]).chat.completions.create(**HELLO))
    assert (seen["operation"], seen["method"], seen["status"]) == ("chat.completions.create", "POST", 200)
    assert seen["url"] == "https://api.openai.com/v1/chat/completions"
    assert seen["key"] == f"Bearer {KEY}"
    assert seen["kind"] == "application/json"
    assert b"hello" in seen["sent"]
    assert b"chat.completion" in seen["got"]


async def test_they_may_change_headers(connect: Connect) -> None:
    def signed(request: Request, send: Sender) -> Flow[Reply]:
        request.headers["x-signature"] = "signed"
        request.headers["user-agent"] = None
        return (yield from send(request))

    wire = Wire()
    await done(connect(wire, middleware=[signed]).chat.completions.create(**HELLO))
    assert wire.last.headers["x-signature"] == "signed"
    assert "typed-openai" not in wire.last.headers.get("user-agent", "")


async def test_they_may_catch_a_broken_connection_and_send_again(connect: Connect) -> None:
    def stubborn(request: Request, send: Sender) -> Flow[Reply]:
        try:
            reply = yield from send(request)
        except APIConnectionError:
            yield Sleep(0)
            reply = yield from send(request)
        return reply

    wire = Wire(broken(httpx.ConnectError("no")), completion())
    answer = await done(connect(wire, middleware=[stubborn], max_retries=0).chat.completions.create(**HELLO))
    assert answer.text == "hi"
    assert answer.meta.attempts == ()


async def test_an_error_that_they_raise_ends_the_call(connect: Connect) -> None:
    def closed(request: Request, send: Sender) -> Flow[Reply]:
        if request.method == "GET":
            raise PermissionError("not on Sundays")
        return (yield from send(request))

    wire = Wire()
    with pytest.raises(PermissionError, match="Sundays"):
        await done(connect(wire, middleware=[closed]).models.list())
    assert wire.requests == []


async def test_a_function_of_either_colour_may_be_called(connect: Connect) -> None:
    async def later(text: str) -> str:
        return text.upper()

    def now(text: str) -> str:
        return text.upper()

    def stamped(request: Request, send: Sender) -> Flow[Reply]:
        request.headers["x-stamp"] = yield Call(later if connect.is_async else now, "abc")
        return (yield from send(request))

    wire = Wire()
    await done(connect(wire, middleware=[stamped]).chat.completions.create(**HELLO))
    assert wire.last.headers["x-stamp"] == "ABC"


# --- settings --------------------------------------------------------------------------------------------------------


async def test_a_list_replaces_the_one_that_is_configured_and_false_empties_it(connect: Connect) -> None:
    notes: list[str] = []
    configure(middleware=[noting(notes, "configured")])
    cases: list[tuple[dict[str, Any], list[str]]] = [
        ({}, ["configured out", "configured 200"]),
        ({"middleware": None}, ["configured out", "configured 200"]),
        ({"middleware": [noting(notes, "own")]}, ["own out", "own 200"]),
        ({"middleware": False}, []),
        ({"middleware": []}, []),
    ]
    for settings, expected in cases:
        notes.clear()
        await done(connect(Wire(), **settings).chat.completions.create(**HELLO))
        assert notes == expected


async def test_with_options_may_add_one(connect: Connect) -> None:
    notes: list[str] = []
    client = connect(Wire(), middleware=[noting(notes, "a")])
    more = client.with_options(middleware=[*client.config.middleware, noting(notes, "b")])
    await done(more.chat.completions.create(**HELLO))
    assert notes == ["a out", "b out", "b 200", "a 200"]


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ("log", "middleware must be a list, got str"),
        (log_requests(), "middleware must be a list, got function"),
        ([5], "middleware must be functions, got int"),
    ],
)
def test_what_is_no_list_of_functions_is_refused(wrong: Any, said: str) -> None:
    with pytest.raises(ConfigurationError, match=said):
        OpenAI(api_key=KEY, middleware=wrong)


async def is_async(request: Any, send: Any) -> Any:
    return None


def no_generator(request: Any, send: Any) -> Any:
    return None


def no_reply(request: Any, send: Any) -> Any:
    yield from send(request)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (is_async, "middleware is_async is not a generator function"),
        (no_generator, "middleware no_generator is not a generator function: write `reply = yield from send"),
        (no_reply, "middleware no_reply returned NoneType, not the reply"),
    ],
)
async def test_one_that_is_written_wrongly_is_named(connect: Connect, wrong: Any, said: str) -> None:
    with pytest.raises(ConfigurationError, match=said):
        await done(connect(Wire(), middleware=[wrong]).models.list())


def test_one_that_only_hands_on_may_return_the_steps(connect: Connect) -> None:
    def hand_on(request: Request, send: Sender) -> Flow[Reply]:
        return send(request)

    client = OpenAI(api_key=KEY, http_client=Wire().client(), middleware=[hand_on])
    assert client.chat.completions.create(**HELLO).text == "hi"


# --- logging ---------------------------------------------------------------------------------------------------------


def said(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [record.getMessage() for record in caplog.records if record.name == "typed_openai"]


async def test_log_requests_says_method_url_status_and_time(connect: Connect, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "typed_openai")
    wire = Wire(failure(500, headers={**AGAIN, "x-request-id": "req_1"}), models("a"))
    await done(connect(wire, middleware=[log_requests()], default_query={"key": "hidden"}).models.list())
    lines = [line for line in said(caplog) if " in " in line and "next attempt" not in line]
    assert len(lines) == 2
    assert lines[0].startswith("GET https://api.openai.com/v1/models 500 in ")
    assert lines[0].endswith(" ms [req_1]")
    assert lines[1].startswith("GET https://api.openai.com/v1/models 200 in ")
    assert "hello" not in caplog.text


async def test_log_requests_says_why_there_was_no_answer(connect: Connect, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "typed_openai")
    client = connect(Wire(broken(httpx.ConnectError("no route"))), middleware=[log_requests()], max_retries=0)
    with pytest.raises(APIConnectionError):
        await done(client.models.list())
    assert len(said(caplog)) == 1
    assert "failed after" in said(caplog)[0]
    assert "no route" in said(caplog)[0]


async def test_bodies_are_logged_when_asked_for_without_any_key(
    connect: Connect, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    for key in (KEY, lambda: KEY):
        caplog.clear()
        wire = Wire(failure(401, message=f"bad key {KEY}"))
        client = connect(wire, api_key=key, middleware=[log_requests(bodies=True)])
        with pytest.raises(OpenAIError):
            await done(client.chat.completions.create(**{**HELLO, "user": KEY}))
        out, _, back = said(caplog)
        assert '"hello"' in out
        assert '"user":"[REDACTED]"' in out
        assert "bad key [REDACTED]" in back
        assert KEY not in caplog.text


async def test_long_bodies_are_cut_and_those_of_streams_are_not_there(
    connect: Connect, caplog: pytest.LogCaptureFixture
) -> None:
    own = logging.getLogger("tests.requests")
    caplog.set_level(logging.DEBUG, own.name)
    logged = log_requests(bodies=True, limit=20, level=logging.DEBUG, logger=own)
    client = connect(Wire(stream_of("a")), middleware=[logged])
    await listed(await done(client.chat.completions.create(**HELLO, stream=True)))
    lines = [record.getMessage() for record in caplog.records if record.name == own.name]
    assert len(lines) == 3
    assert lines[0].endswith(" characters)")
    assert lines[2].endswith("answers a stream")


# --- answers that are kept -------------------------------------------------------------------------------------------


async def test_a_repeated_request_is_answered_from_memory(connect: Connect) -> None:
    wire = Wire(completion("first"), completion("second"))
    client = connect(wire, middleware=[keep_answers()])
    answers = [await done(client.chat.completions.create(**HELLO)) for _ in range(3)]
    assert [answer.text for answer in answers] == ["first"] * 3
    assert len(wire.requests) == 1
    assert answers[2].meta.status == 200


@pytest.mark.parametrize(
    "change",
    [
        lambda client: client.with_options(api_key="sk-other"),
        lambda client: client.with_options(organization="org-2"),
        lambda client: client.with_options(base_url="http://other/v1"),
        lambda client: client.with_options(api_key=lambda: "sk-function"),
    ],
)
async def test_another_person_or_server_is_another_question(connect: Connect, change: Callable[[Any], Any]) -> None:
    wire = Wire(completion("first"), completion("second"))
    client = connect(wire, middleware=[keep_answers()])
    first = await done(client.chat.completions.create(**HELLO))
    second = await done(change(client).chat.completions.create(**HELLO))
    assert (first.text, second.text) == ("first", "second")


async def test_another_body_is_another_question(connect: Connect) -> None:
    wire = Wire()
    client = connect(wire, middleware=[keep_answers()])
    for model in ("a", "b", "a"):
        await done(client.chat.completions.create(**{**HELLO, "model": model}))
    assert len(wire.requests) == 2


async def test_answers_are_forgotten_after_their_time_and_for_want_of_room(
    connect: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    import time

    wire = Wire()
    client = connect(wire, middleware=[keep_answers(ttl=60, size=1)])
    await done(client.chat.completions.create(**HELLO))
    real = time.monotonic
    monkeypatch.setattr("time.monotonic", lambda: real() + 61)
    await done(client.chat.completions.create(**HELLO))
    assert len(wire.requests) == 2
    for model in ("b", "m"):
        await done(client.chat.completions.create(**{**HELLO, "model": model}))
    assert len(wire.requests) == 4


async def test_refresh_asks_again_and_keeps_the_new_answer(connect: Connect) -> None:
    wire = Wire(completion("first"), completion("second"))
    client = connect(wire, middleware=[keep_answers(refresh=True)])
    answers = [await done(client.chat.completions.create(**HELLO)) for _ in range(2)]
    assert [answer.text for answer in answers] == ["first", "second"]


async def test_errors_streams_and_reading_requests_are_not_kept(connect: Connect) -> None:
    kept = keep_answers()
    wire = Wire(failure(400), completion("good"))
    client = connect(wire, middleware=[kept])
    with pytest.raises(BadRequestError):
        await done(client.chat.completions.create(**HELLO))
    assert (await done(client.chat.completions.create(**HELLO))).text == "good"
    wire = Wire(stream_of("a"))
    client = connect(wire, middleware=[kept])
    for _ in range(2):
        await listed(await done(client.chat.completions.create(**HELLO, stream=True)))
    assert len(wire.requests) == 2
    wire = Wire(models("a"))
    for _ in range(2):
        await done(connect(wire, middleware=[kept]).models.list())
    assert len(wire.requests) == 2


async def test_an_error_that_goes_through_a_cache_is_still_tried_again(connect: Connect) -> None:
    wire = Wire(failure(500, headers=AGAIN))
    with pytest.raises(InternalServerError):
        await done(connect(wire, middleware=[keep_answers()]).chat.completions.create(**HELLO))
    assert len(wire.requests) == 3


def test_a_time_to_keep_is_above_zero() -> None:
    with pytest.raises(ConfigurationError, match="ttl must be a number of seconds above 0"):
        keep_answers(ttl=0)


async def test_a_request_shows_no_secret_when_it_is_printed(connect: Connect) -> None:
    shown: list[str] = []

    def show(request: Request, send: Sender) -> Flow[Reply]:
        shown.append(f"{request!r} {request}")
        return (yield from send(request))

    client = connect(Wire(), middleware=[show], default_query={"key": "hidden"})
    await done(client.chat.completions.create(**HELLO))
    assert "chat.completions.create: POST https://api.openai.com/v1/chat/completions>" in shown[0]
    assert KEY not in shown[0]
    assert "hidden" not in shown[0]
