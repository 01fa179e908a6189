"""The tool loop in the words of agent sessions: `sessions.run_tools`, and the calls that `sessions.stream` answers.

What it does is said in `tools/loop.py`; here the conversation is kept by the service, so that only outcomes are handed
in, and a session is asked again and again until it rests or waits for a function.

Rules
* The functions given here are those that are called; the model knows those that stand in the tools of the session's
  agent. A function that is asked for and not given here is told to the model as missing where this loop alone answers
  (`run_tools`), and is left to you where you see the events (`stream`).
* Each call is answered once, however often it is told.
* A call that the session says to know nothing of (yet) is handed in again, up to three times.

Weak spot: `run_tools` leaves approvals and environments to you: a session that waits for those ends the loop.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, ClassVar

from pydantic_core import from_json, to_json

from typed_openai.core.answer.pages import all_items
from typed_openai.core.request.faults import shown
from typed_openai.core.run.effects import Sleep
from typed_openai.core.run.waiting import Waiting, wait_for
from typed_openai.errors import BadRequestError, Fault, RequestValidationError
from typed_openai.models.agents.items import AgentFunctionCall
from typed_openai.models.agents.session_events import AgentSessionRequiresActionEvent, AgentSessionTurnItemAddedEvent
from typed_openai.models.agents.session_inputs import input_message
from typed_openai.models.agents.sessions import AgentSession, FunctionCallAction
from typed_openai.models.agents.turn_results import AgentTurnResult
from typed_openai.models.agents.turns import TokenUsage, Turn
from typed_openai.streaming.joining import built
from typed_openai.tools.loop import CalledTool, ToolLoop, ToolRun, ToolStep

if TYPE_CHECKING:
    from typed_openai.core.run.effects import Flow
    from typed_openai.tools.definition import ToolFunction

__all__ = ["AgentCalls", "AgentToolLoop", "AgentToolRun", "AgentToolStep"]

_PAUSES = (0.1, 0.3, 0.6)
_UNKNOWN_CALL = "unknown pending tool call"
_CALL_OPTIONS = ("extra_headers", "timeout", "deadline")


class AgentToolStep(ToolStep[AgentTurnResult]):
    """What a session did until it waited or rested, and the calls that it asked for."""


class AgentToolRun(ToolRun[AgentToolStep]):
    """A turn with tools, to its end; `messages` are the inputs that the session was given."""

    @property
    def result(self) -> AgentTurnResult:
        """What the turn came to."""
        return self.steps[-1].answer

    @property
    def text(self) -> str:
        """The words of the answer."""
        return self.result.output_text

    @property
    def usage(self) -> TokenUsage | None:
        """What the turn consumed; None where the service said nothing."""
        return self.result.usage


class AgentToolLoop(ToolLoop[AgentTurnResult, AgentToolStep, AgentToolRun]):
    """Tells a session something, waits, calls what it wants called."""

    operation = "beta.agents.sessions.run_tools"
    refused = ()
    parts: ClassVar[Mapping[str, str]] = {kind: kind for kind in ("input_text", "input_image")}
    instead = "agents take texts and pictures; return a text"

    def __init__(
        self,
        sessions: Any,
        session_id: str,
        tools: Iterable[Any],
        on_step: Callable[[AgentToolStep], object] | None,
        params: Mapping[str, Any],
        wait: Waiting | None = None,
    ) -> None:
        super().__init__(sessions.events.create, tools, on_step, params)
        self.sessions = sessions
        self.wait = wait
        self.at: dict[str, Any] = {
            "session_id": session_id,
            **{n: self.params[n] for n in _CALL_OPTIONS if n in self.params},
        }
        self.turns: dict[str, str] = {}
        """The turn of each call."""

    def definition(self, function: ToolFunction[..., Any]) -> Any:
        return function.for_agents()

    def begin(self) -> None:
        said = self.params.pop("input")
        messages = [input_message(said)] if isinstance(said, str) else list(said)
        self.messages: list[Any] = [{"type": "agent.session.input.message", "input": messages}]
        self.sent = 0

    def asking(self) -> dict[str, Any]:
        return {"events": self.messages[self.sent :]}

    def look_ahead(self) -> None:
        self._made(**self.at, **self.asking())

    def answered(self, answer: AgentTurnResult) -> None:
        self.sent = len(self.messages)

    def asked(self, answer: AgentTurnResult) -> list[CalledTool]:
        done = self.done
        return [self.called(call) for call in _calls_of(answer.session) if str(call.call_id) not in done]

    @property
    def done(self) -> set[str]:
        """The calls that were made: a session goes on telling of one until it has read what was handed in."""
        return {str(call.id) for step in self.steps for call in step.calls}

    def called(self, call: FunctionCallAction | AgentFunctionCall) -> CalledTool:
        """A call as the loop knows it."""
        given = call.arguments
        self.turns[str(call.call_id)] = call.turn_id
        text = given if isinstance(given, str) else to_json(given, fallback=str).decode()
        return CalledTool(call.call_id, str(call.name or ""), text)

    def said(self, answer: AgentTurnResult) -> list[Any]:
        return []

    def told(self, call: CalledTool) -> Any:
        known = {"type": "agent.session.input.tool_result", "call_id": call.id, "turn_id": self.turns.get(str(call.id))}
        if call.error is None and call.finished:
            return {**known, "success": True, "output": call.output}
        return {**known, "success": False, "error": call.output}

    def step(self, answer: AgentTurnResult, calls: list[CalledTool], messages: list[Any]) -> AgentToolStep:
        return AgentToolStep(len(self.steps) + 1, answer, calls, messages)

    def made_of(self, steps: list[AgentToolStep], messages: list[Any]) -> AgentToolRun:
        return AgentToolRun(steps, messages)

    def hand_in(self, **what: Any) -> Flow[None]:
        """Tell the session something; once more where it does not know the call yet."""
        for pause in (*_PAUSES, None):
            try:
                yield from self.create(**self.at, **what)
            except BadRequestError as error:
                if pause is None or _UNKNOWN_CALL not in str(error).lower():
                    raise
                yield Sleep(pause)
            else:
                return

    def ask(self) -> Flow[AgentTurnResult]:
        """What the session did until it rests, or waits for something that it did not wait for before."""
        yield from self.hand_in(**self.asking())
        done = self.done

        def status(session: AgentSession) -> str:
            open_calls = {str(action.call_id) for action in _calls_of(session)}
            is_old = session.status == "requires_action" and bool(open_calls) and open_calls <= done
            return "in_progress" if is_old else session.status

        fetch: Callable[[], Flow[AgentSession]] = functools.partial(self.sessions.retrieve.flow, **self.at)
        session = yield from wait_for(
            fetch, pending=("in_progress",), failed=("failed",), wait=self.wait, status=status
        )
        page = yield from self.sessions.turns.list.flow(limit=1, **self.at)
        turn = next((each for each in page.data if isinstance(each, Turn)), None)
        result = built(AgentTurnResult, {})
        result.session, result.turn = session, turn
        if turn is not None:
            page = yield from self.sessions.turns.items.list.flow(turn_id=turn.id, order="asc", limit=100, **self.at)
            result.items = yield from all_items(page)
        return result


def _calls_of(session: AgentSession | None) -> list[FunctionCallAction]:
    """The functions that a session waits for; none where what it says is not a list of actions."""
    actions = getattr(session, "required_actions", None)
    return [each for each in actions if isinstance(each, FunctionCallAction)] if isinstance(actions, list) else []


class _Handler:
    """A function that takes the arguments of a call as one dict."""

    def __init__(self, name: str, function: Callable[..., Any]) -> None:
        self.name = name
        self.function = function
        self.is_async = inspect.iscoroutinefunction(function)

    def invoke(self, arguments: str) -> Any:
        return self.function(from_json(arguments))


class AgentCalls(AgentToolLoop):
    """The same calls, answered as the events of a stream ask for them."""

    operation = "beta.agents.sessions.stream"
    takes_sessions = False  # nobody waits for what they have

    def __init__(
        self,
        sessions: Any,
        session_id: str,
        tools: Iterable[Any],
        handlers: Mapping[str, Callable[..., Any]],
        params: Mapping[str, Any],
    ) -> None:
        super().__init__(sessions, session_id, tools, None, params)
        made: Any = {name: _Handler(name, function) for name, function in handlers.items()}
        faults = [
            Fault(f"tool_handlers[{name!r}]", "a function", shown(each.function))
            if not callable(each.function)
            else Fault(f"tool_handlers[{name!r}]", "a plain function", "an async one", "use AsyncOpenAI")
            for name, each in made.items()
            if not callable(each.function) or (each.is_async and not sessions.is_async)
        ]
        if faults:
            raise RequestValidationError(self.operation, faults)
        self.functions.update(made)
        self.answered_calls: set[str] = set()

    def work(self, event: Any) -> Flow[None] | None:
        """What is to be done about an event: calls that it asks for, and that were not answered."""
        calls: list[Any] = []
        if isinstance(event, AgentSessionTurnItemAddedEvent) and isinstance(event.item, AgentFunctionCall):
            calls = [event.item]
        elif isinstance(event, AgentSessionRequiresActionEvent):
            calls = _calls_of(event.session)
        new = [c for c in calls if str(c.name) in self.functions and str(c.call_id) not in self.answered_calls]
        self.answered_calls.update(str(call.call_id) for call in new)
        return self._handed_in([self.called(call) for call in new]) if new else None

    def _handed_in(self, calls: list[CalledTool]) -> Flow[None]:
        outcomes = [replace(call, output="This call was not finished.", finished=False) for call in calls]
        yield from self._answered(calls, outcomes)
        yield from self.hand_in(events=[self.told(call) for call in outcomes])
