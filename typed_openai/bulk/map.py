"""Many requests at once: `client.map(...)`, in threads or in tasks, in step with the server's limits, resumable.

    for item in client.map(questions, concurrency=8, checkpoint="answers.jsonl"):
        print(item.index, item.value.text if item.value else item.error)

Rules, the same in both colours (the engine is that of `core/run/crowd.py`)
* An item is a params object (what it asks follows from its class, as in batches) or a function without arguments.
* Items are drawn from the iterable only as places become free, and what is there is handed out in between; results are
  held back only to keep the order, and never more than four for each place.
* One `MapResult` comes for each item, with a value or the error: no failure ends the rest.
* What does end the job (an error of the iterable, a checkpoint that cannot be written) is raised after everything that
  was begun has been handed out. An error of `on_progress` is raised at once.
* Where the answers of the server leave 0 requests or tokens, nothing new is begun before the time it names, and never
  more run at once than it leaves requests; a 429 with a `Retry-After` holds all back, not only the one that got it.
  Pauses are obeyed up to `MAX_RETRY_AFTER` seconds.
* A checkpoint is a JSONL file: one line for each answer, written by whoever got it before anybody sees it. What was
  answered there is not sent again, wherever its item stands now; equal items need an answer each; failures are sent
  again. Each line is handed to the system at once, so a killed process loses nothing that it had; `fsync` follows with
  the first line after each second and at the end: a power failure may take what came since. A torn last line is cut
  off; any other line that is none of ours is an error, and the file is left as it is. One job at a time has the file.
* Leaving the loop begins nothing new, no further attempt either. Tasks are cancelled, and the calls that run in threads
  are broken off (`core/run/threads.py`), unless there is a checkpoint that can keep what they bring: they are waited
  for then. An interrupt (Ctrl-C) while the job waits breaks them off in any case.

Weak spots: of an answer from a checkpoint only the request id is left in `meta`. Functions set no pace before their
answer is back, cannot be kept in a checkpoint, and cannot be broken off but where they wait for an answer. Nobody can
tell an interrupt in the body of a sync loop from any other way to leave it. While a sync iterable makes its caller
wait, results wait too. An `async for` that is left early is cleaned up by its loop a moment later;
`contextlib.aclosing` does it at once.
"""

from __future__ import annotations

import asyncio
import threading
from collections import deque
from collections.abc import (
    AsyncIterable,
    AsyncIterator,
    Awaitable,
    Callable,
    Iterable,
    Iterator,
    Mapping,
    Sized,
)
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Generic, TypeAlias, TypedDict, TypeVar

from typed_openai.bulk.appended import AppendedFile
from typed_openai.bulk.checkpoints import Checkpoint
from typed_openai.bulk.endpoints import endpoint_of, operation_at
from typed_openai.bulk.pacing import Pace, Paced
from typed_openai.core.answer.tally import Tally
from typed_openai.core.request.faults import refuse_unknown
from typed_openai.core.run.crowd import Job as CrowdJob
from typed_openai.core.run.crowd import not_awaited
from typed_openai.core.run.drivers import StoppableDriver
from typed_openai.core.run.effects import EVERYWHERE
from typed_openai.core.run.threads import Kept, Stopped
from typed_openai.errors import APIStatusError, ConfigurationError, Fault, RequestValidationError
from typed_openai.models.base import Params, Result
from typed_openai.shown.hooks import Shown

if TYPE_CHECKING:
    import os

    from typed_openai.bulk.endpoints import BatchedOperation
    from typed_openai.core.answer.meta import Issue
    from typed_openai.core.caller import Caller
    from typed_openai.core.run.effects import Flow
    from typed_openai.core.run.observing import Observation

T_co = TypeVar("T_co", covariant=True)
Item: TypeAlias = Params | Callable[[], Any]
"""What is asked: a params object, or a function without arguments (an async client awaits what it returns)."""
T = TypeVar("T")
AnyIterable: TypeAlias = Iterable[T] | AsyncIterable[T]
"""What an async client draws items from."""
_HELD_PER_PLACE = 4
_A_TURN = 64
"""How many items are drawn at most before other tasks have their turn."""


@dataclass(frozen=True, slots=True)
class MapResult(Shown, Generic[T_co]):
    """What became of one item: `value`, or `error`. `params` is the item as it was given, `index` counts from 0."""

    index: int
    params: Item
    value: T_co | None = None
    error: Exception | None = None
    resumed: bool = False
    """Whether the value was read from the checkpoint, so that nothing was sent."""

    @property
    def issues(self) -> tuple[Issue, ...]:
        """Where the value differs from the API description."""
        return self.value.issues if isinstance(self.value, Result) else ()

    def unwrap(self) -> T_co:
        """The value; raises the error when there is none."""
        if self.error is not None:
            raise self.error
        value: Any = self.value
        found: T_co = value
        return found


class MapOptions(TypedDict, total=False):
    """How `client.map` goes about it."""

    concurrency: int
    """How many requests run at once; 8 unless given."""
    ordered: bool
    """`True` (the default): results in the order of the items. `False`: as they are completed."""
    on_progress: Callable[[int, int | None], object] | None
    """Called with how many items are done and how many there are (None for an iterable without length)."""
    checkpoint: str | os.PathLike[str] | None
    """A JSONL file of the answers so far; made when it is not there. One job at a time may have it."""


Piece: TypeAlias = tuple[int, Any]
"""An item with its number."""


class Job(CrowdJob[Piece, MapResult[Any]]):
    """One call of `map`, for the engine (`core/run/crowd.py`). `client.bulk` has a job of its own (`bulk/job.py`)."""

    name = "typed-openai-map"
    asked: ClassVar[Any] = Params
    """Items of this class are asked by their `flow`; all others are functions."""
    title: ClassVar[str] = "client.map"

    def __init__(self, client: Caller, items: AnyIterable[Item], options: Mapping[str, Any]) -> None:
        refuse_unknown("client.map", options, [*MapOptions.__annotations__])
        concurrency = options.get("concurrency", 8)
        if isinstance(concurrency, bool) or not isinstance(concurrency, int) or concurrency < 1:
            raise ConfigurationError(f"concurrency: a number of 1 or more, got {concurrency!r}")
        self.concurrency: int = concurrency
        self.ordered: bool = options.get("ordered", True)
        self.tells: Any | None = options.get("on_progress")
        self.total: int | None = len(items) if isinstance(items, Sized) else None
        self._items, self._awaited_items = _iterators(items, client.is_async)
        pace = Pace()
        self.pace: Paced = pace
        self.client: Caller = client.changed({"middleware": [*client.config.middleware, pace.middleware]})
        self.observation: Observation | None = None
        if EVERYWHERE or client.observers:
            from typed_openai.core.run.observing import observe

            self.observation = observe(client, self.title, "job", options)
        where = options.get("checkpoint")
        self.checkpoint: Checkpoint | None = None if where is None else Checkpoint(where)
        self.file: AppendedFile | None = self.checkpoint
        """What keeps the answers."""
        self.stopping: threading.Event = threading.Event()
        self._operations: dict[type[Params], BatchedOperation] = {}
        self._drawn = 0
        self._exhausted = False
        self._held: dict[int, MapResult[Any]] = {}
        self._next = 0
        self._ending = Kept(Exception)
        """What ends the job once everything that was begun has been handed out; an interrupt does at once."""
        self.ready: deque[Any] = deque()
        self.done = 0
        self.noted = Tally()
        """The issues of the answers."""

    def join(self) -> None:
        """What runs in this context from now on is part of this job, to observers."""
        if self.observation is not None:
            self.observation.join()

    def has_place(self, running: int) -> bool:
        """Whether another item may be drawn."""
        if self._exhausted or self._ending.error is not None or running >= self.pace.places(self.concurrency):
            return False
        return len(self._held) + len(self.ready) + running < self.concurrency * _HELD_PER_PLACE

    def draw(self) -> tuple[int, Item] | None:
        """The next item; None when there is none."""
        if self.observation is not None:
            self.observation.begin(enter=False)
        with self._ending:
            for item in self._items:
                if (begun := self._begun(item)) is not None:
                    return begun
            self._exhausted = True
        return None

    async def draw_async(self) -> tuple[int, Item] | None:
        """The next item of either kind of iterable."""
        if self.observation is not None:
            self.observation.begin(enter=False)
        with self._ending:
            async for item in self._awaited_items:
                if (begun := self._begun(item)) is not None:
                    return begun
            self._exhausted = True
        return None

    def _begun(self, item: Any) -> tuple[int, Item] | None:
        """An item with its number; None for one that needs no doing."""
        self._drawn += 1
        return self._drawn - 1, item

    def take(self, result: MapResult[Any]) -> None:
        """A result is there: it may be handed out, and so may those that waited for it."""
        self.done += 1
        self.noted.add(result.issues)
        if not self.ordered:
            self.ready.append(result)
            return
        self._held[result.index] = result
        while self._next in self._held:
            self.ready.append(self._held.pop(self._next))
            self._next += 1

    def end(self) -> None:
        """Everything was handed out: raise what ended the job before its time."""
        if self._ending.error is not None:
            raise self._ending.error

    def operation(self, params: Params) -> BatchedOperation:
        """What takes parameters of this class."""
        kind = type(params)
        if kind not in self._operations:
            endpoint = endpoint_of(params)
            found = None if endpoint is None else operation_at(endpoint)
            if found is None:
                allowed = "a params object of an endpoint that a batch may ask, or a function without arguments"
                raise RequestValidationError("client.map", [Fault("items", allowed, kind.__name__)])
            self._operations[kind] = found
        if getattr(params, "stream", None) is True:
            fault = Fault("stream", "left out or False", "True", "each item has one whole answer")
            raise RequestValidationError("client.map", [fault])
        return self._operations[kind]

    def known(self, piece: Piece) -> MapResult[Any] | None:
        """The result that the checkpoint holds."""
        index, item = piece
        if not isinstance(item, Params) and not callable(item):
            allowed = "params objects, or functions without arguments"
            raise RequestValidationError("client.map", [Fault("items", allowed, type(item).__name__)])
        if self.checkpoint is None:
            return None
        if not isinstance(item, Params):
            raise ConfigurationError("checkpoint: only params objects can be found again, not functions")
        operation = self.operation(item)
        value = self.checkpoint.find(index, operation, item, self.client)
        return None if value is None else MapResult(index, item, value, resumed=True)

    def begin(self) -> None:
        pool: Any = self.client.driver.pool
        self._driver = StoppableDriver(pool, self.stopping)
        with suppress(ConfigurationError):
            pool.client()  # made before the job, it is closed after it when the interpreter exits

    def work(self, piece: Piece) -> MapResult[Any]:
        index, item = piece
        self.join()
        while (delay := self.pace.delay()) > 0 and not self.stopping.is_set():
            self.stopping.wait(delay)
        if self.stopping.is_set():
            raise Stopped
        is_asked = isinstance(item, self.asked)
        value = self._driver.run(self.flow(item)) if is_asked else not_awaited(item, item())
        result = self.keep(index, item, value)
        if self.is_sync_due:
            self.sync()
        return result

    async def work_async(self, piece: Piece) -> MapResult[Any]:
        self.join()
        known = self.known(piece)  # a few microseconds: no thread is worth it
        if known is not None:
            return known
        index, item = piece
        while True:
            delay = self.pace.delay()
            if delay <= 0:
                break
            await asyncio.sleep(delay)
        if isinstance(item, self.asked):
            value = await self.client.driver.run(self.flow(item))
        else:
            value = item()
            value = await value if isinstance(value, Awaitable) else value
        result = self.keep(index, item, value)  # at once: nothing can be cancelled between an answer and its line
        if self.is_sync_due:
            await asyncio.to_thread(self.sync)
        return result

    def collect(self, piece: Piece, result: MapResult[Any] | None, error: BaseException | None) -> object:
        self.take(result if result is not None else self.failed(*piece, error))
        return self.progress()

    def patience(self) -> float | None:
        return self.pace.patience(self.concurrency)

    def flow(self, item: Params) -> Flow[Any]:
        """The call of an item."""
        flow: Flow[Any] = self.operation(item).of(self.client).flow(item)
        return flow

    def keep(self, index: int, item: Item, value: Any) -> MapResult[Any]:
        """An answer: into the checkpoint, then into a result."""
        if self.checkpoint is not None and isinstance(item, Params):
            with self._ending:
                self.checkpoint.add(index, self.operation(item), item, value)
        if not isinstance(item, Params) and isinstance(value, Result):
            self.pace.observe(value.meta.headers, failed=False)
        return MapResult(index, item, value)

    @property
    def keeps(self) -> bool:  # type: ignore[override]  # known only when the file is
        """Whether there is a file that keeps what is paid for."""
        return self.file is not None

    @property
    def is_sync_due(self) -> bool:
        """Whether what is kept should go onto the disk now; that takes its time."""
        return self.file is not None and self.file.is_due

    def sync(self) -> None:
        """Bring what is kept onto the disk."""
        if self.file is not None:
            with self._ending:
                self.file.sync()

    def failed(self, index: int, item: Item, error: BaseException | None) -> MapResult[Any]:
        """A failure, as a result; what is none of an item's (an interrupt) is raised."""
        if error is not None and not isinstance(error, Exception):
            raise error
        if isinstance(error, APIStatusError):
            self.pace.observe(error.headers, failed=error.status_code == 429)
        return MapResult(index, item, error=error)

    def progress(self) -> object:
        """Tell how far it is."""
        return self.tells(self.done, self.total) if self.tells is not None else None

    def close(self, still_running: bool) -> None:
        """Let go of what keeps the answers, unless a thread was left behind that may still write."""
        if still_running:
            self.sync()
        elif self.file is not None:
            self.file.close()
        self.over()

    def over(self) -> None:
        """Tell observers that it is."""
        if self.observation is not None:
            self.observation.gives(self.done)
            self.observation.finish(self._ending.error)


class _InTurns(AsyncIterator[T]):
    """What an iterator gives, to a task among others: many items may be passed over without anything to wait for."""

    def __init__(self, items: Iterator[T]) -> None:
        self._items = items
        self._given = 0

    async def __anext__(self) -> T:
        self._given += 1
        if self._given % _A_TURN == 0:
            await asyncio.sleep(0)
        for item in self._items:
            return item
        raise StopAsyncIteration


def _iterators(items: Any, is_async: bool) -> tuple[Iterator[Item], AsyncIterator[Item]]:
    """What items are drawn from, in one of the two colours; a single item, and what is no iterable, is refused."""
    if isinstance(items, AsyncIterable):
        if not is_async:
            raise ConfigurationError("client.map: an async iterable needs AsyncOpenAI")
        return iter(()), aiter(items)
    if not isinstance(items, Iterable) or isinstance(items, Params | Mapping | str | bytes):
        raise ConfigurationError(f"client.map: an iterable of params objects or functions, got {type(items).__name__}")
    given: Iterator[Item] = iter(items)
    return given, _InTurns(given)
