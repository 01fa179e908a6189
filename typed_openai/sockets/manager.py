"""What `connect()` gives: a connection that is not open yet. It opens in `with` (`async with`), or by `enter()`.

Rule: what is sent before waits in the queue of the connection and leaves first; handlers are those of the connection.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self

from typed_openai.sockets.senders import serialized

if TYPE_CHECKING:
    from types import TracebackType

    from pydantic import BaseModel

    from typed_openai.models.base import Params
    from typed_openai.sockets.listeners import Handler


class Manager:
    """What both colours share."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection

    def send(self, event: Params | Mapping[str, object] | BaseModel) -> None:
        """Queue an event; it leaves as soon as the connection is open. Refused now where it is wrong."""
        connection = self._connection
        connection._session.queue.put(*serialized(event, connection.protocol, connection.config))

    def on(self, event_type: str, handler: Handler | None = None) -> Any:
        """As `on` of the connection; returns this object, or is a decorator."""
        found = self._connection.on(event_type, handler)
        return found if handler is None else self

    def once(self, event_type: str, handler: Handler | None = None) -> Any:
        """As `once` of the connection; returns this object, or is a decorator."""
        found = self._connection.once(event_type, handler)
        return found if handler is None else self

    def off(self, event_type: str, handler: Handler) -> Self:
        """As `off` of the connection."""
        self._connection.off(event_type, handler)
        return self

    def __repr__(self) -> str:
        return f"<{type(self).__name__}: {self._connection!r}>"


class ConnectionManager(Manager):
    """That of a sync client."""

    def enter(self) -> Any:
        """Open the connection, which is yours to close."""
        connection = self._connection
        connection._driver.run(connection._session.open())
        return connection

    def __enter__(self) -> Any:
        return self.enter()

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._connection.__exit__(kind, error, at)


class AsyncConnectionManager(Manager):
    """That of an async client."""

    async def enter(self) -> Any:
        """Open the connection, which is yours to close."""
        connection = self._connection
        await connection._driver.run(connection._session.open())
        return connection

    async def __aenter__(self) -> Any:
        return await self.enter()

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        await self._connection.__aexit__(kind, error, at)
