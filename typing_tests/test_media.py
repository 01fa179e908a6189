"""Images and audio as type checkers see them: what a call gives follows from `response_format` and `stream`.

Never executed; see `test_chat.py` for how errors are expected.
"""

from pathlib import Path
from typing import assert_type

from typed_openai import AsyncOpenAI, AsyncStream, OpenAI, Stream
from typed_openai.core.answer.raw import Binary
from typed_openai.models.audio import (
    AudioResponseFormat,
    SpeechStreamEvent,
    Transcription,
    TranscriptionCreateParams,
    TranscriptionDiarized,
    TranscriptionStreamEvent,
    TranscriptionTextDeltaEvent,
    TranscriptionVerbose,
    Translation,
    TranslationVerbose,
    Voice,
    VoiceConsent,
    VoiceID,
)
from typed_openai.models.images import (
    Image,
    ImageEditParams,
    ImageEditStreamEvent,
    ImageGenCompletedEvent,
    ImageGenStreamEvent,
    ImagesResponse,
)

client = OpenAI()
async_client = AsyncOpenAI()


async def pictures_are_drawn_and_saved(path: Path) -> None:
    answer = client.images.generate(prompt="an otter", size="256x256", quality="hd")
    assert_type(answer, ImagesResponse)
    assert_type(answer.images, list[Image])
    assert_type(client.images.save(answer.images[0], path), Path)
    assert_type(await async_client.images.save(answer.images[0], "otter.png"), Path)
    assert_type(answer.images[0].save("otter.png"), Path)
    assert_type(
        client.images.edit(prompt="a hat", image=["a.png", path, b"png"], mask=("m.png", b"png")), ImagesResponse
    )
    assert_type(await async_client.images.create_variation(image=path, n=2), ImagesResponse)
    client.images.generate(prompt="an otter", quality="best")  # type: ignore[call-overload]  # pyright: ignore[reportArgumentType]
    client.images.edit(prompt="a hat")  # type: ignore[call-overload]  # pyright: ignore[reportCallIssue]
    client.images.edit(prompt="a hat", image=7)  # type: ignore[call-overload]  # pyright: ignore[reportArgumentType]


async def pictures_are_streamed(params: ImageEditParams) -> None:
    stream = client.images.generate(prompt="an otter", stream=True)
    assert_type(stream, Stream[ImageGenStreamEvent])
    for event in stream:
        if isinstance(event, ImageGenCompletedEvent):
            assert_type(event.usage.total_tokens, int)
    assert_type(await async_client.images.edit(params, stream=True), AsyncStream[ImageEditStreamEvent])


async def a_transcription_has_the_type_of_its_format(
    params: TranscriptionCreateParams, any: AudioResponseFormat
) -> None:
    create, create_async = client.audio.transcriptions.create, async_client.audio.transcriptions.create
    assert_type(create(file="a.mp3", model="whisper-1"), Transcription)
    assert_type(create(file="a.mp3", model="whisper-1", response_format="json"), Transcription)
    assert_type(create(file="a.mp3", model="whisper-1", response_format="verbose_json"), TranscriptionVerbose)
    assert_type(create(file="a.mp3", model="m", response_format="diarized_json"), TranscriptionDiarized)
    assert_type(create(file="a.mp3", model="whisper-1", response_format="text"), str)
    assert_type(await create_async(file="a.mp3", model="whisper-1", response_format="srt"), str)
    assert_type(create(params), Transcription)
    assert_type(create(params, response_format="vtt"), str)
    assert_type(
        create(file="a.mp3", model="m", response_format=any),
        Transcription | TranscriptionVerbose | TranscriptionDiarized | str,
    )
    raw = client.audio.transcriptions.with_raw_response
    assert_type(raw.create(file="a.mp3", model="m", response_format="srt").parse(), str)
    with client.audio.transcriptions.with_streaming_response.create(params, response_format="vtt") as response:
        assert_type(response.parse(), str)
    create(file="a.mp3", model="m", response_format="xml")  # type: ignore[call-overload]  # pyright: ignore[reportArgumentType, reportCallIssue]


async def a_streamed_transcription_has_events_whatever_its_format() -> None:
    stream = client.audio.transcriptions.create(file="a.mp3", model="m", response_format="diarized_json", stream=True)
    assert_type(stream, Stream[TranscriptionStreamEvent])
    for event in stream:
        if isinstance(event, TranscriptionTextDeltaEvent):
            assert_type(event.delta, str)


async def a_translation_has_the_type_of_its_format() -> None:
    create = client.audio.translations.create
    assert_type(create(file="a.mp3", model="whisper-1"), Translation)
    assert_type(create(file="a.mp3", model="whisper-1", response_format="verbose_json"), TranslationVerbose)
    assert_type(create(file="a.mp3", model="whisper-1", response_format="vtt"), str)
    create(file="a.mp3", model="m", response_format="diarized_json")  # type: ignore[call-overload]  # pyright: ignore[reportArgumentType, reportCallIssue]


async def speech_is_bytes_or_events() -> None:
    create = client.audio.speech.create
    assert_type(create(model="tts-1", input="Hi.", voice="alloy"), Binary)
    assert_type(create(model="tts-1", input="Hi.", voice=VoiceID(id="voice_1"), stream_format="audio"), Binary)
    assert_type(create(model="m", input="Hi.", voice={"id": "v"}, stream_format="sse"), Stream[SpeechStreamEvent])
    assert_type(
        await async_client.audio.speech.create(model="m", input="Hi.", voice="alloy", stream_format="sse"),
        AsyncStream[SpeechStreamEvent],
    )


async def voices_are_made() -> None:
    assert_type(client.audio.voices.create(name="n", audio_sample="a.wav", consent="cons_1"), Voice)
    assert_type(await async_client.audio.voice_consents.retrieve("cons_1"), VoiceConsent)
