"""A response of a realtime session: what the model said, how it ended, what it consumed.

API reference: "Realtime", the response of `response.created` and `response.done`.

Weak spot: servers leave sound out of the items of a response; its bytes come in `response.output_audio.delta` alone.
"""

from typing import Literal

from typed_openai.models.base import Open, Result
from typed_openai.models.realtime.audio import RealtimeAudioFormats
from typed_openai.models.realtime.items import (
    ConversationItem,
    RealtimeConversationItemAssistantMessage,
    RealtimeConversationItemFunctionCall,
)


class RealtimeResponseStatusError(Result):
    """Why a response failed."""

    type: str | None = None
    """The kind of error."""
    code: str | None = None
    """What went wrong, as a code."""
    message: str | None = None
    """What went wrong, in words."""


class RealtimeResponseStatus(Result):
    """How a response ended."""

    type: Open[Literal["completed", "cancelled", "failed", "incomplete"]] | None = None
    """The kind of end, as in `status`."""
    reason: Open[Literal["turn_detected", "client_cancelled", "max_output_tokens", "content_filter"]] | None = None
    """Why it was cancelled or is incomplete."""
    error: RealtimeResponseStatusError | None = None
    """Why it failed."""


class RealtimeTokenDetails(Result):
    """Tokens by what they stand for."""

    text_tokens: int | None = None
    """Tokens of text."""
    audio_tokens: int | None = None
    """Tokens of sound."""


class RealtimeCachedTokensDetails(RealtimeTokenDetails):
    """The tokens of the input that were cached."""

    image_tokens: int | None = None
    """Tokens of pictures."""


class RealtimeResponseUsageInputTokenDetails(RealtimeCachedTokensDetails):
    """What the tokens of the input stand for."""

    cached_tokens: int | None = None
    """Those that were cached, which cost less."""
    cached_tokens_details: RealtimeCachedTokensDetails | None = None
    """The same, by what they stand for."""


class RealtimeResponseUsageOutputTokenDetails(RealtimeTokenDetails):
    """What the tokens of the output stand for."""


class RealtimeResponseUsage(Result):
    """What a response consumed, in tokens."""

    total_tokens: int | None = None
    """All of them."""
    input_tokens: int | None = None
    """Those of the conversation, which the model read."""
    output_tokens: int | None = None
    """Those that it made."""
    input_token_details: RealtimeResponseUsageInputTokenDetails | None = None
    """What those of the input stand for."""
    output_token_details: RealtimeResponseUsageOutputTokenDetails | None = None
    """What those of the output stand for."""


class RealtimeResponseAudioOutput(Result):
    """How the response speaks."""

    format: RealtimeAudioFormats | None = None
    """The format of the sound."""
    voice: str | None = None
    """The voice."""


class RealtimeResponseAudio(Result):
    """The sound of a response."""

    output: RealtimeResponseAudioOutput | None = None
    """How it speaks."""


class RealtimeResponse(Result):
    """What the model said in one turn."""

    id: str | None = None
    """Its id."""
    object: Open[Literal["realtime.response"]] | None = None
    status: Open[Literal["completed", "cancelled", "failed", "incomplete", "in_progress"]] | None = None
    """How far it has come."""
    status_details: RealtimeResponseStatus | None = None
    """How it ended."""
    output: list[ConversationItem] | None = None
    """The items that it made."""
    metadata: dict[str, str] | None = None
    """Your notes of `response.create`."""
    audio: RealtimeResponseAudio | None = None
    """How it speaks."""
    usage: RealtimeResponseUsage | None = None
    """What it consumed; set when it has ended."""
    conversation_id: str | None = None
    """The conversation that its items went into; None where they went into none."""
    output_modalities: list[Open[Literal["text", "audio"]]] | None = None
    """Whether it speaks or writes."""
    max_output_tokens: int | Literal["inf"] | None = None
    """How many tokens it might make."""

    @property
    def output_text(self) -> str:
        """What was written and said: all texts and transcripts, joined."""
        messages = [item for item in self.output or () if isinstance(item, RealtimeConversationItemAssistantMessage)]
        return "".join(part.text or part.transcript or "" for message in messages for part in message.content or ())

    @property
    def function_calls(self) -> list[RealtimeConversationItemFunctionCall]:
        """The calls of your functions that it made."""
        return [item for item in self.output or () if isinstance(item, RealtimeConversationItemFunctionCall)]
