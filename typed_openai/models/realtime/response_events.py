"""What a realtime server tells of a response: that it begins and ends, its items, their text and sound in pieces.

API reference: "Realtime", server events that begin with `response.`. The union of all events:
`realtime/server_events.py`.

Weak spot: the sound of an answer is in its deltas alone; who wants all of it joins them.
"""

from typing import Literal, TypeAlias

from typed_openai.models.base import Open, Result
from typed_openai.models.json_text import json_texts
from typed_openai.models.realtime.events import RealtimeEvent, RealtimeItemEvent
from typed_openai.models.realtime.items import ConversationItem
from typed_openai.models.realtime.responses import RealtimeResponse
from typed_openai.models.sound import SoundDelta


class RealtimeResponseEvent(RealtimeEvent):
    """An event about the whole response."""

    response: RealtimeResponse
    """The response as it is now."""


class RealtimeOutputEvent(RealtimeEvent):
    """An event about one item of a response."""

    response_id: str
    """Id of the response."""
    output_index: int
    """Which item of the response, from 0."""


class RealtimeOutputItemEvent(RealtimeOutputEvent):
    """An event with one item of a response."""

    item: ConversationItem
    """The item as it is now."""


class RealtimeOutputFieldEvent(RealtimeOutputEvent):
    """An event about what stands in an item of a response."""

    item_id: str
    """Id of the item."""


class RealtimeContentEvent(RealtimeOutputFieldEvent):
    """An event about one part of an item."""

    content_index: int
    """Which part of the item, from 0."""


class RealtimeCallEvent(RealtimeOutputFieldEvent):
    """An event about a call of one of your functions."""

    call_id: str
    """Id of the call: its output names it."""


class RealtimeMcpCallEvent(RealtimeItemEvent):
    """An event about a call of a tool of an MCP server."""

    output_index: int
    """Which item of the response, from 0."""


class ResponseCreatedEvent(RealtimeResponseEvent):
    """The response begins; nothing is in it yet."""

    type: Literal["response.created"]


class ResponseDoneEvent(RealtimeResponseEvent):
    """The response has ended, well or not: `response.status` says how."""

    type: Literal["response.done"]


class ResponseOutputItemAddedEvent(RealtimeOutputItemEvent):
    """An item begins."""

    type: Literal["response.output_item.added"]


class ResponseOutputItemDoneEvent(RealtimeOutputItemEvent):
    """An item is whole, or was cut short."""

    type: Literal["response.output_item.done"]


class RealtimeContentPart(Result):
    """A part of a message: text or sound."""

    type: Open[Literal["audio", "text"]] | None = None
    """What it is."""
    text: str | None = None
    """The text."""
    audio: str | None = None
    """The sound in base64."""
    transcript: str | None = None
    """What is said in it."""


class RealtimePartEvent(RealtimeContentEvent):
    """An event with one part of an item."""

    part: RealtimeContentPart
    """The part as it is now."""


class ResponseContentPartAddedEvent(RealtimePartEvent):
    """A part of an item begins."""

    type: Literal["response.content_part.added"]


class ResponseContentPartDoneEvent(RealtimePartEvent):
    """A part of an item is whole."""

    type: Literal["response.content_part.done"]


class ResponseTextDeltaEvent(RealtimeContentEvent):
    """More of what the model writes."""

    type: Literal["response.output_text.delta"]
    delta: str
    """What comes next."""


class ResponseTextDoneEvent(RealtimeContentEvent):
    """A text is whole."""

    type: Literal["response.output_text.done"]
    text: str
    """The whole text."""


class ResponseAudioDeltaEvent(SoundDelta, RealtimeContentEvent):
    """More of what the model says, as sound."""

    type: Literal["response.output_audio.delta"]


class ResponseAudioDoneEvent(RealtimeContentEvent):
    """The sound of a part is whole."""

    type: Literal["response.output_audio.done"]


class ResponseAudioTranscriptDeltaEvent(RealtimeContentEvent):
    """More of what the model says, in words."""

    type: Literal["response.output_audio_transcript.delta"]
    delta: str
    """What comes next."""


class ResponseAudioTranscriptDoneEvent(RealtimeContentEvent):
    """What the model says is whole, in words."""

    type: Literal["response.output_audio_transcript.done"]
    transcript: str
    """All that it says in this part."""


@json_texts("delta")
class ResponseFunctionCallArgumentsDeltaEvent(RealtimeCallEvent):
    """More of a function call's arguments."""

    type: Literal["response.function_call_arguments.delta"]
    delta: str
    """What comes next."""


@json_texts("arguments")
class ResponseFunctionCallArgumentsDoneEvent(RealtimeCallEvent):
    """A function call's arguments are whole."""

    type: Literal["response.function_call_arguments.done"]
    name: str
    """Name of the function."""
    arguments: str
    """The whole arguments, as JSON text."""


@json_texts("delta")
class ResponseMcpCallArgumentsDelta(RealtimeOutputFieldEvent):
    """More of the arguments for a tool of an MCP server."""

    type: Literal["response.mcp_call_arguments.delta"]
    delta: str
    """What comes next."""
    obfuscation: str | None = None
    """Padding, which hides the length from those who watch the network."""


@json_texts("arguments")
class ResponseMcpCallArgumentsDone(RealtimeOutputFieldEvent):
    """The arguments for a tool of an MCP server are whole."""

    type: Literal["response.mcp_call_arguments.done"]
    arguments: str
    """The whole arguments, as JSON text."""


class ResponseMcpCallInProgress(RealtimeMcpCallEvent):
    """A tool of an MCP server is being called."""

    type: Literal["response.mcp_call.in_progress"]


class ResponseMcpCallCompleted(RealtimeMcpCallEvent):
    """A call of a tool of an MCP server went well."""

    type: Literal["response.mcp_call.completed"]


class ResponseMcpCallFailed(RealtimeMcpCallEvent):
    """A call of a tool of an MCP server failed."""

    type: Literal["response.mcp_call.failed"]


RealtimeAnswerEvent: TypeAlias = (
    ResponseCreatedEvent
    | ResponseDoneEvent
    | ResponseOutputItemAddedEvent
    | ResponseOutputItemDoneEvent
    | ResponseContentPartAddedEvent
    | ResponseContentPartDoneEvent
    | ResponseTextDeltaEvent
    | ResponseTextDoneEvent
    | ResponseAudioDeltaEvent
    | ResponseAudioDoneEvent
    | ResponseAudioTranscriptDeltaEvent
    | ResponseAudioTranscriptDoneEvent
    | ResponseFunctionCallArgumentsDeltaEvent
    | ResponseFunctionCallArgumentsDoneEvent
    | ResponseMcpCallArgumentsDelta
    | ResponseMcpCallArgumentsDone
    | ResponseMcpCallInProgress
    | ResponseMcpCallCompleted
    | ResponseMcpCallFailed
)
"""An event that tells of a response."""
