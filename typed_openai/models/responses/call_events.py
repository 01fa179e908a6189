"""The events of a streamed response that tell of calls of tools, and of sound.

API reference: "Responses", streaming events. The others: `responses/events.py`.

Weak spot: events about commands of a shell have no `item_id`; `output_index` says which call it is.
"""

from typing import Literal, TypeAlias

from typed_openai.models.base import Result
from typed_openai.models.json_text import json_texts
from typed_openai.models.responses.events import ItemEvent, ResponseEvent
from typed_openai.models.responses.shell_calls import ShellOutput


class ShellOutputDelta(Result):
    """What a command printed since the last event."""

    stdout: str | None = None
    """What was printed."""
    stderr: str | None = None
    """What was printed as errors."""


class ResponseAudioDeltaEvent(ResponseEvent):
    """More of a spoken answer."""

    type: Literal["response.audio.delta"]
    delta: str
    """What comes next."""


class ResponseAudioDoneEvent(ResponseEvent):
    """A spoken answer is whole."""

    type: Literal["response.audio.done"]


class ResponseAudioTranscriptDeltaEvent(ResponseEvent):
    """More of what is said."""

    type: Literal["response.audio.transcript.delta"]
    delta: str
    """What comes next."""


class ResponseAudioTranscriptDoneEvent(ResponseEvent):
    """What is said is whole."""

    type: Literal["response.audio.transcript.done"]


class ResponseCodeInterpreterCallCodeDeltaEvent(ItemEvent):
    """More of the code that will run."""

    type: Literal["response.code_interpreter_call_code.delta"]
    delta: str
    """What comes next."""


class ResponseCodeInterpreterCallCodeDoneEvent(ItemEvent):
    """The code that will run is whole."""

    type: Literal["response.code_interpreter_call_code.done"]
    code: str
    """The code."""


class ResponseCodeInterpreterCallCompletedEvent(ItemEvent):
    """The code has run."""

    type: Literal["response.code_interpreter_call.completed"]


class ResponseCodeInterpreterCallInProgressEvent(ItemEvent):
    """A call of the code interpreter begins."""

    type: Literal["response.code_interpreter_call.in_progress"]


class ResponseCodeInterpreterCallInterpretingEvent(ItemEvent):
    """The code runs."""

    type: Literal["response.code_interpreter_call.interpreting"]


class ResponseFileSearchCallCompletedEvent(ItemEvent):
    """A search in files is done."""

    type: Literal["response.file_search_call.completed"]


class ResponseFileSearchCallInProgressEvent(ItemEvent):
    """A search in files begins."""

    type: Literal["response.file_search_call.in_progress"]


class ResponseFileSearchCallSearchingEvent(ItemEvent):
    """Files are being searched."""

    type: Literal["response.file_search_call.searching"]


class ResponseShellCallCommandAddedEvent(ResponseEvent):
    """A command of a shell call begins."""

    type: Literal["response.shell_call_command.added"]
    output_index: int
    """Which item of the output, from 0."""
    command_index: int
    """Which command of the call, from 0."""
    command: str
    """The command."""


class ResponseShellCallCommandDeltaEvent(ResponseEvent):
    """More of a command."""

    type: Literal["response.shell_call_command.delta"]
    output_index: int
    """Which item of the output, from 0."""
    command_index: int
    """Which command of the call, from 0."""
    delta: str
    """What comes next."""
    obfuscation: str | None = None
    """Padding that hides the length."""


class ResponseShellCallCommandDoneEvent(ResponseEvent):
    """A command is whole."""

    type: Literal["response.shell_call_command.done"]
    output_index: int
    """Which item of the output, from 0."""
    command_index: int
    """Which command of the call, from 0."""
    command: str
    """The command."""


class ResponseShellCallOutputContentDeltaEvent(ItemEvent):
    """More of what a command printed."""

    type: Literal["response.shell_call_output_content.delta"]
    command_index: int
    """Which command of the call, from 0."""
    delta: ShellOutputDelta
    """What was printed since."""


class ResponseShellCallOutputContentDoneEvent(ItemEvent):
    """What a command printed is whole."""

    type: Literal["response.shell_call_output_content.done"]
    command_index: int
    """Which command of the call, from 0."""
    output: list[ShellOutput]
    """What came of the commands."""


class ResponseWebSearchCallCompletedEvent(ItemEvent):
    """A look at the web is done."""

    type: Literal["response.web_search_call.completed"]


class ResponseWebSearchCallInProgressEvent(ItemEvent):
    """A look at the web begins."""

    type: Literal["response.web_search_call.in_progress"]


class ResponseWebSearchCallSearchingEvent(ItemEvent):
    """The web is being searched."""

    type: Literal["response.web_search_call.searching"]


class ResponseImageGenCallCompletedEvent(ItemEvent):
    """A picture is finished."""

    type: Literal["response.image_generation_call.completed"]


class ResponseImageGenCallGeneratingEvent(ItemEvent):
    """A picture is being made."""

    type: Literal["response.image_generation_call.generating"]


class ResponseImageGenCallInProgressEvent(ItemEvent):
    """The making of a picture begins."""

    type: Literal["response.image_generation_call.in_progress"]


class ResponseImageGenCallPartialImageEvent(ItemEvent):
    """An unfinished picture."""

    type: Literal["response.image_generation_call.partial_image"]
    partial_image_index: int
    """Which of the unfinished pictures, from 0."""
    partial_image_b64: str
    """The picture in base64."""
    size: str | None = None
    """Its size."""
    quality: str | None = None
    """Its quality."""
    background: str | None = None
    """What is behind it."""
    output_format: str | None = None
    """How it is encoded."""


@json_texts("delta")
class ResponseMcpCallArgumentsDeltaEvent(ItemEvent):
    """More of the arguments for an MCP server."""

    type: Literal["response.mcp_call_arguments.delta"]
    delta: str
    """What comes next."""


@json_texts("arguments")
class ResponseMcpCallArgumentsDoneEvent(ItemEvent):
    """The arguments for an MCP server are whole."""

    type: Literal["response.mcp_call_arguments.done"]
    arguments: str
    """The whole arguments, as JSON text."""


class ResponseMcpCallCompletedEvent(ItemEvent):
    """The call of an MCP server is done."""

    type: Literal["response.mcp_call.completed"]


class ResponseMcpCallFailedEvent(ItemEvent):
    """The call of an MCP server failed."""

    type: Literal["response.mcp_call.failed"]


class ResponseMcpCallInProgressEvent(ItemEvent):
    """The call of an MCP server begins."""

    type: Literal["response.mcp_call.in_progress"]


class ResponseMcpListToolsCompletedEvent(ItemEvent):
    """The tools of an MCP server are known."""

    type: Literal["response.mcp_list_tools.completed"]


class ResponseMcpListToolsFailedEvent(ItemEvent):
    """The tools of an MCP server could not be listed."""

    type: Literal["response.mcp_list_tools.failed"]


class ResponseMcpListToolsInProgressEvent(ItemEvent):
    """The tools of an MCP server are being listed."""

    type: Literal["response.mcp_list_tools.in_progress"]


# --- compaction ------------------------------------------------------------------------------------------------------


class ResponseCompactionCompactingEvent(ItemEvent):
    """The conversation is being compacted; what comes of it is in the item."""

    type: Literal["response.compaction.compacting"]


ResponseCallEvent: TypeAlias = (
    ResponseAudioDeltaEvent
    | ResponseAudioDoneEvent
    | ResponseAudioTranscriptDeltaEvent
    | ResponseAudioTranscriptDoneEvent
    | ResponseCodeInterpreterCallCodeDeltaEvent
    | ResponseCodeInterpreterCallCodeDoneEvent
    | ResponseCodeInterpreterCallCompletedEvent
    | ResponseCodeInterpreterCallInProgressEvent
    | ResponseCodeInterpreterCallInterpretingEvent
    | ResponseCompactionCompactingEvent
    | ResponseFileSearchCallCompletedEvent
    | ResponseFileSearchCallInProgressEvent
    | ResponseFileSearchCallSearchingEvent
    | ResponseShellCallCommandAddedEvent
    | ResponseShellCallCommandDeltaEvent
    | ResponseShellCallCommandDoneEvent
    | ResponseShellCallOutputContentDeltaEvent
    | ResponseShellCallOutputContentDoneEvent
    | ResponseWebSearchCallCompletedEvent
    | ResponseWebSearchCallInProgressEvent
    | ResponseWebSearchCallSearchingEvent
    | ResponseImageGenCallCompletedEvent
    | ResponseImageGenCallGeneratingEvent
    | ResponseImageGenCallInProgressEvent
    | ResponseImageGenCallPartialImageEvent
    | ResponseMcpCallArgumentsDeltaEvent
    | ResponseMcpCallArgumentsDoneEvent
    | ResponseMcpCallCompletedEvent
    | ResponseMcpCallFailedEvent
    | ResponseMcpCallInProgressEvent
    | ResponseMcpListToolsCompletedEvent
    | ResponseMcpListToolsFailedEvent
    | ResponseMcpListToolsInProgressEvent
)
"""An event that tells of a call of a tool, of a picture or of sound."""
