"""Requests that are signed with credentials of AWS: a server that works the signature out again from what arrived."""

from __future__ import annotations

import asyncio
import hashlib
import json
import logging
import os
import pickle
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import AsyncExitStack, ExitStack
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import botocore.auth
import httpx
import pytest
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from botocore.session import Session

from tests.wire.bodies import COMPLETION, DONE, HELLO
from tests.wire.clients import async_client, sync_client
from tests.wire.colours import MESSAGES
from tests.wire.conftest import CARRIED
from tests.wire.server import END, Received, WireServer, answer, chunked
from typed_openai import AsyncOpenAI, ConfigurationError, OpenAI, OpenAIError
from typed_openai.identity import IdentityError, aws_signature
from typed_openai.providers import bedrock

ACCESS, SECRET, TOKEN = "AKIAEXAMPLE0123", "secret-key-0123456789", "session-token-0123456789"
PROOFS = ("authorization", "x-amz-date", "x-amz-security-token", "x-amz-content-sha256")
FILE = {"id": "file-1", "object": "file", "bytes": 3, "created_at": 1, "filename": "a", "purpose": "batch"}
FILE |= {"status": "processed"}


@pytest.fixture(autouse=True)
def credentials(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Those of the environment, and no others."""
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "credentials"))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", ACCESS)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", SECRET)
    monkeypatch.setenv("AWS_SESSION_TOKEN", TOKEN)


def is_signed(
    request: Received, server: WireServer, secret: str = SECRET, service: str = "bedrock-mantle", access: str = ACCESS
) -> bool:
    """Whether the signature of what arrived is right, by botocore's own word."""
    told = request.headers["authorization"]
    names = told.partition("SignedHeaders=")[2].partition(",")[0].split(";")
    assert {"host", "x-amz-content-sha256", "x-amz-date"} <= set(names)
    assert request.headers["x-amz-content-sha256"] == hashlib.sha256(request.body).hexdigest()
    signing = botocore.auth.SigV4Auth(Credentials(access, secret), service, "us-east-1")
    asked = AWSRequest(
        method=request.method,
        url=f"http://127.0.0.1:{server.port}{request.path}",
        headers={name: request.headers[name] for name in names},
    )
    asked.context["timestamp"] = request.headers["x-amz-date"]
    to_sign = signing.string_to_sign(asked, signing.canonical_request(asked))
    scope = f"{access}/{request.headers['x-amz-date'][:8]}/us-east-1/{service}/aws4_request"
    return told == (
        f"AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders={';'.join(names)}, "
        f"Signature={signing.signature(to_sign, asked)}"
    )


@pytest.fixture(params=[*CARRIED.values()], ids=[*CARRIED])
def run(request: pytest.FixtureRequest, server: WireServer) -> Callable[..., Any]:
    """Runs a function of a client, over each transport."""
    colour, transport = request.param
    return lambda work, **settings: worked(colour.name == "async", server, work, **{"transport": transport, **settings})


def worked(is_async: bool, server: WireServer, work: Callable[[Any], Any], **settings: Any) -> Any:
    told: dict[str, Any] = {"provider": bedrock("us-east-1"), "base_url": server.base_url, "max_retries": 0, **settings}

    async def later() -> Any:
        own = told.get("http_client")
        async with AsyncOpenAI(**told) as client, own or AsyncExitStack():
            found = await work(client)
            return [each async for each in found] if hasattr(found, "__aiter__") else found

    if is_async:
        return asyncio.run(later())
    with OpenAI(**told) as client, told.get("http_client") or ExitStack():
        found = work(client)
        return list(found) if hasattr(found, "__next__") else found


def ask(client: Any) -> Any:
    return client.chat.completions.create(model="m", messages=MESSAGES)


def pipe(opened: ExitStack) -> Any:
    """A file that cannot be read twice."""
    reading, writing = os.pipe()
    os.write(writing, b'{"custom_id": "1"}')
    os.close(writing)
    return opened.enter_context(os.fdopen(reading, "rb"))


def upload(client: Any, file: Any) -> Any:
    return client.files.create(file=file, purpose="batch")


WAYS: dict[str, tuple[Callable[[Any, Path, ExitStack], Any], list[Any]]] = {
    "chat": (lambda client, *_: ask(client), answer(COMPLETION)),
    "a stream": (
        lambda client, *_: client.chat.completions.create(model="m", messages=MESSAGES, stream=True),
        [*chunked(*HELLO, DONE), END],
    ),
    "a query": (
        lambda client, *_: client.models.list(extra_query={"b": "ä /+&=~", "a": "", "c": "x y"}),
        answer({"object": "list", "data": []}),
    ),
    "an odd path": (
        lambda client, *_: client.models.retrieve("anthropic.claude:1/2 ~é"),
        answer({"id": "m", "object": "model", "created": 1, "owned_by": "a"}),
    ),
    "no body": (
        lambda client, *_: client.models.delete("m"),
        answer({"id": "m", "object": "model", "deleted": True}),
    ),
    "bytes": (lambda client, *_: upload(client, b'{"custom_id": "1"}'), answer(FILE)),
    "a path": (lambda client, path, _: upload(client, path), answer(FILE)),
    "an open file": (
        lambda client, path, opened: upload(client, opened.enter_context(path.open("rb"))),
        answer(FILE),
    ),
    "a pipe": (lambda client, _, opened: upload(client, pipe(opened)), answer(FILE)),
}


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
def test_what_arrives_is_what_was_signed(run: Callable[..., Any], server: WireServer, tmp_path: Path, way: Any) -> None:
    asks, answered = way
    file = tmp_path / "lines.jsonl"
    file.write_bytes(b'{"custom_id": "1"}\n' * 9000)
    server.script(answered)
    with ExitStack() as opened:
        run(lambda client: asks(client, file, opened))
    (request,) = server.requests
    assert is_signed(request, server)
    assert request.headers["x-amz-security-token"] == TOKEN
    assert request.path != "/v1/files" or b"custom_id" in request.body


def test_each_attempt_is_signed_anew(
    run: Callable[..., Any], server: WireServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    times = iter(datetime(2026, 11, 29, 12, 0, each, tzinfo=UTC) for each in range(9))
    monkeypatch.setattr(botocore.auth, "get_current_datetime", lambda *_: next(times))
    server.script(answer({}, 500, retry_after_ms="1"), answer({}, 500, retry_after_ms="1"), answer(FILE))
    run(lambda client: client.files.create(file=b"{}", purpose="batch"), max_retries=2)
    assert len({each.headers["x-amz-date"] for each in server.requests}) == 3
    assert len({each.headers["authorization"] for each in server.requests}) == 3
    assert all(is_signed(each, server) for each in server.requests)


def test_a_redirect_does_not_carry_the_signature(run: Callable[..., Any], server: WireServer) -> None:
    with WireServer() as elsewhere:
        elsewhere.script(answer(COMPLETION))
        for there in (elsewhere, server):
            server.script(answer(b"", 307, location=f"{there.base_url}/other"), answer(COMPLETION))
            run(ask)
        followed = [elsewhere.requests[0], server.requests[2]]
    assert [each.path for each in followed] == ["/v1/other"] * 2
    assert not [name for each in followed for name in PROOFS if name in each.headers]


@pytest.mark.parametrize("is_async", [False, True], ids=["sync", "async"])
def test_a_client_of_the_users_own_sends_it_signed_and_follows_nothing(server: WireServer, is_async: bool) -> None:
    kind: Any = httpx.AsyncClient if is_async else httpx.Client
    own = kind(headers={"x-team": "red"}, params={"tenant": "a b"}, follow_redirects=True)
    server.script(answer(COMPLETION), answer(b"", 307, location=f"{server.base_url}/other"))
    settings = {"http_client": own, "provider": bedrock("us-east-1", runtime=True)}
    worked(is_async, server, ask, **settings)
    own = kind(follow_redirects=True)
    with pytest.raises(OpenAIError):
        worked(is_async, server, ask, **{**settings, "http_client": own})
    assert [each.path for each in server.requests] == ["/v1/chat/completions?tenant=a+b", "/v1/chat/completions"]
    assert all(is_signed(each, server, service="bedrock") for each in server.requests)
    assert server.requests[0].headers["x-team"] == "red"


# --- whose credentials -----------------------------------------------------------------------------------------------


def test_a_key_of_bedrock_goes_before_them_and_needs_no_botocore(
    server: WireServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "botocore.auth", None)
    server.script(answer(COMPLETION))
    with pytest.raises(ConfigurationError, match=r"typed-openai\[aws\].*AWS_BEARER_TOKEN_BEDROCK"):
        worked(False, server, ask)
    monkeypatch.setenv("AWS_BEARER_TOKEN_BEDROCK", "key-of-bedrock")
    worked(False, server, ask)
    worked(False, server, ask, api_key="key-of-mine")
    assert [each.headers["authorization"] for each in server.requests] == [
        "Bearer key-of-bedrock",
        "Bearer key-of-mine",
    ]
    assert not [each for each in server.requests if "x-amz-date" in each.headers]


def test_a_profile_is_asked_by_name(
    server: WireServer, tmp_path: Path, run: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "credentials").write_text(
        "[work]\naws_access_key_id = AKIAWORK\naws_secret_access_key = work-secret-0123456789\n"
    )
    monkeypatch.setenv("AWS_BEARER_TOKEN_BEDROCK", "key-of-bedrock")
    server.script(answer(COMPLETION))
    run(ask, provider=bedrock("us-east-1", profile="work"))
    run(ask, api_key=aws_signature("us-east-1", profile="work"))
    told = {"secret": "work-secret-0123456789", "access": "AKIAWORK"}
    assert [is_signed(each, server, **told) for each in server.requests] == [True, True]
    assert "x-amz-security-token" not in server.requests[0].headers
    with pytest.raises(IdentityError, match=r"ProfileNotFound.*AWS_PROFILE"):
        run(ask, provider=bedrock("us-east-1", profile="gone"))


def test_a_session_may_be_ones_own(server: WireServer, run: Callable[..., Any]) -> None:
    session = Session()
    session.set_credentials("AKIAMINE", "mine-secret-0123456789")  # type: ignore[no-untyped-call, unused-ignore]  # as botocore has it
    server.script(answer(COMPLETION))
    signature = aws_signature("us-east-1", session=session)
    run(ask, api_key=signature)
    assert is_signed(server.requests[0], server, secret="mine-secret-0123456789", access="AKIAMINE")
    with pytest.raises(TypeError, match="instead of pickling"):
        pickle.dumps(signature)
    with pytest.raises(ConfigurationError, match="profile and session"):
        aws_signature("us-east-1", profile="work", session=session)


def test_where_there_are_none_the_error_says_where_to_look(
    server: WireServer, run: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    with pytest.raises(IdentityError, match="there are no credentials of AWS; look at `aws sts get-caller-identity`"):
        run(lambda client: client.models.list())
    assert not server.requests


@pytest.mark.parametrize("wrong", ["", "  ", None, 4, "us-east-1\nx-evil: 1", "us/east"])
def test_a_region_is_a_name(wrong: Any) -> None:
    with pytest.raises(ConfigurationError, match="region: a name of AWS"):
        aws_signature(wrong)


class Container(ThreadingHTTPServer):
    """Gives the credentials of a container: other ones each time, which end soon."""

    def __init__(self) -> None:
        self.asked = 0
        self.released = threading.Event()
        self.arrived = threading.Event()

        class Handler(BaseHTTPRequestHandler):
            def do_GET(handler) -> None:
                self.asked += 1
                self.arrived.set()
                self.released.wait(10)
                ends = datetime.now(UTC) + timedelta(minutes=5)
                body = {
                    "AccessKeyId": f"AKIA{self.asked}",
                    "SecretAccessKey": SECRET,
                    "Token": f"{TOKEN}{self.asked}",
                    "Expiration": ends.strftime("%Y-%m-%dT%H:%M:%SZ"),
                }
                handler.send_response(200)
                handler.end_headers()
                handler.wfile.write(json.dumps(body).encode())

            def log_message(handler, *given: object) -> None:
                """Nothing."""

        super().__init__(("127.0.0.1", 0), Handler)


@pytest.fixture
def container(monkeypatch: pytest.MonkeyPatch) -> Iterator[Container]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"):
        monkeypatch.delenv(name)
    with Container() as running:
        monkeypatch.setenv("AWS_CONTAINER_CREDENTIALS_FULL_URI", f"http://127.0.0.1:{running.server_port}/me")
        thread = threading.Thread(target=running.serve_forever)
        thread.start()
        yield running
        running.shutdown()
        thread.join()


def test_credentials_that_end_are_renewed(server: WireServer, container: Container) -> None:
    container.released.set()
    server.script(answer(COMPLETION))
    with sync_client(server, provider=bedrock("us-east-1")).with_options(api_key=aws_signature("us-east-1")) as client:
        for _ in range(3):
            client.chat.completions.create(model="m", messages=MESSAGES)
    used = [each.headers["x-amz-security-token"].removeprefix(TOKEN) for each in server.requests]
    assert sorted(set(used), key=int) == used
    assert all(
        is_signed(each, server, access=f"AKIA{number}") for each, number in zip(server.requests, used, strict=True)
    )


async def test_while_they_are_fetched_the_event_loop_goes_on(server: WireServer, container: Container) -> None:
    server.script(answer(COMPLETION))
    async with async_client(server).with_options(api_key=aws_signature("us-east-1")) as client:
        asking = asyncio.create_task(client.chat.completions.create(model="m", messages=MESSAGES))
        assert await asyncio.to_thread(container.arrived.wait, 10)  # the loop lives while botocore waits
        assert not asking.done()
        container.released.set()
        await asking
    assert len(server.requests) == 1


# --- secrets ---------------------------------------------------------------------------------------------------------


def test_what_signs_is_told_to_nobody(
    server: WireServer, run: Callable[..., Any], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    server.script(answer({"error": {"message": f"not {TOKEN}, nor {SECRET}"}}, 403))
    with pytest.raises(OpenAIError) as caught:
        run(ask, log_errors=True)
    error: Any = caught.value
    told = f"{error} {error!r} {vars(error)} {pickle.dumps(error)!r} {error.meta!r} {caplog.text}"
    signature = server.requests[0].headers["authorization"].rpartition("=")[2]
    assert not [each for each in (SECRET, TOKEN, signature) if each in told]
    proof = aws_signature("us-east-1").sign("GET", "https://x/y", {}, hashlib.sha256().hexdigest())
    assert not [each for each in (SECRET, TOKEN, ACCESS) if each in repr(proof)]


def test_a_signature_pickles_without_a_secret(server: WireServer) -> None:
    signature = aws_signature("us-east-1")
    signature.sign("GET", "https://x/y", {}, hashlib.sha256().hexdigest())
    pickled = pickle.dumps(signature)
    assert SECRET.encode() not in pickled
    assert repr(pickle.loads(pickled)) == repr(signature) == "<AWSSignature for bedrock-mantle in us-east-1>"
    with OpenAI(provider=bedrock("us-east-1")) as client:
        assert SECRET.encode() not in pickle.dumps(client.maker())
