"""What is asked of both servers about audio.

Weak spot: steady reads the numbers of an object in a form as text and refuses them, so `chunking_strategy` is never an
object here; and it answers every `response_format` with the first, so only that is asked for.
"""

from __future__ import annotations

from tests.interop.scenario import scenario
from typed_openai.local.sounds import wav

TALK = ("talk.wav", wav("Hello there. How are you?"))

TRANSCRIPTIONS = [
    scenario("audio.transcriptions.create", "of a recording", file=TALK, model="gpt-4o-transcribe"),
    scenario(
        "audio.transcriptions.create",
        "with everything",
        file=TALK,
        model="gpt-4o-transcribe",
        include=["logprobs"],
        keywords=["Ada", "Grace"],
        known_speaker_names=["ann", "bob"],
        known_speaker_references=["data:audio/wav;base64,UklGRg==", "data:audio/wav;base64,UklGRg=="],
        language="en",
        languages=["en", "ne"],
        prompt="Hm, well.",
        response_format="json",
        temperature=0.2,
        timestamp_granularities=["word", "segment"],
    ),
    scenario("audio.transcriptions.create", "cut by the server", file=TALK[1], model="m", chunking_strategy="auto"),
    scenario("audio.transcriptions.create", "not streamed", file=TALK, model="m", stream=False),
    scenario("audio.transcriptions.create", "streamed", file=TALK, model="gpt-4o-transcribe", stream=True),
    scenario("audio.translations.create", "of a recording", file=TALK, model="whisper-1"),
    scenario(
        "audio.translations.create",
        "with everything",
        file=TALK[1],
        model="whisper-1",
        prompt="Hm, well.",
        response_format="json",
        temperature=0,
    ),
]

SPEECH = [
    scenario("audio.speech.create", "of a text", model="gpt-4o-mini-tts", input="Hello.", voice="alloy"),
    scenario(
        "audio.speech.create",
        "with everything",
        model="gpt-4o-mini-tts",
        input="Hello.",
        voice={"id": "voice_1"},
        instructions="Whisper.",
        response_format="wav",
        speed=1.5,
        stream_format="audio",
    ),
    scenario("audio.speech.create", "in events", model="tts-1", input="Hello.", voice="alloy", stream_format="sse"),
]

VOICES = [
    scenario("audio.voices.create", "from a sample", name="Ann", audio_sample=TALK, consent="cons_1"),
    scenario("audio.voices.delete", "by id", "voice_1"),
    scenario("audio.voice_consents.create", "of a recording", name="Ann", recording=TALK, language="en-US"),
    scenario("audio.voice_consents.retrieve", "by id", "cons_1"),
    scenario("audio.voice_consents.update", "with a name", "cons_1", name="Anna"),
    scenario("audio.voice_consents.list", "all of them"),
    scenario("audio.voice_consents.list", "a page", after="cons_0", limit=2),
    scenario("audio.voice_consents.delete", "by id", "cons_1"),
]

AUDIO = [*TRANSCRIPTIONS, *SPEECH, *VOICES]
