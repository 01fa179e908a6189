"""Responses over a socket, as the beta has them: items may be put into a response that is under way.

API reference: "Responses" (beta), WebSocket mode: `response.inject`.

Weak spot: for type checkers `lane.create(...)` takes what every socket of responses does; `multi_agent` stands in the
events that are sent.
"""

from typing import Annotated, Any, Literal, TypeAlias

from pydantic import Field
from typing_extensions import TypeAliasType

from typed_openai.models.base import Open, Params, Result, Tagged
from typed_openai.models.event_tables import by_type
from typed_openai.models.responses.events import ResponseEvent
from typed_openai.models.responses.input_params import ResponseInput
from typed_openai.models.responses.params import BetaResponseCreateParams
from typed_openai.models.responses.socket_events import ResponseCreate, ResponseSteerEvent, SocketEvent


class BetaResponseCreate(ResponseCreate, BetaResponseCreateParams):
    """Answer, with several agents where it is allowed: as the call over HTTP, in a lane of the connection."""


class BetaResponseInjectEvent(Params):
    """Put items into a response that is under way."""

    type: Literal["response.inject"] = "response.inject"
    input: Annotated[ResponseInput, Field(max_length=16384)]
    """The items, up to 16,384."""
    response_id: str
    """Id of the response."""


BetaResponsesClientEvent: TypeAlias = Annotated[
    BetaResponseCreate | ResponseSteerEvent | BetaResponseInjectEvent, Tagged("type")
]
"""An event for a server of responses, told apart by `type`."""

CLIENT_EVENTS = by_type(BetaResponsesClientEvent)
"""The model of each event by its `type`."""


class InjectionEvent(ResponseEvent):
    """An event about items that were to be put into a response."""

    response_id: str
    """Id of the response."""


class BetaResponseInjectCreatedEvent(InjectionEvent):
    """The items are in the response."""

    type: Literal["response.inject.created"]


class InjectionError(Result):
    """Why the items could not be put into the response."""

    code: Open[Literal["response_already_completed", "response_not_found"]]
    """What went wrong, as a code."""
    message: str
    """What went wrong, in words."""


class BetaResponseInjectFailedEvent(InjectionEvent):
    """The items could not be put into the response."""

    type: Literal["response.inject.failed"]
    error: InjectionError
    """Why."""
    input: list[dict[str, Any]]
    """The items as you sent them, to be sent another way."""


BetaResponsesServerEvent = TypeAliasType(
    "BetaResponsesServerEvent",
    Annotated[SocketEvent | BetaResponseInjectCreatedEvent | BetaResponseInjectFailedEvent, Tagged("type")],
)
"""What a server of responses tells over a socket, told apart by `type`."""
