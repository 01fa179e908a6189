"""The report of a bulk job as one HTML page: numbers, and pictures in plain SVG. Nothing outside of the page is loaded.

Weak spot: latencies are known to the bounds of the histogram only.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from html import escape
from string import Template
from typing import Protocol, TypeAlias

from typed_openai.core.run.replacing import replacing
from typed_openai.errors import ConfigurationError
from typed_openai.usage import Tokens

BOUNDS = (0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 30.0, 60.0, 120.0, 300.0)
"""The upper ends of the bars of a histogram, in seconds; one more bar is for the rest."""

_PAGE = Template("""<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Bulk job: $title</title><style>
:root { color-scheme: light dark; --bar: #3b7ddd; --bad: #d0454c;
  --soft: color-mix(in srgb, currentColor 18%, transparent) }
body { font: 15px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem }
table { border-collapse: collapse } th, td { text-align: left; padding: .2rem 1rem .2rem 0; vertical-align: top }
td.number { text-align: right; font-variant-numeric: tabular-nums } tr { border-bottom: 1px solid var(--soft) }
svg { width: 100%; height: auto } svg text { font: 12px system-ui, sans-serif; fill: currentColor }
rect { fill: var(--bar) } .failed rect { fill: var(--bad) } code { overflow-wrap: anywhere }
</style></head><body>
<h1>Bulk job</h1><table id="numbers">$numbers</table>
$sections
</body></html>
""")
_ROW, _LEFT, _WIDTH = 24, 190, 720


Rows: TypeAlias = Sequence[tuple[str, str]]
"""The lines of the table: what, how much."""


class Reported(Protocol):
    """What a page tells of a job: a `BulkReport`."""

    @property
    def answered(self) -> int: ...
    @property
    def resumed(self) -> int: ...
    @property
    def failed(self) -> int: ...
    @property
    def left(self) -> int | None: ...
    @property
    def latencies(self) -> Sequence[int]: ...
    @property
    def by_model(self) -> Mapping[str, Tokens]: ...
    @property
    def errors(self) -> Mapping[str, int]: ...
    @property
    def messages(self) -> Mapping[str, str]: ...
    @property
    def output(self) -> str: ...


def write_page(report: Reported, rows: Rows, path: str | os.PathLike[str]) -> None:
    """Write the page of a report."""
    try:
        with replacing(path) as target:
            target.write(page(report, rows).encode())
    except OSError as error:
        raise ConfigurationError(f"report: {error}") from error


def page(report: Reported, rows: Rows) -> str:
    """The page of a report, as HTML."""
    numbers = "".join(f"<tr><th>{escape(name)}</th><td>{escape(told)}</td></tr>" for name, told in rows)
    return _PAGE.substitute(title=escape(report.output), numbers=numbers, sections="\n".join(_sections(report)))


def _sections(report: Reported) -> Iterable[str]:
    lines = [("answered", report.answered), ("resumed", report.resumed), ("failed", report.failed)]
    if report.left:
        lines.append(("left", report.left))
    yield _section("lines", "Lines", lines)
    if report.latencies:
        names = [f"up to {bound:g} s" for bound in BOUNDS] + [f"over {BOUNDS[-1]:g} s"]
        yield _section("latencies", "How long answers took", list(zip(names, report.latencies, strict=True)))
    if report.by_model:
        tokens = [
            (f"{model or 'no model named'}: {what}", count)
            for model, usage in report.by_model.items()
            for what, count in (("in", usage.prompt_tokens), ("out", usage.completion_tokens))
        ]
        yield _section("tokens", "Tokens", tokens)
    if report.errors:
        yield _section("errors", "Errors by kind", list(report.errors.items()), "failed")
        said = "".join(
            f"<tr><th>{escape(code)}</th><td><code>{escape(report.messages.get(code, ''))}</code></td></tr>"
            for code in report.errors
        )
        yield f"<table>{said}</table>"


def _section(name: str, title: str, bars: Sequence[tuple[str, int]], kind: str = "") -> str:
    """A picture of bars with its heading."""
    most = max((count for _, count in bars), default=0) or 1
    drawn = "".join(_bar(place, label, count, most) for place, (label, count) in enumerate(bars))
    height = _ROW * len(bars)
    told = escape(title)
    picture = f'<svg class="{kind}" viewBox="0 0 {_WIDTH} {height}" role="img" aria-label="{told}">{drawn}</svg>'
    return f'<section id="{name}"><h2>{told}</h2>{picture}</section>'


def _bar(place: int, label: str, count: int, most: int) -> str:
    top, width = place * _ROW, (_WIDTH - _LEFT - 90) * count / most
    short = label if len(label) <= 28 else f"{label[:27]}…"
    return (
        f'<text x="{_LEFT - 8}" y="{top + 16}" text-anchor="end">{escape(short)}</text>'
        f'<rect x="{_LEFT}" y="{top + 4}" width="{width:.1f}" height="{_ROW - 8}">'
        f"<title>{escape(label)}: {count:,}</title></rect>"
        f'<text x="{_LEFT + width + 6:.1f}" y="{top + 16}">{count:,}</text>'
    )
