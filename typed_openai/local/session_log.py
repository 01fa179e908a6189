"""What happened in a session, event by event, and who listens.

Rules
* Each event has an id, and is kept for as long as the server runs: a listener that names the last one it has
  (`Last-Event-ID`) gets those behind it; any other gets the state of the session first, and then what happens.
* A listener that hears nothing for a second gets a comment, so that one that went away is noticed.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass

from typed_openai.local.exchange import Event
from typed_openai.local.kept import Item
from typed_openai.local.state import State

_QUIET = 1.0
RESTING = ("agent.session.idle", "agent.session.failed")


@dataclass(frozen=True, slots=True)
class Comment(Event):
    """Says nothing."""

    def encoded(self) -> bytes:
        """A comment, which no client tells its user."""
        return b": quiet\n\n"


class Log:
    """The events of one session."""

    def __init__(self) -> None:
        self.lock = threading.RLock()
        """For who changes the session."""
        self.events: list[Item] = []
        self.is_over = False
        self._changed = threading.Condition()

    def add(self, event: Item) -> None:
        """Tell everybody."""
        with self._changed:
            self.events.append(event)
            self._changed.notify_all()

    def end(self) -> None:
        """Nothing will happen any more."""
        with self._changed:
            self.is_over = True
            self._changed.notify_all()

    def place_behind(self, identifier: str) -> int | None:
        """Where to go on behind an event; None where there is none of that id."""
        known = [event["event_id"] for event in self.events]
        return known.index(identifier) + 1 if identifier in known else None

    def follow(self, state: State, place: int, first: Item | None = None, to_rest: bool = False) -> Iterator[Event]:
        """The events from a place on, one before them; `to_rest`: until the session rests, else for ever."""
        if first is not None:
            yield Event(first, first["type"])
        while not state.stopping.is_set():
            with self._changed:
                if place >= len(self.events) and not self.is_over:
                    self._changed.wait(_QUIET)
                new = self.events[place:]
            place += len(new)
            for event in new:
                yield Event(event, event["type"])
            if self.is_over and place >= len(self.events):
                return
            if to_rest and place >= len(self.events) and self.events[-1]["type"] in RESTING:
                return
            if not new and not self.is_over:
                yield Comment(None)


class Logs(dict[str, Log]):
    """The logs of one server, by session."""


def log_of(state: State, session_id: str) -> Log:
    """The log of a session."""
    return state.part(Logs).setdefault(session_id, Log())


def tell(state: State, session: str, kind: str, /, **what: object) -> None:
    """Something happened."""
    log_of(state, session).add({"type": kind, "event_id": state.new_id("evt_"), **what})
