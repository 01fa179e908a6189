"""Whether and when a failed request is tried again. Pure: it sees an error and answers with seconds, or no.

Rules, and where they come from
* 408, 409, 429 and 5xx are tried again (not 501 and 505: what a server cannot do it will not learn), and so are
  connection failures and timeouts (API reference, "Error codes").
* A quota that is used up does not come back by waiting: `insufficient_quota` and billing errors are final.
* `x-should-retry: true|false` of the server wins over the status (openai.com sends it).
* `retry-after-ms`, `Retry-After` in seconds (`10`, `10s`, `1e1`) or as a date (of HTTP, or ISO 8601), and what an
  error says in its body (Google's `RetryInfo`, `retry_after`) are obeyed, up to `MAX_RETRY_AFTER`; a server that asks
  for more, in whichever spelling, is not hammered earlier: the error is raised.
* An error under status 200 that gives itself a status (`{"error": {"code": 429}}`) counts as that status, in a stream
  too, until that has said something (`streaming/renewing.py`).
* Otherwise: 0.5 s doubled each time, at most 8 s, up to a quarter less at random so that clients do not march in step.
* A wait that would end after the deadline is not begun.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import MAXYEAR, UTC, datetime

from typed_openai.core.answer.reported import delay_in, seconds_in, status_in
from typed_openai.errors import APIConnectionError, APIError, APIStatusError, APIStreamError, DeadlineExceededError

MAX_RETRY_AFTER = 120.0
INITIAL_DELAY = 0.5
MAX_DELAY = 8.0
_FINAL_CODES = {"insufficient_quota", "billing_hard_limit_reached", "billing_not_active", "context_length_exceeded"}
_RETRIED_STATUSES = {408, 409, 429}
_NEVER_STATUSES = {501, 505}


@dataclass(frozen=True, slots=True)
class RetryEvent:
    """What `on_retry` is told: the error, which attempt failed (from 1), and how long will be waited (seconds)."""

    error: APIError
    attempt: int
    delay: float


def delay_before_retry(error: APIError, attempt: int, max_retries: int, remaining: float | None) -> float | None:
    """Seconds to wait before attempt number `attempt + 1`, or None when `error` is final."""
    if attempt > max_retries or not is_temporary(error):
        return None
    asked = _asked(error)
    if asked is not None and asked > MAX_RETRY_AFTER:
        return None
    delay = asked if asked is not None else backoff(attempt)
    return None if remaining is not None and delay >= remaining else delay


def _asked(error: APIError) -> float | None:
    """Seconds that the server asks to wait, in a header or else in the body."""
    if isinstance(error, APIConnectionError):
        return None
    told = retry_after(error.headers)
    return delay_in(error.body) if told is None else told


def is_temporary(error: APIError) -> bool:
    """Whether the same request may succeed later."""
    status = error.status_code if isinstance(error, APIStatusError) else _status_under_200(error)
    if status is not None:
        if error.code in _FINAL_CODES or error.type in _FINAL_CODES:
            return False
        told = error.headers.get("x-should-retry")
        if told in ("true", "false"):
            return told == "true"
        return status in _RETRIED_STATUSES or (status >= 500 and status not in _NEVER_STATUSES)
    return isinstance(error, APIConnectionError) and not isinstance(error, DeadlineExceededError) and not error.final


def _status_under_200(error: APIError) -> int | None:
    """The status that an error gives itself where the answer had a good one."""
    reported = type(error) in (APIError, APIStreamError) and 200 <= error.meta.status < 300
    return status_in(error.body) if reported else None


def backoff(attempt: int) -> float:
    """Exponential, capped, with jitter."""
    from random import random  # loads hashlib: only who waits pays for it

    return min(INITIAL_DELAY * 2.0 ** min(attempt - 1, 16), MAX_DELAY) * (1 - 0.25 * random())


def retry_after(headers: Mapping[str, str], now: datetime | None = None) -> float | None:
    """Seconds the server asks to wait, None when it does not say (or says nonsense); infinite for a time that no clock
    will ever show."""
    for name, unit in (("retry-after-ms", 0.001), ("retry-after", 1.0)):
        told = [seconds_in(text, unit) for text in headers.get(name, "").split(",")]  # proxies send it twice
        if None not in told:
            return max(filter(None, told), default=0.0)
    from email.utils import parsedate_to_datetime, parsedate_tz  # rarely needed, and not cheap to load

    text = headers.get("retry-after", "").strip()
    try:
        date = datetime.fromisoformat(text) if text[4:5] == "-" else parsedate_to_datetime(text)
    except (ValueError, OverflowError):
        parts = parsedate_tz(text)
        return math.inf if parts is not None and parts[0] > MAXYEAR else None
    if date.tzinfo is None:
        date = date.replace(tzinfo=UTC)
    return max(0.0, (date - (now or datetime.now(UTC))).total_seconds())
