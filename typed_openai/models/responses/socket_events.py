"""Responses over a socket: what a program asks for, and what comes beside the events of streams.

API reference: "Responses", WebSocket mode; the official package 3.57.0 for `response.steer`.

Rules
* One connection carries many responses: a `stream_id` of yours names a lane, and all events of the lane name it.
* An `error` over a socket nests what went wrong, unlike that of a stream over HTTP.

Weak spot: which of the parameters of `response.create` a server takes over a socket (`background`, `stream`) is for
the server to say.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any, Literal, TypeAlias

from pydantic import StrictBool, StringConstraints
from typing_extensions import TypeAliasType

from typed_openai.models.base import Open, Params, Result, Tagged
from typed_openai.models.event_tables import by_type
from typed_openai.models.misalignment import Misalignment
from typed_openai.models.responses.calls import AgentTag, InputItem
from typed_openai.models.responses.content_params import InputMessageContent
from typed_openai.models.responses.events import ResponseEvent, UnknownEvent
from typed_openai.models.responses.item_params import FunctionCallOutputParam
from typed_openai.models.responses.params import ResponseCreateParams
from typed_openai.models.responses.stream_events import ResponseProgressEvent
from typed_openai.models.shared import StringOrList

# --- what goes out ---------------------------------------------------------------------------------------------------


class ResponseCreate(ResponseCreateParams):
    """Answer: as the call over HTTP, in a lane of the connection."""

    type: Literal["response.create"] = "response.create"
    generate: StrictBool | None = None
    """Whether to generate at all; False only makes the input ready, so that what follows begins sooner."""
    stream_id: Annotated[str, StringConstraints(min_length=1, max_length=256, pattern=r"^[A-Za-z0-9_.-]+$")] | None = (
        None
    )
    """Name of the lane, up to 256 characters (letters, digits, `_`, `.`, `-`): its events say it."""


class SteerMessage(InputItem, Params):
    """What the user says while the model answers."""

    type: Literal["message"] = "message"
    role: Literal["user"] = "user"
    content: InputMessageContent
    """A text, or parts."""
    id: str | None = None
    """Its id."""
    status: str | None = None
    """How far it has come."""


if TYPE_CHECKING:
    ResponseSteerInput: TypeAlias = str | Sequence[InputItem]
else:
    ResponseSteerInput = StringOrList[str, list[Annotated[SteerMessage | FunctionCallOutputParam, Tagged("type")]]]
    """A text, or messages of the user and outputs of functions."""


class ResponseSteerEvent(Params):
    """Change the course of an answer that is under way."""

    type: Literal["response.steer"] = "response.steer"
    input: ResponseSteerInput
    """What to take into account."""
    previous_response_id: str
    """Id of the response that is under way."""


ResponsesClientEvent: TypeAlias = Annotated[ResponseCreate | ResponseSteerEvent, Tagged("type")]
"""An event for a server of responses, told apart by `type`."""

CLIENT_EVENTS = by_type(ResponsesClientEvent)
"""The model of each event by its `type`."""

# --- what comes in ---------------------------------------------------------------------------------------------------


class ResponseWsErrorError(Result):
    """What went wrong."""

    type: str
    """The kind of error, such as `invalid_request_error`."""
    message: str
    """What went wrong, in words."""
    code: str | None = None
    """What went wrong, as a code."""
    param: str | None = None
    """The parameter that is at fault."""
    headers: dict[str, str] | None = None
    """What would be headers over HTTP."""
    misalignment: Misalignment | None = None
    """Why the service stopped the model, and how to go on all the same."""


class ResponseWsError(Result):
    """The server refuses an event, or a response failed before it began."""

    type: Literal["error"]
    error: ResponseWsErrorError
    """What went wrong."""
    sequence_number: int | None = None
    """Its number in the stream of its lane, where it belongs to one."""
    status: int | None = None
    """What would be the status over HTTP."""
    stream_id: str | None = None
    """The lane that it belongs to, where `response.create` named one."""
    agent: AgentTag | None = None
    """The agent that it tells of, where several work on one response."""


class Steer(Result):
    """A change of course."""

    id: str
    """Its id."""
    previous_response_id: str
    """Id of the response that it changes."""


class ResponseSteerAcceptedEvent(ResponseEvent):
    """The answer changes its course."""

    type: Literal["response.steer.accepted"]
    steer: Steer
    """What was accepted."""


class RequiredOutput(Result):
    """An output of a tool that the server waits for."""

    type: Open[
        Literal[
            "function_call_output",
            "custom_tool_call_output",
            "computer_call_output",
            "shell_call_output",
            "apply_patch_call_output",
            "tool_search_output",
            "mcp_approval_response",
        ]
    ]
    """The kind of item that is waited for."""
    call_id: str | None = None
    """Id of the call that it is for."""
    name: str | None = None
    """Name of the function."""
    approval_request_id: str | None = None
    """Id of the request of approval that it is for."""
    execution: Open[Literal["client"]] | None = None
    """Who searches among the tools."""


class ResponseSteerPendingEvent(ResponseEvent):
    """The change waits until the answer can go on."""

    type: Literal["response.steer.pending"]
    steer: Steer
    """What waits."""
    reason: Open[Literal["waiting_for_required_input"]]
    """Why it waits."""
    required_input: list[RequiredOutput]
    """What you have to send before it goes on."""


class SteerError(Result):
    """Why the course could not be changed."""

    type: Open[Literal["invalid_request_error"]]
    """The kind of error."""
    code: Open[
        Literal[
            "response_not_found",
            "invalid_input",
            "steering_not_supported",
            "too_many_pending_steers",
            "response_already_completed",
            "response_not_active",
            "successor_creation_failed",
        ]
    ]
    """What went wrong, as a code."""
    message: str
    """What went wrong, in words."""


class FailedSteer(Result):
    """A change of course that failed."""

    id: str | None = None
    """Its id, where it came to have one."""
    previous_response_id: str
    """Id of the response that it was for."""
    input: str | list[dict[str, Any]]
    """What you sent, as you sent it."""


class ResponseSteerFailedEvent(ResponseEvent):
    """The answer goes on as before."""

    type: Literal["response.steer.failed"]
    steer: FailedSteer
    """What failed."""
    error: SteerError
    """Why."""


SocketEvent: TypeAlias = (
    ResponseProgressEvent
    | ResponseSteerAcceptedEvent
    | ResponseSteerPendingEvent
    | ResponseSteerFailedEvent
    | ResponseWsError
    | UnknownEvent
)
"""What any server of responses tells over a socket."""

ResponsesServerEvent = TypeAliasType("ResponsesServerEvent", Annotated[SocketEvent, Tagged("type")])
"""What a server of responses tells over a socket, told apart by `type`."""
