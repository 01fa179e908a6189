"""Responses over a socket: many on one connection, in lanes (`stream_id`), and their course changed under way.

Rules
* The events of a response are those that `/responses` streams, with the lane beside; lanes take turns, event by event.
* In one lane, a response waits for the one before it. What is asked for without a lane has a lane of its own.
* `generate: false` makes a response ready and says nothing. `response.steer` is followed by one more response in the
  lane, which goes on from the one under way.

Weak spot: what is steered says what it was going to say to its end.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

from typed_openai.local.errors import ApiError
from typed_openai.local.exchange import Request
from typed_openai.local.kept import Item
from typed_openai.local.responses import RESPONSES, begun, told
from typed_openai.local.sockets.line import Line
from typed_openai.local.sockets.talk import Talk, Told, on
from typed_openai.local.state import State

_OWN = ("type", "stream_id", "generate", "background")
"""What an event has that a request has not."""


class _Lane:
    """What is asked for in one lane."""

    def __init__(self, name: str | None) -> None:
        self.name = name
        self.waiting: deque[Item] = deque()
        """What is still to be answered."""
        self.response: Item | None = None
        """The response under way."""
        self.number = 0
        """That of its next event."""
        self.steers: list[Item] = []
        """What was accepted and comes after it."""


class LanesTalk(Talk):
    """The responses of one connection."""

    events: ClassVar[str] = "typed_openai.models.responses.beta_socket_events.CLIENT_EVENTS"

    def __init__(self, state: State, request: Request, line: Line) -> None:
        super().__init__(state, request, line)
        self._lanes: dict[str | None, _Lane] = {}
        self._over: set[str] = set()
        """Ids of the responses that were told to their end."""

    @on("response.create")
    def create(self, event: Item) -> Iterable[Item]:
        """Answer, in the lane that is named."""
        name = event.get("stream_id")
        lane = self._lanes.get(name)
        if lane is None:
            lane = self._lanes[name] = _Lane(name)
            self.work.append(self._told(lane))
        lane.waiting.append(event)
        return ()

    def _told(self, lane: _Lane) -> Told:
        while lane.waiting:
            event = lane.waiting.popleft()
            try:
                yield from self._answered(lane, event)
            except ApiError as refusal:
                yield from self.refused(refusal, event)
        del self._lanes[lane.name]

    def _answered(self, lane: _Lane, event: Item) -> Told:
        given = {name: value for name, value in event.items() if name not in _OWN and value is not None}
        events = told(given, self.state)
        if event.get("generate") is False:
            events = [events[0], events[-1]]
        for number, each in enumerate(events):
            data = dict(each)
            if event.get("generate") is False and "response" in data:
                data["response"] = {**begun(data["response"]), "status": data["response"]["status"]}
            if data["type"] == "response.created":
                lane.response = data["response"]
            if number + 1 == len(events):
                self._end(lane)
            lane.number = number + 1
            yield self._in(lane, {**data, "sequence_number": number})

    def _end(self, lane: _Lane) -> None:
        response, lane.response = lane.response, None
        if response is not None:
            self._over.add(response["id"])
        for steer in reversed(lane.steers):
            lane.waiting.appendleft(steer)
        lane.steers.clear()

    @staticmethod
    def _in(lane: _Lane, event: Item) -> Item:
        return event if lane.name is None else {**event, "stream_id": lane.name}

    def refused(self, refusal: ApiError, event: Mapping[str, Any]) -> Told:
        """The event `error` that tells of a refusal, as a socket has it."""
        lane = {} if event.get("stream_id") is None else {"stream_id": event["stream_id"]}
        yield {"type": "error", "status": refusal.status, **refusal.body(), **lane}

    def _under_way(self, identifier: str) -> _Lane | None:
        found = (lane for lane in self._lanes.values() if lane.response and lane.response["id"] == identifier)
        return next(found, None)

    def _too_late(self, kind: str, identifier: str, error: Item, /, **members: object) -> Item:
        """The event that tells that a response is over, or was never here."""
        is_over = identifier in self._over or RESPONSES.get(self.state, identifier) is not None
        code = "response_already_completed" if is_over else "response_not_found"
        told = {**error, "code": code, "message": f"The response {identifier!r} is not under way on this connection."}
        return {"type": kind, "sequence_number": 0, **members, "error": told}

    @on("response.steer")
    def steer(self, event: Item) -> Told:
        """Change the course of a response under way."""
        identifier = event["previous_response_id"]
        lane = self._under_way(identifier)
        if lane is None or lane.response is None:
            asked = {"previous_response_id": identifier, "input": event["input"]}
            yield self._too_late("response.steer.failed", identifier, {"type": "invalid_request_error"}, steer=asked)
            return
        steer = {"id": self.state.new_id("steer_"), "previous_response_id": identifier}
        asked = {"model": lane.response["model"], "input": event["input"], "previous_response_id": identifier}
        lane.steers.append({"type": "response.create", "stream_id": lane.name, **asked})
        yield self._in(lane, {"type": "response.steer.accepted", "sequence_number": lane.number, "steer": steer})

    @on("response.inject")
    def inject(self, event: Item) -> Told:
        """Put items into a response under way."""
        about = {"response_id": event["response_id"]}
        lane = self._under_way(event["response_id"])
        if lane is None:
            yield self._too_late("response.inject.failed", event["response_id"], {}, **about, input=event["input"])
            return
        yield self._in(lane, {"type": "response.inject.created", "sequence_number": lane.number, **about})
