"""Many things at once: in threads for a sync client, in tasks for an async one. The engine of `together.py` and of
`client.map` (`bulk/map.py`); what is done, how much of it at once and what comes of it is said by a `Job`.

Rules, the same in both colours
* Pieces are drawn only as places become free, by who waits for the whole: the calling thread, or a task of its loop.
* What came to its end is collected by who waits, one after the other, and so is what `collect` gives to be awaited.
* What is ready is handed out between: whoever takes nothing holds nothing up but the drawing.
* When waiting is interrupted (Ctrl-C, cancellation) nothing new is drawn, and what runs is broken off: tasks are
  cancelled, in threads the calls end at once (`threads.py`), unless the job `keeps` what they bring.
* Threads have the context variables of whoever draws.
"""

from __future__ import annotations

import contextvars
import inspect
import weakref
from abc import ABC, abstractmethod
from collections.abc import AsyncGenerator, Callable, Generator, Iterable
from functools import partial
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from typed_openai.core.run.threads import INTERRUPTS, Kept, Threads
from typed_openai.errors import ConfigurationError

if TYPE_CHECKING:
    import asyncio
    import threading
    from collections import deque

P = TypeVar("P")
R = TypeVar("R")


class Job(ABC, Generic[P, R]):
    """Pieces (`P`) that are done at once, and what comes of them (`R`)."""

    name = "typed-openai"
    """Of its threads."""
    keeps = True
    """Whether what is under way is waited for when the job is left, because what it brings is not lost."""
    goes_on = False
    """Whether what is under way may then take further steps."""
    tells: Callable[..., object] | None = None
    """The user's function that `collect` calls."""
    stopping: threading.Event
    """Set when nothing new shall be begun."""
    ready: deque[Any]
    """What may be handed out."""

    def begin(self) -> None:
        """Something will be done, in threads: the time to make what they share."""

    @abstractmethod
    def has_place(self, running: int) -> bool:
        """Whether another piece may be drawn."""

    @abstractmethod
    def draw(self) -> P | None:
        """The next piece; None when there is none."""

    async def draw_async(self) -> P | None:
        """The same in a task."""
        return self.draw()

    def known(self, piece: P) -> R | None:
        """What came of a piece that needs no doing. Asked for in a sync client, where a thread costs something."""
        return None

    @abstractmethod
    def work(self, piece: P) -> R:
        """Do it, in a thread."""

    @abstractmethod
    async def work_async(self, piece: P) -> R:
        """Do it, in a task."""

    @abstractmethod
    def collect(self, piece: P, result: R | None, error: BaseException | None) -> object:
        """A piece came to its end; gives what to await, when the user's function is async."""

    def patience(self) -> float | None:
        """Seconds until there may be another place, though nothing came to its end."""
        return None

    def close(self, still_running: bool) -> None:
        """Nothing is waited for any more."""

    def end(self) -> None:
        """Everything was handed out: raise what ended the job before its time."""


def in_threads(job: Job[P, R]) -> Generator[Any]:
    """What is ready, one after the other."""
    threads, running = Threads(job.name, job.stopping), 0
    finished: SimpleQueue[tuple[P, R | None, BaseException | None]] = SimpleQueue()

    def run(context: contextvars.Context, piece: P) -> None:
        result, kept = None, Kept(BaseException)
        with kept:
            result = context.run(job.work, piece)
        finished.put((piece, result, kept.error))

    def collect(piece: P, result: R | None, error: BaseException | None) -> None:
        nonlocal running
        running -= 1
        not_awaited(job.tells, job.collect(piece, result, error))

    job.begin()
    at_exit = weakref.finalize(job, _leave, threads, job.stopping, job.keeps, job.goes_on, True)
    try:
        while True:
            while not finished.empty():
                collect(*finished.get())
            if job.ready:
                yield job.ready.popleft()
            while job.has_place(running) and finished.empty():
                drawn = job.draw()
                if drawn is not None:
                    running += 1
                    known, kept = None, Kept(Exception)
                    with kept:  # here and in their order, so that equal pieces find each its own answer
                        known = job.known(drawn)
                    if known is not None or kept.error is not None:
                        finished.put((drawn, known, kept.error))
                    else:
                        threads.begin(partial(run, contextvars.copy_context(), drawn), running - 1)
            if not (running or job.ready):
                break
            if not job.ready:
                try:
                    collect(*finished.get(timeout=job.patience()))
                except Empty:
                    continue
    except INTERRUPTS:
        threads.interrupted = True
        raise
    finally:
        at_exit.detach()
        try:
            _leave(threads, job.stopping, job.keeps, job.goes_on)
        finally:
            job.close(bool(threads.running))
    job.end()


def _leave(threads: Threads, stopping: threading.Event, patient: bool, goes_on: bool, at_exit: bool = False) -> None:
    if at_exit:
        threads.interrupted = not patient
    if not goes_on:
        stopping.set()
    threads.end(patient)


def not_awaited(function: object, outcome: Any) -> Any:
    """What a function gave, in a sync client, where nobody could await it."""
    if inspect.isawaitable(outcome):
        if inspect.iscoroutine(outcome):
            outcome.close()
        raise ConfigurationError(f"{function!r} is async: use AsyncOpenAI, or a plain function")
    return outcome


async def in_tasks(job: Job[P, R]) -> AsyncGenerator[Any]:
    """What is ready, one after the other, in the running loop."""
    import asyncio  # a sync application does not pay for it

    running: dict[asyncio.Task[R], P] = {}
    drawing: asyncio.Task[P | None] | None = None
    try:
        while True:
            for task in [each for each in running if each.done()]:
                piece = running.pop(task)
                error = asyncio.CancelledError() if task.cancelled() else task.exception()
                told = job.collect(piece, task.result() if error is None else None, error)
                if inspect.isawaitable(told):
                    await told
            if drawing is not None and drawing.done():
                drawn, drawing = drawing.result(), None
                if drawn is not None:
                    running[asyncio.create_task(job.work_async(drawn))] = drawn
            if drawing is None and job.has_place(len(running)):
                drawing = asyncio.create_task(job.draw_async())
            if job.ready:
                yield job.ready.popleft()
            elif begun := _begun(running, drawing):
                await asyncio.wait(begun, timeout=job.patience(), return_when=asyncio.FIRST_COMPLETED)
            else:
                break
    finally:
        begun = _begun(running, drawing)
        for each in begun:
            each.cancel()
        await asyncio.gather(*begun, return_exceptions=True)
        job.close(False)
    job.end()


def _begun(running: Iterable[asyncio.Task[Any]], drawing: asyncio.Task[Any] | None) -> list[asyncio.Task[Any]]:
    return [*running, *([] if drawing is None else [drawing])]
