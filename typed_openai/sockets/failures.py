"""What goes wrong with a socket besides what every stream has: a connection that ended, a queue that is full.

Rules: part of the one tree of `errors.py` (`WebSocketConnectionClosedError` is an `APIConnectionError`); messages that
may hold keys of a session are on the error and in no text of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from typed_openai.errors import APIStreamError, OpenAIError, StreamInterruptedError


class ServerEventError(APIStreamError):
    """The server sent an event `error`; the connection stays open, and reading may go on.

    `event`: that event, typed. `code`, `param`, `type` and `body` are those of the error in it.
    """

    event: Any = None


class WebSocketConnectionClosedError(StreamInterruptedError):
    """The connection is closed, or was cut. `partial` is what had arrived of unfinished answers.

    `close_code` and `close_reason`: as the other side gave them; 1006 where it gave none. `unsent_messages`: what was
    handed over to be sent and has surely not left. `in_doubt`: what was being sent when it broke, and may have arrived.
    """

    close_code: int = 1006
    close_reason: str = ""

    def __init__(
        self,
        message: object = None,
        request: object = None,
        *,
        unsent_messages: Sequence[str | bytes] = (),
        in_doubt: Sequence[str | bytes] = (),
        **options: Any,
    ) -> None:
        super().__init__(message, request, **options)
        self.unsent_messages: list[str | bytes] = list(unsent_messages)
        self.in_doubt: list[str | bytes] = list(in_doubt)

    @property
    def unsent_frames(self) -> list[str | bytes]:
        """The official package's second name for `unsent_messages`."""
        return self.unsent_messages


class WebSocketQueueFullError(OpenAIError):
    """While there is no connection, messages wait in a queue; this one does not fit any more, and was not taken."""
