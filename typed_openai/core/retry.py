"""Whether and when a failed request is tried again. Pure: it sees an error and answers with seconds, or no.

Rules, and where they come from
* 408, 409, 429 and 5xx are tried again, and so are connection failures and timeouts (API reference, "Error codes").
* A quota that is used up does not come back by waiting: `insufficient_quota` and billing errors are final.
* `x-should-retry: true|false` of the server wins over the status (openai.com sends it).
* `retry-after-ms`, `Retry-After` in seconds or as an HTTP date (RFC 9110 §10.2.3) are obeyed, up to `MAX_RETRY_AFTER`;
  a server that asks for more is not hammered earlier: the error is raised.
* Otherwise: 0.5 s doubled each time, at most 8 s, up to a quarter less at random so that clients do not march in step.
* A wait that would end after the deadline is not begun.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from typed_openai.errors import APIConnectionError, APIError, APIStatusError, DeadlineExceededError

MAX_RETRY_AFTER = 120.0
INITIAL_DELAY = 0.5
MAX_DELAY = 8.0
_FINAL_CODES = {"insufficient_quota", "billing_hard_limit_reached", "billing_not_active", "context_length_exceeded"}
_RETRIED_STATUSES = {408, 409, 429}


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
    asked = retry_after(error.headers) if isinstance(error, APIStatusError) else None
    if asked is not None and asked > MAX_RETRY_AFTER:
        return None
    delay = asked if asked is not None else backoff(attempt)
    return None if remaining is not None and delay >= remaining else delay


def is_temporary(error: APIError) -> bool:
    """Whether the same request may succeed later."""
    if isinstance(error, APIStatusError):
        if error.code in _FINAL_CODES or error.type in _FINAL_CODES:
            return False
        told = error.headers.get("x-should-retry")
        if told in ("true", "false"):
            return told == "true"
        return error.status_code in _RETRIED_STATUSES or error.status_code >= 500
    return isinstance(error, APIConnectionError) and not isinstance(error, DeadlineExceededError) and not error.final


def backoff(attempt: int) -> float:
    """Exponential, capped, with jitter."""
    from random import random  # loads hashlib: only who waits pays for it

    return min(INITIAL_DELAY * 2.0 ** min(attempt - 1, 16), MAX_DELAY) * (1 - 0.25 * random())


def retry_after(headers: Mapping[str, str], now: datetime | None = None) -> float | None:
    """Seconds the server asks to wait, None when it does not say (or says nonsense)."""
    for name, unit in (("retry-after-ms", 0.001), ("retry-after", 1.0)):
        value = headers.get(name, "").strip()
        if value.isascii() and value.replace(".", "", 1).isdigit():
            return float(value) * unit
    from email.utils import parsedate_to_datetime  # rarely needed, and not cheap to load

    try:
        date = parsedate_to_datetime(headers.get("retry-after", ""))
    except (ValueError, OverflowError):
        return None
    if date.tzinfo is None:
        date = date.replace(tzinfo=UTC)
    return max(0.0, (date - (now or datetime.now(UTC))).total_seconds())
