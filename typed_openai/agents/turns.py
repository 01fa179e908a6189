"""One turn of a session, from what it is told to its end: `sessions.stream`, and the way that both streams are opened.

    with client.beta.agents.sessions.stream(session.id, input="Write a poem", tools=[get_weather]) as stream:
        for event in stream:
            ...
    result = stream.get_final_result()

Rules
* The session has to be idle: it is asked first. Then it is listened to, and only then told the input, so that nothing
  is missed.
* Functions are called when the session asks for them, after the event that says so was given out, each call once
  (`tools/agent_loop.py`). What they came to is handed in before the next event is read.
* The stream ends when the turn is over and the session rests. Leaving it does not stop the turn: that is
  `sessions.events.create(events=[{"type": "agent.session.input.cancel"}])`.

Weak spot: while a stream reads, nobody else may tell the session anything: which turn belongs to which input, the
service does not say.
"""

from __future__ import annotations

import dataclasses
from collections.abc import AsyncIterator, Callable, Iterator
from typing import TYPE_CHECKING, Any, ClassVar

from typed_openai.core.declare import call
from typed_openai.core.declare.event_kinds import EventKind
from typed_openai.core.run.effects import Call
from typed_openai.errors import Fault, OpenAIError, RequestValidationError
from typed_openai.models.agents.session_events import AgentSessionEvent
from typed_openai.models.agents.session_inputs import input_message
from typed_openai.models.agents.turn_results import AgentTurnResult
from typed_openai.streaming.agent_sessions import SessionReader, TurnAccumulator
from typed_openai.streaming.events import AsyncEventStream, E, EventStream
from typed_openai.streaming.session_resuming import SessionResuming, session_of
from typed_openai.tools.agent_loop import AgentCalls

if TYPE_CHECKING:
    from typed_openai.core.declare.operation import Operation
    from typed_openai.core.run.effects import Flow
    from typed_openai.streaming.accumulator import Reader

_TURNS = "typed_openai.streaming.agent_sessions.TurnAccumulator"
_OPTIONS = ("extra_headers", "timeout", "deadline")
"""Options of the call that hold for each of its requests."""


class TurnReader(SessionReader):
    """Reads the events of one turn."""

    kind = TurnAccumulator
    work: ClassVar[Callable[[Any], Any] | None] = None
    """Gives what is to be done about an event, as a flow; None for nothing."""
    run: ClassVar[Callable[[Any], Any]]
    """Runs a flow with the driver of the client."""

    def read(self, event: Any) -> Iterator[AgentSessionEvent]:
        return iter(()) if self.accumulator.is_complete else super().read(event)


class TurnEvents(EventStream[E, AgentTurnResult]):
    """The events of one turn, with what is to be done about them in between."""

    @staticmethod
    def _run(stream: Any, line: Any, reader: Reader[Any, Any, Any]) -> Iterator[Any]:
        turn: Any = reader.innermost
        for event in EventStream._run(stream, line, reader):
            yield event
            if turn.work is not None and not line.closed and (work := turn.work(event)) is not None:
                turn.run(work)
            if turn.accumulator.is_complete:
                line.stream.end_here()


class AsyncTurnEvents(AsyncEventStream[E, AgentTurnResult]):
    """The events of one turn, with what is to be done about them in between."""

    @staticmethod
    async def _run(stream: Any, line: Any, reader: Reader[Any, Any, Any]) -> AsyncIterator[Any]:
        turn: Any = reader.innermost
        async for event in AsyncEventStream._run(stream, line, reader):
            yield event
            if turn.work is not None and not line.closed and (work := turn.work(event)) is not None:
                await turn.run(work)
            if turn.accumulator.is_complete:
                line.stream.end_here()


class AgentTurnStream(TurnEvents[AgentSessionEvent]):
    """The events of one turn; `snapshot` is what it came to so far, `text()` gives the words alone."""

    def get_final_result(self) -> AgentTurnResult:
        """Read to the end and return what the turn came to, which may have failed: its `turn` says so.

        Raises `StreamError` when the stream itself is not whole.
        """
        return self._final()


class AsyncAgentTurnStream(AsyncTurnEvents[AgentSessionEvent]):
    """The events of one turn; `snapshot` is what it came to so far, `text()` gives the words alone."""

    async def get_final_result(self) -> AgentTurnResult:
        """Read to the end and return what the turn came to, which may have failed: its `turn` says so.

        Raises `StreamError` when the stream itself is not whole.
        """
        return await self._final()


TURN = EventKind(AgentTurnStream, AsyncAgentTurnStream, TurnReader)


def speak(operation: Operation, events: Any, reader: Reader[Any, Any, Any], args: Any, given: dict[str, Any]) -> Any:
    """What `sessions.stream` gives: a stream that is opened when it is entered or iterated."""
    made = operation.request(*args, **given)  # refuse now, not at the first event
    sessions: Any = operation.resource
    session_id = session_of(args, given)
    run = sessions.client.driver.run
    turn: Any = reader.innermost
    tools, handlers = made.asked("tools"), made.asked("tool_handlers")
    if tools is not None or handlers is not None:
        turn.run, turn.work = run, AgentCalls(sessions, session_id, tools or (), handlers or {}, given).work
    options = {name: given[name] for name in _OPTIONS if name in given}
    listening = _listening(sessions.events.stream)
    turn.at = {"session_id": session_id, "include_obfuscation": made.asked("include_obfuscation")}
    resuming = SessionResuming(sessions, session_id, turn, listening, given, waits_for_turn=True)

    def opened() -> Flow[Any]:
        session = yield from sessions.retrieve.flow(session_id, **options)
        if session.status != "idle":
            hint = "follow what it does with sessions.events.stream, and tell it something when it rests"
            fault = Fault("session_id", "a session that is idle", f"one that is {session.status}", hint)
            raise RequestValidationError(operation.endpoint.title, [fault])
        stream = yield from listening(**turn.at, **options)
        said = made.asked("input")
        messages = [input_message(said)] if isinstance(said, str) else list(said)
        told = {"type": "agent.session.input.message", "input": messages}
        key = {"idempotency_key": given.get("idempotency_key")}
        try:
            yield from sessions.events.create.flow(session_id, events=[told], **options, **key)
        except OpenAIError:
            yield Call(stream.close)
            raise
        return stream

    kind = events.awaited if sessions.is_async else events.sync
    return kind(lambda: run(opened()), reader, resuming.reopen)


def _listening(operation: Operation) -> Callable[..., Flow[Any]]:
    """The flow that opens the events of a session, to be read as those of a turn."""
    endpoint = dataclasses.replace(operation.endpoint, streams=_TURNS)

    def listen(**given: Any) -> Flow[Any]:
        return call.flow(endpoint, operation.resource, (), given)

    return listen
