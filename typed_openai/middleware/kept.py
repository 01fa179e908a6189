"""Answers that are kept and given again to whoever asks the same: `cache`, and `keep_answers`, its little brother.

Rules
* The same question is the same URL, body, key and headers (but for those that are new with each request).
* Kept is what only asks a model: chat, completions, responses, embeddings, images, moderations, speech. What changes
  something at the server is sent each time, also where it says the same as before: a message of a thread, a file, a
  key; and a response that goes into a conversation, or that is worked on in the background.
* Only good answers are: not an error, also where a server reports one under status 200, and not what cannot be read.
* A stream is kept when it was read to its proper end, and given again as a stream, at once.
* A store that fails (locked, full, damaged, gone) is used no more; that is one line in the log, and fails no call.

Weak spot: what the end of a stream is kept with is written by whoever reads the stream, in the event loop too.
"""

from __future__ import annotations

import hashlib
import inspect
import json
import os
import time
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

from pydantic_core import from_json

from typed_openai.core.answer.meta import Meta
from typed_openai.core.answer.one_line import one_line
from typed_openai.core.option_values import check_amount, check_switch
from typed_openai.core.redact import logger
from typed_openai.core.run.effects import Reply, Work
from typed_openai.core.run.threads import Kept
from typed_openai.core.value_kinds import kind_of
from typed_openai.errors import ConfigurationError
from typed_openai.middleware.stores import MemoryStore, SQLiteStore

if TYPE_CHECKING:
    from collections.abc import Callable

    from typed_openai.core.run.effects import Flow, Middleware, Request, Sender
    from typed_openai.middleware.stores import Store

_OF_THIS_REQUEST = ("idempotency-key", "traceparent", "tracestate", "baggage")
"""Headers that are new with each request."""
_NOT_KEPT = ("set-cookie", "content-length", "content-encoding", "transfer-encoding")
_OF_THAT_MOMENT = ("x-ratelimit-", "retry-after")
"""How headers begin that say what the server has left: they are not true any more."""
_QUESTIONS = (
    "/chat/completions",
    "/completions",
    "/responses",
    "/responses/input_tokens",
    "/embeddings",
    "/moderations",
    "/images/generations",
    "/audio/speech",
)
"""How paths end that ask, and change nothing."""
_CHANGES = ("conversation", "background")
"""Members of a body that make it more than a question."""
_UNDER_WAY_OR_FAILED = ("queued", "in_progress", "failed", "cancelled")


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
    def unpacked(cls, value: object) -> _Answer | None:
        """None for what was not packed here. `TypeError` for what no store should give."""
        if not isinstance(value, bytes | bytearray | memoryview):
            if inspect.iscoroutine(value):
                value.close()
            raise TypeError(f"get gave {type(value).__name__}, not bytes")
        head, _, content = bytes(value).partition(b"\n")
        with suppress(ValueError, TypeError):
            until, status, headers = json.loads(head)
            pairs = [(name, text) for name, text in headers]
            if all(isinstance(text, str) for pair in pairs for text in pair) and isinstance(until, float | int | None):
                return cls(until, int(status), pairs, content)
        return None


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
        answer: _Answer | None = self._tried(self._found, key)
        return answer if answer is None or answer.until is None or self.now() < answer.until else None

    def _found(self, store: Store, key: str) -> _Answer | None:
        value = store.get(key)
        return None if value is None else _Answer.unpacked(value)

    def put(self, key: str, answer: _Answer) -> None:
        """Keep it."""
        self._tried(self._held, key, answer)

    def _held(self, store: Store, key: str, answer: _Answer) -> None:
        store.put(key, answer.packed())

    def _tried(self, step: Callable[..., Any], *given: Any) -> Any:
        store = self._store
        if store is None:
            return None
        kept = Kept(Exception)
        with kept:
            return step(store, *given)
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
    if ttl is not None:
        check_amount("ttl", ttl, "a number of seconds")
    check_switch("refresh", refresh)
    check_switch("streams", streams)
    careful = _Careful(MemoryStore() if store is None else _checked(store))

    def cached(request: Request, send: Sender) -> Flow[Reply]:
        if not _is_question(request) or (request.streams and not streams):
            return (yield from send(request))
        key = _fingerprint(request)
        if not refresh:
            found: _Answer | None = yield Work(careful.get, key)
            if found is not None:
                return _replayed(found, request)
        reply = yield from send(request)
        if 200 <= reply.status < 300:
            headers = [(name, value) for name, value in reply.headers.items() if _lasts(name.lower())]
            answer = _Answer(None if ttl is None else careful.now() + ttl, reply.status, headers, b"")
            if reply.content is not None:
                yield Work(_keep, careful, key, answer, reply.content)
            else:
                reply.at_end(partial(_keep, careful, key, answer))
        return reply

    return cached


def keep_answers(*, ttl: float | None = None, refresh: bool = False, size: int = 1000) -> Middleware:
    """Answer a repeated request from memory: those with the same URL, body, key and headers.

    `ttl`: seconds that an answer is kept (default: as long as there is room); `size`: how many are, the oldest go
    first; `refresh=True` asks again and keeps the new answer. Kept is what `cache` keeps, but for streams. One cache
    for each call of this function: share the middleware to share the cache.
    """
    return cache(MemoryStore(size), ttl=ttl, refresh=refresh, streams=False)


def _checked(store: Store | str | os.PathLike[str]) -> Store:
    if isinstance(store, str | os.PathLike):
        return SQLiteStore(store)
    steps = [getattr(store, name, None) for name in ("get", "put")]
    if isinstance(store, type) or not all(map(callable, steps)):
        raise ConfigurationError(f"store: a path, or an object with get and put, got {kind_of(store)}")
    if any(map(inspect.iscoroutinefunction, steps)):
        raise ConfigurationError(f"store: get and put of {type(store).__name__} are async, plain functions are wanted")
    return store


def _is_question(request: Request) -> bool:
    """Whether it asks a model and changes nothing."""
    content = request.content
    if request.method != "POST" or content is None or request.administers:
        return False
    if not request.url.partition("?")[0].endswith(_QUESTIONS):
        return False
    if not any(name.encode() in content for name in _CHANGES):
        return True
    with suppress(ValueError):
        asked = from_json(content)
        return not (isinstance(asked, dict) and any(asked.get(name) for name in _CHANGES))
    return True


def _lasts(header: str) -> bool:
    return header not in _NOT_KEPT and not header.startswith(_OF_THAT_MOMENT)


def _keep(careful: _Careful, key: str, answer: _Answer, content: bytes | None) -> None:
    if content is not None and _is_good(answer, content):
        careful.put(key, answer._replace(content=content))


def _is_good(answer: _Answer, content: bytes) -> bool:
    """Whether it answers the question: a stream that came to its proper end, sound, or JSON that is not an error."""
    kind = next((value for name, value in answer.headers if name.lower() == "content-type"), "")
    if kind.startswith(("text/event-stream", "audio/", "application/octet-stream")):
        return True
    with suppress(ValueError):
        said = from_json(content)
        return isinstance(said, dict) and not said.get("error") and said.get("status") not in _UNDER_WAY_OR_FAILED
    return False


def _replayed(answer: _Answer, request: Request) -> Reply:
    from typed_openai.core.run.native import whole_response

    meta = Meta(answer.status, answer.headers, request.method, request.url)
    reply = Reply(request, whole_response(meta, answer.content), None)
    reply.is_kept = True
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
