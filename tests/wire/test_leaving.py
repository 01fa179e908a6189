"""However a sync stream is left, its connection is closed at once."""

from __future__ import annotations

import gc
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import nullcontext, suppress
from typing import Any

import httpx
import pytest

from tests.wire.bodies import COMPLETION, event, piece
from tests.wire.clients import RUNNING, UNTIL_CLOSED, begin, sync_client
from tests.wire.colours import MESSAGES
from tests.wire.server import Step, WireServer, answer
from typed_openai import OpenAI

# --- leaving a sync stream -------------------------------------------------------------------------------------------


def leave_by_break(client: OpenAI) -> None:
    for _ in begin(client):
        break


def leave_by_break_while_holding_it(client: OpenAI) -> Any:
    stream = begin(client)
    for _ in stream:
        break
    return stream


def leave_by_close(client: OpenAI) -> Any:
    stream = begin(client)
    next(stream)
    stream.close()
    stream.close()
    return stream


def leave_by_close_in_the_loop(client: OpenAI) -> Any:
    stream = begin(client)
    for _ in stream:
        stream.close()
    return stream


def leave_by_with(client: OpenAI) -> Any:
    with begin(client) as stream:
        next(stream)
    return stream


def leave_by_with_unread(client: OpenAI) -> Any:
    with begin(client) as stream:
        return stream


def leave_by_error(client: OpenAI) -> None:
    with suppress(ZeroDivisionError):
        for _ in begin(client):
            raise ZeroDivisionError


def leave_by_dropping_it_unread(client: OpenAI) -> None:
    begin(client)


def leave_by_a_loop_that_never_begins(client: OpenAI) -> None:
    assert list(zip([], begin(client), strict=False)) == []


def leave_by_a_loop_that_never_begins_while_holding_it(client: OpenAI) -> Any:
    stream = begin(client)
    assert list(zip([], stream, strict=False)) == []
    stream.close()
    return stream


def leave_by_dropping_it(client: OpenAI) -> None:
    next(begin(client))


def leave_by_dropping_it_in_a_cycle(client: OpenAI) -> None:
    holder = [begin(client)]
    holder.append(holder)
    next(holder[0])
    del holder
    gc.collect()


def leave_typed_events(client: OpenAI) -> None:
    for _ in client.chat.completions.stream(model="m", messages=MESSAGES):
        break


def leave_typed_events_by_with(client: OpenAI) -> Any:
    with client.chat.completions.stream(model="m", messages=MESSAGES) as stream:
        next(stream)
    return stream


def leave_typed_events_by_dropping(client: OpenAI) -> None:
    next(client.chat.completions.stream(model="m", messages=MESSAGES))


def leave_text(client: OpenAI) -> None:
    for _ in client.chat.completions.stream(model="m", messages=MESSAGES).text():
        break


def leave_a_streaming_response(client: OpenAI) -> None:
    with client.chat.completions.with_streaming_response.create(model="m", messages=MESSAGES) as response:
        next(response.iter_bytes())


LEAVING = [
    leave_by_break,
    leave_by_break_while_holding_it,
    leave_by_close,
    leave_by_close_in_the_loop,
    leave_by_with,
    leave_by_with_unread,
    leave_by_error,
    leave_by_dropping_it_unread,
    leave_by_a_loop_that_never_begins,
    leave_by_a_loop_that_never_begins_while_holding_it,
    leave_by_dropping_it,
    leave_by_dropping_it_in_a_cycle,
    leave_typed_events,
    leave_typed_events_by_with,
    leave_typed_events_by_dropping,
    leave_text,
    leave_a_streaming_response,
]


@pytest.mark.parametrize("leave", LEAVING, ids=lambda leave: leave.__name__)
@pytest.mark.parametrize("deadline", [None, 30.0])
def test_leaving_a_stream_closes_its_connection_at_once(
    server: WireServer, leave: Callable[[OpenAI], object], deadline: float | None
) -> None:
    server.script(RUNNING)
    with sync_client(server, deadline=deadline) as client:
        kept = leave(client)
        assert server.until(lambda: server.open == 0)
        assert server.accepted == 1
        del kept


def test_a_stream_that_was_left_has_no_final_result(server: WireServer) -> None:
    server.script(RUNNING)
    with sync_client(server) as client, client.chat.completions.stream(model="m", messages=MESSAGES) as stream:
        for _ in stream:
            break
        with pytest.raises(RuntimeError, match="closed before its end"):
            stream.get_final_completion()
        assert stream.snapshot is not None
        assert stream.snapshot.text == "Hel"


@pytest.mark.parametrize("script", [RUNNING, UNTIL_CLOSED], ids=["chunked", "until closed"])
@pytest.mark.parametrize("deadline", [None, 30.0])
def test_close_from_another_thread_ends_a_loop_that_waits(
    server: WireServer, script: list[Step], deadline: float | None
) -> None:
    server.script(script)
    with sync_client(server, deadline=deadline) as client:
        stream = begin(client)
        timer = threading.Timer(0.05, stream.close)
        for number, _ in enumerate(stream):
            if number == 1:
                timer.start()
                started = time.monotonic()
        assert time.monotonic() - started < 2
        assert number == 1
        timer.join()
        assert server.until(lambda: server.open == 0)


def test_closing_the_client_closes_its_connections(server: WireServer) -> None:
    server.script(answer(COMPLETION))
    client = sync_client(server)
    client.chat.completions.create(model="m", messages=MESSAGES)
    assert server.open == 1
    client.close()
    assert server.until(lambda: server.open == 0)


# --- HTTP/2, where answers share a connection ------------------------------------------------------------------------


class Piece(httpx.SyncByteStream):
    """One event, and nothing more for as long as the connection stands."""

    def __init__(self, wire: socket.socket) -> None:
        self.wire = wire

    def __iter__(self) -> Iterator[bytes]:
        yield event(piece({"content": "a"}))
        self.wire.recv(1)


@pytest.mark.parametrize(("version", "stands"), [(b"HTTP/1.1", False), (b"HTTP/2", True)])
def test_leaving_a_stream_leaves_a_connection_alone_that_others_share(version: bytes, stands: bool) -> None:
    ours, theirs = socket.socketpair()

    class Network:
        def get_extra_info(self, name: str) -> socket.socket:
            return ours

    def answer(request: httpx.Request) -> httpx.Response:
        extensions = {"http_version": version, "network_stream": Network()}
        return httpx.Response(200, stream=Piece(ours), extensions=extensions)

    ours.settimeout(1)
    with ours, theirs, httpx.Client(transport=httpx.MockTransport(answer)) as http:
        client = OpenAI(api_key="k", base_url="http://x", http_client=http)
        for _ in (stream := begin(client)):
            stream.close()  # and the loop asks for nothing more
        theirs.settimeout(0 if stands else 1)
        with pytest.raises(BlockingIOError) if stands else nullcontext():
            assert theirs.recv(1) == b""
