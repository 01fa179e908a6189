"""The warning that an operation is deprecated."""

from __future__ import annotations

import warnings


def warn(operation: str, why: str, stacklevel: int) -> None:
    """Warn whoever calls an operation that is deprecated; `stacklevel` counts from here."""
    warnings.warn(f"{operation} is deprecated: {why}", DeprecationWarning, stacklevel=stacklevel)
