"""Images and audio against aimock: forms that it takes apart, streams that it makes, sounds as bytes.

aimock has no variations any more (nor has the service), no voices, and knows no format of a transcription but JSON.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.interop.audio_scenarios import SPEECH, TALK, TRANSCRIPTIONS
from tests.interop.colours import Session
from tests.interop.expectations import deviations
from tests.interop.images_scenarios import IMAGES
from tests.interop.scenario import Scenario
from typed_openai.core.answer.raw import Binary
from typed_openai.errors import NotFoundError, StreamDecodeError
from typed_openai.models.audio.transcription_events import TranscriptionTextDeltaEvent, TranscriptionTextDoneEvent
from typed_openai.models.audio.transcriptions import Transcription, TranscriptionVerbose, Translation
from typed_openai.models.images.images import ImagesResponse

pytestmark = pytest.mark.interop

TEXT = "Hello there, naïve 😀 friend."


def plain(scenarios: list[Scenario], *operations: str) -> list[Scenario]:
    return [one for one in scenarios if one.operation in operations and not one.streams]


async def called(aimock: Session, scenario: Scenario) -> Any:
    return await aimock.run(scenario.call(aimock.operation(scenario.operation)))


@pytest.mark.parametrize("scenario", plain(IMAGES, "images.generate", "images.edit"), ids=str)
async def test_pictures_are_typed_and_saved(aimock: Session, scenario: Scenario, tmp_path: Path) -> None:
    result = await called(aimock, scenario)
    assert isinstance(result, ImagesResponse)
    assert not deviations(result)
    assert result.images[0].save(tmp_path / "otter.png").read_bytes() == b"\x89PNG\r\n\x1a\n"
    assert result.images[1].url == "https://example.com/otter.png"


@pytest.mark.parametrize("scenario", plain(IMAGES, "images.create_variation"), ids=str)
async def test_variations_are_gone(aimock: Session, scenario: Scenario) -> None:
    with pytest.raises(NotFoundError):
        await called(aimock, scenario)


@pytest.mark.parametrize("scenario", plain(TRANSCRIPTIONS, "audio.transcriptions.create"), ids=str)
async def test_a_transcription_is_typed(aimock: Session, scenario: Scenario) -> None:
    result = await called(aimock, scenario)
    assert (type(result), result.text, deviations(result)) == (Transcription, TEXT, [])
    assert result.usage.total_tokens == 7


async def test_a_verbose_transcription_is_typed(aimock: Session) -> None:
    create = aimock.operation("audio.transcriptions.create")
    result = await aimock.run(create(file=TALK, model="whisper-1", response_format="verbose_json"))
    assert (type(result), result.text, deviations(result)) == (TranscriptionVerbose, TEXT, [])


async def test_of_a_server_that_does_not_know_subtitles_the_text_is_taken_with_an_issue(aimock: Session) -> None:
    create = aimock.operation("audio.transcriptions.create")
    text = await aimock.run(create(file=TALK, model="whisper-1", response_format="srt"))
    assert text == TEXT
    assert [(issue.pointer, issue.expected) for issue in text.issues] == [("", "text")]


async def test_a_streamed_transcription_is_typed_and_adds_up(aimock: Session) -> None:
    create = aimock.operation("audio.transcriptions.create")
    stream = await aimock.run(create(file=TALK, model="gpt-4o-transcribe", stream=True))
    *deltas, done = await aimock.all(stream)
    assert all(type(event) is TranscriptionTextDeltaEvent for event in deltas)
    assert type(done) is TranscriptionTextDoneEvent
    assert "".join(event.delta for event in deltas) == done.text == stream.partial().text == TEXT


@pytest.mark.parametrize("scenario", plain(TRANSCRIPTIONS, "audio.translations.create"), ids=str)
async def test_a_translation_is_typed(aimock: Session, scenario: Scenario) -> None:
    result = await called(aimock, scenario)
    assert (type(result), result.text) == (Translation, "Hello there.")


@pytest.mark.parametrize("scenario", plain(SPEECH, "audio.speech.create"), ids=str)
async def test_speech_is_binary(aimock: Session, scenario: Scenario) -> None:
    result = await called(aimock, scenario)
    assert isinstance(result, Binary)
    assert (result.content_type, result.read()) == ("audio/wav", b"RIFF\0\0\0\0WAVE")


async def test_a_server_that_knows_no_speech_events_is_named(aimock: Session) -> None:
    (scenario,) = (one for one in SPEECH if one.streams)
    stream = await called(aimock, scenario)
    with pytest.raises(StreamDecodeError, match="expected an event stream, got audio/wav"):
        await aimock.all(stream)
