"""Servers that tell who asks: where keys are exchanged for tokens, and the metadata servers of machines.

with TokenServer() as server:          # running until the block ends
    server.tells = lambda asked: (200, {"access_token": ...})
    server.asked                       # the requests, oldest first
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Mapping
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple, Self


class Asked(NamedTuple):
    """One request."""

    path: str
    headers: Message
    body: bytes


class TokenServer(ThreadingHTTPServer):
    """Gives what `tells` says (a status, and text or JSON data) to every GET and POST, with `headers`."""

    def __init__(self, tells: Callable[[Asked], tuple[int, Any]], headers: Mapping[str, str] | None = None) -> None:
        self.tells = tells
        self.asked: list[Asked] = []

        class Handler(BaseHTTPRequestHandler):
            def do_GET(handler) -> None:
                body = handler.rfile.read(int(handler.headers.get("content-length", 0)))
                self.asked.append(Asked(handler.path, handler.headers, body))
                status, told = self.tells(self.asked[-1])
                is_text = isinstance(told, str)
                handler.send_response(status)
                handler.send_header("content-type", "application/text" if is_text else "application/json")
                for name, value in (headers or {}).items():
                    handler.send_header(name, value)
                handler.end_headers()
                handler.wfile.write((told if is_text else json.dumps(told)).encode())

            do_POST = do_GET

            def log_message(handler, *given: object) -> None:
                """Nothing."""

        super().__init__(("127.0.0.1", 0), Handler)

    @property
    def place(self) -> str:
        return f"127.0.0.1:{self.server_port}"

    @property
    def url(self) -> str:
        return f"http://{self.place}/token"

    def __enter__(self) -> Self:
        self._thread = threading.Thread(target=self.serve_forever)
        self._thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self.shutdown()
        self._thread.join()
        self.server_close()
