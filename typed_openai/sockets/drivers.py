"""The sync driver of sockets: what `core/run/drivers.py` does, and lines of the library `websockets`. With
`drivers_async.py` the only code of sockets that is written twice; nothing here decides anything.

Rules
* Messages are read as bytes: the library need not decode what the JSON parser reads once more.
* A message has surely not left where the line was closed before; all else is in doubt.
* A read that is given up loses nothing: the library keeps the message.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

from typed_openai.core.run.drivers import SyncDriver
from typed_openai.core.run.effects import Request, Send
from typed_openai.sockets import dialing
from typed_openai.sockets.effects import Hang, Opened, Receive, Transmit, WaitUntil


class SyncGate:
    """Threads wait for each other."""

    def __init__(self) -> None:
        self._condition = threading.Condition()

    def __enter__(self) -> Any:
        return self._condition.__enter__()

    def __exit__(self, *error: Any) -> None:
        self._condition.__exit__(*error)

    def notify(self) -> None:
        with self._condition:
            self._condition.notify_all()

    def wait(self, condition: Callable[[], Any], seconds: float | None) -> Any:
        """Wait until the condition holds, or the time is over."""
        with self._condition:
            return self._condition.wait_for(condition, seconds)


class SyncSocketDriver(SyncDriver):
    """Runs the flows of sockets in the calling thread."""

    gate = SyncGate

    def _perform(self, effect: Any) -> Any:
        kind = type(effect)
        if kind is Receive:
            try:
                return effect.line.recv(effect.seconds, decode=False)
            except dialing.closed_error() as error:
                raise dialing.ended(error) from error
        if kind is Transmit:
            is_open = dialing.is_open(effect.line)
            try:
                return effect.line.send(effect.content, text=True)
            except dialing.closed_error() as error:
                raise dialing.ended(error, unsent=not is_open) from error
        if kind is WaitUntil:
            return effect.gate.wait(effect.condition, effect.seconds)
        if kind is Hang:
            return effect.line.close(effect.code, effect.reason)
        if kind is Send and effect.request.url.startswith("ws"):
            return self._dial(effect.request)
        return super()._perform(effect)

    def _dial(self, request: Request) -> Opened:
        library, options = dialing.library("sync"), dialing.told(request, self.pool)
        options.pop("write_limit", None)
        try:
            line = library.connect(request.url, **options).__enter__()  # without it websockets 17 warns
        except dialing.failures() as error:
            return dialing.refused(error, request)
        return dialing.opened(line, request)
