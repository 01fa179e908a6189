"""One connection serves many calls; one client serves many threads and event loops."""

from __future__ import annotations

import asyncio
import gc
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any

import pytest

from tests.wire.bodies import COMPLETION, DONE, HELLO, event
from tests.wire.clients import RUNNING, async_client, begin, begin_async, gone, idle, sync_client
from tests.wire.colours import KEY, MESSAGES
from tests.wire.server import END, STALL, Step, WireServer, answer, chunk, chunked
from typed_openai import OpenAI
from typed_openai.errors import StreamError
from typed_openai.local import Fault, LocalServer

# --- reuse -----------------------------------------------------------------------------------------------------------

WHOLE: dict[str, list[Step]] = {
    "in one piece": [*chunked(b"".join(HELLO) + DONE), END],
    "its end later": [*chunked(*HELLO, DONE), 0.02, END],
    "with a length": answer(b"".join(HELLO) + DONE, content_type="text/event-stream"),
    "without done": [*chunked(*HELLO), 0.02, END],
    "something after done": [*chunked(*HELLO, DONE, b": bye\n\n"), END],
}


@pytest.mark.parametrize("script", WHOLE.values(), ids=WHOLE)
def test_after_a_whole_stream_the_connection_serves_the_next_call(server: WireServer, script: list[Step]) -> None:
    server.script(script, script, answer(COMPLETION))
    with sync_client(server) as client:
        for _ in range(2):
            assert len(list(begin(client))) == 5
        client.chat.completions.create(model="m", messages=MESSAGES)
    assert (server.accepted, len(server.requests)) == (1, 3)


@pytest.mark.parametrize("script", WHOLE.values(), ids=WHOLE)
async def test_after_a_whole_async_stream_the_connection_serves_the_next_call(
    server: WireServer, script: list[Step]
) -> None:
    server.script(script, script, answer(COMPLETION))
    async with async_client(server) as client:
        for _ in range(2):
            assert len([item async for item in await begin_async(client)]) == 5
        await client.chat.completions.create(model="m", messages=MESSAGES)
    assert (server.accepted, len(server.requests)) == (1, 3)


def test_errors_and_typed_events_give_the_connection_back_too(server: WireServer) -> None:
    broken = [*chunked(HELLO[0], event({"error": "x"}), DONE), END]
    server.script(
        answer(b"no", 404), answer(b"<html>"), answer(b"", 429), WHOLE["in one piece"], broken, *[RUNNING] * 2
    )
    with sync_client(server) as client:
        for _ in range(3):
            with suppress(Exception):
                client.chat.completions.create(model="m", messages=MESSAGES)
        with client.chat.completions.stream(model="m", messages=MESSAGES) as stream:
            stream.until_done()
        assert server.accepted == 1
        with pytest.raises(StreamError):
            list(begin(client))
        assert server.until(lambda: server.open == 0)


def test_a_server_that_keeps_the_stream_open_after_done_holds_nobody_up(server: WireServer) -> None:
    server.script([*chunked(*HELLO, DONE), STALL])
    with sync_client(server) as client:
        started = time.monotonic()
        assert len(list(begin(client))) == 5
        assert time.monotonic() - started < 4
        assert server.until(lambda: server.open == 0)


async def test_a_server_that_keeps_the_stream_open_after_done_holds_no_task_up(server: WireServer) -> None:
    server.script([*chunked(*HELLO, DONE), STALL])
    async with async_client(server) as client:
        started = time.monotonic()
        assert len([item async for item in await begin_async(client)]) == 5
        assert time.monotonic() - started < 4
        assert server.until(lambda: server.open == 0)


# --- sharing ---------------------------------------------------------------------------------------------------------


def test_twenty_threads_share_a_client(server: WireServer) -> None:
    server.script([*chunked(*HELLO, DONE), END])
    with sync_client(server) as client, ThreadPoolExecutor(20) as pool:
        together = threading.Barrier(20)

        def work(number: int) -> int:
            together.wait()
            return sum(len(list(begin(client))) for _ in range(5))

        assert list(pool.map(work, range(20))) == [25] * 20
    assert len(server.requests) == 100
    assert server.accepted <= 20


def test_an_async_client_survives_its_event_loops(server: WireServer) -> None:
    server.script([*chunked(*HELLO, DONE), END])
    client = async_client(server)

    async def work() -> int:
        return len([item async for item in await begin_async(client)])

    assert [asyncio.run(work()) for _ in range(3)] == [5, 5, 5]
    gc.collect()
    assert server.until(lambda: server.open == 0)  # each loop took its connection with it


def test_an_async_client_serves_the_loops_of_several_threads(server: WireServer) -> None:
    server.script(answer(COMPLETION))
    client = async_client(server)

    async def work() -> list[str]:
        calls = [client.chat.completions.create(model="m", messages=MESSAGES) for _ in range(5)]
        return [result.text for result in await asyncio.gather(*calls)]

    def in_a_loop(number: int) -> list[str]:
        return asyncio.run(work())

    with ThreadPoolExecutor(8) as pool:
        results = list(pool.map(in_a_loop, range(8)))
    assert results == [["Hello there"] * 5] * 8
    assert server.until(lambda: server.open == 0)


async def test_dropping_an_async_client_closes_its_connections(server: WireServer) -> None:
    server.script(answer(COMPLETION))
    client = async_client(server)
    await client.chat.completions.create(model="m", messages=MESSAGES)
    assert server.open == 1
    del client
    gc.collect()
    assert await gone(server)
    assert await idle()


@pytest.mark.parametrize("events", [False, True], ids=["chunks", "events"])
def test_a_stream_outlives_the_client_that_nobody_holds(server: WireServer, events: bool) -> None:
    server.script([*chunked(*HELLO[:2]), 0.05, *(chunk(data) for data in [*HELLO[2:], DONE]), END])
    ask = sync_client(server).chat.completions
    stream: Any = ask.stream(model="m", messages=MESSAGES) if events else begin(ask.client)
    del ask
    next(stream)
    gc.collect()
    assert len(list(stream)) == 4


@pytest.mark.parametrize("events", [False, True], ids=["chunks", "events"])
async def test_an_async_stream_outlives_the_client_that_nobody_holds(server: WireServer, events: bool) -> None:
    server.script([*chunked(*HELLO[:2]), 0.05, *(chunk(data) for data in [*HELLO[2:], DONE]), END])
    ask = async_client(server).chat.completions
    stream: Any = ask.stream(model="m", messages=MESSAGES) if events else await begin_async(ask.client)
    del ask
    await anext(stream)
    gc.collect()
    await asyncio.sleep(0.02)
    assert len([item async for item in stream]) == 4


async def test_closing_an_async_client_closes_its_connections(server: WireServer) -> None:
    server.script(answer(COMPLETION))
    client = async_client(server)
    await client.chat.completions.create(model="m", messages=MESSAGES)
    await client.close()
    assert await gone(server)


def test_fifty_calls_at_once_are_all_answered(server: WireServer) -> None:
    server.script(answer(COMPLETION))

    async def work() -> int:
        async with async_client(server) as client:
            calls = [client.chat.completions.create(model="m", messages=MESSAGES) for _ in range(50)]
            return len(await asyncio.gather(*calls))

    assert asyncio.run(work()) == 50


def test_a_call_without_a_timeout_waits_for_an_answer_that_takes_its_time() -> None:
    with LocalServer(faults=[Fault(delay=0.2)]) as server, OpenAI(base_url=server.base_url, api_key=KEY) as client:
        assert client.with_options(timeout=False, max_retries=0).models.list().data
