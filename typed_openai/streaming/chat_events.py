"""The events of a chat stream (`chat.completions.stream`), as applications want them.

Types and fields have the names that they have in the official package, where it has them. Those of a choice have its
`index`; in those of a tool call `index` is the number of the call, as there, and `choice` that of the choice. There is
no event for each chunk besides these: chunks are what `create(stream=True)` gives.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar, Literal, TypeAlias

from typed_openai.models.chat.chunks import ChatCompletionChunk
from typed_openai.models.chat.completions import ChatCompletionTokenLogprob
from typed_openai.models.shared import CompletionUsage


@dataclass(frozen=True, slots=True)
class ContentDelta:
    """The next words of an answer; `index` says of which choice."""

    delta: str
    index: int = 0
    type: ClassVar[Literal["content.delta"]] = "content.delta"


@dataclass(frozen=True, slots=True)
class RefusalDelta:
    """The next words of a refusal."""

    delta: str
    index: int = 0
    type: ClassVar[Literal["refusal.delta"]] = "refusal.delta"


@dataclass(frozen=True, slots=True)
class ReasoningDelta:
    """The next words of the thoughts behind an answer (`reasoning_content` or `reasoning` of other servers)."""

    delta: str
    index: int = 0
    type: ClassVar[Literal["reasoning.delta"]] = "reasoning.delta"


@dataclass(frozen=True, slots=True)
class ToolCallDelta:
    """The next characters of a tool call's arguments; `index` numbers the calls of a choice from 0."""

    index: int
    id: str | None
    name: str
    arguments_delta: str
    choice: int = 0
    type: ClassVar[Literal["tool_calls.function.arguments.delta"]] = "tool_calls.function.arguments.delta"


@dataclass(frozen=True, slots=True)
class ToolCallDone:
    """A tool call, whole: `arguments` is the JSON text as the model wrote it."""

    index: int
    id: str | None
    name: str
    arguments: str
    choice: int = 0
    _value: object = field(default=None, repr=False, compare=False)
    type: ClassVar[Literal["tool_calls.function.arguments.done"]] = "tool_calls.function.arguments.done"

    @property
    def parsed_arguments(self) -> object:
        """The arguments as the tool of that name reads them; None where no such tool was on offer. Raises
        `ToolArgumentsError` when they do not fit."""
        if isinstance(self._value, Exception):
            raise self._value.with_traceback(None)
        return self._value


@dataclass(frozen=True, slots=True)
class CustomCallDelta:
    """The next characters of the input of a custom tool; `index` numbers the calls of a choice from 0."""

    index: int
    id: str | None
    name: str
    input_delta: str
    choice: int = 0
    type: ClassVar[Literal["tool_calls.custom.input.delta"]] = "tool_calls.custom.input.delta"


@dataclass(frozen=True, slots=True)
class CustomCallDone:
    """A call of a custom tool, whole: `input` is what the model wrote for it."""

    index: int
    id: str | None
    name: str
    input: str
    choice: int = 0
    type: ClassVar[Literal["tool_calls.custom.input.done"]] = "tool_calls.custom.input.done"


@dataclass(frozen=True, slots=True)
class ContentDone:
    """An answer text, whole."""

    content: str
    index: int = 0
    type: ClassVar[Literal["content.done"]] = "content.done"


@dataclass(frozen=True, slots=True)
class RefusalDone:
    """A refusal, whole."""

    refusal: str
    index: int = 0
    type: ClassVar[Literal["refusal.done"]] = "refusal.done"


@dataclass(frozen=True, slots=True)
class LogprobsContentDelta:
    """How likely the latest tokens of an answer were."""

    content: list[ChatCompletionTokenLogprob]
    index: int = 0
    type: ClassVar[Literal["logprobs.content.delta"]] = "logprobs.content.delta"


@dataclass(frozen=True, slots=True)
class LogprobsContentDone:
    """How likely the tokens of an answer were, all of them."""

    content: list[ChatCompletionTokenLogprob]
    index: int = 0
    type: ClassVar[Literal["logprobs.content.done"]] = "logprobs.content.done"


@dataclass(frozen=True, slots=True)
class LogprobsRefusalDelta:
    """How likely the latest tokens of a refusal were."""

    refusal: list[ChatCompletionTokenLogprob]
    index: int = 0
    type: ClassVar[Literal["logprobs.refusal.delta"]] = "logprobs.refusal.delta"


@dataclass(frozen=True, slots=True)
class LogprobsRefusalDone:
    """How likely the tokens of a refusal were, all of them."""

    refusal: list[ChatCompletionTokenLogprob]
    index: int = 0
    type: ClassVar[Literal["logprobs.refusal.done"]] = "logprobs.refusal.done"


@dataclass(frozen=True, slots=True)
class Finish:
    """A choice ended: `stop`, `length`, `tool_calls`, `content_filter`, or another server's own word."""

    reason: str
    index: int = 0
    type: ClassVar[Literal["finish"]] = "finish"


@dataclass(frozen=True, slots=True)
class Usage:
    """What the completion consumed."""

    usage: CompletionUsage
    type: ClassVar[Literal["usage"]] = "usage"


@dataclass(frozen=True, slots=True)
class ContentFilter:
    """What a content filter found (Azure): of the prompt (`index` None) or of a choice."""

    results: object
    index: int | None = None
    type: ClassVar[Literal["content_filter"]] = "content_filter"


@dataclass(frozen=True, slots=True)
class Unknown:
    """A chunk that carries none of the above; `chunk` has all of it."""

    chunk: ChatCompletionChunk
    type: ClassVar[Literal["unknown"]] = "unknown"


ChatEvent: TypeAlias = (
    ContentDelta
    | RefusalDelta
    | ReasoningDelta
    | ToolCallDelta
    | ToolCallDone
    | CustomCallDelta
    | CustomCallDone
    | ContentDone
    | RefusalDone
    | LogprobsContentDelta
    | LogprobsContentDone
    | LogprobsRefusalDelta
    | LogprobsRefusalDone
    | Finish
    | Usage
    | ContentFilter
    | Unknown
)
