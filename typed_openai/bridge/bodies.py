"""A body in events that is made of another one while it comes: in either colour the same steps.

What breaks the other one off breaks this one off; closing this one closes the other.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from typing import TYPE_CHECKING, Any

from typed_openai.core.run.bodies import body, body_async
from typed_openai.core.run.native import AnyByteStream

if TYPE_CHECKING:
    from typed_openai.core.run.effects import Flow, Reply


class Translated(AnyByteStream):
    """The bytes that `feed` makes of those of a reply; `run` runs its steps, which may ask a store."""

    def __init__(self, reply: Reply, feed: Callable[[bytes], Flow[bytes]], run: Callable[[Flow[bytes]], Any]) -> None:
        self._reply = reply
        self._feed = feed
        self._run = run

    def __iter__(self) -> Iterator[bytes]:
        for block in body(self._reply.response):
            told: bytes = self._run(self._feed(block))
            if told:
                yield told

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for block in body_async(self._reply.response):
            told: bytes = await self._run(self._feed(block))
            if told:
                yield told

    def close(self) -> None:
        self._reply.response.close()

    async def aclose(self) -> None:
        await self._reply.response.aclose()
