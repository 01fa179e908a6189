"""What is written out in an expression: what it may come to, the entries of a dict, the items of a list."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from mypy.nodes import (
    ARG_STAR2,
    AssignmentExpr,
    CallExpr,
    ConditionalExpr,
    DictExpr,
    Expression,
    GeneratorExpr,
    ListComprehension,
    ListExpr,
    NameExpr,
    OpExpr,
    SetComprehension,
    SetExpr,
    StrExpr,
    TupleExpr,
)


class Entry(NamedTuple):
    """One entry of a dict that is written out; the key is None where it cannot be read there."""

    key: str | None
    where: Expression
    value: Expression


def text_of(written: Expression) -> str | None:
    return written.value if isinstance(written, StrExpr) else None


def branches_of(written: Expression) -> Iterator[Expression]:
    """What an expression may come to, as far as dicts or lists are written in it."""
    if not is_display(written):
        yield written
    elif isinstance(written, ConditionalExpr):
        yield from branches_of(written.if_expr)
        yield from branches_of(written.else_expr)
    elif isinstance(written, AssignmentExpr):
        yield from branches_of(written.value)
    elif isinstance(written, OpExpr):
        for side in (written.left, written.right):
            if is_display(side):  # the other may be cut down by the operator: `given or [...]`
                yield from branches_of(side)
    else:
        yield written


def is_display(written: Expression) -> bool:
    """Whether an expression is a dict or a list that is written out, or comes to one."""
    if isinstance(written, ConditionalExpr):
        return is_display(written.if_expr) or is_display(written.else_expr)
    if isinstance(written, AssignmentExpr):
        return is_display(written.value)
    if isinstance(written, OpExpr):
        return written.op in ("or", "and", "+", "|") and (is_display(written.left) or is_display(written.right))
    return entries_of(written) is not None or items_of(written) is not None


def entries_of(written: Expression) -> list[Entry] | None:
    """The entries of a dict that is written out, as `{...}` or `dict(...)`; None for anything else."""
    if isinstance(written, DictExpr):
        found: list[Entry] = []
        for key, value in written.items:
            inner = entries_of(value) if key is None else None
            found += inner if inner is not None else [Entry(None if key is None else text_of(key), key or value, value)]
        return found
    if not isinstance(written, CallExpr) or not isinstance(written.callee, NameExpr):
        return None
    if written.callee.fullname != "builtins.dict":
        return None
    named = zip(written.arg_names, written.arg_kinds, written.args, strict=False)
    return [Entry(None if kind == ARG_STAR2 else name, value, value) for name, kind, value in named]


def items_of(written: Expression) -> Sequence[Expression] | None:
    """The items of a list that is written out; None for anything else."""
    if isinstance(written, ListExpr | TupleExpr | SetExpr):
        return written.items
    if isinstance(written, ListComprehension | SetComprehension):
        return [written.generator.left_expr]
    if isinstance(written, GeneratorExpr):
        return [written.left_expr]
    return None
