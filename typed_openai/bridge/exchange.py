"""Requests of the Assistants API, answered by other requests: a middleware around each attempt.

A request that the table of routes knows is not sent. Its handler is a flow that yields `Send` for requests of the
Responses API and `Call` or `Work` for steps in the store, and returns what the Assistants API would have answered;
that becomes the reply. So checks, results, streams, raw answers, waits and tool loops are those of every call.

Rules
* Each request that is sent has the key, headers, timeout and deadline of the call, as they are at this attempt.
* What the server refuses is the answer. When it may pass, the call tries again, and the handler goes on where it was:
  nothing that was answered is asked twice.
* The headers of the answer are those of the last one that came.
* What a store raises is a `ConfigurationError` that names it.

Weak spot: `with_options(middleware=[...])` replaces the bridge too; give it on with `*client.config.middleware`.
"""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar, TypeAlias
from urllib.parse import parse_qsl, unquote, urlencode

from typed_openai.bridge.bodies import Translated
from typed_openai.bridge.reading import UNREADABLE
from typed_openai.bridge.shelf import Item, Shelf
from typed_openai.core.answer.meta import Meta
from typed_openai.core.answer.one_line import one_line
from typed_openai.core.answer.response import no_json, parse
from typed_openai.core.redact import redact_url
from typed_openai.core.run.effects import Effect, Reply, Send, Sleep
from typed_openai.core.run.native import streamed_response, whole_response
from typed_openai.core.run.threads import Kept
from typed_openai.errors import ConfigurationError, Fault, OpenAIError, RequestValidationError
from typed_openai.models.base import Result

if TYPE_CHECKING:
    from typed_openai.core.caller import Caller
    from typed_openai.core.run.effects import Flow, Request, Sender

_OF_THE_OPERATION = frozenset({"accept", "content-type", "openai-beta", "idempotency-key"})
"""Headers that go with what is asked."""

_QUERY = frozenset({"after", "before", "include[]", "limit", "order", "run_id"})
"""What the Assistants API has in queries."""


class Refusal(Exception):
    """The Assistants API would have refused this: a status, and the members of its error object."""

    def __init__(self, status: int, message: str, *, param: str | None = None, code: str | None = None) -> None:
        super().__init__(message)
        self.status = status
        kind = "invalid_request_error"
        self.body: Item = {"error": {"message": message, "type": kind, "param": param, "code": code}}


@dataclass(frozen=True, slots=True)
class Asked:
    """A request of the Assistants API: what stood in its path, its body and its query; `title` names the call."""

    title: str
    path: Mapping[str, str]
    given: Item
    query: Mapping[str, str]
    request: Request
    ignored: Collection[str] = ()
    """Parameters that the program may do without."""

    @property
    def streams(self) -> bool:
        """Whether events are wanted."""
        return self.given.get("stream") is True


@dataclass(frozen=True, slots=True)
class Streamed:
    """An answer that comes in events, made of another one: `feed` turns its blocks into blocks."""

    reply: Reply
    feed: Callable[[bytes], Flow[bytes]]


Answer: TypeAlias = Item | bytes | Reply | Streamed
"""An object, events that are there already, an answer as it came, or one that comes in events."""
Handler: TypeAlias = Callable[["Bridge", Asked], "Flow[Answer]"]
Route: TypeAlias = tuple[str, re.Pattern[str], Handler]
"""A verb, a path, and who answers."""


@dataclass(slots=True)
class _Work:
    """A handler at work: where it stands is kept from attempt to attempt."""

    title: str
    flow: Flow[Answer]
    more: str = ""
    """What the call has in its query besides: it goes with each request."""
    effect: Effect | None = None
    sent: int = 0
    """How many requests were answered."""
    last: Reply | None = None
    answer: Answer = field(default_factory=dict[str, Any])
    status: int = 200

    def go_on(self, outcome: object) -> None:
        """Up to the next effect, or to the answer."""
        try:
            self.effect = self.flow.send(outcome)
        except StopIteration as stop:
            self.effect, self.answer = None, stop.value
        except Refusal as refusal:
            self.effect, self.answer, self.status = None, refusal.body, refusal.status
        except UNREADABLE as error:
            raise self._unreadable(f"{type(error).__name__}: {error}") from error

    def _unreadable(self, got: str) -> OpenAIError:
        """What to say of something of another shape: of what was sent, or of what came."""
        last = self.last
        if last is None:
            return RequestValidationError(self.title, [Fault("", "a request of the Assistants API", got)])
        sent = last.request
        meta = Meta(last.status, last.response.headers, sent.method, sent.url)
        return no_json(last.content or b"", meta, sent.secrets, f"it cannot be read as a part of a run: {got}")


class Bridge:
    """The middleware."""

    answers: ClassVar[tuple[str, ...]] = ("beta.assistants", "beta.threads")
    """Titles of operations that the server is not asked for."""

    def __init__(
        self,
        client: Caller,
        shelf: Shelf,
        routes: Sequence[Route],
        definitions: Mapping[str, Item],
        ignored: Collection[str] = (),
    ) -> None:
        self.client = client
        self.shelf = shelf
        self._routes = routes
        self._definitions = definitions
        """Assistants that are not in the store yet."""
        self._ignored = ignored

    def __call__(self, request: Request, send: Sender, /) -> Flow[Reply]:
        work = request.kept if isinstance(request.kept, _Work) else self._begun(request)
        if work is None:
            return (yield from send(request))
        request.kept = work
        while work.effect is not None:
            if isinstance(work.effect, Send):
                self._adopt(work.effect.request, request, work)
                reply = yield from send(work.effect.request)
                if not 200 <= reply.status < 300:
                    return reply
                work.last, work.sent = reply, work.sent + 1
                work.go_on(reply)
            else:
                work.go_on((yield from self._stored(work.effect)))
        request.kept = None
        return self._reply(request, work)

    def _begun(self, request: Request) -> _Work | None:
        """The work on what the table of routes knows."""
        base = self.client.config.base_url
        if not request.url.startswith(base):
            if request.operation.startswith(self.answers):
                raise ConfigurationError(
                    f"{request.operation}: the bridge is to {redact_url(base)}; make another one of the other client:"
                    " assistants_over_responses(client.with_options(base_url=...))"
                )
            return None
        path, _, query = request.url.removeprefix(base).partition("?")
        for method, pattern, handler in self._routes:
            fits = pattern.fullmatch(path) if method == request.method else None
            if fits is None:
                continue
            values = {name: unquote(value) for name, value in fits.groupdict().items()}
            given = json.loads(request.content) if request.content else {}
            asked = Asked(request.operation, values, given, dict(parse_qsl(query)), request, self._ignored)
            more = [(name, value) for name, value in parse_qsl(query) if name not in _QUERY]
            work = _Work(asked.title, self._prepared(handler, asked), urlencode(more))
            work.go_on(None)
            return work
        return None

    def _prepared(self, handler: Handler, asked: Asked) -> Flow[Answer]:
        """Put the definitions into the store that the program brought, before anything is looked for there; calls that
        begin at once each do so, as none may go on before it is done."""
        for identifier, definition in [*self._definitions.items()]:
            yield from self.shelf.put(definition, "assistant", identifier)
        self._definitions = {}
        return (yield from handler(self, asked))

    def _adopt(self, inner: Request, outer: Request, work: _Work) -> None:
        """Let a request go out as the call that it is made for would."""
        shared = {name: value for name, value in outer.base_headers if name.lower() not in _OF_THE_OPERATION}
        kept = {name: value for name, value in inner.base_headers if name.lower() in _OF_THE_OPERATION}
        inner.base_headers = tuple({**shared, **kept}.items())
        inner.headers |= {name: each for name, each in outer.headers.items() if name not in _OF_THE_OPERATION}
        key = outer.headers.get("idempotency-key")
        if key is not None and inner.method == "POST":
            inner.headers["idempotency-key"] = f"{key}-{work.sent}"  # the same at each attempt, and in another call
        inner.timeout, inner.deadline_at, inner.max_body = outer.timeout, outer.deadline_at, outer.max_body
        if inner.streams and outer.streams:
            inner.idle_timeout = outer.idle_timeout
        inner.secrets, inner.prices = outer.secrets, outer.prices
        inner.api_key = inner.credential = None
        if work.more and work.more not in inner.url:
            present = {name for name, _ in parse_qsl(inner.url.partition("?")[2])}
            new = urlencode([(name, value) for name, value in parse_qsl(work.more) if name not in present])
            inner.url += f"{'&' if present else '?'}{new}" if new else ""

    def _stored(self, effect: Effect) -> Flow[Any]:
        """A step in the store, or a wait."""
        if isinstance(effect, Sleep):
            return (yield effect)
        kept = Kept(Exception)
        with kept:
            return (yield effect)
        if isinstance(kept.error, OpenAIError):
            raise kept.error
        name, said = type(self.shelf.store).__name__, one_line(f"{type(kept.error).__name__}: {kept.error}")
        raise ConfigurationError(f"{name}, where assistants are kept, failed: {said}") from kept.error

    def _reply(self, request: Request, work: _Work) -> Reply:
        """What the call gets."""
        answer, last = work.answer, work.last
        if isinstance(answer, Reply):  # as it came
            return answer
        headers = [] if last is None else [*last.headers.items()]
        headers += [("x-should-retry", "false")] if work.status >= 400 else []
        meta = Meta(work.status, headers, request.method, request.url, asked=(request.base_headers, request.headers))
        if isinstance(answer, Streamed):
            body = Translated(answer.reply, answer.feed, self.client.driver.run)
            response = streamed_response(meta, body, answer.reply.response)
            return Reply(request, response, answer.reply.pool)
        content = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
        reply = Reply(request, whole_response(meta, content), None)
        if not request.streams:
            reply.content = content
        return reply

    # -- for handlers --------------------------------------------------------------------------------------------------

    def request(self, operation: str, *args: Any, **params: Any) -> Request:
        """The request of an operation of the client, checked."""
        request: Request = self._operation(operation).request(*args, **params)
        return request

    def ask(self, operation: str, *args: Any, **params: Any) -> Flow[Item]:
        """What the server answers, as JSON; only what it grants comes back."""
        asks = self._operation(operation)
        request: Request = asks.request(*args, **params)
        reply: Reply = yield Send(request)
        meta = Meta(reply.status, reply.response.headers, request.method, request.url)
        kind = asks.endpoint.model if asks.endpoint.page is None else Result
        found: Result = parse(kind, reply.content or b"", meta, self.client.config, request)
        return found.model_dump()

    def make(self, operation: str, *args: Any, **params: Any) -> Flow[Item]:
        """The same, of what is to have an id."""
        made = yield from self.ask(operation, *args, **params)
        if not isinstance(made.get("id"), str):
            raise Refusal(502, f"The answer to {operation} has no id, so nobody could go on with it.")
        return made

    def stream(self, operation: str, *args: Any, **params: Any) -> Flow[Reply]:
        """The beginning of an answer in events."""
        reply: Reply = yield Send(self.request(operation, *args, **params, stream=True))
        return reply

    def _operation(self, name: str) -> Any:
        return functools.reduce(getattr, name.split("."), self.client)
