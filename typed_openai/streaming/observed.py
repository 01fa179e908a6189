"""A stream that somebody observes: it tells when events come, what no model knows of them (`report_unknown`), and what
it broke with. Others have none of this."""

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
    """A machine whose request is observed, or whose client reports what is unknown."""

    broke: APIError | None = None
    """What the stream ended with."""

    def feed(self, block: bytes) -> Iterable[C]:
        return self._told_of(super().feed(block))

    def end(self) -> Iterator[C]:
        return self._told_of(super().end())

    def _told_of(self, events: Iterable[C]) -> Iterator[C]:
        observed, unknown, request = self.request.observed, self.config.unknown, self.request
        for event in events:
            if unknown is not None:
                unknown.note(self.kind.event, event, request.operation, request.secrets)
            if observed is not None:
                observed.event()
            yield event

    def ends_with(self, error: _E) -> _E:
        self.broke = error
        return error
