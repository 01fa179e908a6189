"""Results among what is given: a params field may take what has `as_input()`, and sends what that gives."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, get_args

from pydantic import GetCoreSchemaHandler
from pydantic_core import CoreSchema, core_schema

from typed_openai.models.base import Result


def in_form(value: Any, *forms: str) -> Any:
    """What an object says that is to be sent in its place, by the first of these methods that it has, or `as_input()`;
    anything else as it is."""
    if isinstance(value, dict):
        return value
    for form in (*forms, "as_input"):
        method = getattr(type(value), form, None)
        if method is not None:
            return method(value)
    return value


class _AcceptsResults:
    """Asks what is given for its form, but for objects of classes that the place takes and that come back too."""

    def __init__(self, forms: tuple[str, ...]) -> None:
        self.forms = forms

    def __get_pydantic_core_schema__(self, source: object, handler: GetCoreSchemaHandler) -> CoreSchema:
        taken = frozenset(_results_in(source))

        def form_of(value: Any) -> Any:
            return value if type(value) in taken else in_form(value, *self.forms)

        return core_schema.no_info_before_validator_function(form_of, handler(source))


def _results_in(annotation: Any) -> Iterable[Any]:
    if isinstance(annotation, type) and issubclass(annotation, Result):
        yield annotation
    for inner in get_args(annotation):
        yield from _results_in(inner)


def accepts_results(*forms: str) -> Any:
    """Annotation for a params field that also takes what has `as_input()`: results, tools made of functions.

    They are sent in the shape that it gives them; `forms` names methods that are asked before it. Objects that go both
    ways are sent as they are.
    """
    return _AcceptsResults(forms)
