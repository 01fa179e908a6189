"""Events of a stream, given as values of a type that somebody named (`Accumulator.reads`, `streaming/undeclared.py`).

All else about the stream is as ever: it wraps the machine, and what does not fit is an error of it, with what came.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from pydantic import ValidationError

from typed_openai.core.answer.reading import misfits
from typed_openai.core.answer.response import hidden
from typed_openai.errors import StreamDecodeError
from typed_openai.models.base import Result


class Cast:
    """A machine of a stream, whose events are given as values of another type."""

    def __init__(self, machine: Any) -> None:
        self._machine = machine

    def __getattr__(self, name: str) -> Any:
        return getattr(self._machine, name)

    def feed(self, block: bytes) -> Iterator[Any]:
        """The values that are complete with this block."""
        return self._values(self._machine.feed(block))

    def end(self) -> Iterator[Any]:
        """Those that only the end completes."""
        return self._values(self._machine.end())

    def may_renew(self, error: Exception) -> bool:
        """Whether the request is sent again: never, what its first events say nobody knows."""
        return False

    def _values(self, events: Iterable[Result]) -> Iterator[Any]:
        adapter, request = self._machine.kind.reads, self._machine.request
        for event in events:
            data = event.model_dump()
            try:
                value = adapter.validate_python(data)
            except ValidationError as error:
                why = hidden(misfits(error), request.secrets)
                raise self._machine._failure(
                    StreamDecodeError, f"an event does not fit the type that was asked for: {why}", data
                ) from None
            if request.unknown is not None:
                request.unknown.note_read(value, data, request.operation, request.secrets)
            yield value
