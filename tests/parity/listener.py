"""A server on this machine that keeps what it was sent, and answers that it will not have it: one request a call.

What is kept is in a form in which two clients can be compared: queries as sorted pairs, JSON by value, forms as parts
without their boundary.
"""

from __future__ import annotations

import json
import threading
from dataclasses import dataclass
from email.parser import BytesParser
from email.policy import HTTP
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self
from urllib.parse import parse_qsl, urlsplit

HEADERS = ("accept", "authorization", "content-type", "openai-beta", "openai-organization", "openai-project")
"""Headers that matter."""
_REFUSAL = b'{"error": {"message": "kept", "type": "kept", "param": null, "code": null}}'
_HEAD = f"HTTP/1.1 400 Bad Request\r\ncontent-type: application/json\r\ncontent-length: {len(_REFUSAL)}\r\n\r\n"
_ANSWER = _HEAD.encode() + _REFUSAL


@dataclass
class Sent:
    """One request."""

    method: str
    path: str
    query: list[tuple[str, str]]
    headers: dict[str, str]
    body: Any


class Listener:
    """Keeps the requests that come while it is entered; `base_url` is where it listens."""

    def __init__(self) -> None:
        self.sent: list[Sent] = []
        kept = self.sent

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def handle_one_request(self) -> None:
                self.raw_requestline = self.rfile.readline(65_537)
                if not self.raw_requestline or not self.parse_request():
                    self.close_connection = True
                    return
                body = self.rfile.read(int(self.headers.get("content-length") or 0)) or self._chunks()
                kept.append(_sent(self.command, self.path, self.headers, body))
                self.wfile.write(_ANSWER)  # in one piece: two would wait for one another

            def _chunks(self) -> bytes:
                body = b""
                if self.headers.get("transfer-encoding", "").lower() == "chunked":
                    while size := int(self.rfile.readline().strip() or b"0", 16):
                        body += self.rfile.read(size)
                        self.rfile.readline()
                    self.rfile.readline()
                return body

            def log_message(self, format: str, *args: object) -> None:
                """Nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.base_url = f"http://127.0.0.1:{self._server.server_port}/v1"

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()


def _sent(method: str, target: str, headers: Any, body: bytes) -> Sent:
    url, kind = urlsplit(target), headers.get("content-type", "")
    seen = {name: headers[name] for name in HEADERS if name in headers}
    content: Any = body
    if kind.startswith("multipart/"):
        seen["content-type"] = "multipart/form-data"
        content = sorted(_parts(kind, body))
    elif kind.startswith("application/json"):
        content = json.loads(body) if body else None
    if not body:  # which some say the type of
        seen.pop("content-type", None)
    return Sent(method, url.path, sorted(parse_qsl(url.query, keep_blank_values=True)), seen, content or None)


def _parts(kind: str, body: bytes) -> list[tuple[str, str, str, bytes]]:
    """The parts of a form: name, file name, type and content."""
    message = BytesParser(policy=HTTP).parsebytes(f"content-type: {kind}\r\n\r\n".encode() + body)
    found: list[tuple[str, str, str, bytes]] = []
    for part in message.iter_parts():
        name: Any = part.get_param("name", header="content-disposition")
        content: Any = part.get_payload(decode=True)
        is_file = part.get_filename() is not None
        kind_of_part = part.get_content_type() if is_file else ""
        found.append((str(name), part.get_filename() or "", kind_of_part, content if is_file else _plain(content)))
    return found


def _plain(text: bytes) -> bytes:
    """A text of a form as it compares: `0` and `0.0` say the same, and so does JSON in any order."""
    try:
        value = json.loads(text)
    except ValueError:
        return text
    if isinstance(value, int | float) and not isinstance(value, bool):
        return repr(float(value)).encode()
    return json.dumps(value, sort_keys=True).encode() if isinstance(value, dict | list) else text
