"""Time: a stalled stream ends, a deadline bounds everything, and a slow reader is not a fault of the server's."""

from __future__ import annotations

import asyncio
import gc
import threading
import time
import weakref
from typing import Any

import httpx
import pytest

from tests.conftest import Clock
from tests.wire.bodies import COMPLETION, DONE, HELLO, event, piece
from tests.wire.colours import KEY, MESSAGES, Colour, failing
from tests.wire.server import END, STALL, Step, WireServer, answer, chunk, chunked, head
from typed_openai import AsyncOpenAI, OpenAI
from typed_openai.core.run.watchdog import Alarm, Watchdog, watch
from typed_openai.errors import (
    APITimeoutError,
    BadRequestError,
    DeadlineExceededError,
    InternalServerError,
    StreamDeadlineError,
    StreamError,
    StreamStalledError,
)

COMMENT = chunk(b": keep-alive\n\n")
SLACK = 3.0
"""How many seconds late an end may come."""


def reading(seconds: float) -> httpx.Timeout:
    """A timeout for reading alone: on a busy machine a connection may take longer than that."""
    return httpx.Timeout(30, read=seconds)


def dripping(step: bytes, every: float = 0.02) -> list[Step]:
    """The same bytes again and again, for four seconds."""
    return [every, step] * int(4 / every)


# --- silence ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("count", [0, 2])
def test_a_stream_that_stalls_ends(server: WireServer, colour: Colour, count: int) -> None:
    server.script([*chunked(*HELLO[:count]), STALL])
    ended = failing(StreamStalledError, lambda: colour.chunks(server, idle_timeout=0.2))
    assert 0.2 <= ended.seconds < 0.2 + SLACK
    error = ended.error
    assert isinstance(error, StreamError)
    assert (error.events_received, error.content) == (count, b"".join(HELLO[:count]))
    assert (error.partial.text if error.partial else None) == ("Hel" if count else None)
    assert "no data event for 0.2 s" in str(error)
    assert "idle_timeout" in str(error)


def test_keep_alive_comments_do_not_keep_a_stalled_stream_alive(server: WireServer, colour: Colour) -> None:
    server.script([*chunked(*HELLO[:2]), *dripping(COMMENT)])
    ended = failing(StreamStalledError, lambda: colour.chunks(server, idle_timeout=0.2))
    assert 0.2 <= ended.seconds < 0.2 + SLACK


def test_silence_that_begins_with_a_comment_lasts_no_longer(server: WireServer, colour: Colour) -> None:
    """However late the comment came: the clock did not start anew with it."""
    scripts: list[list[Step]] = [
        [*chunked(*HELLO[:2]), 0.4, COMMENT, STALL],
        [*head(200), *HELLO[:2], 0.4, b": ping\n\n", STALL],
    ]
    for script in scripts:
        server.script(script)
        ended = failing(StreamStalledError, lambda: colour.chunks(server, idle_timeout=0.45))
        assert 0.45 <= ended.seconds < 0.84, "with a clock that starts anew: 0.85"
        error = ended.error
        assert isinstance(error, StreamError)
        assert (error.events_received, error.partial.text) == (2, "Hel")


def test_after_a_comment_a_stream_goes_on(server: WireServer, colour: Colour) -> None:
    server.script([*chunked(*HELLO[:2]), 0.1, COMMENT, *(chunk(data) for data in [*HELLO[2:], DONE]), END])
    assert len(colour.chunks(server, idle_timeout=5)) == 5
    server.script([*chunked(*HELLO), 0.1, COMMENT, END])
    assert len(colour.chunks(server, idle_timeout=5)) == 5
    server.script([*chunked(*HELLO), 0.1, COMMENT, 0.1, chunk(DONE), END])
    assert len(colour.chunks(server, idle_timeout=0.5)) == 5


def test_an_event_that_never_becomes_whole_is_no_event(server: WireServer, colour: Colour) -> None:
    server.script([*chunked(*HELLO[:2], b"data: {"), *dripping(chunk(b" "))])
    ended = failing(StreamStalledError, lambda: colour.chunks(server, idle_timeout=0.2))
    assert ended.seconds < 0.2 + SLACK


def test_events_that_keep_coming_are_no_stall(server: WireServer, colour: Colour) -> None:
    steps: list[Step] = [*chunked(HELLO[0])]
    for data in [*HELLO[1:], DONE]:
        steps += [0.1, COMMENT, chunk(data)]
    server.script([*steps, END])
    assert len(colour.chunks(server, idle_timeout=0.45)) == 5


def test_between_events_idle_timeout_counts_and_timeout_does_not(server: WireServer, colour: Colour) -> None:
    server.script([*chunked(*HELLO[:2]), 0.4, *(chunk(data) for data in [*HELLO[2:], DONE]), END])
    assert len(colour.chunks(server, timeout=reading(0.3), idle_timeout=5)) == 5


@pytest.mark.parametrize("streams", [False, True])
def test_before_the_headers_timeout_counts_and_idle_timeout_does_not(
    server: WireServer, colour: Colour, streams: bool
) -> None:
    server.script([STALL])
    work = colour.chunks if streams else colour.chat
    ended = failing(APITimeoutError, lambda: work(server, timeout=reading(0.1), idle_timeout=5))
    assert 0.1 <= ended.seconds < 0.1 + SLACK
    assert "read timed out after 0.1 s" in str(ended.error)
    assert f"127.0.0.1:{server.port}" in str(ended.error)


async def test_calls_over_one_connection_have_each_the_patience_that_they_asked_for(
    server: WireServer, transport: str
) -> None:
    server.script(answer(COMPLETION), [STALL], answer(COMPLETION), [0.5, *answer(COMPLETION)])
    async with AsyncOpenAI(api_key=KEY, base_url=server.base_url, max_retries=0) as client:
        create = client.chat.completions.create
        await create(model="m", messages=MESSAGES, timeout=60)
        began = time.monotonic()
        with pytest.raises(APITimeoutError, match=r"read timed out after 0.2 s"):
            await create(model="m", messages=MESSAGES, timeout=reading(0.2))
        assert 0.2 <= time.monotonic() - began < 0.2 + SLACK
        await create(model="m", messages=MESSAGES, timeout=reading(0.3))
        await create(model="m", messages=MESSAGES, timeout=60)
    assert server.accepted == 2


def test_headers_that_come_in_pieces_are_late_only_when_one_of_them_is(server: WireServer, colour: Colour) -> None:
    whole = b"".join(part for part in answer(COMPLETION) if isinstance(part, bytes))
    pieces: list[Step] = []
    for begin in range(0, 60, 15):
        pieces += [whole[begin : begin + 15], 0.15]
    server.script([*pieces, whole[60:]])
    assert colour.chat(server, timeout=reading(0.4)).text == "Hello there"
    server.script([*pieces[:4], STALL])
    ended = failing(APITimeoutError, lambda: colour.chat(server, timeout=reading(0.4)))
    assert 0.15 + 0.4 <= ended.seconds < 0.55 + SLACK


def test_a_body_that_stalls_keeps_what_came(server: WireServer, colour: Colour) -> None:
    server.script([*answer(b'{"id": "chat', length=100), STALL])
    error = failing(APITimeoutError, lambda: colour.chat(server, timeout=reading(0.25))).error
    assert isinstance(error, APITimeoutError)
    assert error.content == b'{"id": "chat'


@pytest.mark.parametrize(("timeout", "idle"), [(0.3, 30.0), (30.0, 0.3)])
def test_an_error_in_place_of_a_stream_that_stalls_is_told_in_time(
    server: WireServer, colour: Colour, timeout: float, idle: float
) -> None:
    server.script([head(500, "text/plain", transfer_encoding="chunked")[0], chunk(b"it broke"), STALL])
    ended = failing(InternalServerError, lambda: colour.chunks(server, timeout=reading(timeout), idle_timeout=idle))
    assert ended.seconds < 0.3 + SLACK
    assert "it broke" in str(ended.error)


def test_a_slow_reader_is_no_stalled_server(server: WireServer) -> None:
    server.script([*chunked(*HELLO[:2]), 0.05, COMMENT, 0.05, *map(chunk, HELLO[2:]), chunk(DONE), END])
    with OpenAI(api_key=KEY, base_url=server.base_url, idle_timeout=0.4) as client:
        stream = client.chat.completions.create(model="m", messages=MESSAGES, stream=True)
        time.sleep(0.45)
        for _ in stream:
            time.sleep(0.04)


async def test_a_slow_async_reader_is_no_stalled_server(server: WireServer) -> None:
    server.script([*chunked(*HELLO[:2]), 0.05, COMMENT, 0.05, *map(chunk, HELLO[2:]), chunk(DONE), END])
    async with AsyncOpenAI(api_key=KEY, base_url=server.base_url, idle_timeout=0.4) as client:
        stream = await client.chat.completions.create(model="m", messages=MESSAGES, stream=True)
        await asyncio.sleep(0.45)
        async for _ in stream:
            await asyncio.sleep(0.04)


# --- deadlines -------------------------------------------------------------------------------------------------------

HEADERS_FOR_EVER: dict[str, list[Step]] = {
    "stalled headers": [STALL],
    "dripping headers": [b"HTTP/1.1 200 OK\r\nX-Long: ", *dripping(b".")],
    "one hint after the other": list(dripping(b"HTTP/1.1 103 Early Hints\r\n\r\n")),
}
FOR_EVER: dict[str, list[Step]] = HEADERS_FOR_EVER | {
    "headers late, then stalled": [0.05, *head(200, "application/json"), STALL],
    "dripping with a length": [*answer(b"{", length=100_000), *dripping(b" ")],
    "dripping in chunks": [*chunked(b"{", content_type="application/json"), *dripping(chunk(b" "))],
    "dripping until it is closed": [*head(200, "application/json"), b"{", *dripping(b" ")],
    "stalled": [*head(200, "application/json"), b"{", STALL],
}


@pytest.mark.parametrize("script", FOR_EVER.values(), ids=FOR_EVER)
def test_a_deadline_ends_a_plain_call(server: WireServer, colour: Colour, script: list[Step]) -> None:
    server.script(script)
    ended = failing(DeadlineExceededError, lambda: colour.chat(server, deadline=0.1))
    assert 0.095 <= ended.seconds < 0.1 + SLACK
    assert "within the deadline" in str(ended.error)
    assert f"127.0.0.1:{server.port}" in str(ended.error)
    assert server.until(lambda: server.open == 0)


@pytest.mark.parametrize("script", HEADERS_FOR_EVER.values(), ids=HEADERS_FOR_EVER)
def test_a_deadline_ends_the_wait_for_a_stream(server: WireServer, script: list[Step]) -> None:
    server.script(answer(COMPLETION), script)
    with OpenAI(api_key=KEY, base_url=server.base_url) as client:
        client.chat.completions.create(model="m", messages=MESSAGES)  # also on a connection that is used again
        began = time.monotonic()
        with pytest.raises(DeadlineExceededError):
            client.chat.completions.create(model="m", messages=MESSAGES, stream=True, deadline=0.1)
        assert 0.095 <= time.monotonic() - began < 0.1 + SLACK
    assert server.until(lambda: server.open == 0)


STREAMS_FOR_EVER: dict[str, list[Step]] = {
    "events": [*chunked(*HELLO[:2]), *dripping(chunk(event(piece({"content": "."}))))],
    "events until it is closed": [*head(200), *HELLO[:2], *dripping(event(piece({"content": "."})))],
    "comments": [*chunked(*HELLO[:2]), *dripping(COMMENT)],
    "stalled": [*chunked(*HELLO[:2]), STALL],
    "stalled until it is closed": [*head(200), *HELLO[:2], STALL],
}


@pytest.mark.parametrize("script", STREAMS_FOR_EVER.values(), ids=STREAMS_FOR_EVER)
def test_a_deadline_ends_a_stream(server: WireServer, colour: Colour, script: list[Step]) -> None:
    server.script(script)
    ended = failing(StreamDeadlineError, lambda: colour.chunks(server, deadline=0.6))
    assert 0.595 <= ended.seconds < 0.6 + SLACK
    error = ended.error
    assert isinstance(error, StreamError)
    assert error.events_received >= 2
    assert error.partial.text.startswith("Hel")
    assert isinstance(error, DeadlineExceededError)
    assert server.until(lambda: server.open == 0)


def test_a_deadline_may_be_given_with_the_call(server: WireServer, colour: Colour) -> None:
    server.script([*chunked(*HELLO[:2]), STALL])
    ended = failing(StreamDeadlineError, lambda: colour.chunks(server, options={"deadline": 0.6}))
    assert ended.seconds < 0.6 + SLACK


def test_a_deadline_that_is_kept_changes_nothing(server: WireServer, colour: Colour) -> None:
    server.script(answer(COMPLETION), [*chunked(*HELLO, DONE), END])
    assert colour.chat(server, deadline=5).text == "Hello there"
    assert len(colour.chunks(server, deadline=5)) == 5


def test_a_deadline_ends_the_reading_of_an_error_which_is_then_told(server: WireServer, colour: Colour) -> None:
    server.script([*head(400, "text/plain"), b"bad request", *dripping(b".")])
    ended = failing(BadRequestError, lambda: colour.chat(server, deadline=0.6))
    assert ended.seconds < 0.6 + SLACK
    assert "bad request" in str(ended.error)


def test_a_deadline_bounds_all_attempts_together(
    server: WireServer, colour: Colour, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("typed_openai.core.run.retry.INITIAL_DELAY", 0.001)
    monkeypatch.setattr("typed_openai.core.run.retry.MAX_DELAY", 0.001)
    server.script([STALL])
    ended = failing(DeadlineExceededError, lambda: colour.chat(server, deadline=0.7, timeout=0.4, max_retries=50))
    assert 0.7 <= ended.seconds < 0.7 + SLACK
    assert len(server.requests) == 2


def test_a_wait_that_would_pass_the_deadline_is_not_begun(server: WireServer, colour: Colour) -> None:
    server.script(answer(b"busy", 503, Retry_After="10"))
    ended = failing(InternalServerError, lambda: colour.chat(server, deadline=5, max_retries=5))
    assert ended.seconds < SLACK


def test_a_deadline_that_passes_in_the_readers_own_time_ends_the_stream(server: WireServer, clock: Clock) -> None:
    server.script([*chunked(*HELLO[:2]), STALL])
    with OpenAI(api_key=KEY, base_url=server.base_url, deadline=300) as client:
        stream = client.chat.completions.create(model="m", messages=MESSAGES, stream=True)
        next(stream)
        clock.skip(300)
        with pytest.raises(StreamDeadlineError):
            list(stream)


def test_a_deadline_does_not_touch_a_connection_that_serves_another_call(server: WireServer) -> None:
    last = HELLO[-1].rstrip()  # completed by the end of the body only: the connection is free when it is yielded
    server.script([*chunked(*HELLO[:-1], last), END], [0.4, *answer(COMPLETION)])
    with OpenAI(api_key=KEY, base_url=server.base_url) as client:
        stream = client.chat.completions.create(model="m", messages=MESSAGES, stream=True, deadline=0.3)
        for seen in stream:
            if seen.choices[0].finish_reason:
                break_time = client.chat.completions.create(model="m", messages=MESSAGES)
                assert break_time.text == "Hello there"
                break
    assert server.accepted == 1


@pytest.mark.parametrize("streaming", [False, True])
def test_a_deadline_bounds_a_body_read_bit_by_bit(server: WireServer, colour: Colour, streaming: bool) -> None:
    server.script([*head(200, "application/json"), b"{", *([STALL] if streaming else dripping(b" "))])

    def sync() -> None:
        with (
            OpenAI(api_key=KEY, base_url=server.base_url, deadline=0.5) as client,
            client.with_streaming_response.models.list() as response,
        ):
            response.read()

    async def awaited() -> None:
        async with (
            AsyncOpenAI(api_key=KEY, base_url=server.base_url, deadline=0.5) as client,
            client.with_streaming_response.models.list() as response,
        ):
            await response.read()

    work = sync if colour.name == "sync" else lambda: asyncio.run(awaited())
    assert failing(DeadlineExceededError, work).seconds < 0.5 + SLACK


# --- the watchdog ----------------------------------------------------------------------------------------------------


def test_the_watchdog_wakes_in_time_and_in_order() -> None:
    woken: list[str] = []
    done = threading.Event()
    now = time.monotonic()
    dog = Watchdog()
    dog.add(now + 0.27, Alarm(done.set))
    dog.add(now + 0.26, Alarm(lambda: woken.append("second")))
    dog.add(now + 0.23, Alarm(lambda: woken.append("first")))
    called_off = dog.add(now + 0.2, Alarm(lambda: woken.append("never")))
    dog.remove(called_off)
    assert done.wait(2)
    assert woken == ["first", "second"]
    assert time.monotonic() - now < 0.27 + SLACK


def test_the_watchdog_waits_for_what_is_too_far_to_count() -> None:
    done = threading.Event()
    dog = Watchdog()
    dog.add(time.monotonic() + 1e300, Alarm(lambda: None))
    dog.add(time.monotonic() + 0.1, Alarm(done.set))
    assert done.wait(2)


@pytest.mark.parametrize("seconds", [3e6, 1e10, 1e300, 10**30], ids=["a month", "ages", "float", "int"])
@pytest.mark.parametrize("clock", ["timeout", "deadline", "idle_timeout"])
def test_a_time_that_no_clock_can_count_to_is_as_good_as_none(
    server: WireServer, colour: Colour, clock: str, seconds: float
) -> None:
    server.script(
        answer(COMPLETION), [*chunked(*HELLO[:2], b": keep-alive\n\n"), 0.02, *map(chunk, [*HELLO[2:], DONE]), END]
    )
    settings: dict[str, Any] = {clock: seconds}
    assert colour.chat(server, **settings).text
    assert len(colour.chunks(server, **settings)) == 5


def test_the_watchdog_forgets_at_once_what_was_called_off() -> None:
    class Held:
        def wake(self) -> None: ...

    dog = Watchdog()
    held = Held()
    gone = weakref.ref(held)
    number = dog.add(time.monotonic() + 600, Alarm(held.wake))
    dog.remove(number)
    del held
    gc.collect()
    assert gone() is None


def test_many_calls_with_a_far_deadline_leave_nothing_behind() -> None:
    dog = Watchdog()
    for _ in range(10_000):
        dog.remove(dog.add(time.monotonic() + 600, Alarm(lambda: None)))
    assert len(dog._due) < 200


def test_an_alarm_says_whether_it_rang() -> None:
    with watch(time.monotonic() + 5, lambda: None) as alarm:
        pass
    assert not alarm.rang
    woken = threading.Event()
    with watch(time.monotonic() + 0.01, woken.set) as alarm:
        assert woken.wait(2)
    assert alarm.rang
    with watch(None, woken.set) as alarm:
        pass
    assert not alarm.rang
