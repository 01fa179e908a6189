"""Modules that are not required, imported when somebody asks for what needs them.

Rules: nothing is imported before; what is missing is an error of ours that says what to install.
"""

from __future__ import annotations

import importlib
from typing import Any


def needed(module: str, told: str) -> Any:
    """A module that may not be installed. Raises `ConfigurationError` with `told`, which says what needs it and how to
    get it."""
    try:
        return importlib.import_module(module)
    except ImportError as error:
        from typed_openai.errors import ConfigurationError

        raise ConfigurationError(told) from error
