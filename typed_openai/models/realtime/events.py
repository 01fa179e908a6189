"""What a realtime server tells of the session: its state, the conversation, the sound that goes in and out.

API reference: "Realtime", server events. Those that tell of a response: `realtime/response_events.py`; the union of
all: `realtime/server_events.py`.

Rules
* One class for each kind of event, told apart by `type`; what several have stands in bases.
* `error` is an event too: the session goes on after most of them.
"""

from typing import Literal, TypeAlias

from typed_openai.models.audio.transcriptions import TranscriptionLanguage, TranscriptionUsage
from typed_openai.models.base import Open, Result
from typed_openai.models.logprob_rows import WithLogprobs
from typed_openai.models.realtime.items import ConversationItem
from typed_openai.models.realtime.session import AnyRealtimeSession
from typed_openai.models.unknown_kinds import UnknownKind


class RealtimeEvent(Result):
    """What all events have."""

    event_id: str
    """Id of the event."""


class RealtimeItemEvent(RealtimeEvent):
    """An event about an item, by its id."""

    item_id: str
    """Id of the item."""


class RealtimePlacedEvent(RealtimeEvent):
    """An event with an item of the conversation."""

    item: ConversationItem
    """The item as it is now."""
    previous_item_id: str | None = None
    """Id of the item before it; None of the first."""


class UnknownRealtimeEvent(UnknownKind):
    """An event of a kind that is newer than this package; its data is in `model_extra`."""

    event_id: str | None = None
    """Id of the event."""


# --- the session -----------------------------------------------------------------------------------------------------


class SessionCreatedEvent(RealtimeEvent):
    """The session is there: the first event of a connection."""

    type: Literal["session.created"]
    session: AnyRealtimeSession
    """The session, with what the server set."""


class SessionUpdatedEvent(RealtimeEvent):
    """The session is set as you asked."""

    type: Literal["session.updated"]
    session: AnyRealtimeSession
    """The session as it is now."""


class RealtimeError(Result):
    """What went wrong."""

    type: str
    """The kind of error, such as `invalid_request_error`."""
    message: str
    """What went wrong, in words."""
    code: str | None = None
    """What went wrong, as a code."""
    param: str | None = None
    """The parameter that is at fault."""
    event_id: str | None = None
    """Id of the event of yours that is at fault, where it had one."""


class RealtimeErrorEvent(RealtimeEvent):
    """The server reports an error; most leave the session as it was."""

    type: Literal["error"]
    error: RealtimeError
    """What went wrong."""


class RateLimit(Result):
    """What one limit leaves."""

    name: Open[Literal["requests", "tokens"]] | None = None
    """What is limited."""
    limit: int | None = None
    """How many there may be."""
    remaining: int | None = None
    """How many are left."""
    reset_seconds: float | None = None
    """After how many seconds all are there again."""


class RateLimitsUpdatedEvent(RealtimeEvent):
    """What the limits leave; a response sets aside what it may need when it begins."""

    type: Literal["rate_limits.updated"]
    rate_limits: list[RateLimit]
    """The limits."""


# --- the conversation ------------------------------------------------------------------------------------------------


class Conversation(Result):
    """A conversation."""

    id: str | None = None
    """Its id."""
    object: str | None = None
    """The kind of object: `realtime.conversation`."""


class ConversationCreatedEvent(RealtimeEvent):
    """The conversation is there."""

    type: Literal["conversation.created"]
    conversation: Conversation
    """The conversation."""


class ConversationItemCreatedEvent(RealtimePlacedEvent):
    """An item was made (older servers say this in place of added)."""

    type: Literal["conversation.item.created"]


class ConversationItemAdded(RealtimePlacedEvent):
    """An item came into the conversation; it may not be whole yet."""

    type: Literal["conversation.item.added"]


class ConversationItemDone(RealtimePlacedEvent):
    """An item is whole."""

    type: Literal["conversation.item.done"]


class ConversationItemRetrieved(RealtimeEvent):
    """The item that you asked for."""

    type: Literal["conversation.item.retrieved"]
    item: ConversationItem
    """The item, with its sound."""


class ConversationItemDeletedEvent(RealtimeItemEvent):
    """An item was taken out of the conversation."""

    type: Literal["conversation.item.deleted"]


class ConversationItemTruncatedEvent(RealtimeItemEvent):
    """What the model said was cut at what was heard of it."""

    type: Literal["conversation.item.truncated"]
    content_index: int
    """Which part of the item, from 0."""
    audio_end_ms: int
    """Up to where it is kept, in milliseconds."""


# --- what was heard, in words ----------------------------------------------------------------------------------------


class LogProbProperties(Result):
    """How likely a token is."""

    token: str
    """The token."""
    logprob: float
    """Natural logarithm of its probability."""
    bytes: list[int]
    """Its bytes in UTF-8."""


class TranscribedEvent(RealtimeItemEvent):
    """An event about the transcript of a part of an item."""

    content_index: int
    """Which part of the item, from 0."""


class ConversationItemInputAudioTranscriptionDeltaEvent(WithLogprobs, RealtimeItemEvent):
    """More of a transcript."""

    type: Literal["conversation.item.input_audio_transcription.delta"]
    content_index: int | None = None
    """Which part of the item, from 0."""
    delta: str | None = None
    """What comes next."""
    logprobs: list[LogProbProperties] | None = None
    """How likely the tokens are, when the session includes it."""


class ConversationItemInputAudioTranscriptionSegment(TranscribedEvent):
    """A piece of a transcript, and who spoke."""

    type: Literal["conversation.item.input_audio_transcription.segment"]
    text: str
    """What was said."""
    id: str
    """Id of the piece."""
    speaker: str
    """Who spoke, as a label."""
    start: float
    """When it begins, in seconds."""
    end: float
    """When it ends, in seconds."""


class ConversationItemInputAudioTranscriptionCompletedEvent(WithLogprobs, TranscribedEvent):
    """A transcript is whole."""

    type: Literal["conversation.item.input_audio_transcription.completed"]
    transcript: str
    """What was said."""
    usage: TranscriptionUsage
    """What it consumed."""
    languages: list[TranscriptionLanguage] | None = None
    """The languages that were heard."""
    logprobs: list[LogProbProperties] | None = None
    """How likely the tokens are, when the session includes it."""


class TranscriptionError(Result):
    """Why there is no transcript."""

    type: str | None = None
    """The kind of error."""
    code: str | None = None
    """What went wrong, as a code."""
    message: str | None = None
    """What went wrong, in words."""
    param: str | None = None
    """The parameter that is at fault."""


class ConversationItemInputAudioTranscriptionFailedEvent(TranscribedEvent):
    """What was heard could not be written down."""

    type: Literal["conversation.item.input_audio_transcription.failed"]
    error: TranscriptionError
    """Why."""


# --- sound -----------------------------------------------------------------------------------------------------------


class InputAudioBufferClearedEvent(RealtimeEvent):
    """The sound that was appended is thrown away."""

    type: Literal["input_audio_buffer.cleared"]


class InputAudioBufferCommittedEvent(RealtimeItemEvent):
    """The sound that was appended is a message of the user now."""

    type: Literal["input_audio_buffer.committed"]
    previous_item_id: str | None = None
    """Id of the item before it; None of the first."""


class InputAudioBufferSpeechStartedEvent(RealtimeItemEvent):
    """Somebody began to speak: the moment to stop playing."""

    type: Literal["input_audio_buffer.speech_started"]
    audio_start_ms: int
    """When, in milliseconds of all sound of the session; with what is kept before speech."""


class InputAudioBufferSpeechStoppedEvent(RealtimeItemEvent):
    """Nobody speaks any more."""

    type: Literal["input_audio_buffer.speech_stopped"]
    audio_end_ms: int
    """When, in milliseconds of all sound of the session; with the silence that was waited for."""


class InputAudioBufferTimeoutTriggered(RealtimeItemEvent):
    """Nobody spoke for as long as the session waits: the model takes the word."""

    type: Literal["input_audio_buffer.timeout_triggered"]
    audio_start_ms: int
    """When the silence began, in milliseconds of all sound of the session."""
    audio_end_ms: int
    """When it was long enough."""


class InputAudioBufferDtmfEventReceivedEvent(Result):
    """A key of a telephone was pressed (SIP)."""

    type: Literal["input_audio_buffer.dtmf_event_received"]
    event: str
    """The key: `0` to `9`, `*`, `#`, `A` to `D`."""
    received_at: int
    """When, in seconds since 1970."""


class OutputAudioBufferEvent(RealtimeEvent):
    """An event about the sound that the server plays (WebRTC, SIP)."""

    response_id: str
    """Id of the response that speaks."""


class OutputAudioBufferStarted(OutputAudioBufferEvent):
    """The server began to play."""

    type: Literal["output_audio_buffer.started"]


class OutputAudioBufferStopped(OutputAudioBufferEvent):
    """All was played."""

    type: Literal["output_audio_buffer.stopped"]


class OutputAudioBufferCleared(OutputAudioBufferEvent):
    """What was still to be played is thrown away."""

    type: Literal["output_audio_buffer.cleared"]


# --- MCP -------------------------------------------------------------------------------------------------------------


class McpListToolsInProgress(RealtimeItemEvent):
    """The tools of an MCP server are being listed."""

    type: Literal["mcp_list_tools.in_progress"]


class McpListToolsCompleted(RealtimeItemEvent):
    """The tools of an MCP server are listed."""

    type: Literal["mcp_list_tools.completed"]


class McpListToolsFailed(RealtimeItemEvent):
    """The tools of an MCP server could not be listed."""

    type: Literal["mcp_list_tools.failed"]


RealtimeSessionEvent: TypeAlias = (
    SessionCreatedEvent
    | SessionUpdatedEvent
    | RealtimeErrorEvent
    | RateLimitsUpdatedEvent
    | ConversationCreatedEvent
    | ConversationItemCreatedEvent
    | ConversationItemAdded
    | ConversationItemDone
    | ConversationItemRetrieved
    | ConversationItemDeletedEvent
    | ConversationItemTruncatedEvent
    | ConversationItemInputAudioTranscriptionDeltaEvent
    | ConversationItemInputAudioTranscriptionSegment
    | ConversationItemInputAudioTranscriptionCompletedEvent
    | ConversationItemInputAudioTranscriptionFailedEvent
    | InputAudioBufferClearedEvent
    | InputAudioBufferCommittedEvent
    | InputAudioBufferSpeechStartedEvent
    | InputAudioBufferSpeechStoppedEvent
    | InputAudioBufferTimeoutTriggered
    | InputAudioBufferDtmfEventReceivedEvent
    | OutputAudioBufferStarted
    | OutputAudioBufferStopped
    | OutputAudioBufferCleared
    | McpListToolsInProgress
    | McpListToolsCompleted
    | McpListToolsFailed
)
"""An event that tells of the session, its conversation or what is heard."""
