"""Tokens of Google in the place of a key: application default credentials, told by a file or by the machine."""

from __future__ import annotations

import asyncio
import json
import os
import pickle
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from tests.canned import HELLO, Connect, Wire, done
from tests.token_servers import Asked, TokenServer
from typed_openai import AsyncOpenAI, ConfigurationError, OpenAI
from typed_openai.identity import IdentityError, TokenSource, google_access_token
from typed_openai.providers import vertex

TOKEN = "ya29.token-0123456789-"


class Tokens(TokenServer):
    """Gives tokens of Google: another one each time, each for `seconds`."""

    def __init__(self) -> None:
        self.seconds, self.status = 3600, 200
        self.arrived, self.released = threading.Event(), threading.Event()
        self.released.set()
        super().__init__(self._told)

    def _told(self, asked: Asked) -> tuple[int, Any]:
        number = len(self.asked)
        self.arrived.set()
        self.released.wait(10)
        if self.status != 200:
            return self.status, {"error": "invalid_grant", "error_description": "account not found"}
        return 200, {"access_token": f"{TOKEN}{number}", "expires_in": self.seconds, "token_type": "Bearer"}


@pytest.fixture
def tokens(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Tokens]:
    """Where the key of a service account, which the environment names, is exchanged for tokens."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    as_pkcs8 = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    with Tokens() as running:
        account = {
            "type": "service_account",
            "project_id": "me",
            "private_key_id": "1",
            "private_key": key.private_bytes(*as_pkcs8).decode(),
            "client_email": "me@me.iam.gserviceaccount.com",
            "client_id": "1",
            "token_uri": running.url,
        }
        (tmp_path / "account.json").write_text(json.dumps(account))
        monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(tmp_path / "account.json"))
        yield running


async def test_a_call_to_vertex_has_a_token_which_is_kept(connect: Connect, tokens: Tokens) -> None:
    wire = Wire()
    client = connect(wire, provider=vertex("me"), api_key=None)
    for _ in range(3):
        await done(client.chat.completions.create(**HELLO))
    assert {each.headers["authorization"] for each in wire.requests} == {f"Bearer {TOKEN}1"}
    (asked,) = tokens.asked
    assert parse_qs(asked.body.decode())["grant_type"] == ["urn:ietf:params:oauth:grant-type:jwt-bearer"]


async def test_a_token_that_is_about_to_end_is_replaced(connect: Connect, tokens: Tokens) -> None:
    tokens.seconds = 0
    wire = Wire()
    client = connect(wire, provider=vertex("me"), api_key=None)
    for _ in range(3):
        await done(client.chat.completions.create(**HELLO))
    assert [each.headers["authorization"] for each in wire.requests] == [f"Bearer {TOKEN}{n}" for n in (1, 2, 3)]


async def test_a_key_that_is_given_goes_before_it(connect: Connect, tokens: Tokens) -> None:
    wire = Wire()
    await done(connect(wire, provider=vertex("me"), api_key="mine").chat.completions.create(**HELLO))
    assert wire.request.headers["authorization"] == "Bearer mine"
    assert not tokens.asked


async def test_while_a_token_is_fetched_the_event_loop_goes_on(tokens: Tokens) -> None:
    tokens.released.clear()
    wire = Wire()
    client: AsyncOpenAI = Connect(is_async=True)(wire, provider=vertex("me"), api_key=None)
    asking = [asyncio.create_task(done(client.chat.completions.create(**HELLO))) for _ in range(5)]
    assert await asyncio.to_thread(tokens.arrived.wait, 10)  # the loop lives while google-auth waits
    assert not any(task.done() for task in asking)
    tokens.released.set()
    await asyncio.gather(*asking)
    assert len(tokens.asked) == 1


def test_credentials_may_be_ones_own(tokens: Tokens, tmp_path: Path) -> None:
    from google.oauth2 import service_account

    kind: Any = service_account.Credentials
    mine = kind.from_service_account_file(
        os.environ["GOOGLE_APPLICATION_CREDENTIALS"], scopes=["https://www.googleapis.com/auth/cloud-platform"]
    )
    source = google_access_token(credentials=mine.with_scopes(None))  # the scopes are asked for where none were
    assert source() == source() == f"{TOKEN}1"
    assert repr(source) == "<TokenSource of Google for Credentials>"


def test_a_client_of_vertex_can_be_made_in_another_process(tokens: Tokens) -> None:
    with OpenAI(provider=vertex("me")) as client:
        assert isinstance(client.api_key, TokenSource)
        token = client.api_key()
        pickled = pickle.dumps(client.maker())
    assert token.encode() not in pickled
    with pickle.loads(pickled)() as other:
        assert other.api_key() == f"{TOKEN}2"


# --- what goes wrong -------------------------------------------------------------------------------------------------


async def test_where_there_are_none_the_error_says_where_to_look(
    connect: Connect, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("NO_GCE_CHECK", "true")
    monkeypatch.setenv("CLOUDSDK_CONFIG", str(tmp_path))
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("GOOGLE_APPLICATION_CREDENTIALS", raising=False)
    with pytest.raises(IdentityError, match="no credentials of Google: set GOOGLE_APPLICATION_CREDENTIALS"):
        await done(connect(Wire(), provider=vertex("me"), api_key=None).chat.completions.create(**HELLO))


async def test_what_google_refuses_is_said_without_a_secret(connect: Connect, tokens: Tokens) -> None:
    tokens.status = 400
    wire = Wire()
    with pytest.raises(IdentityError, match=r"Google gave no token \(RefreshError: .*invalid_grant") as caught:
        await done(connect(wire, provider=vertex("me"), api_key=None).chat.completions.create(**HELLO))
    assert "PRIVATE KEY" not in f"{caught.value!r} {pickle.dumps(caught.value)!r}"
    assert not wire.requests


async def test_without_google_auth_the_error_names_the_extra(connect: Connect, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "google.auth", None)
    client = connect(Wire(), provider=vertex("me"), api_key=None)
    with pytest.raises(ConfigurationError, match=r"typed-openai\[google\]"):
        await done(client.chat.completions.create(**HELLO))


# --- the machine -----------------------------------------------------------------------------------------------------


PROGRAM = """
from tests.canned import HELLO, Connect, Wire
from typed_openai.providers import vertex

wire = Wire()
Connect(is_async=False)(wire, provider=vertex("me"), api_key=None).chat.completions.create(**HELLO)
print(wire.request.headers["authorization"])
"""


def of_the_machine(asked: Asked) -> tuple[int, Any]:
    """What the metadata server of a machine of Google Cloud says."""
    if "/token" in asked.path:
        return 200, {"access_token": f"{TOKEN}of-the-machine", "expires_in": 3000, "token_type": "Bearer"}
    return 200, "me" if "project" in asked.path else {"email": "default", "scopes": [], "aliases": []}


def _program(there: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """A call to Vertex where nothing but this says who asks."""
    kept = {name: value for name, value in os.environ.items() if not name.upper().endswith("_PROXY")}
    kept.pop("GOOGLE_APPLICATION_CREDENTIALS", None)
    command = [sys.executable, "-c", PROGRAM]
    return subprocess.run(command, env={**kept, **there}, capture_output=True, text=True, timeout=120, check=False)


def test_a_machine_of_google_cloud_says_who_it_is(tmp_path: Path) -> None:
    with TokenServer(of_the_machine, {"metadata-flavor": "Google"}) as metadata:
        there = {"GCE_METADATA_HOST": metadata.place, "GCE_METADATA_IP": metadata.place}
        ended = _program({**there, "CLOUDSDK_CONFIG": str(tmp_path)})
    assert ended.stdout.strip() == f"Bearer {TOKEN}of-the-machine", ended.stderr


def test_a_metadata_server_that_is_not_there_is_looked_for_once(tmp_path: Path) -> None:
    """What listens and never answers is what networks without one are like; google-auth would ask it three times."""
    asked = socket.create_server(("127.0.0.1", 0))
    place = f"127.0.0.1:{asked.getsockname()[1]}"
    there = {"GCE_METADATA_HOST": place, "GCE_METADATA_IP": place, "CLOUDSDK_CONFIG": str(tmp_path)}
    ended = _program(there)
    told = ended.stderr.splitlines()[-1]
    assert told.startswith("typed_openai.identity.workload.IdentityError: there are no credentials of Google: set "), (
        told
    )
    assert "pass a token (api_key=...); no metadata server said within 1 s" in told
    asked.settimeout(0)
    asked.accept()[0].close()
    with pytest.raises(BlockingIOError):
        asked.accept()
    asked.close()
