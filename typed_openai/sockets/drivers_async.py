"""The asyncio driver of sockets; what holds for it is said in `drivers.py`."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from typed_openai.core.run.drivers import AsyncDriver
from typed_openai.core.run.effects import Request, Send
from typed_openai.sockets import dialing
from typed_openai.sockets.effects import Hang, Opened, Receive, Transmit, WaitUntil


class AsyncGate:
    """Tasks of one event loop wait for each other; nothing else runs while one of them looks at the state."""

    def __init__(self) -> None:
        self._waiting: set[asyncio.Future[None]] = set()

    def __enter__(self) -> None: ...

    def __exit__(self, *error: object) -> None: ...

    def notify(self) -> None:
        for each in self._waiting:
            if not each.done():
                each.set_result(None)

    async def wait(self, condition: Callable[[], Any], seconds: float | None) -> Any:
        """Wait until the condition holds, or the time is over."""
        try:
            async with asyncio.timeout(seconds):
                while not (found := condition()):
                    await self._notified()
        except TimeoutError:
            return condition()
        return found

    async def _notified(self) -> None:
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.add(future)
        try:
            await future
        finally:
            self._waiting.discard(future)


def _not_followed(error: Exception) -> Exception:
    """What the library asks about a redirect: it is an answer like any other."""
    return error


class AsyncSocketDriver(AsyncDriver):
    """Runs the flows of sockets in the running event loop."""

    gate = AsyncGate

    async def _perform(self, effect: Any) -> Any:
        kind = type(effect)
        if kind is Receive:
            return await self._receive(effect)
        if kind is Transmit:
            return await self._transmit(effect)
        if kind is WaitUntil:
            return await effect.gate.wait(effect.condition, effect.seconds)
        if kind is Hang:
            return await effect.line.close(effect.code, effect.reason)
        if kind is Send and effect.request.url.startswith("ws"):
            return await self._dial(effect.request)
        return await super()._perform(effect)

    async def _dial(self, request: Request) -> Opened:
        library, options = dialing.library("asyncio"), dialing.told(request, self.pool.own)
        try:
            connecting = library.connect(request.url, **options)
            connecting.process_redirect = _not_followed
            line = await connecting
        except dialing.failures() as error:
            return dialing.refused(error, request)
        return dialing.opened(line, request)

    async def _receive(self, effect: Receive) -> bytes:
        try:
            if effect.seconds is None:
                message: bytes = await effect.line.recv(decode=False)
            else:
                async with asyncio.timeout(effect.seconds):
                    message = await effect.line.recv(decode=False)
        except dialing.closed_error() as error:
            raise dialing.ended(error) from error
        return message

    async def _transmit(self, effect: Transmit) -> None:
        is_open = dialing.is_open(effect.line)
        try:
            await effect.line.send(effect.content, text=True)
        except dialing.closed_error() as error:
            raise dialing.ended(error, unsent=not is_open) from error
