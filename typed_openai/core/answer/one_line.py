"""Text of a server, fit for a message or a log: in one line, and without what a terminal would obey."""

from __future__ import annotations

import re

_UNFIT = re.compile("[\\x00-\\x1f\\x7f-\\x9f\\u2028\\u2029\\u200e\\u200f\\u202a-\\u202e\\u2066-\\u2069\\ud800-\\udfff]")


def one_line(text: str) -> str:
    """The text with its line breaks, control characters, changes of direction and halves of characters spelled out:
    `\\n`, `\\x1b`, `\\u202e`."""
    return _UNFIT.sub(_spelled, text)


def _spelled(found: re.Match[str]) -> str:
    return found[0].encode("ascii", "backslashreplace").decode() if ord(found[0]) > 0xFF else repr(found[0])[1:-1]
