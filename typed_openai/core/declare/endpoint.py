"""One operation, one declaration; both colours, raw and streamed answers, pages and signatures follow from it.

    class Files(Resource):
        retrieve = get("/files/{file_id}", FileObject)
        list = get("/files", FileListParams, CursorPage[FileObject])

An `Endpoint` is a non-data descriptor: read from a resource it becomes an `Operation`, a callable with a real
`__signature__` and `__doc__` (the string literal under the declaration), kept on the instance, where a mock may shadow
it. It is data: what binds it is handed to it by `verbs.py`, what a call does is in `call.py`.

Weak spot: static types cannot follow what happens here; they come from the generated stubs (`tools/stubgen`), which
read the same declarations.
"""

from __future__ import annotations

import functools
import inspect
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol, get_args, get_origin

from typed_openai.core.answer.pages import Page, envelope_model
from typed_openai.core.answer.raw import Binary
from typed_openai.core.attribute_docs import attribute_docs
from typed_openai.core.declare.event_kinds import EventKind, HandledEventKind, TypedEventKind
from typed_openai.core.lazy_names import named
from typed_openai.core.request.deprecation import with_end
from typed_openai.models.base import Params

if TYPE_CHECKING:
    from typed_openai.core.caller import Caller
    from typed_openai.core.declare.resource import Resource
    from typed_openai.core.run.effects import Flow, Request
    from typed_openai.streaming.accumulator import Accumulator

_PLACEHOLDER = re.compile(r"{(\w+)}")
_OPENAIS_OWN = ("agents", "chatkit", "evals", "live", "realtime", "safety", "skills", "vaults", "webhook_endpoints")
"""First segments of areas whose ids OpenAI gives, or Azure, which keeps to its forms."""


class Binding(Protocol):
    """What makes of an endpoint and a resource the callable that users hold, and tells what it takes."""

    def bind(self, endpoint: Endpoint, resource: Resource) -> Any: ...
    def signature(self, endpoint: Endpoint) -> inspect.Signature: ...
    def doc(self, endpoint: Endpoint) -> str: ...


@dataclass(eq=False, repr=False)
class Endpoint:
    """The declaration of one operation."""

    method: str
    path: str
    params: type[Params] | None
    result: Any
    streams: str | type[Accumulator[Any, Any]] | None = None
    events_at: str | EventKind | None = None
    typed: tuple[str, str | TypedEventKind] | None = None
    """The parameter that may name a type, and the events of a call in which it does."""
    multipart: bool = False
    json_without_file: bool = False
    """Whether a form that has no file in it is sent as JSON."""
    parts: Mapping[str, str] | None = None
    """Fields of a form that are parts of their own, with their content types: what is JSON is not flattened. The first
    is the body, without a form, where nothing else is given."""
    admin: bool = False
    """Only an administrator may ask: it goes with `admin_api_key`, as nothing else does. That of its resource."""
    headers: Mapping[str, str] | None = None
    prepare: Callable[[Caller, dict[str, Any]], dict[str, Any]] | None = None
    check: Callable[[Caller, Request], Flow[None]] | None = None
    """A further look at the finished request before it is sent; calls then take `check=False` to go without."""
    stream_on: tuple[str, object] = ("stream", True)
    """The parameter that asks for a stream, and the value by which it does."""
    results: Mapping[tuple[str, object], Any] | None = None
    """What comes back in place of `result` where a parameter has a value: `{("response_format", "text"): str}`."""
    resumes: str | None = None
    """The operation beside this one that gives the events again, from where a stream broke; a call that names what is
    in that one's path goes there at once."""
    opens: str | None = None
    """The full name of what makes its stream of events, where that takes more than the one request: given the bound
    operation, the kind of events, the reader and the arguments of the call."""
    in_query: tuple[str, ...] = ()
    """Parameters of a POST that travel in the query and not in the body."""
    betas: bool = False
    """Whether calls take `betas=[...]`, the names of the header `OpenAI-Beta`; as its resource says."""
    media: str = ""
    """What a binary result is, in words, where text in its place is an error (`sound`)."""
    deprecated: str | None = None
    """Why nobody should begin with it any more, for a `DeprecationWarning` (`core/request/deprecation.py`); that of its
    resource when left out."""
    binds: Binding | None = None
    """Makes what users hold; None for a request that nobody declared."""
    name: str = ""
    owner: type[Resource] | None = None

    def __set_name__(self, owner: type[Resource], name: str) -> None:
        self.owner = owner
        self.name = name
        self.deprecated = self.deprecated or owner._deprecated
        self.headers = self.headers or owner._headers
        self.betas = owner._betas
        self.admin = self.admin or owner._admin

    def __get__(self, resource: Resource | None, owner: type[Resource]) -> Any:
        if resource is None:
            return self
        if self.events_at is not None:
            why = "it gives typed events"
            resource.only_plain(self.title, f"{why}; call {self.title}, whose stream has status and headers in `meta`")
        if self.binds is None:
            raise TypeError(f"{self.title} is not bound to resources")
        operation = self.binds.bind(self, resource)
        resource.__dict__[self.name] = operation
        return operation

    def is_shown(self, mode: str) -> bool:
        """Whether a tab list has it: a raw or streaming view has no typed events."""
        return mode == "plain" or self.events_at is None

    @functools.cached_property
    def path_names(self) -> list[str]:
        return _PLACEHOLDER.findall(self.path)

    @functools.cached_property
    def takes_slashes(self) -> bool:
        """Whether an id in the path may have a slash, which is sent escaped. Those of areas that other servers have may
        (`models/x` at Gemini, `org/model`); one of OpenAI's own has none, and leads elsewhere where it is unescaped."""
        return not self.admin and self.path.split("/")[1] not in _OPENAIS_OWN

    @functools.cached_property
    def title(self) -> str:
        """How messages name the operation: `chat.completions.create`."""
        return f"{self.owner.path}.{self.name}" if self.owner is not None else self.name

    @functools.cached_property
    def stream(self) -> type[Accumulator[Any, Any]] | None:
        """What the events of a stream add up to; None when the operation does not stream. Loaded when it is needed."""
        found: type[Accumulator[Any, Any]] | None = named(self.streams)
        return found

    @functools.cached_property
    def events(self) -> EventKind | None:
        """The typed event stream that this operation is, None when it is a plain call. Loaded when it is needed."""
        found: EventKind | None = named(self.events_at)
        return found

    @functools.cached_property
    def typed_events(self) -> TypedEventKind | None:
        """The same for calls that ask for values of a type."""
        found: TypedEventKind | None = None if self.typed is None else named(self.typed[1])
        return found

    @functools.cached_property
    def handled_events(self) -> HandledEventKind | None:
        """The same for calls that are given an `event_handler`."""
        found: HandledEventKind | None = None if self.events is None else named(self.events.handled)
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
    def result_switches(self) -> list[tuple[str, object]]:
        """The values of parameters on which it depends what a call gives."""
        return [*([] if self.streams is None else [self.stream_on]), *(self.results or ())]

    @property
    def is_binary(self) -> bool:
        return self.result is Binary

    @functools.cached_property
    def __signature__(self) -> inspect.Signature:
        """That of the declaration, as stubtest compares it with the overloads of the stub: what only some of those
        require has the default `...`. What users hold is the bound operation, whose signature says it better."""
        if self.binds is None:
            raise AttributeError("__signature__")
        return self.binds.signature(self)

    @functools.cached_property
    def purpose(self) -> str:
        """The literal under the declaration, and when OpenAI ends it."""
        text = attribute_docs(self.owner).get(self.name, "") if self.owner is not None else ""
        return with_end(text, self.deprecated)

    @functools.cached_property
    def __doc__(self) -> str:  # type: ignore[override]  # a class has one, its instances have their own
        return self.purpose if self.binds is None else self.binds.doc(self)

    def __repr__(self) -> str:
        return f"<{self.title}: {self.method} {self.path}>"

    def __call__(self, resource: Resource, /, *args: Any, **kwargs: Any) -> Any:
        """`Files.retrieve(client.files, "file-1")`: as with any method."""
        return self.__get__(resource, type(resource))(*args, **kwargs)
