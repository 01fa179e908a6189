"""Other people's objects among the arguments of a call: what a pydantic object or a dataclass stands for as data. Pure.

Frameworks hand the official package's models (`message`, `Reasoning(effort=...)`), their own, or dataclasses where the
API has an object. Such an object counts as its dump: what was set, in JSON, by its aliases; what its class names in
`__api_exclude__` is for its own program and stays behind. A result of ours counts as what may be sent back of it. A
member that has that package's mark for what was not given is not there. And a float that is a whole number is one
(`seed=1.0`), as it is in JSON.

This is asked when a check has failed, not before: arguments that are dicts and params cost nothing. Weak spot: what an
iterator gave that stands inside of a dict is gone by then, so the objects in one are refused as they are.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel

from typed_openai.core.request.official_marks import not_given
from typed_openai.models.base import Params, Result

_EXACT = 2**53
"""From here on a float does not say which whole number is meant."""


def as_data(value: Any) -> Any:
    """The value with every such object in it replaced by its dump; the same object where there is none."""
    if isinstance(value, Params | str | bytes | type):
        return value
    if isinstance(value, float):
        return int(value) if value.is_integer() and abs(value) < _EXACT else value
    if isinstance(value, Result):
        return value.as_input()
    if isinstance(value, BaseModel):
        return dump(value)
    if isinstance(value, Mapping):
        marks = not_given()
        given: dict[Any, Any] = {key: as_data(inner) for key, inner in value.items() if not isinstance(inner, marks)}
        return value if len(given) == len(value) and all(given[key] is value[key] for key in given) else given
    if isinstance(value, list | tuple):
        return _listed(value)
    if dataclasses.is_dataclass(value) and not type(value).__module__.startswith("typed_openai."):
        return {field.name: as_data(getattr(value, field.name)) for field in dataclasses.fields(value)}
    return value


def _listed(values: list[Any] | tuple[Any, ...]) -> Any:
    listed: list[Any] = []
    changed = False
    for value in values:
        data = as_data(value)
        changed = changed or data is not value
        # one result may stand for several objects: a response for its items
        listed += data if isinstance(value, Result) and isinstance(data, list) else [data]
    return listed if changed else values


def dump(value: BaseModel) -> Any:
    """What was set, by alias; in JSON, but for what only Python has (files), which is left to the check."""
    left_out = getattr(value, "__api_exclude__", None)
    options: dict[str, Any] = {"exclude_unset": True, "by_alias": True, "exclude": left_out, "warnings": False}
    try:
        return value.model_dump(mode="json", **options)
    except ValueError:
        return as_data(value.model_dump(**options))
