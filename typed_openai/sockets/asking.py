"""What the one tool loop (`tools/loop.py`) asks with, where that is a socket and not an operation."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from typed_openai.sockets.effects import Steps


class Asking:
    """An operation, as far as the loop needs one: a flow that asks and gives the answer, a request that is not sent."""

    def __init__(self, connection: Any, flow: Callable[..., Steps[Any]], request: Callable[..., object]) -> None:
        self.flow = flow
        self.request = request
        self.resource: _Place = _Place(connection)


class _Place:
    """Where the loop finds the settings."""

    def __init__(self, connection: Any) -> None:
        self.is_async: bool = connection.is_async
        self.client: Any = connection._client
