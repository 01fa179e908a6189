"""What a socket of the API is, as data: which events go out, which come in, and what they mean for the engine.

    REALTIME = SocketProtocol(
        name="Realtime",
        title="realtime.connect",
        client_events="typed_openai.models.realtime.client_events.CLIENT_EVENTS",
        server_event="typed_openai.models.realtime.server_events.RealtimeServerEvent",
        begins=frozenset({"response.created"}),
        ends=frozenset({"response.done"}),
    )

What the engine asks of models
* `client_events`: a `dict[str, type[Params]]`, the params model of each client event by its `type`. It is what `send`
  checks, and what the send helpers are made of: `"conversation.item.create"` is
  `connection.conversation.item.create(...)`, with the fields other than `type` as keyword arguments.
* `server_event`: a `TypeAliasType` of `Annotated[A | B | ... | Unknown..., Tagged("type")]`, as `ResponseStreamEvent`
  (`models/responses/stream_events.py`) is. The event `error` is among them. Handlers are typed by it: `on("x", f)`
  gives `f` the member whose `type` is `"x"`.

Rules: pure data; both tables are loaded when they are asked for (full names), since nobody else needs the models.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Protocol, get_args

from typed_openai.core.lazy_names import named
from typed_openai.models.base import Params, Result, literal_values
from typed_openai.models.readers import reader_of


class Adder(Protocol):
    """Adds events up."""

    def add(self, event: Any) -> None:
        """Take an event into account."""

    def snapshot(self) -> Any:
        """What all of them come to, None for nothing."""


@dataclass(frozen=True)
class SocketProtocol:
    """One kind of socket."""

    name: str
    """What its classes are called: `Realtime` for `RealtimeConnection` and `AsyncRealtimeConnection`."""
    title: str
    """How messages name it: `realtime.connect`."""
    client_events: str
    """The full name of the table of client events."""
    server_event: str
    """The full name of the union of server events."""
    begins: frozenset[str] = frozenset()
    """Server events after which an answer is under way: the idle clock runs, and what comes is kept for `.partial`."""
    ends: frozenset[str] = frozenset()
    """Server events with which an answer is whole."""
    asks: frozenset[str] = frozenset()
    """Client events that ask for an answer: the idle clock runs from then on."""
    restores: str | None = None
    """The client event that is sent again after a reconnect where the program wishes so (`session.update`)."""
    last: str | None = None
    """The server event after which nothing follows (`session.closed`)."""
    lanes: bool = False
    """Whether answers are told apart by `stream_id`."""
    hears: str | None = None
    """The client event that carries a piece of sound (`input_audio_buffer.append`)."""
    sums: str = "typed_openai.sockets.heard.Heard"
    """The full name of what adds events up: `add(event)`, `snapshot()`."""

    @cached_property
    def events(self) -> Mapping[str, type[Params]]:
        """The params model of each client event, by its `type`."""
        found: Mapping[str, type[Params]] = named(self.client_events)
        return found

    @cached_property
    def union(self) -> Any:
        """The union of server events."""
        return named(self.server_event)

    @cached_property
    def reader(self) -> Any:
        """What reads a message as an event: `validate_json`."""
        return reader_of(self.union)

    @cached_property
    def adder(self) -> type[Adder]:
        """What adds events up to what arrived."""
        found: type[Adder] = named(self.sums)
        return found

    @cached_property
    def by_type(self) -> dict[str, type[Result]]:
        """The model of each server event by its `type`."""
        return {
            str(tag): model
            for model in get_args(get_args(self.union.__value__)[0])
            for tag in literal_values(model.model_fields["type"].annotation)
        }
