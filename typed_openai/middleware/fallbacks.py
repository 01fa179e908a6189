"""Several clients as one: where the first cannot answer, the next does (`fallback`).

    groq = OpenAI(provider="groq")
    client = fallback([OpenAI(), groq], models={groq: "llama-3.3-70b-versatile"}, cool_down=30)

Rules
* What comes is a client like the first one: its settings, checks, retries and deadline hold. Each attempt asks the
  first that is well; where that has no time, is broken or cannot be reached, the others are asked in their order.
* A client that failed so is asked again after `cool_down` seconds, or when all the others failed too.
* Each is asked with its own address, key, headers and middleware, and with its own model where one is given.
* Only what passes makes another be asked: too many requests, an error of the server, a broken connection. A refusal of
  the request is its answer.

Weak spots: parameters are checked once, by the first client: what only another server takes is refused, and what only
the first takes is sent to all. Sockets, forms (files) and what only administrators may ask are for the first alone.
"""

from __future__ import annotations

import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from typed_openai.core.option_values import check_amount
from typed_openai.core.redact import logger, redact_url
from typed_openai.core.run.effects import Call, On, Read, Reply
from typed_openai.core.value_kinds import kind_of
from typed_openai.errors import APIConnectionError, ConfigurationError, DeadlineExceededError

if TYPE_CHECKING:
    from typed_openai.core.caller import Caller
    from typed_openai.core.run.effects import Flow, Middleware, Request, Sender

C = TypeVar("C", bound="Caller")
_PASSES = (408, 409, 425, 429)
_PROOFS = ("authorization", "api-key")
_OF_THE_OPERATION = ("accept", "openai-beta")
"""Headers that go with what is asked, whoever is asked."""


class _Kind(NamedTuple):
    """What a client wants to know of an operation."""

    method: str
    multipart: bool = False
    headers: Mapping[str, str] | None = None
    admin: bool = False


class _Other:
    """One of the clients, and how it does."""

    def __init__(self, client: Caller, model: str | None) -> None:
        self.client = client
        self.model = model
        self.cool_until = 0.0

    def asking(self, request: Request, base_url: str) -> Request:
        """The same question for this client."""
        path, _, query = request.url.removeprefix(base_url).partition("?")
        content = request.content
        if self.model is not None and content:
            content = json.dumps({**json.loads(content), "model": self.model}).encode()
        own = {name: value for name, value in request.base_headers if name.lower() in _OF_THE_OPERATION}
        asked = replace(
            request,
            url=self.client.url(path, request.operation, request.method, request.params)
            + (f"?{query}" if query else ""),
            base_headers=tuple(
                {
                    **dict(self.client.headers_for(_Kind(request.method, admin=request.administers), request.streams)),
                    **own,
                }.items()
            ),
            headers={name: value for name, value in request.headers.items() if name not in _PROOFS},
            secrets=self.client.secrets,
            content=content,
            api_key=None,
            credential=None,
        )
        self.client.identify(asked)
        return asked


def fallback(clients: Sequence[C], *, models: Mapping[C, str] | None = None, cool_down: float = 30.0) -> C:
    """A client like the first of these, which asks the others where the first cannot answer.

    `models`: what those are asked for that know other models than the call names. `cool_down`: seconds for which one
    that failed is left alone. Raises `ConfigurationError` for what is none of that.
    """
    given: Any = clients
    given_models: Any = models
    if not isinstance(given, Sequence) or isinstance(given, str):
        raise ConfigurationError(f"fallback: a list of clients, got {type(given).__name__}")
    if not isinstance(given_models or {}, Mapping):
        raise ConfigurationError(f"models: a dict from client to the name of a model, got {type(models).__name__}")
    named: dict[C, Any] = dict(models or {})
    if wrong := [model for model in named.values() if not isinstance(model, str) or not model]:
        raise ConfigurationError(f"models: the name of a model for each client, got {wrong[0]!r}")
    colours = {getattr(client, "is_async", None) for client in clients}
    if classes := [client for client in given if isinstance(client, type)]:
        raise ConfigurationError(f"fallback: a list of clients, got {kind_of(classes[0])}")
    if len(clients) < 2 or len(colours) != 1 or None in colours:
        raise ConfigurationError("fallback: two or more clients, all of them sync or all of them async")
    if len({id(client) for client in clients}) < len(clients):
        raise ConfigurationError("fallback: the same client stands in the list twice")
    others = [_Other(client, named.pop(client, None)) for client in clients]
    if named:
        raise ConfigurationError(f"models: by clients of the list, got {', '.join(map(repr, named))}")
    check_amount("cool_down", cool_down, "a number of seconds", zero=True)
    first = clients[0]
    made: C = first.changed({"middleware": [*first.config.middleware, _falling(others, cool_down)]})
    return made


def _falling(others: Sequence[_Other], cool_down: float) -> Middleware:
    from typed_openai.core.run.flow import around

    first = others[0]
    base_url = first.client.config.base_url

    def fell(request: Request, send: Sender) -> Flow[Reply]:
        if not request.url.startswith(base_url):  # a stream of another client that is begun anew
            return (yield from send(request))
        now = time.monotonic()
        reply: Reply | None = None
        failure: APIConnectionError | None = None
        usable = others[:1] if request.form is not None or request.administers else others
        for other in sorted(usable, key=lambda each: each.cool_until > now):
            try:
                if other is first and other.model is None:
                    reply, failure = (yield from send(request)), None
                else:
                    asked = other.asking(request, base_url)
                    if asked.api_key is not None:
                        asked.authorize((yield Call(asked.api_key)))
                    sender = send if other is first else around(other.client.config.middleware)
                    reply, failure = (yield On(other.client.driver.pool, sender(asked))), None
            except DeadlineExceededError:
                raise
            except APIConnectionError as error:
                failure = error
            if failure is None and reply is not None and not (reply.status >= 500 or reply.status in _PASSES):
                return reply
            if failure is None and reply is not None and reply.content is None:
                reply.content = yield Read(reply)  # the body of an error, so that the connection is free
            other.cool_until = time.monotonic() + cool_down
            said = f"status {reply.status}" if failure is None and reply is not None else type(failure).__name__
            logger.info("%s: %s; asking another client", redact_url(other.client.config.base_url), said)
        if failure is not None:
            raise failure
        if reply is None:
            raise ConfigurationError("fallback: no client was asked")
        return reply

    return fell
