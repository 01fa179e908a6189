"""How fast one client may ask: requests and tokens a minute, as given, and as the server's answers tell. Pure.

Rules
* What was given (`rpm`, `tpm`) is kept smoothly: requests are spread over the minute, never begun in a burst. Tokens
  are counted as expected when a request begins, and put right when its answer says what it took.
* Where the headers of an answer say what is left until when, nothing begins that does not fit into it any more: it
  waits for the share of the limit that it needs, as limits refill bit by bit.
* What a request is expected to take is the mean of what was taken so far, never less than its own text.

Weak spot: several processes with one key know nothing of each other but through those headers and refusals.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from typing import NamedTuple

from typed_openai.core.answer.meta import duration
from typed_openai.core.run.retry import MAX_RETRY_AFTER

_MINUTE = 60.0
_KINDS = ("requests", "tokens")


class _Left(NamedTuple):
    """What an answer said of one limit."""

    limit: float
    left: float
    told_at: float
    reset: float
    refill: float
    """How much comes back in a second."""


class Rates:
    """When the next request may begin. Shared by threads."""

    def __init__(
        self, rpm: float | None = None, tpm: float | None = None, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._seconds_each = (_MINUTE / rpm if rpm else 0.0, _MINUTE / tpm if tpm else 0.0)
        self._clock = clock
        self._at = [0.0, 0.0]
        """When the next request may begin, as requests and as tokens are limited."""
        self._told: dict[str, _Left] = {}
        self._lock = threading.RLock()  # a stream that is collected while it is held settles here, too

    def reserve(self, tokens: int) -> float:
        """Take a place for a request of about so many tokens; gives the seconds until it may begin."""
        with self._lock:
            now = self._clock()
            begins = max(now, *self._at, now + self._wait_for("requests", 1), now + self._wait_for("tokens", tokens))
            for place, amount in enumerate((1, tokens)):
                if self._seconds_each[place]:
                    self._at[place] = begins + amount * self._seconds_each[place]
            return begins - now

    def settle(self, expected: int, taken: int) -> None:
        """A request took so many tokens where others were expected."""
        with self._lock:
            self._at[1] += (taken - expected) * self._seconds_each[1]

    def observe(self, headers: Mapping[str, str], pause: float = 0.0) -> None:
        """Learn from the headers of an answer, and of the pause that it asks for."""
        if pause > 0:
            with self._lock:
                self._at[0] = max(self._at[0], self._clock() + pause)
        for kind in _KINDS:
            limit, left = (_number(headers.get(f"x-ratelimit-{what}-{kind}")) for what in ("limit", "remaining"))
            told = duration(headers.get(f"x-ratelimit-reset-{kind}"))
            reset = 0.0 if told is None else min(told.total_seconds(), MAX_RETRY_AFTER)
            if limit and left is not None and reset and limit > left:
                with self._lock:
                    self._told[kind] = _Left(limit, left, self._clock(), reset, (limit - left) / reset)

    def _wait_for(self, kind: str, amount: float) -> float:
        """Seconds until so much of a limit is free, as the last answer told; takes it."""
        told = self._told.get(kind)
        if told is None:
            return 0.0
        passed = self._clock() - told.told_at
        if passed >= told.reset:
            return 0.0
        lacking = min(amount, told.limit) - (told.left + told.refill * passed)
        self._told[kind] = told._replace(left=told.left - amount)
        return min(lacking / told.refill, told.reset - passed) if lacking > 0 else 0.0


def _number(text: str | None) -> float | None:
    return float(text) if text is not None and text.strip().isascii() and text.strip().isdigit() else None
