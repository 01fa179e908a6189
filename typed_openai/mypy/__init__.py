"""A plugin for mypy: dicts and lists that are written at a call are checked like models.

    [mypy]
    plugins = typed_openai.mypy

A parameter takes `AnyDict` (any mapping) beside models and dict forms, so that a variable of any kind passes. Written
out at the call, `{"role": "usr", "contents": 1}` would pass as well. With the plugin it is an error, of the code
`typed-openai`, that says which key at which place is wrong and what was probably meant.

Rules
* Only what is written at the call of a method of this package is looked at: dicts, lists, tuples, comprehensions, both
  branches of a conditional, at any depth. It is checked against the dict forms in the type of the parameter alone.
* What is not written there stays free: a variable with dicts in it, what a star or `**` brings, a plain `str` where
  a literal is expected. Only where its type can be none of what may stand there, that is an error too.
* Which of several forms is meant is told by the key that they have in common with different literals (`type`, `role`).
  Where several are possible, one without a fault is enough.
* `create(**options)`, with a dict of anything, gives the plain result: of several overloads that fit, mypy takes none.
  Nothing else that mypy infers is changed, and nothing that it finds by itself is said twice.

Weak spots
* A call by another name (`create = client.chat.completions.create`) is not seen: mypy asks plugins about methods.
* Types of single expressions are mypy's own, asked for by parts of it that are no promised interface; what is said of
  them rests on the version of mypy that `pyproject.toml` names.
"""

from __future__ import annotations

from collections.abc import Callable

from mypy.checker import TypeChecker
from mypy.errorcodes import ErrorCode
from mypy.expandtype import expand_type_by_instance
from mypy.maptype import map_instance_to_supertype
from mypy.nodes import (
    ARG_NAMED,
    ARG_STAR2,
    CallExpr,
    Decorator,
    Expression,
    FuncDef,
    MemberExpr,
    NameExpr,
    OverloadedFuncDef,
)
from mypy.plugin import MethodSigContext, Plugin
from mypy.types import AnyType, CallableType, Instance, Overloaded, Type, get_proper_type

from typed_openai.mypy.expressions import is_display
from typed_openai.mypy.wording import has_forms
from typed_openai.mypy.written import Written

CODE = ErrorCode("typed-openai", "Check the keys and values of dicts that are written at a call", "typed_openai")


def plugin(version: str) -> type[Plugin]:
    """What mypy calls to get the plugin."""
    return TypedOpenAIPlugin


class TypedOpenAIPlugin(Plugin):
    """Looks at the calls of methods of `typed_openai`."""

    def get_method_signature_hook(self, fullname: str) -> Callable[[MethodSigContext], CallableType] | None:
        return check_call if fullname.startswith("typed_openai.") else None


def check_call(context: MethodSigContext) -> CallableType:
    """Say what is wrong with the dicts that are written at a call; the signature stays what it is."""
    signature, call, api = context.default_signature, context.context, context.api
    if isinstance(call, CallExpr) and isinstance(api, TypeChecker):
        takes = _parameters(signature)
        for name, kind, argument in zip(call.arg_names, call.arg_kinds, call.args, strict=False):
            if kind != ARG_NAMED or name not in takes or not is_display(argument) or not has_forms(takes[name]):
                continue
            if name is not None and _is_first(context, call, name, signature):
                for fault in Written(api, argument, takes[name]).faults(name):
                    api.fail(fault.text, fault.where, code=CODE)
        if any(
            kind == ARG_STAR2 and _is_open(api, each) for kind, each in zip(call.arg_kinds, call.args, strict=False)
        ):
            return _with_plain_result(context, call, signature)
    return signature


def _is_open(api: TypeChecker, written: Expression) -> bool:
    """Whether what `**` brings may have any keys and values."""
    with api.msg.filter_errors(), api.local_type_map:
        kind = get_proper_type(api.get_expression_type(written))
    return isinstance(kind, Instance) and bool(kind.args) and isinstance(get_proper_type(kind.args[-1]), AnyType)


def _with_plain_result(context: MethodSigContext, call: CallExpr, signature: CallableType) -> CallableType:
    """An overload for a keyword that the call does not name, or switches off, gives what the first overload gives."""
    overloads = _overloads(context, call)
    on = {name for name, each in zip(call.arg_names, call.args, strict=False) if not _is_off(each)}
    if not overloads or _needs(signature) - _needs(overloads[0]) <= on:
        return signature
    return signature.copy_modified(ret_type=_as_seen_from(context.type, overloads[0]))


def _as_seen_from(kind: Type, method: CallableType) -> Type:
    """What a method gives, in terms of the class that it was reached by: its own may be generic (`tools/stubgen`)."""
    own = method.definition.info if isinstance(method.definition, FuncDef | Decorator) else None
    if own is None or not isinstance(kind, Instance):
        return method.ret_type
    return expand_type_by_instance(method.ret_type, map_instance_to_supertype(kind, own))


def _is_off(written: Expression) -> bool:
    return isinstance(written, NameExpr) and written.fullname in ("builtins.False", "builtins.None")


def _needs(signature: CallableType) -> set[str | None]:
    spelled_out = signature.with_unpacked_kwargs()
    kinds = zip(spelled_out.arg_names, spelled_out.arg_kinds, strict=True)
    return {name for name, kind in kinds if kind == ARG_NAMED}


def _parameters(signature: CallableType) -> dict[str | None, Type]:
    spelled_out = signature.with_unpacked_kwargs()
    return dict(zip(spelled_out.arg_names, spelled_out.arg_types, strict=True))


def _is_first(context: MethodSigContext, call: CallExpr, name: str, signature: CallableType) -> bool:
    """Whether of several overloads this is the first that takes forms there: what is wrong is said once."""
    with_forms = (item for item in _overloads(context, call) if has_forms(_parameters(item).get(name)))
    return next(with_forms, signature).definition is signature.definition


def _overloads(context: MethodSigContext, call: CallExpr) -> list[CallableType]:
    """The overloads of the method that is called; none where it has only one signature."""
    if not isinstance(call.callee, MemberExpr) or not isinstance(context.type, Instance):
        return []
    found = context.type.type.get(call.callee.name)
    kind = found.node.type if found is not None and isinstance(found.node, OverloadedFuncDef) else None
    return kind.items if isinstance(kind, Overloaded) else []
