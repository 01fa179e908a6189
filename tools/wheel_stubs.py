"""Stubs of ordinary modules, made from their own text while a wheel is built: what mypy reads of them in place of it.

A type checker that follows `from typed_openai import OpenAI` reads every module behind it. Of most it needs a small
part: names, signatures, fields, docstrings. Bodies, what is private, and the imports that only these need (a dozen of
the standard library) cost a tenth of what mypy does for an application. So a wheel has a `.pyi` beside each module that
is reached from the package's face and has none yet (those of the resources come from `tools/stubgen`).

Rules
* Nothing is inferred that is not written there. A module in which something public cannot be said without running a
  type checker (`Unsayable`: an attribute that is set to what a call gives) gets no stub, and is read as it is.
* What is private goes, but for what something public names: a base, a decorator, a type. Fields of dataclasses stay
  whatever they are called; so do members of protocols and abstract methods, in all classes that have them.
* `Annotated[X, ...]` is `X`: the rest is for pydantic. Defaults of fields stay, since plugins of mypy look at them.
* Names that another stub imports from a module are handed on by it (`import X as X`).

Weak spot: text is read, types are not: a class with a public attribute that only a base declares elsewhere may say it
again. This file is loaded by hatchling in an environment that has nothing else: it imports no part of the project.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property
from keyword import iskeyword
from pathlib import Path
from typing import TypeAlias, TypeGuard

Function = ast.FunctionDef | ast.AsyncFunctionDef
Import: TypeAlias = tuple[str, str]
"""A module, and a name in it."""
FIELDS = {"Field", "field"}
SAID_OF_FIELDS = {"default", "default_factory", "alias", "init", "kw_only"}
"""What type checkers look at in a call that describes a field."""
OPEN = "Open"
"""What stands around values of which there may be more, for pydantic alone (`models/base.py`)."""
_CLASS = re.compile(r"[A-Z]+[a-z]\w*")


class Unsayable(Exception):
    """Something public whose type is not written anywhere."""


@dataclass
class Item:
    """A statement of a module as its stub has it: what it defines, and whether that is kept for its own sake."""

    names: set[str]
    statement: ast.stmt
    public: bool
    prose: list[ast.stmt] = field(default_factory=list)
    unsaid: str = ""

    @cached_property
    def used(self) -> frozenset[str]:
        """The names that the statement needs."""
        return frozenset(_used(self.statement))

    @cached_property
    def imports(self) -> tuple[Import, ...]:
        """What the statement imports."""
        return tuple(_imported(self.statement))

    def handed_on(self) -> ast.stmt:
        """The statement; when it imports a name, so that others may import it from here."""
        statement = self.statement
        if not isinstance(statement, ast.ImportFrom):
            return statement
        names = [ast.alias(each.name, each.asname or each.name) for each in statement.names]
        return ast.ImportFrom(statement.module, names, statement.level)


def stubs(package: Path, written: Mapping[str, str]) -> dict[str, str]:
    """Path inside the package → text, for all modules that are reached from its face and have no stub in `written`."""
    paths = {path.relative_to(package).as_posix(): path for path in package.rglob("*.py")}
    shared = frozenset(name for path in paths.values() for name in _of_families(path.read_text("utf-8")))

    @cache
    def source(path: str) -> Source | None:
        return Source(paths[path].read_text("utf-8"), shared) if path in paths else None

    @cache
    def lying(path: str) -> tuple[Import, ...] | None:
        return tuple(_imported(ast.parse(written[path]))) if path in written else None

    wanted: dict[str, set[str]] = {}
    while True:
        made, found = _reached(package.name, source, lying, wanted)
        if found == wanted:
            return {path: f"{ast.unparse(tree)}\n" for path, tree in made.items()}
        wanted = found


def _reached(
    package: str,
    source: Callable[[str], Source | None],
    lying: Callable[[str], tuple[Import, ...] | None],
    wanted: Mapping[str, set[str]],
) -> tuple[dict[str, ast.Module], dict[str, set[str]]]:
    """The stubs of what a type checker reads from the face on, by path; and what it imports of each module."""
    made: dict[str, ast.Module] = {}
    found: dict[str, set[str]] = {}
    seen: set[str] = set()
    todo = [package]
    while todo:
        module = todo.pop()
        if module in seen or module.partition(".")[0] != package:
            continue
        seen.add(module)
        inner = "/".join(module.split(".")[1:])
        for path in (f"{inner}/__init__".lstrip("/"), inner):
            imports = lying(f"{path}.pyi")
            if imports is None and (text := source(f"{path}.py")) is not None:
                try:
                    made[f"{path}.pyi"], imports = text.stub(wanted.get(module, set()))
                except Unsayable:
                    imports = text.imports
            if imports is not None:
                todo.append(module.rpartition(".")[0])
                for place, name in imports:
                    found.setdefault(place, set()).add(name)
                    todo += [place, f"{place}.{name}"]
                break
    return made, found


class Source:
    """A module as text, and what its stub could have of it."""

    def __init__(self, text: str, shared: frozenset[str] = frozenset()) -> None:
        tree = ast.parse(text)
        self.imports = tuple(_imported(tree))
        self.listed = _listed(tree)
        self.prose = [tree.body[0]] if tree.body and _is_text(tree.body[0]) else []
        self.items = list(_items(tree, shared))

    def stub(self, wanted: Iterable[str] = ()) -> tuple[ast.Module, tuple[Import, ...]]:
        """The stub, with what others import from the module; and what it imports. Raises `Unsayable`."""
        asked = {*wanted, *self.listed}
        kept = {position for position, item in enumerate(self.items) if item.public or item.names & asked}
        todo = list(kept)
        while todo:
            needed = self.items[todo.pop()].used
            more = {position for position, item in enumerate(self.items) if item.names & needed} - kept
            kept |= more
            todo += more
        items = [self.items[position] for position in sorted(kept)]
        body = list(self.prose)
        for item in items:
            if item.unsaid:
                raise Unsayable(item.unsaid)
            _add(body, item.handed_on() if item.names & asked else item.statement)
            body += item.prose
        tree = ast.fix_missing_locations(ast.Module(body, []))
        return tree, tuple(each for item in items for each in item.imports)


def _add(body: list[ast.stmt], statement: ast.stmt) -> None:
    """Put a statement behind others; an import to one from the same module."""
    last = body[-1] if body else None
    if (
        isinstance(statement, ast.ImportFrom)
        and isinstance(last, ast.ImportFrom)
        and (last.module, last.level) == (statement.module, statement.level)
    ):
        body[-1] = ast.ImportFrom(last.module, [*last.names, *statement.names], last.level)
    else:
        body.append(statement)


def _items(tree: ast.Module, shared: frozenset[str]) -> Iterator[Item]:
    """The statements of a module, each as its stub would have it."""
    last: Item | None = None
    for statement in _without_implementations(_seen(tree.body)):
        if _is_text(statement):
            if last is not None:
                last.prose, last = [statement], None
            continue
        last = None
        if isinstance(statement, ast.ImportFrom | ast.Import):
            if isinstance(statement, ast.ImportFrom) and statement.module == "__future__":
                continue
            for name in statement.names:
                one: ast.stmt = ast.Import([name])
                if isinstance(statement, ast.ImportFrom):
                    one = ast.ImportFrom(statement.module, [name], statement.level)
                yield Item({name.asname or name.name.partition(".")[0]}, one, name.asname == name.name)
        elif isinstance(statement, Function):
            yield Item({statement.name}, _function(statement), not _is_private(statement.name))
        elif isinstance(statement, ast.ClassDef):
            try:
                yield Item({statement.name}, _class(statement, shared), not _is_private(statement.name))
            except Unsayable as unsaid:
                yield Item({statement.name}, statement, not _is_private(statement.name), unsaid=str(unsaid))
        elif isinstance(statement, ast.Assign | ast.AnnAssign):
            names = set(_targets(statement))
            if names:
                last = Item(names, _constant(statement), not all(map(_is_private, names)))
                yield last
        elif isinstance(statement, ast.Try | ast.If):
            yield Item(set(_bound(statement)), statement, False)


def _constant(statement: ast.Assign | ast.AnnAssign) -> ast.stmt:
    """A name of a module. One with an annotation needs no value, unless the value is what it is about."""
    if isinstance(statement, ast.Assign):
        return statement
    kind = ast.unparse(statement.annotation)
    value = statement.value if "TypeAlias" in kind or "Final" in kind else None
    told = None if value is None else _plain(value) if "TypeAlias" in kind else value
    return ast.AnnAssign(statement.target, _plain(statement.annotation), told, 1)


def _class(cls: ast.ClassDef, shared: frozenset[str]) -> ast.ClassDef:
    """A class: its fields, its methods, and the attributes that methods set."""
    bases = {_last_name(base) for base in cls.bases}
    whole = not bases.isdisjoint({"Protocol", "TypedDict", "NamedTuple"}) or "dataclass" in _decorators(cls)

    def shown(name: str) -> bool:
        return whole or not _is_private(name) or name in shared

    statements = list(_without_implementations(_seen(cls.body)))
    body: list[ast.stmt] = []
    said: set[str] = set()
    described = False
    for statement in statements:
        if _is_text(statement):
            body += [statement] if described or not body else []
            described = False
            continue
        described = False
        if isinstance(statement, Function):
            said.add(statement.name)
            if shown(statement.name):
                body.append(_function(statement))
        elif isinstance(statement, ast.ClassDef):
            said.add(statement.name)
            body += [_class(statement, shared)] if shown(statement.name) else []
        elif isinstance(statement, ast.Assign | ast.AnnAssign):
            names = set(_targets(statement))
            said |= names
            if any(map(shown, names)) and names != {"__slots__"}:
                body.append(_field(statement))
                described = True
        elif not isinstance(statement, ast.Pass):
            body.append(statement)
    for name, kind in _attributes(statements).items():
        if name in said or not shown(name) or name.endswith("__"):
            continue
        if kind is None:
            raise Unsayable(f"{cls.name}.{name}")
        body.append(ast.AnnAssign(ast.Name(name, ast.Store()), _plain(kind), None, 1))
    return ast.ClassDef(cls.name, cls.bases, cls.keywords, body or [_nothing()], cls.decorator_list)


def _field(statement: ast.Assign | ast.AnnAssign) -> ast.stmt:
    if isinstance(statement, ast.Assign):
        return statement
    value = statement.value
    if isinstance(value, ast.Call) and _last_name(value.func) in FIELDS:
        value = _described(value)
    if "ClassVar" in ast.unparse(statement.annotation):
        value = None
    return ast.AnnAssign(statement.target, _plain(statement.annotation), value, 1)


def _described(call: ast.Call) -> ast.expr | None:
    """What a description of a field says to type checkers: whether there is a default, and another name, where that can
    be written in a call. They look at eight overloads for each `Field(...)`, and for a default alone at none."""
    given = [each for each in call.args if not (isinstance(each, ast.Constant) and each.value is ...)]
    said = [each for each in call.keywords if each.arg in SAID_OF_FIELDS and not _is_unsayable(each)]
    if _last_name(call.func) == "Field" and {each.arg for each in said} <= {"default"}:
        values = [*given, *(each.value for each in said)]
        return values[0] if values else None
    return ast.Call(call.func, given, said) if given or said else None


def _is_unsayable(said: ast.keyword) -> bool:
    """Whether it is a name that nobody can write before `=`: a key such as `harassment/threatening`, or `async`."""
    name = said.value.value if said.arg == "alias" and isinstance(said.value, ast.Constant) else None
    return isinstance(name, str) and (not name.isidentifier() or iskeyword(name))


def _attributes(statements: Iterable[ast.stmt]) -> dict[str, ast.expr | None]:
    """The attributes that methods set on `self`, with their types; None where that is written nowhere."""
    found: dict[str, ast.expr | None] = {}
    for method in statements:
        if not isinstance(method, Function):
            continue
        changed = {name for each in ast.walk(method) if isinstance(each, ast.Assign) for name in _targets(each)}
        changed |= {
            name for each in ast.walk(method) if isinstance(each, ast.If | ast.Assert) for name in _used(each.test)
        }
        known = {each.arg: each.annotation for each in _parameters(method.args) if each.arg not in changed}
        for statement in ast.walk(method):
            if isinstance(statement, ast.AnnAssign) and _is_own(statement.target):
                found[statement.target.attr] = statement.annotation
            elif isinstance(statement, ast.Assign):
                for target, value in (pair for each in statement.targets for pair in _pairs(each, statement.value)):
                    if _is_own(target) and found.get(target.attr) is None:
                        found[target.attr] = None if value is None else _type_of(value, known)
    return found


def _pairs(target: ast.expr, value: ast.expr | None) -> Iterator[tuple[ast.expr, ast.expr | None]]:
    """What an assignment sets, each with its value where it has one of its own."""
    if not isinstance(target, ast.Tuple):
        yield target, value
        return
    same = isinstance(value, ast.Tuple) and len(value.elts) == len(target.elts)
    for position, each in enumerate(target.elts):
        yield from _pairs(each, value.elts[position] if same and isinstance(value, ast.Tuple) else None)


def _type_of(value: ast.expr, known: Mapping[str, ast.expr | None]) -> ast.expr | None:
    """The type of a value, where it is plain to see: a parameter that is neither changed nor asked about, a constant,
    a new object of a class (whose name has a capital and small letters)."""
    if isinstance(value, ast.Name):
        return known.get(value.id)
    if isinstance(value, ast.Constant) and type(value.value) in (bool, int, float, str, bytes):
        return ast.Name(type(value.value).__name__)
    if isinstance(value, ast.Call) and isinstance(value.func, ast.Name) and _CLASS.fullmatch(value.func.id):
        return value.func
    return None


def _function(function: Function) -> ast.stmt:
    """A function without what it does. One that yields is no coroutine, whatever stands before its name."""
    for each in _parameters(function.args):
        each.annotation = _plain(each.annotation) if each.annotation is not None else None
    first = function.body[0]
    yields = isinstance(function, ast.AsyncFunctionDef) and _yields(function.body)
    told = ast.FunctionDef if yields or isinstance(function, ast.FunctionDef) else ast.AsyncFunctionDef
    returned = _plain(function.returns) if function.returns is not None else None
    body: list[ast.stmt] = [first if _is_text(first) else _nothing()]
    return told(function.name, function.args, body, function.decorator_list, returned)


def _yields(body: Iterable[ast.AST]) -> bool:
    todo = list(body)
    while todo:
        node = todo.pop()
        if isinstance(node, ast.Yield | ast.YieldFrom):
            return True
        if not isinstance(node, Function | ast.Lambda | ast.ClassDef):
            todo += ast.iter_child_nodes(node)
    return False


class _Plainer(ast.NodeTransformer):
    """Takes from types what only pydantic reads."""

    def visit_Subscript(self, node: ast.Subscript) -> ast.AST:
        self.generic_visit(node)
        name = _last_name(node.value)
        if name == "Annotated" and isinstance(node.slice, ast.Tuple):
            return node.slice.elts[0]
        return node.slice if name == OPEN else node


def _plain(kind: ast.expr) -> ast.expr:
    found = _Plainer().visit(kind)
    assert isinstance(found, ast.expr)
    return found


def _seen(body: Iterable[ast.stmt]) -> Iterator[ast.stmt]:
    """The statements that type checkers see."""
    for statement in body:
        test = ast.unparse(statement.test) if isinstance(statement, ast.If) else ""
        if isinstance(statement, ast.If) and test == "TYPE_CHECKING":
            yield from _seen(statement.body)
        elif isinstance(statement, ast.If) and test == "not TYPE_CHECKING":
            yield from _seen(statement.orelse)
        else:
            yield statement


def _without_implementations(body: Iterable[ast.stmt]) -> Iterator[ast.stmt]:
    """Of overloads, the overloads."""
    overloaded: set[str] = set()
    for statement in body:
        if isinstance(statement, Function):
            if "overload" in _decorators(statement):
                overloaded.add(statement.name)
            elif statement.name in overloaded:
                continue
        yield statement


def _of_families(text: str) -> Iterator[str]:
    """The private members that classes of a module have in common with others: those of protocols, abstract methods."""
    told = "(Protocol" in text or "abstractmethod" in text
    for cls in (each for each in ast.parse(text).body if isinstance(each, ast.ClassDef)) if told else ():
        every = "Protocol" in {_last_name(base) for base in cls.bases}
        for each in cls.body:
            if isinstance(each, Function) and (every or "abstractmethod" in _decorators(each)):
                yield from filter(_is_private, [each.name])
            elif isinstance(each, ast.AnnAssign) and every:
                yield from filter(_is_private, _targets(each))


def _imported(statement: ast.AST) -> Iterator[Import]:
    """What is imported anywhere in a statement or module; type checkers follow all of it."""
    within = isinstance(statement, ast.Import | ast.ImportFrom)
    for node in [statement] if within else ast.walk(statement):
        if isinstance(node, ast.ImportFrom) and node.module is not None:
            yield from ((node.module, name.name) for name in node.names)
        elif isinstance(node, ast.Import):
            yield from ((name.name, "") for name in node.names)


def _listed(tree: ast.Module) -> set[str]:
    """What `__all__` lists, and `__all__` itself."""
    for statement in tree.body:
        if isinstance(statement, ast.Assign) and _targets(statement) == ["__all__"]:
            listed = ast.literal_eval(statement.value) if isinstance(statement.value, ast.List | ast.Tuple) else ()
            return {"__all__", *listed}
    return set()


def _bound(statement: ast.stmt) -> Iterator[str]:
    for node in ast.walk(statement):
        if isinstance(node, ast.Import | ast.ImportFrom):
            yield from (name.asname or name.name for name in node.names)
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id
        elif isinstance(node, Function | ast.ClassDef):
            yield node.name


def _used(statement: ast.AST) -> Iterator[str]:
    """The names that stand in a statement, in strings too, since types may stand there."""
    for node in ast.walk(statement):
        if isinstance(node, ast.Name):
            yield node.id
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and not _is_prose(node.value):
            try:
                within = ast.parse(node.value, mode="eval")
            except (SyntaxError, ValueError):
                continue
            yield from (each.id for each in ast.walk(within) if isinstance(each, ast.Name))


def _targets(statement: ast.Assign | ast.AnnAssign) -> list[str]:
    """The names that a statement binds; of attributes and items, none."""
    targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
    parts = [part for each in targets for part in (each.elts if isinstance(each, ast.Tuple) else [each])]
    return [each.id for each in parts if isinstance(each, ast.Name)]


def _parameters(arguments: ast.arguments) -> Iterator[ast.arg]:
    yield from (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)
    yield from (each for each in (arguments.vararg, arguments.kwarg) if each is not None)


def _decorators(node: Function | ast.ClassDef) -> set[str]:
    return {_last_name(each.func if isinstance(each, ast.Call) else each) for each in node.decorator_list}


def _last_name(node: ast.expr) -> str:
    if isinstance(node, ast.Subscript):
        return _last_name(node.value)
    return node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""


def _is_own(node: ast.AST) -> TypeGuard[ast.Attribute]:
    return isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "self"


def _is_private(name: str) -> bool:
    return name.startswith("_") and not name.endswith("__")


def _is_text(statement: ast.stmt) -> bool:
    return (
        isinstance(statement, ast.Expr)
        and isinstance(statement.value, ast.Constant)
        and isinstance(statement.value.value, str)
    )


def _is_prose(text: str) -> bool:
    return "\n" in text or text.endswith((".", ":", ";")) or len(text) > 200


def _nothing() -> ast.stmt:
    return ast.Expr(ast.Constant(...))
