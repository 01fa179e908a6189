"""What the model answers with: messages and the parts of them, fresh from a completion or stored by the service.

API reference: "Chat Completions" (`choices[].message` of the completion object; the list of stored messages).

Rules
* `ChatCompletionMessage.as_input()` is the message in the shape that a request takes. It works from the dump, so that
  an answer of a server with a dialect of its own (raw values where models should be) can be sent back too.
* Not in the API description: `reasoning_content`, `reasoning` and `reasoning_details` (DeepSeek, vLLM, OpenRouter).

Weak spots
* An annotation of a kind other than `url_citation` is not typed: it stays as it came and shows in `issues`.
* A call without an id gets one that is made of the call: two calls that are the same in two answers have the same.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any, Literal, TypeAlias
from zlib import crc32

from pydantic_core import to_json

from typed_openai.models.base import Open, Result, Tagged
from typed_openai.models.chat.messages import AssistantMessage, ChatMessage, ContentPart, ToolCall
from typed_openai.models.dialects import arguments_text, text_in, thoughts_in, thoughts_of
from typed_openai.models.json_text import json_texts
from typed_openai.models.returned import is_object
from typed_openai.models.unknown_kinds import UnknownKind
from typed_openai.models.value_texts import CallText

# --- tool calls ------------------------------------------------------------------------------------------------------


@json_texts("arguments")
class Function(CallText):
    """Which function is called, with what."""

    name: str
    """Name of the function."""
    arguments: str
    """Its arguments as the model wrote them: JSON text, not always valid and not always of your schema."""


class ChatCompletionMessageFunctionToolCall(ToolCall, Result):
    """A call of a function tool."""

    id: str
    """Id of the call; your `ToolMessage` names it."""
    type: Literal["function"]
    function: Function
    """Which function, with what."""

    def as_input(self) -> dict[str, Any]:
        """The call in the shape that a request takes; what others added (Gemini's `extra_content`) is kept."""
        return _call_as_input(self.model_dump(mode="json"))


ChatCompletionMessageToolCall = ChatCompletionMessageFunctionToolCall
"""The name from before there were custom tools."""


@json_texts("input")
class Custom(Result):
    """Which custom tool is called, with what."""

    name: str
    """Name of the tool."""
    input: str
    """What the model wrote for it."""


class ChatCompletionMessageCustomToolCall(ToolCall, Result):
    """A call of a custom tool."""

    id: str
    """Id of the call; your `ToolMessage` names it."""
    type: Literal["custom"]
    custom: Custom
    """Which tool, with what."""

    def as_input(self) -> dict[str, Any]:
        """The call in the shape that a request takes."""
        return _call_as_input(self.model_dump(mode="json"))


class UnknownToolCall(ToolCall, UnknownKind):
    """A call of a kind that is newer than this package; its data is in `model_extra`."""

    if TYPE_CHECKING:
        id: str
    else:
        id: str | None = None
        """Id of the call; every kind that is known has one, so that type checkers need not be asked for it."""


MessageToolCall: TypeAlias = Annotated[
    ChatCompletionMessageFunctionToolCall | ChatCompletionMessageCustomToolCall | UnknownToolCall, Tagged("type")
]
"""A call that the model asks for, told apart by `type`."""


def _call_as_input(call: Mapping[str, Any], place: int = 0) -> dict[str, Any]:
    """A dumped call as it may be sent: with what servers leave out (type, id, arguments), without its `index`."""
    kind = call.get("type") or next((name for name in ("function", "custom") if name in call), "")
    sent = {name: value for name, value in call.items() if name != "index" and (value is not None or name != "id")}
    if not sent.get("id"):
        sent["id"] = f"call_{place}_{crc32(to_json(call, fallback=str)):08x}"  # the same whenever it is asked for
    if kind in ("function", "custom"):
        sent["type"] = kind
    if isinstance(kind, str) and is_object(body := sent.get(kind)):
        sent[kind] = _body_as_input(body) if kind == "function" else dict(body)
    return sent


def _body_as_input(body: Mapping[str, Any]) -> dict[str, Any]:
    """What a function is called with; no arguments are an empty object, and an object is its JSON text."""
    sent = {name: value for name, value in body.items() if name != "parsed_arguments"}
    arguments = sent.get("arguments")
    if not isinstance(arguments, str):
        sent["arguments"] = "{}" if arguments is None else arguments_text(arguments)
    return sent


# --- messages --------------------------------------------------------------------------------------------------------


class AnnotationURLCitation(Result):
    """A web page that stands behind a stretch of the text."""

    start_index: int
    """Where the stretch begins, in characters."""
    end_index: int
    """Where it ends."""
    title: str
    """Title of the page."""
    url: str
    """Address of the page."""


class Annotation(Result):
    """A note on a stretch of the text."""

    type: Open[Literal["url_citation"]]
    url_citation: AnnotationURLCitation
    """The page that is cited."""


class ChatCompletionAudio(Result):
    """A spoken answer."""

    id: str
    """Its id: a later request refers to it by this."""
    data: str
    """The sound in base64, encoded as the request asked."""
    expires_at: int
    """Until when a later request may refer to it (Unix time in seconds)."""
    transcript: str
    """What is said."""

    def as_input(self) -> dict[str, Any]:
        """A reference to it, in the shape that a request takes."""
        return {"id": self.id}


_TAKEN = frozenset(AssistantMessage.model_fields) - {"role"}
"""What the API description has of an assistant message in a request."""


class AnsweredMessage(ChatMessage, Result):
    """What an answer and a stored message have in common."""

    content: str | None = None
    """The text; None beside tool calls, a refusal or a spoken answer."""
    refusal: str | None = None
    """What the model said when it would not answer."""
    tool_calls: list[MessageToolCall] | None = None
    """The tool calls that the model asks for."""
    annotations: list[Annotation] | None = None
    """Notes on the text, such as the web pages that it rests on."""
    audio: ChatCompletionAudio | None = None
    """The spoken answer, when `modalities` hold `audio`."""
    function_call: Function | None = None
    """The function call, in the API before tools. Deprecated by the service."""
    reasoning_content: str | None = None
    """The thoughts behind the answer, as DeepSeek, vLLM and others send them; OpenAI does not."""
    reasoning: str | None = None
    """The same under the name that vLLM, Ollama, Groq and OpenRouter use."""
    reasoning_details: list[dict[str, Any]] | None = None
    """OpenRouter's structured thoughts, to be given back unchanged."""

    def read_otherwise(self) -> None:
        """Thoughts that came as parts of the content can be read as `reasoning_content`, too."""
        if self.reasoning_content is None and self.reasoning is None and (thoughts := thoughts_in(self.content)):
            vars(self)["reasoning_content"] = thoughts

    @property
    def text(self) -> str:
        """The text of the answer, also where a server sends `content` as parts (Mistral, Databricks); `""` for none."""
        return text_in(self.content)

    @property
    def thoughts(self) -> str:
        """The thoughts behind the answer, wherever a server puts them: a field, parts of the content; `""` for none."""
        return thoughts_of({**(self.model_extra or {}), **vars(self)})

    def as_input(self) -> dict[str, Any]:
        """The message in the shape that a request takes.

        Left out is what the server says and does not take (the sound beside its id) and what is None. `content` is
        there all the same, except beside calls and a spoken answer: the API wants none there, and some servers take no
        null. Members that nobody here knows stay: the server that said them may want them back.
        """
        dump = self.model_dump(mode="json")
        own = type(self).model_fields
        sent = {
            name: value
            for name, value in dump.items()
            if (value is not None if name in _TAKEN else name not in own and name not in AssistantMessage.output_only)
        }
        calls = sent.pop("tool_calls", None)
        if calls:
            listed = calls if isinstance(calls, list) else [calls]  # a server that deviates: said by the request
            sent["tool_calls"] = [
                _call_as_input(call, place) if is_object(call) else call for place, call in enumerate(listed)
            ]
        if not sent.get("annotations"):
            sent.pop("annotations", None)
        if is_object(audio := sent.get("audio")):
            sent["audio"] = {"id": audio.get("id")}
        if is_object(called := sent.get("function_call")):
            sent["function_call"] = _body_as_input(called)
        speaks = not sent.keys() & {"tool_calls", "function_call", "audio"}
        return {"role": "assistant"} | ({"content": None} if speaks else {}) | sent


class ChatCompletionMessage(AnsweredMessage):
    """What the model answered. It may stand in the `messages` of the next request as it is."""

    role: Open[Literal["assistant"]]


class StoredCacheBreakpoint(Result):
    """Marks the end of a prefix of the prompt that was to be cached."""

    mode: Open[Literal["explicit"]]
    ttl: Open[Literal["30m", "12h"]] | None = None
    """How long what is cached lives at least."""


class ChatCompletionContentPartText(ContentPart, Result):
    """A text in a stored message."""

    type: Literal["text"]
    text: str
    """The text."""
    prompt_cache_breakpoint: StoredCacheBreakpoint | None = None
    """Where the part ends a prefix to be cached."""


class StoredImageURL(Result):
    """Where a picture in a stored message is."""

    url: str
    """Its address, or a `data:` URL."""
    detail: Open[Literal["auto", "low", "high", "original"]] | None = None
    """How closely the model looked."""


class ChatCompletionContentPartImage(ContentPart, Result):
    """A picture in a stored message."""

    type: Literal["image_url"]
    image_url: StoredImageURL
    """Where the picture is."""
    prompt_cache_breakpoint: StoredCacheBreakpoint | None = None
    """Where the part ends a prefix to be cached."""


class UnknownContentPart(ContentPart, UnknownKind):
    """A part of a kind that is newer than this package; its data is in `model_extra`."""


class ChatCompletionStoreMessage(AnsweredMessage):
    """A message of a stored completion: one of those that were sent."""

    id: str
    """Its id."""
    role: Open[Literal["developer", "system", "user", "assistant", "tool", "function"]]
    """Who speaks."""
    content_parts: (
        list[
            Annotated[
                ChatCompletionContentPartText | ChatCompletionContentPartImage | UnknownContentPart, Tagged("type")
            ]
        ]
        | None
    ) = None
    """The content, when it was sent as parts; `content` is None or their text then."""

    def as_input(self) -> dict[str, Any]:
        """The message in the shape that a request takes, whoever spoke; parts go before the text."""
        if self.role == "assistant":
            return super().as_input()
        dump = self.model_dump(mode="json", exclude_none=True)
        sent = {"role": self.role, "content": dump.get("content_parts") or dump.get("content")}
        return sent | {name: dump[name] for name in ("name", "tool_call_id") if name in dump}
