"""Both colours of the client behind one face, so that a test of what servers do wrong is written once.

Each call makes a client, uses it and closes it: `SYNC.chat(server)`, `ASYNC.chat(server)`; the async one in an event
loop of its own. A stream is consumed to its end; what came before an error is on the error.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import aclosing, asynccontextmanager, closing, contextmanager, nullcontext
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

import pytest

from tests.wire.server import WireServer
from typed_openai import AsyncOpenAI, OpenAI
from typed_openai.errors import OpenAIError

E = TypeVar("E", bound=BaseException)
MESSAGES = [{"role": "user", "content": "hello"}]
KEY = "sk-wire-0123456789abcdef"
"""The key that every client of these tests sends."""


class Colour(Protocol):
    """What a test may do with either client; `settings` are those of the client."""

    name: str

    def chat(self, server: WireServer, /, *, options: dict[str, Any] = ..., **settings: Any) -> Any:
        """`chat.completions.create(...)`, plain."""
        ...

    def chunks(self, server: WireServer, /, *, options: dict[str, Any] = ..., **settings: Any) -> list[Any]:
        """The chunks of `chat.completions.create(stream=True)`."""
        ...

    def events(self, server: WireServer, /, **settings: Any) -> tuple[list[Any], Any]:
        """The events of `chat.completions.stream(...)`, and the final completion."""
        ...


def _settings(server: WireServer, given: dict[str, Any]) -> dict[str, Any]:
    return {"api_key": KEY, "base_url": server.base_url, "max_retries": 0, "timeout": 5.0, **given}


@contextmanager
def opened(server: WireServer, given: dict[str, Any]) -> Iterator[OpenAI]:
    """A client; it is closed at the end, and so is an `http_client` that it was given."""
    own = closing(given["http_client"]) if "http_client" in given else nullcontext()
    with own, OpenAI(**_settings(server, given)) as client:
        yield client


@asynccontextmanager
async def opened_async(server: WireServer, given: dict[str, Any]) -> AsyncIterator[AsyncOpenAI]:
    """The same in the other colour."""
    own = aclosing(given["http_client"]) if "http_client" in given else nullcontext()
    async with own, AsyncOpenAI(**_settings(server, given)) as client:
        yield client


class SyncColour:
    name = "sync"

    def chat(self, server: WireServer, /, *, options: dict[str, Any] | None = None, **settings: Any) -> Any:
        with opened(server, settings) as client:
            return client.chat.completions.create(model="m", messages=MESSAGES, **(options or {}))

    def chunks(self, server: WireServer, /, *, options: dict[str, Any] | None = None, **settings: Any) -> list[Any]:
        with opened(server, settings) as client:
            return list(client.chat.completions.create(model="m", messages=MESSAGES, stream=True, **(options or {})))

    def events(self, server: WireServer, /, **settings: Any) -> tuple[list[Any], Any]:
        with (
            opened(server, settings) as client,
            client.chat.completions.stream(model="m", messages=MESSAGES) as stream,
        ):
            return list(stream), stream.get_final_completion()


class AsyncColour:
    name = "async"

    def chat(self, server: WireServer, /, *, options: dict[str, Any] | None = None, **settings: Any) -> Any:
        async def work() -> Any:
            async with opened_async(server, settings) as client:
                return await client.chat.completions.create(model="m", messages=MESSAGES, **(options or {}))

        return asyncio.run(work())

    def chunks(self, server: WireServer, /, *, options: dict[str, Any] | None = None, **settings: Any) -> list[Any]:
        async def work() -> list[Any]:
            async with opened_async(server, settings) as client:
                more = options or {}
                stream = await client.chat.completions.create(model="m", messages=MESSAGES, stream=True, **more)
                return [chunk async for chunk in stream]

        return asyncio.run(work())

    def events(self, server: WireServer, /, **settings: Any) -> tuple[list[Any], Any]:
        async def work() -> tuple[list[Any], Any]:
            async with (
                opened_async(server, settings) as client,
                client.chat.completions.stream(model="m", messages=MESSAGES) as stream,
            ):
                return [event async for event in stream], await stream.get_final_completion()

        return asyncio.run(work())


SYNC = SyncColour()
ASYNC = AsyncColour()


@dataclass(frozen=True)
class Timed:
    """How long something took, in seconds."""

    error: OpenAIError
    seconds: float


def failing(expected: type[OpenAIError], work: Callable[[], object]) -> Timed:
    """Run what must raise exactly this class of error; tells it and the time it took."""
    started = time.monotonic()
    with pytest.raises(expected) as caught:
        work()
    assert caught.type is expected
    return Timed(caught.value, time.monotonic() - started)
