"""What the chat operations answer: completions, the chunks of a stream, and stored messages.

API reference: "Chat Completions" (the completion object, the chunk object, list, messages, delete).

Rules
* The chunk is the hottest path of the package: an event goes from bytes to `ChatCompletionChunk` in one call into Rust.
  No validators in Python stand on its way, and few fields: each one that is declared but not sent costs some 25 ns.
* The messages of an answer stand in `chat/answers.py`; users import all of it from `models/chat/__init__.py`.
* Not in the API description: the thoughts of other servers (`reasoning_content`, `reasoning`), Azure's
  `prompt_filter_results` and `content_filter_results`, and the calls of custom tools in a stream (`custom`).

Weak spots
* `text` and `choice` speak of the first choice that is listed. With `n` above 1 the chunks of several answers are
  interleaved: go by `choice.index` then.
"""

from collections.abc import Iterable
from typing import Annotated, Any, Literal, TypeAlias

from typed_openai.core.answer.meta import Issue
from typed_openai.core.answer.records import HasRecords, Records
from typed_openai.models.asked import fewer, listed, missing
from typed_openai.models.base import Asked, Open, Result, Tagged, UnknownTag
from typed_openai.models.chat.answers import ChatCompletionMessage
from typed_openai.models.dialects import text_in
from typed_openai.models.json_text import json_texts
from typed_openai.models.priced import Priced
from typed_openai.models.shared import (
    CompletionUsage,
    ContentFilterResults,
    ModerationResultBody,
    PromptFilterResult,
    ServiceTier,
)

FinishReason: TypeAlias = Literal["stop", "length", "tool_calls", "content_filter", "function_call"]
"""Why a generation ended."""

# --- log probabilities -----------------------------------------------------------------------------------------------


class TopLogprob(Result):
    """One token that could have stood in a place."""

    token: str
    """The token."""
    logprob: float
    """Natural logarithm of its probability; -9999.0 for very unlikely ones."""
    bytes: list[int] | None = None
    """Its UTF-8 bytes; a character may span several tokens. None when it has none."""


class ChatCompletionTokenLogprob(TopLogprob):
    """One token of an answer, and what else could have stood there."""

    top_logprobs: list[TopLogprob]
    """The likeliest tokens for this place, at most `top_logprobs` of the request."""


class ChoiceLogprobs(HasRecords, Result):
    """How likely the tokens of an answer were. `records()` are a row for each token and each that could have stood in
    its place: `part` (`content` or `refusal`), `position`, `rank` (0: written), `token`, `logprob`, `bytes`."""

    content: list[ChatCompletionTokenLogprob] | None = None
    """Tokens of the content."""
    refusal: list[ChatCompletionTokenLogprob] | None = None
    """Tokens of the refusal."""

    def _records(self) -> Records:
        from typed_openai.models.logprob_rows import token_rows

        parts = [("content", self.content), ("refusal", self.refusal)]
        return Records(row for part, tokens in parts for row in token_rows(tokens, {"part": part}))


# --- moderation ------------------------------------------------------------------------------------------------------


class ChatCompletionModerationResults(Result):
    """The verdicts of a moderation that worked."""

    type: Literal["moderation_results"]
    model: str
    """Name of the moderation model."""
    results: list[ModerationResultBody]
    """One verdict for each text or picture."""


class ChatCompletionModerationError(Result):
    """Why a moderation did not work."""

    type: Literal["error"]
    code: str
    """What went wrong, as a code."""
    message: str
    """What went wrong, in words."""


class UnknownModeration(Result):
    """An outcome of a kind that is newer than this package; its data is in `model_extra`."""

    type: UnknownTag
    """The kind of outcome."""


ModerationOutcome: TypeAlias = Annotated[
    ChatCompletionModerationResults | ChatCompletionModerationError | UnknownModeration, Tagged("type")
]
"""Verdicts, or why there are none."""


class ChatCompletionModeration(Result):
    """What moderation said, when the request asked for it."""

    input: ModerationOutcome
    """Of what you sent."""
    output: ModerationOutcome
    """Of what was generated."""


# --- completions -----------------------------------------------------------------------------------------------------


class Choice(Result):
    """One of the answers."""

    finish_reason: Open[FinishReason]
    """Why it ended: naturally, at the token limit, to call tools, or cut by a filter."""
    index: int
    """Its number, from 0."""
    message: ChatCompletionMessage
    """What the model answered."""
    logprobs: ChoiceLogprobs | None = None
    """How likely its tokens were, when the request asked for it."""
    content_filter_results: ContentFilterResults | None = None
    """What Azure's content filters found in it."""


class ChatCompletion(Priced, Result):
    """What the model answered to a conversation."""

    id: str
    """Its id."""
    choices: list[Choice]
    """The answers: as many as `n` asked for, one by default."""
    created: int
    """When it was made (Unix time in seconds)."""
    model: str
    """Name of the model that answered."""
    object: Open[Literal["chat.completion"]]
    metadata: dict[str, str] | None = None
    """Your own notes, when it is stored."""
    moderation: ChatCompletionModeration | None = None
    """What moderation said, when the request asked for it."""
    service_tier: Open[ServiceTier] | None = None
    """Which lane the request took."""
    system_fingerprint: str | None = None
    """The server's configuration; together with `seed` it tells why an answer changed. Deprecated by the service."""
    usage: CompletionUsage | None = None
    """What it consumed."""
    prompt_filter_results: list[PromptFilterResult] | None = None
    """What Azure's content filters found in the prompt."""

    def is_answer(self) -> bool:
        """Whether there is a choice."""
        return bool(self.choices)

    def check_asked(self, asked: Asked) -> Iterable[Issue]:
        """Whether there are `n` choices, and the sound and the log probabilities of what was said."""
        yield from fewer("/choices", "choices", asked("n"), self.choices)
        if "audio" in listed(asked("modalities")):
            for place, choice in enumerate(listed(self.choices)):
                message = getattr(choice, "message", None)
                if getattr(message, "content", None) and getattr(message, "audio", None) is None:
                    yield missing(f"/choices/{place}/message/audio", "the answer as sound")
        if asked("logprobs") is not True:
            return
        for place, choice in enumerate(listed(self.choices)):
            message, logprobs = getattr(choice, "message", None), getattr(choice, "logprobs", None)
            tokens = listed(getattr(logprobs, "content", None)) + listed(getattr(logprobs, "refusal", None))
            pointer = f"/choices/{place}/logprobs"
            if not tokens and (getattr(message, "content", None) or getattr(message, "refusal", None)):
                yield missing(pointer, "log probabilities")
            elif tokens and asked("top_logprobs") and not any(getattr(each, "top_logprobs", None) for each in tokens):
                yield missing(pointer, "the likeliest tokens (top_logprobs)")

    @property
    def text(self) -> str:
        """The text of the first answer; `""` when there is none (tool calls, a refusal, nothing at all)."""
        try:
            content = self.choices[0].message.content
        except (LookupError, TypeError, AttributeError):  # a server that deviates may leave out any of them
            return ""
        return content if isinstance(content, str) else text_in(content)


class ChatCompletionDeleted(Result):
    """Says that a stored completion is gone."""

    id: str
    """The id it had."""
    deleted: bool
    """Whether it was deleted."""
    object: Open[Literal["chat.completion.deleted"]]


# --- chunks: the hot path --------------------------------------------------------------------------------------------


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
