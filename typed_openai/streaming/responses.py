"""Response streams: what the events add up to, and the stream of typed events with a running snapshot.

    with client.responses.stream(model="gpt-5", input="Hello") as stream:
        for event in stream:
            if event.type == "response.output_text.delta":
                print(event.delta, end="")
    response = stream.get_final_response()

Rules
* The events are those of the service, each read by the model of its own name; there are none besides.
* Everything is keyed: items by id and index, their parts by index. Items whose beginning was never told, missing and
  repeated indexes, and pieces in another order than their numbers say add up right; a repeated event counts once.
* What is whole replaces what was pieced together: a text, an item, and in the end the response of the last event.
* A stream is complete with `response.completed`, `response.failed` or `response.incomplete`; `[DONE]` is not needed.

Weak spots
* A server that numbers all its events alike cannot repeat one without its being counted twice.
* Sound (`response.audio.delta`) and unfinished pictures are in the events only: a response has no place for them.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar

from typed_openai.core.endpoint import Helper
from typed_openai.models.base import Result
from typed_openai.models.response_events import ResponseErrorEvent, ResponseTextDeltaEvent
from typed_openai.models.response_results import Response
from typed_openai.models.response_stream_events import BY_NAME, ResponseStreamEvent
from typed_openai.streaming.accumulator import Accumulator, Reader, name_as_type
from typed_openai.streaming.joining import built
from typed_openai.streaming.response_items import Items
from typed_openai.streaming.stream import AsyncEventStream, EventStream

LAST = frozenset(("response.completed", "response.failed", "response.incomplete"))


class ResponseAccumulator(Accumulator[Any, Response]):
    """Adds the events of a response stream up to one `Response`."""

    event = ResponseStreamEvent
    by_name: ClassVar[Any] = BY_NAME
    failure = ResponseErrorEvent
    wrap: ClassVar[Any] = staticmethod(name_as_type)

    def __init__(self) -> None:
        self._head: dict[str, Any] | None = None
        self._items = Items()
        self._final: Response | None = None
        self._snapshot: Response | None = None
        self._seen: dict[int, tuple[Any, ...]] | None = {}

    @classmethod
    def is_last(cls, event: Any) -> bool:
        return getattr(event, "type", None) in LAST

    def add(self, event: Any) -> None:
        if self._is_repeated(event):
            return
        response = getattr(event, "response", None)
        if not isinstance(response, Response):
            if self._final is None:
                self._snapshot = None
                self._items.add(event)
        elif event.type in LAST or self._final is None:
            self._snapshot = None
            self._head = response.model_dump()
            if event.type in LAST:
                self._final = response

    def _is_repeated(self, event: Any) -> bool:
        """Whether this very event came before. Numbers that differ from what they number say nothing at all."""
        number = getattr(event, "sequence_number", None)
        if self._seen is None or not isinstance(number, int):
            return False
        content = (event.type, getattr(event, "delta", None), getattr(event, "output_index", None))
        known = self._seen.setdefault(number, content)
        if known is content:
            return False
        if known == content:
            return True
        self._seen = None
        self._items.numbered = False
        return False

    def snapshot(self) -> Response | None:
        if self._head is None and not self._items:
            return None
        if self._snapshot is None:
            output: Any = self._head.get("output") if self._head is not None else None
            if self._final is not None and (output or not self._items):
                self._snapshot = self._final
            else:
                head = {"object": "response", "status": "in_progress", **(self._head or {})}
                self._snapshot = built(Response, {**head, "output": self._items.shown() or output or []})
        return self._snapshot

    @property
    def is_complete(self) -> bool:
        return self._final is not None


class ResponseReader(Reader[Any, ResponseStreamEvent, Response]):
    """Yields the events of the server as they are, and keeps the running snapshot."""

    def __init__(self) -> None:
        self.accumulator: ResponseAccumulator = ResponseAccumulator()

    def read(self, event: Any) -> Iterator[ResponseStreamEvent]:
        self.accumulator.add(event)
        yield event

    def finish(self) -> Iterator[ResponseStreamEvent]:
        return iter(())

    def text(self, event: Result) -> str:
        return event.delta if isinstance(event, ResponseTextDeltaEvent) and isinstance(event.delta, str) else ""


class ResponseStream(EventStream[ResponseStreamEvent, Response]):
    """The events of a response; `snapshot` is the response so far, `text()` gives the words alone."""

    def get_final_response(self) -> Response:
        """Read to the end and return the response, which may have failed or be incomplete: its `status` says so.

        Raises `StreamError` when the stream itself is not whole.
        """
        return self._final()


class AsyncResponseStream(AsyncEventStream[ResponseStreamEvent, Response]):
    """The events of a response; `snapshot` is the response so far, `text()` gives the words alone."""

    async def get_final_response(self) -> Response:
        """Read to the end and return the response, which may have failed or be incomplete: its `status` says so.

        Raises `StreamError` when the stream itself is not whole.
        """
        return await self._final()


EVENTS = Helper(ResponseStream, AsyncResponseStream, ResponseReader)
