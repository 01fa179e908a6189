"""A stream for several readers: each gets every event and the same end, whoever is ahead, in both colours."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import AsyncIterator
from typing import Any

import pytest

from typed_openai import AsyncOpenAI, ConfigurationError, OpenAI, StreamInterruptedError
from typed_openai.local import LocalServer
from typed_openai.streaming.tee import tee, tee_async

HELLO: Any = [{"role": "user", "content": "hi"}]
CUT = pytest.mark.openai_fault(cut_after=3)


def started(client: OpenAI) -> Any:
    return client.chat.completions.create(model="gpt-4o", messages=HELLO, stream=True)


@pytest.mark.openai_answer("one two three")
def test_each_reader_gets_every_event(openai_client: OpenAI) -> None:
    first, second, third = started(openai_client).tee(3)
    begun = next(first).text + next(first).text
    assert "".join(chunk.text for chunk in second) == "one two three"
    assert begun + "".join(chunk.text for chunk in first) == "one two three"
    assert len(list(third)) == 5


@pytest.mark.openai_answer("one two three", times=2)
async def test_async_readers_get_every_event(async_openai_client: AsyncOpenAI) -> None:
    stream = await async_openai_client.chat.completions.create(model="gpt-4o", messages=HELLO, stream=True)
    first, second = stream.tee()
    begun = (await anext(first)).text
    assert await joined(second) == "one two three"
    assert begun + await joined(first) == "one two three"
    async with async_openai_client.chat.completions.stream(model="gpt-4o", messages=HELLO) as events:
        one, other = events.tee(2)
        assert [event.type async for event in one] == [event.type async for event in other]


async def joined(chunks: AsyncIterator[Any]) -> str:
    return "".join([chunk.text async for chunk in chunks])


@pytest.mark.openai_answer("one two three")
def test_typed_events_are_shared_as_well(openai_client: OpenAI) -> None:
    with openai_client.chat.completions.stream(model="gpt-4o", messages=HELLO) as events:
        one, other = events.tee(2)
        assert [event.type for event in one] == [event.type for event in other]
        assert events.get_final_completion().text == "one two three"


@CUT
def test_each_reader_gets_the_error_after_what_came(openai_client: OpenAI) -> None:
    for reader in started(openai_client.with_options(max_retries=0)).tee(2):
        assert [next(reader).id for _ in range(3)]
        with pytest.raises(StreamInterruptedError):
            next(reader)


@CUT
async def test_each_async_reader_gets_the_error_after_what_came(async_openai_client: AsyncOpenAI) -> None:
    stream = await async_openai_client.chat.completions.create(model="gpt-4o", messages=HELLO, stream=True)
    for reader in stream.tee(2):
        with pytest.raises(StreamInterruptedError):
            await joined(reader)


def test_readers_may_be_in_threads(openai_server: LocalServer, openai_client: OpenAI) -> None:
    openai_server.answer("word " * 200)
    heard: list[str] = []
    readers = started(openai_client).tee(4)
    threads = [
        threading.Thread(target=lambda each: heard.append("".join(chunk.text for chunk in each)), args=(reader,))
        for reader in readers
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert heard == ["word " * 200] * 4


def test_a_stream_that_all_have_left_is_closed(openai_server: LocalServer, openai_client: OpenAI) -> None:
    stream = started(openai_client)
    first, second = stream.tee(2)
    next(first), next(second)
    first.close()
    assert next(second)
    second.close()
    assert list(stream) == []


@pytest.mark.parametrize("leave", ["close", "drop"])
def test_a_reader_that_is_left_before_it_began_is_waited_for_no_longer(openai_client: OpenAI, leave: str) -> None:
    stream = started(openai_client)
    readers = [*stream.tee(2)]
    while readers:
        reader = readers.pop()
        if leave == "close":
            reader.close()
        del reader
    assert list(stream) == []


@pytest.mark.parametrize("leave", ["close", "drop"])
async def test_an_async_reader_that_is_left_before_it_began_is_waited_for_no_longer(
    async_openai_client: AsyncOpenAI, leave: str
) -> None:
    stream = await async_openai_client.chat.completions.create(model="gpt-4o", messages=HELLO, stream=True)
    first, second = stream.tee(2)
    if leave == "close":
        await second.close()
    del second
    assert await anext(first)
    await first.close()
    assert [chunk async for chunk in stream] == []


@pytest.mark.openai_fault(stall_after=2, stall=0.3)
async def test_a_task_that_is_cancelled_takes_nothing_from_the_others(async_openai_client: AsyncOpenAI) -> None:
    stream = await async_openai_client.chat.completions.create(model="gpt-4o", messages=HELLO, stream=True)
    first, second = stream.tee(2)
    begun = (await anext(first)).text + (await anext(first)).text
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(anext(first), 0.02)
    assert (whole := await joined(second)).endswith(".")
    assert begun + await joined(first) == whole


@pytest.mark.openai_fault(stall_after=2, stall=60)
async def test_readers_that_are_gone_leave_nothing_running(
    openai_server: LocalServer, async_openai_client: AsyncOpenAI
) -> None:
    before = asyncio.all_tasks()
    stream = await async_openai_client.chat.completions.create(model="gpt-4o", messages=HELLO, stream=True)
    readers = [*stream.tee(2)]
    await anext(readers[0]), await anext(readers[0])
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(anext(readers[0]), 0.02)
    [pull] = asyncio.all_tasks() - before
    del readers, stream
    with contextlib.suppress(asyncio.CancelledError):
        await asyncio.wait_for(pull, 5)


@pytest.mark.openai_fault(stall_after=2, stall=60)
def test_what_has_come_is_had_while_somebody_else_waits(openai_client: OpenAI) -> None:
    ahead, behind = (stream := started(openai_client)).tee(2)
    next(ahead), next(ahead)
    waits = threading.Thread(target=lambda: list(ahead))
    waits.start()
    assert next(behind)
    assert next(behind)
    assert waits.is_alive()
    stream.close()
    waits.join(10)
    assert not waits.is_alive()


class Interrupted:
    """Events that somebody is interrupted at."""

    def __init__(self, error: type[BaseException]) -> None:
        self.events = iter((1, 2))
        self.error = error

    def __iter__(self) -> Interrupted:
        return self

    def __next__(self) -> int:
        for event in self.events:
            return event
        error, self.error = self.error, StopIteration
        raise error

    def __aiter__(self) -> Interrupted:
        return self

    async def __anext__(self) -> int:
        for event in self.events:
            return event
        error, self.error = self.error, StopAsyncIteration
        raise error


@pytest.mark.parametrize("error", [KeyboardInterrupt, ZeroDivisionError])
def test_an_interrupt_is_not_the_proper_end_to_the_others(error: type[BaseException]) -> None:
    first, second = tee(Interrupted(error), 2, lambda: None)
    with pytest.raises(error):
        list(first)
    assert [next(second), next(second)] == [1, 2]
    with pytest.raises(StreamInterruptedError, match=error.__name__):
        next(second)
    assert list(second) == []


async def test_an_async_error_of_another_kind_is_not_the_proper_end_to_the_others() -> None:
    async def close() -> None: ...

    first, second = tee_async(Interrupted(ZeroDivisionError), 2, close)
    with pytest.raises(ZeroDivisionError):
        [event async for event in first]
    assert [await anext(second), await anext(second)] == [1, 2]
    with pytest.raises(StreamInterruptedError, match="ZeroDivisionError"):
        await anext(second)


@pytest.mark.parametrize("count", [0, -1, True, "2"])
def test_a_number_that_makes_no_sense_is_refused(openai_client: OpenAI, count: Any) -> None:
    stream = started(openai_client)
    with pytest.raises(ConfigurationError, match="from 1"):
        stream.tee(count)
    stream.close()
