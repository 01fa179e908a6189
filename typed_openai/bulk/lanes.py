"""The clients that share a bulk job: which of them asks next, and what becomes of one that fails.

Rules
* The next request goes to the client with the fewest requests under way for its weight, among those that are well.
* What a client is told counts for all its requests: `Retry-After`, limits that are used up, limits in headers.
* A client that fails cools down: half a second, doubled with each failure in a row up to `MOST_COOLING`. Its request
  goes on to another one that is well, at once; where there is none, it waits as every call does before it tries again.
* A client whose key is refused, or whose quota is used up, is given up. When the last one is, the job stops, and what
  was not asked is left for another run.

Weak spot: a refusal of the request itself (400, 404, 422) is taken for the request's own fault, also where another
client would have taken it.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias

from typed_openai.bulk.limits import Rates
from typed_openai.bulk.lines import Answer, Line
from typed_openai.bulk.pacing import Pace
from typed_openai.core.answer.meta import Headers
from typed_openai.core.run.retry import INITIAL_DELAY, is_temporary
from typed_openai.errors import (
    APIError,
    AuthenticationError,
    ConfigurationError,
    InsufficientQuotaError,
    PermissionDeniedError,
)

if TYPE_CHECKING:
    from typed_openai.bulk.endpoints import BatchedOperation
    from typed_openai.core.answer.raw import APIResponse
    from typed_openai.core.caller import Caller
    from typed_openai.core.run.effects import Flow, Reply, Request, Sender
    from typed_openai.models.base import Result

Clients: TypeAlias = "Sequence[Caller] | Mapping[Caller, float]"
MOST_COOLING = 60.0
_GIVEN_UP = (AuthenticationError, PermissionDeniedError, InsufficientQuotaError)


class Limited(Protocol):
    """What tells when a client may ask: its own `Rates`, or what several processes share."""

    def reserve(self, tokens: int) -> float:
        """Take a place for a request; gives the seconds until it may begin."""
        ...

    def settle(self, expected: int, taken: int) -> None:
        """A request took so many tokens where others were expected."""
        ...

    def observe(self, headers: Mapping[str, str], pause: float = 0.0) -> None:
        """Learn from the headers of an answer, and of the pause that it asks for."""
        ...


class Lane:
    """One client, and how it does."""

    def __init__(self, client: Caller, weight: float, rates: Limited) -> None:
        self.pace = Pace()
        self.rates = rates
        self.client: Caller = client.changed(
            {"max_retries": False, "middleware": [*client.config.middleware, self._watch]}
        )
        self.weight = weight
        self.running = 0
        self.begun = 0
        self.given_up: APIError | None = None
        """Why it is asked no more."""
        self._failures = 0
        self._cool_until = 0.0

    def _watch(self, request: Request, send: Sender) -> Flow[Reply]:
        reply = yield from send(request)
        headers = reply.headers
        self.pace.observe(headers, failed=reply.status == 429)
        self.rates.observe(headers, self.pace.delay())
        return reply

    def asking(self, operation: BatchedOperation, line: Line) -> Flow[Answer]:
        """The call of a line, once."""
        body = dict(line.body or {})
        if line.url == "/v1/embeddings":
            body.setdefault("encoding_format", "float")  # as the Batch service writes them
        began = time.monotonic()
        answer: APIResponse[Result] = yield from operation.raw(self.client).flow(**body)
        return Answer(answer.parse(), answer.content, time.monotonic() - began)

    def delay(self) -> float:
        """Seconds until it may be asked again; 0 or less: now."""
        return max(self.pace.delay(), self._cool_until - time.monotonic())

    def did_well(self) -> None:
        """It answered."""
        self._failures = 0

    def did_fail(self, error: APIError) -> None:
        """It did not answer, or refused; what is the request's own fault does not count."""
        if isinstance(error, _GIVEN_UP):
            self.given_up = error
        elif is_temporary(error):
            self._failures += 1
            cooling = min(INITIAL_DELAY * 2.0 ** min(self._failures - 1, 16), MOST_COOLING)
            self._cool_until = time.monotonic() + cooling


class Lanes:
    """All of them; what a job asks before it begins something (`pacing.Paced`). Shared by threads."""

    def __init__(self, lanes: Sequence[Lane]) -> None:
        self.lanes = lanes
        self._lock = threading.Lock()

    def well(self) -> list[Lane]:
        """Those that are not given up."""
        return [lane for lane in self.lanes if lane.given_up is None]

    def take(self, but: Lane | None = None) -> Lane | None:
        """The one that asks next, which then has a request under way; None when all are given up. One that has just
        failed (`but`) only when no other is free."""
        with self._lock:
            well = self.well()
            if not well:
                return None
            chosen = min([lane for lane in well if lane is not but and lane.delay() <= 0] or well, key=_load)
            chosen.running += 1
            chosen.begun += 1
            return chosen

    def give_back(self, lane: Lane) -> None:
        """A request of it has ended."""
        with self._lock:
            lane.running -= 1

    def observe(self, headers: Headers, failed: bool) -> None:
        """Each lane sees its own answers; what is told of the job counts for the only one."""

    def delay(self) -> float:
        """Seconds until any may begin."""
        return min((lane.delay() for lane in self.well()), default=0.0)

    def places(self, concurrency: int) -> int:
        """How many may run at once."""
        return min(concurrency, sum(lane.pace.places(concurrency) for lane in self.well()))

    def patience(self, concurrency: int) -> float | None:
        """Seconds until there may be more places again."""
        told = [lane.pace.patience(concurrency) for lane in self.well()]
        return min((each for each in told if each is not None), default=None)


def _load(lane: Lane) -> tuple[bool, float, float]:
    return lane.delay() > 0, lane.running / lane.weight, lane.begun / lane.weight


def lanes_of(client: Caller, clients: Clients | None, rpm: float | None, tpm: float | None) -> Lanes:
    """The lanes of a job: of these clients (with these weights), or of the one whose method was called. `rpm` and `tpm`
    hold for each of them."""
    weights: Mapping[Any, Any] = {client: 1.0} if clients is None else _weighted(clients)
    if not weights:
        raise ConfigurationError("clients: at least one client, got none")
    for each, weight in weights.items():
        if getattr(each, "is_async", None) is not client.is_async:
            raise ConfigurationError(f"clients: {type(client).__name__}s, as the job's own, got {type(each).__name__}")
        if isinstance(weight, bool) or not isinstance(weight, int | float) or not 0 < weight < float("inf"):
            raise ConfigurationError(f"clients: weights above 0, got {weight!r}")
    return Lanes([Lane(each, weight, Rates(rpm, tpm)) for each, weight in weights.items()])


def _weighted(clients: Any) -> Mapping[Any, Any]:
    if isinstance(clients, Mapping):
        return clients
    if isinstance(clients, Sequence) and not isinstance(clients, str):
        return dict.fromkeys(clients, 1.0)
    raise ConfigurationError(f"clients: a list of clients, or a mapping to weights, got {type(clients).__name__}")
