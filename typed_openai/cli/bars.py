"""Rows of usage as bars: what each is called, how long it is, and what stands behind it.

A `Chart` has a bar for each value of the first name by which rows are told apart, made of parts: by the other names, or
by what was counted (read and written). The terminal is shown a line for each row (`rich`), files the bars (`plots.py`).

Rules: days on which there was nothing have a bar of no length; amounts of another currency than dollars say which, and
have bars of their own. What was given back (less than nothing) has no length, and its number says so.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from math import isfinite
from typing import TYPE_CHECKING, Any, NamedTuple

from typed_openai.cli.terminal import clean

if TYPE_CHECKING:
    from rich.console import RenderableType

COUNTED: dict[str, tuple[str, dict[str, str]]] = {
    "costs": ("", {"amount": "amount"}),
    "completions": ("tokens", {"input_tokens": "read", "output_tokens": "written"}),
    "decisions": ("tokens", {"input_tokens": "read", "output_tokens": "written"}),
    "embeddings": ("tokens", {"input_tokens": "read"}),
    "moderations": ("tokens", {"input_tokens": "read"}),
    "images": ("pictures", {"images": "made"}),
    "audio speeches": ("characters", {"characters": "spoken"}),
    "audio transcriptions": ("seconds", {"seconds": "heard"}),
    "code interpreter sessions": ("sessions", {"num_sessions": "begun"}),
    "file search calls": ("searches", {"num_requests": "made"}),
    "vector stores": ("bytes", {"usage_bytes": "kept"}),
    "web search calls": ("searches", {"num_requests": "made"}),
}
"""By kind: what is counted, and the numbers of a row that count, with what each is called."""
NOTHING = "(none)"
DOLLARS = "usd"
MOST_PARTS = 8
"""Names in a legend; what is left is `other`."""


class Bar(NamedTuple):
    """One bar: what it is called, its parts by name, and the currency of money."""

    label: str
    parts: Mapping[str, float]
    currency: str = DOLLARS

    @property
    def length(self) -> float:
        return sum(self.parts.values())


class Chart:
    """Bars, a title, and how numbers are written."""

    def __init__(
        self,
        kind: str,
        told: Sequence[str],
        rows: Sequence[Mapping[str, Any]],
        first: date,
        last: date,
        called: Mapping[str, str],
    ) -> None:
        self.kind = kind
        self.told = [name if name in rows[0] else f"{name}_id" for name in told] if rows else list(told)
        self.rows = rows
        times = Counter(called.values())
        self.called = {id: name if times[name] == 1 else f"{name} ({id})" for id, name in called.items()}
        self.days = [f"{first + timedelta(days=day)}" for day in range((last - first).days + 1)]
        self.unit, self.numbers = COUNTED[kind]
        self.span = f"{first} to {last}" if last != first else f"{first}"

    @property
    def title(self) -> str:
        """What is shown, of when, and what it comes to."""
        sums: dict[str, float] = {}
        for row in self.rows:
            currency = _currency(row)
            sums[currency] = sums.get(currency, 0) + self._value(row)
        totals = [self.text(value, currency) for currency, value in sums.items()] or [self.text(0)]
        return f"{self.kind.capitalize()}, {self.span}: {' and '.join(totals)}"

    def text(self, value: float, currency: str = DOLLARS) -> str:
        """A number with what it counts."""
        if self.unit:
            return f"{value:,.0f} {self.unit}"
        if currency != DOLLARS:
            return f"{value:,.2f} {clean(currency)}"
        return f"-${-value:,.2f}" if round(value, 2) < 0 else f"${abs(value):,.2f}"

    def _value(self, row: Mapping[str, Any]) -> float:
        return sum(_number(row, name) for name in self.numbers)

    def _name(self, row: Mapping[str, Any], name: str) -> str:
        value = row.get(name)
        return NOTHING if value is None else clean(self.called.get(str(value), str(value)))

    def lines(self) -> Iterator[tuple[str, float, str]]:
        """A label, a length and a text for each row, days on which there was nothing included."""
        found = [
            (
                " · ".join(self._name(row, name) for name in self.told),
                self._value(row),
                _currency(row),
            )
            for row in self.rows
        ]
        if self.told == ["day"]:
            seen = {label for label, _, _ in found}
            found = sorted([*found, *((day, 0.0, DOLLARS) for day in self.days if day not in seen)])
        yield from ((label, value, self.text(value, currency)) for label, value, currency in found)

    def bars(self) -> list[Bar]:
        """A bar for each value of the first name and each currency, in the order of time, else the longest first."""
        is_by_day = self.told[0] == "day"
        found: dict[tuple[str, str], dict[str, float]] = {}
        for row in self.rows:
            parts = found.setdefault((self._name(row, self.told[0]), _currency(row)), {})
            for name, value in self._parts(row):
                parts[name] = parts.get(name, 0) + value
        seen = {label for label, _ in found}
        found |= {(day, DOLLARS): {} for day in self.days if is_by_day and day not in seen}
        kept = self._kept(found.values())
        bars = [Bar(label, _gathered(parts, kept), currency) for (label, currency), parts in found.items()]
        if is_by_day:
            return sorted(bars, key=lambda bar: bar.label)
        return bars if self.told[0] == "month" else sorted(bars, key=lambda bar: -bar.length)

    def _parts(self, row: Mapping[str, Any]) -> Iterator[tuple[str, float]]:
        if len(self.told) > 1:
            yield " · ".join(self._name(row, name) for name in self.told[1:]), self._value(row)
        else:
            yield from ((called, _number(row, name)) for name, called in self.numbers.items())

    def _kept(self, bars: Any) -> list[str]:
        """The names that have a part of their own: those that come to most."""
        sums: dict[str, float] = {}
        for parts in bars:
            for name, value in parts.items():
                sums[name] = sums.get(name, 0) + value
        return sorted(sums, key=lambda name: -sums[name])[:MOST_PARTS]

    def __rich__(self) -> RenderableType:
        from rich.bar import Bar as Length
        from rich.console import Group
        from rich.table import Table
        from rich.text import Text

        lines = list(self.lines())
        most = max((value for _, value, _ in lines), default=0) or 1
        table = Table(box=None, show_header=False, padding=(0, 1, 0, 0), expand=True)
        table.add_column(overflow="fold", max_width=40)
        table.add_column(ratio=1)
        table.add_column(justify="right", no_wrap=True)
        for label, value, text in lines:
            table.add_row(Text(label), Length(most, 0, value, color="cyan"), Text(text))
        return Group(Text(self.title, style="bold"), table)


def _currency(row: Mapping[str, Any]) -> str:
    return str(row.get("currency") or DOLLARS)


def _number(row: Mapping[str, Any], name: str) -> float:
    """A number of a row; what is none, or none that can be drawn, counts nothing."""
    value = row.get(name)
    return float(value) if isinstance(value, int | float) and isfinite(value) else 0.0


def _gathered(parts: Mapping[str, float], kept: Sequence[str]) -> dict[str, float]:
    """Parts in the order of the legend, those without a place in it as one."""
    found = {name: parts[name] for name in kept if parts.get(name)}
    rest = sum(value for name, value in parts.items() if name not in kept)
    return {**found, "other": rest} if rest else found
