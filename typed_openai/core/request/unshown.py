"""What a refusal shows of a value: not what a field holds that no repr shows (`Field(repr=False)`), at any depth. Pure.

Weak spot: a secret under a name that nobody declared is shown like any other value; its name is what is refused there.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pydantic import BaseModel

from typed_openai.core.request.faults import shown
from typed_openai.core.request.places import element_of, models_in, place_of

_HIDDEN = "a value that is not shown"


def shown_at(value: object, model: type[BaseModel], location: Sequence[int | str]) -> str:
    """A short picture of a value that was given at a place."""
    ways = [place_of(model, location[:length]) for length in range(1, len(location) + 1)]
    for way in ways:
        if way is not None and way.owner is not None and way.path.rpartition(".")[2] in _unshown(way.owner):
            return _HIDDEN
    place = ways[-1] if ways else place_of(model, location)
    form = model if place is None else place.form
    names = {*_names_below(form, set())} if isinstance(value, Mapping | list) else set()
    return shown(_masked(value, names) if names else value)


def _unshown(model: type[BaseModel]) -> set[str]:
    """The names that callers write of fields that no repr shows."""
    return {info.alias or name for name, info in model.__pydantic_fields__.items() if not info.repr}


def _names_below(form: Any, seen: set[type[BaseModel]]) -> Iterator[str]:
    for model in models_in(element_of(form)):
        if model not in seen:
            seen.add(model)
            yield from _unshown(model)
            for info in model.__pydantic_fields__.values():
                yield from _names_below(info.annotation, seen)


def _masked(value: Any, names: set[str]) -> Any:
    if isinstance(value, Mapping):
        return {name: "..." if name in names else _masked(inner, names) for name, inner in value.items()}
    return [_masked(inner, names) for inner in value] if isinstance(value, list) else value
