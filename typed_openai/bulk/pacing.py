"""How fast `client.map` may go, as far as the server's answers tell (rules: `bulk/map.py`). Knows nothing of requests.

Weak spot: the tokens that are left are looked at only when they are 0, because nobody knows what the next request will
cost; a server that refuses it for that (429) says how long to wait.
"""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Protocol

from typed_openai.core.answer.meta import Headers, duration
from typed_openai.core.run.retry import MAX_RETRY_AFTER, retry_after

if TYPE_CHECKING:
    from typed_openai.core.run.effects import Flow, Reply, Request, Sender


class Paced(Protocol):
    """What a job asks before it begins something: of one server, or of several (`bulk/lanes.py`)."""

    def observe(self, headers: Headers, failed: bool) -> None:
        """Learn from the headers of an answer."""
        ...

    def delay(self) -> float:
        """Seconds until the next request may begin; 0 or less: now."""
        ...

    def places(self, concurrency: int) -> int:
        """How many may run at once."""
        ...

    def patience(self, concurrency: int) -> float | None:
        """Seconds until there may be more places again without a further answer; None when there are all."""
        ...


class Pace:
    """When the next request may begin, and how many may run. Shared by threads."""

    def __init__(self) -> None:
        self._not_before = 0.0
        self._left = 0
        self._few_until = 0.0
        self._lock = threading.Lock()

    def middleware(self, request: Request, send: Sender) -> Flow[Reply]:
        """Sees each attempt, also those that are made again."""
        reply = yield from send(request)
        self.observe(reply.headers, failed=reply.status == 429)
        return reply

    def observe(self, headers: Headers, failed: bool) -> None:
        """Learn from the headers of an answer."""
        pause = (retry_after(headers) or 0.0) if failed else 0.0
        now = time.monotonic()
        with self._lock:
            for kind in ("requests", "tokens"):
                left = headers.get(f"x-ratelimit-remaining-{kind}", "").strip()
                if not (left.isascii() and left.isdigit()):
                    continue
                told = duration(headers.get(f"x-ratelimit-reset-{kind}"))
                reset = min(told.total_seconds() if told else 0.0, MAX_RETRY_AFTER)
                if int(left) == 0:
                    pause = max(pause, reset)
                if kind == "requests":
                    self._left, self._few_until = int(left), now + reset
            if pause:
                self._not_before = max(self._not_before, now + min(pause, MAX_RETRY_AFTER))

    def delay(self) -> float:
        """Seconds until the next request may begin; 0 or less: now."""
        return self._not_before - time.monotonic()

    def places(self, concurrency: int) -> int:
        """How many may run at once: no more than the server has left, until it says otherwise or its limit is reset."""
        few = time.monotonic() < self._few_until
        return max(1, min(concurrency, self._left)) if few else concurrency

    def patience(self, concurrency: int) -> float | None:
        """Seconds until there may be more places again without a further answer; None when there are all."""
        return max(0.0, self._few_until - time.monotonic()) if self.places(concurrency) < concurrency else None
