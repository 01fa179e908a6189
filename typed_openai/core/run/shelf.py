"""Which connection serves which call: a gate, and stacks of idle slots behind it. Waits for nothing, knows no colour.

Rules
* At most `most` calls are through the gate. The rest stands in line, first come, first served: whoever leaves gives the
  place to the first of the line, not to whoever asks next. Each step costs the same however many are in flight.
* The slot that was used last is used first, so that few stay warm; what has been idle for longer than `expiry` seconds
  is closed and never used (a firewall may have forgotten it and tells nobody); so is the oldest of more than `keep`.

A slot has `key`, `idle_since`, `is_idle()`, `is_stale()` and `abort()`; who waits is a `Waiter`.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict, deque
from collections.abc import Hashable
from typing import Generic, Protocol, TypeVar


class Shelved(Protocol):
    """What a shelf needs of a slot."""

    key: Hashable
    idle_since: float

    def is_idle(self) -> bool:
        """Whether its connection is open, and whole, and serves nobody."""
        ...

    def is_stale(self) -> bool:
        """Whether the server has closed it in the meantime."""
        ...

    def abort(self) -> None:
        """Close it at once."""
        ...

    def lost(self) -> None:
        """Close it, from whichever thread."""
        ...


class Waiter(Protocol):
    """Somebody who stands in line."""

    def wake(self) -> None:
        """Tell that a place is free, and given to this one."""
        ...


S = TypeVar("S", bound=Shelved)


class Shelf(Generic[S]):
    """The slots of one client (and event loop)."""

    def __init__(self, most: int, keep: int, expiry: float) -> None:
        self._most, self._keep, self._expiry = most, keep, expiry
        self._lock = threading.RLock()  # what is collected while it is held may give a place back
        self._idle: dict[Hashable, deque[S]] = {}
        self._line: OrderedDict[Waiter, None] = OrderedDict()
        self._busy: set[S] = set()
        self._through = 0
        self._resting = 0
        self.left_at: float = time.monotonic()
        """When a place was given back for the last time (`time.monotonic()`)."""
        self.is_closed = False

    def enter(self, waiter: Waiter | None = None) -> bool:
        """Go through the gate; where all places are taken, False, and `waiter` stands in line."""
        with self._lock:
            if self._through < self._most:
                self._through += 1
                return True
            if waiter is not None:
                self._line[waiter] = None
            return False

    def give_up(self, waiter: Waiter) -> None:
        """Leave the line; a place that was given in the meantime goes to the next."""
        with self._lock:
            if waiter in self._line:
                del self._line[waiter]
            else:
                self.leave()

    def leave(self) -> None:
        """Give a place back."""
        with self._lock:
            self.left_at = time.monotonic()
            if self._line:
                self._line.popitem(last=False)[0].wake()
            else:
                self._through -= 1

    def take(self, key: Hashable) -> S | None:
        """The slot for this key that was used last, if any is alive."""
        with self._lock:
            stack = self._idle.get(key)
            while stack:
                slot = stack.pop()
                self._resting -= 1
                is_fresh = time.monotonic() - slot.idle_since <= self._expiry
                if is_fresh and slot.is_idle() and not slot.is_stale():
                    self._busy.add(slot)
                    return slot
                slot.abort()
            return None

    def add(self, slot: S) -> None:
        """A slot was made, by somebody who is through the gate."""
        with self._lock:
            self._busy.add(slot)
            if len(self._busy) + self._resting > self._most:
                self._close_oldest()

    def put_back(self, slot: S) -> None:
        """A call is over: its slot waits for the next, or is closed where it cannot; its place is free."""
        with self._lock:
            if slot not in self._busy:
                return
            self._busy.remove(slot)
            if self.is_closed or not slot.is_idle():
                slot.abort()
            else:
                slot.idle_since = now = time.monotonic()
                self._idle.setdefault(slot.key, deque()).append(slot)
                self._resting += 1
                self._tidy(now)
            self.leave()

    def forget(self, slot: S) -> None:
        """Close a slot; its user keeps the place."""
        with self._lock:
            self._busy.discard(slot)
        slot.abort()

    def lose(self, slot: S) -> None:
        """A call is over because nobody holds its answer any more: this may be said in any thread."""
        with self._lock:
            if slot in self._busy:
                self._busy.remove(slot)
                slot.lost()
                self.leave()

    def _tidy(self, now: float) -> None:
        for key in [*self._idle] if len(self._idle) > 1 else self._idle:
            stack = self._idle[key]
            while stack and now - stack[0].idle_since > self._expiry:
                stack.popleft().abort()
                self._resting -= 1
        if self._resting > self._keep:
            self._close_oldest()

    def _close_oldest(self) -> None:
        stacks = [stack for stack in self._idle.values() if stack]
        if stacks:
            min(stacks, key=lambda stack: stack[0].idle_since).popleft().abort()
            self._resting -= 1

    def close(self) -> None:
        """Close all slots, those too that serve a call at this moment."""
        with self._lock:
            self.is_closed = True
            slots = [*self._busy, *(slot for stack in self._idle.values() for slot in stack)]
            self._idle, self._resting = {}, 0
            for slot in slots:
                slot.abort()

    @property
    def open(self) -> int:
        """How many slots there are."""
        return len(self._busy) + self._resting

    @property
    def waiting(self) -> int:
        """How many stand in line."""
        return len(self._line)
