"""What is whole replaces what came in pieces: what it says less of, and what of the pieces it does not say. Pure.

Rules
* Nothing (null, an empty text, list or object) says nothing of what is known: gateways fill in what they lack.
* A whole that says something else counts; an issue then tells what the pieces said. JSON texts are compared by value.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from pydantic_core import from_json

from typed_openai.core.answer.meta import Issue
from typed_openai.core.request.faults import shown

_TOLD = 1000
"""Characters that are told of what was streamed and is not in the whole: it stands nowhere else."""


def says(value: object) -> bool:
    """Whether a value says anything."""
    return value is not None and not (isinstance(value, str | list | dict) and not value)


def over(known: Mapping[str, Any], whole: Mapping[str, Any]) -> dict[str, Any]:
    """What is known, with the whole over it, where that says anything."""
    return {**known, **{name: value for name, value in whole.items() if says(value) or not says(known.get(name))}}


def unsaid(pieces: Mapping[str, Any], whole: Mapping[str, Any], pointer: str, but: Collection[str] = ()) -> list[Issue]:
    """What was said in pieces and is not in the whole, field by field (`but` for these, which may change)."""
    found: list[Issue] = []
    for name, value in pieces.items():
        other = whole.get(name)
        if name in but or value is other or value == other or not (says(value) and says(other)):
            continue
        if missing := _missing(value, other):
            streamed = repr(missing[0] if len(missing) == 1 else missing)
            streamed = streamed if len(streamed) <= _TOLD else f"{streamed[:_TOLD]}…"
            found.append(Issue(f"{pointer}/{name}", f"what was streamed, {streamed}", shown(other)))
    return found


def _missing(value: object, other: object) -> list[object]:
    if isinstance(value, str) and isinstance(other, str) and _same_json(value, other):
        return []
    told = [*leaves(other)]
    return _without(value, told, [leaf for leaf in told if isinstance(leaf, str)])


def _without(value: object, told: list[object], texts: list[str]) -> list[object]:
    """The parts of a value that were not told, as large as they are; a member with another name was not."""
    if not isinstance(value, dict | list):
        is_known = value in told or (isinstance(value, str) and any(value in text for text in texts))
        return [] if is_known or not says(value) else [value]
    if isinstance(value, dict):
        named = [(name, part) for name, part in value.items() if says(part)]
        missing = [_without(part, told, texts) if name in told else [{name: part}] for name, part in named]
        all_new = all(name not in told for name, _ in named)
    else:
        parts = list(filter(says, value))
        missing = [_without(part, told, texts) for part in parts]
        all_new = all(found and found[0] is part for found, part in zip(missing, parts, strict=True))
    return [value] if all_new and missing else [each for found in missing for each in found]


def _same_json(one: str, other: str) -> bool:
    if one[:1] != "{" or other[:1] != "{":
        return False
    try:
        return bool(from_json(one) == from_json(other))
    except ValueError:
        return False


def leaves(value: object) -> Iterator[object]:
    """The texts and numbers in a JSON value, and the names."""
    if isinstance(value, dict):
        yield from value
        value = [*value.values()]
    if isinstance(value, list):
        for inner in value:
            yield from leaves(inner)
    elif says(value):
        yield value
