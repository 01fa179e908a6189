"""How the steps of a run grow in a stream. API reference: "Assistants streaming" (run step delta object).

Rules: everything but `index` and `type` may be missing; `streaming/assistants.py` adds deltas up to a `RunStep`.

Weak spot: the API description calls the `file_search` of a delta any object; so does this package.
"""

from typing import Annotated, Any, Literal, TypeAlias

from typed_openai.models.assistants.run_steps import UnknownCodeInterpreterOutput, UnknownStepDetails, UnknownToolCall
from typed_openai.models.base import Open, Result, Tagged
from typed_openai.models.json_text import json_texts


class CodeInterpreterLogs(Result):
    """The next piece of what the code printed."""

    index: int
    """Which output, from 0."""
    type: Literal["logs"]
    logs: str | None = None
    """The text."""


class CodeInterpreterImageDelta(Result):
    """A picture among the files."""

    file_id: str | None = None
    """Its id."""


class CodeInterpreterImage(Result):
    """A picture that the code drew."""

    index: int
    """Which output, from 0."""
    type: Literal["image"]
    image: CodeInterpreterImageDelta | None = None
    """The picture."""


class CodeInterpreterDelta(Result):
    """More code, or more of what it gave."""

    input: str | None = None
    """The next piece of code."""
    outputs: (
        list[Annotated[CodeInterpreterLogs | CodeInterpreterImage | UnknownCodeInterpreterOutput, Tagged("type")]]
        | None
    ) = None
    """What it gave."""


class CodeInterpreterToolCallDelta(Result):
    """More of a use of the code interpreter."""

    index: int
    """Which call of the step, from 0."""
    type: Literal["code_interpreter"]
    id: str | None = None
    """Id of the call."""
    code_interpreter: CodeInterpreterDelta | None = None
    """The code and what it gave."""


class FileSearchToolCallDelta(Result):
    """More of a use of file search."""

    index: int
    """Which call of the step, from 0."""
    type: Literal["file_search"]
    file_search: dict[str, Any]
    """The search; empty in streams of today."""
    id: str | None = None
    """Id of the call."""


@json_texts("arguments")
class FunctionCalledDelta(Result):
    """More of a function call."""

    name: str | None = None
    """Name of the function."""
    arguments: str | None = None
    """The next piece of its arguments."""
    output: str | None = None
    """What it came to."""


class FunctionToolCallDelta(Result):
    """More of a call of a function of yours."""

    index: int
    """Which call of the step, from 0."""
    type: Literal["function"]
    id: str | None = None
    """Id of the call."""
    function: FunctionCalledDelta | None = None
    """Name, arguments and outcome."""


ToolCallDelta: TypeAlias = Annotated[
    CodeInterpreterToolCallDelta | FileSearchToolCallDelta | FunctionToolCallDelta | UnknownToolCall, Tagged("type")
]
"""More of a call, told apart by `type`."""


class ToolCallDeltaObject(Result):
    """More of the calls of a step."""

    type: Literal["tool_calls"]
    tool_calls: list[ToolCallDelta] | None = None
    """Pieces of calls."""


class MessageCreationDelta(Result):
    """The message that is being made."""

    message_id: str | None = None
    """Its id."""


class RunStepDeltaMessageDelta(Result):
    """The step is making a message."""

    type: Literal["message_creation"]
    message_creation: MessageCreationDelta | None = None
    """The message."""


class RunStepDelta(Result):
    """What is new in a step."""

    step_details: (
        Annotated[RunStepDeltaMessageDelta | ToolCallDeltaObject | UnknownStepDetails, Tagged("type")] | None
    ) = None
    """More of what it does."""


class RunStepDeltaEvent(Result):
    """What is new in a step, and in which."""

    id: str
    """Id of the step."""
    object: Open[Literal["thread.run.step.delta"]]
    delta: RunStepDelta
    """What is new."""
