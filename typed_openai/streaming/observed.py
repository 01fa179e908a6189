"""A stream that somebody observes: it tells when events come, and what it broke with. Others have none of this."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TypeVar

from typed_openai.errors import APIError, StreamError
from typed_openai.models.base import Result
from typed_openai.streaming.machine import StreamMachine

C = TypeVar("C", bound=Result)
_E = TypeVar("_E", bound=APIError)
_F = TypeVar("_F", bound=StreamError)


class ObservedMachine(StreamMachine[C]):
    """A machine whose request is observed."""

    broke: APIError | None = None
    """What the stream ended with."""

    def feed(self, block: bytes) -> Iterable[C]:
        return self._told_of(super().feed(block))

    def end(self) -> Iterator[C]:
        return self._told_of(super().end())

    def _told_of(self, events: Iterable[C]) -> Iterator[C]:
        observed = self.request.observed
        for event in events:
            if observed is not None:
                observed.event()
            yield event

    def ends_with(self, error: _E) -> _E:
        self.broke = error
        return error
