"""The only code written twice: a sync and an async driver that run flows. Nothing here decides anything.

A driver performs the effects that a flow yields and gives it the outcome; errors of ours are thrown into the flow, all
others (an interrupt, an error in the user's own callback) pass through. The async driver speaks asyncio.
"""

from __future__ import annotations

import inspect
import time
from contextlib import ExitStack
from typing import Any, TypeVar

from typed_openai.core.flow import Effect, Flow, Read, Reply, Send, Sleep
from typed_openai.core.request import Request
from typed_openai.core.transport import TRANSPORT_ERRORS, AsyncPool, SyncPool, abort, encode, translate
from typed_openai.core.watchdog import watch
from typed_openai.errors import ConfigurationError, OpenAIError

T = TypeVar("T")


class SyncDriver:
    """Runs a flow to its end in the calling thread."""

    def __init__(self, pool: SyncPool) -> None:
        self.pool = pool

    def run(self, flow: Flow[T]) -> T:
        try:
            effect = next(flow)
            while True:
                try:
                    outcome = self._perform(effect)
                except OpenAIError as error:
                    effect = flow.throw(error)
                else:
                    effect = flow.send(outcome)
        except StopIteration as stop:
            value: T = stop.value
            return value

    def _perform(self, effect: Effect) -> Any:
        if isinstance(effect, Send):
            return self._send(effect.request)
        if isinstance(effect, Read):
            return self._read(effect.reply)
        if isinstance(effect, Sleep):
            return time.sleep(effect.seconds)
        outcome = effect.function(*effect.arguments)
        if inspect.isawaitable(outcome):
            if inspect.iscoroutine(outcome):
                outcome.close()
            raise ConfigurationError(f"{effect.function!r} is async: use AsyncOpenAI, or a plain function")
        return outcome

    def _send(self, request: Request) -> Reply:
        client = self.pool.client()
        whole = not request.streams and request.deadline_at is None
        try:
            with ExitStack() as opened:
                response = client.send(encode(request, self.pool.own, opened), stream=not whole)
        except TRANSPORT_ERRORS as error:
            raise translate(error, request) from error
        reply = Reply(request, response, response.status_code, response.content if whole else None)
        if not whole and not request.streams:
            reply.content = self._read(reply)
        return reply

    def _read(self, reply: Reply) -> bytes:
        try:
            with watch(reply.request.deadline_at, lambda: abort(reply.response)):
                return reply.response.read()
        except TRANSPORT_ERRORS as error:
            raise translate(error, reply.request) from error
        finally:
            reply.response.close()


class AsyncDriver:
    """Runs a flow to its end in the running event loop."""

    def __init__(self, pool: AsyncPool) -> None:
        import asyncio  # a sync application does not pay for it

        self.pool = pool
        self.asyncio = asyncio

    async def run(self, flow: Flow[T]) -> T:
        try:
            effect = next(flow)
            while True:
                try:
                    outcome = await self._perform(effect)
                except OpenAIError as error:
                    effect = flow.throw(error)
                else:
                    effect = flow.send(outcome)
        except StopIteration as stop:
            value: T = stop.value
            return value

    async def _perform(self, effect: Effect) -> Any:
        if isinstance(effect, Send):
            return await self._send(effect.request)
        if isinstance(effect, Read):
            return await self._read(effect.reply)
        if isinstance(effect, Sleep):
            return await self.asyncio.sleep(effect.seconds)
        outcome = effect.function(*effect.arguments)
        return await outcome if inspect.isawaitable(outcome) else outcome

    async def _send(self, request: Request) -> Reply:
        client = self.pool.client(self.asyncio.get_running_loop())
        whole = not request.streams
        try:
            with ExitStack() as opened:
                sending = client.send(encode(request, self.pool.own, opened), stream=not whole)
                response = await self._bounded(request, sending)
        except (*TRANSPORT_ERRORS, TimeoutError) as error:
            raise translate(error, request) from error
        return Reply(request, response, response.status_code, response.content if whole else None)

    async def _read(self, reply: Reply) -> bytes:
        try:
            content: bytes = await self._bounded(reply.request, reply.response.aread())
            return content
        except (*TRANSPORT_ERRORS, TimeoutError) as error:
            raise translate(error, reply.request) from error
        finally:
            await reply.response.aclose()

    async def _bounded(self, request: Request, work: Any) -> Any:
        if request.deadline_at is None:
            return await work
        async with self.asyncio.timeout(request.deadline_at - time.monotonic()):
            return await work
