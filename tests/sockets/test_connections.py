"""What a connection does when all goes well: opening, sending, receiving, handlers, leaving."""

from __future__ import annotations

import inspect
import threading
from typing import Any

import pytest

from tests.sockets.conftest import Colour
from tests.sockets.servers import Peer, serving
from tests.sockets.standins import SessionUpdate
from typed_openai.errors import APITimeoutError, ConfigurationError, RequestValidationError
from typed_openai.sockets.failures import WebSocketConnectionClosedError

ANSWER: list[dict[str, Any]] = [
    {"type": "response.created", "response": {"id": "resp_1"}},
    {"type": "response.output_text.delta", "response_id": "resp_1", "item_id": "item_1", "delta": "Hel"},
    {"type": "response.output_text.delta", "response_id": "resp_1", "item_id": "item_1", "delta": "lo"},
    {"type": "response.done", "response": {"id": "resp_1"}},
]


def test_events_come_typed_and_iterating_ends_with_the_connection(colour: Colour) -> None:
    def serve(peer: Peer) -> None:
        peer.tell({"type": "session.created"})
        assert peer.told() == {"type": "response.create"}
        peer.tell(*ANSWER)

    with serving(serve) as server, colour.opened(colour.connect(server.url, model="m")) as connection:
        events = []
        for event in colour.each(connection):
            events.append(event)
            if event.type == "session.created":
                colour.run(connection.response.create())
    assert [type(event).__name__ for event in events] == [
        "SessionCreated",
        "ResponseCreated",
        "TextDelta",
        "TextDelta",
        "ResponseDone",
    ]
    assert "".join(event.delta for event in events if event.type == "response.output_text.delta") == "Hello"


def test_the_handshake_says_what_every_request_says(colour: Colour) -> None:
    with serving(lambda peer: peer.wait()) as server:
        options: dict[str, Any] = {"organization": "org-1", "project": "proj-1", "default_headers": {"X-Mine": "1"}}
        manager = colour.connect(
            server.url, model="m", client=options, extra_query={"intent": "x"}, extra_headers={"X-More": "2"}
        )
        with colour.opened(manager) as connection:
            assert connection.meta.status == 101
    (asked,) = server.asked
    assert asked.path == "/v1/tiny?model=m&intent=x"
    assert asked.headers["authorization"] == "Bearer sk-test-key-1234"
    assert asked.headers["openai-organization"] == "org-1"
    assert asked.headers["openai-project"] == "proj-1"
    assert (asked.headers["x-mine"], asked.headers["x-more"]) == ("1", "2")
    assert asked.headers["user-agent"].startswith("typed-openai/")


def test_what_is_sent_before_the_connection_is_open_leaves_first(colour: Colour) -> None:
    told: list[Any] = []

    def serve(peer: Peer) -> None:
        told.extend([peer.told(), peer.told()])

    with serving(serve) as server:
        manager = colour.connect(server.url)
        manager.send({"type": "session.update", "session": {"voice": "alloy"}})
        with colour.opened(manager) as connection:
            colour.run(connection.conversation.item.truncate(item_id="i1", audio_end_ms=5))
            assert list(colour.each(connection)) == []
    assert told == [
        {"type": "session.update", "session": {"voice": "alloy"}},
        {"type": "conversation.item.truncate", "item_id": "i1", "audio_end_ms": 5},
    ]


def test_a_wrong_event_is_refused_before_it_is_sent_with_its_place_and_a_hint(colour: Colour) -> None:
    told: list[Any] = []

    def serve(peer: Peer) -> None:
        told.append(peer.told())

    with serving(serve) as server, colour.opened(colour.connect(server.url)) as connection:
        wrong: list[tuple[Any, str, str]] = [
            (
                lambda: connection.send({"type": "sesion.update", "session": {}}),
                "type",
                "did you mean 'session.update'?",
            ),
            (lambda: connection.send({"session": {}}), "type", ""),
            (lambda: connection.send({"type": "session.update", "sesion": {}}), "sesion", "did you mean"),
            (lambda: connection.send([]), "event", ""),
            (lambda: connection.session.update(), "session", ""),
            (lambda: connection.conversation.item.truncate(item_id="i", audio_end_ms="5"), "audio_end_ms", ""),
        ]
        for send, path, hint in wrong:
            with pytest.raises(RequestValidationError, match="nothing was sent") as caught:
                colour.run(send())
            assert path in {fault.path for fault in caught.value.faults}
            assert hint in str(caught.value)
        colour.run(connection.send(SessionUpdate(session={"voice": "x"})))
        list(colour.each(connection))
    assert told == [{"type": "session.update", "session": {"voice": "x"}}]


def test_what_is_newer_than_this_package_can_be_sent_and_received(colour: Colour) -> None:
    told: list[Any] = []

    def serve(peer: Peer) -> None:
        told.extend([peer.told(), peer.told(), peer.told()])
        peer.tell({"type": "session.dreamt", "of": ["sheep"]})

    with serving(serve) as server, colour.opened(colour.connect(server.url)) as connection:
        colour.run(connection.send_raw('{"type": "session.dream"}'))
        colour.run(connection.session.update(session={}, extra_body={"mood": "good"}))
        colour.run(connection.send_raw(b'{"type": "session.wake"}'))
        (event,) = colour.each(connection)
    assert told == [
        {"type": "session.dream"},
        {"type": "session.update", "session": {}, "mood": "good"},
        {"type": "session.wake"},
    ]
    assert (event.type, event.of) == ("session.dreamt", ["sheep"])


def test_handlers_are_called_by_event_name(colour: Colour) -> None:
    seen: list[tuple[str, str]] = []

    def serve(peer: Peer) -> None:
        peer.tell({"type": "session.created"}, *ANSWER)

    with serving(serve) as server:
        manager = colour.connect(server.url)

        def piece(event: Any) -> None:
            seen.append(("piece", event.delta))

        assert manager.on("response.output_text.delta")(piece) is piece

        async def later(event: Any) -> None:
            seen.append(("later", event.type))

        if colour.is_async:
            manager.once("session.created", later)
        with colour.opened(manager) as connection:
            connection.once("event", lambda event: seen.append(("first", event.type)))
            unwanted = lambda event: seen.append(("unwanted", event.type))  # noqa: E731 - taken away again by identity
            assert connection.on("response.done", unwanted).off("response.done", unwanted) is connection
            colour.run(connection.dispatch_events())
    first = [("later", "session.created")] if colour.is_async else []
    assert seen == [*first, ("first", "session.created"), ("piece", "Hel"), ("piece", "lo")]


def test_an_event_can_be_waited_for_for_some_time(colour: Colour) -> None:
    def serve(peer: Peer) -> None:
        peer.told()
        peer.tell({"type": "session.created"})
        peer.wait()

    with serving(serve) as server, colour.opened(colour.connect(server.url)) as connection:
        with pytest.raises(APITimeoutError, match="still open"):
            colour.run(connection.recv(timeout=0.01))
        colour.run(connection.session.update(session={}))
        assert colour.run(connection.recv(timeout=10)).type == "session.created"


def test_a_message_can_be_taken_as_it_came_and_read_later(colour: Colour) -> None:
    def serve(peer: Peer) -> None:
        peer.line.send('{"type":"session.created",  "note": 1}')

    with serving(serve) as server, colour.opened(colour.connect(server.url)) as connection:
        raw = colour.run(connection.recv_bytes())
        assert raw == b'{"type":"session.created",  "note": 1}'
        assert connection.parse_event(raw).type == "session.created"
        with pytest.raises(WebSocketConnectionClosedError, match="code 1000"):
            colour.run(connection.recv())


def test_closing_ends_whoever_reads(colour: Colour) -> None:
    with serving(lambda peer: peer.wait()) as server, colour.opened(colour.connect(server.url)) as connection:
        closing = threading.Timer(0.05, lambda: colour.run(connection.close()))
        closing.start()
        assert list(colour.each(connection)) == []
        closing.join()
        with pytest.raises(WebSocketConnectionClosedError) as caught:
            colour.run(connection.session.update(session={}))
    assert caught.value.unsent_messages == ['{"type":"session.update","session":{}}']


def test_helpers_say_what_they_take(colour: Colour) -> None:
    connection = colour.connect("http://127.0.0.1:1/v1")._connection
    assert {"conversation", "response", "session", "recv"} <= set(dir(connection))
    signature = inspect.signature(connection.conversation.item.truncate)
    assert [*signature.parameters] == ["item_id", "audio_end_ms", "extra_body"]
    assert "Cut an item." in connection.conversation.item.truncate.__doc__
    assert "audio_end_ms: Where." in connection.conversation.item.truncate.__doc__
    with pytest.raises(AttributeError, match="no attribute 'convers'"):
        connection.convers  # noqa: B018 - it must not be there


def test_a_client_that_was_closed_opens_nothing(colour: Colour) -> None:
    client = colour.client("http://127.0.0.1:9/v1")
    colour.run(client.close())
    connecting = client.realtime.connect(model="gpt-realtime")
    with pytest.raises(ConfigurationError, match="this client was closed"):
        colour.run(connecting.enter())
