"""The table of docs/frameworks.md: what `make frameworks` counted, program by program.

    python tools/frameworks_table.py .venv-frameworks docs/frameworks.md

Each venv has a `report.json` (what passed and failed on each side) beside what is installed in it. The rows between
the two marks of the page are written anew, for the programs that have a report; the others keep theirs. Standard
library only: it runs outside every venv.
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path

BEGIN, END = "<!-- what make frameworks counted -->", "<!-- end -->"
HEAD = [
    "| program | version | openai | scenarios | official | ours | without the view |",
    "| --- | --- | --- | --- | --- | --- | --- |",
]
SIDES = ("official", "ours", "client")
PACKAGES = {
    "ell": "ell-ai",
    "haystack": "haystack-ai",
    "llama-index": "llama-index-llms-openai",
    "pydantic-ai": "pydantic-ai-slim",
}
"""Where a program's package has another name."""


def version(venv: Path, package: str) -> str:
    """The version that is installed."""
    folders = venv.glob(f"lib/python*/site-packages/{package.replace('-', '_')}-*.dist-info")
    return next((folder.name.removesuffix(".dist-info").rpartition("-")[2] for folder in folders), "?")


def row(venv: Path) -> str:
    """A program, from its report: `17` when all passed, else `16 of 17`."""
    counts: dict[str, int] = json.loads((venv / "report.json").read_text())
    cells = [venv.name, version(venv, PACKAGES.get(venv.name, venv.name)), version(venv, "openai")]
    passed = {side: counts.get(f"{side} passed", 0) for side in SIDES}
    total = {side: passed[side] + counts.get(f"{side} failed", 0) for side in passed}
    shown = [_shown(passed[side], total[side]) for side in SIDES]
    return f"| {' | '.join([*cells, str(max(total.values())), *shown])} |"


def _shown(passed: int, total: int) -> str:
    if total == 0:
        return ""
    return str(passed) if passed == total else f"{passed} of {total}"


def written(page: str, rows: dict[str, str]) -> str:
    """The page with these rows, in place of those of the same programs."""
    before, _, rest = page.partition(BEGIN)
    inside, _, after = rest.partition(END)
    old = {match[1]: match[0] for match in re.finditer(r"^\| (\w[\w-]*) \| .*\|$", inside, re.MULTILINE)}
    old.pop("program", None)
    lines = [*HEAD, *(dict(sorted((old | rows).items()))).values()]
    return f"{before}{BEGIN}\n" + "\n".join(lines) + f"\n{END}{after}"


def main(home: Path, page: Path) -> int:
    """Write the table, and print it."""
    reports = sorted(home.glob("*/report.json"))
    programs = [each.parent for each in reports if json.loads(each.read_text())]
    rows = {venv.name: row(venv) for venv in programs}
    page.write_text(written(page.read_text(), rows))
    sys.stdout.write("\n".join([*HEAD, *rows.values()]) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), Path(sys.argv[2])))
