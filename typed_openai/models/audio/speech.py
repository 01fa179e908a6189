"""Text into speech (`/audio/speech`): what to say, and the events when it is streamed as such.

API reference: "Audio" (create speech, speech stream events).

Rules
* The answer is a sound file, `Binary`; with `stream_format="sse"` it is a stream of events with pieces of it in base64.
* Voices are open strings: alloy, ash, ballad, coral, echo, fable, nova, onyx, sage, shimmer, verse, marin, cedar, and
  whatever comes next; a voice of your own is a `VoiceID`.

Weak spot: `pcm` is raw sound without a header (24 kHz, 16 bit, little-endian, one channel): nothing in it says so.
"""

from base64 import b64decode
from typing import Annotated, Literal, TypeAlias

from pydantic import Field, StrictFloat, StringConstraints
from typing_extensions import TypeAliasType

from typed_openai.models.base import Params, Result, Tagged
from typed_openai.models.known_values import KnownSpeechModel, KnownVoice
from typed_openai.models.shape import Shape
from typed_openai.models.shared import StringOrObject
from typed_openai.models.unknown_kinds import UnknownKind

UpTo4096: TypeAlias = Annotated[str, StringConstraints(max_length=4096)]


class VoiceID(Shape):
    """A voice of your own, made with `client.audio.voices.create`."""

    id: str
    """Its id."""


SpeechVoice: TypeAlias = StringOrObject[KnownVoice, VoiceID]


class SpeechCreateParams(Params):
    """What to say, and how."""

    input: UpTo4096
    """The text, 4,096 characters at most."""
    model: KnownSpeechModel
    """Name of the model: `gpt-4o-mini-tts`, `tts-1`, `tts-1-hd`, …"""
    voice: SpeechVoice
    """Who says it: the name of a voice (`alloy`), or `VoiceID(id=...)` for one of your own."""
    instructions: UpTo4096 | None = None
    """How to say it, in words; not for `tts-1` and `tts-1-hd`."""
    response_format: Literal["mp3", "opus", "aac", "flac", "wav", "pcm"] | None = None
    """How the sound is encoded; `mp3` by default."""
    speed: Annotated[StrictFloat, Field(ge=0.25, le=4)] | None = None
    """How fast, 0.25 to 4; 1 by default."""
    stream_format: Literal["sse", "audio"] | None = None
    """`audio` (default) gives the bytes, `sse` a stream of events; `tts-1` and `tts-1-hd` know only the first."""


class SpeechAudioDeltaEvent(Result):
    """The next piece of sound."""

    type: Literal["speech.audio.delta"]
    audio: str
    """The piece in base64; `read()` gives its bytes."""

    def read(self) -> bytes:
        """The bytes of the piece; `ValueError` when it is not valid base64."""
        return b64decode(self.audio, validate=True)


class SpeechUsage(Result):
    """What a request consumed."""

    input_tokens: int
    """Tokens of the text."""
    output_tokens: int
    """Tokens of the sound."""
    total_tokens: int
    """All of them."""


class SpeechAudioDoneEvent(Result):
    """All has been said: the last event."""

    type: Literal["speech.audio.done"]
    usage: SpeechUsage
    """What the request consumed, in tokens."""


class UnknownSpeechEvent(UnknownKind):
    """An event that this package does not know, with its data."""


SpeechStreamEvent = TypeAliasType(
    "SpeechStreamEvent", Annotated[SpeechAudioDeltaEvent | SpeechAudioDoneEvent | UnknownSpeechEvent, Tagged("type")]
)
"""One event of `audio.speech.create(stream_format="sse")`."""


class Speech(Result):
    """What the events of a streamed speech add up to."""

    audio: str
    """The sound in base64, as far as it came; `read()` gives its bytes."""
    usage: SpeechUsage | None = None
    """What the request consumed; None before the end."""

    def read(self) -> bytes:
        """The bytes of the sound."""
        return b64decode(self.audio, validate=True)
