"""Which failures are tried again, and after how long: the policy alone, then through a client.

Waits are not waited: see the fixture `sleeps`.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from math import inf
from typing import Any

import httpx
import pytest

from tests.canned import Answer, Connect, Wire, ask, broken, completion, done, failing, failure, status, stream_of
from typed_openai.core.answer.meta import Meta
from typed_openai.core.run import retry
from typed_openai.core.run.retry import backoff, delay_before_retry, is_temporary, retry_after
from typed_openai.errors import (
    APIConnectionError,
    APIError,
    APIResponseValidationError,
    APIStatusError,
    APITimeoutError,
    DeadlineExceededError,
    InternalServerError,
    RateLimitError,
)

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


def status_failure(status_code: int, headers: dict[str, str] | None = None, /, **body: object) -> APIStatusError:
    kind = RateLimitError if status_code == 429 else InternalServerError if status_code >= 500 else APIStatusError
    return kind("no", meta=Meta(status_code, list((headers or {}).items())), body=body)


# --- the policy, pure ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("code", [408, 409, 429, 500, 502, 503, 504, 520, 529, 599])
def test_these_statuses_are_temporary(code: int) -> None:
    assert is_temporary(status_failure(code))


@pytest.mark.parametrize("code", [300, 307, 400, 401, 402, 403, 404, 405, 410, 413, 422, 425, 451, 501, 505])
def test_these_statuses_are_final(code: int) -> None:
    assert not is_temporary(status_failure(code))


@pytest.mark.parametrize("field", ["code", "type"])
@pytest.mark.parametrize("value", ["insufficient_quota", "billing_hard_limit_reached", "billing_not_active"])
@pytest.mark.parametrize("told", [{}, {"x-should-retry": "true"}, {"retry-after": "1"}])
def test_a_quota_that_is_used_up_is_final_whatever_the_headers_say(
    field: str, value: str, told: dict[str, str]
) -> None:
    assert not is_temporary(status_failure(429, told, **{field: value}))
    assert is_temporary(status_failure(429, told, **{field: "rate_limit_exceeded"}))


@pytest.mark.parametrize(
    ("code", "told", "expected"),
    [
        (400, "true", True),
        (404, "true", True),
        (500, "false", False),
        (429, "false", False),
        (500, "maybe", True),
        (400, "maybe", False),
        (500, "", True),
    ],
)
def test_what_the_server_tells_wins_over_the_status(code: int, told: str, expected: bool) -> None:
    assert is_temporary(status_failure(code, {"X-Should-Retry": told})) is expected


def test_connection_failures_are_temporary_except_where_trying_again_cannot_help() -> None:
    assert is_temporary(APIConnectionError("x"))
    assert is_temporary(APIConnectionError("x").of_kind("dns"))
    assert is_temporary(APITimeoutError("x"))
    assert not is_temporary(APIConnectionError("x").of_kind("tls", final=True))
    assert not is_temporary(DeadlineExceededError("x"))
    assert not is_temporary(APIResponseValidationError("x"))
    assert not is_temporary(APIError("x"))


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"retry-after": "3"}, 3.0),
        ({"Retry-After": " 3 "}, 3.0),
        ({"retry-after": "0"}, 0.0),
        ({"retry-after": "1.5"}, 1.5),
        ({"retry-after": "100000"}, 100000.0),
        ({"retry-after-ms": "250"}, 0.25),
        ({"retry-after-ms": "250", "retry-after": "9"}, 0.25),
        ({"retry-after-ms": "soon", "retry-after": "9"}, 9.0),
        ({"retry-after": format_datetime(NOW + timedelta(seconds=7), usegmt=True)}, 7.0),
        ({"retry-after": format_datetime(NOW - timedelta(seconds=7), usegmt=True)}, 0.0),
        ({"retry-after": "Sun, 01 Mar 2026 13:00:05 +0100"}, 5.0),
        ({"retry-after": "Sun, 01 Mar 2026 12:00:05 -0000"}, 5.0),
        ({"retry-after": "Sunday, 01-Mar-26 12:00:05 GMT"}, 5.0),
        ({"retry-after": "Sun Mar  1 12:00:05 2026"}, 5.0),
        ({"retry-after": "soon"}, None),
        ({"retry-after": ""}, None),
        ({"retry-after": "-1"}, None),
        ({"retry-after": "nan"}, None),
        ({"retry-after": "inf"}, inf),
        ({"retry-after": "Infinity"}, inf),
        ({"retry-after": "-inf"}, None),
        ({"retry-after": "1e3"}, 1000.0),
        ({"retry-after": "1E+1"}, 10.0),
        ({"retry-after": "1e999"}, inf),
        ({"retry-after": "1e999s"}, inf),
        ({"retry-after": "9" * 5000}, inf),
        ({"retry-after-ms": "1e999"}, inf),
        ({"retry-after": "1e-999"}, 0.0),
        ({"retry-after": "10s"}, 10.0),
        ({"retry-after": "10 s"}, 10.0),
        ({"retry-after": "10 seconds"}, 10.0),
        ({"retry-after": "1.5S"}, 1.5),
        ({"retry-after": "250ms"}, 0.25),
        ({"retry-after": "2m"}, 120.0),
        ({"retry-after": "1m30s"}, 90.0),
        ({"retry-after": "1h 2m 3s"}, 3723.0),
        ({"retry-after": "2 days"}, 172800.0),
        ({"retry-after-ms": "2s"}, 2.0),
        ({"retry-after": "5, 7"}, 7.0),
        ({"retry-after": "0, 0"}, 0.0),
        ({"retry-after": "5, soon"}, None),
        ({"retry-after": "10x"}, None),
        ({"retry-after": "10 20"}, None),
        ({"retry-after": "1_0"}, None),
        ({"retry-after": "2026-03-01T12:00:05Z"}, 5.0),
        ({"retry-after": "2026-03-01T13:00:05+01:00"}, 5.0),
        ({"retry-after": "2026-03-01 12:00:05"}, 5.0),
        ({"retry-after": "1999-03-01T12:00:05Z"}, 0.0),
        ({"retry-after": "2026-99-01T12:00:05Z"}, None),
        ({"retry-after": " Sun, 01 Mar 2026 12:00:05 GMT "}, 5.0),
        ({"retry-after": "0x10"}, None),
        ({"retry-after": "٣"}, None),
        ({"retry-after": "s"}, None),
        ({"retry-after": "²"}, None),
        ({"retry-after": "1.2.3"}, None),
        ({"retry-after": "."}, None),
        ({"retry-after": "Sun, 99 Mar 2026 12:00:05 GMT"}, None),
        ({"retry-after": "Sun, 01 Mar 99999999999 12:00:05 GMT"}, inf),
        ({"retry-after": "Sun, 01 Mar 2026 12:00:05 +999999"}, None),
    ],
)
def test_the_server_says_how_long_in_seconds_milliseconds_or_as_a_date(
    headers: dict[str, str], seconds: float | None
) -> None:
    found = retry_after(status_failure(429, headers).headers, NOW)
    assert found == (pytest.approx(seconds) if seconds is not None else None)


GOOGLE = "type.googleapis.com/google.rpc"
DELAYS: list[tuple[Any, float | None]] = [
    ({"details": [{"@type": f"{GOOGLE}.QuotaFailure"}, {"@type": f"{GOOGLE}.RetryInfo", "retryDelay": "39s"}]}, 39.0),
    ({"details": [{"@type": f"{GOOGLE}.RetryInfo", "retryDelay": "1.5s"}]}, 1.5),
    ({"details": [{"@type": f"{GOOGLE}.RetryInfo", "retryDelay": {"seconds": 7, "nanos": 0}}]}, 7.0),
    ({"retry_after": 5}, 5.0),
    ({"retryAfter": "5"}, 5.0),
    ({"retry_after_ms": 250}, 0.25),
    ({"metadata": {"retry_after_seconds": 3}}, 3.0),
    ({"details": [{"retryDelay": "soon"}]}, None),
    ({"retry_after": None}, None),
    ({"retry_after": True}, None),
    ("slow down", None),
]


@pytest.mark.parametrize(("body", "seconds"), DELAYS)
async def test_the_server_may_say_how_long_in_the_body(
    connect: Connect, sleeps: list[float], body: Any, seconds: float | None
) -> None:
    told = status(429, {"error": body if isinstance(body, str) else {"message": "slow down", **body}})
    for answer in (told, status(429, [{"error": body}])):
        sleeps.clear()
        await ask(connect, Wire(answer, completion()))
        assert sleeps == [seconds] if seconds is not None else 0.3 < sleeps[0] <= 0.5


ABSURD = ["121", "1e3", "1e999", "inf", "9" * 400, "2h", "3 days", "1e999s", "Fri, 31 Dec 99999 23:59:59 GMT"]


@pytest.mark.parametrize("text", ABSURD)
async def test_an_absurd_wait_is_refused_alike_in_every_spelling_and_place(
    connect: Connect, sleeps: list[float], text: str
) -> None:
    answers = [failure(429, headers={"retry-after": text}), failure(503, headers={"retry-after": text})]
    if "GMT" not in text:
        milliseconds = text if text[-1].isalpha() else f"{text}000" if "e" not in text else f"{text}0"
        answers += [failure(429, headers={"retry-after-ms": milliseconds}), failure(429, retry_after=text)]
        answers.append(failure(429, details=[{"@type": f"{GOOGLE}.RetryInfo", "retryDelay": text}]))
        answers.append(status(200, {"error": {"code": 429, "message": "slow", "retry_after": text}}))
    for answer in answers:
        wire = Wire(answer)
        await failing(connect, wire)
        assert (len(wire.requests), sleeps) == (1, [])


def test_the_wait_doubles_up_to_a_cap_with_up_to_a_quarter_less_at_random(monkeypatch: pytest.MonkeyPatch) -> None:
    for number, longest in [(1, 0.5), (2, 1.0), (3, 2.0), (4, 4.0), (5, 8.0), (6, 8.0), (5000, 8.0)]:
        monkeypatch.setattr("random.random", lambda: 0.0)
        assert backoff(number) == longest
        monkeypatch.setattr("random.random", lambda: 0.999999)
        assert longest * 0.75 <= backoff(number) < longest * 0.7501
        monkeypatch.undo()
        assert all(longest * 0.75 <= backoff(number) <= longest for _ in range(50))
    assert len({backoff(1) for _ in range(20)}) > 1


def test_a_failure_is_tried_again_as_often_as_allowed() -> None:
    error = status_failure(500, {"retry-after": "2"})
    assert [delay_before_retry(error, attempt, 2, None) for attempt in (1, 2, 3)] == [2.0, 2.0, None]
    assert delay_before_retry(error, 1, 0, None) is None


def test_a_server_that_asks_for_too_long_is_not_bothered_earlier() -> None:
    longest = retry.MAX_RETRY_AFTER
    assert delay_before_retry(status_failure(429, {"retry-after": f"{longest:g}"}), 1, 2, None) == longest
    assert delay_before_retry(status_failure(429, {"retry-after": f"{longest + 1:g}"}), 1, 2, None) is None


def test_a_wait_that_would_end_after_the_deadline_is_not_begun() -> None:
    error = status_failure(500, {"retry-after": "2"})
    assert delay_before_retry(error, 1, 2, 2.1) == 2.0
    assert delay_before_retry(error, 1, 2, 2.0) is None
    assert delay_before_retry(error, 1, 2, -1.0) is None


# --- through a client ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "answer",
    [
        *(failure(code) for code in (408, 409, 429, 500, 502, 503, 529)),
        broken(httpx.ConnectError("refused")),
        broken(httpx.ReadError("reset")),
        broken(httpx.ReadTimeout("slow")),
        broken(httpx.RemoteProtocolError("cut")),
        broken(httpx.PoolTimeout("full")),
    ],
)
async def test_a_temporary_failure_is_tried_again(connect: Connect, sleeps: list[float], answer: Answer) -> None:
    wire = Wire(answer, answer, completion())
    result = await ask(connect, wire)
    assert result.choices[0].message.content == "hi"
    assert len(wire.requests) == 3
    assert 0.375 <= sleeps[0] <= 0.5
    assert 0.75 <= sleeps[1] <= 1.0


@pytest.mark.parametrize(
    "answer",
    [
        *(failure(code) for code in (400, 401, 403, 404, 422)),
        failure(429, code="insufficient_quota"),
        failure(429, type="insufficient_quota"),
        failure(500, headers={"x-should-retry": "false"}),
        failure(429, headers={"retry-after": "3600"}),
        broken(httpx.UnsupportedProtocol("gopher")),
    ],
)
async def test_a_final_failure_is_not(connect: Connect, sleeps: list[float], answer: Answer) -> None:
    wire = Wire(answer)
    error = await failing(connect, wire)
    assert len(wire.requests) == len(error.attempts) == 1
    assert error.attempts[0].waited is None
    assert sleeps == []


@pytest.mark.parametrize(("max_retries", "attempts"), [(0, 1), (1, 2), (4, 5)])
async def test_max_retries_counts_the_attempts_after_the_first(
    connect: Connect, sleeps: list[float], max_retries: int, attempts: int
) -> None:
    wire = Wire(failure(500))
    error = await failing(connect, wire, {"max_retries": max_retries})
    assert len(wire.requests) == len(error.attempts) == attempts
    assert len(sleeps) == max_retries


async def test_retries_are_two_by_default_and_may_be_changed_for_a_call(connect: Connect, sleeps: list[float]) -> None:
    wire = Wire(failure(500))
    client = connect(wire)
    for options, attempts in [({}, 3), ({"max_retries": 0}, 1)]:
        wire.requests.clear()
        with pytest.raises(InternalServerError):
            await done(client.with_options(**options).models.list())
        assert len(wire.requests) == attempts


async def test_the_server_says_when(connect: Connect, sleeps: list[float]) -> None:
    later = format_datetime(datetime.now(UTC) + timedelta(seconds=30), usegmt=True)
    wire = Wire(
        failure(429, headers={"retry-after": "7"}),
        failure(429, headers={"retry-after-ms": "1500"}),
        failure(503, headers={"retry-after": later}),
        failure(503, headers={"retry-after": "nonsense"}),
        failure(400, headers={"x-should-retry": "true"}),
        completion(),
    )
    await ask(connect, wire, {"max_retries": 5})
    assert sleeps[:2] == [7.0, 1.5]
    assert 27 <= sleeps[2] <= 30
    assert 3.0 <= sleeps[3] <= 4.0
    assert 6.0 <= sleeps[4] <= 8.0


async def test_a_stream_is_tried_again_until_it_begins(connect: Connect, sleeps: list[float]) -> None:
    wire = Wire(failure(503), broken(httpx.ReadError("reset")), stream_of("hi"))
    stream = await ask(connect, wire, stream=True)
    assert stream.meta.retries == 2
    await done(stream.aclose() if connect.is_async else stream.close())


async def test_an_error_in_the_answer_is_not_tried_again(connect: Connect, sleeps: list[float]) -> None:
    wire = Wire(status(200, content=b"<p>"))
    await failing(connect, wire)
    assert len(wire.requests) == 1
