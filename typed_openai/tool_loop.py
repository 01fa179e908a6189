"""The loop around tools: ask, call what the model wants called, tell it the outcome, ask again, until it answers.

    run = client.chat.completions.run_tools(model=..., messages=messages, tools=[get_weather])
    run.text, run.messages, run.usage, run.steps

What chat (`chat_tool_loop.py`) and responses (`response_tool_loop.py`) share; neither imports the other.

Rules
* Arguments are checked by the function's own types. What the model did wrong (arguments that do not fit, a tool that is
  not there) is told to the model as the tool's output; models correct themselves.
* What a tool raises is for `on_tool_error`: "raise" lets it through with a note that names the tool, "feed_back" tells
  the model, a function decides: what it gives is told to the model, and it may raise.
* The calls of one round run at once (threads, or tasks of the loop; a sync function gets a thread in async code too);
  their outputs go back in the order they were asked for.
* A `tool_choice` that forces a call does so in the first round only: the model could never answer otherwise.
* At most `max_rounds` rounds of calls; a model that wants more ends in `ToolRoundsExceededError`.

Weak spots: `timeout` and `deadline` are for each request, none is for the loop. With "raise" the outputs of the tools
that ran beside the one that failed are not told to anybody.
"""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, ClassVar, Generic, Literal, TypeAlias, TypeVar

from pydantic_core import to_json

from typed_openai.core.faults import shown
from typed_openai.core.flow import Call, Together, Work
from typed_openai.errors import ConfigurationError, Fault, RequestValidationError, ToolRoundsExceededError

if TYPE_CHECKING:
    from types import TracebackType

    from typed_openai.core.flow import Flow
    from typed_openai.tools import ToolFunction

__all__ = ["CalledTool", "OnToolError", "ToolRun", "ToolStep"]

A = TypeVar("A")
S = TypeVar("S", bound="ToolStep[Any]")

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
    output: str = ""
    """What was sent back: the text that the function gave, JSON of anything else, or what went wrong."""
    error: Exception | None = None
    """What went wrong: `ToolArgumentsError`, `LookupError` for a tool that is not there, or what the tool raised."""


OnToolError: TypeAlias = Literal["raise", "feed_back"] | Callable[[Exception, CalledTool], object]
"""What happens when a tool raises; a function gives the output that the model is told, or raises."""


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
class ToolRun(Generic[S]):
    """How a conversation with tools went."""

    steps: list[S]
    """Every request, with the calls it led to."""
    messages: list[Any] = field(repr=False)
    """The whole conversation, the last answer included: add to it and send it again."""

    @property
    def calls(self) -> list[CalledTool]:
        """All calls of all rounds, in order."""
        return [call for step in self.steps for call in step.calls]


class ToolLoop(Generic[A, S]):
    """The loop, without the words of either API: those are in the subclasses."""

    operation: ClassVar[str]
    refused: ClassVar[tuple[str, ...]]
    """Parameters of `create` that make no sense here."""

    def __init__(
        self,
        create: Callable[..., Flow[A]],
        params: dict[str, Any],
        *,
        tools: Iterable[Any],
        is_async: bool,
        max_rounds: int,
        parallel: bool,
        on_tool_error: OnToolError,
        on_step: Callable[[S], object] | None,
    ) -> None:
        self.create = create
        self.params = params
        self.parallel = parallel
        self.on_tool_error = on_tool_error
        self.on_step = on_step
        self.max_rounds = max_rounds
        self.functions: dict[str, ToolFunction[..., Any]] = {}
        self.offered: list[Any] = []
        self.messages: list[Any] = []
        self.steps: list[S] = []
        faults = [
            Fault(name, "no parameter of run_tools", shown(params[name])) for name in self.refused if params.get(name)
        ]
        if type(max_rounds) is not int or max_rounds < 1:
            faults.append(Fault("max_rounds", "a number from 1", shown(max_rounds)))
        if on_tool_error not in ("raise", "feed_back") and not callable(on_tool_error):
            faults.append(Fault("on_tool_error", "'raise', 'feed_back' or a function", shown(on_tool_error)))
        if isinstance(tools, str | Mapping) or not isinstance(tools, Iterable):
            faults.append(Fault("tools", "a list of functions", shown(tools)))
        else:
            faults += [fault for place, each in enumerate(tools) for fault in self._offer(f"tools[{place}]", each)]
        if not is_async:
            faults += [
                Fault(f"tools: {name}", "a plain function", "an async one", "use AsyncOpenAI")
                for name, function in self.functions.items()
                if function.is_async
            ]
        if faults:
            raise RequestValidationError(self.operation, faults)

    # -- what the APIs say differently ---------------------------------------------------------------------------

    def definition(self, function: ToolFunction[..., Any]) -> Any:
        """What is sent of a tool."""
        raise AssertionError("every loop says this")

    def is_of_the_service(self, tool: Any) -> bool:
        """Whether something among the tools is run by the service, and sent as it is."""
        return False

    def ask(self) -> Flow[A]:
        """Send the conversation."""
        raise AssertionError("every loop says this")

    def asked(self, answer: A) -> list[CalledTool]:
        """The calls of an answer, without outputs."""
        raise AssertionError("every loop says this")

    def said(self, answer: A) -> list[Any]:
        """What an answer adds to the conversation."""
        raise AssertionError("every loop says this")

    def told(self, call: CalledTool) -> Any:
        """What the output of a call adds to the conversation."""
        raise AssertionError("every loop says this")

    def step(self, answer: A, calls: list[CalledTool]) -> S:
        """The record of a round."""
        raise AssertionError("every loop says this")

    # -- the loop ------------------------------------------------------------------------------------------------

    def run(self) -> Flow[None]:
        """Go round until an answer asks for nothing; `steps` and `messages` are complete then."""
        while True:
            answer = yield from self.ask()
            asked = self.asked(answer)
            if asked and len(self.steps) >= self.max_rounds:
                names = ", ".join(dict.fromkeys(call.name for call in asked))
                raise ToolRoundsExceededError(
                    f"{self.operation}: after {self.max_rounds} rounds the model still asks for {names}",
                    answer,
                    self.messages,
                    self.steps,
                )
            called = yield from self._answered(asked)
            self.messages += [*self.said(answer), *map(self.told, called)]
            step = self.step(answer, called)
            self.steps.append(step)
            if self.on_step is not None:
                yield Call(self.on_step, step)
            if not asked:
                return
            self._force_no_longer()

    def _offer(self, place: str, given: Any) -> list[Fault]:
        """Take one of the tools in; gives what is wrong with it."""
        from typed_openai.tools import DefinedTool, ToolFunction, tool

        if self.is_of_the_service(given):
            self.offered.append(given)
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

    def _answered(self, asked: list[CalledTool]) -> Flow[list[CalledTool]]:
        flows = [self._answer(call) for call in asked]
        if self.parallel and len(flows) > 1:
            together: list[CalledTool] = yield Together(flows, min(len(flows), _AT_ONCE))
            return together
        called: list[CalledTool] = []
        for flow in flows:
            called.append((yield from flow))
        return called

    def _answer(self, call: CalledTool) -> Flow[CalledTool]:
        function = self.functions.get(call.name)
        if function is None:
            there = ", ".join(sorted(self.functions)) or "none"
            problem = f"There is no tool {call.name!r}; there are: {there}."
            return replace(call, output=problem, error=LookupError(problem))
        calling = _Calling(function, call.arguments)
        outcome = yield (Call(calling.wait) if function.is_async else Work(calling.call))
        if inspect.isawaitable(outcome):  # a plain function that gave something to await
            outcome = yield Call(calling.wait_for, outcome)
        error = calling.error
        if error is None:
            return replace(call, output=outcome)
        if calling.arguments_are_wrong:
            return replace(call, output=str(error), error=error)
        if self.on_tool_error == "raise":
            error.add_note(f"raised by the tool {call.name!r}, called with {shown(call.arguments)}")
            raise error
        failed = replace(call, error=error)
        if isinstance(self.on_tool_error, str):
            return replace(failed, output=f"{call.name} failed: {type(error).__name__}: {error}")
        output = yield Call(self.on_tool_error, error, call)
        return replace(failed, output=_text(output))

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


class _Calling:
    """One call of a function: its output as text, or the error it ended with, whatever that is."""

    def __init__(self, function: ToolFunction[..., Any], arguments: str) -> None:
        self.function = function
        self.arguments = arguments
        self.error: Exception | None = None

    @property
    def arguments_are_wrong(self) -> bool:
        """Whether the arguments did not fit, so that nothing was called."""
        from typed_openai.tools import ToolArgumentsError

        error = self.error
        own = isinstance(error, ToolArgumentsError) and error.arguments is self.arguments
        return own and error.tool == self.function.name  # type: ignore[union-attr]  # `own` says which error it is

    def call(self) -> Any:
        with self:
            outcome = self.function.invoke(self.arguments)
            return outcome if inspect.isawaitable(outcome) else _text(outcome)
        return ""

    async def wait(self) -> str:
        with self:
            return _text(await self.function.invoke(self.arguments))
        return ""

    async def wait_for(self, outcome: Awaitable[Any]) -> str:
        with self:
            return _text(await outcome)
        return ""

    def __enter__(self) -> None:
        return None

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool:
        """Keep an error; an interrupt or a cancellation passes."""
        if isinstance(error, Exception):
            self.error = error
        return self.error is not None


def _text(outcome: object) -> str:
    return outcome if isinstance(outcome, str) else to_json(outcome, fallback=str).decode()
