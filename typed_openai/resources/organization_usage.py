"""What an organization has used, and what it cost (API reference: Administration, Usage and Costs).

Each gives pages of buckets of time (`models/admin/usage_pages.py`): iterated, they go on until `end_time`, and
`records()` makes rows of them.
"""

from typed_openai.core.declare.verbs import Resource, get
from typed_openai.models.admin.usage import (
    UsageAudioSpeechesBucket,
    UsageAudioTranscriptionsBucket,
    UsageCodeInterpreterSessionsBucket,
    UsageCompletionsBucket,
    UsageCostsBucket,
    UsageDecisionsBucket,
    UsageEmbeddingsBucket,
    UsageFileSearchCallsBucket,
    UsageImagesBucket,
    UsageModerationsBucket,
    UsageVectorStoresBucket,
    UsageWebSearchCallsBucket,
)
from typed_openai.models.admin.usage_pages import BucketPage
from typed_openai.models.admin.usage_params import (
    UsageAudioSpeechesParams,
    UsageAudioTranscriptionsParams,
    UsageCodeInterpreterSessionsParams,
    UsageCompletionsParams,
    UsageCostsParams,
    UsageDecisionsParams,
    UsageEmbeddingsParams,
    UsageFileSearchCallsParams,
    UsageImagesParams,
    UsageModerationsParams,
    UsageVectorStoresParams,
    UsageWebSearchCallsParams,
)


class Usage(Resource):
    """What the organization has used, by the minute, hour or day."""

    path = "admin.organization.usage"
    _admin = True

    audio_speeches = get(
        "/organization/usage/audio_speeches", UsageAudioSpeechesParams, BucketPage[UsageAudioSpeechesBucket]
    )
    """Count the speech that was made."""
    audio_transcriptions = get(
        "/organization/usage/audio_transcriptions",
        UsageAudioTranscriptionsParams,
        BucketPage[UsageAudioTranscriptionsBucket],
    )
    """Count the speech that was written down."""
    code_interpreter_sessions = get(
        "/organization/usage/code_interpreter_sessions",
        UsageCodeInterpreterSessionsParams,
        BucketPage[UsageCodeInterpreterSessionsBucket],
    )
    """Count the sessions of code."""
    completions = get("/organization/usage/completions", UsageCompletionsParams, BucketPage[UsageCompletionsBucket])
    """Count what models read and wrote: tokens of chats, responses and completions."""
    costs = get("/organization/costs", UsageCostsParams, BucketPage[UsageCostsBucket])
    """Add up what it cost, day by day; `group_by=["line_item"]` says for what."""
    decisions = get("/organization/usage/decisions", UsageDecisionsParams, BucketPage[UsageDecisionsBucket])
    """Count what models decided."""
    embeddings = get("/organization/usage/embeddings", UsageEmbeddingsParams, BucketPage[UsageEmbeddingsBucket])
    """Count the texts that became vectors."""
    file_search_calls = get(
        "/organization/usage/file_search_calls", UsageFileSearchCallsParams, BucketPage[UsageFileSearchCallsBucket]
    )
    """Count the searches in vector stores."""
    images = get("/organization/usage/images", UsageImagesParams, BucketPage[UsageImagesBucket])
    """Count the pictures that were drawn, edited and varied."""
    moderations = get("/organization/usage/moderations", UsageModerationsParams, BucketPage[UsageModerationsBucket])
    """Count what was moderated."""
    vector_stores = get(
        "/organization/usage/vector_stores", UsageVectorStoresParams, BucketPage[UsageVectorStoresBucket]
    )
    """Count what is kept in vector stores."""
    web_search_calls = get(
        "/organization/usage/web_search_calls", UsageWebSearchCallsParams, BucketPage[UsageWebSearchCallsBucket]
    )
    """Count the searches in the web."""
