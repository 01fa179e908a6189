"""Other connections of live sessions: beside one that runs (a sideband), and a new one that begins where one stood.

Rules: a sideband hears all that is told from then on, and may do what the first connection may, but start, and say
something; it may press keys. A fork takes over how its session was set up, and what decisions look at.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from typed_openai.local.errors import ApiError, not_found
from typed_openai.local.exchange import Request
from typed_openai.local.kept import Item
from typed_openai.local.live import SESSIONS
from typed_openai.local.sockets.line import Line
from typed_openai.local.sockets.live import AnyLiveTalk, LiveTalk
from typed_openai.local.sockets.live_sessions import LiveSession, LiveSessions
from typed_openai.local.sockets.talk import Told, on
from typed_openai.local.state import State


def _session(state: State, request: Request) -> LiveSession:
    """A session that runs over a socket, or one of a browser or a telephone, which a program hears beside."""
    identifier = request.path_params["session_id"]
    sessions, kept = state.part(LiveSessions), SESSIONS.get(state, identifier)
    if identifier not in sessions and kept is not None:
        sessions[identifier] = LiveSession(state, {"model": "gpt-live-1", **kept["session"]}, identifier)
    found = sessions.get(identifier)
    if found is None:
        raise not_found("live session", identifier, "session_id")
    if kept is not None:
        found.is_open = kept["status"] == "active"
    return found


class SidebandTalk(AnyLiveTalk):
    """Beside a session that runs."""

    events: ClassVar[str] = "typed_openai.models.live.sideband_events.CLIENT_EVENTS"

    def __init__(self, state: State, request: Request, line: Line) -> None:
        super().__init__(state, request, line)
        self.live = _session(state, request)
        if not self.live.is_open:
            raise not_found("running session", self.live.identifier, "session_id")
        self.opening = self.live.lock  # nothing is told until it hears

    def opened(self) -> tuple[()]:
        """Hear from now on what is told."""
        self.live.join(self)
        return ()

    @on("transport.dtmf.send")
    def press(self, event: Item) -> Told:
        """Press a key of the telephone."""
        yield self.answered("transport.dtmf.sent", event, event=event["event"])


class ForkTalk(LiveTalk):
    """A new session that begins where another stood."""

    events: ClassVar[str] = "typed_openai.models.live.fork_events.CLIENT_EVENTS"

    def __init__(self, state: State, request: Request, line: Line) -> None:
        super().__init__(state, request, line)
        self._before = _session(state, request)
        if not self._before.resource.get("store"):
            message = f"The session {self._before.identifier!r} is not kept (store), so it cannot be forked."
            raise ApiError(400, message, param="session_id", code="session_not_stored")

    def begin(self, given: Mapping[str, Any]) -> None:
        """Begin as the other session was set up, but for what is given."""
        old = self._before.resource
        audio = {**old["audio"], **(given.get("audio") or {})}
        delegation = old.get("delegation")
        if given.get("delegation") is not None:
            changed = given["delegation"].get("responses") or {}
            delegation = {**(delegation or {}), "responses": {**(delegation or {}).get("responses", {}), **changed}}
        super().begin({**old, **given, "audio": audio, "delegation": delegation})
        self.live.items = list(self._before.items)
