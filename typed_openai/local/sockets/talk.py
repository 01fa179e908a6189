"""What a socket of the API does with events: checks them, answers them, goes on with what is under way.

    class Echo(Talk):
        events = "typed_openai.models.realtime.client_events.CLIENT_EVENTS"

        @on("session.update")
        def update(self, event: Item) -> Told:
            yield self.event("session.updated", session=event["session"])

Rules
* An event is checked by the params model that the client checks it with; what is wrong with it is told as an event
  `error`, and the connection goes on.
* What takes its time (an answer in pieces) is `work`: a generator of events, of which one is told at a time; between
  two of them, what came in is heard. Several take turns.
"""

from __future__ import annotations

import contextlib
from collections import deque
from collections.abc import Callable, Generator, Iterable, Mapping
from typing import Any, ClassVar, TypeAlias, TypeVar

from typed_openai.core.lazy_names import named
from typed_openai.local.declared import valid
from typed_openai.local.errors import ApiError, missing, wrong_type
from typed_openai.local.exchange import Request
from typed_openai.local.json_text import parse_json
from typed_openai.local.kept import Item
from typed_openai.local.sockets.line import Gone, Line
from typed_openai.local.state import State

Told: TypeAlias = Generator[Item, None, None]
"""Events for the client."""
Handler: TypeAlias = Callable[[Any, Item], Iterable[Item]]
H = TypeVar("H", bound=Handler)


def on(*kinds: str) -> Callable[[H], H]:
    """Marks the method that answers these kinds of events."""

    def mark(method: H) -> H:
        method.answers = kinds  # type: ignore[attr-defined]  # which `Talk` looks for
        return method

    return mark


class Talk:
    """One side of one connection: the server's."""

    events: ClassVar[str]
    """The full name of the table of client events."""
    handlers: ClassVar[Mapping[str, Handler]] = {}

    def __init__(self, state: State, request: Request, line: Line) -> None:
        self.state = state
        self.request = request
        self.line = line
        self.over = False
        """Whether the last event was told."""
        self.work: deque[Told] = deque()
        self.opening: contextlib.AbstractContextManager[object] = contextlib.nullcontext()
        """Held from before the other side knows that it is connected until all of `opened` was told."""

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        marked = [method for method in vars(cls).values() if hasattr(method, "answers")]
        own = {kind: method for method in marked for kind in method.answers}
        cls.handlers = {**cls.handlers, **own}

    def event(self, kind: str, **members: Any) -> Item:
        """An event with an id."""
        return {"type": kind, "event_id": self.state.new_id("event_"), **members}

    def opened(self) -> Iterable[Item]:
        """What is told before anything was asked."""
        return ()

    def heard(self, message: bytes) -> Told:
        """What is told at once in answer to a message."""
        event: Item = {}
        try:
            event = self._read(message)
            checked = self._checked(event)
            yield from self.handlers[event["type"]](self, checked)
        except ApiError as refusal:
            yield from self.refused(refusal, event)

    def refused(self, refusal: ApiError, event: Mapping[str, Any]) -> Told:
        """The event `error` that tells of a refusal."""
        error = {**refusal.body()["error"], "event_id": event.get("event_id")}  # type: ignore[dict-item]  # an object
        yield self.event("error", error=error)

    def gone(self) -> None:
        """The connection is over, whoever ended it."""

    def next(self) -> Told:
        """The next event of what is under way, if there is one."""
        work = self.work.popleft()
        for event in work:
            self.work.append(work)
            yield event
            return

    def _read(self, message: bytes) -> Item:
        try:
            event = parse_json(message)
        except ApiError as fault:
            raise ApiError(400, f"A message must be an event in JSON: {fault.message}", code="invalid_json") from fault
        if not isinstance(event, dict):
            raise wrong_type("event", "an object", event)
        return event

    def _checked(self, event: Item) -> Item:
        kind = event.get("type")
        if kind is None:
            raise missing("type")
        model = named(self.events).get(kind) if isinstance(kind, str) else None
        if model is None or kind not in self.handlers:
            known = ", ".join(sorted(self.handlers))
            raise ApiError(
                400, f"There is no event {kind!r} here; there are: {known}.", param="type", code="invalid_value"
            )
        return valid(model, event)


def converse(
    line: Line,
    talk: Talk,
    request: Request,
    headers: Mapping[str, str],
    pause: float,
    record: Callable[[bytes], None],
) -> None:
    """Shake hands with these headers, and talk until one side has had enough; `pause`: seconds between the events of
    what is under way."""
    with contextlib.closing(line), contextlib.suppress(Gone):
        with talk.opening:
            if not line.open(request, headers):
                return
            for event in talk.opened():
                line.send(event)
        while not talk.over:
            message = line.receive(pause if talk.work else None)
            if message is not None:
                record(message)
            with contextlib.closing(talk.heard(message) if message is not None else talk.next()) as told:
                for event in told:
                    line.send(event)
        line.say_and_hear_goodbye()
    talk.gone()
