"""What is covered, area by area, in one table: `python -m tests.conformance.table` prints it, `--write` keeps it.

Operations are those of the official package that are declared here, of all that it has, helpers among them; sockets
those that are alive (`not_alive.txt`). Parameters
and result fields are those of all models that the operations reach, each once for its area: what `test_schemas.py`
checks both ways. Local routes are those of `typed_openai.local`; interop cases the scenarios of `tests/interop`.

It is kept in CONTRIBUTING.md; `test_table.py` fails where it is not fresh.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, get_args

from pydantic import BaseModel

from tests.conformance.declared import declared
from tests.conformance.test_operations import OPERATIONS, SOCKETS, is_built
from tests.interop.scenarios import SCENARIOS
from tools.drift.comparing import leaves
from tools.official_names import fields, is_shape
from typed_openai.core.declare.endpoint import Endpoint
from typed_openai.local.router import Router
from typed_openai.local.service import areas

KEPT = Path(__file__).resolve().parents[2] / "CONTRIBUTING.md"
MARKS = ("<!-- table: python -m tests.conformance.table --write -->\n", "<!-- end of table -->\n")
HEAD = ("area", "operations", "sockets", "parameters", "result fields", "local routes", "interop cases")


def area_of(title: str) -> str:
    """The area of an operation: its first name, or two of what is in beta or of administration."""
    steps = title.split(".")
    return ".".join(steps[: 2 if steps[0] in ("admin", "beta") and len(steps) > 2 else 1])


def field_count(kinds: Iterable[Any]) -> int:
    """How many fields there are below some annotations, each class once."""
    waiting = [leaf for kind in kinds for leaf in leaves(kind)]
    seen: dict[type[BaseModel], int] = {}
    for leaf in waiting:  # which grows
        if is_shape(leaf) and issubclass(leaf, BaseModel) and leaf not in seen:
            known = fields(leaf)
            seen[leaf] = len(known)
            waiting += [inner for annotation in known.values() for inner in leaves(annotation)]
    return sum(seen.values())


def results_of(endpoint: Endpoint) -> list[Any]:
    """All that an operation may give."""
    kinds = [endpoint.result, *(endpoint.results or {}).values()]
    kinds = [inner for kind in kinds for inner in (get_args(kind) if endpoint.page is not None else (kind,))]
    return [*kinds, *([] if endpoint.stream is None else [endpoint.stream.event])]


def rows() -> list[tuple[str, ...]]:
    """One row for each area, and their sums."""
    ours: defaultdict[str, list[Endpoint]] = defaultdict(list)
    for title, endpoint in declared().items():
        ours[area_of(title)].append(endpoint)
    built, every = Counter(area_of(t) for t in OPERATIONS if is_built(t)), Counter(map(area_of, OPERATIONS))
    open_sockets, sockets = Counter(area_of(t) for t in SOCKETS if is_built(t)), Counter(map(area_of, SOCKETS))
    cases = Counter(area_of(one.operation) for one in SCENARIOS)
    served = {(route.method, route.pattern) for route in Router.of(*areas()).routes}
    counts: dict[str, list[tuple[int, ...]]] = {}
    for area in sorted({*every, *sockets}):
        places = {(each.method, each.path.partition("?")[0]) for each in ours[area]}
        counts[area] = [
            (built[area], every[area]),
            (open_sockets[area], sockets[area]),
            (field_count(each.params for each in ours[area] if each.params is not None),),
            (field_count(kind for each in ours[area] for kind in results_of(each)),),
            (len(places & served),),
            (cases[area],),
        ]
    sums = [tuple(map(sum, zip(*column, strict=True))) for column in zip(*counts.values(), strict=True)]
    return [(area, *map(_shown, row)) for area, row in [*counts.items(), ("**all**", sums)]]


def _shown(count: tuple[int, ...]) -> str:
    return "" if not any(count) else " of ".join(map(str, count))


def text() -> str:
    """The table in Markdown."""
    lines = [HEAD, ("---", *("--:" for _ in HEAD[1:])), *rows()]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the table, or keep it."""
    parser = argparse.ArgumentParser(prog="python -m tests.conformance.table", description=__doc__)
    parser.add_argument("--write", action="store_true", help="keep it in CONTRIBUTING.md")
    if not parser.parse_args(arguments).write:
        print(text(), end="")
        return 0
    before, _, rest = KEPT.read_text().partition(MARKS[0])
    KEPT.write_text(before + MARKS[0] + "\n" + text() + "\n" + MARKS[1] + rest.partition(MARKS[1])[2])
    return 0


if __name__ == "__main__":
    sys.exit(main())
