"""Words for mistakes: the name that was meant, the place of a fault in a value, a value in short. Pure.

What is wrong with a request: `refusals.py`.

Weak spot: `path_of` goes by the value alone and may take the tag of a union for a name; where the model is known,
`places.py` does better.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import BaseModel

from typed_openai.errors import Fault, RequestValidationError

_SHOWN = 80


def closest(name: str, names: Sequence[str]) -> str | None:
    """The one of `names` that somebody who wrote `name` probably meant."""
    from difflib import get_close_matches  # needed for mistakes only

    return next(iter(get_close_matches(name, names, 1, 0.65)), None)


def meant(name: object, names: Sequence[str], otherwise: str = "", asks: str = "did you mean") -> str:
    """`did you mean ...?`, where one of `names` is near to what was written; else what to say `otherwise`."""
    near = closest(name, names) if isinstance(name, str) else None
    return f"{asks} {near!r}?" if near else otherwise


def refuse_unknown(operation: str, given: Mapping[str, object], names: Sequence[str], parent: str = "") -> None:
    """Raise for options that do not exist; `parent` is the argument that holds them, if they stand in one."""
    unknown = [name for name in map(str, given) if name not in names]
    if unknown:
        every = f"there are {', '.join(names)}"
        hints = {name: meant(name, names, every) for name in unknown}
        where = f"{parent}." if parent else ""
        raise RequestValidationError(
            operation, [Fault(f"{where}{name}", "no such option", "", hint) for name, hint in hints.items()]
        )


def path_of(location: Sequence[int | str], value: object) -> str:
    """The path as the caller wrote it: keys and indexes that exist in `value`, and the missing one at the end."""
    path = ""
    current: object = value
    for position, step in enumerate(location):
        last = position == len(location) - 1
        if isinstance(current, BaseModel):
            current = dict[Any, Any](iter(current))
        if isinstance(current, Mapping) and (
            step in current or (last and isinstance(step, str) and step.isidentifier())
        ):
            path += f".{step}" if path else str(step)
            current = current.get(step)
        elif isinstance(step, int) and not isinstance(current, str | Mapping):
            path += f"[{step}]"
            listed = current if isinstance(current, Sequence) else []  # an iterator is used up by now
            current = listed[step] if step < len(listed) else None
    return path or ".".join(map(str, location)) or "(all)"


_WORDS = (
    (r"Input should be |Value error, ", ""),
    (r"Input should have ", "an object with "),
    (r", (unable to|got a number with|must be a) .*", ""),
    (
        r"a valid dictionary or (an )?instance of \w+|an instance of \w+|an? (valid )?(dictionary|object|mapping)\b",
        "an object",
    ),
    (r"a valid (list|array|tuple|set|frozenset|sequence)|iterable", "a list"),
    (r"a valid integer", "a whole number"),
    (r"a( valid)? boolean", "true or false"),
    (r"a valid (string|number|date|time|URL)", r"a \1"),
    (r"callable", "a function"),
    (r"String should match pattern", "text that matches"),
)
"""What pydantic says, and what people say."""


def in_words(message: str) -> str:
    """What should have stood in the place of a value, without names of Python."""
    for said, meant in _WORDS:
        message = re.sub(said, meant, message)
    return message


def shown(value: object) -> str:
    """A short picture of a value: its repr, cut, with its type where the repr does not tell it; a path as its text."""
    value = os.fspath(value) if isinstance(value, os.PathLike) else value
    text = repr(value)
    if len(text) > _SHOWN:
        text = text[: _SHOWN - 1] + "…"
    return (
        text if isinstance(value, str | int | float | bool | list | dict | None) else f"{text} ({type(value).__name__})"
    )
