"""`/audio/voices` and `/audio/voice_consents`: recordings in which people agree, and voices made with their consent.

Rules: a recording and a sample are sounds by their first bytes; a voice from a sample needs a consent that exists.
Neither is kept: only what the API shows of it is.

Weak spot: a voice changes nothing about the tones that `/audio/speech` makes.
"""

from __future__ import annotations

from typed_openai.local.audio import require_sound
from typed_openai.local.errors import ApiError, not_found
from typed_openai.local.exchange import Reply, Request
from typed_openai.local.forms import read_form
from typed_openai.local.paging import page
from typed_openai.local.router import route
from typed_openai.local.state import Collection, State


class Consents(Collection[dict[str, object]]):
    """The consents of one server."""


class Voices(Collection[dict[str, object]]):
    """The voices of one server."""


@route("POST", "/audio/voice_consents")
def create_consent(request: Request, state: State) -> Reply:
    """Take a recording of consent."""
    form = read_form(request)
    body = form.arguments()
    name, language = body.string("name"), body.string("language")
    require_sound(form.file("recording"), "recording")
    identifier = state.new_id("cons_")
    consent: dict[str, object] = {
        "object": "audio.voice_consent",
        "id": identifier,
        "name": name,
        "language": language,
        "created_at": state.now(),
    }
    state.part(Consents).put(identifier, consent)
    return Reply(consent)


@route("GET", "/audio/voice_consents")
def list_consents(request: Request, state: State) -> Reply:
    """The consents in pages, newest first."""
    return Reply(page(request, state.part(Consents).values(), default_order="desc"))


@route("GET", "/audio/voice_consents/{consent_id}")
def retrieve_consent(request: Request, state: State) -> Reply:
    """One consent."""
    return Reply(_consent(request, state))


@route("POST", "/audio/voice_consents/{consent_id}")
def update_consent(request: Request, state: State) -> Reply:
    """Rename a consent."""
    changed = {**_consent(request, state), "name": request.arguments().string("name")}
    state.part(Consents).put(request.path_params["consent_id"], changed)
    return Reply(changed)


@route("DELETE", "/audio/voice_consents/{consent_id}")
def delete_consent(request: Request, state: State) -> Reply:
    """Forget a consent."""
    _consent(request, state)
    identifier = request.path_params["consent_id"]
    state.part(Consents).pop(identifier)
    return Reply({"object": "audio.voice_consent", "id": identifier, "deleted": True})


@route("POST", "/audio/voices")
def create_voice(request: Request, state: State) -> Reply:
    """Make a voice from a sample with consent, or from a description."""
    form = read_form(request)
    body = form.arguments()
    name = body.string("name")
    kind = body.choice("type", ("audio_sample", "prompt"), "audio_sample")
    more: dict[str, object] = {}
    if kind == "prompt":
        more["prompt"] = body.string("prompt")
    else:
        require_sound(form.file("audio_sample"), "audio_sample")
        consent = body.string("consent")
        if state.part(Consents).get(consent) is None:
            message = f"This local server has no voice consent {consent!r}."
            raise ApiError(400, message, param="consent", code="not_found")
    identifier = state.new_id("voice_")
    voice: dict[str, object] = {
        "object": "audio.voice",
        "id": identifier,
        "name": name,
        "type": kind,
        **more,
        "created_at": state.now(),
    }
    state.part(Voices).put(identifier, voice)
    return Reply(voice)


@route("DELETE", "/audio/voices/{voice_id}")
def delete_voice(request: Request, state: State) -> Reply:
    """Forget a voice."""
    identifier = request.path_params["voice_id"]
    if state.part(Voices).pop(identifier) is None:
        raise not_found("voice", identifier, "voice_id")
    return Reply({"object": "audio.voice.deleted", "id": identifier, "deleted": True})


def _consent(request: Request, state: State) -> dict[str, object]:
    identifier = request.path_params["consent_id"]
    return state.part(Consents).found(identifier, "voice consent", "consent_id")
