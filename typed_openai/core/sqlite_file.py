"""Files of SQLite that hold what people asked and were told: each is for its owner alone (mode 0600).

Rules
* Folders that are not there yet are made, as the file is.
* Whoever uses one opens it for a step and closes it again, so threads, processes and forks may share it.
* What cannot be used is closed before its error goes on: an open database that is collected is a warning.

Weak spot: a file that others write to all the time is waited for for a while, then given up.
"""

from __future__ import annotations

import os
from contextlib import ExitStack, closing
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import sqlite3
    from pathlib import Path

PATIENCE = 1.0
"""Seconds that a locked file is waited for by what does without it."""


def opened(path: Path, table: str, patience: float = PATIENCE) -> sqlite3.Connection:
    """A file with this table (its name and columns); both, and the folder around it, are made when they are not there.
    `patience`: seconds that it is waited for while others write. Raises `OSError` and `sqlite3.Error` where it cannot
    be used."""
    import sqlite3  # who keeps things in memory does not need it

    path.parent.mkdir(parents=True, exist_ok=True)
    os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
    with ExitStack() as unless_usable:
        found = unless_usable.enter_context(closing(sqlite3.connect(path, timeout=patience)))
        found.execute(f"create table if not exists {table}")
        unless_usable.pop_all()
    return found
