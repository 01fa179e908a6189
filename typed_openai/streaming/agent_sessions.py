"""The events of a session: what they add up to, and the streams of them.

    with client.beta.agents.sessions.events.stream(session.id) as stream:
        for event in stream:
            if event.type == "agent.session.turn.output_text.delta":
                print(event.delta, end="")

Rules
* The events are those of the service, each given out once: what has an `event_id` that came before, or is about an item
  that is whole, is dropped.
* A turn is complete when it is over (completed, failed, cancelled) and the session rests or may spend no more, or when
  the session failed.
* The event `error` is raised, as everywhere (`APIStreamError`), with what came on `.partial`.
* A stream whose connection breaks is opened again by itself (`session_resuming.py`).

Weak spots
* Events have no numbers: what a subscription misses, the items make up for, the rest of a text in one piece.
* `event_id`s are remembered for the last 10,000 events.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator
from typing import Any, ClassVar

from typed_openai.core.declare.event_kinds import EventKind
from typed_openai.models.agents.session_events import (
    AgentSessionErrorEvent,
    AgentSessionEvent,
    AgentSessionTurnOutputTextDeltaEvent,
)
from typed_openai.models.agents.sessions import AgentSession
from typed_openai.models.agents.turn_results import AgentTurnResult
from typed_openai.models.agents.turns import Turn
from typed_openai.models.base import Result
from typed_openai.models.dialects import written
from typed_openai.streaming.accumulator import Accumulator, Reader, name_as_type
from typed_openai.streaming.events import AsyncEventStream, EventStream
from typed_openai.streaming.joining import built
from typed_openai.streaming.session_items import SessionItems

_RESTING = frozenset(("agent.session.idle", "agent.session.failed"))
_SPENT = "agent.session.budget_reached"
"""What a session says that may not go on for the price; no description has it, the official package waits for it."""
_REMEMBERED = 10_000


class SessionAccumulator(Accumulator[Any, AgentTurnResult]):
    """Adds the events of a session up to what its latest turn came to."""

    event = AgentSessionEvent
    failure = AgentSessionErrorEvent
    wrap: ClassVar[Any] = staticmethod(name_as_type)

    def __init__(self) -> None:
        self.session: AgentSession | None = None
        self.turn: Turn | None = None
        self.items = SessionItems()
        self._seen: dict[str, None] = {}
        self._turns: set[tuple[str, str]] = set()
        """Beginnings and ends of turns."""
        self._rests = False
        self._has_failed = False
        self._is_spent = False
        self._snapshot: AgentTurnResult | None = None

    @classmethod
    def is_last(cls, event: Any) -> bool:
        return getattr(event, "type", None) in _RESTING

    def is_new(self, event: Any) -> bool:
        """Whether an event did not come before, in these words or in those of the item that it is about."""
        event_id = getattr(event, "event_id", None)
        if isinstance(event_id, str) and event_id in self._seen:
            return False
        item, kind = getattr(event, "item", None), str(getattr(event, "type", ""))
        turn = getattr(event, "turn", None)
        if isinstance(turn, Turn) and (turn.is_over or kind.endswith(".created")):
            return (kind, str(turn.id)) not in self._turns
        identifier = getattr(event, "item_id", None) if item is None else getattr(item, "id", None)
        is_said = kind.endswith("item.added") and self.items.is_known(identifier)
        return identifier is None or not (self.items.is_whole(identifier) or is_said)

    def add(self, event: Any) -> None:
        if not self.is_new(event):
            return
        identifier = getattr(event, "event_id", None)
        if isinstance(identifier, str):
            self._seen[identifier] = None
            if len(self._seen) > _REMEMBERED:
                del self._seen[next(iter(self._seen))]
        self._snapshot = None
        session, turn = getattr(event, "session", None), getattr(event, "turn", None)
        if getattr(event, "type", None) == _SPENT:
            self._is_spent = True
        elif isinstance(session, AgentSession):
            self.session, self._rests = session, event.type in _RESTING
            self._has_failed = event.type == "agent.session.failed"
        elif isinstance(turn, Turn):
            self._turns.add((event.type, str(turn.id)))
            self._take(turn)
        else:
            self.items.add(event)

    def _take(self, turn: Turn) -> None:
        """A turn of the agent itself; what another one said and did is of no interest any more."""
        if turn.subagent_id is not None:
            return
        if self.turn is not None and turn.id != self.turn.id:
            self.items = SessionItems()
        self.turn, self._rests = turn, False

    def snapshot(self) -> AgentTurnResult | None:
        if not self._seen and self.session is None and self.turn is None and not self.items.shown():
            return None
        if self._snapshot is None:
            self._snapshot = built(AgentTurnResult, {}, self.items.issues)
            self._snapshot.session, self._snapshot.turn = self.session, self.turn
            self._snapshot.items = self.items.shown()
        return self._snapshot

    @property
    def is_complete(self) -> bool:
        is_over = self.turn is not None and self.turn.is_over
        return self._has_failed or (self._rests and is_over) or (self._is_spent and (is_over or self.turn is None))

    @property
    def last_event_id(self) -> str | None:
        """The event that came last."""
        return next(reversed(self._seen), None)


class TurnAccumulator(SessionAccumulator):
    """The same where a turn is what is waited for: a session at rest says nothing yet."""

    @classmethod
    def is_last(cls, event: Any) -> bool:
        return False


class SessionReader(Reader[Any, AgentSessionEvent, AgentTurnResult]):
    """Yields the events of the server as they are, each of them once."""

    kind: ClassVar[type[SessionAccumulator]] = SessionAccumulator

    def __init__(self) -> None:
        self.accumulator: SessionAccumulator = self.kind()
        self.at: dict[str, object] | None = None
        """What opens the stream again."""
        self._made_up: list[Any] = []

    def place(self) -> dict[str, object] | None:
        return self.at

    def read(self, event: Any) -> Iterator[AgentSessionEvent]:
        missed, self._made_up = self._made_up, []
        for each in (*missed, event):
            if self.accumulator.is_new(each) and not (self.resumed and self._says_again(each)):
                self.progress += getattr(each, "session", None) is None
                self.accumulator.add(each)
                yield each

    def _says_again(self, event: Any) -> bool:
        """Whether an event tells of a state that the session was in already, and that ends nothing."""
        said, known = getattr(event, "session", None), self.accumulator.session
        if said is None or known is None or event.type in _RESTING:
            return False
        return bool(said.status == known.status and said.required_actions == known.required_actions)

    def make_up(self, events: list[Any], is_over: bool) -> None:
        """What was missed while nobody listened; it is given out before the next event, or as the last of all."""
        self._made_up = [event for event in events if self.accumulator.is_new(event)]
        for event in self._made_up if is_over else ():
            self.accumulator.add(event)

    def finish(self) -> Iterator[AgentSessionEvent]:
        missed, self._made_up = self._made_up, []
        return iter(missed)

    def text(self, event: Result) -> str:
        return written(event.delta) if isinstance(event, AgentSessionTurnOutputTextDeltaEvent) else ""


class SessionEventStream(EventStream[AgentSessionEvent, AgentTurnResult]):
    """The events of a session; `snapshot` is what its latest turn came to so far, `text()` gives the words alone."""

    def get_final_result(self) -> AgentTurnResult:
        """Read to the end and return what the latest turn came to, which may have failed: its `turn` says so.

        Raises `StreamError` when the stream itself is not whole.
        """
        return self._final()


class AsyncSessionEventStream(AsyncEventStream[AgentSessionEvent, AgentTurnResult]):
    """The events of a session; `snapshot` is what its latest turn came to so far, `text()` gives the words alone."""

    async def get_final_result(self) -> AgentTurnResult:
        """Read to the end and return what the latest turn came to, which may have failed: its `turn` says so.

        Raises `StreamError` when the stream itself is not whole.
        """
        return await self._final()

    def __await__(self) -> Generator[Any, None, AsyncSessionEventStream]:
        """Open it: `async for event in await sessions.events.stream(...)`, as the official package has it."""
        return self.__aenter__().__await__()


EVENTS = EventKind(SessionEventStream, AsyncSessionEventStream, SessionReader)
