"""The names of the official package under `typed_openai.types`: which of our classes and dict forms each stands for.

The table (`typed_openai/types/names.json`) is written by `tools/official_names.py`. The modules of packages are files;
those below them (`typed_openai.types.chat.chat_completion`) are made when they are imported. A name is looked up when
it is first used, so that importing `typed_openai.types.chat` loads no model.

A value in the table: `module:Name` (below `typed_openai.`), `form module:Name` (its dict form), a list (a union),
`{"literal": [...]}`, `{"list": value}`, `{"dict": [key, value]}`, or the name of a builtin.
"""

from __future__ import annotations

import builtins
import functools
import importlib
import json
import operator
from collections.abc import Callable
from importlib import resources
from typing import Any, Literal

from typed_openai.core.lazy_names import looked_up
from typed_openai.dict_forms.making import form_of

ROOT = "typed_openai.types"


@functools.cache
def table() -> dict[str, dict[str, Any]]:
    """Module below `typed_openai.types` (`""` is that itself) → name → value."""
    found: dict[str, dict[str, Any]] = json.loads(resources.files(ROOT).joinpath("names.json").read_bytes())
    return found


def modules() -> list[str]:
    """The full names of all modules below `typed_openai.types`."""
    return [f"{ROOT}.{place}" for place in table() if place]


def names_in(module: str) -> list[str]:
    """The names in a module: the official ones, and those of the forms behind them (`UserMessageDict`)."""
    rows = table().get(place_of(module), {})
    return sorted({*rows, *own_names(rows)})


def own_names(rows: dict[str, Any]) -> dict[str, str]:
    """Our own names of the forms that stand in a module, and the value of each."""
    forms = [value for value in rows.values() if isinstance(value, str) and value.startswith("form ")]
    return {f"{value.rpartition(':')[2]}Dict": value for value in forms}


def place_of(module: str) -> str:
    """The module below `typed_openai.types`."""
    return module.removeprefix(ROOT).removeprefix(".")


def lend(module: str) -> tuple[Callable[[str], Any], Callable[[], list[str]], list[str]]:
    """`__getattr__`, `__dir__` and `__all__` of a module that is a file."""
    names = names_in(module)
    return *looked_up(module, names, value_in), names


def value_in(module: str, name: str) -> Any:
    """What stands in a module under a name."""
    rows = table()[place_of(module)]
    return read(rows[name] if name in rows else own_names(rows)[name])


def read(value: Any) -> Any:
    """What a value of the table means."""
    if isinstance(value, list):
        return functools.reduce(operator.or_, map(read, value))
    if isinstance(value, dict):
        ((kind, inner),) = value.items()
        if kind == "literal":
            return Literal[tuple(inner)]
        parts = tuple(map(read, inner if kind == "dict" else [inner]))
        kinds: dict[str, Any] = {"dict": dict, "list": list}
        return kinds[kind][parts]
    if ":" not in value:
        return None if value == "None" else getattr(builtins, value)
    found = found_at(value)
    return form_of(found) if value.startswith("form ") else found


def found_at(value: str) -> Any:
    """The class or alias that a value of the table names; of a form, its model."""
    module, _, name = value.removeprefix("form ").partition(":")
    return getattr(importlib.import_module(f"typed_openai.{module}"), name)
