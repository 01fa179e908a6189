"""Speech into text, text into speech, and voices of your own (API reference: Audio)."""

from typed_openai.core.answer.pages import CursorPage
from typed_openai.core.answer.raw import Binary
from typed_openai.core.declare.verbs import Resource, delete, get, nested, post
from typed_openai.models.audio.speech import SpeechCreateParams
from typed_openai.models.audio.transcriptions import (
    Transcription,
    TranscriptionCreateParams,
    TranscriptionDiarized,
    TranscriptionVerbose,
    Translation,
    TranslationCreateParams,
    TranslationVerbose,
)
from typed_openai.models.audio.voices import (
    Voice,
    VoiceConsent,
    VoiceConsentCreateParams,
    VoiceConsentDeleted,
    VoiceConsentListParams,
    VoiceConsentUpdateParams,
    VoiceCreateParams,
    VoiceDeleted,
)

_FORMAT = "response_format"
_TEXTS: dict[tuple[str, object], type] = {(_FORMAT, "text"): str, (_FORMAT, "srt"): str, (_FORMAT, "vtt"): str}


class Transcriptions(Resource):
    """Write down what is said."""

    create = post(
        "/audio/transcriptions",
        TranscriptionCreateParams,
        Transcription,
        stream="typed_openai.streaming.audio.TranscriptionAccumulator",
        multipart=True,
        results={
            (_FORMAT, "verbose_json"): TranscriptionVerbose,
            (_FORMAT, "diarized_json"): TranscriptionDiarized,
            **_TEXTS,
        },
    )
    """Write down a recording; `response_format` decides what comes back, with `stream=True` it comes as events."""


class Translations(Resource):
    """Write down in English what is said in another language."""

    create = post(
        "/audio/translations",
        TranslationCreateParams,
        Translation,
        multipart=True,
        results={(_FORMAT, "verbose_json"): TranslationVerbose, **_TEXTS},
        deprecated="only whisper-1 does it; audio.transcriptions is for the newer models",
    )
    """Write down a recording in English; `response_format` decides what comes back. Deprecated: whisper-1 only."""


class Speech(Resource):
    """Read a text aloud."""

    create = post(
        "/audio/speech",
        SpeechCreateParams,
        Binary,
        stream="typed_openai.streaming.audio.SpeechAccumulator",
        stream_on=("stream_format", "sse"),
        headers={"accept": "application/octet-stream"},
        media="sound",
    )
    """Read a text aloud: the sound file, or with `stream_format="sse"` events with pieces of it."""


class Voices(Resource):
    """Voices of your own."""

    create = post("/audio/voices", VoiceCreateParams, Voice, multipart=True)
    """Make a voice from a sample and the speaker's consent, or from a description."""
    delete = delete("/audio/voices/{voice_id}", VoiceDeleted)
    """Delete a voice."""


class VoiceConsents(Resource):
    """The consents of the people whose voices are used."""

    create = post("/audio/voice_consents", VoiceConsentCreateParams, VoiceConsent, multipart=True)
    """Upload a recording in which a speaker agrees."""
    retrieve = get("/audio/voice_consents/{consent_id}", VoiceConsent)
    """Describe one consent."""
    update = post("/audio/voice_consents/{consent_id}", VoiceConsentUpdateParams, VoiceConsent)
    """Rename a consent."""
    list = get("/audio/voice_consents", VoiceConsentListParams, CursorPage[VoiceConsent])
    """List the consents."""
    delete = delete("/audio/voice_consents/{consent_id}", VoiceConsentDeleted)
    """Delete a consent; its voices can no longer be used."""


class Audio(Resource):
    """Speech into text, text into speech."""

    path = "audio"

    transcriptions = nested(Transcriptions)
    translations = nested(Translations)
    speech = nested(Speech)
    voices = nested(Voices)
    voice_consents = nested(VoiceConsents)
