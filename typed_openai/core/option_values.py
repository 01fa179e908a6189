"""Values of options, looked at where they are given: what makes no sense is a `ConfigurationError` at once.

Loaded by what has options of its own (middleware, recorders), never by a call.
"""

from __future__ import annotations

import math
import os
from pathlib import Path

from typed_openai.errors import ConfigurationError


def check_amount(name: str, value: object, what: str = "a number", *, zero: bool = False) -> None:
    """Refuse what is not a finite number above zero, or from `zero` on."""
    number = value if isinstance(value, int | float) and not isinstance(value, bool) else math.nan
    if not math.isfinite(number) or number < 0 or (number == 0 and not zero):
        raise ConfigurationError(f"{name} must be {what} {'from' if zero else 'above'} 0, got {value!r}")


def check_count(name: str, value: object, what: str = "a whole number") -> int:
    """The value, where it is a whole number from 1 on."""
    if isinstance(value, bool) or not isinstance(value, int) or value < 1:
        raise ConfigurationError(f"{name}: {what} from 1, got {value!r}")
    return value


def check_switch(name: str, value: object) -> None:
    """Refuse what is neither True nor False: `"no"` would be true."""
    if not isinstance(value, bool):
        raise ConfigurationError(f"{name} must be True or False, got {value!r}")


def check_file(name: str, value: object) -> Path:
    """The path of a file that may be made; one that is a folder is refused by whoever opens it."""
    path: object = os.fspath(value) if isinstance(value, os.PathLike) else value
    if not isinstance(path, str) or not path:
        raise ConfigurationError(f"{name} must be the path of a file, got {value!r}")
    return Path(path)
