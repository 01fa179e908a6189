"""Strings and numbers that fit a JSON schema's bounds: the leaves of `synthesis`.

Rules: a hint from the user's text is taken when it fits, else the plainest value that does; a value that cannot be
found is a `SchemaFault` with the reason, never a near miss.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from fractions import Fraction

from typed_openai.local.json_text import Json, JsonObject
from typed_openai.local.patterns import matching

FORMATS = {
    "date-time": "2025-06-15T12:00:{:02d}Z",
    "date": "2025-06-{:02d}",
    "time": "12:00:{:02d}Z",
    "duration": "P{}D",
    "email": "sample{}@example.com",
    "idn-email": "sample{}@example.com",
    "hostname": "host{}.example.com",
    "idn-hostname": "host{}.example.com",
    "ipv4": "192.0.2.{}",
    "ipv6": "2001:db8::{}",
    "uri": "https://example.com/{}",
    "uri-reference": "/sample/{}",
    "url": "https://example.com/{}",
    "iri": "https://example.com/{}",
    "uuid": "00000000-0000-4000-8000-{:012d}",
    "json-pointer": "/sample/{}",
    "regex": "sample{}",
}
"""A sample for each format, with a place for a number that tells siblings apart."""

_LONGEST = 100_000


class SchemaFault(ValueError):
    """No value could be made for a schema; the message says why, in a clause that fits after a colon."""


class Unfillable(SchemaFault):
    """There is none here; another branch, or none at all where that is allowed, may do."""


def string_for(schema: JsonObject, hint: str | None, name: str, index: int) -> str:
    """A string that fits `format`, `pattern`, `minLength` and `maxLength`."""
    shortest, longest = _length(schema, "minLength") or 0, _length(schema, "maxLength")
    if shortest > _LONGEST or (longest is not None and longest < shortest):
        raise Unfillable(f"no string is made of {shortest} to {longest or _LONGEST} characters")
    if isinstance(pattern := schema.get("pattern"), str):
        if hint is not None and _fits(hint, pattern, shortest, longest):
            return hint
        found = matching(pattern, shortest, longest)
        if found is None:
            raise Unfillable(f"no string was found for the pattern {pattern!r}")
        return found
    if isinstance(kind := schema.get("format"), str) and kind in FORMATS:
        return FORMATS[kind].format(index % 28 + 1)
    plain = hint if hint is not None else _sample(name, index)
    return plain[:longest].ljust(shortest, ".")


def _fits(text: str, pattern: str, shortest: int, longest: int | None) -> bool:
    try:
        found = re.search(pattern, text)
    except re.error:
        return False
    return found is not None and shortest <= len(text) and (longest is None or len(text) <= longest)


def _sample(name: str, index: int) -> str:
    words = f"sample {name.replace('_', ' ')}".strip()
    return words if index == 0 else f"{words} {index + 1}"


def _length(schema: JsonObject, keyword: str) -> int | None:
    value = schema.get(keyword)
    return int(value) if isinstance(value, int | float) else None


def number_for(schema: JsonObject, hints: Iterable[float], *, whole: bool, index: int) -> Json:
    """A number that fits the bounds and `multipleOf`; `whole` asks for an integer."""
    step = _bound(schema, "multipleOf") or (Fraction(1) if whole else None)
    if whole and step is not None and step.denominator != 1:
        step = Fraction(step.numerator)
    for candidate in _candidates(schema, hints, step, index):
        if (not whole or candidate.denominator == 1) and _within(schema, candidate, step):
            return int(candidate) if whole else float(candidate)
    raise Unfillable("no number lies within its bounds")


def _candidates(schema: JsonObject, hints: Iterable[float], step: Fraction | None, index: int) -> Iterable[Fraction]:
    """Numbers worth trying, the nicest first: from the text, small ones, then those next to the bounds."""
    yield from (Fraction(str(hint)) for hint in hints)
    yield Fraction(1 + index)
    lows = [each for key in ("minimum", "exclusiveMinimum") if (each := _bound(schema, key)) is not None]
    highs = [each for key in ("maximum", "exclusiveMaximum") if (each := _bound(schema, key)) is not None]
    if step is None and lows and highs:
        yield max(lows) + (min(highs) - max(lows)) * Fraction(index + 1, index + 2)
    hop = step or Fraction(1)
    for start in [*lows, *highs, Fraction(0)]:
        yield start
        nearest = math.floor(start / hop)
        yield from ((nearest + away) * hop for away in (0, 1, -1, 1 + index, -1 - index))


def _within(schema: JsonObject, value: Fraction, step: Fraction | None) -> bool:
    low, open_low = _bound(schema, "minimum"), _bound(schema, "exclusiveMinimum")
    high, open_high = _bound(schema, "maximum"), _bound(schema, "exclusiveMaximum")
    return (
        (low is None or value >= low)
        and (open_low is None or value > open_low)
        and (high is None or value <= high)
        and (open_high is None or value < open_high)
        and (step is None or (value / step).denominator == 1)
    )


def _bound(schema: JsonObject, keyword: str) -> Fraction | None:
    value = schema.get(keyword)
    if isinstance(value, bool) or not isinstance(value, int | float) or math.isinf(value):
        return None
    return Fraction(str(value))
