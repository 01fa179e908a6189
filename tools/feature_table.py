"""The table of docs/features.md, from docs/features.toml.

    python -m tools.feature_table            # write it anew (a part of make format)
    python -m tools.feature_table --check    # or say that it is old

`tests/test_features.py` asks whether every yes of ours has a test that exists.
"""

from __future__ import annotations

import sys
import tomllib
from itertools import groupby
from pathlib import Path
from typing import Any

DOCS = Path(__file__).parent.parent / "docs"
PAGE = DOCS / "features.md"
BEGIN, END = "<!-- features.toml -->\n", "<!-- end -->"
OTHERS = ("official", "pydantic_ai", "litellm")


def read() -> dict[str, Any]:
    """The data: `versions`, and `feature`, a list."""
    return tomllib.loads((DOCS / "features.toml").read_text())


def table(data: dict[str, Any]) -> str:
    """A table for each area, in the order of the file."""
    head = " | ".join(["", "typed_openai", *(data["versions"][other] for other in OTHERS)])
    parts: list[str] = []
    for area, features in groupby(data["feature"], key=lambda feature: feature["area"]):
        rows = [f"| {_row(feature)} |" for feature in features]
        parts.append("\n".join([f"### {area}", "", f"|{head} |", "| --- | --- | --- | --- | --- |", *rows]))
    return "\n\n".join(parts) + "\n"


def _row(feature: dict[str, str]) -> str:
    ours = "no" if feature["ours"] == "no" else f"[yes]({feature['page']})"
    return " | ".join([feature["name"], ours, *(feature[other].replace("part: ", "") for other in OTHERS)])


def written(page: str, data: dict[str, Any]) -> str:
    """The page with the table between its two marks."""
    before, _, rest = page.partition(BEGIN)
    return before + BEGIN + table(data) + END + rest.partition(END)[2]


def main(arguments: list[str]) -> int:
    """Write or check; 1 when it is old."""
    old = PAGE.read_text()
    new = written(old, read())
    if "--check" not in arguments:
        PAGE.write_text(new)
    elif new != old:
        sys.stderr.write("docs/features.md is older than docs/features.toml: run make format\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
