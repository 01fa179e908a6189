"""The tree of operations as text says it: areas, operations and their sentences, without importing a declaration.

The declarations (`resources/`) need pydantic, whose import takes longer than a `--help` may. They are regular enough
to be read as source: `nested("typed_openai.resources.files.Files")` is an area, `nested(Files)` one of the same file;
`get(...)`, `post(...)`, `delete(...)`, `waits(...)` and a method under `@flow_method` are operations, and the literal
under each is its sentence. One file is parsed for each level.

Rules: names are those of the client; commands write them with hyphens (`as_command`). What a command does comes from
the declaration itself, once it is run (`operations.py`).

Weak spot: where there is no source (a frozen application) there is no command line.
"""

from __future__ import annotations

import ast
import functools
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import typed_openai

_DECLARING = ("get", "post", "delete", "waits", "waits_after")
_FOLDER = Path(typed_openai.__path__[0]) / "resources"  # to import that would import pydantic
ROOT = "Resources"


class Entry(NamedTuple):
    """One name in an area: another area below it (`where` is set), or an operation."""

    name: str
    about: str
    """Its sentence; `""` where there is none."""
    where: str = ""
    """Of an area: `module.Class` below `resources`."""


def as_command(name: str) -> str:
    """`fine_tuning` as people type it: `fine-tuning`."""
    return name.replace("_", "-")


def entries(where: str = ROOT) -> dict[str, Entry]:
    """What an area has, by the names of commands, in the order of the source; that of the client by default."""
    module, _, name = where.rpartition(".")
    return {as_command(entry.name): entry for entry in _entries_of(_classes(module).get(name), module)}


def first_sentence(text: str) -> str:
    """The first paragraph, in one line."""
    return " ".join(text.strip().split("\n\n")[0].split())


@functools.cache
def _classes(module: str) -> dict[str, ast.ClassDef]:
    source = _FOLDER / (f"{module}.py" if module else "__init__.py")
    return {node.name: node for node in ast.parse(source.read_text("utf-8")).body if isinstance(node, ast.ClassDef)}


def _entries_of(area: ast.ClassDef | None, module: str) -> Iterator[Entry]:
    body = [] if area is None else area.body
    for place, node in enumerate(body):
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name) and isinstance(node.value, ast.Call):
            called, name = node.value.func, node.targets[0].id
            about = first_sentence(_literal(body[place + 1]) if place + 1 < len(body) else "")
            if isinstance(called, ast.Name) and called.id == "nested":
                below = node.value.args[0]
                full = f"{module}.{below.id}" if isinstance(below, ast.Name) else ast.literal_eval(below)
                where = full.removeprefix("typed_openai.resources.")
                yield Entry(name, about or _purpose(where), where)
            elif isinstance(called, ast.Name) and called.id in _DECLARING:
                yield Entry(name, about)
        elif isinstance(node, ast.FunctionDef) and any(map(_is_flow_method, node.decorator_list)):
            yield Entry(node.name, first_sentence(ast.get_docstring(node) or ""))


def _purpose(where: str) -> str:
    module, _, name = where.rpartition(".")
    found = _classes(module).get(name)
    return "" if found is None else first_sentence(ast.get_docstring(found) or "")


def _literal(node: ast.stmt) -> str:
    found = node.value.value if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) else ""
    return found if isinstance(found, str) else ""


def _is_flow_method(decorator: ast.expr) -> bool:
    called = decorator.func if isinstance(decorator, ast.Call) else decorator
    return isinstance(called, ast.Name) and called.id == "flow_method"
