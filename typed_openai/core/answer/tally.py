"""Issues of many parts as those of one whole: one of each kind, counted, and no more than `LIMIT` of them.

A kind is a place (whatever the numbers in it) and what was expected there; of values that contradict each other, where
the result has one, each is a kind of its own, so that none is lost. Of each kind the first is kept, with how
often it came; what goes beyond the limit is counted in one last issue. So what a stream of a million chunks keeps is
bounded, and nothing about it is silent.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from typed_openai.core.answer.meta import Issue

LIMIT = 100
"""How many issues one result has at most, the last of which counts the others."""
ONE_VALUE = "the same in all chunks"
"""What is expected of a value of which a whole has one only."""


class Tally:
    """The issues of a whole that comes in parts."""

    __slots__ = ("_kinds", "_more")

    def __init__(self) -> None:
        self._kinds: dict[tuple[str, str, str], Issue] = {}
        self._more = 0

    def add(self, issues: Iterable[Issue]) -> None:
        """Take the issues of a part into account."""
        for issue in issues:
            place = re.sub(r"/\d+(?=/|$)", "/*", issue.pointer)
            kind = (place, issue.expected, issue.got if issue.expected == ONE_VALUE else "")
            known = self._kinds.get(kind)
            if known is not None:
                self._kinds[kind] = known._replace(times=known.times + issue.times)
            elif len(self._kinds) < LIMIT - 1:
                self._kinds[kind] = issue
            else:
                self._more += issue.times

    def issues(self) -> tuple[Issue, ...]:
        """What there is to say."""
        return (*self._kinds.values(), *_beyond(self._more))


def bounded(issues: tuple[Issue, ...]) -> tuple[Issue, ...]:
    """The issues of one answer, each in its place, as many as are kept."""
    if len(issues) <= LIMIT:
        return issues
    rest = sum(issue.times for issue in issues[LIMIT - 1 :])
    return (*issues[: LIMIT - 1], *_beyond(rest))


def _beyond(count: int) -> tuple[Issue, ...]:
    return (Issue("", f"at most {LIMIT - 1} kinds of deviation", "others besides", count),) if count else ()
