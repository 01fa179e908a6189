"""Several flows at once: in threads for a sync client, in tasks for an async one. Belongs to the drivers.

Rules, the same in both colours
* At most `limit` flows are running; the rest has not begun. The values come in the order of the flows.
* `each` is called with every value as soon as it is there, one after the other, by who waits for the whole: the calling
  thread, or the calling task (which awaits what it returns).
* When a flow fails, those that run are brought to their end and no other is begun; then the first failure is raised.
  So whatever was done has been told to `each`.
* When waiting is interrupted (Ctrl-C, cancellation), nothing new is begun, and what runs is broken off: tasks are
  cancelled, in threads the calls end at once (`threads.py`). After an error in `each`, threads come to their end.
"""

from __future__ import annotations

import contextvars
import inspect
import threading
from collections.abc import Generator
from contextlib import contextmanager
from functools import partial
from queue import SimpleQueue
from types import ModuleType
from typing import TYPE_CHECKING, Any

from typed_openai.core.run.threads import INTERRUPTS, Kept, Threads
from typed_openai.errors import ConfigurationError

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Awaitable, Callable

    from typed_openai.core.run.effects import Flow, Together


class _Stopped(Exception):
    """Another flow failed before this one began."""


class _Gate:
    """Lets flows begin until one of them does not come to its end."""

    def __init__(self) -> None:
        self.closed = False
        self.failure: BaseException | None = None
        """The first one that was seen."""

    @contextmanager
    def passing(self) -> Generator[None]:
        if self.closed:
            raise _Stopped
        whole = False
        try:
            yield
            whole = True
        finally:
            if not whole:
                self.closed = True

    def saw(self, error: BaseException | None) -> bool:
        """Whether a flow ended well."""
        if error is not None and not isinstance(error, _Stopped):
            self.failure = self.failure or error
        return error is None


def in_threads(effect: Together, stoppable: Callable[[threading.Event], Callable[[Flow[Any]], Any]]) -> list[Any]:
    """The values of all flows, each run in a thread, with the context variables of the caller.

    `stoppable` gives what runs a flow until an event is set.
    """
    stopping = threading.Event()
    gate, threads, runs = _Gate(), Threads("typed-openai", stopping), stoppable(stopping)
    finished: SimpleQueue[tuple[int, Any, BaseException | None]] = SimpleQueue()
    values: list[Any] = [None] * len(effect.flows)

    def run(context: contextvars.Context, index: int, flow: Flow[Any]) -> None:
        value, kept = None, Kept(BaseException)
        with kept, gate.passing():
            value = context.run(runs, flow)
        finished.put((index, value, kept.error))

    try:
        with gate.passing():
            for index, flow in enumerate(effect.flows):
                threads.begin(partial(run, contextvars.copy_context(), index, flow), min(index, effect.limit - 1))
            for _ in effect.flows:
                index, value, error = finished.get()
                if gate.saw(error):
                    values[index] = value
                    _tell(effect, value)
    except INTERRUPTS:
        threads.interrupted = True
        raise
    finally:
        threads.end(patient=True)
    if gate.failure is not None:
        raise gate.failure
    return values


def _tell(effect: Together, value: Any) -> None:
    outcome = effect.each(value) if effect.each is not None else None
    if inspect.isawaitable(outcome):
        if inspect.iscoroutine(outcome):
            outcome.close()
        raise ConfigurationError(f"{effect.each!r} is async: use AsyncOpenAI, or a plain function")


async def in_tasks(effect: Together, runs: Callable[[Flow[Any]], Awaitable[Any]], asyncio: ModuleType) -> list[Any]:
    """The values of all flows, each run in a task of the running loop."""
    gate, places = _Gate(), asyncio.Semaphore(effect.limit)

    async def run(flow: Flow[Any]) -> Any:
        async with places:
            with gate.passing():
                return await runs(flow)

    tasks = [asyncio.create_task(run(flow)) for flow in effect.flows]
    waiting = set(tasks)
    try:
        while waiting:
            done, waiting = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                if gate.saw(_error_of(task)) and effect.each is not None:
                    outcome = effect.each(task.result())
                    if inspect.isawaitable(outcome):
                        await outcome
    finally:
        for task in waiting:
            task.cancel()
        await asyncio.gather(*waiting, return_exceptions=True)
    if gate.failure is not None:
        raise gate.failure
    return [task.result() for task in tasks]


def _error_of(task: asyncio.Task[Any]) -> BaseException | None:
    """What a task ended with; for one that was cancelled from elsewhere, what waiting for it would have raised."""
    from asyncio import CancelledError

    return CancelledError() if task.cancelled() else task.exception()
