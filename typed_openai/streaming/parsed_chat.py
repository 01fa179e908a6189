"""`chat.completions.stream(response_format=T)`: chat events, and values of a type among them (`outputs.py`).

What is asked for, which answer is a value and which error is raised instead, is decided by the code of `parse`
(`structured/chat.py`).
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING, Any, Generic, TypeAlias

from typed_openai.core.declare.event_kinds import TypedEventKind
from typed_openai.errors import OutputError
from typed_openai.models.chat.answers import ChatCompletionMessage
from typed_openai.models.chat.chunks import ChatCompletionChunk
from typed_openai.models.chat.completions import ChatCompletion
from typed_openai.streaming.chat import ChatCompletionReader, ChatEvent, ChatSoFar, ContentDelta, Finish
from typed_openai.streaming.events import AsyncEventStream, EventStream
from typed_openai.streaming.outputs import OutputReader, ParsedOutput, PartialOutput, T
from typed_openai.structured.asks import keeping
from typed_openai.structured.chat import ParsedChatCompletion, value_of
from typed_openai.structured.output_format import json_schema_for

if TYPE_CHECKING:
    from typed_openai.models.chat.completions import Choice

ParsedChatEvent: TypeAlias = ChatEvent | PartialOutput[T] | ParsedOutput[T]


class ChatOutputReader(OutputReader[ChatCompletionChunk, ChatEvent, ChatCompletion, T, ParsedChatCompletion[T]]):
    """Reads a value out of each choice."""

    def piece_of(self, event: ChatEvent) -> str:
        return event.delta if isinstance(event, ContentDelta) else ""

    def choice_of(self, event: ChatEvent) -> int | None:
        return event.index if isinstance(event, ContentDelta) else None

    def ended(self, event: ChatEvent) -> Iterator[ParsedOutput[T]]:
        completion = self.accumulator.snapshot() if isinstance(event, Finish) else None
        if not isinstance(event, Finish) or completion is None:
            return
        answers: list[Any] = completion.choices  # a server that deviates sends anything
        for choice in answers:
            message = getattr(choice, "message", None)
            if isinstance(message, ChatCompletionMessage) and choice.index == event.index and message.text:
                try:
                    value: Any = self._value(choice)  # None only where null was said: there is a text
                except OutputError:
                    return  # raised at the end, with the usage that is still to come
                yield ParsedOutput(value, choice.index)

    def final(self, whole: ChatCompletion) -> ParsedChatCompletion[T]:
        with keeping(whole, whole.usage):
            return ParsedChatCompletion(whole, [*map(self._value, whole.choices)], whole.usage)

    def _value(self, choice: Choice) -> T | None:
        return value_of("chat.completions.stream", choice, partial(self.value, choice.index))


class ParsedChatCompletionStream(ChatSoFar, EventStream[ParsedChatEvent[T], ChatCompletion], Generic[T]):
    """Typed chat events with values of a type; `snapshot` is the completion so far, `text()` the words alone."""

    _reader: ChatOutputReader[T]

    def get_final_completion(self) -> ParsedChatCompletion[T]:
        """Read to the end and return the completion with its values.

        Raises `OutputError` where there is no value (as `parse` does), and `StreamError` when the stream is not whole.
        """
        self._final()
        return self._reader.result()


class AsyncParsedChatCompletionStream(ChatSoFar, AsyncEventStream[ParsedChatEvent[T], ChatCompletion], Generic[T]):
    """Typed chat events with values of a type; `snapshot` is the completion so far, `text()` the words alone."""

    _reader: ChatOutputReader[T]

    async def get_final_completion(self) -> ParsedChatCompletion[T]:
        """Read to the end and return the completion with its values.

        Raises `OutputError` where there is no value (as `parse` does), and `StreamError` when the stream is not whole.
        """
        await self._final()
        return self._reader.result()


def _begin(kind: Any, given: object, params: dict[str, Any]) -> tuple[ChatOutputReader[Any], dict[str, Any]]:
    form = json_schema_for(kind)
    return ChatOutputReader(ChatCompletionReader(), form), {**params, "response_format": form.response_format}


EVENTS = TypedEventKind(ParsedChatCompletionStream, AsyncParsedChatCompletionStream, _begin)
