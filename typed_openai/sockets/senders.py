"""The send helpers of a connection, made of the table of its client events: `connection.session.update(session=...)`.

`"conversation.item.create"` is the helper `create` of the group `conversation.item`; its keyword arguments are the
fields of the params model without `type`. A group is a class, made once for each kind of socket, with real signatures
and docs.

Rules
* What is wrong is refused before anything is sent, with its place and a hint, as with every call.
* `extra_body` adds fields as they are: what is newer than this package is never out of reach.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal, Protocol, get_origin

from pydantic import BaseModel, ValidationError

from typed_openai.core.declare.docs import docstring
from typed_openai.core.declare.signature import AT_RUN_TIME, StandIns, bare, fields_of, members_of
from typed_openai.core.request.faults import meant, shown
from typed_openai.core.request.params import check_params, given, json_body, left_out
from typed_openai.errors import Fault, RequestValidationError
from typed_openai.models.base import Params

if TYPE_CHECKING:
    from typed_openai.core.caller import Policies
    from typed_openai.sockets.protocol import SocketProtocol

Message = tuple[str, bytes]
"""A client event, ready to be sent: its type and its bytes."""
_EXTRA = inspect.Parameter(
    "extra_body", inspect.Parameter.KEYWORD_ONLY, default=None, annotation=Mapping[str, object] | None
)


class Sending(Protocol):
    """What a helper needs of a connection."""

    @property
    def config(self) -> Policies: ...
    def post(self, message: Message) -> Any:
        """Send it; in async code something to await."""


class Group:
    """A group of send helpers; those below it are made when they are asked for."""

    def __init__(self, connection: Sending) -> None:
        self._connection = connection

    def __repr__(self) -> str:
        return f"<{type(self).__name__} of {self._connection!r}>"


class Helper:
    """A send helper (a descriptor): an event that goes out."""

    def __init__(self, kind: str, model: type[Params]) -> None:
        self.kind = kind
        self.model = model
        self.__name__ = kind.rpartition(".")[2]

    @functools.cached_property
    def __doc__(self) -> str:  # type: ignore[override]  # a class has one, its instances have their own
        purpose = inspect.getdoc(self.model) or ""
        return docstring(purpose, self.model, [*self.signature().parameters.values()])

    def signature(self, stand_ins: StandIns = AT_RUN_TIME) -> inspect.Signature:
        """The fields of the event, keyword-only."""
        return inspect.Signature([*fields_of(self.model, ("type",), stand_ins), _EXTRA], return_annotation=None)

    def __get__(self, group: Group | None, owner: type[Group]) -> Any:
        if group is None:
            return self
        bound = group.__dict__[self.__name__] = BoundHelper(self, group._connection)
        return bound


class BoundHelper:
    """A send helper of a connection: call it (and await what it gives, in async code)."""

    def __init__(self, helper: Helper, connection: Sending) -> None:
        self._helper = helper
        self._connection = connection
        self.__name__ = helper.__name__

    @property
    def __doc__(self) -> str:  # type: ignore[override]  # a class has one, its instances have their own
        return self._helper.__doc__

    @property
    def __signature__(self) -> inspect.Signature:
        return self._helper.signature()

    def __call__(self, *params: Params, extra_body: Mapping[str, object] | None = None, **fields: Any) -> Any:
        helper, connection = self._helper, self._connection
        if len(params) > 1:
            raise TypeError(f"{title_of(helper.kind)}() takes one params object, or its fields by name")
        message = checked(
            helper.kind, helper.model, params[0] if params else None, fields, extra_body, connection.config
        )
        return connection.post(message)

    def __repr__(self) -> str:
        return f"<{title_of(self._helper.kind)}: sends an event>"


def title_of(kind: str) -> str:
    """How messages name the sending of an event."""
    return f"connection.{kind}"


def checked(
    kind: str, model: type[Params], params: object, fields: dict[str, Any], extra: object, config: Policies
) -> Message:
    """An event of a known type, checked. The hot path is for those of texts and whole numbers (a piece of sound): they
    hold nothing that JSON cannot carry."""
    if params is None and extra is None and _is_plain(model) and config.validation == "strict":
        try:
            event = model.__pydantic_validator__.validate_python(fields)
        except ValidationError:
            pass  # said in our words below
        else:
            unset = left_out(event) or None
            return kind, model.__pydantic_serializer__.to_json(event, exclude_unset=True, by_alias=True, exclude=unset)
    title = title_of(kind)
    found = check_params(title, model, params, given(fields), config)
    if isinstance(found, dict):  # nobody looked: what names the shape is sent all the same
        found = {"type": kind, **found}
    return kind, json_body(title, found, extra)


@functools.cache
def _is_plain(model: type[Params]) -> bool:
    """Whether an event holds nothing but texts and whole numbers."""
    kinds = {kind for info in model.__pydantic_fields__.values() for kind in members_of(bare(info.annotation))}
    return all(kind in (str, bytes, int, None) or get_origin(kind) is Literal for kind in kinds)


def serialized(event: object, protocol: SocketProtocol, config: Policies) -> Message:
    """Any event that was handed to `send`: a params model, a mapping, an object of pydantic."""
    title = f"{protocol.title}: send"
    if isinstance(event, Params):
        kind = getattr(event, "type", None)
        model = protocol.events.get(str(kind))
        if model is None or not isinstance(event, model):
            raise _unknown(title, type(event).__name__, protocol)
        return checked(str(kind), model, event, {}, None, config)
    data: Any = event.model_dump(mode="json", exclude_unset=True) if isinstance(event, BaseModel) else event
    if not isinstance(data, Mapping):
        raise RequestValidationError(title, [Fault("event", "an event: a dict, or a params model", shown(event))])
    kind = data.get("type")
    model = protocol.events.get(kind) if isinstance(kind, str) else None
    if model is not None:
        return checked(str(kind), model, None, dict(data), None, config)
    if config.validation == "strict":
        raise _unknown(title, kind, protocol)
    return str(kind), json_body(title, dict(data), None)


def _unknown(title: str, kind: object, protocol: SocketProtocol) -> RequestValidationError:
    hint = meant(kind, [*protocol.events], "send_raw() sends what nobody checks")
    allowed = ", ".join(sorted(protocol.events))
    return RequestValidationError(
        title, [Fault("type", f"one of {allowed}", "nothing" if kind is None else shown(kind), hint)]
    )


@functools.cache
def group_of(protocol: SocketProtocol, prefix: str = "") -> type[Group]:
    """The class of a group: helpers, and groups below it; that of the prefix "" are the attributes of a connection."""
    members: dict[str, Any] = {}
    for kind, model in protocol.events.items():
        if not kind.startswith(prefix):
            continue
        name, dot, _ = kind.removeprefix(prefix).partition(".")
        members.setdefault(name, below(protocol, f"{prefix}{name}.") if dot else Helper(kind, model))
    words = [word.title().replace("_", "") for word in prefix.split(".") if word]
    return type(
        f"{protocol.name}{''.join(words)}Events", (Group,), {"__doc__": f"Sends events `{prefix}*`.", **members}
    )


def below(protocol: SocketProtocol, prefix: str) -> functools.cached_property[Group]:
    """The attribute that leads to a group."""

    def make(owner: Any) -> Group:
        return group_of(protocol, prefix)(getattr(owner, "_connection", owner))

    return functools.cached_property(make)
