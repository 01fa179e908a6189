"""`responses.stream(text_format=T)`: the events of a response, and the value of a type among them (`outputs.py`).

What is asked for, and which error is raised where there is no value, is decided by the code of `parse`
(`structured/responses.py`). A background response that is taken up again (`response_id`) is read all the same: its
format was said when it was asked for. Taken up in the middle (`starting_after`) there is nothing partial to show, since
the beginning of the text is not known; the value comes at the end.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from functools import partial
from typing import Any, Generic, TypeAlias

from typed_openai.core.declare.event_kinds import TypedEventKind
from typed_openai.errors import OutputError
from typed_openai.models.responses.items import ResponseOutputMessage
from typed_openai.models.responses.results import Response
from typed_openai.models.responses.stream_events import ResponseStreamEvent
from typed_openai.streaming.accumulator import Reader
from typed_openai.streaming.events import AsyncEventStream, EventStream
from typed_openai.streaming.outputs import OutputReader, ParsedOutput, PartialOutput, T
from typed_openai.streaming.responses import ResponseReader, is_end
from typed_openai.structured.asks import keeping
from typed_openai.structured.output_format import OutputFormat, json_schema_for
from typed_openai.structured.responses import ParsedResponse, text_of, value_of

_OPERATION = "responses.stream"

ParsedResponseEvent: TypeAlias = ResponseStreamEvent | PartialOutput[T] | ParsedOutput[T]


class ResponseOutputReader(OutputReader[Any, ResponseStreamEvent, Response, T, ParsedResponse[T]]):
    """Reads the value out of a response."""

    def __init__(
        self, below: Reader[Any, ResponseStreamEvent, Response], form: OutputFormat[T], from_start: bool = True
    ) -> None:
        super().__init__(below, form)
        self._from_start = from_start
        self._latest: dict[Hashable, int] = {}
        self._commentary: set[object] = set()
        """Ids and indexes of the messages that are no answer."""

    def choice_of(self, event: Any) -> int | None:
        is_answer = self._commentary.isdisjoint(_names(event.item_id, event.output_index))
        return 0 if self._from_start and is_answer else None

    def part_of(self, event: Any) -> Hashable:
        named = (getattr(event, name, None) for name in ("output_index", "content_index"))
        return tuple(number if isinstance(number, int) else 0 for number in named)

    def put_right(self, event: Any) -> str | None:
        part, number = self.part_of(event), getattr(event, "sequence_number", None)
        number = number if isinstance(number, int) else 0
        before, self._latest[part] = self._latest.get(part, number), max(number, self._latest.get(part, number))
        response = self.accumulator.snapshot() if number < before else None
        return None if response is None else _text_at(response, event)

    def ended(self, event: Any) -> Iterator[ParsedOutput[T]]:
        self._note(getattr(event, "item", None), getattr(event, "output_index", None))
        response = self.accumulator.snapshot() if is_end(event) else None
        if response is not None and response.answer_texts:
            try:
                value: Any = self._value(response)  # None only where null was said: there is a text
            except OutputError:
                return  # raised at the end
            yield ParsedOutput(value)

    def _note(self, item: object, index: object) -> None:
        """Remember of a message that was announced whether it is an answer."""
        if getattr(item, "phase", None) == "commentary":
            self._commentary.update(_names(getattr(item, "id", None), index))

    def final(self, whole: Response) -> ParsedResponse[T]:
        with keeping(whole, whole.usage):
            return ParsedResponse(whole, self._value(whole), whole.usage)

    def _value(self, response: Response) -> T | None:
        return value_of(_OPERATION, response, partial(self.value, 0))


class ParsedResponseStream(EventStream[ParsedResponseEvent[T], Response], Generic[T]):
    """The events of a response with a value of a type; `snapshot` is the response so far, `text()` the words alone."""

    _reader: ResponseOutputReader[T]

    def get_final_response(self) -> ParsedResponse[T]:
        """Read to the end and return the response with its value.

        Raises `OutputError` where there is no value (as `parse` does), and `StreamError` when the stream is not whole.
        """
        self._final()
        return self._reader.result()


class AsyncParsedResponseStream(AsyncEventStream[ParsedResponseEvent[T], Response], Generic[T]):
    """The events of a response with a value of a type; `snapshot` is the response so far, `text()` the words alone."""

    _reader: ResponseOutputReader[T]

    async def get_final_response(self) -> ParsedResponse[T]:
        """Read to the end and return the response with its value.

        Raises `OutputError` where there is no value (as `parse` does), and `StreamError` when the stream is not whole.
        """
        await self._final()
        return self._reader.result()


def _names(*given: object) -> Iterator[int | str]:
    """What tells a message from others, as far as the server says."""
    return (name for name in given if isinstance(name, int | str))


def _text_at(response: Response, event: Any) -> str:
    """The text that a piece belongs to, as far as it came."""
    for item in response.output or ():
        if getattr(item, "id", None) == event.item_id and isinstance(item, ResponseOutputMessage):
            index = event.content_index if isinstance(event.content_index, int) else 0
            parts = item.content or []
            return str(getattr(parts[index], "text", "")) if 0 <= index < len(parts) else ""
    return "".join(response.answer_texts)


def _begin(kind: Any, given: object, params: dict[str, Any]) -> tuple[ResponseOutputReader[Any], dict[str, Any]]:
    form = json_schema_for(kind)
    if params.get("response_id") is None:
        text = params.get("text")
        params = {**params, "text": text_of(_OPERATION, form, getattr(given, "text", None) if text is None else text)}
    return ResponseOutputReader(ResponseReader(), form, not params.get("starting_after")), params


EVENTS = TypedEventKind(ParsedResponseStream, AsyncParsedResponseStream, _begin)
