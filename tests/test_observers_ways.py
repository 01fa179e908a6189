"""Each operation that an observer is told the beginning of has one end, however it comes to it; in both colours."""

from __future__ import annotations

import asyncio
import contextlib
import gc
from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import pytest

from tests.canned import HELLO, Connect, Wire, broken, completion, done, failure, listed, status, stream_of
from tests.test_observers import ASKED, Notes, asks_for_a_sum
from typed_openai.core.observers import ObservedCall
from typed_openai.errors import OpenAIError
from typed_openai.models.chat import ChatCompletionCreateParams

Way = Callable[[Any], Awaitable[object]]
ASK: dict[str, Any] = {**HELLO, "stream": True}


class Told(Notes):
    """Notes, by operation."""

    def __init__(self) -> None:
        super().__init__()
        self.of: dict[int, list[str]] = {}

    def begin(self, call: ObservedCall) -> None:
        self.calls.append(call)
        self.of.setdefault(id(call), []).append("begin")

    def attempt(self, call: ObservedCall, request: object) -> None:
        self.of.setdefault(id(call), []).append("attempt")

    def first_event(self, call: ObservedCall) -> None:
        self.of.setdefault(id(call), []).append("first event")

    def end(self, call: ObservedCall) -> None:
        self.of.setdefault(id(call), []).append("end")


def add(a: int, b: int) -> int:
    """Add two numbers."""
    return a + b


async def read(client: Any) -> None:
    await listed(await done(client.chat.completions.create(**ASK)))


async def left(client: Any) -> None:
    stream = await done(client.chat.completions.create(**ASK))
    await done(anext(stream) if hasattr(stream, "__anext__") else next(stream))
    await done(stream.close())
    await done(stream.close())


async def dropped(client: Any) -> None:
    stream = await done(client.chat.completions.create(**ASK))
    await done(anext(stream) if hasattr(stream, "__anext__") else next(stream))


async def not_read(client: Any) -> None:
    await done(client.chat.completions.create(**ASK))


async def events(client: Any) -> None:
    with contextlib.suppress(OpenAIError):
        await listed(client.chat.completions.stream(**HELLO))


async def shared(client: Any) -> None:
    first, second = (await done(client.chat.completions.create(**ASK))).tee(2)
    await done(second.close())
    await listed(first)


async def passed_on(client: Any) -> None:
    await listed((await done(client.chat.completions.create(**ASK))).to_sse())


async def as_text(client: Any) -> None:
    await listed(client.chat.completions.stream(**HELLO).text())


async def several(client: Any) -> None:
    asked = [ChatCompletionCreateParams.model_validate(HELLO)] * 3
    await listed(client.map(asked))


async def with_tools(client: Any) -> None:
    await done(client.chat.completions.run_tools(**ASKED, tools=[add]))


WAYS: dict[str, tuple[Way, list[Any]]] = {
    "a call": (lambda client: done(client.chat.completions.create(**HELLO)), [completion()]),
    "one that is refused": (lambda client: done(client.chat.completions.create(model="m", messages=3)), []),
    "an error": (lambda client: done(client.chat.completions.create(**HELLO)), [failure(400)]),
    "an error that passes": (
        lambda client: done(client.chat.completions.create(**HELLO)),
        [failure(500, headers={"retry-after": "0"}), completion()],
    ),
    "no connection": (lambda client: done(client.chat.completions.create(**HELLO)), [broken(httpx.ConnectError("no"))]),
    "what is no JSON": (
        lambda client: done(client.chat.completions.create(**HELLO)),
        [status(200, content=b"<html>", headers={"content-type": "text/html"})],
    ),
    "a raw answer": (lambda client: done(client.chat.completions.with_raw_response.create(**HELLO)), [completion()]),
    "a raw stream": (lambda client: done(client.chat.completions.with_raw_response.create(**ASK)), [stream_of("a")]),
    "a stream": (read, [stream_of("a", "b")]),
    "a stream that is closed twice": (left, [stream_of("a", "b")]),
    "a stream that is dropped": (dropped, [stream_of("a", "b")]),
    "a stream that nobody reads": (not_read, [stream_of("a", "b")]),
    "a stream that says nothing": (read, [status(200, headers={"content-type": "text/event-stream"})]),
    "a stream that breaks": (
        read,
        [status(200, content=b"data: {", headers={"content-type": "text/event-stream"})],
    ),
    "an error in place of a stream": (read, [failure(429)]),
    "typed events": (events, [stream_of("a", "b")]),
    "several readers": (shared, [stream_of("a", "b")]),
    "passed on": (passed_on, [stream_of("a", "b")]),
    "texts": (as_text, [stream_of("a", "b")]),
    "several calls": (several, [completion()]),
    "several calls that fail": (several, [failure(400)]),
    "tools": (with_tools, [asks_for_a_sum(), completion()]),
    "tools that fail": (with_tools, [asks_for_a_sum(), failure(400)]),
}


@pytest.mark.parametrize(("way", "answers"), WAYS.values(), ids=WAYS)
async def test_each_beginning_has_one_end(connect: Connect, way: Way, answers: list[Any]) -> None:
    told = Told()
    client = connect(Wire(*answers), observers=[told], max_retries=1)
    with contextlib.suppress(OpenAIError):
        await way(client)
    for _ in range(3):  # what is collected in a loop is closed by it
        gc.collect()
        await asyncio.sleep(0)
    assert told.calls
    for each in told.of.values():
        assert (each[0], each[-1]) == ("begin", "end")
        assert [each.count(what) for what in ("begin", "end")] == [1, 1]
        assert each.count("first event") <= 1
    assert all(call.seconds is not None for call in told.calls)
