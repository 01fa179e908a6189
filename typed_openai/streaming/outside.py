"""What a server says in a stream outside of its events: in their place, or behind them when something went wrong.

A gateway that fails while a stream runs breaks it off with what it says elsewhere: JSON or HTML, with no `data:` before
it; llama.cpp wrote `error: {...}`. To an event stream that is a field that nobody knows, and nothing.

Weak spot: what an event follows again is not looked for.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from typed_openai.core.answer.decode import read_json
from typed_openai.core.answer.reported import error_in, says_failure
from typed_openai.core.answer.sse import begins_like_events, may_begin_events

_ANSWERS = frozenset(("id", "choices", "output", "data", "text"))
"""Fields that a whole answer has one of, which came where a stream was expected."""
_LAST = re.compile(rb".*\ndata:[^\n]*\n(?:\n|$)", re.DOTALL)
_COMMENT = re.compile(rb"^:.*\n?", re.MULTILINE)


def told_failure(content: bytes) -> tuple[bool, Any]:
    """Whether a text outside of events speaks of a failure, and what it is as JSON (None where it is not)."""
    try:
        value, _ = read_json(content)
    except ValueError:
        return False, None
    is_answer = isinstance(value, dict) and any(value.get(name) for name in _ANSWERS)
    return error_in(value) is not None or (says_failure(value) and not is_answer), value


def behind_events(blocks: Sequence[bytes]) -> bytes:
    """What stands behind the last event of a stream and is none; nothing where something is still to come of it."""
    found = _LAST.match(b"\n" + b"".join(blocks).replace(b"\r\n", b"\n"))
    rest = b"" if found is None else _COMMENT.sub(b"", found.string[found.end() :]).strip()
    return b"" if begins_like_events(rest) or may_begin_events(rest) else re.sub(rb"\Aerror:\s*", b"", rest)
