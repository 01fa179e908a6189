"""What a program written for the official package has to change: a list with reasons, or (`--write`) the changes made.

    python -m typed_openai.migrate PATH...           list
    python -m typed_openai.migrate --write PATH...   change the files, list what is left to a person

Rules
* Programs are parsed, never run, and only the places that differ are touched: a file keeps its layout.
* What can be rewritten so that it means the same is rewritten: imports, module-level calls and settings, classes from
  before 1.0. What needs a decision is listed and left as it is.
* Names that are not here are listed with what to use instead (`docs/coming-from-openai.md`).

The exit code is 1 where something is left to a person, 2 for a path that cannot be read, else 0. Weak spots: it follows
names, not types (a client is what `OpenAI(...)` was assigned to, or is called `client`); notebooks are not read.
"""

from __future__ import annotations

import argparse
import ast
import functools
import importlib.util
import re
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import typed_openai
from typed_openai.core.declare.resource import Nested
from typed_openai.core.run.replacing import replacing
from typed_openai.resources import Resources

OFFICIAL, OURS = "openai", "typed_openai"
CLIENTS = ("OpenAI", "AsyncOpenAI", "AzureOpenAI", "AsyncAzureOpenAI", "Client", "AsyncClient")
BEFORE_1_0 = {
    "ChatCompletion": "chat.completions",
    "Completion": "completions",
    "Embedding": "embeddings",
    "Image": "images",
    "Model": "models",
    "Moderation": "moderations",
    "File": "files",
}
"""Classes of the package before 1.0 → the group of operations that took their place."""
SETTINGS = ("api_key", "organization", "project", "base_url", "timeout", "max_retries", "default_headers")
SETTINGS_BEFORE_1_0 = {"api_base": "base_url"}
GROUPS = frozenset(name for name in vars(Resources) if not name.startswith("_"))
"""The groups of operations of a client."""
TAKE_NAMES = ("patch", "setattr", "import_module", "importorskip", "getLogger")
"""Functions whose first argument names a module, or something in one, as text."""
LOOKS = {
    "create_and_poll": "a failure raises WaitFailedError here; wait={'raise_on_failure': False} returns it",
}
"""Methods that behave otherwise → why."""


@dataclass(frozen=True, slots=True)
class Change:
    """One place: what stands there, what shall (None: a person decides), and why."""

    start: int
    end: int
    old: str
    new: str | None
    why: str
    line: int


def changes_in(source: str) -> list[Change]:
    """What a program has to change, in order. Raises `SyntaxError` for what is not Python."""
    found = sorted(_Reader(source).changes(), key=lambda change: change.start)
    return [change for number, change in enumerate(found) if number == 0 or change.start >= found[number - 1].end]


def rewritten(source: str) -> str:
    """The program with all changes that need no decision."""
    for change in reversed(changes_in(source)):
        if change.new is not None:
            source = source[: change.start] + change.new + source[change.end :]
    return source


class _Reader:
    """Walks one program."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.tree = ast.parse(source)
        ends = [found.end() for found in re.finditer(r"\r\n|\r|\n", source)]  # Python's lines, not Unicode's
        self.offsets = [0, *ends, len(source)]
        self.modules = {name for node in ast.walk(self.tree) for name in _module_names(node)}
        self.clients = {"client", *(name for node in ast.walk(self.tree) for name in _clients_in(node))}

    def changes(self) -> Iterator[Change]:
        """Every place that differs."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                yield from self._import(node)
            elif isinstance(node, ast.ImportFrom) and not node.level:
                yield from self._from(node)
            elif isinstance(node, ast.Assign):
                yield from self._assign(node)
            elif isinstance(node, ast.Call):
                yield from self._named(node)
                yield from self._call(node)
            elif isinstance(node, ast.Attribute):
                yield from self._attribute(node)

    def change(self, node: ast.AST, new: str | None, why: str, until: ast.AST | None = None) -> Change:
        """A change of what a node spans, or from its begin to the end of another."""
        last = until if until is not None else node
        start, end = self._at(node, "lineno", "col_offset"), self._at(last, "end_lineno", "end_col_offset")
        return Change(start, end, self.source[start:end], new, why, int(getattr(node, "lineno", 0)))

    def _at(self, node: ast.AST, line: str, column: str) -> int:
        number, width = int(getattr(node, line)), int(getattr(node, column))
        begin = self.offsets[number - 1]
        text = self.source[begin : self.offsets[number]]
        return begin + len(text.encode()[:width].decode())

    def _import(self, node: ast.Import) -> Iterator[Change]:
        for alias in node.names:
            first, _, rest = alias.name.partition(".")
            if first != OFFICIAL:
                continue
            ours = f"{OURS}.{rest}" if rest else OURS
            if not _exists(ours):
                yield self.change(alias, None, f"{alias.name} is not here: see docs/coming-from-openai.md")
            elif alias.asname:
                yield self.change(alias, f"{ours} as {alias.asname}", "the package is called typed_openai")
            elif rest:
                yield self.change(alias, f"{ours}, {OURS} as {OFFICIAL}", "the package is called typed_openai")
            else:
                yield self.change(alias, f"{OURS} as {OFFICIAL}", "the package is called typed_openai")

    def _from(self, node: ast.ImportFrom) -> Iterator[Change]:
        first, _, rest = (node.module or "").partition(".")
        if first != OFFICIAL:
            return
        if rest == "error":  # before 1.0 the errors had a module of their own
            rest = ""
        ours = _module_of(rest, [alias.name for alias in node.names])
        missing = [alias for alias in node.names if alias.name != "*" and not _has(ours, alias.name)]
        for alias in missing:
            before = BEFORE_1_0.get(alias.name)
            why = f"{alias.name} is OpenAI().{before} now" if before else f"{node.module}.{alias.name} is not here"
            yield self.change(alias, None, f"{why}: see docs/coming-from-openai.md")
        if len(missing) < len(node.names):
            start = self._at(node, "lineno", "col_offset") + len("from ")
            end = start + len(node.module or "")
            yield Change(start, end, node.module or "", ours, "the package is called typed_openai", node.lineno)

    def _assign(self, node: ast.Assign) -> Iterator[Change]:
        for target in node.targets:
            if not isinstance(target, ast.Attribute) or not isinstance(target.value, ast.Name):
                continue
            name, setting = target.value.id, SETTINGS_BEFORE_1_0.get(target.attr, target.attr)
            if name in self.modules and setting in SETTINGS:
                value = ast.get_source_segment(self.source, node.value) or ""
                yield self.change(
                    node, f"{name}.configure({setting}={value})", "settings of the module are configure()"
                )
            elif name in self.modules and setting in ("api_type", "api_version"):
                yield self.change(node, None, "Azure is AzureOpenAI(azure_endpoint=..., api_version=...)")
            elif name in self.clients and setting in SETTINGS:
                yield self.change(
                    node, None, f"a client does not change: {name}.with_options({setting}=...) gives another"
                )

    def _call(self, node: ast.Call) -> Iterator[Change]:
        function = node.func
        if not isinstance(function, ast.Attribute):
            return
        root = _root(function)
        if function.attr in LOOKS and root in self.clients | {"self"}:
            yield self.change(function, None, LOOKS[function.attr])

    def _named(self, node: ast.Call) -> Iterator[Change]:
        """Modules and names that are given as text: `patch("openai.OpenAI")`, `getLogger("openai")`."""
        first = node.args[0] if node.args else None
        if not isinstance(first, ast.Constant) or not isinstance(first.value, str):
            return
        path, function = first.value, _last_name(node.func)
        if function not in TAKE_NAMES or path.partition(".")[0] != OFFICIAL:
            return
        new = OURS if function == "getLogger" else _place_of(path)
        quoted = ast.get_source_segment(self.source, first) or ""
        why = "the package is called typed_openai" if new is not None else f"{path} is not here"
        yield self.change(first, None if new is None else quoted.replace(path, new), why)

    def _attribute(self, node: ast.Attribute) -> Iterator[Change]:
        if not isinstance(node.value, ast.Name) or node.value.id not in self.modules:
            return
        name = node.value.id
        if node.attr in GROUPS:
            yield self.change(node, f"{name}.OpenAI().{node.attr}", "operations belong to a client")
        elif node.attr in BEFORE_1_0:
            yield self.change(node, f"{name}.OpenAI().{BEFORE_1_0[node.attr]}", f"{node.attr} is from before 1.0")
        elif node.attr == "error":
            yield self.change(node, name, "the errors are names of the package")
        elif not _has(OURS, node.attr) and node.attr not in (
            *SETTINGS,
            *SETTINGS_BEFORE_1_0,
            "types",
            "lib",
            "pagination",
        ):
            yield self.change(node, None, f"{node.attr} is not here: see docs/coming-from-openai.md")


def _clients_in(node: ast.AST) -> Iterator[str]:
    """The names that are given to a new client: `client = OpenAI()`, `with OpenAI() as client`."""
    made: list[tuple[ast.expr | None, ast.expr | None]] = []
    if isinstance(node, ast.Assign):
        made = [(node.value, target) for target in node.targets]
    elif isinstance(node, ast.AnnAssign):
        made = [(node.value, node.target)]
    elif isinstance(node, ast.withitem):
        made = [(node.context_expr, node.optional_vars)]
    for value, target in made:
        if isinstance(value, ast.Call) and _last_name(value.func) in CLIENTS and isinstance(target, ast.Name):
            yield target.id


def _module_names(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Import):
        for alias in node.names:
            if alias.name.partition(".")[0] == OFFICIAL:
                yield (alias.asname or OFFICIAL) if alias.name == OFFICIAL or not alias.asname else ""


def _last_name(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")


def _root(node: ast.expr) -> str:
    while isinstance(node, ast.Attribute | ast.Call):
        node = node.func if isinstance(node, ast.Call) else node.value
    return node.id if isinstance(node, ast.Name) else ""


@functools.cache
def _resource_modules() -> dict[str, str]:
    """Where the official package has the operations of a group (`chat.completions`) → our module of them."""
    found: dict[str, str] = {}
    waiting: list[type] = [Resources]
    while waiting:
        for member in vars(waiting.pop()).values():
            if isinstance(member, Nested):
                below = member.load()
                waiting.append(below)
                found[below.path] = found[f"{below.path}.{below.path.rpartition('.')[2]}"] = below.__module__
    return found


def _module_of(rest: str, names: Iterable[str] = ()) -> str:
    """Our module for one below the official package (`""` is that itself), from which these names are wanted."""
    ours = f"{OURS}.{rest}" if rest else OURS
    if rest.startswith("resources."):
        ours = _resource_modules().get(rest.removeprefix("resources."), ours)
    private = rest.startswith("_") and not _exists(ours)
    return OURS if private and all(name in typed_openai.__all__ for name in names) else ours


def _place_of(path: str) -> str | None:
    """`openai.resources.chat.completions.Completions.create` as a path here; None where there is nothing."""
    parts = path.split(".")[1:]
    for length in range(len(parts), -1, -1):
        module = _module_of(".".join(parts[:length]), parts[length : length + 1])
        if not _exists(module):
            continue
        try:
            functools.reduce(getattr, parts[length:], importlib.import_module(module))
        except AttributeError:
            continue
        return ".".join([module, *parts[length:]])
    return None


def _exists(module: str) -> bool:
    try:
        return importlib.util.find_spec(module) is not None
    except ModuleNotFoundError:
        return False


def _has(module: str, name: str) -> bool:
    if module == OURS and name in typed_openai.__all__:
        return True
    if not _exists(module):
        return False
    return name in dir(importlib.import_module(module)) or _exists(f"{module}.{name}")


def _files(paths: Iterable[Path]) -> Iterator[Path]:
    for path in paths:
        yield from sorted(path.rglob("*.py")) if path.is_dir() else [path]


def main(arguments: list[str] | None = None) -> int:
    """List or make the changes; the exit code."""
    parser = argparse.ArgumentParser(prog="python -m typed_openai.migrate", description="From openai to typed_openai.")
    parser.add_argument("paths", nargs="+", type=Path, metavar="PATH", help="files and folders with Python programs")
    parser.add_argument("--write", action="store_true", help="make the changes that need no decision")
    given = parser.parse_args(arguments)
    left = failed = 0
    for path in _files(given.paths):
        try:
            with path.open(encoding="utf-8", newline="") as file:
                source = file.read()
            changes = changes_in(source)
        except (OSError, SyntaxError, UnicodeDecodeError) as error:
            sys.stderr.write(f"{path}: not read: {error}\n")
            failed += 1
            continue
        for change in changes:
            left += change.new is None
            told = f"{change.old} -> {change.new}" if change.new is not None else f"look at: {change.old}"
            sys.stdout.write(f"{path}:{change.line}: {told}  ({change.why})\n")
        if given.write and any(change.new is not None for change in changes):
            try:
                with replacing(path) as target:
                    target.write(rewritten(source).encode())
            except OSError as error:
                sys.stderr.write(f"{path}: not written: {error}\n")
                failed += 1
    return 2 if failed else int(left > 0)
