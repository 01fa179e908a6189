"""A text with times, in every form that transcriptions have: segments, words, subtitles, speakers.

The time of a recording is divided among the sentences by their length, and within a sentence among its words. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from typed_openai.local import tokens

_THOUGHT = {"temperature": 0.0, "avg_logprob": -0.25, "compression_ratio": 1.0, "no_speech_prob": 0.01}
"""What a model would think of each sentence."""
_SENTENCE = re.compile(r"\S.*?(?:[.!?…]+(?=\s|$)|$)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Span:
    """Words, and when they are heard (seconds)."""

    text: str
    start: float
    end: float


def divided(pieces: Sequence[str], start: float, end: float) -> list[Span]:
    """The time from start to end, divided among the pieces by their length; each has some."""
    whole = sum(len(piece) + 1 for piece in pieces)
    spans: list[Span] = []
    seen, begin = 0, start
    for piece in pieces:
        seen += len(piece) + 1
        until = round(start + (end - start) * seen / whole, 3)
        spans.append(Span(piece, begin, until))
        begin = until
    return spans


@dataclass(frozen=True, slots=True)
class Transcript:
    """What was said in a recording of so many seconds."""

    text: str
    seconds: float

    @property
    def sentences(self) -> list[Span]:
        found = [match[0] for match in _SENTENCE.finditer(self.text)]
        return divided(found, 0.0, self.seconds)

    @property
    def words(self) -> list[dict[str, object]]:
        """Each word with its times."""
        return [
            {"word": span.text.strip(".,;:!?…\"'()"), "start": span.start, "end": span.end}
            for sentence in self.sentences
            for span in divided(sentence.text.split(), sentence.start, sentence.end)
        ]

    @property
    def segments(self) -> list[dict[str, object]]:
        """Each sentence with its times and what a model would think of it."""
        return [
            {
                "id": number,
                "seek": 0,
                "start": span.start,
                "end": span.end,
                "text": f" {span.text}",
                "tokens": [len(token) for token in tokens.split(span.text)],
                **_THOUGHT,
            }
            for number, span in enumerate(self.sentences)
        ]

    def turns(self, names: Sequence[str]) -> list[dict[str, object]]:
        """Each sentence with a speaker: the known names in turn, else A and B."""
        speakers = names or ("A", "B")
        return [
            {
                "type": "transcript.text.segment",
                "id": f"seg_{number:03d}",
                "start": span.start,
                "end": span.end,
                "text": span.text,
                "speaker": speakers[number % len(speakers)],
            }
            for number, span in enumerate(self.sentences)
        ]

    def srt(self) -> str:
        """SubRip subtitles."""
        return "\n".join(
            f"{number}\n{_clock(span.start, ',')} --> {_clock(span.end, ',')}\n{span.text}\n"
            for number, span in enumerate(self.sentences, 1)
        )

    def vtt(self) -> str:
        """WebVTT subtitles."""
        return "WEBVTT\n\n" + "\n".join(
            f"{_clock(span.start, '.')} --> {_clock(span.end, '.')}\n{span.text}\n" for span in self.sentences
        )


def _clock(seconds: float, point: str) -> str:
    thousandths = round(seconds * 1000)
    minutes, rest = divmod(thousandths, 60_000)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02d}:{minutes:02d}:{rest // 1000:02d}{point}{rest % 1000:03d}"
