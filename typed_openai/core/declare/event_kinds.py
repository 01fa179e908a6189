"""Kinds of typed event streams above an endpoint, as data: which classes, which reader, and what chooses among them.

An operation gives one kind of events (`EventKind`), another one where a parameter names a type of values
(`TypedEventKind`), and a third where the caller brings an object that wants to be called (`HandledEventKind`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from typed_openai.streaming.accumulator import Reader

HANDLER = "event_handler"
"""The parameter by which a call is given an object to be called for each event."""


@dataclass(eq=False, repr=False)
class EventKind:
    """A kind of typed event stream above an endpoint: its two classes and the reader that makes the events."""

    sync: type[Any] | Callable[..., Any]
    awaited: type[Any] | Callable[..., Any]
    reader: Callable[[], Reader[Any, Any, Any]]
    handled: str | None = None
    """Where the `HandledEventKind` of a call stands that is given an `event_handler`, by its full name."""


@dataclass(eq=False, repr=False)
class TypedEventKind:
    """The same for calls that ask for values of a type; its classes are generic in it."""

    sync: type[Any]
    awaited: type[Any]
    begin: Callable[[Any, object, dict[str, Any]], tuple[Reader[Any, Any, Any], dict[str, Any]]]
    """Given the type, the params object (None without) and the other parameters: the reader, and what to ask."""


@dataclass(eq=False, repr=False)
class HandledEventKind:
    """The same for calls that are given a handler: the managers of both colours, generic in the kind of handler."""

    sync: Any
    awaited: Any
    handlers: tuple[TypeVar, TypeVar]
    """What a handler is, in each colour: a type variable with a bound."""
    begin: Callable[[Any], EventKind]
    """Given the handler: what its events are read with."""
