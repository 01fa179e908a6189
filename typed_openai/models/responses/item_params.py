"""The items of an input that a request has in another shape than an answer: messages, outputs of your tools.

API reference: "Responses", the `input` parameter.

Rules
* Every item is an `InputItem`, and so are the items of results. Their union, and how they are told apart:
  `responses/input_params.py`.
* Here stands what a request has in another shape than an answer: messages and outputs take the parts that chat has of
  texts, pictures and documents; tools to offer are made of functions, too. What is the same both ways stands in
  `responses/items.py` and `responses/echoes.py`.

Weak spot: statically an input is `Sequence[InputItem]`; content in the wrong place is found at run time only."""

from typing import Annotated, Literal

from pydantic import StringConstraints

from typed_openai.models.base import Params
from typed_openai.models.responses.call_params import ReturnedItem
from typed_openai.models.responses.calls import Caller, InputItem
from typed_openai.models.responses.content_params import (
    CustomToolOutput,
    InputContents,
    InputMessageContent,
    ToolOutput,
)
from typed_openai.models.responses.tools import Tools
from typed_openai.models.shape import CLOSED

# --- messages --------------------------------------------------------------------------------------------------------


class EasyInputMessageParam(InputItem, Params):
    """A message in its short form: who speaks, and a text or parts."""

    type: Literal["message"] | None = None
    role: Literal["user", "assistant", "system", "developer"]
    """Who speaks."""
    content: InputMessageContent
    """What it says."""
    phase: Literal["commentary", "final_answer"] | None = None
    """Whether it comments on the work or is the final answer."""


class InputMessageParam(InputItem, Params):
    """A message to the model in parts, with a status."""

    type: Literal["message"] | None = None
    role: Literal["user", "system", "developer"]
    """Who speaks."""
    content: InputContents
    """What it says."""
    status: Literal["in_progress", "completed", "incomplete"] | None = None
    """How far it has come."""


# --- your own tools --------------------------------------------------------------------------------------------------


class FunctionCallOutputParam(InputItem, ReturnedItem):
    """What a function call came to: your answer to it."""

    type: Literal["function_call_output"] = "function_call_output"
    output: ToolOutput
    """What it came to: a text, or texts, pictures and documents."""
    id: str | None = None
    """Its id."""
    call_id: Annotated[str, StringConstraints(min_length=1, max_length=64)] | None = None
    """Id of the call: the answer to a call names it."""
    name: Annotated[str, StringConstraints(min_length=1, max_length=128)] | None = None
    """Name of the function."""
    namespace: Annotated[str, StringConstraints(min_length=1, max_length=64, pattern=r"^[a-zA-Z0-9_-]+$")] | None = None
    """The namespace that the tool belongs to."""
    caller: Annotated[Caller, CLOSED] | None = None
    """Who called: the model itself, or a program of it."""
    status: Literal["in_progress", "completed", "incomplete"] | None = None
    """How far it has come."""


class ResponseCustomToolCallOutputParam(InputItem, ReturnedItem):
    """What a custom tool call came to: your answer to it."""

    not_null = frozenset({"id"})

    type: Literal["custom_tool_call_output"] = "custom_tool_call_output"
    call_id: str
    """Id of the call: the answer to a call names it."""
    output: CustomToolOutput
    """What it came to: a text, or parts."""
    id: str | None = None
    """Its id."""
    caller: Annotated[Caller, CLOSED] | None = None
    """Who called: the model itself, or a program of it."""


class ToolSearchOutputParam(InputItem, ReturnedItem):
    """The tools that a search found."""

    not_null = frozenset({"execution"})

    type: Literal["tool_search_output"] = "tool_search_output"
    tools: Tools
    """The tools."""
    id: str | None = None
    """Its id."""
    call_id: Annotated[str, StringConstraints(min_length=1, max_length=64)] | None = None
    """Id of the call: the answer to a call names it."""
    execution: Literal["server", "client"] | None = None
    """Who searches: the service or you."""
    status: Literal["in_progress", "completed", "incomplete"] | None = None
    """How far it has come."""


class AdditionalToolsParam(InputItem, ReturnedItem):
    """Tools that are on offer from here on."""

    type: Literal["additional_tools"] = "additional_tools"
    role: Literal["developer"] = "developer"
    tools: Tools
    """The tools."""
    id: str | None = None
    """Its id."""
