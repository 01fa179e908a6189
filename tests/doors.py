"""The public classes of modules: what the one module that users import from, the door of an area, must lead to."""

from __future__ import annotations

import importlib
from collections.abc import Iterable


def public_classes(modules: Iterable[str]) -> set[str]:
    """The names of the classes that these modules of `typed_openai.models` define for others."""
    return {
        name
        for module in map(importlib.import_module, (f"typed_openai.models.{name}" for name in modules))
        for name, value in vars(module).items()
        if isinstance(value, type) and value.__module__ == module.__name__ and not name.startswith("_")
    }
