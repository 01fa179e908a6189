"""Several flows at once, for a flow that waits for all of them. The engine is in `crowd.py`.

Rules, the same in both colours
* At most `limit` flows are running; the rest has not begun. The values come in the order of the flows.
* `each` is called with every value as soon as it is there, one after the other, by who waits for the whole.
* When a flow fails, those that run are brought to their end and no other is begun; then the first failure is raised.
  So whatever was done has been told to `each`. After an error in `each`, threads come to their end.
"""

from __future__ import annotations

import threading
from collections import deque
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from typed_openai.core.run.crowd import Job, in_tasks, in_threads
from typed_openai.core.run.threads import Stopped

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from typed_openai.core.run.effects import Flow, Together


class _Flows(Job[int, Any]):
    """The flows of one effect, by their number."""

    goes_on = True

    def __init__(self, effect: Together, runs: Callable[[threading.Event], Callable[[Flow[Any]], Any]]) -> None:
        self.stopping = threading.Event()
        self.ready = deque()
        self.tells = effect.each
        self.values: list[Any] = [None] * len(effect.flows)
        self._flows = effect.flows
        self._limit = effect.limit
        self._run = runs(self.stopping)
        self._drawn = 0
        self._failed = False
        """Whether one did not come to its end; it says so itself, before others are begun."""
        self._failure: BaseException | None = None

    def has_place(self, running: int) -> bool:
        return self._drawn < len(self._flows) and running < self._limit and not self._failed

    def draw(self) -> int:
        self._drawn += 1
        return self._drawn - 1

    @contextmanager
    def _passing(self) -> Generator[None]:
        if self._failed:
            raise Stopped
        whole = False
        try:
            yield
            whole = True
        finally:
            if not whole:
                self._failed = True

    def work(self, piece: int) -> Any:
        with self._passing():
            return self._run(self._flows[piece])

    async def work_async(self, piece: int) -> Any:
        with self._passing():
            return await self._run(self._flows[piece])

    def collect(self, piece: int, result: Any, error: BaseException | None) -> object:
        if error is None:
            self.values[piece] = result
            return self.tells(result) if self.tells is not None else None
        if not isinstance(error, Stopped):
            self._failed, self._failure = True, self._failure or error
        return None

    def end(self) -> None:
        if self._failure is not None:
            raise self._failure


def values_in_threads(effect: Together, runs: Callable[[threading.Event], Callable[[Flow[Any]], Any]]) -> list[Any]:
    """The values of all flows, each run in a thread; `runs` gives what runs a flow until an event is set."""
    job = _Flows(effect, runs)
    for _ in in_threads(job):
        pass  # nothing is handed out before all of it is there
    return job.values


async def values_in_tasks(effect: Together, run: Callable[[Flow[Any]], Any]) -> list[Any]:
    """The values of all flows, each run in a task of the running loop."""
    job = _Flows(effect, lambda stopping: run)
    async for _ in in_tasks(job):
        pass  # as above
    return job.values
