"""What the server was asked: one record per request, for tests to look at.

Keys are not kept: the values of headers that carry secrets are replaced before anything is stored. The scheme stays
(`Bearer [redacted]`), so that a test can see how a client authenticated, but not with what.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from typed_openai.local.arguments import parse_json
from typed_openai.local.exchange import Request

REDACTED = "[redacted]"
SECRET_HEADERS = frozenset({"authorization", "proxy-authorization", "api-key", "x-api-key", "cookie"})
MOST_KEPT = 10_000


@dataclass(frozen=True, slots=True)
class RecordedRequest:
    """A request as it was received. `headers` have lower-case names and no secrets; `path` has no query."""

    method: str
    path: str
    query: Mapping[str, list[str]]
    headers: Mapping[str, str]
    body: bytes

    @classmethod
    def of(cls, request: Request) -> RecordedRequest:
        """The record of a request."""
        headers = {name: _redacted(name, value) for name, value in request.headers.items()}
        return cls(request.method, request.path, request.query, headers, request.body)

    def json(self) -> Any:
        """The body as JSON. Raises when it is none."""
        return parse_json(self.body)


def _redacted(name: str, value: str) -> str:
    if name not in SECRET_HEADERS:
        return value
    scheme, _, rest = value.partition(" ")
    return f"{scheme} {REDACTED}" if rest and scheme.lower() in ("bearer", "basic") else REDACTED


class Journal:
    """The latest requests of one server, oldest first."""

    def __init__(self) -> None:
        self._records: deque[RecordedRequest] = deque(maxlen=MOST_KEPT)
        self._lock = threading.Lock()

    def add(self, request: Request) -> None:
        """Record a request."""
        with self._lock:
            self._records.append(RecordedRequest.of(request))

    def records(self) -> list[RecordedRequest]:
        """All records, in a list of their own."""
        with self._lock:
            return list(self._records)

    def clear(self) -> None:
        """Forget all records."""
        with self._lock:
            self._records.clear()
