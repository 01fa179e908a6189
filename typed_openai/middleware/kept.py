"""Answers that are kept and given again to whoever asks the same: `cache`, and `keep_answers`, its little brother.

Rules
* The same question is the same URL, body, key and headers (but for those that are new with each request). POST requests
  with a JSON body only, and only good answers. What administrators make is made each time, and its keys are not kept.
* A stream is kept when it was read to its proper end, and given again as a stream, at once.
* A store that fails (locked, full, damaged, gone) is used no more; that is one line in the log, and fails no call.

Weak spot: what the end of a stream is kept with is written by whoever reads the stream, in the event loop too.
"""

from __future__ import annotations

import hashlib
import json
import os
import time
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

from typed_openai.core.answer.meta import Meta
from typed_openai.core.answer.one_line import one_line
from typed_openai.core.redact import logger
from typed_openai.core.run.effects import Reply, Work
from typed_openai.core.run.threads import Kept
from typed_openai.errors import ConfigurationError
from typed_openai.middleware.stores import MemoryStore, SQLiteStore

if TYPE_CHECKING:
    from collections.abc import Callable

    from typed_openai.core.run.effects import Flow, Middleware, Request, Sender
    from typed_openai.middleware.stores import Store

_OF_THIS_REQUEST = ("idempotency-key", "traceparent", "tracestate", "baggage")
"""Headers that are new with each request."""
_NOT_KEPT = ("set-cookie", "content-length", "content-encoding", "transfer-encoding")


class _Answer(NamedTuple):
    """What is kept."""

    until: float | None
    status: int
    headers: list[tuple[str, str]]
    content: bytes

    def packed(self) -> bytes:
        """As bytes, for a store."""
        return json.dumps(self[:3]).encode() + b"\n" + self.content

    @classmethod
    def unpacked(cls, value: bytes) -> _Answer:
        """`ValueError` for what was not packed here."""
        head, _, content = value.partition(b"\n")
        until, status, headers = json.loads(head)
        return cls(until, int(status), [(name, text) for name, text in headers], content)


class _Careful:
    """A store that may fail."""

    def __init__(self, store: Store) -> None:
        self._store: Store | None = store
        self._clock: Callable[[], float] | None = getattr(store, "clock", None)

    def now(self) -> float:
        """The time, by its clock."""
        return time.time() if self._clock is None else self._clock()

    def get(self, key: str) -> _Answer | None:
        """What is kept under a key, and holds still."""
        found = self._tried("get", key)
        kept = Kept(ValueError)
        with kept:
            answer = None if found is None else _Answer.unpacked(found)
            return answer if answer is None or answer.until is None or self.now() < answer.until else None
        return None

    def put(self, key: str, answer: _Answer) -> None:
        """Keep it."""
        self._tried("put", key, answer.packed())

    def _tried(self, method: str, *given: Any) -> Any:
        store = self._store
        if store is None:
            return None
        kept = Kept(Exception)
        with kept:
            return getattr(store, method)(*given)
        self._store = None
        said = one_line(f"{type(kept.error).__name__}: {kept.error}")
        logger.warning("%s failed and is used no more, answers are not kept: %s", type(store).__name__, said)
        return None


def cache(
    store: Store | str | os.PathLike[str] | None = None,
    *,
    ttl: float | None = None,
    refresh: bool = False,
    streams: bool = True,
) -> Middleware:
    """Answer a repeated request from a store: the path of a file (SQLite), a `Store`, or memory (1,000 answers).

    `ttl`: seconds that an answer is kept (default: as long as there is room); `refresh=True` asks again and keeps the
    new answer; `streams=False` lets streams pass. Raises `ConfigurationError` for what is none of that.
    """
    if ttl is not None and ttl <= 0:
        raise ConfigurationError(f"ttl must be a number of seconds above 0, got {ttl!r}")
    if isinstance(store, str | os.PathLike):
        store = SQLiteStore(store)
    elif store is not None and not (hasattr(store, "get") and hasattr(store, "put")):
        raise ConfigurationError(f"store: a path, or an object with get and put, got {type(store).__name__}")
    careful = _Careful(MemoryStore() if store is None else store)

    def cached(request: Request, send: Sender) -> Flow[Reply]:
        if (
            request.method != "POST"
            or request.content is None
            or (request.streams and not streams)
            or request.administers
        ):
            return (yield from send(request))
        key = _fingerprint(request)
        if not refresh:
            found: _Answer | None = yield Work(careful.get, key)
            if found is not None:
                return _replayed(found, request)
        reply = yield from send(request)
        if 200 <= reply.status < 300:
            headers = [(name, value) for name, value in reply.headers.items() if name.lower() not in _NOT_KEPT]
            answer = _Answer(None if ttl is None else careful.now() + ttl, reply.status, headers, b"")
            if reply.content is not None:
                yield Work(careful.put, key, answer._replace(content=reply.content))
            else:
                reply.at_end(partial(_keep, careful, key, answer))
        return reply

    return cached


def keep_answers(*, ttl: float | None = None, refresh: bool = False, size: int = 1000) -> Middleware:
    """Answer a repeated request from memory: those with the same URL, body, key and headers.

    `ttl`: seconds that an answer is kept (default: as long as there is room); `size`: how many are, the oldest go
    first; `refresh=True` asks again and keeps the new answer. POST requests with a JSON body and a good answer only;
    streams pass. One cache for each call of this function: share the middleware to share the cache.
    """
    return cache(MemoryStore(size), ttl=ttl, refresh=refresh, streams=False)


def _keep(careful: _Careful, key: str, answer: _Answer, content: bytes | None) -> None:
    if content is not None:
        careful.put(key, answer._replace(content=content))


def _replayed(answer: _Answer, request: Request) -> Reply:
    from typed_openai.core.run.native import whole_response

    meta = Meta(answer.status, answer.headers, request.method, request.url)
    reply = Reply(request, whole_response(meta, answer.content), None)
    if not request.streams:
        reply.content = answer.content
    return reply


def _fingerprint(request: Request) -> str:
    """Two requests with the same one are the same question by the same person. Holds no secret, only its hash."""
    headers = {**dict(request.base_headers), **request.headers}
    for name in _OF_THIS_REQUEST:
        headers.pop(name, None)
    digest = hashlib.sha256()
    for part in (request.url, *(f"{name}: {value}" for name, value in sorted(headers.items()))):
        digest.update(part.encode() + b"\n")
    digest.update(b"\n" + (request.content or b""))
    return digest.hexdigest()
