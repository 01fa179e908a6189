"""What events of speech and text add up to, by answer: the `.partial` of an error, and what a `reconnected` event lost.

It knows events by their names alone: those of realtime, of its beta, of translations and of live.
"""

from __future__ import annotations

from base64 import b64decode
from binascii import Error as NotBase64
from dataclasses import dataclass, field
from typing import Any

from typed_openai.models.base import Result
from typed_openai.sockets.members import text_in

TEXT, TRANSCRIPT, AUDIO, ARGUMENTS, INPUT = "text", "transcript", "audio", "arguments", "input"
PIECES = {
    "response.output_text.delta": TEXT,
    "response.text.delta": TEXT,
    "response.output_audio_transcript.delta": TRANSCRIPT,
    "response.audio_transcript.delta": TRANSCRIPT,
    "session.output_transcript.delta": TRANSCRIPT,
    "response.output_audio.delta": AUDIO,
    "response.audio.delta": AUDIO,
    "session.output_audio.delta": AUDIO,
    "response.function_call_arguments.delta": ARGUMENTS,
    "conversation.item.input_audio_transcription.delta": INPUT,
    "session.input_transcript.delta": INPUT,
}
"""Which events carry a piece (`delta`) of what."""
_WHOLE_INPUT = "conversation.item.input_audio_transcription.completed"


@dataclass
class HeardAnswer:
    """What came of one answer."""

    id: str
    """Id of the response; "" where a socket has one answer that never ends."""
    text: str = ""
    """What it wrote."""
    transcript: str = ""
    """What it said."""
    audio: bytes = field(default=b"", repr=False)
    """How that sounded, in the format of the session."""
    arguments: dict[str, str] = field(default_factory=dict)
    """The arguments of functions as far as they came, by call id."""


class HeardSoFar(Result):
    """What had arrived of answers that nobody has finished."""

    responses: dict[str, HeardAnswer] = {}
    """By id of the response."""
    input_transcripts: dict[str, str] = {}
    """What was understood of what was said, by id of the item."""

    @property
    def text(self) -> str:
        """What all of them wrote."""
        return "".join(answer.text for answer in self.responses.values())

    @property
    def transcript(self) -> str:
        """What all of them said."""
        return "".join(answer.transcript for answer in self.responses.values())

    @property
    def audio(self) -> bytes:
        """How that sounded, in the format of the session."""
        return b"".join(answer.audio for answer in self.responses.values())


class Heard:
    """Adds events up."""

    def __init__(self) -> None:
        self._answers: dict[str, dict[str, list[str]]] = {}
        self._inputs: dict[str, list[str]] = {}

    def add(self, event: Any) -> None:
        """Take an event into account; those that carry nothing are passed over."""
        response = getattr(event, "response", None)
        if event.type == "response.created" and response is not None:
            self._answers.setdefault(str(getattr(response, "id", "")), {})
        elif event.type == "response.done" and response is not None:
            self._answers.pop(str(getattr(response, "id", "")), None)
        elif event.type == _WHOLE_INPUT:
            self._inputs[text_in(event, "item_id")] = [text_in(event, "transcript")]
        what, piece = PIECES.get(event.type), getattr(event, "delta", None)
        if what is None or not isinstance(piece, str):
            return
        if what == INPUT:
            self._inputs.setdefault(text_in(event, "item_id"), []).append(piece)
            return
        answer = self._answers.setdefault(text_in(event, "response_id"), {})
        where = f"{ARGUMENTS} {text_in(event, 'call_id')}" if what == ARGUMENTS else what
        answer.setdefault(where, []).append(piece)

    def snapshot(self) -> HeardSoFar | None:
        """What all of them come to, None for nothing."""
        if not self._answers and not self._inputs:
            return None
        answers = {identifier: _answer(identifier, pieces) for identifier, pieces in self._answers.items()}
        inputs = {identifier: "".join(pieces) for identifier, pieces in self._inputs.items()}
        return HeardSoFar.model_construct({"responses"}, responses=answers, input_transcripts=inputs)


def _answer(identifier: str, pieces: dict[str, list[str]]) -> HeardAnswer:
    calls = {where.partition(" ")[2]: "".join(each) for where, each in pieces.items() if where.startswith(ARGUMENTS)}
    found = HeardAnswer(identifier, "".join(pieces.get(TEXT, ())), "".join(pieces.get(TRANSCRIPT, ())), arguments=calls)
    found.audio = b"".join(map(_decoded, pieces.get(AUDIO, ())))
    return found


def sound_of(event: Any) -> bytes:
    """The bytes of the piece of sound that an event carries; none where it is not base64."""
    return _decoded(text_in(event, "delta"))


def _decoded(piece: str) -> bytes:
    try:
        return b64decode(piece)
    except (NotBase64, ValueError):
        return b""
