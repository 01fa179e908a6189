"""What the chat operations take: the parameters of create, list, update and of the list of stored messages.

API reference: "Chat Completions" (create, list, update, messages). The messages themselves: `chat/messages.py`.

Rules
* Shapes are checked, not the service's business: names of models, which parameter goes with which model, and how many
  tools are too many are for the server to say.
* Where the API takes null, `None` leaves a parameter out and `NULL` sends the null.
* Tools, tool choices and response formats have a nominal base each (`Tool`, `ToolChoice`, `ResponseFormat`), so that
  variables holding lists of them type-check unannotated.

Weak spots
* `allowed_tools` lists tools as free objects, because the API description leaves them open.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any, Literal, TypeAlias

from pydantic import Field, StrictBool, StrictFloat, StrictInt, StringConstraints

from typed_openai.core.request.deprecation import DEPRECATED
from typed_openai.models.base import AnsweredBy, Model, Null, Nullable, Params, Tagged
from typed_openai.models.chat.messages import Messages, TextContent
from typed_openai.models.given_results import accepts_results
from typed_openai.models.known_values import KnownChatModel, KnownVoice
from typed_openai.models.shared import (
    EACH_ONCE,
    CustomVoice,
    FunctionDefinition,
    Metadata,
    ModerationParam,
    Name,
    Penalty,
    PromptCacheOptions,
    ReasoningEffort,
    ResponseFormat,
    ResponseFormatJSONObject,
    ResponseFormatJSONSchema,
    ResponseFormatText,
    ServiceTier,
    StreamOptions,
    StringOrList,
    StringOrObject,
    TokenBias,
    Verbosity,
)

if TYPE_CHECKING:
    from typed_openai.models.chat.completions import ChatCompletion

    Answered: TypeAlias = AnsweredBy[ChatCompletion]
else:
    Answered = AnsweredBy

# --- tools -----------------------------------------------------------------------------------------------------------


class Tool(Model):
    """Something that the model may ask you to do: a `FunctionTool` or a `CustomTool`."""


class FunctionTool(Tool, Params):
    """A function with named arguments."""

    type: Literal["function"] = "function"
    function: FunctionDefinition
    """Its name, purpose and arguments."""


class CustomToolFormat(Model):
    """What the input of a custom tool looks like: `TextFormat` or `GrammarFormat`."""


class TextFormat(CustomToolFormat, Params):
    """Any text."""

    type: Literal["text"] = "text"


class Grammar(Params):
    """A grammar that the input of a tool keeps to."""

    definition: str
    """The grammar."""
    syntax: Literal["lark", "regex"]
    """The language that the definition is written in."""


class GrammarFormat(CustomToolFormat, Params):
    """Text that keeps to a grammar."""

    type: Literal["grammar"] = "grammar"
    grammar: Grammar
    """The grammar."""


if TYPE_CHECKING:
    Format: TypeAlias = CustomToolFormat
    Tools: TypeAlias = Sequence[Tool]
else:
    Format = Annotated[TextFormat | GrammarFormat, Tagged("type")]
    """Any text, or text of a grammar."""


class CustomToolDefinition(Params):
    """A tool that takes one text."""

    name: Name
    """What the model calls it."""
    description: str | None = None
    """What it does and when to use it: the model decides by this."""
    format: Format | None = None
    """What its input looks like; any text by default."""


class CustomTool(Tool, Params):
    """A tool that takes one text, free or of a grammar."""

    type: Literal["custom"] = "custom"
    custom: CustomToolDefinition
    """Its name, purpose and input."""


if not TYPE_CHECKING:
    Tools = Annotated[list[Annotated[FunctionTool | CustomTool, Tagged("type"), accepts_results()]], EACH_ONCE]
    """The tools of a request; what `typed_openai.tool` made of a function may stand among them."""


class ToolChoice(Model):
    """Which tools to use: `AllowedToolsChoice`, `FunctionToolChoice` or `CustomToolChoice`."""


class AllowedTools(Params):
    """Some of the tools of the request."""

    mode: Literal["auto", "required"]
    """`auto`: the model may use one of them; `required`: it must use at least one."""
    tools: list[dict[str, Any]]
    """Which ones, each as `{"type": "function", "function": {"name": "..."}}`."""


class AllowedToolsChoice(ToolChoice, Params):
    """Use only some of the tools, without changing the cached list of them."""

    type: Literal["allowed_tools"] = "allowed_tools"
    allowed_tools: AllowedTools
    """Which tools, and whether one must be used."""


class ToolName(Params):
    """A tool by its name."""

    name: str
    """The name."""


class FunctionToolChoice(ToolChoice, Params):
    """Call this function."""

    type: Literal["function"] = "function"
    function: ToolName
    """Which function."""


class CustomToolChoice(ToolChoice, Params):
    """Call this custom tool."""

    type: Literal["custom"] = "custom"
    custom: ToolName
    """Which custom tool."""


class ChatCompletionFunctionCallOption(Params):
    """Call this function, in the API before tools."""

    name: str
    """Its name."""


class ChatCompletionFunction(Params):
    """A function in the API before tools."""

    name: str
    """What the model calls it."""
    description: str | None = None
    """What it does and when to call it."""
    parameters: dict[str, Any] | None = None
    """Its arguments, as a JSON schema of type object."""


# --- other objects inside a request ----------------------------------------------------------------------------------


class ChatCompletionAudioParam(Params):
    """How a spoken answer shall sound."""

    format: Literal["wav", "aac", "mp3", "flac", "opus", "pcm16"]
    """How it is encoded; streams take `pcm16` only."""
    voice: StringOrObject[KnownVoice, CustomVoice]
    """Name of a voice (`alloy`, `ash`, `ballad`, `coral`, `echo`, `sage`, `shimmer`, `verse`, ...), or one of yours."""


class PredictionContent(Params):
    """Text that most of the answer will repeat, such as a file that is being edited: it makes the answer faster."""

    type: Literal["content"] = "content"
    content: TextContent
    """A text, or text parts."""


class WebSearchLocation(Params):
    """About where the user is; every part may be left out."""

    city: str | None = None
    """City, such as `Ghent`."""
    country: str | None = None
    """Country as two letters (ISO 3166-1), such as `BE`."""
    region: str | None = None
    """Region, such as `East Flanders`."""
    timezone: str | None = None
    """Time zone by its IANA name, such as `Europe/Brussels`."""


class WebSearchUserLocation(Params):
    """Where the user is."""

    type: Literal["approximate"] = "approximate"
    approximate: WebSearchLocation
    """About where."""


class WebSearchOptions(Params):
    """Search the web before answering (models with `search` in their name)."""

    search_context_size: Literal["low", "medium", "high"] | None = None
    """How much of what was found the model reads; `medium` by default."""
    user_location: WebSearchUserLocation | None = None
    """Where the user is."""


if TYPE_CHECKING:
    ToolChoiceOption: TypeAlias = Literal["none", "auto", "required"] | ToolChoice
    AnyResponseFormat: TypeAlias = ResponseFormat
else:
    ToolChoiceOption = StringOrObject[
        Literal["none", "auto", "required"],
        Annotated[AllowedToolsChoice | FunctionToolChoice | CustomToolChoice, Tagged("type")],
    ]
    """A rule for all tools, or a choice among them."""

    AnyResponseFormat = Annotated[
        ResponseFormatText | ResponseFormatJSONSchema | ResponseFormatJSONObject, Tagged("type")
    ]
    """Text, JSON of a schema, or some JSON."""

Stop: TypeAlias = StringOrList[str, Annotated[list[str], Field(min_length=1, max_length=4)]]
"""One text or up to four."""

FunctionCallOption: TypeAlias = StringOrObject[Literal["none", "auto"], ChatCompletionFunctionCallOption]
"""A rule for all functions, or one function."""


# --- the operations --------------------------------------------------------------------------------------------------


class ChatCompletionCreateParams(Params, Answered):
    """A conversation, the model that shall continue it, and how."""

    messages: Annotated[Messages, Field(min_length=1)]
    """The conversation so far, at least one message; answers of earlier calls may stand in it as they are."""
    model: KnownChatModel
    """Name of the model."""
    audio: Nullable[ChatCompletionAudioParam] = None
    """Voice and encoding of spoken answers; needed when `modalities` hold `audio`."""
    frequency_penalty: Nullable[Penalty] = None
    """-2 to 2, 0 by default: above 0 makes words rarer the more often they occurred."""
    function_call: Annotated[FunctionCallOption | None, DEPRECATED] = None
    """`none`, `auto` or one function. Deprecated by the service: use `tool_choice`."""
    functions: Annotated[
        Annotated[list[ChatCompletionFunction], Field(min_length=1, max_length=128)] | None, DEPRECATED
    ] = None
    """1 to 128 functions. Deprecated by the service: use `tools`."""
    logit_bias: Nullable[TokenBias] = None
    """By token number: -100 (never) to 100 (always) is added to the likelihood of a token."""
    logprobs: Nullable[StrictBool] = None
    """Whether the answer says how likely each of its tokens was; False by default."""
    max_completion_tokens: Nullable[StrictInt] = None
    """How many tokens may be generated at most, thinking included."""
    max_tokens: Annotated[Nullable[StrictInt], DEPRECATED] = None
    """The same for older models and other servers. Deprecated by the service: use `max_completion_tokens`."""
    metadata: Nullable[Metadata] = None
    """Your own notes on a stored completion: up to 16 pairs."""
    modalities: Nullable[list[Literal["text", "audio"]]] = None
    """What the answer is made of; `["text"]` by default."""
    moderation: Nullable[ModerationParam] = None
    """Moderate the input and the output along with the generation."""
    n: Nullable[Annotated[StrictInt, Field(ge=1, le=128)]] = None
    """How many answers to generate, 1 to 128, 1 by default; all of them are billed."""
    parallel_tool_calls: StrictBool | None = None
    """Whether one answer may hold several tool calls; True by default."""
    prediction: Nullable[PredictionContent] = None
    """Text that most of the answer will repeat."""
    presence_penalty: Nullable[Penalty] = None
    """-2 to 2, 0 by default: above 0 makes words rarer that occurred at all."""
    prompt_cache_key: Nullable[str] = None
    """Requests with the same key are more likely to find their prefix in the cache."""
    prompt_cache_options: PromptCacheOptions | None = None
    """How the beginning of the prompt is cached."""
    prompt_cache_retention: Annotated[Nullable[Literal["in_memory", "24h"]], DEPRECATED] = None
    """How long a cached prefix is kept. Deprecated by the service: use `prompt_cache_options`."""
    reasoning_effort: Nullable[ReasoningEffort] = None
    """How long a reasoning model may think; which values a model takes is for it to say."""
    response_format: AnyResponseFormat | None = None
    """The form of the answer: text (default), JSON of a schema, or some JSON."""
    safety_identifier: Nullable[Annotated[str, StringConstraints(max_length=64)]] = None
    """A stable, hashed id of the end user, up to 64 characters, for abuse detection."""
    seed: Annotated[
        Nullable[Annotated[StrictInt, Field(ge=-9223372036854776000, le=9223372036854776000)]], DEPRECATED
    ] = None
    """Asks for the same answer to the same request, without a promise. Deprecated by the service."""
    service_tier: Nullable[ServiceTier] = None
    """Which lane the request takes; `auto` by default."""
    stop: Nullable[Stop] = None
    """One text or up to four: generation ends before the first that would appear."""
    store: Nullable[StrictBool] = None
    """Whether the service keeps the completion, to be listed and retrieved later."""
    stream: Nullable[StrictBool] = None
    """Whether the answer comes in chunks while it is generated; False by default."""
    stream_options: Nullable[StreamOptions] = None
    """What a stream carries besides the answer; only together with `stream=True`."""
    temperature: Nullable[Annotated[StrictFloat, Field(ge=0, le=2, allow_inf_nan=False)]] = None
    """0 to 2, 1 by default: higher is more random. Change this or `top_p`, not both."""
    tool_choice: ToolChoiceOption | None = None
    """`none`, `auto` (default with tools), `required`, or a choice among the tools."""
    tools: Tools | None = None
    """What the model may ask you to do."""
    top_logprobs: Nullable[Annotated[StrictInt, Field(ge=0, le=20)]] = None
    """How many likeliest tokens to list for each place, 0 to 20; needs `logprobs=True`."""
    top_p: Nullable[Annotated[StrictFloat, Field(ge=0, le=1, allow_inf_nan=False)]] = None
    """0 to 1, 1 by default: sample only among the likeliest tokens that together have this probability."""
    user: Annotated[str | None, DEPRECATED] = None
    """Id of the end user. Deprecated by the service: use `safety_identifier` and `prompt_cache_key`."""
    verbosity: Nullable[Verbosity] = None
    """How wordy the answer should be; `medium` by default."""
    web_search_options: WebSearchOptions | None = None
    """Search the web before answering."""


class ChatCompletionUpdateParams(Params):
    """What can be changed on a stored completion."""

    metadata: Metadata | Null
    """Your own notes, up to 16 pairs, in place of those it had; `NULL` removes them."""


class ChatCompletionListParams(Params):
    """Which of the stored completions to list."""

    after: str | None = None
    """Id of the last completion of the page before."""
    limit: StrictInt | None = None
    """How many to a page; 20 by default."""
    metadata: Nullable[Metadata] = None
    """Only completions with these pairs."""
    model: str | None = None
    """Only completions of this model."""
    order: Literal["asc", "desc"] | None = None
    """By time of creation: `asc` (oldest first, default) or `desc`."""


class MessageListParams(Params):
    """Which messages of a stored completion to list."""

    after: str | None = None
    """Id of the last message of the page before."""
    limit: StrictInt | None = None
    """How many to a page; 20 by default."""
    order: Literal["asc", "desc"] | None = None
    """By time: `asc` (oldest first, default) or `desc`."""
