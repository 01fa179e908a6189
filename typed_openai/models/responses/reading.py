"""What people want of a response without walking through its items: text, answer, refusal, calls.

Rules
* The answer is what the messages with the phase `final_answer` say; where none has that phase, all but `commentary`,
  which the model says on its way.
* Known other forms are read as what they mean: a content that is the text, parts that other servers call `text`.
* Whatever a server puts in place of the output, nothing here raises: what is not a message or call is passed over.
"""

from typing import Any

from typed_openai.models.base import Result
from typed_openai.models.dialects import text_in
from typed_openai.models.responses.content import ResponseOutputRefusal, ResponseOutputText
from typed_openai.models.responses.items import ResponseFunctionToolCall, ResponseOutputMessage


class OutputReading:
    """A response, as far as its output is read."""

    @property
    def _items(self) -> list[Any]:
        items: Any = getattr(self, "output", None)
        return items if isinstance(items, list) else []

    def _texts(self, messages: list[ResponseOutputMessage]) -> list[str]:
        return [text for part in _parts(messages) if (text := _said(part))]

    @property
    def _messages(self) -> list[ResponseOutputMessage]:
        return [item for item in self._items if isinstance(item, ResponseOutputMessage) or _is_message(item)]

    @property
    def _answers(self) -> list[ResponseOutputMessage]:
        """The messages that are the answer."""
        messages = self._messages
        final = [message for message in messages if getattr(message, "phase", None) == "final_answer"]
        return final or [message for message in messages if getattr(message, "phase", None) != "commentary"]

    @property
    def output_text(self) -> str:
        """The texts of all messages of the output as one; `""` when there are none."""
        return "".join(self._texts(self._messages))

    @property
    def answer_texts(self) -> list[str]:
        """The texts that are the answer, part by part: of the messages whose phase is `final_answer`; where none has
        that phase, of all but `commentary`, which the model says on its way."""
        return self._texts(self._answers)

    @property
    def answer_parts(self) -> list[tuple[Any, str]]:
        """The parts that have those texts, in the form in which they came, and the text of each."""
        return [(part, text) for part in _parts(self._answers) if (text := _said(part))]

    @property
    def output_parsed(self) -> None:
        """None: only a response that was asked for with a `text_format` has a value (`ParsedResponse`)."""
        return None

    @property
    def refusal(self) -> str | None:
        """What the model said when it would not answer; None when it did not refuse."""
        parts = _parts(self._answers)
        said = [part.refusal for part in parts if isinstance(part, ResponseOutputRefusal) and _is_text(part.refusal)]
        return "".join(said) if said else None

    @property
    def function_calls(self) -> list[ResponseFunctionToolCall]:
        """The calls of your functions; answer each with a `FunctionCallOutputParam` that names its `call_id`."""
        return [item for item in self._items if isinstance(item, ResponseFunctionToolCall)]


def _parts(messages: list[ResponseOutputMessage]) -> list[Any]:
    """What messages consist of."""
    contents: list[Any] = [message.content for message in messages]
    return [part for content in contents for part in (content if isinstance(content, list) else [_as_part(content)])]


def _is_message(item: Any) -> bool:
    """Whether an item is a message whose server left out that it is one."""
    is_untyped = isinstance(item, Result) and getattr(item, "type", None) is None
    return is_untyped and getattr(item, "role", None) == "assistant" and hasattr(item, "content")


def _as_part(content: object) -> object:
    """The one part that a content is which is not a list: some servers give the text itself."""
    return {"type": "output_text", "text": content} if isinstance(content, str) else content


def _said(part: object) -> str:
    """The words of a part, also where a server calls or writes it otherwise (`models/dialects.py`)."""
    if isinstance(part, ResponseOutputText) and _is_text(part.text):
        return part.text
    plain = part.model_dump() if isinstance(part, Result) else part
    is_said = isinstance(plain, dict) and plain.get("type") in (None, "output_text", "text")
    return text_in(plain) if is_said else ""


def _is_text(value: object) -> bool:
    """Whether there is a text, which a server may have replaced by anything."""
    return isinstance(value, str) and value != ""
