"""A name has several addresses, some of which are silent, and a resolver that takes its time: there is one clock."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest

from tests.wire.bodies import COMPLETION
from tests.wire.colours import Colour, failing
from tests.wire.server import WireServer, answer
from typed_openai import APIConnectionError, APITimeoutError, DeadlineExceededError

SLACK = 1.5
RESOLVE = socket.getaddrinfo


class Names:
    """The resolver: what `test.invalid` is."""

    def __init__(self) -> None:
        self.addresses: list[tuple[str, int]] = []
        self.waits = threading.Event()
        self.waits.set()

    def __call__(self, host: Any, port: Any, *more: Any, **options: Any) -> Any:
        if host != "test.invalid":
            return RESOLVE(host, port, *more, **options)
        if options.get("flags", 0) & socket.AI_NUMERICHOST:
            raise socket.gaierror(socket.EAI_NONAME, "not a number")
        self.waits.wait(5)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", address) for address in self.addresses]


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> Iterator[Names]:
    found = Names()
    monkeypatch.setattr(socket, "getaddrinfo", found)
    yield found
    found.waits.set()


@pytest.fixture
def silent() -> Iterator[tuple[str, int]]:
    """An address that never answers: its queue is full."""
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    listener.listen(0)
    place: tuple[str, int] = listener.getsockname()
    waiting = [socket.socket() for _ in range(4)]
    for each in waiting:
        each.setblocking(False)
        each.connect_ex(place)
    yield place
    for each in [listener, *waiting]:
        each.close()


def test_silent_addresses_share_one_clock(names: Names, silent: tuple[str, int], colour: Colour) -> None:
    names.addresses = [silent] * 4
    ended = failing(APITimeoutError, lambda: colour.chat(SERVER, base_url="http://test.invalid/v1", timeout=0.4))
    assert 0.4 <= ended.seconds < 0.4 + SLACK
    assert "connect timed out after 0.4 s" in str(ended.error)


def test_silent_addresses_keep_a_deadline(names: Names, silent: tuple[str, int], colour: Colour) -> None:
    names.addresses = [silent] * 4
    ended = failing(DeadlineExceededError, lambda: colour.chat(SERVER, base_url="http://test.invalid/v1", deadline=0.4))
    assert ended.seconds < 0.4 + SLACK


def test_an_address_that_answers_is_found_behind_silent_ones(
    names: Names, silent: tuple[str, int], server: WireServer, colour: Colour
) -> None:
    server.script(answer(COMPLETION))
    names.addresses = [silent, silent, ("127.0.0.1", server.port)]
    began = time.monotonic()
    assert colour.chat(server, base_url="http://test.invalid/v1").text == "Hello there"
    assert time.monotonic() - began < 0.5 + SLACK
    assert server.accepted == 1


def test_an_address_behind_one_that_refuses_is_found_at_once(names: Names, server: WireServer, colour: Colour) -> None:
    server.script(answer(COMPLETION))
    names.addresses = [("127.0.0.1", 9), ("127.0.0.1", server.port)]
    assert colour.chat(server, base_url="http://test.invalid/v1").text == "Hello there"


def test_when_all_addresses_refuse_the_error_says_so(names: Names, colour: Colour) -> None:
    names.addresses = [("127.0.0.1", 9), ("127.0.0.1", 9)]
    error = failing(APIConnectionError, lambda: colour.chat(SERVER, base_url="http://test.invalid/v1")).error
    assert "connection refused" in str(error)


def test_a_resolver_that_is_slow_is_bounded(names: Names, colour: Colour) -> None:
    names.waits.clear()
    ended: list[float] = []

    def work() -> None:
        ended.append(
            failing(
                APITimeoutError, lambda: colour.chat(SERVER, base_url="http://test.invalid/v1", timeout=0.3)
            ).seconds
        )

    if colour.name == "async":  # asyncio.run waits for its threads, as with every other use of them
        threading.Timer(0.5, names.waits.set).start()
    work()
    assert 0.3 <= ended[0] < 0.6 + SLACK


class _Nowhere:
    base_url = "http://test.invalid/v1"


SERVER: Any = _Nowhere()
