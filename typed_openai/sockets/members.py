"""What an event says, where a server may have said anything: members are read by name, and taken for what they are only
where they are that. An event that deviates is told by its `issues`, and is no reason to break off.
"""

from __future__ import annotations

from typing import Any


def text_in(event: Any, name: str) -> str:
    """The text under that name; "" where there is none, or something else."""
    found = getattr(event, name, None)
    return found if isinstance(found, str) else ""


def number_in(event: Any, name: str) -> int | None:
    """The whole number under that name; None where there is none, or something else."""
    found = getattr(event, name, None)
    return found if isinstance(found, int) else None
