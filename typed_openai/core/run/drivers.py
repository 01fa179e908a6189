"""The only code written twice: a sync and an async driver that run flows. Nothing here decides anything.

A driver performs the effects that a flow yields and gives it the outcome. Whatever an effect ends with (an error of
ours or of the user's own callback, an interrupt, a cancellation) is thrown into the flow where it waits. The async
driver speaks asyncio.
"""

from __future__ import annotations

import inspect
import threading
import time
from contextlib import ExitStack, nullcontext
from typing import TYPE_CHECKING, Any, TypeVar

from typed_openai.core.run.bodies import (
    arrived,
    body,
    body_async,
    bounded,
    bounded_async,
    sending,
    within,
    within_async,
)
from typed_openai.core.run.effects import Effect, Flow, On, Read, Reply, Request, Send, Sleep, Together, Until, Work
from typed_openai.core.run.threads import Stopped
from typed_openai.core.run.transport import (
    SENDING_ERRORS,
    TRANSPORT_ERRORS,
    DeadlinePassed,
    allow_idle,
    encode,
    send_options,
    translate,
)
from typed_openai.core.run.watchdog import LONGEST
from typed_openai.errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Coroutine
    from types import TracebackType

    from typed_openai.core.run.native import HTTPXResponse
    from typed_openai.core.run.pools import AsyncPool, SyncPool

T = TypeVar("T")
_UNOPENED = nullcontext()
"""Stands for the files of a request that has none."""


class _Caught:
    """Takes what an effect ends with, whatever that is; the flow is to see it."""

    __slots__ = ("error",)

    def __init__(self) -> None:
        self.error: BaseException | None = None

    def __enter__(self) -> None:
        return None

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool:
        self.error = error
        return error is not None

    def throw_into(self, flow: Flow[Any]) -> Effect:
        """Let the flow see the error. It is not kept here: its traceback leads to this object, which is a cycle."""
        try:
            return flow.throw(self.error)  # type: ignore[arg-type]  # there is one, or nobody would call this
        finally:
            self.error = None


class SyncDriver:
    """Runs a flow to its end in the calling thread."""

    def __init__(self, pool: SyncPool) -> None:
        self.pool = pool

    def run(self, flow: Flow[T]) -> T:
        caught, outcome = _Caught(), None
        try:
            effect = next(flow)
            while True:
                with caught:
                    outcome = self._perform(effect)
                effect = flow.send(outcome) if caught.error is None else caught.throw_into(flow)
        except StopIteration as stop:
            value: T = stop.value
            return value
        finally:
            flow.close()  # at its end already, unless it yields on where it should raise

    def _perform(self, effect: Effect) -> Any:
        if isinstance(effect, Send):
            return self._send(effect.request)
        if isinstance(effect, Read):
            return self._read(effect.reply)
        if isinstance(effect, Sleep):
            return time.sleep(effect.seconds)
        if isinstance(effect, Together):
            from typed_openai.core.run.together import values_in_threads

            return values_in_threads(effect, lambda stopping: StoppableDriver(self.pool, stopping).run)
        if isinstance(effect, Until):
            seconds = None if effect.at is None else min(LONGEST, max(0.0, effect.at - time.monotonic()))
            return effect.future.result(seconds)
        if isinstance(effect, On):
            return self.on(effect.pool).run(effect.flow)
        outcome = effect.function(*effect.arguments)
        if inspect.isawaitable(outcome):
            if inspect.iscoroutine(outcome):
                outcome.close()
            raise ConfigurationError(f"{effect.function!r} is async: use AsyncOpenAI, or a plain function")
        return outcome

    def on(self, pool: SyncPool) -> SyncDriver:
        """A driver of this kind over other connections."""
        return SyncDriver(pool)

    def _send(self, request: Request) -> Reply:
        client, options = self.pool.client(), send_options(request, self.pool.own)
        try:
            if request.form is None:
                with sending(request):
                    response = client.send(encode(request, self.pool.own, None, self.pool.http), **options)
            else:
                with ExitStack() as opened, sending(request):
                    response = client.send(encode(request, self.pool.own, opened, self.pool.http), **options)
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
        take = reply.collector(received)
        content = arrived(response, reply.most())
        if content is not None:
            take(content)
            return b"".join(received)
        try:
            blocks = within(body(response), response, reply.request)
            for block in bounded(blocks, reply.most()):
                take(block)
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
        self._asyncio = asyncio

    async def run(self, flow: Flow[T]) -> T:
        try:
            self._asyncio.get_running_loop()
        except RuntimeError:
            flow.close()
            raise ConfigurationError(
                "async clients speak asyncio only, and none of its loops runs (trio?): use asyncio, or OpenAI"
            ) from None
        caught, outcome = _Caught(), None
        try:
            effect = next(flow)
            while True:
                with caught:
                    outcome = await self._perform(effect)
                effect = flow.send(outcome) if caught.error is None else caught.throw_into(flow)
        except StopIteration as stop:
            value: T = stop.value
            return value
        finally:
            flow.close()  # at its end already, unless it yields on where it should raise

    async def _perform(self, effect: Effect) -> Any:
        if isinstance(effect, Send):
            return await self._send(effect.request)
        if isinstance(effect, Read):
            return await self._read(effect.reply)
        if isinstance(effect, Sleep):
            return await self._asyncio.sleep(effect.seconds)
        if isinstance(effect, Work):
            return await self._asyncio.to_thread(effect.function, *effect.arguments)
        if isinstance(effect, Together):
            from typed_openai.core.run.together import values_in_tasks

            return await values_in_tasks(effect, self.run)
        if isinstance(effect, Until):
            async with self._asyncio.timeout(None if effect.at is None else effect.at - time.monotonic()):
                return await self._asyncio.wrap_future(effect.future)
        if isinstance(effect, On):
            return await AsyncDriver(effect.pool).run(effect.flow)
        outcome = effect.function(*effect.arguments)
        return await outcome if inspect.isawaitable(outcome) else outcome

    async def _send(self, request: Request) -> Reply:
        client, options = self.pool.client(self._asyncio.get_running_loop()), send_options(request, self.pool.own)
        try:
            with _UNOPENED if request.form is None else ExitStack() as opened:
                parts = request, self.pool.own, opened, self.pool.http
                native = encode(*parts) if request.signer is None else await self._asyncio.to_thread(encode, *parts)
                response = await self._bounded(request, client.send(native, **options))
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
            async with self._asyncio.timeout(request.deadline_at - time.monotonic()):
                return await work
        except TimeoutError:
            raise DeadlinePassed from None

    async def _read(self, reply: Reply) -> bytes:
        response = reply.response
        received: list[bytes] = []
        take = reply.collector(received)
        content = arrived(response, reply.most())
        if content is not None:
            take(content)
            return b"".join(received)
        try:
            blocks = within_async(body_async(response), reply.request)
            async for block in bounded_async(blocks, reply.most()):
                take(block)
        except TRANSPORT_ERRORS as error:
            raise translate(error, reply.request, response, b"".join(received)) from error
        finally:
            await response.aclose()
        return b"".join(received)


class StoppableDriver(SyncDriver):
    """Sends nothing more, and waits for nothing, once it was stopped."""

    def __init__(self, pool: SyncPool, stopping: threading.Event) -> None:
        super().__init__(pool)
        self._stopping = stopping

    def on(self, pool: SyncPool) -> SyncDriver:
        return StoppableDriver(pool, self._stopping)

    def _perform(self, effect: Effect) -> Any:
        stopped = self._stopping.wait(effect.seconds) if isinstance(effect, Sleep) else self._stopping.is_set()
        if stopped and isinstance(effect, Sleep | Send):
            raise Stopped
        return None if isinstance(effect, Sleep) else super()._perform(effect)
