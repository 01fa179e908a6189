"""Structured output: ask for a type, get a value of it.

    answer = client.chat.completions.parse(model=..., messages=..., response_format=Invoice)
    answer.parsed                   # an Invoice, for the type checker too

Any type that pydantic can describe will do: models, dataclasses, TypedDict, `list[X]`, `dict[str, X]`, tuples,
primitives, generics, types that contain themselves. A union has no `type[...]` in static types: give a
`TypeAdapter[int | str](int | str)`, or whatever else, and the type is exact again.

How a type is asked for and read is in `structured/output_format.py`; what `stream` makes of it in
`streaming/outputs.py`.

Rules
* An answer that was cut, filtered or refused, or does not fit, raises an `OutputError` that keeps all of it.
* `reasks=n` asks again, up to n times, with the faults in the conversation; usage is that of all asks together.
* `ParsedChatCompletion` holds the completion (`.completion`) and gives all that it has.

Weak spot: servers that take `json_schema` but do not keep to it are served by `reasks`
only.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, Generic

from pydantic import TypeAdapter

from typed_openai.core.request.faults import shown
from typed_openai.errors import (
    ContentFilterFinishReasonError,
    LengthFinishReasonError,
    OutputError,
    OutputValidationError,
    RefusalError,
)
from typed_openai.models.chat.answers import ChatCompletionMessage
from typed_openai.models.chat.completions import ChatCompletion, Choice
from typed_openai.models.priced import Priced
from typed_openai.models.shared import CompletionUsage
from typed_openai.shown.hooks import Shown
from typed_openai.structured.asks import asked_again, asking, check_call
from typed_openai.structured.holding import Holding
from typed_openai.structured.output_format import OutputFormat, T, json_schema_for

if TYPE_CHECKING:
    from typed_openai.core.answer.meta import Issue, Meta
    from typed_openai.core.run.effects import Flow

    _Message = ChatCompletionMessage
    _Choice = Choice
    _Completion = ChatCompletion
else:

    class _Completion(Priced, Shown):
        """To type checkers, a completion."""

    class _Message:
        """To type checkers, a message of an answer."""

    class _Choice:
        """To type checkers, a choice."""


__all__ = ["ParsedChatCompletion", "ParsedChatCompletionMessage", "ParsedChoice", "parsing", "value_of"]

_OPERATION = "chat.completions.parse"


# --- what parse gives ------------------------------------------------------------------------------------------------


class ParsedChatCompletionMessage(Holding, _Message, Generic[T]):
    """A message and its value: `parsed` is None where the model called tools instead of answering."""

    holds = "message"

    def __init__(
        self, message: ChatCompletionMessage | None = None, parsed: T | None = None, **members: object
    ) -> None:
        """Made of a message, or by hand (in tests of an application) of the members of one."""
        made = {"role": "assistant", "content": None, **members}
        self.message: ChatCompletionMessage = ChatCompletionMessage.model_validate(made) if message is None else message
        self.parsed = parsed

    def as_input(self) -> dict[str, Any]:
        """The message in the shape that a request takes."""
        return self.message.as_input()

    def __repr__(self) -> str:
        return f"ParsedChatCompletionMessage(parsed={self.parsed!r})"


class ParsedChoice(Holding, _Choice, Generic[T]):
    """One of the answers."""

    holds = "choice"

    def __init__(
        self,
        choice: Choice | None = None,
        parsed: T | None = None,
        *,
        message: ParsedChatCompletionMessage[T] | None = None,
        **members: object,
    ) -> None:
        """Made of a choice, or by hand of a message with its value and the other members of a choice."""
        if choice is None:
            said = {} if message is None else message.message.model_dump()
            choice = Choice.model_validate({"index": 0, "finish_reason": "stop", **members, "message": said})
        self.choice: Choice = choice
        self.message: ParsedChatCompletionMessage[T] = (
            ParsedChatCompletionMessage(choice.message, parsed) if message is None else message
        )

    def __repr__(self) -> str:
        return f"ParsedChoice(index={self.index}, parsed={self.message.parsed!r})"


class ParsedChatCompletion(Holding, _Completion, Generic[T]):
    """A completion whose answers were read as values of a type.

    `completion`: as the server sent it. `choices`: with `message.parsed`. `usage`: of all asks together. `asks`: how
    many requests it took.
    """

    holds = "completion"

    def __init__(
        self,
        completion: ChatCompletion | None = None,
        values: list[T | None] | None = None,
        usage: CompletionUsage | None = None,
        asks: int = 1,
        typed: bool = True,
        *,
        choices: Sequence[ParsedChoice[T]] = (),
        **members: object,
    ) -> None:
        """Made of a completion and its values, or by hand of choices and the other members of a completion."""
        if completion is None:
            said = [choice.choice.model_dump() for choice in choices]
            completion = ChatCompletion.model_validate({**members, "choices": said})
        if values is None:
            values = [choice.message.parsed for choice in choices]
        self.completion: ChatCompletion = completion
        self.choices: list[ParsedChoice[T]] = [  # type: ignore[assignment]  # a list of what also are choices
            ParsedChoice(choice, value) for choice, value in zip(completion.choices, values, strict=True)
        ]
        self.usage = usage
        self.asks = asks
        self._values = values
        self._typed = typed

    @property
    def parsed(self) -> T:
        """The value of the first answer; None where no type was asked for. Raises `OutputError` where the model called
        tools instead of answering."""
        first = self.choices[0] if self.choices else None
        value = first.message.parsed if first is not None else None
        if value is None and self._typed and (first is None or not first.choice.message.text):
            raise OutputError(
                "no answer, the model called tools: look at .choices[0].message.tool_calls",
                self.completion,
                self.usage,
            )
        return value  # type: ignore[return-value]  # None is a value of T here: the answer said null

    @property
    def text(self) -> str:
        """The text of the first answer."""
        return self.completion.text

    @property
    def meta(self) -> Meta:
        """How the last answer came."""
        return self.completion.meta

    @property
    def issues(self) -> tuple[Issue, ...]:
        return self.completion.issues

    def __repr__(self) -> str:
        return f"ParsedChatCompletion(id={self.id!r}, choices={self.choices!r})"


# --- asking ----------------------------------------------------------------------------------------------------------


def parsing(
    create: Callable[..., Flow[ChatCompletion]],
    kind: type[T] | TypeAdapter[T] | None,
    reasks: int,
    params: dict[str, Any],
) -> Flow[ParsedChatCompletion[T]]:
    """The steps of `chat.completions.parse`; `kind` is a type, or None."""
    check_call(_OPERATION, reasks, params)
    form: OutputFormat[T] | None = None if kind is None else json_schema_for(kind)
    once = ("messages", "tools") if reasks else ("tools",)
    params |= {name: list(params[name]) for name in once if isinstance(params.get(name), Iterator)}

    def read(completion: ChatCompletion) -> list[T | None]:
        choices = _choices(completion)
        if params.get("tools"):
            from typed_openai.tools.call_values import keep_values

            keep_values(completion, params["tools"])
        return [value_of(_OPERATION, choice, None if form is None else form.read) for choice in choices]

    def again(completion: ChatCompletion, error: OutputValidationError) -> dict[str, Any]:
        said = {"role": "assistant", "content": error.partial_text}
        params["messages"] = [*params["messages"], said, asked_again(error)]
        return params

    params["response_format"] = None if form is None else form.response_format
    return ParsedChatCompletion(*(yield from asking(create, params, reasks, read, again)), typed=form is not None)


def _choices(completion: ChatCompletion) -> list[Choice]:
    choices: Any = completion.choices
    if not isinstance(choices, list):
        raise OutputError(f"{_OPERATION}: the completion has no choices: {shown(choices)}")
    return choices


def value_of(operation: str, choice: Choice, read: Callable[[str], T] | None) -> T | None:
    """The value of one answer, however it came; None where the model called tools, or nothing is to be read. Raises
    `OutputError`."""
    message = getattr(choice, "message", None)
    if not isinstance(message, ChatCompletionMessage):
        raise OutputError(f"{operation}: an answer without a message: {shown(choice)}")
    text = message.text
    if message.refusal and read is not None:
        refused = RefusalError(f"{operation}: the model refused: {shown(message.refusal)}", partial_text=text)
        refused.refusal = message.refusal
        raise refused
    if choice.finish_reason == "length":
        hint = "raise max_completion_tokens, or ask for less"
        raise LengthFinishReasonError(
            f"{operation}: the answer was cut at the token limit after {len(text)} characters: {hint}",
            partial_text=text,
        )
    if choice.finish_reason == "content_filter":
        raise ContentFilterFinishReasonError(
            f"{operation}: a content filter cut the answer after {len(text)} characters", partial_text=text
        )
    if read is None or (not text and (message.tool_calls or message.function_call)):
        return None
    return read(text)
