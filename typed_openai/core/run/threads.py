"""Threads in which several flows of a sync client run, and how they end. For the engine of `crowd.py`.

Rules
* With the caller's thread they share queues alone, which are written in C: no interrupt (Ctrl-C) can leave them locked,
  as it can leave what `concurrent.futures` waits with.
* Who waits for their end is patient, so that what was begun is not lost, or breaks off the calls that run: their
  sockets are shut down, and no further attempt is made. An interrupt always breaks off.
* After an interrupt, what cannot be broken off (a function of the user's, a connection that is being made) is left
  behind after `GRACE` seconds. The threads are daemons: none keeps the process alive.

Weak spot: whatever is left behind goes on by itself; what it brings is seen by nobody.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from queue import SimpleQueue
from types import TracebackType

from typed_openai.core.run.network import wake

GRACE = 0.5
_PAUSE = 0.02
INTERRUPTS = (KeyboardInterrupt, SystemExit)


class Stopped(Exception):
    """A call, or its next attempt, is not begun any more."""


class Kept:
    """Keeps an error for later: the first one, of these kinds."""

    def __init__(self, kinds: type[BaseException]) -> None:
        self._kinds = kinds
        self.error: BaseException | None = None

    def __enter__(self) -> None: ...

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> bool:
        if not isinstance(error, self._kinds):
            return False
        self.error = self.error or error
        return True


class Threads:
    """Threads that are begun as they are needed; `stopping` tells what runs in them to begin nothing new."""

    def __init__(self, name: str, stopping: threading.Event) -> None:
        self._name = name
        self._stopping = stopping
        self._tasks: SimpleQueue[Callable[[], object] | None] = SimpleQueue()
        self._threads: list[threading.Thread] = []
        self.interrupted = False
        """Whether nobody has the time to wait for what cannot be broken off."""

    @property
    def running(self) -> list[threading.Thread]:
        """Those that have not come to their end."""
        return [thread for thread in self._threads if thread.is_alive()]

    def begin(self, task: Callable[[], object], running: int) -> None:
        """Let a thread do this; there is one for each of `running` others."""
        self._tasks.put(task)
        if running >= len(self._threads):
            self._threads.append(threading.Thread(target=self._work, name=self._name, daemon=True))
            self._threads[-1].start()

    def _work(self) -> None:
        while (task := self._tasks.get()) is not None:
            task()

    def end(self, patient: bool) -> None:
        """Wait for the end of all tasks; impatiently, or interrupted, break off the calls that run in them."""
        for _ in self._threads:
            self._tasks.put(None)
        try:
            if patient and not self.interrupted:
                for thread in self._threads:
                    thread.join()
        except INTERRUPTS:
            self.interrupted = True
            raise
        finally:
            self._break_off()

    def _break_off(self) -> None:
        until = time.monotonic() + GRACE
        while (running := self.running) and not (self.interrupted and time.monotonic() > until):
            self._stopping.set()
            for thread in running:
                if thread.ident is not None:
                    wake(thread.ident)
            running[0].join(_PAUSE)
