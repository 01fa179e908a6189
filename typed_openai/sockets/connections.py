"""The connections that there are: for each kind of socket a class in either colour and its manager.

What they can do is in `connection.py` and, for what a kind has of its own, in the classes named here as bases. Static
types (events by name, send helpers) stand in the stub of this module, which `tools/stubgen` makes of these classes.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from typed_openai.sockets import protocols
from typed_openai.sockets.connection import AsyncConnection, Connection
from typed_openai.sockets.conversing import Conversing
from typed_openai.sockets.lanes import Lanes
from typed_openai.sockets.manager import AsyncConnectionManager, ConnectionManager
from typed_openai.sockets.protocol import SocketProtocol
from typed_openai.sockets.voice import Listening, Sounding


class Colours(NamedTuple):
    """The classes of one kind of socket, sync and async."""

    connections: tuple[Any, Any]
    managers: tuple[Any, Any]


def colours(protocol: SocketProtocol, module: str, own: tuple[type, ...] = ()) -> Colours:
    """Make the classes of a kind, for a module; `own` is what this kind can do besides."""
    connections: list[Any] = []
    managers: list[Any] = []
    for base, manager in ((Connection, ConnectionManager), (AsyncConnection, AsyncConnectionManager)):
        name = f"{'Async' if base.is_async else ''}{protocol.name}Connection"
        members = {"protocol": protocol, "__doc__": f"A connection of `{protocol.title}`.", "__module__": module}
        connections.append(type(name, (*own, base), members))
        members = {"__doc__": f"A connection of `{protocol.title}` that is not open yet.", "__module__": module}
        managers.append(type(f"{name}Manager", (manager,), members))
    return Colours((connections[0], connections[1]), (managers[0], managers[1]))


REALTIME = colours(protocols.REALTIME, __name__, (Conversing,))
TRANSLATIONS = colours(protocols.TRANSLATIONS, __name__, (Sounding,))
RESPONSES = colours(protocols.RESPONSES, __name__, (Lanes,))
BETA_RESPONSES = colours(protocols.BETA_RESPONSES, __name__, (Lanes,))
LIVE = colours(protocols.LIVE, __name__, (Sounding,))
SIDEBAND = colours(protocols.SIDEBAND, __name__, (Listening,))
FORKS = colours(protocols.FORKS, __name__, (Sounding,))
ALL = (REALTIME, TRANSLATIONS, RESPONSES, BETA_RESPONSES, LIVE, SIDEBAND, FORKS)
globals().update({kind.__name__: kind for pair in ALL for colour in pair for kind in colour})
