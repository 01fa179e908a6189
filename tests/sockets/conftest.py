"""One test, both colours: what an async client gives is awaited on a loop in a thread of its own."""

from __future__ import annotations

import asyncio
import inspect
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from tests.sockets.standins import AsyncTiny, Tiny
from typed_openai import AsyncOpenAI, OpenAI


class Colour:
    """A client of one colour, used alike."""

    def __init__(self, is_async: bool) -> None:
        self.is_async = is_async
        self._clients: list[Any] = []
        self._loop: asyncio.AbstractEventLoop | None = None
        if is_async:
            self._loop = asyncio.new_event_loop()
            self._thread = threading.Thread(target=self._loop.run_forever)
            self._thread.start()

    def client(self, url: str, **settings: Any) -> Any:
        """A client for a server."""
        kind: Any = AsyncOpenAI if self.is_async else OpenAI
        made = kind(**{"base_url": url, "api_key": "sk-test-key-1234", "max_retries": 0, **settings})
        self._clients.append(made)
        return made

    def closing(self, client: Any) -> None:
        """Close a client at the end."""
        self._clients.append(client)

    def connect(self, url: str, **options: Any) -> Any:
        """A tiny socket, not open yet; settings of the client stand in `client`."""
        client = self.client(url, **options.pop("client", {}))
        return (AsyncTiny if self.is_async else Tiny)(client).connect(**options)

    def realtime(self, url: str, **options: Any) -> Any:
        """A realtime session, not open yet."""
        return self.client(url).realtime.connect(model="gpt-realtime", **options)

    def responses(self, url: str, **options: Any) -> Any:
        """A connection for responses, not open yet."""
        return self.client(url).responses.connect(**options)

    def run(self, value: Any) -> Any:
        """What a call gives, in either colour."""
        if not inspect.isawaitable(value) or self._loop is None:
            return value
        return asyncio.run_coroutine_threadsafe(_awaited(value), self._loop).result(30)

    @contextmanager
    def opened(self, manager: Any) -> Iterator[Any]:
        """Inside `with` or `async with`."""
        connection = self.run(manager.__aenter__()) if self.is_async else manager.__enter__()
        leave = manager.__aexit__ if self.is_async else manager.__exit__
        try:
            yield connection
        finally:
            error = sys.exception()
            self.run(leave(type(error), error, None))

    def each(self, iterable: Any) -> Iterator[Any]:
        """What iterating gives."""
        if not self.is_async:
            yield from iterable
            return
        iterator = aiter(iterable)
        while True:
            try:
                found = self.run(anext(iterator))
            except StopAsyncIteration:
                return
            yield found

    def close(self) -> None:
        for client in self._clients:
            self.run(client.close())
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join(10)
            self._loop.close()


async def _awaited(value: Any) -> Any:
    return await value


@pytest.fixture(params=["sync", "async"])
def colour(request: pytest.FixtureRequest) -> Iterator[Colour]:
    """Either colour."""
    found = Colour(request.param == "async")
    yield found
    found.close()
