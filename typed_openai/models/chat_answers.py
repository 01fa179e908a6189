"""What the model answers with: messages and the parts of them, fresh from a completion or stored by the service.

API reference: "Chat Completions" (`choices[].message` of the completion object; the list of stored messages).

Rules
* `ChatCompletionMessage.as_input()` is the message in the shape that a request takes. It works from the dump, so that
  an answer of a server with a dialect of its own (raw values where models should be) can be sent back too.
* Not in the API description: `reasoning_content`, `reasoning` and `reasoning_details` (DeepSeek, vLLM, OpenRouter).

Weak spots
* An annotation of a kind other than `url_citation` is not typed: it stays as it came and shows in `issues`.
* A tool call of an unknown kind is handed back unchanged by `as_input()`, and a strict request refuses it.
"""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from typed_openai.models.base import Open, Result, Tagged, UnknownTag
from typed_openai.models.chat_messages import AssistantMessage, ChatMessage, ContentPart, ToolCall
from typed_openai.models.shared import is_object

# --- tool calls ------------------------------------------------------------------------------------------------------


class Function(Result):
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
    """The kind of call: `function`."""

    function: Function
    """Which function, with what."""

    def as_input(self) -> dict[str, Any]:
        """The call in the shape that a request takes; Gemini's `extra_content` is kept."""
        return _call_as_input(self.model_dump(mode="json"))


ChatCompletionMessageToolCall = ChatCompletionMessageFunctionToolCall
"""The name from before there were custom tools."""


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
    """The kind of call: `custom`."""

    custom: Custom
    """Which tool, with what."""

    def as_input(self) -> dict[str, Any]:
        """The call in the shape that a request takes."""
        return _call_as_input(self.model_dump(mode="json"))


class UnknownToolCall(ToolCall, Result):
    """A call of a kind that is newer than this package; its data is in `model_extra`."""

    type: UnknownTag
    """The kind of call."""

    id: str | None = None
    """Id of the call."""


_KEPT_OF_CALLS = {
    "function": ("id", "type", "function", "extra_content"),
    "custom": ("id", "type", "custom"),
}
_KEPT_OF_BODIES = {"function": ("name", "arguments"), "custom": ("name", "input")}


def _call_as_input(call: Mapping[str, Any]) -> dict[str, Any]:
    """A dumped call without what only the server says; some servers leave out the type of a function call."""
    kind = call.get("type") or ("function" if "function" in call else "")
    if not isinstance(kind, str) or kind not in _KEPT_OF_CALLS:
        return dict(call)
    sent = {name: call[name] for name in _KEPT_OF_CALLS[kind] if call.get(name) is not None} | {"type": kind}
    if is_object(body := sent.get(kind)):
        sent[kind] = {name: body[name] for name in _KEPT_OF_BODIES[kind] if name in body}
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
    """The kind of note: `url_citation`."""

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


_KEPT_OF_MESSAGES = tuple(name for name in AssistantMessage.model_fields if name != "role")


class AnsweredMessage(ChatMessage, Result):
    """What an answer and a stored message have in common."""

    content: str | None = None
    """The text; None beside tool calls, a refusal or a spoken answer."""

    refusal: str | None = None
    """What the model said when it would not answer."""

    tool_calls: (
        list[
            Annotated[
                ChatCompletionMessageFunctionToolCall | ChatCompletionMessageCustomToolCall | UnknownToolCall,
                Tagged("type"),
            ]
        ]
        | None
    ) = None
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

    def as_input(self) -> dict[str, Any]:
        """The message in the shape that a request takes.

        Left out is what only the server says (`annotations`, the sound beside its id, unknown fields) and what is None,
        except `content`, which is always there. Thoughts are kept.
        """
        dump = self.model_dump(mode="json")
        sent = {name: dump[name] for name in _KEPT_OF_MESSAGES if dump.get(name) is not None}
        calls = sent.pop("tool_calls", None)
        if calls:
            listed = calls if isinstance(calls, list) else [calls]  # a server that deviates: said by the request
            sent["tool_calls"] = [_call_as_input(call) if is_object(call) else call for call in listed]
        if is_object(audio := sent.get("audio")):
            sent["audio"] = {"id": audio.get("id")}
        if is_object(called := sent.get("function_call")):
            sent["function_call"] = {name: called[name] for name in _KEPT_OF_BODIES["function"] if name in called}
        return {"role": "assistant", "content": None} | sent


class ChatCompletionMessage(AnsweredMessage):
    """What the model answered. It may stand in the `messages` of the next request as it is."""

    role: Open[Literal["assistant"]]
    """Who speaks: `assistant`."""


class StoredCacheBreakpoint(Result):
    """Marks the end of a prefix of the prompt that was to be cached."""

    mode: Open[Literal["explicit"]]
    """The kind of breakpoint: `explicit`."""

    ttl: Open[Literal["30m", "12h"]] | None = None
    """How long what is cached lives at least."""


class ChatCompletionContentPartText(ContentPart, Result):
    """A text in a stored message."""

    type: Literal["text"]
    """The kind of part: `text`."""

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
    """The kind of part: `image_url`."""

    image_url: StoredImageURL
    """Where the picture is."""

    prompt_cache_breakpoint: StoredCacheBreakpoint | None = None
    """Where the part ends a prefix to be cached."""


class UnknownContentPart(ContentPart, Result):
    """A part of a kind that is newer than this package; its data is in `model_extra`."""

    type: UnknownTag
    """The kind of part."""


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
