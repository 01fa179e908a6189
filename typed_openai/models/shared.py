"""What several areas of the API have in common: metadata, functions, response formats, prompt caching, usage, filters.

API reference: the objects that "Chat", "Responses", "Batch", "Assistants" and others refer to. An area imports from
here and never from another area, so that importing one does not import all.

Rules
* Only shapes that at least two areas use under the same name; what one area alone knows stands in its own file.
* `STRING_OR_LIST` and `STRING_OR_OBJECT` tell the members of a mixed union apart by a look at the value, so that a
  fault deep inside a list is reported there and once, not a second time as "not a string".
* Azure's content filter fields are not part of the API description; they are typed here because every answer of an
  Azure deployment carries them.

Weak spots
* The limits of `Metadata` (16 pairs, keys of 64, values of 512 characters) come from the reference's prose, not from
  its schemas. A server that allows more needs `extra_body` or `validation="warn"`.
* pydantic looks again when it writes a body, and swallows what a look raises there: an interrupt (Ctrl-C) that comes
  in just that moment, some 50 µs of a call, is lost. While a request is checked, none is.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any, Literal, TypeAlias, TypeVar

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    Discriminator,
    Field,
    StrictBool,
    StrictFloat,
    StrictInt,
    StringConstraints,
    Tag,
    ValidationError,
)
from pydantic_core import InitErrorDetails, PydanticCustomError

from typed_openai.models.base import Model, Open, Params, Result
from typed_openai.models.known_values import KnownModerationModel
from typed_openai.models.shape import Shape
from typed_openai.models.text_inputs import is_many

# --- told apart by a look --------------------------------------------------------------------------------------------


def string_or_list(value: Any) -> str | None:
    """Which of both a value is meant to be; None when it is neither."""
    if isinstance(value, str):
        return "a string"
    return "a list" if isinstance(value, list) or is_many(value) else None


def _string_or_object(value: Any) -> str | None:
    if isinstance(value, str):
        return "a string"
    return "an object" if type(value) is dict or isinstance(value, Mapping | BaseModel) else None


STRING_OR_LIST = Discriminator(
    string_or_list, custom_error_type="string_or_list", custom_error_message="Input should be a string or a list"
)
"""Annotation for a union whose members are tagged `a string` and `a list`; tuples and iterators count as lists."""

STRING_OR_OBJECT = Discriminator(
    _string_or_object,
    custom_error_type="string_or_object",
    custom_error_message="Input should be a string or an object",
)
"""Annotation for a union whose members are tagged `a string` and `an object` (a mapping or a model)."""

_S = TypeVar("_S")
_T = TypeVar("_T")
StringOrList: TypeAlias = Annotated[Annotated[_S, Tag("a string")] | Annotated[_T, Tag("a list")], STRING_OR_LIST]
"""`StringOrList[str, list[Part]]`: a string of this type, or such a list; faults are those of the one meant."""
StringOrObject: TypeAlias = Annotated[
    Annotated[_S, Tag("a string")] | Annotated[_T, Tag("an object")], STRING_OR_OBJECT
]
"""`StringOrObject[Literal["auto"], Config]`: a string of this type, or such an object."""

# --- values ----------------------------------------------------------------------------------------------------------

Metadata: TypeAlias = Annotated[
    dict[Annotated[str, StringConstraints(max_length=64)], Annotated[str, StringConstraints(max_length=512)]],
    Field(max_length=16),
]
"""Your own notes on an object: up to 16 pairs, keys of up to 64 characters, values of up to 512."""

ReasoningEffort: TypeAlias = Literal["none", "minimal", "low", "medium", "high", "xhigh", "max"]
"""How long a reasoning model may think before it answers."""

ServiceTier: TypeAlias = Literal["auto", "default", "flex", "scale", "priority", "fast"]
"""Which lane a request takes through the service, or took."""

Verbosity: TypeAlias = Literal["low", "medium", "high"]
"""How wordy an answer should be."""


class CustomVoice(Params):
    """A voice that you made yourself."""

    id: str
    """Its id, such as `voice_1234`."""


# --- functions -------------------------------------------------------------------------------------------------------


Name: TypeAlias = Annotated[str, StringConstraints(min_length=1, max_length=64, pattern=r"^[a-zA-Z0-9_-]+$")]
"""A name that the service takes for a function or a format. The description says so in prose only."""


def _each_once(tools: Any) -> Any:
    """The tools, no two of which may be called the same."""
    seen: set[str] = set()
    twice: list[InitErrorDetails] = []
    for place, tool in enumerate(tools):
        inner = next((kind for kind in ("function", "custom") if hasattr(tool, kind)), None)  # chat nests the name
        name = getattr(tool if inner is None else getattr(tool, inner), "name", None)
        if name in seen:
            wrong = PydanticCustomError("twice", "Input should be a name that no other tool has")
            place_in = (place, getattr(tool, "type", ""), *([inner] if inner else ()), "name")
            twice.append({"type": wrong, "loc": place_in, "input": name})
        elif name is not None:
            seen.add(name)
    if twice:
        raise ValidationError.from_exception_data("tools", twice)
    return tools


EACH_ONCE = AfterValidator(_each_once)
"""Annotation for a list of tools: the service refuses two with one name."""


class FunctionDefinition(Shape):
    """A function that the model may ask you to call."""

    name: Name
    """What the model calls it; the service takes letters, digits, `_` and `-`, up to 64."""
    description: str | None = None
    """What it does and when to call it: the model decides by this."""
    parameters: dict[str, Any] | None = None
    """Its arguments, as a JSON schema of type object; left out, it takes none."""
    strict: bool | None = None
    """Whether calls keep to the schema exactly (only a subset of JSON schema then); False by default."""


# --- response formats ------------------------------------------------------------------------------------------------


class ResponseFormat(Model):
    """The form of an answer: `ResponseFormatText`, `ResponseFormatJSONSchema` or `ResponseFormatJSONObject`."""


class ResponseFormatText(ResponseFormat, Shape):
    """Plain text, which is the default."""

    type: Literal["text"] = "text"


class ResponseFormatJSONObject(ResponseFormat, Shape):
    """Some JSON object (the older JSON mode): the messages must ask for JSON too, else the service refuses."""

    type: Literal["json_object"] = "json_object"


class JSONSchema(Shape):
    """The schema that an answer keeps to, with its name."""

    name: Name
    """Name of the format; the service takes letters, digits, `_` and `-`, up to 64."""
    description: str | None = None
    """What the format is for: the model reads it."""
    schema_: dict[str, Any] | None = Field(default=None, alias="schema")
    """The JSON schema itself. Written `schema=...`; the attribute has a `_` because pydantic owns `schema`."""
    strict: bool | None = None
    """Whether the answer keeps to the schema exactly (only a subset of JSON schema then); False by default."""

    if TYPE_CHECKING:

        def __init__(
            self,
            *,
            name: str,
            description: str | None = None,
            schema: dict[str, Any] | None = None,
            strict: bool | None = None,
        ) -> None: ...


class ResponseFormatJSONSchema(ResponseFormat, Shape):
    """JSON that keeps to a schema of yours (structured output)."""

    type: Literal["json_schema"] = "json_schema"
    json_schema: JSONSchema
    """The schema, with a name."""


# --- prompt caching --------------------------------------------------------------------------------------------------


class PromptCacheOptions(Params):
    """How the beginning of the prompt is cached."""

    mode: Literal["implicit", "explicit"] | None = None
    """`implicit`: the service sets one breakpoint by itself, besides yours; `explicit`: only yours count."""
    ttl: Literal["30m", "12h"] | None = None
    """How long what is cached lives at least; `30m` by default."""


class PromptCacheBreakpoint(Shape):
    """Marks the end of a prefix of the prompt that shall be cached."""

    mode: Literal["explicit"] = "explicit"
    ttl: Literal["30m", "12h"] | None = None
    """How long what is cached lives at least."""


# --- moderation along with a generation ------------------------------------------------------------------------------


class ModerationConfigParam(Params):
    """What a moderation verdict leads to."""

    mode: Literal["score", "block"]
    """`score`: only report the verdict; `block`: also refuse what is flagged."""


class ModerationPolicyParam(Params):
    """What moderation does on the way in and on the way out."""

    input: ModerationConfigParam | None = None
    """For what you send."""
    output: ModerationConfigParam | None = None
    """For what the model generates."""


class ModerationParam(Params):
    """Moderate the input and the output of this request."""

    model: KnownModerationModel
    """Name of the moderation model, such as `omni-moderation-latest`."""
    policy: ModerationPolicyParam | None = None
    """What verdicts lead to."""


class ModerationResultBody(Result):
    """The verdict on one text or picture of a generation."""

    type: Open[Literal["moderation_result"]]
    model: str
    """Name of the moderation model."""
    flagged: bool
    """Whether any category applies."""
    categories: dict[str, bool]
    """Per category, whether it applies."""
    category_scores: dict[str, float]
    """Per category, how sure the model is, from 0 to 1."""
    category_applied_input_types: dict[str, list[Open[Literal["text", "image"]]]]
    """Per category, whether text or pictures were judged for it."""


# --- usage -----------------------------------------------------------------------------------------------------------


Penalty: TypeAlias = Annotated[StrictFloat, Field(ge=-2, le=2, allow_inf_nan=False)]
"""How much repetition is discouraged (above 0) or encouraged, from -2 to 2."""


def _numbers_as_names(value: Any) -> Any:
    """JSON has only texts as names; tokenizers give numbers."""
    if not isinstance(value, Mapping):
        return value
    return {str(name) if type(name) is int else name: bias for name, bias in value.items()}


TokenBias: TypeAlias = Annotated[
    dict[str, Annotated[StrictInt, Field(ge=-100, le=100)]], BeforeValidator(_numbers_as_names)
]
"""What is added to the logits of tokens; that it is bounded the reference says in prose only."""


class StreamOptions(Params):
    """What a stream carries besides the answer."""

    include_obfuscation: StrictBool | None = None
    """Whether chunks are padded to hide their length from those who watch the network; True by default."""
    include_usage: StrictBool | None = None
    """Whether a last chunk, without choices, says what the request consumed; False by default."""


class CompletionTokensDetails(Result):
    """What the generated tokens were."""

    accepted_prediction_tokens: int | None = None
    """Tokens of the prediction that appeared in the answer."""
    audio_tokens: int | None = None
    """Tokens of generated audio."""
    reasoning_tokens: int | None = None
    """Tokens that the model thought with; billed as output, though not shown."""
    rejected_prediction_tokens: int | None = None
    """Tokens of the prediction that did not appear; billed all the same."""
    text_tokens: int | None = None
    """Tokens of generated text."""


class PromptTokensDetails(Result):
    """What the tokens of the prompt were."""

    audio_tokens: int | None = None
    """Tokens of audio."""
    cache_write_tokens: int | None = None
    """Tokens that were written to the cache."""
    cached_tokens: int | None = None
    """Tokens that were found in the cache."""
    image_tokens: int | None = None
    """Tokens of pictures."""
    text_tokens: int | None = None
    """Tokens of text."""


class CompletionUsage(Result):
    """What a generation consumed, in tokens."""

    completion_tokens: int
    """Generated, thinking included."""
    prompt_tokens: int
    """Read."""
    total_tokens: int
    """Both together."""
    completion_tokens_details: CompletionTokensDetails | None = None
    """What the generated ones were."""
    prompt_tokens_details: PromptTokensDetails | None = None
    """What those of the prompt were."""


# --- Azure's content filters -----------------------------------------------------------------------------------------


class ContentFilterResult(Result):
    """What one filter of Azure found."""

    filtered: bool
    """Whether the content was held back."""
    severity: Open[Literal["safe", "low", "medium", "high"]] | None = None
    """How bad it is; only filters that grade say so."""
    detected: bool | None = None
    """Whether the thing was found; only filters that answer yes or no say so."""
    citation: dict[str, Any] | None = None
    """Where protected code comes from: `URL` and `license`."""


class ContentFilterResults(Result):
    """What the content filters of an Azure deployment found; a filter that is switched off is None."""

    hate: ContentFilterResult | None = None
    """Hate."""
    self_harm: ContentFilterResult | None = None
    """Self-harm."""
    sexual: ContentFilterResult | None = None
    """Sexual content."""
    violence: ContentFilterResult | None = None
    """Violence."""
    profanity: ContentFilterResult | None = None
    """Words on Azure's list of profanities."""
    jailbreak: ContentFilterResult | None = None
    """An attempt of the user to break the rules of the prompt."""
    indirect_attack: ContentFilterResult | None = None
    """Instructions hidden in a document."""
    protected_material_text: ContentFilterResult | None = None
    """Known text that is under copyright."""
    protected_material_code: ContentFilterResult | None = None
    """Known code from public repositories."""
    error: dict[str, Any] | None = None
    """Why the filters could not run: `code` and `message`."""


class PromptFilterResult(Result):
    """What Azure's content filters found in one prompt."""

    prompt_index: int
    """Which prompt, from 0."""
    content_filter_results: ContentFilterResults | None = None
    """What they found."""
