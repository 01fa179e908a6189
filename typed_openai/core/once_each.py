"""What is made of a thing, made once for each: found by the thing itself, not by what equals it.

`int | float == float | int`, and a text "1" is read as 1 by the one and as 1.0 by the other: a dict that looks for what
is equal would hand out what was made of the other.

| class | is asked with | knows again |
|---|---|---|
| `OfObject` | things that stay what they are (URLs of operations) | the same object |
| `OfType` | types | the same type, and one that is written again out of the same types: `list[Model]` in a call |

Weak spot: what was made, and the things, are held until there are too many of them; then all are made again.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Generic, TypeVar, get_args, get_origin

M = TypeVar("M")
_MOST = 512


class OfObject(Generic[M]):
    """What is made of an object, once for each."""

    def __init__(self, make: Callable[[Any], M]) -> None:
        self._make = make
        self._known: dict[int, tuple[Any, M]] = {}

    def __call__(self, thing: Any) -> M:
        known = self._known.get(id(thing))
        if known is None or known[0] is not thing:
            if len(self._known) > _MOST:
                self._known.clear()
            known = self._known[id(thing)] = (thing, self._make(thing))
        return known[1]


class OfType(Generic[M]):
    """What is made of a type, once for each. What `make` raises is raised each time."""

    def __init__(self, make: Callable[[Any], M]) -> None:
        self._make = make
        self._known: dict[object, tuple[list[object], M]] = {}

    def __call__(self, kind: Any) -> M:
        held: list[object] = []  # as long as they are there, nothing else has their ids
        key = _parts(kind, held)
        known = self._known.get(key)
        if known is None:
            made = self._make(kind)
            if len(self._known) > _MOST:
                self._known.clear()
            known = self._known[key] = (held, made)
        return known[1]


def _parts(kind: Any, held: list[object]) -> object:
    """Which types it is put together from, and how."""
    origin, inner = get_origin(kind), get_args(kind)
    held.append(origin if inner else kind)
    return (id(origin), *(_parts(each, held) for each in inner)) if inner else id(kind)
