"""The sessions over sockets of a tape: recorded or replayed by a server of their own, begun when the first is opened.

What they hold stands in the cassette beside the exchanges over HTTP. Weak spot: faults on order befall none of them.
"""

from __future__ import annotations

import threading
from pathlib import Path
from urllib.parse import urlsplit

from typed_openai.errors import OpenAIError
from typed_openai.testing.cassettes import HEAD
from typed_openai.testing.socket_recorder import SocketRecorder
from typed_openai.testing.socket_records import read
from typed_openai.testing.socket_replayer import SocketReplayer


class TapedSockets:
    """The sessions of one cassette: `target` is the base URL and key to record from, None to replay."""

    def __init__(self, path: Path, target: tuple[str, str] | None, timing: bool) -> None:
        self._path = path
        self._part = path.with_suffix(".sockets.part")
        self._target = target
        self._timing = timing
        self._server: SocketRecorder | SocketReplayer | None = None
        self._lock = threading.Lock()
        if target is None:
            read(path)  # what is broken is told at once

    def port(self) -> int:
        """The port of the server that records or replays. Raises `ConfigurationError` without the extra `realtime`."""
        with self._lock:
            if self._server is None:
                self._server = self._made()
            return urlsplit(self._server.base_url).port or 0

    def _made(self) -> SocketRecorder | SocketReplayer:
        if self._target is None:
            return SocketReplayer(self._path, speed=1.0 if self._timing else None).__enter__()
        self._part.parent.mkdir(parents=True, exist_ok=True)
        recorder = SocketRecorder(self._part, self._target[0], api_key=self._target[1])
        return recorder.__enter__()

    def end(self, is_good: bool) -> str:
        """Hang up; gives the recorded lines. Raises what went wrong, unless something else did."""
        if self._server is None:
            return ""
        try:
            self._server.__exit__(None, None, None)
        except OpenAIError:
            if is_good:
                raise
        finally:
            lines = self._part.read_text("utf-8") if self._part.exists() else ""
            self._part.unlink(missing_ok=True)
        return lines.removeprefix(HEAD)
