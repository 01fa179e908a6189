"""The local server answers this machine only: no other name, no page of another site, and no request without bound."""

from __future__ import annotations

import socket

import pytest

from tests.local.api import Api
from typed_openai.local import LocalServer, connection, journal
from typed_openai.local.exchange import Request
from typed_openai.local.journal import Journal


def asked(server: LocalServer, *lines: str, body: bytes = b"") -> tuple[int, bytes]:
    """Status and bytes of the answer to a request with these header lines."""
    head = "\r\n".join(["GET /v1/models HTTP/1.1", *lines, "Connection: close", "", ""]).encode()
    return sent(server, head + body)


def sent(server: LocalServer, data: bytes) -> tuple[int, bytes]:
    with socket.create_connection(("127.0.0.1", server.port), timeout=5) as client:
        client.sendall(data)
        answer = b"".join(iter(lambda: client.recv(65536), b""))
    return int(answer.split(b" ", 2)[1]), answer


OURS = ["127.0.0.1", "localhost", "LOCALHOST:8000", "127.0.0.1:1", "[::1]", "[::1]:8000", "127.9.9.9", "llm.localhost"]
OTHERS = [
    "evil.example",
    "evil.example:8000",
    "localhost.evil.example",
    "127.0.0.1.nip.io",
    "10.0.0.1",
    "127.0.0.1@evil.example",
    "evil.example/localhost",
    "",
    "local host",
    "0.0.0.0",
    "[::ffff:10.0.0.1]",
    "localhost:port",
]


@pytest.mark.parametrize("host", OURS)
def test_a_request_in_the_name_of_this_machine_is_answered(server: LocalServer, host: str) -> None:
    assert asked(server, f"Host: {host}")[0] == 200
    assert asked(server, f"Host: {host}", f"Origin: http://{host}")[0] == 200


@pytest.mark.parametrize("host", OTHERS)
def test_a_request_in_another_name_is_refused_and_not_served(server: LocalServer, host: str) -> None:
    status, answer = asked(server, f"Host: {host}")
    assert status == 403
    assert b'"data"' not in answer
    assert server.requests == []


@pytest.mark.parametrize("origin", ["http://evil.example", "https://127.0.0.1.nip.io", "null", "file://", "evil", ""])
def test_a_page_of_another_site_is_refused(server: LocalServer, origin: str) -> None:
    assert asked(server, "Host: 127.0.0.1", f"Origin: {origin}")[0] == 403
    assert server.requests == []


def test_who_names_no_host_is_not_a_browser(server: LocalServer) -> None:
    assert asked(server)[0] == 200


def test_a_body_in_chunks_has_a_bound_in_total(server: LocalServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "MOST_OF_A_BODY", 1000)
    head = b"POST /v1/files HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
    chunk = b"190\r\n" + b"x" * 400 + b"\r\n"
    status, answer = sent(server, head + chunk * 3)
    assert status == 413
    assert b"larger than" in answer
    assert sent(server, head + chunk * 2 + b"0\r\n\r\n")[0] == 400  # nothing that a form could be
    assert asked(server, "Host: localhost", "Content-Length: 1001")[0] == 413


def test_trailers_have_a_bound(server: LocalServer) -> None:
    head = b"POST /v1/files HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
    assert sent(server, head + b"0\r\n" + b"a: b\r\n" * 100)[0] == 400


def request(body: bytes, path: str = "/v1/files") -> Request:
    return Request("POST", path, {}, {"authorization": "Bearer sk-1"}, body)


def test_the_journal_has_a_bound_in_bytes_and_the_oldest_go_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(journal, "MOST_BYTES", 10_000)
    kept = Journal()
    for number in range(100):
        kept.add(request(b"x" * 900, f"/v1/{number}"))
    records = kept.records()
    assert 5 < len(records) <= 11
    assert records[-1].path == "/v1/99"
    assert sum(record.weight for record in records) <= 10_000
    kept.clear()
    kept.add(request(b"x" * 9000))
    assert len(kept.records()) == 1


def test_of_a_large_body_the_journal_keeps_the_beginning_and_the_size(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(journal, "MOST_OF_A_BODY", 100)
    kept = Journal()
    kept.add(request(b"x" * 900))
    (record,) = kept.records()
    assert (len(record.body), record.size) == (100, 900)
    kept.add(request(b"y" * 50))
    assert kept.records()[-1].size == len(kept.records()[-1].body) == 50


def test_many_small_requests_are_bounded_by_their_number_too() -> None:
    kept = Journal()
    for _ in range(journal.MOST_KEPT + 5):
        kept.add(request(b""))
    assert len(kept.records()) == journal.MOST_KEPT


def test_a_store_without_a_name_shows_null_as_the_service_does(api: Api) -> None:
    made = api.post("/vector_stores", {}).json
    assert (made["name"], made["expires_at"]) == (None, None)
    assert api.post("/vector_stores", {"name": "a"}).json["name"] == "a"
