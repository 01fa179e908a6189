"""What an operation costs on the local server, in lines, so that the next hundred stay cheap.

Counted is every line of a file, prose and blank ones too. `MACHINE` are the files that would be the same for one
operation: sockets, forms, checks, rows (`kept.py`), and what stands in for a model. The rest are areas of the API.
"""

from __future__ import annotations

import ast
from pathlib import Path

from typed_openai.local import LocalServer
from typed_openai.local.kept import Kept
from typed_openai.local.router import Route

LOCAL = Path(__file__).parents[2] / "typed_openai/local"
MACHINE = {
    *("__init__", "__main__", "azure", "connection", "declared", "errors", "exchange", "faults", "forms", "hosts"),
    *("journal", "json_text", "kept", "page", "paging", "router", "script", "server", "service", "single", "state"),
    *("echo", "hints", "patterns", "scalars", "synthesis", "tokens"),
    *("attribute_filters", "pictures", "search_index", "sounds", "texts", "transcripts"),
}
MOST = 30
MOST_OF_A_ROW = 8
MOST_WITH_THE_MACHINE = 60
"""This one only falls."""


def sizes() -> dict[str, int]:
    return {path.stem: len(path.read_text().splitlines()) for path in LOCAL.glob("*.py")}


def routes() -> tuple[Route, ...]:
    return LocalServer().routes


def test_a_route_costs_thirty_lines_on_average() -> None:
    found = sizes()
    assert len(found.keys() & MACHINE) >= 30
    areas = {name: lines for name, lines in found.items() if name not in MACHINE}
    assert len(areas) >= 25
    assert len(routes()) >= 123
    assert sum(areas.values()) <= MOST * len(routes()), sorted(areas.items(), key=lambda item: -item[1])
    assert sum(found.values()) <= MOST_WITH_THE_MACHINE * len(routes())


def test_a_route_that_keeps_objects_is_a_row_of_at_most_eight_lines() -> None:
    rows = [route for route in routes() if isinstance(getattr(route.handler, "__self__", None), Kept)]
    rows += [route for route in routes() if route.handler.__qualname__.startswith(f"{Kept.__name__}.routes.")]
    lines = 0
    for path in LOCAL.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and is_row(node):
                lines += (node.end_lineno or node.lineno) - node.lineno + 1
    assert len(rows) >= 45
    assert lines <= MOST_OF_A_ROW * len(rows)


def is_row(call: ast.Call) -> bool:
    """Whether a call says what is kept, or which routes it has."""
    name = getattr(call.func, "attr", None) or getattr(call.func, "id", None)
    return name in ("Kept", "Containers", "routes")
