"""Text into speech and speech into text: a file (`demo.wav`), subtitles, times, and both as streams.

python -m examples.audio
"""

from __future__ import annotations

from pathlib import Path

from typed_openai import OpenAI
from typed_openai.models.audio import SpeechAudioDeltaEvent, TranscriptionTextDeltaEvent


def main() -> None:
    path = Path("demo.wav")
    with OpenAI() as client:
        speech = client.audio.speech.create(
            model="gpt-4o-mini-tts", input="This is a speech test! Heard it?", voice="alloy", response_format="wav"
        )
        speech.write_to_file(path)
        print("spoken:", path, len(speech.read()), "bytes")

        transcription = client.audio.transcriptions.create(model="whisper-1", file=path, language="en")
        print("heard:", transcription.text)

        verbose = client.audio.transcriptions.create(
            model="whisper-1", file=path, response_format="verbose_json", timestamp_granularities=["word"]
        )
        print("lasts:", verbose.duration, "seconds, words:", len(verbose.words or []))

        subtitles = client.audio.transcriptions.create(model="whisper-1", file=path, response_format="srt")
        print("subtitles:", subtitles.splitlines()[1])

        translation = client.audio.translations.create(model="whisper-1", file=path)
        print("in English:", translation.text)

        with client.audio.transcriptions.create(model="gpt-4o-transcribe", file=path, stream=True) as events:
            pieces = [event.delta for event in events if isinstance(event, TranscriptionTextDeltaEvent)]
            print("piece by piece:", *pieces)

        with client.audio.speech.create(
            model="gpt-4o-mini-tts", input="Hello!", voice="alloy", stream_format="sse"
        ) as sounds:
            sizes = [len(event.read()) for event in sounds if isinstance(event, SpeechAudioDeltaEvent)]
            print("streamed:", sum(sizes), "bytes in", len(sizes), "pieces")


if __name__ == "__main__":
    main()
