"""Operations of several steps, written once: a generator method that is awaited in one colour and called in the other.

    class Files(Resource):
        @steps
        def wait_for_processing(self, file_id: str, *, wait: Waiting | None = None) -> Flow[FileObject]:
            return (yield from wait_for(partial(self.retrieve.steps, file_id), ...))

Inside, `self.retrieve.steps(...)` is the flow of another operation. With `@steps(params=RunCreateParams)` the method
takes `**params` and shows the fields of that model in its signature, editor and stubs; they are checked by the
operation it hands them to.

Weak spot: what the method does not hand on to a declared operation is checked by nobody but itself.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, get_args, get_type_hints, overload

from typed_openai.core.docs import names_for_types
from typed_openai.core.signature import fields_of

if TYPE_CHECKING:
    from typed_openai.core.endpoint import Resource
    from typed_openai.core.flow import Flow
    from typed_openai.models.base import Params


class Steps:
    """The declaration of an operation of several steps (a non-data descriptor, as `Endpoint` is)."""

    def __init__(
        self, function: Callable[..., Flow[Any]], params: type[Params] | None, leave_out: tuple[str, ...]
    ) -> None:
        self.function = function
        self.params = params
        self.leave_out = leave_out
        self.name = function.__name__
        self.owner: type[Resource] | None = None
        functools.update_wrapper(self, function)

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
        bound = (AsyncBoundSteps if resource.is_async else BoundSteps)(self, resource)
        resource.__dict__[self.name] = bound
        return bound

    def __call__(self, resource: Resource, /, *args: Any, **kwargs: Any) -> Any:
        return self.__get__(resource, type(resource))(*args, **kwargs)

    @functools.cached_property
    def __signature__(self) -> inspect.Signature:
        """That of the function, with `**params` spelled out as the fields of the params model."""
        signature = inspect.signature(self.function)
        localns = names_for_types(self.function.__module__)
        types = get_type_hints(self.function, localns=localns)  # without what `Annotated` adds to them
        kept = [
            item.replace(annotation=types.get(item.name, item.empty))
            for item in signature.parameters.values()
            if item.kind is not inspect.Parameter.VAR_KEYWORD
        ]
        result = get_args(types["return"])[-1]
        return signature.replace(parameters=[*kept, *fields_of(self.params, self.leave_out)], return_annotation=result)


class BoundSteps:
    """A bound operation of several steps: call it."""

    def __init__(self, declaration: Steps, resource: Resource) -> None:
        self.declaration = declaration
        self.resource = resource
        functools.update_wrapper(self, declaration.function)

    def steps(self, *args: Any, **kwargs: Any) -> Flow[Any]:
        """The flow itself, to be composed with `yield from`."""
        return self.declaration.function(self.resource, *args, **kwargs)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self.resource.client.driver.run(self.steps(*args, **kwargs))

    @property
    def __signature__(self) -> inspect.Signature:
        signature = self.declaration.__signature__
        return signature.replace(parameters=list(signature.parameters.values())[1:])

    def __repr__(self) -> str:
        return f"<{self.declaration.title}{self.__signature__}>"


class AsyncBoundSteps(BoundSteps):
    """A bound operation of several steps of an async client: call it and await what it returns."""

    def __init__(self, declaration: Steps, resource: Resource) -> None:
        super().__init__(declaration, resource)
        mark_coroutine_function(self)


async def _pattern() -> None:
    """What a callable that is awaited looks like to Python 3.11."""


def mark_coroutine_function(function: Any) -> None:
    """Let `inspect.iscoroutinefunction` see that a callable is awaited. Python 3.11 cannot be told; it takes what has
    the attributes of a function for one, and reads the answer from its code."""
    mark = getattr(inspect, "markcoroutinefunction", None)
    if mark is not None:
        mark(function)
        return
    for name in ("__code__", "__defaults__", "__kwdefaults__"):
        setattr(function, name, getattr(_pattern, name))
    function.__dict__.setdefault("__annotations__", {})


@overload
def steps(function: Callable[..., Flow[Any]], /) -> Any: ...
@overload
def steps(*, params: type[Params], leave_out: tuple[str, ...] = ()) -> Callable[[Callable[..., Flow[Any]]], Any]: ...
def steps(
    function: Callable[..., Flow[Any]] | None = None,
    /,
    *,
    params: type[Params] | None = None,
    leave_out: tuple[str, ...] = (),
) -> Any:
    """Declare a generator method as an operation; `leave_out` names fields of `params` that the method sets itself."""
    if function is not None:
        return Steps(function, None, ())
    return functools.partial(Steps, params=params, leave_out=leave_out)
