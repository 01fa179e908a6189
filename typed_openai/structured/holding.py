"""What `parse` gives holds what the server sent, and has all that this has.

Rules: a class says in `holds` which attribute that is; what it says itself comes first. To type checkers it is one of
what it holds, which has all the same fields and methods and goes wherever that goes.

Weak spot: it is none for `isinstance`; the attribute that it holds is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar


class Holding:
    """An object that has the attributes of another, which it holds."""

    holds: ClassVar[str]
    """The name of the attribute that holds it."""

    if not TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any:
            held = vars(self).get(self.holds)
            if held is None or name.startswith("__"):  # while it is being unpickled it holds nothing yet
                raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")
            return getattr(held, name)
