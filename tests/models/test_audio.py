"""Audio models: parameters of transcriptions, speech and voices, and the answers in each format."""

from __future__ import annotations

import json
from typing import Any

import pytest
from pydantic import ValidationError

from typed_openai.core.request.refusals import faults
from typed_openai.models.audio.speech import SpeechAudioDeltaEvent, SpeechCreateParams, SpeechStreamEvent, VoiceID
from typed_openai.models.audio.transcription_events import (
    TranscriptionStreamEvent,
    TranscriptionTextDeltaEvent,
    UnknownTranscriptionEvent,
)
from typed_openai.models.audio.transcriptions import (
    ChunkingStrategyVadConfig,
    Transcription,
    TranscriptionCreateParams,
    TranscriptionUsageDuration,
    TranscriptionUsageTokens,
    TranslationCreateParams,
    UnknownTranscriptionUsage,
)
from typed_openai.models.audio.voices import VoiceCreateParams
from typed_openai.models.base import NULL
from typed_openai.models.readers import reader_of

FILE = ("a.wav", b"x")


@pytest.mark.parametrize(
    "given",
    [
        {"language": "ne", "languages": ["ne", "en"], "prompt": "Hm.", "temperature": 0},
        {"response_format": "verbose_json", "timestamp_granularities": ("word", "segment")},
        {"response_format": "diarized_json", "known_speaker_names": ["a"] * 4, "chunking_strategy": "auto"},
        {"chunking_strategy": {"type": "server_vad", "threshold": 0.4, "silence_duration_ms": 5}},
        {"chunking_strategy": NULL, "stream": NULL, "include": ["logprobs"], "keywords": ["Ada"]},
    ],
)
def test_a_recording_may_be_written_down_in_many_ways(given: dict[str, Any]) -> None:
    TranscriptionCreateParams.model_validate({"file": FILE, "model": "m", **given})


@pytest.mark.parametrize(
    "given",
    [
        {"response_format": "xml"},
        {"languages": []},
        {"known_speaker_names": ["a"] * 5},
        {"timestamp_granularities": ["letter"]},
        {"timestamp_granularities": "word"},
        {"include": ["tokens"]},
        {"chunking_strategy": "never"},
        {"chunking_strategy": {"type": "client_vad"}},
        {"temperature": "hot"},
        {"file": "no-such-file.wav"},
        {"file": None},
    ],
)
def test_what_the_api_does_not_know_is_refused(given: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        TranscriptionCreateParams.model_validate({"file": FILE, "model": "m", **given})


def test_a_fault_in_a_strategy_is_reported_once() -> None:
    given = {"file": FILE, "model": "m", "chunking_strategy": {"treshold": 1}}
    with pytest.raises(ValidationError) as caught:
        TranscriptionCreateParams.model_validate(given)
    (fault,) = faults(caught.value, given, TranscriptionCreateParams)
    assert str(fault) == "chunking_strategy.treshold: no such parameter (did you mean 'threshold'?)"


def test_a_strategy_names_its_shape() -> None:
    params = TranscriptionCreateParams(file=FILE, model="m", chunking_strategy=ChunkingStrategyVadConfig(threshold=0.1))
    assert params.model_dump(exclude_unset=True)["chunking_strategy"] == {"type": "server_vad", "threshold": 0.1}


def test_a_translation_knows_no_speakers() -> None:
    with pytest.raises(ValidationError):
        TranslationCreateParams.model_validate({"file": FILE, "model": "m", "response_format": "diarized_json"})


@pytest.mark.parametrize("voice", ["alloy", "a voice of tomorrow", {"id": "voice_1"}, VoiceID(id="voice_1")])
def test_a_voice_is_a_name_or_an_id(voice: Any) -> None:
    params = SpeechCreateParams(input="x", model="m", voice=voice, speed=4, stream_format="sse")
    assert params.model_dump()["voice"] in (voice, {"id": "voice_1"})


@pytest.mark.parametrize(
    "given", [{"voice": {}}, {"voice": 3}, {"speed": 0.2}, {"input": "x" * 4097}, {"response_format": "midi"}]
)
def test_speech_that_the_api_does_not_know_is_refused(given: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        SpeechCreateParams.model_validate({"input": "x", "model": "m", "voice": "alloy", **given})


def test_a_voice_is_made_from_a_sample_or_from_a_description() -> None:
    VoiceCreateParams(name="n", audio_sample=FILE, consent="cons_1")
    VoiceCreateParams(name="n", audio_sample=FILE, consent="cons_1", type="audio_sample")
    VoiceCreateParams(name="n", type="prompt", prompt="a butler", model="auto")


@pytest.mark.parametrize(
    ("given", "missing"),
    [
        ({}, "missing: audio_sample, consent"),
        ({"audio_sample": FILE}, "missing: consent"),
        ({"type": "prompt"}, "missing: prompt"),
        ({"prompt": "a butler"}, "missing: audio_sample, consent"),
    ],
)
def test_half_a_voice_is_refused(given: dict[str, Any], missing: str) -> None:
    with pytest.raises(ValidationError, match=missing):
        VoiceCreateParams.model_validate({"name": "n", **given})


@pytest.mark.parametrize(
    ("usage", "kind"),
    [
        ({"type": "tokens", "input_tokens": 1, "output_tokens": 2, "total_tokens": 3}, TranscriptionUsageTokens),
        ({"type": "duration", "seconds": 3}, TranscriptionUsageDuration),
        ({"type": "drops", "count": 3}, UnknownTranscriptionUsage),
    ],
)
def test_usage_is_told_apart_by_type(usage: dict[str, Any], kind: type[Any]) -> None:
    body = {"text": "Hi.", "usage": usage}
    result = Transcription.model_validate_json(json.dumps(body), strict=True)
    assert type(result.usage) is kind
    assert result.model_dump() == body


def test_events_are_told_apart_by_type() -> None:
    read = reader_of(TranscriptionStreamEvent).validate_json
    delta = read('{"type": "transcript.text.delta", "delta": "Hi"}', strict=True)
    assert type(delta) is TranscriptionTextDeltaEvent
    assert type(read('{"type": "transcript.text.new", "x": 1}', strict=True)) is UnknownTranscriptionEvent
    sound = reader_of(SpeechStreamEvent).validate_json('{"type": "speech.audio.delta", "audio": "aGk="}', strict=True)
    assert isinstance(sound, SpeechAudioDeltaEvent)
    assert sound.read() == b"hi"
