"""What `client.map` gives: the results as they come, and the issues of all that came so far.

Both are generators as before (`next`, `close`, a loop that may be left); everything that decides is in `bulk/map.py`.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Generator
from types import TracebackType
from typing import Any, Protocol, TypeVar

from typed_openai.bulk.map import MapResult
from typed_openai.core.answer.meta import Issue
from typed_openai.core.answer.records import AsksOnce, Records, Row
from typed_openai.core.answer.tally import Tally

T = TypeVar("T")


class Told(Protocol):
    """What knows the issues of the results."""

    @property
    def noted(self) -> Tally: ...


def _row(result: MapResult[Any]) -> Row:
    from typed_openai.bulk.tables import row_of_answer

    return {"index": result.index, "resumed": result.resumed, **row_of_answer(result.value, result.error)}


class MapResults(AsksOnce, Generator[MapResult[T], None, None]):
    """The results of a job, one for each item; iterate it, once. `issues` are those of the answers so far, `records()`
    are rows of all that are still to come."""

    def __init__(self, results: Generator[MapResult[T]], job: Told) -> None:
        self._results = results
        self._job = job

    @property
    def issues(self) -> tuple[Issue, ...]:
        """Where the answers so far differ from the API: one of each kind, counted, at most 100."""
        return self._job.noted.issues()

    def _records(self) -> Records:
        return Records(map(_row, self))

    def __next__(self) -> MapResult[T]:
        return next(self._results)

    def send(self, value: None, /) -> MapResult[T]:
        """As `next`."""
        return self._results.send(value)

    def throw(self, kind: Any, value: Any = None, traceback: TracebackType | None = None, /) -> MapResult[T]:
        """Raise something where the job waits."""
        return self._results.throw(kind if value is None else value)

    def close(self) -> None:
        """Begin nothing new, and break off what runs (where there is no checkpoint to keep what it brings)."""
        self._results.close()


class AsyncMapResults(AsyncGenerator[MapResult[T], None]):
    """The results of a job, one for each item; iterate it, once. `issues` are those of the answers so far, `records()`
    are rows of all that are still to come."""

    def __init__(self, results: AsyncGenerator[MapResult[T]], job: Told) -> None:
        self._results = results
        self._job = job

    @property
    def issues(self) -> tuple[Issue, ...]:
        """Where the answers so far differ from the API: one of each kind, counted, at most 100."""
        return self._job.noted.issues()

    async def records(self) -> Records:
        """All results that are still to come as flat rows, for a table, a file or a data frame."""
        return Records([_row(each) async for each in self])

    async def __anext__(self) -> MapResult[T]:
        return await anext(self._results)

    async def asend(self, value: None, /) -> MapResult[T]:
        """As `anext`."""
        return await self._results.asend(value)

    async def athrow(self, kind: Any, value: Any = None, traceback: TracebackType | None = None, /) -> MapResult[T]:
        """Raise something where the job waits."""
        return await self._results.athrow(kind if value is None else value)

    async def aclose(self) -> None:
        """Begin nothing new, and cancel what runs."""
        await self._results.aclose()
