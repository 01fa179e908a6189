"""Suites with a venv of their own install what their tests import: nobody runs them often, and a module that a shared
file imports today would stop them at the first line. Seen from here, without installing anything.

What counts is imported when a file is loaded: by the tests, by the `conftest.py` above them, by what those import of
`tests`, `tools` and `benchmarks`. Weak spots: of what a script names all counts as installed, in whichever venv; what
is not installed here is believed to be what a script calls it.
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from functools import cache
from importlib import metadata
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
SUITES = {
    "parity": ("tests/parity",),
    "frameworks": ("tests/frameworks",),
    "ray": ("tests/ray", "benchmarks/bulk_workers.py"),
}
"""By script, what it runs."""
OUR_FOLDERS = ("tests", "tools", "benchmarks")


def loaded_by(suite: str) -> dict[str, Path]:
    """Every module from elsewhere that loading the suite imports, and a file that does."""
    found: dict[str, Path] = {}
    waiting = [path for given in SUITES[suite] for path in _files(ROOT / given)]
    seen = set[Path]()
    while waiting:
        path = waiting.pop()
        if path in seen:
            continue
        seen.add(path)
        for module in _imported(path):
            if module.partition(".")[0] in OUR_FOLDERS:
                waiting += _ours(module)
            elif (top := module.partition(".")[0]) not in sys.stdlib_module_names | {"typed_openai"}:
                found.setdefault(top, path.relative_to(ROOT))
    return found


def _files(given: Path) -> Iterator[Path]:
    yield from sorted(given.rglob("*.py")) if given.is_dir() else [given]
    for folder in given.parents:
        if folder != ROOT and folder.is_relative_to(ROOT) and (folder / "conftest.py").exists():
            yield folder / "conftest.py"


def _imported(path: Path) -> Iterator[str]:
    """What is imported when the file is: not inside functions, not for types, not where its lack is dealt with."""
    waiting: list[ast.stmt] = list(ast.parse(path.read_text("utf-8")).body)
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.ClassDef):
            waiting += node.body
        elif isinstance(node, ast.If) and ast.unparse(node.test) != "TYPE_CHECKING":
            waiting += node.body + node.orelse


def _ours(module: str) -> Iterator[Path]:
    """The file of a module of ours, or of the one that a name is imported from, and those of its packages."""
    parts = module.split(".")
    for length in range(1, len(parts) + 1):
        place = ROOT.joinpath(*parts[:length])
        yield from (path for path in (place.with_suffix(".py"), place / "__init__.py") if path.exists())


@cache
def _distributions() -> dict[str, list[str]]:
    return {module: [_canonical(name) for name in names] for module, names in metadata.packages_distributions().items()}


def _canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def installed_by(suite: str) -> set[str]:
    """What the script of a suite names, the package itself, and what both need."""
    script = re.sub(r"(^|\s)#.*", "", (ROOT / "scripts" / suite).read_text("utf-8"), flags=re.MULTILINE)
    waiting = {_canonical(word) for word in re.findall(r"[A-Za-z][\w.-]*", script)} | {"typed-openai"}
    found = set[str]()
    while waiting:
        name = waiting.pop()
        found.add(name)
        try:
            needed = metadata.requires(name) or []
        except metadata.PackageNotFoundError:
            continue
        waiting |= {
            _canonical(re.split(r"[^\w.-]", line, maxsplit=1)[0]) for line in needed if "extra ==" not in line
        } - found
    return found


@pytest.mark.parametrize("suite", SUITES)
def test_a_suite_installs_what_its_tests_import(suite: str) -> None:
    installed, loaded = installed_by(suite), loaded_by(suite)
    assert {"pytest", "hypothesis", "httpx"} <= set(loaded)  # something was looked at
    lacking = {
        f"{module} (in {path})"
        for module, path in loaded.items()
        if not installed.intersection(_distributions().get(module, [_canonical(module)]))
    }
    assert lacking == set()


def test_every_suite_with_a_venv_of_its_own_is_looked_at() -> None:
    scripts = {path.name: path.read_text("utf-8") for path in (ROOT / "scripts").iterdir()}
    with_less = {
        name
        for name, script in scripts.items()
        if re.search(r"venv\S*/bin/python\"? -m pytest", script)
        and not re.search(r"\.venv/bin/python -m pytest|\.\[dev\]", script)
    }
    assert with_less == set(SUITES)
