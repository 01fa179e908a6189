"""The API reference: which classes have a page, and a package for griffe to read them from.

Operations are read from their stubs, where each has a signature and a docstring; a stub says them up to twelve times
(sync and async, plain, raw and streaming, an overload for each kind of answer), and a reader wants them once: the sync
classes, the first overload. All else is read from the package's own sources. Nothing is imported.

Weak spot: what the further overloads of a method return stands in the pages of docs/, and in an editor, alone.
"""

from __future__ import annotations

import ast
import re
import shutil
from collections.abc import Iterable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

from tools.stubgen.filled_in import filled_in

VIEWS = {"with_raw_response", "with_streaming_response"}
"""Every class has them; `docs/calls.md` says what they are."""
VARIANTS = ("WithRawResponse", "WithStreamingResponse")
"""Endings of the classes of a stub that say the same operations once more."""
HAND = {
    "Clients": (
        "client.OpenAI",
        "client.AsyncOpenAI",
        "azure.AzureOpenAI",
        "settings.names.Settings",
        "settings.names.ClientSettings",
        "core.call_options.CallOptions",
        "core.call_options.PostOptions",
        "core.answer.raw.APIResponse",
        "core.answer.meta.Meta",
        "core.answer.pages.SyncCursorPage",
    ),
    "Errors": ("errors", "core.run.made_before.made_before"),
    "Tools and structured output": ("tools", "structured"),
    "Middleware": ("middleware",),
    "Jobs and usage": (
        "bulk.map.MapOptions",
        "bulk.map.MapResult",
        "bulk.options.BulkOptions",
        "usage.usage_scope",
        "usage.UsageScope",
    ),
    "Observers and telemetry": ("observers", "otel"),
    "Testing": ("testing",),
}
"""What is no resource: a page, and the names below `typed_openai` that it shows."""

OPERATIONS = (
    "\nThese are operations of `OpenAI`; `AsyncOpenAI` has the same, awaited. What holds for all of them, raw\n"
    "answers too: [clients and calls](../calls.md).\n"
)
"""What a page of operations says first."""


def reduced(stub: str, paths: Mapping[str, str] = MappingProxyType({})) -> str:
    """A stub with each operation once; a class says where it hangs below a client, by `paths`."""
    tree = filled_in(ast.parse(stub))
    tree.body = [node for node in tree.body if not _is_variant(node)]
    for node in tree.body:
        if isinstance(node, ast.ClassDef):
            node.body = _once(node.body) or [ast.Pass()]
            if node.name in paths:
                node.body[0] = ast.Expr(
                    ast.Constant(f"{ast.get_docstring(node)}\n\nThese are `client.{paths[node.name]}`.")
                )
    return ast.unparse(tree) + "\n"


def declared_paths(source: str) -> dict[str, str]:
    """Where the classes of a module of resources hang below a client: what each declares as its `path`, and what hangs
    below it as `nested(Class)`; such a class stands before it."""
    found: dict[str, str] = {}
    for node in reversed(ast.parse(source).body):
        for line in node.body if isinstance(node, ast.ClassDef) else ():
            own = getattr(node, "name", "")
            match line:
                case ast.Assign(targets=[ast.Name(id="path")], value=ast.Constant(value=str(path))) if path:
                    found[own] = path
                case ast.Assign(
                    targets=[ast.Name(id=name)], value=ast.Call(func=ast.Name(id="nested"), args=[ast.Name(id=below)])
                ) if own in found:
                    found[below] = f"{found[own]}.{name}"
                case _:
                    pass
    return found


def _is_variant(node: ast.stmt) -> bool:
    return isinstance(node, ast.ClassDef) and (node.name.startswith("Async") or node.name.endswith(VARIANTS))


def _once(body: list[ast.stmt]) -> list[ast.stmt]:
    kept: list[ast.stmt] = []
    seen: set[str] = set()
    for node in body:
        if isinstance(node, ast.FunctionDef):
            if node.name in seen or node.name in VIEWS:
                continue
            seen.add(node.name)
            node.decorator_list = [each for each in node.decorator_list if ast.unparse(each) != "overload"]
        kept.append(node)
    return kept


def classes(source: str) -> list[str]:
    """The public classes of a reduced stub that have something to show, in its order."""
    return [
        node.name
        for node in ast.parse(source).body
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_") and ast.get_docstring(node)
    ]


def write_sources(root: Path, target: Path) -> dict[str, list[str]]:
    """Write the package for griffe below `target`; the classes of each module of resources, by the module's name."""
    package = target / "typed_openai"
    shutil.copytree(root / "typed_openai", package, ignore=shutil.ignore_patterns("__pycache__", "*.pyc"))
    found: dict[str, list[str]] = {}
    for stub in sorted((root / "stubs/typed_openai-stubs/resources").glob("*.pyi")):
        module = package / "resources" / f"{stub.stem}.py"
        text = reduced(stub.read_text(), declared_paths(module.read_text()))
        module.write_text(text)
        if stub.stem != "__init__":
            found[stub.stem] = classes(text)
    return found


def hand_pages() -> dict[str, str]:
    """The pages of what is no operation: the file of each, and its Markdown."""
    return dict(page_of("reference", title, names) for title, names in HAND.items())


def operation_pages(found: dict[str, list[str]]) -> dict[str, str]:
    """The same of the operations: a page for each module of resources."""
    shown = {module: [f"resources.{module}.{name}" for name in names] for module, names in found.items() if names}
    return dict(
        page_of("operations", module.replace("_", " ").capitalize(), names, OPERATIONS)
        for module, names in shown.items()
    )


def page_of(folder: str, title: str, names: Iterable[str], first: str = "") -> tuple[str, str]:
    """A page that shows these names below `typed_openai`: its file, and its Markdown."""
    shown = "".join(f"\n::: typed_openai.{name}\n" for name in names)
    return f"{folder}/{title.lower().replace(' ', '-')}.md", f"# {title}\n{first}{shown}"


def outline(page: str, sources: Path) -> str:
    """A page of the reference as Markdown for programs: what it shows, as Python without bodies."""
    return re.sub(
        r"^::: (.+)$", lambda match: f"```python\n{_outlined(match[1], sources)}```", page, flags=re.MULTILINE
    )


def _outlined(name: str, sources: Path) -> str:
    """What a dotted name stands for: a package's or module's own classes and functions, or one class."""
    path = sources.joinpath(*name.split("."))
    found = [path.with_suffix(".py"), *sorted(path.glob("*.py"))]
    wanted = ""
    if not found[0].is_file() and not path.is_dir():
        wanted, found = path.name, [path.parent.with_suffix(".py")]
    nodes = [node for file in found if file.is_file() for node in ast.parse(file.read_text()).body]
    shown = [_bare(node) for node in nodes if isinstance(node, ast.ClassDef | ast.FunctionDef) and _public(node)]
    kept = [node for node in shown if not wanted or node.name == wanted]
    kept = kept or [node for node in nodes if isinstance(node, ast.AnnAssign) and ast.unparse(node.target) == wanted]
    if not kept:
        raise LookupError(f"a page of the reference shows {name}, which the sources do not have")
    return "\n\n".join(ast.unparse(node) for node in kept) + "\n"


def _public(node: ast.ClassDef | ast.FunctionDef) -> bool:
    return not node.name.startswith("_") and ast.get_docstring(node) is not None


def _bare(node: ast.stmt) -> Any:
    """The same without bodies of functions, and without what is private."""
    if isinstance(node, ast.ClassDef):
        inside = [_bare(each) for each in node.body if not getattr(each, "name", "").startswith("_")]
        node.body = inside or [ast.Pass()]
    elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        node.body = [*node.body[:1]] if ast.get_docstring(node) else []
        node.body.append(ast.Expr(ast.Constant(...)))
    return node
