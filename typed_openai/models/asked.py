"""Asked for and not given: what the results of several areas need to tell it (`Result.check_asked`). Pure.

Only what the request names counts, never what a server would do by itself; more than was asked for is not a fault. Weak
spot: what went out in `extra_body` is not seen.
"""

from collections.abc import Iterable
from typing import Any

from typed_openai.core.answer.meta import Issue
from typed_openai.models.text_inputs import text_or_tokens


def listed(value: object) -> list[Any]:
    """A list that a server may have replaced by anything."""
    return value if isinstance(value, list) else []


def fewer(pointer: str, what: str, asked: object, given: object) -> Iterable[Issue]:
    """An issue when fewer things were given than asked for."""
    count = len(listed(given))
    if isinstance(asked, int) and count < asked:
        yield Issue(pointer, f"{asked} {what}, which were asked for", str(count))


def missing(pointer: str, what: str) -> Issue:
    """The issue for something that is not there at all."""
    return Issue(pointer, f"{what}, which were asked for", "nothing")


def count_of(given: Any) -> int | None:
    """How many texts an input is, None where that cannot be told (it was used up, or is none)."""
    kind = text_or_tokens(given) if isinstance(given, str | list | tuple) else None
    return {None: None, "text": 1, "tokens": 1}.get(kind, len(given) if kind else None)
