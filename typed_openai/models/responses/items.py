"""The items of a response: messages, thoughts, calls of your own tools and what they came to.

API reference: "Responses" (`output` of the response object, input items, compaction).

Rules
* Items of the service's tools stand in `responses/calls.py` and `responses/shell_calls.py`.
* `...Item` classes are what the service keeps: with an id and a status always.

Weak spot: an item that is newer than this package is an `UnknownItem`; a strict request refuses it as input."""

from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints

from typed_openai.models.base import Open, Result
from typed_openai.models.json_text import json_texts
from typed_openai.models.responses.calls import AsKept, CalledItem, Caller, IdentifiedItem, ResponseItemBase
from typed_openai.models.responses.content import (
    MessageContent,
    ResponseInputContent,
    ResponseOutputContent,
    ResponseReasoningText,
    ResponseSummaryText,
)
from typed_openai.models.responses.tools import Tool
from typed_openai.models.shape import SAID, Said
from typed_openai.models.value_texts import CallText

# --- messages --------------------------------------------------------------------------------------------------------


class ResponseOutputMessage(IdentifiedItem):
    """A message of the model."""

    not_null = frozenset({"id", "status"})

    type: Literal["message"] = "message"
    role: Literal["assistant"] = "assistant"
    content: list[ResponseOutputContent]
    """What it says."""
    status: Said[Literal["in_progress", "completed", "incomplete"]] = SAID
    """How far it has come."""
    phase: Literal["commentary", "final_answer"] | None = None
    """Whether it comments on the work or is the final answer."""


class ResponseInputMessageItem(ResponseItemBase, Result):
    """A message to the model, as the service keeps it."""

    type: Open[Literal["message"]]
    role: Literal["user", "system", "developer"]
    """Who speaks."""
    content: list[ResponseInputContent]
    """What it says."""
    id: str
    """Its id."""
    status: Open[Literal["in_progress", "completed", "incomplete"]] | None = None
    """How far it has come."""


class Message(ResponseItemBase, Result):
    """A message of anybody, as compacted and stored conversations hold them."""

    type: Open[Literal["message"]]
    id: str
    """Its id."""
    status: Open[Literal["in_progress", "completed", "incomplete"]]
    """How far it has come."""
    role: Open[Literal["unknown", "user", "assistant", "system", "critic", "discriminator", "developer", "tool"]]
    """Who speaks."""
    content: list[MessageContent]
    """What it says."""
    phase: Open[Literal["commentary", "final_answer"]] | None = None
    """Whether it comments on the work or is the final answer."""


# --- thoughts --------------------------------------------------------------------------------------------------------


class ResponseReasoningItem(IdentifiedItem):
    """The thoughts behind what follows. Send it back unchanged, so that the model can go on from there."""

    not_null = frozenset({"content", "id", "status"})

    type: Literal["reasoning"] = "reasoning"
    summary: list[ResponseSummaryText]
    """A summary of the thoughts, in pieces."""
    encrypted_content: str | None = None
    """The content, sealed: only the service can read it."""
    content: list[ResponseReasoningText] | None = None
    """The thoughts themselves, where the service shows them."""
    status: Literal["in_progress", "completed", "incomplete"] | None = None
    """How far it has come."""


class ResponseCompactionItem(IdentifiedItem):
    """An earlier part of the conversation, compacted and sealed."""

    type: Literal["compaction"] = "compaction"
    encrypted_content: Annotated[str, StringConstraints(max_length=20971520)]
    """The content, sealed: only the service can read it."""
    created_by: str | None = None
    """Who made it."""


# --- your own tools --------------------------------------------------------------------------------------------------


@json_texts("arguments")
class ResponseFunctionToolCall(CalledItem, CallText):
    """A call of one of your functions."""

    not_null = frozenset({"id", "namespace", "status"})

    type: Literal["function_call"] = "function_call"
    call_id: str
    """Id of the call: the answer to a call names it."""
    name: str
    """Its name."""
    arguments: str
    """The arguments as the model wrote them: JSON text, not always valid."""
    namespace: str | None = None
    """The namespace that the tool belongs to."""
    status: Literal["in_progress", "completed", "incomplete"] | None = None
    """How far it has come."""
    async_: bool | None = Field(default=None, alias="async")
    """Whether its outcome may come later."""


@json_texts("arguments")
class ResponseFunctionToolCallItem(AsKept, ResponseFunctionToolCall):
    """A call of one of your functions, as the service keeps it."""

    status: Said[Literal["in_progress", "completed", "incomplete"]] = SAID
    """How far it has come."""


class FunctionOutcome(ResponseItemBase, Result):
    """What a function call came to."""

    type: Open[Literal["function_call_output"]]
    output: str | list[ResponseInputContent]
    """What came of it."""
    call_id: str | None = None
    """Id of the call: the answer to a call names it."""
    name: str | None = None
    """Its name."""
    namespace: str | None = None
    """The namespace that the tool belongs to."""
    caller: Caller | None = None
    """Who called: the model itself, or a program of it."""
    created_by: str | None = None
    """Who made it."""


class FunctionToolCallOutput(FunctionOutcome):
    """What a function call came to, in a compacted conversation."""

    id: str | None = None
    """Its id."""
    status: Open[Literal["in_progress", "completed", "incomplete"]] | None = None
    """How far it has come."""


class ResponseFunctionToolCallOutputItem(FunctionOutcome):
    """What a function call came to, as the service keeps it."""

    id: str
    """Its id."""
    status: Open[Literal["in_progress", "completed", "incomplete"]]
    """How far it has come."""


@json_texts("input")
class ResponseCustomToolCall(CalledItem):
    """A call of one of your custom tools."""

    not_null = frozenset({"id", "namespace"})

    type: Literal["custom_tool_call"] = "custom_tool_call"
    call_id: str
    """Id of the call: the answer to a call names it."""
    name: str
    """Its name."""
    input: str
    """What the model wrote for the tool."""
    namespace: str | None = None
    """The namespace that the tool belongs to."""
    async_: bool | None = Field(default=None, alias="async")
    """Whether its outcome may come later."""


@json_texts("input")
class ResponseCustomToolCallItem(AsKept, ResponseCustomToolCall):
    """A call of one of your custom tools, as the service keeps it."""

    status: Said[Literal["in_progress", "completed", "incomplete"]] = SAID
    """How far it has come."""


class CustomToolOutcome(ResponseItemBase, Result):
    """What a custom tool call came to."""

    type: Open[Literal["custom_tool_call_output"]]
    call_id: str
    """Id of the call: the answer to a call names it."""
    output: str | list[ResponseInputContent]
    """What it came to: a text, or parts."""
    caller: Caller | None = None
    """Who called: the model itself, or a program of it."""
    created_by: str | None = None
    """Who made it."""


class ResponseCustomToolCallOutput(CustomToolOutcome):
    """What a custom tool call came to: your answer to it."""

    id: str | None = None
    """Its id."""
    status: Open[Literal["in_progress", "completed", "incomplete"]] | None = None
    """How far it has come."""


class ResponseCustomToolCallOutputItem(CustomToolOutcome):
    """What a custom tool call came to, as the service keeps it."""

    id: str
    """Its id."""
    status: Open[Literal["in_progress", "completed", "incomplete"]]
    """How far it has come."""


class Program(IdentifiedItem):
    """A program that the model wrote to call tools."""

    not_null = frozenset({"id"})

    type: Literal["program"] = "program"
    call_id: Annotated[str, StringConstraints(min_length=1, max_length=64)]
    """Id of the call: the answer to a call names it."""
    code: Annotated[str, StringConstraints(max_length=10485760)]
    """The code."""
    fingerprint: Annotated[str, StringConstraints(max_length=10485760)]
    """What the service recognises the program by."""


class ProgramOutput(IdentifiedItem):
    """What a program came to."""

    not_null = frozenset({"id", "status"})

    type: Literal["program_output"] = "program_output"
    call_id: Annotated[str, StringConstraints(min_length=1, max_length=64)]
    """Id of the call: the answer to a call names it."""
    result: Annotated[str, StringConstraints(max_length=10485760)]
    """What came of it."""
    status: Said[Literal["completed", "incomplete"]] = SAID
    """How far it has come."""


class ResponseToolSearchCall(IdentifiedItem):
    """A search for tools that fit."""

    not_null = frozenset({"execution"})

    type: Literal["tool_search_call"] = "tool_search_call"
    call_id: Annotated[str, StringConstraints(min_length=1, max_length=64)] | None = None
    """Id of the call: the answer to a call names it."""
    execution: Said[Literal["server", "client"]] = SAID
    """Who searches: the service or you."""
    arguments: Any
    """What was searched for."""
    status: Said[Literal["in_progress", "completed", "incomplete"]] = SAID
    """How far it has come."""
    created_by: str | None = None
    """Who made it."""


class ResponseToolSearchOutputItem(ResponseItemBase, Result):
    """The tools that a search found."""

    type: Open[Literal["tool_search_output"]]
    id: str
    """Its id."""
    call_id: str | None = None
    """Id of the call: the answer to a call names it."""
    execution: Open[Literal["server", "client"]]
    """Who searches: the service or you."""
    tools: list[Tool]
    """The tools."""
    status: Open[Literal["in_progress", "completed", "incomplete"]]
    """How far it has come."""
    created_by: str | None = None
    """Who made it."""


class AdditionalTools(ResponseItemBase, Result):
    """Tools that are on offer from here on."""

    type: Open[Literal["additional_tools"]]
    id: str
    """Its id."""
    role: Open[Literal["unknown", "user", "assistant", "system", "critic", "discriminator", "developer", "tool"]]
    """Who speaks."""
    tools: list[Tool]
    """The tools."""
