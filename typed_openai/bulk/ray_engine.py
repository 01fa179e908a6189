"""Lines asked by the workers of a Ray cluster, by Ray Data (extra `[ray]`). A flow around what Ray does.

Rules
* The lines that have no answer are written to a folder beside the output (`out.jsonl.ray/`) and parted into spans. A
  worker reads a span, asks its lines with the engine of `client.map`, and appends each answer to the span's own file
  as soon as it has it. So what a worker had when it died is found by the one that takes its span over, and what all
  had when the job was killed is found by the next run. At the end the files become part of the output.
* The client is made in the worker, of the settings of the one whose method was called; its key goes with them, through
  the cluster's own connections.
* One named actor holds the pace of all workers: `rpm`, `tpm`, what headers tell, and the pauses that servers ask for;
  another one their budgets, when there are any.
* The cluster is that of `address`, or the one that this process is in, or one on this machine, which ends with the job.

Weak spots: the folder has to be where every worker sees it (this machine, NFS, Lustre): for object storage see
`docs/big-jobs.md`. An `http_client` of the user's own cannot go along, and callables only as far as Ray can take them.
"""

from __future__ import annotations

import importlib
import logging
import socket
import threading
import time
from collections.abc import Callable, Generator, Iterator, Mapping
from contextlib import closing
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from pydantic_core import from_json

from typed_openai.bulk.beside import remove
from typed_openai.bulk.job import BulkJob
from typed_openai.bulk.lanes import Lane, Lanes
from typed_openai.bulk.limits import Rates
from typed_openai.bulk.lines import Line, failure_line, is_answered
from typed_openai.bulk.output import Output, read_line
from typed_openai.bulk.purse import Purse
from typed_openai.bulk.reading import Source
from typed_openai.bulk.report import Tally
from typed_openai.core.extras import needed
from typed_openai.core.run.crowd import in_threads
from typed_openai.core.run.effects import Call, Flow, Work
from typed_openai.errors import ConfigurationError, OpenAIError

if TYPE_CHECKING:
    from typed_openai.bulk.report import Price
    from typed_openai.core.caller import Caller

_OURS = ("lines.jsonl", "answers-*.jsonl", "answers-*.jsonl.tidy")
_MOST_LINES = 10_000
_PATIENCE = 30.0
_GLANCE = 0.05
_KNOCKING = 5.0
"""Seconds in which a cluster has to answer the door."""
_SPANS_EACH = 4
"""Spans for each worker, at least, so that none waits long for the last one."""


class RayJob:
    """One job of a Ray cluster."""

    def __init__(
        self,
        client: Caller,
        lines: Callable[[], Iterator[Line]],
        output: Output,
        tally: Tally,
        *,
        concurrency: int,
        workers: int | None = None,
        address: str | None = None,
        rpm: float | None = None,
        tpm: float | None = None,
        budget: int | None = None,
        budget_usd: Decimal | None = None,
        price: Price | None = None,
        on_done: Callable[[], object] | None = None,
    ) -> None:
        self.make: Callable[[], Caller] = maker_of(client)
        self.lines = lines
        self.output = output
        self.tally = tally
        self.concurrency = concurrency
        self.workers = workers
        self.address = address
        self.limits: tuple[float | None, float | None] = rpm, tpm
        self.budgets: tuple[int | None, Decimal | None] = budget, budget_usd
        self.price = price
        self.on_done = on_done
        self.folder: Path = Path(f"{output.path}.ray").absolute()

    def steps(self) -> Flow[None]:
        """Gather what an earlier run left, ask the rest, gather that."""
        ray = yield Work(_ray)
        yield Work(self._gather)
        spans: list[dict[str, Any]] = yield Work(self._parted)
        if spans:
            began = yield Work(self._connected, ray)
            ended = False
            try:
                with closing((yield Work(self._begun, ray, spans))) as results:  # closed, Ray begins nothing more
                    while (told := (yield Work(next, results, None))) is not None:
                        self.tally.add(told)
                        if self.on_done is not None:
                            yield Call(self.on_done)
                ended = True
            except ray.exceptions.RayError as error:
                raise _failed(error) from error
            finally:
                if not ended:  # at once: who is interrupted or closed may not ask for anything more
                    self._end(ray, began)
            yield Work(self._end, ray, began)

    def _end(self, ray: Any, began: bool) -> None:
        """Leave the cluster, and take what the workers wrote."""
        if began:
            ray.shutdown()
        self._gather()

    # -- on this machine -------------------------------------------------------------------------------------------

    def _gather(self) -> None:
        """What the workers wrote, into the output."""
        for path in sorted(self.folder.glob("answers-*.jsonl")):
            _let_go(path)
            with open(path, "rb") as file:
                for line in file:
                    data = read_line(line)
                    if data is not None and line.endswith(b"\n") and data["custom_id"] not in self.output.answered:
                        self.output.add(data["custom_id"], line, is_answered(data))
        self.output.sync()
        remove(self.folder, _OURS)

    def _parted(self) -> list[dict[str, Any]]:
        """The lines that have no answer, as spans of a file: where each begins and ends, in bytes."""
        ends = [0]
        path = self.folder / "lines.jsonl"
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            with open(path, "wb") as file:
                for line in self.lines():
                    if self.output.has(line):
                        self.tally.resumed += 1
                    elif line.error is not None:
                        self.output.add(line.custom_id, failure_line(line, line.error), succeeded=False)
                        self.tally.failure(line.error)
                    else:
                        file.write(line.content)
                        ends.append(file.tell())
        except OSError as error:
            raise ConfigurationError(f"client.bulk: {error}") from error
        size = max(1, min(_MOST_LINES, (len(ends) - 1) // (_SPANS_EACH * (self.workers or 8))))
        bounds = [*ends[:-1:size], ends[-1]]
        if len(ends) == 1:
            remove(self.folder, _OURS)
        return [
            {
                "lines": str(path),
                "start": start,
                "stop": stop,
                "answers": str(self.folder / f"answers-{number:07d}.jsonl"),
            }
            for number, (start, stop) in enumerate(pairwise(bounds))
            if stop > start
        ]

    # -- on the cluster --------------------------------------------------------------------------------------------

    def _connected(self, ray: Any) -> bool:
        """Be in a cluster; whether that began with this."""
        if ray.is_initialized():
            return False
        options = {} if self.address is None else {"address": self.address}
        logging.getLogger("ray.data").setLevel(logging.ERROR)
        try:
            _knock(self.address or "")
            ray.init(log_to_driver=False, logging_level="ERROR", **options)
        except (OSError, ValueError, RuntimeError) as error:
            where = "on this machine" if self.address is None else f"at address={self.address!r}"
            told = " ".join(str(error).split())
            raise ConfigurationError(f'engine="ray": there is no cluster {where}: {told}') from error
        return True

    def _begun(self, ray: Any, spans: list[dict[str, Any]]) -> Generator[str]:
        """What the workers count, span by span, as they are through."""
        data = importlib.import_module("ray.data")
        data.DataContext.get_current().enable_progress_bars = False
        there = ray.cluster_resources().get("CPU", 1.0)
        workers = min(self.workers or max(1, int(there)), len(spans))
        name = f"typed-openai-{uuid4().hex}"
        pace = ray.remote(num_cpus=0)(Rates).options(name=f"{name}-pace").remote(*self.limits)
        purse = None
        if any(each is not None for each in self.budgets):
            purse = ray.remote(num_cpus=0)(Purse).options(name=f"{name}-purse").remote(*self.budgets)
        asked = data.from_items(spans, override_num_blocks=min(len(spans), 10_000)).map_batches(
            Worker,
            fn_constructor_args=(self.make, self.concurrency, pace, self.price, purse),
            batch_size=1,
            num_cpus=min(1.0, there / workers),
            compute=data.ActorPoolStrategy(size=workers),
        )
        return (row["told"] for row in asked.iter_rows())


class Worker:
    """Asks spans of lines in a process of Ray's. Made there, once."""

    def __init__(
        self, make: Callable[[], Caller], concurrency: int, pace: Any, price: Price | None, purse: Any = None
    ) -> None:
        self.client: Caller = make()
        self.concurrency = concurrency
        self.lane = Lane(self.client, 1.0, SharedRates(pace))
        self.price = price
        self.purse: SharedPurse | None = None if purse is None else SharedPurse(purse)
        self.stopped: str | None = None
        """Why it asks nothing more: the spans that are left pass by."""

    def __call__(self, batch: Mapping[str, Any]) -> dict[str, list[str]]:
        """Ask the spans of a batch; gives what each came to."""
        names = ("lines", "start", "stop", "answers")
        return {"told": [self._asked(*span) for span in zip(*(batch[name] for name in names), strict=True)]}

    def _asked(self, path: str, start: int, stop: int, answers: str) -> str:
        if self.stopped is not None:
            return Tally(self.price, stopped=self.stopped).told()
        with open(path, "rb") as file:
            file.seek(int(start))
            lines = [_line(each) for each in file.read(int(stop - start)).splitlines()]
        tally, output = Tally(self.price, len(lines)), Output(str(answers))
        try:
            source = Source(lines, lambda index, line: line, str(path), len(lines), {line.custom_id for line in lines})
            lanes, most = Lanes([self.lane]), self.concurrency
            job = BulkJob(self.client, source, output, lanes, tally, concurrency=most, purse=self.purse)
            for _ in in_threads(job):
                pass
        finally:
            output.close()
        self.stopped = tally.stopped
        return tally.told()


class SharedRates:
    """The pace of all workers, as one of them sees it: the actor that has it is asked."""

    def __init__(self, pace: Any) -> None:
        self._pace = pace
        self._ray = _ray()

    def reserve(self, tokens: int) -> float:
        """Take a place for a request; gives the seconds until it may begin."""
        wait: float = self._ray.get(self._pace.reserve.remote(tokens))
        return wait

    def settle(self, expected: int, taken: int) -> None:
        """A request took so many tokens where others were expected."""
        if expected != taken:
            self._pace.settle.remote(expected, taken)

    def observe(self, headers: Mapping[str, str], pause: float = 0.0) -> None:
        """Learn from the headers of an answer, and of the pause that it asks for."""
        told = {name: value for name, value in headers.items() if name.startswith("x-ratelimit-")}
        if told or pause > 0:
            self._pace.observe.remote(told, pause)


class SharedPurse:
    """The budgets of all workers, likewise."""

    def __init__(self, purse: Any) -> None:
        self._purse = purse
        self._ray = _ray()
        self._mine = 0
        self._lock = threading.Lock()

    def used_up(self) -> str:
        """Why nothing more may begin; `""` when it may. Who has nothing under way waits for what the others have."""
        while True:
            why, under_way = self._ray.get(self._purse.state.remote())
            if not (why and under_way) or self._mine:
                return str(why)
            time.sleep(_GLANCE)

    def reserve(self, tokens: int) -> None:
        """A line begins that is expected to take so many tokens."""
        self._purse.reserve.remote(tokens)
        with self._lock:
            self._mine += 1

    def settle(self, expected: int, taken: int, cost: Decimal | None) -> None:
        """It is through, and took this."""
        self._purse.settle.remote(expected, taken, cost)
        with self._lock:
            self._mine -= 1


def maker_of(client: Caller) -> Callable[[], Caller]:
    """What makes a sync client that was told the same in another process. Raises `ConfigurationError` for one that
    cannot be made there."""
    if client.config.http_client is not None:
        raise ConfigurationError('engine="ray": the workers make their own connections: a client without http_client')
    return client.maker()


def _line(content: bytes) -> Line:
    data: Any = from_json(content)
    return Line(data["custom_id"], data["url"], data["body"])


def _knock(address: str) -> None:
    """Raise `OSError` when nobody is at an address `host:port`: Ray would look for minutes, and end the process."""
    host, _, port = address.rpartition(":")
    if port.isdigit() and "/" not in host:
        socket.create_connection((host, int(port)), _KNOCKING).close()


def _let_go(path: Path) -> None:
    """Wait until no worker writes to a file any more: those of a job that was killed end a little after it."""
    until = time.monotonic() + _PATIENCE
    while True:
        try:
            Output(path).close()
        except ConfigurationError:
            if time.monotonic() > until:
                raise
            time.sleep(0.1)
        else:
            return


def _ray() -> Any:
    needed("ray.data", 'engine="ray"')
    return needed("ray", 'engine="ray"')


def _failed(error: BaseException) -> OpenAIError:
    """What a worker died of, in one line: its last words stand at the end of what Ray says."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()] or [type(error).__name__]
    said = next((line for line in reversed(lines) if "Error" in line), lines[-1])
    return ConfigurationError(f'engine="ray": a worker failed: {said}; the next run goes on from what was answered')
