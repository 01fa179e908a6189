"""The tool loop in the words of responses: `responses.run_tools`. What it does is said in `tools/loop.py`.

Rules
* Every request carries the whole input, so nothing has to be stored; with `conversation`, where the service keeps what
  was said, only what is new.
* Tools of the service (`{"type": "web_search"}`) may stand beside functions.

Weak spots: with `store=False` a thinking model's thoughts can only be given back when they came with
`include=["reasoning.encrypted_content"]`. What else waits for an answer (shell, computer, approvals) is not answered: a
response with nothing but those ends the loop.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from pydantic_core import to_json

from typed_openai.models.given_results import in_form
from typed_openai.models.responses.results import Response, ResponseUsage
from typed_openai.structured.sum_usage import added
from typed_openai.tools.loop import CalledTool, ToolLoop, ToolRun, ToolStep

if TYPE_CHECKING:
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
    refused = ("stream", "stream_options", "background")
    parts: ClassVar[Mapping[str, str]] = {kind: kind for kind in ("input_text", "input_image", "input_file")}
    instead = "responses take texts, pictures and files; return a text, such as a transcript"

    def begin(self) -> None:
        self.first: Any = in_form(self.params.pop("input", None))
        self.sent = 0
        if isinstance(self.first, str):
            self.messages = [{"role": "user", "content": self.first}]
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
        items = [item for item in answer.as_input() if item.get("type") == "function_call"]
        return [CalledTool(item["call_id"], str(item.get("name") or ""), _arguments(item)) for item in items]

    def said(self, answer: Response) -> list[Any]:
        return answer.as_input()

    def told(self, call: CalledTool) -> Any:
        return {"type": "function_call_output", "call_id": call.id, "output": call.output}

    def step(self, answer: Response, calls: list[CalledTool], messages: list[Any]) -> ResponseToolStep:
        return ResponseToolStep(len(self.steps) + 1, answer, calls, messages)

    def made_of(self, steps: list[ResponseToolStep], messages: list[Any]) -> ResponseToolRun:
        return ResponseToolRun(steps, messages)


def _arguments(call: Mapping[str, Any]) -> str:
    """The arguments of a call as text; some servers send the object itself."""
    given = call.get("arguments")
    return given if isinstance(given, str) else to_json(given, fallback=str).decode()
