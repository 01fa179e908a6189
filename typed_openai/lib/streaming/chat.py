"""`openai.lib.streaming.chat`: streams and events of chat under the names there, and the state that chunks add up to.

The classes are those of `typed_openai.streaming`; `ChatCompletionStreamState` is for chunks that come from elsewhere
(stored, forwarded): a reader and what it has read.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Generic, TypeVar

from pydantic import TypeAdapter

from typed_openai.errors import StreamTruncatedError
from typed_openai.models.chat.answers import ChatCompletionMessage
from typed_openai.models.chat.chunks import ChatCompletionChunk
from typed_openai.models.chat.completions import ChatCompletion, Choice
from typed_openai.streaming.chat import AsyncChatCompletionStream as AsyncChatCompletionStream
from typed_openai.streaming.chat import ChatCompletionReader
from typed_openai.streaming.chat import ChatCompletionStream as ChatCompletionStream
from typed_openai.streaming.chat_events import ChatEvent as ChatEvent
from typed_openai.streaming.chat_events import ContentDelta as ContentDeltaEvent
from typed_openai.streaming.chat_events import ContentDone as ContentDoneEvent
from typed_openai.streaming.chat_events import LogprobsContentDelta as LogprobsContentDeltaEvent
from typed_openai.streaming.chat_events import LogprobsContentDone as LogprobsContentDoneEvent
from typed_openai.streaming.chat_events import LogprobsRefusalDelta as LogprobsRefusalDeltaEvent
from typed_openai.streaming.chat_events import LogprobsRefusalDone as LogprobsRefusalDoneEvent
from typed_openai.streaming.chat_events import RefusalDelta as RefusalDeltaEvent
from typed_openai.streaming.chat_events import RefusalDone as RefusalDoneEvent
from typed_openai.streaming.chat_events import ToolCallDelta as FunctionToolCallArgumentsDeltaEvent
from typed_openai.streaming.chat_events import ToolCallDone as FunctionToolCallArgumentsDoneEvent
from typed_openai.structured.chat import ParsedChatCompletion, value_of
from typed_openai.structured.output_format import OutputFormat, json_schema_for
from typed_openai.tools.call_values import keep_values

__all__ = [
    "AsyncChatCompletionStream",
    "AsyncChatCompletionStreamManager",
    "ChatCompletionStream",
    "ChatCompletionStreamEvent",
    "ChatCompletionStreamManager",
    "ChatCompletionStreamState",
    "ContentDeltaEvent",
    "ContentDoneEvent",
    "FunctionToolCallArgumentsDeltaEvent",
    "FunctionToolCallArgumentsDoneEvent",
    "LogprobsContentDeltaEvent",
    "LogprobsContentDoneEvent",
    "LogprobsRefusalDeltaEvent",
    "LogprobsRefusalDoneEvent",
    "ParsedChatCompletionMessageSnapshot",
    "ParsedChatCompletionSnapshot",
    "ParsedChoiceSnapshot",
    "RefusalDeltaEvent",
    "RefusalDoneEvent",
]
ChatCompletionStreamEvent = ChatEvent
ChatCompletionStreamManager, AsyncChatCompletionStreamManager = ChatCompletionStream, AsyncChatCompletionStream
ParsedChatCompletionSnapshot, ParsedChoiceSnapshot = ChatCompletion, Choice
ParsedChatCompletionMessageSnapshot = ChatCompletionMessage
T = TypeVar("T")


class ChatCompletionStreamState(Generic[T]):
    """What chunks add up to: `handle_chunk` gives the events of each, `get_final_completion` the whole.

    response_format: a type that the text of the answer is read as; the final completion then has `parsed`.
    input_tools: the tools that were on offer; the final completion then has `parsed_arguments` of their calls.
    """

    def __init__(
        self, *, response_format: type[T] | TypeAdapter[T] | None = None, input_tools: Iterable[object] | None = None
    ) -> None:
        self._reader = ChatCompletionReader()
        self._format: OutputFormat[T] | None = None if response_format is None else json_schema_for(response_format)
        self._reader.tools = self.input_tools = list(input_tools or ())
        """The tools that were on offer: they read the arguments of their calls (`parsed_arguments`)."""

    def handle_chunk(self, chunk: ChatCompletionChunk) -> list[ChatEvent]:
        """The events of the next chunk."""
        return list(self._reader.read(chunk))

    def finish(self) -> list[ChatEvent]:
        """The events that say that something is whole (`content.done`, `finish`), when no chunk will follow."""
        return list(self._reader.finish())

    @property
    def current_completion_snapshot(self) -> ChatCompletion:
        """The completion so far. Raises `StreamTruncatedError` before the first chunk."""
        found = self._reader.accumulator.snapshot()
        if found is None:
            raise StreamTruncatedError("no chunk has come yet: handle_chunk(chunk) comes first")
        return found

    def get_final_completion(self) -> Any:
        """The whole completion; with a `response_format` a `ParsedChatCompletion` of it.

        Raises `StreamTruncatedError` where the chunks do not say that the answer is whole, and what `parse` raises.
        """
        completion = self.current_completion_snapshot
        if not self._reader.accumulator.is_complete:
            raise StreamTruncatedError("the chunks end without a finish reason: the answer is not whole")
        keep_values(completion, self.input_tools)
        if self._format is None:
            return completion
        read = self._format.read
        values = [value_of("chat.completions.stream", choice, read) for choice in completion.choices]
        return ParsedChatCompletion(completion, values, completion.usage)
