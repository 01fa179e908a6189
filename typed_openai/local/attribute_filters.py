"""Attributes of the files in a vector store, and the filters of a search over them.

`read_attributes` checks what a request brings; `read_filter` turns a filter, however deeply nested, into a function
that says of a file's attributes whether they fulfil it.

Rules: numbers, texts and booleans are strangers to each other (`1` is neither `"1"` nor `true`); an attribute that a
file does not have is unequal to everything and in no list; order is that of numbers, or of texts by code point.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from typed_openai.local.arguments import Arguments, Json
from typed_openai.local.errors import wrong_type, wrong_value

Value: TypeAlias = "str | bool | int | float"
Attributes: TypeAlias = Mapping[str, Value]
Condition: TypeAlias = Callable[[Attributes], bool]

_DEEPEST = 50
_ORDERED: dict[str, Callable[[Any, Any], bool]] = {
    "gt": operator.gt,
    "gte": operator.ge,
    "lt": operator.lt,
    "lte": operator.le,
}
_KINDS = ("and", "eq", "gt", "gte", "in", "lt", "lte", "ne", "nin", "or")


def read_attributes(body: Arguments, name: str = "attributes") -> dict[str, Value]:
    """Up to 16 pairs of a name and a text, number or boolean; empty when absent."""
    child = body.child(name)
    found: dict[str, Value] = {}
    for key, value in (child.members if child is not None else {}).items():
        at = f"{body.path(name)}.{key}"
        if value is None or isinstance(value, list | dict):
            raise wrong_type(at, "a string, a number or a boolean", value)
        if len(key) > 64 or (isinstance(value, str) and len(value) > 512):
            raise wrong_value(at, f"The pair {at!r} is too long: names have 64 characters at most, texts 512.")
        found[key] = value
    if len(found) > 16:
        raise wrong_value(body.path(name), f"The parameter {body.path(name)!r} may hold 16 pairs at most.")
    return found


def read_filter(given: Arguments | None) -> Condition:
    """What a file's attributes must be like; without a filter everything will do."""
    return (lambda _: True) if given is None else _read(given, 0)


def _read(given: Arguments, depth: int) -> Condition:
    kind = given.choice("type", _KINDS)
    if kind in ("and", "or"):
        if depth >= _DEEPEST:
            raise wrong_value(given.path("filters"), f"Filters nest more than {_DEEPEST} levels deep.")
        given.required("filters")
        parts = [_read(part, depth + 1) for part in given.objects("filters")]
        whole = all if kind == "and" else any
        return lambda attributes: whole(part(attributes) for part in parts)
    key, value = given.string("key"), given.required("value")
    if kind in ("in", "nin"):
        return _membership(given, key, value, kind == "in")
    if isinstance(value, list | dict):
        raise wrong_type(given.path("value"), "a string, a number or a boolean", value)
    if kind in ("eq", "ne"):
        return lambda attributes: (key in attributes and _same(attributes[key], value)) is (kind == "eq")
    compare = _ORDERED[kind]
    return lambda attributes: (
        key in attributes and _comparable(attributes[key], value) and compare(attributes[key], value)
    )


def _membership(given: Arguments, key: str, value: Json, wanted: bool) -> Condition:
    if not isinstance(value, list):
        raise wrong_type(given.path("value"), "an array", value)
    return lambda attributes: (key in attributes and any(_same(attributes[key], each) for each in value)) is wanted


def _same(one: object, other: object) -> bool:
    return one == other and isinstance(one, bool) == isinstance(other, bool)


def _comparable(one: object, other: object) -> bool:
    numbers = all(isinstance(each, int | float) and not isinstance(each, bool) for each in (one, other))
    return numbers or (isinstance(one, str) and isinstance(other, str))
