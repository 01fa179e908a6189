"""Where a program runs says who it is: tokens of Kubernetes, Azure and Google, and what OpenAI gives for them."""

from __future__ import annotations

import base64
import json
import pickle
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.canned import HELLO, Connect, Wire, done
from tests.token_servers import TokenServer
from typed_openai.identity.workload import (
    IdentityError,
    TokenSource,
    azure_managed_identity,
    exchanged,
    gcp_identity,
    kubernetes_token,
)

SECRET = "s3cret-token-0123456789"


class Metadata(TokenServer):
    """Answers every request with the next of `answers`, the last one again and again."""

    def __init__(self) -> None:
        self.answers: list[tuple[int, str]] = [(200, json.dumps({"access_token": SECRET, "expires_in": "3600"}))]
        super().__init__(lambda asked: self.answers[min(len(self.asked), len(self.answers)) - 1])


@pytest.fixture
def server() -> Iterator[Metadata]:
    with Metadata() as server:
        yield server


def jwt(seconds: float) -> str:
    middle = base64.urlsafe_b64encode(json.dumps({"exp": time.time() + seconds}).encode()).decode().rstrip("=")
    return f"e30.{middle}.c2ln"


def test_the_file_of_kubernetes_is_read_each_time(tmp_path: Path) -> None:
    path = tmp_path / "token"
    path.write_text("first\n")
    source = kubernetes_token(path)
    assert source() == "first"
    path.write_text("second\n")
    assert source() == "second"
    path.write_text("")
    with pytest.raises(IdentityError, match="is empty"):
        source()
    path.unlink()
    with pytest.raises(IdentityError, match="is it mounted"):
        source()


def test_azure_is_asked_for_a_resource_and_an_identity_and_once(server: Metadata) -> None:
    source = azure_managed_identity("api://llm", client_id="me", endpoint=server.url)
    assert [source(), source()] == [SECRET, SECRET]
    ((path, headers, _),) = server.asked
    assert headers["metadata"] == "true"
    assert parse_qs(urlsplit(path).query) == {
        "api-version": ["2018-02-01"],
        "resource": ["api://llm"],
        "client_id": ["me"],
    }
    source.forget()
    source()
    assert len(server.asked) == 2


def test_google_is_asked_for_an_audience_and_its_token_kept_while_it_holds(server: Metadata) -> None:
    server.answers = [(200, jwt(3600)), (200, jwt(-1))]
    source = gcp_identity("me", endpoint=server.url)
    assert source() == source()
    assert (server.asked[0][0], server.asked[0][1]["metadata-flavor"]) == ("/token?audience=me", "Google")
    source.forget()
    source()
    source()
    assert len(server.asked) == 3  # one that has ended is not kept


def test_openai_gives_a_key_for_a_token(server: Metadata, tmp_path: Path) -> None:
    (tmp_path / "token").write_text("subject")
    source = exchanged(
        kubernetes_token(tmp_path / "token"), identity_provider_id="idp", service_account_id="sa", endpoint=server.url
    )
    assert source() == SECRET
    assert json.loads(server.asked[0][2]) == {
        "grant_type": "urn:ietf:params:oauth:grant-type:token-exchange",
        "subject_token": "subject",
        "subject_token_type": "urn:ietf:params:oauth:token-type:jwt",
        "identity_provider_id": "idp",
        "service_account_id": "sa",
    }


async def test_a_client_of_either_colour_asks_it(connect: Connect, server: Metadata) -> None:
    source = azure_managed_identity(endpoint=server.url)
    wire = Wire()
    client = connect(wire, api_key=source.later if connect.is_async else source)
    for _ in range(2):
        await done(client.chat.completions.create(**HELLO))
    assert wire.last.headers["authorization"] == f"Bearer {SECRET}"
    assert len(server.asked) == 1


def test_of_many_threads_one_asks(server: Metadata) -> None:
    source = azure_managed_identity(endpoint=server.url)
    with ThreadPoolExecutor(8) as pool:
        assert {*pool.map(lambda _: source(), range(16))} == {SECRET}
    assert len(server.asked) == 1


class Clocks:
    """Both clocks of a machine, which a test sets on."""

    def __init__(self) -> None:
        self.steady, self.wall = time.monotonic(), time.time()

    def monotonic(self) -> float:
        return self.steady

    def time(self) -> float:
        return self.wall

    def pass_by(self, seconds: float) -> None:
        self.steady += seconds
        self.wall += seconds


@pytest.fixture
def clocks(monkeypatch: pytest.MonkeyPatch) -> Clocks:
    found = Clocks()
    monkeypatch.setattr("typed_openai.identity.workload.time", found)
    return found


def test_where_there_is_no_new_token_the_one_before_is_given_while_it_holds(
    server: Metadata, clocks: Clocks, caplog: pytest.LogCaptureFixture
) -> None:
    server.answers.append((503, "not now"))
    source = azure_managed_identity(endpoint=server.url)
    source()
    clocks.pass_by(2500)  # of 3600: time for another one
    assert [source(), source()] == [SECRET, SECRET]
    assert len(server.asked) == 2
    assert "the one before holds for 1100 s" in caplog.text
    assert SECRET not in caplog.text
    clocks.pass_by(31)
    assert source() == SECRET
    assert len(server.asked) == 3
    clocks.pass_by(1100)
    with pytest.raises(IdentityError, match="status 503"):
        source()


def test_a_machine_that_slept_asks_for_another_token(server: Metadata, clocks: Clocks) -> None:
    source = azure_managed_identity(endpoint=server.url)
    source()
    clocks.wall += 4000
    source()
    assert len(server.asked) == 2
    clocks.wall -= 9000  # somebody set it right
    clocks.steady += 2500
    source()
    assert len(server.asked) == 3


class Door:
    """A lock that tells how many came to it."""

    def __init__(self) -> None:
        self.came = threading.Semaphore(0)
        self._lock = threading.Lock()

    def __enter__(self) -> None:
        self.came.release()
        self._lock.acquire()

    def __exit__(self, *error: object) -> None:
        self._lock.release()


def test_a_failure_is_one_for_all_who_waited_for_the_token() -> None:
    asked, door, answer = [0], Door(), threading.Event()

    def fetch() -> tuple[str, float]:
        asked[0] += 1
        answer.wait(10)
        raise IdentityError("nobody answers")

    source = TokenSource("of a test", fetch)
    source._lock = door  # type: ignore[assignment]  # it locks as one
    with ThreadPoolExecutor(8) as pool:
        asking = [pool.submit(source) for _ in range(8)]
        for _ in asking:
            assert door.came.acquire(timeout=10)
        answer.set()
        assert [str(each.exception()) for each in asking] == ["nobody answers"] * 8
    assert asked == [1]
    with pytest.raises(IdentityError, match="nobody answers"):
        source()
    assert asked == [2]  # who comes later asks anew


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ((400, json.dumps({"error": "invalid_request", "hint": SECRET})), "status 400, invalid_request"),
        ((500, SECRET), "status 500"),
        ((302, ""), "status 302"),
        ((200, SECRET), "no JSON object"),
        ((200, "{}"), "no access_token"),
        ((200, json.dumps({"access_token": SECRET})), "expires_in"),
        ((200, json.dumps({"access_token": SECRET, "expires_in": float("nan")})), "holds for nan"),
        ((200, json.dumps({"access_token": SECRET, "expires_in": "inf"})), "holds for inf"),
    ],
)
def test_what_goes_wrong_is_said_without_a_token(server: Metadata, answer: tuple[int, str], said: str) -> None:
    server.answers = [answer]
    with pytest.raises(IdentityError, match=said) as caught:
        azure_managed_identity(endpoint=server.url)()
    assert SECRET not in repr(caught.value) + str(caught.value)


def test_a_machine_elsewhere_says_that_it_is(server: Metadata) -> None:
    with pytest.raises(IdentityError, match="is this its machine"):
        gcp_identity(endpoint="http://127.0.0.1:9/", timeout=2)()


def test_a_source_shows_and_pickles_no_token(server: Metadata) -> None:
    source = azure_managed_identity(endpoint=server.url)
    source()
    assert SECRET not in repr(source)
    with pytest.raises(TypeError, match="may hold a token"):
        pickle.dumps(source)
