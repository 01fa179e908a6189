"""`LocalServer`: starts and stops the local server, in a thread of the process it is used in.

    with LocalServer() as server:
        client = OpenAI(base_url=server.base_url)

It listens on 127.0.0.1 only. One thread accepts, each connection has one of its own; all are daemons, so a process
that forgets to stop the server still ends. `stop()` wakes whoever waits, hangs up on every client and joins the
threads: when it returns, no socket is open.
"""

from __future__ import annotations

import contextlib
import functools
import socket
import socketserver
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from types import TracebackType
from typing import Literal

from typed_openai.local import live, realtime
from typed_openai.local.connection import Connection
from typed_openai.local.consumed import Consumed, Counter
from typed_openai.local.desk import Desk
from typed_openai.local.exchange import Answer, Request
from typed_openai.local.faults import Fault
from typed_openai.local.journal import RecordedRequest
from typed_openai.local.page import Page
from typed_openai.local.router import PREFIX, Route
from typed_openai.local.script import Script, Scripted, ToolCall, When, check_times, said_shortly, saying
from typed_openai.local.service import Service
from typed_openai.local.state import State

HOST = "127.0.0.1"
LAST_PORT = 65535
_PATIENCE = 5.0


class LocalServer:
    """A small server that speaks the OpenAI protocol, with no model behind it.

    * `port`: where to listen; 0 lets the system choose.
    * `api_key`, `admin_api_key`: the key that requests must bring, and that of an administrator for what is below
      `/organization`; None asks for none.
    * `chunk_delay`: seconds between the events of a stream.
    * `faults`: what goes wrong with the first requests, in order; more with `fail_next`.
    * `script`: what is said to the first requests that a model would answer, in order; more with `answer`.
    * `instead`: answers in place of the rules (a cassette); faults befall its answers as well.
    * `sockets`: gives the port of a server on this machine to which who asks for a socket is handed on.
    * `page`: what a browser sees at `/` of it (`page.py`); None for nothing.

    Usable as a context manager. A server that was stopped can be started again and remembers what it had.
    """

    def __init__(
        self,
        port: int = 0,
        *,
        api_key: str | None = None,
        admin_api_key: str | None = None,
        chunk_delay: float = 0.0,
        faults: Iterable[Fault] = (),
        script: Iterable[Scripted] = (),
        page: Page | None = None,
        instead: Callable[[Request], Answer] | None = None,
        sockets: Callable[[], int] | None = None,
    ) -> None:
        if not 0 <= port <= LAST_PORT:
            raise ValueError(f"port is a number from 0 (any that is free) to {LAST_PORT}, not {port!r}")
        self._wanted_port = port
        state = State()
        service = Service(state, api_key, admin_api_key, instead)
        self._desk = Desk(service, chunk_delay, stopping=state.stopping, page=page, sockets=sockets)
        self._listener: _Listener | None = None
        for fault in faults:
            self.fail_next(fault)
        for said in script:
            self.answer(said)

    def start(self) -> LocalServer:
        """Listen, and return at once. Raises `OSError` when the port is taken, `RuntimeError` when already started."""
        if self._listener is not None:
            raise RuntimeError(f"This server listens already, on {self.url}.")
        self._desk.stopping.clear()
        self._listener = _Listener(self._desk, self._wanted_port)
        self._listener.begin()
        return self

    def stop(self) -> None:
        """Hang up on everyone and free the port. Does nothing when the server does not run."""
        listener, self._listener = self._listener, None
        if listener is not None:
            self._desk.stopping.set()
            listener.end()

    def __enter__(self) -> LocalServer:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.stop()

    @property
    def port(self) -> int:
        """The port it listens on. Raises `RuntimeError` when it does not run."""
        if self._listener is None:
            raise RuntimeError("The local server has not been started; use it in a with statement or call start().")
        return self._listener.port

    @property
    def url(self) -> str:
        """The root, such as `http://127.0.0.1:40123`."""
        return f"http://{HOST}:{self.port}"

    @property
    def base_url(self) -> str:
        """What a client takes as its base URL: the root with `/v1`."""
        return f"{self.url}{PREFIX}"

    @property
    def requests(self) -> list[RecordedRequest]:
        """What was received so far, oldest first, secrets redacted."""
        return self._desk.journal.records()

    @property
    def open_connections(self) -> int:
        """How many clients are connected now."""
        return 0 if self._listener is None else self._listener.connected

    @property
    def consumed(self) -> Consumed:
        """How many requests were answered so far, and the tokens that the answers told of."""
        return self._desk.service.state.part(Counter).total

    @property
    def left(self) -> list[str]:
        """The answers that nobody has asked for yet, each as its text."""
        return [said_shortly(each) for each in self._desk.service.state.part(Script).left()]

    @property
    def routes(self) -> tuple[Route, ...]:
        """The operations it answers."""
        return self._desk.service.router.routes

    def fail_next(self, fault: Fault, times: int = 1) -> None:
        """Let a fault befall the next `times` requests that it is meant for. Raises `TypeError`, `ValueError`."""
        check_times(times)
        if not isinstance(fault, Fault):
            raise TypeError(f"a Fault(...) is expected, got {fault!r}")
        self._desk.faults.add(fault, times)

    def answer(
        self,
        *answers: Scripted,
        tool_calls: Sequence[ToolCall | tuple[str, Mapping[str, object]] | Mapping[str, object]] | None = None,
        parsed: object = None,
        refusal: str | None = None,
        when: When | None = None,
        times: int | None = 1,
    ) -> None:
        """Say these to the next requests that a model would answer, one to each: a text, a `ToolCall` or a list of
        them, or a mapping or pydantic model that is said as JSON.

        * `tool_calls`, `parsed`, `refusal`: one answer that has these; a text before them is said in the same answer.
        * `when`: only to requests in which the user says this text (or pattern) last, whose parameters have these
          values, or for which a function of `Asked` is true. Such answers go before those for any request.
        * `times`: how often each is said; None for always.

        Raises `TypeError` for what is no answer, `ValueError` for `times` below 1.
        """
        script = self._desk.service.state.part(Script)
        if answers and tool_calls is None and parsed is None and refusal is None:
            script.add(*answers, when=when, times=times)
            return
        if len(answers) > 1:
            raise TypeError(f"one answer has one text before its tool_calls, not {len(answers)}")
        script.add(saying(answers[0] if answers else None, tool_calls, parsed, refusal), when=when, times=times)

    def skip(self, seconds: int) -> None:
        """Let time pass on the server's clock, so that what expires does; its clock else only counts requests."""
        self._desk.service.state.skip(seconds)

    def ring(self, area: Literal["realtime", "live"] = "realtime") -> str:
        """Let a telephone call come in; gives its id, which a webhook would tell."""
        ring = realtime.ring if area == "realtime" else live.ring
        return ring(self._desk.service.state)

    def forget(self) -> None:
        """Drop the recorded requests, and the faults and answers that still wait; what clients stored stays."""
        self._desk.journal.clear()
        self._desk.faults.clear()
        self._desk.service.state.part(Script).clear()


class _Listener(socketserver.ThreadingTCPServer):
    """The socket that accepts, and the threads of those who came."""

    allow_reuse_address = True
    daemon_threads = True
    request_queue_size = 512

    def __init__(self, desk: Desk, port: int) -> None:
        self._stopping = desk.stopping
        self._lock = threading.Lock()
        self._live: dict[threading.Thread, socket.socket] = {}
        super().__init__((HOST, port), functools.partial(Connection, desk))
        self.port: int = self.socket.getsockname()[1]
        self._acceptor = threading.Thread(target=self._accept, name=f"local-openai-{self.port}", daemon=True)

    @property
    def connected(self) -> int:
        """How many connections are open."""
        with self._lock:
            return len(self._live)

    def begin(self) -> None:
        """Start to accept."""
        self._acceptor.start()

    def end(self) -> None:
        """Stop accepting, which takes a last connection to wake the acceptor, and hang up on everyone."""
        with contextlib.suppress(OSError):
            socket.create_connection((HOST, self.port), timeout=_PATIENCE).close()
        self._acceptor.join(_PATIENCE)
        self.server_close()
        with self._lock:
            live = list(self._live.items())
        for _, connection in live:
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        for thread, _ in live:
            thread.join(_PATIENCE)

    def _accept(self) -> None:
        while not self._stopping.is_set():
            self.handle_request()

    def verify_request(self, request: object, client_address: object) -> bool:
        """Nobody is let in once the server is stopping."""
        return not self._stopping.is_set()

    def process_request(self, request: socket.socket | tuple[bytes, socket.socket], client_address: object) -> None:
        """Serve a client in a thread that is known by name, so that it can be ended."""
        if isinstance(request, socket.socket):
            thread = threading.Thread(target=self._converse, args=(request, client_address), daemon=True)
            with self._lock:
                self._live[thread] = request
            thread.start()

    def _converse(self, request: socket.socket, client_address: object) -> None:
        try:
            self.process_request_thread(request, client_address)
        finally:
            with self._lock:
                self._live.pop(threading.current_thread(), None)
