"""The connections of an async client in one event loop: `slots.py` in the async colour."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import TYPE_CHECKING, Any

from typed_openai.core.run.carrier import AsyncCarrier
from typed_openai.core.run.chunks import MOST_OF_A_READ
from typed_openai.core.run.network_async import AsyncNetwork
from typed_openai.core.run.slots import Holding, Serving, Slotted

if TYPE_CHECKING:
    from typed_openai.core.run.exchange import Answer


class AsyncSlot(Slotted):
    """One connection of an async client; becomes an `AsyncHTTPTransport` of its library (`Kit.made`)."""

    is_async = True
    handle_async_request: Callable[[Any], Awaitable[Any]]

    async def perform(self, request: Any) -> Any:
        """The answer; past the transport's own way of asking its connection, where nothing stands in that."""
        kit = self.kit
        if not kit.is_plain(self.is_async):
            return await self.handle_async_request(request)
        try:
            plain = self.plain(request)
            response = None if plain is None else await self._exchanged(*plain, request.extensions.get("timeout", {}))
            return response or self.answered(await self._pool.handle_async_request(self.asked(request)), request)
        except kit.core_errors as error:
            raise kit.at_home(error) from error

    async def _exchanged(self, said: bytes, answer: Answer, timeouts: Any) -> Any:
        wire, was_sent = self.network.wire, False
        try:
            await wire.write(said, timeouts.get("write"))
            was_sent = True
            while answer.feed(await wire.read(MOST_OF_A_READ, timeouts.get("read"))):
                pass
        except self.kit.core_errors as error:
            return wire.replay(answer.received, was_sent, error.with_traceback(None))  # which would lead back here
        return self.heard(answer)


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


class AsyncHeld(Holding):
    """The body of an answer; becomes an `AsyncByteStream`."""

    async def __aiter__(self) -> AsyncIterator[bytes]:
        try:
            async for block in self._stream:
                yield block
        except self._kit.core_errors as error:
            raise self._kit.at_home(error) from error

    async def aclose(self) -> None:
        slot = self._taken()
        if slot is not None:
            try:
                await self._stream.aclose()
            finally:
                self._shelf.put_back(slot)


class AsyncServing(Serving, AsyncCarrier):
    """What a call does, in the async colour."""

    is_async = True
    turn_kind = AsyncTurn
    held = (AsyncHeld, "AsyncByteStream")

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


class AsyncSlots(AsyncServing):
    """The connections of an async client."""

    network_kind = AsyncNetwork
    slot = (AsyncSlot, "AsyncHTTPTransport")

    async def aclose(self) -> None:
        """Close all connections."""
        self.shelf.close()
