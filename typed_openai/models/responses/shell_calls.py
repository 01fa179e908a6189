"""Calls of shells, patches and MCP servers, and what they came to.

API reference: "Responses" (`output`, `input`). Answers to `shell_call`, `local_shell_call`, `apply_patch_call` and
`mcp_approval_request` are yours to give: `ShellCallOutput` and its siblings in `responses/echoes.py`.

Weak spot: `created_by` does not go out again."""

from typing import Annotated, Any, Literal, TypeAlias

from pydantic import StringConstraints

from typed_openai.models.base import Model, Open, Result, Tagged, UnknownTag
from typed_openai.models.json_text import json_texts
from typed_openai.models.responses.calls import Caller, KeptItem, ResponseItemBase
from typed_openai.models.shape import SAID, Said, Shape

# --- shells ----------------------------------------------------------------------------------------------------------


class ShellOutcomeParam(Model):
    """How a command ended."""


class PatchOperationParam(Model):
    """What to do with a file."""


class McpToolCallErrorParam(Model):
    """Why a tool of an MCP server failed."""


class LocalShellCallAction(Shape):
    """What to run, and how."""

    type: Literal["exec"] = "exec"
    command: list[str]
    """The command and its arguments."""
    env: dict[str, str]
    """Its environment variables."""
    timeout_ms: int | None = None
    """How long it may take, in milliseconds."""
    working_directory: str | None = None
    """Where it runs."""
    user: str | None = None
    """As whom it runs."""


class LocalShellCall(KeptItem):
    """A command for your shell (the older tool)."""

    not_null = frozenset({"id", "status"})

    type: Literal["local_shell_call"] = "local_shell_call"
    id: Said[str] = SAID
    """Its id."""
    call_id: str
    """Id of the call: the answer to a call names it."""
    action: LocalShellCallAction
    """What is done."""
    status: Said[Literal["in_progress", "completed", "incomplete"]] = SAID
    """How far it has come."""


class LocalShellCallOutput(KeptItem):
    """What a local shell call came to: your answer to it."""

    not_null = frozenset({"id"})

    type: Literal["local_shell_call_output"] = "local_shell_call_output"
    id: Said[str] = SAID
    """Its id."""
    output: str
    """What came of it."""
    call_id: str | None = None
    """Id of the call; the API description asks for it without describing it."""
    status: Literal["in_progress", "completed", "incomplete"] | None = None
    """How far it has come."""


class ResponseLocalEnvironment(Result):
    """Your own machine."""

    type: Literal["local"]


class ResponseContainerReference(Result):
    """A container that you have made."""

    type: Literal["container_reference"]
    container_id: str
    """Id of the container."""


class UnknownShellEnvironment(Result):
    """An environment of a kind that is newer than this package; its data is in `model_extra`."""

    type: UnknownTag
    """The kind of object."""


ShellEnvironment: TypeAlias = Annotated[
    ResponseLocalEnvironment | ResponseContainerReference | UnknownShellEnvironment, Tagged("type")
]
"""Where commands ran."""


class ShellCallAction(Shape):
    """What to run, and how."""

    commands: list[str]
    """The commands, in order."""
    timeout_ms: int | None = None
    """How long it may take, in milliseconds."""
    max_output_length: int | None = None
    """How many characters of output are wanted at most."""


class ResponseFunctionShellToolCall(ResponseItemBase, Result):
    """Commands for a shell."""

    type: Open[Literal["shell_call"]]
    id: str
    """Its id."""
    call_id: str
    """Id of the call: the answer to a call names it."""
    action: ShellCallAction
    """What is done."""
    status: Open[Literal["in_progress", "completed", "incomplete"]]
    """How far it has come."""
    environment: ShellEnvironment | None = None
    """Where it runs."""
    caller: Caller | None = None
    """Who called: the model itself, or a program of it."""
    created_by: str | None = None
    """Who made it."""


class OutcomeTimeout(ShellOutcomeParam, Shape):
    """It took too long."""

    type: Literal["timeout"] = "timeout"


class OutcomeExit(ShellOutcomeParam, Shape):
    """It came to an end."""

    type: Literal["exit"] = "exit"
    exit_code: int
    """Its exit status; 0 is success."""


class UnknownOutcome(Result):
    """An end of a kind that is newer than this package; its data is in `model_extra`."""

    type: UnknownTag
    """The kind of object."""


Outcome: TypeAlias = Annotated[OutcomeTimeout | OutcomeExit | UnknownOutcome, Tagged("type")]
"""How a command ended."""


class ResponseFunctionShellCallOutputContent(Shape):
    """What one command came to."""

    stdout: Annotated[str, StringConstraints(max_length=10485760)]
    """What was printed."""
    stderr: Annotated[str, StringConstraints(max_length=10485760)]
    """What was printed as errors."""
    outcome: Outcome
    """How it ended."""


class ShellOutput(ResponseFunctionShellCallOutputContent):
    """What one command came to, as the service keeps it."""

    created_by: str | None = None
    """Who made it."""


class ResponseFunctionShellToolCallOutput(ResponseItemBase, Result):
    """What shell commands came to."""

    type: Open[Literal["shell_call_output"]]
    id: str
    """Its id."""
    call_id: str
    """Id of the call: the answer to a call names it."""
    status: Open[Literal["in_progress", "completed", "incomplete"]]
    """How far it has come."""
    output: list[ShellOutput]
    """What came of it."""
    max_output_length: int | None = None
    """How many characters of output are wanted at most."""
    caller: Caller | None = None
    """Who called: the model itself, or a program of it."""
    created_by: str | None = None
    """Who made it."""


# --- patches ---------------------------------------------------------------------------------------------------------


class OperationCreateFile(PatchOperationParam, Shape):
    """Make a file."""

    type: Literal["create_file"] = "create_file"
    path: Annotated[str, StringConstraints(min_length=1)]
    """Where the file is."""
    diff: Annotated[str, StringConstraints(max_length=10485760)]
    """The change, as a V4A diff."""


class OperationDeleteFile(PatchOperationParam, Shape):
    """Delete a file."""

    type: Literal["delete_file"] = "delete_file"
    path: Annotated[str, StringConstraints(min_length=1)]
    """Where the file is."""


class OperationUpdateFile(PatchOperationParam, Shape):
    """Change a file."""

    type: Literal["update_file"] = "update_file"
    path: Annotated[str, StringConstraints(min_length=1)]
    """Where the file is."""
    diff: Annotated[str, StringConstraints(max_length=10485760)]
    """The change, as a V4A diff."""


class UnknownPatchOperation(Result):
    """A change of a kind that is newer than this package; its data is in `model_extra`."""

    type: UnknownTag
    """The kind of object."""


PatchOperation: TypeAlias = Annotated[
    OperationCreateFile | OperationDeleteFile | OperationUpdateFile | UnknownPatchOperation, Tagged("type")
]
"""What to do with a file."""


class ResponseApplyPatchToolCall(ResponseItemBase, Result):
    """A change to a file, for you to apply."""

    type: Open[Literal["apply_patch_call"]]
    id: str
    """Its id."""
    call_id: str
    """Id of the call: the answer to a call names it."""
    status: Open[Literal["in_progress", "completed"]]
    """How far it has come."""
    operation: PatchOperation
    """What to do with which file."""
    caller: Caller | None = None
    """Who called: the model itself, or a program of it."""
    created_by: str | None = None
    """Who made it."""


class ResponseApplyPatchToolCallOutput(ResponseItemBase, Result):
    """What a change to a file came to."""

    type: Open[Literal["apply_patch_call_output"]]
    id: str
    """Its id."""
    call_id: str
    """Id of the call: the answer to a call names it."""
    status: Open[Literal["completed", "failed"]]
    """How far it has come."""
    caller: Caller | None = None
    """Who called: the model itself, or a program of it."""
    output: str | None = None
    """What came of it."""
    created_by: str | None = None
    """Who made it."""


# --- MCP -------------------------------------------------------------------------------------------------------------


class McpListToolsTool(Shape):
    """A tool of an MCP server."""

    name: str
    """Its name."""
    input_schema: dict[str, Any]
    """Its arguments, as a JSON schema."""
    description: str | None = None
    """What it is for: the model reads it."""
    annotations: dict[str, Any] | None = None
    """What else the server says of it."""


class McpListTools(KeptItem):
    """The tools that an MCP server has."""

    not_null = frozenset({"id"})

    type: Literal["mcp_list_tools"] = "mcp_list_tools"
    id: Said[str] = SAID
    """Its id."""
    server_label: str
    """What you call the MCP server."""
    tools: list[McpListToolsTool]
    """The tools."""
    error: str | None = None
    """What went wrong, None when all went well."""


@json_texts("arguments")
class McpApprovalRequest(KeptItem):
    """Asks whether a tool of an MCP server may be called."""

    not_null = frozenset({"id"})

    type: Literal["mcp_approval_request"] = "mcp_approval_request"
    id: Said[str] = SAID
    """Its id."""
    server_label: str
    """What you call the MCP server."""
    name: str
    """Its name."""
    arguments: str
    """The arguments as the model wrote them: JSON text, not always valid."""


class ResponseMcpApprovalResponse(ResponseItemBase, Result):
    """Says whether a tool of an MCP server may be called."""

    type: Open[Literal["mcp_approval_response"]]
    id: str
    """Its id."""
    approval_request_id: str
    """Id of the request for approval."""
    approve: bool
    """Whether it may be called."""
    reason: str | None = None
    """Why, in words."""


class McpProtocolError(McpToolCallErrorParam, Shape):
    """The MCP server broke the protocol."""

    type: Literal["mcp_protocol_error"] = "mcp_protocol_error"
    code: int
    """The code of the protocol."""
    message: str
    """What is the matter, in words."""


class McpToolExecutionError(McpToolCallErrorParam, Shape):
    """The tool itself failed."""

    type: Literal["mcp_tool_execution_error"] = "mcp_tool_execution_error"
    content: Any
    """What the tool said."""


class HTTPError(McpToolCallErrorParam, Shape):
    """The MCP server could not be reached."""

    type: Literal["http_error"] = "http_error"
    code: int
    """The HTTP status."""
    message: str
    """What is the matter, in words."""


class UnknownMcpError(Result):
    """An error of a kind that is newer than this package; its data is in `model_extra`."""

    type: UnknownTag
    """The kind of object."""


McpToolCallError: TypeAlias = Annotated[
    McpProtocolError | McpToolExecutionError | HTTPError | UnknownMcpError, Tagged("type")
]
"""Why a tool of an MCP server failed."""


@json_texts("arguments")
class McpCall(KeptItem):
    """A call of a tool of an MCP server."""

    not_null = frozenset({"id", "status"})

    type: Literal["mcp_call"] = "mcp_call"
    id: Said[str] = SAID
    """Its id."""
    server_label: str
    """What you call the MCP server."""
    name: str
    """Its name."""
    arguments: str
    """The arguments as the model wrote them: JSON text, not always valid."""
    output: str | None = None
    """What came of it."""
    error: McpToolCallError | None = None
    """What went wrong, None when all went well."""
    status: Literal["in_progress", "completed", "incomplete", "calling", "failed"] | None = None
    """How far it has come."""
    approval_request_id: str | None = None
    """Id of the approval that it needed; you answer with it."""
