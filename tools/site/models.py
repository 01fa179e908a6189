"""The pages of models: which there are, and sources in which a class says all that its objects have.

A class of `typed_openai/models` is often short because bases say the rest (what all events about an item have). A
reader wants it in one place, so fields and properties of bases are written into each class, those of the bases first.
What annotations say to pydantic alone is left out (`CLOSED`, `Open[...]`): a reader wants `int` and the values. A field
that names a shape has no prose: its value says it. Nothing is imported.

Weak spots: what a decorator or a metaclass adds is not seen. A base that stands in no module of models is not followed.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from tools.site.reference import page_of

GROUND = {"models.base", "models.shape"}
"""Modules whose classes all models stand on: they have a page of their own, and are not written into the others."""
ROOTS = {"Params", "Result", "Shape", "Model"}
INTRO = (
    "\nParams, and shapes that you give, are checked before a request is sent; results keep\n"
    "what they do not know. What all of them have: [base](../models/base.md).\n"
)
_PLAIN = {"StrictInt": "int", "StrictFloat": "float", "StrictBool": "bool", "StrictStr": "str"}
_AROUND = {"Open", "Said", "Nullable"}
"""What is written around a type for pydantic's sake."""
_WORDLESS = {"CLOSED", "SAID", "DEPRECATED"}


class Module:
    """One module of models: its classes by name, and where the names in it come from."""

    def __init__(self, name: str, source: str) -> None:
        self.name = name
        self.tree = ast.parse(source)
        self.classes = {node.name: node for node in self.tree.body if isinstance(node, ast.ClassDef)}
        self.imported = {
            alias.asname or alias.name: (node.module.removeprefix("typed_openai."), alias.name)
            for node in ast.walk(self.tree)
            if isinstance(node, ast.ImportFrom) and node.module
            for alias in node.names
        }


def read(package: Path) -> dict[str, Module]:
    """The modules of models below `typed_openai`, by name (`models.chat.messages`)."""
    found = {}
    for path in sorted((package / "models").rglob("*.py")):
        if path.stem != "__init__":
            name = ".".join(path.relative_to(package).with_suffix("").parts)
            found[name] = Module(name, path.read_text())
    return found


class Shown(NamedTuple):
    """What the page of a module shows: its names, and what the module says that it is about."""

    names: list[str]
    about: str


def write_sources(package: Path) -> dict[str, Shown]:
    """Rewrite the models of a package in place for griffe; what each module shows, by its name."""
    modules = read(package)
    shown = {name: _shown(name, modules) for name in modules}
    written = {name: _written(module, modules) for name, module in modules.items() if shown[name]}
    for name, text in written.items():
        (package / f"{name.replace('.', '/')}.py").write_text(text)
    return {name: Shown(names, _about(modules[name])) for name, names in shown.items() if names}


def _about(module: Module) -> str:
    """The first sentence of a module."""
    said = " ".join((ast.get_docstring(module.tree) or "").partition("\n\n")[0].split())
    return f"\n{said}\n" if said else ""


def pages(shown: dict[str, Shown]) -> dict[str, str]:
    """A page for each module: its file, and its Markdown."""
    return dict(
        page_of(
            "models",
            _title("_".join(dict.fromkeys(module.split(".")[1:]))),  # not twice what its folder says
            [f"{module}.{name}" for name in page.names],
            f"{page.about}{INTRO}",
        )
        for module, page in shown.items()
    )


def grouped(shown: dict[str, Shown]) -> list[str]:
    """The lines of the site's list: areas of several modules in groups of their own."""
    files = dict(zip(shown, pages(shown), strict=True))
    lines: list[str] = []
    area = ""
    for module, file in files.items():
        folder = module.split(".")[1] if module.count(".") > 1 else ""
        if area and folder != area:
            lines.append("    ] },")
        if folder and folder != area:
            lines.append(f'    {{ "{_title(folder)}" = [')
        area = folder
        named = f'{{ "{_title(module.rsplit(".", 1)[1])}" = "{file}" }}' if folder else f'"{file}"'
        lines.append(f"{'      ' if folder else '    '}{named},")
    return [*lines, "    ] },"] if area else lines


def _title(name: str) -> str:
    return name.replace("_", " ").capitalize()


def _shown(name: str, modules: dict[str, Module]) -> list[str]:
    module = modules[name]
    of_it = [node for node in module.tree.body if isinstance(node, ast.ClassDef | ast.AnnAssign)]
    names = [_name(node) for node in of_it]
    is_model = [isinstance(node, ast.ClassDef) and _is_model(module, node, modules) for node in of_it]
    if not any(is_model):
        return []
    return [each for each, node in zip(names, of_it, strict=True) if each[:1].isupper() and _says(node)]


def _name(node: ast.ClassDef | ast.AnnAssign) -> str:
    return node.name if isinstance(node, ast.ClassDef) else ast.unparse(node.target)


def _says(node: ast.ClassDef | ast.AnnAssign) -> bool:
    """Whether there is something to show: a class with a docstring, a union of models."""
    return ast.get_docstring(node) is not None if isinstance(node, ast.ClassDef) else bool(_union(node))


def _is_model(module: Module, node: ast.ClassDef, modules: dict[str, Module]) -> bool:
    return node.name in ROOTS or any(base.name in ROOTS for _, base in _bases(module, node, modules))


def _bases(module: Module, node: ast.ClassDef, modules: dict[str, Module]) -> Iterator[tuple[Module, ast.ClassDef]]:
    """All bases that stand in modules of models, the furthest first."""
    for base in node.bases:
        inner = base.value if isinstance(base, ast.Subscript) else base
        name = inner.id if isinstance(inner, ast.Name) else ""
        place, own = module.imported.get(name, (module.name, name))
        home = modules.get(place)
        if home is not None and own in home.classes and home.classes[own] is not node:
            found = home.classes[own]
            yield from _bases(home, found, modules)
            yield home, found


def _written(module: Module, modules: dict[str, Module]) -> str:
    whole = {node.name: _whole(module, node, modules) for node in module.classes.values()}
    imports: dict[str, ast.stmt] = {}
    for name, (_, used) in whole.items():
        module.classes[name].body = whole[name][0]
        for other in used:
            for node in other.tree.body:
                if other is not module and isinstance(node, ast.ImportFrom | ast.Import):
                    imports[ast.unparse(node)] = node
    tree = ast.Module([*imports.values(), *_with_words(module.tree.body)], [])
    return ast.unparse(ast.fix_missing_locations(_Plain().visit(tree))) + "\n"


def _whole(module: Module, node: ast.ClassDef, modules: dict[str, Module]) -> tuple[list[ast.stmt], list[Module]]:
    """The body of a class with what its bases say, and the modules that say it."""
    members: dict[str, list[ast.stmt]] = {}
    homes = [(home, base) for home, base in _bases(module, node, modules) if home.name not in GROUND]
    for _, each in [*homes, (module, node)]:
        for name, lines in _members(each).items():
            members[name] = lines
    first = node.body[:1] if ast.get_docstring(node) else []
    body = [*first, *(line for lines in members.values() for line in lines)]
    return body or [ast.Pass()], [home for home, _ in homes]


def _members(node: ast.ClassDef) -> dict[str, list[ast.stmt]]:
    """The public fields, properties and methods of a class, each with its prose."""
    found: dict[str, list[ast.stmt]] = {}
    for place, line in enumerate(node.body):
        name = getattr(line, "name", "")
        if isinstance(line, ast.AnnAssign) and isinstance(line.target, ast.Name):
            name = "" if "ClassVar" in ast.unparse(line.annotation) else line.target.id
        if not name or name.startswith("_") or (isinstance(line, ast.FunctionDef) and not ast.get_docstring(line)):
            continue
        after = node.body[place + 1] if place + 1 < len(node.body) else None
        prose = [after] if isinstance(line, ast.AnnAssign) and _is_text(after) and after is not None else []
        found.setdefault(name, []).extend(
            [line, *prose] if prose or not isinstance(line, ast.AnnAssign) else _told(line)
        )
    return found


def _told(line: ast.AnnAssign) -> list[ast.stmt]:
    """A field without prose, which griffe would not show: what its values say."""
    return [line, ast.Expr(ast.Constant("Says what this is."))]


def _with_words(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    """The body of a module, where a union without prose says what it is one of."""
    for place, line in enumerate(body):
        yield line
        after = body[place + 1] if place + 1 < len(body) else None
        if isinstance(line, ast.AnnAssign) and _union(line) and not _is_text(after):
            yield ast.Expr(ast.Constant(f"One of {', '.join(f'`{each}`' for each in _union(line))}."))


def _is_text(line: ast.stmt | None) -> bool:
    return isinstance(line, ast.Expr) and isinstance(line.value, ast.Constant) and isinstance(line.value.value, str)


def _union(line: ast.AnnAssign) -> list[str]:
    """What an alias of a union stands for, where those are names."""
    if ast.unparse(line.annotation) != "TypeAlias" or line.value is None:
        return []
    value = line.value
    if isinstance(value, ast.Subscript) and ast.unparse(value.value) == "Annotated":
        inside = value.slice
        value = inside.elts[0] if isinstance(inside, ast.Tuple) else inside
    found: list[str] = []
    while isinstance(value, ast.BinOp):
        found.insert(0, ast.unparse(value.right))
        value = value.left
    return [ast.unparse(value), *found] if found and all(map(str.isidentifier, found)) else []


class _Plain(ast.NodeTransformer):
    """Annotations as a reader wants them."""

    def visit_Subscript(self, node: ast.Subscript) -> ast.AST:
        self.generic_visit(node)
        name = ast.unparse(node.value)
        if name in _AROUND:
            inside = node.slice
            return inside if name != "Nullable" else ast.BinOp(inside, ast.BitOr(), ast.Constant(None))
        if name == "Annotated" and isinstance(node.slice, ast.Tuple):
            kept = [each for each in node.slice.elts[1:] if ast.unparse(each) not in _WORDLESS]
            inner = node.slice.elts[0]
            return ast.Subscript(node.value, ast.Tuple([inner, *kept], ast.Load()), node.ctx) if kept else inner
        return node

    def visit_Name(self, node: ast.Name) -> ast.AST:
        return ast.Name(_PLAIN.get(node.id, node.id), node.ctx)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AST:
        self.generic_visit(node)
        if node.value is not None and ast.unparse(node.value) in _WORDLESS:
            node.value = ast.Constant(None)
        return node
