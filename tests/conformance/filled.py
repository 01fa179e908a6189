"""Random data for any class of the package: of each field what it says it is, what it is not, or nothing.

for kind in classes(Result):
    data = filled(kind, random.Random(1), [None, 5, "x", {}])
"""

from __future__ import annotations

import importlib
import pkgutil
import random
from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any, TypeVar

from pydantic import BaseModel

import typed_openai

M = TypeVar("M", bound=BaseModel)
_NOT_WALKED = ("mypy", "frameworks", "__main__", "console")
_LIKELY: tuple[Any, ...] = ("text", 1, [], "assistant", "function", "completed", {}, "message", "user")
_DEEPEST = 3


def classes(base: type[M]) -> list[type[M]]:
    """All classes of the package below one, in the order of their names."""
    _load()
    found: set[type[M]] = set()
    waiting = [base]
    while waiting:
        below = [kind for kind in waiting.pop().__subclasses__() if kind not in found]
        found.update(below)
        waiting += below
    ours = [kind for kind in found if kind.__module__.startswith("typed_openai.")]
    return sorted(ours, key=lambda kind: (kind.__module__, kind.__qualname__))


@cache
def _load() -> None:
    for module in pkgutil.walk_packages(typed_openai.__path__, "typed_openai."):
        if not any(part in _NOT_WALKED for part in module.name.split(".")):
            importlib.import_module(module.name)


def filled(kind: type[BaseModel], chance: random.Random, odd: Sequence[Any], depth: int = 0) -> dict[str, Any]:
    """Data for a class; some values of it are `odd`."""
    data: dict[str, Any] = {}
    for name, info in kind.__pydantic_fields__.items():
        if (how := chance.random()) < 0.15:
            continue
        annotation: Any = info.annotation
        inner = _inside(annotation) if depth < _DEEPEST else ()
        value: Any = chance.choice(odd)
        if how < 0.6 and inner:
            value = filled(chance.choice(inner), chance, odd, depth + 1)
            if any(word in str(annotation).lower() for word in ("list", "iterable", "sequence")):
                value = [value, chance.choice(odd)]
        elif how < 0.8:
            value = chance.choice(_LIKELY)
        data[info.alias or name] = value
    return data


@cache
def _inside(annotation: Any) -> tuple[type[BaseModel], ...]:
    """The models that an annotation names, at any depth."""
    return tuple(_walked(annotation))


def _walked(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
        return
    for part in (*getattr(annotation, "__args__", ()), getattr(annotation, "__value__", None)):
        if part is not None:
            yield from _walked(part)
