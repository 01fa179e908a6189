"""Live sessions: how one is set up, what may be changed while it runs, what it is.

API reference: "Live", sessions, as the official package 3.57.0 has them; the API description does not know them.

Rules
* What a session is set up with it says of itself, so these are shapes.
* Who works for the session is told apart by `type` (`delegation`): your program, responses, decisions.

Weak spots
* The tools of responses that work for a session are those of `responses.create`; the official types name them without
  their parameters.
* What is fixed once a session has started (voice, instructions) is for the server to say.
"""

from typing import TYPE_CHECKING, Annotated, Any, Literal, TypeAlias

from typed_openai.models.audio.speech import VoiceID
from typed_openai.models.base import Result, Tagged, UnknownTag
from typed_openai.models.decisions.decisions import DecisionQuestion
from typed_openai.models.known_values import KnownLiveVoice
from typed_openai.models.responses.tool_choices import NamedToolChoice, ResponseToolChoice
from typed_openai.models.responses.tools import Tools
from typed_openai.models.shape import Shape
from typed_openai.models.shared import StringOrList, StringOrObject
from typed_openai.models.unknown_kinds import UnknownKind

# --- sound -----------------------------------------------------------------------------------------------------------


class LiveAudioPCM(Shape):
    """Raw sound: 16 bit, little-endian, one channel."""

    type: Literal["audio/pcm"] = "audio/pcm"
    rate: Literal[16000, 24000]
    """Samples a second."""


class LiveTelephoneAudio(Shape):
    """Sound of telephones."""

    rate: Literal[8000]
    """Samples a second: 8,000."""


class LiveAudioPCMU(LiveTelephoneAudio):
    """G.711 µ-law, as in America and Japan."""

    type: Literal["audio/pcmu"] = "audio/pcmu"


class LiveAudioPCMA(LiveTelephoneAudio):
    """G.711 A-law, as elsewhere."""

    type: Literal["audio/pcma"] = "audio/pcma"


class UnknownLiveAudio(UnknownKind):
    """A format of a kind that is newer than this package; its data is in `model_extra`."""


LiveAudioFormat: TypeAlias = Annotated[LiveAudioPCM | LiveAudioPCMU | LiveAudioPCMA | UnknownLiveAudio, Tagged("type")]
"""How sound is encoded, told apart by `type`."""


class LiveAudioOutput(Shape):
    """What is said."""

    voice: StringOrObject[KnownLiveVoice, VoiceID] | None = None
    """Who says it: a name (`marin` by default), or a voice of yours; fixed once the session runs."""


class ForkAudio(Shape):
    """How a connection carries sound."""

    format: LiveAudioFormat | None = None
    """How it is encoded, both ways."""


class LiveAudio(ForkAudio):
    """How sound is heard and made."""

    output: LiveAudioOutput | None = None
    """What is said."""


# --- what a browser may do -------------------------------------------------------------------------------------------


class ServerEventSelector(Shape):
    """A kind of server event."""

    type: str
    """The kind; `response.event` for what a response tells."""
    response_event: str | None = None
    """Which event of a response, for `response.event`."""


class DataChannelConfig(Shape):
    """What a browser that you do not trust may send and hear."""

    allowed_client_events: StringOrList[Literal["all"], list[str]] | None = None
    """Which events it may send: `all` (default), or these."""
    allowed_server_events: StringOrList[Literal["all"], list[ServerEventSelector]] | None = None
    """Which events it hears: `all` (default), or these."""


class ClientConfig(Shape):
    """What a browser may do (WebRTC)."""

    data_channel: DataChannelConfig
    """What it may send and hear."""


# --- who works for the session ---------------------------------------------------------------------------------------


class ResponsesReasoning(Shape):
    """How the model thinks."""

    effort: Literal["none", "minimal", "low", "medium", "high", "xhigh"] | None = None
    """How long."""
    summary: Literal["concise", "detailed", "auto"] | None = None
    """Whether its thoughts are summed up."""


class ResponsesText(Shape):
    """How the model writes."""

    verbosity: Literal["low", "medium", "high"] | None = None
    """How wordy."""


class LiveToolChoiceTypes(ResponseToolChoice, Shape):
    """Use this tool of the service."""

    type: Literal["file_search", "web_search", "web_search_preview", "image_generation", "computer", "code_interpreter"]
    """Which tool."""


class LiveToolChoiceAllowed(ResponseToolChoice, Shape):
    """Use only some of the tools."""

    type: Literal["allowed_tools"] = "allowed_tools"
    tools: list[dict[str, Any]]
    """Which ones, each as `{"type": "function", "name": "..."}`."""
    mode: Literal["none", "auto", "required"] | None = None
    """`auto`: the model may use one of them; `required`: it must."""


LiveToolChoiceObject: TypeAlias = Annotated[
    LiveToolChoiceTypes | LiveToolChoiceAllowed | NamedToolChoice, Tagged("type")
]
"""A choice among the tools, told apart by `type`."""

if TYPE_CHECKING:
    LiveToolChoice: TypeAlias = Literal["none", "auto", "required"] | ResponseToolChoice
else:
    LiveToolChoice = StringOrObject[Literal["none", "auto", "required"], LiveToolChoiceObject]
    """A rule for all tools, or a choice among them."""


class ResponsesDelegationSettings(Shape):
    """How responses work for the session."""

    instructions: str | None = None
    """What it should do; the instructions of the session are not for it."""
    max_output_tokens: int | None = None
    """How long a response may become, in tokens."""
    parallel_tool_calls: bool | None = None
    """Whether it may call several tools at once."""
    reasoning: ResponsesReasoning | None = None
    """How it thinks."""
    service_tier: Literal["auto", "default", "fast_tier_temp_pilot", "flex", "priority", "ultrafast"] | None = None
    """Which lane its requests take."""
    text: ResponsesText | None = None
    """How it writes."""
    tool_choice: LiveToolChoice | None = None
    """Which tools it uses."""
    tools: Tools | None = None
    """What it may use."""


class ResponsesDelegationUpdateConfig(ResponsesDelegationSettings):
    """What to change about the responses that work for the session."""

    model: str | None = None
    """Name of the model."""


class ResponsesDelegationConfig(ResponsesDelegationSettings):
    """The responses that work for the session."""

    model: str
    """Name of the model."""


class DecisionsDelegationUpdateConfig(Shape):
    """What to change about the decisions that are made for the session."""

    model: str | None = None
    """Name of the model."""
    questions: list[DecisionQuestion] | None = None
    """What is asked, all at once."""


class DecisionsDelegationConfig(Shape):
    """The decisions that are made for the session."""

    model: str
    """Name of the model."""
    questions: list[DecisionQuestion]
    """What is asked, all at once."""


class LiveDelegation(Shape):
    """What all that work for a session have."""

    acknowledgement_delay_ms: int | None = None
    """How long to wait before the model says that it is at work, in milliseconds; 0 by default, of decisions 400."""


class ClientDelegation(LiveDelegation):
    """Your program works for the session (default)."""

    type: Literal["client"] = "client"


class DelegationResponses(LiveDelegation):
    """Responses work for the session."""

    type: Literal["responses"] = "responses"
    responses: ResponsesDelegationConfig
    """How."""


class DelegationDecisions(LiveDelegation):
    """Decisions are made for the session."""

    type: Literal["decisions"] = "decisions"
    decisions: DecisionsDelegationConfig
    """Which."""


class DelegationResponsesUpdate(LiveDelegation):
    """Change the responses that work for the session."""

    type: Literal["responses"] = "responses"
    responses: ResponsesDelegationUpdateConfig | None = None
    """What to change."""


class DelegationDecisionsUpdate(LiveDelegation):
    """Change the decisions that are made for the session."""

    type: Literal["decisions"] = "decisions"
    decisions: DecisionsDelegationUpdateConfig | None = None
    """What to change."""


class UnknownDelegation(UnknownKind):
    """Somebody of a kind that is newer than this package; the data is in `model_extra`."""


AnyLiveDelegation: TypeAlias = Annotated[
    ClientDelegation | DelegationResponses | DelegationDecisions | UnknownDelegation, Tagged("type")
]
"""Who works for the session, told apart by `type`."""

LiveDelegationUpdate: TypeAlias = Annotated[
    ClientDelegation | DelegationResponsesUpdate | DelegationDecisionsUpdate | UnknownDelegation, Tagged("type")
]
"""What to change about who works for the session, told apart by `type`."""


class TriggeredDecisions(Shape):
    """What is asked when something is said."""

    questions: list[DecisionQuestion]
    """The questions, all at once."""


class DecisionTrigger(Shape):
    """Ask questions whenever something is said."""

    type: Literal["decisions"] = "decisions"
    event_type: Literal["session.input_transcript.delta", "session.output_transcript.delta"]
    """Said by the user (`input`) or by the model (`output`)."""
    decisions: TriggeredDecisions
    """What is asked."""


# --- what was said before --------------------------------------------------------------------------------------------


class LiveText(Shape):
    """A text."""

    type: Literal["input_text"] | None = None
    text: str
    """The text."""


class LiveSaidText(Shape):
    """A text of the model."""

    type: Literal["text", "output_text"] | None = None
    """The kind of part."""
    text: str
    """The text."""


class LiveMessage(Shape):
    """What all messages have."""

    type: Literal["message"] | None = None
    id: str | None = None
    """Its id."""
    status: Literal["incomplete", "completed"] | None = None
    """How far it has come."""


class LiveDeveloperMessage(LiveMessage):
    """What you said."""

    role: Literal["developer"] = "developer"
    content: list[LiveText]
    """One text."""


class LiveUserMessage(LiveMessage):
    """What the user said."""

    role: Literal["user"] = "user"
    content: list[LiveText]
    """One text."""


class LiveAssistantMessage(LiveMessage):
    """What the model said."""

    role: Literal["assistant"] = "assistant"
    content: list[LiveSaidText]
    """One text."""


class UnknownLiveMessage(Result):
    """A message of somebody that this package does not know yet; its data is in `model_extra`."""

    role: UnknownTag
    """Who speaks."""


InitialItem: TypeAlias = Annotated[
    LiveDeveloperMessage | LiveUserMessage | LiveAssistantMessage | UnknownLiveMessage, Tagged("role")
]
"""A message, told apart by who speaks."""

# --- sessions --------------------------------------------------------------------------------------------------------


class LiveSettings(Shape):
    """What a session of any kind is set up with."""

    model: str
    """Name of the model: `gpt-live-1.1`, `gpt-live-1`."""
    delegation: AnyLiveDelegation | None = None
    """Who works for the session; your program by default."""
    input: list[InitialItem] | None = None
    """What was said before: up to 128 messages of one text each."""
    instructions: str | None = None
    """What the model should do, how it should sound, when it hands work on; fixed once the session runs."""
    safety_identifier: str | None = None
    """A stable, hashed id of the end user, for abuse detection."""
    store: bool | None = None
    """Whether the session is kept, to be forked and its recording fetched; False by default."""
    triggers: list[DecisionTrigger] | None = None
    """What is asked whenever something is said: one for each side at most."""


class LiveSessionFields(LiveSettings):
    """What a session is set up with, and says of itself."""

    audio: LiveAudio | None = None
    """How sound is heard and made."""
    client: ClientConfig | None = None
    """What a browser may do (WebRTC)."""


class SessionConfig(LiveSessionFields):
    """How a session is set up."""


class SessionUpdateConfig(Shape):
    """What to change about a session that runs."""

    delegation: LiveDelegationUpdate | None = None
    """Who works for it: of the same kind as before."""
    triggers: list[DecisionTrigger] | None = None
    """What is asked whenever something is said, in place of what was; an empty list for nothing."""


class MediaSessionForkConfig(Shape):
    """What differs from the session that a new one begins with, where WebRTC settles how sound is carried."""

    client: ClientConfig | None = None
    """What a browser may do (WebRTC)."""
    delegation: DelegationResponsesUpdate | None = None
    """What to change about the responses that work for it."""
    store: bool | None = None
    """Whether the new session is kept; as the first by default."""


class ForkSessionConfig(MediaSessionForkConfig):
    """What differs from the session that a new one begins with."""

    audio: ForkAudio | None = None
    """How the connection carries sound."""


class SessionResource(LiveSessionFields):
    """A session that runs."""

    id: str
    """Its id: sidebands, forks and recordings name it."""
    status: Literal["active"]
    """How it is: `active`, also in the event that tells of its end."""
    expires_at: int
    """When it ends, Unix seconds."""
