"""Replays recorded sessions: a server that says what was said, and expects what was said to it.

    with SocketReplayer("session.jsonl") as replayer:
        client = OpenAI(base_url=replayer.base_url, api_key="replayed")
        with client.realtime.connect(model="gpt-realtime") as connection: ...

Rules
* A connection gets the first recorded one to its path that nobody had; its messages have to come as they were recorded,
  by value and in their order, between the same events of the server.
* What is different is raised where the block ends (`ReplayError`): what was expected, what came, at which line.
* All comes at once; with `speed=1.0` in the time that it took, with 2.0 in half of it.

Weak spots: what a program says in the middle of an answer has to come there; a session that depends on the moment
(sound that interrupts) is replayed as one run of it was.
"""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

from typed_openai.errors import OpenAIError
from typed_openai.testing.socket_records import Record, comparable, connections, library, read
from typed_openai.testing.socket_servers import SocketServer

_GONE = 1006
_LONGEST = 300


class ReplayError(OpenAIError):
    """A program did not say what was recorded. `expected` and `got` are the two messages as values, None for none."""

    def __init__(self, message: str, expected: Any = None, got: Any = None) -> None:
        super().__init__(message)
        self.expected = expected
        self.got = got


class SocketReplayer(SocketServer):
    """Serves what was recorded while the block lasts.

    `path`: the file. `speed`: how fast events come, None for at once. `patience`: seconds to wait for each message.
    Raises `OpenAIError` for a file that is not a recording, `ReplayError` at the end of the block for what was
    different from it, and for connections that nobody opened.
    """

    def __init__(self, path: str | Path, *, speed: float | None = None, patience: float = 5.0) -> None:
        super().__init__()
        self._name = Path(path).name
        self._left = [*connections(read(path))]
        self._speed = speed
        self._patience = patience

    def ended(self) -> None:
        """Find fault with what nobody asked for."""
        if self._left and not self.faults:
            paths = ", ".join(str(records[0].open) for records in self._left)
            self.faults.append(ReplayError(f"{self._name}: recorded, but not opened: {paths}"))

    def serve(self, line: Any, path: str) -> None:
        """Say and expect what was recorded of the first connection to this path."""
        with self._lock:
            found = next((records for records in self._left if records[0].open == path), None)
            if found is None:
                wanted = ", ".join(str(records[0].open) for records in self._left) or "nothing"
                raise ReplayError(f"{self._name}: {path!r} is not what was recorded; that is: {wanted}")
            self._left.remove(found)
        at = found[0].at
        for record in found[1:]:
            if self._speed is not None:
                time.sleep(max(0.0, record.at - at) / self._speed)
            at = record.at
            if record.close is not None:
                self._close(line, record)
                return
            if record.by == "server":
                line.send(record.said)
            else:
                self._expect(line, record)
        self._end(line)

    def _expect(self, line: Any, record: Record) -> None:
        expected = record.value
        try:
            message = line.recv(timeout=self._patience)
        except TimeoutError:
            text = f"nothing within {self._patience:g} s"
            raise ReplayError(f"{self._name}: expected {_shown(expected)}, got {text}", expected) from None
        except library("exceptions").ConnectionClosed:
            raise ReplayError(f"{self._name}: expected {_shown(expected)}, got a close", expected) from None
        got = comparable(message)
        if got != expected:
            raise ReplayError(f"{self._name}: expected {_shown(expected)}, got {_shown(got)}", expected, got)

    def _close(self, line: Any, record: Record) -> None:
        """End as it ended: by the program, or by the server."""
        if record.by == "client":
            self._end(line)
        elif record.close == _GONE:
            line.socket.close()
        else:
            line.close(record.close, record.reason)

    def _end(self, line: Any) -> None:
        """The program has to close now, and to say nothing more."""
        try:
            message = line.recv(timeout=self._patience)
        except (TimeoutError, library("exceptions").ConnectionClosed):
            return
        got = comparable(message)
        raise ReplayError(f"{self._name}: expected nothing more, got {_shown(got)}", None, got)


def _shown(value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
