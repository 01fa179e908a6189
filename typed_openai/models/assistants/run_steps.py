"""Run steps: what a run did, one after the other. API reference: "Run steps" (list, retrieve).

Rules
* A step either made a message or called tools; `step.tool_calls` gives the calls without asking which.
* The chunks that a file search found come only when `include` asks for them (or `runs.file_search_chunks(...)`).
"""

from dataclasses import dataclass
from typing import Annotated, Literal, TypeAlias

from pydantic import StrictInt

from typed_openai.models.assistants.assistant_tools import Order, RunStepInclude, WindowParams
from typed_openai.models.assistants.runs import RunUsage
from typed_openai.models.base import Open, Params, Result, Tagged
from typed_openai.models.json_text import json_texts
from typed_openai.models.unknown_kinds import UnknownKind

# --- requests --------------------------------------------------------------------------------------------------------


class StepRetrieveParams(Params):
    """What to show of a step."""

    include: list[RunStepInclude] | None = None
    """What to show besides: the chunks that a file search found."""


class StepListParams(WindowParams):
    """Which steps to list."""

    include: list[RunStepInclude] | None = None
    """What to show besides: the chunks that a file search found."""
    limit: StrictInt | None = None
    """How many on a page, from 1 to 100; 20 by default."""
    order: Order | None = None
    """Newest first (`desc`, the default) or oldest first (`asc`)."""


# --- tool calls ------------------------------------------------------------------------------------------------------


class CodeInterpreterOutputLogs(Result):
    """What the code printed."""

    type: Literal["logs"]
    logs: str
    """The text."""


class CodeInterpreterOutputImageFile(Result):
    """A picture among the files."""

    file_id: str
    """Its id."""


class CodeInterpreterOutputImage(Result):
    """A picture that the code drew."""

    type: Literal["image"]
    image: CodeInterpreterOutputImageFile
    """The picture."""


class UnknownCodeInterpreterOutput(UnknownKind):
    """A kind of output that this package does not know yet."""


CodeInterpreterOutput: TypeAlias = Annotated[
    CodeInterpreterOutputLogs | CodeInterpreterOutputImage | UnknownCodeInterpreterOutput, Tagged("type")
]
"""What code gave, told apart by `type`."""


class CodeInterpreter(Result):
    """Code that was run."""

    input: str
    """The code."""
    outputs: list[CodeInterpreterOutput]
    """What it gave."""


class CodeInterpreterToolCall(Result):
    """A use of the code interpreter."""

    id: str
    """Id of the call."""
    type: Literal["code_interpreter"]
    code_interpreter: CodeInterpreter
    """The code and what it gave."""


class FileSearchRankingOptions(Result):
    """How results were ranked."""

    ranker: Open[Literal["auto", "default_2024_08_21"]]
    """The ranker."""
    score_threshold: float
    """What scored below this was left out."""


class FileSearchResultContent(Result):
    """A chunk of a file."""

    type: Open[Literal["text"]] | None = None
    text: str | None = None
    """The text."""


class FileSearchResult(Result):
    """A file that was found."""

    file_id: str
    """Its id."""
    file_name: str
    """Its name."""
    score: float
    """How well it fits, from 0 to 1."""
    content: list[FileSearchResultContent] | None = None
    """The chunks that were found, when `include` asks for them."""


class FileSearch(Result):
    """A search in files."""

    ranking_options: FileSearchRankingOptions | None = None
    """How results were ranked."""
    results: list[FileSearchResult] | None = None
    """What was found."""


class FileSearchToolCall(Result):
    """A use of file search."""

    id: str
    """Id of the call."""
    type: Literal["file_search"]
    file_search: FileSearch
    """The search and what it found."""


@json_texts("arguments")
class FunctionCalled(Result):
    """A function that was called."""

    name: str
    """Its name."""
    arguments: str
    """Its arguments, as JSON text."""
    output: str | None = None
    """What it came to; None until the output was submitted."""


class FunctionToolCall(Result):
    """A call of a function of yours."""

    id: str
    """Id of the call."""
    type: Literal["function"]
    function: FunctionCalled
    """Name, arguments and outcome."""


class UnknownToolCall(UnknownKind):
    """A kind of call that this package does not know yet."""


ToolCall: TypeAlias = Annotated[
    CodeInterpreterToolCall | FileSearchToolCall | FunctionToolCall | UnknownToolCall, Tagged("type")
]
"""A use of a tool, told apart by `type`."""

# --- steps -----------------------------------------------------------------------------------------------------------


class MessageCreation(Result):
    """The message that was made."""

    message_id: str
    """Its id."""


class MessageCreationStepDetails(Result):
    """The step made a message."""

    type: Literal["message_creation"]
    message_creation: MessageCreation
    """The message."""


class ToolCallsStepDetails(Result):
    """The step called tools."""

    type: Literal["tool_calls"]
    tool_calls: list[ToolCall]
    """The calls."""


class UnknownStepDetails(UnknownKind):
    """A kind of step that this package does not know yet."""


StepDetails: TypeAlias = Annotated[
    MessageCreationStepDetails | ToolCallsStepDetails | UnknownStepDetails, Tagged("type")
]
"""What a step did, told apart by `type`."""


class RunStepLastError(Result):
    """Why a step failed."""

    code: Open[Literal["server_error", "rate_limit_exceeded"]]
    """The reason, for programs."""
    message: str
    """The reason, for people."""


class RunStep(Result):
    """One thing that a run did."""

    id: str
    """Its id, such as `step_abc123`."""
    object: Open[Literal["thread.run.step"]]
    created_at: int
    """When it was made, Unix time in seconds."""
    assistant_id: str
    """The assistant that works."""
    thread_id: str
    """The thread that it works on."""
    run_id: str
    """The run that it belongs to."""
    type: Open[Literal["message_creation", "tool_calls"]]
    """The kind of step."""
    status: Open[Literal["in_progress", "cancelled", "failed", "completed", "expired"]]
    """How far it is."""
    step_details: StepDetails
    """What it did."""
    last_error: RunStepLastError | None = None
    """Why it failed."""
    expired_at: int | None = None
    """When it expired, Unix time in seconds."""
    cancelled_at: int | None = None
    """When it was cancelled, Unix time in seconds."""
    failed_at: int | None = None
    """When it failed, Unix time in seconds."""
    completed_at: int | None = None
    """When it was done, Unix time in seconds."""
    metadata: dict[str, str] | None = None
    """Your own notes on it."""
    usage: RunUsage | None = None
    """What it consumed; None while it is in progress."""

    @property
    def tool_calls(self) -> list[ToolCall]:
        """The calls of this step; empty when it made a message."""
        calls = getattr(self.step_details, "tool_calls", None)
        return calls if isinstance(calls, list) else []

    @property
    def message_id(self) -> str | None:
        """The message that this step made, None when it called tools."""
        return getattr(getattr(self.step_details, "message_creation", None), "message_id", None)


@dataclass(frozen=True, slots=True)
class FileSearchChunk:
    """A chunk of a file that a run found, flat: what `runs.file_search_chunks(...)` gives."""

    text: str
    """The text of the chunk."""
    score: float
    """How well its file fits, from 0 to 1."""
    file_id: str
    """The file that it comes from."""
    file_name: str
    """Name of that file."""
    step_id: str
    """The step that searched."""
    tool_call_id: str
    """The call that searched."""
