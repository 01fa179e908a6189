"""How large a piece of an unpacked body is at most, and the error for a body that cannot be unpacked."""

from __future__ import annotations

PIECE = 64 * 1024
"""How much comes at once."""


class UnpackingError(Exception):
    """A body is not packed in the way that its header says, or ends too early."""
