"""What is rare in a union waits until it comes: a first answer pays for what stands in it.

    Annotated[Message | Reasoning | ... | Unknown, Tagged("type", first=("message", "reasoning"))]   # the rest waits
    Annotated[McpCall, LATER, Tag("mcp_call")]                                                       # one that waits
    error: Annotated[ResponseError, LATER] | None                                       # a field that is mostly null

Rules
* What waits is checked by the validator of its own class, which pydantic builds at first use: the same values, the same
  errors in the same places, the same JSON schema. `tests/models/test_deferred.py` says so of all that waits.
* Strictness and the context are handed on; pydantic words the errors of JSON and of Python by what was read.
* No smart union of pydantic stands above what waits, beside other objects: it counts fields, which are not seen here.

Weak spots
* What waits is read from the dict that JSON became, which costs more than to be read inside the schema of the whole
  (README.md, "What it costs", has the numbers): what is usual stands in `first`.
* Of what is no object pydantic has two types of error with the same words for JSON: `dict_type` in what is read at
  once may be `model_attributes_type` in what waits.
* `by_alias`, `by_name` and `from_attributes` of a single call of pydantic's do not reach what waits.
"""

from functools import cached_property
from types import SimpleNamespace
from typing import Any

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler, TypeAdapter, ValidationInfo
from pydantic_core import CoreSchema, core_schema


def deferred(kind: Any) -> CoreSchema:
    """A schema that is as that of a model, or of another annotation, which is built when a value first comes to it."""
    whole = _Whole(kind)

    def described(_: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        return handler(core_schema.chain_schema([whole.of.__pydantic_core_schema__]))

    def given(value: Any, info: ValidationInfo) -> Any:
        return whole.of.__pydantic_validator__.validate_python(value, context=info.context)

    def read(value: Any, info: ValidationInfo) -> Any:
        return whole.of.__pydantic_validator__.validate_python(value, strict=True, context=info.context)

    given.__qualname__ = read.__qualname__ = getattr(kind, "__name__", "later")  # for the places that errors name
    return core_schema.lax_or_strict_schema(
        lax_schema=core_schema.with_info_plain_validator_function(given),
        strict_schema=core_schema.with_info_plain_validator_function(read),
        metadata={"pydantic_js_annotation_functions": [described]},
    )


class _Whole:
    """What waits."""

    def __init__(self, kind: Any) -> None:
        self.kind = kind

    @cached_property
    def of(self) -> Any:
        """What has the validator and the schema."""
        if isinstance(self.kind, type):
            return self.kind
        adapter = TypeAdapter(self.kind)
        return SimpleNamespace(__pydantic_validator__=adapter.validator, __pydantic_core_schema__=adapter.core_schema)


class _Later:
    """The mark of what waits."""

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return deferred(source)

    def __repr__(self) -> str:
        return "LATER"


LATER = _Later()
"""Annotation for what is rare, in a union told apart by a function: its schema is built when a value first comes."""
