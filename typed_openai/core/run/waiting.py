"""Waiting for something that takes its time: one shape for runs, batches, files, vector stores and fine-tunes. A flow.

* Asks again after `interval` seconds, half as much longer each time up to `max_interval`; a server that names the time
  itself (`openai-poll-after-ms`) is obeyed.
* `deadline` bounds the whole wait: `WaitTimeoutError`, with the object as it was last seen on `.result`.
* `on_progress` is called with each state that is seen; async allowed for async clients.
* A terminal failure raises `WaitFailedError` with the object on `.result` and its reason in the text, unless the
  caller wants it returned. Where something may end well and still have failed in part, `shortfall` says so.
* An option that does not exist, or cannot be, is refused by `check` before the first step of the operation
  (`declare/flow_methods.py`).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Mapping
from typing import Any, TypedDict, TypeVar

from typed_openai.core.answer.reported import line, seconds_in, words
from typed_openai.core.request.faults import refuse_unknown, shown
from typed_openai.core.run.effects import Call, Flow, Sleep
from typed_openai.core.run.retry import MAX_RETRY_AFTER
from typed_openai.errors import Fault, RequestValidationError, WaitFailedError, WaitTimeoutError
from typed_openai.models.base import Result

R = TypeVar("R", bound=Result)
GROWTH = 1.5
_CAUSES = ("last_error", "error", "errors", "status_details", "incomplete_details", "failure_reason")
"""Where objects say why they ended badly."""
_FEW = 3
"""Reasons that a message lists."""


class Waiting(TypedDict, total=False):
    """How to wait; every helper that waits takes it as `wait=...`."""

    interval: float
    """Seconds before the state is asked for again; grows by half each time. Default 0.5."""
    max_interval: float
    """Seconds between two questions at most. Default 10."""
    deadline: float | None
    """Seconds that the whole wait may take; default 600, None for no bound."""
    on_progress: Callable[[Any], object] | None
    """Called with the object each time it was asked for."""
    raise_on_failure: bool
    """Whether a terminal failure raises (default) or is returned like any other end."""


_OPTIONS = (*Waiting.__annotations__,)


def check(operation: str, wait: object) -> None:
    """Refuse what is no `wait=...`, before anything is sent."""
    if not isinstance(wait, Mapping):
        raise RequestValidationError(operation, [Fault("wait", f"a dict of {', '.join(_OPTIONS)}", shown(wait))])
    refuse_unknown(operation, wait, _OPTIONS, "wait")
    faults = [Fault(f"wait.{name}", *_wrong(name, wait[name])) for name in wait if _wrong(name, wait[name])]
    if faults:
        raise RequestValidationError(operation, faults)


def _wrong(name: str, value: object) -> tuple[str, str] | tuple[()]:
    """What an option has to be, and what it is; nothing where it is that."""
    if name == "on_progress":
        allowed, is_right = "a function", value is None or callable(value)
    elif name == "raise_on_failure":
        allowed, is_right = "True or False", isinstance(value, bool)
    else:
        is_right = _is_time(value) or (value is None and name == "deadline")
        allowed = "seconds, 0 or more" + (", or None" if name == "deadline" else "")
    return () if is_right else (allowed, shown(value))


def _is_time(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and value >= 0


def wait_for(
    fetch: Callable[[], Flow[R]],
    *,
    pending: Collection[str],
    failed: Collection[str],
    wait: Waiting | None = None,
    status: Callable[[R], str | None] = lambda result: getattr(result, "status", None),
    shortfall: Callable[[R], Flow[str]] | None = None,
) -> Flow[R]:
    """Ask with `fetch` until the status is none of `pending`; raise when it is one of `failed`.

    A status that nobody knows counts as an end: it is returned rather than waited for for ever. `shortfall` says what
    failed in spite of an end that is not one of `failed`; `""`: nothing.
    """
    how = wait or {}
    interval, most = how.get("interval", 0.5), how.get("max_interval", 10.0)
    deadline, on_progress = how.get("deadline", 600.0), how.get("on_progress")
    until = None if deadline is None else time.monotonic() + deadline
    while True:
        result = yield from fetch()
        if on_progress is not None:
            yield Call(on_progress, result)
        told: Any = status(result)
        state = told if isinstance(told, str) else None  # what a server says in its place ends the wait
        if state not in pending:
            if how.get("raise_on_failure", True):
                why = reason(result) if state in failed else ""
                why = (yield from shortfall(result)) if shortfall is not None and state not in failed else why
                if why or state in failed:
                    raise WaitFailedError(f"{_name(result)} ended as {state!r}{why and f': {why}'}", result)
            return result
        pause = _asked(result) or min(interval, most)
        interval *= GROWTH
        if until is not None and time.monotonic() + pause > until:
            raise WaitTimeoutError(f"{_name(result)} is still {state!r} after {deadline:g} s", result)
        yield Sleep(pause)


def paced(operation: str, wait: Waiting | None, spelled: Mapping[str, float | None]) -> Waiting:
    """`wait`, and what other packages call it: an interval that does not grow, a deadline. `wait` itself wins."""
    if wait is not None:
        check(operation, wait)
    given = {name: value for name, value in spelled.items() if value is not None}
    faults = [Fault(name, "a number, 0 or more", shown(value)) for name, value in given.items() if not _is_time(value)]
    if faults:
        raise RequestValidationError(operation, faults)
    how: Waiting = {}
    for name, factor in (("poll_interval_ms", 0.001), ("poll_interval", 1.0)):
        if (interval := spelled.get(name)) is not None:
            how = {"interval": interval * factor, "max_interval": interval * factor}
    if (seconds := spelled.get("max_wait_seconds")) is not None:
        how = {**how, "deadline": seconds}
    return {**how, **(wait or {})}


def reason(result: Result) -> str:
    """Why something ended badly, in the words of the server; `""` where it does not say."""
    data = result.model_dump()
    told = [_cause(data.get(name)) for name in _CAUSES]
    return "; ".join(dict.fromkeys(filter(None, told)))


def _cause(value: object) -> str:
    """A reason, or the first few of several."""
    found = value.get("data") if isinstance(value, dict) else value
    if isinstance(found, list):
        more = f" and {len(found) - _FEW} more" if len(found) > _FEW else ""
        return ", ".join(map(_cause, found[:_FEW])) + more
    if not isinstance(value, dict):
        return line(value) if value else ""
    code, number, said = value.get("code"), value.get("line"), words(value)
    where = f"line {number}: " if number is not None else ""
    named = "" if code is None or (where and said) else f"{code}: " if said else str(code)
    return where + named + line(said) if said or named else ""


def _asked(result: Result) -> float | None:
    """Seconds that the server asks to wait before the next question; None when it does not, or for far too long."""
    seconds = seconds_in(result.meta.headers.get("openai-poll-after-ms", ""), 0.001)
    return None if seconds is None or seconds > MAX_RETRY_AFTER else seconds


def _name(result: Result) -> str:
    return f"{type(result).__name__} {getattr(result, 'id', '')}".strip()
