"""How a bulk job tells how far it is: by rich where it is installed, through a bar of tqdm's, to a function, in lines.

Rules: what is told goes to stderr. On a terminal rich redraws one line; elsewhere, and without rich, there is a plain
line at the beginning, every `LINE_SECONDS` and at the end. An error of a function of the user's ends the job.
"""

from __future__ import annotations

import importlib
import time
from collections.abc import Callable
from decimal import Decimal
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol, TypeAlias

from typed_openai.bulk.report import shown_cost
from typed_openai.core.standard_streams import tell
from typed_openai.errors import ConfigurationError

if TYPE_CHECKING:
    from typed_openai.bulk.report import Tally

LINE_SECONDS = 10.0
_DRAW_SECONDS = 0.1


class BulkProgress(NamedTuple):
    """How far a job is."""

    done: int
    """Lines that are through: answered, failed or resumed."""
    total: int | None
    """All of them; None when nobody knows."""
    answered: int
    failed: int
    resumed: int
    tokens: int
    """What this run consumed."""
    cost: Decimal | None
    """What it cost in US dollars; None when a price is not known."""
    seconds: float
    """How long it goes on."""

    @property
    def rate(self) -> float:
        """Lines a second, without those that were resumed."""
        return (self.done - self.resumed) / self.seconds if self.seconds > 0 else 0.0

    @property
    def tokens_a_minute(self) -> float:
        return 60 * self.tokens / self.seconds if self.seconds > 0 else 0.0

    @property
    def eta(self) -> float | None:
        """Seconds until it is through, at this rate; None when nobody knows."""
        left = None if self.total is None else self.total - self.done
        return left / self.rate if left is not None and self.rate > 0 else None

    def __str__(self) -> str:
        total = "" if self.total is None else f"/{self.total:,}"
        parts = [
            f"{self.done:,}{total} done",
            f"{self.failed:,} failed",
            f"{self.resumed:,} resumed",
            f"{self.rate:.1f}/s",
            f"{self.tokens_a_minute:,.0f} tokens/min",
        ]
        if self.cost is not None:
            parts.append(shown_cost(self.cost))
        if self.eta is not None:
            parts.append(f"{clock(self.eta)} left")
        return ", ".join(parts)


def clock(seconds: float) -> str:
    """Hours, minutes and seconds."""
    whole = round(seconds)
    hours, minutes = divmod(whole // 60, 60)
    return f"{hours}:{minutes:02}:{whole % 60:02}" if hours else f"{minutes}:{whole % 60:02}"


class Bar(Protocol):
    """What tqdm's bars can do."""

    total: Any

    def update(self, n: int = 1) -> Any: ...


ProgressLike: TypeAlias = "Callable[[BulkProgress], object] | Bar"


def taken(tally: Tally) -> BulkProgress:
    """How far a job is now."""
    return BulkProgress(
        tally.done,
        tally.total,
        tally.answered,
        tally.failed,
        tally.resumed,
        tally.usage.total_tokens,
        tally.cost,
        tally.seconds,
    )


class Teller:
    """Tells nothing; what it is told of goes to whom it is for in the classes below."""

    def __init__(self, tally: Tally) -> None:
        self.tally = tally

    def begin(self) -> None:
        """The job begins; how many lines there are is known now, if ever."""

    def step(self) -> object:
        """Something was done. What a function of the user's gives back is given back (an async client awaits it)."""

    def end(self) -> None:
        """The job is over, whichever way."""


class _Function(Teller):
    def __init__(self, tally: Tally, function: Callable[[BulkProgress], object]) -> None:
        super().__init__(tally)
        self.step = lambda: function(taken(tally))  # type: ignore[method-assign]  # what it gives may be awaited


class _Tqdm(Teller):
    def __init__(self, tally: Tally, bar: Any) -> None:
        super().__init__(tally)
        self._bar = bar
        self._shown = 0

    def begin(self) -> None:
        if getattr(self._bar, "total", None) is None:
            self._bar.total = self.tally.total

    def step(self) -> None:
        done = self.tally.done
        if hasattr(self._bar, "set_postfix_str"):
            self._bar.set_postfix_str(f"{self.tally.failed} failed, {self.tally.resumed} resumed", refresh=False)
        self._bar.update(done - self._shown)
        self._shown = done

    def end(self) -> None:
        self.step()
        if hasattr(self._bar, "refresh"):
            self._bar.refresh()


class _Lines(Teller):
    def __init__(self, tally: Tally) -> None:
        super().__init__(tally)
        self._next = 0.0

    def step(self) -> None:
        now = time.monotonic()
        if now >= self._next:
            self._next = now + LINE_SECONDS
            self._tell()

    def end(self) -> None:
        self._tell()

    def _tell(self) -> None:
        tell(f"bulk: {taken(self.tally)}")


class _Rich(Teller):
    def __init__(self, tally: Tally, rich: Any, console: Any) -> None:
        super().__init__(tally)
        self._bar = rich.Progress(
            rich.SpinnerColumn(),
            rich.BarColumn(bar_width=24),
            rich.TextColumn("{task.description}"),
            console=console,
            refresh_per_second=1 / _DRAW_SECONDS,
        )
        self._next = 0.0

    def begin(self) -> None:
        self._task = self._bar.add_task(str(taken(self.tally)), total=self.tally.total)
        self._bar.start()

    def step(self) -> None:
        now = time.monotonic()
        if now >= self._next:
            self._next = now + _DRAW_SECONDS
            self._draw()

    def _draw(self) -> None:
        self._bar.update(self._task, completed=self.tally.done, description=str(taken(self.tally)))

    def end(self) -> None:
        self._draw()
        self._bar.stop()


def teller(progress: Any, tally: Tally) -> Teller:
    """Who tells of a job, by the option `progress`."""
    if progress is False:
        return Teller(tally)
    if progress is True:
        return _on_stderr(tally)
    if hasattr(progress, "update") and hasattr(progress, "total") and not isinstance(progress, type):
        return _Tqdm(tally, progress)
    if isinstance(progress, type) or not callable(progress):
        hint = "a class is not a bar: progress=tqdm()" if isinstance(progress, type) else ""
        raise ConfigurationError(f"progress: True, a tqdm bar, or a function, got {progress!r}. {hint}".rstrip(". "))
    return _Function(tally, progress)


def _on_stderr(tally: Tally) -> Teller:
    try:
        console = importlib.import_module("rich.console").Console(stderr=True)
    except ImportError:
        return _Lines(tally)
    if not console.is_terminal:
        return _Lines(tally)
    return _Rich(tally, importlib.import_module("rich.progress"), console)
