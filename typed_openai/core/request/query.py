"""Query strings and form fields in the API's style: `include[]=a&include[]=b`, `metadata[key]=value`. Pure.

Rules (API description, `style: deepObject` and the arrays of `include`): a list repeats `name[]`, an object nests in
brackets, booleans are `true`/`false`, None is left out, an explicit `NULL` is an empty value.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from urllib.parse import urlencode

Pair = tuple[str, str]


def flatten(name: str, value: object) -> Iterator[Pair]:
    """The pairs that one parameter becomes."""
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from flatten(f"{name}[{key}]", inner)
    elif isinstance(value, Sequence) and not isinstance(value, str | bytes):
        for inner in value:
            yield from flatten(f"{name}[]", inner)
    elif isinstance(value, bool):
        yield name, "true" if value else "false"
    else:
        yield name, "" if value is None else str(value)


def pairs(values: Mapping[str, object]) -> list[Pair]:
    """All pairs of a mapping, in its order."""
    return [pair for name, value in values.items() for pair in flatten(name, value)]


def query_string(values: Mapping[str, object]) -> str:
    """The query without its question mark; `""` when there is nothing to send."""
    return urlencode(pairs(values))
