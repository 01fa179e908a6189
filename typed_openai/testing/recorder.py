"""Asks a real server on behalf of whoever asks the local one, and keeps what was said, scrubbed, for a cassette.

The client under test sees every byte as it comes; what is kept is cut at the ends of events (streams of events) or as
it came (sound), with its time. The key is that of the recorder and not that of the client; no credential is kept.

Weak spot: a secret that lies across two events is found in neither.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import TracebackType
from urllib.parse import urlencode

import httpx

from typed_openai.core.known_secrets import SHORTEST, Secrets
from typed_openai.local.errors import ApiError
from typed_openai.local.exchange import Answer, Reply, Request, StreamReply
from typed_openai.local.router import PREFIX
from typed_openai.testing.cassettes import CassetteError, Exchange, Piece, body_of, write_cassette
from typed_openai.testing.player import RawPiece, asks_of, usage_in
from typed_openai.testing.scrubbing import KEPT_OF_ANSWERS, kept, scrubbed

TIMEOUT = 600.0
_OF_THE_CLIENT = frozenset(
    {"host", "authorization", "api-key", "connection", "content-length", "transfer-encoding", "accept-encoding"}
)
_ENDS_OF_EVENTS = (b"\r\n\r\n", b"\n\n", b"\r\r")


class Recorder:
    """Answers with what `base_url` answers and keeps it until `write`, behind what was there `before`. Usable as a
    context manager, which hangs up."""

    def __init__(self, path: Path, base_url: str, api_key: str, before: Sequence[Exchange] = ()) -> None:
        self.path = path
        self._before = before
        self.base_url = base_url.rstrip("/")
        self.recorded: list[Exchange] = []
        self._failed: list[str] = []
        self._key = api_key
        self._known = Secrets([api_key] if len(api_key) >= SHORTEST else [])  # whatever scrubs finds it
        self._lock = threading.Lock()
        self._client = httpx.Client(timeout=TIMEOUT)

    def __enter__(self) -> Recorder:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._client.close()

    def __call__(self, request: Request) -> Answer:
        """What the real server answers. Raises `ApiError` 400 when it cannot be reached."""
        exchange = Exchange(asks_of(request))
        with self._lock:
            self.recorded.append(exchange)
        try:
            response = self._client.send(self._forwarded(request), stream=True)
        except httpx.HTTPError as fault:
            with self._lock:
                self.recorded.remove(exchange)
                self._failed.append(f"{request.method} {request.path} was not recorded: {fault}")
            message = f"{self.base_url} cannot be reached to record from: {fault}"
            raise ApiError(400, message, code="not_recorded") from fault
        exchange.status = response.status_code
        exchange.headers = {
            name: scrubbed(value.encode(), self._secrets).decode()
            for name, value in kept(response.headers, KEPT_OF_ANSWERS).items()
        }
        kind = response.headers.get("content-type", "")
        passed = {
            name: value for name, value in kept(response.headers, KEPT_OF_ANSWERS).items() if name != "content-type"
        }
        if kind.startswith(("application/json", "text/plain")):
            content = response.read()
            exchange.body = body_of(scrubbed(content, self._secrets), kind)
            return Reply(content, response.status_code, passed, kind)
        exchange.pieces = []
        events = self._heard(response, exchange, kind.startswith("text/event-stream"))
        return StreamReply(events, passed, kind, ending=b"", status=response.status_code)

    def failure(self) -> CassetteError | None:
        """What could not be recorded, as an error; None when everything was."""
        return CassetteError(self.path, "; ".join(self._failed)) if self._failed else None

    def usages(self) -> list[object]:
        """What the recorded answers tell of their usage."""
        return [
            each.body.get("usage") if isinstance(each.body, dict) else usage_in(each.pieces or [])
            for each in self.recorded
        ]

    def write(self, sockets: str = "") -> None:
        """Write the cassette, in place of what is there; `sockets` are lines of sessions."""
        write_cassette(self.path, [*self._before, *self.recorded], sockets)

    @property
    def _secrets(self) -> tuple[str, ...]:
        return (*self._known, self.base_url.removesuffix(PREFIX))

    def _forwarded(self, request: Request) -> httpx.Request:
        headers = {name: value for name, value in request.headers.items() if name not in _OF_THE_CLIENT}
        headers |= {"authorization": f"Bearer {self._key}", "accept-encoding": "identity"}
        below = request.path.removeprefix(PREFIX)
        query = f"?{urlencode(request.query, doseq=True)}" if request.query else ""
        return self._client.build_request(
            request.method, f"{self.base_url}{below}{query}", headers=headers, content=request.body
        )

    def _heard(self, response: httpx.Response, exchange: Exchange, in_events: bool) -> Iterator[RawPiece]:
        began = time.monotonic()
        pieces: list[Piece] = exchange.pieces if exchange.pieces is not None else []
        rest = b""
        exchange.whole = False
        try:
            for block in response.iter_bytes():
                cut, rest = events_in(rest + block) if in_events else ([block], b"")
                pieces += [Piece(time.monotonic() - began, scrubbed(each, self._secrets)) for each in cut]
                yield RawPiece(block)
            exchange.whole = True
        except httpx.HTTPError as fault:
            raise ConnectionAbortedError(f"{self.base_url} broke off: {fault}") from fault
        except GeneratorExit:
            exchange.whole = True  # the client left; what it did not hear is not there
            raise
        finally:
            exchange.ended_at = time.monotonic() - began
            if rest:
                pieces.append(Piece(exchange.ended_at, scrubbed(rest, self._secrets)))
            response.close()


def events_in(content: bytes) -> tuple[list[bytes], bytes]:
    """The whole events in these bytes, and what is left."""
    found: list[bytes] = []
    while True:
        ends = [place + len(end) for end in _ENDS_OF_EVENTS if (place := content.find(end)) >= 0]
        if not ends:
            return found, content
        found.append(content[: min(ends)])
        content = content[min(ends) :]
