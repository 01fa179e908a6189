"""What goes wrong, against aimock: refused keys, busy and failing servers, cut, broken, stalled and garbled answers.

Errors of the service stand in `fixtures/chat.json`; faults of the connection are ordered with the chaos headers that
aimock knows: `x-aimock-chaos-drop`, `-malformed`, `-ratelimit`, `-disconnect` (a probability), `-latency` (ms).

Weak spot: aimock cannot put a broken event into a stream that began well; `tests/core` does that with canned bytes.
"""

from __future__ import annotations

import pickle
import time
from datetime import timedelta
from typing import Any

import pytest

from tests.interop.asking import asking
from tests.interop.colours import Session
from typed_openai.core.run.retry import RetryEvent
from typed_openai.errors import (
    APIConnectionError,
    APIStatusError,
    APITimeoutError,
    AuthenticationError,
    BadRequestError,
    DeadlineExceededError,
    InternalServerError,
    RateLimitError,
    ResponseDecodeError,
    StreamDeadlineError,
    StreamDecodeError,
    StreamError,
    StreamInterruptedError,
    StreamStalledError,
)
from typed_openai.models.chat.chunks import ChatCompletionChunk
from typed_openai.streaming.chat import ChatEvent, ContentDelta

pytestmark = pytest.mark.interop


async def ask(session: Session, words: str, **more: Any) -> Any:
    return await session.run(session.client.chat.completions.create(**asking(words, **more)))


def chaos(kind: str, amount: int = 1) -> dict[str, Any]:
    return {"extra_headers": {f"x-aimock-chaos-{kind}": str(amount)}}


def outcomes(error: Any) -> list[str]:
    return [attempt.outcome for attempt in error.attempts]


# --- refused ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("key", ["sk-wrong-key-0123456789", False])
async def test_a_key_that_is_wrong_or_missing_is_refused_once_and_never_shown(
    aimock: Session, key: str | bool, caplog: pytest.LogCaptureFixture
) -> None:
    stranger = aimock.changed(api_key=key, log_errors=True)
    with pytest.raises(AuthenticationError, match="Invalid API key") as caught:
        await ask(stranger, "hello")
    assert (caught.value.status_code, caught.value.code) == (401, "invalid_api_key")
    assert outcomes(caught.value) == ["401 invalid_api_key"]
    assert "sk-wrong" not in f"{caught.value!r} {caplog.text}"
    assert aimock.server.url.removeprefix("http://").partition(":")[0] in str(caught.value)


async def test_a_request_that_the_server_refuses_is_not_repeated(aimock: Session) -> None:
    with pytest.raises(BadRequestError, match="Too many tokens") as caught:
        await ask(aimock, "too long")
    assert (caught.value.type, caught.value.param) == ("invalid_request_error", "messages")
    assert caught.value.code == "context_length_exceeded"
    assert len(aimock.received()) == 1


async def test_a_refused_stream_is_refused_when_it_is_asked_for(aimock: Session) -> None:
    with pytest.raises(BadRequestError, match="Too many tokens"):
        await ask(aimock, "too long", stream=True)
    with pytest.raises(BadRequestError, match="Too many tokens"):
        async with aimock.entered(aimock.client.chat.completions.stream(**asking("too long"))):
            pass


# --- busy and failing ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("stream", [False, True])
async def test_a_busy_server_is_asked_again_when_it_said(aimock: Session, stream: bool) -> None:
    told: list[RetryEvent] = []
    began = time.monotonic()
    answer = await ask(aimock.changed(on_retry=told.append), "busy once", stream=stream)
    assert time.monotonic() - began >= 0.05
    if stream:
        chunks = await aimock.all(answer)
        assert "".join(chunk.choices[0].delta.content or "" for chunk in chunks) == "Free again."
    else:
        assert answer.choices[0].message.content == "Free again."
    assert [(event.attempt, event.delay, type(event.error)) for event in told] == [(1, 0.05, RateLimitError)]
    assert outcomes(answer.meta) == ["429 rate_limit_exceeded"]


async def test_attempts_of_one_call_are_the_same_request(aimock: Session) -> None:
    await ask(aimock, "busy once")
    first, second = aimock.received()
    assert [first["response"]["status"], second["response"]["status"]] == [429, 200]
    assert first["body"] == second["body"]
    assert first["headers"]["idempotency-key"] == second["headers"]["idempotency-key"]


async def test_calls_have_idempotency_keys_of_their_own(aimock: Session) -> None:
    await ask(aimock, "hello")
    await ask(aimock, "hello")
    assert len({entry["headers"]["idempotency-key"] for entry in aimock.received()}) == 2


async def test_a_server_that_stays_busy_is_given_up(aimock: Session) -> None:
    with pytest.raises(RateLimitError, match="Rate limit reached") as caught:
        await ask(aimock.changed(max_retries=1), "always busy")
    assert outcomes(caught.value) == ["429 rate_limit_exceeded"] * 2
    assert [attempt.waited for attempt in caught.value.attempts] == [0.05, None]
    assert len(aimock.received()) == 2


async def test_limits_are_read_from_the_headers_of_a_refusal(aimock: Session) -> None:
    with pytest.raises(RateLimitError) as caught:
        await aimock.run(
            aimock.client.with_options(max_retries=0).embeddings.create(model="m", input="a", **chaos("ratelimit"))
        )
    assert caught.value.headers["retry-after"] == "1"
    limit = caught.value.meta.rate_limit
    assert (limit.limit_requests, limit.remaining_requests, limit.limit_tokens) == (60, 0, 150_000)
    assert (limit.reset_requests, limit.reset_tokens) == (timedelta(seconds=1), timedelta(minutes=6))


@pytest.mark.parametrize("words", ["busy for an hour", "no money left"])
async def test_waiting_that_is_hopeless_is_not_begun(aimock: Session, words: str) -> None:
    with pytest.raises(RateLimitError) as caught:
        await ask(aimock, words)
    assert len(caught.value.attempts) == len(aimock.received()) == 1


async def test_a_wait_beyond_the_deadline_is_not_begun(aimock: Session) -> None:
    began = time.monotonic()
    with pytest.raises(RateLimitError):
        await ask(aimock.changed(deadline=0.9), "hello", **chaos("ratelimit"))
    assert time.monotonic() - began < 0.8


async def test_a_failing_server_is_asked_again_until_it_answers(aimock: Session) -> None:
    answer = await ask(aimock, "down twice")
    assert answer.choices[0].message.content == "Up again."
    assert outcomes(answer.meta) == ["500 server_error", "503 server_error"]
    assert answer.meta.elapsed >= sum(attempt.waited or 0 for attempt in answer.meta.attempts) > 0.7


async def test_a_server_that_keeps_failing_is_given_up(aimock: Session) -> None:
    with pytest.raises(InternalServerError, match="request dropped") as caught:
        await ask(aimock.changed(max_retries=1), "hello", **chaos("drop"))
    assert outcomes(caught.value) == ["500 chaos_drop"] * 2


# --- the connection --------------------------------------------------------------------------------------------------


async def test_a_connection_closed_without_an_answer_is_a_connection_error_after_retries(aimock: Session) -> None:
    with pytest.raises(APIConnectionError) as caught:
        await ask(aimock.changed(max_retries=1), "hello", **chaos("disconnect"))
    assert not isinstance(caught.value, APIStatusError | APITimeoutError)
    assert len(caught.value.attempts) == 2
    assert "127.0.0.1" in str(caught.value)


async def test_a_late_answer_is_a_timeout(aimock: Session) -> None:
    began = time.monotonic()
    with pytest.raises(APITimeoutError):
        await ask(aimock.changed(max_retries=0, timeout=0.1), "hello", **chaos("latency", 2000))
    assert time.monotonic() - began < 1.5


async def test_a_deadline_bounds_all_attempts_together(aimock: Session) -> None:
    began = time.monotonic()
    with pytest.raises(DeadlineExceededError):
        await ask(aimock.changed(deadline=0.2), "hello", **chaos("latency", 2000))
    assert time.monotonic() - began < 1.5


async def test_a_port_where_nobody_listens_is_a_connection_error(aimock: Session) -> None:
    nobody = aimock.changed(base_url="http://127.0.0.1:9", max_retries=0)
    with pytest.raises(APIConnectionError, match=r"127\.0\.0\.1"):
        await ask(nobody, "hello")


# --- garbled ---------------------------------------------------------------------------------------------------------


async def test_an_answer_that_is_not_json_is_an_error_that_shows_it(aimock: Session) -> None:
    with pytest.raises(ResponseDecodeError, match="malformed json") as caught:
        await ask(aimock, "hello", **chaos("malformed"))
    assert caught.value.status_code == 200
    assert caught.value.content == b"{malformed json: <<<chaos>>>"


async def test_a_stream_that_is_no_stream_is_an_error_that_shows_it(aimock: Session) -> None:
    stream = await ask(aimock, "hello", stream=True, **chaos("malformed"))
    with pytest.raises(StreamDecodeError, match="malformed json") as caught:
        await aimock.all(stream)
    assert caught.value.content == b"{malformed json: <<<chaos>>>"
    assert caught.value.partial is None


# --- streams that end badly ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("words", ["truncate me", "hang up on me"])
async def test_a_cut_stream_is_an_error_that_keeps_what_arrived(aimock: Session, words: str) -> None:
    stream = await ask(aimock, words, stream=True)
    chunks: list[ChatCompletionChunk] = []
    with pytest.raises(StreamInterruptedError) as caught:
        await aimock.all(stream, chunks)
    text = "".join(chunk.choices[0].delta.content or "" for chunk in chunks)
    assert text
    choice = caught.value.partial.choices[0]
    assert (choice.message.content, choice.finish_reason) == (text, None)
    assert caught.value.events_received == caught.value.content.count(b"data: ")


@pytest.mark.parametrize("words", ["truncate me", "hang up on me"])
async def test_typed_events_of_a_cut_stream_end_in_the_same_error(aimock: Session, words: str) -> None:
    events: list[ChatEvent] = []
    async with aimock.entered(aimock.client.chat.completions.stream(**asking(words))) as stream:
        with pytest.raises(StreamInterruptedError) as caught:
            await aimock.all(stream, events)
    text = "".join(event.delta for event in events if isinstance(event, ContentDelta))
    assert text
    assert caught.value.partial.choices[0].message.content == text
    assert stream.snapshot == caught.value.partial


async def test_a_final_answer_of_a_cut_stream_does_not_exist(aimock: Session) -> None:
    async with aimock.entered(aimock.client.chat.completions.stream(**asking("truncate me"))) as stream:
        with pytest.raises(StreamError):
            await aimock.run(stream.get_final_completion())


async def test_the_error_of_a_cut_stream_survives_pickling(aimock: Session) -> None:
    stream = await ask(aimock, "truncate me", stream=True)
    with pytest.raises(StreamError) as caught:
        await aimock.all(stream)
    again = pickle.loads(pickle.dumps(caught.value))
    assert type(again) is type(caught.value)
    assert again.partial == caught.value.partial


async def test_a_stalled_stream_ends_after_the_idle_time(aimock: Session) -> None:
    stream = await ask(aimock.changed(idle_timeout=0.2), "stall", stream=True)
    began = time.monotonic()
    with pytest.raises(StreamStalledError) as caught:
        await aimock.all(stream)
    assert time.monotonic() - began < 1.5
    assert caught.value.partial.choices[0].message.content == "Some words, and then"


async def test_a_stalled_stream_ends_at_the_deadline(aimock: Session) -> None:
    stream = await ask(aimock.changed(deadline=0.3), "stall", stream=True)
    began = time.monotonic()
    with pytest.raises(StreamDeadlineError) as caught:
        await aimock.all(stream)
    assert time.monotonic() - began < 1.5
    assert caught.value.partial.choices[0].message.content == "Some words, and then"


# --- streams that take their time ------------------------------------------------------------------------------------


async def test_chunks_are_seen_as_they_come(aimock: Session) -> None:
    stream = await ask(aimock, "slow", stream=True)
    times = [time.monotonic() async for _ in aimock.each(stream)]
    assert times[-1] - times[0] > 0.3


async def test_a_slow_stream_is_not_a_stalled_one(aimock: Session) -> None:
    stream = await ask(aimock.changed(idle_timeout=0.3), "slow", stream=True)
    chunks = await aimock.all(stream)
    assert "".join(chunk.choices[0].delta.content or "" for chunk in chunks) == "slow answer, one chunk at a time"


async def test_a_stream_that_is_left_early_gives_its_connection_back(aimock: Session) -> None:
    stream = await ask(aimock, "slow", stream=True)
    async with aimock.entered(stream):
        async for _ in aimock.each(stream):
            break
    assert (await ask(aimock, "hello")).choices
