"""Items of responses as unions: the output, the kept input, a compacted conversation.

API reference: "Responses" (`output` of the response object, input items, compaction).

Weak spot: an item that is newer than this package is an `UnknownItem`; a strict request refuses it as input."""

from typing import Annotated, Literal, TypeAlias

from typing_extensions import TypeAliasType

from typed_openai.models.base import Tagged, UnknownTag
from typed_openai.models.responses.agents import AgentMessage, MultiAgentCall, MultiAgentCallOutput
from typed_openai.models.responses.calls import (
    ResponseCodeInterpreterToolCall,
    ResponseComputerToolCall,
    ResponseComputerToolCallOutputItem,
    ResponseFileSearchToolCall,
    ResponseFunctionWebSearch,
    ResponseItemBase,
)
from typed_openai.models.responses.image_calls import ImageGenerationCall
from typed_openai.models.responses.items import (
    AdditionalTools,
    FunctionToolCallOutput,
    Message,
    Program,
    ProgramOutput,
    ResponseCompactionItem,
    ResponseCustomToolCall,
    ResponseCustomToolCallItem,
    ResponseCustomToolCallOutput,
    ResponseCustomToolCallOutputItem,
    ResponseFunctionToolCall,
    ResponseFunctionToolCallItem,
    ResponseFunctionToolCallOutputItem,
    ResponseInputMessageItem,
    ResponseOutputMessage,
    ResponseReasoningItem,
    ResponseToolSearchCall,
    ResponseToolSearchOutputItem,
)
from typed_openai.models.responses.shell_calls import (
    LocalShellCall,
    LocalShellCallOutput,
    McpApprovalRequest,
    McpCall,
    McpListTools,
    ResponseApplyPatchToolCall,
    ResponseApplyPatchToolCallOutput,
    ResponseFunctionShellToolCall,
    ResponseFunctionShellToolCallOutput,
    ResponseMcpApprovalResponse,
)
from typed_openai.models.responses.text import ResponseConfigurationUpdateItem


class UnknownMessage(ResponseItemBase):
    """A message of somebody that this package does not know yet; its data is in `model_extra`."""

    id: str | None = None
    """Its id; None where the server named none."""
    type: Literal["message"]
    role: str
    """Who speaks."""


class UnknownItem(ResponseItemBase):
    """An item of a kind that is newer than this package; its data is in `model_extra`."""

    id: str | None = None
    """Its id, as every kept item has one; None where the server named none."""
    type: UnknownTag
    """The kind of object."""


KeptMessage: TypeAlias = Annotated[ResponseInputMessageItem | ResponseOutputMessage | UnknownMessage, Tagged("role")]
"""A message of either side, told apart by who speaks."""

CommonItem: TypeAlias = (
    ResponseReasoningItem
    | ResponseFileSearchToolCall
    | ResponseFunctionWebSearch
    | ResponseComputerToolCall
    | Program
    | ProgramOutput
    | ImageGenerationCall
    | ResponseCodeInterpreterToolCall
    | LocalShellCall
    | LocalShellCallOutput
    | McpCall
    | McpListTools
    | McpApprovalRequest
    | UnknownItem
)
"""An item that stands in every union of items, and what is newer than all of them."""

StoredItem: TypeAlias = (
    CommonItem
    | ResponseComputerToolCallOutputItem
    | ResponseToolSearchCall
    | ResponseToolSearchOutputItem
    | AdditionalTools
    | ResponseCompactionItem
    | ResponseFunctionShellToolCall
    | ResponseFunctionShellToolCallOutput
    | ResponseApplyPatchToolCall
    | ResponseApplyPatchToolCallOutput
    | ResponseMcpApprovalResponse
)
"""An item that is the same wherever the service keeps items."""

AgentItem: TypeAlias = MultiAgentCall | MultiAgentCallOutput | AgentMessage
"""An item by which agents talk with one another."""

_USUAL = ("message", "reasoning", "function_call", "web_search_call")
"""What most outputs are made of; models of other items are built when one first comes."""

ResponseOutputItem = TypeAliasType(
    "ResponseOutputItem",
    Annotated[
        ResponseOutputMessage
        | StoredItem
        | ResponseFunctionToolCall
        | ResponseFunctionToolCallOutputItem
        | ResponseCustomToolCall
        | ResponseCustomToolCallOutputItem
        | AgentItem,
        Tagged("type", first=_USUAL),
    ],
)
"""An item of the output of a response, told apart by `type`."""

ResponseItem = TypeAliasType(
    "ResponseItem",
    Annotated[
        KeptMessage
        | StoredItem
        | ResponseFunctionToolCallItem
        | ResponseFunctionToolCallOutputItem
        | ResponseConfigurationUpdateItem
        | ResponseCustomToolCallItem
        | ResponseCustomToolCallOutputItem
        | AgentItem,
        Tagged("type", first=_USUAL),
    ],
)
"""An item of the input of a response, as the service keeps it."""

CompactedItem = TypeAliasType(
    "CompactedItem",
    Annotated[
        Message
        | ResponseFunctionToolCall
        | FunctionToolCallOutput
        | StoredItem
        | ResponseCustomToolCall
        | ResponseCustomToolCallOutput
        | AgentItem,
        Tagged("type", first=_USUAL),
    ],
)
"""An item of a compacted conversation."""
