"""What a server says went wrong, in whichever words: the error in a JSON value, its text, how long to wait. Pure.

Servers report failures in dozens of shapes, under error statuses and under 200: `{"error": {...}}` (OpenAI), a list of
that (Gemini), `{"object": "error"}` (vLLM), `{"error": true, "message": ...}`, `{"code": 500, "msg": ..., "success":
false}`, `{"error_code": ...}`, `{"detail": ...}` (FastAPI), `{"message": "no healthy upstream"}` (Envoy), an error in
one of the choices (OpenRouter), the real reason as JSON text in `metadata.raw`.

Rules
* `error_in` finds what calls itself an error. `says_failure` goes further and also takes what merely sounds like one:
  only for a value that is known not to be an answer.
* Whether something is an answer is not decided here but by its model (`Result.is_answer`).

Weak spot: words of other languages and names that nobody has seen yet are shown whole and not understood.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from contextlib import suppress

from pydantic_core import from_json, to_json

_SHOWN = 200
_SAYING = (
    *("message", "detail", "msg", "error_message", "error_msg", "errormessage", "errormsg", "err_msg", "errmsg"),
    *("error_description", "status_msg", "reason", "faultstring", "title", "description", "error", "errors", "err"),
    *("fault", "base_resp"),
)
"""Names under which servers put words, the most telling first; looked for without regard to capitals."""
_TELLING = frozenset((*_SAYING, "code", "error_code", "errorcode", "status_code", "statuscode"))
_FAILED = frozenset(("error", "failed", "failure", "fail"))
_MAYBE = re.compile(rb'"error"\s*(?::(?!\s*null\b)|[,}\]])')
"""In JSON text: a field `error` that is not null, or the value `"error"`."""
_MAX_DEPTH = 5
_DELAYS = {
    "retrydelay": 1.0,
    "retryafter": 1.0,
    "retryafterseconds": 1.0,
    "retryafterms": 0.001,
}
"""Names under which bodies say how long to wait (capitals and `_` do not matter), and the unit of a bare number."""


def may_report(content: bytes) -> bool:
    """Whether it is worth the while to look for an error in JSON text; cheap, and hardly ever so for an answer."""
    return b'"error"' in content and _MAYBE.search(content) is not None


def error_in(data: object) -> object | None:
    """The error that a JSON value reports, None when it reports none: `{"error": ...}`, also in a list (Gemini) or in
    one of its choices, or an object that calls itself an error (vLLM). An error that is a text or a mere yes takes its
    neighbours (`code`, `message`) along."""
    if isinstance(data, list):
        return error_in(data[0]) if data else None
    if not isinstance(data, dict):
        return None
    found: object = data.get("error")
    if is_error(found):
        return found if isinstance(found, dict | list) or len(data) == 1 else data
    if data.get("object") == "error":
        return data
    return error_of_choice(data.get("choices"))


def error_of_choice(choices: object) -> object | None:
    """The error of the first choice that has one, or ended by one."""
    for choice in choices if isinstance(choices, list) else ():
        if isinstance(choice, dict):
            if is_error(choice.get("error")):
                return error_in({"error": choice["error"]})
            if choice.get("finish_reason") == "error":
                index = choice.get("index", 0)
                return {"message": f"choice {index} ended by an error", "code": None}
    return None


def is_error(value: object) -> bool:
    """Whether the value of an `error` field reports one (gateways send null, `""` and `{}` when all is well)."""
    return any(value.values()) if isinstance(value, dict) else bool(value)


def says_failure(data: object) -> bool:
    """Whether a JSON object that is not an answer speaks of a failure, in whichever words."""
    if not isinstance(data, dict):
        return False
    if error_in(data) is not None:
        return True
    named = {str(name).lower(): value for name, value in data.items()}
    if named.get("success") is False or named.get("ok") is False:
        return True
    if any(isinstance(value, str) and value.lower() in _FAILED for value in map(named.get, ("status", "type"))):
        return True
    return any(is_error(named[name]) for name in _TELLING & named.keys())


def failure_of(data: object) -> object:
    """The part of a JSON value that says what went wrong; the value itself where nothing in it stands out."""
    found = error_in(data)
    return data if found is None else found


def words(value: object, depth: int = 0) -> str:
    """What a reported failure says, as text; `""` where it says nothing."""
    if isinstance(value, str):
        return value
    if isinstance(value, list) and depth < _MAX_DEPTH:
        return "; ".join(filter(None, (words(item, depth + 1) for item in value)))
    if not isinstance(value, dict) or depth >= _MAX_DEPTH:
        return "" if value is None or isinstance(value, bool) else str(value)
    named = {str(name).lower(): item for name, item in value.items()}
    said = next(filter(None, (words(named[name], depth + 1) for name in _SAYING if name in named)), "")
    return " ".join(filter(None, (said and _placed(named.get("loc"), said), _behind(said, named.get("metadata")))))


def _placed(where: object, said: str) -> str:
    """With the place in the request that FastAPI names."""
    return f"{'.'.join(map(str, where))}: {said}" if isinstance(where, list) and where else said


def _behind(said: str, metadata: object) -> str:
    """What OpenRouter says of the server behind it: the real reason, which may be JSON text itself."""
    raw = metadata.get("raw") if isinstance(metadata, dict) else None
    if isinstance(raw, str):
        with suppress(ValueError):
            raw = from_json(raw)
    found = raw if isinstance(raw, str) else words(failure_of(raw), 1) or (to_json(raw).decode() if raw else "")
    return f"({found})" if said and found else found


def line(value: object) -> str:
    """The same in one line of bounded length; the value as JSON text where it says nothing."""
    return (words(value) or to_json(value).decode())[:_SHOWN]


_STATUSES = {
    429: ("rate_limit_exceeded", "rate_limit_error", "too_many_requests", "resource_exhausted"),
    500: ("server_error", "internal_error", "internal_server_error", "internal"),
    502: ("bad_gateway",),
    503: (
        *("overloaded", "overloaded_error", "service_unavailable", "unavailable", "slow_down"),
        *("server_overloaded", "engine_overloaded", "model_overloaded", "server_is_overloaded"),
    ),
    504: ("gateway_timeout", "deadline_exceeded"),
}
"""What OpenAI, Anthropic, Google and gateways call the statuses that pass by waiting."""


def status_in(body: object) -> int | None:
    """The HTTP status that an error under status 200 gives itself, as a number or by name; None when it gives none."""
    named = {str(name).lower(): value for name, value in body.items()} if isinstance(body, dict) else {}
    names = ("status", "code", "status_code", "statuscode", "error_code", "errorcode", "type")
    given = [str(named.get(name, "")).strip().lower() for name in names]
    for text in given:
        if text.isascii() and text.isdigit() and 400 <= int(text[:4]) <= 599:
            return int(text)
    words = [text.replace(" ", "_").replace("-", "_") for text in given]
    return next((status for status, called in _STATUSES.items() if not {*called}.isdisjoint(words)), None)


def delay_in(data: object) -> float | None:
    """Seconds that an error asks to wait: Google's `RetryInfo`, `retry_after` and the like; None when it does not."""
    found = [seconds for seconds in _delays(data, 0) if seconds is not None]
    return max(found, default=None)


def _delays(data: object, depth: int) -> Iterator[float | None]:
    if depth > _MAX_DEPTH:
        return
    if isinstance(data, list):
        for item in data:
            yield from _delays(item, depth + 1)
    elif isinstance(data, dict):
        for name, value in data.items():
            unit = _DELAYS.get(str(name).lower().replace("_", "").replace("-", ""))
            if unit is None:
                yield from _delays(value, depth + 1)
            elif isinstance(value, Mapping):  # a protobuf duration, spelled out
                yield seconds_in(str(value.get("seconds")), 1.0)
            elif not isinstance(value, bool):
                yield seconds_in(str(value), unit)


_NUMBER = r"(\d+\.?\d*|\.\d+)(e[+-]?\d+)?"
_UNITS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}
_UNIT = r"(ms|milliseconds?|s|secs?|seconds?|m|mins?|minutes?|h|hours?|d|days?)"
_PLAIN = re.compile(rf"\+?{_NUMBER}")
_SPELLED = re.compile(rf"({_NUMBER}\s*{_UNIT}\s*)+")
_PIECE = re.compile(rf"{_NUMBER}\s*{_UNIT}\s*")


def seconds_in(text: str, unit: float = 1.0) -> float | None:
    """Seconds: a number of units in any spelling, or one that names its own (`10s`, `1m30s`, `250 ms`); None for
    anything else. What is too large for a number is infinite."""
    text = text.strip().lower()
    if text in ("inf", "+inf", "infinity", "+infinity"):
        return math.inf
    if len(text) > 100 and text.isascii() and text.isdigit():
        return math.inf
    if len(text) > 100 or not text.isascii():
        return None
    if _PLAIN.fullmatch(text):
        return float(text) * unit
    if not _SPELLED.fullmatch(text):
        return None
    pieces = [(piece[1] + (piece[2] or ""), piece[3]) for piece in _PIECE.finditer(text)]
    return sum(float(number) * _UNITS["ms" if name.startswith(("ms", "mil")) else name[0]] for number, name in pieces)
