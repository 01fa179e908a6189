"""Streams of what nobody declared: `client.post(path, body=..., stream=True, cast_to=Item)`.

An event that belongs to a kind of stream of this package (`ChatCompletionChunk`) is read as there, and the stream has
to end as there. Of any other stream nothing is known but its events: JSON objects; `[DONE]` and a body that ends
in the proper way are its end, and what came so far (`error.partial`) is the list of them.

Weak spot: an event that is no JSON object (a text, a list) is refused, whatever type was asked for.
"""

from __future__ import annotations

from typing import Any, ClassVar

from typed_openai.core.answer.reading import adapter_of
from typed_openai.core.lazy_names import named
from typed_openai.core.once_each import OfType
from typed_openai.models.base import Result
from typed_openai.streaming.accumulator import Accumulator

_KINDS = (
    "typed_openai.streaming.chat.ChatCompletionAccumulator",
    "typed_openai.streaming.completions.CompletionAccumulator",
    "typed_openai.streaming.responses.ResponseAccumulator",
)


class Heap(Accumulator[Any, "list[Any]"]):
    """What adds up to nothing that anybody knows: the events themselves."""

    event: ClassVar[Any] = Result
    ends_alone: ClassVar[bool] = True
    names_events: ClassVar[bool] = False

    def __init__(self) -> None:
        self._events: list[Any] = []

    def add(self, event: Any) -> None:
        self._events.append(event)

    def snapshot(self) -> list[Any] | None:
        return self._events or None

    @property
    def is_complete(self) -> bool:
        return bool(self._events)


def _kind_of(item: Any) -> type[Accumulator[Any, Any]]:
    for place in _KINDS:
        known: type[Accumulator[Any, Any]] = named(place)
        if known.event is item:
            return known
    if isinstance(item, type) and issubclass(item, Result):
        return type("HeapOfModels", (Heap,), {"event": item})
    return type("HeapOfValues", (Heap,), {"reads": adapter_of(item)})


kind_of = OfType(_kind_of)
"""The kind of stream whose events are of this type."""
