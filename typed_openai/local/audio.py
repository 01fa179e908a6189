"""`/audio`: transcriptions and translations by rule in every format, speech as tones, voices made with consent.

A recording that this server made itself is understood word for word (see `sounds`); of any other the transcription
says its name, length and size. Speech is a WAV file whatever format was asked for (`pcm`: raw samples), with the
content type of the format.

Rules: files must be sounds by their first bytes; `whisper-1` does not stream, as with the service, and counts seconds
where the others count tokens; a voice from a sample needs a consent that exists. Neither recordings nor samples are
kept.

Weak spots: a voice changes nothing about tones; players that trust the content type will not play an `mp3` that is a
WAV; a translation is the same text.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator

from typed_openai.local import tokens
from typed_openai.local.errors import ApiError, missing, refuse_outside
from typed_openai.local.exchange import Answer, Event, Reply, Request, StreamReply
from typed_openai.local.forms import UploadedFile
from typed_openai.local.kept import Kept
from typed_openai.local.models import require_model
from typed_openai.local.router import route
from typed_openai.local.sounds import is_sound, said_in, seconds_of, wav
from typed_openai.local.state import State
from typed_openai.local.transcripts import Transcript

SUBTYPES = {"mp3": "mpeg", "opus": "ogg"}
"""Of content types, where they are not the name of the format."""
PIECE = 8 * 1024
"""Bytes of sound in one event of a stream."""
_LANGUAGES = {"de": "german", "en": "english", "es": "spanish", "fr": "french", "it": "italian", "ja": "japanese"}
_TEXT = "text/plain; charset=utf-8"


@route("POST", "/audio/transcriptions")
def transcribe(request: Request, state: State) -> Answer:
    """What was said, in the format that was asked for."""
    given, transcript = request.given, _heard(request, state)
    kind, model, names = given.get("response_format") or "json", given["model"], given.get("known_speaker_names") or []
    wants_logprobs = "logprobs" in (given.get("include") or [])
    if given.get("stream") and not model.startswith("whisper"):
        events = list(_events(transcript, names if kind == "diarized_json" else None, wants_logprobs))
        return StreamReply(events, ending=b"")
    usage = _usage(transcript, model)
    if kind == "json":
        logprobs = {"logprobs": _logprobs(transcript)} if wants_logprobs else {}
        return Reply({"text": transcript.text, **logprobs, "usage": usage})
    if kind == "diarized_json":
        about = {"task": "transcribe", "duration": transcript.seconds, "text": transcript.text}
        return Reply({**about, "segments": transcript.turns(names), "usage": usage})
    if kind == "verbose_json":
        wanted, language = given.get("timestamp_granularities") or ["segment"], given.get("language") or "en"
        verbose = _verbose(transcript, _LANGUAGES.get(language, language), "segment" in wanted)
        words = {"words": transcript.words} if "word" in wanted else {}
        return Reply({**verbose, **words, "usage": {"type": "duration", "seconds": transcript.seconds}})
    return Reply(_as_text(transcript, kind), content_type=_TEXT)


@route("POST", "/audio/translations")
def translate(request: Request, state: State) -> Answer:
    """The same, as if it had been said in English."""
    transcript, kind = _heard(request, state), request.given.get("response_format") or "json"
    if kind == "json":
        return Reply({"text": transcript.text})
    if kind == "verbose_json":
        return Reply(_verbose(transcript, "english", True))
    return Reply(_as_text(transcript, kind), content_type=_TEXT)


@route("POST", "/audio/speech")
def speak(request: Request, state: State) -> Answer:
    """A text as tones, whole or in events."""
    from typed_openai.local.sockets.voice import REALTIME, spoken

    given = request.given
    text, kind, speed = given["input"], given.get("response_format") or "mp3", given.get("speed") or 1.0
    if not text:
        raise missing("input")
    require_model(state, given["model"])
    raw = spoken(state, text, REALTIME, speed)  # which sessions over sockets understand
    sound = raw if kind == "pcm" else wav(text, speed)
    if given.get("stream_format") != "sse":
        return Reply(sound, content_type=f"audio/{SUBTYPES.get(kind, kind)}")
    usage = {"input_tokens": tokens.count(text), "output_tokens": max(1, len(sound) // 1000)}
    events = [
        Event({"type": "speech.audio.delta", "audio": b64encode(sound[start : start + PIECE]).decode()})
        for start in range(0, len(sound), PIECE)
    ]
    done = {"type": "speech.audio.done", "usage": {**usage, "total_tokens": sum(usage.values())}}
    return StreamReply([*events, Event(done)], ending=b"")


def _require_sound(file: UploadedFile, param: str) -> None:
    """400 when an upload is not a sound."""
    if not is_sound(file.content):
        message = f"The file {file.name!r} in {param!r} is not a sound: flac, mp3, mp4, ogg, wav or webm is expected."
        raise ApiError(400, message, param=param, code="invalid_audio")


def _heard(request: Request, state: State) -> Transcript:
    file = request.file("file")
    _require_sound(file, "file")
    given = request.given
    require_model(state, given["model"])
    strategy = given.get("chunking_strategy")
    threshold = strategy.get("threshold") if isinstance(strategy, dict) else None
    for param, value in (("temperature", given.get("temperature")), ("chunking_strategy.threshold", threshold)):
        refuse_outside(param, value, 0, 1)
    seconds, text = seconds_of(file.content), said_in(file.content)
    if text is None:
        text = f"This is the recording {file.name}. It lasts {seconds:g} seconds and has {len(file.content)} bytes."
    return Transcript(text, seconds)


def _verbose(transcript: Transcript, language: str, with_segments: bool) -> dict[str, object]:
    about = {"task": "transcribe", "language": language}
    found: dict[str, object] = {**about, "duration": transcript.seconds, "text": transcript.text}
    return {**found, "segments": transcript.segments} if with_segments else found


def _as_text(transcript: Transcript, kind: str) -> str:
    if kind == "text":
        return f"{transcript.text}\n"
    return transcript.srt() if kind == "srt" else transcript.vtt()


def _usage(transcript: Transcript, model: str) -> dict[str, object]:
    if model.startswith("whisper"):
        return {"type": "duration", "seconds": transcript.seconds}
    heard, written = max(1, round(transcript.seconds * 10)), tokens.count(transcript.text)
    return {
        "type": "tokens",
        "input_tokens": heard,
        "input_token_details": {"text_tokens": 0, "audio_tokens": heard},
        "output_tokens": written,
        "total_tokens": heard + written,
    }


def _logprobs(transcript: Transcript) -> list[dict[str, object]]:
    return [
        {"token": piece, "logprob": round(-0.01 - 0.001 * place, 4), "bytes": list(piece.encode())}
        for place, piece in enumerate(tokens.split(transcript.text))
    ]


def _events(transcript: Transcript, speakers: list[str] | None, wants_logprobs: bool) -> Iterator[Event]:
    logprobs = _logprobs(transcript)
    turns = [] if speakers is None else transcript.turns(speakers)
    for place, piece in enumerate(tokens.split(transcript.text)):
        more: dict[str, object] = {"logprobs": [logprobs[place]]} if wants_logprobs else {}
        yield Event({"type": "transcript.text.delta", "delta": piece, **more})
    yield from (Event(turn) for turn in turns)
    more = {"logprobs": logprobs} if wants_logprobs else {}
    usage = _usage(transcript, "gpt-4o-transcribe")
    yield Event({"type": "transcript.text.done", "text": transcript.text, **more, "usage": usage})


# -- voices ----------------------------------------------------------------------------------------------------------

CONSENTS = Kept("voice consent", "/audio/voice_consents/{consent_id}", "cons_")
VOICES = Kept("voice", "/audio/voices/{voice_id}", "voice_")
ROUTES = CONSENTS.routes("list", "retrieve", "update", "delete") + VOICES.routes("delete")


@route("POST", "/audio/voice_consents")
def create_consent(request: Request, state: State) -> Reply:
    """Take a recording of consent."""
    _require_sound(request.file("recording"), "recording")
    name, language = request.given["name"], request.given["language"]
    return CONSENTS.reply(state, CONSENTS.make(state, name=name, language=language))


@route("POST", "/audio/voices")
def create_voice(request: Request, state: State) -> Reply:
    """Make a voice from a sample with consent, or from a description."""
    given = request.given
    kind = given.get("type") or "audio_sample"
    if kind == "audio_sample":
        _require_sound(request.file("audio_sample"), "audio_sample")
        if CONSENTS.get(state, given["consent"]) is None:
            message = f"This local server has no voice consent {given['consent']!r}."
            raise ApiError(400, message, param="consent", code="not_found")
    prompt = {"prompt": given["prompt"]} if kind == "prompt" else {}
    return VOICES.reply(state, VOICES.make(state, name=given["name"], type=kind, **prompt))
