"""How a connection ends that does not end well: complete or an error, and nothing of what came is lost."""

from __future__ import annotations

import pickle
import ssl
import sys
import threading
from typing import Any

import pytest

from tests.sockets.conftest import Colour
from tests.sockets.servers import Peer, serving
from tests.sockets.test_connections import ANSWER
from tests.wire.server import CERTIFICATE
from typed_openai.errors import (
    APIConnectionError,
    APIError,
    AuthenticationError,
    ConfigurationError,
    InternalServerError,
    ResponseValidationError,
    StreamDecodeError,
    StreamError,
    StreamStalledError,
    StreamTooLargeError,
)
from typed_openai.sockets.failures import ServerEventError, WebSocketConnectionClosedError

BEGUN = ANSWER[:3]
"""An answer that is not whole: its text so far is `Hello`."""
SECRET = "sk-test-key-1234"


def read(colour: Colour, server: Any, **options: Any) -> tuple[list[Any], APIError]:
    """What came, and what it ended with."""
    events: list[Any] = []
    with pytest.raises(APIError) as caught, colour.opened(colour.connect(server.url, **options)) as connection:
        for event in colour.each(connection):
            events.append(event)
    return events, caught.value


@pytest.mark.parametrize("code", [1000, 1001, 1008, 1011, 1013, 3000, 4242])
def test_a_close_while_an_answer_is_under_way_is_an_error_with_what_came(colour: Colour, code: int) -> None:
    def serve(peer: Peer) -> None:
        peer.tell(*BEGUN)
        peer.line.close(code, "enough")

    with serving(serve) as server:
        events, error = read(colour, server)
    assert isinstance(error, WebSocketConnectionClosedError)
    assert (error.close_code, error.close_reason, error.events_received) == (code, "enough", 3)
    assert len(events) == 3
    assert error.partial.text == "Hello"
    assert error.partial.responses["resp_1"].text == "Hello"
    assert f"code {code} (enough)" in str(error)


@pytest.mark.parametrize("code", [1001, 1011, 4000])
def test_a_close_without_1000_is_an_error_also_between_answers(colour: Colour, code: int) -> None:
    def serve(peer: Peer) -> None:
        peer.tell(*ANSWER)
        peer.line.close(code)

    with serving(serve) as server:
        events, error = read(colour, server)
    assert isinstance(error, WebSocketConnectionClosedError)
    assert (error.close_code, error.partial, len(events)) == (code, None, 4)


@pytest.mark.parametrize("began", [b"", b"\x81", b"\x81\x7e\x01\x00", b'\x81\x7e\x01\x00{"type":"resp'])
def test_a_cut_is_an_error_wherever_it_comes(colour: Colour, began: bytes) -> None:
    def serve(peer: Peer) -> None:
        peer.tell(*BEGUN)
        peer.raw(began)
        peer.cut()

    with serving(serve) as server:
        events, error = read(colour, server)
    assert isinstance(error, WebSocketConnectionClosedError)
    assert isinstance(error, APIConnectionError)
    assert (error.close_code, error.partial.text, len(events)) == (1006, "Hello", 3)
    assert "cut" in str(error)


def test_a_frame_that_is_none_is_an_error(colour: Colour) -> None:
    def serve(peer: Peer) -> None:
        peer.tell(*BEGUN)
        peer.raw(b"\xff\xff\xff")
        peer.wait()

    with serving(serve) as server:
        events, error = read(colour, server)
    assert isinstance(error, WebSocketConnectionClosedError)
    assert (len(events), error.partial.text) == (3, "Hello")


@pytest.mark.parametrize("content", ["{", "", "nonsense", "[1]", "3", '{"no": "type"}', '{"type": 3}'])
def test_a_message_that_is_no_event_is_an_error_and_reading_goes_on(colour: Colour, content: str) -> None:
    def serve(peer: Peer) -> None:
        peer.tell(*BEGUN)
        peer.line.send(content)
        peer.tell(ANSWER[3])

    with serving(serve) as server, colour.opened(colour.connect(server.url)) as connection:
        for _ in BEGUN:
            colour.run(connection.recv())
        with pytest.raises(StreamDecodeError) as caught:
            colour.run(connection.recv())
        assert caught.value.partial.text == "Hello"
        assert colour.run(connection.recv()).type == "response.done"


def test_an_event_that_deviates_keeps_what_is_valid_and_says_what_is_not(colour: Colour) -> None:
    def serve(peer: Peer) -> None:
        peer.tell({**ANSWER[1], "delta": 7}, {"type": "response.done"})

    with serving(serve) as server, colour.opened(colour.connect(server.url)) as connection:
        piece, done = colour.each(connection)
    assert (piece.type, piece.delta, piece.item_id) == ("response.output_text.delta", 7, "item_1")
    assert [issue.pointer for issue in piece.issues] == ["/delta"]
    assert [issue.pointer for issue in done.issues] == ["/response"]
    with serving(serve) as server:
        _, error = read(colour, server, client={"strict_responses": True})
    assert isinstance(error, ResponseValidationError)


def test_an_error_event_is_raised_with_what_came_and_the_connection_stays_open(colour: Colour) -> None:
    def serve(peer: Peer) -> None:
        peer.tell(*BEGUN, {"type": "error", "error": {"message": f"bad {SECRET}", "code": "c1"}}, ANSWER[3])

    with serving(serve) as server, colour.opened(colour.connect(server.url)) as connection:
        with pytest.raises(ServerEventError) as caught:
            list(colour.each(connection))
        assert [event.type for event in colour.each(connection)] == ["response.done"]
    error = caught.value
    assert (error.code, error.event.type, error.partial.text) == ("c1", "error", "Hello")
    assert SECRET not in str(error) + repr(error.body)


def test_error_events_come_as_events_where_that_is_wished(colour: Colour) -> None:
    wrong = {"type": "error", "error": {"message": "bad"}}
    with (
        serving(lambda peer: peer.tell(wrong)) as server,
        colour.opened(colour.connect(server.url, raise_errors=False)) as connection,
    ):
        assert [event.error.message for event in colour.each(connection)] == ["bad"]


def test_dispatching_raises_an_error_for_which_there_is_no_handler(colour: Colour) -> None:
    wrong = {"type": "error", "error": {"message": "bad"}}
    seen: list[Any] = []
    with serving(lambda peer: peer.tell(wrong, wrong)) as server:
        with colour.opened(colour.connect(server.url)) as connection:
            connection.once("error", seen.append)
            with pytest.raises(ServerEventError, match="bad"):
                colour.run(connection.dispatch_events())
    assert len(seen) == 1


def test_silence_while_an_answer_is_under_way_is_a_stall(colour: Colour) -> None:
    def serve(peer: Peer) -> None:
        peer.tell(*BEGUN)
        peer.wait()

    with serving(serve) as server:
        events, error = read(colour, server, idle_timeout=0.1)
    assert isinstance(error, StreamStalledError)
    assert (len(events), error.partial.text) == (3, "Hello")
    assert "idle_timeout" in str(error)


def test_silence_after_asking_is_a_stall_and_between_answers_is_none(colour: Colour) -> None:
    def serve(peer: Peer) -> None:
        peer.tell({"type": "session.created"})
        peer.wait()

    with serving(serve) as server, colour.opened(colour.connect(server.url, idle_timeout=0.05)) as connection:
        colour.run(connection.recv())
        with pytest.raises(APIError, match="still open"):
            colour.run(connection.recv(timeout=0.2))
        colour.run(connection.response.create())
        with pytest.raises(StreamStalledError):
            colour.run(connection.recv())


def test_a_heartbeat_without_an_answer_is_a_stall(colour: Colour) -> None:
    def serve(peer: Peer) -> None:
        peer.tell(*BEGUN)
        with peer.line.protocol_mutex:  # without it no ping is answered
            stalled.wait(10)

    stalled = threading.Event()
    options = {"ping_interval": 0.05, "ping_timeout": 0.1, "close_timeout": 0.1}
    with serving(serve) as server:
        events, error = read(colour, server, websocket_connection_options=options)
        stalled.set()
    assert isinstance(error, StreamStalledError)
    assert (len(events), error.partial.text) == (3, "Hello")


def test_a_message_larger_than_allowed_is_an_error(colour: Colour) -> None:
    def serve(peer: Peer) -> None:
        peer.tell(*BEGUN, {**ANSWER[2], "delta": "x" * 2000})
        peer.wait()

    with serving(serve) as server:
        events, error = read(colour, server, websocket_connection_options={"max_size": 1000})
    assert isinstance(error, StreamTooLargeError)
    assert (len(events), error.partial.text) == (3, "Hello")


def test_a_refused_handshake_is_the_status_error_that_http_has(colour: Colour) -> None:
    with serving() as server:
        server.refuse = [401, 503]
        for kind in (AuthenticationError, InternalServerError):
            with pytest.raises(kind, match="no") as caught:
                colour.run(colour.connect(server.url).enter())
            assert caught.value.code == "refused"


def test_a_handshake_is_tried_again_as_every_request_is(colour: Colour) -> None:
    with serving(lambda peer: peer.tell({"type": "session.created"})) as server:
        server.refuse = [503, 429]
        with colour.opened(colour.connect(server.url, client={"max_retries": 2})) as connection:
            assert colour.run(connection.recv()).type == "session.created"
            assert len(connection.meta.attempts) == 2


def test_a_server_that_is_not_there_is_a_connection_error(colour: Colour) -> None:
    with pytest.raises(APIConnectionError, match="refused") as caught:
        colour.run(colour.connect("http://127.0.0.1:1/v1").enter())
    assert SECRET not in repr(caught.value)


def test_a_server_that_speaks_no_tls_is_a_connection_error(colour: Colour) -> None:
    with serving() as server, pytest.raises(APIConnectionError) as caught:
        colour.run(colour.connect(server.url.replace("http:", "https:"), timeout=5).enter())
    assert caught.value.kind in ("tls", "connect")  # asyncio sees only that the server has gone


def test_a_redirect_is_not_followed(colour: Colour) -> None:
    with serving() as server:
        server.refuse = [302]
        with pytest.raises(APIError, match="redirect"):
            colour.run(colour.connect(server.url).enter())
    assert len(server.asked) == 1


def test_wrong_options_of_the_library_are_told_as_such(colour: Colour) -> None:
    for options in ({"compression": "zip"}, {"nonsense": 1}):
        with pytest.raises(ConfigurationError, match="websocket_connection_options"):
            colour.run(colour.connect("http://127.0.0.1:1/v1", websocket_connection_options=options).enter())


def test_without_the_library_the_error_names_the_extra(colour: Colour, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "websockets.sync.client", None)
    monkeypatch.setitem(sys.modules, "websockets.asyncio.client", None)
    with pytest.raises(ConfigurationError, match=r"typed-openai\[realtime\]"):
        colour.run(colour.connect("http://127.0.0.1:1/v1").enter())


def test_errors_survive_pickling_with_what_came(colour: Colour) -> None:
    def serve(peer: Peer) -> None:
        peer.tell(*BEGUN)
        peer.cut()

    with serving(serve) as server:
        _, error = read(colour, server)
    assert isinstance(error, StreamError)
    again = pickle.loads(pickle.dumps(error))
    assert (type(again), str(again), again.partial.text) == (type(error), str(error), "Hello")
    assert SECRET.encode() not in pickle.dumps(error)


def test_tls_is_that_of_the_user_where_one_is_given(colour: Colour) -> None:
    server_side = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server_side.load_cert_chain(CERTIFICATE)
    trusting = ssl.create_default_context(cafile=CERTIFICATE)
    with serving(lambda peer: peer.tell({"type": "session.created"}), ssl=server_side) as server:
        url = server.url.replace("http:", "https:").replace("127.0.0.1", "localhost")
        with pytest.raises(APIConnectionError, match="not trusted"):
            colour.run(colour.connect(url).enter())
        told: dict[str, Any] = {"websocket_connection_options": {"ssl": trusting}, "client": {"max_retries": 2}}
        # The server of websockets reads and writes TLS in two threads, and loses a handshake now and then.
        with colour.opened(colour.connect(url, **told)) as connection:
            assert colour.run(connection.recv()).type == "session.created"
