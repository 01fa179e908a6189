"""What a live server tells: the session, what is heard and said, work that the model hands on, how it went.

API reference: "Live", server events, as the official package 3.57.0 has them; the API description does not know them.

Rules
* One class for each kind of event, told apart by `type`; what several have stands in bases. Which of them a connection
  is told: `live/server_events.py`, `live/sideband_events.py`, `live/fork_events.py`.
* `start_ms`, `end_ms`, `offset_ms` are places on the time line of the session, in milliseconds from its beginning.

Weak spot: what a response tells stands in a `response.event` as it came; its models are those of `models/responses/`.
"""

from typing import Any, Literal, TypeAlias

from typed_openai.models.base import Open, Result
from typed_openai.models.decisions.decisions import Decision
from typed_openai.models.decisions.items import DecisionStoredItem
from typed_openai.models.live.session import SessionResource
from typed_openai.models.sound import SoundDelta, sound_in
from typed_openai.models.unknown_kinds import UnknownKind


class LiveEvent(Result):
    """What most events have."""

    event_id: str
    """Id of the event."""


class LiveAnswerEvent(LiveEvent):
    """An event that may answer one of yours."""

    client_event_id: str | None = None
    """The `event_id` of your event that it answers."""


class LiveSpanEvent(LiveAnswerEvent):
    """An event about a piece of the session's time."""

    start_ms: int
    """Where it begins."""
    end_ms: int
    """Where it ends."""


class LiveTranscriptEvent(LiveSpanEvent):
    """More of what is heard or said, in words."""

    delta: str
    """What comes next."""


class UnknownLiveEvent(UnknownKind):
    """An event of a kind that is newer than this package; its data is in `model_extra`."""

    event_id: str | None = None
    """Id of the event."""


# --- the session -----------------------------------------------------------------------------------------------------


class LiveSessionEvent(LiveAnswerEvent):
    """An event with the session."""

    session: SessionResource
    """The session as it is now."""


class SessionStartedEvent(LiveSessionEvent):
    """The session is there."""

    type: Literal["session.started"]


class SessionUpdatedEvent(LiveSessionEvent):
    """The session is set as you asked."""

    type: Literal["session.updated"]


class SessionResumed(LiveAnswerEvent):
    """The session goes on."""

    type: Literal["session.resumed"]


class SessionPaused(LiveAnswerEvent):
    """The session waits."""

    type: Literal["session.paused"]


class SessionUsage(Result):
    """How long the session has been running."""

    seconds: float
    """All of it."""
    active_seconds: int | None = None
    """While it was at work."""
    paused_seconds: int | None = None
    """While it waited."""


class ContextWindow(Result):
    """How full the memory of the model is."""

    usage_ratio: float
    """From 0 (empty) to 1 (full)."""


class SessionUsageUpdatedEvent(LiveAnswerEvent):
    """How long the session has been running, from time to time."""

    type: Literal["session.usage.updated"]
    usage: SessionUsage
    """How long."""
    context_window: ContextWindow | None = None
    """How full the memory of the model is."""


class SessionClosedEvent(LiveSessionEvent):
    """The session is over: the last event."""

    type: Literal["session.closed"]
    reason: Open[Literal["close_requested", "expired", "content", "remote_hangup", "connection_lost"]]
    """Why it is over."""
    usage: SessionUsage
    """How long it was running."""


class Error(Result):
    """What went wrong."""

    type: str
    """The kind of error, such as `invalid_request_error`."""
    code: str
    """What went wrong, as a code."""
    message: str
    """What went wrong, in words."""
    param: str | None = None
    """The parameter that is at fault."""
    client_event_id: str | None = None
    """The `event_id` of your event that is at fault."""


class ErrorEvent(LiveAnswerEvent):
    """The server reports an error; most leave the session as it was."""

    type: Literal["error"]
    error: Error
    """What went wrong."""


class InfoEvent(LiveAnswerEvent):
    """A notice about the session."""

    type: Literal["info"]
    code: str
    """What it is about, as a code, such as `data_channel_permissions`."""
    message: str
    """What it is about, in words."""


# --- sound and words -------------------------------------------------------------------------------------------------


class InputAudioMutedEvent(LiveAnswerEvent):
    """The model does not listen."""

    type: Literal["session.input_audio.muted"]


class InputAudioUnmutedEvent(LiveAnswerEvent):
    """The model listens again."""

    type: Literal["session.input_audio.unmuted"]


class SessionInputAudioAppend(Result):
    """Somebody said something, as a sideband hears it."""

    type: Literal["session.input_audio.append"]
    audio: str
    """The sound in base64."""

    @property
    def pcm(self) -> bytes:
        """The bytes of the sound. Raises ResponseValidationError for what is not base64."""
        return sound_in(self.audio)


class OutputAudioDeltaEvent(SoundDelta):
    """More of what the model says, as sound."""

    type: Literal["session.output_audio.delta"]
    start_ms: int | None = None
    """Where it begins."""
    end_ms: int | None = None
    """Where it ends."""


class InputTranscriptDeltaEvent(LiveTranscriptEvent):
    """More of what is heard, in words."""

    type: Literal["session.input_transcript.delta"]


class OutputTranscriptDeltaEvent(LiveTranscriptEvent):
    """More of what the model says, in words."""

    type: Literal["session.output_transcript.delta"]


class OutputAudioFixturePlayingEvent(LiveAnswerEvent):
    """Your recording begins to play."""

    type: Literal["session.output_audio.fixture.playing"]


class OutputAudioFixturePlayedEvent(LiveAnswerEvent):
    """Your recording was played."""

    type: Literal["session.output_audio.fixture.played"]


# --- what the model is told ------------------------------------------------------------------------------------------


class InstructionsAppendedEvent(LiveSpanEvent):
    """The model knows what it should do."""

    type: Literal["session.instructions.appended"]


class ThinkingAppendedEvent(LiveSpanEvent):
    """The model knows what it should keep to itself."""

    type: Literal["session.thinking.appended"]


class CommentaryAppendedEvent(LiveSpanEvent):
    """The model knows what it may say."""

    type: Literal["session.commentary.appended"]


# --- what the model hands on -----------------------------------------------------------------------------------------


class Delegation(Result):
    """Work that the model handed on; the words of it come in the transcript."""

    type: Open[Literal["delegation"]]
    id: str
    """Its id: what you append for it names it."""
    target: Open[Literal["client", "responses", "decisions"]]
    """To whom: your program, a response, a decision."""
    response_id: str | None = None
    """Id of the response that works on it."""


class DelegationCreatedEvent(LiveAnswerEvent):
    """The model hands work on."""

    type: Literal["session.delegation.created"]
    delegation: Delegation
    """The work."""
    offset_ms: int
    """When."""


class ResponseEvent(LiveAnswerEvent):
    """What a response tells that works for the session."""

    type: Literal["response.event"]
    event: dict[str, Any]
    """An event of a streamed response; those with the whole response leave its input, tools and output out."""
    delegation_id: str | None = None
    """Id of the work that it is about, where that is known."""


class CompletedDecision(Result):
    """A decision that was made."""

    type: Open[Literal["decision.completed"]]
    decision: Decision
    """The decision: answers in the order of the questions."""


class DecisionEvent(LiveEvent):
    """Questions of the session are answered."""

    type: Literal["decision.event"]
    event: CompletedDecision
    """The answers."""
    delegation_id: str | None = None
    """Id of the work that asked for them."""
    trigger_id: str | None = None
    """Id of this time that a trigger asked for them."""
    source_event_id: str | None = None
    """Id of the transcript that set the trigger off."""
    source_event_type: Open[Literal["session.input_transcript.delta", "session.output_transcript.delta"]] | None = None
    """The kind of that transcript."""


class DecisionItemCreatedEvent(LiveAnswerEvent):
    """What decisions look at has one item more."""

    type: Literal["decision.item.created"]
    item: DecisionStoredItem
    """The item."""


class DecisionItemDeletedEvent(LiveAnswerEvent):
    """What decisions look at has one item less."""

    type: Literal["decision.item.deleted"]
    item_id: str
    """Id of the item."""


# --- the telephone ---------------------------------------------------------------------------------------------------


class TransportDtmfReceived(LiveEvent):
    """The caller pressed a key."""

    type: Literal["transport.dtmf.received"]
    event: str
    """The key: `0` to `9`, `*`, `#`, `A` to `D`."""


class TransportDtmfSend(LiveAnswerEvent):
    """Somebody asks the server to press a key."""

    type: Literal["transport.dtmf.send"]
    event: str
    """The key."""


class TransportDtmfSent(LiveAnswerEvent):
    """The server pressed a key."""

    type: Literal["transport.dtmf.sent"]
    event: str
    """The key."""


class TransportEvent(LiveEvent):
    """An event about a call."""

    session_id: str
    """Id of the session."""


class TransportRinging(TransportEvent):
    """It rings."""

    type: Literal["transport.ringing"]


class TransportAnswered(TransportEvent):
    """Somebody answered."""

    type: Literal["transport.answered"]


class TransportFailedError(Result):
    """Why a call failed."""

    type: Open[Literal["call_error"]]
    code: str
    """What went wrong, as a code."""
    message: str
    """What went wrong, in words."""
    param: str | None = None
    """The parameter that is at fault."""


class TransportFailed(TransportEvent):
    """The call failed."""

    type: Literal["transport.failed"]
    error: TransportFailedError
    """Why."""


LiveToldEvent: TypeAlias = (
    SessionStartedEvent
    | SessionUpdatedEvent
    | InputAudioMutedEvent
    | InputAudioUnmutedEvent
    | OutputAudioFixturePlayingEvent
    | OutputAudioFixturePlayedEvent
    | InstructionsAppendedEvent
    | ThinkingAppendedEvent
    | CommentaryAppendedEvent
    | SessionInputAudioAppend
    | OutputAudioDeltaEvent
    | InputTranscriptDeltaEvent
    | OutputTranscriptDeltaEvent
    | DelegationCreatedEvent
    | DecisionEvent
    | DecisionItemCreatedEvent
    | DecisionItemDeletedEvent
    | ResponseEvent
    | SessionUsageUpdatedEvent
    | SessionClosedEvent
    | ErrorEvent
    | InfoEvent
    | TransportDtmfReceived
    | TransportDtmfSend
    | TransportDtmfSent
    | TransportRinging
    | TransportAnswered
    | TransportFailed
)
"""What every connection to a session is told."""
