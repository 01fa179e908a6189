"""Members of JSON objects that a server sent, whatever it sent: of the kind that is wanted, or nothing of it."""

from __future__ import annotations

from typing import Any

from typed_openai.bridge.shelf import Item

UNREADABLE = (LookupError, TypeError, AttributeError)
"""What reading something of another shape raises: what a call sends unchecked (`validation="off"`) may have any, and
what a server answers."""


def objects(value: object) -> list[Item]:
    """The objects in a list; none where it is not a list."""
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


def member(value: object, name: str) -> Item:
    """A member that is an object; an empty one where it is not."""
    found = value.get(name) if isinstance(value, dict) else None
    return found if isinstance(found, dict) else {}


def text(value: object) -> str:
    """A text; an empty one where it is not."""
    return value if isinstance(value, str) else ""


def number(value: object) -> int | None:
    """A whole number, of a time with fractions of a second the seconds."""
    return int(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def rest(value: Item, *known: str) -> Item:
    """The members that are not these: what nobody here knows goes on as it came."""
    return {name: each for name, each in value.items() if name not in known}


def first(*values: Any) -> Any:
    """The first that is not None."""
    return next((value for value in values if value is not None), None)
