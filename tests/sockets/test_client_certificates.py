"""Sockets to a server that wants to see a certificate: those of the client hold for them as well."""

from __future__ import annotations

import ssl
from typing import Any

import pytest

from tests.certificates import PASSWORD, Files, issue
from tests.sockets.conftest import Colour
from tests.sockets.servers import Peer, serving
from typed_openai import APIConnectionError, ConfigurationError


@pytest.fixture(scope="module")
def issued(tmp_path_factory: pytest.TempPathFactory) -> tuple[Files, ssl.SSLContext]:
    return issue(tmp_path_factory.mktemp("certificates"))


def test_the_certificate_of_a_client_is_shown_on_its_sockets(
    colour: Colour, issued: tuple[Files, ssl.SSLContext]
) -> None:
    files, context = issued
    shown: list[Any] = []

    def serve(peer: Peer) -> None:
        shown.append(peer.line.socket.getpeercert())  # type: ignore[attr-defined]  # it is a socket with TLS
        peer.tell({"type": "session.created"})

    told: dict[str, Any] = {"client_cert": (files.certificate, files.locked_key, PASSWORD)}
    told["max_retries"] = 2  # as in test_faults.py
    with serving(serve, ssl=context) as server:
        client = colour.client(server.url.replace("http:", "https:"), ca_bundle=files.authority, **told)
        with colour.opened(client.realtime.connect(model="m")) as connection:
            assert colour.run(connection.recv()).type == "session.created"
    assert shown[0]["subjectAltName"] == (("email", "me@example.com"),)


def test_one_that_does_not_load_is_named_before_anything_is_dialled(
    colour: Colour, issued: tuple[Files, ssl.SSLContext]
) -> None:
    client = colour.client("https://127.0.0.1:9/v1", client_cert=issued[0].certificate)
    with (
        pytest.raises(ConfigurationError, match="has no private key"),
        colour.opened(client.realtime.connect(model="m")),
    ):
        pass


def test_a_server_that_wants_one_is_said_to(colour: Colour, issued: tuple[Files, ssl.SSLContext]) -> None:
    with serving(lambda peer: peer.wait(), ssl=issued[1]) as server:
        client = colour.client(server.url.replace("http:", "https:"), ca_bundle=issued[0].authority)
        with (
            pytest.raises(APIConnectionError) as caught,
            colour.opened(client.realtime.connect(model="m")),
        ):
            pass
    assert caught.value.kind in ("tls", "connect", "read", "protocol")  # the server may have hung up by then
