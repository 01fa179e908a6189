"""Items as they were sent, which the service repeats as `instructions` of a response.

API reference: "Responses" (`instructions` of the response object). Unlike the items that it keeps, these may lack ids.

Weak spot: messages without `type` are told apart by trying."""

from typing import Annotated, Literal, TypeAlias

from pydantic import StringConstraints

from typed_openai.models.base import Open, Result, Tagged
from typed_openai.models.json_text import json_texts
from typed_openai.models.responses.agents import AgentMessage, MultiAgentCall, MultiAgentCallOutput
from typed_openai.models.responses.calls import (
    Caller,
    KeptItem,
    PendingSafetyCheck,
    ResponseComputerToolCallOutputScreenshot,
    ResponseItemBase,
)
from typed_openai.models.responses.content import (
    ResponseFunctionCallOutputItem,
    ResponseInputFile,
    ResponseInputImage,
    ResponseInputText,
)
from typed_openai.models.responses.items import (
    AdditionalTools,
    ResponseCompactionItem,
    ResponseCustomToolCall,
    ResponseCustomToolCallOutput,
    ResponseFunctionToolCall,
    ResponseOutputMessage,
    ResponseToolSearchCall,
    ResponseToolSearchOutputItem,
)
from typed_openai.models.responses.outputs import CommonItem
from typed_openai.models.responses.shell_calls import (
    ApplyPatchCall,
    ApplyPatchCallOutput,
    McpApprovalResponse,
    ShellCall,
    ShellCallOutput,
)
from typed_openai.models.responses.text import ResponseConfigurationUpdateItem
from typed_openai.models.shape import EXACT, Shape

KnownContent: TypeAlias = Annotated[ResponseInputText | ResponseInputImage | ResponseInputFile, Tagged("type")]
"""A text, a picture or a document, as you sent it."""


class EasyInputMessage(ResponseItemBase, Result):
    """A message in its short form: who speaks, and a text or parts."""

    role: Open[Literal["user", "assistant", "system", "developer"]]
    """Who speaks."""
    content: str | list[KnownContent]
    """What it says."""
    phase: Open[Literal["commentary", "final_answer"]] | None = None
    """Whether it comments on the work or is the final answer."""
    type: Open[Literal["message"]] | None = None


class InputMessage(ResponseItemBase, Result):
    """A message to the model in parts, with a status."""

    role: Open[Literal["user", "system", "developer"]]
    """Who speaks."""
    content: list[KnownContent]
    """What it says."""
    type: Open[Literal["message"]] | None = None
    status: Open[Literal["in_progress", "completed", "incomplete"]] | None = None
    """How far it has come."""


class ItemReference(ResponseItemBase, Shape):
    """An item that the service knows, by its id."""

    type: Annotated[Literal["item_reference"] | None, EXACT] = None
    id: str
    """Its id."""


class CompactionTrigger(ResponseItemBase, Shape):
    """Asks to compact the conversation here."""

    type: Literal["compaction_trigger"] = "compaction_trigger"
    id: str | None = None
    """Its id."""


class ResponseCompactionItemEcho(ResponseCompactionItem):
    """An earlier part of the conversation, as you handed it back."""

    id: str | None = None  # type: ignore[assignment]  # the service keeps it with one, a request may go without
    """Its id."""


class FunctionCallOutput(ResponseItemBase, Result):
    """What a function call came to: your answer to it."""

    type: Open[Literal["function_call_output"]]
    output: str | list[ResponseFunctionCallOutputItem]
    """What it came to: a text, or texts, pictures and documents."""
    id: str | None = None
    """Its id."""
    call_id: str | None = None
    """Id of the call: the answer to a call names it."""
    name: str | None = None
    """Name of the function."""
    namespace: str | None = None
    """The namespace that the tool belongs to."""
    caller: Caller | None = None
    """Who called: the model itself, or a program of it."""
    status: Open[Literal["in_progress", "completed", "incomplete"]] | None = None
    """How far it has come."""


class ToolSearchCallEcho(ResponseToolSearchCall):
    """A search for tools, as you handed it back."""

    id: str | None = None  # type: ignore[assignment]  # as above
    """Its id."""
    execution: Literal["server", "client"] | None = None  # type: ignore[assignment]  # as above
    """Who searches: the service or you."""
    status: Literal["in_progress", "completed", "incomplete"] | None = None  # type: ignore[assignment]  # as above
    """How far it has come."""


class ToolSearchOutputEcho(ResponseToolSearchOutputItem):
    """The tools that a search found, as you handed them back."""

    id: str | None = None  # type: ignore[assignment]  # as above
    """Its id."""
    execution: Open[Literal["server", "client"]] | None = None  # type: ignore[assignment]  # as above
    """Who searches: the service or you."""
    status: Open[Literal["in_progress", "completed", "incomplete"]] | None = None  # type: ignore[assignment]  # as above
    """How far it has come."""


class AdditionalToolsEcho(AdditionalTools):
    """Tools that are on offer from here on, as you handed them back."""

    id: str | None = None  # type: ignore[assignment]  # as above
    """Its id."""


class ComputerCallOutput(KeptItem):
    """The screen after a computer call: your answer to it."""

    type: Literal["computer_call_output"] = "computer_call_output"
    call_id: Annotated[str, StringConstraints(min_length=1, max_length=64)]
    """Id of the call: the answer to a call names it."""
    output: ResponseComputerToolCallOutputScreenshot
    """The screen."""
    id: str | None = None
    """Its id."""
    acknowledged_safety_checks: list[PendingSafetyCheck] | None = None
    """What a human has looked at."""
    status: Literal["in_progress", "completed", "incomplete"] | None = None
    """How far it has come."""


@json_texts("arguments")
class MultiAgentCallEcho(MultiAgentCall):
    """What an agent does with others, as you handed it back."""

    id: str | None = None  # type: ignore[assignment]  # as above
    """Its id."""


class MultiAgentCallOutputEcho(MultiAgentCallOutput):
    """What such a call came to, as you handed it back."""

    id: str | None = None  # type: ignore[assignment]  # as above
    """Its id."""


class AgentMessageEcho(AgentMessage):
    """A message from one agent to another, as you handed it back."""

    id: str | None = None  # type: ignore[assignment]  # as above
    """Its id."""


InstructionItem: TypeAlias = (
    Annotated[
        ResponseOutputMessage
        | ItemReference
        | CompactionTrigger
        | ResponseCompactionItemEcho
        | CommonItem
        | ResponseFunctionToolCall
        | FunctionCallOutput
        | ResponseCustomToolCall
        | ResponseCustomToolCallOutput
        | ToolSearchCallEcho
        | ToolSearchOutputEcho
        | AdditionalToolsEcho
        | ComputerCallOutput
        | ResponseConfigurationUpdateItem
        | ShellCall
        | ShellCallOutput
        | ApplyPatchCall
        | ApplyPatchCallOutput
        | McpApprovalResponse
        | MultiAgentCallEcho
        | MultiAgentCallOutputEcho
        | AgentMessageEcho,
        Tagged("type"),
    ]
    | EasyInputMessage
    | InputMessage
    | ItemReference
)
"""An item of the instructions that a response was made with, as they were sent; `type` may be missing."""
