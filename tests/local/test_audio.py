"""Speech as tones that carry their text, transcriptions in every format, voices and the consents they need."""

from __future__ import annotations

import io
import json
import wave
from base64 import b64decode
from typing import Any

import pytest

from tests.local.api import Answer, Api, assert_described
from tests.local.multipart import events_of, post_form
from typed_openai.local.sounds import RATE, said_in, seconds_of, wav

TEXT = "Hello there, Ada. How are you today? Fine!"
SOUND = wav(TEXT)
MP3 = b"ID3\x04" + b"\0" * 31_996


def heard(api: Api, *more: tuple[str, str], content: bytes = SOUND, model: str = "gpt-4o-transcribe") -> Answer:
    return post_form(api, "/audio/transcriptions", [("model", model), *more], ("file", "talk.wav", content))


def spoken(api: Api, **members: object) -> Answer:
    return api.post("/audio/speech", {"model": "gpt-4o-mini-tts", "voice": "alloy", "input": TEXT, **members})


# -- speech -----------------------------------------------------------------------------------------------------------


def test_speech_is_a_wav_file_that_a_reader_reads(api: Api) -> None:
    answer = spoken(api, response_format="wav")
    assert answer.headers["content-type"] == "audio/wav"
    with wave.open(io.BytesIO(answer.raw)) as file:
        assert (file.getnchannels(), file.getsampwidth(), file.getframerate()) == (1, 2, RATE)
        assert file.getnframes() == pytest.approx(RATE * 0.05 * len(TEXT.split()))
    assert int.from_bytes(answer.raw[4:8], "little") == len(answer.raw) - 8


def test_speech_carries_its_text_and_is_the_same_each_time(api: Api) -> None:
    assert said_in(spoken(api).raw) == TEXT
    assert spoken(api).raw == spoken(api).raw != spoken(api, input="Bye.").raw


def test_faster_speech_is_shorter(api: Api) -> None:
    assert seconds_of(spoken(api, speed=2.0).raw) == pytest.approx(seconds_of(spoken(api).raw) / 2, abs=0.02)


@pytest.mark.parametrize(("kind", "expected"), [("mp3", "audio/mpeg"), ("opus", "audio/ogg"), ("pcm", "audio/pcm")])
def test_the_content_type_is_that_of_the_format(api: Api, kind: str, expected: str) -> None:
    answer = spoken(api, response_format=kind)
    assert answer.headers["content-type"] == expected
    assert answer.raw.startswith(b"RIFF") is (kind != "pcm")


def test_streamed_speech_is_the_same_sound_in_pieces(api: Api) -> None:
    events = [json.loads(event) for event in events_of(spoken(api, stream_format="sse", voice={"id": "voice_1"}))]
    for event in events:
        assert_described(event, "CreateSpeechResponseStreamEvent")
    assert b"".join(b64decode(event["audio"]) for event in events[:-1]) == spoken(api).raw
    assert len(events) > 2


@pytest.mark.parametrize(
    ("members", "param"),
    [
        ({"input": ""}, "input"),
        ({"input": "x" * 4097}, "input"),
        ({"voice": None}, "voice"),
        ({"voice": {}}, "voice.id"),
        ({"voice": 3}, "voice"),
        ({"speed": 5}, "speed"),
        ({"response_format": "midi"}, "response_format"),
    ],
)
def test_wrong_speech_is_refused(api: Api, members: dict[str, object], param: str) -> None:
    answer = spoken(api, **members)
    assert (answer.status, answer.error["param"]) == (400, param)


# -- transcriptions ---------------------------------------------------------------------------------------------------


def test_local_speech_is_understood_word_for_word(api: Api) -> None:
    answer = heard(api, content=spoken(api).raw)
    assert_described(answer.json, "CreateTranscriptionResponseJson")
    assert answer.json["text"] == TEXT
    assert answer.json["usage"]["type"] == "tokens"


def test_of_any_other_recording_name_length_and_size_are_said(api: Api) -> None:
    said = heard(api, content=MP3).json["text"]
    assert said == "This is the recording talk.wav. It lasts 2 seconds and has 32000 bytes."


def test_whisper_counts_seconds(api: Api) -> None:
    assert heard(api, model="whisper-1").json["usage"] == {"type": "duration", "seconds": 0.4}


def test_verbose_answers_have_segments_and_words_as_asked(api: Api) -> None:
    plain = heard(api, ("response_format", "verbose_json")).json
    assert_described(plain, "CreateTranscriptionResponseVerboseJson")
    assert [each["text"] for each in plain["segments"]] == [" Hello there, Ada.", " How are you today?", " Fine!"]
    assert (plain["segments"][0]["start"], plain["segments"][-1]["end"]) == (0.0, plain["duration"])
    assert "words" not in plain
    words = heard(api, ("response_format", "verbose_json"), ("timestamp_granularities[]", "word")).json
    assert [each["word"] for each in words["words"]] == ["Hello", "there", "Ada", "How", "are", "you", "today", "Fine"]
    assert "segments" not in words


def test_the_language_is_given_back_as_a_word(api: Api) -> None:
    assert heard(api, ("response_format", "verbose_json"), ("language", "de")).json["language"] == "german"


def test_speakers_take_turns(api: Api) -> None:
    plain = heard(api, ("response_format", "diarized_json")).json
    assert_described(plain, "CreateTranscriptionResponseDiarizedJson")
    assert [each["speaker"] for each in plain["segments"]] == ["A", "B", "A"]
    names = [("known_speaker_names[]", name) for name in ("Ann", "Bob")]
    known = heard(api, ("response_format", "diarized_json"), *names).json
    assert [each["speaker"] for each in known["segments"]] == ["Ann", "Bob", "Ann"]


def test_text_and_subtitles_are_plain_text(api: Api) -> None:
    text = heard(api, ("response_format", "text"))
    assert (text.headers["content-type"], text.raw.decode()) == ("text/plain; charset=utf-8", f"{TEXT}\n")
    srt = heard(api, ("response_format", "srt")).raw.decode()
    assert srt.startswith("1\n00:00:00,000 --> 00:00:00,167\nHello there, Ada.\n\n2\n00:00:00,167 --> ")
    vtt = heard(api, ("response_format", "vtt")).raw.decode()
    assert vtt.startswith("WEBVTT\n\n00:00:00.000 --> 00:00:00.167\nHello there, Ada.\n\n")


def events(answer: Answer) -> list[Any]:
    found = [json.loads(event) for event in events_of(answer)]
    for event in found:
        assert_described(event, "CreateTranscriptionResponseStreamEvent")
    return found


def test_a_stream_brings_the_text_in_pieces_and_then_whole(api: Api) -> None:
    *deltas, done = events(heard(api, ("stream", "true")))
    assert "".join(each["delta"] for each in deltas) == done["text"] == TEXT
    assert "logprobs" not in done


def test_a_stream_has_speakers_and_probabilities_when_asked(api: Api) -> None:
    found = events(heard(api, ("stream", "true"), ("response_format", "diarized_json"), ("include[]", "logprobs")))
    assert [each["speaker"] for each in found if each["type"] == "transcript.text.segment"] == ["A", "B", "A"]
    assert found[0]["logprobs"][0]["token"] == found[0]["delta"]


def test_whisper_does_not_stream(api: Api) -> None:
    assert heard(api, ("stream", "true"), model="whisper-1").json["text"] == TEXT


def test_probabilities_come_when_asked(api: Api) -> None:
    found = heard(api, ("include[]", "logprobs")).json["logprobs"]
    assert "".join(each["token"] for each in found) == TEXT


def test_a_translation_has_the_formats_of_whisper(api: Api) -> None:
    def translated(kind: str) -> Answer:
        fields = [("model", "whisper-1"), ("response_format", kind)]
        return post_form(api, "/audio/translations", fields, ("file", "talk.wav", SOUND))

    assert translated("json").json == {"text": TEXT}
    assert_described(translated("verbose_json").json, "CreateTranslationResponseVerboseJson")
    assert translated("verbose_json").json["language"] == "english"
    assert translated("text").raw.decode() == f"{TEXT}\n"
    assert translated("diarized_json").status == 400


@pytest.mark.parametrize(
    ("fields", "param"),
    [
        ([("response_format", "xml")], "response_format"),
        ([("timestamp_granularities[]", "letter")], "timestamp_granularities[0]"),
        ([("temperature", "2")], "temperature"),
        ([("chunking_strategy", "never")], "chunking_strategy"),
        ([("chunking_strategy[type]", "client_vad")], "chunking_strategy.type"),
        (
            [("chunking_strategy[type]", "server_vad"), ("chunking_strategy[threshold]", "2")],
            "chunking_strategy.threshold",
        ),
    ],
)
def test_a_wrong_transcription_is_refused(api: Api, fields: list[tuple[str, str]], param: str) -> None:
    answer = heard(api, *fields)
    assert (answer.status, answer.error["param"]) == (400, param)


@pytest.mark.parametrize("content", [b"", b"no sound", b"\x89PNG\r\n\x1a\n"])
def test_what_is_no_sound_is_refused(api: Api, content: bytes) -> None:
    answer = heard(api, content=content)
    assert (answer.status, answer.error["param"]) == (400, "file")


# -- voices -----------------------------------------------------------------------------------------------------------


def consent(api: Api, name: str = "Ann") -> Any:
    fields = [("name", name), ("language", "en-US")]
    return post_form(api, "/audio/voice_consents", fields, ("recording", "r.wav", SOUND)).json


def test_consents_are_kept_renamed_listed_and_forgotten(api: Api) -> None:
    made = consent(api)
    assert_described(made, "VoiceConsentResource")
    path = f"/audio/voice_consents/{made['id']}"
    assert api.get(path).json == made
    assert api.post(path, {"name": "Anna"}).json == {**made, "name": "Anna"}
    second = consent(api, "Bob")
    listed = api.get("/audio/voice_consents?limit=1").json
    assert_described(listed, "VoiceConsentListResource")
    assert ([each["id"] for each in listed["data"]], listed["has_more"]) == ([second["id"]], True)
    assert api.delete(path).json == {"object": "audio.voice_consent", "id": made["id"], "deleted": True}
    assert api.get(path).status == 404


def test_a_voice_needs_a_consent_that_exists(api: Api) -> None:
    sample = ("audio_sample", "s.wav", SOUND)
    fields = [("name", "Ann"), ("consent", consent(api)["id"])]
    voice = post_form(api, "/audio/voices", fields, sample).json
    assert (voice["object"], voice["name"]) == ("audio.voice", "Ann")
    refused = post_form(api, "/audio/voices", [("name", "Ann"), ("consent", "cons_0")], sample)
    assert (refused.status, refused.error["param"]) == (400, "consent")
    assert api.delete(f"/audio/voices/{voice['id']}").json["deleted"] is True
    assert api.delete(f"/audio/voices/{voice['id']}").status == 404


def test_a_voice_may_be_made_from_a_description(api: Api) -> None:
    voice = post_form(api, "/audio/voices", [("name", "Sir"), ("type", "prompt"), ("prompt", "a butler")]).json
    assert (voice["type"], voice["prompt"]) == ("prompt", "a butler")
