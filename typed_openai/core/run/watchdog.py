"""A clock that can interrupt a blocking read: `with watch(at, wake) as alarm:` calls `wake` when `at` has passed.

Sync code that waits in `recv` cannot look at a clock; one daemon thread per process does it for all of them. The thread
starts with the first watch and again in a forked child. `alarm.rang` tells afterwards whether it came to that: a read
that was woken may look like one that came to its end.

Weak spot: `wake` runs in that thread and must be quick.
"""

from __future__ import annotations

import heapq
import itertools
import os
import threading
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager

_SLACK = 64
LONGEST = 1_000_000.0
"""Seconds (eleven days) to which the clocks of every platform can count; who asks for more means that it may last."""


class Alarm:
    """One thing to do at a time, unless it is called off before."""

    __slots__ = ("rang", "wake")

    def __init__(self, wake: Callable[[], None]) -> None:
        self.wake = wake
        self.rang = False


class Watchdog:
    """The thread, its alarms by number, and a heap of `(when, number)`; numbers that were called off stay in the heap
    until they are due or in the majority, but what they would have woken is forgotten at once."""

    def __init__(self) -> None:
        self._pid = os.getpid()
        self._changed = threading.Condition()
        self._due: list[tuple[float, int]] = []
        self._alarms: dict[int, Alarm] = {}
        self._numbers = itertools.count()
        self._thread: threading.Thread | None = None

    @property
    def is_of_this_process(self) -> bool:
        return self._pid == os.getpid()

    def add(self, when: float, alarm: Alarm) -> int:
        with self._changed:
            number = next(self._numbers)
            self._alarms[number] = alarm
            heapq.heappush(self._due, (when, number))
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="typed_openai-watchdog", daemon=True)
                self._thread.start()
            elif self._due[0][1] == number:
                self._changed.notify()
            return number

    def remove(self, number: int) -> None:
        with self._changed:
            self._alarms.pop(number, None)
            if len(self._due) > 2 * len(self._alarms) + _SLACK:
                self._due = [entry for entry in self._due if entry[1] in self._alarms]
                heapq.heapify(self._due)

    def _run(self) -> None:
        while True:
            with self._changed:
                while self._due and self._due[0][1] not in self._alarms:
                    heapq.heappop(self._due)
                if not self._due:
                    self._changed.wait()
                    continue
                when, number = self._due[0]
                left = when - time.monotonic()
                if left > 0:
                    self._changed.wait(min(left, LONGEST))
                    continue
                heapq.heappop(self._due)
                alarm = self._alarms.pop(number)
                alarm.rang = True
                wake = alarm.wake
                del alarm
            wake()
            del wake  # the thread waits now, perhaps for long, and must hold nothing


_dog = Watchdog()


@contextmanager
def watch(when: float | None, wake: Callable[[], None]) -> Generator[Alarm, None, None]:
    """Call `wake` once if the block is still running at `when` (`time.monotonic()`); with None, never."""
    global _dog
    alarm = Alarm(wake)
    if when is None:
        yield alarm
        return
    if not _dog.is_of_this_process:
        _dog = Watchdog()
    number = _dog.add(when, alarm)
    try:
        yield alarm
    finally:
        _dog.remove(number)
