"""The events of a session after a break: the stream is opened again, and what was missed meanwhile is made up for.

Rules
* It is opened with `Last-Event-ID`, by which a server may go on behind that event. What comes again is dropped.
* Then the turn is fetched with its items: those that nobody heard of are told as events of their own (`item.added`,
  `item.done`), and so are the rest of a text that is whole meanwhile, in one piece, and the end of the turn. Their
  `event_id` begins with `missed:`.
* A turn that is over meanwhile ends the stream: there is nothing to wait for.
* A silent session that says that it works is waited for, however long that takes: what an agent does may be long. The
  `deadline` of the call ends it.

Weak spots: where the whole text does not go on from what came, no piece of it is told but the item alone. Of subagents
nothing is made up for.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

from typed_openai.core.answer.pages import all_items
from typed_openai.core.run.effects import Call
from typed_openai.errors import OpenAIError, StreamStalledError
from typed_openai.models.agents.session_events import (
    AgentOutputCommandExecutionOutputDeltaEvent,
    AgentSessionFailedEvent,
    AgentSessionIdleEvent,
    AgentSessionRequiresActionEvent,
    AgentSessionTurnCancelledEvent,
    AgentSessionTurnCompletedEvent,
    AgentSessionTurnCreatedEvent,
    AgentSessionTurnFailedEvent,
    AgentSessionTurnItemAddedEvent,
    AgentSessionTurnItemDoneEvent,
    AgentSessionTurnOutputTextDeltaEvent,
    AgentSessionTurnReasoningSummaryTextDeltaEvent,
    SessionEvent,
)
from typed_openai.models.agents.turns import Turn
from typed_openai.streaming.joining import built
from typed_openai.streaming.resuming import Resuming

if TYPE_CHECKING:
    from collections.abc import Callable

    from typed_openai.core.declare.operation import Operation
    from typed_openai.core.run.effects import Flow
    from typed_openai.errors import StreamError
    from typed_openai.models.agents.items import AgentSessionItem
    from typed_openai.models.agents.sessions import AgentSession
    from typed_openai.streaming.accumulator import Reader
    from typed_openai.streaming.agent_sessions import SessionReader
    from typed_openai.streaming.stream import AsyncStream, Stream

_ENDS: dict[str, type[SessionEvent]] = {
    "completed": AgentSessionTurnCompletedEvent,
    "failed": AgentSessionTurnFailedEvent,
    "cancelled": AgentSessionTurnCancelledEvent,
}
_STATES: dict[str, type[SessionEvent]] = {
    "idle": AgentSessionIdleEvent,
    "failed": AgentSessionFailedEvent,
    "requires_action": AgentSessionRequiresActionEvent,
}
_NO_OUTPUT = ("function_call_output", "agent_message", "computer_use_approval_request_result")


def follow(operation: Operation, events: Any, reader: Reader[Any, Any, Any], args: Any, given: dict[str, Any]) -> Any:
    """What `sessions.events.stream` gives: a stream that is opened when it is entered or iterated."""
    made = operation.request(*args, **given)  # refuse now, not at the first event
    resource, session_id = operation.resource, session_of(args, given)
    client: Any = resource.client
    innermost: Any = reader.innermost
    innermost.at = {"session_id": session_id, "include_obfuscation": made.asked("include_obfuscation")}
    resuming = SessionResuming(client.beta.agents.sessions, session_id, innermost, operation.flow, given)
    kind = events.awaited if resource.is_async else events.sync
    return kind(partial(operation._send, args, given), reader, resuming.reopen)


def session_of(args: Any, given: Mapping[str, Any]) -> str:
    """The session that a call names, by position or by name."""
    found: str = given["session_id"] if "session_id" in given else args[0]
    return found


class SessionResuming(Resuming):
    """What a stream of a session does when its connection breaks."""

    def __init__(
        self,
        sessions: Any,
        session_id: str,
        reader: SessionReader,
        fetch: Callable[..., Flow[Any]],
        given: Mapping[str, object],
        waits_for_turn: bool = False,
    ) -> None:
        client = sessions.client
        super().__init__(client.driver.run, reader, fetch, given, client.config.max_retries)
        self.sessions = sessions
        self.session_id = session_id
        self.reader = reader
        self.waits_for_turn = waits_for_turn
        self._is_silent = False

    def after(self, error: StreamError, stream: Stream[Any] | AsyncStream[Any]) -> Flow[Any]:
        """As everywhere; whether the stream fell silent is remembered."""
        self._is_silent = isinstance(error, StreamStalledError)
        return (yield from super().after(error, stream))

    def opened(self, place: dict[str, object], options: dict[str, Any]) -> Flow[Any]:
        """The stream opened again, what was missed told; None where the turn is over meanwhile."""
        last = self.reader.accumulator.last_event_id
        headers = {} if last is None else {"last-event-id": last}
        given: Any = options.get("extra_headers") or {}
        stream = yield from self._fetch(**place, **options | {"extra_headers": {**headers, **given}})
        try:
            is_over = yield from self._make_up(options)
        except OpenAIError:
            yield Call(stream.close)
            raise
        if is_over:
            yield Call(stream.close)
        return None if is_over else stream

    def _make_up(self, options: dict[str, Any]) -> Flow[bool]:
        """Tell the reader what happened meanwhile; whether all is over."""
        at = {"session_id": self.session_id, **options}
        session: AgentSession = yield from self.sessions.retrieve.flow(**at)
        known, turn = self.reader.accumulator.turn, None
        if known is not None:
            turn = yield from self.sessions.turns.retrieve.flow(turn_id=known.id, **at)
        elif self.waits_for_turn:
            page = yield from self.sessions.turns.list.flow(limit=1, **at)
            turn = next((each for each in page.data if isinstance(each, Turn)), None)
        items: list[AgentSessionItem] = []
        if turn is not None:
            page = yield from self.sessions.turns.items.list.flow(turn_id=turn.id, order="asc", limit=100, **at)
            items = yield from all_items(page)
        if self._is_silent and session.status == "in_progress":
            self.in_vain = 0
        is_over = session.status == "failed" or (turn is not None and turn.is_over and session.status == "idle")
        self.reader.make_up([*self._told(session, turn, items)], is_over)
        return is_over

    def _told(self, session: AgentSession, turn: Turn | None, items: list[AgentSessionItem]) -> Iterator[Any]:
        """What happened, as events."""
        if turn is not None:
            about: dict[str, Any] = {"session_id": session.id, "turn_id": turn.id}
            if self.reader.accumulator.turn is None:
                yield _event(AgentSessionTurnCreatedEvent, turn.id, about, turn=turn)
            for place, item in enumerate(items):
                name = str(item.id or place)
                yield _event(AgentSessionTurnItemAddedEvent, name, about, item=item)
                is_output = item.type not in _NO_OUTPUT and getattr(item, "role", None) != "user"
                if is_output and getattr(item, "status", "completed") != "in_progress":
                    yield from self._rest_of(item, {**about, "item_id": item.id, "output_index": place})
                    yield _event(AgentSessionTurnItemDoneEvent, name, {**about, "output_index": place}, item=item)
            if turn.status in _ENDS:
                yield _event(_ENDS[turn.status], turn.id, about, turn=turn)
        if session.status in _STATES:
            last = f"{session.id}:{'' if turn is None else turn.id}:{len(items)}"
            yield _event(_STATES[session.status], last, {}, session=session)

    def _rest_of(self, item: AgentSessionItem, about: dict[str, Any]) -> Iterator[Any]:
        """What is still to be told of the texts of an item that is whole."""
        said = self.reader.accumulator.items
        for kind, place, text in () if said.is_whole(item.id) else _texts_of(item):
            index = next(iter(place.values()), 0)
            known = said.text_of(item.id, index)
            if text.startswith(known) and text != known:
                yield _event(kind, f"{item.id}:{index}", {**about, **place, "delta": text[len(known) :]})


def _texts_of(item: Any) -> Iterator[tuple[type[SessionEvent], dict[str, int], str]]:
    """The texts of an item: which event brings more of it, where in the item it stands, and the text."""
    if item.type == "command_execution" and isinstance(item.output, str):
        yield AgentOutputCommandExecutionOutputDeltaEvent, {}, item.output
    for name, tag, number, kind in (
        ("content", "output_text", "content_index", AgentSessionTurnOutputTextDeltaEvent),
        ("summary", "summary_text", "summary_index", AgentSessionTurnReasoningSummaryTextDeltaEvent),
    ):
        parts = getattr(item, name, None)
        for index, part in enumerate(parts if isinstance(parts, list) else ()):
            if getattr(part, "type", None) == tag and isinstance(part.text, str):
                yield kind, {number: index}, part.text


def _event(kind: type[SessionEvent], name: str, about: dict[str, Any], **what: Any) -> Any:
    """An event that nobody sent, about an object that came."""
    (tag,) = kind.model_fields["type"].annotation.__args__  # type: ignore[union-attr]  # a Literal of one value
    known = {"type": tag, "event_id": f"missed:{tag.rpartition('.')[2]}:{name}", **about}
    event = built(kind, {**known, **{part: value.model_dump() for part, value in what.items()}})
    for part, value in what.items():
        setattr(event, part, value)
    return event
