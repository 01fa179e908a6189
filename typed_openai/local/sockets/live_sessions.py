"""Live sessions that run: what they are, who is connected to them, where they stand in time.

Rules
* A session is found by its id for as long as it runs, and to be forked afterwards where it is kept (`store`).
* What is told to one connection is told to all; each sends with a lock of its own.
* Time is what was heard and said, so that the same sounds have the same times in each run.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from typed_openai.local.kept import Item
from typed_openai.local.sockets.line import Gone
from typed_openai.local.state import State

if TYPE_CHECKING:
    from typed_openai.local.sockets.talk import Talk

LIFE = 3600
_OVER = ("session.closed",)


class LiveSessions(dict[str, "LiveSession"]):
    """The sessions of one server, by their ids."""


class LiveSession:
    """One session."""

    def __init__(self, state: State, given: Mapping[str, Any], identifier: str = "") -> None:
        told = {name: value for name, value in given.items() if value is not None and name != "type"}
        audio = {
            "format": {"type": "audio/pcm", "rate": 24000},
            "output": {"voice": "marin"},
            **(told.get("audio") or {}),
        }
        about = {"id": identifier or state.new_id("live_"), "status": "active", "expires_at": state.now() + LIFE}
        self.resource: Item = {"store": False, **told, "audio": audio, **about}
        self.now_ms = 0
        """How much was heard and said."""
        self.muted = False
        self.is_open = True
        self.items: list[Item] = []
        """What decisions look at."""
        self.handed: Item = {"items": [], "last": None}
        """What responses work at: the last one, and items that wait."""
        self.lock = threading.RLock()
        self._talks: list[Talk] = []

    @property
    def identifier(self) -> str:
        """Its id."""
        return str(self.resource["id"])

    @property
    def usage(self) -> Item:
        """How long it has been running."""
        return {"seconds": self.now_ms / 1000}

    def join(self, talk: Talk) -> None:
        """Somebody hears from now on what is told."""
        with self.lock:
            self._talks.append(talk)

    def leave(self, talk: Talk) -> None:
        """Somebody has gone."""
        with self.lock:
            self._talks = [each for each in self._talks if each is not talk]

    def tell(self, event: Item, besides: Talk) -> None:
        """Tell all others of an event; with the last one, say goodbye to them."""
        for talk in [each for each in self._talks if each is not besides]:
            with contextlib.suppress(Gone):
                talk.line.send(event)
            if event["type"] in _OVER:
                talk.line.say_goodbye()
