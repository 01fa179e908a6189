"""What an organization has used: buckets of time, each with what was counted in it (`/organization/usage/...`, costs).

API reference: "Administration", Usage. How it is asked for: `usage_params.py`; pages and rows: `usage_pages.py`.

Rules
* Each operation has buckets of its own kind, so that type checkers know what is in them; whatever kind a server puts
  there is read as that, and an unknown one kept (`UnknownUsageResult`).
* By what was not counted apart (`group_by`) is None.
"""

from typing import TYPE_CHECKING, Annotated, Literal, TypeAlias

from typed_openai.models.base import Open, Result, Tagged, UnknownTag
from typed_openai.models.number_text import ToldNumber, number_texts

# -- what was counted -------------------------------------------------------------------------------------------------


class ProjectUsage(Result):
    """What is counted by project."""

    project_id: str | None = None
    """Which project."""


class KeyUsage(ProjectUsage):
    """What is counted by key."""

    user_id: str | None = None
    """Whose it was."""
    api_key_id: str | None = None
    """With which key."""


class ModelUsage(KeyUsage):
    """What is counted by model."""

    num_model_requests: int
    """How many requests."""
    model: str | None = None
    """To which model."""


class SourceUsage(ModelUsage):
    """What agents may have done."""

    api_source: Open[Literal["agents_api", "unlabeled"]] | None = None
    """`agents_api`, or all else."""


class TokenUsage(SourceUsage):
    """What models read and wrote, in tokens."""

    input_tokens: int
    """Read, from the cache or not, of every kind."""
    output_tokens: int
    """Written, of every kind."""
    batch: bool | None = None
    """Whether in batches."""
    service_tier: str | None = None
    """How fast it was asked for."""
    input_cached_tokens: int | None = None
    """Read from the cache."""
    input_uncached_tokens: int | None = None
    """Read, but not from the cache, nor put there."""
    input_cache_write_tokens: int | None = None
    """Put into the cache."""
    input_cache_write_30m_tokens: int | None = None
    """Put there for 30 minutes."""
    input_cache_write_12h_tokens: int | None = None
    """Put there for 12 hours."""
    input_text_tokens: int | None = None
    """Text that was read, but not from the cache, nor put there."""
    input_cached_text_tokens: int | None = None
    """Text from the cache."""
    output_text_tokens: int | None = None
    """Text that was written."""
    input_audio_tokens: int | None = None
    """Sound that was heard, but not from the cache."""
    input_cached_audio_tokens: int | None = None
    """Sound from the cache."""
    output_audio_tokens: int | None = None
    """Sound that was made."""
    input_image_tokens: int | None = None
    """Pictures that were seen, but not from the cache."""
    input_cached_image_tokens: int | None = None
    """Pictures from the cache."""
    output_image_tokens: int | None = None
    """Pictures that were made."""


class UsageAudioSpeechesResult(ModelUsage):
    """Speech that was made."""

    object: Literal["organization.usage.audio_speeches.result"]
    characters: int
    """How many characters were spoken."""


class UsageAudioTranscriptionsResult(ModelUsage):
    """Speech that was written down."""

    object: Literal["organization.usage.audio_transcriptions.result"]
    seconds: int
    """How many seconds of sound."""


class UsageCodeInterpreterSessionsResult(ProjectUsage):
    """Sessions of code."""

    object: Literal["organization.usage.code_interpreter_sessions.result"]
    num_sessions: int
    """How many."""


class UsageCompletionsResult(TokenUsage):
    """What models read and wrote."""

    object: Literal["organization.usage.completions.result"]


class UsageDecisionsResult(TokenUsage):
    """What models decided."""

    object: Literal["organization.usage.decisions.result"]


class UsageEmbeddingsResult(ModelUsage):
    """Texts that became vectors."""

    object: Literal["organization.usage.embeddings.result"]
    input_tokens: int
    """How many tokens of text."""


class UsageFileSearchCallsResult(KeyUsage):
    """Searches in vector stores."""

    object: Literal["organization.usage.file_searches.result"]
    num_requests: int
    """How many."""
    vector_store_id: str | None = None
    """In which vector store."""


class UsageImagesResult(ModelUsage):
    """Pictures."""

    object: Literal["organization.usage.images.result"]
    images: int
    """How many."""
    size: str | None = None
    """How large, in pixels (`1024x1024`)."""
    source: str | None = None
    """Whether drawn, edited, or varied (`image.edit`)."""


class UsageModerationsResult(ModelUsage):
    """What was moderated."""

    object: Literal["organization.usage.moderations.result"]
    input_tokens: int
    """How many tokens of text."""


class UsageVectorStoresResult(ProjectUsage):
    """What is kept in vector stores."""

    object: Literal["organization.usage.vector_stores.result"]
    usage_bytes: int
    """How many bytes."""


class UsageWebSearchCallsResult(SourceUsage):
    """Searches in the web."""

    object: Literal["organization.usage.web_searches.result"]
    num_requests: int
    """How many."""
    context_level: str | None = None
    """How much they read: `low`, `medium`, or `high`."""


@number_texts("value")
class CostAmount(Result):
    """An amount of money."""

    value: ToldNumber | None = None
    """How much, in whole units of the currency: dollars, not cents."""
    currency: str | None = None
    """Which currency, in small letters: `usd`."""


@number_texts("quantity")
class CostsResult(KeyUsage):
    """What something cost."""

    object: Literal["organization.costs.result"]
    amount: CostAmount | None = None
    """How much."""
    line_item: str | None = None
    """Which item of the bill: `gpt-5, input_tokens`."""
    quantity: ToldNumber | None = None
    """How much of it was used, where the bill has items."""
    quantity_unit: (
        Open[
            Literal[
                "tokens",
                "1000_tokens",
                "duration_seconds",
                "duration_minutes",
                "duration_hours",
                "gibibyte_hours",
                "images",
                "characters",
            ]
        ]
        | None
    ) = None
    """What that is counted in; None where no one unit would do."""
    api_source: Open[Literal["agents_api", "unlabeled"]] | None = None
    """`agents_api`, or all else."""


class UnknownUsageResult(Result):
    """Something that is counted since this package was made."""

    object: UnknownTag


UsageResult: TypeAlias = Annotated[
    UsageAudioSpeechesResult
    | UsageAudioTranscriptionsResult
    | UsageCodeInterpreterSessionsResult
    | UsageCompletionsResult
    | UsageDecisionsResult
    | UsageEmbeddingsResult
    | UsageFileSearchCallsResult
    | UsageImagesResult
    | UsageModerationsResult
    | UsageVectorStoresResult
    | UsageWebSearchCallsResult
    | CostsResult
    | UnknownUsageResult,
    Tagged("object"),
]
"""What was counted, told apart by `object`."""


# -- when -------------------------------------------------------------------------------------------------------------


class UsageTimeBucket(Result):
    """What was counted in a span of time."""

    object: Open[Literal["bucket"]]
    start_time: int
    """When it begins, Unix seconds."""
    end_time: int
    """When it ends, not included, Unix seconds."""
    if not TYPE_CHECKING:
        results: list[UsageResult]
        """What was counted: one entry for each group, none where there was nothing."""


class UsageAudioSpeechesBucket(UsageTimeBucket):
    """Speech that was made in a span of time."""

    if TYPE_CHECKING:
        results: list[UsageAudioSpeechesResult]


class UsageAudioTranscriptionsBucket(UsageTimeBucket):
    """Speech that was written down in a span of time."""

    if TYPE_CHECKING:
        results: list[UsageAudioTranscriptionsResult]


class UsageCodeInterpreterSessionsBucket(UsageTimeBucket):
    """Sessions of code in a span of time."""

    if TYPE_CHECKING:
        results: list[UsageCodeInterpreterSessionsResult]


class UsageCompletionsBucket(UsageTimeBucket):
    """What models read and wrote in a span of time."""

    if TYPE_CHECKING:
        results: list[UsageCompletionsResult]


class UsageDecisionsBucket(UsageTimeBucket):
    """What models decided in a span of time."""

    if TYPE_CHECKING:
        results: list[UsageDecisionsResult]


class UsageEmbeddingsBucket(UsageTimeBucket):
    """Texts that became vectors in a span of time."""

    if TYPE_CHECKING:
        results: list[UsageEmbeddingsResult]


class UsageFileSearchCallsBucket(UsageTimeBucket):
    """Searches in vector stores in a span of time."""

    if TYPE_CHECKING:
        results: list[UsageFileSearchCallsResult]


class UsageImagesBucket(UsageTimeBucket):
    """Pictures in a span of time."""

    if TYPE_CHECKING:
        results: list[UsageImagesResult]


class UsageModerationsBucket(UsageTimeBucket):
    """What was moderated in a span of time."""

    if TYPE_CHECKING:
        results: list[UsageModerationsResult]


class UsageVectorStoresBucket(UsageTimeBucket):
    """What was kept in vector stores in a span of time."""

    if TYPE_CHECKING:
        results: list[UsageVectorStoresResult]


class UsageWebSearchCallsBucket(UsageTimeBucket):
    """Searches in the web in a span of time."""

    if TYPE_CHECKING:
        results: list[UsageWebSearchCallsResult]


class UsageCostsBucket(UsageTimeBucket):
    """What it cost in a span of time."""

    if TYPE_CHECKING:
        results: list[CostsResult]
