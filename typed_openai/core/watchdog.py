"""A clock that can interrupt a blocking read: `with watch(at, wake):` calls `wake` when `at` (monotonic) passes.

Sync code that waits in `recv` cannot look at a clock; one daemon thread per process does it for all of them. The thread
starts with the first watch and again in a forked child. Weak spot: `wake` runs in that thread and must be quick.
"""

from __future__ import annotations

import heapq
import itertools
import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

_Entry = tuple[float, int, Callable[[], None]]


class Watchdog:
    """The thread and its heap of `(when, number, wake)`."""

    def __init__(self) -> None:
        self._pid = os.getpid()
        self._changed = threading.Condition()
        self._entries: list[_Entry] = []
        self._active: set[int] = set()
        self._numbers = itertools.count()
        self._thread: threading.Thread | None = None

    @property
    def is_of_this_process(self) -> bool:
        return self._pid == os.getpid()

    def add(self, when: float, wake: Callable[[], None]) -> int:
        with self._changed:
            number = next(self._numbers)
            self._active.add(number)
            heapq.heappush(self._entries, (when, number, wake))
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="typed_openai-watchdog", daemon=True)
                self._thread.start()
            self._changed.notify()
            return number

    def remove(self, number: int) -> None:
        with self._changed:
            self._active.discard(number)

    def _run(self) -> None:
        while True:
            with self._changed:
                while self._entries and self._entries[0][1] not in self._active:
                    heapq.heappop(self._entries)
                if not self._entries:
                    self._changed.wait()
                    continue
                when, number, wake = self._entries[0]
                left = when - time.monotonic()
                if left > 0:
                    self._changed.wait(left)
                    continue
                heapq.heappop(self._entries)
                self._active.discard(number)
            wake()


_dog = Watchdog()


@contextmanager
def watch(when: float | None, wake: Callable[[], None]) -> Iterator[None]:
    """Call `wake` once if the block is still running at `when`; with None, never."""
    global _dog
    if when is None:
        yield
        return
    if not _dog.is_of_this_process:
        _dog = Watchdog()
    number = _dog.add(when, wake)
    try:
        yield
    finally:
        _dog.remove(number)
