"""Who wants to be told of which event: `on`, `once`, `off`, and what `dispatch_events` calls. Data alone.

Rule: `"event"` stands for every event. A name that no event has is taken, since servers may be newer, and logged where
it looks like a slip.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Iterator
from typing import Any, NamedTuple

from typed_openai.core.redact import logger
from typed_openai.core.request.faults import closest

EVERY = "event"
OWN = ("error", EVERY, "reconnected")
Handler = Callable[[Any], object]


class _Registered(NamedTuple):
    handler: Handler
    once: bool


class Listeners:
    """The handlers of one connection, in the order in which they came."""

    def __init__(self, title: str, known: Callable[[], Collection[str]]) -> None:
        self._title = title
        self._known = known
        self._lock = threading.Lock()
        self._by_type: dict[str, list[_Registered]] = {}

    def add(self, event_type: str, handler: Handler, once: bool = False) -> None:
        """Call a function for each event of a type, or for the next one."""
        known = self._known()
        if event_type not in OWN and event_type not in known:
            near = closest(event_type, [*OWN, *known])
            if near:
                logger.warning("%s: no event is called %r: did you mean %r?", self._title, event_type, near)
        with self._lock:
            self._by_type.setdefault(event_type, []).append(_Registered(handler, once))

    def remove(self, event_type: str, handler: Handler) -> None:
        """Do not call a function any more; nothing happens where it is not there."""
        with self._lock:
            left = [each for each in self._by_type.get(event_type, ()) if each.handler is not handler]
            self._by_type[event_type] = left

    def has(self, event_type: str) -> bool:
        """Whether anybody wants to be told."""
        return bool(self._by_type.get(event_type))

    def of(self, event_type: str) -> Iterator[Handler]:
        """The functions to call for an event; those that wanted one are forgotten."""
        with self._lock:
            found = [(name, each) for name in (event_type, EVERY) for each in self._by_type.get(name, ())]
            for name in {name for name, each in found if each.once}:
                self._by_type[name] = [each for each in self._by_type[name] if not each.once]
        yield from (each.handler for _, each in found)
