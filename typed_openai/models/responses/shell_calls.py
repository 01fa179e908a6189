"""Calls of shells, patches and MCP servers, and what they came to.

API reference: "Responses" (`output`, `input`). Answers to `shell_call`, `local_shell_call`, `apply_patch_call` and
`mcp_approval_request` are yours to give: `ShellCallOutput` and its siblings in `responses/echoes.py`.

Weak spot: `created_by` does not go out again."""

from typing import Annotated, Any, Literal, TypeAlias

from pydantic import StringConstraints

from typed_openai.models.base import Model, Tagged
from typed_openai.models.json_text import json_texts
from typed_openai.models.responses.calls import AsKept, CalledItem, IdentifiedItem, KeptItem
from typed_openai.models.responses.containers import CallEnvironment
from typed_openai.models.shape import SAID, Said, Shape
from typed_openai.models.unknown_kinds import UnknownKind

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


class LocalShellCall(IdentifiedItem):
    """A command for your shell (the older tool)."""

    not_null = frozenset({"id", "status"})

    type: Literal["local_shell_call"] = "local_shell_call"
    call_id: str
    """Id of the call: the answer to a call names it."""
    action: LocalShellCallAction
    """What is done."""
    status: Said[Literal["in_progress", "completed", "incomplete"]] = SAID
    """How far it has come."""


class LocalShellCallOutput(IdentifiedItem):
    """What a local shell call came to: your answer to it."""

    not_null = frozenset({"id"})

    type: Literal["local_shell_call_output"] = "local_shell_call_output"
    output: str
    """What came of it."""
    call_id: str | None = None
    """Id of the call; the API description asks for it without describing it."""
    status: Literal["in_progress", "completed", "incomplete"] | None = None
    """How far it has come."""


class ShellCallAction(Shape):
    """What to run, and how."""

    commands: list[str]
    """The commands, in order."""
    timeout_ms: int | None = None
    """How long it may take, in milliseconds."""
    max_output_length: int | None = None
    """How many characters of output are wanted at most."""


class ShellCall(CalledItem):
    """Commands for a shell."""

    type: Literal["shell_call"] = "shell_call"
    call_id: Annotated[str, StringConstraints(min_length=1, max_length=64)]
    """Id of the call: the answer to a call names it."""
    action: ShellCallAction
    """What is done."""
    status: Literal["in_progress", "completed", "incomplete"] | None = None
    """How far it has come."""
    environment: CallEnvironment | None = None
    """Where it runs."""


class ResponseFunctionShellToolCall(AsKept, ShellCall):
    """Commands for a shell, as the service keeps them."""

    status: Said[Literal["in_progress", "completed", "incomplete"]] = SAID
    """How far it has come."""


class OutcomeTimeout(ShellOutcomeParam, Shape):
    """It took too long."""

    type: Literal["timeout"] = "timeout"


class OutcomeExit(ShellOutcomeParam, Shape):
    """It came to an end."""

    type: Literal["exit"] = "exit"
    exit_code: int
    """Its exit status; 0 is success."""


class UnknownOutcome(UnknownKind):
    """An end of a kind that is newer than this package; its data is in `model_extra`."""


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


class ShellCallOutput(CalledItem):
    """What shell commands came to."""

    type: Literal["shell_call_output"] = "shell_call_output"
    call_id: Annotated[str, StringConstraints(min_length=1, max_length=64)]
    """Id of the call: the answer to a call names it."""
    output: list[ResponseFunctionShellCallOutputContent]
    """What came of it."""
    status: Literal["in_progress", "completed", "incomplete"] | None = None
    """How far it has come."""
    max_output_length: int | None = None
    """How many characters of output are wanted at most."""


class ResponseFunctionShellToolCallOutput(AsKept, ShellCallOutput):
    """What shell commands came to, as the service keeps it."""

    status: Said[Literal["in_progress", "completed", "incomplete"]] = SAID
    """How far it has come."""
    output: list[ShellOutput]  # type: ignore[assignment]  # who made each is said, too
    """What came of it."""


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


class UnknownPatchOperation(UnknownKind):
    """A change of a kind that is newer than this package; its data is in `model_extra`."""


PatchOperation: TypeAlias = Annotated[
    OperationCreateFile | OperationDeleteFile | OperationUpdateFile | UnknownPatchOperation, Tagged("type")
]
"""What to do with a file."""


class ApplyPatchCall(CalledItem):
    """A change to a file, for you to apply."""

    not_null = frozenset({"status"})

    type: Literal["apply_patch_call"] = "apply_patch_call"
    call_id: Annotated[str, StringConstraints(min_length=1, max_length=64)]
    """Id of the call: the answer to a call names it."""
    status: Said[Literal["in_progress", "completed"]] = SAID
    """How far it has come."""
    operation: PatchOperation
    """What to do with which file."""


class ResponseApplyPatchToolCall(AsKept, ApplyPatchCall):
    """A change to a file, as the service keeps it."""


class ApplyPatchCallOutput(CalledItem):
    """What a change to a file came to: your answer to it."""

    not_null = frozenset({"status"})

    type: Literal["apply_patch_call_output"] = "apply_patch_call_output"
    call_id: Annotated[str, StringConstraints(min_length=1, max_length=64)]
    """Id of the call: the answer to a call names it."""
    status: Said[Literal["completed", "failed"]] = SAID
    """How far it has come."""
    output: Annotated[str, StringConstraints(max_length=10485760)] | None = None
    """What came of it."""


class ResponseApplyPatchToolCallOutput(AsKept, ApplyPatchCallOutput):
    """What a change to a file came to, as the service keeps it."""


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


class McpListTools(IdentifiedItem):
    """The tools that an MCP server has."""

    not_null = frozenset({"id"})

    type: Literal["mcp_list_tools"] = "mcp_list_tools"
    server_label: str
    """What you call the MCP server."""
    tools: list[McpListToolsTool]
    """The tools."""
    error: str | None = None
    """What went wrong, None when all went well."""


@json_texts("arguments")
class McpApprovalRequest(IdentifiedItem):
    """Asks whether a tool of an MCP server may be called."""

    not_null = frozenset({"id"})

    type: Literal["mcp_approval_request"] = "mcp_approval_request"
    server_label: str
    """What you call the MCP server."""
    name: str
    """Its name."""
    arguments: str
    """The arguments as the model wrote them: JSON text, not always valid."""


class McpApprovalResponse(KeptItem):
    """Says whether a tool of an MCP server may be called: your answer."""

    type: Literal["mcp_approval_response"] = "mcp_approval_response"
    approval_request_id: str
    """Id of the request for approval."""
    approve: bool
    """Whether it may be called."""
    id: str | None = None
    """Its id."""
    request_id: str | None = None
    """Id of the request; the API description asks for it without describing it."""
    reason: str | None = None
    """Why, in words."""


class ResponseMcpApprovalResponse(McpApprovalResponse):
    """Says whether a tool of an MCP server may be called, as the service keeps it."""

    id: Said[str] = SAID
    """Its id."""


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


class UnknownMcpError(UnknownKind):
    """An error of a kind that is newer than this package; its data is in `model_extra`."""


McpToolCallError: TypeAlias = Annotated[
    McpProtocolError | McpToolExecutionError | HTTPError | UnknownMcpError, Tagged("type")
]
"""Why a tool of an MCP server failed."""


@json_texts("arguments")
class McpCall(IdentifiedItem):
    """A call of a tool of an MCP server."""

    not_null = frozenset({"id", "status"})

    type: Literal["mcp_call"] = "mcp_call"
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
