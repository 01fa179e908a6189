"""HTTP/1.1 over one socket: reads requests, writes answers, one after the other while the connection lasts.

The standard library's `BaseHTTPRequestHandler` parses request lines and headers; bodies (counted or chunked) and
answers are handled here. A whole answer leaves in one write with its length; a stream leaves as chunks, one event in
each write. What a `Fault` spoils about the delivery is spoilt here.

Rules: bad framing is refused in the API's error shape and ends the connection, since nobody knows where the next
request would begin; so is a request in the name of another host, or from a page of one (`hosts.py`); a body has a
bound, in chunks as well; a client that goes away is not an error; a mistake in a handler is answered with 500 and then
goes its way to the traceback.

Weak spots: a body is held in memory whole; a client that stops reading without closing holds its thread.
"""

from __future__ import annotations

import contextlib
import logging
import socket
from collections.abc import Generator, Mapping
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler
from itertools import chain
from socketserver import BaseServer
from urllib.parse import parse_qs, urlsplit

from typed_openai.local.desk import Desk
from typed_openai.local.errors import ApiError, error_body
from typed_openai.local.exchange import Reply, Request, StreamReply
from typed_openai.local.faults import NO_FAULT, Fault
from typed_openai.local.hosts import check_hosts
from typed_openai.local.page import NOBODY, Page, Watched
from typed_openai.local.service import SIGNATURE
from typed_openai.local.tunnel import hand_on
from typed_openai.local.upgrade import is_for_a_socket, socket_for

_log = logging.getLogger("typed_openai.local")
_MOST_DIGITS = 9
"""Of a body's length: one more would announce more than any body that makes sense here (a file has 512 MB at most)."""
_MOST_HEX_DIGITS = 8
"""Of a chunk's length."""
MOST_OF_A_BODY = 512 * 1024 * 1024
"""Bytes of a body, counted or in chunks: the largest file that the service takes."""
_MISTAKE = "A mistake in the local server; its traceback is on standard error."
_MOST_TRAILERS = 100
_PHRASES = {status.value: status.phrase for status in HTTPStatus}


def _too_large() -> ApiError:
    return ApiError(413, f"The body is larger than the {MOST_OF_A_BODY >> 20} MiB that this local server takes.")


class Connection(BaseHTTPRequestHandler):
    """Serves one client until it hangs up."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def __init__(self, desk: Desk, sock: socket.socket, address: object, server: BaseServer) -> None:
        self._desk = desk
        self._watched: Watched = NOBODY
        super().__init__(sock, address, server)

    def handle(self) -> None:
        """Serve requests until either side has had enough."""
        with contextlib.suppress(ConnectionError):
            super().handle()

    def log_message(self, format: str, *args: object) -> None:
        """Say it to the logger instead of standard error."""
        _log.debug(format, *args)

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """Refuse what the parser refused, in the API's error shape, and hang up."""
        self.close_connection = True
        reason = explain or message or HTTPStatus(code).description or HTTPStatus(code).phrase
        kind, short = ("server_error", None) if code >= 500 else ("invalid_request_error", "bad_request")
        self._send_plain(Reply(error_body(reason, kind=kind, code=short), code, SIGNATURE), NO_FAULT)

    def _serve(self) -> None:
        try:
            request = self._read()
        except ApiError as refusal:
            self.send_error(refusal.status, refusal.message)
            return
        page = self._desk.page
        if page is not None and page.takes(request.path):
            self._send_page(page, request)
            return
        self._desk.journal.add(request, self._desk.service.router)
        if is_for_a_socket(request):
            self._become_a_socket(request)
            return
        self._watched = NOBODY if page is None else page.watch(request)
        how = "cut off"
        try:
            how = self._answer(request)
        finally:
            self._watched.ended(how)
            self._watched = NOBODY

    def _become_a_socket(self, request: Request) -> None:
        """Talk over a socket until one side has had enough, or refuse to."""
        self.close_connection = True
        if self._desk.sockets is not None:
            hand_on(self.connection, self.rfile, self.requestline, self.headers.items(), self._desk.sockets())
            return
        fault = self._befallen(request)
        if fault is None:
            return
        with self._without_mistakes():
            found = socket_for(self.connection, self.rfile, request, self._desk, fault)
        if isinstance(found, Reply):
            self._send_plain(found, NO_FAULT)
        elif found is not None:
            found()

    def _answer(self, request: Request) -> str:
        """Answer a request, or let its fault befall it; gives how it ended early, `""` when it did not."""
        fault = self._befallen(request)
        if fault is None:
            return "dropped"
        with self._without_mistakes():
            answer = self._desk.service.answer(request, fault)
        _log.debug("%s %s %s", request.method, request.path, answer.status)
        if isinstance(answer, Reply):
            self._send_plain(answer, fault)
        else:
            self._send_stream(answer, fault)
        return "cut off" if fault.cut_after is not None and self.close_connection else ""

    def _befallen(self, request: Request) -> Fault | None:
        """The fault of a request, once its delay is over; None where nothing is to be answered."""
        fault = self._desk.faults.take(request.path)
        if fault.delay:
            self._desk.stopping.wait(fault.delay)
        self.close_connection = self.close_connection or fault.drop
        return None if fault.drop else fault

    @contextlib.contextmanager
    def _without_mistakes(self) -> Generator[None]:
        """Answer 500 for a mistake in a handler, which then goes its way."""
        with contextlib.ExitStack() as otherwise:
            otherwise.callback(self.send_error, 500, _MISTAKE)
            yield
            otherwise.pop_all()

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = do_HEAD = do_OPTIONS = _serve

    def _read(self) -> Request:
        try:
            target = urlsplit(self.path)
        except ValueError as fault:
            raise ApiError(400, f"The path {self.path!r} is none: {fault}.") from fault
        headers: dict[str, str] = {}
        for name, value in self.headers.items():
            key = name.lower()
            headers[key] = f"{headers[key]}, {value}" if key in headers else value
        check_hosts(headers)
        query = parse_qs(target.query, keep_blank_values=True)
        return Request(self.command, target.path, query, headers, self._read_body(headers))

    def _read_body(self, headers: Mapping[str, str]) -> bytes:
        if "chunked" in headers.get("transfer-encoding", "").lower():
            return self._read_chunks()
        length = headers.get("content-length", "0")
        if not (length.isascii() and length.isdigit()):
            raise ApiError(400, f"The header Content-Length is {length!r}, which is no length.")
        if len(length) > _MOST_DIGITS or int(length) > MOST_OF_A_BODY:
            raise _too_large()
        return self._read_exactly(int(length))

    def _read_chunks(self) -> bytes:
        chunks: list[bytes] = []
        left = MOST_OF_A_BODY
        while chunk := self._read_chunk(left):
            left -= len(chunk)
            chunks.append(chunk)
        return b"".join(chunks)

    def _read_chunk(self, most: int) -> bytes:
        size = self.rfile.readline(1024).partition(b";")[0].strip()
        if not size or len(size) > _MOST_HEX_DIGITS or size.strip(b"0123456789abcdefABCDEF"):
            raise ApiError(400, f"A chunk of the request begins with {size!r}, which is no length.")
        if int(size, 16) > most:
            raise _too_large()
        data = self._read_exactly(int(size, 16))
        # After data comes the end of its line; after the last, empty chunk trailers may come, up to an empty line.
        for _ in range(_MOST_TRAILERS):
            if not self.rfile.readline(65536).strip() or data:
                return data
        raise ApiError(400, "The request has more trailers than anyone sends.")

    def _read_exactly(self, length: int) -> bytes:
        data = self.rfile.read(length)
        if len(data) < length:
            raise ConnectionAbortedError("the client hung up in the middle of a request")
        return data

    def _send_plain(self, reply: Reply, fault: Fault) -> None:
        body = reply.encoded()
        silent = reply.status in (204, 304) or self.command == "HEAD"
        framing = {} if reply.status == 204 else {"content-length": str(len(body))}
        head = self._head(reply, framing)
        self._watched.answered(reply)
        if fault.cut_after is not None and fault.cut_after < len(body):
            body = body[: fault.cut_after]
            self.close_connection = True
        self.wfile.write(head if silent else head + body)

    def _send_stream(self, reply: StreamReply, fault: Fault) -> None:
        chunked = self.request_version != "HTTP/1.0"
        self.close_connection = self.close_connection or not chunked
        framing = {"cache-control": "no-cache"} | ({"transfer-encoding": "chunked"} if chunked else {})
        self.wfile.write(self._head(reply, framing))
        self._watched.answered(reply)
        pieces = chain((event.encoded() for event in reply.events), [reply.ending] if reply.ending else [])
        whole = True
        for number, piece in enumerate(pieces):
            if number == fault.cut_after:
                if fault.parting:
                    self._send_piece(fault.parting, chunked)
                whole = fault.clean
                break
            if number == fault.stall_after:
                self._stall(fault, chunked)
            elif number and self._desk.chunk_delay:
                self._desk.stopping.wait(self._desk.chunk_delay)
            self._send_piece(piece, chunked)
        if chunked and whole:
            self.wfile.write(b"0\r\n\r\n")
        self.close_connection = self.close_connection or not whole

    def _send_page(self, page: Page, request: Request) -> None:
        """Answer a request of the page itself, at last with its events for as long as somebody looks."""
        try:
            reply = page.answer(request, self._desk.act)
        except (ApiError, ValueError) as refusal:
            refused = refusal if isinstance(refusal, ApiError) else ApiError(400, "The page sends JSON.")
            reply = Reply(refused.body(), refused.status)
        if reply is not None:
            self._send_plain(reply, NO_FAULT)
            return
        self.close_connection = True
        last = request.headers.get("last-event-id", "")
        events = page.follow(int(last) if last.isascii() and last.isdigit() else 0, self._desk.stopping)
        self.wfile.write(self._head(StreamReply(()), {"cache-control": "no-cache"}))
        for event in events:
            self.wfile.write(event)

    def _send_piece(self, piece: bytes, chunked: bool) -> None:
        self._watched.event(piece)
        self.wfile.write(b"%x\r\n%b\r\n" % (len(piece), piece) if chunked else piece)

    def _stall(self, fault: Fault, chunked: bool) -> None:
        left = fault.stall
        while left > 0 and not self._desk.stopping.wait(min(left, fault.keepalive or left)):
            left -= fault.keepalive or left
            if fault.keepalive:
                self._send_piece(b": keepalive\n\n", chunked)

    def _head(self, reply: Reply | StreamReply, framing: Mapping[str, str]) -> bytes:
        headers = {**reply.headers, **framing}
        if reply.content_type:
            headers = {"content-type": reply.content_type, **headers}
        if self.close_connection:
            headers["connection"] = "close"
        phrase = _PHRASES.get(reply.status, "Unnamed")
        lines = [f"HTTP/1.1 {reply.status} {phrase}", *(f"{name}: {value}" for name, value in headers.items())]
        return "\r\n".join([*lines, "", ""]).encode("latin-1", "replace")
