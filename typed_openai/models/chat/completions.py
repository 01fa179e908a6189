"""What the chat operations answer: completions, and that a stored one is gone. Chunks: `chat/chunks.py`.

API reference: "Chat Completions" (the completion object, the chunk object, list, messages, delete).

Rules
* The messages of an answer stand in `chat/answers.py`; users import all of it from `models/chat/__init__.py`.
* Not in the API description: Azure's `prompt_filter_results` and `content_filter_results`.

Weak spot: `text` and `choice` speak of the first choice that is listed.
"""

from collections.abc import Iterable
from typing import Annotated, Literal, TypeAlias

from typed_openai.core.answer.meta import Issue
from typed_openai.core.answer.records import HasRecords, Records
from typed_openai.models.asked import fewer, listed, missing
from typed_openai.models.base import Asked, Open, Result, Tagged
from typed_openai.models.chat.answers import ChatCompletionMessage
from typed_openai.models.dialects import text_in
from typed_openai.models.priced import Priced
from typed_openai.models.shared import (
    CompletionUsage,
    ContentFilterResults,
    ModerationResultBody,
    PromptFilterResult,
    ServiceTier,
)
from typed_openai.models.unknown_kinds import UnknownKind

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


class UnknownModeration(UnknownKind):
    """An outcome of a kind that is newer than this package; its data is in `model_extra`."""


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
