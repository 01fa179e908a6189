"""The tool loop in the words of chat: `chat.completions.run_tools`. What it does is said in `tools/loop.py`.

Rule: every call is answered, whatever its kind and whatever a server left out of it; an API takes no half answers.
Weak spot: only the first choice is followed, so `n` is refused; there are no custom tools.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from typed_openai.models.chat.answers import ChatCompletionMessage
from typed_openai.models.chat.completions import ChatCompletion
from typed_openai.models.chat.messages import ChatMessage
from typed_openai.models.returned import is_object
from typed_openai.models.shared import CompletionUsage
from typed_openai.structured.sum_usage import added
from typed_openai.tools.loop import CalledTool, ToolLoop, ToolRun, ToolStep

if TYPE_CHECKING:
    from typed_openai.tools.definition import ToolFunction

__all__ = ["ChatToolLoop", "ChatToolRun", "ChatToolStep"]


class ChatToolStep(ToolStep[ChatCompletion]):
    """One completion and the calls that it asked for."""

    @property
    def completion(self) -> ChatCompletion:
        """What the model answered."""
        return self.answer


class ChatToolRun(ToolRun[ChatToolStep]):
    """A conversation with tools, to its end."""

    messages: list[ChatMessage | Mapping[str, object]]

    @property
    def completion(self) -> ChatCompletion:
        """The last answer."""
        return self.steps[-1].answer

    @property
    def text(self) -> str:
        """The text of the last answer."""
        return self.completion.text

    @property
    def usage(self) -> CompletionUsage | None:
        """What all requests consumed; None where the server said nothing."""
        return _usage(self.steps)


class ChatToolLoop(ToolLoop[ChatCompletion, ChatToolStep, ChatToolRun]):
    """Asks with `messages`."""

    operation = "chat.completions.run_tools"
    answers_are = ChatCompletion
    refused = ("stream", "stream_options", "n", "functions", "function_call")
    parts: ClassVar[Mapping[str, str]] = {"input_text": "text"}
    instead = "chat takes texts only; return a text that describes it or says where it is, or use responses.run_tools"

    def begin(self) -> None:
        self.given: Any = self.params.pop("messages", None)
        if isinstance(self.given, Iterable) and not isinstance(self.given, str | Mapping):
            self.given = list(self.given)
            self.messages: list[Any] = [*self.given]

    def definition(self, function: ToolFunction[..., Any]) -> Any:
        return function.definition

    def asking(self) -> dict[str, Any]:
        return {**self.params, "messages": self.messages or self.given, "tools": self.offered or None}

    def asked(self, answer: ChatCompletion) -> list[CalledTool]:
        message = _message(answer)
        calls = message.as_input().get("tool_calls", ()) if message is not None else ()
        return [CalledTool(str(call.get("id") or ""), *_what(call)) for call in calls if is_object(call)]

    def said(self, answer: ChatCompletion) -> list[Any]:
        message = _message(answer)
        return [] if message is None else [message.as_input()]

    def told(self, call: CalledTool) -> Any:
        return {"role": "tool", "tool_call_id": call.id, "content": call.output}

    def step(self, answer: ChatCompletion, calls: list[CalledTool], messages: list[Any]) -> ChatToolStep:
        return ChatToolStep(len(self.steps) + 1, answer, calls, messages)

    def made_of(self, steps: list[ChatToolStep], messages: list[Any]) -> ChatToolRun:
        return ChatToolRun(steps, messages)


def _message(answer: ChatCompletion) -> ChatCompletionMessage | None:
    return answer.choices[0].message if answer.choices else None


def _what(call: Mapping[str, Any]) -> tuple[str, str]:
    """Name and arguments of a call; one of a custom tool has a text instead, one of an unknown kind nothing."""
    body = call.get(call.get("type") or "function")
    if not is_object(body):
        return str(call.get("type")), ""
    return str(body.get("name") or ""), str(body.get("arguments") or body.get("input") or "")


def _usage(steps: list[ChatToolStep]) -> CompletionUsage | None:
    nothing: CompletionUsage | None = None
    return functools.reduce(added, (step.answer.usage for step in steps), nothing)
