"""What the streams of audio add up to: a text with its segments, and a sound."""

from __future__ import annotations

from base64 import b64decode, b64encode
from typing import Any, ClassVar

from typed_openai.models.audio.speech import Speech, SpeechAudioDeltaEvent, SpeechAudioDoneEvent, SpeechStreamEvent
from typed_openai.models.audio.transcription_events import (
    TranscriptionStreamEvent,
    TranscriptionTextDeltaEvent,
    TranscriptionTextDoneEvent,
    TranscriptionTextSegmentEvent,
)
from typed_openai.models.audio.transcriptions import Transcription, TranscriptionDiarized
from typed_openai.streaming.accumulator import Accumulator, name_as_type
from typed_openai.streaming.joining import built


class TranscriptionAccumulator(Accumulator[Any, "Transcription | TranscriptionDiarized"]):
    """Adds text up to a `Transcription`, or a `TranscriptionDiarized` when there are segments with speakers."""

    event = TranscriptionStreamEvent
    wrap: ClassVar[Any] = staticmethod(name_as_type)

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._logprobs: list[Any] = []
        self._segments: dict[str, dict[str, Any]] = {}
        self._done: dict[str, Any] | None = None
        self._begun = False

    def add(self, event: Any) -> None:
        self._begun = True
        if isinstance(event, TranscriptionTextDeltaEvent):
            if isinstance(event.delta, str):
                self._pieces.append(event.delta)
            self._logprobs += event.model_dump().get("logprobs") or []
        elif isinstance(event, TranscriptionTextSegmentEvent):
            data = event.model_dump()
            self._segments[str(data.get("id", len(self._segments)))] = data
        elif isinstance(event, TranscriptionTextDoneEvent):
            self._done = event.model_dump()

    def snapshot(self) -> Transcription | TranscriptionDiarized | None:
        if not self._begun:
            return None
        found: dict[str, Any] = {"text": "".join(self._pieces)}
        if self._logprobs:
            found["logprobs"] = self._logprobs
        found |= {name: value for name, value in (self._done or {}).items() if name != "type" and value is not None}
        if not self._segments:
            return built(Transcription, found)
        segments = list(self._segments.values())
        ends = [each["end"] for each in segments if isinstance(each.get("end"), int | float)]
        return built(
            TranscriptionDiarized,
            {**found, "task": "transcribe", "duration": max(ends, default=0.0), "segments": segments},
        )

    @property
    def is_complete(self) -> bool:
        return self._done is not None


class SpeechAccumulator(Accumulator[Any, Speech]):
    """Adds pieces of sound up to one `Speech`."""

    event = SpeechStreamEvent
    wrap: ClassVar[Any] = staticmethod(name_as_type)

    def __init__(self) -> None:
        self._sound = bytearray()
        self._usage: dict[str, Any] | None = None
        self._begun = False
        self._done = False

    def add(self, event: Any) -> None:
        self._begun = True
        if isinstance(event, SpeechAudioDeltaEvent):
            self._sound += _bytes_of(event.audio)
        elif isinstance(event, SpeechAudioDoneEvent):
            self._done = True
            self._usage = event.model_dump().get("usage")

    def snapshot(self) -> Speech | None:
        if not self._begun:
            return None
        found: dict[str, Any] = {"audio": b64encode(self._sound).decode()}
        return built(Speech, found if self._usage is None else {**found, "usage": self._usage})

    @property
    def is_complete(self) -> bool:
        return self._done


def _bytes_of(audio: object) -> bytes:
    """Bytes of a piece; nothing of one that is broken, since an accumulator never raises."""
    try:
        return b64decode(audio) if isinstance(audio, str) else b""
    except ValueError:
        return b""
