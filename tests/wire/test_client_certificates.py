"""A server that wants to see a certificate (mTLS), and one that only its own authority vouches for, over every
transport."""

from __future__ import annotations

import asyncio
import json
import logging
import pickle
import socket
import ssl
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from h2.config import H2Configuration
from h2.connection import H2Connection
from h2.events import StreamEnded

from tests.certificates import PASSWORD, Files, issue
from tests.wire.bodies import COMPLETION, DONE, HELLO
from tests.wire.clients import async_client, sync_client
from tests.wire.colours import KEY, MESSAGES, Colour, failing
from tests.wire.server import END, WireServer, answer, chunked
from typed_openai import (
    APIConnectionError,
    AsyncOpenAI,
    AzureOpenAI,
    BadRequestError,
    ConfigurationError,
    DefaultAioHttpClient,
    DefaultAsyncHttpxClient,
    DefaultHttpxClient,
    OpenAI,
    configure,
)


@pytest.fixture(scope="module")
def issued(tmp_path_factory: pytest.TempPathFactory) -> tuple[Files, ssl.SSLContext]:
    return issue(tmp_path_factory.mktemp("certificates"))


@pytest.fixture
def files(issued: tuple[Files, ssl.SSLContext], monkeypatch: pytest.MonkeyPatch) -> Files:
    """The files; that of the authority is trusted without a word."""
    monkeypatch.setenv("OPENAI_CA_BUNDLE", str(issued[0].authority))
    return issued[0]


@pytest.fixture
def guarded(issued: tuple[Files, ssl.SSLContext]) -> Iterator[WireServer]:
    """A server that speaks with nobody who shows no certificate."""
    with WireServer(tls=issued[1]) as running:
        running.script(answer(COMPLETION))
        yield running


WAYS = {
    "one file": lambda files: files.both,
    "one file as text": lambda files: str(files.both),
    "two files": lambda files: (files.certificate, files.key),
    "two files, no password": lambda files: (files.certificate, files.key, None),
    "a locked key": lambda files: (files.certificate, files.locked_key, PASSWORD),
    "a list": lambda files: [str(files.certificate), str(files.key)],
}


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
def test_a_certificate_is_shown_in_calls_and_streams(
    guarded: WireServer, files: Files, colour: Colour, way: Any
) -> None:
    guarded.script(answer(COMPLETION), [*chunked(*HELLO, DONE), END])
    colour.chat(guarded, client_cert=way(files))
    assert len(colour.chunks(guarded, client_cert=way(files))) == 5
    assert [each.shown for each in guarded.requests] == ["me@example.com"] * 2


def test_without_one_the_error_says_what_the_server_wants(guarded: WireServer, files: Files, colour: Colour) -> None:
    error: Any = failing(APIConnectionError, lambda: colour.chat(guarded, max_retries=3)).error
    assert (error.kind, error.final, len(error.attempts)) == ("tls", True, 1)
    assert "the server wants a client certificate; pass client_cert=" in str(error)


def test_one_that_the_server_does_not_know_is_said_to_be_refused(
    guarded: WireServer, files: Files, colour: Colour
) -> None:
    error: Any = failing(
        APIConnectionError, lambda: colour.chat(guarded, client_cert=files.stranger, max_retries=3)
    ).error
    assert (error.kind, error.final) == ("tls", True)
    assert "the server refuses the client certificate" in str(error)


def test_the_authority_of_a_server_is_given_as_a_file_or_a_folder(
    guarded: WireServer, issued: tuple[Files, ssl.SSLContext], tmp_path: Path, colour: Colour
) -> None:
    authority = issued[0].authority
    error: Any = failing(APIConnectionError, lambda: colour.chat(guarded, client_cert=issued[0].both)).error
    assert "not trusted" in str(error)
    assert "ca_bundle=" in str(error)
    colour.chat(guarded, client_cert=issued[0].both, ca_bundle=authority)
    colour.chat(guarded, client_cert=issued[0].both, ca_bundle=str(authority))
    listed = ssl.create_default_context(cafile=authority)
    listed.load_verify_locations(cafile=authority)
    named = tmp_path / f"{hashed_name(authority)}.0"  # as `openssl rehash` names them
    named.write_bytes(authority.read_bytes())
    colour.chat(guarded, client_cert=issued[0].both, ca_bundle=tmp_path)
    assert {each.shown for each in guarded.requests} == {"me@example.com"}


def hashed_name(certificate: Path) -> str:
    command = ["openssl", "x509", "-noout", "-subject_hash", "-in", str(certificate)]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


# --- what cannot be used ---------------------------------------------------------------------------------------------


UNUSABLE: dict[str, tuple[Any, list[str]]] = {
    "no such file": (lambda f: {"client_cert": f.both.with_name("gone.pem")}, ["gone.pem cannot be read (No such"]),
    "no such key": (
        lambda f: {"client_cert": (f.certificate, f.both.with_name("gone.pem"))},
        ["gone.pem cannot be read (No such"],
    ),
    "a folder": (lambda f: {"client_cert": f.both.parent}, ["cannot be read (Is a directory)"]),
    "no key": (lambda f: {"client_cert": f.certificate}, ["certificate.pem has no private key", "(PEM)"]),
    "no certificate": (lambda f: {"client_cert": f.key}, ["key.pem has no certificate", "(PEM)"]),
    "the two changed places": (lambda f: {"client_cert": (f.key, f.certificate)}, ["key.pem has no certificate"]),
    "another key": (
        lambda f: {"client_cert": (f.certificate, f.other)},
        ["the key in", "other.pem is not that of the certificate in", "certificate.pem"],
    ),
    "no password": (
        lambda f: {"client_cert": (f.certificate, f.locked_key)},
        ["locked_key.pem is encrypted", "OPENAI_CLIENT_KEY_PASSWORD"],
    ),
    "another password": (
        lambda f: {"client_cert": (f.certificate, f.locked_key, "hunter2-hunter2")},
        ["the password does not open the key in", "locked_key.pem"],
    ),
    "no bundle": (lambda f: {"ca_bundle": f.both.with_name("gone.pem")}, ["ca_bundle: ", "gone.pem cannot be read"]),
    "an empty folder of authorities": (lambda f: {"ca_bundle": f.both.parent}, ["named by its hash", "openssl rehash"]),
    "a bundle of keys": (lambda f: {"ca_bundle": f.key}, ["key.pem has no certificates that can be read", "(PEM)"]),
}


@pytest.mark.parametrize(("wrong", "said"), UNUSABLE.values(), ids=UNUSABLE)
def test_what_does_not_load_is_named_with_what_is_wrong(
    guarded: WireServer, files: Files, colour: Colour, wrong: Any, said: list[str]
) -> None:
    error = failing(ConfigurationError, lambda: colour.chat(guarded, **wrong(files))).error
    assert all(each in str(error) for each in said), str(error)
    assert PASSWORD not in str(error)
    assert "hunter2" not in f"{error!r} {error.__cause__!r}"
    assert not guarded.requests


def test_a_file_that_is_not_pem_is_told_how_to_become_so(
    guarded: WireServer, files: Files, colour: Colour, tmp_path: Path
) -> None:
    (tmp_path / "me.p12").write_bytes(b"\x30\x82\x0a\x0b\x02\x01\x03")
    error = failing(ConfigurationError, lambda: colour.chat(guarded, client_cert=tmp_path / "me.p12")).error
    assert "it is not PEM: convert it (openssl pkcs12 -in me.p12" in str(error)


SHAPES: dict[str, Any] = {
    "a number": 7,
    "an empty text": "",
    "one in a tuple": ("client.pem",),
    "four": ("a", "b", "c", "d"),
    "a password that is none": ("a", "b", 4),
    "a context": ssl.create_default_context(),
}


@pytest.mark.parametrize("wrong", SHAPES.values(), ids=SHAPES)
def test_what_names_no_files_is_refused_when_the_client_is_made(wrong: Any) -> None:
    with pytest.raises(ConfigurationError, match="client_cert must be the path"):
        OpenAI(api_key=KEY, client_cert=wrong)
    with pytest.raises(ConfigurationError, match="ca_bundle must be the path"):
        OpenAI(api_key=KEY, ca_bundle=wrong if not isinstance(wrong, str | tuple) else ("a",))  # type: ignore[arg-type]  # that is the test


# --- where it is set -------------------------------------------------------------------------------------------------


def test_the_environment_names_certificate_key_and_password(
    guarded: WireServer, files: Files, colour: Colour, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_CLIENT_CERT", str(files.both))
    colour.chat(guarded)
    monkeypatch.setenv("OPENAI_CLIENT_CERT", str(files.certificate))
    monkeypatch.setenv("OPENAI_CLIENT_KEY", str(files.locked_key))
    monkeypatch.setenv("OPENAI_CLIENT_KEY_PASSWORD", PASSWORD)
    colour.chat(guarded)
    assert [each.shown for each in guarded.requests] == ["me@example.com"] * 2
    monkeypatch.delenv("OPENAI_CLIENT_CERT")
    with pytest.raises(ConfigurationError, match="OPENAI_CLIENT_KEY is set and OPENAI_CLIENT_CERT is not"):
        OpenAI(api_key=KEY)


def test_a_certificate_is_not_shown_to_a_server_that_it_was_not_meant_for(
    files: Files, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_CLIENT_CERT", str(files.both))
    assert OpenAI(api_key=KEY).config.client_cert == str(files.both)
    assert OpenAI(provider="groq", api_key=KEY).config.client_cert is None
    assert AzureOpenAI(azure_endpoint="https://x.openai.azure.com", api_key=KEY).config.client_cert is None
    assert OpenAI(provider="groq", api_key=KEY, client_cert=files.other).config.client_cert == files.other
    assert OpenAI(provider="groq", api_key=KEY).config.ca_bundle == str(files.authority)


def test_configure_sets_it_for_every_client(guarded: WireServer, files: Files, colour: Colour) -> None:
    configure(client_cert=files.both)
    colour.chat(guarded)
    assert guarded.requests[0].shown == "me@example.com"


def test_with_options_another_certificate_is_another_connection(guarded: WireServer, files: Files) -> None:
    with sync_client(guarded, client_cert=files.both) as client:
        assert client.with_options(timeout=9).driver is client.driver
        with client.with_options(client_cert=files.other) as other, client.with_options(client_cert=False) as without:
            for each in (client, other, client):
                each.chat.completions.create(model="m", messages=MESSAGES)
            with pytest.raises(APIConnectionError, match="wants a client certificate"):
                without.chat.completions.create(model="m", messages=MESSAGES)
    assert [each.shown for each in guarded.requests] == ["me@example.com", "other@example.com", "me@example.com"]


def test_with_options_another_server_is_not_shown_it(guarded: WireServer, files: Files) -> None:
    with sync_client(guarded, client_cert=files.both) as client:
        client.chat.completions.create(model="m", messages=MESSAGES)
        with client.with_options(provider="groq", base_url=guarded.base_url, api_key=KEY) as other:
            assert other.config.client_cert is None
            with pytest.raises(APIConnectionError, match="wants a client certificate"):
                other.chat.completions.create(model="m", messages=MESSAGES)
    assert len(guarded.requests) == 1


async def test_with_options_another_certificate_is_another_async_connection(
    guarded: WireServer, files: Files, transport: str
) -> None:
    first = async_client(guarded, client_cert=files.both)
    async with first as client, first.with_options(client_cert=files.other) as other:
        for each in (client, other, client):
            await each.chat.completions.create(model="m", messages=MESSAGES)
    assert [each.shown for each in guarded.requests] == ["me@example.com", "other@example.com", "me@example.com"]


def test_connections_of_somebody_else_have_certificates_of_their_own(files: Files) -> None:
    import httpx

    own: list[dict[str, Any]] = [{"http_client": httpx.Client()}, {"transport": httpx.MockTransport(lambda _: None)}]  # type: ignore[arg-type]  # nobody asks it
    for each in own:
        with pytest.raises(
            ConfigurationError, match=r"client_cert: .* of your own .* DefaultHttpxClient\(client_cert="
        ):
            OpenAI(api_key=KEY, client_cert=files.both, **each)
        with pytest.raises(ConfigurationError, match="ca_bundle"):
            OpenAI(api_key=KEY, **each).with_options(ca_bundle=files.authority)
    with pytest.raises(ConfigurationError, match="verify"):
        DefaultHttpxClient(client_cert=files.both, verify=False)


@pytest.mark.parametrize("kind", [DefaultAsyncHttpxClient, DefaultAioHttpClient])
def test_default_clients_take_the_same_settings(guarded: WireServer, files: Files, kind: Any) -> None:
    told = {"client_cert": (files.certificate, files.locked_key, PASSWORD), "ca_bundle": files.authority}
    with DefaultHttpxClient(**told) as line:
        sync_client(guarded, http_client=line).chat.completions.create(model="m", messages=MESSAGES)

    async def work() -> None:
        async with kind(**told) as line, async_client(guarded, http_client=line) as client:
            await client.chat.completions.create(model="m", messages=MESSAGES)

    asyncio.run(work())
    assert [each.shown for each in guarded.requests] == ["me@example.com"] * 2


class HTTP2:
    """A server that speaks HTTP/2 with one client, who shows a certificate."""

    def __init__(self, tls: ssl.SSLContext) -> None:
        self._tls = tls
        tls.set_alpn_protocols(["h2", "http/1.1"])
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.base_url = f"https://127.0.0.1:{self._listener.getsockname()[1]}/v1"
        self.shown: list[Any] = []
        self._thread = threading.Thread(target=self._serve, daemon=True)

    def __enter__(self) -> HTTP2:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._thread.join(5)
        self._listener.close()

    def _serve(self) -> None:
        with self._tls.wrap_socket(self._listener.accept()[0], server_side=True) as line:
            self.shown.append(line.getpeercert())
            spoken = H2Connection(H2Configuration(client_side=False))
            spoken.initiate_connection()
            line.sendall(spoken.data_to_send())
            while data := line.recv(65536):
                for event in spoken.receive_data(data):
                    if isinstance(event, StreamEnded) and event.stream_id is not None:
                        spoken.send_headers(event.stream_id, [(":status", "200"), ("content-type", "application/json")])
                        spoken.send_data(event.stream_id, json.dumps(COMPLETION).encode(), end_stream=True)
                line.sendall(spoken.data_to_send())


@pytest.mark.parametrize("is_async", [False, True], ids=["sync", "async"])
def test_over_http_2_it_is_shown_by_a_default_client_that_speaks_it(
    issued: tuple[Files, ssl.SSLContext], files: Files, is_async: bool
) -> None:
    told: dict[str, Any] = {"http2": True, "client_cert": files.both, "ca_bundle": files.authority}
    with HTTP2(issued[1]) as server:
        settings: dict[str, Any] = {"api_key": KEY, "base_url": server.base_url, "max_retries": 0}

        async def work() -> Any:
            async with DefaultAsyncHttpxClient(**told) as line, AsyncOpenAI(http_client=line, **settings) as client:
                return await client.chat.completions.with_raw_response.create(model="m", messages=MESSAGES)

        if is_async:
            answered = asyncio.run(work())
        else:
            with DefaultHttpxClient(**told) as line, OpenAI(http_client=line, **settings) as client:
                answered = client.chat.completions.with_raw_response.create(model="m", messages=MESSAGES)
    assert answered.http_version == "HTTP/2"
    assert server.shown[0]["subjectAltName"] == (("email", "me@example.com"),)


# --- to whom it is shown ---------------------------------------------------------------------------------------------


def test_where_a_redirect_leads_to_another_server_it_is_not_shown(
    guarded: WireServer, issued: tuple[Files, ssl.SSLContext], files: Files, colour: Colour
) -> None:
    curious = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    curious.load_cert_chain(Path(__file__).with_name("localhost.pem"))
    curious.load_verify_locations(files.authority)
    curious.verify_mode = ssl.CERT_OPTIONAL
    both = files.both.with_name("two authorities.pem")
    both.write_bytes(files.authority.read_bytes() + Path(__file__).with_name("localhost.pem").read_bytes())
    with WireServer(tls=curious) as elsewhere:
        elsewhere.script(answer(COMPLETION))
        guarded.script(
            answer(b"", 307, location=f"{elsewhere.base_url}/there"),
            answer(b"", 307, location=f"{guarded.base_url}/here"),
            answer(COMPLETION),
        )
        told: dict[str, Any] = {"client_cert": files.both, "ca_bundle": both}
        colour.chat(guarded, **told)
        colour.chat(guarded, **told)
        assert [each.shown for each in elsewhere.requests] == [""]
    assert [each.shown for each in guarded.requests] == ["me@example.com"] * 3


# --- secrets ---------------------------------------------------------------------------------------------------------


def test_the_password_of_a_key_is_told_to_nobody(
    guarded: WireServer, files: Files, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    client = OpenAI(api_key=KEY, base_url=guarded.base_url, client_cert=(files.certificate, files.locked_key, PASSWORD))
    with client:
        client.chat.completions.create(model="m", messages=MESSAGES)
        guarded.script(answer({"error": {"message": f"no, {PASSWORD}"}}, 400))
        error = failing(BadRequestError, lambda: client.models.list()).error
    told = f"{client!r} {client.config!r} {error!r} {error} {vars(error)} {caplog.text}"
    assert PASSWORD not in told
    assert "locked_key.pem" in repr(client.config)
    with pytest.raises(TypeError, match="instead of pickling"):
        pickle.dumps(client)
    logging.getLogger("typed_openai").warning("said %s", PASSWORD)
    assert PASSWORD not in caplog.text


def test_nothing_of_certificates_is_loaded_for_a_client_that_has_none() -> None:
    program = (
        "import sys, typed_openai as t; t.OpenAI(api_key='k'); sys.exit(f'{t.__name__}.core.run.tls' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


def test_an_async_client_reads_its_certificate_once(guarded: WireServer, files: Files, tmp_path: Path) -> None:
    moving = tmp_path / "client.pem"
    moving.write_bytes(files.both.read_bytes())

    async def work() -> None:
        async with AsyncOpenAI(api_key=KEY, base_url=guarded.base_url, client_cert=moving) as client:
            await client.chat.completions.create(model="m", messages=MESSAGES)
            moving.unlink()
            await client.chat.completions.create(model="m", messages=MESSAGES)

    asyncio.run(work())
    assert len(guarded.requests) == 2
