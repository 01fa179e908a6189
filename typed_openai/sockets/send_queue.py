"""Messages that wait for a connection: in order, bounded in bytes, and each one accounted for.

Rule: what does not fit is refused and not taken; nothing is dropped to make room.
"""

from __future__ import annotations

from collections import deque

from typed_openai.sockets.failures import WebSocketQueueFullError


class SendQueue:
    """Serialized client events with their types."""

    def __init__(self, max_bytes: int) -> None:
        self.max_bytes = max_bytes
        self.bytes = 0
        self._waiting: deque[tuple[str, bytes]] = deque()

    def __len__(self) -> int:
        return len(self._waiting)

    def put(self, kind: str, content: bytes) -> None:
        """Take a message; raises `WebSocketQueueFullError` where it does not fit."""
        if self.bytes + len(content) > self.max_bytes:
            raise WebSocketQueueFullError(
                f"there is no connection, and the queue is full: {len(self)} messages of {self.bytes} bytes wait, "
                f"{len(content)} more do not fit; raise max_queue_size (now {self.max_bytes}), or wait"
            )
        self._waiting.append((kind, content))
        self.bytes += len(content)

    def take(self) -> tuple[str, bytes]:
        """The first message, which is the caller's from now on."""
        found = self._waiting.popleft()
        self.bytes -= len(found[1])
        return found

    def drain(self) -> list[bytes]:
        """All messages; the queue is empty then."""
        found = [content for _, content in self._waiting]
        self._waiting.clear()
        self.bytes = 0
        return found
