"""From a request to a socket: who asks for one, whether there is one at its path, and the talk that follows.

Everything about sockets (`sockets/`, the library `websockets`) is imported by the first request that asks for one.

Rules
* A request for a socket is counted, authenticated and recorded as any other, and refused over HTTP: key, path, what the
  talk needs (a model, say), and the first fault that waits for its path.
* Each message of the client is recorded, too, as a request with the method `MESSAGE`.
* A browser cannot send a key as a header: it may stand among the subprotocols (`openai-insecure-api-key.KEY`).
"""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterable
from dataclasses import replace
from io import BufferedIOBase
from typing import TYPE_CHECKING, Protocol

from typed_openai.local.errors import ApiError
from typed_openai.local.exchange import Answer, Reply, Request
from typed_openai.local.faults import Faults
from typed_openai.local.journal import Journal
from typed_openai.local.router import PREFIX
from typed_openai.local.service import Service

if TYPE_CHECKING:
    import threading

    from typed_openai.local.sockets.talk import Talk

_KEY = "openai-insecure-api-key."


class AnyDesk(Protocol):
    """What a socket needs of the server."""

    @property
    def service(self) -> Service: ...

    @property
    def chunk_delay(self) -> float: ...

    @property
    def journal(self) -> Journal: ...

    @property
    def faults(self) -> Faults: ...

    @property
    def stopping(self) -> threading.Event: ...


def is_for_a_socket(request: Request) -> bool:
    """Whether a request asks for its connection to become a socket."""
    return request.headers.get("upgrade", "").lower() == "websocket"


def socket_for(
    sock: socket.socket, reader: BufferedIOBase, request: Request, desk: AnyDesk
) -> Reply | Callable[[], None] | None:
    """The talk that a request leads to, to be called; or the answer to a request that gets none, None for silence."""
    fault = desk.faults.take(request.path)
    if fault.delay:
        desk.stopping.wait(fault.delay)
    if fault.drop:
        return None
    try:
        from typed_openai.local.sockets.doors import door
        from typed_openai.local.sockets.line import Line
        from typed_openai.local.sockets.talk import converse
    except ImportError as error:
        if error.name is None or not error.name.startswith("websockets"):
            raise
        hint = "The local server speaks over WebSockets with an extra: pip install 'typed-openai[realtime]'"
        return Reply(ApiError(501, f"{hint} ({error}).", kind="server_error").body(), 501)
    line = Line(sock, reader, fault, desk.stopping)
    opened: list[Talk] = []

    def open_door(asked: Request) -> Answer:
        talk, names = door(asked, PREFIX)
        opened.append(talk(desk.service.state, replace(asked, path_params=names), line))
        return Reply(b"", 101)

    def record(message: bytes) -> None:
        desk.journal.add(Request("MESSAGE", request.path, request.query, body=message))

    answer = desk.service.answer(_with_key(request), fault, open_door)
    if not isinstance(answer, Reply) or not opened:
        return answer if isinstance(answer, Reply) else None
    return lambda: converse(line, opened[0], request, answer.headers, desk.chunk_delay, record)


def _with_key(request: Request) -> Request:
    """The request with the key of a browser as a header."""
    keys: Iterable[str] = request.headers.get("sec-websocket-protocol", "").split(",")
    found = next((each.strip().removeprefix(_KEY) for each in keys if each.strip().startswith(_KEY)), None)
    if found is None or "authorization" in request.headers:
        return request
    return replace(request, headers={**request.headers, "authorization": f"Bearer {found}"})
