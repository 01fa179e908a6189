"""The connections that there are: for each kind of socket a class in either colour and its manager.

What they can do is in `connection.py` and, for what a kind has of its own, in the classes named here as bases. Static
types (events by name, send helpers) stand in the stub of this module, which `tools/stubgen` makes of these classes.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from typed_openai.sockets import protocols
from typed_openai.sockets.connection import AsyncConnection, Connection
from typed_openai.sockets.manager import AsyncConnectionManager, ConnectionManager
from typed_openai.sockets.protocol import SocketProtocol


class Colours(NamedTuple):
    """The classes of one kind of socket, sync and async."""

    connections: tuple[Any, Any]
    managers: tuple[Any, Any]


def _colours(protocol: SocketProtocol, own: tuple[type, ...] = ()) -> Colours:
    """Make the classes of a kind."""
    made: list[Any] = []
    for base, manager in ((Connection, ConnectionManager), (AsyncConnection, AsyncConnectionManager)):
        prefix = "Async" if base.is_async_colour else ""
        members = {"protocol": protocol, "__doc__": f"A connection of `{protocol.title}`.", "__module__": __name__}
        made.append(type(f"{prefix}{protocol.name}Connection", (*own, base), members))
        named = {"__doc__": f"A connection of `{protocol.title}` that is not open yet.", "__module__": __name__}
        made.append(type(f"{prefix}{protocol.name}ConnectionManager", (manager,), named))
    return Colours((made[0], made[2]), (made[1], made[3]))


REALTIME = _colours(protocols.REALTIME)
