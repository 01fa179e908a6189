"""Records sessions over sockets: stands between a program and a server, and writes down what they say.

    with SocketRecorder("session.jsonl") as recorder:
        client = OpenAI(base_url=recorder.base_url)
        with client.realtime.connect(model="gpt-realtime") as connection: ...

Rules
* The program needs no change but its base URL, in either colour; so any client can be recorded.
* Headers and query go on to the server as they came; nothing of them is written but the path and a query without
  credentials (`socket_records.py`).
* What the server refuses is refused; a close is handed on with its code, in both directions.

Weak spot: a message that both sides send at the same moment stands in the order in which it passed by here.
"""

from __future__ import annotations

import threading
import time
from pathlib import Path
from typing import IO, Any

from typed_openai.core.careful_log import CarefulLog
from typed_openai.core.known_secrets import without
from typed_openai.errors import OpenAIError
from typed_openai.testing.cassettes import HEAD
from typed_openai.testing.socket_records import Record, Side, library
from typed_openai.testing.socket_servers import SocketServer

_ITS_OWN = ("host", "connection", "upgrade", "origin", "user-agent")
_GONE = 1006
_FORBIDDEN = (1005, 1006, 1015)
"""Codes that nobody may send."""


class SocketRecorder(SocketServer):
    """Records all connections that are opened to `base_url` while the block lasts.

    `path`: the file, written anew. `target`: the base URL of the server, of OpenAI by default; `https` is `wss`.
    `api_key` is sent in place of the one of the program. Raises `OpenAIError` at the end of the block where the server
    could not be reached.
    """

    def __init__(
        self, path: str | Path, target: str = "https://api.openai.com/v1", *, api_key: str | None = None
    ) -> None:
        super().__init__()
        self._key = api_key
        self._path = Path(path)
        self._target = target.rstrip("/").replace("http", "ws", 1)
        self._file: IO[str] | None = None
        self._began = 0.0
        self._count = 0
        self._closed: set[int] = set()

    def __enter__(self) -> SocketRecorder:
        super().__enter__()
        self._began = time.monotonic()
        self._file = self._path.open("w", encoding="utf-8")
        self._file.write(HEAD)
        return self

    def ended(self) -> None:
        """Close the file."""
        if self._file is not None:
            self._file.close()

    def _write(self, number: int, **members: Any) -> None:
        with self._lock:
            if self._file is not None and not self._file.closed:
                self._file.write(Record(time.monotonic() - self._began, number, **members).line())
                self._file.flush()

    def serve(self, line: Any, path: str) -> None:
        """Connect to the server, and hand on what both sides say."""
        with self._lock:
            number, self._count = self._count, self._count + 1
        given = line.request.headers.raw_items()
        headers = [
            (name, value)
            for name, value in given
            if name.lower() not in _ITS_OWN and not name.lower().startswith("sec-websocket")
        ]
        if self._key is not None:
            headers = [each for each in headers if each[0].lower() != "authorization"]
            headers.append(("Authorization", f"Bearer {self._key}"))
        try:
            server = library("sync.client").connect(
                f"{self._target}{path}",
                additional_headers=headers,
                max_size=None,
                compression=None,
                ping_interval=None,
                logger=CarefulLog("websockets.client"),
            )
            server.__enter__()  # without it websockets 17 warns
        except (OSError, library("exceptions").WebSocketException) as error:
            raise OpenAIError(f"the recorder could not open {path!r}: {without(str(error))}") from None
        self._write(number, open=path)
        back = threading.Thread(target=self._hand_on, args=(number, "server", server, line), daemon=True)
        back.start()
        self._hand_on(number, "client", line, server)
        back.join()

    def _hand_on(self, number: int, by: Side, speaker: Any, listener: Any) -> None:
        """Hand on what one side says until one of them closes."""
        closed = library("exceptions").ConnectionClosed
        try:
            for message in speaker:
                self._write(number, by=by, said=message)
                listener.send(message)
        except closed:
            pass
        code, reason = speaker.close_code or _GONE, speaker.close_reason or ""
        with self._lock:
            is_first = number not in self._closed
            self._closed.add(number)
        if is_first:  # the other side only answers
            self._write(number, by=by, close=code, reason=reason)
        if code in _FORBIDDEN:
            listener.socket.close() if code == _GONE else listener.close()
        else:
            listener.close(code, reason)
