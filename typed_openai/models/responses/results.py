"""What the operations on responses answer: the response itself, compaction, counts of tokens.

API reference: "Responses". Items of the output: `responses/outputs.py`.

Rules
* A response repeats most of what it was asked for: `tools`, `text`, `reasoning`, `instructions` and so on come back.
* `output_text` is put together from the output (`responses/reading.py`); what a server sends under that name is kept in
  `model_extra`.
* `as_input()` gives the items of the output in the shape that the next request takes.

Weak spot: what only some organisations see (`responses/reports.py`) is typed after the official package.
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Annotated, Any, Literal, TypeAlias

from typed_openai.core.answer.meta import Issue
from typed_openai.core.request.deprecation import DEPRECATED
from typed_openai.models.base import Asked, Open, Result, Tagged
from typed_openai.models.deferred import LATER
from typed_openai.models.given_results import accepts_results
from typed_openai.models.misalignment import Misalignment
from typed_openai.models.priced import Priced
from typed_openai.models.responses.asked import included
from typed_openai.models.responses.content import ResponseInputContent
from typed_openai.models.responses.content_params import InputItems
from typed_openai.models.responses.echoes import InstructionItem
from typed_openai.models.responses.outputs import CompactedItem, ResponseOutputItem
from typed_openai.models.responses.reading import OutputReading
from typed_openai.models.responses.reports import (
    CacheWriteTokensDetails,
    InputTransformation,
    PromptCacheDiagnostics,
    ResponseAccessPrograms,
    ResponseImagePolicy,
    ToolUsage,
)
from typed_openai.models.responses.text import ResponseTextConfig
from typed_openai.models.responses.tool_choices import ToolChoiceObject
from typed_openai.models.responses.tools import Tool
from typed_openai.models.shape import SAID, Said, Shape
from typed_openai.models.shared import ModerationResultBody, ReasoningEffort, StringOrObject
from typed_openai.models.unknown_kinds import UnknownKind

ResponseStatus: TypeAlias = Literal["completed", "failed", "in_progress", "cancelled", "queued", "incomplete"]
"""How far a response has come."""

_ERROR_CODES: TypeAlias = Literal[
    "server_error",
    "rate_limit_exceeded",
    "invalid_prompt",
    "data_residency_mismatch",
    "bio_policy",
    "misalignment_policy_violation",
    "vector_store_timeout",
    "invalid_image",
    "invalid_image_format",
    "invalid_base64_image",
    "invalid_image_url",
    "image_too_large",
    "image_too_small",
    "image_parse_error",
    "image_content_policy_violation",
    "invalid_image_mode",
    "image_file_too_large",
    "unsupported_image_media_type",
    "empty_image_file",
    "failed_to_download_image",
    "image_file_not_found",
]

SummaryDetail: TypeAlias = Literal["auto", "concise", "detailed"]
"""How much of the thoughts is told."""

if TYPE_CHECKING:
    PromptVariable: TypeAlias = str | ResponseInputContent
else:
    PromptVariable = StringOrObject[str, Annotated[ResponseInputContent, accepts_results("for_responses")]]
    """A text, or a text, picture or document part; where it is given also the parts that chat has of them."""

ToolChoice: TypeAlias = Open[Literal["none", "auto", "required"]] | ToolChoiceObject
"""A rule for all tools, or a choice among them, as an answer says it."""

# --- text and thoughts -----------------------------------------------------------------------------------------------


class Reasoning(Shape):
    """How the model thinks."""

    context: Literal["auto", "current_turn", "all_turns"] | None = None
    """Which earlier thoughts the model sees."""
    effort: ReasoningEffort | None = None
    """How long it may think; which values a model takes is for it to say."""
    generate_summary: Annotated[SummaryDetail | None, DEPRECATED] = None
    """Deprecated by the service: use `summary`."""
    mode: Literal["standard", "pro"] | str | None = None
    """`standard`, `pro`, or what a model calls it."""
    summary: SummaryDetail | None = None
    """How much of the thoughts is told."""


# --- other objects in an answer --------------------------------------------------------------------------------------


class InputTokensDetails(Result):
    """What the tokens of the input were."""

    cached_tokens: int
    """Tokens that were found in the cache."""
    cache_write_tokens: int | None = None
    """Tokens that were written to the cache; servers other than OpenAI's mostly do not say."""
    cache_write_tokens_details: CacheWriteTokensDetails | None = None
    """How long those are kept."""


class OutputTokensDetails(Result):
    """What the generated tokens were."""

    reasoning_tokens: int
    """Tokens that the model thought with."""


class ResponseUsage(Result):
    """What a response consumed, in tokens."""

    input_tokens: int
    """Read."""
    input_tokens_details: InputTokensDetails
    """What those of the input were."""
    output_tokens: int
    """Generated, thinking included."""
    output_tokens_details: OutputTokensDetails
    """What the generated ones were."""
    total_tokens: int
    """Both together."""


class ResponseError(Result):
    """Why a response failed."""

    code: Open[_ERROR_CODES]
    """What went wrong, as a code."""
    message: str
    """What went wrong, in words."""
    type: str | None = None
    """The kind of error."""
    param: str | None = None
    """The parameter that is to blame."""
    misalignment: Misalignment | None = None
    """What the model did that nobody asked for."""


class IncompleteDetails(Result):
    """Why a response ended too early."""

    reason: Open[Literal["max_output_tokens", "max_messages", "content_filter", "steered"]] | None = None
    """The reason."""


class ResponsePrompt(Shape):
    """A prompt that the service keeps."""

    id: str
    """Its id."""
    variables: dict[str, PromptVariable] | None = None
    """What is put in place of its variables: texts, or text, picture and document parts."""
    version: str | None = None
    """Its version; the latest by default."""


class ResponseConversation(Shape):
    """The conversation that a response belongs to."""

    id: str
    """Its id."""


class ResponseCacheOptions(Shape):
    """How the beginning of the prompt is cached."""

    mode: Said[Literal["implicit", "explicit"]] = SAID
    """`implicit`: the service sets one breakpoint by itself, besides yours; `explicit`: only yours count."""
    ttl: Said[Literal["30m", "12h"]] = SAID
    """How long what is cached lives at least; `30m` by default."""
    comparison_response_id: str | None = None
    """Id of a response to compare with: the answer then says in `prompt_cache_diagnostics` where they differ."""
    prewarm: bool | None = None
    """Only fills the cache, and generates nothing; False by default."""


class ModerationVerdict(ModerationResultBody):
    """The verdict on what went in or out."""

    type: Literal["moderation_result"]


class ModerationFailure(Result):
    """Why a moderation did not work."""

    type: Literal["error"]
    code: str
    """What went wrong, as a code."""
    message: str
    """What went wrong, in words."""


class UnknownModerationOutcome(UnknownKind):
    """An outcome of a kind that is newer than this package; its data is in `model_extra`."""


class ResponseModeration(Result):
    """What moderation said, when the request asked for it."""

    input: Annotated[ModerationVerdict | ModerationFailure | UnknownModerationOutcome, Tagged("type")]
    """Of what you sent."""
    output: Annotated[ModerationVerdict | ModerationFailure | UnknownModerationOutcome, Tagged("type")]
    """Of what was generated."""


# --- the answers -----------------------------------------------------------------------------------------------------


class Response(Priced, Result, InputItems, OutputReading):
    """What the model answered, and with what it was asked."""

    id: str
    """Its id."""
    created_at: float
    """When it was made (Unix time in seconds)."""
    object: Open[Literal["response"]]
    output: list[ResponseOutputItem]
    """What the model produced, in order: messages, thoughts, calls."""
    parallel_tool_calls: bool
    """Whether one answer might hold several tool calls."""
    tools: list[Tool]
    """What the model might use."""
    tool_choice: ToolChoice
    """Which tools were to be used."""
    model: str
    """Name of the model that answered."""
    error: Annotated[ResponseError, LATER] | None = None
    """Why it failed."""
    incomplete_details: IncompleteDetails | None = None
    """Why it ended too early."""
    instructions: str | Annotated[list[InstructionItem], LATER] | None = None
    """What went before the input."""
    metadata: dict[str, str] | None = None
    """Your own notes."""
    status: Open[ResponseStatus] | None = None
    """How far it has come."""
    usage: ResponseUsage | None = None
    """What it consumed; None until it is over."""
    background: bool | None = None
    """Whether it is made in the background."""
    completed_at: float | None = None
    """When it was complete (Unix time in seconds)."""
    conversation: ResponseConversation | None = None
    """The conversation that it belongs to."""
    max_output_tokens: int | None = None
    """How many tokens might be generated at most."""
    max_tool_calls: int | None = None
    """How many calls of the service's tools there might be at most."""
    moderation: Annotated[ResponseModeration, LATER] | None = None
    """What moderation said."""
    previous_response_id: str | None = None
    """Id of the response that it goes on from."""
    prompt: ResponsePrompt | None = None
    """The stored prompt that it was made with."""
    prompt_cache_key: str | None = None
    """The key for the cache."""
    prompt_cache_options: ResponseCacheOptions | None = None
    """How the beginning of the prompt was cached."""
    prompt_cache_retention: Open[Literal["in_memory", "24h"]] | None = None
    """How long a cached prefix is kept."""
    reasoning: Reasoning | None = None
    """How the model thought."""
    safety_identifier: str | None = None
    """Your id of the end user."""
    service_tier: Open[Literal["auto", "default", "flex", "scale", "priority", "fast", "ultrafast"]] | None = None
    """Which lane it took."""
    temperature: float | None = None
    """How random it was."""
    text: ResponseTextConfig | None = None
    """The form of the answer."""
    top_logprobs: int | None = None
    """How many likeliest tokens were to be listed."""
    top_p: float | None = None
    """Among which share of likelihood was sampled."""
    truncation: Open[Literal["auto", "disabled"]] | None = None
    """What was to happen to a conversation that is too long."""
    user: str | None = None
    """Your id of the end user, under its older name."""
    access_programs: ResponseAccessPrograms | None = None
    """Which special access it was made with."""
    image: ResponseImagePolicy | None = None
    """How pictures in the context were treated."""
    input_transformations: list[Annotated[InputTransformation, LATER]] | None = None
    """Thoughts in the input that the model did not get to see."""
    prompt_cache_diagnostics: PromptCacheDiagnostics | None = None
    """Why the cache was used or missed, when the request asked for it."""
    tool_usage: ToolUsage | None = None
    """What tools of the service consumed, beside `usage`."""

    def is_answer(self) -> bool:
        """Whether it has an id or an output, which may be empty: of a response that is queued, failed or incomplete."""
        found: Any = self  # a server that deviates may leave out any of them
        return found.id is not None or found.output is not None

    def check_asked(self, asked: Asked) -> Iterable[Issue]:
        """Whether what the request asked to `include` is there, in a response that is completed."""
        include = asked("include")
        return included(include, self.output) if include and self.status in ("completed", None) else ()

    @property
    def is_over(self) -> bool:
        """Whether nothing more will come: completed, failed, cancelled or incomplete."""
        return self.status not in ("queued", "in_progress")

    def as_input(self) -> list[dict[str, Any]]:
        """The items of the output in the shape that the `input` of the next request takes, thoughts included.

        Raises `ResponseValidationError` where something in the output is not an item.
        """
        return _as_input(self.output)


class CompactedResponse(Result, InputItems):
    """A conversation, compacted: give `output` as the input of the next request."""

    id: str
    """Its id."""
    created_at: int
    """When it was made (Unix time in seconds)."""
    object: Open[Literal["response.compaction"]]
    output: list[CompactedItem]
    """What is left of the conversation, and the rest of it, sealed."""
    usage: ResponseUsage
    """What the compaction consumed."""
    image: ResponseImagePolicy | None = None
    """How pictures in the context were treated."""

    def as_input(self) -> list[dict[str, Any]]:
        """The items in the shape that the `input` of the next request takes."""
        return _as_input(self.output)


def _as_input(output: Any) -> list[dict[str, Any]]:
    from typed_openai.models.responses.input_params import items_as_sent

    return items_as_sent(output)


class InputTokenCountResponse(Result):
    """How many tokens a request would have."""

    input_tokens: int
    """So many."""
    object: Open[Literal["response.input_tokens"]]
