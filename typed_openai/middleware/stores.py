"""Where answers are kept: in memory (`MemoryStore`), in a file of SQLite (`SQLiteStore`), or elsewhere (`Store`).

Rules
* A store holds bytes under a key; what they are is the business of `kept.py`.
* A file is for its owner alone (`core/sqlite_file.py`): it holds what people asked and were told.
* How long an answer holds is told by the clock on the wall, or by a `clock()` that the store has.
* Each step opens and closes the file, so threads, processes and forks may share it.

Weak spot: a file that others write to all the time is waited for a second, then given up.
"""

from __future__ import annotations

import os
import threading
import time
from collections import OrderedDict
from contextlib import closing
from typing import TYPE_CHECKING, Protocol

from typed_openai.core.option_values import check_count, check_file
from typed_openai.core.sqlite_file import opened

if TYPE_CHECKING:
    import sqlite3

_TABLE = "answers (key text primary key, value blob, number integer)"


class Store(Protocol):
    """Holds bytes under keys. What it raises ends its use, in one line of the log, and fails no call."""

    def get(self, key: str, /) -> bytes | None:
        """What is held under a key; None for nothing."""

    def put(self, key: str, value: bytes, /) -> object:
        """Hold it, in the place of what was there."""


class MemoryStore:
    """The last `size` answers, gone with the process. Shared by threads."""

    def __init__(self, size: int = 1000) -> None:
        self.size = check_count("size", size, "a whole number of answers")
        self._kept: OrderedDict[str, bytes] = OrderedDict()
        self._lock = threading.RLock()

    def clock(self) -> float:
        """What the time of its answers is told by: nobody sets it back."""
        return time.monotonic()

    def get(self, key: str, /) -> bytes | None:
        with self._lock:
            return self._kept.get(key)

    def put(self, key: str, value: bytes, /) -> None:
        with self._lock:
            self._kept[key] = value
            self._kept.move_to_end(key)
            while len(self._kept) > self.size:
                self._kept.popitem(last=False)


class SQLiteStore:
    """The last `size` answers in a file, which is made when it is not there."""

    def __init__(self, path: str | os.PathLike[str], size: int = 100_000) -> None:
        self.path = check_file("path", path)
        self.size = check_count("size", size, "a whole number of answers")

    def get(self, key: str, /) -> bytes | None:
        with closing(self._opened()) as answers:
            found = answers.execute("select value from answers where key = ?", (key,)).fetchone()
        return None if found is None else bytes(found[0])

    def put(self, key: str, value: bytes, /) -> None:
        with closing(self._opened()) as answers, answers:
            number = "(select coalesce(max(number), 0) + 1 from answers)"
            answers.execute(f"insert or replace into answers values (?, ?, {number})", (key, value))  # noqa: S608 - ours
            oldest = "(select max(number) from answers) - ?"
            answers.execute(f"delete from answers where number <= {oldest}", (self.size,))  # noqa: S608 - ours

    def _opened(self) -> sqlite3.Connection:
        return opened(self.path, _TABLE)
