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
  `reply.at_end(function)` has the function called with all its bytes then (of a reply that is whole: at once).
* To wait is `yield Sleep(seconds)`; to call a function that may be async is `value = yield Call(function, ...)`, one
  that takes its time on disk `value = yield Work(function, ...)`.
* The list of a client replaces the one of `configure(middleware=[...])`. An empty list costs nothing.

Those that people write again and again are here: `log_requests`, `keep_answers` and `cache` (with a store that lasts),
`limit` and `pace`, `redact`; `fallback` makes a client of several.

Weak spot: steps see HTTP, not the typed result: that is for observers (`core/observers.py`).
"""

from __future__ import annotations

from typed_openai.core.run.effects import Call, Flow, Middleware, Reply, Request, Sender, Sleep, Work
from typed_openai.middleware.fallbacks import fallback
from typed_openai.middleware.kept import cache, keep_answers
from typed_openai.middleware.logged import log_requests
from typed_openai.middleware.measured import limit, pace
from typed_openai.middleware.redacted import CARD_NUMBER, EMAIL, redact
from typed_openai.middleware.stores import MemoryStore, SQLiteStore, Store

__all__ = [
    "CARD_NUMBER",
    "EMAIL",
    "Call",
    "Flow",
    "MemoryStore",
    "Middleware",
    "Reply",
    "Request",
    "SQLiteStore",
    "Sender",
    "Sleep",
    "Store",
    "Work",
    "cache",
    "fallback",
    "keep_answers",
    "limit",
    "log_requests",
    "pace",
    "redact",
]
