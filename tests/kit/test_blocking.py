"""While a guard stands, this machine is reached and no other, whoever asks and however."""

from __future__ import annotations

import asyncio
import pickle
import socket
from typing import Any

import httpx
import openai
import pytest

from typed_openai import APIConnectionError, AsyncOpenAI, OpenAI
from typed_openai.local import LocalServer
from typed_openai.testing import Guard, HostBlockedError

NOBODY = "192.0.2.1"
"""An address that nobody has (RFC 5737)."""


def test_this_machine_is_reached_by_all_its_names(openai_server: LocalServer) -> None:
    with Guard() as guard:
        for host in ("127.0.0.1", "localhost"):
            assert httpx.get(f"http://{host}:{openai_server.port}/v1/models").status_code == 200
    assert not guard.blocked


def test_files_are_of_this_machine() -> None:
    one, other = socket.socketpair()
    with one, other, socket.socket(socket.AF_UNIX) as sock, Guard(), pytest.raises(FileNotFoundError):
        sock.connect("/nothing/here")


def connect() -> None:
    with socket.socket() as sock:
        sock.connect((NOBODY, 80))


def connect_ex() -> None:
    with socket.socket() as sock:
        sock.connect_ex((NOBODY, 80))


def create() -> None:
    socket.create_connection((NOBODY, 80), timeout=0.1)


def look_up() -> None:
    socket.getaddrinfo("example.invalid", 443)


def look_up_bytes() -> None:
    socket.getaddrinfo(b"example.invalid", 443)


def look_up_by_name() -> None:
    socket.gethostbyname("example.invalid")


def look_up_more_by_name() -> None:
    socket.gethostbyname_ex("example.invalid")


def look_up_by_address() -> None:
    socket.gethostbyaddr(NOBODY)


def in_a_loop() -> None:
    asyncio.run(open_it())


async def open_it() -> None:
    await asyncio.open_connection("example.invalid", 443)


def by_httpx() -> None:
    httpx.get("http://example.invalid/")


async def by_httpx_async() -> None:
    async with httpx.AsyncClient() as client:
        await client.get("http://example.invalid/")


def by_httpx_in_a_loop() -> None:
    asyncio.run(by_httpx_async())


OLDER = [look_up_by_name, look_up_more_by_name, look_up_by_address]


@pytest.mark.parametrize(
    "ask", [connect, connect_ex, create, look_up, look_up_bytes, *OLDER, in_a_loop, by_httpx, by_httpx_in_a_loop]
)
def test_no_other_machine_is_reached(ask: Any) -> None:
    with Guard() as guard:
        with pytest.raises(HostBlockedError, match=r"this machine only, not '(192.0.2.1|example.invalid)'"):
            ask()
        assert guard.blocked.total() == 1


def test_the_older_ways_to_look_up_are_as_they_were(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("socket.gethostbyname", lambda host: NOBODY)
    before = socket.gethostbyname, socket.gethostbyname_ex, socket.gethostbyaddr
    with Guard(["example.invalid"]) as guard:
        assert socket.gethostbyname("localhost") == socket.gethostbyname("example.invalid") == NOBODY
        assert guard.check(NOBODY)
    assert (socket.gethostbyname, socket.gethostbyname_ex, socket.gethostbyaddr) == before


def test_clients_say_it_in_their_errors() -> None:
    with Guard(), OpenAI(base_url="http://example.invalid/v1", api_key="sk-ours", max_retries=0) as client:
        with pytest.raises((HostBlockedError, APIConnectionError), match="this machine only"):
            client.models.list()
        theirs = openai.OpenAI(base_url="http://example.invalid/v1", api_key="sk-theirs", max_retries=0)
        with pytest.raises(HostBlockedError, match="this machine only"):
            theirs.models.list()


async def test_an_async_client_says_it_too() -> None:
    client = AsyncOpenAI(base_url="http://example.invalid/v1", api_key="sk-ours", max_retries=0)
    with Guard(), pytest.raises((HostBlockedError, APIConnectionError), match="this machine only"):
        await client.models.list()


def test_a_host_that_is_allowed_is_looked_up_and_reached(monkeypatch: pytest.MonkeyPatch) -> None:
    looked_up: list[str] = []

    def look_up(host: str, *args: Any, **kwargs: Any) -> Any:
        looked_up.append(host)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (NOBODY, 80))]

    monkeypatch.setattr("socket.getaddrinfo", look_up)
    with Guard(["Example.invalid"]) as guard:
        socket.getaddrinfo("example.INVALID", 80)
        assert looked_up == ["example.INVALID"]
        with socket.socket() as sock:
            sock.settimeout(0.01)
            with pytest.raises(OSError, match=r"timed out|unreachable|refused"):
                sock.connect((NOBODY, 80))
    assert not guard.blocked


def test_the_innermost_guard_says_what_is_allowed_and_none_leaves_no_trace() -> None:
    before = (socket.socket.connect, socket.getaddrinfo)
    with Guard(["example.invalid"]), Guard(), pytest.raises(HostBlockedError):
        look_up()
    assert (socket.socket.connect, socket.getaddrinfo) == before


def test_the_error_says_how_to_allow_it_and_pickles() -> None:
    error = HostBlockedError("api.openai.com")
    for way in ("openai_allow_hosts('api.openai.com')", "--openai-block=none", "--openai-record"):
        assert way in str(error)
    assert str(pickle.loads(pickle.dumps(error))) == str(error)
