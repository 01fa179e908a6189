"""A stream for several readers: each gets every event and the same end, whoever is ahead, in both colours."""

from __future__ import annotations

import threading
from collections.abc import AsyncIterator
from typing import Any

import pytest

from typed_openai import AsyncOpenAI, ConfigurationError, OpenAI, StreamInterruptedError
from typed_openai.local import LocalServer

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


@pytest.mark.parametrize("count", [0, -1, True, "2"])
def test_a_number_that_makes_no_sense_is_refused(openai_client: OpenAI, count: Any) -> None:
    stream = started(openai_client)
    with pytest.raises(ConfigurationError, match="from 1"):
        stream.tee(count)
    stream.close()
