"""Where in a request something stands that JSON cannot carry, and why. Pure; loaded when a body could not be written.

Rules: each such value is told with its very place (`tools[0].function.parameters.default`); an object that holds itself
is told where it comes again. What is in an iterator that has been used up is told at the iterator.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from pydantic import BaseModel
from pydantic_core import from_json, to_json

from typed_openai.core.request.faults import shown
from typed_openai.errors import Fault

CARRIED = "what JSON can carry"


def unsendable(values: Mapping[str, Any], fallback: Callable[[Any], Any]) -> Iterator[Fault]:
    """What of some parameters cannot be sent; `fallback` puts into plain data what JSON does not know by itself."""
    for name, value in values.items():
        yield from _within(name, value, fallback, ())


def _within(place: str, value: Any, fallback: Callable[[Any], Any], around: tuple[int, ...]) -> Iterator[Fault]:
    if id(value) in around:
        yield Fault(place, CARRIED, f"a {type(value).__name__} that holds itself")
        return
    inner = _inside(place, value)
    if inner is not None:
        for where, item in inner:
            yield from _within(where, item, fallback, (*around, id(value)))
        return
    try:
        from_json(to_json(value, fallback=fallback), allow_inf_nan=False)
    except (TypeError, ValueError, RecursionError) as error:
        yield _fault(place, value, str(error))


def _inside(place: str, value: Any) -> list[tuple[str, Any]] | None:
    """What stands in a value, with its place; None for a single value."""
    if isinstance(value, BaseModel):
        return [(f"{place}.{name}", item) for name, item in value]
    if isinstance(value, Mapping):
        return [(f"{place}.{name}", item) for name, item in value.items()]
    if isinstance(value, list | tuple | set | frozenset):
        return [(f"{place}[{number}]", item) for number, item in enumerate(value)]
    return None


def _fault(place: str, value: object, why: str) -> Fault:
    if "expected value" in why or "invalid number" in why:
        return Fault(place, CARRIED, "NaN or Infinity")
    if isinstance(value, str):
        return Fault(place, CARRIED, shown(value), "it holds a lone surrogate, which is half of a character")
    hint = "only bytes that are UTF-8 can be sent as text" if isinstance(value, bytes | bytearray) else ""
    return Fault(place, CARRIED, shown(value), hint)
