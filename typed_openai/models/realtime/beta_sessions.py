"""Realtime sessions as they were set up before they became stable (`/realtime/sessions`).

API reference: "Realtime (beta)", sessions, transcription sessions, and the session in their events. New programs make
a client secret (`client_secrets.py`).

Rules
* The answer is described in two ways, flat as it was set up, and with `audio` as sessions are today: the model takes
  either, and nothing in it is promised but what the operation is for, the secret.

Weak spot: OpenAI itself may have closed these; other servers (Azure's preview) have them.
"""

from typing import Annotated, Literal, TypeAlias

from pydantic import Field, StrictFloat

from typed_openai.models.base import Model, Params, Result
from typed_openai.models.known_values import KnownRealtimeModel
from typed_openai.models.realtime.audio import (
    AudioTranscription,
    NoiseReduction,
    RealtimeAudioConfig,
    RealtimeAudioInputTurnDetection,
    RealtimeVoice,
)
from typed_openai.models.realtime.client_secrets import ExpiresAfter, Secret
from typed_openai.models.realtime.session import MaxOutputTokens, RealtimeInclude, RealtimeTools, RealtimeTracingConfig
from typed_openai.models.responses.results import ResponsePrompt
from typed_openai.models.shape import Shape

BetaAudioFormat: TypeAlias = Literal["pcm16", "g711_ulaw", "g711_alaw"]
"""How sound is encoded: raw at 24,000 samples a second, or as telephones do."""


class BetaTurnDetection(Shape):
    """How the end of a turn is found."""

    type: Literal["server_vad", "semantic_vad"] | None = None
    """By silence, or by a model that thinks the speaker has finished."""
    threshold: float | None = None
    """How loud speech must be, 0 to 1; 0.5 by default."""
    prefix_padding_ms: int | None = None
    """How much sound before the speech is taken with it, in milliseconds; 300 by default."""
    silence_duration_ms: int | None = None
    """How long the silence is that ends a turn, in milliseconds; 500 by default."""
    eagerness: Literal["low", "medium", "high", "auto"] | None = None
    """How soon the model thinks so; `auto` by default."""
    create_response: bool | None = None
    """Whether the model answers by itself when a turn is over; True by default."""
    interrupt_response: bool | None = None
    """Whether speech stops an answer that is under way; True by default."""


class BetaSessionFields(Model):
    """What a session is set up with, and says of itself."""

    modalities: list[Literal["text", "audio"]] | None = None
    """How it answers; `["text", "audio"]` by default."""
    instructions: str | None = None
    """What the model should do, and how it should sound."""
    voice: RealtimeVoice | None = None
    """Who speaks; fixed once something was said."""
    input_audio_format: BetaAudioFormat | None = None
    """How what is heard is encoded; `pcm16` by default."""
    output_audio_format: BetaAudioFormat | None = None
    """How what is said is encoded; `pcm16` by default."""
    input_audio_transcription: AudioTranscription | None = None
    """Who writes down what is heard; nobody by default."""
    speed: Annotated[StrictFloat, Field(ge=0.25, le=1.5)] | None = None
    """How fast it speaks, 0.25 to 1.5; 1 by default."""
    tracing: RealtimeTracingConfig | None = None
    """Whether it is traced; not by default."""
    tools: RealtimeTools | None = None
    """Functions that the model may call."""
    tool_choice: str | None = None
    """Which it uses: `auto` (default), `none`, `required`, or the name of one."""
    temperature: StrictFloat | None = None
    """How freely the model guesses, 0.6 to 1.2; 0.8 by default, which suits sound best."""
    max_response_output_tokens: MaxOutputTokens | None = None
    """How long an answer may become with its calls, 1 to 4096 tokens; `inf` by default."""


class SessionSecret(Params):
    """What the secret of a session shall be."""

    expires_after: ExpiresAfter | None = None
    """When it ends."""


class TranscriptionSessionSecret(Params):
    """What the secret of a session that only listens shall be."""

    expires_at: ExpiresAfter | None = None
    """When it ends."""


class SessionCreateParams(BetaSessionFields, Params):
    """How a session is set up."""

    client_secret: SessionSecret | None = None
    """What its secret shall be."""
    model: KnownRealtimeModel | None = None
    """Name of the model."""
    input_audio_noise_reduction: NoiseReduction | None = None
    """What is taken out of what is heard; nothing by default."""
    turn_detection: BetaTurnDetection | None = None
    """How the end of a turn is found."""


class TranscriptionSessionCreateParams(Params):
    """How a session that only writes down what it hears is set up."""

    client_secret: TranscriptionSessionSecret | None = None
    """What its secret shall be."""
    include: RealtimeInclude | None = None
    """What else events carry."""
    input_audio_format: BetaAudioFormat | None = None
    """How what is heard is encoded; `pcm16` by default."""
    input_audio_noise_reduction: NoiseReduction | None = None
    """What is taken out of it; nothing by default."""
    input_audio_transcription: AudioTranscription | None = None
    """Who writes it down."""
    modalities: list[Literal["text", "audio"]] | None = None
    """How it answers."""
    turn_detection: BetaTurnDetection | None = None
    """How the end of a turn is found."""


class SessionIdentity(Model):
    """What tells a session from others."""

    id: str | None = None
    """Its id (`sess_…`)."""
    object: str | None = None
    """Always `realtime.session`."""
    expires_at: int | None = None
    """When it ends, Unix seconds."""
    include: RealtimeInclude | None = None
    """What else events carry."""
    model: KnownRealtimeModel | None = None
    """Name of the model."""


class SessionCreateResponse(BetaSessionFields, SessionIdentity, Shape):
    """A session, and the secret that opens it."""

    client_secret: Secret | None = None
    """The secret."""
    turn_detection: BetaTurnDetection | None = None
    """How the end of a turn is found."""
    output_modalities: list[Literal["text", "audio"]] | None = None
    """How it answers, where the answer is in today's form."""
    audio: RealtimeAudioConfig | None = None
    """How sound is heard and made, where the answer is in today's form."""
    max_output_tokens: MaxOutputTokens | None = None
    """How long an answer may become, where the answer is in today's form."""


class Session(BetaSessionFields, SessionIdentity, Shape):
    """A session in the events of a connection."""

    input_audio_noise_reduction: NoiseReduction | None = None
    """What is taken out of what is heard."""
    turn_detection: RealtimeAudioInputTurnDetection | None = None
    """How the end of a turn is found; None where you say when to answer."""
    prompt: ResponsePrompt | None = None
    """The stored prompt that it began with."""


class TranscriptionSession(Result):
    """A session that only listens, and the secret that opens it."""

    client_secret: Secret
    """The secret."""
    modalities: list[str] | None = None
    """How it answers."""
    input_audio_format: str | None = None
    """How what is heard is encoded."""
    input_audio_transcription: AudioTranscription | None = None
    """Who writes it down."""
    turn_detection: BetaTurnDetection | None = None
    """How the end of a turn is found."""
