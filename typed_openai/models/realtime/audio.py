"""Realtime sound: how it is encoded, how turns are told apart, who writes it down, in which voice it is answered.

API reference: "Realtime", the `audio` of a session. Sessions of all kinds (speech, transcription, translation, live)
are set up with these and say them.

Weak spot: which of these a model takes (`gpt-realtime-whisper` no turn detection, say) is for the service to say.
"""

from typing import Annotated, Literal, TypeAlias

from pydantic import Field

from typed_openai.models.audio.speech import VoiceID
from typed_openai.models.base import Tagged
from typed_openai.models.known_values import KnownRealtimeTranscriptionModel, KnownVoice
from typed_openai.models.shape import Shape
from typed_openai.models.shared import StringOrObject
from typed_openai.models.unknown_kinds import UnknownKind

# --- how sound is encoded --------------------------------------------------------------------------------------------


class AudioPCM(Shape):
    """Raw sound: 16 bit, little-endian, one channel."""

    type: Literal["audio/pcm"] = "audio/pcm"
    rate: Literal[24000] | None = None
    """Samples a second; 24000 is all that the service takes."""


class AudioPCMU(Shape):
    """Sound of telephones in America and Japan: G.711 µ-law, 8,000 samples a second."""

    type: Literal["audio/pcmu"] = "audio/pcmu"


class AudioPCMA(Shape):
    """Sound of telephones elsewhere: G.711 A-law, 8,000 samples a second."""

    type: Literal["audio/pcma"] = "audio/pcma"


class UnknownAudioFormat(UnknownKind):
    """A format of a kind that is newer than this package; its data is in `model_extra`."""


RealtimeAudioFormats: TypeAlias = Annotated[
    AudioPCM | AudioPCMU | AudioPCMA | UnknownAudioFormat, Tagged("type", "audio/pcm")
]
"""How sound is encoded, told apart by `type`; raw where it is not said."""

# --- turns -----------------------------------------------------------------------------------------------------------


class ServerVad(Shape):
    """A turn is over when nobody has been heard for a while."""

    type: Literal["server_vad"] = "server_vad"
    threshold: float | None = None
    """How loud speech must be, 0 to 1; 0.5 by default. Higher in noisy places."""
    prefix_padding_ms: int | None = None
    """How much sound before the speech is taken with it, in milliseconds; 300 by default."""
    silence_duration_ms: int | None = None
    """How long the silence is that ends a turn, in milliseconds; 500 by default."""
    create_response: bool | None = None
    """Whether the model answers by itself when a turn is over; True by default."""
    interrupt_response: bool | None = None
    """Whether speech stops an answer that is under way; True by default."""
    idle_timeout_ms: Annotated[int, Field(ge=5000, le=30000)] | None = None
    """After how long a silence the model speaks up by itself, 5,000 to 30,000 milliseconds; never by default."""


class SemanticVad(Shape):
    """A turn is over when a model thinks that the speaker has finished."""

    type: Literal["semantic_vad"] = "semantic_vad"
    eagerness: Literal["low", "medium", "high", "auto"] | None = None
    """How soon: after 8 (`low`), 4 (`medium`, or `auto`, the default) or 2 seconds (`high`) at most."""
    create_response: bool | None = None
    """Whether the model answers by itself when a turn is over; True by default."""
    interrupt_response: bool | None = None
    """Whether speech stops an answer that is under way; True by default."""


class UnknownTurnDetection(UnknownKind):
    """A way to tell turns apart that is newer than this package; its data is in `model_extra`."""


RealtimeAudioInputTurnDetection: TypeAlias = Annotated[
    ServerVad | SemanticVad | UnknownTurnDetection, Tagged("type", "server_vad")
]
"""How the end of a turn is found, told apart by `type`; by silence where it is not said."""

# --- what is done to what is heard -----------------------------------------------------------------------------------

NoiseReductionType: TypeAlias = Literal["near_field", "far_field"]
"""Where the microphone is: at the mouth (headphones), or in the room (laptops, conferences)."""


class NoiseReduction(Shape):
    """What is taken out of the sound before it is listened to."""

    type: NoiseReductionType | None = None
    """Where the microphone is."""
    strength: float | None = None
    """How much is taken out; 1 when it is first turned on, as before when it is left out of a change."""


class AudioTranscription(Shape):
    """Who writes down what is heard, and what helps them; the model that answers hears the sound itself."""

    model: KnownRealtimeTranscriptionModel | None = None
    """Name of the model."""
    language: str | None = None
    """What is spoken, as ISO 639-1 (`en`): makes it better and faster."""
    languages: Annotated[list[str], Field(min_length=1)] | None = None
    """What may be spoken; for `gpt-transcribe` and `gpt-live-transcribe`."""
    keywords: list[str] | None = None
    """Words that are likely to be said; for the same models."""
    prompt: str | None = None
    """What it is about: keywords for `whisper-1`, a sentence for others; not for `gpt-realtime-whisper`."""
    delay: Literal["minimal", "low", "medium", "high", "xhigh"] | None = None
    """How long `gpt-realtime-whisper` waits before it writes: longer is slower and better."""


# --- both ways of a session ------------------------------------------------------------------------------------------


class RealtimeAudioConfigInput(Shape):
    """What is heard."""

    format: RealtimeAudioFormats | None = None
    """How it is encoded."""
    transcription: AudioTranscription | None = None
    """Who writes it down; nobody by default. Null in a change turns it off."""
    noise_reduction: NoiseReduction | None = None
    """What is taken out of it; nothing by default. Null in a change turns it off."""
    turn_detection: RealtimeAudioInputTurnDetection | None = None
    """How the end of a turn is found. Null turns it off: you then say when to answer."""


RealtimeVoice: TypeAlias = StringOrObject[KnownVoice, VoiceID]
"""Who speaks: the name of a voice, or one of yours."""


class RealtimeAudioConfigOutput(Shape):
    """What is said."""

    format: RealtimeAudioFormats | None = None
    """How it is encoded."""
    voice: RealtimeVoice | None = None
    """Who says it, `alloy` by default (`marin` and `cedar` are the best); fixed once something was said."""
    speed: Annotated[float, Field(ge=0.25, le=1.5)] | None = None
    """How fast, 0.25 to 1.5; 1 by default. Changes between turns only."""


class RealtimeAudioConfig(Shape):
    """What is heard and what is said."""

    input: RealtimeAudioConfigInput | None = None
    """What is heard."""
    output: RealtimeAudioConfigOutput | None = None
    """What is said."""
