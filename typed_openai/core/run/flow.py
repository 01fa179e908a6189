"""Everything with more than one step, written once: a flow is a generator that yields effects and returns a value.

A flow asks for `Send`, `Read`, `Sleep`, `Call`, `Work` or `Together` and is given the outcome; it neither knows nor
cares whether a sync or an async driver performs them. Flows compose with `yield from`, which keeps the type of the
value:

    reply = yield from perform(request, config)

Whatever an effect ends with, an error of ours or of a callback of the user's, an interrupt or a cancellation, is thrown
into the flow where it waits.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Coroutine, Generator, Sequence
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias, TypeVar

from typed_openai.core.answer.meta import Attempt, Headers, Meta
from typed_openai.core.answer.one_line import one_line
from typed_openai.core.answer.response import read_json, status_error
from typed_openai.errors import (
    APIConnectionError,
    APIError,
    APIStatusError,
    ConfigurationError,
    DeadlineExceededError,
    ResponseValidationError,
)
from typed_openai.settings.config import Config, logger, redact_url, without_secrets
from typed_openai.usage import OPEN

if TYPE_CHECKING:
    from typed_openai.core.request.params import Request
    from typed_openai.core.run.transport import HTTPXResponse
    from typed_openai.usage import UsageScope

T = TypeVar("T")
MAX_ERROR_BODY = 1024 * 1024
"""Bytes that are kept of the body of an error."""


class Send:
    """Send a request; gives a `Reply`, its body read unless the request streams."""

    __slots__ = ("request",)

    def __init__(self, request: Request) -> None:
        self.request = request


class Read:
    """Read the whole body of a reply that streams; gives the bytes, and the connection back."""

    __slots__ = ("reply",)

    def __init__(self, reply: Reply) -> None:
        self.reply = reply


class Sleep:
    """Wait for a number of seconds."""

    __slots__ = ("seconds",)

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds


class Call:
    """Call a function of the user's; an async driver awaits what it returns."""

    __slots__ = ("arguments", "function")

    def __init__(self, function: Callable[..., Any], *arguments: object) -> None:
        self.function = function
        self.arguments = arguments


class Work:
    """Call a function of ours that takes its time on disk or CPU; an async driver does it in a thread."""

    __slots__ = ("arguments", "function")

    def __init__(self, function: Callable[..., Any], *arguments: object) -> None:
        self.function = function
        self.arguments = arguments


class Together:
    """Run several flows at once, at most `limit` of them; gives their values in order (see `core/run/together.py`)."""

    __slots__ = ("each", "flows", "limit")

    def __init__(self, flows: Sequence[Flow[Any]], limit: int, each: Callable[[Any], object] | None = None) -> None:
        self.flows = flows
        self.limit = limit
        self.each = each


Effect: TypeAlias = Send | Read | Sleep | Call | Work | Together
Flow: TypeAlias = Generator[Effect, Any, T]


class Reply:
    """What a driver brings back: the response of the transport, how it came, and the pool it belongs to, which must
    not be collected while the body is being read."""

    __slots__ = ("content", "meta", "pool", "request", "response", "scope", "status")

    def __init__(self, request: Request, response: HTTPXResponse, pool: object) -> None:
        self.request = request
        self.response = response
        self.pool = pool
        self.status = response.status_code
        self.content: bytes | None = None
        self.meta = Meta()
        self.scope: UsageScope | None = None
        """Counts what the answer says was consumed; None when it has done so, or nobody counts."""

    def counted(self, read: Callable[[], T]) -> T:
        """What is read from this reply, taken into account by the `usage_scope` of the request, once; what is refused
        (`strict_responses`) was paid for all the same."""
        try:
            result = read()
        except ResponseValidationError as error:
            self._count(error.body)
            raise
        except APIError as error:
            self._count(error.body if error.partial is None else error.partial)
            raise
        self._count(result)
        return result

    def count_unparsed(self) -> None:
        """Take a raw answer into account, which nobody may ever parse."""
        if self.scope is not None and self.content:
            with suppress(ValueError):
                self._count(read_json(self.content)[0])

    def _count(self, result: object) -> None:
        if self.scope is not None:
            self.scope.count(self.request, result)
            self.scope = None

    def taker(self, received: list[bytes]) -> Callable[[bytes], object]:
        """Where the body goes while it is read: to the sink of the request when the answer is good, else to a list."""
        sink = self.request.sink
        return received.append if sink is None or self.status >= 300 else sink

    def most(self) -> int | None:
        """How many bytes of the body are kept: of an error less than of a good answer, of what goes to a sink none."""
        most = self.request.max_body
        if self.status >= 300:
            return most if most is None else min(most, MAX_ERROR_BODY)
        return most if self.request.sink is None else None

    def whole(self, content: bytes) -> HTTPXResponse:
        """The answer in the words of the transport, with a body that was read."""
        from typed_openai.core.run.transport import whole_response

        return whole_response(self.meta, content, self.response.http_version)

    @property
    def headers(self) -> Headers:
        """The headers of the answer."""
        return Headers(list(self.response.headers.multi_items()))


class Sender(Protocol):
    """What a middleware hands a request on to."""

    def __call__(self, request: Request, /) -> Flow[Reply]: ...


class Middleware(Protocol):
    """A step around each attempt: a generator function that sends (or does not) and returns the reply."""

    def __call__(self, request: Request, send: Sender, /) -> Flow[Reply]: ...


def around(layers: Sequence[Middleware]) -> Sender:
    """To send within these layers, the first one outermost."""
    sender: Sender = _send
    for layer in reversed(layers):
        sender = partial(_within, layer, sender)
    return sender


def _send(request: Request) -> Flow[Reply]:
    reply: Reply = yield Send(request)
    return reply


def _within(layer: Middleware, inner: Sender, request: Request) -> Flow[Reply]:
    name = getattr(layer, "__qualname__", type(layer).__name__)
    steps: object = layer(request, inner)
    if not isinstance(steps, Generator):
        if isinstance(steps, Coroutine):
            steps.close()
        raise ConfigurationError(
            f"middleware {name} is no generator function: write `reply = yield from send(request)` in it"
        )
    reply = yield from steps
    if not isinstance(reply, Reply):
        raise ConfigurationError(f"middleware {name} returned {type(reply).__name__}, not the reply")
    return reply


def perform(request: Request, config: Config, read: Callable[[Reply], Any] = lambda reply: reply) -> Flow[Any]:
    """Send until there is a good answer, a final error, or no time left; the error lists every attempt.

    Gives what `read` makes of the reply. An error that it finds in there is one of the attempt: servers report under
    status 200 too that they have no time just now.
    """
    started = time.monotonic()
    attempts: list[Attempt] = []
    scope = OPEN.get()
    while True:
        if scope is not None:
            scope.admit(request)
        began = time.monotonic()
        if request.api_key is not None:
            request.authorize((yield Call(request.api_key)))
        try:
            reply: Reply = (
                (yield from around(config.middleware)(request)) if config.middleware else (yield Send(request))
            )
        except APIConnectionError as error:
            failure: APIError = error
            if error.meta.status >= 300:  # the status came whole, only its body did not
                failure = status_error(error.meta, error.content, request)
        else:
            meta = Meta(
                reply.status,
                reply.response.headers,
                request.method,
                request.url if "?" not in request.url else without_secrets(request.url, request.secrets),
                tuple(attempts),
                time.monotonic() - started,
                (request.base_headers, request.headers),
            )
            if 200 <= reply.status < 300:
                reply.meta = meta
                reply.scope = scope
                try:
                    return read(reply)
                except APIError as error:
                    failure = error
            else:
                content = reply.content if reply.content is not None else (yield from _read(reply))
                failure = status_error(meta, content, request)
                _note_redirect(failure, reply.response)
        yield from _before_another(failure, began, attempts, request, config)


def _before_another(
    failure: APIError, began: float, attempts: list[Attempt], request: Request, config: Config
) -> Flow[None]:
    """Note an attempt that failed, and wait until there may be another; raise the failure when there is none."""
    from typed_openai.core.run.retry import RetryEvent, delay_before_retry  # only a failure needs it

    remaining = None if request.deadline_at is None else request.deadline_at - time.monotonic()
    delay = delay_before_retry(failure, len(attempts) + 1, config.max_retries, remaining)
    if delay is not None and request.form is not None and (why := request.form.obstacle()) is not None:
        failure.add_note(f"not tried again: {why}")
        delay = None
    attempts.append(Attempt(len(attempts) + 1, _outcome(failure), time.monotonic() - began, delay))
    failure.attempts = tuple(attempts)
    if delay is None:
        if attempts[1:] and not isinstance(failure, DeadlineExceededError):
            failure.add_note(f"{len(attempts)} attempts: " + ", ".join(attempt.outcome for attempt in attempts))
        raise failure
    logger.info("%s %s: %s; next attempt in %.2f s", request.method, redact_url(request.url), _outcome(failure), delay)
    if config.on_retry is not None:
        yield Call(config.on_retry, RetryEvent(failure, len(attempts), delay))
    yield Sleep(delay)


def _read(reply: Reply) -> Flow[bytes]:
    try:
        content: bytes = yield Read(reply)
    except APIConnectionError as error:
        return error.content
    return content


def _note_redirect(failure: APIError, response: HTTPXResponse) -> None:
    """Say where a redirect led to, and how it changed what was asked: most of them make a GET of a POST."""
    if getattr(response, "history", None):  # a middleware may have brought an answer of its own
        asked = response.request
        failure.add_note(f"after a redirect: {asked.method} {redact_url(str(asked.url))}")


def _outcome(error: APIError) -> str:
    if isinstance(error, APIStatusError):
        return one_line(f"{error.status_code} {error.code or error.type or type(error).__name__}")
    return f"{type(error).__name__} ({error.kind})" if isinstance(error, APIConnectionError) else type(error).__name__
