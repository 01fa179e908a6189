"""Everything with more than one step, written once: a flow is a generator that yields effects and returns a value.

A flow asks for `Send`, `Read`, `Sleep` or `Call` and is given the outcome; it neither knows nor cares whether a sync or
an async driver performs them. Flows compose with `yield from`, which keeps the type of the value:

    reply = yield from perform(request, config)

Errors of ours (`OpenAIError`) are thrown into the flow where it waits; everything else passes through the driver.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Generator
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

from typed_openai.config import Config, logger, redact_url
from typed_openai.core.meta import Attempt, Meta
from typed_openai.core.response import status_error
from typed_openai.core.retry import RetryEvent, delay_before_retry
from typed_openai.errors import APIConnectionError, APIError, APIStatusError, DeadlineExceededError

if TYPE_CHECKING:
    from typed_openai.core.request import Request
    from typed_openai.core.transport import HTTPXResponse

T = TypeVar("T")


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


Effect: TypeAlias = Send | Read | Sleep | Call
Flow: TypeAlias = Generator[Effect, Any, T]


class Reply:
    """What a driver brings back: the response of the transport, and how it came."""

    __slots__ = ("content", "meta", "request", "response", "status")

    def __init__(self, request: Request, response: HTTPXResponse, status: int, content: bytes | None) -> None:
        self.request = request
        self.response = response
        self.status = status
        self.content = content
        self.meta = Meta()


def perform(request: Request, config: Config) -> Flow[Reply]:
    """Send until there is a good answer, a final error, or no time left; the error lists every attempt."""
    started = time.monotonic()
    if config.deadline is not None and request.deadline_at is None:
        request.deadline_at = started + config.deadline
    attempts: list[Attempt] = []
    while True:
        began = time.monotonic()
        if request.api_key is not None:
            request.authorize((yield Call(request.api_key)))
        try:
            reply: Reply = yield Send(request)
        except APIConnectionError as error:
            failure: APIError = error
        else:
            meta = Meta(
                reply.status,
                reply.response.headers.multi_items(),
                request.method,
                request.url,
                tuple(attempts),
                time.monotonic() - started,
            )
            if 200 <= reply.status < 300:
                reply.meta = meta
                return reply
            content = reply.content if reply.content is not None else (yield from _read(reply))
            failure = status_error(meta, content, config, request)
        remaining = None if request.deadline_at is None else request.deadline_at - time.monotonic()
        delay = delay_before_retry(failure, len(attempts) + 1, config.max_retries, remaining)
        attempts.append(Attempt(len(attempts) + 1, _outcome(failure), time.monotonic() - began, delay))
        failure.attempts = tuple(attempts)
        if delay is None:
            _report(failure, config, request)
            raise failure
        logger.info(
            "%s %s: %s; next attempt in %.2f s", request.method, redact_url(request.url), _outcome(failure), delay
        )
        if config.on_retry is not None:
            yield Call(config.on_retry, RetryEvent(failure, len(attempts), delay))
        yield Sleep(delay)


def _read(reply: Reply) -> Flow[bytes]:
    try:
        content: bytes = yield Read(reply)
    except APIConnectionError as error:
        return error.content
    return content


def _outcome(error: APIError) -> str:
    if isinstance(error, APIStatusError):
        return f"{error.status_code} {error.code or error.type or type(error).__name__}"
    return f"{type(error).__name__} ({error.kind})" if isinstance(error, APIConnectionError) else type(error).__name__


def _report(error: APIError, config: Config, request: Request) -> None:
    if len(error.attempts) > 1 and not isinstance(error, DeadlineExceededError):
        error.add_note(f"{len(error.attempts)} attempts: " + ", ".join(attempt.outcome for attempt in error.attempts))
    if config.log_errors:
        logger.error("%s: %s", request.operation, error)
