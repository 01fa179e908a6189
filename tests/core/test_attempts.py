"""The attempts of one call: what stays the same over them, who is told of them, and how long they may take together.

Waits are not waited: see the fixture `sleeps`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from tests.canned import HELLO, Connect, Wire, ask, broken, completion, done, failing, failure, models
from typed_openai.core.run.retry import RetryEvent
from typed_openai.errors import (
    AuthenticationError,
    ConfigurationError,
    DeadlineExceededError,
    InternalServerError,
    OpenAIError,
    RateLimitError,
)

# --- what stays the same ---------------------------------------------------------------------------------------------


def keys(wire: Wire) -> list[str | None]:
    return [request.headers.get("idempotency-key") for request in wire.requests]


async def test_all_attempts_of_a_post_carry_one_idempotency_key_and_the_same_bytes(
    connect: Connect, sleeps: list[float]
) -> None:
    wire = Wire(failure(500), failure(500), completion())
    await ask(connect, wire)
    assert len(keys(wire)) == 3
    assert len(set(keys(wire))) == 1
    assert len(str(keys(wire)[0])) > 30
    assert len({request.content for request in wire.requests}) == 1
    assert len({str(request.headers.raw) for request in wire.requests}) == 1


async def test_each_call_has_a_key_of_its_own(connect: Connect) -> None:
    wire = Wire()
    client = connect(wire)
    for _ in range(3):
        await done(client.chat.completions.create(**HELLO))
    assert len(set(keys(wire))) == 3


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({"idempotency_key": "mine"}, "mine"),
        ({"extra_headers": {"Idempotency-Key": "mine"}}, "mine"),
        ({"extra_headers": {"idempotency-KEY": "header"}, "idempotency_key": "option"}, "header"),
        ({"extra_headers": {"Idempotency-Key": None}}, None),
    ],
)
async def test_a_key_of_the_callers_wins(
    connect: Connect, sleeps: list[float], options: dict[str, Any], expected: str | None
) -> None:
    wire = Wire(failure(500), completion())
    await ask(connect, wire, **options)
    assert keys(wire) == [expected, expected]


async def test_only_a_post_has_an_idempotency_key_unless_it_is_asked_for(connect: Connect, sleeps: list[float]) -> None:
    wire = Wire(failure(500), models("a"))
    client = connect(wire)
    await done(client.models.list())
    await done(client.models.delete("a"))
    assert keys(wire) == [None, None, None]
    await done(client.models.delete("a", idempotency_key="mine"))
    assert keys(wire)[-1] == "mine"


async def test_an_idempotency_key_that_cannot_be_sent_is_refused(connect: Connect) -> None:
    wire = Wire()
    with pytest.raises(OpenAIError, match="idempotency_key: contains characters"):
        await ask(connect, wire, idempotency_key="a\nb")
    assert wire.requests == []


# --- attempts, told --------------------------------------------------------------------------------------------------


async def test_the_final_error_lists_every_attempt(connect: Connect, sleeps: list[float]) -> None:
    wire = Wire(
        broken(httpx.ConnectTimeout("slow")),
        failure(429, code="rate_limit_exceeded", headers={"retry-after": "7"}),
        failure(500, type="server_error"),
    )
    error = await failing(connect, wire)
    assert isinstance(error, InternalServerError)
    assert [attempt.number for attempt in error.attempts] == [1, 2, 3]
    assert [attempt.outcome for attempt in error.attempts] == [
        "APITimeoutError (connect)",
        "429 rate_limit_exceeded",
        "500 server_error",
    ]
    assert [attempt.waited for attempt in error.attempts] == [sleeps[0], 7.0, None]
    assert all(attempt.elapsed >= 0 for attempt in error.attempts)
    assert error.__notes__ == ["3 attempts: APITimeoutError (connect), 429 rate_limit_exceeded, 500 server_error"]


async def test_a_good_answer_tells_what_failed_before_it(connect: Connect, sleeps: list[float]) -> None:
    wire = Wire(failure(500), completion())
    client = connect(wire)
    result = await done(client.chat.completions.create(**HELLO))
    assert [attempt.outcome for attempt in result.meta.attempts] == ["500 some_error"]
    assert result.meta.attempts[0].waited == sleeps[0]
    assert result.meta.retries == 1
    assert result.meta.elapsed >= sleeps[0]
    wire.requests.clear()
    raw = await done(client.chat.completions.with_raw_response.create(**HELLO))
    assert raw.retries_taken == 1
    wire = Wire()
    assert (await ask(connect, wire)).meta.attempts == ()


async def test_on_retry_is_told_before_each_wait(connect: Connect, sleeps: list[float]) -> None:
    events: list[RetryEvent] = []
    waited_before: list[int] = []

    def on_retry(event: RetryEvent) -> None:
        events.append(event)
        waited_before.append(len(sleeps))

    await ask(connect, Wire(failure(429), failure(500), completion()), {"on_retry": on_retry})
    assert [(type(event.error), event.attempt) for event in events] == [(RateLimitError, 1), (InternalServerError, 2)]
    assert [event.delay for event in events] == sleeps
    assert waited_before == [0, 1]


async def test_on_retry_is_not_told_of_the_final_failure(connect: Connect, sleeps: list[float]) -> None:
    events: list[RetryEvent] = []
    await failing(connect, Wire(failure(500)), {"on_retry": events.append, "max_retries": 1})
    assert len(events) == 1


async def test_what_on_retry_raises_ends_the_call(connect: Connect, sleeps: list[float]) -> None:
    def on_retry(event: RetryEvent) -> None:
        raise LookupError("enough")

    wire = Wire(failure(500))
    with pytest.raises(LookupError, match="enough"):
        await ask(connect, wire, {"on_retry": on_retry})
    assert len(wire.requests) == 1


async def test_an_async_on_retry_is_awaited_and_refused_by_a_sync_client(connect: Connect, sleeps: list[float]) -> None:
    events: list[RetryEvent] = []

    async def on_retry(event: RetryEvent) -> None:
        events.append(event)

    wire = Wire(failure(500), completion())
    if connect.is_async:
        await ask(connect, wire, {"on_retry": on_retry})
        assert len(events) == 1
    else:
        with pytest.raises(ConfigurationError, match=r"on_retry.* is async: use AsyncOpenAI, or a plain function"):
            await ask(connect, wire, {"on_retry": on_retry})


# --- keys that are asked for -----------------------------------------------------------------------------------------


def numbered() -> Iterator[str]:
    number = 0
    while True:
        number += 1
        yield f"sk-number-{number}"


async def test_a_callable_key_is_asked_before_each_attempt(connect: Connect, sleeps: list[float]) -> None:
    numbers = numbered()
    wire = Wire(failure(500), failure(500), completion())
    client = connect(wire, api_key=lambda: next(numbers))
    await done(client.chat.completions.create(**HELLO))
    await done(client.chat.completions.create(**HELLO))
    sent = [request.headers["authorization"] for request in wire.requests]
    assert sent == [f"Bearer sk-number-{number}" for number in (1, 2, 3, 4)]


async def test_an_async_key_is_awaited_and_refused_by_a_sync_client(connect: Connect) -> None:
    async def key() -> str:
        return "sk-awaited"

    wire = Wire()
    if connect.is_async:
        await ask(connect, wire, {"api_key": key})
        assert wire.request.headers["authorization"] == "Bearer sk-awaited"
    else:
        with pytest.raises(ConfigurationError, match=r"key.* is async: use AsyncOpenAI, or a plain function"):
            await ask(connect, wire, {"api_key": key})
        assert wire.requests == []


async def test_what_a_callable_key_raises_reaches_the_caller(connect: Connect) -> None:
    def key() -> str:
        raise PermissionError("vault is locked")

    wire = Wire()
    with pytest.raises(PermissionError, match="vault is locked"):
        await ask(connect, wire, {"api_key": key})
    assert wire.requests == []


async def test_a_key_that_was_asked_for_is_hidden_when_the_server_repeats_it(connect: Connect) -> None:
    wire = Wire(lambda request: failure(401, message=f"bad {request.headers['authorization']}")(request))
    error = await failing(connect, wire, {"api_key": lambda: "sk-asked-secret"})
    assert isinstance(error, AuthenticationError)
    assert "sk-asked-secret" not in f"{error} {error.body} {error.content!r}"
    assert "[REDACTED]" in str(error)


# --- deadlines -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("for_the_call", [False, True])
async def test_no_wait_is_begun_that_would_end_after_the_deadline(
    connect: Connect, sleeps: list[float], for_the_call: bool
) -> None:
    wire = Wire(failure(500, headers={"retry-after": "4"}))
    settings, options = ({}, {"deadline": 10}) if for_the_call else ({"deadline": 10}, {})
    error = await failing(connect, wire, {"max_retries": 9, **settings}, **options)
    assert sleeps == [4.0, 4.0]
    assert len(wire.requests) == 3
    assert isinstance(error, InternalServerError), "what went wrong last, not that time is short"


async def test_a_deadline_of_the_call_wins_and_false_takes_it_away(connect: Connect, sleeps: list[float]) -> None:
    cases: list[tuple[dict[str, Any], dict[str, Any], int]] = [
        ({"deadline": 1}, {"deadline": 10}, 3),
        ({"deadline": 10}, {"deadline": 1}, 1),
        ({"deadline": 1}, {"deadline": False}, 4),
        ({"deadline": 1}, {"deadline": None}, 1),
        ({}, {}, 4),
    ]
    for settings, options, attempts in cases:
        wire = Wire(failure(500, headers={"retry-after": "4"}))
        await failing(connect, wire, {"max_retries": 3, **settings}, **options)
        assert len(wire.requests) == attempts


async def test_an_attempt_that_outlasts_the_deadline_is_an_error_of_its_own_kind(
    connect: Connect, sleeps: list[float]
) -> None:
    def slow(request: httpx.Request) -> httpx.Response:
        sleeps.append(11)
        raise httpx.ReadTimeout("slow")

    wire = Wire(slow)
    error = await failing(connect, wire, {"deadline": 10, "default_headers": {"X-A": "1"}})
    assert isinstance(error, DeadlineExceededError)
    assert isinstance(error, TimeoutError)
    assert (error.kind, len(wire.requests), len(error.attempts)) == ("deadline", 1, 1)
    assert "api.openai.com/v1/chat/completions: no complete answer within the deadline" in str(error)


async def test_timeouts_shrink_to_what_is_left_of_the_deadline(connect: Connect, sleeps: list[float]) -> None:
    limits: list[dict[str, float | None]] = []

    def note(request: httpx.Request) -> httpx.Response:
        timeout = request.extensions["timeout"]
        limits.append({name: timeout.get(name) for name in ("connect", "read", "write", "pool")})
        return failure(500, headers={"retry-after": "4"})(request)

    wire = Wire(note)
    await failing(connect, wire, {"deadline": 10, "timeout": httpx.Timeout(None, connect=5.0), "max_retries": 9})
    assert [round(float(limit["read"] or 0)) for limit in limits] == [10, 6, 2]
    assert [round(float(limit["connect"] or 0)) for limit in limits] == [5, 5, 2]


async def test_without_a_deadline_timeouts_stay_what_they_are(connect: Connect, sleeps: list[float]) -> None:
    wire = Wire(failure(500), completion())
    await ask(connect, wire, {"timeout": 5})
    assert [request.extensions["timeout"]["read"] for request in wire.requests] == [5, 5]
