"""Many requests at once: `client.map(...)`, in threads or in tasks, in step with the server's limits, resumable.

    for item in client.map(questions, concurrency=8, checkpoint="answers.jsonl"):
        print(item.index, item.value.text if item.value else item.error)

Rules, the same in both colours
* An item is a params object (what it asks follows from its class, as in batches) or a function without arguments.
* Items are drawn from the iterable only as places become free; results are held back only to keep the order, and never
  more than four for each place.
* One `MapResult` comes for each item, with a value or the error: no failure ends the rest.
* Where the answers of the server leave 0 requests or tokens, nothing new is begun before the time it names; a 429 with
  a `Retry-After` holds all back, not only the one that got it. Pauses are obeyed up to `MAX_RETRY_AFTER` seconds.
* A checkpoint is a JSONL file: one line for each answer, written by whoever got it before anybody sees it. An item
  whose position and parameters stand there is not sent again; failures are. Each line is handed to the system at once,
  so a killed process loses nothing that it had; `fsync` follows with the first line after each second and at the end:
  a power failure may take what came since. A torn last line is cut off; any other line that is none of ours is an
  error, and the file is left as it is.
* Leaving the loop begins nothing new: threads come to their end (what they bring is in the checkpoint), tasks are
  cancelled.

Weak spots: of an answer from a checkpoint only the request id is left in `meta`. Functions set no pace before their
answer is back, and cannot be kept in a checkpoint. An `async for` that is left early is cleaned up by its loop a moment
later; `contextlib.aclosing` does it at once. One job at a time may write to a checkpoint; nothing enforces it.
"""

from __future__ import annotations

import asyncio
import contextvars
import inspect
import threading
import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Generator, Iterable, Iterator, Mapping, Sized
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, Generic, TypeAlias, TypedDict, TypeVar

from typed_openai.batching import endpoint_of, operation_at
from typed_openai.checkpoints import Checkpoint
from typed_openai.core.meta import Headers, duration
from typed_openai.core.retry import MAX_RETRY_AFTER, retry_after
from typed_openai.errors import APIStatusError, ConfigurationError, Fault, RequestValidationError
from typed_openai.models.base import Params, Result

if TYPE_CHECKING:
    import os

    from typed_openai.client import AsyncOpenAI, OpenAI
    from typed_openai.core.endpoint import Endpoint
    from typed_openai.core.flow import Flow, Reply, Sender
    from typed_openai.core.request import Request

T_co = TypeVar("T_co", covariant=True)
Item: TypeAlias = Params | Callable[[], Any]
"""What is asked: a params object, or a function without arguments (an async client awaits what it returns)."""
_HELD_PER_PLACE = 4


@dataclass(frozen=True, slots=True)
class MapResult(Generic[T_co]):
    """What became of one item: `value`, or `error`. `params` is the item as it was given, `index` counts from 0."""

    index: int
    params: Item
    value: T_co | None = None
    error: Exception | None = None
    resumed: bool = False
    """Whether the value was read from the checkpoint, so that nothing was sent."""

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
    """A JSONL file of the answers so far; made when it is not there."""


class Pace:
    """When the next request may begin, as far as the answers tell. Shared by threads."""

    def __init__(self) -> None:
        self._not_before = 0.0
        self._lock = threading.Lock()

    def middleware(self, request: Request, send: Sender) -> Flow[Reply]:
        """Sees each attempt, also those that are made again."""
        reply = yield from send(request)
        self.observe(reply.headers, failed=reply.status == 429)
        return reply

    def observe(self, headers: Headers, failed: bool) -> None:
        """Learn from the headers of an answer."""
        pause = retry_after(headers) if failed else None
        for kind in ("requests", "tokens"):
            if headers.get(f"x-ratelimit-remaining-{kind}", "").strip() == "0":
                reset = duration(headers.get(f"x-ratelimit-reset-{kind}"))
                pause = max(pause or 0.0, reset.total_seconds() if reset else 0.0)
        if pause:
            with self._lock:
                self._not_before = max(self._not_before, time.monotonic() + min(pause, MAX_RETRY_AFTER))

    def delay(self) -> float:
        """Seconds until the next request may begin; 0 or less: now."""
        return self._not_before - time.monotonic()


class Job:
    """One call of `map`: what both colours share."""

    def __init__(self, client: OpenAI | AsyncOpenAI, items: Iterable[Item], options: Mapping[str, Any]) -> None:
        unknown = [Fault(name, "no such option", "") for name in options if name not in MapOptions.__annotations__]
        if unknown:
            raise RequestValidationError("client.map", unknown)
        concurrency = options.get("concurrency", 8)
        if isinstance(concurrency, bool) or not isinstance(concurrency, int) or concurrency < 1:
            raise ConfigurationError(f"concurrency: a number of 1 or more, got {concurrency!r}")
        self.concurrency: int = concurrency
        self.ordered: bool = options.get("ordered", True)
        self.on_progress: Callable[[int, int | None], object] | None = options.get("on_progress")
        self.total = len(items) if isinstance(items, Sized) else None
        self.pace = Pace()
        self.client: OpenAI | AsyncOpenAI = client.with_options(
            middleware=[*client.config.middleware, self.pace.middleware]
        )
        where = options.get("checkpoint")
        self.checkpoint = None if where is None else Checkpoint(where)
        self.stopping = threading.Event()
        self._items: Iterator[tuple[int, Item]] = enumerate(items)
        self._operations: dict[type[Params], Endpoint] = {}
        self._held: dict[int, MapResult[Any]] = {}
        self._next = 0
        self.done = 0

    def draw(self, running: int) -> tuple[int, Item] | None:
        """The next item, when there is a place for it; None when there is none, or no item."""
        if running >= self.concurrency or len(self._held) + running >= self.concurrency * _HELD_PER_PLACE:
            return None
        return next(self._items, None)

    def take(self, result: MapResult[Any]) -> list[MapResult[Any]]:
        """The results that may be handed out now that this one is there."""
        self.done += 1
        if not self.ordered:
            return [result]
        self._held[result.index] = result
        ready: list[MapResult[Any]] = []
        while self._next in self._held:
            ready.append(self._held.pop(self._next))
            self._next += 1
        return ready

    def operation(self, params: Params) -> Endpoint:
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

    def known(self, index: int, item: Any) -> MapResult[Any] | None:
        """The result that the checkpoint holds."""
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

    def flow(self, item: Params) -> Flow[Any]:
        """The call of an item."""
        operation = self.operation(item)
        owner: Any = operation.owner
        kind = owner.awaited if self.client.is_async else owner
        return operation.flow(kind(self.client), (item,), {})

    def keep(self, index: int, item: Item, value: Any) -> MapResult[Any]:
        """An answer: into the checkpoint, then into a result."""
        if self.checkpoint is not None and isinstance(item, Params):
            self.checkpoint.add(index, self.operation(item), item, value)
        if not isinstance(item, Params) and isinstance(value, Result):
            self.pace.observe(value.meta.headers, failed=False)
        return MapResult(index, item, value)

    def failed(self, index: int, item: Item, error: BaseException) -> MapResult[Any]:
        """A failure, as a result; what is none of an item's (an interrupt) is raised."""
        if not isinstance(error, Exception):
            raise error
        if isinstance(error, APIStatusError):
            self.pace.observe(error.headers, failed=error.status_code == 429)
        return MapResult(index, item, error=error)

    def progress(self) -> object:
        """Tell how far it is."""
        return self.on_progress(self.done, self.total) if self.on_progress is not None else None

    def close(self) -> None:
        if self.checkpoint is not None:
            self.checkpoint.close()


class Stopped(Exception):
    """The loop was left before this item began."""


def in_threads(job: Job) -> Generator[MapResult[Any]]:
    """The results of a job of a sync client."""

    def work(index: int, item: Item) -> MapResult[Any]:
        known = job.known(index, item)
        if known is not None:
            return known
        while (delay := job.pace.delay()) > 0 and not job.stopping.is_set():
            job.stopping.wait(delay)
        if job.stopping.is_set():
            raise Stopped
        value = job.client.driver.run(job.flow(item)) if isinstance(item, Params) else _sync(item, item())
        return job.keep(index, item, value)

    running: dict[Future[MapResult[Any]], tuple[int, Item]] = {}
    threads = ThreadPoolExecutor(job.concurrency, "typed-openai-map")
    try:
        while True:
            while (drawn := job.draw(len(running))) is not None:
                running[threads.submit(contextvars.copy_context().run, partial(work, *drawn))] = drawn
            if not running:
                return
            for future in wait(running, return_when=FIRST_COMPLETED).done:
                index, item = running.pop(future)
                error = future.exception()
                ready = job.take(future.result() if error is None else job.failed(index, item, error))
                _sync(job.on_progress, job.progress())
                yield from ready
    finally:
        job.stopping.set()
        threads.shutdown(cancel_futures=True)
        job.close()


def _sync(function: object, outcome: Any) -> Any:
    if inspect.isawaitable(outcome):
        if inspect.iscoroutine(outcome):
            outcome.close()
        raise ConfigurationError(f"{function!r} is async: use AsyncOpenAI, or a plain function")
    return outcome


async def in_tasks(job: Job) -> AsyncGenerator[MapResult[Any]]:
    """The results of a job of an async client."""

    async def work(index: int, item: Item) -> MapResult[Any]:
        known = job.known(index, item)  # a few microseconds: no thread is worth it
        if known is not None:
            return known
        while True:
            delay = job.pace.delay()
            if delay <= 0:
                break
            await asyncio.sleep(delay)
        if isinstance(item, Params):
            value = await job.client.driver.run(job.flow(item))
        else:
            value = await _awaited(item())
        return await asyncio.to_thread(job.keep, index, item, value) if job.checkpoint else job.keep(index, item, value)

    running: dict[asyncio.Task[MapResult[Any]], tuple[int, Item]] = {}
    try:
        while True:
            while (drawn := job.draw(len(running))) is not None:
                running[asyncio.create_task(work(*drawn))] = drawn
            if not running:
                return
            done, _ = await asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                index, item = running.pop(task)
                error = asyncio.CancelledError() if task.cancelled() else task.exception()
                ready = job.take(task.result() if error is None else job.failed(index, item, error))
                await _awaited(job.progress())
                for result in ready:
                    yield result
    finally:
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
        job.close()


async def _awaited(outcome: Any) -> Any:
    return await outcome if isinstance(outcome, Awaitable) else outcome
