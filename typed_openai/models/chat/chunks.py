"""The chunks of a streamed chat completion.

API reference: "Chat Completions", the chunk object.

Rules
* The chunk is the hottest path of the package: an event goes from bytes to `ChatCompletionChunk` in one call into Rust.
  No validators in Python stand on its way, and few fields: each one that is declared but not sent costs some 25 ns.
* They stand apart, so that an answer that is not streamed makes none of their classes.
* Not in the API description: the thoughts of other servers (`reasoning_content`, `reasoning`), Azure's
  `prompt_filter_results` and `content_filter_results`, and the calls of custom tools in a stream (`custom`).

Weak spot: `text` and `choice` speak of the first choice that is listed. With `n` above 1 the chunks of several answers
are interleaved: go by `choice.index` then.
"""

from typing import Any, Literal

from typed_openai.models.base import Open, Result
from typed_openai.models.chat.completions import ChatCompletionModeration, ChoiceLogprobs, FinishReason
from typed_openai.models.dialects import text_in
from typed_openai.models.json_text import json_texts
from typed_openai.models.shared import CompletionUsage, ContentFilterResults, PromptFilterResult, ServiceTier


@json_texts("arguments")
class ChoiceDeltaFunctionCall(Result):
    """A piece of a function call, in the API before tools."""

    name: str | None = None
    """Name of the function, in the first piece."""
    arguments: str | None = None
    """The next characters of its arguments."""


@json_texts("arguments")
class ChoiceDeltaToolCallFunction(Result):
    """A piece of a function call."""

    name: str | None = None
    """Name of the function, in the first piece; some servers repeat it in each."""
    arguments: str | None = None
    """The next characters of its arguments: JSON text once all pieces are joined."""


@json_texts("input")
class ChoiceDeltaToolCallCustom(Result):
    """A piece of a call of a custom tool."""

    name: str | None = None
    """Name of the tool, in the first piece."""
    input: str | None = None
    """The next characters of its input."""


class ChoiceDeltaToolCall(Result):
    """A piece of a tool call; pieces with the same `index` belong together."""

    index: int
    """Number of the call within the answer, from 0."""
    id: str | None = None
    """Id of the call, in the first piece; some servers repeat it in each."""
    type: Open[Literal["function", "custom"]] | None = None
    """The kind of call, in the first piece."""
    function: ChoiceDeltaToolCallFunction | None = None
    """The piece of a function call."""
    custom: ChoiceDeltaToolCallCustom | None = None
    """The piece of a call of a custom tool."""


class ChoiceDeltaAudio(Result):
    """A piece of a spoken answer."""

    id: str | None = None
    """Its id, in the first piece."""
    data: str | None = None
    """The next bytes of the sound, in base64."""
    expires_at: int | None = None
    """Until when a later request may refer to it (Unix time in seconds), in the last piece."""
    transcript: str | None = None
    """The next words."""


class ChoiceDelta(Result):
    """What a chunk adds to an answer."""

    role: Open[Literal["developer", "system", "user", "assistant", "tool"]] | None = None
    """Who speaks, in the first chunk; some servers repeat it in each."""
    content: str | None = None
    """The next words."""
    refusal: str | None = None
    """The next words of a refusal."""
    tool_calls: list[ChoiceDeltaToolCall] | None = None
    """Pieces of tool calls."""
    function_call: ChoiceDeltaFunctionCall | None = None
    """A piece of a function call, in the API before tools. Deprecated by the service."""
    audio: ChoiceDeltaAudio | None = None
    """A piece of a spoken answer."""
    reasoning_content: str | None = None
    """The next words of the thoughts behind the answer, as DeepSeek, vLLM and others send them; OpenAI does not."""
    reasoning: str | None = None
    """The same under the name that vLLM, Ollama, Groq and OpenRouter use."""


class ChunkChoice(Result):
    """What a chunk says of one of the answers."""

    index: int
    """Which answer, from 0."""
    delta: ChoiceDelta
    """What is added to it."""
    finish_reason: Open[FinishReason] | None = None
    """Why it ended, in its last chunk."""
    logprobs: ChoiceLogprobs | None = None
    """How likely the tokens of the delta were, when the request asked for it."""
    content_filter_results: ContentFilterResults | None = None
    """What Azure's content filters found so far."""


class ChatCompletionChunk(Result):
    """One event of a streamed completion."""

    id: str
    """Id of the completion: the same in all its chunks."""
    choices: list[ChunkChoice]
    """What is new; empty in the chunk that says the usage, and in Azure's first."""
    created: int
    """When the completion was made (Unix time in seconds): the same in all its chunks."""
    model: str
    """Name of the model that answers."""
    object: Open[Literal["chat.completion.chunk"]]
    usage: CompletionUsage | None = None
    """What the completion consumed: in the last chunk, with `stream_options` asking for it."""
    service_tier: Open[ServiceTier] | None = None
    """Which lane the request took."""
    system_fingerprint: str | None = None
    """The server's configuration. Deprecated by the service."""
    obfuscation: str | None = None
    """Random characters that hide the length of the chunk."""
    moderation: ChatCompletionModeration | None = None
    """What moderation said, when the request asked for it."""
    prompt_filter_results: list[PromptFilterResult] | None = None
    """What Azure's content filters found in the prompt: in the first chunk."""

    def is_answer(self) -> bool:
        """Whether it says anything of a completion: choices (there may be none of them), or the usage."""
        found: Any = self  # a server that deviates may leave out any of them
        return isinstance(found.choices, list) or found.usage is not None

    @property
    def choice(self) -> ChunkChoice | None:
        """The first choice of the chunk; None in a chunk without any."""
        return self.choices[0] if self.choices and isinstance(self.choices, list) else None

    @property
    def text(self) -> str:
        """The words that the first choice adds; `""` when it adds none."""
        try:
            content = self.choices[0].delta.content
        except (LookupError, TypeError, AttributeError):  # a server that deviates may leave out any of them
            return ""
        return content if isinstance(content, str) else text_in(content)
