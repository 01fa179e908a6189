"""`/audio/voices` and `/audio/voice_consents`: recordings in which people agree, and voices made with their consent.

Rules: a recording and a sample are sounds by their first bytes; a voice from a sample needs a consent that exists.
Neither is kept: only what the API shows of it is.

Weak spot: a voice changes nothing about the tones that `/audio/speech` makes.
"""

from __future__ import annotations

from typed_openai.local.audio import require_sound
from typed_openai.local.errors import ApiError
from typed_openai.local.exchange import Reply, Request
from typed_openai.local.kept import Kept
from typed_openai.local.router import route
from typed_openai.local.state import State

CONSENT = "audio.voice_consent"
CONSENTS = Kept("voice consent", "/audio/voice_consents/{consent_id}", "cons_", CONSENT, deleted=CONSENT)
VOICES = Kept("voice", "/audio/voices/{voice_id}", "voice_", "audio.voice")
ROUTES = CONSENTS.routes("list", "retrieve", "update", "delete") + VOICES.routes("delete")


@route("POST", "/audio/voice_consents")
def create_consent(request: Request, state: State) -> Reply:
    """Take a recording of consent."""
    require_sound(request.file("recording"), "recording")
    name, language = request.given["name"], request.given["language"]
    return CONSENTS.reply(state, CONSENTS.make(state, name=name, language=language))


@route("POST", "/audio/voices")
def create_voice(request: Request, state: State) -> Reply:
    """Make a voice from a sample with consent, or from a description."""
    given = request.given
    kind = given.get("type") or "audio_sample"
    if kind == "audio_sample":
        require_sound(request.file("audio_sample"), "audio_sample")
        if CONSENTS.get(state, given["consent"]) is None:
            message = f"This local server has no voice consent {given['consent']!r}."
            raise ApiError(400, message, param="consent", code="not_found")
    prompt = {"prompt": given["prompt"]} if kind == "prompt" else {}
    return VOICES.reply(state, VOICES.make(state, name=given["name"], type=kind, **prompt))
