"""The items of a realtime conversation: messages, calls of functions and their outputs, and what MCP servers do.

API reference: "Realtime", conversation items.

Rules
* An item is a `Shape`: closed where you create one, open where the server tells of one, and what it told of may be
  created again in another conversation.
* Sound stands in base64; `pcm` of a part of a message is its bytes.

Weak spot: which parts a message may have is said by its role; that the kinds of sound fit the session is for the
service to say.
"""

from typing import Annotated, Any, Literal, TypeAlias

from typed_openai.models.base import Result, Tagged
from typed_openai.models.json_text import json_texts
from typed_openai.models.shape import Shape
from typed_openai.models.sound import sound_in
from typed_openai.models.unknown_kinds import UnknownKind


class RealtimeItem(Shape):
    """What messages and calls of functions have."""

    id: str | None = None
    """Its id: yours, or one that the server makes."""
    object: Literal["realtime.item"] | None = None
    status: Literal["completed", "incomplete", "in_progress"] | None = None
    """How far it has come; the server ignores what you say of it."""


class RealtimeAudioPart(Shape):
    """A part of a message, which may be sound."""

    text: str | None = None
    """The text, of a part that is one."""
    audio: str | None = None
    """The sound in base64, in the format of the session; servers leave it out of what they tell."""
    transcript: str | None = None
    """What was said in it."""

    @property
    def pcm(self) -> bytes:
        """The bytes of the sound; empty where there is none. Raises ResponseValidationError for what is not base64."""
        return sound_in(self.audio)


class RealtimeSystemContent(Shape):
    """A text for the model."""

    type: Literal["input_text"] | None = None
    text: str | None = None
    """The text."""


class RealtimeUserContent(RealtimeAudioPart):
    """A text, a sound or a picture."""

    type: Literal["input_text", "input_audio", "input_image"] | None = None
    """What it is."""
    image_url: str | None = None
    """The picture, as a data URL."""
    detail: Literal["auto", "low", "high"] | None = None
    """How closely the model looks at it; `auto` by default."""


class RealtimeAssistantContent(RealtimeAudioPart):
    """What the model said, as text or as sound."""

    type: Literal["output_text", "output_audio"] | None = None
    """What it is."""


class RealtimeConversationItemSystemMessage(RealtimeItem):
    """Instructions in the middle of a conversation."""

    type: Literal["message"] = "message"
    role: Literal["system"] = "system"
    content: list[RealtimeSystemContent]
    """The texts."""


class RealtimeConversationItemUserMessage(RealtimeItem):
    """What the user says."""

    type: Literal["message"] = "message"
    role: Literal["user"] = "user"
    content: list[RealtimeUserContent]
    """Texts, sounds and pictures."""


class RealtimeConversationItemAssistantMessage(RealtimeItem):
    """What the model says."""

    type: Literal["message"] = "message"
    role: Literal["assistant"] = "assistant"
    content: list[RealtimeAssistantContent]
    """What it said."""


class UnknownRealtimeMessage(Result):
    """A message of somebody that this package does not know yet; its data is in `model_extra`."""

    type: Literal["message"]
    role: str
    """Who speaks."""


@json_texts("arguments")
class RealtimeConversationItemFunctionCall(RealtimeItem):
    """A call of one of your functions."""

    type: Literal["function_call"] = "function_call"
    name: str
    """Name of the function."""
    arguments: str
    """The arguments as the model wrote them: JSON text, not always valid."""
    call_id: str | None = None
    """Id of the call: its output names it."""


class RealtimeConversationItemFunctionCallOutput(RealtimeItem):
    """What a function gave back."""

    type: Literal["function_call_output"] = "function_call_output"
    call_id: str
    """Id of the call."""
    output: str
    """What it gave, as text; JSON is usual."""


# --- MCP -------------------------------------------------------------------------------------------------------------


class RealtimeMcpTool(Shape):
    """One tool of an MCP server."""

    name: str
    """Its name."""
    input_schema: dict[str, Any]
    """What it takes, as a JSON schema."""
    description: str | None = None
    """What it does."""
    annotations: dict[str, Any] | None = None
    """What else the server says of it."""


class RealtimeMcpListTools(Shape):
    """The tools that an MCP server has."""

    type: Literal["mcp_list_tools"] = "mcp_list_tools"
    server_label: str
    """What you call the MCP server."""
    tools: list[RealtimeMcpTool]
    """Its tools."""
    id: str | None = None
    """Id of the item."""


@json_texts("arguments")
class RealtimeMcpApprovalRequest(Shape):
    """The model asks you whether it may use a tool."""

    type: Literal["mcp_approval_request"] = "mcp_approval_request"
    id: str
    """Id of the item: your answer names it."""
    server_label: str
    """What you call the MCP server."""
    name: str
    """Name of the tool."""
    arguments: str
    """The arguments, as JSON text."""


class RealtimeMcpApprovalResponse(Shape):
    """You say whether it may."""

    type: Literal["mcp_approval_response"] = "mcp_approval_response"
    id: str
    """Id of the item."""
    approval_request_id: str
    """Id of the request that this answers."""
    approve: bool
    """Whether it may."""
    reason: str | None = None
    """Why, or why not."""


class RealtimeMcpError(Shape):
    """Why a call of a tool failed."""

    message: str
    """What went wrong, in words."""


class RealtimeMcpProtocolError(RealtimeMcpError):
    """The MCP server broke the protocol."""

    type: Literal["protocol_error"] = "protocol_error"
    code: int
    """What went wrong, as a number of the protocol."""


class RealtimeMcpToolExecutionError(RealtimeMcpError):
    """The tool itself failed."""

    type: Literal["tool_execution_error"] = "tool_execution_error"


class RealtimeMcphttpError(RealtimeMcpError):
    """The MCP server refused the request."""

    type: Literal["http_error"] = "http_error"
    code: int
    """Its HTTP status."""


class UnknownRealtimeMcpError(UnknownKind):
    """A failure of a kind that is newer than this package; its data is in `model_extra`."""


RealtimeMcpCallError: TypeAlias = Annotated[
    RealtimeMcpProtocolError | RealtimeMcpToolExecutionError | RealtimeMcphttpError | UnknownRealtimeMcpError,
    Tagged("type"),
]
"""Why a call of a tool failed, told apart by `type`."""


@json_texts("arguments")
class RealtimeMcpToolCall(Shape):
    """The service called a tool of an MCP server."""

    type: Literal["mcp_call"] = "mcp_call"
    id: str
    """Id of the item."""
    server_label: str
    """What you call the MCP server."""
    name: str
    """Name of the tool."""
    arguments: str
    """The arguments, as JSON text."""
    approval_request_id: str | None = None
    """Id of the request that allowed it."""
    output: str | None = None
    """What the tool gave."""
    error: RealtimeMcpCallError | None = None
    """Why it failed."""


class UnknownRealtimeItem(UnknownKind):
    """An item of a kind that is newer than this package; its data is in `model_extra`."""

    id: str | None = None
    """Its id."""


RealtimeMessage: TypeAlias = Annotated[
    RealtimeConversationItemSystemMessage
    | RealtimeConversationItemUserMessage
    | RealtimeConversationItemAssistantMessage
    | UnknownRealtimeMessage,
    Tagged("role"),
]
"""A message, told apart by who speaks."""

AnyRealtimeItem: TypeAlias = (
    RealtimeMessage
    | RealtimeConversationItemFunctionCall
    | RealtimeConversationItemFunctionCallOutput
    | RealtimeMcpApprovalResponse
    | RealtimeMcpListTools
    | RealtimeMcpToolCall
    | RealtimeMcpApprovalRequest
    | UnknownRealtimeItem
)
"""Items of all kinds, and what is newer than all of them."""

ConversationItem: TypeAlias = Annotated[AnyRealtimeItem, Tagged("type")]
"""An item of a conversation, told apart by `type`."""
