"""What a source says that nobody pays for at run time: the literals under attributes, the imports for types only.

The source is read only when somebody asks (`help`, IPython, the stub generator). Weak spot: where there is no source
(a frozen application) there is no text.
"""

from __future__ import annotations

import ast
import functools
import importlib
import inspect
import itertools

_known: dict[type, dict[str, str]] = {}


def attribute_docs(cls: type) -> dict[str, str]:
    """Attribute name → the literal under it, for the class itself and its bases."""
    if cls not in _known:
        found: dict[str, str] = {}
        for base in reversed(cls.__mro__[:-1]):
            found.update(_own_docs(base))
        _known[cls] = found
    return _known[cls]


def names_for_types(module_name: str) -> dict[str, object]:
    """What a module imports under `if TYPE_CHECKING:`, imported now: to evaluate its annotations."""
    module = importlib.import_module(module_name)
    found: dict[str, object] = {}
    for statement in ast.parse(inspect.getsource(module)).body:
        if (
            isinstance(statement, ast.If)
            and isinstance(statement.test, ast.Name)
            and statement.test.id == "TYPE_CHECKING"
        ):
            for item in statement.body:
                if isinstance(item, ast.ImportFrom) and item.module:
                    source = importlib.import_module(item.module)
                    found.update((alias.asname or alias.name, getattr(source, alias.name)) for alias in item.names)
    return found


@functools.cache
def _classes_of(module_name: str) -> dict[str, ast.ClassDef]:
    """The classes that a module defines, by qualified name; its source is read once."""
    try:
        tree = ast.parse(inspect.getsource(importlib.import_module(module_name)))
    except (ImportError, OSError, TypeError, SyntaxError):
        return {}
    found: dict[str, ast.ClassDef] = {}
    within: list[tuple[str, ast.AST]] = [("", tree)]
    for before, node in within:
        for inner in ast.iter_child_nodes(node):
            if isinstance(inner, ast.ClassDef):
                found[before + inner.name] = inner
                within.append((f"{before}{inner.name}.", inner))
            elif isinstance(inner, ast.FunctionDef | ast.AsyncFunctionDef):
                within.append((f"{before}{inner.name}.<locals>.", inner))
            elif isinstance(inner, ast.If | ast.Try | ast.With):
                within.append((before, inner))
    return found


def _own_docs(cls: type) -> dict[str, str]:
    defined = _classes_of(cls.__module__).get(cls.__qualname__)
    body = [] if defined is None else defined.body
    found: dict[str, str] = {}
    for statement, following in itertools.pairwise(body):
        if not (isinstance(following, ast.Expr) and isinstance(following.value, ast.Constant)):
            continue
        text = following.value.value
        target = statement.targets[0] if isinstance(statement, ast.Assign) else getattr(statement, "target", None)
        if isinstance(text, str) and isinstance(target, ast.Name):
            found[target.id] = inspect.cleandoc(text)
    return found
