"""A program that talks to the local server over a socket, with the library `websockets` alone.

Every event that the server tells is read by the model of its kind, which has to know it and to find nothing wrong.
"""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from websockets.sync.client import connect
from websockets.sync.connection import Connection

from typed_openai.core.lazy_names import named
from typed_openai.local import LocalServer
from typed_openai.local.sounds import RATE
from typed_openai.models.readers import reader_of

Event = dict[str, Any]
UNIONS = {
    "/realtime/translations": "realtime.translation_events.RealtimeTranslationServerEvent",
    "/realtime": "realtime.server_events.RealtimeServerEvent",
    "/responses": "responses.beta_socket_events.BetaResponsesServerEvent",
    "/attach": "live.sideband_events.LiveSidebandServerEvent",
    "/fork": "live.fork_events.LiveForkServerEvent",
    "/live/sessions": "live.server_events.LiveServerEvent",
}
SILENCE = bytes(RATE * 2 * 6 // 10)
"""Longer than the patience of a session."""


class Caller:
    """One connection."""

    def __init__(self, line: Connection, union: str) -> None:
        self.line = line
        self._read = reader_of(named(f"typed_openai.models.{union}")).validate_json

    def say(self, kind: str, /, **members: Any) -> None:
        """Send an event."""
        self.line.send(json.dumps({"type": kind, **members}))

    def told(self, timeout: float = 10.0) -> Event:
        """The next event."""
        message = self.line.recv(timeout=timeout)
        event = self._read(message, strict=True)
        assert not type(event).__name__.startswith("Unknown"), message
        found: Event = json.loads(message)
        assert event.model_dump(mode="json") == found
        return found

    def until(self, kind: str) -> list[Event]:
        """All events up to the next of this kind."""
        found = [self.told()]
        while found[-1]["type"] != kind:
            found.append(self.told())
        return found

    def asked(self, kind: str, /, until: str, **members: Any) -> list[Event]:
        """Send an event; all that is told up to the next of a kind."""
        self.say(kind, **members)
        return self.until(until)

    def hear(self, kind: str, sound: bytes, size: int = 9600) -> None:
        """Send sound in pieces."""
        for start in range(0, len(sound), size):
            self.say(kind, audio=b64encode(sound[start : start + size]).decode())


@contextmanager
def calling(server: LocalServer, path: str, **options: Any) -> Iterator[Caller]:
    """A connection to a path below `/v1` for as long as the block lasts."""
    union = next(union for end, union in UNIONS.items() if path.partition("?")[0].endswith(end))
    with connect(f"{server.base_url.replace('http', 'ws', 1)}{path}", **options) as line:
        yield Caller(line, union)


def kinds(events: list[Event], but: Callable[[str], bool] = lambda kind: False) -> list[str]:
    """The kinds of events, each once where it comes several times in a row."""
    found = [event["type"] for event in events if not but(event["type"])]
    return [kind for n, kind in enumerate(found) if n == 0 or found[n - 1] != kind]
