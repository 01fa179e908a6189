"""The union of what a live server tells the connection that holds the session.

API reference: "Live", server events.

Weak spot: reading by the union builds the models of all events, once.
"""

from typing import Annotated, TypeAlias

from typing_extensions import TypeAliasType

from typed_openai.models.base import Tagged
from typed_openai.models.live.events import (
    CommentaryAppendedEvent,
    DecisionEvent,
    DecisionItemCreatedEvent,
    DecisionItemDeletedEvent,
    DelegationCreatedEvent,
    ErrorEvent,
    InfoEvent,
    InputAudioMutedEvent,
    InputAudioUnmutedEvent,
    InputTranscriptDeltaEvent,
    InstructionsAppendedEvent,
    OutputAudioDeltaEvent,
    OutputAudioFixturePlayedEvent,
    OutputAudioFixturePlayingEvent,
    OutputTranscriptDeltaEvent,
    ResponseEvent,
    SessionClosedEvent,
    SessionInputAudioAppend,
    SessionStartedEvent,
    SessionUpdatedEvent,
    SessionUsageUpdatedEvent,
    ThinkingAppendedEvent,
    TransportAnswered,
    TransportDtmfReceived,
    TransportDtmfSend,
    TransportDtmfSent,
    TransportFailed,
    TransportRinging,
    UnknownLiveEvent,
)

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

LiveServerEvent = TypeAliasType("LiveServerEvent", Annotated[LiveToldEvent | UnknownLiveEvent, Tagged("type")])
"""What the connection that holds a session is told, told apart by `type`."""
