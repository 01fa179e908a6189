"""What came of a bulk job: counted while it goes, told at its end.

Rules: what is unknown is None and not 0, costs above all; `usage` and `cost` are of this run, what earlier runs paid is
not in them. Histograms have fixed bounds, so that any number of lines takes the same room.
"""

from __future__ import annotations

import os
import threading
import time
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any, TypeAlias

from pydantic_core import from_json, to_json

from typed_openai.bulk.lines import Answer, code_of, message_of
from typed_openai.bulk.page import BOUNDS
from typed_openai.core.answer.records import HasRecords, Records
from typed_openai.models.dialects import usage_of
from typed_openai.usage import Tokens
from typed_openai.usage import _tokens_of as tokens_of

if TYPE_CHECKING:
    from typed_openai.models.base import Result

Price: TypeAlias = "Callable[[Result], Decimal | None]"
"""What an answer cost in US dollars; None when its model has no price that is known."""


@dataclass(frozen=True, slots=True)
class BulkReport(HasRecords):
    """What came of a job. `records()` are the rows of its output, all at once; the Arrow stream has them in blocks."""

    answered: int
    """Lines that were answered in this run."""
    failed: int
    """Lines whose last word is a failure; they stand in the output and are asked again by the next run."""
    resumed: int
    """Lines that had been answered before, and were not asked again."""
    left: int | None
    """Lines that were not asked because the job stopped early (see `stopped`); None when nobody knows how many."""
    usage: Tokens
    """What this run consumed, in tokens, as far as the answers say."""
    by_model: Mapping[str, Tokens]
    """The same for each model, by the name that its answers give."""
    cost: Decimal | None
    """What this run cost in US dollars; None when a price is not known."""
    seconds: float
    """How long this run took."""
    requests: int
    """Requests that were sent, further attempts included; of a batch its lines."""
    errors: Mapping[str, int]
    """How many lines failed in which way: the server's code, or the kind of error."""
    messages: Mapping[str, str]
    """What the first failure of each kind says."""
    latencies: tuple[int, ...] = ()
    """How many answers took how long: a number for each of `BOUNDS`, and one for the rest; empty for a batch."""
    stopped: str | None = None
    """Why the job ended before all lines were asked; None when it did not."""
    output: str = ""
    """Where the answers are."""

    @property
    def is_complete(self) -> bool:
        """Whether every line has an answer."""
        return not self.failed and self.stopped is None

    def _records(self) -> Records:
        from typed_openai.bulk.tables import records_of

        return records_of(self.output)

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        """The rows of the output as an Arrow stream, read block by block. Raises `ConfigurationError` without pyarrow
        (extra `[parquet]`), or when the output is not there any more."""
        from typed_openai.bulk.tables import stream_of

        stream: object = stream_of(self.output).__arrow_c_stream__(requested_schema)
        return stream

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the report as one HTML page with pictures, which needs nothing else. Raises `ConfigurationError` when
        the file cannot be written."""
        from typed_openai.bulk.page import write_page

        write_page(self, rows_of(self), path)

    def __str__(self) -> str:
        return "\n".join(f"{name:<10} {value}" for name, value in rows_of(self))


def rows_of(report: BulkReport) -> list[tuple[str, str]]:
    """The lines of the table that is shown at the end."""
    usage = report.usage
    rows = [
        ("answered", f"{report.answered:,}"),
        ("failed", f"{report.failed:,}"),
        ("resumed", f"{report.resumed:,}"),
        ("tokens", f"{usage.total_tokens:,} ({usage.prompt_tokens:,} in, {usage.completion_tokens:,} out)"),
        ("cost", shown_cost(report.cost)),
        ("seconds", f"{report.seconds:,.1f}"),
    ]
    if report.left:
        rows.insert(3, ("left", f"{report.left:,}"))
    if report.stopped:
        rows.append(("stopped", report.stopped))
    for code, count in report.errors.items():
        rows.append(("error", f"{count:,} x {code}: {report.messages.get(code, '')}"))
    return [*rows, ("output", report.output)]


def shown_cost(cost: Decimal | None) -> str:
    """An amount of money, or that nobody knows it."""
    return "unknown" if cost is None else f"${cost:,.4f}"


@dataclass
class Tally:
    """Counts while a job goes. Shared by threads."""

    price: Price | None = None
    total: int | None = None
    answered: int = 0
    failed: int = 0
    resumed: int = 0
    elsewhere: int = 0
    """Lines of which somebody else says that they are through, and that are not here yet."""
    requests: int = 0
    usage: Tokens = field(default_factory=Tokens)
    by_model: dict[str, Tokens] = field(default_factory=dict[str, Tokens])
    cost: Decimal | None = None
    stopped: str | None = None
    began: float = field(default_factory=time.monotonic)
    errors: Counter[str] = field(default_factory=Counter[str])
    messages: dict[str, str] = field(default_factory=dict[str, str])
    latencies: list[int] = field(default_factory=lambda: [0] * (len(BOUNDS) + 1))
    _lock: Any = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        self.cost = None if self.price is None else Decimal()

    @property
    def done(self) -> int:
        """Lines that are through."""
        return self.answered + self.failed + self.resumed + self.elsewhere

    @property
    def mean_tokens(self) -> float:
        """What an answer took so far; 0 before the first."""
        return self.usage.total_tokens / self.answered if self.answered else 0.0

    @property
    def seconds(self) -> float:
        """How long it goes on."""
        return time.monotonic() - self.began

    def tokens_of(self, answer: Answer) -> int:
        """What an answer took."""
        return (tokens_of(usage_of(answer.value)) or Tokens()).total_tokens

    def asking(self) -> None:
        """A request goes out."""
        with self._lock:
            self.requests += 1

    def answer(self, value: Result, seconds: float | None = None) -> tuple[int | None, Decimal | None]:
        """An answer came; gives what it took, in tokens and in US dollars, None where nobody knows."""
        tokens, model = tokens_of(usage_of(value)), getattr(value, "model", None)
        price = self.price(value) if self.cost is not None and self.price is not None else None
        with self._lock:
            self.answered += 1
            if seconds is not None:
                self.latencies[bisect_left(BOUNDS, seconds)] += 1
            if tokens is not None:
                name = model if isinstance(model, str) else ""
                self.usage = self.usage.plus(tokens)
                self.by_model[name] = self.by_model.get(name, Tokens()).plus(tokens)
            self.cost = None if price is None or self.cost is None else self.cost + price
        return None if tokens is None else tokens.total_tokens, price

    def failure(self, error: Exception) -> None:
        """A line failed."""
        code = code_of(error)
        with self._lock:
            self.failed += 1
            self.errors[code] += 1
            self.messages.setdefault(code, message_of(error))

    def told(self) -> str:
        """What was counted, as JSON for another process; what was resumed was answered by one that died."""
        names = ("failed", "requests", "usage", "by_model", "cost", "stopped", "errors", "messages", "latencies")
        counted = {name: getattr(self, name) for name in names}
        return to_json({**counted, "answered": self.answered + self.resumed}).decode()

    def add(self, text: str) -> None:
        """Take into account what another process counted."""
        told: Any = from_json(text)
        with self._lock:
            for name in ("answered", "failed", "requests"):
                setattr(self, name, getattr(self, name) + told[name])
            self.usage = self.usage.plus(Tokens(*told["usage"]))
            for model, usage in told["by_model"].items():
                self.by_model[model] = self.by_model.get(model, Tokens()).plus(Tokens(*usage))
            if self.cost is not None:
                self.cost = None if told["cost"] is None else self.cost + Decimal(told["cost"])
            self.errors.update(told["errors"])
            self.messages = {**told["messages"], **self.messages}
            self.latencies = [mine + its for mine, its in zip(self.latencies, told["latencies"], strict=True)]
            self.stopped = self.stopped or told["stopped"]

    def report(self, output: str) -> BulkReport:
        """What it comes to."""
        timed = any(self.latencies)
        left = None if self.total is None else max(0, self.total - self.done)
        return BulkReport(
            answered=self.answered,
            failed=self.failed,
            resumed=self.resumed,
            left=left,
            usage=self.usage,
            by_model=dict(self.by_model),
            cost=self.cost if self.answered or self.price is not None else None,
            seconds=self.seconds,
            requests=self.requests,
            errors=dict(self.errors.most_common()),
            messages=dict(self.messages),
            latencies=tuple(self.latencies) if timed else (),
            stopped=None if left == 0 else self.stopped,
            output=output,
        )
