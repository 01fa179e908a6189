"""Who is asked, and how: Azure in its forms, keys from functions, proxies, certificates, middleware, budgets."""

from __future__ import annotations

import ssl
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from tests.sockets.conftest import Colour
from tests.sockets.servers import Peer, SocketServer, serving
from tests.sockets.test_speaking import created, done
from tests.wire.server import CERTIFICATE
from tests.wire.test_transports import Tunnel
from typed_openai import AsyncAzureOpenAI, AzureOpenAI, usage_scope
from typed_openai.errors import BudgetExceededError, MissingAPIKeyError, RequestValidationError
from typed_openai.sockets.failures import WebSocketConnectionClosedError

CREATED = {"type": "session.created", "event_id": "e", "session": {"type": "realtime"}}


def tell(peer: Peer) -> None:
    peer.tell(CREATED)


def opened_once(colour: Colour, make: Callable[[SocketServer], Any]) -> Any:
    """The handshake of a connection."""
    with serving(tell) as server, colour.opened(make(server)) as connection:
        assert colour.run(connection.recv()).type == "session.created"
    return server.asked[0]


# --- Azure -----------------------------------------------------------------------------------------------------------


def azure(colour: Colour, server: SocketServer, **settings: Any) -> Any:
    kind: Any = AsyncAzureOpenAI if colour.is_async else AzureOpenAI
    endpoint = server.url.removesuffix("/v1")
    client = kind(**{"azure_endpoint": endpoint, "api_key": "azure-key-1", "max_retries": 0, **settings})
    colour.closing(client)
    return client


@pytest.mark.parametrize(
    ("settings", "model", "path"),
    [
        ({}, "rt", "/openai/v1/realtime?model=rt"),
        ({"api_version": "preview"}, "rt", "/openai/v1/realtime?api-version=preview&model=rt"),
        ({"api_version": "2024-10-01-preview"}, "rt", "/openai/realtime?api-version=2024-10-01-preview&deployment=rt"),
        (
            {"api_version": "2024-10-01-preview", "azure_deployment": "mine"},
            None,
            "/openai/realtime?api-version=2024-10-01-preview&deployment=mine",
        ),
    ],
)
def test_azure_is_asked_in_its_forms(colour: Colour, settings: dict[str, Any], model: str | None, path: str) -> None:
    asked = opened_once(colour, lambda server: azure(colour, server, **settings).realtime.connect(model=model))
    assert asked.path == path
    assert asked.headers["api-key"] == "azure-key-1"
    assert "authorization" not in asked.headers


def test_azure_takes_entra_tokens(colour: Colour) -> None:
    async def token_async() -> str:
        return "entra-2"

    provider: Any = token_async if colour.is_async else lambda: "entra-2"
    for settings, token in (
        ({"azure_ad_token": "entra-1"}, "entra-1"),
        ({"azure_ad_token_provider": provider}, "entra-2"),
    ):
        with serving(tell) as server:
            client = azure(colour, server, api_key=None, **settings)
            with colour.opened(client.realtime.connect(model="m")) as connection:
                colour.run(connection.recv())
        assert server.asked[0].headers["authorization"] == f"Bearer {token}"
        assert "api-key" not in server.asked[0].headers


def test_the_dated_api_of_azure_needs_a_deployment(colour: Colour) -> None:
    with serving() as server, pytest.raises(RequestValidationError, match="deployment"):
        azure(colour, server, api_version="2024-10-01-preview").realtime.connect()


# --- keys ------------------------------------------------------------------------------------------------------------


def test_a_key_from_a_function_is_asked_anew_when_a_connection_is_opened_again(colour: Colour) -> None:
    keys = iter(["key-1", "key-2"])

    async def key_async() -> str:
        return next(keys)

    def breaking(peer: Peer) -> None:
        peer.tell(CREATED)
        peer.cut()

    with serving(breaking, tell) as server:
        client = colour.client(server.url, api_key=key_async if colour.is_async else lambda: next(keys))
        options: dict[str, Any] = {"reconnect": True, "initial_delay": 0.001}
        with colour.opened(client.realtime.connect(model="m", **options)) as connection:
            kinds = [event.type for event in colour.each(connection)]
    assert kinds == ["session.created", "reconnected", "session.created"]
    assert [asked.headers["authorization"] for asked in server.asked] == ["Bearer key-1", "Bearer key-2"]


def test_without_a_key_nobody_is_asked(colour: Colour) -> None:
    with pytest.raises(MissingAPIKeyError):
        colour.client("https://api.example.com/v1", api_key=None).realtime.connect(model="m")


# --- the way ---------------------------------------------------------------------------------------------------------


def server_side() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(CERTIFICATE)
    return context


def test_certificates_and_proxy_of_an_http_client_hold_for_its_sockets(colour: Colour) -> None:
    trusting = ssl.create_default_context(cafile=CERTIFICATE)
    kind: Any = httpx.AsyncClient if colour.is_async else httpx.Client
    tunnel = Tunnel()
    try:
        with serving(tell, ssl=server_side()) as server:
            url = server.url.replace("http:", "https:").replace("127.0.0.1", "localhost")
            own = kind(verify=trusting, proxy=f"http://user:hunter2@127.0.0.1:{tunnel.port}")
            client = colour.client(url, http_client=own, max_retries=2)  # as in test_faults.py
            with colour.opened(client.realtime.connect(model="m")) as connection:
                assert colour.run(connection.recv()).type == "session.created"
            colour.run(own.aclose() if colour.is_async else own.close())
    finally:
        tunnel.close()
    assert tunnel.asked[0].startswith(f"CONNECT localhost:{server.port} ".encode())
    assert b"Basic dXNlcjpodW50ZXIy" in tunnel.asked[0]


def test_the_proxy_of_the_environment_is_asked_unless_the_host_is_exempt(
    colour: Colour, monkeypatch: pytest.MonkeyPatch
) -> None:
    tunnel = Tunnel()
    try:
        monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{tunnel.port}")
        opened_once(colour, lambda server: colour.client(server.url).realtime.connect(model="m"))
        assert len(tunnel.asked) == 1
        monkeypatch.setenv("no_proxy", "127.0.0.1")
        opened_once(colour, lambda server: colour.client(server.url).realtime.connect(model="m"))
        assert len(tunnel.asked) == 1
    finally:
        tunnel.close()


def test_middleware_stands_around_the_handshake(colour: Colour) -> None:
    def sign(request: Any, send: Any) -> Any:
        request.headers["x-signed"] = "yes"
        return (yield from send(request))

    asked = opened_once(colour, lambda server: colour.client(server.url, middleware=[sign]).realtime.connect(model="m"))
    assert asked.headers["x-signed"] == "yes"


# --- budgets ---------------------------------------------------------------------------------------------------------


def test_what_answers_consume_is_counted_and_kept_to_a_budget(colour: Colour) -> None:
    usage = {"total_tokens": 30, "input_tokens": 20, "output_tokens": 10}

    def serve(peer: Peer) -> None:
        peer.told()
        peer.tell(created(), done(usage=usage))
        peer.wait()

    with serving(serve) as server, usage_scope(budget=25) as used:
        manager = colour.realtime(server.url)
        with colour.opened(manager) as connection:
            colour.run(connection.response.create())
            colour.run(connection.get_final_response())
            assert (used.prompt_tokens, used.completion_tokens, used.total_tokens) == (20, 10, 30)
            with pytest.raises(BudgetExceededError):
                colour.run(connection.response.create())


# --- observers -------------------------------------------------------------------------------------------------------


class Watching:
    """What it was told."""

    def __init__(self) -> None:
        self.told: list[tuple[str, str, str]] = []
        self.error: BaseException | None = None

    def begin(self, call: Any) -> None:
        self.told.append(("begin", call.operation, call.kind))

    def attempt(self, call: Any, request: Any) -> None:
        self.told.append(("attempt", call.operation, call.kind))

    def first_event(self, call: Any) -> None:
        self.told.append(("first_event", call.operation, call.kind))

    def end(self, call: Any) -> None:
        self.told.append(("end", call.operation, call.kind))
        self.error = call.error


def test_observers_are_told_of_a_connection_from_its_opening_to_its_end(colour: Colour) -> None:
    watching = Watching()
    with serving(tell) as server:
        client = colour.client(server.url, observers=[watching])
        with colour.opened(client.realtime.connect(model="m")) as connection:
            assert len(list(colour.each(connection))) == 1
    kinds = [what for what, operation, kind in watching.told if (operation, kind) == ("realtime.connect", "socket")]
    assert kinds == ["begin", "attempt", "first_event", "end"]
    assert watching.error is None


def test_observers_and_logs_are_told_how_a_connection_broke(colour: Colour, caplog: pytest.LogCaptureFixture) -> None:
    watching = Watching()

    def serve(peer: Peer) -> None:
        peer.tell(created())
        peer.cut()

    with serving(serve) as server, pytest.raises(WebSocketConnectionClosedError) as caught:
        client = colour.client(server.url, observers=[watching], log_errors=True)
        with colour.opened(client.realtime.connect(model="m")) as connection:
            list(colour.each(connection))
    assert watching.error is caught.value
    assert [what for what, _, _ in watching.told].count("end") == 1
    assert "realtime.connect" in caplog.text


def test_observers_are_told_of_a_connection_that_broke_while_it_only_spoke(colour: Colour) -> None:
    watching = Watching()
    with serving(lambda peer: peer.cut()) as server, pytest.raises(WebSocketConnectionClosedError) as caught:
        client = colour.client(server.url, observers=[watching])
        with colour.opened(client.realtime.connect(model="m")) as connection:
            while True:
                colour.run(connection.response.create())
    assert watching.error is caught.value
    assert [what for what, _, _ in watching.told].count("end") == 1
