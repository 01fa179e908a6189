"""The string literals under the attributes of a class: how fields and operations are documented at no run-time cost.

The source is read only when somebody asks (`help`, IPython, the stub generator). Weak spot: where there is no source
(a frozen application) there is no text.
"""

from __future__ import annotations

import ast
import inspect
import itertools
import textwrap

_known: dict[type, dict[str, str]] = {}


def attribute_docs(cls: type) -> dict[str, str]:
    """Attribute name → the literal under it, for the class itself and its bases."""
    if cls not in _known:
        found: dict[str, str] = {}
        for base in reversed(cls.__mro__[:-1]):
            found.update(_own_docs(base))
        _known[cls] = found
    return _known[cls]


def _own_docs(cls: type) -> dict[str, str]:
    try:
        tree = ast.parse(textwrap.dedent(inspect.getsource(cls)))
    except (OSError, TypeError, SyntaxError):
        return {}
    body = tree.body[0].body if tree.body and isinstance(tree.body[0], ast.ClassDef) else []
    found: dict[str, str] = {}
    for statement, following in itertools.pairwise(body):
        if not (isinstance(following, ast.Expr) and isinstance(following.value, ast.Constant)):
            continue
        text = following.value.value
        target = statement.targets[0] if isinstance(statement, ast.Assign) else getattr(statement, "target", None)
        if isinstance(text, str) and isinstance(target, ast.Name):
            found[target.id] = inspect.cleandoc(text)
    return found
