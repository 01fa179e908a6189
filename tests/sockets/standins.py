"""A small kind of socket of our own, so that the engine is tested for what it does and not for what an area has."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import StrictInt
from typing_extensions import TypeAliasType

from typed_openai.core.declare.verbs import Resource
from typed_openai.models.base import Params, Result, Tagged, UnknownTag
from typed_openai.sockets.connections import colours
from typed_openai.sockets.declaration import socket
from typed_openai.sockets.protocol import SocketProtocol


class SessionUpdate(Params):
    """Set the session."""

    type: Literal["session.update"] = "session.update"
    event_id: str | None = None
    """An id of yours."""
    session: dict[str, Any]
    """The session."""


class ResponseCreate(Params):
    """Ask for an answer."""

    type: Literal["response.create"] = "response.create"
    event_id: str | None = None


class ItemTruncate(Params):
    """Cut an item."""

    type: Literal["conversation.item.truncate"] = "conversation.item.truncate"
    item_id: str
    """Id of the item."""
    audio_end_ms: StrictInt
    """Where."""


class ItemDelete(Params):
    """Take an item away."""

    type: Literal["conversation.item.delete"] = "conversation.item.delete"
    event_id: str | None = None
    item_id: str


CLIENT_EVENTS: dict[str, type[Params]] = {
    "session.update": SessionUpdate,
    "response.create": ResponseCreate,
    "conversation.item.truncate": ItemTruncate,
    "conversation.item.delete": ItemDelete,
}


class Answer(Result):
    """An answer."""

    id: str


class SessionCreated(Result):
    """The session is there."""

    type: Literal["session.created"]


class ResponseCreated(Result):
    """An answer begins."""

    type: Literal["response.created"]
    response: Answer


class TextDelta(Result):
    """A piece of text."""

    type: Literal["response.output_text.delta"]
    response_id: str
    item_id: str
    delta: str


class ResponseDone(Result):
    """An answer is whole."""

    type: Literal["response.done"]
    response: Answer


class ErrorDetail(Result):
    """What went wrong."""

    message: str
    code: str | None = None


class ErrorEvent(Result):
    """Something went wrong."""

    type: Literal["error"]
    error: ErrorDetail


class UnknownTinyEvent(Result):
    """An event of a kind that is newer."""

    type: UnknownTag


TinyEvent = TypeAliasType(
    "TinyEvent",
    Annotated[
        SessionCreated | ResponseCreated | TextDelta | ResponseDone | ErrorEvent | UnknownTinyEvent, Tagged("type")
    ],
)
TINY = SocketProtocol(
    "Tiny",
    "tiny.connect",
    "tests.sockets.standins.CLIENT_EVENTS",
    "tests.sockets.standins.TinyEvent",
    begins=frozenset({"response.created"}),
    ends=frozenset({"response.done"}),
    asks=frozenset({"response.create"}),
    restores="session.update",
)
COLOURS = colours(TINY, __name__)


class TinyParams(Params):
    """What the query has."""

    model: str | None = None
    """Which model."""


class Tiny(Resource):
    """A socket."""

    path = "tiny"

    connect = socket("/tiny", TinyParams, "tests.sockets.standins.COLOURS")
    """Open a tiny socket."""


AsyncTiny: Any = Tiny.awaited
