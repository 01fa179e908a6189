"""The messages of a chat request, and what they are made of: text, pictures, sound, files, tool calls.

API reference: "Chat Completions", the `messages` parameter of create.

Rules
* One class for each role, all of them `ChatMessage`s; one for each kind of content, all of them `ContentPart`s. Lists
  of them are told apart by `role` and `type`. An answer (`ChatCompletionMessage`) is a `ChatMessage` too and may be put
  into a list of messages as it is: it is then sent as its `as_input()`.
* People also put the *dump* of an answer there (`messages.append(message.model_dump())`), often of another package.
  So `AssistantMessage` and its parts forget what the API says but does not take (the sound itself beside its id,
  `parsed`), and nulls in fields where it takes none. Members that nobody here knows go back with it (`thinking_blocks`,
  `provider_specific_fields`, ...), a slip of the pen is refused. In all other messages and parts unknown names are
  refused, but for those that the setting `vendor_fields` names.
* Texts, pictures and files may stand in the input of a response as they are (`SharedPart`).
* `reasoning_content`, `reasoning`, `reasoning_details` and `extra_content` are not part of the API description: other
  servers say them and want them back (DeepSeek, vLLM, OpenRouter, Gemini's signatures).

Weak spots
* Statically a list of messages is `Sequence[ChatMessage]` and user content `Sequence[ContentPart]`: variables of mixed
  lists type-check without an annotation, at the price that a part in the wrong place (a `RefusalPart` said by the user)
  is found at run time only.
* A tool call of a kind that this package does not know is sent back as it came and not checked; it is known by its id.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal, TypeAlias

from pydantic import BeforeValidator, ConfigDict, Discriminator, Field, Tag

from typed_openai.core.request.deprecation import DEPRECATED
from typed_openai.models.base import Model, Params, Tagged
from typed_openai.models.given_results import accepts_results
from typed_openai.models.input_content import InputContent
from typed_openai.models.json_text import GivenJSONText
from typed_openai.models.returned import ASKED_FOR, Returned, is_object
from typed_openai.models.shared import PromptCacheBreakpoint, StringOrList


class ChatMessage(Model):
    """One message of a conversation: a request message of some role, or the answer of the model."""


class ContentPart(Model):
    """One piece of the content of a message."""


class SharedPart(ContentPart, InputContent):
    """A piece that may stand in the input of a response too, where it is sent as its `for_responses()`."""


class ToolCall(Model):
    """One call that the model asked for, on its way in or out."""


# --- content ---------------------------------------------------------------------------------------------------------


class TextPart(SharedPart, Params):
    """A text."""

    type: Literal["text"] = "text"
    text: str
    """The text."""
    prompt_cache_breakpoint: PromptCacheBreakpoint | None = None
    """Ends a prefix of the prompt that shall be cached."""

    def for_responses(self) -> dict[str, object]:
        """The text as the Responses API takes it: `input_text`."""
        return {**self.model_dump(mode="json", exclude_unset=True), "type": "input_text"}


class ImageURL(Params):
    """Where a picture is."""

    url: str
    """Its address, or a `data:` URL that holds the picture itself in base64."""
    detail: Literal["auto", "low", "high", "original"] | None = None
    """How closely the model looks, and so how many tokens it costs; `auto` by default."""


class ImagePart(SharedPart, Params):
    """A picture."""

    type: Literal["image_url"] = "image_url"
    image_url: ImageURL
    """Where the picture is."""
    prompt_cache_breakpoint: PromptCacheBreakpoint | None = None
    """Ends a prefix of the prompt that shall be cached."""

    def for_responses(self) -> dict[str, object]:
        """The picture as the Responses API takes it: `input_image`, which always says its `detail`."""
        said = self.model_dump(mode="json", exclude_unset=True)
        where = self.image_url
        return {**said, "type": "input_image", "image_url": where.url, "detail": where.detail or "auto"}


class InputAudio(Params):
    """A recording."""

    data: str
    """The recording in base64."""
    format: Literal["wav", "mp3"]
    """How it is encoded."""


class InputAudioPart(ContentPart, Params):
    """A recording to listen to."""

    type: Literal["input_audio"] = "input_audio"
    input_audio: InputAudio
    """The recording."""
    prompt_cache_breakpoint: PromptCacheBreakpoint | None = None
    """Ends a prefix of the prompt that shall be cached."""


class InputFile(Params):
    """A document: one that was uploaded (`file_id`), or the thing itself (`file_data` and `filename`)."""

    file_data: str | None = None
    """The document as a `data:` URL in base64."""
    file_id: str | None = None
    """The id of an uploaded file."""
    filename: str | None = None
    """What the document is called, when it is sent along."""


class FilePart(SharedPart, Params):
    """A document to read."""

    type: Literal["file"] = "file"
    file: InputFile
    """The document."""
    prompt_cache_breakpoint: PromptCacheBreakpoint | None = None
    """Ends a prefix of the prompt that shall be cached."""

    def for_responses(self) -> dict[str, object]:
        """The document as the Responses API takes it: `input_file`."""
        said = self.model_dump(mode="json", exclude_unset=True, exclude={"file"})
        return {**said, "type": "input_file", **self.file.model_dump(mode="json", exclude_none=True)}


class RefusalPart(ContentPart, Params):
    """What the model said when it would not answer."""

    type: Literal["refusal"] = "refusal"
    refusal: str
    """Its words."""


class PartAsItCame(ContentPart, Params):
    """A part of a kind that nobody knows here (`thinking`, say), on its way back to the server that said it."""

    model_config: ClassVar[ConfigDict] = ConfigDict(extra="allow")
    type: str
    """The kind of part."""


_NOT_SAID = frozenset({"image_url", "input_audio", "file", "video_url", "input_text", "input_image", "input_file"})
"""Parts that are shown to a model, in one API or the other: it says none of them."""


_SAID: dict[str, type[Params]] = {"text": TextPart, "refusal": RefusalPart}


def _kind_of_said(value: Any) -> str | None:
    """Which model a part of an answer has."""
    if isinstance(value, PartAsItCame):
        return "another"
    kind = value.get("type") if is_object(value) else getattr(value, "type", None)
    if not isinstance(kind, str) or kind in _NOT_SAID:
        return None
    if kind not in _SAID or not is_object(value):
        return kind if kind in _SAID else "another"
    is_whole = isinstance(value.get(kind), str) and not value.keys() & ASKED_FOR
    return kind if value.keys() <= _SAID[kind].model_fields.keys() or not is_whole else "another"


TextContent: TypeAlias = StringOrList[str, Annotated[list[TextPart], Field(min_length=1)]]
"""A text, or a list of text parts."""

if TYPE_CHECKING:
    UserContent: TypeAlias = str | Sequence[ContentPart]
    AssistantContent: TypeAlias = str | Sequence[ContentPart]
else:
    UserContent = StringOrList[
        str,
        Annotated[
            list[Annotated[TextPart | ImagePart | InputAudioPart | FilePart, Tagged("type"), accepts_results()]],
            Field(min_length=1),
        ],
    ]
    """A text, or a list of text, picture, sound and file parts."""

    AssistantContent = StringOrList[
        str,
        Annotated[
            list[
                Annotated[
                    Annotated[TextPart, Tag("text")]
                    | Annotated[RefusalPart, Tag("refusal")]
                    | Annotated[PartAsItCame, Tag("another")],
                    Discriminator(
                        _kind_of_said,
                        custom_error_type="said_part",
                        custom_error_message="Input should be a part of type 'text' or 'refusal'",
                    ),
                    accepts_results(),
                ]
            ],
            Field(min_length=1),
        ],
    ]
    """A text, or a list of text and refusal parts."""


# --- tool calls ------------------------------------------------------------------------------------------------------


class FunctionCall(Returned):
    """Which function was called, with what."""

    output_only = frozenset({"parsed_arguments"})

    name: str
    """Name of the function."""
    arguments: Annotated[GivenJSONText, BeforeValidator(lambda value: "{}" if value is None else value)]
    """Its arguments as the model wrote them: JSON text, not always valid; `{}` where a server says null."""


class FunctionToolCall(ToolCall, Returned):
    """A call of a function tool."""

    output_only = frozenset({"index"})
    not_null = frozenset({"extra_content"})

    type: Literal["function"] = "function"
    id: str
    """Id of the call; the answering `ToolMessage` names it."""
    function: FunctionCall
    """Which function, with what."""
    extra_content: dict[str, Any] | None = None
    """What Gemini's compatible endpoint adds and wants back (the signatures of its thoughts)."""


class CustomCall(Returned):
    """Which custom tool was called, with what."""

    name: str
    """Name of the tool."""
    input: GivenJSONText
    """What the model wrote for it: free text, or text of the tool's grammar."""


class CustomToolCall(ToolCall, Returned):
    """A call of a custom tool."""

    output_only = frozenset({"index"})

    type: Literal["custom"] = "custom"
    id: str
    """Id of the call; the answering `ToolMessage` names it."""
    custom: CustomCall
    """Which tool, with what."""


class ToolCallAsItCame(ToolCall, Params):
    """A call of a kind that this package does not know, on its way back to the server that said it."""

    model_config: ClassVar[ConfigDict] = ConfigDict(extra="allow")
    type: str
    """The kind of call."""
    id: str
    """Id of the call."""


def _kind_of_call(value: Any) -> str | None:
    """Which model a call has; some servers leave its type out."""
    if not is_object(value):
        return "another" if isinstance(value, ToolCallAsItCame) else getattr(value, "type", None)
    kind = value.get("type")
    if kind is None:
        return next((name for name in ("function", "custom") if name in value), None)
    if kind in ("function", "custom"):
        return str(kind)
    return "another" if isinstance(kind, str) and isinstance(value.get("id"), str) else None


if TYPE_CHECKING:
    ToolCalls: TypeAlias = Sequence[ToolCall]
else:
    ToolCalls = list[
        Annotated[
            Annotated[FunctionToolCall, Tag("function")]
            | Annotated[CustomToolCall, Tag("custom")]
            | Annotated[ToolCallAsItCame, Tag("another")],
            Discriminator(
                _kind_of_call,
                custom_error_type="tool_call",
                custom_error_message="Input should be a call of type 'function' or 'custom'",
            ),
            accepts_results(),
        ]
    ]
    """The calls that an answer asked for."""


class AudioReference(Returned):
    """A spoken answer that the model gave before."""

    output_only = frozenset({"data", "expires_at", "transcript"})

    id: str
    """Id of the spoken answer; the service forgets it at its `expires_at`."""


# --- messages --------------------------------------------------------------------------------------------------------


class DeveloperMessage(ChatMessage, Params):
    """Instructions of the developer, which go before what users say; takes the place of `SystemMessage` since o1."""

    role: Literal["developer"] = "developer"
    content: TextContent
    """A text, or text parts."""
    name: str | None = None
    """Tells apart several speakers of one role."""


class SystemMessage(ChatMessage, Params):
    """Instructions of the developer, for older models and for other servers."""

    role: Literal["system"] = "system"
    content: TextContent
    """A text, or text parts."""
    name: str | None = None
    """Tells apart several speakers of one role."""


class UserMessage(ChatMessage, Params):
    """What the user says, shows or hands over."""

    role: Literal["user"] = "user"
    content: UserContent
    """A text, or parts: texts, pictures, sound, files."""
    name: str | None = None
    """Tells apart several speakers of one role."""


class AssistantMessage(ChatMessage, Returned):
    """What the model answered before. An answer itself, or its dump, may stand in its place."""

    output_only = frozenset({"parsed"})
    not_null = frozenset({"annotations", "name", "tool_calls", "reasoning_content", "reasoning", "reasoning_details"})

    role: Literal["assistant"] = "assistant"
    content: AssistantContent | None = None
    """A text, or text and refusal parts; may be None beside tool calls, a spoken answer or a refusal."""
    refusal: str | None = None
    """What the model said when it would not answer."""
    tool_calls: ToolCalls | None = None
    """The tool calls that it asked for; the messages that follow must answer each of them."""
    audio: AudioReference | None = None
    """A spoken answer, by its id."""
    annotations: list[dict[str, Any]] | None = None
    """Notes on the text, as the answer had them. No part of the API description of a request; the service takes it."""
    name: str | None = None
    """Tells apart several speakers of one role."""
    function_call: Annotated[FunctionCall | None, DEPRECATED] = None
    """The call of a function in the API before tools. Deprecated by the service: use `tool_calls`."""
    reasoning_content: str | None = None
    """The thoughts behind the answer, for servers that want them back (DeepSeek, vLLM)."""
    reasoning: str | None = None
    """The same under the name that vLLM, Ollama, Groq and OpenRouter use."""
    reasoning_details: list[dict[str, Any]] | None = None
    """OpenRouter's structured thoughts, to be given back unchanged."""


class ToolMessage(ChatMessage, Params):
    """What a tool call came to."""

    role: Literal["tool"] = "tool"
    content: TextContent
    """The outcome as a text, or as text parts."""
    tool_call_id: str
    """Id of the call that this answers."""
    name: str | None = None
    """Name of the tool. Not in the API description, but in the service's older examples."""


class FunctionMessage(ChatMessage, Params):
    """What a function call came to, in the API before tools. Deprecated by the service: use `ToolMessage`."""

    role: Literal["function"] = "function"
    content: str | None
    """The outcome as a text."""
    name: Annotated[str, DEPRECATED]
    """Name of the function. Deprecated by the service: use `ToolMessage`."""


if TYPE_CHECKING:
    Messages: TypeAlias = Sequence[ChatMessage]
else:
    Messages = list[
        Annotated[
            DeveloperMessage | SystemMessage | UserMessage | AssistantMessage | ToolMessage | FunctionMessage,
            Tagged("role"),
            accepts_results(),
        ]
    ]
    """A conversation, told apart by `role`."""
