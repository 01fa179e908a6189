"""One way to write a test for both clients: tests are `async`, and a `Session` waits only where its client needs it.

    completion = await session.run(session.client.chat.completions.create(...))
    async for chunk in session.each(stream): ...
    async with session.entered(manager) as response: ...

With the sync client these take the value, iterate and enter as a plain program would; a coroutine from it, or none from
the async client, is a failure.

Weak spot: a sync call blocks the event loop of its test, so both sides of a conversation cannot live in one test.
"""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import reduce
from typing import Any

from tests.interop.servers import Server
from typed_openai.client import AsyncOpenAI, OpenAI

COLOURS = {"sync": OpenAI, "async": AsyncOpenAI}


@dataclass(frozen=True)
class Session:
    """A client of one colour, and the server that it talks to."""

    server: Server
    client: Any
    is_async: bool
    mark: str = ""
    """The `X-Test-Id` of all requests to aimock."""

    def operation(self, title: str, view: str = "") -> Any:
        """The operation of a title such as `chat.completions.create`; `view` may be `with_raw_response`."""
        *path, name = title.split(".")
        resource = reduce(getattr, path, self.client)
        return getattr(getattr(resource, view) if view else resource, name)

    def changed(self, **settings: Any) -> Session:
        """The same with other settings of the client, on the same connections."""
        return Session(self.server, self.client.with_options(**settings), self.is_async, self.mark)

    async def run(self, outcome: Any) -> Any:
        """What a call gives, awaited where the client is async."""
        assert inspect.isawaitable(outcome) is self.is_async, f"{outcome!r} has the wrong colour"
        return await outcome if self.is_async else outcome

    async def each(self, items: Any) -> AsyncIterator[Any]:
        """The items of a stream or page, as they come."""
        if self.is_async:
            async for item in items:
                yield item
        else:
            for item in items:
                yield item

    async def all(self, items: Any, seen: list[Any] | None = None) -> list[Any]:
        """The items of a stream or page, to the end; `seen` has those that came before an error."""
        found = [] if seen is None else seen
        async for item in self.each(items):
            found.append(item)  # one by one: an error leaves what came before it
        return found

    async def at_once(self, calls: Sequence[Callable[[], Any]]) -> list[Any]:
        """What many calls give that run at the same time: in one loop, or each in a thread of its own."""
        if self.is_async:
            return await asyncio.gather(*(call() for call in calls))
        return await asyncio.gather(*(asyncio.to_thread(call) for call in calls))

    @asynccontextmanager
    async def entered(self, manager: Any) -> AsyncGenerator[Any]:
        """A stream or response, entered and left."""
        if self.is_async:
            async with manager as entered:
                yield entered
        else:
            with manager as entered:
                yield entered

    def received(self) -> list[dict[str, Any]]:
        """The requests of this session as they arrived at aimock, oldest first."""
        return self.server.journal(self.mark)

    async def close(self) -> None:
        """Give the connections back."""
        await self.run(self.client.close()) if self.is_async else self.client.close()
