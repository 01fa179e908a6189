"""What is wrong with a request, said so that it can be mended: path, what is allowed, what was given, a hint. Pure.

pydantic reports a fault with a location that also names union members (`messages.0.user.content.str`); here it becomes
the path that the caller wrote (`messages[0].content`). Faults of several members of one union are joined.
Weak spot: for a union of objects without a discriminator the caller sees what each member would have taken.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import BaseModel, ValidationError

from typed_openai.errors import Fault

_SHOWN = 80
_SEND_ANYWAY = 'a value newer than this package goes through extra_body={{{name!r}: ...}} or validation="warn"'


def faults(error: ValidationError, value: object, names: Sequence[str]) -> list[Fault]:
    """Every fault of `error`, which came from checking `value` against a model with the fields `names`."""
    found: dict[str, list[dict[str, Any]]] = {}
    for item in error.errors(include_url=False):
        found.setdefault(path_of(item["loc"], value), []).append(dict(item))
    told = {
        path: items for path, items in found.items() if not all(map(_wants_null, items)) or not _goes_on(path, found)
    }
    return [_fault(path, items, names) for path, items in told.items()]


def _wants_null(item: Mapping[str, Any]) -> bool:
    """Whether an item only says that `NULL` would have been taken too."""
    return bool(item.get("ctx", {}).get("class") == "Null")


def _goes_on(path: str, found: Mapping[str, object]) -> bool:
    """Whether something more precise is known below a path."""
    return any(other != path and other.startswith((f"{path}.", f"{path}[")) for other in found)


def closest(name: str, names: Sequence[str]) -> str | None:
    """The one of `names` that somebody who wrote `name` probably meant."""
    from difflib import get_close_matches  # needed for mistakes only

    return next(iter(get_close_matches(name, names, 1)), None)


def path_of(location: Sequence[int | str], value: object) -> str:
    """The path as the caller wrote it: keys and indexes that exist in `value`, and the missing one at the end."""
    path = ""
    current: object = value
    for position, step in enumerate(location):
        last = position == len(location) - 1
        if isinstance(current, BaseModel):
            current = dict[Any, Any](iter(current))
        if isinstance(current, Mapping) and (step in current or (last and isinstance(step, str) and _is_name(step))):
            path += f".{step}" if path else str(step)
            current = current.get(step)
        elif isinstance(step, int) and not isinstance(current, str | Mapping):
            path += f"[{step}]"
            listed = current if isinstance(current, Sequence) else []  # an iterator is used up by now
            current = listed[step] if step < len(listed) else None
    return path or ".".join(map(str, location)) or "(all)"


def _is_name(step: str) -> bool:
    return step.isidentifier()


def _fault(path: str, items: list[dict[str, Any]], names: Sequence[str]) -> Fault:
    items = [item for item in items if not _wants_null(item)] or items
    first = items[0]
    kind = first["type"]
    name = path.rpartition(".")[2]
    if kind == "extra_forbidden":
        top = path.split(".")[0].split("[")[0]
        near = closest(name, names) if top == path else None
        hint = f"did you mean {near!r}?" if near else f"to send it all the same: extra_body={{{top!r}: ...}}"
        return Fault(path, "no such parameter", "", hint)
    if kind == "missing":
        return Fault(path, "required", "nothing")
    allowed = " or ".join(dict.fromkeys(_allowed(item) for item in items))
    hint = ""
    if kind in ("literal_error", "enum", "union_tag_invalid"):
        top = path.split(".")[0].split("[")[0]
        hint = _SEND_ANYWAY.format(name=top)
        nearest = _close_value(first)
        if nearest:
            hint = f"did you mean {nearest!r}? {hint}"
    return Fault(path, allowed, shown(first.get("input")), hint)


def _close_value(item: dict[str, Any]) -> str | None:
    given = item.get("input")
    expected = str(item.get("ctx", {}).get("expected", ""))
    values = expected.replace("' or '", "', '").strip("'").split("', '")
    return closest(given, values) if isinstance(given, str) else None


def _allowed(item: dict[str, Any]) -> str:
    if item["type"] == "literal_error":
        return f"one of {item['ctx']['expected']}"
    if item["type"] == "union_tag_invalid":
        return f"{item['ctx']['discriminator']} must be one of {item['ctx']['expected_tags']}"
    if item["type"] == "union_tag_not_found":
        return f"an object with {item['ctx']['discriminator']}"
    message = str(item["msg"])
    return message.removeprefix("Input should be ").removeprefix("Value error, ")


def shown(value: object) -> str:
    """A short picture of a value: its repr, cut, with its type where the repr does not tell it."""
    text = repr(value)
    if len(text) > _SHOWN:
        text = text[: _SHOWN - 1] + "…"
    return (
        text if isinstance(value, str | int | float | bool | list | dict | None) else f"{text} ({type(value).__name__})"
    )
