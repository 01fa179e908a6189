"""A server of sockets in a thread of its own: what a recorder and a replayer stand on.

Rule: a mistake of whoever serves a connection is kept, and raised where the block that used the server ends.
"""

from __future__ import annotations

import threading
from abc import ABC, abstractmethod
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlsplit

from typed_openai.core.careful_log import CarefulLog
from typed_openai.errors import OpenAIError
from typed_openai.testing.socket_records import library

PREFIX = "/v1"
_PATIENCE = 10.0
_GRACE = 2.0


class SocketServer(ABC):
    """Listens on 127.0.0.1 while a `with` block lasts; `serve` is called with each connection, in its own thread."""

    def __init__(self) -> None:
        self._server: Any = None
        self._thread: threading.Thread | None = None
        self.faults: list[OpenAIError] = []
        """What went wrong, in the order in which it did."""
        self._lock = threading.Lock()
        self._lines: dict[threading.Thread, Any] = {}

    @property
    def base_url(self) -> str:
        """What a client takes as its base URL. Raises `OpenAIError` outside of the block."""
        if self._server is None:
            raise OpenAIError(f"{type(self).__name__} serves inside of its with block only")
        return f"http://127.0.0.1:{self._server.socket.getsockname()[1]}{PREFIX}"

    @abstractmethod
    def serve(self, line: Any, path: str) -> None:
        """Serve a connection to a path below `/v1`."""

    def __enter__(self) -> Self:
        options: dict[str, Any] = {"max_size": None, "compression": None, "ping_interval": None}
        options["logger"] = CarefulLog("websockets.server")
        self._server = library("sync.server").serve(self._serve, "127.0.0.1", 0, **options)
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()
        return self

    def _serve(self, line: Any) -> None:
        self._lines[threading.current_thread()] = line
        target = urlsplit(line.request.path)
        path = target.path.removeprefix(PREFIX) + (f"?{target.query}" if target.query else "")
        try:
            self.serve(line, path)
        except library("exceptions").ConnectionClosed:
            pass
        except OpenAIError as error:
            self.faults.append(error)
            line.close(4000, str(error)[:100])

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, traceback: TracebackType | None
    ) -> None:
        server, self._server = self._server, None
        server.shutdown()
        for thread, line in [*self._lines.items()]:
            thread.join(_GRACE)  # what was said last is still on its way
            if thread.is_alive():
                line.close(1001, "the block is over")
                thread.join(_PATIENCE)
        if self._thread is not None:
            self._thread.join(_PATIENCE)
        self.ended()
        if self.faults and (kind is None or not issubclass(kind, KeyboardInterrupt)):
            raise self.faults[0] from value

    @abstractmethod
    def ended(self) -> None:
        """The block is over: the last moment to find fault."""
