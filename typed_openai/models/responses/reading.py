"""What people want of a response without walking through its items: text, answer, refusal, calls.

Rules
* The answer is what the messages with the phase `final_answer` say; where none has that phase, all but `commentary`,
  which the model says on its way.
* Whatever a server puts in place of the output, nothing here raises: what is no message or call is passed over.
"""

from typing import Any

from typed_openai.models.responses.content import ResponseOutputRefusal, ResponseOutputText
from typed_openai.models.responses.items import ResponseFunctionToolCall, ResponseOutputMessage


class OutputReading:
    """A response, as far as its output is read."""

    @property
    def _items(self) -> list[Any]:
        items: Any = getattr(self, "output", None)
        return items if isinstance(items, list) else []

    def _texts(self, messages: list[ResponseOutputMessage]) -> list[ResponseOutputText]:
        parts = _parts(messages)
        return [part for part in parts if isinstance(part, ResponseOutputText) and _is_text(part.text)]

    @property
    def _messages(self) -> list[ResponseOutputMessage]:
        return [item for item in self._items if isinstance(item, ResponseOutputMessage)]

    @property
    def _answers(self) -> list[ResponseOutputMessage]:
        """The messages that are the answer."""
        messages = self._messages
        final = [message for message in messages if message.phase == "final_answer"]
        return final or [message for message in messages if message.phase != "commentary"]

    @property
    def output_text(self) -> str:
        """The texts of all messages of the output as one; `""` when there are none."""
        return "".join(part.text for part in self._texts(self._messages))

    @property
    def answer_texts(self) -> list[str]:
        """The texts that are the answer, part by part: of the messages whose phase is `final_answer`; where none has
        that phase, of all but `commentary`, which the model says on its way."""
        return [part.text for part in self.answer_parts]

    @property
    def answer_parts(self) -> list[ResponseOutputText]:
        """The parts that have those texts."""
        return self._texts(self._answers)

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
    return [part for content in contents if isinstance(content, list) for part in content]


def _is_text(value: object) -> bool:
    """Whether there is a text, which a server may have replaced by anything."""
    return isinstance(value, str) and value != ""
