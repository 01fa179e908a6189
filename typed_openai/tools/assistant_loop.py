"""The tool loop in the words of assistants: `beta.threads.runs.run_tools`. What it does is said in `tools/loop.py`.

Rules
* A round is a run that waits for the outputs of functions; the thread keeps the conversation, so what goes out is the
  outputs alone, all of a round at once. Outputs are texts.
* Functions are called one after the other, in the order asked for, by the names that the assistant knows them under.
* A run that still asks after `max_rounds` rounds is cancelled: `WaitFailedError`.

Weak spot: what the model was told of a function stands in the assistant; whether it is true, nobody checks.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any, ClassVar, TypeAlias

from typed_openai.core.declare.flow_methods import repeated
from typed_openai.errors import ConfigurationError, WaitFailedError
from typed_openai.models.assistants.runs import Run
from typed_openai.tools.loop import CalledTool, ToolLoop, ToolRun, ToolStep

if TYPE_CHECKING:
    from typed_openai.core.run.effects import Flow
    from typed_openai.core.run.waiting import Waiting
    from typed_openai.tools.definition import ToolFunction

__all__ = ["AssistantToolLoop", "AssistantToolRun", "AssistantToolStep"]

Functions: TypeAlias = Mapping[str, Callable[..., Any]] | Iterable[Callable[..., Any]]
"""Functions by name, or functions that are called by the name they were defined with."""


class AssistantToolStep(ToolStep[Run]):
    """A run up to where it waited or ended, and the calls that it asked for."""


class AssistantToolRun(ToolRun[AssistantToolStep]):
    """A run of an assistant with tools; `messages` are the outputs that it was given."""


class AssistantToolLoop(ToolLoop[Run, AssistantToolStep, AssistantToolRun]):
    """Makes a run, and answers it for as long as it asks; `runs` is the resource."""

    operation = "beta.threads.runs.run_tools"
    what = "function"
    refused = ("stream",)
    parts: ClassVar[Mapping[str, str]] = {}
    instead = "assistants take texts only; return a text that describes it or says where it is"

    def __init__(
        self, runs: Any, thread_id: str, functions: Functions, wait: Waiting | None, params: Mapping[str, Any]
    ) -> None:
        self.runs = runs
        self.place: dict[str, str] = {"thread_id": thread_id}
        self.wait = wait
        made = _made(functions, runs.is_async)
        super().__init__(runs.create, (), None, {**params, "parallel": False})
        self.functions: dict[str, ToolFunction[..., Any]] = made
        # which the assistant knows, or the run is given as `tools`: they are not offered here
        self.submit: Callable[..., Flow[Any]] = repeated(self.operation, runs.submit_tool_outputs, params)

    def begin(self) -> None:
        return None  # the thread has the conversation

    def definition(self, function: ToolFunction[..., Any]) -> Any:
        return None

    def asking(self) -> dict[str, Any]:
        if not self.steps:
            return {**self.place, **self.params}
        outputs = self.messages[-len(self.steps[-1].calls) :]
        return {**self.place, "run_id": self.steps[-1].answer.id, "tool_outputs": outputs}

    def ask(self) -> Flow[Run]:
        run: Run = yield from (self.submit if self.steps else self.create)(**self.asking())
        polled: Run = yield from self.runs.poll.flow(run.id, **self.place, wait=self.wait)
        return polled

    def look_ahead(self) -> None:
        self.runs.submit_tool_outputs.request(**self.asking())

    def too_many(self, answer: Run, names: str) -> Flow[Exception]:
        rounds = self.options.max_rounds
        run: Run = yield from self.runs.cancel.flow(run_id=answer.id, **self.place)
        return WaitFailedError(f"Run {run.id} still asks for functions after {rounds} rounds; cancelled", run)

    def asked(self, answer: Run) -> list[CalledTool]:
        return [CalledTool(call.id, call.function.name, call.function.arguments) for call in answer.tool_calls]

    def said(self, answer: Run) -> list[Any]:
        return []

    def told(self, call: CalledTool) -> Any:
        return {"tool_call_id": call.id, "output": call.output}

    def step(self, answer: Run, calls: list[CalledTool], messages: list[Any]) -> AssistantToolStep:
        return AssistantToolStep(len(self.steps) + 1, answer, calls, messages)

    def made_of(self, steps: list[AssistantToolStep], messages: list[Any]) -> AssistantToolRun:
        return AssistantToolRun(steps, messages)


def _made(functions: Functions, is_async: bool) -> dict[str, ToolFunction[..., Any]]:
    """The functions as tools, by name. Raises `ConfigurationError` for what no tool can be made of."""
    if isinstance(functions, Mapping):
        made = {str(name): _tool(function, str(name)) for name, function in functions.items()}
    else:
        made = {each.name: each for each in map(_tool, functions)}
    if not made:
        raise ConfigurationError("functions: at least one function is needed")
    for name, each in made.items():
        if each.is_async and not is_async:
            raise ConfigurationError(f"functions: {name} is async: use AsyncOpenAI, or a plain function")
    return made


def _tool(function: Any, name: str | None = None) -> ToolFunction[..., Any]:
    from typed_openai.tools.definition import DefinedTool, ToolFunction, tool

    made: DefinedTool = function if isinstance(function, DefinedTool) else tool(function, name=name, strict=False)
    if not isinstance(made, ToolFunction):
        raise ConfigurationError(f"functions: {function!r} is a model, which has no code to run")
    return made
