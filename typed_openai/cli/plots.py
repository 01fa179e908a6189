"""Bars as a picture: SVG, a page with it and the numbers, or PNG (resvg, extra `[plots]`).

    write = writer_of("costs.png")      # refuses what cannot be written, before anything is asked
    write(drawn(chart))

Rules: everything that is not ours is escaped; a picture tells with its title and its numbers what its colours tell.

Weak spot: nobody measures letters; widths are those of most fonts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import click

from typed_openai.core.extras import needed

if TYPE_CHECKING:
    from typed_openai.cli.bars import Bar, Chart

WIDTH, LINE, TOP, SIDE = 960, 26, 56, 16
MOST = 38
"""Letters of a label."""
LETTER = 7.2
"""What a letter is wide, about."""
ACROSS = 3
"""Entries of a legend in a row."""
COLOURS: tuple[str, ...] = (
    "#0072B2",
    "#E69F00",
    "#009E73",
    "#CC79A7",
    "#56B4E9",
    "#D55E00",
    "#F0E442",
    "#7A7A7A",
    "#BBBBBB",
)
"""Colours that differ for everybody (Okabe and Ito)."""
_STYLE = "body{font:15px system-ui,sans-serif;margin:2rem;max-width:62rem}td{padding:.1rem 1rem .1rem 0}svg{width:100%}"


class Drawing(NamedTuple):
    """A picture, and the page around it."""

    svg: str
    html: str


def writer_of(path: str) -> Callable[[Drawing], None]:
    """What writes a picture to a file of that name; raises a usage error where nothing can."""
    ending = Path(path).suffix.lower()
    if ending == ".svg":
        return lambda drawing: _write(path, drawing.svg.encode())
    if ending in (".html", ".htm"):
        return lambda drawing: _write(path, drawing.html.encode())
    if ending != ".png":
        raise click.BadParameter(f"--plot: a file that ends in .svg, .html or .png, got {path!r}")
    resvg_py = needed("resvg_py", "a .png", ".svg and .html need nothing", click.UsageError)
    return lambda drawing: _write(path, resvg_py.svg_to_bytes(svg_string=drawing.svg, background="#ffffff", zoom=2))


def _write(path: str, content: bytes) -> None:
    from typed_openai.core.run.replacing import replacing

    try:
        with replacing(path) as target:
            target.write(content)
    except OSError as error:
        raise click.ClickException(f"cannot write {path!r}: {error.strerror}") from None


def drawn(chart: Chart) -> Drawing:
    """A chart as a picture."""
    bars = chart.bars()
    names = list(dict.fromkeys(name for bar in bars for name in bar.parts))
    names.sort(key="other".__eq__)
    colours = dict(zip(names, COLOURS, strict=False))
    legend = names if len(names) > 1 else []
    height = TOP + LINE * (len(bars) + (1 + -(-len(legend) // ACROSS) if legend else 0)) + SIDE
    inside = "\n".join([*_bars(chart, bars, colours), *_legend(legend, colours, TOP + LINE * (len(bars) + 1))])
    title = escape(chart.title)
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height}" viewBox="0 0 {WIDTH} {height}" '
        f'font-family="sans-serif" font-size="13" role="img"><title>{title}</title>\n'
        f'<text x="{SIDE}" y="30" font-size="17" font-weight="bold">{title}</text>\n{inside}\n</svg>\n'
    )
    lines = [f"<tr><td>{escape(label)}<td align=right>{escape(text)}" for label, _, text in chart.lines()]
    page = [f"<!doctype html><meta charset=utf-8><title>{title}</title><style>{_STYLE}</style>", svg, "<table>"]
    return Drawing(svg, "\n".join([*page, *lines, "</table>", ""]))


def _bars(chart: Chart, bars: list[Bar], colours: dict[str, str]) -> Iterator[str]:
    left = SIDE + LETTER * max((len(_short(bar.label)) for bar in bars), default=0) + 12
    numbers = [chart.text(bar.length, bar.currency) for bar in bars]
    room = WIDTH - SIDE - left - LETTER * max(map(len, numbers), default=0) - 12
    most = max((sum(value for value in bar.parts.values() if value > 0) for bar in bars), default=0) or 1
    for place, (bar, number) in enumerate(zip(bars, numbers, strict=True)):
        y, x = TOP + LINE * place, left
        yield f'<text x="{left - 12:.1f}" y="{y + 14}" text-anchor="end">{escape(_short(bar.label))}</text>'
        for name, value in bar.parts.items():
            width = max(room * value / most, 0)
            about = escape(f"{bar.label}, {name}: {chart.text(value, bar.currency)}")
            yield (
                f'<rect x="{x:.1f}" y="{y}" width="{width:.1f}" height="18" fill="{colours[name]}">'
                f"<title>{about}</title></rect>"
            )
            x += width
        yield f'<text x="{x + 8:.1f}" y="{y + 14}" fill="#444">{escape(number)}</text>'


def _legend(names: list[str], colours: dict[str, str], y: int) -> Iterator[str]:
    for place, name in enumerate(names):
        x, below = SIDE + place % ACROSS * (WIDTH - 2 * SIDE) // ACROSS, y + place // ACROSS * LINE
        yield f'<rect x="{x}" y="{below}" width="12" height="12" fill="{colours[name]}"/>'
        yield f'<text x="{x + 17}" y="{below + 11}">{escape(_short(name))}</text>'


def _short(text: str) -> str:
    return text if len(text) <= MOST else f"{text[: MOST - 1]}…"
