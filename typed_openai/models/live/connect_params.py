"""What the URL of a socket beside a live session says.

API reference: "Live", sideband connections.
"""

from pydantic import StrictBool

from typed_openai.models.base import Params


class SidebandConnectParams(Params):
    """How a session is attached to."""

    graceful_close: StrictBool | None = None
    """Whether the server says goodbye when the session ends; it may do so by itself."""
