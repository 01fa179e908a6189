"""A declared operation bound to a resource: the callable that users hold, in both colours.

Rules
* What a call does is a flow (`call.py`), run by the driver of the client; here is only what comes back at once:
  a result or its coroutine, a context manager, a page iterator, or a stream of typed events.
* `inspect.signature`, `help` and `inspect.iscoroutinefunction` see what a handwritten method would show.
* A stream of events refuses a wrong request when it is made, and sends nothing before it is entered or iterated.
"""

from __future__ import annotations

import functools
import inspect
from typing import TYPE_CHECKING, Any

from typed_openai.core.answer.managers import AsyncStreamedResponseManager, StreamedResponseManager
from typed_openai.core.answer.pages import AsyncPaginator
from typed_openai.core.declare import call
from typed_openai.core.declare.coroutine_functions import mark_coroutine_function
from typed_openai.core.declare.docs import docstring
from typed_openai.core.declare.signature import is_coroutine, named_parameters, options, signature_of
from typed_openai.core.lazy_names import named
from typed_openai.core.request.deprecation import warn

if TYPE_CHECKING:
    from typed_openai.core.declare.endpoint import Endpoint
    from typed_openai.core.declare.resource import Resource
    from typed_openai.core.run.effects import Flow, Request
    from typed_openai.streaming.accumulator import Reader


class Operation:
    """A bound operation: call it."""

    def __init__(self, endpoint: Endpoint, resource: Resource) -> None:
        self.endpoint = endpoint
        self.resource = resource
        self.__name__ = endpoint.name
        self.__qualname__ = f"{type(resource).__name__}.{endpoint.name}"
        self.__module__ = type(resource).__module__

    @property
    def __doc__(self) -> str:  # type: ignore[override]  # the docstring of a declaration is the literal under it
        return self.endpoint.__doc__

    @property
    def __signature__(self) -> inspect.Signature:
        return signature_of(self.endpoint, self.resource.is_async, self.resource.mode)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        endpoint, resource = self.endpoint, self.resource
        if endpoint.deprecated is not None:
            warn(endpoint.title, endpoint.deprecated, resource.client.config)
        if endpoint.events_at is not None:
            return self._event_stream(args, kwargs)
        if resource.mode == "streaming":
            return self._manager(args, kwargs)
        return resource.client.driver.run(call.flow(endpoint, resource, args, kwargs))

    def _event_stream(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        events, reader, kwargs = call.begin(self.endpoint, args, kwargs)
        reader.innermost.tools = next((arg.tools for arg in args if hasattr(arg, "tools")), kwargs.get("tools"))
        if self.endpoint.opens is not None:
            given = {name: value for name, value in kwargs.items() if name != "stream"}
            return named(self.endpoint.opens)(self, events, reader, args, given)
        reopen, opening = None, self
        if self.endpoint.resumes is not None:
            again: Operation = getattr(self.resource, self.endpoint.resumes)
            missing = [name for name in again.endpoint.path_names if kwargs.get(name) is None]
            kwargs = {name: value for name, value in kwargs.items() if name not in missing}
            opening = self if missing else again
            reopen = self._reopening(again, reader.innermost, kwargs)
        opening.request(*args, **kwargs)  # refuse now, not at the first event
        kind = events.awaited if self.resource.is_async else events.sync
        return kind(functools.partial(opening._send, args, kwargs), reader, reopen)

    def _reopening(self, again: Operation, reader: Reader[Any, Any, Any], kwargs: dict[str, Any]) -> Any:
        from typed_openai.streaming.resuming import Resuming

        client = self.resource.client
        reader.asked(kwargs)
        return Resuming(client.driver.run, reader, again.flow, kwargs, client.config.max_retries).reopen

    def _send(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        return self.resource.client.driver.run(call.flow(self.endpoint, self.resource, args, dict(kwargs)))

    def _manager(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        kind = AsyncStreamedResponseManager if self.resource.is_async else StreamedResponseManager
        return kind(functools.partial(self._send, args, kwargs))

    def request(self, *args: Any, **kwargs: Any) -> Request:
        """The request that a call with these arguments would send, checked; nothing is sent."""
        return call.request(self.endpoint, self.resource.client, args, kwargs)

    def flow(self, *args: Any, **kwargs: Any) -> Flow[Any]:
        """The call as a flow, to be composed with `yield from` (see `core/declare/flow_methods.py`)."""
        return call.flow(self.endpoint, self.resource, args, kwargs)

    def __repr__(self) -> str:
        return repr(self.endpoint)


class AsyncOperation(Operation):
    """A bound operation of an async client: call it and await what it returns (lists may also be iterated at once)."""

    def __init__(self, endpoint: Endpoint, resource: Resource) -> None:
        super().__init__(endpoint, resource)
        if is_coroutine(endpoint, resource.mode):
            mark_coroutine_function(self)

    @property
    def __doc__(self) -> str:  # type: ignore[override]  # again, because a class never inherits it
        return self.endpoint.__doc__

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        if self.endpoint.page is not None and self.resource.mode == "plain":
            if self.endpoint.deprecated is not None:
                warn(self.endpoint.title, self.endpoint.deprecated, self.resource.client.config)
            return AsyncPaginator(functools.partial(self._send, args, kwargs))
        return super().__call__(*args, **kwargs)


class Operations:
    """Binds declared operations to resources (`Endpoint.binds`)."""

    def bind(self, endpoint: Endpoint, resource: Resource) -> Operation:
        """The callable that users hold."""
        return (AsyncOperation if resource.is_async else Operation)(endpoint, resource)

    def signature(self, endpoint: Endpoint) -> inspect.Signature:
        """That of the declaration: every parameter that only some overloads require has the default `...`."""
        shown = signature_of(endpoint)
        parameters = [inspect.Parameter("self", inspect.Parameter.POSITIONAL_ONLY)]
        for item in shown.parameters.values():
            in_path = item.name in endpoint.path_names
            by_name = item.kind is item.KEYWORD_ONLY and item.default is item.empty and not in_path
            optional = by_name or item.kind is item.POSITIONAL_ONLY
            parameters.append(item.replace(default=...) if optional else item)
        return inspect.Signature(parameters, return_annotation=shown.return_annotation)

    def doc(self, endpoint: Endpoint) -> str:
        """Its purpose and its parameters."""
        return docstring(endpoint.purpose, endpoint.params, [*named_parameters(endpoint), *options(endpoint)])


OPERATIONS = Operations()
