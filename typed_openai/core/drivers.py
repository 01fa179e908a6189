"""The only code written twice: a sync and an async driver that run flows. Nothing here decides anything.

A driver performs the effects that a flow yields and gives it the outcome; errors of ours are thrown into the flow, all
others (an interrupt, an error in the user's own callback) pass through. The async driver speaks asyncio.
"""

from __future__ import annotations

import inspect
import time
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any, TypeVar

from typed_openai.core.bodies import within, within_async
from typed_openai.core.flow import Effect, Flow, Read, Reply, Send, Sleep, Together, Work
from typed_openai.core.request import Request
from typed_openai.core.transport import (
    SENDING_ERRORS,
    TRANSPORT_ERRORS,
    AsyncPool,
    DeadlinePassed,
    SyncPool,
    allow_idle,
    encode,
    send_options,
    translate,
)
from typed_openai.errors import ConfigurationError, OpenAIError

if TYPE_CHECKING:
    from collections.abc import Coroutine

    from typed_openai.core.transport import HTTPXResponse

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
        finally:
            flow.close()  # at its end already, unless what passes through here is no error of ours

    def _perform(self, effect: Effect) -> Any:
        if isinstance(effect, Send):
            return self._send(effect.request)
        if isinstance(effect, Read):
            return self._read(effect.reply)
        if isinstance(effect, Sleep):
            return time.sleep(effect.seconds)
        if isinstance(effect, Together):
            from typed_openai.core.together import in_threads

            return in_threads(effect, self)
        outcome = effect.function(*effect.arguments)
        if inspect.isawaitable(outcome):
            if inspect.iscoroutine(outcome):
                outcome.close()
            raise ConfigurationError(f"{effect.function!r} is async: use AsyncOpenAI, or a plain function")
        return outcome

    def _send(self, request: Request) -> Reply:
        client, options = self.pool.client(), send_options(request, self.pool.own)
        try:
            if request.form is None:
                response = client.send(encode(request, self.pool.own, None), **options)
            else:
                with ExitStack() as opened:
                    response = client.send(encode(request, self.pool.own, opened), **options)
        except SENDING_ERRORS as error:
            raise translate(error, request) from error
        reply = Reply(request, response, self.pool)
        if request.streams:
            allow_idle(response, request)
        else:
            reply.content = self._read(reply)
        return reply

    def _read(self, reply: Reply) -> bytes:
        response = reply.response
        received: list[bytes] = []
        try:
            received.extend(within(response.iter_bytes(), response, reply.request))
        except TRANSPORT_ERRORS as error:
            raise translate(error, reply.request, response, b"".join(received)) from error
        finally:
            response.close()
        return b"".join(received)


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
        finally:
            flow.close()  # at its end already, unless what passes through here is no error of ours

    async def _perform(self, effect: Effect) -> Any:
        if isinstance(effect, Send):
            return await self._send(effect.request)
        if isinstance(effect, Read):
            return await self._read(effect.reply)
        if isinstance(effect, Sleep):
            return await self.asyncio.sleep(effect.seconds)
        if isinstance(effect, Work):
            return await self.asyncio.to_thread(effect.function, *effect.arguments)
        if isinstance(effect, Together):
            from typed_openai.core.together import in_tasks

            return await in_tasks(effect, self)
        outcome = effect.function(*effect.arguments)
        return await outcome if inspect.isawaitable(outcome) else outcome

    async def _send(self, request: Request) -> Reply:
        client, options = self.pool.client(self.asyncio.get_running_loop()), send_options(request, self.pool.own)
        try:
            with ExitStack() as opened:
                sending = client.send(encode(request, self.pool.own, opened), **options)
                response = await self._bounded(request, sending)
        except SENDING_ERRORS as error:
            raise translate(error, request) from error
        reply = Reply(request, response, self.pool)
        if request.streams:
            allow_idle(response, request)
        else:
            reply.content = await self._read(reply)
        return reply

    async def _bounded(self, request: Request, work: Coroutine[Any, Any, HTTPXResponse]) -> HTTPXResponse:
        if request.deadline_at is None:
            return await work
        try:
            async with self.asyncio.timeout(request.deadline_at - time.monotonic()):
                return await work
        except TimeoutError:
            raise DeadlinePassed from None

    async def _read(self, reply: Reply) -> bytes:
        response = reply.response
        received: list[bytes] = []
        try:
            async for block in within_async(response.aiter_bytes(), reply.request):
                received.append(block)
        except TRANSPORT_ERRORS as error:
            raise translate(error, reply.request, response, b"".join(received)) from error
        finally:
            await response.aclose()
        return b"".join(received)
