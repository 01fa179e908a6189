"""Values of strings that the API leaves open: names of models, voices, sizes. For completion, not a check.

API reference: the parameter of each name; the values are those of the newest official package (3.57.0).

Rules
* A field that takes any string says `KnownChatModel` and its like. At run time and in models that is `str`; the stubs
  of the operations and the dict forms say `str | ChatModel`, from which editors complete.
* A list that is behind is not a fault: new models work the day they come out. Nothing here may ever refuse a value.
"""

from typing import Annotated, Literal, TypeAlias

from typed_openai.models.base import Suggested

ChatModel: TypeAlias = Literal[
    "gpt-6-astra",
    "gpt-6.2-astra",
    "gpt-6.1-sol",
    "gpt-6.2-sol",
    "gpt-6.1-terra",
    "gpt-6-sol",
    "gpt-6-luna",
    "gpt-5.6-sol",
    "gpt-5.6-terra",
    "gpt-5.6-luna",
    "gpt-5.5",
    "gpt-5.5-2026-04-23",
    "gpt-5.4",
    "gpt-5.4-mini",
    "gpt-5.4-nano",
    "gpt-5.4-mini-2026-03-17",
    "gpt-5.4-nano-2026-03-17",
    "gpt-5.3-chat-latest",
    "gpt-5.2",
    "gpt-5.2-2025-12-11",
    "gpt-5.2-chat-latest",
    "gpt-5.2-pro",
    "gpt-5.2-pro-2025-12-11",
    "gpt-5.1",
    "gpt-5.1-2025-11-13",
    "gpt-5.1-codex",
    "gpt-5.1-mini",
    "gpt-5.1-chat-latest",
    "gpt-5",
    "gpt-5-mini",
    "gpt-5-nano",
    "gpt-5-2025-08-07",
    "gpt-5-mini-2025-08-07",
    "gpt-5-nano-2025-08-07",
    "gpt-5-chat-latest",
    "gpt-4.1",
    "gpt-4.1-mini",
    "gpt-4.1-nano",
    "gpt-4.1-2025-04-14",
    "gpt-4.1-mini-2025-04-14",
    "gpt-4.1-nano-2025-04-14",
    "o4-mini",
    "o4-mini-2025-04-16",
    "o3",
    "o3-2025-04-16",
    "o3-mini",
    "o3-mini-2025-01-31",
    "o1",
    "o1-2024-12-17",
    "o1-preview",
    "o1-preview-2024-09-12",
    "o1-mini",
    "o1-mini-2024-09-12",
    "gpt-4o",
    "gpt-4o-2024-11-20",
    "gpt-4o-2024-08-06",
    "gpt-4o-2024-05-13",
    "gpt-audio-mini",
    "gpt-audio-mini-2025-12-15",
    "gpt-4o-audio-preview",
    "gpt-4o-audio-preview-2024-10-01",
    "gpt-4o-audio-preview-2024-12-17",
    "gpt-4o-audio-preview-2025-06-03",
    "gpt-4o-mini-audio-preview",
    "gpt-4o-mini-audio-preview-2024-12-17",
    "gpt-4o-search-preview",
    "gpt-4o-mini-search-preview",
    "gpt-4o-search-preview-2025-03-11",
    "gpt-4o-mini-search-preview-2025-03-11",
    "chatgpt-4o-latest",
    "codex-mini-latest",
    "gpt-4o-mini",
    "gpt-4o-mini-2024-07-18",
    "gpt-4-turbo",
    "gpt-4-turbo-2024-04-09",
    "gpt-4-0125-preview",
    "gpt-4-turbo-preview",
    "gpt-4-1106-preview",
    "gpt-4-vision-preview",
    "gpt-4",
    "gpt-4-0314",
    "gpt-4-0613",
    "gpt-4-32k",
    "gpt-4-32k-0314",
    "gpt-4-32k-0613",
    "gpt-3.5-turbo",
    "gpt-3.5-turbo-16k",
    "gpt-3.5-turbo-0301",
    "gpt-3.5-turbo-0613",
    "gpt-3.5-turbo-1106",
    "gpt-3.5-turbo-0125",
    "gpt-3.5-turbo-16k-0613",
]
"""Models of chat completions."""

ResponsesOnlyModel: TypeAlias = Literal[
    "o1-pro",
    "o1-pro-2025-03-19",
    "o3-pro",
    "o3-pro-2025-06-10",
    "o3-deep-research",
    "o3-deep-research-2025-06-26",
    "o4-mini-deep-research",
    "o4-mini-deep-research-2025-06-26",
    "computer-use-preview",
    "computer-use-preview-2025-03-11",
    "gpt-5.5-pro",
    "gpt-5.5-pro-2026-04-23",
    "gpt-5-codex",
    "gpt-5-pro",
    "gpt-5-pro-2025-10-06",
    "gpt-5.1-codex-max",
    "gpt-daybreak-blue-latest",
    "gpt-daybreak-red-latest",
    "gpt-5.6-cyber",
    "gpt-6-cyber",
    "gpt-rosalind-research",
    "gpt-6-rosalind",
    "gpt-6.2-astra-law",
]
"""Models that only the Responses API serves."""

ResponsesModel: TypeAlias = ChatModel | ResponsesOnlyModel
"""Models of the Responses API."""

EmbeddingModel: TypeAlias = Literal["text-embedding-ada-002", "text-embedding-3-small", "text-embedding-3-large"]
"""Models that turn text into vectors."""

AudioModel: TypeAlias = Literal[
    "whisper-1",
    "gpt-transcribe",
    "gpt-4o-transcribe",
    "gpt-4o-mini-transcribe",
    "gpt-4o-mini-transcribe-2025-12-15",
    "gpt-4o-transcribe-diarize",
]
"""Models that turn speech into text."""

SpeechModel: TypeAlias = Literal["tts-1", "tts-1-hd", "gpt-4o-mini-tts", "gpt-4o-mini-tts-2025-12-15"]
"""Models that speak."""

ImageModel: TypeAlias = Literal[
    "gpt-image-1.5",
    "gpt-image-2",
    "gpt-image-2-2026-04-21",
    "gpt-image-2.5-sunburst",
    "gpt-image-2.5-sunburst-2026-09-08",
    "gpt-image-2.5-flare",
    "gpt-image-2.5-flare-2026-09-08",
    "gpt-image-2.6-sunburst",
    "gpt-image-2.6-flare",
    "gpt-image-1",
    "gpt-image-1-mini",
    "chatgpt-image-latest",
    "dall-e-2",
    "dall-e-3",
]
"""Models that make pictures."""

ModerationModel: TypeAlias = Literal[
    "omni-moderation-latest", "omni-moderation-2024-09-26", "text-moderation-latest", "text-moderation-stable"
]
"""Models that judge texts and pictures."""

CompletionModel: TypeAlias = Literal["gpt-3.5-turbo-instruct", "davinci-002", "babbage-002"]
"""Models that continue a text."""

FineTuningModel: TypeAlias = Literal["babbage-002", "davinci-002", "gpt-3.5-turbo", "gpt-4o-mini"]
"""Models that can be trained further, as the description names them."""

RealtimeModel: TypeAlias = Literal[
    "gpt-realtime-2.1",
    "gpt-realtime-2.1-mini",
    "gpt-realtime-2",
    "gpt-realtime-1.5",
    "gpt-realtime",
    "gpt-realtime-2025-08-28",
    "gpt-realtime-mini",
    "gpt-realtime-mini-2025-10-06",
    "gpt-realtime-mini-2025-12-15",
    "gpt-audio-1.5",
    "gpt-audio-mini",
    "gpt-audio-mini-2025-10-06",
    "gpt-audio-mini-2025-12-15",
    "gpt-4o-realtime-preview",
    "gpt-4o-realtime-preview-2024-10-01",
    "gpt-4o-realtime-preview-2024-12-17",
    "gpt-4o-realtime-preview-2025-06-03",
    "gpt-4o-mini-realtime-preview",
    "gpt-4o-mini-realtime-preview-2024-12-17",
]
"""Models that hold realtime sessions."""

RealtimeTranscriptionModel: TypeAlias = Literal[
    "gpt-transcribe",
    "gpt-live-transcribe",
    "gpt-realtime-whisper",
    "gpt-4o-transcribe",
    "gpt-4o-transcribe-diarize",
    "gpt-4o-mini-transcribe",
    "gpt-4o-mini-transcribe-2025-12-15",
    "whisper-1",
]
"""Models that write down what is said in a realtime session."""

Voice: TypeAlias = Literal[
    "alloy", "ash", "ballad", "coral", "echo", "fable", "onyx", "nova", "sage", "shimmer", "verse", "marin", "cedar"
]
"""Voices that the service has."""

LiveVoice: TypeAlias = Literal[
    "alloy",
    "ash",
    "ballad",
    "beacon",
    "bossa",
    "cedar",
    "cinder",
    "coral",
    "delta",
    "echo",
    "gleam",
    "marin",
    "meridian",
    "quartz",
    "ripple",
    "sage",
    "shida",
    "shimmer",
    "stone",
    "tempo",
    "verse",
    "vesper",
    "willow",
]
"""Voices of live sessions."""

ImageSize: TypeAlias = Literal[
    "auto", "1024x1024", "1536x1024", "1024x1536", "256x256", "512x512", "1792x1024", "1024x1792"
]
"""Sizes of pictures, width by height; which of them a model makes is for it to say."""

VideoModel: TypeAlias = Literal[
    "sora-2", "sora-2-pro", "sora-2-2025-10-06", "sora-2-pro-2025-10-06", "sora-2-2025-12-08"
]
"""Models that make videos."""


KnownChatModel: TypeAlias = Annotated[str, Suggested("ChatModel", ChatModel)]
KnownResponsesModel: TypeAlias = Annotated[str, Suggested("ResponsesModel", ResponsesModel)]
KnownEmbeddingModel: TypeAlias = Annotated[str, Suggested("EmbeddingModel", EmbeddingModel)]
KnownAudioModel: TypeAlias = Annotated[str, Suggested("AudioModel", AudioModel)]
KnownSpeechModel: TypeAlias = Annotated[str, Suggested("SpeechModel", SpeechModel)]
KnownImageModel: TypeAlias = Annotated[str, Suggested("ImageModel", ImageModel)]
KnownModerationModel: TypeAlias = Annotated[str, Suggested("ModerationModel", ModerationModel)]
KnownCompletionModel: TypeAlias = Annotated[str, Suggested("CompletionModel", CompletionModel)]
KnownFineTuningModel: TypeAlias = Annotated[str, Suggested("FineTuningModel", FineTuningModel)]
KnownRealtimeModel: TypeAlias = Annotated[str, Suggested("RealtimeModel", RealtimeModel)]
KnownRealtimeTranscriptionModel: TypeAlias = Annotated[
    str, Suggested("RealtimeTranscriptionModel", RealtimeTranscriptionModel)
]
KnownVoice: TypeAlias = Annotated[str, Suggested("Voice", Voice)]
KnownLiveVoice: TypeAlias = Annotated[str, Suggested("LiveVoice", LiveVoice)]
KnownImageSize: TypeAlias = Annotated[str, Suggested("ImageSize", ImageSize)]
KnownVideoModel: TypeAlias = Annotated[str, Suggested("VideoModel", VideoModel)]
"""Any string, of which these are known."""
