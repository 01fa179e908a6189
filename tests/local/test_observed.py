"""Whatever is asked, and through whichever door: what begins ends, once, and inside of what it is part of."""

from __future__ import annotations

from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from typing import Any

import pytest
from pydantic import BaseModel

from tests.canned import done, listed
from tests.test_observers import Notes
from typed_openai import AsyncOpenAI, ObservedCall, OpenAI
from typed_openai.local import LocalServer

HI: dict[str, Any] = {"model": "gpt-4o", "messages": [{"role": "user", "content": "hi"}]}
Way = Callable[[Any], Awaitable[object]]


class Echo(BaseModel):
    """What the local server answers with where JSON is wanted."""

    local_echo: str
    note: str


class Ends(Notes):
    """Counts how often each call ended, and looks at what it is inside of."""

    def __init__(self) -> None:
        super().__init__()
        self.ended: Counter[ObservedCall] = Counter()

    def end(self, call: ObservedCall) -> None:
        super().end(call)
        self.ended[call] += 1
        assert call.seconds is not None
        assert call.parent is None or not self.ended[call.parent]


@pytest.fixture
def server() -> Iterator[LocalServer]:
    with LocalServer() as running:
        yield running


async def _entered(manager: Any, use: Callable[[Any], Any]) -> None:
    if hasattr(manager, "__aenter__"):
        async with manager as opened:
            await _used(use(opened))
    else:
        with manager as opened:
            await _used(use(opened))


async def _used(given: Any) -> None:
    if hasattr(given, "__anext__") or hasattr(given, "__next__") or hasattr(given, "__aiter__"):
        await listed(given)
    else:
        await done(given)


async def _streamed(stream: Any) -> None:
    await listed(await done(stream))


async def _parsed_stream(client: Any) -> None:
    manager = client.chat.completions.with_streaming_response.create(**HI, stream=True)
    if client.is_async:
        async with manager as response:
            await listed(await response.parse())
    else:
        with manager as response:
            await listed(response.parse())


async def _left(client: Any) -> None:
    stream = await done(client.chat.completions.create(**HI, stream=True))
    await done(anext(stream) if client.is_async else next(stream))
    await done(stream.close())


async def _waited(client: Any) -> None:
    begun = await done(client.responses.create(model="gpt-4o", input="hi", background=True))
    await done(client.responses.wait(begun.id))


async def _mapped(client: Any) -> None:
    assert len(await listed(client.map([client.models.list, lambda: 1 // 0]))) == 2


WAYS: dict[str, Way] = {
    "plain": lambda client: done(client.chat.completions.create(**HI)),
    "raw": lambda client: done(client.chat.completions.with_raw_response.create(**HI)),
    "raw, of several": lambda client: done(client.responses.with_raw_response.parse(model="gpt-4o", input="hi")),
    "bit by bit, parsed": lambda client: _entered(
        client.chat.completions.with_streaming_response.create(**HI), lambda response: response.parse()
    ),
    "bit by bit, in lines": lambda client: _entered(
        client.chat.completions.with_streaming_response.create(**HI, stream=True),
        lambda response: response.iter_lines(),
    ),
    "bit by bit, a stream": _parsed_stream,
    "a stream": lambda client: _streamed(client.chat.completions.create(**HI, stream=True)),
    "a stream that is left": _left,
    "typed events": lambda client: _entered(client.chat.completions.stream(**HI), lambda stream: stream.until_done()),
    "events of a response": lambda client: _entered(
        client.responses.stream(model="gpt-4o", input="hi"), lambda stream: stream.until_done()
    ),
    "a value": lambda client: done(client.chat.completions.parse(**HI, response_format=Echo)),
    "vectors in parts": lambda client: done(client.embeddings.create_many(["a", "b"], model="text-embedding-3-small")),
    "pages": lambda client: listed(client.models.list()) if client.is_async else done(list(client.models.list())),
    "sound": lambda client: done(client.audio.speech.create(model="m", voice="alloy", input="hi")),
    "words of sound": lambda client: _streamed(
        client.audio.transcriptions.create(model="gpt-4o-transcribe", file=("a.mp3", b"ID3"), stream=True)
    ),
    "waiting": _waited,
    "a map of functions": _mapped,
}


async def test_what_a_helper_was_given_by_its_place_has_a_name(server: LocalServer) -> None:
    notes = Notes()
    client = OpenAI(api_key="k", base_url=server.url, observers=[notes])
    begun = client.responses.create(model="gpt-4o", input="hi", background=True)
    client.responses.wait(begun.id, wait={"deadline": 5})
    waiting = next(call for call in notes.calls if call.operation == "responses.wait")
    assert waiting.asked("response_id") == begun.id
    assert waiting.asked("wait") == {"deadline": 5}


@pytest.mark.parametrize("name", WAYS)
@pytest.mark.parametrize("kind", [OpenAI, AsyncOpenAI], ids=["sync", "async"])
async def test_what_begins_ends_once(name: str, kind: Any, server: LocalServer) -> None:
    notes = Ends()
    client = kind(api_key="k", base_url=server.url, observers=[notes])
    await WAYS[name](client)
    await done(client.close())
    assert notes.calls
    assert notes.ended == Counter(notes.calls)
    assert not [call for call in notes.calls if call.error is not None]
    assert notes.told.count("attempt 1") == sum(call.kind == "request" for call in notes.calls)
