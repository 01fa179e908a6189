"""Structured output of the Responses API: `responses.parse(text_format=T)` gives a `ParsedResponse[T]`.

    answer = client.responses.parse(model=..., input=..., text_format=Invoice)
    answer.output_parsed            # an Invoice, for the type checker too

The value is read from the answer, never from what the model says on its way (`commentary`); of several texts that are
each a value the first is meant.

Types, rewrites, errors and `reasks` are those of `structured/chat.py`; the errors hold the response as `.completion`.
Where the conversation is kept by the service (`conversation`), asking again sends only what was wrong.

Weak spot: an answer that is made in the background is not waited for here; `responses.stream(response_id=...,
text_format=T)` reads it, or `json_schema_for(T).read(...)`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Generic

from pydantic import TypeAdapter

from typed_openai.core.request.faults import shown
from typed_openai.errors import (
    ContentFilterFinishReasonError,
    Fault,
    LengthFinishReasonError,
    OutputError,
    OutputValidationError,
    RefusalError,
    RequestValidationError,
)
from typed_openai.models.priced import Priced
from typed_openai.models.value_texts import ValueText
from typed_openai.shown.hooks import Shown
from typed_openai.structured.asks import asked_again, asking, check_call
from typed_openai.structured.holding import Holding
from typed_openai.structured.output_format import OutputFormat, T, json_schema_for

if TYPE_CHECKING:
    from typed_openai.core.answer.meta import Issue, Meta
    from typed_openai.core.run.effects import Flow
    from typed_openai.models.responses.results import Response, ResponseUsage

    _Response = Response
else:

    class _Response(Priced, Shown):
        """To type checkers, a response."""


__all__ = ["ParsedResponse", "parsing_response", "text_of", "value_of"]

_OPERATION = "responses.parse"


class ParsedResponse(Holding, _Response, Generic[T]):
    """A response whose text was read as a value of a type.

    `response`: as the server sent it; all that it has is there. `usage`: of all asks together. `asks`: how many
    requests it took.
    """

    holds = "response"

    def __init__(
        self, response: Response, value: T | None, usage: ResponseUsage | None, asks: int = 1, typed: bool = True
    ) -> None:
        self.response = response
        self.usage = usage
        self.asks = asks
        self._value = value
        self._typed = typed

    @property
    def output_parsed(self) -> T:  # type: ignore[override]  # an ordinary response has none
        """The value; None where no type was asked for. Raises `OutputError` where the model called tools instead of
        answering."""
        if self._value is None and self._typed and not self.response.answer_texts:
            called = "no answer, the model called tools: look at .function_calls and .output"
            raise OutputError(called, self.response, self.usage)
        return self._value  # type: ignore[return-value]  # None is a value of T here: the answer said null

    @property
    def output_text(self) -> str:
        """The texts of all messages; the value was read from those of `response.answer_texts`."""
        return self.response.output_text

    @property
    def meta(self) -> Meta:
        """How the last answer came."""
        return self.response.meta

    @property
    def issues(self) -> tuple[Issue, ...]:
        return self.response.issues

    def as_input(self) -> list[dict[str, Any]]:
        """The items of the output in the shape that the `input` of the next request takes."""
        return self.response.as_input()

    def __repr__(self) -> str:
        return f"ParsedResponse(id={self.id!r}, parsed={self._value!r})"


def parsing_response(
    create: Callable[..., Flow[Response]], kind: type[T] | TypeAdapter[T] | None, reasks: int, params: dict[str, Any]
) -> Flow[ParsedResponse[T]]:
    """The steps of `responses.parse`; `kind` is a type, or None."""
    check_call(_OPERATION, reasks, params)
    form: OutputFormat[T] | None = None if kind is None else json_schema_for(kind)
    if form is not None:
        params = {**params, "text": text_of(_OPERATION, form, params.get("text"))}
    if isinstance(params.get("tools"), Iterator):
        params["tools"] = list(params["tools"])
    if reasks:
        params["input"] = _listed(params.get("input"))

    def again(response: Response, error: OutputValidationError) -> dict[str, Any]:
        kept = params.get("conversation") is not None
        before = [] if kept else [*(params["input"] or ()), *response.as_input()]
        params["input"] = [*before, asked_again(error)]
        return params

    def read(response: Response) -> T | None:
        if params.get("tools"):
            from typed_openai.tools.call_values import keep_values

            keep_values(response, params["tools"])
        return value_of(_OPERATION, response, None if form is None else form.read)

    return ParsedResponse(*(yield from asking(create, params, reasks, read, again)), typed=form is not None)


def text_of(operation: str, form: OutputFormat[Any], given: Any) -> dict[str, Any]:
    """The form of the answer, beside what else was said about it (`verbosity`)."""
    rest = given if isinstance(given, Mapping) else {} if given is None else given.model_dump(exclude_unset=True)
    if rest.get("format") is not None:
        hint = "text_format says what the answer is to be; text may say the rest"
        raise RequestValidationError(operation, [Fault("text.format", "one format", "text_format too", hint)])
    wanted = {"type": "json_schema", "name": form.name, "schema": form.schema, "strict": True}
    return {**rest, "format": wanted}


def _listed(given: Any) -> list[Any] | None:
    """The input as items; a text is what the user says."""
    if isinstance(given, str):
        return [{"role": "user", "content": given}]
    if hasattr(given, "as_input"):
        return list(given.as_input())
    return None if given is None else list(given)


def value_of(operation: str, response: Response, read: Callable[[str], T] | None) -> T | None:
    """The value of a response, however it came; None where the model called tools, or nothing is to be read. Raises
    `OutputError`."""
    if read is None:
        return None
    parts = response.answer_parts
    text = "".join(said for _, said in parts)
    if response.refusal:
        refused = RefusalError(f"{operation}: the model refused: {shown(response.refusal)}", partial_text=text)
        refused.refusal = response.refusal
        raise refused
    if response.status not in ("completed", None):
        reason = getattr(response.incomplete_details, "reason", None)
        came = f"after {len(text)} characters"
        if reason == "max_output_tokens":
            hint = "raise max_output_tokens, or ask for less"
            raise LengthFinishReasonError(f"{operation}: cut at the token limit {came}: {hint}", partial_text=text)
        if reason == "content_filter":
            raise ContentFilterFinishReasonError(f"{operation}: cut by a content filter {came}", partial_text=text)
        why = getattr(response.error, "message", None) or reason or "no reason given"
        raise OutputError(f"{operation}: the response is {response.status!r}: {why}", partial_text=text)
    items: Any = response.output  # a server that deviates may send anything
    kinds = [getattr(item, "type", "") for item in items] if isinstance(items, list) else []
    if not text and any(isinstance(kind, str) and kind.endswith("_call") for kind in kinds):
        return None
    return _first(parts, read)


def _first(parts: Sequence[tuple[Any, str]], read: Callable[[str], T]) -> T:
    """The first of several texts that is a value, else what they are together. Each that is one has it as `parsed`."""
    if len(parts) == 1:
        return _kept(*parts[0], read)
    values: list[T] = []
    for part, text in parts:
        with suppress(OutputValidationError):
            values.append(_kept(part, text, read))
    return values[0] if values else read("".join(text for _, text in parts))


def _kept(part: Any, text: str, read: Callable[[str], T]) -> T:
    value = read(text)
    if isinstance(part, ValueText):
        part.keep_value(value)
    return value
