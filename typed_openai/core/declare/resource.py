"""Resources: the groups of operations below a client, each in two colours and three modes, loaded when first used.

Of a resource class `X` its awaited colour `AsyncX` follows by itself, in the same module; `with_raw_response` and
`with_streaming_response` give the same object in another mode; `nested(Completions)` hangs one resource below another,
`nested("typed_openai.resources.chat.Chat")` one of a module that is imported on first use.
"""

from __future__ import annotations

import functools
import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal

from typed_openai.core.declare.members import Members
from typed_openai.core.lazy_names import named

if TYPE_CHECKING:
    from typed_openai.core.caller import Caller


Mode = Literal["plain", "raw", "streaming"]


class Resource(Members):
    """A group of operations of one client. `path` is its place below the client (`chat.completions`); what hangs below
    another one of its module has it from that."""

    is_async = False
    hides_properties = True
    path = ""
    _headers: Mapping[str, str] | None = None
    """What every operation of the area sends, unless it says otherwise (`OpenAI-Beta`)."""
    _admin = False
    """Whether only an administrator may ask, with the key that is his (`admin_api_key`)."""
    _deprecated: str | None = None
    """Why nobody should begin with it any more, for the `DeprecationWarning` of each of its operations."""
    _betas = False
    """Whether its calls take `betas=[...]`, which say what of the API in beta they take part in."""
    awaited: type[Resource]
    """The same declarations, awaited: `AsyncX` in the module of `X`."""

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        if not cls.is_async:
            name, attributes = f"Async{cls.__name__}", {"is_async": True, "__module__": cls.__module__}
            cls.awaited = type(name, (cls,), {**attributes, "__doc__": cls.__doc__})
            if cls.__qualname__ == cls.__name__ and not cls.__name__.startswith("_"):
                vars(sys.modules[cls.__module__])[name] = cls.awaited
            if cls.path:
                cls._place_below()

    @classmethod
    def _place_below(cls) -> None:
        """Tell what hangs below this one in its module where that is."""
        for name, item in vars(cls).items():
            if isinstance(item, Nested) and not isinstance(item.place, str):
                item.place.path = f"{cls.path}.{name}"
                item.place._place_below()

    def __init__(self, client: Caller, mode: Mode = "plain") -> None:
        self.client = client
        self.mode: Mode = mode

    @property
    def with_raw_response(self) -> Any:
        """The same operations, giving an `APIResponse` with status, headers and `parse()`."""
        return type(self)(self.client, "raw")

    @property
    def with_streaming_response(self) -> Any:
        """The same operations as context managers, giving an answer whose body is read bit by bit."""
        return type(self)(self.client, "streaming")

    def only_plain(self, operation: str, why: str) -> None:
        """Raise where an operation that has no raw answer is looked for among the raw ones."""
        if self.mode != "plain":
            area, _, name = operation.rpartition(".")
            raise AttributeError(f"{area}.with_{self.mode}_response has no {name}: {why}")

    if not TYPE_CHECKING:

        def __call__(self, *args: object, **kwargs: object) -> None:
            raise self.client.not_callable(self)

    def __repr__(self) -> str:
        return f"<{self.path} of {self.client!r}>"


class Nested(functools.cached_property[Any]):
    """A resource below a resource or a client; its module is loaded when it is first used."""

    def __init__(self, place: str | type[Resource]) -> None:
        super().__init__(self._made)
        self.place = place

    if not TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any:
            if name.startswith("_"):
                raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}", name=name)
            place = f"client.{self.attrname}.{name}"
            raise AttributeError(f"operations belong to a client: client = OpenAI(), then {place}", name=name)

    def load(self) -> type[Resource]:
        """The resource class, sync colour."""
        loaded: type[Resource] = named(self.place)
        return loaded

    def _made(self, owner: Any) -> Resource:
        resource = self.load()
        colour = resource.awaited if owner.is_async else resource
        return colour(owner.client, owner.mode) if isinstance(owner, Resource) else colour(owner)


def nested(where: str | type[Resource]) -> Any:
    """That resource, or the one of that full name."""
    return Nested(where)
