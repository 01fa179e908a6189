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

from typed_openai.local.exchange import Request
from typed_openai.local.json_text import parse_json

REDACTED = "[redacted]"
SECRET_HEADERS = frozenset(
    {"authorization", "proxy-authorization", "api-key", "x-api-key", "cookie", "sec-websocket-protocol"}
)
MOST_KEPT = 10_000
MOST_BYTES = 64 * 1024 * 1024
"""What the records hold together; the oldest go first."""
MOST_OF_A_BODY = 16 * 1024 * 1024
"""What is kept of one body."""


@dataclass(frozen=True, slots=True)
class RecordedRequest:
    """A request as it was received. `headers` have lower-case names and no secrets; `path` has no query; `body` is the
    beginning of one that is larger than 16 MiB, `size` says how many bytes came."""

    method: str
    path: str
    query: Mapping[str, list[str]]
    headers: Mapping[str, str]
    body: bytes
    size: int = 0

    @classmethod
    def of(cls, request: Request) -> RecordedRequest:
        """The record of a request."""
        headers = {name: _redacted(name, value) for name, value in request.headers.items()}
        body = request.body[:MOST_OF_A_BODY]
        return cls(request.method, request.path, request.query, headers, body, len(request.body))

    @property
    def weight(self) -> int:
        """About how many bytes this record holds."""
        texts = [self.path, *self.headers, *self.headers.values(), *self.query]
        return (
            len(self.body) + sum(map(len, texts)) + sum(len(each) for values in self.query.values() for each in values)
        )

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
        self._records: deque[RecordedRequest] = deque()
        self._weight = 0
        self._lock = threading.Lock()

    def add(self, request: Request) -> None:
        """Record a request."""
        record = RecordedRequest.of(request)
        with self._lock:
            self._records.append(record)
            self._weight += record.weight
            while len(self._records) > MOST_KEPT or (self._weight > MOST_BYTES and len(self._records) > 1):
                self._weight -= self._records.popleft().weight

    def records(self) -> list[RecordedRequest]:
        """All records, in a list of their own."""
        with self._lock:
            return list(self._records)

    def clear(self) -> None:
        """Forget all records."""
        with self._lock:
            self._records.clear()
            self._weight = 0
