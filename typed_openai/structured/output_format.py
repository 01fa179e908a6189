"""A type as a format: how to ask a model for a value of it, and how to read what comes, whole or in part.

    form = json_schema_for(Invoice)     .response_format, .schema, .read(text), .read_partial(text)
    lint_schema(Invoice)                where the type is more than the API's strict schemas can say

Rules
* What is asked for is the strict form of `structured/strict_schema.py`; its rewrites are undone before the type itself
  checks the answer, so nothing of the type's own rules is lost.
* Of a text that is not whole nothing is made up: a number or name that is cut is left out, and there is a value of the
  type only where what has arrived is one.
* A type is converted once, and kept (`core/once_each.py`). Before it is asked for it is tried whether it takes what
  its schema says.

Weak spot: decimals pass through floats.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from inspect import isroutine
from types import NoneType, UnionType
from typing import Annotated, Any, Generic, TypeVar, Union, get_args, get_origin

from pydantic import TypeAdapter, ValidationError
from pydantic.errors import PydanticUserError
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import SchemaError as CoreSchemaError
from pydantic_core import from_json, to_json
from pydantic_core.core_schema import ArgumentsSchema, DictSchema, GeneratorSchema

from typed_openai.core.answer.reading import adapter_of
from typed_openai.core.once_each import OfType
from typed_openai.core.request.faults import path_of, shown
from typed_openai.core.run.threads import Kept
from typed_openai.errors import Fault, OutputValidationError, SchemaError
from typed_openai.models.shared import JSONSchema, ResponseFormatJSONSchema
from typed_openai.structured.strict_probe import faults_of
from typed_openai.structured.strict_schema import LAZY, Plan, SchemaFault, convert

__all__ = ["OutputFormat", "SchemaFault", "json_schema_for", "lint_schema", "partial_json"]

T = TypeVar("T")

_NOT_OF_A_NAME = re.compile(r"[^A-Za-z0-9_-]+")
_NUMBER = re.compile(r"-?\d[\d.eE+-]*\Z")


class _Schemas(GenerateJsonSchema):
    """Leaves out a default that JSON cannot carry, without a warning; says of a dict's keys what they are."""

    ignored_warning_kinds = {"non-serializable-default", "skipped-choice"}

    def dict_schema(self, schema: DictSchema) -> JsonSchemaValue:
        """As pydantic has it, and keys that are no plain text in `propertyNames`."""
        made = super().dict_schema(schema)
        keys = self.generate_inner(schema["keys_schema"]) if "keys_schema" in schema else {}
        return made | {"propertyNames": keys} if keys and keys != {"type": "string"} else made

    def generator_schema(self, schema: GeneratorSchema) -> JsonSchemaValue:
        """A list that is only checked while somebody goes through it, and gone then: no answer can be said to fit."""
        return {**super().generator_schema(schema), LAZY: True}

    def named_tuple_schema(self, schema: Any) -> JsonSchemaValue:
        """An object, and no list of values without names: the model reads the names."""
        fields: dict[str, Any] = {field["name"]: field["schema"] for field in schema["fields"]}
        return {
            "type": "object",
            "properties": {name: self.generate_inner(inner) for name, inner in fields.items()},
            "required": [name for name, inner in fields.items() if inner["type"] != "default"],
        }

    def arguments_schema(self, schema: ArgumentsSchema) -> JsonSchemaValue:
        """The same where pydantic (before 2.14) sees the call of a function in it."""
        return super().arguments_schema({**schema, "metadata": {}})


class OutputFormat(Generic[T]):
    """How to ask for a value of a type, and how to read it. Made by `json_schema_for`.

    `schema`: the strict JSON schema. `name`: what the format is called. `response_format`: what chat takes.
    """

    def __init__(self, adapter: TypeAdapter[T], name: str, plan: Plan) -> None:
        self.adapter = adapter
        self.name = name
        self.schema: dict[str, Any] = plan.schema
        self._undo = plan.undo

    @property
    def response_format(self) -> ResponseFormatJSONSchema:
        """The format as `chat.completions.create(response_format=...)` takes it."""
        return ResponseFormatJSONSchema(json_schema=JSONSchema(name=self.name, schema=self.schema, strict=True))

    def read(self, text: str) -> T:
        """The value that a text (JSON in the form of `schema`) stands for. Raises `OutputValidationError`; its cause is
        what a validator of the type raised that does not say what is wrong."""
        try:
            given = self._undo(from_json(text))
        except ValueError as error:
            fault = Fault("(all)", f"one JSON value ({error})", "text that is not JSON")
            raise _invalid([fault], text) from None
        refused = Kept(Exception)
        with refused:
            return self.adapter.validate_json(to_json(given))
        if isinstance(refused.error, ValidationError):
            found = [
                Fault(path_of(item["loc"], given), str(item["msg"]), shown(item.get("input")))
                for item in refused.error.errors(include_url=False, include_context=False)
            ]
            raise _invalid(found, text) from None
        got = f"{type(refused.error).__name__}: {refused.error}"
        raise _invalid([Fault("(all)", "what validators of the type can check", got)], text) from refused.error

    def partial_data(self, text: str) -> Any:
        """What is known of a text that is not whole, as plain data in the form of the type; None when there is nothing.

        Cut strings are kept; a cut number or name, and an entry of a dict that has no value yet, are left out.
        """
        try:
            return self._undo(partial_json(text), False)
        except ValueError:  # prose: what `read` says of it in the end
            return None

    def read_partial(self, text: str) -> T | None:
        """The value that a text which is not whole stands for already; None while what is there is none.

        Lists and dicts are values all the time, without the last element as long as that is none; a model becomes one
        when its last required field is there. Texts in it may be cut, and fields with a default have that until they
        come.
        """
        data = self.partial_data(text)
        if data is None:
            return None
        with Kept(Exception):  # a refusal, or what a validator raises that did not expect half a value
            return self.adapter.validate_json(to_json(data), experimental_allow_partial="trailing-strings")
        return None

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

    A number at the very end counts as cut, since nobody knows whether it goes on. None when there is nothing yet.
    Raises ValueError where the text is not JSON.
    """
    number = _NUMBER.search(text, len(text.rstrip("0123456789.eE+-")))
    if number is not None:
        try:
            from_json(f"{text[: number.start()]}0e@", allow_partial="trailing-strings")  # no number, but a fine string
        except ValueError:
            text = text[: number.start()]
    return from_json(text, allow_partial="trailing-strings") if text.strip() else None


def _made(kind: Any) -> tuple[OutputFormat[Any], list[SchemaFault]]:
    if kind is None or isinstance(kind, str | Mapping) or hasattr(type(kind), "model_fields") or isroutine(kind):
        hint = "for a format that is not a type there is create(response_format=...)"
        raise SchemaError(f"a type is wanted, not {shown(kind)}: {hint}")
    name = _name_of(kind)
    try:
        adapter = adapter_of(kind)
        schema = adapter.json_schema(by_alias=True, mode="validation", schema_generator=_Schemas)
    except (PydanticUserError, CoreSchemaError) as error:
        raise SchemaError(f"{name} has no JSON schema: {getattr(error, 'message', error)}") from error
    plan = convert(schema)
    faults = plan.faults or faults_of(plan, adapter.validate_json)
    title = schema.get("title") if isinstance(kind, TypeAdapter) else None
    return OutputFormat(adapter, _spelled(str(title or name)), plan), faults


_planned = OfType(_made)


def _name_of(kind: Any) -> str:
    """A type in words: `list_Invoice`, `Cat_or_Dog`."""
    if isinstance(kind, TypeAdapter):
        return "output"
    origin, inner = get_origin(kind), get_args(kind)
    if origin is Annotated:
        return _name_of(inner[0])
    named = [
        _name_of(each) if isinstance(each, type) or get_origin(each) else str(each) for each in inner if each is not ...
    ]
    if origin in (Union, UnionType):
        return "_or_".join("None" if each is NoneType else name for each, name in zip(inner, named, strict=True))
    name = str(getattr(origin or kind, "__name__", kind))
    return "_".join([name, *named])


def _spelled(name: str) -> str:
    """The name as the service takes it: letters, digits, `_` and `-`, up to 64."""
    return _NOT_OF_A_NAME.sub("_", name.replace("typing.", "")).strip("_")[:64] or "output"


def _invalid(faults: list[Fault], text: str) -> OutputValidationError:
    lines = "\n".join(f"  {fault}" for fault in faults)
    error = OutputValidationError(f"the answer does not fit:\n{lines}\nwhat came: {shown(text)}", partial_text=text)
    error.faults = faults
    return error
