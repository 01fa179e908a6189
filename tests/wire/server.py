"""A scripted server: for each request it sends exactly the bytes of a script, and can pause, stall, and cut.

    with WireServer() as server:
        server.script(answer(b'{"id": ...}'))
        OpenAI(base_url=server.base_url).models.list()

A script is a list of steps: bytes to send, a number of seconds to wait, or one of `CUT` (FIN), `RESET` (RST), `STALL`
(send nothing more until the client goes away). After a script without a cut the connection serves its next request.
Scripts are used in the order given; the last one serves all further requests. `accepted` counts connections, `open`
those that the client has not left yet, `requests` holds what was asked.

Rules: it knows nothing of the package that it tests, and never sends a byte of its own. Weak spot: one thread for each
connection, which is plenty for a test and wrong for anything else.
"""

from __future__ import annotations

import enum
import json
import select
import socket
import ssl
import struct
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeAlias


class Act(enum.Enum):
    """What a script can do besides sending and waiting."""

    CUT = "close the connection in the ordinary way (FIN)"
    RESET = "break the connection (RST)"
    STALL = "send nothing more until the client goes away"


CERTIFICATE = Path(__file__).with_name("localhost.pem")
"""What a server with `tls=True` shows; trusted by nobody."""
CUT, RESET, STALL = Act.CUT, Act.RESET, Act.STALL
Step: TypeAlias = bytes | float | Act


@dataclass(frozen=True)
class Received:
    """One request."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes
    shown: str = ""
    """Whom the certificate names that the client showed; nothing where it showed none."""

    @property
    def json(self) -> Any:
        return json.loads(self.body)


def answer(
    body: bytes | object,
    status: int = 200,
    content_type: str | None = "application/json",
    length: int | None = None,
    **headers: str,
) -> list[Step]:
    """A whole answer with Content-Length; a body that is not bytes is sent as JSON."""
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    headers["content_length"] = str(len(content) if length is None else length)
    return [*head(status, content_type, **headers), content]


def head(status: int = 200, content_type: str | None = "text/event-stream", **headers: str) -> list[bytes]:
    """Status line and headers; without a length the body lasts until the connection is closed."""
    lines = [f"HTTP/1.1 {status} Whatever"]
    if content_type is not None:
        lines.append(f"Content-Type: {content_type}")
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return ["\r\n".join([*lines, "", ""]).encode()]


def chunked(*blocks: bytes, content_type: str | None = "text/event-stream", **headers: str) -> list[Step]:
    """An answer in chunks, one for each block; the client sees each as one piece. Not ended: add `END` for that."""
    framed = b"".join(b"%x\r\n%b\r\n" % (len(block), block) for block in blocks)
    return [*head(200, content_type, transfer_encoding="chunked", **headers), framed]


END = b"0\r\n\r\n"
"""The end of a chunked answer."""


def chunk(block: bytes) -> bytes:
    """One block of a chunked answer."""
    return b"%x\r\n%b\r\n" % (len(block), block)


class WireServer:
    """Listens on a free port of 127.0.0.1 from construction until `stop()`."""

    def __init__(self, tls: bool | ssl.SSLContext = False) -> None:
        self.tls = tls
        self.accepted = 0
        self.open = 0
        self.requests: list[Received] = []
        self._scripts: deque[Sequence[Step]] = deque()
        self._lock = threading.Lock()
        self._stopping = threading.Event()
        self._connections: set[socket.socket] = set()
        self._threads: list[threading.Thread] = []
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.port: int = self._listener.getsockname()[1]
        self._spawn(self._accept)

    @property
    def base_url(self) -> str:
        return f"{'https' if self.tls else 'http'}://127.0.0.1:{self.port}/v1"

    def script(self, *scripts: Sequence[Step]) -> None:
        """Answer the next requests like this, the last script for ever; forgets what was ordered before."""
        with self._lock:
            self._scripts = deque(scripts)

    def until(self, holds: Callable[[], bool], seconds: float = 2.0) -> bool:
        """Whether something about this server comes true in time: `server.until(lambda: server.open == 0)`."""
        limit = time.monotonic() + seconds
        while not holds():
            if time.monotonic() > limit:
                return False
            time.sleep(0.002)
        return True

    def stop(self) -> None:
        """Break every connection and wait for the threads."""
        self._stopping.set()
        self._listener.shutdown(socket.SHUT_RDWR)
        with self._lock:
            for connection in self._connections:
                with suppress(OSError):  # the client was faster
                    connection.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join(5)
        self._listener.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.stop()

    # -- threads -------------------------------------------------------------------------------------------------

    def _spawn(self, work: Callable[..., None], *arguments: object) -> None:
        thread = threading.Thread(target=work, args=arguments, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return  # stopped
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            connection = _secured(connection, self.tls) if self.tls else connection
            with self._lock:
                self.accepted += 1
                self.open += 1
                self._connections.add(connection)
            self._spawn(self._serve, connection)

    def _serve(self, connection: socket.socket) -> None:
        try:
            while (request := _request(connection)) is not None:
                with self._lock:
                    self.requests.append(request)
                    script = self._scripts.popleft() if len(self._scripts) > 1 else self._scripts[0]
                if not all(self._play(connection, step) for step in script):
                    break
        except ssl.SSLError:
            _let_hear(connection)
        except OSError:
            pass  # the client left; `open` says so
        finally:
            with self._lock:
                self.open -= 1
                self._connections.discard(connection)
            connection.close()

    def _play(self, connection: socket.socket, step: Step) -> bool:
        """One step; False when the connection is at its end."""
        if isinstance(step, bytes):
            connection.sendall(step)
            return True
        if step is RESET:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        if step is RESET or step is CUT:
            return False
        seconds = None if isinstance(step, Act) else step
        readable, _, _ = select.select([connection], [], [], seconds)
        return not readable  # a client that waits for its answer says nothing: it left, or the server stops


def _secured(connection: socket.socket, tls: bool | ssl.SSLContext) -> ssl.SSLSocket:
    context = tls if isinstance(tls, ssl.SSLContext) else ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    if context is not tls:
        context.load_cert_chain(CERTIFICATE)
    return context.wrap_socket(connection, server_side=True, do_handshake_on_connect=False)  # done by the first read


def _let_hear(connection: socket.socket) -> None:
    """Wait until the client leaves: closed at once, what it sent meanwhile would keep it from hearing why."""
    with suppress(OSError):
        connection.settimeout(2)
        while socket.socket.recv(connection, 65536):
            pass


def _shown(connection: socket.socket) -> str:
    told: Any = connection.getpeercert() if isinstance(connection, ssl.SSLSocket) else None
    return ", ".join(name for _, name in (told or {}).get("subjectAltName", ()))


def _request(connection: socket.socket) -> Received | None:
    """The next request, None when the client left instead; chunks of a body as they came."""
    data = b""
    while b"\r\n\r\n" not in data:
        more = connection.recv(65536)
        if not more:
            return None
        data += more
    top, _, body = data.partition(b"\r\n\r\n")
    first, *lines = top.decode("latin-1").split("\r\n")
    method, path, _ = first.split(" ")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    length, is_chunked = int(headers.get("content-length", "0")), "transfer-encoding" in headers
    while not body.endswith(END) if is_chunked else len(body) < length:
        more = connection.recv(65536)
        if not more:
            return None
        body += more
    return Received(method, path, headers, body, _shown(connection))
