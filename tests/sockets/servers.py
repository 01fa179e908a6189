"""A server of sockets in a thread: each connection is served by the next of the functions that a test gives."""

from __future__ import annotations

import json
import socket
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any, TypeAlias

from websockets.exceptions import ConnectionClosed
from websockets.sync.server import ServerConnection, serve

Serve: TypeAlias = Callable[["Peer"], None]


class Peer:
    """The other end of one connection."""

    def __init__(self, line: ServerConnection) -> None:
        self.line = line

    def tell(self, *events: dict[str, Any]) -> None:
        """Send events."""
        for event in events:
            self.line.send(json.dumps(event))

    def told(self) -> dict[str, Any]:
        """The next event of the client."""
        found: dict[str, Any] = json.loads(self.line.recv(timeout=10))
        return found

    def cut(self) -> None:
        """Break the connection without a word, in the way of a cable that is pulled out."""
        self.line.socket.shutdown(socket.SHUT_RDWR)

    def raw(self, content: bytes) -> None:
        """Bytes that are no whole frame."""
        self.line.socket.sendall(content)

    def wait(self) -> None:
        """Until the client has gone."""
        with suppress(ConnectionClosed, TimeoutError):
            while True:
                self.line.recv(timeout=10)


class SocketServer:
    """What a test sees of the server."""

    def __init__(self, *serving: Serve) -> None:
        self.serving = list(serving)
        self.asked: list[Any] = []
        """The requests of the handshakes."""
        self.refuse: list[int] = []
        """Statuses for the next handshakes."""
        self.failed: list[BaseException] = []
        self.port = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/v1"

    def _check(self, line: ServerConnection, request: Any) -> Any:
        self.asked.append(request)
        if self.refuse:
            status = self.refuse.pop(0)
            body = json.dumps({"error": {"message": "no", "code": "refused"}})
            return line.respond(status, body)
        return None

    def _serve(self, line: ServerConnection) -> None:
        try:
            with suppress(ConnectionClosed):
                self.serving.pop(0)(Peer(line)) if self.serving else line.close(1011, "nobody serves this one")
        finally:
            error = sys.exception()
            if error is not None:
                self.failed.append(error)  # a thread must tell the test what it died of


@contextmanager
def serving(*functions: Serve, **options: Any) -> Iterator[SocketServer]:
    """A server for as long as the block lasts."""
    server = SocketServer(*functions)
    with serve(server._serve, "127.0.0.1", 0, process_request=server._check, **options) as running:
        server.port = running.socket.getsockname()[1]
        thread = threading.Thread(target=running.serve_forever)
        thread.start()
        try:
            yield server
        finally:
            running.shutdown()
            thread.join(10)
    assert not server.failed, server.failed
