"""Calls of shells, patches and MCP servers as input, and what they came to.

API reference: "Responses", the `input` parameter. Answers to `shell_call`, `local_shell_call`, `apply_patch_call` and
`mcp_approval_request` are yours to give: `ShellCallOutputParam` and its siblings.

Weak spot: commands and diffs are passed on as they are."""

from typing import Annotated, Literal

from pydantic import StrictBool, StrictInt, StringConstraints

from typed_openai.models.responses.call_params import ReturnedItem
from typed_openai.models.responses.calls import Caller, InputItem
from typed_openai.models.responses.containers import CallEnvironment
from typed_openai.models.responses.shell_calls import (
    LocalShellCallAction,
    McpListToolsTool,
    McpToolCallError,
    PatchOperation,
    ResponseFunctionShellCallOutputContent,
    ShellCallAction,
)
from typed_openai.models.shape import CLOSED

# --- shells ----------------------------------------------------------------------------------------------------------


class LocalShellCallParam(InputItem, ReturnedItem):
    """A command for your shell (the older tool)."""

    not_null = frozenset({"id", "status"})

    type: Literal["local_shell_call"] = "local_shell_call"
    id: str | None = None
    """Its id."""
    call_id: str
    """Id of the call: the answer to a call names it."""
    action: LocalShellCallAction
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


class ShellCallParam(InputItem, ReturnedItem):
    """Commands for a shell."""

    type: Literal["shell_call"] = "shell_call"
    call_id: Annotated[str, StringConstraints(min_length=1, max_length=64)]
    """Id of the call: the answer to a call names it."""
    action: ShellCallAction
    """What is done."""
    id: str | None = None
    """Its id."""
    caller: Annotated[Caller, CLOSED] | None = None
    """Who called: the model itself, or a program of it."""
    status: Literal["in_progress", "completed", "incomplete"] | None = None
    """How far it has come."""
    environment: Annotated[CallEnvironment, CLOSED] | None = None
    """Where it runs."""


class ShellCallOutputParam(InputItem, ReturnedItem):
    """What shell commands came to."""

    type: Literal["shell_call_output"] = "shell_call_output"
    call_id: Annotated[str, StringConstraints(min_length=1, max_length=64)]
    """Id of the call: the answer to a call names it."""
    output: list[ResponseFunctionShellCallOutputContent]
    """What came of it."""
    id: str | None = None
    """Its id."""
    caller: Annotated[Caller, CLOSED] | None = None
    """Who called: the model itself, or a program of it."""
    status: Literal["in_progress", "completed", "incomplete"] | None = None
    """How far it has come."""
    max_output_length: StrictInt | None = None
    """How many characters of output are wanted at most."""


# --- patches ---------------------------------------------------------------------------------------------------------


class ApplyPatchCallParam(InputItem, ReturnedItem):
    """A change to a file, for you to apply."""

    not_null = frozenset({"status"})

    type: Literal["apply_patch_call"] = "apply_patch_call"
    call_id: Annotated[str, StringConstraints(min_length=1, max_length=64)]
    """Id of the call: the answer to a call names it."""
    status: Literal["in_progress", "completed"] | None = None
    """How far it has come."""
    operation: Annotated[PatchOperation, CLOSED]
    """What to do with which file."""
    id: str | None = None
    """Its id."""
    caller: Annotated[Caller, CLOSED] | None = None
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
    caller: Annotated[Caller, CLOSED] | None = None
    """Who called: the model itself, or a program of it."""
    output: Annotated[str, StringConstraints(max_length=10485760)] | None = None
    """What came of it."""


# --- MCP -------------------------------------------------------------------------------------------------------------


class McpListToolsParam(InputItem, ReturnedItem):
    """The tools that an MCP server has."""

    not_null = frozenset({"id"})

    type: Literal["mcp_list_tools"] = "mcp_list_tools"
    id: str | None = None
    """Its id."""
    server_label: str
    """What you call the MCP server."""
    tools: list[McpListToolsTool]
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
    error: Annotated[McpToolCallError, CLOSED] | None = None
    """What went wrong, None when all went well."""
    status: Literal["in_progress", "completed", "incomplete", "calling", "failed"] | None = None
    """How far it has come."""
    approval_request_id: str | None = None
    """Id of the approval that it needed; you answer with it."""
