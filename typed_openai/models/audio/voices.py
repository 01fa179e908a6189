"""Voices of your own, and the consents that they need (`/audio/voices`, `/audio/voice_consents`).

API reference: "Audio" (create voice; create, list, retrieve, update and delete voice consents).

Rules: a voice is made from a sample and the id of a consent, in which the speaker agrees in their own words; or from a
description (`type="prompt"`). One of the two must be complete.

Weak spot: making voices from a description is known to the official package but not to the published API description.
"""

from typing import Any, Literal

from pydantic import StrictInt, model_validator
from pydantic_core import PydanticCustomError

from typed_openai.models.base import Open, Params, Result
from typed_openai.models.file_input import FileInput
from typed_openai.models.receipts import Deleted


class VoiceCreateParams(Params):
    """A voice from a sample (`audio_sample`, `consent`), or from a description (`type="prompt"`, `prompt`)."""

    name: str
    """What the voice is called."""
    audio_sample: FileInput | None = None
    """The speaker, for at most 30 seconds: mpeg, wav, ogg, aac, flac, webm or mp4."""
    consent: str | None = None
    """Id of the speaker's consent (`cons_…`)."""
    type: Literal["audio_sample", "prompt"] | None = None
    """What the voice is made from; `audio_sample` by default."""
    prompt: str | None = None
    """What the voice sounds like, in words."""
    model: str | None = None
    """Name of the model that makes a voice from a description; `auto` by default."""
    script_hint: str | None = None
    """What kind of text the voice will speak."""

    @model_validator(mode="after")
    def _is_complete(self) -> "VoiceCreateParams":
        needed = {"prompt": self.prompt} if self.type == "prompt" else _sample(self.audio_sample, self.consent)
        missing = [name for name, value in needed.items() if value is None]
        if missing:
            raise PydanticCustomError(
                "incomplete_voice",
                'audio_sample and consent, or type="prompt" and prompt; missing: {missing}',
                {"missing": ", ".join(missing)},
            )
        return self


def _sample(audio_sample: Any, consent: str | None) -> dict[str, Any]:
    return {"audio_sample": audio_sample, "consent": consent}


class VoiceConsentCreateParams(Params):
    """A speaker's consent."""

    name: str
    """What the consent is called."""
    recording: FileInput
    """The speaker reading the words of consent: mpeg, wav, ogg, aac, flac, webm or mp4."""
    language: str
    """The language that is spoken, as BCP 47 (`en-US`)."""


class VoiceConsentListParams(Params):
    """Which consents to list."""

    after: str | None = None
    """Id of the consent after which the page begins."""
    limit: StrictInt | None = None
    """How many to a page, 1 to 100; 20 by default."""


class VoiceConsentUpdateParams(Params):
    """What to change about a consent."""

    name: str
    """What it is called from now on."""


class Voice(Result):
    """A voice of your own; say `VoiceID(id=voice.id)` where a voice is asked for."""

    id: str
    """Its id."""
    created_at: int
    """When it was made, in Unix seconds."""
    name: str
    """What it is called."""
    object: Open[Literal["audio.voice"]]
    type: Open[Literal["audio_sample", "prompt"]] | None = None
    """What it was made from."""
    prompt: str | None = None
    """The description that it was made from."""


class VoiceDeleted(Deleted):
    """A voice that is gone."""

    object: Open[Literal["audio.voice.deleted"]]


class VoiceConsent(Result):
    """A speaker's consent to the use of their voice."""

    id: str
    """Its id."""
    created_at: int
    """When it was given, in Unix seconds."""
    language: str
    """The language that is spoken, as BCP 47."""
    name: str
    """What it is called."""
    object: Open[Literal["audio.voice_consent"]]


class VoiceConsentDeleted(Deleted):
    """A consent that is gone, and with it the use of its voices."""

    object: Open[Literal["audio.voice_consent"]]
