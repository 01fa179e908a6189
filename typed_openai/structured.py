"""Structured output: ask for a type, get a value of it.

    answer = client.chat.completions.parse(model=..., messages=..., response_format=Invoice)
    answer.parsed                   # an Invoice, for the type checker too

Any type that pydantic can describe will do: models, dataclasses, TypedDict, `list[X]`, `dict[str, X]`, tuples,
primitives, generics, types that contain themselves. A union has no `type[...]` in static types: give a
`TypeAdapter[int | str](int | str)`, or whatever else, and the type is exact again.

    form = json_schema_for(Invoice)     .response_format, .schema, .read(text)
    lint_schema(Invoice)                where the type is more than the API's strict schemas can say

Rules
* What is asked for is the strict form of `core/strict_schema.py`; its rewrites are undone before the type itself checks
  the answer, so nothing of the type's own rules is lost.
* An answer that was cut, filtered or refused, or does not fit, raises an `OutputError` that keeps all of it.
* `reasks=n` asks again, up to n times, with the faults in the conversation; usage is that of all asks together.
* `ParsedChatCompletion` holds the completion (`.completion`) and gives all that it has.

Weak spots: decimals pass through floats. Servers that take `json_schema` but do not keep to it are served by `reasks`
only.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Hashable, Mapping
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from pydantic import TypeAdapter, ValidationError
from pydantic.errors import PydanticUserError
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import from_json, to_json
from pydantic_core.core_schema import DictSchema

from typed_openai.core.adding import added
from typed_openai.core.faults import path_of, shown
from typed_openai.core.strict_schema import Plan, SchemaFault, convert
from typed_openai.errors import (
    ContentFilterFinishReasonError,
    Fault,
    LengthFinishReasonError,
    OutputError,
    OutputValidationError,
    RefusalError,
    RequestValidationError,
    SchemaError,
)
from typed_openai.models.chat_answers import ChatCompletionMessage
from typed_openai.models.chat_completions import ChatCompletion, Choice
from typed_openai.models.shared import CompletionUsage, JSONSchema, ResponseFormatJSONSchema

if TYPE_CHECKING:
    from typed_openai.core.flow import Flow
    from typed_openai.core.meta import Issue, Meta

__all__ = [
    "OutputFormat",
    "ParsedChatCompletion",
    "ParsedChatCompletionMessage",
    "ParsedChoice",
    "SchemaFault",
    "added",
    "asked_again",
    "check_call",
    "json_schema_for",
    "lint_schema",
    "partial_json",
]

T = TypeVar("T")

_OPERATION = "chat.completions.parse"
_NOT_OF_A_NAME = re.compile(r"[^A-Za-z0-9_-]+")


class _Schemas(GenerateJsonSchema):
    """Leaves out a default that JSON cannot carry, without a warning; says of a dict's keys what they are."""

    ignored_warning_kinds = {"non-serializable-default", "skipped-choice"}

    def dict_schema(self, schema: DictSchema) -> JsonSchemaValue:
        """As pydantic has it, and keys that are no plain text in `propertyNames`."""
        made = super().dict_schema(schema)
        keys = self.generate_inner(schema["keys_schema"]) if "keys_schema" in schema else {}
        return made | {"propertyNames": keys} if keys and keys != {"type": "string"} else made


# --- a type as a format ----------------------------------------------------------------------------------------------


class OutputFormat(Generic[T]):
    """How to ask for a value of a type, and how to read it. Made by `json_schema_for`.

    `schema`: the strict JSON schema. `name`: what the format is called. `response_format`: what chat takes.
    """

    def __init__(self, adapter: TypeAdapter[T], name: str, plan: Plan) -> None:
        self.adapter = adapter
        self.name = name
        self.schema = plan.schema
        self._undo = plan.undo

    @property
    def response_format(self) -> ResponseFormatJSONSchema:
        """The format as `chat.completions.create(response_format=...)` takes it."""
        return ResponseFormatJSONSchema(json_schema=JSONSchema(name=self.name, schema=self.schema, strict=True))

    def read(self, text: str) -> T:
        """The value that a text (JSON in the form of `schema`) stands for. Raises `OutputValidationError`."""
        try:
            given = self._undo(from_json(text))
        except ValueError as error:
            fault = Fault("(all)", f"one JSON value ({error})", "text that is not JSON")
            raise _invalid([fault], text) from None
        try:
            return self.adapter.validate_json(to_json(given))
        except ValidationError as error:
            found = [
                Fault(path_of(item["loc"], given), str(item["msg"]), shown(item.get("input")))
                for item in error.errors(include_url=False, include_context=False)
            ]
            raise _invalid(found, text) from None

    def __repr__(self) -> str:
        return f"<OutputFormat {self.name}>"


def json_schema_for(kind: type[T] | TypeAdapter[T]) -> OutputFormat[T]:
    """The strict format of a type, and what reads the answer. Raises `SchemaError` with all faults."""
    form, faults = _planned(kind)
    if faults:
        lines = "\n".join(f"  {fault}" for fault in faults)
        raise SchemaError(f"{form.name} has no strict JSON schema:\n{lines}", faults)
    return form


def lint_schema(kind: type[Any] | TypeAdapter[Any]) -> list[SchemaFault]:
    """Where a type is more than strict schemas can say: a pointer into its own schema, the rule, a hint; or nothing.

    Raises `SchemaError` for what pydantic itself has no JSON schema for.
    """
    return list(_planned(kind)[1])


def partial_json(text: str) -> Any:
    """What is known of a JSON text that is not complete: cut strings are kept, a cut number or name is left out.

    None when there is nothing yet. Raises ValueError where the text is no JSON.
    """
    return from_json(text, allow_partial="trailing-strings") if text.strip() else None


def _planned(kind: Any) -> tuple[OutputFormat[Any], list[SchemaFault]]:
    return _kept(kind) if isinstance(kind, Hashable) and not isinstance(kind, TypeAdapter) else _made(kind)


def _made(kind: Any) -> tuple[OutputFormat[Any], list[SchemaFault]]:
    if isinstance(kind, str | Mapping) or hasattr(type(kind), "model_fields"):
        hint = "for a format that is no type there is create(response_format=...)"
        raise SchemaError(f"a type is wanted, not {shown(kind)}: {hint}")
    name = _name_of(kind)
    try:
        adapter: TypeAdapter[Any] = kind if isinstance(kind, TypeAdapter) else TypeAdapter(kind)
        schema = adapter.json_schema(by_alias=True, mode="validation", schema_generator=_Schemas)
    except PydanticUserError as error:
        raise SchemaError(f"{name} has no JSON schema: {error.message}") from error
    plan = convert(schema)
    title = schema.get("title") if isinstance(kind, TypeAdapter) else None
    return OutputFormat(adapter, _spelled(str(title or name)), plan), plan.faults


_kept = functools.lru_cache(maxsize=256)(_made)


def _name_of(kind: Any) -> str:
    if isinstance(kind, TypeAdapter):
        return "output"
    return str(kind.__name__) if isinstance(kind, type) and not hasattr(kind, "__args__") else str(kind)


def _spelled(name: str) -> str:
    """The name as the service takes it: letters, digits, `_` and `-`, up to 64."""
    return _NOT_OF_A_NAME.sub("_", name.replace("typing.", "")).strip("_")[:64] or "output"


def _invalid(faults: list[Fault], text: str) -> OutputValidationError:
    lines = "\n".join(f"  {fault}" for fault in faults)
    error = OutputValidationError(f"the answer does not fit:\n{lines}\nwhat came: {shown(text)}", partial_text=text)
    error.faults = faults
    return error


# --- what parse gives ------------------------------------------------------------------------------------------------


class ParsedChatCompletionMessage(Generic[T]):
    """A message and its value: `parsed` is None where the model called tools instead of answering."""

    def __init__(self, message: ChatCompletionMessage, parsed: T | None) -> None:
        self.message = message
        self.parsed = parsed

    @property
    def content(self) -> str | None:
        """The text that the value was read from."""
        return self.message.content

    @property
    def refusal(self) -> str | None:
        return self.message.refusal

    def as_input(self) -> dict[str, Any]:
        """The message in the shape that a request takes."""
        return self.message.as_input()

    if not TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any:
            return _of_its(self, "message", name)

    def __repr__(self) -> str:
        return f"ParsedChatCompletionMessage(parsed={self.parsed!r})"


class ParsedChoice(Generic[T]):
    """One of the answers."""

    def __init__(self, choice: Choice, parsed: T | None) -> None:
        self.choice = choice
        self.message: ParsedChatCompletionMessage[T] = ParsedChatCompletionMessage(choice.message, parsed)

    @property
    def index(self) -> int:
        return self.choice.index

    @property
    def finish_reason(self) -> str:
        return self.choice.finish_reason

    if not TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any:
            return _of_its(self, "choice", name)

    def __repr__(self) -> str:
        return f"ParsedChoice(index={self.index}, parsed={self.message.parsed!r})"


class ParsedChatCompletion(Generic[T]):
    """A completion whose answers were read as values of a type.

    `completion`: as the server sent it. `choices`: with `message.parsed`. `usage`: of all asks together. `asks`: how
    many requests it took.
    """

    def __init__(
        self, completion: ChatCompletion, values: list[T | None], usage: CompletionUsage | None, asks: int = 1
    ) -> None:
        self.completion = completion
        self.choices: list[ParsedChoice[T]] = [
            ParsedChoice(choice, value) for choice, value in zip(completion.choices, values, strict=True)
        ]
        self.usage = usage
        self.asks = asks
        self._values = values

    @property
    def parsed(self) -> T:
        """The value of the first answer. Raises `OutputError` where the model called tools instead of answering."""
        first = self.choices[0] if self.choices else None
        value = first.message.parsed if first is not None else None
        if value is None and (first is None or not first.choice.message.content):
            raise OutputError(
                f"{_OPERATION}: no answer, the model called tools: look at .choices[0].message.tool_calls",
                self.completion,
                self.usage,
            )
        return value  # type: ignore[return-value]  # None is a value of T here: the answer said null

    @property
    def id(self) -> str:
        return self.completion.id

    @property
    def model(self) -> str:
        return self.completion.model

    @property
    def created(self) -> int:
        return self.completion.created

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

    if not TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any:
            return _of_its(self, "completion", name)

    def __repr__(self) -> str:
        return f"ParsedChatCompletion(id={self.id!r}, choices={self.choices!r})"


def _of_its(holder: Any, name: str, wanted: str) -> Any:
    """An attribute of what an object holds; while it is being unpickled it holds nothing yet."""
    held = vars(holder).get(name)
    if held is None or wanted.startswith("__"):
        raise AttributeError(f"{type(holder).__name__!r} object has no attribute {wanted!r}")
    return getattr(held, wanted)


# --- asking ----------------------------------------------------------------------------------------------------------


def parsing(
    create: Callable[..., Flow[ChatCompletion]], kind: type[T] | TypeAdapter[T], reasks: int, params: dict[str, Any]
) -> Flow[ParsedChatCompletion[T]]:
    """The steps of `chat.completions.parse`."""
    check_call(_OPERATION, reasks, params)
    form = json_schema_for(kind)
    messages = params.get("messages")
    if reasks and messages is not None:
        params = {**params, "messages": list(messages)}
    usage: CompletionUsage | None = None
    asks = 0
    while True:
        completion: ChatCompletion = yield from create(**params, response_format=form.response_format)
        asks += 1
        usage = added(usage, completion.usage)
        try:
            values = [_value(form, choice) for choice in completion.choices]
        except OutputError as error:
            error.completion, error.usage = completion, usage
            if not isinstance(error, OutputValidationError) or asks > reasks:
                raise
            params = {
                **params,
                "messages": [
                    *params["messages"],
                    {"role": "assistant", "content": error.partial_text},
                    asked_again(error),
                ],
            }
        else:
            return ParsedChatCompletion(completion, values, usage, asks)


def check_call(operation: str, reasks: object, params: Mapping[str, Any]) -> None:
    """Refuse what `parse` has no use for."""
    if type(reasks) is not int or reasks < 0:
        raise RequestValidationError(operation, [Fault("reasks", "a number from 0", shown(reasks))])
    for name in ("stream", "background"):
        if params.get(name):
            raise RequestValidationError(operation, [Fault(name, "no parameter of parse", "True", "use create()")])


def _value(form: OutputFormat[T], choice: Choice) -> T | None:
    message, text = choice.message, choice.message.content or ""
    if message.refusal:
        refused = RefusalError(f"{_OPERATION}: the model refused: {shown(message.refusal)}", partial_text=text)
        refused.refusal = message.refusal
        raise refused
    if choice.finish_reason == "length":
        hint = "raise max_completion_tokens, or ask for less"
        raise LengthFinishReasonError(
            f"{_OPERATION}: the answer was cut at the token limit after {len(text)} characters: {hint}",
            partial_text=text,
        )
    if choice.finish_reason == "content_filter":
        raise ContentFilterFinishReasonError(
            f"{_OPERATION}: a content filter cut the answer after {len(text)} characters", partial_text=text
        )
    if not text and (message.tool_calls or message.function_call):
        return None
    return form.read(text)


def asked_again(error: OutputValidationError) -> dict[str, Any]:
    """What the conversation goes on with: what was wrong."""
    faults = "\n".join(f"- {fault}" for fault in error.faults)
    return {"role": "user", "content": f"That answer does not fit the schema:\n{faults}\nAnswer again, mended."}
