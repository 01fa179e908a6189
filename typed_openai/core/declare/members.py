"""What a client or a resource shows of itself: public names in tab lists, and a hint for a name that is not there.

`Members` is the base of both. Nothing is loaded before somebody asks: lists are made in `public`; hints come from the
client (`Caller.no_such_name`).

Rules
* A tab list has what a user calls: groups, operations, settings, what is documented of a client. What the package needs
  of itself (`driver`, `mode`, ...) works as before and is not listed.
* In a raw or streaming view only that is listed which can be called there.
* An attribute that is there and fails says itself why; a hint never stands in for that.

Weak spot: a completer that reads the source and not the object (jedi in an editor) shows more; there the stubs count.
"""

from __future__ import annotations

from types import FunctionType
from typing import TYPE_CHECKING, Any

INTERNAL = frozenset(
    [
        *("awaited", "changed", "client", "credential", "driver", "headers_for", "identify", "is_async", "mode"),
        *(
            "only_plain",
            "path",
            "require_key",
            "secrets",
            "url",
            "hides_properties",
            "maker",
            "no_such_name",
            "not_callable",
            "observers",
        ),
    ]
)
"""Attributes of clients and resources that the package needs of itself."""
VIEWS = ("with_raw_response", "with_streaming_response")


class Members:
    """The base of clients and resources."""

    hides_properties = False
    """Whether properties are not for users, but for the views."""

    def __dir__(self) -> list[str]:
        special = [name for name in super().__dir__() if name.startswith("__")]
        return sorted({*special, *public(type(self), self.__dict__)})

    if not TYPE_CHECKING:  # type checkers go on to refuse names that are not there

        def __getattr__(self, name: str) -> Any:
            if any(name in vars(base) for base in type(self).__mro__):
                return object.__getattribute__(self, name)  # it is there and failed: that error, once more
            client = vars(self).get("client", self)
            if not hasattr(type(client), "no_such_name"):
                raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}", name=name)
            raise client.no_such_name(self, name)


def public(kind: type[Any], own: dict[str, Any]) -> set[str]:
    """The public names of a client or resource; `own` is what the object itself holds."""
    is_view = own.get("mode", "plain") != "plain"
    found = {name: value for base in reversed(kind.__mro__) for name, value in vars(base).items()}
    if kind.hides_properties:
        found = {name: value for name, value in found.items() if not isinstance(value, property) or name in VIEWS}
    if is_view:
        found = {name: value for name, value in found.items() if _is_in_view(value, own["mode"])}
    names = {*found, *own} - INTERNAL - (set(VIEWS) if is_view else set())
    return {name for name in names if not name.startswith("_")}


def _is_in_view(value: object, mode: str) -> bool:
    """Declarations say it themselves; plain functions are not there."""
    is_shown = getattr(value, "is_shown", None)
    return is_shown(mode) if is_shown is not None else not isinstance(value, FunctionType)


def path_of(owner: Any) -> str:
    """The place of a resource below its client, as a user writes it; `client` is the client itself."""
    path = getattr(type(owner), "path", "")
    mode = vars(owner).get("mode", "plain")
    return ".".join(filter(None, ("client", path, "" if mode == "plain" else f"with_{mode}_response")))
