"""Connections that were closed while nobody looked, calls that stand in line, and what calls that end early leave."""

from __future__ import annotations

import asyncio
import gc
import random
import threading
import time
from collections.abc import Coroutine
from contextlib import suppress
from functools import partial
from operator import attrgetter
from typing import Any

import pytest

from tests.wire.bodies import COMPLETION, DONE, HELLO
from tests.wire.clients import async_client, gone, idle, sync_client
from tests.wire.colours import KEY, MESSAGES, Colour
from tests.wire.server import CUT, END, STALL, Step, WireServer, answer, chunked
from typed_openai import APIConnectionError, APITimeoutError, AsyncOpenAI, DeadlineExceededError, OpenAI

LEFT: list[Step] = [*answer(COMPLETION), CUT]
"""An answer after which the server closes without having said that it will."""
STREAM_LEFT: list[Step] = [*chunked(*HELLO, DONE), END, CUT]


def ask(client: Any, **options: Any) -> Any:
    return client.chat.completions.create(model="m", messages=MESSAGES, **options)


# --- stale connections -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("pause", [0.0, 0.01])
def test_a_server_that_closes_after_each_answer_costs_no_attempt(server: WireServer, pause: float) -> None:
    server.script(LEFT)
    with sync_client(server) as client:
        for _ in range(100):
            assert not ask(client).meta.attempts
            time.sleep(pause)
    assert len(server.requests) == 100


@pytest.mark.usefixtures("transport")
@pytest.mark.parametrize("pause", [0.0, 0.01])
async def test_a_server_that_closes_after_each_answer_costs_no_attempt_in_a_loop(
    server: WireServer, pause: float
) -> None:
    server.script(LEFT)
    async with async_client(server) as client:
        for _ in range(100):
            assert not (await ask(client)).meta.attempts
            await asyncio.sleep(pause)
    assert len(server.requests) == 100


def test_a_server_that_closes_after_each_stream_costs_no_attempt(server: WireServer) -> None:
    server.script(STREAM_LEFT)
    with sync_client(server) as client:
        for _ in range(50):
            assert len(list(ask(client, stream=True))) == 5


class Kept:
    """A client of either colour whose connection has served once, and what its next call ends with."""

    def __init__(self, colour: Colour, server: WireServer) -> None:
        self.colour, self.server = colour, server

    def ask(self, **options: Any) -> BaseException | None:
        settings: dict[str, Any] = {"api_key": KEY, "base_url": self.server.base_url, "max_retries": 0}
        if self.colour.name == "sync":
            with OpenAI(**settings) as client:
                ask(client)
                return self._error(lambda: ask(client, **options))

        async def work() -> BaseException | None:
            async with AsyncOpenAI(**settings) as client:
                await ask(client)
                try:
                    await ask(client, **options)
                except APIConnectionError as error:
                    return error
                return None

        return asyncio.run(work())

    @staticmethod
    def _error(work: Any) -> BaseException | None:
        try:
            work()
        except APIConnectionError as error:
            return error
        return None


def test_a_request_that_was_read_and_not_answered_goes_out_again_with_its_idempotency_key(
    server: WireServer, colour: Colour
) -> None:
    server.script(answer(COMPLETION), [CUT], answer(COMPLETION))
    assert Kept(colour, server).ask() is None
    keys = [request.headers["idempotency-key"] for request in server.requests]
    assert keys[1] == keys[2] != keys[0]
    assert server.accepted == 2


def test_a_request_without_an_idempotency_key_does_not_go_out_twice(server: WireServer, colour: Colour) -> None:
    server.script(answer(COMPLETION), [CUT], answer(COMPLETION))
    error = Kept(colour, server).ask(extra_headers={"Idempotency-Key": None})
    assert isinstance(error, APIConnectionError)
    assert len(server.requests) == 2


def test_an_answer_that_has_begun_is_not_asked_for_again(server: WireServer, colour: Colour) -> None:
    server.script(answer(COMPLETION), [b"HTTP/1.1 200 OK\r\nX-", CUT], answer(COMPLETION))
    assert isinstance(Kept(colour, server).ask(), APIConnectionError)
    assert len(server.requests) == 2


def test_a_new_connection_that_breaks_is_an_attempt(server: WireServer, colour: Colour) -> None:
    server.script([CUT], answer(COMPLETION))
    with pytest.raises(APIConnectionError):
        colour.chat(server)
    assert len(server.requests) == 1


@pytest.mark.usefixtures("transport")
@pytest.mark.parametrize("asked", ["models.retrieve", "files.delete"])
async def test_nor_is_what_may_be_repeated_asked_over_it_again(server: WireServer, asked: str) -> None:
    server.script([CUT], answer({"id": "x"}))
    async with async_client(server) as client:
        with pytest.raises(APIConnectionError):
            await attrgetter(asked)(client)("x")
        assert len(server.requests) == 1
        await attrgetter(asked)(client)("x")


def test_a_connection_is_replaced_once_only(server: WireServer, colour: Colour) -> None:
    server.script(answer(COMPLETION), [CUT])
    assert isinstance(Kept(colour, server).ask(), APIConnectionError)
    assert len(server.requests) == 3


async def test_a_connection_that_was_closed_while_the_loop_was_busy_is_not_used(server: WireServer) -> None:
    server.script([*answer(COMPLETION), 0.02, CUT], [*answer(COMPLETION), 0.02, CUT], answer({"id": "file-1"}))
    async with async_client(server) as client:
        await ask(client)
        assert server.until(lambda: server.open == 0)
        await ask(client, extra_headers={"Idempotency-Key": None})
        assert server.until(lambda: server.open == 0)
        await client.files.create(file=("a.txt", b"a"), purpose="user_data")
    assert server.accepted == len(server.requests) == 3


def whole(*steps: Step) -> bytes:
    return b"".join(step for step in steps if isinstance(step, bytes))


UNASKED = whole(*chunked(*(each.replace(b"chatcmpl-1", b"another") for each in HELLO), DONE), END)
BEFORE = {"a plain answer": whole(*answer(COMPLETION)), "a stream": whole(*chunked(*HELLO, DONE), END)}


@pytest.mark.parametrize("kind", BEFORE)
def test_what_comes_behind_an_answer_is_not_the_answer_to_the_next_call(server: WireServer, kind: str) -> None:
    server.script([BEFORE[kind] + UNASKED], [BEFORE["a stream"]])
    with sync_client(server) as client:
        first = ask(client, stream=kind == "a stream")
        assert kind != "a stream" or len(list(first)) == 5
        assert {chunk.id for chunk in ask(client, stream=True)} == {"chatcmpl-1"}
    assert server.accepted == 2


@pytest.mark.usefixtures("transport")
@pytest.mark.parametrize("kind", BEFORE)
async def test_nor_is_it_in_a_loop(server: WireServer, kind: str) -> None:
    server.script([BEFORE[kind] + UNASKED], [BEFORE["a stream"]])
    async with async_client(server) as client:
        first = await ask(client, stream=kind == "a stream")
        assert kind != "a stream" or len([chunk async for chunk in first]) == 5
        assert {chunk.id async for chunk in await ask(client, stream=True)} == {"chatcmpl-1"}
    assert server.accepted == 2


def test_what_ended_with_its_deadline_does_not_go_out_again(server: WireServer, colour: Colour) -> None:
    server.script(answer(COMPLETION), [STALL])
    assert isinstance(Kept(colour, server).ask(deadline=0.2), DeadlineExceededError)
    assert server.until(lambda: server.open == 0)
    assert len(server.requests) == server.accepted + 1 == 2


# --- in line ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def two(monkeypatch: pytest.MonkeyPatch) -> None:
    """Clients have two connections at most."""
    monkeypatch.setattr("typed_openai.core.run.slots.MOST_CALLS", 2)


@pytest.mark.usefixtures("two", "transport")
async def test_more_calls_than_connections_stand_in_line(server: WireServer) -> None:
    server.script([0.002, *answer(COMPLETION)])
    async with async_client(server) as client:
        answers = await asyncio.gather(*(ask(client) for _ in range(60)))
    assert [each.text for each in answers] == ["Hello there"] * 60
    assert server.accepted <= 2


@pytest.mark.usefixtures("two")
def test_more_threads_than_connections_stand_in_line(server: WireServer) -> None:
    server.script([0.002, *answer(COMPLETION)])
    texts: list[str] = []
    with sync_client(server) as client:
        threads = [threading.Thread(target=lambda: texts.append(ask(client).text)) for _ in range(30)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert texts == ["Hello there"] * 30
    assert server.accepted <= 2


@pytest.mark.usefixtures("two")
def test_a_line_that_does_not_move_is_a_timeout_that_says_so(server: WireServer) -> None:
    server.script([*chunked(*HELLO[:2]), STALL])
    with sync_client(server) as client:
        held = [ask(client, stream=True) for _ in range(2)]
        with pytest.raises(APITimeoutError, match="all connections are busy"):
            ask(client, timeout=0.1)
        for stream in held:
            stream.close()


@pytest.mark.usefixtures("two", "transport")
async def test_a_line_that_moves_is_waited_in(server: WireServer) -> None:
    server.script([0.1, *answer(COMPLETION)])
    async with async_client(server) as client:
        await asyncio.gather(*(ask(client, timeout=0.5) for _ in range(20)))  # a second, and more


@pytest.mark.usefixtures("two", "transport")
async def test_who_leaves_the_line_takes_nobodys_place(server: WireServer) -> None:
    server.script([0.02, *answer(COMPLETION)])
    async with async_client(server) as client:
        tasks = [asyncio.create_task(ask(client)) for _ in range(20)]
        await asyncio.sleep(0.005)
        for task in tasks[2::2]:
            task.cancel()
        assert [
            each for each in await asyncio.gather(*tasks, return_exceptions=True) if isinstance(each, Exception)
        ] == []
        assert (await ask(client)).text == "Hello there"


def _more_than(server: WireServer, count: int) -> bool:
    return len(server.requests) > count


# --- leaving early ---------------------------------------------------------------------------------------------------


async def once(task: asyncio.Task[Any]) -> None:
    task.cancel()


async def twice(task: asyncio.Task[Any]) -> None:
    task.cancel()
    await asyncio.sleep(0)
    task.cancel()


@pytest.mark.usefixtures("transport")
@pytest.mark.parametrize("cancel", [once, twice])
@pytest.mark.parametrize("script", [[STALL], [*answer(b"{", length=100), STALL]], ids=["no headers", "half a body"])
async def test_a_cancelled_call_leaves_no_connection(server: WireServer, cancel: Any, script: list[Step]) -> None:
    server.script(script)
    async with async_client(server) as client:
        for _ in range(15):
            seen = len(server.requests)
            task = asyncio.create_task(ask(client))
            assert await asyncio.to_thread(server.until, partial(_more_than, server, seen))
            await cancel(task)
            with pytest.raises(asyncio.CancelledError):
                await task
        assert await gone(server)


@pytest.mark.usefixtures("two", "transport")
async def test_hundreds_of_random_cancellations_leave_nothing(server: WireServer) -> None:
    server.script(
        [0.003, *answer(COMPLETION)],
        [*chunked(*HELLO[:2]), 0.003],
        answer(COMPLETION),
        [0.001, CUT],
        answer(COMPLETION),
    )
    rng = random.Random(7)
    client = async_client(server)

    async def consume() -> None:
        async for _ in await ask(client, stream=True):
            await asyncio.sleep(0)

    async def leave(work: Coroutine[Any, Any, Any]) -> None:
        how, after = rng.choice(("once", "twice", "timeout", "group")), rng.random() * 0.006
        if how == "timeout":
            with suppress(TimeoutError, Exception):
                async with asyncio.timeout(after):
                    await work
            return
        task = asyncio.create_task(work)
        await asyncio.sleep(after)
        task.cancel()
        if how != "once":
            await asyncio.sleep(0)
            task.cancel()
        await asyncio.wait([task])
        if not task.cancelled():
            task.exception()

    for _ in range(20):
        await asyncio.gather(*(leave(rng.choice((partial(ask, client), consume))()) for _ in range(15)))
    server.script(answer(COMPLETION))
    assert (await asyncio.wait_for(ask(client), 5)).text == "Hello there"
    await client.close()
    assert await gone(server)
    assert await idle()


@pytest.mark.usefixtures("two", "transport")
async def test_an_answer_that_nobody_holds_any_more_gives_its_place_back(server: WireServer) -> None:
    server.script([*chunked(*HELLO[:2]), STALL])
    async with async_client(server) as client:
        for _ in range(5):
            stream = await ask(client, stream=True)
            await anext(stream)
            del stream
            gc.collect()
            await asyncio.sleep(0)
        assert await gone(server)


FIRST: dict[str, list[list[Step]]] = {"on a new connection": [], "on one that served before": [answer(COMPLETION)]}


@pytest.mark.parametrize("first", FIRST.values(), ids=FIRST)
def test_closing_a_client_ends_the_calls_of_other_threads(server: WireServer, first: list[list[Step]]) -> None:
    server.script(*first, [STALL])
    client = sync_client(server)
    for _ in first:
        ask(client)
    errors: list[BaseException] = []

    def work() -> None:
        try:
            ask(client)
        except APIConnectionError as error:
            errors.append(error)

    thread = threading.Thread(target=work)
    thread.start()
    assert server.until(lambda: len(server.requests) == len(first) + 1)
    client.close()
    thread.join(2)
    assert len(errors) == 1
    assert (server.accepted, len(server.requests)) == (1, len(first) + 1)


@pytest.mark.usefixtures("transport")
@pytest.mark.parametrize("first", FIRST.values(), ids=FIRST)
async def test_closing_a_client_ends_the_calls_of_other_tasks(server: WireServer, first: list[list[Step]]) -> None:
    server.script(*first, [STALL])
    client = async_client(server)
    for _ in first:
        await ask(client)
    task = asyncio.create_task(ask(client))
    assert await asyncio.to_thread(server.until, lambda: len(server.requests) == len(first) + 1)
    await client.close()
    with pytest.raises(APIConnectionError):
        await asyncio.wait_for(task, 2)
    assert (server.accepted, len(server.requests)) == (1, len(first) + 1)
