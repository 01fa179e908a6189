"""What stands for a kind that is newer than this package, in any union that is told apart by `type`.

A union names its own subclass, whose name says where it stood; `Tagged` (`base.py`) gives it every kind that no other
member knows. Where something else than `type` tells members apart (`role`, `object`), or where an event has more to it
than its kind, the file says so itself.
"""

from typed_openai.models.base import Result, UnknownTag


class UnknownKind(Result):
    """A kind that is newer than this package; its data is in `model_extra`."""

    type: UnknownTag
    """The kind that the server named."""
