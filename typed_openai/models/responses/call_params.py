"""Calls of the service's tools as input: searches, computers, pictures, code.

API reference: "Responses", the `input` parameter. Most of these are not written by hand: an item of a response is
handed back (see `responses/input_params.py`). Shells, patches and MCP: `responses/shell_params.py`.

Weak spot: which calls a model takes back is for the service to say."""

from typing import Annotated, Literal

from pydantic import StringConstraints

from typed_openai.models.responses.calls import (
    CodeOutput,
    ComputerAction,
    FileSearchResult,
    InputItem,
    PendingSafetyCheck,
    ResponseComputerToolCallOutputScreenshot,
    WebSearchAction,
)
from typed_openai.models.shape import CLOSED
from typed_openai.models.shared import Returned


class ReturnedItem(Returned):
    """An item that is often filled from the dump of a result: it forgets what is only ever said by the server."""

    output_only = frozenset({"created_by", "parsed_arguments"})


# --- search ----------------------------------------------------------------------------------------------------------


class ResponseFileSearchToolCallParam(InputItem, ReturnedItem):
    """A search in your vector stores."""

    not_null = frozenset({"id", "status"})

    type: Literal["file_search_call"] = "file_search_call"
    id: str | None = None
    """Its id."""
    status: Literal["in_progress", "searching", "completed", "incomplete", "failed"] | None = None
    """How far it has come."""
    queries: list[str]
    """What was searched for."""
    results: list[FileSearchResult] | None = None
    """What was found, when the request asked for it."""


class ResponseFunctionWebSearchParam(InputItem, ReturnedItem):
    """A look at the web."""

    not_null = frozenset({"id", "status"})

    type: Literal["web_search_call"] = "web_search_call"
    id: str | None = None
    """Its id."""
    status: Literal["in_progress", "searching", "completed", "incomplete", "failed"] | None = None
    """How far it has come."""
    action: Annotated[WebSearchAction, CLOSED]
    """What is done."""


# --- computers -------------------------------------------------------------------------------------------------------


class ResponseComputerToolCallParam(InputItem, ReturnedItem):
    """Something to do with a computer: you do it and answer with a picture of the screen."""

    not_null = frozenset({"action", "actions", "id", "status"})

    type: Literal["computer_call"] = "computer_call"
    id: str | None = None
    """Its id."""
    call_id: str
    """Id of the call: the answer to a call names it."""
    pending_safety_checks: list[PendingSafetyCheck]
    """What a human should look at first."""
    status: Literal["in_progress", "completed", "incomplete"] | None = None
    """How far it has come."""
    action: Annotated[ComputerAction, CLOSED] | None = None
    """What to do."""
    actions: Annotated[list[ComputerAction], CLOSED] | None = None
    """What to do, step by step."""


class ComputerCallOutputParam(InputItem, ReturnedItem):
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


# --- code ------------------------------------------------------------------------------------------------------------


class ResponseCodeInterpreterToolCallParam(InputItem, ReturnedItem):
    """Code that ran in a container."""

    not_null = frozenset({"id", "status"})

    type: Literal["code_interpreter_call"] = "code_interpreter_call"
    id: str | None = None
    """Its id."""
    status: Literal["in_progress", "completed", "incomplete", "interpreting", "failed"] | None = None
    """How far it has come."""
    container_id: str
    """Id of the container."""
    code: str | None
    """The code."""
    outputs: Annotated[list[CodeOutput], CLOSED] | None
    """What the code printed and made, when the request asked for it."""
