"""Response streams: what the events add up to, and the stream of typed events with a running snapshot.

    with client.responses.stream(model="gpt-5", input="Hello") as stream:
        for event in stream:
            if event.type == "response.output_text.delta":
                print(event.delta, end="")
    response = stream.get_final_response()

Rules
* The events are those of the service, each read by the model of its own name and given out once.
* Everything is keyed: items by id and index, their parts by index. Items whose beginning was never told, missing and
  repeated indexes, and pieces in another order than their numbers say add up right; a repeated event counts once.
* What is whole replaces what was pieced together: a text, an item, and in the end the response of the last event. Where
  that contradicts what came before (another id, another text, no response at all) an issue of the response says so.
* A stream is complete with `response.completed`, `response.failed` or `response.incomplete`; `[DONE]` is not needed.
* The stream of a background response whose connection breaks goes on by itself (`resuming.py`) behind the last number
  up to which all events came; those that come again are dropped.

Weak spots
* A server that numbers all its events alike cannot repeat one without its being counted twice.
* A stream in which an event has no number, or two different ones have the same, cannot go on after a break.
* Sound (`response.audio.delta`) and unfinished pictures are in the events only: a response has no place for them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any, ClassVar

from typed_openai.core.answer.meta import Issue
from typed_openai.core.answer.tally import bounded
from typed_openai.core.declare.event_kinds import EventKind
from typed_openai.core.request.faults import shown
from typed_openai.models.base import Asked, Result, attach
from typed_openai.models.dialects import written
from typed_openai.models.responses.events import ResponseErrorEvent, ResponseTextDeltaEvent
from typed_openai.models.responses.results import Response
from typed_openai.models.responses.stream_events import BY_NAME, ResponseStreamEvent
from typed_openai.streaming.accumulator import Accumulator, Reader, name_as_type
from typed_openai.streaming.events import AsyncEventStream, EventStream
from typed_openai.streaming.joining import built
from typed_openai.streaming.replaced import says, unsaid
from typed_openai.streaming.response_items import Items, beside, plain

LAST = frozenset(("response.completed", "response.failed", "response.incomplete"))

_QUIET = frozenset(("response.created", "response.queued", "response.in_progress"))


def is_end(event: Any) -> bool:
    """Whether nothing follows an event, whatever it says."""
    kind = getattr(event, "type", None)
    return isinstance(kind, str) and kind in LAST


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
        self._is_over = False
        self._snapshot: Response | None = None
        self._seen: dict[int, tuple[Any, ...]] | None = {}
        self._odd: list[Issue] = []
        self.repeated = False
        """Whether the latest event had come before and counted then."""

    @classmethod
    def is_last(cls, event: Any) -> bool:
        response = getattr(event, "response", None)
        return is_end(event) and isinstance(response, Response) and response.is_answer()

    @classmethod
    def is_quiet(cls, event: Any, asked: Asked) -> bool:
        """Whether only the state was said. What lives on at the service is not begun twice."""
        lives_on = asked("background") is True or asked("conversation") is not None
        return getattr(event, "type", None) in _QUIET and not lives_on

    def add(self, event: Any) -> None:
        self.repeated = self._is_repeated(event)
        if self.repeated:
            return
        response = getattr(event, "response", None)
        if isinstance(response, Response):
            self._check_id(response.id)
        if is_end(event):
            self._check_end(event.type.removeprefix("response."), response)
            self._final = response if isinstance(response, Response) else None
            self._is_over = True
            said = {} if self._final is None else self._final.model_dump()
            self._say({**said, "status": said.get("status") or event.type.removeprefix("response.")})
        elif isinstance(response, Response):
            if not self._is_over:
                said, extra = response.model_dump(), beside(event)
                for issue in unsaid(extra, said, ""):
                    self._note(issue)
                self._say({**extra, **said})
        elif not self._is_over and (said := {"others": plain(response)} if says(response) else _about_all(event)):
            self._say({**said, **beside(event)})
        elif self._final is None or not self._final.output:
            self._snapshot = None
            self._items.add(event)

    def _check_id(self, identifier: object) -> None:
        known = (self._head or {}).get("id")
        if identifier is not None and known is not None and identifier != known:
            self._note(Issue("/id", f"{known!r}, which the stream is about", repr(identifier)))

    def _check_end(self, status: str, response: object) -> None:
        """Whether the last event says what those before it said."""
        if not isinstance(response, Response) or not response.is_answer():
            self._note(Issue("", "the whole response in the last event", "nothing"))
            return
        if response.status not in (None, status):
            self._note(Issue("/status", repr(status), repr(response.status)))
        came = built(Response, {"id": "", "output": self._items.shown()})
        for before, now in zip(_texts(came), _texts(response), strict=True) if response.output else ():
            if before not in now:
                self._note(Issue("/output", f"what was streamed, {shown(before)}", shown(now)))

    def _note(self, issue: Issue) -> None:
        if issue not in self._odd:
            self._odd.append(issue)
            self._snapshot = None

    def _say(self, said: dict[str, Any]) -> None:
        """What is said of the response itself. Null says nothing of what is known: gateways fill in what they lack."""
        known = {name: value for name, value in (self._head or {}).items() if said.get(name) is None}
        self._head, self._snapshot = {**said, **known}, None

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
            final, output = self._final, (self._head or {}).get("output")
            if final is not None and final.status is not None and (final.output or not self._items):
                self._snapshot = final
            else:
                head = {"object": "response", "status": "in_progress", **(self._head or {})}
                known = self._items.shown()
                head["output"] = _besides(output, known) or ([] if head.get("id") is not None else None)
                self._snapshot = built(Response, head)
            odd = [issue for issue in (*self._odd, *self._items.issues()) if issue not in self._snapshot.issues]
            if odd:
                attach(self._snapshot, self._snapshot.meta, bounded((*self._snapshot.issues, *odd)))
        return self._snapshot

    @property
    def is_complete(self) -> bool:
        return self._is_over

    @property
    def numbers(self) -> Collection[int] | None:
        """The numbers of the events so far; None where numbers say nothing."""
        return self._seen

    @property
    def background_id(self) -> str | None:
        """The id of the response when the service said that it makes it in the background."""
        head = self._head or {}
        identifier = head.get("id")
        return identifier if isinstance(identifier, str) and head.get("background") is True else None


def _about_all(event: Any) -> dict[str, Any]:
    """What stands beside an empty response, in an event that is about the response and not about an item of it."""
    return beside(event) if "response" in type(event).model_fields else {}


def _besides(output: Any, items: list[Any]) -> Any:
    """The items that came one by one, before them those that only a response so far had."""
    if not items or not says(output):
        return items or output
    ids = {item.get("id") for item in items if isinstance(item, dict)} - {None}
    kinds = {item.get("type") for item in items if isinstance(item, dict)}
    told = output if isinstance(output, list) else [output]
    known = [
        isinstance(item, dict) and (item.get("id") in ids if ids and item.get("id") else item.get("type") in kinds)
        for item in told
    ]
    return [*(item for item, is_known in zip(told, known, strict=True) if not is_known), *items]


def _texts(response: Response) -> tuple[str, str]:
    """What a response says, and what it calls functions with."""
    return response.output_text, "".join(str(call.arguments or "") for call in response.function_calls)


class ResponseReader(Reader[Any, ResponseStreamEvent, Response]):
    """Yields the events of the server as they are, and keeps the running snapshot."""

    def __init__(self) -> None:
        self.accumulator: ResponseAccumulator = ResponseAccumulator()
        self._asked: str | None = None
        self._first = 0
        self._is_numbered = True
        self._last: Any = None
        """What a whole response in place of the rest of the stream stands for."""

    def asked(self, params: Mapping[str, object]) -> None:
        identifier, after = params.get("response_id"), params.get("starting_after")
        self._asked = identifier if isinstance(identifier, str) else None
        self._first = after + 1 if isinstance(after, int) else 0

    def read(self, event: Any) -> Iterator[ResponseStreamEvent]:
        number, numbers = getattr(event, "sequence_number", None), self.accumulator.numbers
        if not isinstance(number, int):
            self._is_numbered = False
        elif self.resumed and numbers is not None and number in numbers:
            return
        elif event.type == "response.created":
            self._first = number
        self.progress += 1
        self.accumulator.add(event)
        if not self.accumulator.repeated:
            yield event

    def place(self) -> dict[str, object] | None:
        identifier, numbers = self._asked or self.accumulator.background_id, self.accumulator.numbers
        if identifier is None or numbers is None or not self._is_numbered:
            return None
        following = self._first
        while following in numbers:
            following += 1
        return {"response_id": identifier, **({"starting_after": following - 1} if following > 0 else {})}

    def take(self, whole: object) -> bool:
        kind = f"response.{whole.get('status')}" if isinstance(whole, dict) and "output" in whole else ""
        if kind not in LAST:
            return False
        number = max(self.accumulator.numbers or (), default=-1) + 1
        self._last = built(BY_NAME[kind], {"type": kind, "sequence_number": number, "response": whole})
        self.accumulator.add(self._last)
        return True

    def finish(self) -> Iterator[ResponseStreamEvent]:
        return iter(() if self._last is None else (self._last,))

    def text(self, event: Result) -> str:
        return written(event.delta) if isinstance(event, ResponseTextDeltaEvent) else ""


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


EVENTS = EventKind(ResponseStream, AsyncResponseStream, ResponseReader)
