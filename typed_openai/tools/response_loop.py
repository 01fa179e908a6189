"""The tool loop in the words of responses: `responses.run_tools`. What it does is said in `tools/loop.py`.

Rules
* Every request carries the whole input, so nothing has to be stored; with `conversation`, where the service keeps what
  was said, only what is new.
* Tools of the service (`{"type": "web_search"}`) may stand beside functions, and a computer with what drives it
  (`tools/computers.py`).

Weak spots: with `store=False` a thinking model's thoughts can only be given back when they came with
`include=["reasoning.encrypted_content"]`. What else waits for an answer (shell, approvals, a computer without a driver)
is not answered: a response with nothing but those ends the loop.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, ClassVar

from pydantic_core import to_json

from typed_openai.core.request.faults import shown
from typed_openai.core.run.effects import Call
from typed_openai.core.run.made_before import note
from typed_openai.errors import Fault
from typed_openai.models.given_results import in_form
from typed_openai.models.responses.calls import PendingSafetyCheck, ResponseComputerToolCall
from typed_openai.models.responses.results import Response, ResponseUsage
from typed_openai.structured.sum_usage import added
from typed_openai.tools.computers import Attempt, ComputerOperator
from typed_openai.tools.loop import CalledTool, ToolLoop, ToolOptions, ToolRun, ToolStep

if TYPE_CHECKING:
    from typed_openai.core.run.effects import Flow
    from typed_openai.tools.definition import ToolFunction

__all__ = ["ResponseToolLoop", "ResponseToolRun", "ResponseToolStep"]

_OURS = ("function", "custom")


class ResponseToolStep(ToolStep[Response]):
    """One response and the calls that it asked for."""

    @property
    def response(self) -> Response:
        """What the model answered."""
        return self.answer


class ResponseToolRun(ToolRun[ResponseToolStep]):
    """A conversation with tools, to its end; `messages` are the items of the next `input`."""

    @property
    def response(self) -> Response:
        """The last answer."""
        return self.steps[-1].answer

    @property
    def text(self) -> str:
        """The text of the last answer."""
        return self.response.output_text

    @property
    def usage(self) -> ResponseUsage | None:
        """What all requests consumed; None where the server said nothing."""
        nothing: ResponseUsage | None = None
        return functools.reduce(added, (step.answer.usage for step in self.steps), nothing)


class ResponseToolLoop(ToolLoop[Response, ResponseToolStep, ResponseToolRun]):
    """Asks with `input`."""

    operation = "responses.run_tools"
    answers_are = Response
    refused = ("stream", "stream_options", "background")
    parts: ClassVar[Mapping[str, str]] = {kind: kind for kind in ("input_text", "input_image", "input_file")}
    instead = "responses take texts, pictures and files; return a text, such as a transcript"
    computer: ComputerOperator | None = None

    def _offer(self, place: str, given: Any) -> list[Fault]:
        if not isinstance(given, ComputerOperator):
            return super()._offer(place, given)
        if self.computer is not None:
            return [Fault(place, "one computer at most", "another")]
        self.computer = given
        self.offered.append(given.tool)
        return []

    def begin(self) -> None:
        self.wanted: dict[str, ResponseComputerToolCall] = {}
        self.acknowledged: dict[str, list[PendingSafetyCheck]] = {}
        if self.computer is not None:
            self.options: ToolOptions = replace(self.options, parallel=False)
        self.first: Any = in_form(self.params.pop("input", None))
        self.sent = 0
        if isinstance(self.first, str):
            self.messages: list[Any] = [{"role": "user", "content": self.first}]
        elif isinstance(self.first, Iterable) and not isinstance(self.first, Mapping):
            self.messages = list(self.first)
            self.first = [*self.messages]

    def definition(self, function: ToolFunction[..., Any]) -> Any:
        return function.for_responses()

    def is_of_the_service(self, tool: Any) -> bool:
        kind = tool.get("type") if isinstance(tool, Mapping) else getattr(tool, "type", None)
        return isinstance(kind, str) and kind not in _OURS

    def asking(self) -> dict[str, Any]:
        keeps = self.params.get("conversation") is not None
        later = self.messages[self.sent :] if keeps else self.messages
        return {**self.params, "input": later if self.steps else self.first, "tools": self.offered or None}

    def answered(self, answer: Response) -> None:
        self.sent = len(self.messages) + len(answer.as_input())

    def asked(self, answer: Response) -> list[CalledTool]:
        if self.computer is not None:
            self.wanted |= {item.call_id: item for item in answer.output if isinstance(item, ResponseComputerToolCall)}
        items = [item for item in answer.as_input() if item.get("type") == "function_call" or self._is_ours(item)]
        return [CalledTool(item["call_id"], _name(item), _arguments(item)) for item in items]

    def _is_ours(self, item: Mapping[str, Any]) -> bool:
        return item.get("type") == "computer_call" and item.get("call_id") in self.wanted

    def said(self, answer: Response) -> list[Any]:
        return answer.as_input()

    def told(self, call: CalledTool) -> Any:
        if self.computer is not None and call.id in self.wanted:
            screen = call.output if isinstance(call.output, list) else self.computer.shown
            checks = [check.model_dump(mode="json") for check in self.acknowledged.get(call.id, ())]
            said = {"type": "computer_call_output", "call_id": call.id, "output": screen[0]}
            return {**said, "acknowledged_safety_checks": checks} if checks else said
        return {"type": "function_call_output", "call_id": call.id, "output": call.output}

    def _answer(self, call: CalledTool, place: int, outcomes: list[CalledTool]) -> Flow[None]:
        wanted, operator, policy = self.wanted.get(call.id), self.computer, self.options.on_tool_error
        if wanted is None or operator is None:
            yield from super()._answer(call, place, outcomes)
            return
        attempt = Attempt()
        with attempt:
            self.acknowledged[call.id] = yield from operator.perform(wanted)
        if attempt.error is not None:
            outcomes[place] = call = replace(call, error=attempt.error)
            if policy == "raise":
                note(attempt.error, f"raised by the computer, called with {shown(call.arguments)}")
                raise attempt.error
            if not isinstance(policy, str):
                yield Call(policy, attempt.error, call)
            yield from operator.look()
        outcomes[place] = replace(call, output=operator.shown)

    def step(self, answer: Response, calls: list[CalledTool], messages: list[Any]) -> ResponseToolStep:
        return ResponseToolStep(len(self.steps) + 1, answer, calls, messages)

    def made_of(self, steps: list[ResponseToolStep], messages: list[Any]) -> ResponseToolRun:
        return ResponseToolRun(steps, messages)


def _name(call: Mapping[str, Any]) -> str:
    return "computer" if call["type"] == "computer_call" else str(call.get("name") or "")


def _arguments(call: Mapping[str, Any]) -> str:
    """The arguments of a call as text (some servers send the object itself); of a computer's, what is to be done."""
    given = call.get("arguments") if call["type"] != "computer_call" else call.get("actions") or [call.get("action")]
    return given if isinstance(given, str) else to_json(given, fallback=str).decode()
