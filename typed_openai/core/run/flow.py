"""Everything with more than one step, written once: a flow is a generator that yields effects and returns a value.

A flow asks for `Send`, `Read`, `Sleep`, `Call`, `Work`, `On` or `Together` and is given the outcome; it neither knows
nor cares whether a sync or an async driver performs them. Flows compose with `yield from`, which keeps the type of the
value:

    reply = yield from perform(request, config)

Whatever an effect ends with, an error of ours or of a callback of the user's, an interrupt or a cancellation, is thrown
into the flow where it waits.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Coroutine, Generator, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from typed_openai.core.answer.meta import Attempt, Meta
from typed_openai.core.answer.one_line import one_line
from typed_openai.core.answer.response import status_error
from typed_openai.core.caller import Policies
from typed_openai.core.redact import logger, redact_url, without_secrets
from typed_openai.core.run.effects import OPEN, Call, Flow, Middleware, Read, Reply, Send, Sender, Sleep
from typed_openai.errors import (
    APIConnectionError,
    APIError,
    APIStatusError,
    ConfigurationError,
    DeadlineExceededError,
)

if TYPE_CHECKING:
    from typed_openai.core.run.effects import Request
    from typed_openai.core.run.native import HTTPXResponse


_SWITCHED = 101
"""The status with which a socket is opened (RFC 6455, section 4.1)."""


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
            f"middleware {name} is not a generator function: write `reply = yield from send(request)` in it"
        )
    reply = yield from steps
    if not isinstance(reply, Reply):
        raise ConfigurationError(f"middleware {name} returned {type(reply).__name__}, not the reply")
    return reply


def perform(
    request: Request,
    config: Policies,
    read: Callable[[Reply], Any] = lambda reply: reply,
    before: tuple[Attempt, ...] = (),
) -> Flow[Any]:
    """Send until there is a good answer, a final error, or no time left; the error lists every attempt.

    Gives what `read` makes of the reply. An error that it finds in there is one of the attempt: servers report under
    status 200 too that they have no time just now. `before`: attempts that failed already.
    """
    started = time.monotonic()
    attempts = [*before]
    scope = OPEN.get()
    if request.observed is not None:
        scope = request.observed.beside(scope)
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
                failure = status_error(error.meta, error.content, request, error)
        else:
            meta = _meta(reply, request, attempts, started)
            if 200 <= reply.status < 300 or reply.status == _SWITCHED:
                reply.meta = meta
                reply.scope = scope.unpaid() if scope is not None and reply.is_kept else scope
                try:
                    return read(reply)
                except APIError as error:
                    failure = error
            else:
                content, broken = (reply.content, None) if reply.content is not None else (yield from _read(reply))
                failure = status_error(meta, content, request, broken)
                _note_redirect(failure, reply.response)
        yield from _before_another(failure, began, attempts, request, config)


def _meta(reply: Reply, request: Request, attempts: Sequence[Attempt], started: float) -> Meta:
    """How an answer came; a middleware may have asked something else for it."""
    sent = reply.request
    return Meta(
        reply.status,
        reply.response.headers,
        sent.method,
        sent.url if "?" not in sent.url else without_secrets(sent.url, sent.secrets),
        tuple(attempts),
        time.monotonic() - started,
        (sent.base_headers, sent.headers),
        request.prices,
    )


def perform_again(failure: APIError, request: Request, config: Policies) -> Flow[Reply]:
    """The same after a reply that looked good until it was read."""
    attempts = [*failure.meta.attempts]
    began = time.monotonic() - failure.meta.elapsed
    yield from _before_another(failure, began, attempts, request, config)
    reply: Reply = yield from perform(request, config, before=tuple(attempts))
    return reply


def _before_another(
    failure: APIError, began: float, attempts: list[Attempt], request: Request, config: Policies
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


def _read(reply: Reply) -> Flow[tuple[bytes, APIConnectionError | None]]:
    """The body of an error, and why not all of it came."""
    try:
        content: bytes = yield Read(reply)
    except APIConnectionError as error:
        return error.content, error
    return content, None


def _note_redirect(failure: APIError, response: HTTPXResponse) -> None:
    """Say where a redirect led to, and how it changed what was asked: most of them make a GET of a POST."""
    if getattr(response, "history", None):  # a middleware may have brought an answer of its own
        asked = response.request
        failure.add_note(f"after a redirect: {asked.method} {redact_url(str(asked.url))}")


def _outcome(error: APIError) -> str:
    if isinstance(error, APIStatusError):
        return one_line(f"{error.status_code} {error.code or error.type or type(error).__name__}")
    return f"{type(error).__name__} ({error.kind})" if isinstance(error, APIConnectionError) else type(error).__name__
