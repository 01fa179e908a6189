"""What a cassette holds as the answers of a local server: each recorded exchange answers a request that asks the same.

Rules: method, path, query and kind of content are compared, JSON by its values, forms but for their boundary, all of it
scrubbed as it was when recorded; of requests that ask the same each gets the next answer, in the order recorded. What
was not recorded is refused with 400 and the nearest recorded request; `refused` keeps it, so that a test cannot pass by
swallowing the error.

Weak spot: requests whose content differs from run to run (times, random ids) are never found again.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from typed_openai.local.errors import ApiError
from typed_openai.local.exchange import Answer, Reply, Request, StreamReply
from typed_openai.local.json_text import parse_json
from typed_openai.testing.cassettes import Asks, CassetteError, Exchange, Piece, body_of, read_cassette
from typed_openai.testing.scrubbing import (
    KEPT_OF_REQUESTS,
    kept,
    scrubbed,
    scrubbed_query,
    scrubbed_text,
    with_one_boundary,
)

_NOT_OURS = frozenset({"content-type", "content-length", "transfer-encoding", "content-encoding", "connection"})


def asks_of(request: Request) -> Asks:
    """A request as it is recorded and compared."""
    headers, body = with_one_boundary(kept(request.headers, KEPT_OF_REQUESTS), request.body)
    path, query = scrubbed_text(request.path), scrubbed_query(request.query)
    return Asks(request.method, path, query, headers, body_of(scrubbed(body), headers.get("content-type", "")))


@dataclass(frozen=True, slots=True)
class RawPiece:
    """A piece of a stream as it was heard: what a server sends as an event."""

    data: bytes

    def encoded(self) -> bytes:
        """The bytes."""
        return self.data


class Player:
    """Answers from a file. Raises `CassetteError` when it is broken or not there.

    `timing`: whether pieces of streams come as far apart as they did; else all at once.
    """

    def __init__(self, path: Path, timing: bool = True, wait: Callable[[float], object] = time.sleep) -> None:
        self.path = path
        self.refused: list[str] = []
        self.played = 0
        self._left = read_cassette(path)
        self._all = list(self._left)
        self._timing = timing
        self._wait = wait
        self._lock = threading.Lock()

    def __call__(self, request: Request) -> Answer:
        """The recorded answer. Raises `ApiError` 400 for what was not recorded."""
        asks = asks_of(request)
        with self._lock:
            found = next((each for each in self._left if asks.same(each.asks)), None)
            if found is None:
                raise self._refusal(asks)
            self._left.remove(found)
            self.played += 1
        return self._answer(found)

    @property
    def left(self) -> list[str]:
        """The recorded requests that nobody has made."""
        return [f"{each.asks.method} {each.asks.path}" for each in self._left]

    def failure(self) -> CassetteError | None:
        """What was asked and not recorded, as an error; None when everything was."""
        return CassetteError(self.path, "; ".join(self.refused)) if self.refused else None

    def _refusal(self, asks: Asks) -> ApiError:
        alike = [each.asks for each in self._all if (each.asks.method, each.asks.path) == (asks.method, asks.path)]
        told = [difference for each in alike if (difference := asks.difference(each))]
        why = f"it differs from what was recorded: {told[0]}" if told else "it was recorded less often than it is asked"
        if not alike:
            recorded = ", ".join(dict.fromkeys(f"{each.asks.method} {each.asks.path}" for each in self._all))
            why = f"recorded are only {recorded or 'no requests'}"
        problem = f"{asks.method} {asks.path} was not recorded ({why}); record it with pytest --openai-record=all"
        self.refused.append(problem)
        return ApiError(400, f"{self.path}: {problem}", code="not_recorded")

    def _answer(self, found: Exchange) -> Answer:
        kind = found.headers.get("content-type", "")
        headers = {name: value for name, value in found.headers.items() if name not in _NOT_OURS}
        if found.pieces is None:
            return Reply(b"" if found.body is None else found.body, found.status, headers, kind)
        events = self._heard(found)
        usage = usage_in(found.pieces)
        return StreamReply(events, headers, kind, ending=b"", status=found.status, usage=usage)

    def _heard(self, found: Exchange) -> Iterator[RawPiece]:
        began = time.monotonic()
        for piece in found.pieces or ():
            self._until(began + piece.at)
            yield RawPiece(piece.data)
        self._until(began + found.ended_at)
        if not found.whole:
            raise ConnectionAbortedError("the recorded connection broke here")

    def _until(self, moment: float) -> None:
        left = moment - time.monotonic()
        if self._timing and left > 0:
            self._wait(left)


def usage_in(pieces: list[Piece]) -> object:
    """What the last event of a stream that tells of usage tells; None when none does."""
    for piece in reversed(pieces):
        for line in reversed(piece.data.splitlines()):
            if line.startswith(b"data:") and b'"usage"' in line:
                try:
                    data: Any = parse_json(line.removeprefix(b"data:").strip())
                except ApiError:
                    continue
                usage = data.get("usage") or (data.get("response") or {}).get("usage")
                if usage:
                    return usage
    return None
