"""What holds over each transport: TLS, redirects, proxies; and what `transport=` may be."""

from __future__ import annotations

import asyncio
import gc
import logging
import socket
import sys
import threading
from base64 import b64decode
from collections.abc import Iterator
from contextlib import suppress
from traceback import format_exception
from typing import Any

import httpx
import httpx2
import pytest

from tests.wire.bodies import COMPLETION, DONE, HELLO
from tests.wire.clients import async_client, sync_client
from tests.wire.colours import KEY, MESSAGES, Colour, failing
from tests.wire.server import CERTIFICATE, CUT, END, STALL, WireServer, answer, chunked, head
from typed_openai import APIConnectionError, APITimeoutError, AsyncOpenAI, ConfigurationError, OpenAI, configure
from typed_openai.core.run import tls
from typed_openai.core.run.kit import kit
from typed_openai.errors import StreamStalledError


@pytest.fixture
def secure(monkeypatch: pytest.MonkeyPatch) -> Iterator[WireServer]:
    """A server with TLS that our own connections trust."""
    monkeypatch.setenv("SSL_CERT_FILE", str(CERTIFICATE))
    tls.ssl_context.cache_clear()
    with WireServer(tls=True) as running:
        yield running
    tls.ssl_context.cache_clear()


# --- TLS -------------------------------------------------------------------------------------------------------------


def test_a_connection_with_tls_serves_one_call_after_the_other(secure: WireServer, colour: Colour) -> None:
    secure.script(answer(COMPLETION), [*chunked(*HELLO, DONE), END])
    settings: dict[str, Any] = {"api_key": KEY, "base_url": secure.base_url, "max_retries": 0}
    ask: dict[str, Any] = {"model": "m", "messages": MESSAGES}

    async def work() -> None:
        async with AsyncOpenAI(**settings) as client:
            await client.chat.completions.create(**ask)
            assert len([each async for each in await client.chat.completions.create(**ask, stream=True)]) == 5

    if colour.name == "async":
        asyncio.run(work())
    else:
        with OpenAI(**settings) as client:
            client.chat.completions.create(**ask)
            assert len(list(client.chat.completions.create(**ask, stream=True))) == 5
    assert secure.accepted == 1


def test_a_silent_server_with_tls_is_a_timeout(secure: WireServer, colour: Colour) -> None:
    secure.script([STALL])
    assert failing(APITimeoutError, lambda: colour.chat(secure, timeout=0.3)).seconds < 2
    secure.script([*chunked(*HELLO[:2]), STALL])
    assert failing(StreamStalledError, lambda: colour.chunks(secure, idle_timeout=0.3)).seconds < 2


def test_what_is_given_up_over_tls_is_closed_though_the_server_never_says_goodbye(
    secure: WireServer, colour: Colour
) -> None:
    secure.script([STALL], [*chunked(*HELLO[:2]), STALL])
    failing(APITimeoutError, lambda: colour.chat(secure, timeout=0.3))
    failing(StreamStalledError, lambda: colour.chunks(secure, idle_timeout=0.3))
    gc.collect()  # an open socket that is collected is a warning, and a warning is an error


def test_a_server_that_never_shakes_hands_is_a_timeout_of_connecting(colour: Colour) -> None:
    with socket.create_server(("127.0.0.1", 0)) as deaf:
        url = f"https://127.0.0.1:{deaf.getsockname()[1]}/v1"
        ended = failing(APITimeoutError, lambda: colour.chat(_At(url), timeout=0.3))
    assert ended.seconds < 2
    assert "connect timed out" in str(ended.error)


def test_a_server_that_takes_nothing_is_a_timeout_of_writing(colour: Colour) -> None:
    long = {"extra_body": {"padding": "x" * 20_000_000}}
    with socket.create_server(("127.0.0.1", 0)) as deaf:
        url = f"http://127.0.0.1:{deaf.getsockname()[1]}/v1"
        patience = httpx.Timeout(30, write=0.3)
        ended = failing(APITimeoutError, lambda: colour.chat(_At(url), timeout=patience, options=long))
    assert "write timed out" in str(ended.error)


class _At(WireServer):
    def __init__(self, url: str) -> None:
        self._url = url

    @property
    def base_url(self) -> str:
        return self._url


# --- redirects -------------------------------------------------------------------------------------------------------


def test_a_redirect_is_followed_with_its_cookie_and_the_key(server: WireServer, colour: Colour) -> None:
    server.script(
        answer(b"", 307, location="/v1/elsewhere", set_cookie="seen=1; Path=/"), answer(COMPLETION), answer(COMPLETION)
    )
    assert colour.chat(server).text == "Hello there"
    first, second = server.requests
    assert (second.method, second.path, second.body) == ("POST", "/v1/elsewhere", first.body)
    assert second.headers["authorization"] == f"Bearer {KEY}"
    assert second.headers["cookie"] == "seen=1"


def test_no_key_follows_a_redirect_to_another_host(server: WireServer, colour: Colour) -> None:
    with WireServer() as other:
        server.script(answer(b"", 307, location=f"{other.base_url}/elsewhere"))
        other.script(answer(COMPLETION))
        assert colour.chat(server, default_headers={"Helicone-Auth": f"Bearer {KEY}", "x-api-key": KEY}).text
        assert KEY not in str(other.requests[0].headers)
    assert KEY in str(server.requests[0].headers)


def test_redirects_in_a_circle_are_an_error(server: WireServer, colour: Colour) -> None:
    server.script(answer(b"", 307, location="/v1/again"))
    error = failing(APIConnectionError, lambda: colour.chat(server)).error
    assert "too many redirects" in str(error)


# --- proxies ---------------------------------------------------------------------------------------------------------


def test_a_proxy_of_the_environment_is_asked(
    server: WireServer, colour: Colour, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", f"http://user:hunter2%C3%A9%E6%97%A5@127.0.0.1:{server.port}")
    server.script(answer(COMPLETION))
    assert colour.chat(server, base_url="http://far.invalid/v1").text == "Hello there"
    asked = server.requests[0]
    assert asked.path == "http://far.invalid/v1/chat/completions"
    scheme, _, said = asked.headers["proxy-authorization"].partition(" ")
    assert (scheme, b64decode(said).decode()) == ("Basic", "user:hunter2é日")


def test_a_proxy_that_refuses_is_told_without_its_password(
    server: WireServer, colour: Colour, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("https_proxy", f"http://user:hunter2@127.0.0.1:{server.port}")
    server.script(answer(b"no", 407))
    error = failing(APIConnectionError, lambda: colour.chat(server, base_url="https://far.invalid/v1")).error
    assert (server.requests[0].method, server.requests[0].path) == ("CONNECT", "far.invalid:443")
    assert "proxy-authorization" in server.requests[0].headers
    assert "407" in str(error)
    assert "hunter2" not in "".join(format_exception(error))


@pytest.mark.parametrize("proxy", ["http://user:hunter2@127.0.0.1:99999", "ftp://user:hunter2@h", "http://[::1"])
def test_a_proxy_that_cannot_be_is_refused_without_its_password(
    server: WireServer, colour: Colour, monkeypatch: pytest.MonkeyPatch, proxy: str
) -> None:
    monkeypatch.setenv("https_proxy", proxy)
    with pytest.raises(ConfigurationError, match="https_proxy") as caught:
        colour.chat(server)
    assert "hunter2" not in "".join(format_exception(caught.value))


def test_what_needs_no_proxy_is_asked_itself(
    server: WireServer, colour: Colour, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", "http://far.invalid:1")
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    server.script(answer(COMPLETION))
    assert colour.chat(server).text == "Hello there"
    assert server.requests[0].path == "/v1/chat/completions"


class Tunnel:
    """A proxy that lets through whatever is asked for."""

    def __init__(self, says: bytes = b"") -> None:
        self._says = says
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self.asked: list[bytes] = []
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                near, _ = self._listener.accept()
                threading.Thread(target=self._serve, args=(near,), daemon=True).start()

    def _serve(self, near: socket.socket) -> None:
        line = near.recv(4096)
        self.asked.append(line)
        host, port = line.split(b" ")[1].split(b":")
        far = socket.create_connection((host.decode(), int(port)))
        near.sendall(b"HTTP/1.1 200 OK\r\n\r\n" + self._says)
        other = threading.Thread(target=self._copy, args=(near, far), daemon=True)
        other.start()
        self._copy(far, near)
        other.join()
        near.close()
        far.close()

    @staticmethod
    def _copy(source: socket.socket, target: socket.socket) -> None:
        with suppress(OSError):
            while block := source.recv(65536):
                target.sendall(block)
            target.shutdown(socket.SHUT_WR)

    def close(self) -> None:
        self._listener.close()


def test_a_tunnel_through_a_proxy_has_tls_to_the_server(
    secure: WireServer, colour: Colour, monkeypatch: pytest.MonkeyPatch
) -> None:
    tunnel = Tunnel()
    monkeypatch.setenv("https_proxy", f"http://127.0.0.1:{tunnel.port}")
    secure.script(answer(COMPLETION))
    assert colour.chat(secure).text == "Hello there"
    assert tunnel.asked[0].startswith(f"CONNECT 127.0.0.1:{secure.port} ".encode())
    tunnel.close()


def test_what_a_proxy_says_before_tls_begins_is_not_an_answer(
    secure: WireServer, colour: Colour, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps = [*chunked(*HELLO, DONE), END]
    tunnel = Tunnel(b"".join(step for step in steps if isinstance(step, bytes)).replace(b"Hel", b"Bad"))
    monkeypatch.setenv("https_proxy", f"http://127.0.0.1:{tunnel.port}")
    secure.script(steps)
    with suppress(APIConnectionError):
        assert "Bad" not in "".join(chunk.text for chunk in colour.chunks(secure))
    tunnel.close()


# --- what `transport=` may be ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "value", "message"),
    [
        (OpenAI, "nope", "transport must be 'httpx', 'httpx2' or 'aiohttp', or a transport of httpx, got 'nope'"),
        (AsyncOpenAI, 5, "or a transport of httpx, got int"),
        (OpenAI, httpx.Client(), "got Client: a client is given as http_client="),
        (OpenAI, "aiohttp", "transport='aiohttp' is async: use AsyncOpenAI"),
        (OpenAI, httpx.AsyncHTTPTransport(), "has no handle_request: it is for AsyncOpenAI"),
        (AsyncOpenAI, httpx2.HTTPTransport(), "has no handle_async_request: it is for OpenAI"),
    ],
)
def test_what_carries_no_requests_is_refused_in_words(kind: Any, value: Any, message: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        kind(api_key=KEY, transport=value)
    assert message in str(caught.value)


def test_a_wrong_word_in_the_environment_is_refused_with_the_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_TRANSPORT", "curl")
    with pytest.raises(ConfigurationError, match="OPENAI_TRANSPORT must be one of httpx, httpx2, aiohttp, got 'curl'"):
        OpenAI(api_key=KEY)


def test_an_http_client_has_its_own_transport() -> None:
    with pytest.raises(ConfigurationError, match="http_client and transport were given"):
        OpenAI(api_key=KEY, http_client=httpx.Client(), transport="httpx2")


@pytest.mark.parametrize("name", ["httpx2", "aiohttp"])
async def test_without_its_package_a_transport_says_what_to_install(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, name, None)
    monkeypatch.delitem(sys.modules, "typed_openai.core.run.aiohttp_slots", raising=False)
    kit.cache_clear()
    client = AsyncOpenAI(api_key=KEY, transport=name)  # type: ignore[arg-type]  # one of the names
    with pytest.raises(ConfigurationError, match=rf'pip install "typed-openai\[{name}\]"'):
        await client.models.list()
    kit.cache_clear()


def test_what_is_said_for_all_clients_leaves_sync_ones_with_httpx(server: WireServer) -> None:
    server.script(answer(COMPLETION))
    configure(transport="aiohttp")
    try:
        with sync_client(server) as client:
            client.chat.completions.create(model="m", messages=MESSAGES)
    finally:
        configure(transport=None)


@pytest.mark.parametrize("http", [httpx, httpx2])
async def test_a_transport_of_the_users_own_carries_the_requests(http: Any, server: WireServer) -> None:
    mock = http.MockTransport(lambda request: http.Response(200, content=b'{"object": "list", "data": []}'))
    with OpenAI(api_key=KEY, transport=mock) as client:
        assert client.models.list().data == []
    async with AsyncOpenAI(api_key=KEY, transport=mock) as also:
        assert (await also.models.list()).data == []


def test_with_options_may_change_the_transport(server: WireServer) -> None:
    server.script(answer(COMPLETION))
    mock = httpx.MockTransport(lambda request: httpx.Response(200, content=b'{"object": "list", "data": []}'))
    with sync_client(server) as client:
        assert client.with_options(transport=mock).models.list().data == []
        assert client.chat.completions.create(model="m", messages=MESSAGES).text == "Hello there"


# --- clients of httpx2 -----------------------------------------------------------------------------------------------


def theirs(colour: Colour, **options: Any) -> Any:
    return httpx2.Client(**options) if colour.name == "sync" else httpx2.AsyncClient(**options)


def test_a_client_of_httpx2_is_taken_with_its_headers(server: WireServer, colour: Colour) -> None:
    server.script(answer(COMPLETION, connection="close"), [*chunked(*HELLO, DONE, connection="close"), END])
    assert colour.chat(server, http_client=theirs(colour, headers={"x-mine": "1"})).text == "Hello there"
    assert len(colour.chunks(server, http_client=theirs(colour, headers={"x-mine": "1"}))) == 5
    assert [request.headers["x-mine"] for request in server.requests] == ["1", "1"]


def test_an_error_of_httpx2_is_the_error_that_it_is(server: WireServer, colour: Colour) -> None:
    server.script([STALL])
    error = failing(APITimeoutError, lambda: colour.chat(server, http_client=theirs(colour), timeout=0.2)).error
    assert "read timed out after 0.2 s" in str(error)
    server.script([*head(200, "application/json", content_length="99"), b'{"a', CUT])
    cut = failing(APIConnectionError, lambda: colour.chat(server, http_client=theirs(colour))).error
    assert getattr(cut, "content", None) == b'{"a'
    refused = failing(
        APIConnectionError, lambda: colour.chat(server, http_client=theirs(colour), base_url="http://127.0.0.1:9/v1")
    ).error
    assert "connection refused" in str(refused)


@pytest.mark.parametrize(
    ("kind", "value", "message"),
    [
        (
            OpenAI,
            httpx2.AsyncClient(),
            "must be an httpx.Client (or httpx2.Client), got AsyncClient: that is for Async",
        ),
        (AsyncOpenAI, httpx2.Client(), "must be an httpx.AsyncClient (or httpx2.AsyncClient), got Client: that is for"),
        (OpenAI, httpx2.HTTPTransport(), "got HTTPTransport: a transport is given as transport="),
    ],
)
def test_a_client_of_the_other_colour_is_refused(kind: Any, value: Any, message: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        kind(api_key=KEY, http_client=value)
    assert message in str(caught.value)


# --- the log ---------------------------------------------------------------------------------------------------------


def test_a_request_is_one_line_of_the_log_of_httpx(
    server: WireServer, colour: Colour, caplog: pytest.LogCaptureFixture
) -> None:
    server.script(answer(COMPLETION))
    caplog.set_level(logging.INFO, "httpx")
    colour.chat(server)
    lines = [record.getMessage() for record in caplog.records if record.name == "httpx"]
    assert lines == [f'HTTP Request: POST {server.base_url}/chat/completions "HTTP/1.1 200 Whatever"']


@pytest.mark.parametrize("place", ["http://user:hunter2@127.0.0.1:{port}/there", "/there?sig=hunter2&se=1"])
def test_the_log_shows_nothing_of_a_redirect_that_may_let_one_in(
    server: WireServer, colour: Colour, caplog: pytest.LogCaptureFixture, place: str
) -> None:
    where = place.format(port=server.port)
    server.script(answer(b"", 307, location=where), answer(b"", 307, location="#again"), answer(COMPLETION))
    caplog.set_level(logging.INFO)
    assert colour.chat(server).text
    assert "/there" in caplog.text
    assert "hunter2" not in caplog.text
    asked = [request.path for request in server.requests[1:]]
    assert asked == [where[where.index("/there") :]] * 2


async def test_an_address_that_aiohttp_does_not_take_is_no_connection_that_broke(server: WireServer) -> None:
    client = AsyncOpenAI(api_key=KEY, base_url=f"http://127.1:{server.port}/v1", transport="aiohttp")
    async with client:
        with pytest.raises(APIConnectionError, match="not a canonical IPv4 address; check base_url") as caught:
            await client.models.list()
    assert (caught.value.kind, caught.value.final) == ("url", True)


async def test_one_client_in_several_loops_over_aiohttp_leaves_nothing(server: WireServer) -> None:
    server.script(answer(COMPLETION))
    client = async_client(server, transport="aiohttp")

    def loop() -> str:
        text: str = asyncio.run(client.chat.completions.create(model="m", messages=MESSAGES)).text
        return text

    assert [await asyncio.to_thread(loop) for _ in range(3)] == ["Hello there"] * 3
    assert await asyncio.to_thread(server.until, lambda: server.open == 0)
