"""The stub of a module of resources for those who read it as text: each variant with all its operations.

The variants of a resource inherit what they share from one generic class (`sharing.py`). Here that class is gone: its
operations stand in each variant, with what they give there, and awaited where that is a coroutine.

Weak spot: it knows the form that `sharing.py` writes, and no other use of generic classes. It imports nothing of the
project, since the reference of the site is made without it.
"""

from __future__ import annotations

import ast
import copy
from collections.abc import Mapping

OPERATIONS = "Operations"
"""How the names of the generic classes end."""


def filled_in(stub: ast.Module) -> ast.Module:
    """The stub with the operations in each variant, awaited where they are coroutines, and without generic classes."""
    classes = [node for node in stub.body if isinstance(node, ast.ClassDef)]
    generic = {node.name: node for node in classes if node.name.endswith(OPERATIONS)}
    for node in classes:
        name, given = _brackets(node)
        if name in generic:
            shared = generic[name]
            meant = dict(zip(map(ast.unparse, _brackets(shared)[1]), given, strict=True))
            node.bases = []
            node.body[1:1] = [_filled_in(each, meant) for each in shared.body[1:]]
    return ast.Module([node for node in stub.body if getattr(node, "name", None) not in generic], [])


def _brackets(node: ast.ClassDef) -> tuple[str, list[ast.expr]]:
    """The generic base of a class, and what stands in its brackets."""
    if not node.bases or not isinstance(base := node.bases[0], ast.Subscript):
        return "", []
    return ast.unparse(base.value), base.slice.elts if isinstance(base.slice, ast.Tuple) else [base.slice]


def _filled_in(operation: ast.stmt, meant: Mapping[str, ast.expr]) -> ast.stmt:
    if not isinstance(operation, ast.FunctionDef) or operation.returns is None:
        return operation
    shown = copy.deepcopy(operation)
    shown.returns = meant[ast.unparse(operation.returns)]
    if isinstance(shown.returns, ast.Subscript) and ast.unparse(shown.returns.value) == "CoroutineType":
        awaited = ast.AsyncFunctionDef(shown.name, shown.args, shown.body, shown.decorator_list)
        awaited.returns = shown.returns.slice.elts[-1] if isinstance(shown.returns.slice, ast.Tuple) else None
        return ast.copy_location(awaited, shown)
    return shown
