"""`/audio`: transcriptions and translations by rule in every format, and speech as tones.

A recording that this server made itself is understood word for word (see `sounds`); of any other the transcription
says its name, length and size. Speech is a WAV file whatever format was asked for (`pcm`: raw samples), with the
content type of the format.

Rules: files must be sounds by their first bytes; `whisper-1` does not stream, as with the service, and counts seconds
where the others count tokens.

Weak spots: players that trust the content type will not play an `mp3` that is a WAV; a translation is the same text.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator

from typed_openai.local import tokens
from typed_openai.local.arguments import Arguments, Json
from typed_openai.local.errors import ApiError, missing, wrong_type, wrong_value
from typed_openai.local.exchange import Answer, Event, Reply, Request, StreamReply
from typed_openai.local.forms import Form, UploadedFile, read_form
from typed_openai.local.models import require_model
from typed_openai.local.router import route
from typed_openai.local.sounds import is_sound, said_in, samples, seconds_of, wav
from typed_openai.local.state import State
from typed_openai.local.transcripts import Transcript

TRANSLATED = ("json", "text", "srt", "verbose_json", "vtt")
FORMATS = (*TRANSLATED, "diarized_json")
CONTENT_TYPES = {
    "mp3": "audio/mpeg",
    "opus": "audio/ogg",
    "aac": "audio/aac",
    "flac": "audio/flac",
    "wav": "audio/wav",
    "pcm": "audio/pcm",
}
LONGEST_INPUT = 4096
PIECE = 8 * 1024
"""Bytes of sound in one event of a stream."""
_LANGUAGES = {"de": "german", "en": "english", "es": "spanish", "fr": "french", "it": "italian", "ja": "japanese"}
_TEXT = "text/plain; charset=utf-8"


@route("POST", "/audio/transcriptions")
def transcribe(request: Request, state: State) -> Answer:
    """What was said, in the format that was asked for."""
    form = read_form(request)
    transcript, body, model = _heard(form, state)
    kind = body.choice("response_format", FORMATS, "json")
    for name in body.strings("timestamp_granularities"):
        if name not in ("word", "segment"):
            raise wrong_value("timestamp_granularities", f"{name!r} is none of 'word' and 'segment'.")
    names = body.strings("known_speaker_names")
    _check_chunking(body)
    wants_logprobs = "logprobs" in body.strings("include")
    if body.flag("stream") and not model.startswith("whisper"):
        events = list(_events(transcript, names if kind == "diarized_json" else None, wants_logprobs))
        return StreamReply(events, ending=b"")
    usage = _usage(transcript, model)
    if kind == "json":
        logprobs = {"logprobs": _logprobs(transcript)} if wants_logprobs else {}
        return Reply({"text": transcript.text, **logprobs, "usage": usage})
    if kind == "diarized_json":
        turns = transcript.turns(names)
        about = {"task": "transcribe", "duration": transcript.seconds, "text": transcript.text}
        return Reply({**about, "segments": turns, "usage": usage})
    if kind == "verbose_json":
        wanted = body.strings("timestamp_granularities") or ["segment"]
        language = body.optional_string("language") or "en"
        verbose = _verbose(transcript, _LANGUAGES.get(language, language), "segment" in wanted)
        words = {"words": transcript.words} if "word" in wanted else {}
        return Reply({**verbose, **words, "usage": {"type": "duration", "seconds": transcript.seconds}})
    return Reply(_as_text(transcript, kind), content_type=_TEXT)


@route("POST", "/audio/translations")
def translate(request: Request, state: State) -> Answer:
    """The same, as if it had been said in English."""
    transcript, body, _ = _heard(read_form(request), state)
    kind = body.choice("response_format", TRANSLATED, "json")
    if kind == "json":
        return Reply({"text": transcript.text})
    if kind == "verbose_json":
        return Reply(_verbose(transcript, "english", True))
    return Reply(_as_text(transcript, kind), content_type=_TEXT)


@route("POST", "/audio/speech")
def speak(request: Request, state: State) -> Answer:
    """A text as tones, whole or in events."""
    body = request.arguments()
    text = body.string("input")
    if len(text) > LONGEST_INPUT:
        raise wrong_value("input", f"The parameter 'input' has {len(text)} characters; {LONGEST_INPUT} are allowed.")
    require_model(state, body.string("model"))
    _require_voice(body)
    kind = body.choice("response_format", tuple(CONTENT_TYPES), "mp3")
    speed = body.number("speed", 0.25, 4) or 1.0
    sound = samples(text, speed) if kind == "pcm" else wav(text, speed)
    if body.choice("stream_format", ("audio", "sse"), "audio") == "audio":
        return Reply(sound, content_type=CONTENT_TYPES[kind])
    usage = {"input_tokens": tokens.count(text), "output_tokens": max(1, len(sound) // 1000)}
    events = [
        Event({"type": "speech.audio.delta", "audio": b64encode(sound[start : start + PIECE]).decode()})
        for start in range(0, len(sound), PIECE)
    ]
    done = {"type": "speech.audio.done", "usage": {**usage, "total_tokens": sum(usage.values())}}
    return StreamReply([*events, Event(done)], ending=b"")


def require_sound(file: UploadedFile, param: str) -> None:
    """400 when an upload is empty or no sound."""
    if not file.content:
        raise missing(param)
    if not is_sound(file.content):
        message = f"The file {file.name!r} in {param!r} is no sound: flac, mp3, mp4, ogg, wav or webm is expected."
        raise ApiError(400, message, param=param, code="invalid_audio")


def _heard(form: Form, state: State) -> tuple[Transcript, Arguments, str]:
    file = form.file("file")
    require_sound(file, "file")
    body = form.arguments()
    model = body.string("model")
    require_model(state, model)
    body.number("temperature", 0, 1)
    seconds = seconds_of(file.content)
    text = said_in(file.content)
    if text is None:
        text = f"This is the recording {file.name}. It lasts {seconds:g} seconds and has {len(file.content)} bytes."
    return Transcript(text, seconds), body, model


def _check_chunking(body: Arguments) -> None:
    value = body.raw("chunking_strategy")
    if value is None or value == "auto":
        return
    if isinstance(value, str):
        raise wrong_value("chunking_strategy", "The parameter 'chunking_strategy' must be 'auto' or an object.")
    strategy = body.required_child("chunking_strategy")
    strategy.choice("type", ("server_vad",))
    strategy.integer("prefix_padding_ms", 0)
    strategy.integer("silence_duration_ms", 0)
    strategy.number("threshold", 0, 1)


def _require_voice(body: Arguments) -> None:
    voice: Json = body.required("voice")
    if isinstance(voice, dict):
        body.required_child("voice").string("id")
    elif not isinstance(voice, str):
        raise wrong_type("voice", "a string or an object", voice)
    else:
        body.string("voice")


def _verbose(transcript: Transcript, language: str, with_segments: bool) -> dict[str, object]:
    found: dict[str, object] = {
        "task": "transcribe",
        "language": language,
        "duration": transcript.seconds,
        "text": transcript.text,
    }
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
        for place, piece in enumerate(transcript.pieces())
    ]


def _events(transcript: Transcript, speakers: list[str] | None, wants_logprobs: bool) -> Iterator[Event]:
    logprobs = _logprobs(transcript)
    turns = [] if speakers is None else transcript.turns(speakers)
    for place, piece in enumerate(transcript.pieces()):
        more: dict[str, object] = {"logprobs": [logprobs[place]]} if wants_logprobs else {}
        yield Event({"type": "transcript.text.delta", "delta": piece, **more})
    yield from (Event(turn) for turn in turns)
    more = {"logprobs": logprobs} if wants_logprobs else {}
    usage = _usage(transcript, "gpt-4o-transcribe")
    yield Event({"type": "transcript.text.done", "text": transcript.text, **more, "usage": usage})
