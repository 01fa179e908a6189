"""What the server was asked: one record per request, for tests to look at.

Keys are not kept: the values of headers that carry secrets are replaced before anything is stored. The scheme stays
(`Bearer [redacted]`), so that a test can see how a client authenticated, but not with what.

What a record asks is told in the package's own terms, too: the operation is the one whose route the path takes, the
parameters are read as the server itself reads them (`declared.py`); members of a body that nobody knows are left out.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from typed_openai.local.azure import as_openai
from typed_openai.local.declared import checked, declaration, files_of
from typed_openai.local.errors import ApiError
from typed_openai.local.exchange import Request
from typed_openai.local.json_text import parse_json
from typed_openai.local.router import Router

if TYPE_CHECKING:
    from typed_openai.core.declare.endpoint import Endpoint
    from typed_openai.models.base import Params

_NO_ROUTES = Router(())
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
    router: Router = field(default=_NO_ROUTES, repr=False, compare=False)

    @classmethod
    def of(cls, request: Request, router: Router = _NO_ROUTES) -> RecordedRequest:
        """The record of a request, which one of these routes answers."""
        headers = {name: _redacted(name, value) for name, value in request.headers.items()}
        body = request.body[:MOST_OF_A_BODY]
        return cls(request.method, request.path, request.query, headers, body, len(request.body), router)

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

    @property
    def operation(self) -> str:
        """What was called, as `client` has it (`chat.completions.create`); "" for a path that no operation has."""
        declared, _ = _operation_of(self._as_received, self.router)
        return "" if declared is None else declared.title

    @property
    def path_params(self) -> Mapping[str, str]:
        """What the path says, by the names of the operation (`{"file_id": "file-1"}`)."""
        return _operation_of(self._as_received, self.router)[1]

    @property
    def params(self) -> Any:
        """What was asked, typed: the params model of the operation (`ChatCompletionCreateParams`), which equals a dict
        that says the same; None where it takes none. Raises `RequestValidationError` for what does not fit it."""
        return _params_of(self._as_received, self.router)

    @property
    def _as_received(self) -> Request:
        return Request(self.method, self.path, self.query, self.headers, self.body)


def _redacted(name: str, value: str) -> str:
    if name not in SECRET_HEADERS:
        return value
    scheme, _, rest = value.partition(" ")
    return f"{scheme} {REDACTED}" if rest and scheme.lower() in ("bearer", "basic") else REDACTED


def _operation_of(request: Request, router: Router) -> tuple[Endpoint | None, Mapping[str, str]]:
    """The declaration that a request is for and what its path says; None for a path that nobody declared."""
    try:
        route, named = router.find(request.method, as_openai(request).path)
    except ApiError:
        return None, {}
    return declaration(route.method, route.pattern), named


def _params_of(request: Request, router: Router) -> Params | None:
    """The typed parameters of a request; None where its operation takes none. Raises `RequestValidationError` for what
    is wrong with them."""
    from pydantic import ValidationError

    from typed_openai.core.request.refusals import faults
    from typed_openai.errors import Fault, RequestValidationError
    from typed_openai.models.base import NULL

    declared, _ = _operation_of(request, router)
    if declared is None or declared.params is None:
        return None
    try:
        read = checked(request, declared)
    except ApiError as refusal:
        fault = Fault(refusal.param or "(body)", "what the operation takes", "", refusal.message)
        raise RequestValidationError(declared.title, [fault]) from refusal
    members = {name: NULL if value is None else value for name, value in read.known.items()}
    members |= files_of(read, declared)
    try:
        found: Params = declared.params.model_validate(members)
    except ValidationError as error:
        raise RequestValidationError(declared.title, faults(error, members, declared.params)) from error
    return found


class Journal:
    """The latest requests of one server, oldest first."""

    def __init__(self) -> None:
        self._records: deque[RecordedRequest] = deque()
        self._weight = 0
        self._lock = threading.Lock()

    def add(self, request: Request, router: Router = _NO_ROUTES) -> None:
        """Record a request, which one of these routes answers."""
        record = RecordedRequest.of(request, router)
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
