"""`client.bulk` itself: what goes in, who asks, what comes out. Both colours, each in a few lines at the end.

Rules
* Everything that can be known to be wrong before the first request is said before it: options, files, lines, the
  output of another job.
* However a job ends, the output holds what was answered; the next run with the same files goes on.
"""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import AsyncGenerator, Generator, Mapping
from contextlib import AbstractContextManager, ExitStack, aclosing, asynccontextmanager, closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from typed_openai.bulk.costs import price_by
from typed_openai.bulk.job import BulkJob
from typed_openai.bulk.lanes import Lanes, lanes_of
from typed_openai.bulk.options import checked
from typed_openai.bulk.output import Output
from typed_openai.bulk.progress import Teller, teller
from typed_openai.bulk.purse import Purse
from typed_openai.bulk.reading import Source, open_source
from typed_openai.bulk.report import BulkReport, Tally
from typed_openai.bulk.tables import read_answers, write_answers
from typed_openai.core.extras import needed
from typed_openai.core.run.crowd import in_tasks, in_threads
from typed_openai.errors import ConfigurationError

T = TypeVar("T")
OUTPUTS = (".jsonl", ".ndjson", ".parquet")

if TYPE_CHECKING:
    from typed_openai.bulk.options import BulkSource
    from typed_openai.core.caller import Caller
    from typed_openai.core.run.effects import Flow


class Bulk:
    """One job."""

    def __init__(
        self, client: Caller, given: BulkSource, out: str | os.PathLike[str], options: Mapping[str, Any]
    ) -> None:
        self.client = client
        self.options: dict[str, Any] = checked(options)
        self.path = Path(out)
        if self.path.is_dir():
            raise ConfigurationError(f"client.bulk: {out} is a directory, not a file")
        if self.path.suffix.lower() not in OUTPUTS:
            known = ", ".join(OUTPUTS)
            raise ConfigurationError(f"client.bulk: {out}: an output whose name ends with {known}")
        if isinstance(given, str | os.PathLike) and self.path.resolve() == Path(given).resolve():
            raise ConfigurationError(f"client.bulk: {given} cannot be both what goes in and what comes out")
        self.tally = Tally(price_by(self.options.get("price"), self.options.get("budget_usd")))
        self.lanes: Lanes = lanes_of(
            client, self.options.get("clients"), self.options.get("rpm"), self.options.get("tpm")
        )
        for lane in self.lanes.lanes:
            lane.client.require_key({})
        self.teller: Teller = teller(self.options.get("progress", False), self.tally)
        self.source: Source = open_source(given, self.options, client.config)
        self.tally.total = self.source.total

    @contextmanager
    def output(self) -> Generator[Output]:
        """What comes out; tidied when the job comes to its end."""
        with ExitStack() as stack:
            stack.callback(self.source.close)
            output = stack.enter_context(self._opened())
            self._refuse_others(output)
            self.teller.begin()
            stack.callback(self.teller.end)
            yield output
            output.sync()
            output.tidy()

    @contextmanager
    def _opened(self) -> Generator[Output]:
        """The file of lines; of a table the one beside it, which becomes the table however the job ends. What was made
        for a job that ends before its first line is not left behind."""
        is_table = self.path.suffix.lower() == ".parquet"
        lines = self.path.with_name(f"{self.path.name}.jsonl") if is_table else self.path
        if is_table:
            needed("pyarrow", "client.bulk to .parquet")  # said before anything is asked
        is_read = is_table and not lines.exists() and self.path.exists()
        if is_read:
            read_answers(self.path, lines)
        output, ended = Output(lines), False
        try:
            yield output
            ended = True
        finally:
            with closing(output):
                if (is_read or output.is_made) and not ended and not output.has_grown:
                    output.remove()
                elif is_table:
                    output.sync()
                    write_answers(lines, self.path)
                    output.remove()

    def asking(self, output: Output) -> BulkJob:
        """The job, for the engine of `client.map`."""
        return BulkJob(
            self.client,
            self.source,
            output,
            self.lanes,
            self.tally,
            concurrency=self.options["concurrency"],
            purse=Purse(self.options.get("budget"), self.options.get("budget_usd")),
            on_done=self.teller.step,
        )

    def elsewhere(self, output: Output) -> Flow[None] | None:
        """The job, when somebody else asks the lines; None for the engine of `client.map`."""
        lines, done = self.source.lines, self.teller.step
        if self.options["engine"] == "batch":
            from typed_openai.bulk.batch_engine import BatchJob

            chosen = self._chosen("enqueued_tokens", "wait")
            return BatchJob(self.client, lines, output, self.tally, on_done=done, **chosen).steps()
        if self.options["engine"] == "ray":
            from typed_openai.bulk.ray_engine import RayJob

            chosen = self._chosen("concurrency", "workers", "address", "rpm", "tpm", "budget", "budget_usd", "price")
            return RayJob(self.client, lines, output, self.tally, on_done=done, **chosen).steps()
        return None

    def _chosen(self, *names: str) -> dict[str, Any]:
        return {name: self.options[name] for name in names if name in self.options}

    def _refuse_others(self, output: Output) -> None:
        """Before anything is asked, as far as it can be known by then."""
        if self.source.names is None or not (output.answered or output.failed):
            return
        output.refuse_others(self.source.names, self.source.name)
        for item in self.source.again():
            output.has(self.source.make(0, item))

    def report(self) -> BulkReport:
        """What came of it."""
        report = self.tally.report(str(self.path))
        if "report" in self.options:
            report.save(self.options["report"])
        return report


def run(client: Caller, given: BulkSource, out: str | os.PathLike[str], options: Mapping[str, Any]) -> BulkReport:
    """A job of a sync client."""
    bulk = Bulk(client, given, out, options)
    with bulk.output() as output:
        if (steps := bulk.elsewhere(output)) is not None:
            client.driver.run(steps)
        else:
            with closing(in_threads(bulk.asking(output))) as results:
                for _ in results:
                    pass
    return bulk.report()


async def run_async(
    client: Caller, given: BulkSource, out: str | os.PathLike[str], options: Mapping[str, Any]
) -> BulkReport:
    """A job of an async client."""
    bulk = await asyncio.to_thread(Bulk, client, given, out, options)
    async with _in_threads(bulk.output()) as output:
        if (steps := bulk.elsewhere(output)) is not None:
            await client.driver.run(steps)
        else:
            async with aclosing(in_tasks(bulk.asking(output))) as results:
                async for _ in results:
                    pass
    return await asyncio.to_thread(bulk.report)


@asynccontextmanager
async def _in_threads(manager: AbstractContextManager[T]) -> AsyncGenerator[T]:
    """A context whose beginning and good end take their time on the disk: other tasks go on meanwhile."""
    value, ended = await asyncio.to_thread(manager.__enter__), False
    try:
        yield value
        ended = True
    finally:
        if not ended:  # at once: who is cancelled may be cancelled again
            manager.__exit__(*sys.exc_info())
    await asyncio.to_thread(manager.__exit__, None, None, None)
