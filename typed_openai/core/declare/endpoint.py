"""One operation, one declaration; both colours, raw and streamed answers, pages and signatures follow from it.

    class Files(Resource):
        retrieve = get("/files/{file_id}", FileObject)
        list = get("/files", FileListParams, CursorPage[FileObject])

An `Endpoint` is a non-data descriptor: read from a resource it becomes an `Operation`, a callable with a real
`__signature__` and `__doc__` (the string literal under the declaration), kept on the instance, where a mock may shadow
it. What a call does is one flow (`Endpoint.flow`), run by whichever driver the client has. Everything that a file of
declarations needs is imported from here: resources are in `resource.py`, bound operations in `operation.py`.

Weak spot: static types cannot follow what happens here; they come from the generated stubs (`tools/stubgen`), which
read the same declarations.
"""

from __future__ import annotations

import functools
import importlib
import inspect
import re
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import NoneType
from typing import TYPE_CHECKING, Any, get_args, get_origin, get_type_hints

from pydantic import TypeAdapter
from typing_extensions import TypeAliasType

from typed_openai.core.answer.pages import Page, colours, envelope_model
from typed_openai.core.answer.raw import APIResponse, AsyncStreamedResponse, Binary, StreamedResponse
from typed_openai.core.declare.docs import attribute_docs, docstring
from typed_openai.core.declare.operation import AsyncOperation, Operation
from typed_openai.core.declare.resource import Nested, Resource, asynchronous, nested
from typed_openai.core.declare.signature import named_parameters, options, options_of, signature_of
from typed_openai.core.request import params as requests
from typed_openai.core.request.faults import refuse_unknown, shown
from typed_openai.errors import Fault, OpenAIError, RequestValidationError
from typed_openai.models.base import Params
from typed_openai.settings.config import logger, secrets_in

if TYPE_CHECKING:
    from typed_openai.client import BaseClient
    from typed_openai.core.answer.media import Media
    from typed_openai.core.run.flow import Flow, Reply
    from typed_openai.streaming.accumulator import Accumulator, Reader

__all__ = [
    "AsyncOperation",
    "Endpoint",
    "Helper",
    "Nested",
    "Operation",
    "Resource",
    "TypedHelper",
    "asynchronous",
    "delete",
    "get",
    "names_type",
    "nested",
    "post",
]

_PLACEHOLDER = re.compile(r"{(\w+)}")


@dataclass(frozen=True, slots=True)
class Helper:
    """A kind of typed event stream above an endpoint: its two classes and the reader that makes the events."""

    sync: type[Any]
    awaited: type[Any]
    reader: Callable[[], Reader[Any, Any, Any]]


@dataclass(frozen=True, slots=True)
class TypedHelper:
    """The same for calls that ask for values of a type; its classes are generic in it."""

    sync: type[Any]
    awaited: type[Any]
    begin: Callable[[Any, object, dict[str, Any]], tuple[Reader[Any, Any, Any], dict[str, Any]]]
    """Given the type, the params object (None without) and the other parameters: the reader, and what to ask."""


@dataclass(eq=False, repr=False)
class Endpoint:
    """The declaration of one operation."""

    method: str
    path: str
    params: type[Params] | None
    result: Any
    streams: str | type[Accumulator[Any, Any]] | None = None
    helps: str | Helper | None = None
    typed: tuple[str, str | TypedHelper] | None = None
    """The parameter that may name a type, and the events of a call in which it does."""
    multipart: bool = False
    headers: Mapping[str, str] | None = None
    prepare: Callable[[BaseClient, dict[str, Any]], dict[str, Any]] | None = None
    check: Callable[[BaseClient, requests.Request], Flow[None]] | None = None
    """A further look at the finished request before it is sent; calls then take `check=False` to go without."""
    stream_on: tuple[str, object] = ("stream", True)
    """The parameter that asks for a stream, and the value by which it does."""
    results: Mapping[tuple[str, object], Any] | None = None
    """What comes back in place of `result` where a parameter has a value: `{("response_format", "text"): str}`."""
    resumes: str | None = None
    """The operation beside this one that gives the events again, from where a stream broke; a call that names what is
    in that one's path goes there at once."""
    in_query: tuple[str, ...] = ()
    """Parameters of a POST that travel in the query and not in the body."""
    media: str = ""
    """What a binary result is, in words, where text in its place is an error (`sound`)."""
    deprecated: str | None = None
    """Why nobody should begin with it any more, for a `DeprecationWarning`; that of its resource when left out."""
    name: str = ""
    owner: type[Resource] | None = None

    def __set_name__(self, owner: type[Resource], name: str) -> None:
        self.owner = owner
        self.name = name
        self.deprecated = self.deprecated or owner._deprecated

    def __get__(self, resource: Resource | None, owner: type[Resource]) -> Any:
        if resource is None:
            return self
        if self.helps is not None:
            why = "it gives typed events"
            resource.only_plain(self.title, f"{why}; call {self.title}, whose stream has status and headers in `meta`")
        operation = (AsyncOperation if resource.is_async else Operation)(self, resource)
        resource.__dict__[self.name] = operation
        return operation

    @functools.cached_property
    def path_names(self) -> list[str]:
        return _PLACEHOLDER.findall(self.path)

    @functools.cached_property
    def title(self) -> str:
        """How messages name the operation: `chat.completions.create`."""
        return f"{self.owner.path}.{self.name}" if self.owner is not None else self.name

    @functools.cached_property
    def stream(self) -> type[Accumulator[Any, Any]] | None:
        """What the events of a stream add up to; None when the operation does not stream. Loaded when it is needed."""
        found: type[Accumulator[Any, Any]] | None = _loaded(self.streams)
        return found

    @functools.cached_property
    def events(self) -> Helper | None:
        """The typed event stream that this operation is, None when it is a plain call. Loaded when it is needed."""
        found: Helper | None = _loaded(self.helps)
        return found

    @functools.cached_property
    def typed_events(self) -> TypedHelper | None:
        """The same for calls that ask for values of a type."""
        found: TypedHelper | None = None if self.typed is None else _loaded(self.typed[1])
        return found

    @functools.cached_property
    def page(self) -> type[Page[Any]] | None:
        """The declared kind of page, None when the result is a single object."""
        origin = get_origin(self.result)
        return origin if isinstance(origin, type) and issubclass(origin, Page) else None

    @functools.cached_property
    def model(self) -> Any:
        """The model that a body is parsed with."""
        if self.page is None:
            return self.result
        return envelope_model(get_args(self.result)[0], self.page.envelope)

    @functools.cached_property
    def deciding(self) -> list[tuple[str, object]]:
        """The values of parameters on which it depends what a call gives."""
        return [*([] if self.streams is None else [self.stream_on]), *(self.results or ())]

    @property
    def is_binary(self) -> bool:
        return self.result is Binary

    @functools.cached_property
    def __signature__(self) -> inspect.Signature:
        """That of the declaration, as stubtest compares it with the overloads of the stub: what only some of those
        require has the default `...`. What users hold is the bound operation, whose signature says it better."""
        parameters = [inspect.Parameter("self", inspect.Parameter.POSITIONAL_ONLY)]
        for item in signature_of(self).parameters.values():
            by_name = item.kind is item.KEYWORD_ONLY and item.default is item.empty and item.name not in self.path_names
            optional = by_name or item.kind is item.POSITIONAL_ONLY
            parameters.append(item.replace(default=...) if optional else item)
        return inspect.Signature(parameters, return_annotation=signature_of(self).return_annotation)

    @functools.cached_property
    def purpose(self) -> str:
        """The literal under the declaration."""
        return attribute_docs(self.owner).get(self.name, "") if self.owner is not None else ""

    @functools.cached_property
    def __doc__(self) -> str:  # type: ignore[override]  # a class has one, its instances have their own
        return docstring(self.purpose, self.params, [*named_parameters(self), *options(self)])

    def __repr__(self) -> str:
        return f"<{self.title}: {self.method} {self.path}>"

    def __call__(self, resource: Resource, /, *args: Any, **kwargs: Any) -> Any:
        """`Files.retrieve(client.files, "file-1")`: as with any method."""
        return self.__get__(resource, type(resource))(*args, **kwargs)

    def begin(
        self, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> tuple[Helper | TypedHelper, Reader[Any, Any, Any], dict[str, Any]]:
        """What a call for typed events is read with, and the parameters to ask with."""
        typed, events = self.typed, self.events
        if typed is not None and names_type(kwargs.get(typed[0])) and self.typed_events is not None:
            others = {name: value for name, value in kwargs.items() if name != typed[0]}
            given = next((arg for arg in args if isinstance(arg, Params)), None)
            return self.typed_events, *self.typed_events.begin(kwargs[typed[0]], given, others)
        if events is None:
            raise TypeError(f"{self.title} gives no events")
        return events, events.reader(), kwargs

    # -- a call, step by step ------------------------------------------------------------------------------------

    def request(self, client: BaseClient, args: tuple[Any, ...], kwargs: dict[str, Any]) -> requests.Request:
        """The checked request of one call; raises before a byte is sent."""
        title, config = self.title, client.config
        if "openai" in sys.modules:
            kwargs = requests.given(kwargs)
        options: dict[str, Any] = {}
        if not requests.OPTION_SET.isdisjoint(kwargs):
            options, kwargs = requests.take_options(title, kwargs)
        unchecked = config.validation == "off"
        if self.check is not None and "check" in kwargs:
            kwargs = dict(kwargs)
            unchecked = requests.switch(title, "check", kwargs.pop("check")) is False or unchecked
        path, given, kwargs = self._placed(args, kwargs) if args or self.path_names else (self.path, None, kwargs)
        params = self._params(client, given, kwargs)
        if given is not None and self.deciding:
            self._refuse_hidden(params, kwargs)
        streams = self.streams is not None and _decides(params, *self.stream_on)
        request = requests.Request(
            title,
            self.method,
            client.url(path, self, params),
            client.headers_for(self, streams),
            requests.header_overrides(title, options["extra_headers"]) if "extra_headers" in options else {},
            streams=streams,
            timeout=options.get("timeout", config.timeout) or None,
            idle_timeout=config.idle_timeout if streams else None,
            max_body=config.max_body,
            secrets=client.secrets,
            check=None if unchecked else self.check,
            params=params,
        )
        if request.headers:
            request.secrets = [*request.secrets, *secrets_in(request.headers)]
        client.identify(request)
        self._fill(request, params, options, config.default_query)
        if self.method == "POST" or "idempotency_key" in options:
            request.headers.setdefault("idempotency-key", options.get("idempotency_key") or requests.idempotency_key())
        deadline = options.get("deadline", config.deadline)
        if deadline:
            request.deadline_at = time.monotonic() + deadline
        return request

    def _placed(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> tuple[str, object, dict[str, Any]]:
        """The path with its parameters in it, the params object if there is one, and the arguments that are left."""
        path, rest = self.path, list(args)
        if self.path_names:
            kwargs = dict(kwargs)  # the caller goes on with his: they fetch the next page
            path = requests.fill_path(self.title, path, self.path_names, rest, kwargs)
        given = rest.pop(0) if rest and self.params is not None else None
        if rest:
            taken = len(args) - len(rest)
            hint = "parameters are passed by name" if self.params is not None else "it takes no other parameters"
            raise TypeError(f"{self.title}() takes {taken} positional arguments, got {len(args)}: {hint}")
        return path, given, kwargs

    def _fill(
        self,
        request: requests.Request,
        params: Params | dict[str, Any],
        options: dict[str, Any],
        default_query: Mapping[str, object],
    ) -> None:
        """Put the parameters where they travel: into the query, into a form or into the body."""
        extra_body = options.get("extra_body")
        in_query: object = None
        if self.method in ("GET", "DELETE"):
            in_query = params
            request.content = requests.json_body(self.title, {}, extra_body) if extra_body is not None else None
        elif self.multipart:
            request.form = requests.form_body(self.title, self.params, params, extra_body)
        elif self.params is not None or extra_body is not None:
            if self.in_query:
                in_query = {name: value for name, value in dict(params).items() if name in self.in_query}
                params = requests.plain(self.title, params, without=self.in_query)
            request.content = requests.json_body(self.title, params, extra_body)
        if in_query or default_query or "extra_query" in options:
            extra_query = options.get("extra_query")
            query = requests.query(self.title, default_query, in_query, extra_query)
            if isinstance(extra_query, Mapping):
                request.secrets = [*request.secrets, *secrets_in(extra_query)]
            request.url += f"?{query}" if query else ""
        if request.content is not None and self.method != "POST":
            request.headers.setdefault("content-type", "application/json")

    def _params(self, client: BaseClient, given: object, kwargs: dict[str, Any]) -> Params | dict[str, Any]:
        if self.params is None:
            others = {name: value for name, value in kwargs.items() if value is not None}
            if others and client.config.validation == "strict":
                refuse_unknown(self.title, others, [*self.path_names, *get_type_hints(options_of(self))])
            return others
        try:
            params = requests.check_params(self.title, self.params, given, kwargs, client.config)
        except RequestValidationError as error:
            raise self._pointed_out(error, kwargs) from None
        if self.prepare is None:
            return params
        added = self.prepare(client, dict(params) if isinstance(params, Params) else params)
        if not added:
            return params
        return params.model_copy(update=added) if isinstance(params, Params) else {**params, **added}

    def _refuse_hidden(self, params: Params | dict[str, Any], kwargs: dict[str, Any]) -> None:
        """What the call gives must follow from what stands at the call, where the static types see it too."""
        for name, value in self.deciding:
            if _decides(params, name, value) and not _decides(kwargs, name, value):
                said = f"{name}={value!r}"
                allowed = f"{said} beside a params object with {said}: {self.name}(params, {said})"
                hint = "what the call returns depends on it, so it must be visible at the call"
                raise RequestValidationError(self.title, [Fault(name, allowed, "", hint)])

    def _pointed_out(self, error: RequestValidationError, kwargs: dict[str, Any]) -> RequestValidationError:
        """Where a type was given to an operation that takes none: the operations beside it that do."""
        beside = vars(self.owner).values() if self.owner is not None else ()
        for name in {other.typed[0] for other in beside if isinstance(other, Endpoint) and other.typed is not None}:
            if names_type(kwargs.get(name)):
                hint = f"for a value of a type call parse({name}=...), or stream({name}=...)"
                other = [fault for fault in error.faults if fault.path != name]
                return RequestValidationError(
                    self.title, [Fault(name, "no type here", shown(kwargs[name]), hint), *other]
                )
        return error

    def flow(self, resource: Resource, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Flow[Any]:
        """The whole call: request, attempts, result. Errors are logged when the client is told to."""
        try:
            return (yield from self._steps(resource, args, kwargs))
        except OpenAIError as error:
            if resource.client.config.log_errors:
                logger.error("%s: %s", self.title, error)
            raise

    def _steps(self, resource: Resource, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Flow[Any]:
        client = resource.client
        request = self.request(client, args, kwargs)
        asked_for_stream = request.streams
        if resource.mode == "streaming":
            request.streams = True
        if request.check is not None:
            yield from request.check(client, request)
        from typed_openai.core.run.flow import perform  # with the first call comes what calls need

        read = functools.partial(self._read, resource, args, kwargs, asked_for_stream)
        return (yield from perform(request, client.config, read))

    def _read(
        self, resource: Resource, args: tuple[Any, ...], kwargs: dict[str, Any], asked_for_stream: bool, reply: Reply
    ) -> Any:
        """What a reply is to who called."""
        if resource.mode == "raw":
            reply.count_unparsed()
            return APIResponse(reply, lambda: self.value(resource, reply, args, kwargs))
        if resource.mode == "streaming":
            kind = AsyncStreamedResponse if resource.is_async else StreamedResponse
            whole = functools.partial(self._whole, resource, args, kwargs)
            opened = functools.partial(self._opened, resource) if asked_for_stream else None
            return kind(reply, whole, opened, self._media(reply))
        return self.value(resource, reply, args, kwargs)

    def value(self, resource: Resource, reply: Reply, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """What the call returns, from a reply."""
        if reply.request.streams and self.stream is not None:
            return self._opened(resource, reply)
        return self.parsed(resource, reply, reply.content or b"", args, kwargs)

    def _opened(self, resource: Resource, reply: Reply) -> Any:
        """The stream of typed events that a reply begins."""
        from typed_openai.streaming.machine import StreamMachine
        from typed_openai.streaming.stream import AsyncStream, Stream

        if self.stream is None:
            raise TypeError(f"{self.title} does not stream")
        machine = StreamMachine(self.stream, resource.client.config, reply.request, reply.meta)
        return (AsyncStream if resource.is_async else Stream)(reply, machine)

    def _whole(self, resource: Resource, args: tuple[Any, ...], kwargs: dict[str, Any], reply: Reply) -> Any:
        """What an answer that was read bit by bit parses to: of a binary one its bytes, as in the official package."""
        return reply.content if self.is_binary else self.parsed(resource, reply, reply.content or b"", args, kwargs)

    def parsed(
        self, resource: Resource, reply: Reply, content: bytes, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> Any:
        """The typed result of a whole body."""
        if self.is_binary:
            media = self._media(reply)
            if media is not None:
                media.check(content, reply)
            return Binary(reply.meta, content)
        config = resource.client.config
        if self.streams is not None and _is_event_stream(reply, content) and self.stream is not None:
            from typed_openai.streaming.machine import gather

            return reply.counted(functools.partial(gather, self.stream, content, config, reply.request, reply.meta))
        model = self.model
        if self.results is not None:
            model = next((kind for on, kind in self.results.items() if _decides(kwargs, *on)), model)
        if self.result is str:  # the content of a document, whatever it looks like
            return Binary(reply.meta, content).text
        if model is NoneType:
            from typed_openai.core.answer.response import parse_nothing

            parse_nothing(content, reply.meta, reply.request)
            return None
        if model is str:
            from typed_openai.core.answer.response import parse_text

            return parse_text(content, reply.meta, config, reply.request)
        from typed_openai.core.answer.response import parse

        result = reply.counted(functools.partial(parse, model, content, reply.meta, config, reply.request))
        if self.page is None:
            return result
        page = colours(self.page)[resource.is_async](result, functools.partial(self._following, resource, args, kwargs))
        page.run = resource.client.driver.run
        return page

    def _media(self, reply: Reply) -> Media | None:
        """What looks whether an answer is what was asked for; a stream of events is looked at event by event."""
        if not self.media or reply.request.asked(self.stream_on[0]) == self.stream_on[1]:
            return None
        from typed_openai.core.answer.media import Media

        return Media(self.media)

    def _following(
        self, resource: Resource, args: tuple[Any, ...], kwargs: dict[str, Any], params: dict[str, object]
    ) -> Flow[Any]:
        plain = resource if resource.mode == "plain" else type(resource)(resource.client)
        return (yield from self.flow(plain, args, {**kwargs, **params}))


def _decides(values: Params | dict[str, Any], name: str, value: object) -> bool:
    """Whether a parameter has exactly this value (1 is not True)."""
    found = values.get(name) if isinstance(values, dict) else getattr(values, name, None)
    return found is value or (isinstance(found, str) and found == value)


def names_type(value: object) -> bool:
    """Whether a value says which type is wanted: a class, a generic alias, a union, an alias, a `TypeAdapter`."""
    return isinstance(value, type | TypeAdapter | TypeAliasType) or get_origin(value) is not None


def _is_event_stream(reply: Reply, content: bytes) -> bool:
    """Some servers stream although nobody asked them to, and some call plain JSON an event stream."""
    if content[:1] == b"{":
        return False
    from typed_openai.core.answer.sse import begins_like_events

    if begins_like_events(content):
        return True
    kind = reply.response.headers.get("content-type", "")
    return kind.startswith("text/event-stream") and not content.lstrip().startswith((b"{", b"["))


def _loaded(where: Any) -> Any:
    """`"chat.EVENTS"`: the name `EVENTS` of `typed_openai/streaming/chat.py`; anything else is already what it is."""
    if not isinstance(where, str):
        return where
    module, _, name = where.rpartition(".")
    return getattr(importlib.import_module(f"typed_openai.streaming.{module}"), name)


def _declared(method: str) -> Callable[..., Any]:
    def declare(path: str, *types: Any, **options: Any) -> Any:
        params = types[0] if len(types) == 2 else None
        streams, helps = options.pop("stream", None), options.pop("events", None)
        return Endpoint(method, path, params, types[-1], streams=streams, helps=helps, **options)

    declare.__doc__ = f"Declare a {method} operation: path, [params model,] result, options of `Endpoint`."
    return declare


get = _declared("GET")
post = _declared("POST")
delete = _declared("DELETE")
