"""What was asked and answered, kept in a file of SQLite when somebody said so (`typed-openai logs on`). Never else.

The file is in `$TYPED_OPENAI_HOME` or the system's folder for settings; what stands in it, and what does not, is said
in `typed_openai/observers.py`.
"""

from __future__ import annotations

import sqlite3
from pathlib import Path

from typed_openai.cli.home import home
from typed_openai.observers import opened


def path() -> Path:
    """Where the calls are kept."""
    return Path(home()) / "logs.db"


def _mark() -> Path:
    return Path(home()) / "logs.on"


def is_on() -> bool:
    """Whether calls are recorded."""
    return _mark().exists()


def switch(on: bool) -> None:
    """Record calls from now on, or no more; what was recorded stays."""
    if on:
        _mark().parent.mkdir(parents=True, exist_ok=True)
        _mark().touch()
    else:
        _mark().unlink(missing_ok=True)


def recorded(limit: int, search: str = "") -> list[sqlite3.Row]:
    """The latest calls, newest first; those whose request or answer holds a text."""
    with opened(path()) as calls:
        where = "where request like :like or answer like :like" if search else ""
        asked = f"select * from calls {where} order by id desc limit :limit"  # noqa: S608 - nothing of it is typed
        return calls.execute(asked, {"like": f"%{search}%", "limit": limit}).fetchall()


def forget() -> int:
    """Drop all calls; how many there were."""
    with opened(path()) as calls:
        return calls.execute("delete from calls").rowcount
