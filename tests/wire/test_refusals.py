"""No answer at all: the error says host, cause and what to try, tells its kind, and whether trying again may help."""

from __future__ import annotations

import pickle
import socket
import threading
import time
from typing import Any

import pytest

from tests.wire.bodies import COMPLETION
from tests.wire.colours import Colour, failing
from tests.wire.server import CUT, RESET, Step, WireServer, answer, head
from typed_openai.errors import APIConnectionError, APIStatusError, NotFoundError


def refused(colour: Colour, server: WireServer, base_url: str, **settings: Any) -> APIConnectionError:
    error = failing(APIConnectionError, lambda: colour.chat(server, base_url=base_url, **settings)).error
    assert isinstance(error, APIConnectionError)
    again = pickle.loads(pickle.dumps(error))
    assert (str(again), again.kind, again.final) == (str(error), error.kind, error.final)
    return error


def closed_port() -> int:
    """A port where nobody listens."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port: int = taken.getsockname()[1]
        return port


def test_a_refused_connection_asks_whether_the_server_is_up(server: WireServer, colour: Colour) -> None:
    port = closed_port()
    error = refused(colour, server, f"http://127.0.0.1:{port}/v1")
    assert error.kind == "connect"
    assert not error.final
    assert f"127.0.0.1:{port}/v1/chat/completions: connection refused" in str(error)
    assert "is the server up" in str(error)


def test_localhost_is_tried_on_all_its_addresses(server: WireServer, colour: Colour) -> None:
    error = refused(colour, server, f"http://localhost:{closed_port()}/v1")
    assert error.kind == "connect"
    assert "connection refused" in str(error)


def test_a_name_that_cannot_be_resolved_is_said_to_be_one(server: WireServer, colour: Colour) -> None:
    error = refused(colour, server, "http://does-not-exist.invalid/v1")
    assert error.kind == "dns"
    assert "does-not-exist.invalid/v1/chat/completions: the name cannot be resolved" in str(error)
    assert "check base_url" in str(error)


@pytest.mark.parametrize("host", ["a" * 64 + ".invalid", "a..invalid"])
def test_a_name_that_cannot_be_one_is_an_error_of_ours(server: WireServer, colour: Colour, host: str) -> None:
    error = refused(colour, server, f"http://{host}/v1")
    assert error.kind == "dns"
    assert host in str(error)
    assert "check base_url" in str(error)


def _answer_in_plain_text(listener: socket.socket) -> None:
    connection, _ = listener.accept()
    with connection:
        connection.recv(4096)
        connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")


def test_tls_to_a_plain_port_asks_whether_it_is_an_https_port(server: WireServer, colour: Colour) -> None:
    with socket.create_server(("127.0.0.1", 0)) as plain:
        port = plain.getsockname()[1]
        thread = threading.Thread(target=_answer_in_plain_text, args=(plain,))
        thread.start()
        error = refused(colour, server, f"https://127.0.0.1:{port}/v1")
        thread.join(2)
    assert error.kind == "tls"
    assert f"127.0.0.1:{port}/v1/chat/completions: TLS failed" in str(error)
    assert "is this an https port?" in str(error)


@pytest.mark.parametrize(
    ("script", "kind", "said"),
    [
        ([CUT], "protocol", "without sending a response"),
        ([RESET], "read", "the connection broke"),
        ([b"SSH-2.0-OpenSSH_9.6\r\n", CUT], "protocol", "the connection broke"),
        ([b"HTTP/1.1 200 OK\r\nContent-Le", CUT], "protocol", "the connection broke"),
    ],
    ids=["closed", "reset", "another protocol", "cut headers"],
)
def test_a_server_that_does_not_answer_is_told_by_what_it_did(
    server: WireServer, colour: Colour, script: list[Step], kind: str, said: str
) -> None:
    server.script(script)
    error = refused(colour, server, server.base_url)
    assert error.kind == kind
    assert said in str(error)
    assert "trying again may help" in str(error)
    assert f"127.0.0.1:{server.port}/" in str(error)


def test_a_redirect_in_circles_is_final(server: WireServer, colour: Colour) -> None:
    server.script(answer(b"", 307, None, Location="/v1/chat/completions"))
    error = refused(colour, server, server.base_url, max_retries=5)
    assert (error.kind, error.final, len(error.attempts)) == ("redirect", True, 1)


def test_a_redirect_is_followed_with_its_body(server: WireServer, colour: Colour) -> None:
    server.script(answer(b"", 307, None, Location="/elsewhere"), answer(COMPLETION))
    assert colour.chat(server).text == "Hello there"
    assert [request.path for request in server.requests] == ["/v1/chat/completions", "/elsewhere"]
    assert server.requests[0].body == server.requests[1].body


def test_where_a_redirect_led_is_said_when_nobody_is_there(server: WireServer, colour: Colour) -> None:
    port = closed_port()
    server.script(answer(b"", 307, None, Location=f"http://127.0.0.1:{port}/gone?token=secret"))
    error = refused(colour, server, server.base_url)
    assert f"/chat/completions, redirected to http://127.0.0.1:{port}/gone: connection refused; " in str(error)
    assert str(error).count(f"127.0.0.1:{port}") == 1
    assert "secret" not in str(error)


def test_where_a_redirect_led_is_noted_when_the_request_fails_there(server: WireServer, colour: Colour) -> None:
    server.script(answer(b"", 302, None, Location="/login?token=secret"), answer(b"no", 405))
    error = failing(APIStatusError, lambda: colour.chat(server)).error
    assert error.__notes__ == [f"after a redirect: GET {server.base_url.removesuffix('/v1')}/login"]


def test_a_connection_that_was_closed_while_idle_is_no_error(server: WireServer, colour: Colour) -> None:
    server.script([*answer(COMPLETION), CUT])
    assert colour.chat(server).text == "Hello there"
    assert colour.chat(server).text == "Hello there"


def test_the_attempts_are_listed_on_the_error(
    server: WireServer, colour: Colour, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("typed_openai.core.run.retry.INITIAL_DELAY", 0.001)
    server.script([CUT], [*head(500, None), b"no", CUT], answer(b"nothing here", 404, "text/plain"))
    started = time.monotonic()
    error = failing(NotFoundError, lambda: colour.chat(server, max_retries=5)).error
    assert isinstance(error, NotFoundError)
    outcomes = [attempt.outcome for attempt in error.attempts]
    assert outcomes == ["APIConnectionError (protocol)", "500 InternalServerError", "404 NotFoundError"]
    assert error.__notes__ == [f"3 attempts: {', '.join(outcomes)}"]
    assert time.monotonic() - started < 4
