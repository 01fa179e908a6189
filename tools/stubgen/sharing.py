"""What the variants of a resource have in common: one generic class that says each operation once.

`Files` and the raw and streaming variants of both colours take the same and give different things. What they give is a
type variable of `_FilesOperations`, which each variant fills in: `Files(_FilesOperations[FileObject, ...])`. A type
checker has a third of the signatures to read, and an editor shows at a call what that call gives.

Rules
* Results that are the same in each variant have one type variable, named after what a plain call gives.
* What is awaited is a coroutine: `async def` would say it of all variants. For mypy and pyright these are different
  types, of which one fails where a class of users inherits, the other where a protocol has an `async def`. So a class
  that users may inherit from or describe (`AsyncFiles`) stands whole, with `async def`; the others have a coroutine.
* An operation that not all variants have, that differs in what it takes, or whose result depends on a type that the
  call names, stands in each variant as it is.
* Who reads stubs as text has each variant with all of it from `filled_in.py`.

Weak spot: the generic class itself, for whoever goes to a definition, shows type variables.
"""

from __future__ import annotations

import dataclasses
import inspect
import re
from collections.abc import Iterable, Sequence
from typing import Any, TypeVar, get_args, get_origin

from tools.stubgen.filled_in import OPERATIONS
from tools.stubgen.model import Applied, Class, Method, Reference, Variable
from typed_openai.core.declare.signature import members_of

_COROUTINE = Reference("types", "CoroutineType")
_GENERIC = Reference("typing", "Generic")
_LONGEST = 40
_Kinds = tuple[Any, ...]
"""What one signature gives in each variant."""


def shared(variants: Sequence[Class], module: str, resource: str) -> list[Class]:
    """The class of what the variants have in common, and the variants without it; as they are where that is nothing."""
    sharing = [each for each in variants if not _stands_whole(each)]
    methods = [{each.name: each for each in variant.members if isinstance(each, Method)} for variant in sharing]
    variables: dict[_Kinds, Variable] = {}
    common: list[Method] = []
    for name, first in methods[0].items():
        found = [each[name] for each in methods if name in each]
        if len(found) == len(sharing) and all(_taken(each) == _taken(first) for each in found):
            given = list(zip(*map(_given, found), strict=True))
            if not any(_is_open(kind) for kinds in given for kind in kinds):
                for kinds in given:
                    variables.setdefault(kinds, _variable(kinds, variables.values()))
                common.append(_giving(first, [variables[kinds] for kinds in given]))
    if not common:
        return list(variants)
    name = f"_{resource}{OPERATIONS}"
    doc = f"The operations of `{resource}` and of its variants, which fill in what they give."
    base = Class(name, doc, [*common], Applied(_GENERIC, tuple(variables.values())), only_static=True)
    shown = {each.name for each in common}
    without = {
        variant.name: dataclasses.replace(
            variant,
            members=[each for each in variant.members if each.name not in shown],
            base=Applied(Reference(module, name), tuple(kinds[place] for kinds in variables)),
        )
        for place, variant in enumerate(sharing)
    }
    return [base, *(without.get(variant.name, variant) for variant in variants)]


def _stands_whole(variant: Class) -> bool:
    is_async = any(each.is_async for each in variant.members if isinstance(each, Method))
    return is_async and not variant.only_static


def _taken(method: Method) -> list[list[inspect.Parameter]]:
    return [list(signature.parameters.values()) for signature in method.signatures]


def _given(method: Method) -> list[Any]:
    results = [signature.return_annotation for signature in method.signatures]
    return [Applied(_COROUTINE, (Any, Any, result)) for result in results] if method.is_async else results


def _giving(method: Method, results: Sequence[Variable]) -> Method:
    pairs = zip(method.signatures, results, strict=True)
    return Method(method.name, method.doc, [each.replace(return_annotation=result) for each, result in pairs])


def _is_open(kind: Any) -> bool:
    """Whether a type variable of the call stands in what it gives."""
    inner = kind.arguments if isinstance(kind, Applied) else get_args(kind)
    return isinstance(kind, TypeVar) or any(map(_is_open, inner))


def _variable(kinds: _Kinds, others: Iterable[Variable]) -> Variable:
    named = _named(kinds[0])
    name = f"_{named if len(named) <= _LONGEST else 'Result'}T"
    taken = {each.name for each in others}
    return Variable(next(each for each in (name, *(f"{name}{number}" for number in range(2, 99))) if each not in taken))


def _named(kind: Any) -> str:
    members = members_of(kind)
    if len(members) > 1:
        return "Or".join(map(_named, members))
    words = [getattr(get_origin(kind) or kind, "__name__", str(kind)), *map(_named, get_args(kind))]
    return "".join(word[:1].upper() + word[1:] for word in re.findall(r"\w+", " ".join(words)))
