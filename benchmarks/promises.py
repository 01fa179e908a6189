"""The table "promise → inputs tried → lost": what the fuzz harnesses found, printed and kept in docs/errors.md.

    table = Promises()
    table.tried("every property of a damaged answer raises an OpenAIError or nothing", lost=None)
    table.tried("every property of a damaged answer raises an OpenAIError or nothing", lost="chat: KeyError at text")
    sys.exit(table.finish())

A harness counts each input under the promise that it tries; `finish` prints the rows, then the first inputs that were
lost, and is 1 when any was. With `--write` among the arguments the rows take their place in docs/errors.md: those of
other harnesses stay, so each may be run alone, and a run with fewer inputs than the page has leaves the page alone.

Weak spot: the page says what the last large run found, not what a run of today would.
"""

from __future__ import annotations

import re
import sys
import time
from pathlib import Path

PAGE = Path(__file__).parent.parent / "docs" / "errors.md"
BEGIN, END = "<!-- promises: written by the harnesses of `make soak` -->", "<!-- end of promises -->"
HEAD = "| promise | inputs tried | lost |\n| --- | ---: | ---: |\n"
_ROW = re.compile(r"^\| (.+?) \| ([\d,]+) \| ([\d,]+) \|$", re.MULTILINE)
_MOST_SHOWN = 10


class Promises:
    """What was tried and what was lost, by promise."""

    def __init__(self) -> None:
        self.rows: dict[str, tuple[int, int]] = {}
        self.lost: list[str] = []
        self._began = time.monotonic()

    def tried(self, promise: str, lost: str | None = None, inputs: int = 1) -> None:
        """Count `inputs` under a promise; `lost` says what of one was not kept."""
        tried, failed = self.rows.get(promise, (0, 0))
        self.rows[promise] = (tried + inputs, failed + (lost is not None))
        if lost is not None:
            self.lost.append(f"{promise}: {lost}")

    def table(self) -> str:
        """The rows as they stand in the page."""
        return HEAD + "".join(f"| {name} | {tried:,} | {lost:,} |\n" for name, (tried, lost) in self.rows.items())

    def finish(self, arguments: list[str] | None = None) -> int:
        """Print the table and what was lost; write it into the page with `--write`. 1 when anything was lost."""
        print(self.table(), end="")
        print(f"{time.monotonic() - self._began:.0f} s")
        for lost in self.lost[:_MOST_SHOWN]:
            print("LOST", lost)
        if "--write" in (sys.argv[1:] if arguments is None else arguments):
            PAGE.write_text(written(PAGE.read_text(), self.rows))
        return 1 if self.lost else 0


def written(page: str, rows: dict[str, tuple[int, int]]) -> str:
    """The text of the page with these rows in its table, beside those of other promises."""
    before, begin, rest = page.partition(BEGIN)
    inside, end, after = rest.partition(END)
    if not begin or not end:
        raise SystemExit(f"{PAGE}: expected a table between {BEGIN!r} and {END!r}")
    found = {name: (_number(tried), _number(lost)) for name, tried, lost in _ROW.findall(inside)}
    for name, row in rows.items():
        if row[0] >= found.get(name, (0, 0))[0] or row[1]:
            found[name] = row
    table = Promises()
    table.rows = found
    return f"{before}{begin}\n\n{table.table()}\n{end}{after}"


def _number(text: str) -> int:
    return int(text.replace(",", ""))
