"""What an organization has used, as it is asked for (`/organization/usage/...`, `/organization/costs`).

API reference: "Administration", Usage. What comes back: `usage.py`; rows of it: `usage_pages.py`.

Rules: times are Unix seconds, days are those of UTC. Counts are added up over what `group_by` does not name.
"""

from typing import Literal, TypeAlias

from pydantic import StrictBool, StrictInt

from typed_openai.models.base import Params

ByKey: TypeAlias = Literal["project_id", "user_id", "api_key_id"]
"""Whose it was."""


class UsageParams(Params):
    """What all kinds of usage are asked for with."""

    start_time: StrictInt
    """From when on, Unix seconds."""
    end_time: StrictInt | None = None
    """Until when, not included, Unix seconds. Default: until now."""
    limit: StrictInt | None = None
    """How many buckets to a page: of days 7, up to 31; of hours 24, up to 168; of minutes 60, up to 1440."""
    page: str | None = None
    """Go on from here: the `next_page` of the page before. Who iterates need not say it."""
    project_ids: list[str] | None = None
    """Only that of these projects."""


class BucketUsageParams(UsageParams):
    """The same for what is counted by the minute."""

    bucket_width: Literal["1m", "1h", "1d"] | None = None
    """What a bucket is: a minute, an hour, or a day (default)."""


class KeyUsageParams(BucketUsageParams):
    """The same for what is counted by key."""

    api_key_ids: list[str] | None = None
    """Only that of these keys."""
    user_ids: list[str] | None = None
    """Only that of these users."""


class ModelUsageParams(KeyUsageParams):
    """The same for what is counted by model."""

    models: list[str] | None = None
    """Only that of these models."""


class ModelGroupUsageParams(ModelUsageParams):
    """The same for what is counted by nothing else."""

    group_by: list[Literal[ByKey, "model"]] | None = None
    """What to count apart."""


class AnsweredUsageParams(ModelUsageParams):
    """The same for what models answered."""

    batch: StrictBool | None = None
    """True: only that of batches; False: only the other."""
    group_by: list[Literal[ByKey, "model", "batch", "service_tier", "api_source"]] | None = None
    """What to count apart; `api_source` tells what agents did from all else."""


class ProjectUsageParams(BucketUsageParams):
    """The same for what is counted by project only."""

    group_by: list[Literal["project_id"]] | None = None
    """What to count apart."""


class UsageAudioSpeechesParams(ModelGroupUsageParams):
    """Speech that was made: what of it to count."""


class UsageAudioTranscriptionsParams(ModelGroupUsageParams):
    """Speech that was written down: what of it to count."""


class UsageCodeInterpreterSessionsParams(ProjectUsageParams):
    """Sessions of code: which of them to count."""


class UsageCompletionsParams(AnsweredUsageParams):
    """What models read and wrote: what of it to count."""


class UsageDecisionsParams(AnsweredUsageParams):
    """What models decided: what of it to count."""


class UsageEmbeddingsParams(ModelGroupUsageParams):
    """Texts that became vectors: which of them to count."""


class UsageFileSearchCallsParams(KeyUsageParams):
    """Searches in vector stores: which of them to count."""

    group_by: list[Literal[ByKey, "vector_store_id"]] | None = None
    """What to count apart."""
    vector_store_ids: list[str] | None = None
    """Only those in these vector stores."""


class UsageImagesParams(ModelUsageParams):
    """Pictures: which of them to count."""

    group_by: list[Literal[ByKey, "model", "size", "source"]] | None = None
    """What to count apart."""
    sizes: list[Literal["256x256", "512x512", "1024x1024", "1792x1792", "1024x1792"]] | None = None
    """Only those of these sizes."""
    sources: list[Literal["image.generation", "image.edit", "image.variation"]] | None = None
    """Only those that were drawn, edited, or varied."""


class UsageModerationsParams(ModelGroupUsageParams):
    """What was moderated: what of it to count."""


class UsageVectorStoresParams(ProjectUsageParams):
    """What is kept in vector stores: what of it to count."""


class UsageWebSearchCallsParams(ModelUsageParams):
    """Searches in the web: which of them to count."""

    context_levels: list[Literal["low", "medium", "high"]] | None = None
    """Only those that read so much."""
    group_by: list[Literal[ByKey, "model", "context_level", "api_source"]] | None = None
    """What to count apart; `api_source` tells what agents did from all else."""


class UsageCostsParams(UsageParams):
    """What it costs: what of it to add up."""

    limit: StrictInt | None = None
    """How many days to a page, up to 180. Default 7."""
    api_key_ids: list[str] | None = None
    """Only that of these keys."""
    bucket_width: Literal["1d"] | None = None
    """What a bucket is: a day."""
    group_by: list[Literal[ByKey, "line_item", "api_source"]] | None = None
    """What to add up apart; `user_id` does not go with projects everywhere."""
    line_items: list[str] | None = None
    """Only these items of the bill, as they stand in it (`gpt-5, input_tokens`)."""
