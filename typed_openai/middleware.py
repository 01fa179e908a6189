"""Steps around each attempt of a request, written once for sync and async clients.

    def stamped(request: Request, send: Sender) -> Flow[Reply]:
        request.headers["x-started"] = str(time.time())
        reply = yield from send(request)
        print(request.url, reply.status)
        return reply

    client = OpenAI(middleware=[stamped, log_requests()])

A middleware is a generator function. `yield from send(request)` hands the request on and gives the reply; what stands
before it happens on the way out, what stands after it on the way back. Rules:

* The first one in the list is the outermost. All of them are around each *attempt*: a request that is tried three
  times passes them three times, with the same `Request` object. Back-off, retries and deadline are outside of them.
* The key is on the request already (`request.base_headers`, `request.headers`): do not log those. Headers are changed
  in `request.headers` (names in lower case; None leaves one out), which then holds for later attempts as well.
* A status of 400 or more is a reply like any other here. A broken connection is an `APIConnectionError` raised by
  `yield from send(request)`; whoever catches it may send again or return another reply.
* The body of a reply is in `reply.content`; it is None for a stream, which is read later, by the caller.
* To wait is `yield Sleep(seconds)`; to call a function that may be async is `value = yield Call(function, ...)`.
* The list of a client replaces the one of `configure(middleware=[...])`. An empty list costs nothing.

Weak spot: steps see HTTP, not the typed result; the events of a stream pass them by.
"""

from __future__ import annotations

import hashlib
import logging
import threading
import time
from collections import OrderedDict
from typing import TYPE_CHECKING, NamedTuple

from typed_openai.core.answer.one_line import one_line
from typed_openai.core.answer.response import hide, masked
from typed_openai.core.redact import logger as package_logger
from typed_openai.core.redact import redact_url
from typed_openai.core.run.effects import Call, Flow, Middleware, Reply, Request, Sender, Sleep
from typed_openai.errors import APIConnectionError, ConfigurationError

if TYPE_CHECKING:
    from typed_openai.core.run.native import HTTPXResponse

__all__ = [
    "Call",
    "Flow",
    "Middleware",
    "Reply",
    "Request",
    "Sender",
    "Sleep",
    "keep_answers",
    "log_requests",
]


def log_requests(
    *, level: int = logging.INFO, bodies: bool = False, limit: int = 2000, logger: logging.Logger = package_logger
) -> Middleware:
    """Log each attempt in one line: method, URL without query, status, milliseconds, request id.

    `bodies=True` logs what is sent and what comes back as well, cut after `limit` characters: everything your users
    say, but no key. Of streams and files only the fact is told. `logger` is the package's own unless given.
    """

    def logged(request: Request, send: Sender) -> Flow[Reply]:
        what = f"{request.method} {redact_url(request.url)}"
        if bodies and logger.isEnabledFor(level):
            logger.log(level, "%s sends %s", what, _shown(request.content, request, limit))
        began = time.perf_counter()
        try:
            reply = yield from send(request)
        except APIConnectionError as error:
            logger.log(level, "%s failed after %.0f ms: %s", what, _since(began), error)
            raise
        number = reply.headers.get("x-request-id", "")
        known = f" [{number}]" if number else ""
        logger.log(level, "%s %d in %.0f ms%s", what, reply.status, _since(began), known)
        if bodies and logger.isEnabledFor(level):
            logger.log(level, "%s answers %s", what, _shown(reply.content, request, limit))
        return reply

    return logged


def _since(began: float) -> float:
    return (time.perf_counter() - began) * 1000


def _shown(content: bytes | None, request: Request, limit: int) -> str:
    if content is None:
        return "a form" if request.form is not None else "a stream" if request.streams else "no body"
    text = masked(hide(content, request.secrets)).decode("utf-8", errors="replace")
    return one_line(text if len(text) <= limit else f"{text[:limit]}... ({len(text)} characters)")


class _Kept(NamedTuple):
    until: float
    response: HTTPXResponse
    content: bytes


def keep_answers(*, ttl: float | None = None, refresh: bool = False, size: int = 1000) -> Middleware:
    """Answer a repeated request from memory: those with the same URL, body, key and headers.

    `ttl`: seconds that an answer is kept (default: as long as there is room); `size`: how many are, the oldest go
    first; `refresh=True` asks again and keeps the new answer. POST requests with a JSON body and a good answer only;
    streams pass. One cache for each call of this function: share the middleware to share the cache.
    """
    if ttl is not None and ttl <= 0:
        raise ConfigurationError(f"ttl must be a number of seconds above 0, got {ttl!r}")
    kept: OrderedDict[str, _Kept] = OrderedDict()
    lock = threading.Lock()

    def cached(request: Request, send: Sender) -> Flow[Reply]:
        if request.method != "POST" or request.content is None or request.streams:
            return (yield from send(request))
        key = _fingerprint(request)
        with lock:
            found = kept.get(key)
        if found is not None and not refresh and time.monotonic() < found.until:
            reply = Reply(request, found.response, None)
            reply.content = found.content
            return reply
        reply = yield from send(request)
        if reply.content is not None and 200 <= reply.status < 300:
            until = float("inf") if ttl is None else time.monotonic() + ttl
            with lock:
                kept[key] = _Kept(until, reply.response, reply.content)
                kept.move_to_end(key)
                while len(kept) > size:
                    kept.popitem(last=False)
        return reply

    return cached


def _fingerprint(request: Request) -> str:
    """Two requests with the same one are the same question by the same person. Holds no secret, only its hash."""
    headers = {**dict(request.base_headers), **request.headers}
    for name in ("idempotency-key", "traceparent", "tracestate", "baggage"):  # new with each request
        headers.pop(name, None)
    digest = hashlib.sha256()
    for part in (request.url, *(f"{name}: {value}" for name, value in sorted(headers.items()))):
        digest.update(part.encode() + b"\n")
    digest.update(b"\n" + (request.content or b""))
    return digest.hexdigest()
