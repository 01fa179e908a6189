"""How a socket is declared: one line in a resource, beside the operations.

    class Realtime(Resource):
        connect = socket("/realtime", RealtimeConnectParams, "typed_openai.sockets.connections.Realtime")

Read from a resource it is a callable with a real signature, that gives a manager to be entered. What it needs is loaded
when it is called, by the full name of the pair of connection classes (`connections.Colours`).
"""

from __future__ import annotations

import functools
import inspect
from types import NoneType
from typing import TYPE_CHECKING, Any, get_type_hints

from typed_openai.core.attribute_docs import names_for_types
from typed_openai.core.declare.docs import docstring
from typed_openai.core.declare.endpoint import Endpoint
from typed_openai.core.declare.signature import AT_RUN_TIME, StandIns, fields_of, path_parameters
from typed_openai.core.lazy_names import named
from typed_openai.models.base import Params

if TYPE_CHECKING:
    from typed_openai.core.declare.resource import Resource
    from typed_openai.sockets.connections import Colours

_OPTIONS = "typed_openai.sockets.connect_options"
QUEUE = 1024 * 1024
"""Bytes of messages that may wait for a connection."""


class Socket:
    """The declaration of a socket (a non-data descriptor, as `Endpoint` is)."""

    def __init__(self, path: str, params: type[Params] | None, place: str, queue: int) -> None:
        self.endpoint = Endpoint("GET", path, params, NoneType)
        self.place = place
        self.queue = queue

    def __set_name__(self, owner: type[Resource], name: str) -> None:
        self.endpoint.__set_name__(owner, name)

    @property
    def name(self) -> str:
        """What it is called in its resource."""
        return self.endpoint.name

    @functools.cached_property
    def colours(self) -> Colours:
        """The classes of its connections, loaded now."""
        found: Colours = named(self.place)
        return found

    def __get__(self, resource: Resource | None, owner: type[Resource]) -> Any:
        if resource is None:
            return self
        resource.only_plain(self.endpoint.title, "a socket has no one answer to show; `meta` of the connection has it")
        bound = resource.__dict__[self.name] = Connect(self, resource)
        return bound

    def __call__(self, resource: Resource, /, *args: Any, **kwargs: Any) -> Any:
        """`Realtime.connect(client.realtime, model="m")`: as with any method."""
        return self.__get__(resource, type(resource))(*args, **kwargs)

    @functools.cached_property
    def __signature__(self) -> inspect.Signature:
        """That of the declaration, as stubtest compares it with the stub."""
        kinds = inspect.Parameter
        around = kinds("self", kinds.POSITIONAL_OR_KEYWORD), kinds("options", kinds.VAR_KEYWORD)
        return inspect.Signature([around[0], *self.own_parameters(), around[1]])

    def is_shown(self, mode: str) -> bool:
        """Whether a tab list has it."""
        return mode == "plain"

    def own_parameters(self, stand_ins: StandIns = AT_RUN_TIME) -> list[inspect.Parameter]:
        """What `connect` takes besides the options that all sockets have."""
        return [*path_parameters(self.endpoint), *fields_of(self.endpoint.params, (), stand_ins)]

    def signature(self, is_async: bool = False) -> inspect.Signature:
        """What `connect` takes and gives."""
        from typed_openai.sockets.connect_options import ConnectOptions

        options = [
            inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=None, annotation=annotation)
            for name, annotation in get_type_hints(ConnectOptions, localns=names_for_types(_OPTIONS)).items()
        ]
        return inspect.Signature([*self.own_parameters(), *options], return_annotation=self.colours.managers[is_async])

    @functools.cached_property
    def __doc__(self) -> str:  # type: ignore[override]  # a class has one, its instances have their own
        from typed_openai.sockets.connect_options import ConnectOptions

        signature = self.signature()
        return docstring(
            self.endpoint.purpose, self.endpoint.params, [*signature.parameters.values()], (ConnectOptions,)
        )


class Connect:
    """A socket of a client: call it, and enter what it gives."""

    def __init__(self, declaration: Socket, resource: Resource) -> None:
        self.declaration = declaration
        self.resource = resource
        self.__name__ = declaration.name

    @property
    def __doc__(self) -> str:  # type: ignore[override]  # a class has one, its instances have their own
        return self.declaration.__doc__

    @property
    def __signature__(self) -> inspect.Signature:
        return self.declaration.signature(is_async=self.resource.is_async)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        from typed_openai.sockets.opening import prepared

        declaration, client = self.declaration, self.resource.client
        connections, managers = declaration.colours
        kind = connections[client.is_async]
        connection = prepared(declaration.endpoint, client, kind, args, kwargs, declaration.queue)
        return managers[client.is_async](connection)

    def __repr__(self) -> str:
        return f"<{self.declaration.endpoint.title}: a socket at {self.declaration.endpoint.path}>"


def socket(path: str, params: type[Params] | None, place: str, *, queue: int = QUEUE) -> Any:
    """Declare a socket: its path, the params of its query, the full name of its classes, the bytes of its queue."""
    return Socket(path, params, place, queue)
