"""The tool loop in the words of decisions: `decisions.run_tools`. What it does is said in `tools/loop.py`.

    run = client.decisions.run_tools(model="gpt-6-luna", input="Buy tea.", tools=[scroll, press_buy], observe=look)
    run.status, run.calls

Rules
* Each round the model is shown what `observe` gives, and chooses among the functions or says that the task is done. A
  choice is not a permission: what must be allowed, the function asks for itself.
* Functions take no arguments. What they are for is their description; what they gave is told in the next round.
* `verify` is asked when the model says that the task is done; where it gives False, the model is told so and goes on.
* A model that answers a question with a refusal ends the run (`refused`).

Weak spots: pictures of earlier rounds are not shown again, only the last; the whole of what was done is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Literal, TypeAlias

from typed_openai.core.run.effects import Call
from typed_openai.errors import Fault, RequestValidationError, ResponseValidationError, ToolRoundsExceededError
from typed_openai.models.decisions.decisions import ChoiceAnswer, Decision, RefusalAnswer
from typed_openai.tools.loop import CalledTool, ToolLoop, ToolRun, ToolStep

if TYPE_CHECKING:
    from typed_openai.core.run.effects import Flow
    from typed_openai.tools.definition import ToolFunction

__all__ = ["DecisionToolLoop", "DecisionToolRun", "DecisionToolStep"]

DONE = "task_is_done"
_QUESTION = "next_action"
_ASK = "Which action brings the task forward? Choose task_is_done when nothing is left to do."
_NOT_DONE = "The task is not done yet."

Status: TypeAlias = Literal["done", "verified", "refused"]


class DecisionToolStep(ToolStep[Decision]):
    """One decision and the call that it chose; none where it ended the run."""

    @property
    def decision(self) -> Decision:
        """What the model decided."""
        return self.answer


@dataclass(frozen=True)
class DecisionToolRun(ToolRun[DecisionToolStep]):
    """A task, to its end; `messages` are the items of the next `input`."""

    is_verified: bool = False
    """Whether `verify` said so, too."""

    @property
    def status(self) -> Status | None:
        """How it ended: the model says so (`done`), so does `verify` (`verified`), or it would not decide (`refused`).
        None where it was broken off."""
        answer = _chosen(self.steps[-1].answer)
        if isinstance(answer, RefusalAnswer):
            return "refused"
        if _said(answer) != DONE:
            return None
        return "verified" if self.is_verified else "done"


class DecisionToolLoop(ToolLoop[Decision, DecisionToolStep, DecisionToolRun]):
    """Asks which of the functions to call; `observe` and `verify` are called between."""

    operation = "decisions.run_tools"
    takes_sessions = False  # their tools take arguments
    what = "action"
    refused = ("questions",)
    parts: ClassVar[Mapping[str, str]] = {kind: kind for kind in ("input_text", "input_image")}
    instead = "decisions take texts and pictures; return a text, such as a transcript"

    def __init__(
        self,
        create: Any,
        tools: Iterable[Any],
        observe: Callable[[], object] | None,
        verify: Callable[[], object] | None,
        on_step: Callable[[DecisionToolStep], object] | None,
        params: Mapping[str, Any],
    ) -> None:
        super().__init__(create, tools, on_step, params)
        self.observe = observe
        self.verify = verify
        self.seen: Any = "(nothing yet)"
        self.is_verified = False
        if not self.functions or DONE in self.functions:
            raise RequestValidationError(self.operation, [Fault("tools", f"functions, none called {DONE!r}", "")])
        for name, function in self.functions.items():
            if (function.function.parameters or {}).get("properties"):
                raise RequestValidationError(self.operation, [Fault("tools", "functions without arguments", name)])

    def begin(self) -> None:
        given = self.params.pop("input", None)
        self.messages: list[Any] = [{"role": "user", "content": given}] if isinstance(given, str) else list(given or ())

    def definition(self, function: ToolFunction[..., Any]) -> Any:
        return {"value": function.name, "description": function.function.description or function.name}

    def ask(self) -> Flow[Decision]:
        if self.observe is not None:
            self.seen = self._as_output((yield Call(self.observe)))
        return (yield from super().ask())

    def asking(self) -> dict[str, Any]:
        done = {"value": DONE, "description": "The task is done; nothing is left to do."}
        question = {"type": "choice", "name": _QUESTION, "instructions": _ASK, "choices": [*self.offered, done]}
        now = [] if self.observe is None else [{"role": "user", "content": self.seen}]
        return {**self.params, "input": [*self.messages, *now], "questions": [question]}

    def asked(self, answer: Decision) -> list[CalledTool]:
        found = _chosen(answer)
        if not isinstance(found, ChoiceAnswer | RefusalAnswer):
            message = f"{self.operation}: expected an answer to {_QUESTION!r} (a choice, or a refusal), got {found!r}"
            raise ResponseValidationError(message, meta=answer.meta)
        chosen = _said(found)
        wanted = [] if chosen is None or chosen == DONE else [chosen]
        return [CalledTool(f"call_{len(self.steps) + 1}", name, "{}") for name in wanted]

    def said(self, answer: Decision) -> list[Any]:
        return [
            {"type": "function_call", "call_id": call.id, "name": call.name, "arguments": call.arguments}
            for call in self.asked(answer)
        ]

    def told(self, call: CalledTool) -> Any:
        return {"type": "function_call_output", "call_id": call.id, "output": call.output}

    def step(self, answer: Decision, calls: list[CalledTool], messages: list[Any]) -> DecisionToolStep:
        return DecisionToolStep(len(self.steps) + 1, answer, calls, messages)

    def made_of(self, steps: list[DecisionToolStep], messages: list[Any]) -> DecisionToolRun:
        return DecisionToolRun(steps, messages, self.is_verified)

    def _round(self) -> Flow[bool]:
        goes_on = yield from super()._round()
        answer = self.steps[-1].answer
        if goes_on or self.verify is None or _said(_chosen(answer)) != DONE:
            return goes_on
        self.is_verified = bool((yield Call(self.verify)))
        if self.is_verified:
            return False
        self.messages.append({"role": "developer", "content": _NOT_DONE})
        if len(self.steps) > self.options.max_rounds:
            message = f"{self.operation}: after {self.options.max_rounds} rounds the task is still not done"
            raise ToolRoundsExceededError(message, answer, self.messages, self.steps)
        return True


def _chosen(answer: Decision) -> object:
    """The answer to our question; None where there is none."""
    told: Any = answer.answers
    answers = (
        [each for each in told if getattr(each, "name", None) in (_QUESTION, None)] if isinstance(told, list) else []
    )
    return answers[0] if answers else None


def _said(answer: object) -> str | None:
    return str(answer.choice) if isinstance(answer, ChoiceAnswer) else None
