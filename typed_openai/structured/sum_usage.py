"""What several answers consumed, as one: the sum of two usages, whatever fields they have.

Rules: numbers are added, objects field by field, what only one of them says is kept, what neither says is
missing in the sum too; None is no usage at all.
Weak spot: whatever else is in a usage (a text of some server) is that of the first.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from typed_openai.core.answer.tolerant import build

if TYPE_CHECKING:
    from typed_openai.models.base import Result

U = TypeVar("U", bound="Result")


def added(one: U | None, other: U | None) -> U | None:
    """Both together; None when neither is known."""
    if one is None or other is None:
        return other if one is None else one
    return build(type(one), _sum(one.model_dump(), other.model_dump()), "", [])


def _sum(one: Mapping[str, Any], other: Mapping[str, Any]) -> dict[str, Any]:
    total = dict(one)
    for name, value in other.items():
        known = total.get(name)
        if isinstance(value, Mapping) and isinstance(known, Mapping):
            total[name] = _sum(known, value)
        elif isinstance(value, int | float) and isinstance(known, int | float):
            total[name] = known + value
        elif known is None:
            total[name] = value
    return total
