"""Which module knows which, with every import counted: at run time, for types, inside functions, by a name in a string.

Data flows one way: resources → core.declare → core.request → core.run → core.answer and streaming → models. There are
no circles. A string counts when it is the full name of a module of the package, or of something in one; the name of a
folder alone is a namespace (of loggers, of modules that are made), and a folder is no import of what lies in it.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "typed_openai"
MOST_AT_THE_TOP = 12
MAY_IMPORT = {
    "core": (
        "core",
        "errors",
        "models.base",
        "models.file_input",
        "models.shape",
        "models.known_values",
        "models.readers",
        "shown.hooks",
        "streaming",
    ),
    "core.answer": ("core", "errors", "models.base", "models.readers", "models.shape", "shown.hooks"),
    "core.request": ("core", "errors", "models.base", "models.file_input"),
    "core.run": ("core.answer", "core.request", "core.run", "core", "errors", "models.base"),
    "models": ("models", "core", "errors", "prices", "shown"),
    "local": ("local", "models", "core", "errors", "resources", "sockets.pcm", "tokens.pictures", "webhooks"),
    "testing": ("testing", "local", "core", "errors", "shown.compact"),
    "shown": ("shown", "core", "resources", "settings"),
    "streaming": ("streaming", "core", "errors", "models", "settings", "structured", "tools.call_values"),
    "tokens": ("tokens", "core", "errors", "models", "structured", "tools"),
    "bulk": (
        "bulk",
        "core",
        "errors",
        "models",
        "resources.batches",
        "resources.files",
        "settings",
        "shown",
        "tokens",
        "usage",
    ),
    "settings": ("settings", "core", "errors", "models", "providers"),
}
"""By folder, what its modules may name."""
NEVER = {
    "core": ("client", "settings", "usage", "resources", "bulk", "tools", "structured", "tokens", "providers"),
    "core.run": ("core.declare",),
    "core.answer": ("core.declare",),
    "core.request": ("core.declare",),
    "models": ("core.declare", "core.run.transport", "core.run.drivers", "resources", "client"),
}


def module_of(path: Path) -> str:
    """The name of the module in a file."""
    name = ".".join(path.relative_to(ROOT).with_suffix("").parts)
    return name.removesuffix(".__init__")


@cache
def modules() -> dict[str, Path]:
    """Every module of the package, and its file."""
    return {module_of(path): path for path in sorted(PACKAGE.rglob("*.py"))}


@cache
def imported_by(name: str) -> frozenset[str]:
    """The modules that a module names, wherever it does."""
    return frozenset(set(_named_in(ast.parse(modules()[name].read_text("utf-8")))) - {name, "typed_openai"})


def _named_in(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module is not None and not node.level:
            for alias in node.names:
                yield from _module(f"{node.module}.{alias.name}")
        elif isinstance(node, ast.Import):
            for alias in node.names:
                yield from _module(alias.name)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and not _is_folder(node.value):
            yield from _module(node.value)


def _module(name: str) -> Iterator[str]:
    """The module that a full name stands for, or stands in."""
    if not name.startswith("typed_openai.") or not all(map(str.isidentifier, name.split("."))):
        return
    while name not in modules():
        name = name.rpartition(".")[0]
    yield name


def _is_folder(name: str) -> bool:
    return name in modules() and modules()[name].name == "__init__.py"


def test_every_import_is_seen() -> None:
    assert len(modules()) > 300
    assert sum(len(imported_by(name)) for name in modules()) > 1400
    assert "typed_openai.resources.chat" in imported_by("typed_openai.resources")  # a name in a string
    assert "typed_openai.core.caller" in imported_by("typed_openai.core.declare.endpoint")  # for types
    assert "typed_openai.core.run.pools" in imported_by("typed_openai.client")  # inside a function


def test_no_import_is_relative() -> None:
    trees = {name: ast.walk(ast.parse(path.read_text("utf-8"))) for name, path in modules().items()}
    assert [
        name for name, nodes in trees.items() if any(isinstance(node, ast.ImportFrom) and node.level for node in nodes)
    ] == []


def test_there_are_no_circles() -> None:
    graph = {name: imported_by(name) for name in modules() if name != "typed_openai"}
    try:
        list(TopologicalSorter(graph).static_order())
    except CycleError as error:
        pytest.fail(f"import circle: {error.args[1]}")


@pytest.mark.parametrize("folder", MAY_IMPORT)
def test_data_flows_one_way(folder: str) -> None:
    found = {
        f"{name} names {wanted}"
        for name in modules()
        if f"{name}.".startswith(f"typed_openai.{folder}.")
        for wanted in imported_by(name)
        if not f"{wanted}.".startswith(tuple(f"typed_openai.{each}." for each in MAY_IMPORT[folder]))
    }
    assert found == set()


@pytest.mark.parametrize("folder", NEVER)
def test_nothing_knows_what_is_above_it(folder: str) -> None:
    found = {
        f"{name} names {wanted}"
        for name in modules()
        if f"{name}.".startswith(f"typed_openai.{folder}.")
        for wanted in imported_by(name)
        if f"{wanted}.".startswith(tuple(f"typed_openai.{each}." for each in NEVER[folder]))
    }
    assert found == set()


def test_at_most_twelve_files_lie_at_the_top() -> None:
    assert len(list(PACKAGE.glob("*.py"))) <= MOST_AT_THE_TOP
