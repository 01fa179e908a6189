"""One socket, as the server has it: the handshake, events out, messages in, and what a `Fault` spoils about them.

The frames are those of the library `websockets`, without its input and output (`ServerProtocol`): the connection was
accepted, and its request read, before anybody knew that it would become a socket.

Rules
* Events may be sent from several threads (a sideband hears what the first connection does); messages are read by one.
* What ends the connection, whoever did it, is `Gone` for who reads or sends next.
* `cut_after`, `stall_after` and `insert_after` of a fault count the events that were sent.

Weak spot: while a connection stalls, pings are not answered either; that is what a stall is.
"""

from __future__ import annotations

import contextlib
import selectors
import socket
import threading
from collections import deque
from collections.abc import Mapping
from io import BufferedIOBase

from websockets.datastructures import Headers
from websockets.exceptions import WebSocketException
from websockets.extensions.permessage_deflate import ServerPerMessageDeflateFactory
from websockets.frames import Opcode
from websockets.http11 import Request as Upgrade
from websockets.protocol import State as Condition
from websockets.server import ServerProtocol
from websockets.typing import Subprotocol

from typed_openai.core.careful_log import CarefulLog
from typed_openai.local.exchange import Request, dump_json
from typed_openai.local.faults import Fault

_BLOCK = 65536
_FAREWELL = 2.0
"""Seconds to wait for the other side's close."""
SUBPROTOCOL = Subprotocol("realtime")
"""What browsers ask for, beside the key that they cannot send as a header."""


class Gone(Exception):
    """The connection is over."""


class Line:
    """A connection that became a socket."""

    def __init__(self, sock: socket.socket, reader: BufferedIOBase, fault: Fault, stopping: threading.Event) -> None:
        self._sock = sock
        self._reader = reader
        self._fault = fault
        self._stopping = stopping
        self._protocol = ServerProtocol(
            extensions=[ServerPerMessageDeflateFactory()],
            subprotocols=[SUBPROTOCOL],
            select_subprotocol=lambda _, offered: SUBPROTOCOL if SUBPROTOCOL in offered else None,
            max_size=None,
            logger=CarefulLog("websockets.server"),
        )
        self._ready = selectors.DefaultSelector()
        self._ready.register(sock, selectors.EVENT_READ)
        self._lock = threading.RLock()
        self._messages: deque[bytes] = deque()
        self._pieces: list[bytes] = []
        self._sent = 0

    @property
    def is_open(self) -> bool:
        """Whether events may still be sent."""
        return self._protocol.state is Condition.OPEN

    def open(self, request: Request, headers: Mapping[str, str]) -> bool:
        """Shake hands, with these headers in the answer; False for a request that is not one for a socket."""
        self._protocol.receive_data(Upgrade(request.path, Headers(request.headers)).serialize())
        asked = next(each for each in self._protocol.events_received() if isinstance(each, Upgrade))
        answer = self._protocol.accept(asked)
        answer.headers.update(headers)
        with self._lock:
            self._protocol.send_response(answer)
            self._flush()
            self._take(self._left_over())
        if self.is_open:
            self._after_event()
        return answer.status_code == 101

    def _left_over(self) -> bytes:
        """What came together with the request."""
        self._sock.settimeout(0)
        try:
            return self._reader.read1(_BLOCK) or b""
        except BlockingIOError:
            return b""
        finally:
            self._sock.settimeout(None)

    # --- out ---------------------------------------------------------------------------------------------------------

    def send(self, event: object) -> None:
        """Send an event. Raises `Gone` where nobody would get it."""
        with self._lock:
            if not self.is_open:
                raise Gone
            if self._sent == self._fault.stall_after:
                self._stall()
            self._protocol.send_text(dump_json(event))
            if self._fault.torn and self._sent == self._fault.cut_after:
                frame = b"".join(self._protocol.data_to_send())
                self._write(frame[: max(1, len(frame) // 2)])
                self._break()
            self._flush()
            self._sent += 1
            self._after_event()

    def _after_event(self) -> None:
        """What befalls the connection after so many events."""
        if self._sent == self._fault.insert_after:
            self._say(self._fault.inserted)
        if self._sent != self._fault.cut_after or self._fault.torn:
            return
        if self._fault.parting:
            self._say(self._fault.parting.decode("utf-8", "surrogateescape"))
        if self._fault.close is None and not self._fault.clean:
            self._break()
        self.say_and_hear_goodbye(1000 if self._fault.close is None else self._fault.close, "on order")
        raise Gone

    def _say(self, content: object) -> None:
        """Send what a fault says: bytes as a binary message, a text as it is, all else as JSON."""
        if isinstance(content, bytes):
            self._protocol.send_binary(content)
        else:
            text = content.encode() if isinstance(content, str) else dump_json(content)
            self._protocol.send_text(text)
        self._flush()

    def _stall(self) -> None:
        left = self._fault.stall
        while left > 0 and not self._stopping.wait(min(left, self._fault.keepalive or left)):
            left -= self._fault.keepalive or left
            if self._fault.keepalive:
                self._protocol.send_ping(b"still here")
                self._flush()

    def say_and_hear_goodbye(self, code: int = 1000, reason: str = "") -> None:
        """Say goodbye, and wait a little for the answer."""
        with self._lock:
            if self.is_open:
                self._protocol.send_close(code, reason)
                self._flush()
        with contextlib.suppress(Gone):
            while self._read(_FAREWELL):
                self._messages.clear()

    def close(self) -> None:
        """Let go of what the connection held."""
        self._ready.close()

    def say_goodbye(self, code: int = 1000) -> None:
        """Send a close from another thread than the one that reads, which then sees the end."""
        with self._lock, contextlib.suppress(Gone):
            if self.is_open:
                self._protocol.send_close(code, "")
                self._flush()

    def _break(self) -> None:
        """End the connection as a cable does that is pulled out."""
        with contextlib.suppress(OSError):
            self._sock.shutdown(socket.SHUT_RDWR)
        self._protocol.receive_eof()
        raise Gone

    def _flush(self) -> None:
        for data in self._protocol.data_to_send():
            if data:
                self._write(data)
            else:  # the end of what is sent
                with contextlib.suppress(OSError):
                    self._sock.shutdown(socket.SHUT_WR)

    def _write(self, data: bytes) -> None:
        try:
            self._sock.sendall(data)
        except OSError as error:
            raise Gone from error

    # --- in ----------------------------------------------------------------------------------------------------------

    def receive(self, wait: float | None) -> bytes | None:
        """The next message; None when none comes within so many seconds. Raises `Gone` at the end."""
        while not self._messages:
            if not self._read(wait):
                return None
        return self._messages.popleft()

    def _read(self, wait: float | None) -> bool:
        """Take in what comes; False when nothing does in time."""
        if self._protocol.state is Condition.CLOSED:
            raise Gone
        try:
            if not self._ready.select(wait):
                return False
            data = self._sock.recv(_BLOCK)
        except (OSError, ValueError) as error:
            raise Gone from error
        with self._lock:
            self._take(data, ended=not data)
        if not self.is_open and not self._messages:
            raise Gone
        return True

    def _take(self, data: bytes, ended: bool = False) -> None:
        try:
            if data:
                self._protocol.receive_data(data)
            if ended:
                self._protocol.receive_eof()
        except WebSocketException as error:
            raise Gone from error
        for frame in self._protocol.events_received():
            opcode = getattr(frame, "opcode", None)
            if opcode in (Opcode.TEXT, Opcode.BINARY, Opcode.CONT):
                self._pieces.append(bytes(frame.data))  # type: ignore[union-attr]  # a frame by its opcode
                if frame.fin:  # type: ignore[union-attr]  # as above
                    self._messages.append(b"".join(self._pieces))
                    self._pieces.clear()
        self._flush()
