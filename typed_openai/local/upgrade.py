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
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from io import BufferedIOBase

from typed_openai.local.desk import Desk
from typed_openai.local.errors import ApiError
from typed_openai.local.exchange import Answer, Reply, Request
from typed_openai.local.faults import Fault
from typed_openai.local.router import PREFIX

_KEY = "openai-insecure-api-key."


def is_for_a_socket(request: Request) -> bool:
    """Whether a request asks for its connection to become a socket."""
    return request.headers.get("upgrade", "").lower() == "websocket"


def socket_for(
    sock: socket.socket, reader: BufferedIOBase, request: Request, desk: Desk, fault: Fault
) -> Reply | Callable[[], None] | None:
    """The talk that a request leads to, to be called; or the answer to a request that gets none, None for silence."""
    opened: list[Callable[[Mapping[str, str]], None]] = []

    def open_door(asked: Request) -> Answer:
        from typed_openai.core.extras import needed
        from typed_openai.errors import ConfigurationError

        try:
            needed("websockets.datastructures", "a WebSocket of the local server")
        except ConfigurationError as error:
            raise ApiError(501, f"{error}.", kind="server_error") from error
        from typed_openai.local.sockets.doors import door
        from typed_openai.local.sockets.line import Line
        from typed_openai.local.sockets.talk import converse

        kind, names = door(asked, PREFIX)
        line = Line(sock, reader, fault, desk.stopping)
        talk = kind(desk.service.state, replace(asked, path_params=names), line)
        opened.append(lambda headers: converse(line, talk, request, headers, desk.chunk_delay, record))
        return Reply(b"", 101)

    def record(message: bytes) -> None:
        desk.journal.add(Request("MESSAGE", request.path, request.query, body=message))

    answer = desk.service.answer(_with_key(request), fault, open_door)
    if opened:
        return lambda: opened[0](answer.headers)
    return answer if isinstance(answer, Reply) else None


def _with_key(request: Request) -> Request:
    """The request with the key of a browser as a header."""
    keys: Iterable[str] = request.headers.get("sec-websocket-protocol", "").split(",")
    found = next((each.strip().removeprefix(_KEY) for each in keys if each.strip().startswith(_KEY)), None)
    if found is None or "authorization" in request.headers:
        return request
    return replace(request, headers={**request.headers, "authorization": f"Bearer {found}"})
