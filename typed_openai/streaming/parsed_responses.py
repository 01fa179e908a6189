"""`responses.stream(text_format=T)`: the events of a response, and the value of a type among them (`outputs.py`).

What is asked for, and which error is raised where there is no value, is decided by the code of `parse`
(`structured_responses.py`). A background response that is taken up again (`response_id`) is read all the same: its
format was said when it was asked for. Taken up in the middle (`starting_after`) there is nothing partial to show, since
the beginning of the text is not known; the value comes at the end.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any, Generic, TypeAlias

from typed_openai.core.asking import keeping
from typed_openai.core.endpoint import TypedHelper
from typed_openai.errors import OutputError
from typed_openai.models.response_results import Response
from typed_openai.models.response_stream_events import ResponseStreamEvent
from typed_openai.output_format import OutputFormat, json_schema_for
from typed_openai.streaming.accumulator import Reader
from typed_openai.streaming.events import AsyncEventStream, EventStream
from typed_openai.streaming.outputs import OutputReader, ParsedOutput, PartialOutput, T
from typed_openai.streaming.responses import ResponseReader, is_end
from typed_openai.structured_responses import ParsedResponse, text_of, value_of

_OPERATION = "responses.stream"

ParsedResponseEvent: TypeAlias = ResponseStreamEvent | PartialOutput[T] | ParsedOutput[T]


class ResponseOutputReader(OutputReader[Any, ResponseStreamEvent, Response, T, ParsedResponse[T]]):
    """Reads the value out of a response."""

    def __init__(
        self, below: Reader[Any, ResponseStreamEvent, Response], form: OutputFormat[T], from_start: bool = True
    ) -> None:
        super().__init__(below, form)
        self._from_start = from_start
        self._latest: tuple[int, ...] = ()

    def choice_of(self, event: Any) -> int | None:
        return 0 if self._from_start else None

    def put_right(self, event: Any) -> str | None:
        named = (getattr(event, name, None) for name in ("output_index", "content_index", "sequence_number"))
        place = tuple(number if isinstance(number, int) else 0 for number in named)
        before, self._latest = self._latest, max(place, self._latest)
        response = self.accumulator.snapshot() if place < before else None
        return response.output_text if response is not None else None

    def ended(self, event: Any) -> Iterator[ParsedOutput[T]]:
        response = self.accumulator.snapshot() if is_end(event) else None
        if response is not None and response.output_text:
            try:
                value: Any = self._value(response)  # None only where null was said: there is a text
            except OutputError:
                return  # raised at the end
            yield ParsedOutput(value)

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


def _begin(kind: Any, given: object, params: dict[str, Any]) -> tuple[ResponseOutputReader[Any], dict[str, Any]]:
    form = json_schema_for(kind)
    if params.get("response_id") is None:
        text = params.get("text")
        params = {**params, "text": text_of(_OPERATION, form, getattr(given, "text", None) if text is None else text)}
    return ResponseOutputReader(ResponseReader(), form, not params.get("starting_after")), params


EVENTS = TypedHelper(ParsedResponseStream, AsyncParsedResponseStream, _begin)
