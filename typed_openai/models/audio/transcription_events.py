"""The events of a streamed transcription: text piece by piece, segments with speakers, then the whole text.

API reference: "Audio" (transcription stream events).

Rules: `type` tells the events apart; an event that this package does not know becomes an `UnknownTranscriptionEvent`
with its data. Segments come with `response_format="diarized_json"` only.
"""

from typing import Annotated, Literal

from typing_extensions import TypeAliasType

from typed_openai.models.audio.transcriptions import TranscriptionLanguage, TranscriptionUsageTokens
from typed_openai.models.base import Result, Tagged
from typed_openai.models.logprob_rows import WithLogprobs
from typed_openai.models.unknown_kinds import UnknownKind


class TranscriptionEventLogprob(Result):
    """How likely a token was."""

    token: str | None = None
    """The token."""
    bytes: list[int] | None = None
    """Its bytes in UTF-8."""
    logprob: float | None = None
    """The natural logarithm of its probability."""


class TranscriptionTextDeltaEvent(WithLogprobs, Result):
    """The next piece of text."""

    type: Literal["transcript.text.delta"]
    delta: str
    """The piece."""
    logprobs: list[TranscriptionEventLogprob] | None = None
    """How likely each of its tokens was; only when `include` asks for it."""
    segment_id: str | None = None
    """The segment that the piece belongs to, where there are segments."""


class TranscriptionTextSegmentEvent(Result):
    """A finished piece of speech, and who spoke."""

    type: Literal["transcript.text.segment"]
    id: str
    """Id of the segment."""
    start: float
    """When it begins, in seconds."""
    end: float
    """When it ends, in seconds."""
    text: str
    """What was said."""
    speaker: str
    """Who speaks: a known name, else a letter."""


class TranscriptionTextDoneEvent(WithLogprobs, Result):
    """The whole text: the last event."""

    type: Literal["transcript.text.done"]
    text: str
    """The text."""
    languages: list[TranscriptionLanguage] | None = None
    """The languages that were heard."""
    logprobs: list[TranscriptionEventLogprob] | None = None
    """How likely each token was; only when `include` asks for it."""
    usage: TranscriptionUsageTokens | None = None
    """What the request consumed, in tokens."""


class UnknownTranscriptionEvent(UnknownKind):
    """An event that this package does not know, with its data."""


TranscriptionStreamEvent = TypeAliasType(
    "TranscriptionStreamEvent",
    Annotated[
        TranscriptionTextDeltaEvent
        | TranscriptionTextSegmentEvent
        | TranscriptionTextDoneEvent
        | UnknownTranscriptionEvent,
        Tagged("type"),
    ],
)
"""One event of `audio.transcriptions.create(stream=True)`."""
