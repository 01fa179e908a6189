"""Realtime sessions: how one is set up, and what it is then.

API reference: "Realtime", the session of client secrets, of calls and of the events `session.update`, `session.created`
and `session.updated`. What is about sound stands in `audio.py`, sessions of before 2025-08 in `beta_sessions.py`.

Rules
* A session is of two kinds, told apart by `type`: one that answers (`realtime`), one that only writes down what it
  hears (`transcription`).
* What is given, what is said and what a call is accepted with share their fields (`SessionFields`), but for the stored
  prompt and for what null is taken for.

Weak spot: which options go together (text and sound at the same time do not) is for the service to say.
"""

from typing import TYPE_CHECKING, Annotated, Any, Literal, TypeAlias

from pydantic import Field, StrictBool, StrictInt

from typed_openai.models.base import Model, Tagged
from typed_openai.models.given_results import accepts_results
from typed_openai.models.known_values import KnownRealtimeModel
from typed_openai.models.realtime.audio import RealtimeAudioConfig, RealtimeAudioConfigInput
from typed_openai.models.responses.results import ResponsePrompt
from typed_openai.models.responses.service_tools import Mcp
from typed_openai.models.responses.tool_choices import (
    ResponseToolChoice,
    ToolChoiceFunction,
    ToolChoiceMcp,
    UnknownToolChoice,
)
from typed_openai.models.shape import CLOSED, LEFT_TO_RIGHT, Shape
from typed_openai.models.shared import EACH_ONCE, StringOrObject
from typed_openai.models.tools import RealtimeTool
from typed_openai.models.unknown_kinds import UnknownKind

# --- tools -----------------------------------------------------------------------------------------------------------


class RealtimeFunctionTool(RealtimeTool, Shape):
    """One of your functions, with a schema for its arguments."""

    type: Literal["function"] = "function"
    name: str | None = None
    """Its name."""
    description: str | None = None
    """What it is for, when to call it, and what to tell the speaker then: the model reads it."""
    parameters: dict[str, Any] | None = None
    """Its arguments, as a JSON schema of type object."""


class UnknownRealtimeTool(UnknownKind):
    """A tool of a kind that is newer than this package; its data is in `model_extra`."""


RealtimeToolsConfigUnion: TypeAlias = Annotated[
    RealtimeFunctionTool | Mcp | UnknownRealtimeTool, Tagged("type", "function")
]
"""A function of yours or the tools of an MCP server, told apart by `type`."""

if TYPE_CHECKING:
    RealtimeTools: TypeAlias = list[RealtimeTool]
    RealtimeToolChoice: TypeAlias = Literal["none", "auto", "required"] | ResponseToolChoice
else:
    RealtimeTools = Annotated[
        list[Annotated[RealtimeToolsConfigUnion, CLOSED, accepts_results("for_realtime")]], EACH_ONCE
    ]
    """The tools of a session; a function made a tool is one, too."""
    RealtimeToolChoice = Annotated[
        StringOrObject[
            Literal["none", "auto", "required"],
            Annotated[ToolChoiceFunction | ToolChoiceMcp | UnknownToolChoice, Tagged("type")],
        ],
        CLOSED,
    ]
    """A rule for all tools, or one that must be used."""

# --- the rest of a session -------------------------------------------------------------------------------------------

RealtimeReasoningEffort: TypeAlias = Literal["minimal", "low", "medium", "high", "xhigh"]
"""How long a realtime model may think."""


class RealtimeReasoning(Shape):
    """How a reasoning model (`gpt-realtime-2`) thinks."""

    effort: RealtimeReasoningEffort | None = None
    """How long; `low` by default."""


class TracingConfiguration(Shape):
    """How the session is called in the dashboard of traces."""

    workflow_name: str | None = None
    """Name of the trace."""
    group_id: str | None = None
    """Id of the group that it belongs to."""
    metadata: dict[str, Any] | None = None
    """Your own notes on it."""


RealtimeTracingConfig: TypeAlias = StringOrObject[Literal["auto"], TracingConfiguration]
"""Whether the session is traced: `auto` with names of the service, or with yours."""


class TokenLimits(Shape):
    """How long a conversation may grow."""

    post_instructions: Annotated[int, Field(ge=0)] | None = None
    """How many tokens there may be after instructions and tools; as many as the model takes by default."""


class RealtimeTruncationRetentionRatio(Shape):
    """Drop old messages in large steps, so that what stays is found in the cache more often."""

    type: Literal["retention_ratio"] = "retention_ratio"
    retention_ratio: Annotated[float, Field(ge=0, le=1)]
    """How much of what is allowed is kept, 0 to 1: 0.8 drops the oldest fifth."""
    token_limits: TokenLimits | None = None
    """How much is allowed."""


RealtimeTruncation: TypeAlias = StringOrObject[Literal["auto", "disabled"], RealtimeTruncationRetentionRatio]
"""What happens when a conversation outgrows the model: the oldest goes (`auto`), an error (`disabled`), your rule."""

MaxOutputTokens: TypeAlias = Annotated[StrictInt | Literal["inf"], LEFT_TO_RIGHT]
"""How long an answer may become, in tokens (1 to 4096), or `inf`."""

RealtimeInclude: TypeAlias = list[Literal["item.input_audio_transcription.logprobs"]]
"""What else events carry: how likely each word of a transcript is."""


class SessionFields(Model):
    """What a session that answers is set up with, and says of itself."""

    output_modalities: list[Literal["text", "audio"]] | None = None
    """How it answers: `["audio"]` (default, with a transcript) or `["text"]`."""
    model: KnownRealtimeModel | None = None
    """Name of the model."""
    instructions: str | None = None
    """What the model should do, and how it should sound; the service has some of its own by default."""
    audio: RealtimeAudioConfig | None = None
    """How sound is heard and made."""
    include: RealtimeInclude | None = None
    """What else events carry."""
    tools: RealtimeTools | None = None
    """What the model may call."""
    tool_choice: RealtimeToolChoice | None = None
    """Which tools it uses; `auto` by default."""
    parallel_tool_calls: StrictBool | None = None
    """Whether it may call several at once; for reasoning models."""
    reasoning: RealtimeReasoning | None = None
    """How it thinks; for reasoning models."""
    max_output_tokens: MaxOutputTokens | None = None
    """How long an answer may become with its calls, 1 to 4096 tokens; `inf` by default."""
    truncation: RealtimeTruncation | None = None
    """What happens when the conversation outgrows the model."""


class RealtimeSessionCreateRequest(SessionFields, Shape):
    """How a session that answers is set up."""

    type: Literal["realtime"] = "realtime"
    tracing: RealtimeTracingConfig | None = None
    """Whether the session is traced; not by default, and fixed once it is."""
    prompt: ResponsePrompt | None = None
    """A stored prompt to begin with."""


class SessionIdentity(Model):
    """What tells a session from others."""

    id: str
    """Its id (`sess_…`)."""
    expires_at: int | None = None
    """When it ends, Unix seconds."""


class RealtimeSessionCreateResponse(SessionFields, SessionIdentity, Shape):
    """A session that answers."""

    type: Literal["realtime"] = "realtime"
    object: Literal["realtime.session"]
    tracing: RealtimeTracingConfig | None = None
    """Whether the session is traced; not by default, and fixed once it is."""
    prompt: ResponsePrompt | None = None
    """The stored prompt that it began with."""


class RealtimeTranscriptionSessionAudio(Shape):
    """What is heard."""

    input: RealtimeAudioConfigInput | None = None
    """What is heard."""


class TranscriptionSessionFields(Model):
    """What a session that only listens is set up with, and says of itself."""

    audio: RealtimeTranscriptionSessionAudio | None = None
    """How sound is heard, and who writes it down."""
    include: RealtimeInclude | None = None
    """What else events carry."""


class RealtimeTranscriptionSessionCreateRequest(TranscriptionSessionFields, Shape):
    """How a session that only writes down what it hears is set up."""

    type: Literal["transcription"] = "transcription"


class RealtimeTranscriptionSessionCreateResponse(TranscriptionSessionFields, SessionIdentity, Shape):
    """A session that only writes down what it hears."""

    type: Literal["transcription"] = "transcription"
    object: str
    """Always `realtime.transcription_session`."""


class UnknownRealtimeSession(UnknownKind):
    """A session of a kind that is newer than this package; its data is in `model_extra`."""


RealtimeSessionConfig: TypeAlias = Annotated[
    RealtimeSessionCreateRequest | RealtimeTranscriptionSessionCreateRequest, Tagged("type")
]
"""How a session of either kind is set up, told apart by `type`."""

AnyRealtimeSession: TypeAlias = Annotated[
    RealtimeSessionCreateResponse | RealtimeTranscriptionSessionCreateResponse | UnknownRealtimeSession, Tagged("type")
]
"""A session of either kind, told apart by `type`."""
