"""Numbers of array libraries (numpy, torch, jax), which are numbers to their users and not to a strict check.

Looked for when a check has failed, so that nobody else pays for it, and known by what they have (`dtype`, `item`,
`tolist`): no such library is imported. What says that it is a whole number (`__index__`) is one.
"""

from __future__ import annotations

from collections.abc import Mapping
from operator import index
from typing import Any


def plain_numbers(value: Any) -> Any:
    """The value with every such number and array in it, at any depth, as Python's own; the very same value where there
    is none."""
    if hasattr(value, "dtype") and callable(getattr(value, "tolist", None)):
        return value.tolist()
    if isinstance(value, Mapping):
        changed = {name: plain_numbers(inner) for name, inner in value.items()}
        return changed if any(changed[name] is not inner for name, inner in value.items()) else value
    if type(value) in (list, tuple):
        items = [plain_numbers(inner) for inner in value]
        return items if any(new is not old for new, old in zip(items, value, strict=True)) else value
    is_other = hasattr(type(value), "__index__") and not isinstance(value, int)
    return index(value) if is_other else value
