"""A connection that breaks and is opened again: when, how often, what is told, and what is sent once and only once."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest

from tests.sockets.conftest import Colour
from tests.sockets.servers import Peer, serving
from tests.sockets.test_connections import ANSWER
from typed_openai.errors import AuthenticationError, RequestValidationError
from typed_openai.sockets.effects import Transmit
from typed_openai.sockets.failures import WebSocketConnectionClosedError, WebSocketQueueFullError
from typed_openai.sockets.reconnecting import Policy, ReconnectingEvent

QUICK = {"reconnect": True, "initial_delay": 0.001, "max_delay": 0.002}
UPDATE = {"type": "session.update", "session": {"voice": "alloy"}}
CREATED = {"type": "session.created"}


def breaking(code: int | None) -> Callable[[Peer], None]:
    """Begins an answer and goes away: with a code, or without a word."""

    def serve(peer: Peer) -> None:
        peer.tell(*ANSWER[:3])
        if code is None:
            peer.cut()
        else:
            peer.line.close(code)

    return serve


@pytest.mark.parametrize("code", [None, 1001, 1011, 1012, 1013])
def test_a_break_that_passes_is_got_over_and_told(colour: Colour, code: int | None) -> None:
    with serving(breaking(code), lambda peer: peer.tell(CREATED)) as server:
        with colour.opened(colour.connect(server.url, **QUICK)) as connection:
            events = [*colour.each(connection)]
    assert [event.type for event in events[3:]] == ["reconnected", "session.created"]
    told = events[3]
    assert (told.attempts, told.close_code, told.restored) == (1, code or 1006, False)
    assert told.lost.text == "Hello"
    assert len(server.asked) == 2


def test_recv_gets_over_a_break_as_iterating_does(colour: Colour) -> None:
    with serving(breaking(None), lambda peer: peer.tell(CREATED)) as server:
        with colour.opened(colour.connect(server.url, **QUICK)) as connection:
            kinds = [colour.run(connection.recv()).type for _ in range(5)]
    assert kinds[3:] == ["reconnected", "session.created"]


@pytest.mark.parametrize("code", [1000, 1002, 1003, 1008, 1010, 4000])
def test_a_break_that_does_not_pass_is_raised(colour: Colour, code: int) -> None:
    with serving(breaking(code)) as server, pytest.raises(WebSocketConnectionClosedError) as caught:
        with colour.opened(colour.connect(server.url, **QUICK)) as connection:
            list(colour.each(connection))
    assert (caught.value.close_code, len(server.asked)) == (code, 1)


def test_nothing_is_opened_again_unless_that_is_wished(colour: Colour) -> None:
    with serving(breaking(None)) as server, pytest.raises(WebSocketConnectionClosedError):
        with colour.opened(colour.connect(server.url)) as connection:
            list(colour.each(connection))
    assert len(server.asked) == 1


def test_the_program_is_asked_before_each_attempt_and_may_change_the_request(colour: Colour) -> None:
    asked: list[ReconnectingEvent] = []

    def before(event: ReconnectingEvent) -> Any:
        asked.append(event)
        return {"extra_query": {"again": event.attempt}, "extra_headers": {"X-Try": str(event.attempt)}}

    async def before_async(event: ReconnectingEvent) -> Any:
        return before(event)

    with serving(breaking(1012), lambda peer: peer.tell(CREATED)) as server:
        options = {"initial_delay": 0.001, "on_reconnecting": before_async if colour.is_async else before}
        manager = colour.connect(server.url, extra_query={"first": 1}, **options)
        with colour.opened(manager) as connection:
            iterator = colour.each(connection)
            for _ in range(3):
                next(iterator)
            server.refuse = [503]
            assert [event.type for event in iterator] == ["reconnected", "session.created"]
    assert [(event.attempt, event.max_attempts, event.close_code) for event in asked] == [(1, 5, 1012), (2, 5, 1012)]
    assert asked[0].extra_query == {"first": 1}
    assert asked[1].extra_query == {"again": 1}
    assert [request.path for request in server.asked] == ["/v1/tiny?first=1", "/v1/tiny?again=1", "/v1/tiny?again=2"]
    assert [request.headers.get("x-try") for request in server.asked] == [None, "1", "2"]


def test_the_program_may_give_up(colour: Colour) -> None:
    with serving(breaking(None)) as server:
        with pytest.raises(WebSocketConnectionClosedError, match="1 attempts to reconnect"):
            manager = colour.connect(server.url, on_reconnecting=lambda event: {"abort": True})
            with colour.opened(manager) as connection:
                list(colour.each(connection))
    assert len(server.asked) == 1


def test_what_the_callback_raises_is_raised(colour: Colour) -> None:
    def before(event: ReconnectingEvent) -> Any:
        raise KeyError("a slip")

    with serving(breaking(None)) as server, pytest.raises(KeyError, match="a slip"):
        with colour.opened(colour.connect(server.url, on_reconnecting=before)) as connection:
            list(colour.each(connection))


def test_after_the_last_attempt_the_break_is_raised_with_its_cause(colour: Colour) -> None:
    with serving(breaking(None)) as server:
        with pytest.raises(WebSocketConnectionClosedError, match="3 attempts") as caught:
            with colour.opened(colour.connect(server.url, max_retries=3, **QUICK)) as connection:
                iterator = colour.each(connection)
                for _ in range(3):
                    next(iterator)
                server.refuse = [503, 503, 503]
                list(iterator)
    assert caught.value.close_code == 1006
    assert len(server.asked) == 4


def test_a_server_that_refuses_is_not_asked_again(colour: Colour) -> None:
    with serving(breaking(None)) as server, pytest.raises(WebSocketConnectionClosedError) as caught:
        with colour.opened(colour.connect(server.url, **QUICK)) as connection:
            iterator = colour.each(connection)
            for _ in range(3):
                next(iterator)
            server.refuse = [401]
            list(iterator)
    assert isinstance(caught.value.__cause__, AuthenticationError)
    assert len(server.asked) == 2


def test_the_count_of_attempts_begins_anew_with_an_event(colour: Colour) -> None:
    def again(peer: Peer) -> None:
        peer.tell(CREATED)
        peer.cut()

    with serving(*[again] * 5, lambda peer: peer.tell(CREATED)) as server:
        with colour.opened(colour.connect(server.url, max_retries=1, **QUICK)) as connection:
            kinds = [event.type for event in colour.each(connection)]
    assert kinds.count("reconnected") == 5
    assert kinds.count("session.created") == 6


def test_the_last_session_update_is_sent_again_where_that_is_wished(colour: Colour) -> None:
    told: list[Any] = []

    def first(peer: Peer) -> None:
        told.append(peer.told())
        told.append(peer.told())
        peer.cut()

    def second(peer: Peer) -> None:
        told.append(peer.told())
        peer.tell(CREATED)

    with serving(first, second) as server:
        options = {**QUICK, "reconnect": False, "restore_session": True}
        with colour.opened(colour.connect(server.url, **options)) as connection:
            colour.run(connection.session.update(session={"voice": "echo"}))
            colour.run(connection.send(UPDATE))
            again, created = colour.each(connection)
    assert (again.restored, created.type) == (True, "session.created")
    assert told[1:] == [UPDATE, UPDATE]


def test_what_is_sent_while_there_is_no_connection_leaves_in_order_and_once(colour: Colour) -> None:
    told: list[Any] = []

    def first(peer: Peer) -> None:
        peer.tell(CREATED)
        peer.cut()

    def second(peer: Peer) -> None:
        told.extend(peer.told()["event_id"] for _ in range(4))

    with serving(first, second) as server, colour.opened(colour.connect(server.url, **QUICK)) as connection:
        colour.run(connection.recv())
        _until_closed(colour, connection)
        for number in "1", "2", "3":
            colour.run(connection.conversation.item.delete(event_id=number, item_id="i"))
        assert colour.run(connection.recv()).type == "reconnected"
        colour.run(connection.conversation.item.delete(event_id="4", item_id="i"))
        assert list(colour.each(connection)) == []
    assert told == ["1", "2", "3", "4"]


def _until_closed(colour: Colour, connection: Any) -> None:
    """Until the library has seen that the line is gone; nobody reads, so the session has not."""
    while connection._session.line.state.name == "OPEN":
        pass


def test_the_queue_is_bounded_and_says_what_was_not_sent(colour: Colour) -> None:
    def first(peer: Peer) -> None:
        peer.tell(CREATED)
        peer.cut()

    with serving(first) as server:
        manager = colour.connect(server.url, max_queue_size=100, **QUICK)
        connection = colour.run(manager.enter())
        colour.run(connection.recv())
        _until_closed(colour, connection)
        colour.run(connection.conversation.item.delete(item_id="a"))
        with pytest.raises(WebSocketQueueFullError, match="max_queue_size"):
            colour.run(connection.conversation.item.delete(item_id="b" * 100))
        colour.run(connection.conversation.item.delete(item_id="c"))
        with pytest.raises(WebSocketConnectionClosedError) as caught:
            colour.run(connection.close())
    sent = [f'{{"type":"conversation.item.delete","item_id":"{name}"}}' for name in "ac"]
    assert caught.value.unsent_messages == sent
    assert caught.value.unsent_frames == sent


def test_the_queue_before_opening_is_bounded_too(colour: Colour) -> None:
    manager = colour.connect("http://127.0.0.1:1/v1", max_queue_size=60)
    manager.send(UPDATE)
    with pytest.raises(WebSocketQueueFullError):
        manager.send(UPDATE)


def test_what_was_not_sent_is_on_the_error_when_reconnecting_fails(colour: Colour) -> None:
    def first(peer: Peer) -> None:
        peer.tell(CREATED)
        peer.cut()

    with serving(first) as server:
        with pytest.raises(WebSocketConnectionClosedError, match="1 messages were not sent") as caught:
            with colour.opened(colour.connect(server.url, **QUICK)) as connection:
                colour.run(connection.recv())
                _until_closed(colour, connection)
                colour.run(connection.send(UPDATE))
                server.refuse = [403]
                colour.run(connection.recv())
    assert len(caught.value.unsent_messages) == 1


def test_without_reconnecting_a_message_that_did_not_leave_is_on_the_error(colour: Colour) -> None:
    with serving(lambda peer: peer.tell(CREATED)) as server:
        with colour.opened(colour.connect(server.url)) as connection:
            colour.run(connection.recv())
            _until_closed(colour, connection)
            with pytest.raises(WebSocketConnectionClosedError, match="were not sent") as caught:
                colour.run(connection.send(UPDATE))
    assert caught.value.unsent_messages == ['{"type":"session.update","session":{"voice":"alloy"}}']
    assert caught.value.in_doubt == []


def test_closing_ends_the_wait_for_another_attempt(colour: Colour) -> None:
    waiting = threading.Event()
    with serving(breaking(None)) as server:
        options: dict[str, Any] = {"initial_delay": 100.0, "max_delay": 100.0}
        manager = colour.connect(server.url, on_reconnecting=lambda event: waiting.set(), **options)
        connection = colour.run(manager.enter())
        closer = threading.Thread(target=lambda: (waiting.wait(10), colour.run(connection.close())))
        closer.start()
        assert len(list(colour.each(connection))) == 3
        closer.join()


def test_a_stall_is_got_over_too(colour: Colour) -> None:
    def silent(peer: Peer) -> None:
        peer.tell(*ANSWER[:3])
        peer.wait()

    with serving(silent, lambda peer: peer.tell(CREATED)) as server:
        with colour.opened(colour.connect(server.url, idle_timeout=0.05, **QUICK)) as connection:
            events = [*colour.each(connection)]
    assert [event.type for event in events[3:]] == ["reconnected", "session.created"]
    assert events[3].lost.text == "Hello"


def test_waits_are_those_that_are_documented() -> None:
    policy = Policy(initial_delay=0.5, max_delay=8.0)
    for attempt, longest in enumerate([0.5, 1, 2, 4, 8, 8, 8], 1):
        waits = [policy.delay(attempt) for _ in range(50)]
        assert longest * 0.75 <= min(waits) <= max(waits) <= longest


@pytest.mark.parametrize(
    "options",
    [
        {"max_retries": -1},
        {"initial_delay": "1"},
        {"max_queue_size": True},
        {"on_reconnecting": 3},
        {"recconect": True},
    ],
)
def test_options_that_make_no_sense_are_refused(colour: Colour, options: dict[str, Any]) -> None:
    with pytest.raises(RequestValidationError) as caught:
        colour.connect("http://127.0.0.1:1/v1", **options)
    assert next(iter(options)) in str(caught.value)


def test_a_message_whose_lines_end_before_it_leaves_over_the_first_that_holds(
    colour: Colour, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[Any] = []

    def leaving(peer: Peer) -> None:
        peer.line.close(1012)

    def staying(peer: Peer) -> None:
        told.append(peer.told())
        peer.wait()

    with serving(leaving, leaving, staying) as server:
        with colour.opened(colour.connect(server.url, reconnect=True, initial_delay=0)) as connection:
            perform, breaks = connection._driver._perform, iter([True, True])

            def late(effect: Any) -> Any:  # somebody who reads has noticed the end, and connected again
                if isinstance(effect, Transmit) and next(breaks, False):
                    assert connection.recv().type == "reconnected"
                return perform(effect)

            async def late_too(effect: Any) -> Any:
                if isinstance(effect, Transmit) and next(breaks, False):
                    assert (await connection.recv()).type == "reconnected"
                return await perform(effect)

            monkeypatch.setattr(connection._driver, "_perform", late_too if colour.is_async else late)
            colour.run(connection.session.update(session={"a": 1}))
    assert [each["session"] for each in told] == [{"a": 1}]
