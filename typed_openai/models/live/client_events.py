"""What a program tells a live server.

API reference: "Live", client events, as the official package 3.57.0 has them.

Rules
* One params model for each kind of event, told apart by `type`; what is wrong is refused before anything is sent.
* The first event of a connection is `session.start`; of a sideband, none is.

Weak spot: that a text is at most 500 tokens long is for the server to say.
"""

from typing import TYPE_CHECKING, Annotated, Any, Literal, TypeAlias

from pydantic import BeforeValidator

from typed_openai.models.base import NULL, Null, Params, Tagged
from typed_openai.models.decisions.items import DecisionItem
from typed_openai.models.event_tables import by_type
from typed_openai.models.live.session import SessionConfig, SessionUpdateConfig
from typed_openai.models.responses.input_params import AnyInputItem
from typed_openai.models.shape import CLOSED, LEFT_TO_RIGHT
from typed_openai.models.sound import Sound

if TYPE_CHECKING:
    Delegated: TypeAlias = str | Null | None
else:
    Delegated = Annotated[
        Annotated[str | Null, LEFT_TO_RIGHT] | None, BeforeValidator(lambda value: NULL if value is None else value)
    ]
    """Id of work that the model handed on; None (sent as null) for the session as a whole."""


class LiveClientParams(Params):
    """What all events have."""

    event_id: str | None = None
    """An id of yours: what answers it names it."""


class LiveAppendParams(LiveClientParams):
    """An event with something for the model to know."""

    content: str
    """The text, up to 500 tokens."""
    delegation_id: Delegated = NULL
    """Id of the work that it is for (`session.delegation.created`); None, sent as null, for the session as a whole."""

    @classmethod
    def __pydantic_init_subclass__(cls, **kwargs: Any) -> None:
        super().__pydantic_init_subclass__(**kwargs)
        cls.constants = cls.constants | {"delegation_id"}  # the service wants it in any case


class SessionStartEvent(LiveClientParams):
    """Begin a session: the first event of a connection."""

    type: Literal["session.start"] = "session.start"
    session: Annotated[SessionConfig, CLOSED]
    """How it is set up."""


class SessionUpdateEvent(LiveClientParams):
    """Change the session; what is left out stays as it is."""

    type: Literal["session.update"] = "session.update"
    session: Annotated[SessionUpdateConfig, CLOSED]
    """What to change."""


class SessionCloseEvent(LiveClientParams):
    """That was all: the server answers `session.closed`."""

    type: Literal["session.close"] = "session.close"


class InputAudioAppendEvent(LiveClientParams):
    """Somebody says something: sound, in pieces."""

    type: Literal["session.input_audio.append"] = "session.input_audio.append"
    audio: Sound
    """The sound, bytes or base64, in the format of the session."""


class InputAudioMuteEvent(LiveClientParams):
    """Do not listen."""

    type: Literal["session.input_audio.mute"] = "session.input_audio.mute"


class InputAudioUnmuteEvent(LiveClientParams):
    """Listen again."""

    type: Literal["session.input_audio.unmute"] = "session.input_audio.unmute"


class OutputAudioFixturePlayEvent(LiveClientParams):
    """Play a recording of yours; the model does not listen meanwhile."""

    type: Literal["session.output_audio.fixture.play"] = "session.output_audio.fixture.play"
    audio: Sound
    """The sound, bytes or base64: 16 bit, little-endian, one channel, 24 kHz, up to 30 seconds, without a header."""


class InstructionsAppendEvent(LiveAppendParams):
    """Tell the model what to do; it stays in the conversation."""

    type: Literal["session.instructions.append"] = "session.instructions.append"


class ThinkingAppendEvent(LiveAppendParams):
    """Tell the model what to keep in mind; it may show in what it says."""

    type: Literal["session.thinking.append"] = "session.thinking.append"


class CommentaryAppendEvent(LiveAppendParams):
    """Tell the model what to pass on to the user."""

    type: Literal["session.commentary.append"] = "session.commentary.append"


class DecisionCreateEvent(Params):
    """Answer the questions of the session now."""

    type: Literal["decision.create"] = "decision.create"
    event_id: str
    """An id of yours, which no other event of the session has."""


class DecisionItemCreateEvent(LiveClientParams):
    """Let decisions look at one item more; the model does not hear of it."""

    type: Literal["decision.item.create"] = "decision.item.create"
    item: Annotated[DecisionItem, CLOSED]
    """A message, a call, its output."""


class DecisionItemDeleteEvent(LiveClientParams):
    """Let decisions look at one item less."""

    type: Literal["decision.item.delete"] = "decision.item.delete"
    item_id: str
    """Id of the item."""


class ResponseItemCreateEvent(LiveClientParams):
    """Give an item to the response that works for the session, such as the output of a function."""

    type: Literal["response.item.create"] = "response.item.create"
    item: AnyInputItem
    """The item, as `responses.create` takes it."""


class ResponseCreateEvent(LiveClientParams):
    """Let the response that works for the session go on."""

    type: Literal["response.create"] = "response.create"


LiveSaidEvent: TypeAlias = (
    SessionUpdateEvent
    | InputAudioMuteEvent
    | InputAudioUnmuteEvent
    | OutputAudioFixturePlayEvent
    | InstructionsAppendEvent
    | ThinkingAppendEvent
    | CommentaryAppendEvent
    | DecisionCreateEvent
    | DecisionItemCreateEvent
    | DecisionItemDeleteEvent
    | ResponseItemCreateEvent
    | ResponseCreateEvent
    | SessionCloseEvent
)
"""What every connection to a session may say."""

LiveClientEvent: TypeAlias = Annotated[SessionStartEvent | LiveSaidEvent | InputAudioAppendEvent, Tagged("type")]
"""An event for a live server, told apart by `type`."""

CLIENT_EVENTS = by_type(LiveClientEvent)
"""The model of each event by its `type`."""
