"""Operations of several steps, written once: a generator method that is awaited in one colour and called in the other.

    class Files(Resource):
        @flow_method
        def wait_for_processing(self, file_id: str, *, wait: Waiting | None = None) -> Flow[FileObject]:
            return (yield from wait_for(partial(self.retrieve.flow, file_id), ...))

Inside, `self.retrieve.flow(...)` is the flow of another operation. With `@flow_method(params=RunCreateParams)` the
method takes `**params` and shows the fields of that model in its signature, editor and stubs; they are checked by the
operation it hands them to. `options=(CallOptions,)` does the same for keyword arguments that several methods share: a
TypedDict, or a dataclass where they have defaults and are told about in the docstring.

Rules
* Such an operation is plain only: it has no one answer that `with_raw_response` could show, and says so; one that is
  declared with `raw=True` asks once (unless told to ask again) and shows its last answer. So it does behind
  `with_streaming_response`: that answer is whole then, since what it is worth is known at its end.
* What it is given (`helper_arguments.py`) and how to wait (`wait=...`) are checked before the first step: a typo there
  must not cost an upload.
* An operation that a method calls again and again goes through `repeated`: the `deadline` of the call is for all of it.

Weak spot: values that the method does not hand on to a declared operation are checked by nobody but itself.
"""

from __future__ import annotations

import dataclasses
import functools
import inspect
import time
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar, get_args, get_type_hints, overload

from typed_openai.core.answer.managers import AsyncStreamedResponseManager, StreamedResponseManager
from typed_openai.core.answer.raw import APIResponse, AsyncStreamedResponse, StreamedResponse
from typed_openai.core.attribute_docs import names_for_types
from typed_openai.core.declare.coroutine_functions import mark_coroutine_function
from typed_openai.core.declare.docs import docstring
from typed_openai.core.declare.signature import AT_RUN_TIME, StandIns, fields_of
from typed_openai.core.lazy_names import named
from typed_openai.core.request.deprecation import warn, with_end
from typed_openai.core.request.params import take_options
from typed_openai.core.run.effects import EVERYWHERE
from typed_openai.errors import DeadlineExceededError, Fault, OutputError, RequestValidationError

if TYPE_CHECKING:
    from typed_openai.core.declare.operation import Operation
    from typed_openai.core.declare.resource import Mode, Resource
    from typed_openai.core.run.effects import Flow, Reply, Request, Sender
    from typed_openai.models.base import Params


T = TypeVar("T")
Options: TypeAlias = "type[Any] | str"
"""A TypedDict or dataclass of keyword arguments; as text (`"typed_openai.tools.loop.ToolOptions"`) it is loaded when
looked at."""

_MANAGERS: tuple[Any, Any] = (StreamedResponseManager, AsyncStreamedResponseManager)
"""Of `with_streaming_response`, by colour."""
_TAKEN_OVER = ("__module__", "__name__", "__qualname__")


class FlowMethod:
    """The declaration of an operation of several steps (a non-data descriptor, as `Endpoint` is)."""

    def __init__(
        self,
        function: Callable[..., Flow[Any]],
        params: type[Params] | None,
        leave_out: tuple[str, ...],
        options: tuple[Options, ...],
        raw: bool = False,
    ) -> None:
        self.function = function
        self.raw = raw
        self.params = params
        self.leave_out = leave_out
        self.options = options
        self.name = function.__name__
        self.owner: type[Resource] | None = None
        functools.update_wrapper(self, function, assigned=_TAKEN_OVER)

    def __set_name__(self, owner: type[Resource], name: str) -> None:
        self.owner = owner
        self.name = name

    @property
    def title(self) -> str:
        """How messages name the operation: `files.wait_for_processing`."""
        return f"{self.owner.path}.{self.name}" if self.owner is not None else self.name

    def __get__(self, resource: Resource | None, owner: type[Resource]) -> Any:
        if resource is None:
            return self
        why = "it takes several requests, so there is no one answer to show"
        if not self.raw:
            where = f"call {self.title}, where each result has status and headers in `meta`"
            resource.only_plain(self.title, f"{why}; {where}")
        bound = (AsyncBoundFlowMethod if resource.is_async else BoundFlowMethod)(self, resource)
        resource.__dict__[self.name] = bound
        return bound

    def is_shown(self, mode: str) -> bool:
        """Whether a tab list has it."""
        return mode == "plain" or (self.raw and mode == "raw")

    def __call__(self, resource: Resource, /, *args: Any, **kwargs: Any) -> Any:
        return self.__get__(resource, type(resource))(*args, **kwargs)

    @functools.cached_property
    def __doc__(self) -> str:  # type: ignore[override]  # a class has one, its instances have their own
        """That of the function, and what its parameters and options say of themselves."""
        described = [item for item in self.__signature__.parameters.values() if item.name not in self.leave_out]
        options: list[type[Any]] = [named(kind) for kind in self.options]
        shared = [kind for kind in options if dataclasses.is_dataclass(kind)]
        ending = None if self.owner is None else self.owner._deprecated
        return docstring(with_end(self.purpose, ending), self.params, described, shared)

    @property
    def purpose(self) -> str:
        """What the operation does, without its parameters."""
        return inspect.getdoc(self.function) or ""

    @functools.cached_property
    def __signature__(self) -> inspect.Signature:
        return self.signature()

    def signature(
        self, stand_ins: StandIns = AT_RUN_TIME, mode: Mode = "plain", is_async: bool = False
    ) -> inspect.Signature:
        """That of the function, with `**params` spelled out as the fields of the params model and the options."""
        kept, result = self.own_signature()
        if mode != "plain":
            result = (APIResponse if mode == "raw" else _MANAGERS[is_async])[result]
        options = [parameter for kind in self.options for parameter in _options_of(named(kind))]
        parameters = [*kept, *fields_of(self.params, self.leave_out, stand_ins), *options]
        return inspect.Signature(parameters, return_annotation=result)

    @property
    def own_parameters(self) -> tuple[inspect.Parameter, ...]:
        """The parameters that the function names itself, `**params` among them, without their types."""
        return _own_parameters(self.function)

    def own_signature(self) -> tuple[list[inspect.Parameter], Any]:
        """The parameters that the function names itself, with their types, and what comes of it."""
        localns = names_for_types(self.function.__module__)
        types = get_type_hints(self.function, localns=localns)  # without what `Annotated` adds to them
        kept = [
            item.replace(annotation=types.get(item.name, item.empty))
            for item in inspect.signature(self.function).parameters.values()
            if item.kind is not inspect.Parameter.VAR_KEYWORD
        ]
        return kept, get_args(types["return"])[-1]


@functools.cache
def _own_parameters(function: Callable[..., Any]) -> tuple[inspect.Parameter, ...]:
    return tuple(inspect.signature(function).parameters.values())[1:]


def _options_of(kind: type[Any]) -> Iterator[inspect.Parameter]:
    defaults = {item.name: item.default for item in dataclasses.fields(kind)} if dataclasses.is_dataclass(kind) else {}
    for name, annotation in get_type_hints(kind, localns=names_for_types(kind.__module__)).items():
        yield inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=defaults.get(name), annotation=annotation)


class BoundFlowMethod:
    """A bound operation of several steps: call it."""

    def __init__(self, declaration: FlowMethod, resource: Resource) -> None:
        self.declaration = declaration
        self.resource = resource
        functools.update_wrapper(self, declaration.function, assigned=_TAKEN_OVER)

    @property
    def __doc__(self) -> str:  # type: ignore[override]  # a class has one, its instances have their own
        return self.declaration.__doc__

    def flow(self, *args: Any, **kwargs: Any) -> Flow[Any]:
        """The flow itself, to be composed with `yield from`."""
        client = self.resource.client
        flow = self._steps(args, kwargs)
        if not (EVERYWHERE or client.observers):
            return flow
        from typed_openai.core.run.observing import observed

        named = dict(zip([item.name for item in self.declaration.own_parameters], args, strict=False))
        return observed(client, self.declaration.title, "steps", {**named, **kwargs}, flow)

    def _steps(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Flow[Any]:
        """All of it, when the arguments are such as it takes."""
        from typed_openai.core.declare.helper_arguments import check_arguments

        check_arguments(self.declaration, args, kwargs, self.resource.client.config.validation == "strict")
        if kwargs.get("wait") is not None:
            from typed_openai.core.run.waiting import check

            check(self.declaration.title, kwargs["wait"])
        if self.resource.mode != "plain":
            return (yield from self._raw(args, kwargs))
        return (yield from self.declaration.function(self.resource, *args, **kwargs))

    def _raw(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Flow[Any]:
        """The last answer, as the door shows it; its `parse()` gives what the plain call gives, or raises."""
        replies: list[Reply] = []

        def keep(request: Request, send: Sender) -> Flow[Reply]:
            replies.append((yield from send(request)))
            return replies[-1]

        client = self.resource.client
        kept = client.changed({"middleware": [*client.config.middleware, keep]})
        try:
            result = yield from self.declaration.function(type(self.resource)(kept), *args, **kwargs)
            told = functools.partial(_told, result, None)
        except OutputError as error:
            told = functools.partial(_told, None, error)
        if self.resource.mode == "raw":
            return APIResponse(replies[-1], told)
        kind = AsyncStreamedResponse if self.resource.is_async else StreamedResponse
        return kind(replies[-1], lambda reply: told())

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        if self.resource._deprecated is not None:
            warn(self.declaration.title, self.resource._deprecated, self.resource.client.config)
        if self.resource.mode == "streaming":
            return _MANAGERS[self.resource.is_async](functools.partial(self._run, args, kwargs))
        return self._run(args, kwargs)

    def _run(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        return self.resource.client.driver.run(self.flow(*args, **kwargs))

    @property
    def __signature__(self) -> inspect.Signature:
        signature = self.declaration.signature(mode=self.resource.mode, is_async=self.resource.is_async)
        return signature.replace(parameters=list(signature.parameters.values())[1:])

    def __repr__(self) -> str:
        return f"<{self.declaration.title}: several requests>"


class AsyncBoundFlowMethod(BoundFlowMethod):
    """A bound operation of several steps of an async client: call it and await what it returns."""

    def __init__(self, declaration: FlowMethod, resource: Resource) -> None:
        super().__init__(declaration, resource)
        if resource.mode != "streaming":
            mark_coroutine_function(self)

    @property
    def __doc__(self) -> str:  # type: ignore[override]  # again, because a class never inherits it
        return self.declaration.__doc__


def _told(result: Any, error: OutputError | None) -> Any:
    """What `parse()` gives, or raises where there is no such value."""
    if error is not None:
        raise error
    return result


@overload
def flow_method(function: Callable[..., Flow[Any]], /) -> Any: ...
@overload
def flow_method(
    *,
    params: type[Params] | None = None,
    leave_out: tuple[str, ...] = (),
    options: tuple[Options, ...] = (),
    raw: bool = False,
) -> Callable[[Callable[..., Flow[Any]]], Any]: ...
def flow_method(
    function: Callable[..., Flow[Any]] | None = None,
    /,
    *,
    params: type[Params] | None = None,
    leave_out: tuple[str, ...] = (),
    options: tuple[Options, ...] = (),
    raw: bool = False,
) -> Any:
    """Declare a generator method as an operation; `leave_out` names fields of `params` that the method sets itself,
    `raw` says that the last answer can be shown (`with_raw_response`, `with_streaming_response`)."""
    if function is not None:
        return FlowMethod(function, None, (), ())
    return functools.partial(FlowMethod, params=params, leave_out=leave_out, options=options, raw=raw)


def repeated(title: str, operation: Operation, given: Mapping[str, Any]) -> Callable[..., Flow[Any]]:
    """The flow of an operation, to be called several times for one call (`title`) that was given these arguments.

    The `deadline` of that call is for all of it: each request has what is left of it, but no more than the client's own
    deadline allows. When nothing is left, `DeadlineExceededError` is raised and nothing is sent.
    """
    if given.get("idempotency_key") is not None:
        hint = "each of several requests needs its own"
        raise RequestValidationError(title, [Fault("idempotency_key", "no option of this call", "", hint)])
    options, _ = take_options(title, {"deadline": given.get("deadline")})
    seconds = options.get("deadline")
    if not seconds:
        return operation.flow
    until = time.monotonic() + seconds
    at_most = operation.resource.client.config.deadline or seconds

    def within(**params: Any) -> Flow[Any]:
        left = until - time.monotonic()
        if left <= 0:
            raise DeadlineExceededError(f"{title}: not done within the deadline of {seconds:g} s")
        return (yield from operation.flow(**{**params, "deadline": min(left, at_most)}))

    return within
