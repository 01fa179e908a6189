"""However an async stream is left, its connection is closed by the running loop."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

import pytest

from tests.wire.bodies import COMPLETION
from tests.wire.clients import RUNNING, UNTIL_CLOSED, async_client, begin_async, gone, idle
from tests.wire.colours import MESSAGES
from tests.wire.server import STALL, Step, WireServer, answer
from typed_openai import AsyncOpenAI

# --- leaving an async stream -----------------------------------------------------------------------------------------


async def aleave_by_break(client: AsyncOpenAI) -> None:
    async for _ in await begin_async(client):
        break


async def aleave_by_break_while_holding_it(client: AsyncOpenAI) -> Any:
    stream = await begin_async(client)
    async for _ in stream:
        break
    return stream


async def aleave_by_close(client: AsyncOpenAI) -> Any:
    stream = await begin_async(client)
    await anext(stream)
    await stream.close()
    await stream.aclose()
    return stream


async def aleave_by_close_in_the_loop(client: AsyncOpenAI) -> Any:
    stream = await begin_async(client)
    async for _ in stream:
        await stream.close()
    return stream


async def aleave_by_with(client: AsyncOpenAI) -> Any:
    async with await begin_async(client) as stream:
        await anext(stream)
    return stream


async def aleave_by_error(client: AsyncOpenAI) -> None:
    with suppress(ZeroDivisionError):
        async for _ in await begin_async(client):
            raise ZeroDivisionError


async def aleave_by_dropping_it_unread(client: AsyncOpenAI) -> None:
    await begin_async(client)


async def aleave_by_dropping_it(client: AsyncOpenAI) -> None:
    await anext(await begin_async(client))


async def aleave_by_cancellation(client: AsyncOpenAI) -> None:
    begun = asyncio.Event()

    async def read() -> None:
        async for _ in await begin_async(client):
            begun.set()

    task = asyncio.create_task(read())
    await begun.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def aleave_by_timeout(client: AsyncOpenAI) -> None:
    with suppress(TimeoutError):
        async with asyncio.timeout(None) as limit:
            async for _ in await begin_async(client):
                limit.reschedule(asyncio.get_running_loop().time() + 0.02)


async def aleave_before_it_begins(client: AsyncOpenAI) -> None:
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.3):
            await client.chat.completions.create(model="stall", messages=MESSAGES)


async def aleave_typed_events(client: AsyncOpenAI) -> None:
    async for _ in client.chat.completions.stream(model="m", messages=MESSAGES):
        break


async def aleave_typed_events_by_with(client: AsyncOpenAI) -> Any:
    async with client.chat.completions.stream(model="m", messages=MESSAGES) as stream:
        await anext(stream)
    return stream


async def aleave_typed_events_by_cancellation(client: AsyncOpenAI) -> None:
    begun = asyncio.Event()

    async def read() -> None:
        async with client.chat.completions.stream(model="m", messages=MESSAGES) as stream:
            await anext(stream)
            begun.set()
            await stream.until_done()

    task = asyncio.create_task(read())
    await begun.wait()
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def aleave_a_streaming_response(client: AsyncOpenAI) -> None:
    async with client.chat.completions.with_streaming_response.create(model="m", messages=MESSAGES) as response:
        async for _ in response.iter_bytes():
            break


ALEAVING = [
    aleave_by_break,
    aleave_by_break_while_holding_it,
    aleave_by_close,
    aleave_by_close_in_the_loop,
    aleave_by_with,
    aleave_by_error,
    aleave_by_dropping_it_unread,
    aleave_by_dropping_it,
    aleave_by_cancellation,
    aleave_by_timeout,
    aleave_before_it_begins,
    aleave_typed_events,
    aleave_typed_events_by_with,
    aleave_typed_events_by_cancellation,
    aleave_a_streaming_response,
]


@pytest.mark.parametrize("leave", ALEAVING, ids=lambda leave: leave.__name__)
@pytest.mark.parametrize("deadline", [None, 30.0])
async def test_leaving_an_async_stream_closes_its_connection_at_once(
    server: WireServer, leave: Callable[[AsyncOpenAI], Awaitable[object]], deadline: float | None
) -> None:
    server.script(RUNNING)
    async with async_client(server, deadline=deadline) as client:
        kept = await leave(client)
        assert await gone(server)
        assert server.accepted == 1
        del kept
        assert await idle()


@pytest.mark.parametrize("script", [RUNNING, UNTIL_CLOSED], ids=["chunked", "until closed"])
async def test_close_from_another_task_ends_a_loop_that_waits(server: WireServer, script: list[Step]) -> None:
    server.script(script)
    async with async_client(server) as client:
        stream = await begin_async(client)
        seen: list[object] = []
        both = asyncio.Event()

        async def close_soon() -> None:
            await both.wait()
            await asyncio.sleep(0.02)
            await stream.close()

        async with asyncio.timeout(4), asyncio.TaskGroup() as group:
            group.create_task(close_soon())
            async for item in stream:
                seen.append(item)
                if len(seen) == 2:
                    both.set()
        assert len(seen) == 2
        assert await gone(server)


async def test_a_cancelled_call_leaves_the_client_usable(server: WireServer) -> None:
    server.script([STALL], answer(COMPLETION))
    async with async_client(server) as client:
        call = asyncio.create_task(client.chat.completions.create(model="m", messages=MESSAGES))
        assert await asyncio.to_thread(server.until, lambda: bool(server.requests))
        call.cancel()
        with pytest.raises(asyncio.CancelledError):
            await call
        assert (await client.chat.completions.create(model="m", messages=MESSAGES)).text == "Hello there"
