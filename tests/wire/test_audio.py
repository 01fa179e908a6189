"""Audio on the wire: forms with lists and objects, answers typed by their format, sounds and streams."""

from __future__ import annotations

import io
import json
from base64 import b64encode
from pathlib import Path
from typing import Any

import pytest

from tests.canned import Connect, Wire, done, listed, parts, status
from typed_openai.core.answer.raw import Binary
from typed_openai.errors import (
    RequestValidationError,
    ResponseDecodeError,
    StreamDecodeError,
    StreamTruncatedError,
)
from typed_openai.models.audio.speech import SpeechAudioDeltaEvent, SpeechAudioDoneEvent, UnknownSpeechEvent
from typed_openai.models.audio.transcription_events import (
    TranscriptionTextDeltaEvent,
    TranscriptionTextDoneEvent,
    TranscriptionTextSegmentEvent,
)
from typed_openai.models.audio.transcriptions import (
    Transcription,
    TranscriptionCreateParams,
    TranscriptionDiarized,
    TranscriptionUsageTokens,
    TranscriptionVerbose,
    Translation,
    TranslationVerbose,
)

TALK = ("talk.mp3", b"ID3")
JSON = {"text": "Hi."}
VERBOSE = {"text": "Hi.", "duration": 1.5, "language": "english"}
SEGMENT = {"type": "transcript.text.segment", "id": "s1", "start": 0.0, "end": 1.0, "text": "Hi.", "speaker": "A"}
DIARIZED = {"text": "Hi.", "duration": 1.5, "task": "transcribe", "segments": [SEGMENT]}
SUBTITLES = b"1\n00:00:00,000 --> 00:00:01,000\nHi.\n"
TEXT = status(200, content=SUBTITLES, headers={"content-type": "text/plain; charset=utf-8"})
USAGE = {"input_tokens": 1, "output_tokens": 2, "total_tokens": 3}
SOUND = status(200, content=b"RIFFsound", headers={"content-type": "audio/wav"})
SPEAK: dict[str, Any] = {"model": "tts-1", "input": "Hi.", "voice": "alloy"}


def events(*data: dict[str, Any]) -> Any:
    content = "".join(f"data: {json.dumps(each)}\n\n" for each in data).encode()
    return status(200, content=content, headers={"content-type": "text/event-stream"})


async def test_lists_repeat_their_name_and_objects_nest(connect: Connect) -> None:
    wire = Wire(status(200, VERBOSE))
    await done(
        connect(wire).audio.transcriptions.create(
            file=TALK,
            model="whisper-1",
            response_format="verbose_json",
            timestamp_granularities=["word", "segment"],
            include=["logprobs"],
            languages=("en", "ne"),
            chunking_strategy={"type": "server_vad", "threshold": 0.5},
            temperature=0,
        )
    )
    sent = [(name, content.decode()) for name, _, _, content in parts(wire.request)]
    assert sorted(sent) == [
        ("chunking_strategy[threshold]", "0.5"),
        ("chunking_strategy[type]", "server_vad"),
        ("file", "ID3"),
        ("include[]", "logprobs"),
        ("languages[]", "en"),
        ("languages[]", "ne"),
        ("model", "whisper-1"),
        ("response_format", "verbose_json"),
        ("temperature", "0.0"),
        ("timestamp_granularities[]", "segment"),
        ("timestamp_granularities[]", "word"),
    ]
    assert parts(wire.request)[-1] == ("file", "talk.mp3", "audio/mpeg", b"ID3")


@pytest.mark.parametrize(
    ("kind", "answer", "expected"),
    [
        (None, JSON, Transcription),
        ("json", JSON, Transcription),
        ("verbose_json", VERBOSE, TranscriptionVerbose),
        ("diarized_json", DIARIZED, TranscriptionDiarized),
    ],
)
async def test_the_format_decides_the_type_of_a_transcription(
    connect: Connect, kind: Any, answer: object, expected: type[Any]
) -> None:
    client = connect(Wire(status(200, answer)))
    result = await done(client.audio.transcriptions.create(file=TALK, model="m", response_format=kind))
    assert type(result) is expected
    assert result.text == "Hi."
    assert not result.issues
    raw = await done(client.audio.transcriptions.with_raw_response.create(file=TALK, model="m", response_format=kind))
    assert type(raw.parse()) is expected


@pytest.mark.parametrize("kind", ["text", "srt", "vtt"])
async def test_text_formats_give_a_str(connect: Connect, kind: Any) -> None:
    client = connect(Wire(TEXT))
    assert await done(client.audio.transcriptions.create(file=TALK, model="m", response_format=kind)) == (
        SUBTITLES.decode()
    )
    assert await done(client.audio.translations.create(file=TALK, model="m", response_format=kind)) == (
        SUBTITLES.decode()
    )


@pytest.mark.parametrize(
    ("kind", "answer", "expected"), [(None, JSON, Translation), ("verbose_json", VERBOSE, TranslationVerbose)]
)
async def test_the_format_decides_the_type_of_a_translation(
    connect: Connect, kind: Any, answer: object, expected: type[Any]
) -> None:
    client = connect(Wire(status(200, answer)))
    result = await done(client.audio.translations.create(file=TALK, model="m", response_format=kind))
    assert type(result) is expected


async def test_json_without_a_text_where_subtitles_were_asked_is_an_error_that_keeps_it(connect: Connect) -> None:
    client = connect(Wire(status(200, {"words": [1]})))
    with pytest.raises(ResponseDecodeError, match="expected text") as caught:
        await done(client.audio.transcriptions.create(file=TALK, model="m", response_format="srt"))
    assert caught.value.body == {"words": [1]}


async def test_a_params_object_says_its_format_beside_it(connect: Connect) -> None:
    params = TranscriptionCreateParams(file=TALK, model="m", response_format="srt")
    client = connect(Wire(TEXT))
    with pytest.raises(RequestValidationError, match=r"create\(params, response_format='srt'\)"):
        await done(client.audio.transcriptions.create(params))
    assert await done(client.audio.transcriptions.create(params, response_format="srt")) == SUBTITLES.decode()


async def test_the_caller_keeps_his_file_open(connect: Connect, tmp_path: Path) -> None:
    path = tmp_path / "talk.wav"
    path.write_bytes(b"RIFF1234WAVE")
    wire = Wire(status(500), status(200, JSON))
    client = connect(wire, max_retries=1)
    with path.open("rb") as file:
        await done(client.audio.transcriptions.create(file=file, model="m"))
        assert not file.closed
    assert [parts(request)[-1] for request in wire.requests] == [("file", "talk.wav", "audio/wav", b"RIFF1234WAVE")] * 2


# -- streams ----------------------------------------------------------------------------------------------------------

DELTA = {"type": "transcript.text.delta", "delta": "Hi"}
END = {"type": "transcript.text.delta", "delta": "."}
DONE = {"type": "transcript.text.done", "text": "Hi.", "usage": {"type": "tokens", **USAGE}}


async def test_a_streamed_transcription_gives_typed_events(connect: Connect) -> None:
    wire = Wire(events(DELTA, END, DONE))
    stream = await done(connect(wire).audio.transcriptions.create(file=TALK, model="m", stream=True))
    found = await listed(stream)
    assert [type(event) for event in found] == [*[TranscriptionTextDeltaEvent] * 2, TranscriptionTextDoneEvent]
    assert ("stream", None, None, b"true") in parts(wire.request)
    whole = stream.partial()
    assert type(whole) is Transcription
    assert isinstance(whole.usage, TranscriptionUsageTokens)
    assert (whole.text, whole.usage.total_tokens) == ("Hi.", 3)


async def test_segments_make_it_diarized(connect: Connect) -> None:
    client = connect(Wire(events(DELTA, SEGMENT, DONE)))
    stream = await done(
        client.audio.transcriptions.create(file=TALK, model="m", response_format="diarized_json", stream=True)
    )
    found = await listed(stream)
    assert type(found[1]) is TranscriptionTextSegmentEvent
    whole = stream.partial()
    assert type(whole) is TranscriptionDiarized
    assert (whole.duration, whole.segments[0].speaker) == (1.0, "A")


async def test_half_a_transcription_is_kept_by_the_error(connect: Connect) -> None:
    client = connect(Wire(events(DELTA)))
    stream = await done(client.audio.transcriptions.create(file=TALK, model="m", stream=True))
    with pytest.raises(StreamTruncatedError) as caught:
        await listed(stream)
    assert caught.value.partial.text == "Hi"


# -- speech -----------------------------------------------------------------------------------------------------------


async def test_speech_is_binary(connect: Connect, tmp_path: Path) -> None:
    wire = Wire(SOUND)
    sound = await done(connect(wire).audio.speech.create(**SPEAK, response_format="wav"))
    assert isinstance(sound, Binary)
    assert wire.request.headers["accept"] == "application/octet-stream"
    assert sound.read() == b"RIFFsound"
    assert list(sound.iter_bytes(4)) == [b"RIFF", b"soun", b"d"]
    sound.write_to_file(tmp_path / "a.wav")
    assert (tmp_path / "a.wav").read_bytes() == b"RIFFsound"


async def test_speech_is_read_bit_by_bit(connect: Connect) -> None:
    manager = connect(Wire(SOUND)).audio.speech.with_streaming_response.create(**SPEAK)
    target = io.BytesIO()
    if connect.is_async:
        async with manager as response:
            async for piece in response.iter_bytes(4):
                target.write(piece)
    else:
        with manager as response:
            for piece in response.iter_bytes(4):
                target.write(piece)
    assert target.getvalue() == b"RIFFsound"


async def test_speech_in_events_is_a_stream(connect: Connect) -> None:
    pieces = [{"type": "speech.audio.delta", "audio": b64encode(piece).decode()} for piece in (b"RIFF", b"sound")]
    wire = Wire(events(*pieces, {"type": "speech.audio.pause"}, {"type": "speech.audio.done", "usage": USAGE}))
    stream = await done(connect(wire).audio.speech.create(**SPEAK, stream_format="sse"))
    assert wire.request.headers["accept"] == "text/event-stream"
    found = await listed(stream)
    kinds = [SpeechAudioDeltaEvent, SpeechAudioDeltaEvent, UnknownSpeechEvent, SpeechAudioDoneEvent]
    assert [type(event) for event in found] == kinds
    assert found[0].read() == b"RIFF"
    assert stream.partial().read() == b"RIFFsound"
    assert stream.partial().usage.total_tokens == 3


async def test_a_body_without_events_that_is_called_a_stream_is_no_stream(connect: Connect) -> None:
    wire = Wire(status(200, content=b"Hello", headers={"content-type": "text/event-stream"}))
    stream = await done(connect(wire).audio.speech.create(**SPEAK, stream_format="sse"))
    with pytest.raises(StreamDecodeError, match=r"got a body without events \(text/event-stream\)"):
        await listed(stream)


async def test_a_server_that_knows_no_events_is_named(connect: Connect) -> None:
    stream = await done(connect(Wire(SOUND)).audio.speech.create(**SPEAK, stream_format="sse"))
    with pytest.raises(StreamDecodeError, match="expected an event stream, got audio/wav"):
        await listed(stream)


async def test_half_a_speech_is_kept_by_the_error(connect: Connect) -> None:
    wire = Wire(events({"type": "speech.audio.delta", "audio": "UklGRg=="}))
    stream = await done(connect(wire).audio.speech.create(**SPEAK, stream_format="sse"))
    with pytest.raises(StreamTruncatedError) as caught:
        await listed(stream)
    assert caught.value.partial.read() == b"RIFF"


# -- voices -----------------------------------------------------------------------------------------------------------


async def test_a_voice_from_a_description_is_a_form_without_files(connect: Connect) -> None:
    wire = Wire(status(200, {"id": "v", "object": "audio.voice", "name": "n", "created_at": 1}))
    await done(connect(wire).audio.voices.create(name="n", type="prompt", prompt="a butler"))
    assert [part[0] for part in parts(wire.request)] == ["name", "type", "prompt"]


async def test_half_a_voice_is_refused_before_anything_is_sent(connect: Connect) -> None:
    wire = Wire()
    with pytest.raises(RequestValidationError, match="missing: consent"):
        await done(connect(wire).audio.voices.create(name="n", audio_sample=b"RIFF"))
    assert wire.requests == []


async def test_consents_are_listed_page_by_page(connect: Connect) -> None:
    def page(identifier: str, more: bool) -> Any:
        consent = {"object": "audio.voice_consent", "id": identifier, "name": "n", "language": "en", "created_at": 1}
        return status(200, {"object": "list", "data": [consent], "has_more": more})

    wire = Wire(page("cons_1", True), page("cons_2", False))
    found = await listed(await done(connect(wire).audio.voice_consents.list(limit=1)))
    assert [each.id for each in found] == ["cons_1", "cons_2"]
    assert [str(request.url.query, "ascii") for request in wire.requests] == ["limit=1", "after=cons_1&limit=1"]
