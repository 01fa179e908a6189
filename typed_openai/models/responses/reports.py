"""What a response reports beside its answer: what its tools consumed, why a cache was missed, what was left out.

API reference: "Responses" (the response object). These fields stand in the official package 3.57.0; the API description
does not know them yet.

Weak spot: which of them come depends on what an organisation has access to; all are None elsewhere."""

from typing import Annotated, Literal, TypeAlias

from typed_openai.models.base import Open, Result, Tagged
from typed_openai.models.unknown_kinds import UnknownKind


class ResponseAccessPrograms(Result):
    """Which special access the response was made with."""

    cyber: Open[Literal["standard", "daybreak_blue", "daybreak_red"]]
    """That for work on security."""


class ResponseImagePolicy(Result):
    """How pictures in the context were treated."""

    context_compression: Open[Literal["enabled", "disabled"]]
    """Whether they were made smaller."""


class InputTransformation(Result):
    """A thought in the input that the model did not get to see."""

    type: Open[Literal["reasoning"]]
    id: str
    """Its id."""
    action: Open[Literal["removed"]]
    """What was done with it: `removed`."""
    reason: Open[
        Literal["organization_mismatch", "end_user_mismatch", "model_mismatch", "prefix_mismatch", "turn_boundary"]
    ]
    """Why."""


# --- the cache -------------------------------------------------------------------------------------------------------


class PromptCacheDiagnosticsCacheMiss(Result):
    """The cache was missed."""

    type: Literal["cache_miss"]
    cache_missed_tokens: int
    """About how many tokens stand behind the first difference."""
    reason: Open[
        Literal[
            "model_changed",
            "prompt_cache_key_changed",
            "tools_changed",
            "text_format_changed",
            "reasoning_effort_changed",
            "verbosity_changed",
            "context_compacted",
            "input_changed",
            "service_tier_changed",
        ]
    ]
    """What differs."""
    comparison_reusable_tokens: int | None = None
    """How many tokens at the beginning both have in common."""


class PromptCacheDiagnosticsCacheHit(Result):
    """The cache was used."""

    type: Literal["cache_hit"]


class PromptCacheDiagnosticsComparisonResponseNotFound(Result):
    """The response to compare with is not there."""

    type: Literal["comparison_response_not_found"]


class PromptCacheDiagnosticsUnavailable(Result):
    """Nothing can be said."""

    type: Literal["unavailable"]


class UnknownPromptCacheDiagnostics(UnknownKind):
    """An outcome of a kind that is newer than this package; its data is in `model_extra`."""


PromptCacheDiagnostics: TypeAlias = Annotated[
    PromptCacheDiagnosticsCacheMiss
    | PromptCacheDiagnosticsCacheHit
    | PromptCacheDiagnosticsComparisonResponseNotFound
    | PromptCacheDiagnosticsUnavailable
    | UnknownPromptCacheDiagnostics,
    Tagged("type", first=()),
]
"""Why the cache was used or missed, when the request asked for it."""


class CacheWriteTokensDetails(Result):
    """How long what was written to the cache is kept."""

    ttl_12h_tokens: int
    """Tokens that are kept for 12 hours."""
    ttl_30m_tokens: int
    """Tokens that are kept for 30 minutes."""


# --- tools of the service --------------------------------------------------------------------------------------------


class ToolUsageImageTokens(Result):
    """What kinds of tokens they were."""

    image_tokens: int
    """Of pictures."""
    text_tokens: int
    """Of text."""


class ToolUsageImageGenCachedTokensDetails(Result):
    """What the cached tokens were."""

    cached_image_tokens: int
    """Of pictures."""
    cached_text_tokens: int
    """Of text."""


class ToolUsageImageGen(Result):
    """What all pictures together consumed, in tokens."""

    input_tokens: int
    """Read."""
    input_tokens_details: ToolUsageImageTokens
    """What those of the input were."""
    output_tokens: int
    """Generated."""
    total_tokens: int
    """Both together."""
    cached_tokens: int | None = None
    """Found in the cache; None where that is not known."""
    cached_tokens_details: ToolUsageImageGenCachedTokensDetails | None = None
    """What the cached ones were."""
    output_tokens_details: ToolUsageImageTokens | None = None
    """What the generated ones were."""


class ToolUsageWebSearch(Result):
    """What searches on the web consumed."""

    num_requests: int
    """How many searches are billed."""


class ToolUsage(Result):
    """What tools of the service consumed, beside `usage`."""

    image_gen: ToolUsageImageGen | None = None
    """Pictures."""
    web_search: ToolUsageWebSearch | None = None
    """Searches on the web."""
