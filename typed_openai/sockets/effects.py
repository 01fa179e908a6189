"""What a socket's flow may ask for beside the effects of `core/run/effects.py`, and how an end is told: data.

A line is an open connection of the library; flows hand it on and never look into it. `Send` of a request whose URL is
`ws:` or `wss:` opens one: its reply is an `Opened`.

Rules: nothing here acts. A line that ends, however it does, is a `LineEnded` that is thrown into the flow.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol, TypeAlias, TypeVar

from typed_openai.core.run.effects import Reply, Request

T = TypeVar("T")
Steps: TypeAlias = Generator[Any, Any, T]
"""A flow that may ask for what a socket has besides."""
Cause: TypeAlias = Literal["closed", "cut", "heartbeat", "size", "protocol"]


class Receive:
    """Wait for the next message of a line (bytes), at most some seconds: then `TimeoutError`."""

    __slots__ = ("line", "seconds")

    def __init__(self, line: Any, seconds: float | None) -> None:
        self.line = line
        self.seconds = seconds


class Transmit:
    """Send a text message over a line."""

    __slots__ = ("content", "line")

    def __init__(self, line: Any, content: bytes) -> None:
        self.line = line
        self.content = content


class Hang:
    """Close a line, with the handshake that belongs to it."""

    __slots__ = ("code", "line", "reason")

    def __init__(self, line: Any, code: int, reason: str) -> None:
        self.line = line
        self.code = code
        self.reason = reason


class Gate(Protocol):
    """Where flows wait for each other. A driver makes it, since threads and tasks wait differently."""

    def __enter__(self) -> Any:
        """Hold the shared state still."""

    def __exit__(self, *error: object) -> Any:
        """Let go of it."""

    def notify(self) -> None:
        """The state has changed."""


class WaitUntil:
    """Wait until a condition over shared state holds, at most some seconds; gives what the condition gave, false at the
    end of the time. The gate is notified by whoever changes the state."""

    __slots__ = ("condition", "gate", "seconds")

    def __init__(self, gate: Gate, condition: Callable[[], T], seconds: float | None = None) -> None:
        self.gate = gate
        self.condition = condition
        self.seconds = seconds


class LineEnded(Exception):
    """A line has ended. `code` and `reason` are those of the other side (1006 where it said nothing); `unsent`: what
    was to be sent has surely not left."""

    def __init__(self, code: int, reason: str, why: Cause, *, unsent: bool = False) -> None:
        super().__init__(code, reason, why)
        self.code = code
        self.reason = reason
        self.why: Cause = why
        self.unsent = unsent


@dataclass(slots=True, repr=False, eq=False)
class SocketRequest(Request):
    """The request that opens a line. `native`: options for the library, as the user gave them."""

    native: Mapping[str, Any] = field(default_factory=dict)


class Opened(Reply):
    """A line that was opened, and how."""

    __slots__ = ("line",)

    def __init__(self, request: Request, response: Any, line: Any) -> None:
        super().__init__(request, response, None)
        self.line = line
        self.content = b""
