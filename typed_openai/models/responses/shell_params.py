"""Calls of shells, patches and MCP servers as input, and what they came to.

API reference: "Responses", the `input` parameter. Answers to `shell_call`, `local_shell_call`, `apply_patch_call` and
`mcp_approval_request` are yours to give: `ShellCallOutputParam` and its siblings.

Weak spot: commands and diffs are passed on as they are."""

from typing import TYPE_CHECKING, Annotated, Any, Literal, TypeAlias

from pydantic import StrictBool, StrictInt, StringConstraints

from typed_openai.models.base import Model, Params, Tagged, accepts_results
from typed_openai.models.responses.call_params import AnyCaller, InputItem, ReturnedItem
from typed_openai.models.responses.containers import CallEnvironment
from typed_openai.models.shape import CLOSED

# --- shells ----------------------------------------------------------------------------------------------------------


class LocalShellCallActionParam(Params):
    """What to run, and how."""

    type: Literal["exec"] = "exec"
    command: list[str]
    """The command and its arguments."""
    env: dict[str, str]
    """Its environment variables."""
    timeout_ms: StrictInt | None = None
    """How long it may take, in milliseconds."""
    working_directory: str | None = None
    """Where it runs."""
    user: str | None = None
    """As whom it runs."""


class LocalShellCallParam(InputItem, ReturnedItem):
    """A command for your shell (the older tool)."""

    not_null = frozenset({"id", "status"})

    type: Literal["local_shell_call"] = "local_shell_call"
    id: str | None = None
    """Its id."""
    call_id: str
    """Id of the call: the answer to a call names it."""
    action: LocalShellCallActionParam
    """What is done."""
    status: Literal["in_progress", "completed", "incomplete"] | None = None
    """How far it has come."""


class LocalShellCallOutputParam(InputItem, ReturnedItem):
    """What a local shell call came to: your answer to it."""

    not_null = frozenset({"id"})

    type: Literal["local_shell_call_output"] = "local_shell_call_output"
    id: str | None = None
    """Its id."""
    output: str
    """What came of it."""
    call_id: str | None = None
    """Id of the call; the API description asks for it without describing it."""
    status: Literal["in_progress", "completed", "incomplete"] | None = None
    """How far it has come."""


class ShellCallActionParam(Params):
    """What to run, and how."""

    commands: list[str]
    """The commands, in order."""
    timeout_ms: StrictInt | None = None
    """How long it may take, in milliseconds."""
    max_output_length: StrictInt | None = None
    """How many characters of output are wanted at most."""


class ShellCallParam(InputItem, ReturnedItem):
    """Commands for a shell."""

    type: Literal["shell_call"] = "shell_call"
    call_id: Annotated[str, StringConstraints(min_length=1, max_length=64)]
    """Id of the call: the answer to a call names it."""
    action: ShellCallActionParam
    """What is done."""
    id: str | None = None
    """Its id."""
    caller: AnyCaller | None = None
    """Who called: the model itself, or a program of it."""
    status: Literal["in_progress", "completed", "incomplete"] | None = None
    """How far it has come."""
    environment: Annotated[CallEnvironment, CLOSED] | None = None
    """Where it runs."""


class ShellOutcomeParam(Model):
    """How a command ended."""


class OutcomeTimeoutParam(ShellOutcomeParam, Params):
    """It took too long."""

    type: Literal["timeout"] = "timeout"


class OutcomeExitParam(ShellOutcomeParam, Params):
    """It came to an end."""

    type: Literal["exit"] = "exit"
    exit_code: StrictInt
    """Its exit status; 0 is success."""


if TYPE_CHECKING:
    AnyOutcome: TypeAlias = ShellOutcomeParam
else:
    AnyOutcome = Annotated[OutcomeTimeoutParam | OutcomeExitParam, Tagged("type"), accepts_results()]
    """How a command ended."""


class ResponseFunctionShellCallOutputContentParam(Params):
    """What one command came to."""

    stdout: Annotated[str, StringConstraints(max_length=10485760)]
    """What was printed."""
    stderr: Annotated[str, StringConstraints(max_length=10485760)]
    """What was printed as errors."""
    outcome: AnyOutcome
    """How it ended."""


class ShellCallOutputParam(InputItem, ReturnedItem):
    """What shell commands came to."""

    type: Literal["shell_call_output"] = "shell_call_output"
    call_id: Annotated[str, StringConstraints(min_length=1, max_length=64)]
    """Id of the call: the answer to a call names it."""
    output: list[ResponseFunctionShellCallOutputContentParam]
    """What came of it."""
    id: str | None = None
    """Its id."""
    caller: AnyCaller | None = None
    """Who called: the model itself, or a program of it."""
    status: Literal["in_progress", "completed", "incomplete"] | None = None
    """How far it has come."""
    max_output_length: StrictInt | None = None
    """How many characters of output are wanted at most."""


# --- patches ---------------------------------------------------------------------------------------------------------


class PatchOperationParam(Model):
    """What to do with a file."""


class OperationCreateFileParam(PatchOperationParam, Params):
    """Make a file."""

    type: Literal["create_file"] = "create_file"
    path: Annotated[str, StringConstraints(min_length=1)]
    """Where the file is."""
    diff: Annotated[str, StringConstraints(max_length=10485760)]
    """The change, as a V4A diff."""


class OperationDeleteFileParam(PatchOperationParam, Params):
    """Delete a file."""

    type: Literal["delete_file"] = "delete_file"
    path: Annotated[str, StringConstraints(min_length=1)]
    """Where the file is."""


class OperationUpdateFileParam(PatchOperationParam, Params):
    """Change a file."""

    type: Literal["update_file"] = "update_file"
    path: Annotated[str, StringConstraints(min_length=1)]
    """Where the file is."""
    diff: Annotated[str, StringConstraints(max_length=10485760)]
    """The change, as a V4A diff."""


if TYPE_CHECKING:
    AnyPatchOperation: TypeAlias = PatchOperationParam
else:
    AnyPatchOperation = Annotated[
        OperationCreateFileParam | OperationDeleteFileParam | OperationUpdateFileParam,
        Tagged("type"),
        accepts_results(),
    ]
    """What to do with a file."""


class ApplyPatchCallParam(InputItem, ReturnedItem):
    """A change to a file, for you to apply."""

    not_null = frozenset({"status"})

    type: Literal["apply_patch_call"] = "apply_patch_call"
    call_id: Annotated[str, StringConstraints(min_length=1, max_length=64)]
    """Id of the call: the answer to a call names it."""
    status: Literal["in_progress", "completed"] | None = None
    """How far it has come."""
    operation: AnyPatchOperation
    """What to do with which file."""
    id: str | None = None
    """Its id."""
    caller: AnyCaller | None = None
    """Who called: the model itself, or a program of it."""


class ApplyPatchCallOutputParam(InputItem, ReturnedItem):
    """What a change to a file came to: your answer to it."""

    not_null = frozenset({"status"})

    type: Literal["apply_patch_call_output"] = "apply_patch_call_output"
    call_id: Annotated[str, StringConstraints(min_length=1, max_length=64)]
    """Id of the call: the answer to a call names it."""
    status: Literal["completed", "failed"] | None = None
    """How far it has come."""
    id: str | None = None
    """Its id."""
    caller: AnyCaller | None = None
    """Who called: the model itself, or a program of it."""
    output: Annotated[str, StringConstraints(max_length=10485760)] | None = None
    """What came of it."""


# --- MCP -------------------------------------------------------------------------------------------------------------


class McpListToolsToolParam(Params):
    """A tool of an MCP server."""

    name: str
    """Its name."""
    input_schema: dict[str, Any]
    """Its arguments, as a JSON schema."""
    description: str | None = None
    """What it is for: the model reads it."""
    annotations: dict[str, Any] | None = None
    """What else the server says of it."""


class McpListToolsParam(InputItem, ReturnedItem):
    """The tools that an MCP server has."""

    not_null = frozenset({"id"})

    type: Literal["mcp_list_tools"] = "mcp_list_tools"
    id: str | None = None
    """Its id."""
    server_label: str
    """What you call the MCP server."""
    tools: list[McpListToolsToolParam]
    """The tools."""
    error: str | None = None
    """What went wrong, None when all went well."""


class McpApprovalRequestParam(InputItem, ReturnedItem):
    """Asks whether a tool of an MCP server may be called."""

    not_null = frozenset({"id"})

    type: Literal["mcp_approval_request"] = "mcp_approval_request"
    id: str | None = None
    """Its id."""
    server_label: str
    """What you call the MCP server."""
    name: str
    """Its name."""
    arguments: str
    """The arguments as the model wrote them: JSON text, not always valid."""


class McpApprovalResponseParam(InputItem, ReturnedItem):
    """Says whether a tool of an MCP server may be called: your answer."""

    type: Literal["mcp_approval_response"] = "mcp_approval_response"
    approval_request_id: str
    """Id of the request for approval."""
    approve: StrictBool
    """Whether it may be called."""
    id: str | None = None
    """Its id."""
    request_id: str | None = None
    """Id of the request; the API description asks for it without describing it."""
    reason: str | None = None
    """Why, in words."""


class McpToolCallErrorParam(Model):
    """Why a tool of an MCP server failed."""


class McpProtocolErrorParam(McpToolCallErrorParam, Params):
    """The MCP server broke the protocol."""

    type: Literal["mcp_protocol_error"] = "mcp_protocol_error"
    code: StrictInt
    """The code of the protocol."""
    message: str
    """What is the matter, in words."""


class McpToolExecutionErrorParam(McpToolCallErrorParam, Params):
    """The tool itself failed."""

    type: Literal["mcp_tool_execution_error"] = "mcp_tool_execution_error"
    content: Any
    """What the tool said."""


class HTTPErrorParam(McpToolCallErrorParam, Params):
    """The MCP server could not be reached."""

    type: Literal["http_error"] = "http_error"
    code: StrictInt
    """The HTTP status."""
    message: str
    """What is the matter, in words."""


if TYPE_CHECKING:
    AnyMcpError: TypeAlias = McpToolCallErrorParam
else:
    AnyMcpError = Annotated[
        McpProtocolErrorParam | McpToolExecutionErrorParam | HTTPErrorParam,
        Tagged("type"),
        accepts_results(),
    ]
    """Why a tool of an MCP server failed."""


class McpCallParam(InputItem, ReturnedItem):
    """A call of a tool of an MCP server."""

    not_null = frozenset({"id", "status"})

    type: Literal["mcp_call"] = "mcp_call"
    id: str | None = None
    """Its id."""
    server_label: str
    """What you call the MCP server."""
    name: str
    """Its name."""
    arguments: str
    """The arguments as the model wrote them: JSON text, not always valid."""
    output: str | None = None
    """What came of it."""
    error: AnyMcpError | None = None
    """What went wrong, None when all went well."""
    status: Literal["in_progress", "completed", "incomplete", "calling", "failed"] | None = None
    """How far it has come."""
    approval_request_id: str | None = None
    """Id of the approval that it needed; you answer with it."""
