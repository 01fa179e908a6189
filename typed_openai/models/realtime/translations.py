"""Realtime translation: a session that says in another language what it hears.

API reference: "Realtime translation", the session of client secrets and of the events `session.update`,
`session.created` and `session.updated`.

Weak spot: which languages there are is for the service to say.
"""

from typing import Literal

from typed_openai.models.base import Params, Result
from typed_openai.models.realtime.audio import NoiseReductionType
from typed_openai.models.shape import Shape


class TranslationTranscription(Shape):
    """Who writes down what is heard."""

    model: str
    """Name of the model: `gpt-realtime-whisper`."""


class TranslationNoiseReduction(Shape):
    """What is taken out of the sound before it is translated."""

    type: NoiseReductionType
    """Where the microphone is."""
    strength: float | None = None
    """How much is taken out; 1 when it is first turned on, as before when it is left out of a change."""


class TranslationAudioInput(Shape):
    """What is heard."""

    transcription: TranslationTranscription | None = None
    """Who writes it down; null for nobody."""
    noise_reduction: TranslationNoiseReduction | None = None
    """What is taken out of it; null for nothing."""


class TranslationAudioOutput(Shape):
    """What is said."""

    language: str | None = None
    """The language, as ISO 639-1 (`de`)."""


class TranslationAudio(Shape):
    """What is heard and what is said."""

    input: TranslationAudioInput | None = None
    """What is heard."""
    output: TranslationAudioOutput | None = None
    """What is said."""


class RealtimeTranslationSessionUpdateRequest(Params):
    """What to change about a session that translates."""

    audio: TranslationAudio | None = None
    """How sound is heard and made."""


class RealtimeTranslationSessionCreateRequest(RealtimeTranslationSessionUpdateRequest):
    """How a session that translates is set up."""

    model: str
    """Name of the model: `gpt-realtime-translate`."""


class RealtimeTranslationSession(Result):
    """A session that translates."""

    type: Literal["translation"]
    id: str
    """Its id (`sess_…`)."""
    expires_at: int
    """When it ends, Unix seconds."""
    model: str
    """Name of the model."""
    audio: TranslationAudio
    """How sound is heard and made."""
