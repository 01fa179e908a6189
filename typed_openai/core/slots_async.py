"""The connections of an async client in one event loop: `slots.py` in the async colour."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Hashable
from typing import Any

import httpx

from typed_openai.core.network_async import AsyncNetwork
from typed_openai.core.slots import ANSWERED, Holding, Serving, Slotted


class AsyncSlot(Slotted, httpx.AsyncHTTPTransport):
    """One connection of an async client."""

    def __init__(self, key: Hashable, network: AsyncNetwork, connection: Any) -> None:
        self.key, self.network, self._pool = key, network, connection

    async def perform(self, request: Any) -> Any:
        return await self.handle_async_request(request)


class AsyncTurn:
    """A place in line, of a task."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._given: asyncio.Future[bool] = self._loop.create_future()
        self.seconds: float | None = None
        """How long to wait at most."""

    def wake(self) -> None:
        self._loop.call_soon_threadsafe(self._give)  # what was collected may have given a place back, in any thread

    def _give(self) -> None:
        if not self._given.done():
            self._given.set_result(True)

    async def perform(self, request: Any) -> bool:
        """Whether the turn has come, within the time."""
        done, _ = await asyncio.wait([self._given], timeout=self.seconds)
        return bool(done)


class AsyncHeld(Holding, httpx.AsyncByteStream):
    """The body of an answer."""

    def __aiter__(self) -> AsyncIterator[bytes]:
        iterator: AsyncIterator[bytes] = aiter(self._stream)
        return iterator

    async def aclose(self) -> None:
        slot = self._taken()
        if slot is not None:
            try:
                await self._stream.aclose()
            finally:
                self._shelf.put_back(slot)


class AsyncThrough(httpx.AsyncBaseTransport):
    """The way of a client of httpx through our slots."""

    def __init__(self, slots: AsyncSlots) -> None:
        self._slots = slots

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        answered: httpx.Response | None = request.extensions.pop(ANSWERED, None)
        return answered if answered is not None else await self._slots.answer(request)


class AsyncSlots(Serving):
    """The connections of an async client."""

    is_async = True
    slot_kind, network_kind, held_kind, turn_kind = AsyncSlot, AsyncNetwork, AsyncHeld, AsyncTurn

    def through(self) -> Any:
        return AsyncThrough(self)

    async def send(self, request: Any, stream: bool = True, auth: Any = True) -> Any:
        """Send, and wait for the headers; with `auth=None` without what stands in the URL."""
        if auth is not None:
            self.identify(request)
        response = await self.answer(request)
        if not self.noted(request, response):
            return response
        options = {"auth": None} if auth is None else {}
        return await self.follower.send(request, stream=True, **options)

    async def answer(self, request: Any) -> Any:
        """The answer to a request, whatever it says."""
        flow = self.serving(request)
        try:
            step = next(flow)
            while True:
                try:
                    outcome = await step.perform(request)
                except self.kit.broken as error:
                    step = flow.throw(error)
                else:
                    step = flow.send(outcome)
        except StopIteration as stop:
            return stop.value
        finally:
            flow.close()

    async def aclose(self) -> None:
        """Close all connections."""
        self.shelf.close()
