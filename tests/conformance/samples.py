"""Sample values of plain shapes: strings of a wanted length, strings that match a pattern, numbers inside a range.

Everything is deterministic, and small where the schema allows it. Strings above `LONGEST` and arrays above `WIDEST` are
never made: a limit that far out is left untested rather than paid for with megabytes.

Weak spot: patterns are understood as far as literals, classes and quantifiers go; for others `matching` returns None.
"""

from __future__ import annotations

import re
from math import ceil, floor
from typing import Any

from tests.conformance.spec import Schema

LONGEST = 300_000
WIDEST = 2_048


class Binary(str):
    """A string that stands for the bytes of a file."""

    __slots__ = ()


FORMATS: dict[str, Any] = {
    "uri": "https://example.com/picture.png",
    "date": "2024-02-29",
    "unixtime": 1_700_000_000,
    "binary": Binary("bytes"),
}
TRICKY_TEXT = 'é😀 \u2028 "quoted" \\ \t\n\u0000</p>'
"""Text that a careless serializer, line splitter or template would break."""

_TOKEN = re.compile(r"(\[(?:\\.|[^\]])+\]|\\.|[^\\{}*+?()|.\[\]])(\{\d+(?:,\d*)?\}|[*+?])?")
_CLASS = {r"\d": "0", r"\w": "a", r"\s": " "}


def text(shape: Schema, length: int | None = None) -> str | None:
    """A string for this shape, of exactly `length` characters when given; None when it cannot be made."""
    least, most = shape.get("minLength", 0), shape.get("maxLength", LONGEST)
    if "pattern" in shape:
        return matching(shape["pattern"], max(least, 1) if length is None else length)
    if length is not None:
        return "x" * length
    sample = FORMATS.get(shape.get("format", ""), "text")
    sample = sample if isinstance(sample, str) else str(sample)
    return sample if least <= len(sample) <= most else "x" * max(least, min(most, 4))


def matching(pattern: str, length: int) -> str | None:
    """A string that the pattern finds a match in, `length` characters long if it has a quantifier to stretch."""
    body = pattern.removeprefix("^").removesuffix("$")
    pieces = _TOKEN.findall(body)
    if "".join(atom + quantifier for atom, quantifier in pieces) != body:
        return None
    least = [(_example(atom), _least(quantifier)) for atom, quantifier in pieces]
    missing = max(0, length - sum(count for _, count in least))
    out = ""
    for (character, count), (_, quantifier) in zip(least, pieces, strict=True):
        stretch = missing if quantifier in {"*", "+"} or quantifier.endswith(",}") else 0
        missing -= stretch
        out += character * (count + stretch)
    return out if re.search(pattern, out) else None


def _example(atom: str) -> str:
    if atom.startswith("["):
        inner = atom[1:-1]
        return _CLASS.get(inner[:2], inner[1] if inner.startswith("\\") else inner[0])
    return _CLASS.get(atom, atom[-1])


def _least(quantifier: str) -> int:
    if quantifier.startswith("{"):
        return int(quantifier[1:-1].split(",")[0])
    return {"": 1, "+": 1, "*": 0, "?": 0}[quantifier]


def bounds(shape: Schema) -> tuple[Any, Any, Any]:
    """Smallest value, largest value (None when open), and the step by which values next to a bound differ from it."""
    low: Any = shape.get("minimum")
    high: Any = shape.get("maximum")
    above: Any = shape.get("exclusiveMinimum")
    below: Any = shape.get("exclusiveMaximum")
    whole = shape.get("type") == "integer"
    step = 1 if whole else 0.001
    if above is not None and above is not False:
        edge = low if above is True else above  # true: OpenAPI 3.0, a flag on `minimum`
        low = (floor(edge) + 1) if whole else edge + step
    if below is not None and below is not False:
        edge = high if below is True else below
        high = (ceil(edge) - 1) if whole else edge - step
    return low, high, step


def number(shape: Schema) -> Any:
    """A number inside the range: a plain one where there is no range, else one near its lower end."""
    low, high, _ = bounds(shape)
    sample: Any = FORMATS.get(shape.get("format", ""), 1 if shape.get("type") == "integer" else 0.5)
    if low is not None and sample < low:
        sample = low
    if high is not None and sample > high:
        sample = high
    multiple = shape.get("multipleOf")
    return ceil(sample / multiple) * multiple if multiple else sample
