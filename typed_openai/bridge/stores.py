"""Where the definitions of assistants are kept, and what else no server keeps: in memory, in a file, or elsewhere.

The Responses API has conversations and responses; it has no assistants, no run that consists of several responses, and
no notes on a message. Those stand here, under keys such as `assistant/asst_1` and `run/conv_1/run_2`.

Rules
* A store holds bytes (JSON) under a key; what they are is the business of `shelf.py`. It forgets nothing by itself.
* A file is for its owner alone (mode 0600): instructions and metadata stand in it. Threads, processes and forks may
  share it.
* What stands there is changed in one step (`swap`), so that of two who change it at the same moment neither undoes what
  the other did: who came second begins anew with what the first one kept.

Weak spot: in a store without `swap` the last one wins.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Awaitable, Iterable
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, TypeAlias, TypeVar

from typed_openai.core.sqlite_file import opened

if TYPE_CHECKING:
    import sqlite3

T = TypeVar("T")
_PATIENCE = 30.0
"""Seconds that a file is waited for while others write: nothing does without it."""
_TABLE = "kept (key text primary key, value blob)"

Soon: TypeAlias = T | Awaitable[T]
"""A value, or (with an async client) what is awaited for it."""


class AssistantStore(Protocol):
    """Holds bytes under keys. With an async client the methods may be async; what one raises ends the call."""

    def get(self, key: str, /) -> Soon[bytes | None]:
        """What is held under a key; None for nothing."""

    def put(self, key: str, value: bytes, /) -> object:
        """Hold it, in the place of what was there."""

    def delete(self, key: str, /) -> object:
        """Forget it; nothing happens when there is nothing."""

    def keys(self, prefix: str, /) -> Soon[Iterable[str]]:
        """All keys that begin like this, in any order."""
        ...


class SwappingStore(AssistantStore, Protocol):
    """A store that several may write to at the same moment; both of ours are such stores."""

    def swap(self, key: str, old: bytes | None, new: bytes | None, /) -> Soon[bool]:
        """Hold `new` in the place of `old`, in one step (None: nothing is held). False, and nothing is changed, where
        something else than `old` is held."""
        ...


class MemoryAssistantStore:
    """Gone with the process; for tests, and for programs whose threads live as long as they do. Shared by threads."""

    def __init__(self) -> None:
        self._kept: dict[str, bytes] = {}
        self._lock = threading.Lock()

    def get(self, key: str, /) -> bytes | None:
        return self._kept.get(key)

    def put(self, key: str, value: bytes, /) -> None:
        with self._lock:
            self._kept[key] = value

    def delete(self, key: str, /) -> None:
        with self._lock:
            self._kept.pop(key, None)

    def swap(self, key: str, old: bytes | None, new: bytes | None, /) -> bool:
        with self._lock:
            if self._kept.get(key) != old:
                return False
            if new is None:
                self._kept.pop(key, None)
            else:
                self._kept[key] = new
            return True

    def keys(self, prefix: str, /) -> list[str]:
        with self._lock:
            return [key for key in self._kept if key.startswith(prefix)]


class SQLiteAssistantStore:
    """A file of SQLite, which is made when it is not there; each step opens and closes it."""

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self.path = Path(path)

    def _opened(self) -> sqlite3.Connection:
        return opened(self.path, _TABLE, _PATIENCE)

    def get(self, key: str, /) -> bytes | None:
        with closing(self._opened()) as kept:
            found = kept.execute("select value from kept where key = ?", (key,)).fetchone()
        return None if found is None else bytes(found[0])

    def put(self, key: str, value: bytes, /) -> None:
        with closing(self._opened()) as kept, kept:
            kept.execute("insert or replace into kept values (?, ?)", (key, value))

    def delete(self, key: str, /) -> None:
        with closing(self._opened()) as kept, kept:
            kept.execute("delete from kept where key = ?", (key,))

    def swap(self, key: str, old: bytes | None, new: bytes | None, /) -> bool:
        if old is None and new is None:
            return self.get(key) is None
        with closing(self._opened()) as kept, kept:
            if old is None:
                done = kept.execute("insert or ignore into kept values (?, ?)", (key, new))
            elif new is None:
                done = kept.execute("delete from kept where key = ? and value = ?", (key, old))
            else:
                done = kept.execute("update kept set value = ? where key = ? and value = ?", (new, key, old))
            return done.rowcount == 1

    def keys(self, prefix: str, /) -> list[str]:
        with closing(self._opened()) as kept:
            found = kept.execute("select key from kept where key >= ? and key < ?", (prefix, f"{prefix}\U0010ffff"))
            return [key for (key,) in found]
