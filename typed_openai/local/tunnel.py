"""Hands a connection on to another server of this machine, byte for byte, in both directions.

What asked for a socket is a request that was read already, so its head is written anew and the rest is handed on as it
comes. Nothing here knows what is said.
"""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Callable, Iterable
from io import BufferedIOBase

_HOST = "127.0.0.1"
_BLOCK = 65536


def hand_on(
    client: socket.socket, reader: BufferedIOBase, request_line: str, headers: Iterable[tuple[str, str]], port: int
) -> None:
    """Let a client speak with the server at a port until both have had enough."""
    lines = [request_line, *(f"{name}: {value}" for name, value in headers), "", ""]
    with socket.create_connection((_HOST, port)) as server:
        server.sendall("\r\n".join(lines).encode("latin-1"))
        back = threading.Thread(target=_pump, args=(lambda: server.recv(_BLOCK), client), daemon=True)
        back.start()
        _pump(lambda: reader.read1(_BLOCK), server)
        back.join()


def _pump(read: Callable[[], bytes], to: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while data := read():
            to.sendall(data)
    with contextlib.suppress(OSError):
        to.shutdown(socket.SHUT_WR)
