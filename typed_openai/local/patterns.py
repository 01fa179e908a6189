"""A string for a regular expression, so that schemas with `pattern` get an instance that really matches.

`matching(pattern, …)` reads the expression once from left to right and writes the plainest text that it can: the first
branch of an alternation, the first member of a class, as few repetitions as allowed. Then it checks its own work
with `re.search`, and repeats more often where the text came out too short.

Weak spots: look-around, back-references and inline flags are stepped over rather than understood; when the check
shows that this mattered, the answer is None, never a string that does not match.
"""

from __future__ import annotations

import re

_ESCAPES = {"d": "1", "w": "a", "s": " ", "D": "a", "W": "-", "S": "a", "n": "\n", "t": "\t", "r": "\r"}
_ANCHORS = "bBAZ"
_CANDIDATES = "a1A -_.@/é"
_LONGEST = 256


def matching(pattern: str, shortest: int = 0, longest: int | None = None) -> str | None:
    """A string that the pattern finds and whose length lies within the bounds; None when none was found."""
    upper = _LONGEST if longest is None else longest
    try:
        compiled = re.compile(pattern)
        for repeats in (0, 1, *range(max(shortest, 2), min(shortest, _LONGEST) + 3)):
            text = _Writer(pattern, repeats).alternatives()
            if compiled.search(text) and shortest <= len(text) <= upper:
                return text
    except (re.error, IndexError, OverflowError, RecursionError):
        return None
    return None


class _Writer:
    """Reads one expression and returns text for it; `repeats` is how often an open quantifier is taken."""

    def __init__(self, pattern: str, repeats: int) -> None:
        self._pattern = pattern
        self._repeats = repeats
        self._at = 0

    def alternatives(self) -> str:
        """The text of the first branch; the others are read past."""
        first = self._branch()
        while self._peek() == "|":
            self._at += 1
            self._branch()
        return first

    def _peek(self) -> str:
        return self._pattern[self._at : self._at + 1]

    def _branch(self) -> str:
        parts: list[str] = []
        while self._peek() not in ("", "|", ")"):
            atom = self._atom()
            parts.append(atom * self._count())
        return "".join(parts)

    def _atom(self) -> str:
        char = self._pattern[self._at]
        self._at += 1
        if char == "(":
            return self._group()
        if char == "[":
            return self._class()
        if char == "\\":
            escaped = self._pattern[self._at]
            self._at += 1
            return "" if escaped in _ANCHORS else _ESCAPES.get(escaped, escaped)
        return {"^": "", "$": "", ".": "a"}.get(char, char)

    def _group(self) -> str:
        seen = re.compile(r"\?(?:P?<\w+>|:|<?[=!])").match(self._pattern, self._at)
        if seen:
            self._at = seen.end()
        text = self.alternatives()
        self._at += 1
        return "" if seen and seen.group().endswith(("=", "!")) else text

    def _class(self) -> str:
        start = self._at - 1
        if self._peek() == "^":
            self._at += 1
        members = self._at
        if self._peek() == "]":
            self._at += 1
        while self._pattern[self._at] != "]":
            self._at += 2 if self._peek() == "\\" else 1
        self._at += 1
        allowed = re.compile(self._pattern[start : self._at])
        written = self._pattern[members : self._at - 1]
        return next((each for each in f"{written}{_CANDIDATES}" if allowed.fullmatch(each)), "")

    def _count(self) -> int:
        seen = re.compile(r"(\*|\+|\?|\{(\d*)(,?)(\d*)\})[?+]?").match(self._pattern, self._at)
        if not seen or seen.group(1) == "{}":
            return 1
        self._at = seen.end()
        if not seen.group(1).startswith("{"):
            low, high = {"*": (0, _LONGEST), "+": (1, _LONGEST), "?": (0, 1)}[seen.group(1)]
        else:
            low = int(seen.group(2) or 0)
            high = int(seen.group(4) or _LONGEST) if seen.group(3) else low
        return max(low, min(high, self._repeats, _LONGEST))
