"""The loop around tools: ask, call what the model wants called, tell it the outcome, ask again, until it answers.

    run = client.chat.completions.run_tools(model=..., messages=messages, tools=[get_weather])
    run.text, run.messages, run.usage, run.steps

What chat (`chat_loop.py`), responses (`response_loop.py`) and assistants (`assistant_loop.py`) share: three dialects.

Rules
* Arguments are checked by the function's own types. What the model did wrong (arguments that do not fit, a tool that is
  not there) is told to the model as the tool's output; models correct themselves.
* A tool may give parts of messages, of chat or of responses, alone or in a list: they are sent as parts, and what
  stands between them as texts. What the API takes no part of is an error of the tool (`ToolOutputError`).
* What a tool raises is for `on_tool_error`: "raise" lets it through with a note that names the tool, "feed_back" tells
  the model, a function decides: what it gives is told to the model, and it may raise.
* Nothing is called before it is known that the conversation can go on: the next request is made first, with outputs yet
  to come, and refused where it could not be sent.
* Whatever a tool gives can be sent (half a surrogate becomes U+FFFD), and whatever it raises is an error of that tool,
  `StopIteration` too.
* The calls of one round run at once (threads, or tasks of the loop; a sync function gets a thread in async code too);
  their outputs go back in the order they were asked for.
* A `tool_choice` that forces a call does so in the first round only: the model could never answer otherwise.
* At most `max_rounds` rounds of calls; a model that wants more ends in `ToolRoundsExceededError`.
* Whatever ends a run early (an error of a tool, of the service, of `on_step`, a cancellation) carries the run so far:
  `ToolRun.of(error)`, with the outputs of all calls that came to their end and a conversation that can be sent again.

Weak spots: a tool that is running when the `deadline` passes is not interrupted, the next request is not sent. A run
does not survive the pickling of the error that carries it. An output that is larger than the API takes is found when it
is sent, and is not an error of the tool.
"""

from __future__ import annotations

import inspect
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from os import PathLike
from typing import TYPE_CHECKING, Any, ClassVar, Generic, Literal, Self, TypeAlias, TypeVar

from typed_openai.core.declare.flow_methods import repeated
from typed_openai.core.request.faults import shown
from typed_openai.core.request.params import materialised
from typed_openai.core.run.effects import EVERYWHERE, Call, Together, Work
from typed_openai.core.run.made_before import chain, note
from typed_openai.errors import ConfigurationError, Fault, RequestValidationError, ToolRoundsExceededError
from typed_openai.models.given_results import in_form
from typed_openai.models.priced import PricedRun
from typed_openai.shown.hooks import Shown
from typed_openai.tools.calling import Calling, Output, as_text

if TYPE_CHECKING:
    from types import TracebackType

    from typed_openai.core.caller import Caller
    from typed_openai.core.declare.operation import Operation
    from typed_openai.core.run.effects import Flow
    from typed_openai.models.chat.messages import ContentPart
    from typed_openai.models.input_content import InputContent
    from typed_openai.tools.definition import ToolFunction
    from typed_openai.tools.ledger import Ledger
    from typed_openai.tools.mcp import MCPSession

__all__ = ["CalledTool", "OnToolError", "ToolOptions", "ToolRun", "ToolStep"]

A = TypeVar("A")
S = TypeVar("S", bound="ToolStep[Any]")
R = TypeVar("R", bound="ToolRun[Any]")

_AT_ONCE = 16
"""Calls of one round that run at the same time at most."""


@dataclass(frozen=True)
class CalledTool:
    """One call that the model asked for, and what it was told."""

    id: str
    """Id of the call."""
    name: str
    """Name of the tool, as the model wrote it."""
    arguments: str
    """The arguments, as the model wrote them."""
    output: Output = ""
    """What was sent back: the text that the function gave, the parts that it gave (a list of them, in the form of the
    API), JSON of anything else, or what went wrong."""
    error: Exception | None = None
    """What went wrong: `ToolArgumentsError`, `LookupError` for a tool that is not there, or what the tool raised."""
    finished: bool = True
    """False where the run ended first: it was not called, or nobody knows how it ended."""


OnToolError: TypeAlias = Literal["raise", "feed_back"] | Callable[[Exception, CalledTool], object]
"""What happens when a tool raises; a function gives the output that the model is told, or raises."""


@dataclass(frozen=True, kw_only=True)
class ToolOptions:
    """How `run_tools` goes about it."""

    max_rounds: int = 8
    """How many rounds of calls at most. Then `ToolRoundsExceededError` is raised, with the conversation."""
    parallel: bool = True
    """Whether the calls of one round run at once, or one after the other."""
    on_tool_error: OnToolError = "raise"
    """"raise" what a tool raised, with a note that names it; "feed_back" tells the model; a function is given the error
    and the call, and what it returns is told to the model. Arguments that do not fit and tools that are not there are
    always told to the model."""
    approve: Callable[[CalledTool], object] | None = None
    """Asked before a call is made: True allows it; a text is told to the model instead, and anything else says that it
    was not approved. What it raises ends the run. May be async with an async client."""
    ledger: str | PathLike[str] | None = None
    """A file that is told what was called, with which arguments and outcome, as JSON Lines. The same run goes on where
    the file ends: what was answered and called is not asked for and called again (chat and responses)."""


@dataclass(frozen=True)
class ToolStep(Generic[A]):
    """One request and the calls that its answer asked for; the last step of a run has none."""

    round: int
    """From 1."""
    answer: A
    """What the model answered."""
    calls: list[CalledTool]
    """What it wanted called, in its order, with outputs."""
    messages: list[Any] = field(repr=False)
    """The conversation up to here, ready to be sent."""


@dataclass(frozen=True)
class ToolRun(PricedRun, Shown, Generic[S]):
    """How a conversation with tools went."""

    steps: list[S]
    """Every request, with the calls it led to."""
    messages: list[Any] = field(repr=False)
    """The whole conversation, the last answer included: add to it and send it again."""

    @property
    def calls(self) -> list[CalledTool]:
        """All calls of all rounds, in order."""
        return [call for step in self.steps for call in step.calls]

    @classmethod
    def of(cls, error: BaseException) -> Self | None:
        """The run that this error ended, as far as it came; also found where the error was the cause of this one.

        In its last step are the outputs of all calls that came to their end, and those that did not (`finished`,
        `error`); `messages` tells the model so and can be sent again. None when no run was ended, or one without an
        answer.
        """
        for at in chain(error):
            for run in reversed(vars(at).get(_ENDED, ())):  # that of a tool which has a loop inside came first
                if isinstance(run, cls):
                    return run
        return None


_ENDED = "_tool_runs"


class _Ended(list[ToolRun[Any]]):
    """The runs that an error ended. It is pickled without them: a run holds whatever tools raise."""

    def __reduce__(self) -> tuple[Any, ...]:
        return _Ended, ()


class ToolLoop(ABC, Generic[A, S, R]):
    """The loop, without the words of either API: those are in the subclasses."""

    operation: ClassVar[str]
    what: ClassVar[str] = "tool"
    """What a message to the model calls one of them."""
    refused: ClassVar[tuple[str, ...]]
    """Parameters of `create` that make no sense here."""
    parts: ClassVar[Mapping[str, str]]
    """The parts that an output may hold: what responses call them, and what they are called here."""
    answers_are: ClassVar[type[Any] | None] = None
    """What answers are read as when they come out of a ledger; None where the service keeps what was said."""
    takes_sessions: ClassVar[bool] = True
    """Whether sessions of MCP servers may stand among the tools."""
    instead: ClassVar[str]
    """What a tool may do that gave another part."""

    def __init__(
        self,
        create: Operation,
        tools: Iterable[Any],
        on_step: Callable[[S], object] | None,
        params: Mapping[str, Any],
    ) -> None:
        self.create: Callable[..., Flow[Any]] = repeated(self.operation, create, params)
        self._made = create.request
        """The request that these parameters make, which is not sent."""
        self.client: Caller = create.resource.client
        self.validation: Literal["strict", "warn", "off"] = self.client.config.validation
        own = {item.name for item in fields(ToolOptions)}
        self.options = ToolOptions(**{name: params[name] for name in own if params.get(name) is not None})
        self.params: Any = materialised({name: value for name, value in params.items() if name not in own})
        self.on_step = on_step
        self.functions: dict[str, ToolFunction[..., Any]] = {}
        self.offered: list[Any] = []
        self.mcp_sessions: list[tuple[str, MCPSession]] = []
        """Sessions of MCP servers, by place: what tools they have is asked when the run begins."""
        self.messages: list[Any] = []
        self.steps: list[S] = []
        self.ledger: Ledger | None = None
        self.pending: tuple[A, list[CalledTool]] | None = None
        """The answer whose calls are being made, and how far they are."""
        faults = [
            Fault(name, "no parameter of run_tools", shown(params[name])) for name in self.refused if params.get(name)
        ]
        faults += self._faults_of_options()
        if isinstance(tools, str | Mapping) or not isinstance(tools, Iterable):
            faults.append(Fault("tools", "a list of functions", shown(tools)))
        else:
            faults += [fault for place, each in enumerate(tools) for fault in self._offer(f"tools[{place}]", each)]
        if not create.resource.is_async:
            named = ("on_tool_error", "approve")
            callbacks = {"on_step": on_step, **{name: getattr(self.options, name) for name in named}}
            waiting = [name for name, function in callbacks.items() if inspect.iscoroutinefunction(function)]
            waiting += [f"tools: {name}" for name, function in self.functions.items() if function.is_async]
            waiting += [place for place, _ in self.mcp_sessions]
            faults += [Fault(name, "a plain function", "an async one", "use AsyncOpenAI") for name in waiting]
        if faults:
            raise RequestValidationError(self.operation, faults)

    def _faults_of_options(self) -> Iterator[Fault]:
        options = self.options
        if type(options.max_rounds) is not int or options.max_rounds < 1:
            yield Fault("max_rounds", "a number from 1", shown(options.max_rounds))
        if options.parallel not in (True, False):
            yield Fault("parallel", "True or False", shown(options.parallel))
        approve: object = options.approve
        if approve is not None and not callable(approve):
            yield Fault("approve", "a function", shown(approve))
        ledger: object = options.ledger
        if ledger is not None and (self.answers_are is None or not isinstance(ledger, str | PathLike)):
            expected = "the path of a file" if self.answers_are else "nothing: the service keeps this conversation"
            yield Fault("ledger", expected, shown(ledger))
        if options.on_tool_error not in ("raise", "feed_back") and not callable(options.on_tool_error):
            yield Fault("on_tool_error", "'raise', 'feed_back' or a function", shown(options.on_tool_error))

    # -- what the APIs say differently ---------------------------------------------------------------------------

    @abstractmethod
    def definition(self, function: ToolFunction[..., Any]) -> Any:
        """What is sent of a tool."""

    def is_of_the_service(self, tool: Any) -> bool:
        """Whether something among the tools is run by the service, and sent as it is."""
        return False

    @abstractmethod
    def asking(self) -> dict[str, Any]:
        """The parameters of the next request."""

    @abstractmethod
    def asked(self, answer: A) -> list[CalledTool]:
        """The calls of an answer, without outputs."""

    @abstractmethod
    def said(self, answer: A) -> list[Any]:
        """What an answer adds to the conversation."""

    @abstractmethod
    def told(self, call: CalledTool) -> Any:
        """What the output of a call adds to the conversation."""

    @abstractmethod
    def step(self, answer: A, calls: list[CalledTool], messages: list[Any]) -> S:
        """The record of a round, after which the conversation is `messages`."""

    @abstractmethod
    def made_of(self, steps: list[S], messages: list[Any]) -> R:
        """The run."""

    @abstractmethod
    def begin(self) -> None:
        """Take the conversation so far from the parameters."""

    # -- what an API may do otherwise ------------------------------------------------------------------------------

    def ask(self) -> Flow[A]:
        """Ask once, for the next answer."""
        answer: A = yield from self.create(**self.asking())
        return answer

    def look_ahead(self) -> None:
        """Make the next request, which is not sent."""
        self._made(**self.asking())

    def too_many(self, answer: A, names: str) -> Flow[Exception]:
        """What is raised when the model asks for these tools after the last round that is allowed."""
        yield from ()
        rounds = self.options.max_rounds
        message = f"{self.operation}: after {rounds} rounds the model still asks for {names}"
        return ToolRoundsExceededError(message, answer, self.messages, self.steps)

    # -- the loop ------------------------------------------------------------------------------------------------

    def converse(self) -> Flow[R]:
        """Go round until an answer asks for nothing."""
        if self.mcp_sessions:
            yield from self._offer_sessions()
        self.begin()
        if self.options.ledger is not None:
            from typed_openai.tools.ledger import Ledger

            self.ledger = yield Work(Ledger, self.options.ledger, self.operation, self.messages)
        with self:
            while (yield from self._round()):
                self._force_no_longer()
        return self.made_of(self.steps, self.messages)

    def __enter__(self) -> None:
        return None

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Nothing that came is lost: whatever leaves the loop takes the run with it."""
        if error is None:
            return
        steps, messages = [*self.steps], [*self.messages]
        if self.pending is not None:
            steps.append(self._ended(*self.pending))
            messages = steps[-1].messages
        if steps:
            vars(error).setdefault(_ENDED, _Ended()).append(self.made_of(steps, messages))

    def _round(self) -> Flow[bool]:
        """Ask once and call what is asked for; whether there has to be another round."""
        answer = yield from self._next()
        self.answered(answer)
        calls = self.asked(answer)
        self.pending = answer, [replace(call, output="This call was not finished.", finished=False) for call in calls]
        if calls and len(self.steps) >= self.options.max_rounds:
            raise (yield from self.too_many(answer, ", ".join(dict.fromkeys(call.name for call in calls))))
        if calls and self.validation != "warn":  # which would warn twice
            self._look_ahead(*self.pending)
        yield from self._answered(calls, self.pending[1])
        step = self._ended(*self.pending)
        self.pending = None
        self.steps.append(step)
        self.messages = [*step.messages]
        if self.on_step is not None:
            yield Call(self.on_step, step)
        return bool(calls)

    def _next(self) -> Flow[A]:
        if self.ledger is None or self.answers_are is None:
            return (yield from self.ask())
        from typed_openai.tools.ledger import answer_of

        answer: A = yield from answer_of(self.ledger, self, self.answers_are)
        return answer

    def _look_ahead(self, answer: A, calls: list[CalledTool]) -> None:
        """Raises, before anything is called, what the next request would be refused with."""
        before, steps = self.messages, self.steps
        self.messages = self._ended(answer, calls).messages
        self.steps = [*steps, self.step(answer, calls, self.messages)]
        try:
            self.look_ahead()
        finally:
            self.messages, self.steps = before, steps

    def answered(self, answer: A) -> None:
        """Remember of an answer what the next request depends on."""

    def _ended(self, answer: A, calls: list[CalledTool]) -> S:
        messages = [*self.messages, *self.said(answer), *map(self.told, calls)]
        return self.step(answer, calls, messages)

    def _offer(self, place: str, given: Any) -> list[Fault]:
        """Take one of the tools in; gives what is wrong with it."""
        from typed_openai.tools.definition import DefinedTool, ToolFunction, tool
        from typed_openai.tools.mcp import is_session

        if self.is_of_the_service(given):
            self.offered.append(given)
            return []
        if self.takes_sessions and is_session(given):
            self.mcp_sessions.append((place, given))
            return []
        if not callable(given):
            return [Fault(place, "a function, or what `tool` made of one", shown(given))]
        try:
            made = given if isinstance(given, DefinedTool) else tool(given)
        except ConfigurationError as error:
            return [Fault(place, str(error), "")]
        if not isinstance(made, ToolFunction):
            return [Fault(place, "a function", shown(given), "a model has no code to run: use create() or parse()")]
        if made.name in self.functions:
            return [Fault(place, "a tool with a name of its own", repr(made.name))]
        self.functions[made.name] = made
        self.offered.append(self.definition(made))
        return []

    def _offer_sessions(self) -> Flow[None]:
        """Take in what the MCP servers have."""
        from typed_openai.tools.mcp import mcp_tools

        faults: list[Fault] = []
        for place, session in self.mcp_sessions:
            for each in (yield Call(mcp_tools, session)):
                faults += self._offer(f"{place}: {each.name}", each)
        if faults:
            raise RequestValidationError(self.operation, faults)

    def _answered(self, calls: list[CalledTool], outcomes: list[CalledTool]) -> Flow[None]:
        """Make the calls; each outcome takes its place as soon as it is there."""
        flows = {place: self._answer(call, place, outcomes) for place, call in enumerate(calls)}
        if self.ledger is not None or self.options.approve is not None:
            from typed_openai.tools.ledger import noted, to_be_made

            flows = {place: flows[place] for place in (yield from to_be_made(self, calls, outcomes))}
            if self.ledger is not None:
                flows = {place: noted(self.ledger, self, place, outcomes, flow) for place, flow in flows.items()}
        if EVERYWHERE or self.client.observers:
            from typed_openai.tools.observed_calls import observed_call

            flows = {place: observed_call(self.client, place, outcomes, flow) for place, flow in flows.items()}
        if self.options.parallel and len(flows) > 1:
            yield Together([*flows.values()], min(len(flows), _AT_ONCE))
            return
        for flow in flows.values():
            yield from flow

    def _answer(self, call: CalledTool, place: int, outcomes: list[CalledTool]) -> Flow[None]:
        function = self.functions.get(call.name)
        if function is None:
            there = ", ".join(sorted(self.functions)) or "none"
            problem = f"There is no {self.what} {call.name!r}; there are: {there}."
            outcomes[place] = replace(call, output=problem, error=LookupError(problem))
            return
        calling = Calling(function, call.arguments, self._as_output)
        outcome = yield (Call(calling.wait) if function.is_async else Work(calling.call))
        if inspect.isawaitable(outcome):  # a plain function that gave something to await
            outcome = yield Call(calling.wait_for, outcome)
        error, policy = calling.error, self.options.on_tool_error
        if error is None:
            outcomes[place] = replace(call, output=outcome)
            return
        if calling.arguments_are_wrong:
            outcomes[place] = replace(call, output=as_text(str(error)), error=error)
            return
        failed = replace(call, error=error)
        outcomes[place] = replace(failed, output=f"{call.name} failed: {type(error).__name__}")
        if policy == "raise":
            note(error, f"raised by the tool {call.name!r}, called with {shown(call.arguments)}")
            raise error
        if isinstance(policy, str):
            outcomes[place] = replace(failed, output=as_text(f"{outcomes[place].output}: {error}"))
        else:
            output = yield Call(policy, error, call)
            outcomes[place] = replace(failed, output=self._as_output(output))

    def _as_output(self, outcome: object) -> Output:
        """What the model is told of an outcome. Raises `ToolOutputError` for a part that the API does not take."""
        from typed_openai.models.chat.messages import ContentPart, TextPart
        from typed_openai.models.input_content import InputContent

        listed = outcome if isinstance(outcome, list | tuple) else (outcome,)
        kinds = (ContentPart, InputContent)
        if not any(isinstance(each, kinds) for each in listed):
            return as_text(outcome)
        parts = [each if isinstance(each, kinds) else TextPart(text=as_text(each)) for each in listed]
        return [self._as_part(part) for part in parts]

    def _as_part(self, part: ContentPart | InputContent) -> dict[str, Any]:
        from typed_openai.tools.definition import ToolOutputError

        said = in_form(part, "for_responses")
        sent: dict[str, Any] = said if isinstance(said, dict) else said.model_dump(mode="json", exclude_unset=True)
        kind = self.parts.get(sent["type"])
        if kind is None:
            raise ToolOutputError(f"the output of a tool cannot hold {type(part).__name__}: {self.instead}")
        return {**sent, "type": kind}

    def _force_no_longer(self) -> None:
        """Leave the choice to the model from now on; a restriction to some of the tools stays."""
        choice = self.params.get("tool_choice")
        if choice is None or choice in ("auto", "none"):
            return
        said = choice if isinstance(choice, Mapping) else choice.model_dump() if hasattr(choice, "model_dump") else {}
        if said.get("type") != "allowed_tools":
            del self.params["tool_choice"]
        elif isinstance(inner := said.get("allowed_tools"), Mapping):
            self.params["tool_choice"] = {**said, "allowed_tools": {**inner, "mode": "auto"}}
        else:
            self.params["tool_choice"] = {**said, "mode": "auto"}
