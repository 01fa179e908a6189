"""What a stream adds up to: the contract between a kind of stream and everything that reads one.

A kind of stream is an `Accumulator` class: it names the model of its events and adds events up to a result. It is
public and works on stored events too:

    accumulator = ChatCompletionAccumulator()
    for chunk in chunks:
        accumulator.add(chunk)
    completion = accumulator.snapshot()

Rules: never raises for odd events, whatever their order; `snapshot()` may be asked at any time and is cheap when
nothing was added since. A `Reader` goes one level up and turns each raw event into the events that applications want.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any, ClassVar, Generic, TypeVar

from pydantic_core import from_json, to_json

from typed_openai.models.base import Asked, Result

C = TypeVar("C", bound=Result)
E = TypeVar("E")
R = TypeVar("R")


class Accumulator(ABC, Generic[C, R]):
    """Adds the events of one stream up to one result."""

    event: ClassVar[Any]
    """The model of one event of the stream, or a union of models: a `TypeAliasType` of `A | B | Unknown`, `Tagged`."""

    wrap: ClassVar[staticmethod[[str, bytes], bytes] | None] = None
    """For events that are told apart by their name: given the name (`""` when the server sent none) and the data of an
    event, the JSON text that `event` reads. Must not raise; what is not JSON is given back as it is."""

    by_name: ClassVar[Mapping[str, type[Result]]] = MappingProxyType({})
    """The models of named events: what has one of these names is read by its own model and not by all of `event`."""

    failure: ClassVar[type[Result] | None] = None
    """The member of `event` by which a server reports an error; it is raised and never given out."""

    ends_alone: ClassVar[bool] = False
    """Whether the API has no event for the end: `[DONE]` and a body that ends cleanly are one then, even where nothing
    in the events says so (small servers send no finish reason)."""

    names_events: ClassVar[bool] = True
    """Whether the API gives its events names (`event: ...`)."""

    reads: ClassVar[Any] = None
    """A `TypeAdapter` by which each event is given as a value of another type; None where events are what is given."""

    closing: ClassVar[bytes] = b""
    """What the API sends after the last event."""

    @classmethod
    def is_last(cls, event: Any) -> bool:
        """Whether an event says by itself that the stream is whole, so that nothing need be added up to know it."""
        return False

    @classmethod
    def finishes(cls, event: Any) -> bool:
        """Whether an event says so where one answer was asked for, and no more."""
        return False

    @classmethod
    def is_quiet(cls, event: Any, asked: Asked) -> bool:
        """Whether an event says nothing yet, so that the request may be sent again after it; `asked` as in
        `Result.check_asked`."""
        return False

    @abstractmethod
    def add(self, event: C) -> None:
        """Take one event into account."""

    @abstractmethod
    def snapshot(self) -> R | None:
        """The result as far as it is known; None before the first event."""

    @property
    @abstractmethod
    def is_complete(self) -> bool:
        """Whether the events themselves say that nothing is missing (a finish reason, a terminal event)."""


def name_as_type(name: str, data: bytes) -> bytes:
    """A `wrap` for events whose data says what they are in `type`: the name stands in where a server left that out."""
    if not name or name.encode() in data:
        return data
    try:
        value = from_json(data)
    except ValueError:
        return data
    return to_json({**value, "type": name}) if isinstance(value, dict) and value.get("type") is None else data


class Reader(ABC, Generic[C, E, R]):
    """Turns the raw events of one stream into typed events, and keeps the running result."""

    accumulator: Accumulator[Any, R]
    progress = 0
    """How many events were new; counted where a stream can go on after a break."""
    tools: object = None
    """The tools that the call has on offer, as they were given: they read the arguments of its calls."""
    resumed = False
    """Whether a stream that broke was opened again: what was read before may come once more."""

    @property
    def innermost(self) -> Reader[C, Any, R]:
        """The reader that sees the server's own events: this one, unless it stands above another."""
        return self

    def asked(self, params: Mapping[str, object]) -> None:
        """Told what the call asked for, before the first event."""
        return

    def place(self) -> dict[str, object] | None:
        """Where a stream that breaks now goes on (parameters of the operation that gives it); None when it cannot."""
        return None

    def take(self, whole: object) -> bool:
        """Whether this is the whole result, which a server gave in place of the rest of its stream; it counts then."""
        return False

    def begin_anew(self) -> None:
        """The request was sent again, before the first answer had said anything: what was read does not count."""
        self.accumulator = type(self.accumulator)()

    @abstractmethod
    def read(self, event: C) -> Iterable[E]:
        """The typed events that one raw event stands for; none, one or several."""

    @abstractmethod
    def finish(self) -> Iterable[E]:
        """The typed events that only the end of the stream reveals."""

    @abstractmethod
    def text(self, event: E) -> str:
        """The piece of answer text in an event, `""` where it has none."""
