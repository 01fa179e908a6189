"""Speech into text: transcriptions, and translations into English (`/audio/transcriptions`, `/audio/translations`).

API reference: "Audio" (create transcription, create translation); the events of a stream stand in
`transcription_events.py`.

Rules
* What comes back depends on `response_format`: `json` gives `Transcription`, `verbose_json` `TranscriptionVerbose`,
  `diarized_json` `TranscriptionDiarized`; `text`, `srt` and `vtt` give a `str`.
* Times are seconds from the beginning of the recording.
* Which model knows which format is the server's business and is not checked here.

Weak spot: `temperature` and the times of a `server_vad` have no bounds in the API description, so they have none here.
"""

from collections.abc import Iterable
from typing import Annotated, Literal, TypeAlias

from pydantic import Field, StrictBool, StrictFloat, StrictInt

from typed_openai.core.answer.meta import Issue
from typed_openai.models.asked import listed, missing
from typed_openai.models.base import Asked, Nullable, Open, Params, Result, Tagged
from typed_openai.models.file_input import FileInput
from typed_openai.models.known_values import KnownAudioModel
from typed_openai.models.logprob_rows import WithLogprobs
from typed_openai.models.priced import Priced
from typed_openai.models.shared import StringOrObject
from typed_openai.models.unknown_kinds import UnknownKind

AudioResponseFormat: TypeAlias = Literal["json", "text", "srt", "verbose_json", "vtt", "diarized_json"]
"""What a transcription may come back as."""

UpToFour: TypeAlias = Annotated[list[str], Field(max_length=4)]


class ChunkingStrategyVadConfig(Params):
    """Cut the recording where nobody speaks, with thresholds of your own."""

    type: Literal["server_vad"] = "server_vad"
    prefix_padding_ms: StrictInt | None = None
    """Milliseconds kept before speech begins; 300 by default."""
    silence_duration_ms: StrictInt | None = None
    """Milliseconds of silence that end a piece; 200 by default."""
    threshold: StrictFloat | None = None
    """How loud counts as speech, 0 to 1; 0.5 by default."""


ChunkingStrategy: TypeAlias = StringOrObject[Literal["auto"], ChunkingStrategyVadConfig]


class TranscriptionCreateParams(Params):
    """Which recording to write down, and how."""

    file: FileInput
    """The recording: flac, mp3, mp4, mpeg, mpga, m4a, ogg, wav or webm, 25 MB at most."""
    model: KnownAudioModel
    """Name of the model: `gpt-4o-transcribe`, `gpt-4o-mini-transcribe`, `gpt-4o-transcribe-diarize`, `whisper-1`, …"""
    chunking_strategy: Nullable[ChunkingStrategy] = None
    """How a long recording is cut: `auto`, or where nobody speaks; left out, it is taken as one piece."""
    include: list[Literal["logprobs"]] | None = None
    """More to tell: `logprobs`, the log probabilities of the tokens (format json only)."""
    keywords: list[str] | None = None
    """Words that are likely to be heard: names, terms."""
    known_speaker_names: UpToFour | None = None
    """Names of up to 4 speakers, in the order of `known_speaker_references`."""
    known_speaker_references: UpToFour | None = None
    """Samples of their voices, 2 to 10 seconds each, as `data:` URLs."""
    language: str | None = None
    """The language that is spoken, as ISO 639-1 (`en`); knowing it makes the result better and faster."""
    languages: Annotated[list[str], Field(min_length=1)] | None = None
    """The languages that may be spoken, as ISO 639-1."""
    prompt: str | None = None
    """A text that sets the style or goes before, in the language of the recording."""
    response_format: AudioResponseFormat | None = None
    """What comes back, `json` by default; the type of the result follows from it."""
    stream: Nullable[StrictBool] = None
    """Give the text piece by piece, as events; not with `whisper-1`."""
    temperature: StrictFloat | None = None
    """How freely the model guesses, 0 to 1; 0 by default, which lets it raise the value by itself."""
    timestamp_granularities: list[Literal["word", "segment"]] | None = None
    """What gets times of its own; only for `verbose_json`. Words take longer."""


class TranslationCreateParams(Params):
    """Which recording to translate into English, and how."""

    file: FileInput
    """The recording: flac, mp3, mp4, mpeg, mpga, m4a, ogg, wav or webm."""
    model: KnownAudioModel
    """Name of the model: `whisper-1`."""
    prompt: str | None = None
    """A text that sets the style or goes before, in English."""
    response_format: Literal["json", "text", "srt", "verbose_json", "vtt"] | None = None
    """What comes back, `json` by default; the type of the result follows from it."""
    temperature: StrictFloat | None = None
    """How freely the model guesses, 0 to 1; 0 by default, which lets it raise the value by itself."""


class TranscriptionLanguage(Result):
    """A language that was heard."""

    code: str
    """Its ISO 639-1 code."""


class TranscriptionLogprob(Result):
    """How likely a token was."""

    token: str | None = None
    """The token."""
    bytes: list[float] | None = None
    """Its bytes in UTF-8."""
    logprob: float | None = None
    """The natural logarithm of its probability."""


class TranscriptionInputTokenDetails(Result):
    """What the input tokens were spent on."""

    audio_tokens: int | None = None
    """Tokens of sound."""
    text_tokens: int | None = None
    """Tokens of text: the prompt."""


class TranscriptionUsageTokens(Result):
    """What a request consumed, counted in tokens."""

    type: Literal["tokens"]
    input_tokens: int
    """Tokens that the model heard and read."""
    output_tokens: int
    """Tokens that it wrote."""
    total_tokens: int
    """All of them."""
    input_token_details: TranscriptionInputTokenDetails | None = None
    """The input tokens, divided into sound and text."""


class TranscriptionUsageDuration(Result):
    """What a request consumed, counted in seconds of sound."""

    type: Literal["duration"]
    seconds: float
    """Length of the recording."""


class UnknownTranscriptionUsage(UnknownKind):
    """A count that this package does not know, with its data."""


TranscriptionUsage: TypeAlias = Annotated[
    TranscriptionUsageTokens | TranscriptionUsageDuration | UnknownTranscriptionUsage, Tagged("type")
]


class Transcription(WithLogprobs, Priced, Result):
    """What was said (`response_format="json"`). `records()` are its `logprobs`, a row for each token."""

    text: str
    """The text."""
    languages: list[TranscriptionLanguage] | None = None
    """The languages that were heard."""
    logprobs: list[TranscriptionLogprob] | None = None
    """How likely each token was; only when `include` asks for it."""
    usage: TranscriptionUsage | None = None
    """What the request consumed: tokens, or seconds with `whisper-1`."""

    def check_asked(self, asked: Asked) -> Iterable[Issue]:
        """Whether the text has the log probabilities that were asked for."""
        if self.text and "logprobs" in listed(asked("include")) and not self.logprobs:
            yield missing("/logprobs", "log probabilities")


class TranscriptionSegment(Result):
    """A piece of speech with its times."""

    id: int
    """Its number, from 0."""
    avg_logprob: float
    """Average log probability of its tokens; below -1 the text is doubtful."""
    compression_ratio: float
    """How well the text compresses; above 2.4 it repeats itself and is doubtful."""
    end: float
    """When it ends."""
    no_speech_prob: float
    """How likely nobody speaks; near 1, with a low `avg_logprob`, it is silence."""
    seek: int
    """Where the model stood in the recording, in frames."""
    start: float
    """When it begins."""
    temperature: float
    """How freely the model guessed."""
    text: str
    """What was said."""
    tokens: list[int]
    """The text as token numbers."""


class TranscriptionWord(Result):
    """A word with its times."""

    word: str
    """The word."""
    start: float
    """When it begins."""
    end: float
    """When it ends."""


class TranscriptionVerbose(Priced, Result):
    """What was said, with times (`response_format="verbose_json"`)."""

    text: str
    """The text."""
    duration: float
    """Length of the recording."""
    language: str
    """The language that was heard, as a word (`english`)."""
    segments: list[TranscriptionSegment] | None = None
    """The pieces of speech, in order."""
    usage: TranscriptionUsageDuration | None = None
    """What the request consumed."""
    words: list[TranscriptionWord] | None = None
    """The words, in order; only when `timestamp_granularities` asks for them."""

    def check_asked(self, asked: Asked) -> Iterable[Issue]:
        """Whether the text has the times that were asked for."""
        wanted = listed(asked("timestamp_granularities"))
        for name, field in (("word", "words"), ("segment", "segments")):
            if self.text and name in wanted and not getattr(self, field):
                yield missing(f"/{field}", f"times of {field}")


class TranscriptionDiarizedSegment(Result):
    """What one speaker said in one go."""

    id: str
    """Its id."""
    end: float
    """When it ends."""
    speaker: str
    """Who speaks: a known name, else a letter."""
    start: float
    """When it begins."""
    text: str
    """What was said."""
    type: Open[Literal["transcript.text.segment"]]
    """The kind of object."""


class TranscriptionDiarized(Priced, Result):
    """What was said, and by whom (`response_format="diarized_json"`)."""

    text: str
    """The text."""
    duration: float
    """Length of the recording."""
    segments: list[TranscriptionDiarizedSegment]
    """Who said what, in order."""
    task: Open[Literal["transcribe"]]
    """What was done: `transcribe`."""
    usage: TranscriptionUsage | None = None
    """What the request consumed."""


class Translation(Result):
    """What was said, in English (`response_format="json"`)."""

    text: str
    """The text."""


class TranslationVerbose(Result):
    """What was said, in English, with times (`response_format="verbose_json"`)."""

    text: str
    """The text."""
    duration: float
    """Length of the recording."""
    language: str
    """The language of the text: `english`."""
    segments: list[TranscriptionSegment] | None = None
    """The pieces of speech, in order."""
