"""How many requests at once (`limit`), and how many a minute (`pace`): for all clients that share the middleware.

Rules
* Sync and async clients may share one; whoever came first goes first.
* A stream has its place until it ends, is closed or is dropped. So has each attempt of its own: a call that waits for
  its next attempt holds nobody up.
* Waiting ends with the deadline of the call (`DeadlineExceededError`, and nothing is sent).

Weak spot: who asks while reading the last stream that has a place waits for itself; read the stream first, or give the
call a `deadline`.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from concurrent.futures import Future
from typing import TYPE_CHECKING

from typed_openai.bulk.limits import Rates
from typed_openai.core.option_values import check_amount, check_count
from typed_openai.core.run.effects import Sleep, Until
from typed_openai.errors import ConfigurationError, DeadlineExceededError
from typed_openai.usage import tokens_told

if TYPE_CHECKING:
    from types import TracebackType

    from typed_openai.core.run.effects import Flow, Middleware, Reply, Request, Sender

_BYTES_PER_TOKEN = 4


class _Places:
    """So many, and who waits for one."""

    def __init__(self, count: int) -> None:
        self._free = count
        self._waiting: deque[Future[None]] = deque()
        self._lock = threading.RLock()  # a stream that is collected while it is held gives back here, too

    def take(self) -> Future[None]:
        """A future that is set when a place is free, which is then taken."""
        place: Future[None] = Future()
        with self._lock:
            if self._free > 0:
                self._free -= 1
                place.set_result(None)
            else:
                self._waiting.append(place)
        return place

    def give_back(self, content: bytes | None = None) -> None:
        """A place is free again: for who waited longest."""
        with self._lock:
            while self._waiting:
                place = self._waiting.popleft()
                if place.set_running_or_notify_cancel():
                    place.set_result(None)
                    return
            self._free += 1


class _Taken:
    """A place that is given back where what follows does not come to its end."""

    def __init__(self, places: _Places) -> None:
        self.places = places
        self.place = places.take()

    def __enter__(self) -> Future[None]:
        return self.place

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if error is not None and not self.place.cancel():
            self.places.give_back()


def limit(concurrency: int) -> Middleware:
    """At most `concurrency` requests under way at a time; the others wait, in their order."""
    places = _Places(check_count("concurrency", concurrency))

    def limited(request: Request, send: Sender) -> Flow[Reply]:
        with _Taken(places) as place:
            if not place.done():
                try:
                    yield Until(place, request.deadline_at)
                except TimeoutError:
                    raise _too_late(request) from None
            reply = yield from send(request)
        reply.at_end(places.give_back)
        return reply

    return limited


def pace(*, rpm: float | None = None, tpm: float | None = None) -> Middleware:
    """At most so many requests, and so many tokens, a minute, spread over it; and no more than the server says is left.

    What a request will take is guessed (its length, and what it may generate at most), and put right when its answer
    says what it took. Raises `ConfigurationError` for numbers that are none.
    """
    for name, value in (("rpm", rpm), ("tpm", tpm)):
        if value is not None:
            check_amount(name, value)
    if rpm is None and tpm is None:
        raise ConfigurationError("pace: rpm=..., tpm=... or both")
    rates = Rates(rpm, tpm)

    def paced(request: Request, send: Sender) -> Flow[Reply]:
        expected = _expected(request)
        delay = rates.reserve(expected)
        if request.deadline_at is not None and time.monotonic() + delay > request.deadline_at:
            raise _too_late(request)
        if delay > 0:
            yield Sleep(delay)
        reply = yield from send(request)
        rates.observe(reply.headers)

        def settle(content: bytes | None) -> None:
            taken = tokens_told(content) if content is not None else None
            if taken is not None:
                rates.settle(expected, taken)

        reply.at_end(settle)
        return reply

    return paced


def _expected(request: Request) -> int:
    most = next(filter(None, map(request.asked, ("max_completion_tokens", "max_tokens", "max_output_tokens"))), 0)
    return len(request.content or b"") // _BYTES_PER_TOKEN + (most if isinstance(most, int) else 0)


def _too_late(request: Request) -> DeadlineExceededError:
    return DeadlineExceededError(f"{request.operation}: the deadline passed before it was the turn of this request")
