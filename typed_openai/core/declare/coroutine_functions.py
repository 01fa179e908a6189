"""The trick of looking like a coroutine function, for callables that return coroutines without being `async def`."""

from __future__ import annotations

import inspect
from typing import Any


async def _pattern() -> None:
    """What a callable that is awaited looks like to Python 3.11."""


def mark_coroutine_function(function: Any) -> None:
    """Let `inspect.iscoroutinefunction` see that a callable is awaited. Python 3.11 cannot be told; it takes what has
    the attributes of a function for one, and reads the answer from its code."""
    mark = getattr(inspect, "markcoroutinefunction", None)
    if mark is not None:
        mark(function)
        return
    for name in ("__code__", "__defaults__", "__kwdefaults__"):
        setattr(function, name, getattr(_pattern, name))
    function.__dict__.setdefault("__annotations__", {})
