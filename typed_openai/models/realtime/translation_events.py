"""Live translation over a socket: sound of one language in, sound and text of another out.

API reference: "Realtime", translation sessions.

Rules
* The session ends when the program says `session.close` and the server has said all that was left: `session.closed`.
* Unlike other realtime sessions there are no turns: what comes out follows what goes in.
"""

from typing import Annotated, Literal, TypeAlias

from typing_extensions import TypeAliasType

from typed_openai.models.base import Open, Tagged
from typed_openai.models.event_tables import by_type
from typed_openai.models.realtime.client_events import RealtimeClientParams
from typed_openai.models.realtime.events import RealtimeErrorEvent, RealtimeEvent, UnknownRealtimeEvent
from typed_openai.models.realtime.translations import (
    RealtimeTranslationSession,
    RealtimeTranslationSessionUpdateRequest,
)
from typed_openai.models.sound import Sound, SoundDelta

# --- what goes out ---------------------------------------------------------------------------------------------------


class RealtimeTranslationSessionUpdateEvent(RealtimeClientParams):
    """Set the session; what is left out stays as it is."""

    type: Literal["session.update"] = "session.update"
    session: RealtimeTranslationSessionUpdateRequest
    """The session."""


class RealtimeTranslationInputAudioBufferAppendEvent(RealtimeClientParams):
    """Somebody says something: 16-bit sound at 24 kHz, in pieces."""

    type: Literal["session.input_audio_buffer.append"] = "session.input_audio_buffer.append"
    audio: Sound
    """The sound, bytes or base64."""


class RealtimeTranslationSessionCloseEvent(RealtimeClientParams):
    """That was all: translate what is left, then close."""

    type: Literal["session.close"] = "session.close"


RealtimeTranslationClientEvent: TypeAlias = Annotated[
    RealtimeTranslationSessionUpdateEvent
    | RealtimeTranslationInputAudioBufferAppendEvent
    | RealtimeTranslationSessionCloseEvent,
    Tagged("type"),
]
"""An event for a server that translates, told apart by `type`."""

CLIENT_EVENTS = by_type(RealtimeTranslationClientEvent)
"""The model of each event by its `type`."""

# --- what comes in ---------------------------------------------------------------------------------------------------


class TranslationSessionEvent(RealtimeEvent):
    """An event with the session."""

    session: RealtimeTranslationSession
    """The session as it is now."""


class RealtimeTranslationSessionCreatedEvent(TranslationSessionEvent):
    """The session is there: the first event of a connection."""

    type: Literal["session.created"]


class RealtimeTranslationSessionUpdatedEvent(TranslationSessionEvent):
    """The session is set as you asked."""

    type: Literal["session.updated"]


class RealtimeTranslationSessionClosedEvent(RealtimeEvent):
    """All is said: the last event."""

    type: Literal["session.closed"]


class TranslationTimedEvent(RealtimeEvent):
    """An event with more of what is said."""

    elapsed_ms: int | None = None
    """Where it belongs, in milliseconds of the session."""


class TranslationDeltaEvent(TranslationTimedEvent):
    """An event with more of what is said, in words."""

    delta: str
    """What comes next."""


class RealtimeTranslationInputTranscriptDeltaEvent(TranslationDeltaEvent):
    """More of what was heard, in words of its own language."""

    type: Literal["session.input_transcript.delta"]


class RealtimeTranslationOutputTranscriptDeltaEvent(TranslationDeltaEvent):
    """More of the translation, in words."""

    type: Literal["session.output_transcript.delta"]


class RealtimeTranslationOutputAudioDeltaEvent(SoundDelta, TranslationTimedEvent):
    """More of the translation, as sound."""

    type: Literal["session.output_audio.delta"]
    sample_rate: int | None = None
    """Samples a second: 24,000."""
    channels: int | None = None
    """How many channels: one."""
    format: Open[Literal["pcm16"]] | None = None
    """How it is encoded: `pcm16`."""


RealtimeTranslationServerEvent = TypeAliasType(
    "RealtimeTranslationServerEvent",
    Annotated[
        RealtimeErrorEvent
        | RealtimeTranslationSessionCreatedEvent
        | RealtimeTranslationSessionUpdatedEvent
        | RealtimeTranslationSessionClosedEvent
        | RealtimeTranslationInputTranscriptDeltaEvent
        | RealtimeTranslationOutputTranscriptDeltaEvent
        | RealtimeTranslationOutputAudioDeltaEvent
        | UnknownRealtimeEvent,
        Tagged("type"),
    ],
)
"""What a server that translates tells, told apart by `type`."""
