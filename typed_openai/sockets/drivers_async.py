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


class _Watch:
    """One clock for all reads of a line: a timer for each would cost more than the reads. It goes off at the earliest
    when the latest read is late, and otherwise looks again then."""

    def __init__(self) -> None:
        self._late_at = 0.0
        self._task: asyncio.Task[Any] | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._went_off = False

    def begin(self, seconds: float) -> None:
        """The running task reads from now on, for so many seconds at most."""
        loop = asyncio.get_running_loop()
        late_at = self._late_at = loop.time() + seconds
        self._task = asyncio.current_task()
        if self._timer is None or late_at < self._timer.when():
            self.stop()
            self._timer = loop.call_at(late_at, self._look, loop)

    def end(self) -> None:
        """It does not read any more."""
        self._task = None

    def is_late(self) -> bool:
        """Whether a cancellation of the task that reads was ours."""
        went_off, self._went_off = self._went_off, False
        return went_off and self._task is not None and self._task.uncancel() == 0

    def _look(self, loop: asyncio.AbstractEventLoop) -> None:
        self._timer = None
        if self._task is None:
            return
        if loop.time() < self._late_at:
            self._timer = loop.call_at(self._late_at, self._look, loop)
            return
        self._went_off = True
        self._task.cancel()

    def stop(self) -> None:
        """Forget the timer."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None


class AsyncSocketDriver(AsyncDriver):
    """Runs the flows of sockets in the running event loop."""

    gate = AsyncGate

    def __init__(self, pool: Any) -> None:
        super().__init__(pool)
        self._watch = _Watch()

    async def _perform(self, effect: Any) -> Any:
        kind = type(effect)
        if kind is Receive:
            try:
                if effect.seconds is not None:
                    self._watch.begin(effect.seconds)
                return await effect.line.recv(decode=False)
            except dialing.closed_error() as error:
                raise dialing.ended(error) from error
            except asyncio.CancelledError:
                if self._watch.is_late():
                    raise TimeoutError from None
                raise
            finally:
                self._watch.end()
        if kind is Transmit:
            is_open = dialing.is_open(effect.line)
            try:
                return await effect.line.send(effect.content, text=True)
            except dialing.closed_error() as error:
                raise dialing.ended(error, unsent=not is_open) from error
        if kind is WaitUntil:
            return await effect.gate.wait(effect.condition, effect.seconds)
        if kind is Hang:
            self._watch.stop()
            return await effect.line.close(effect.code, effect.reason)
        if kind is Send and effect.request.url.startswith("ws"):
            return await self._dial(effect.request)
        return await super()._perform(effect)

    async def _dial(self, request: Request) -> Opened:
        library, parts = dialing.library("asyncio"), (request, self.pool)
        signs = request.signer is not None
        options = await self._asyncio.to_thread(dialing.told, *parts) if signs else dialing.told(*parts)
        try:
            connecting = library.connect(request.url, **options)
            connecting.process_redirect = _not_followed
            line = await connecting
        except dialing.failures() as error:
            return dialing.refused(error, request)
        return dialing.opened(line, request)
