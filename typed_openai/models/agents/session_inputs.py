"""What a session is told: messages, outcomes of functions, answers to approvals, a stop (`sessions.events.create`).

Rules
* Inputs are told apart by `type` (`AgentSessionInput`).
* What is filled into a form to log in is shown by no repr.

Weak spot: whether a call or a request is still open, the service knows.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Literal, Self, TypeAlias

from pydantic import Field, StrictBool, model_validator
from pydantic_core import PydanticCustomError

from typed_openai.models.agents.items import AgentInputContent
from typed_openai.models.base import Model, Params, Tagged
from typed_openai.models.shape import CLOSED, Shape
from typed_openai.models.shared import StringOrList


class AnySessionInput(Model):
    """Something that a session is told."""


class AgentInputMessage(Shape):
    """A message of the user."""

    type: Literal["message"] = "message"
    role: Literal["user"] = "user"
    content: list[AgentInputContent]
    """Its parts: texts and pictures."""


if TYPE_CHECKING:
    InputMessages: TypeAlias = str | Sequence[AgentInputMessage]
    CallOutput: TypeAlias = str | Sequence[AgentInputContent]
else:
    InputMessages = StringOrList[str, Annotated[list[AgentInputMessage], Field(min_length=1)]]
    """A text, which stands for one message, or messages."""
    CallOutput = StringOrList[str, list[Annotated[AgentInputContent, CLOSED]]]
    """What a function gave: a text, or texts and pictures."""


class MessageInput(AnySessionInput, Params):
    """Messages of the user; a turn begins."""

    type: Literal["agent.session.input.message"] = "agent.session.input.message"
    input: Annotated[list[AgentInputMessage], Field(min_length=1)]
    """The messages."""


class CancelInput(AnySessionInput, Params):
    """Stop the turn that is running."""

    type: Literal["agent.session.input.cancel"] = "agent.session.input.cancel"


class ToolResultInput(AnySessionInput, Params):
    """What a function came to: its output, or with `success=False` what went wrong."""

    type: Literal["agent.session.input.tool_result"] = "agent.session.input.tool_result"
    call_id: str
    """The call."""
    turn_id: str
    """The turn that it belongs to."""
    success: StrictBool
    """Whether it went well."""
    output: CallOutput | None = None
    """What the function gave."""
    error: str | None = None
    """What went wrong."""


class McpDecision(Params):
    """Whether a tool of an MCP server may be called."""

    type: Literal["mcp_tool_call"] = "mcp_tool_call"
    decision: Literal["approve", "deny", "cancel"]
    """`cancel` gives up the request, not the turn."""


class McpApprovalInput(AnySessionInput, Params):
    """The answer to an `mcp_approval_request`."""

    type: Literal["agent.session.input.mcp_approval_request_result"] = "agent.session.input.mcp_approval_request_result"
    request_id: str
    """The request."""
    response: McpDecision
    """What was decided."""


class LoginValue(Params):
    """What was filled into a field."""

    field_id: str
    """The field."""
    value: Annotated[str, Field(repr=False)]
    """What stands in it. No repr shows it."""


class BrowserAuthenticationParam(Params):
    """What was filled into a form to log in (`submit`), or that nobody will (`cancel`)."""

    type: Literal["browser_authentication"] = "browser_authentication"
    action: Literal["submit", "cancel"]
    """Whether it was filled in."""
    fields: Annotated[list[LoginValue], Field(max_length=6)] | None = None
    """With `submit`: up to six values."""
    selected_option: str | None = None
    """The way that was chosen, where there are several."""

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if self.action == "submit" and self.fields is None:
            raise PydanticCustomError("no_values", 'with action="submit" fields; missing: fields')
        if self.action == "cancel" and (self.fields or self.selected_option is not None):
            raise PydanticCustomError(
                "values_of_nothing", 'with action="cancel" neither fields=... nor selected_option'
            )
        return self


class BrowserOriginAccessParam(Params):
    """Whether the browser may go somewhere."""

    type: Literal["browser_origin_access"] = "browser_origin_access"
    decision: Literal["approve", "deny", "cancel"]
    """`cancel` gives up the request without saying yes."""


class ComputerApprovalInput(AnySessionInput, Params):
    """The answer to a `computer_use_approval_request`."""

    type: Literal["agent.session.input.computer_use_approval_request_result"] = (
        "agent.session.input.computer_use_approval_request_result"
    )
    request_id: str
    """The request."""
    response: Annotated[BrowserAuthenticationParam | BrowserOriginAccessParam, Tagged("type")]
    """The answer."""


AgentSessionInput: TypeAlias = Annotated[
    MessageInput | CancelInput | ToolResultInput | McpApprovalInput | ComputerApprovalInput, Tagged("type")
]
"""Something that a session is told, told apart by `type`."""

if TYPE_CHECKING:
    SessionInputs: TypeAlias = Sequence[AnySessionInput]
else:
    SessionInputs = Annotated[list[AgentSessionInput], Field(min_length=1)]
    """What a session is told, in order."""


class SessionEventCreateParams(Params):
    """What a session is told."""

    events: SessionInputs
    """The inputs, in order."""


def input_message(said: str) -> AgentInputMessage:
    """The message that a text stands for."""
    return AgentInputMessage.model_validate({"role": "user", "content": [{"type": "input_text", "text": said}]})
