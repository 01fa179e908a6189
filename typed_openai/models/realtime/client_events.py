"""What a program tells a realtime server: how the session is, what was heard, what to answer.

API reference: "Realtime", client events.

Rules
* One params model for each kind of event, told apart by `type`; what is wrong is refused before anything is sent.
* `event_id` is yours: an error of the server names it.

Weak spot: sound is not looked at; that it is in the format of the session is for the program to know.
"""

from typing import Annotated, Literal, TypeAlias

from pydantic import StrictInt, StringConstraints

from typed_openai.models.base import Params, Tagged
from typed_openai.models.event_tables import by_type
from typed_openai.models.realtime.items import ConversationItem
from typed_openai.models.realtime.response_params import RealtimeResponseCreateParams
from typed_openai.models.realtime.session import RealtimeSessionConfig
from typed_openai.models.shape import CLOSED
from typed_openai.models.sound import Sound

EventId: TypeAlias = Annotated[str, StringConstraints(max_length=512)]
"""An id of yours for an event, up to 512 characters."""


class RealtimeClientParams(Params):
    """What all events have."""

    event_id: EventId | None = None
    """An id of yours, up to 512 characters: an error names it."""


class RealtimeItemParams(RealtimeClientParams):
    """An event about an item, by its id."""

    item_id: str
    """Id of the item."""


class SessionUpdateEvent(RealtimeClientParams):
    """Set the session; what is left out stays as it is."""

    type: Literal["session.update"] = "session.update"
    session: Annotated[RealtimeSessionConfig, CLOSED]
    """The session: one that talks, or one that writes down what it hears."""


class InputAudioBufferAppendEvent(RealtimeClientParams):
    """Somebody says something: sound, in pieces of any length up to 15 MiB."""

    type: Literal["input_audio_buffer.append"] = "input_audio_buffer.append"
    audio: Sound
    """The sound, bytes or base64, in the format of the session."""


class InputAudioBufferCommitEvent(RealtimeClientParams):
    """What was said is a message now; where the session finds turns by itself, it does so too."""

    type: Literal["input_audio_buffer.commit"] = "input_audio_buffer.commit"


class InputAudioBufferClearEvent(RealtimeClientParams):
    """Throw away what was said since the last message."""

    type: Literal["input_audio_buffer.clear"] = "input_audio_buffer.clear"


class OutputAudioBufferClearEvent(RealtimeClientParams):
    """Stop playing (WebRTC, SIP); cancel the response first."""

    type: Literal["output_audio_buffer.clear"] = "output_audio_buffer.clear"


class ConversationItemCreateEvent(RealtimeClientParams):
    """Put an item into the conversation."""

    type: Literal["conversation.item.create"] = "conversation.item.create"
    item: Annotated[ConversationItem, CLOSED]
    """A message, a call of a function, its output."""
    previous_item_id: str | None = None
    """Id of the item that it goes after; the last by default, `root` for the beginning."""


class ConversationItemRetrieveEvent(RealtimeItemParams):
    """Ask for an item, with the sound that the server has of it."""

    type: Literal["conversation.item.retrieve"] = "conversation.item.retrieve"


class ConversationItemDeleteEvent(RealtimeItemParams):
    """Take an item out of the conversation."""

    type: Literal["conversation.item.delete"] = "conversation.item.delete"


class ConversationItemTruncateEvent(RealtimeItemParams):
    """Cut what the model said at what was played of it, so that it knows what was heard."""

    type: Literal["conversation.item.truncate"] = "conversation.item.truncate"
    content_index: StrictInt
    """Which part of the item, from 0."""
    audio_end_ms: StrictInt
    """How much of it was played, in milliseconds."""


class ResponseCreateEvent(RealtimeClientParams):
    """Let the model answer."""

    type: Literal["response.create"] = "response.create"
    response: RealtimeResponseCreateParams | None = None
    """How; what is left out is as the session has it."""


class ResponseCancelEvent(RealtimeClientParams):
    """Stop an answer that is under way."""

    type: Literal["response.cancel"] = "response.cancel"
    response_id: str | None = None
    """Id of the response; the one of the conversation by default."""


RealtimeClientEvent: TypeAlias = Annotated[
    ConversationItemCreateEvent
    | ConversationItemDeleteEvent
    | ConversationItemRetrieveEvent
    | ConversationItemTruncateEvent
    | InputAudioBufferAppendEvent
    | InputAudioBufferClearEvent
    | OutputAudioBufferClearEvent
    | InputAudioBufferCommitEvent
    | ResponseCancelEvent
    | ResponseCreateEvent
    | SessionUpdateEvent,
    Tagged("type"),
]
"""An event for a realtime server, told apart by `type`."""

CLIENT_EVENTS = by_type(RealtimeClientEvent)
"""The model of each event by its `type`."""
