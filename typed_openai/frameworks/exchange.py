"""What a view has sent: the options of a request, as the official package has them, and the bytes of an answer.

    exchange = Exchange(client, options)       # finds the operation, checks: raises before a byte is sent
    answer = client.driver.run(exchange.flow())

Rules
* The options are looked at and not changed. Headers that the official package adds for itself are not sent: who asks,
  what is accepted and how a body travels is said by our client.
* A null at the top of a body is sent where the API takes one, and left out elsewhere, as in every call of ours.
* A whole answer is read by our models first: `strict_responses`, usage and the errors for what is not an answer hold
  here too. A stream goes on as bytes, block by block, after the machine has seen them: what breaks off raises.
* What no operation is declared for is sent unchecked, below `base_url` only: the key belongs there.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias, get_args
from urllib.parse import parse_qsl

from typed_openai.core.answer.raw import AsyncStreamedResponse, StreamedResponse
from typed_openai.core.answer.sse import begins_like_events
from typed_openai.core.declare import call
from typed_openai.core.declare.endpoint import Endpoint
from typed_openai.core.declare.resource import Resource
from typed_openai.core.run.flow import perform
from typed_openai.core.run.observing import observe
from typed_openai.errors import APIError, Fault, RequestValidationError
from typed_openai.frameworks.operations import Found, operation_of
from typed_openai.models.base import NULL, Null, Params, Result
from typed_openai.streaming.observed import ObservedMachine
from typed_openai.streaming.stream import AsyncStream, Stream

if TYPE_CHECKING:
    from typed_openai.client import BaseClient
    from typed_openai.core.answer.meta import Meta
    from typed_openai.core.run.effects import Flow, Reply

Pieces: TypeAlias = "Blocks | AsyncBlocks"

_OWN_HEADERS = ("x-stainless-", "accept", "content-type", "____stainless")
"""How headers begin that the official package sets for itself."""
_OWN_KEY = "stainless-python-retry-"
_GONE = frozenset(("content-encoding", "content-length", "transfer-encoding"))
"""What headers say about a body that has been decoded since."""


class Answer(NamedTuple):
    """A good answer: how it came, and its body, whole or still to be read."""

    meta: Meta
    headers: list[tuple[str, str]]
    content: bytes | None
    pieces: Pieces | None = None


def kept_headers(meta: Meta) -> list[tuple[str, str]]:
    """The headers of an answer whose body was decoded."""
    return [(name, value) for name, value in meta.headers.items() if name not in _GONE]


class Exchange:
    """One request of a view, checked when it is made."""

    def __init__(self, client: BaseClient, options: Any) -> None:
        self.client = client
        self.options = options
        method, path, query = str(options.method).upper(), *_below(client, options.url)
        plain = options.content is None and isinstance(options.json_data, dict | None)
        self.found: Found | None = operation_of(client, method, path, query) if plain else None
        self.headers = _named(options.headers)
        self.query = {**query, **(options.params or {})}
        self.endpoint, self.resource, self.kwargs = self._call(method, path)
        self.request = call.request(self.endpoint, client, (), {**self.kwargs, **self._options()})
        self.has_events = self.request.streams
        self.result: Any = None
        """What observers are told that came of it."""
        if self.headers.get("x-stainless-raw-response") == "stream":
            self.request.streams = True

    def _call(self, method: str, path: str) -> tuple[Endpoint, Resource, dict[str, Any]]:
        if self.found is not None:
            endpoint, resource, values = self.found
            for name, _ in parse_qsl(endpoint.path.partition("?")[2]):
                self.query.pop(name)  # it is said by the operation
            return endpoint, resource, values | self._parameters(endpoint)
        resource = Resource(self.client)
        resource.is_async = self.client.is_async
        security = getattr(self.options, "security", None) or {}
        admin = bool(security.get("admin_api_key_auth")) and not security.get("bearer_auth")
        return Endpoint(method, path, None, Result, admin=admin, name=f"{method} {path}"), resource, {}

    def _parameters(self, endpoint: Endpoint) -> dict[str, Any]:
        """The parameters of a declared operation, out of body, query and files."""
        fields = {} if endpoint.params is None else endpoint.params.__pydantic_fields__
        known = {*fields, *(info.alias for info in fields.values() if info.alias)}
        asked = {name: self.query.pop(name) for name in known & self.query.keys()}
        given = {**asked, **(self.options.json_data or {}), **_files(self.options.files or ())}
        return {name: _null(endpoint.params, name) if value is None else value for name, value in given.items()}

    def _options(self) -> dict[str, Any]:
        """The options that every call of ours takes."""
        options = self.options
        found: dict[str, Any] = {}
        kept = {name: value for name, value in self.headers.items() if not name.startswith(_OWN_HEADERS)}
        if kept:
            found["extra_headers"] = kept
        if self.query:
            found["extra_query"] = self.query
        if self.found is not None and options.extra_json is not None:
            found["extra_body"] = options.extra_json
        if not is_mark(options.timeout):
            found["timeout"] = False if options.timeout is None else options.timeout
        if options.idempotency_key and not options.idempotency_key.startswith(_OWN_KEY):
            found["idempotency_key"] = options.idempotency_key
        return found

    def carry(self, content: bytes, content_type: str | None) -> None:
        """The body of what no operation is declared for, as the official package wrote it."""
        if content:
            self.request.content = content
            self.request.headers["content-type"] = content_type or "application/json"
        if self.options.json_data and self.options.json_data.get("stream") is True:
            self.request.streams = True

    def flow(self) -> Flow[Answer]:
        """Send it, and read what comes as far as that is not the business of who asked."""
        observation = observe(self.client, self.endpoint.title, "request", self.kwargs)
        if observation is None:
            return (yield from self._flow())
        with observation:
            observation.sends(self.request)
            answer = yield from self._flow()
            observation.gives(self.result)
            return answer

    def _flow(self) -> Flow[Answer]:
        if self.request.check is not None:
            yield from self.request.check(self.client, self.request)
        reply: Reply = yield from perform(self.request, self.client.config)
        headers = kept_headers(reply.meta)
        if self.request.streams:
            return Answer(reply.meta, headers, None, self._pieces(reply))
        return self._whole(reply, headers)

    def _whole(self, reply: Reply, headers: list[tuple[str, str]]) -> Answer:
        content = reply.content or b""
        if self.found is None:
            return Answer(reply.meta, headers, content)
        result = self.result = call.parsed(self.endpoint, self.resource, reply, content, (), self.kwargs)
        if isinstance(result, Result) and self.endpoint.streams is not None and begins_like_events(content):
            content = result.model_dump_json().encode()  # a stream that nobody asked for
            headers = [*(each for each in headers if each[0] != "content-type"), ("content-type", "application/json")]
        return Answer(reply.meta, headers, content)

    def _pieces(self, reply: Reply) -> Pieces:
        kind = self.endpoint.stream
        is_async = self.client.is_async
        if kind is None or not self.has_events:
            raw = AsyncStreamedResponse[Any] if is_async else StreamedResponse[Any]
            return (AsyncBlocks if is_async else Blocks)(raw(reply, lambda content: content), None)
        machine = _Watching(kind, self.client.config, reply.request, reply.meta)
        if is_async:
            return AsyncBlocks(AsyncStream(reply, machine), machine)
        return Blocks(Stream(reply, machine), machine)


class _Watching(ObservedMachine[Any]):
    """Sees the events of a stream, and gives the bytes they came in."""

    def feed(self, block: bytes) -> Iterable[Any]:
        """Take note of a block, and give it; what raises has been given before, for whoever reads it his own way."""
        failure: APIError | None = None
        try:
            for _ in super().feed(block):
                pass
        except APIError as error:
            failure = error
        yield block
        if failure is not None:
            raise failure

    def end(self) -> Iterator[Any]:
        """Raises where the stream was not whole."""
        for _ in super().end():
            pass
        return iter(())


class Blocks:
    """The body of an answer, block by block."""

    def __init__(self, of: Any, machine: ObservedMachine[Any] | None) -> None:
        self._of = of
        self._machine = machine
        self._blocks: Iterator[bytes] = iter(of if machine is not None else of.iter_bytes())

    def __iter__(self) -> Iterator[bytes]:
        return self._blocks

    def close(self) -> None:
        """Give the connection back; what is said to be whole is read to its end, which usage and the pool wait for."""
        if self._machine is not None and self._machine.done:
            for _ in self._blocks:
                pass
        self._of.close()


class AsyncBlocks:
    """The body of an answer, block by block."""

    def __init__(self, of: Any, machine: ObservedMachine[Any] | None) -> None:
        self._of = of
        self._machine = machine
        self._blocks: AsyncIterator[bytes] = aiter(of if machine is not None else of.iter_bytes())

    def __aiter__(self) -> AsyncIterator[bytes]:
        return self._blocks

    async def aclose(self) -> None:
        """Give the connection back; what is said to be whole is read to its end, which usage and the pool wait for."""
        if self._machine is not None and self._machine.done:
            async for _ in self._blocks:
                pass
        await self._of.close()


def _below(client: BaseClient, url: str) -> tuple[str, dict[str, str]]:
    """The path below `base_url` and the query of what the official package calls a URL."""
    url = str(url).removeprefix(f"{client.config.base_url}/")
    path, _, query = url.partition("?")
    if "://" in path or path.startswith("//"):
        hint = "another server is another client: with_options(base_url=...)"
        raise RequestValidationError("the view", [Fault("path", f"a path below {client.config.base_url}", path, hint)])
    escaped = path.replace("{", "%7B").replace("}", "%7D")
    return f"/{escaped.lstrip('/')}", dict(parse_qsl(query, keep_blank_values=True))


def is_mark(value: object) -> bool:
    """Whether this is one of the official marks for what was not given."""
    return type(value).__name__ in ("NotGiven", "Omit")


def _named(headers: Any) -> dict[str, str | None]:
    """Headers of a call by lower-case name; what is marked to be left out is None."""
    given: Mapping[str, Any] = headers if isinstance(headers, Mapping) else {}
    return {name.lower(): None if is_mark(value) else value for name, value in given.items()}


def _null(model: type[Params] | None, name: str) -> object:
    """An explicit null, as far as the API takes one."""
    info = None if model is None else model.__pydantic_fields__.get(name)
    return NULL if info is not None and Null in get_args(info.annotation) else None


def _files(files: Any) -> dict[str, Any]:
    """Files by parameter: `[("image[]", (name, content, type)), ...]` are the list `image`."""
    found: dict[str, Any] = {}
    for key, file in files.items() if isinstance(files, Mapping) else files:
        name, listed, _ = key.partition("[")
        given = file if not isinstance(file, tuple) else tuple(part for part in file[:3] if part is not None)
        if isinstance(given, tuple) and len(given) == 1:
            given = given[0]
        if listed:
            found.setdefault(name, []).append(given)
        else:
            found[name] = given
    return found
