"""Which deliveries were dealt with already: the service delivers again what was not answered in time, and whoever saw a
delivery can send it once more while its signature is young.

    MemoryReplays()               one process
    SQLiteReplays("hooks.db")     several processes of one machine; anything else: an object with the three methods

Rules
* A delivery is `claim`ed before it is dealt with, by the `webhook-id`, which is signed. What is being dealt with by
  somebody else is `running`, what was dealt with is `done`.
* What failed is `release`d: it is new when it comes again. Somebody who died while dealing with it has `RUNNING`
  seconds, then it is new as well.
* What is done is remembered for `keep` seconds: the service delivers again for 72 hours at most.
* A file that is locked, full or broken is no reason to lose a delivery: it is new then, with one line in the log. It is
  waited for once; until it can be used again nobody waits for it any more.

Weak spot: done twice is possible where a process dies between its work and `done`; what must happen only once needs a
transaction of your own.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from os import PathLike
from threading import Lock
from typing import Literal, Protocol, TypeAlias

from typed_openai.core.option_values import check_amount, check_count, check_file
from typed_openai.core.redact import logger

__all__ = ["KEEP", "RUNNING", "MemoryReplays", "Replays", "SQLiteReplays"]

KEEP = 72 * 3600
"""Seconds that the service may go on delivering again."""
RUNNING = 600
"""Seconds after which nobody is taken to be dealing with a delivery any more."""

_PATIENCE = 1.0
"""Seconds that a locked file is waited for."""

Claim: TypeAlias = Literal["new", "running", "done"]


class Replays(Protocol):
    """Remembers which deliveries were dealt with."""

    def claim(self, delivery: str, /) -> Claim:
        """Whether a delivery is new, and yours from now on; in one step, whoever else asks at the same time."""
        ...

    def done(self, delivery: str, /) -> None:
        """It was dealt with."""

    def release(self, delivery: str, /) -> None:
        """It was not, and may come again."""


class MemoryReplays:
    """In the memory of this process.

    keep: seconds for which a delivery is remembered. most: how many are; the oldest go first. clock: tells seconds.
    Raises `ConfigurationError` for what makes no sense, and so does `SQLiteReplays`.
    """

    def __init__(self, *, keep: float = KEEP, most: int = 100_000, clock: Callable[[], float] = time.monotonic) -> None:
        check_amount("keep", keep, "a number of seconds")
        self._keep, self._most, self._clock = keep, check_count("most", most), clock
        self._known: dict[str, tuple[Claim, float]] = {}  # until when, oldest first
        self._lock = Lock()

    def claim(self, delivery: str, /) -> Claim:
        """Whether a delivery is new, and yours from now on."""
        with self._lock:
            now = self._clock()
            state, until = self._known.get(delivery, ("new", now))
            if until > now:
                return state
            self._set(delivery, "running", now + RUNNING)
            return "new"

    def done(self, delivery: str, /) -> None:
        """It was dealt with."""
        with self._lock:
            self._set(delivery, "done", self._clock() + self._keep)

    def release(self, delivery: str, /) -> None:
        """It was not, and may come again."""
        with self._lock:
            self._known.pop(delivery, None)

    def _set(self, delivery: str, state: Claim, until: float) -> None:
        self._known.pop(delivery, None)
        self._known[delivery] = state, until
        while len(self._known) > self._most:
            del self._known[next(iter(self._known))]


class SQLiteReplays:
    """In a file, for the processes of one machine.

    path: the file; made when it is not there. keep: seconds for which a delivery is remembered. clock: tells seconds
    since 1970.
    """

    def __init__(
        self, path: str | PathLike[str], *, keep: float = KEEP, clock: Callable[[], float] = time.time
    ) -> None:
        check_amount("keep", keep, "a number of seconds")
        self._path, self._keep, self._clock = check_file("path", path), keep, clock
        self._told = False
        self._patience = _PATIENCE

    def claim(self, delivery: str, /) -> Claim:
        """Whether a delivery is new, and yours from now on."""
        now = self._clock()
        found = self._work(
            ("DELETE FROM deliveries WHERE until <= ?", (now,)),
            ("INSERT OR IGNORE INTO deliveries VALUES (?, 'running', ?)", (delivery, now + RUNNING)),
            ("SELECT state, changes() FROM deliveries WHERE id = ?", (delivery,)),
        )
        if not found or found[1]:
            return "new"
        return "done" if found[0] == "done" else "running"

    def done(self, delivery: str, /) -> None:
        """It was dealt with."""
        until = self._clock() + self._keep
        self._work(("INSERT OR REPLACE INTO deliveries VALUES (?, 'done', ?)", (delivery, until)))

    def release(self, delivery: str, /) -> None:
        """It was not, and may come again."""
        self._work(("DELETE FROM deliveries WHERE id = ?", (delivery,)))

    def _work(self, *steps: tuple[str, tuple[object, ...]]) -> tuple[object, ...] | None:
        """Take these steps as one; gives the row that the last one found. None where the file cannot be used."""
        try:
            with closing(sqlite3.connect(self._path, timeout=self._patience, isolation_level=None)) as db:
                db.execute("CREATE TABLE IF NOT EXISTS deliveries (id TEXT PRIMARY KEY, state TEXT, until REAL)")
                db.execute("BEGIN IMMEDIATE")
                row: tuple[object, ...] | None = None
                for statement, values in steps:
                    row = db.execute(statement, values).fetchone()
                db.execute("COMMIT")
                self._patience = _PATIENCE
                return row
        except sqlite3.Error as error:
            self._patience = 0.0
            if not self._told:
                self._told = True
                logger.warning("webhooks: deliveries are not remembered, as the file cannot be used: %s", error)
            return None
