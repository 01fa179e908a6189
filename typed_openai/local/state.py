"""What one running server remembers: objects by kind, the next id, the time.

In memory, one per server, gone when it goes. Ids are counted and the clock advances one second with each request, so
that the same requests in the same order get the same answers, byte for byte; nothing asks the machine for the time
or for randomness.

Rules: each API area keeps its own store, a class without constructor arguments (most often a dict by ids), and
reaches it with `state.part(ItsStore)`, which creates it on first use, so this file need not know the areas; an object
is stored under its id and replaced whole, never edited in place; every method may be called from any thread, and who
walks over a dict takes `list(...)` of it first, which no other thread can disturb.

Weak spot: requests that arrive at the same moment race for their ids; their numbers differ between runs.
"""

from __future__ import annotations

import threading
from collections import Counter
from typing import TypeVar

Part = TypeVar("Part")

EPOCH = 1_750_000_000
"""What the clock shows before the first request: a Unix time in June 2025, chosen once."""


class State:
    """Everything a server remembers between requests."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._counters: Counter[str] = Counter()
        self._requests = 0
        self._skipped = 0
        self._parts: dict[type[object], object] = {}
        self.stopping = threading.Event()
        """Set while the server stops: who waits for something gives up."""

    def part(self, kind: type[Part]) -> Part:
        """The one store of this class that belongs to this server."""
        with self._lock:
            found = self._parts.get(kind)
            if not isinstance(found, kind):
                found = kind()
                self._parts[kind] = found
            return found

    def begin_request(self) -> int:
        """Count a request and let the clock advance; returns its number, from 1."""
        with self._lock:
            self._requests += 1
            return self._requests

    def now(self) -> int:
        """The server's time: Unix seconds, one more for each request so far, and those that were skipped."""
        with self._lock:
            return EPOCH + self._requests + self._skipped

    def skip(self, seconds: int) -> None:
        """Let time pass."""
        with self._lock:
            self._skipped += seconds

    def new_id(self, prefix: str) -> str:
        """The next id of a kind, such as `chatcmpl-local000001`. The prefix brings its own separator."""
        with self._lock:
            self._counters[prefix] += 1
            return f"{prefix}local{self._counters[prefix]:06d}"
