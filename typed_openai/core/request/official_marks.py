"""What the official package marks as not given (`NOT_GIVEN`, `omit`), which frameworks pass on. Pure.

Where that package is not loaded, nobody has its marks.
"""

from __future__ import annotations

import sys


def not_given() -> tuple[type, ...]:
    """The classes of the marks; none where nobody can have one."""
    official = sys.modules.get("openai")
    return tuple(mark for name in ("NotGiven", "Omit") if isinstance(mark := getattr(official, name, None), type))
