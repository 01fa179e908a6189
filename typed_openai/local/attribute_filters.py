"""Filters of a search over the attributes of files in vector stores.

`read_filter` turns a filter, however deeply nested, into a function that says of a file's attributes whether they
fulfil it.

Rules: numbers, texts and booleans are strangers to each other (`1` is neither `"1"` nor `true`); an attribute that a
file does not have is unequal to everything and in no list; order is that of numbers, or of texts by code point.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from typed_openai.local.errors import wrong_type, wrong_value

Condition: TypeAlias = Callable[[Mapping[str, Any]], bool]

_DEEPEST = 50
_ORDERED: dict[str, Callable[[Any, Any], bool]] = {
    "gt": operator.gt,
    "gte": operator.ge,
    "lt": operator.lt,
    "lte": operator.le,
}


def read_filter(given: Mapping[str, Any] | None, at: str = "filters", depth: int = 0) -> Condition:
    """What a file's attributes must be like; without a filter everything will do. `at`: where it stands."""
    if given is None:
        return lambda _: True
    kind = given["type"]
    if kind in ("and", "or"):
        if depth >= _DEEPEST:
            raise wrong_value(at, f"Filters nest more than {_DEEPEST} levels deep.")
        whole = all if kind == "and" else any
        inner = [read_filter(each, f"{at}.filters[{n}]", depth + 1) for n, each in enumerate(given["filters"])]
        return lambda attributes: whole(part(attributes) for part in inner)
    key, value = given["key"], given["value"]
    if isinstance(value, list) is not (kind in ("in", "nin")):
        expected = "an array" if kind in ("in", "nin") else "a string, a number or a boolean"
        raise wrong_type(f"{at}.value", expected, value)
    if kind in ("eq", "ne", "in", "nin"):
        values, wanted = value if isinstance(value, list) else [value], kind in ("eq", "in")
        return lambda having: (key in having and any(_same(having[key], each) for each in values)) is wanted
    compare = _ORDERED[kind]
    return lambda having: key in having and _comparable(having[key], value) and compare(having[key], value)


def _same(one: object, other: object) -> bool:
    return one == other and isinstance(one, bool) == isinstance(other, bool)


def _comparable(one: object, other: object) -> bool:
    numbers = all(isinstance(each, int | float) and not isinstance(each, bool) for each in (one, other))
    return numbers or (isinstance(one, str) and isinstance(other, str))
