"""What the operations on responses take: create, retrieve, compact, list of input items, count of tokens.

API reference: "Responses". Items of the input: `responses/item_params.py`; tools: `responses/tools.py`.

Rules
* Nothing is required to create a response, because a stored prompt (`prompt`) may bring model and input.
* Where the API takes null, `None` leaves a parameter out and `NULL` sends the null.

Weak spots
* Which parameter goes with which model, and that `conversation` excludes `previous_response_id`, is for the service.
* `access_programs`, `background_options` and `image` are not part of the API description that this package was made
  from; they are known from the official library.
"""

from typing import TYPE_CHECKING, Annotated, Literal, TypeAlias

from pydantic import Field, InstanceOf, StrictBool, StrictFloat, StrictInt, StringConstraints, Tag

from typed_openai.core.request.deprecation import DEPRECATED
from typed_openai.models.base import AnsweredBy, Null, Nullable, Params
from typed_openai.models.input_content import ResponseRequest
from typed_openai.models.known_values import KnownResponsesModel
from typed_openai.models.responses.agents import MultiAgent
from typed_openai.models.responses.content_params import InputItems
from typed_openai.models.responses.input_params import TEXT_OR_ITEMS, ResponseInput
from typed_openai.models.responses.results import (
    Reasoning,
    Response,
    ResponseCacheOptions,
    ResponseConversation,
    ResponsePrompt,
)
from typed_openai.models.responses.text import ResponseTextConfig
from typed_openai.models.responses.tool_choices import ToolChoice
from typed_openai.models.responses.tools import Tools
from typed_openai.models.shared import Metadata, ModerationParam, PromptCacheOptions, StringOrObject

if TYPE_CHECKING:
    Answered: TypeAlias = AnsweredBy[Response]
else:
    Answered = AnsweredBy

ResponseIncludable: TypeAlias = Literal[
    "file_search_call.results",
    "web_search_call.results",
    "web_search_call.action.sources",
    "message.input_image.image_url",
    "computer_call_output.output.image_url",
    "code_interpreter_call.outputs",
    "reasoning.encrypted_content",
    "message.output_text.logprobs",
]
"""What an answer brings only when it is asked for."""

ResponseServiceTier: TypeAlias = Literal["auto", "default", "flex", "scale", "priority", "fast", "ultrafast"]
"""Which lane a request takes through the service."""

if TYPE_CHECKING:
    Input: TypeAlias = str | ResponseInput | InputItems
    BoundedInput: TypeAlias = str | ResponseInput | InputItems
else:
    Input = Annotated[
        Annotated[str, Tag("a string")]
        | Annotated[ResponseInput, Tag("a list")]
        | Annotated[InstanceOf[InputItems], Tag("items")],
        TEXT_OR_ITEMS,
    ]
    """A text, or items."""

    BoundedInput = Annotated[
        Annotated[str, StringConstraints(max_length=10485760), Tag("a string")]
        | Annotated[ResponseInput, Tag("a list")]
        | Annotated[InstanceOf[InputItems], Tag("items")],
        TEXT_OR_ITEMS,
    ]
    """A text of at most 10 MiB, or items."""


# --- other objects inside a request ----------------------------------------------------------------------------------


class AccessPrograms(Params):
    """Programs of the service that you take part in."""

    cyber: Literal["standard", "daybreak_blue", "daybreak_red"] | None = None
    """The programme for security research."""


class BackgroundOptions(Params):
    """How a response is made in the background."""

    completion_window: Literal["soonest", "2h", "8h"] | None = None
    """Until when it shall be ready."""
    continuation_id: str | None = None
    """Ties together responses that go on from each other."""


class ImageOptions(Params):
    """What happens to pictures of the conversation."""

    context_compression: Literal["auto", "enabled", "disabled"] | None = None
    """Whether older pictures are compressed."""


class ContextManagement(Params):
    """What happens when the conversation grows long."""

    type: str
    """The kind of management, such as `compaction`."""
    compact_threshold: Annotated[StrictInt, Field(ge=1000)] | None = None
    """From how many tokens on it happens, at least 1000."""


class ResponseStreamOptions(Params):
    """What a stream carries besides the answer."""

    include_obfuscation: StrictBool | None = None
    """Whether events are padded to hide their length from those who watch the network; True by default."""


ConversationChoice: TypeAlias = StringOrObject[str, ResponseConversation]
"""A conversation by its id."""


# --- the operations --------------------------------------------------------------------------------------------------


class ResponseCreateParams(ResponseRequest, Answered):
    """What to answer, the model that shall do it, and how."""

    model: KnownResponsesModel | None = None
    """Name of the model; a stored prompt may bring it."""
    input: Input | None = None
    """A text, or items: messages, calls, outputs of calls. Items of earlier responses may stand in it as they are."""
    access_programs: AccessPrograms | None = None
    """Programs of the service that you take part in."""
    background: Nullable[StrictBool] = None
    """Whether to answer at once and work on; ask for the result with `retrieve`. False by default."""
    background_options: BackgroundOptions | None = None
    """How a response is made in the background."""
    context_management: Nullable[Annotated[list[ContextManagement], Field(min_length=1)]] = None
    """What happens when the conversation grows long."""
    conversation: Nullable[ConversationChoice] = None
    """A stored conversation that this goes on with and is added to; not together with `previous_response_id`."""
    image: ImageOptions | None = None
    """What happens to pictures of the conversation."""
    include: Nullable[list[ResponseIncludable]] = None
    """What the answer shall bring besides."""
    instructions: Nullable[str] = None
    """What goes before the input as the words of the developer; not carried over by `previous_response_id`."""
    max_output_tokens: Nullable[Annotated[StrictInt, Field(ge=16)]] = None
    """How many tokens may be generated at most, thinking included; at least 16."""
    max_tool_calls: Nullable[StrictInt] = None
    """How many calls of the service's tools there may be at most."""
    metadata: Nullable[Metadata] = None
    """Your own notes: up to 16 pairs."""
    moderation: Nullable[ModerationParam] = None
    """Moderate the input and the output along with the generation."""
    parallel_tool_calls: Nullable[StrictBool] = None
    """Whether one answer may hold several tool calls; True by default."""
    previous_response_id: Nullable[str] = None
    """Id of a stored response that this goes on from."""
    prompt: Nullable[ResponsePrompt] = None
    """A stored prompt with its variables."""
    prompt_cache_key: Nullable[str] = None
    """Requests with the same key are more likely to find their prefix in the cache."""
    prompt_cache_options: ResponseCacheOptions | None = None
    """How the beginning of the prompt is cached."""
    prompt_cache_retention: Annotated[Nullable[Literal["in_memory", "24h"]], DEPRECATED] = None
    """How long a cached prefix is kept. Deprecated by the service: use `prompt_cache_options`."""
    reasoning: Nullable[Reasoning] = None
    """How the model thinks."""
    safety_identifier: Nullable[Annotated[str, StringConstraints(max_length=64)]] = None
    """A stable, hashed id of the end user, up to 64 characters, for abuse detection."""
    service_tier: Nullable[ResponseServiceTier] = None
    """Which lane the request takes; `auto` by default."""
    store: Nullable[StrictBool] = None
    """Whether the service keeps the response, to be retrieved or gone on from later; True by default."""
    stream: Nullable[StrictBool] = None
    """Whether the answer comes in events while it is generated; False by default."""
    stream_options: Nullable[ResponseStreamOptions] = None
    """What a stream carries besides the answer; only together with `stream=True`."""
    temperature: Nullable[Annotated[StrictFloat, Field(ge=0, le=2, allow_inf_nan=False)]] = None
    """0 to 2, 1 by default: higher is more random. Change this or `top_p`, not both."""
    text: ResponseTextConfig | None = None
    """The form of the answer."""
    tool_choice: ToolChoice | None = None
    """`none`, `auto` (default with tools), `required`, or a choice among the tools."""
    tools: Tools | None = None
    """What the model may use: your functions and custom tools, and the tools of the service."""
    top_logprobs: Nullable[Annotated[StrictInt, Field(ge=0, le=20)]] = None
    """How many likeliest tokens to list for each place, 0 to 20."""
    top_p: Nullable[Annotated[StrictFloat, Field(ge=0, le=1, allow_inf_nan=False)]] = None
    """0 to 1, 1 by default: sample only among the likeliest tokens that together have this probability."""
    truncation: Annotated[Nullable[Literal["auto", "disabled"]], DEPRECATED] = None
    """`auto`: drop the beginning when it grows too long; `disabled` (default): refuse. Deprecated by the service."""
    user: Annotated[str | None, DEPRECATED] = None
    """Id of the end user. Deprecated by the service: use `safety_identifier` and `prompt_cache_key`."""


class BetaResponseCreateParams(ResponseCreateParams):
    """The same, for several agents that work on one response (`client.beta.responses`)."""

    multi_agent: Nullable[MultiAgent] = None
    """Whether the model may hand work to agents of its own, and to how many at once."""


class ResponseRetrieveParams(Params):
    """How to fetch a response."""

    include: list[ResponseIncludable] | None = None
    """What the answer shall bring besides."""
    include_obfuscation: StrictBool | None = None
    """Whether events are padded to hide their length; True by default."""
    starting_after: StrictInt | None = None
    """With `stream=True`: the number (`sequence_number`) of the last event that you have."""
    stream: StrictBool | None = None
    """Whether to get the events of a response that was made with `stream=True` and `background=True`."""


class ResponseCompactParams(ResponseRequest):
    """A conversation to compact."""

    model: KnownResponsesModel | Null
    """Name of the model that will go on from it."""
    image: ImageOptions | None = None
    """What happens to pictures of the conversation."""
    input: Nullable[BoundedInput] = None
    """A text, or items."""
    instructions: Nullable[str] = None
    """What goes before the input as the words of the developer."""
    previous_response_id: Nullable[str] = None
    """Id of a stored response that the input goes on from."""
    prompt_cache_key: Nullable[Annotated[str, StringConstraints(max_length=64)]] = None
    """Requests with the same key are more likely to find their prefix in the cache."""
    prompt_cache_options: Nullable[PromptCacheOptions] = None
    """How the beginning of the prompt is cached."""
    prompt_cache_retention: Annotated[Nullable[Literal["in_memory", "24h"]], DEPRECATED] = None
    """How long a cached prefix is kept. Deprecated by the service: use `prompt_cache_options`."""
    service_tier: Nullable[Literal["auto", "default", "fast", "flex", "priority"]] = None
    """Which lane the request takes; `auto` by default."""


class InputItemListParams(Params):
    """Which of the items that led to a response to list."""

    after: str | None = None
    """Id of the last item of the page before."""
    include: list[ResponseIncludable] | None = None
    """What the items shall bring besides."""
    limit: StrictInt | None = None
    """How many to a page, 1 to 100; 20 by default."""
    order: Literal["asc", "desc"] | None = None
    """By time: `desc` (newest first, default) or `asc`."""


class InputTokenCountParams(ResponseRequest):
    """A request whose tokens shall be counted without making it."""

    conversation: Nullable[ConversationChoice] = None
    """A stored conversation that it would go on with."""
    input: Nullable[BoundedInput] = None
    """A text, or items."""
    instructions: Nullable[str] = None
    """What goes before the input as the words of the developer."""
    model: Nullable[KnownResponsesModel] = None
    """Name of the model."""
    parallel_tool_calls: Nullable[StrictBool] = None
    """Whether one answer may hold several tool calls."""
    personality: Literal["friendly", "pragmatic"] | str | None = None
    """The manner of the model, such as `friendly` or `pragmatic`."""
    previous_response_id: Nullable[str] = None
    """Id of a stored response that it would go on from."""
    reasoning: Nullable[Reasoning] = None
    """How the model thinks."""
    text: Nullable[ResponseTextConfig] = None
    """The form of the answer."""
    tool_choice: Nullable[ToolChoice] = None
    """`none`, `auto`, `required`, or a choice among the tools."""
    tools: Nullable[Tools] = None
    """What the model may use."""
    truncation: Annotated[Literal["auto", "disabled"] | None, DEPRECATED] = None
    """What happens when it grows too long. Deprecated by the service."""
