"""The HTTP shell: starting and stopping, connections, bodies, headers, refusals, the journal."""

from __future__ import annotations

import json
import socket
import threading
import time

import pytest

from tests.local.api import Api, assert_described
from typed_openai.local import LocalServer
from typed_openai.local.service import Service


def talk(server: LocalServer, sent: bytes) -> bytes:
    """Send raw bytes on a connection of its own and return all that comes back until the server hangs up."""
    with socket.create_connection(("127.0.0.1", server.port), timeout=5) as client:
        client.sendall(sent)
        return b"".join(iter(lambda: client.recv(65536), b""))


def test_it_listens_on_loopback_with_the_version_in_its_base_url(server: LocalServer) -> None:
    assert server.base_url == f"http://127.0.0.1:{server.port}/v1"


def test_it_starts_and_stops_within_milliseconds() -> None:
    taken: list[float] = []
    while not taken or (min(taken) >= 0.1 and len(taken) < 50):  # a busy machine may take its time, but not each time
        begun = time.perf_counter()
        with LocalServer():
            pass
        taken.append(time.perf_counter() - begun)
    assert min(taken) < 0.1


def test_after_it_stopped_nobody_answers() -> None:
    with LocalServer() as server:
        port = server.port
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port), timeout=1)


def test_stopping_hangs_up_on_idle_clients_and_ends_every_thread(server: LocalServer, api: Api) -> None:
    before = threading.active_count()
    api.get("/models")
    assert threading.active_count() == before + 1
    assert server.open_connections == 1
    server.stop()
    assert threading.active_count() == before - 1


def test_stopping_twice_is_harmless_and_starting_twice_is_not(server: LocalServer) -> None:
    with pytest.raises(RuntimeError, match="listens already"):
        server.start()
    server.stop()
    server.stop()
    with pytest.raises(RuntimeError, match="not been started"):
        _ = server.base_url


def test_a_stopped_server_remembers_when_it_starts_again(server: LocalServer, api: Api) -> None:
    identifier = api.chat(store=True).json["id"]
    server.stop()
    server.start()
    with Api(server.base_url) as again:
        assert again.get(f"/chat/completions/{identifier}").status == 200


def test_one_connection_serves_many_requests(server: LocalServer, api: Api) -> None:
    assert [api.get("/models").status for _ in range(3)] == [200, 200, 200]
    assert api.chat(stream=True).status == 200
    assert api.get("/nowhere").status == 404
    assert server.open_connections == 1


def test_many_clients_are_served_at_once(server: LocalServer) -> None:
    clients = [Api(server.base_url) for _ in range(20)]
    answers: list[int] = []

    def ask(client: Api) -> None:
        answers.append(client.chat().status)

    threads = [threading.Thread(target=ask, args=(client,)) for client in clients]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for client in clients:
        client.close()
    assert answers == [200] * 20


def test_each_answer_says_who_gave_it(api: Api) -> None:
    for answer in (api.get("/models"), api.chat(stream=True), api.get("/nowhere")):
        assert answer.headers["x-typed-openai-local"] == "1"
        assert answer.headers["x-request-id"].startswith("req_local")
        assert int(answer.headers["openai-processing-ms"]) >= 1
        assert answer.headers["x-ratelimit-remaining-requests"] == "9999"


def test_request_ids_differ(api: Api) -> None:
    assert len({api.get("/models").headers["x-request-id"] for _ in range(3)}) == 3


def test_the_same_requests_get_the_same_bytes_from_another_server(server: LocalServer, api: Api) -> None:
    with LocalServer() as other, Api(other.base_url) as twin:
        for stream in (False, True):
            assert api.chat("Bonjour à tous 😀", stream=stream).raw == twin.chat("Bonjour à tous 😀", stream=stream).raw


def test_plain_answers_have_a_length_and_streams_are_chunked(api: Api) -> None:
    plain, stream = api.chat(), api.chat(stream=True)
    assert plain.headers["content-type"] == "application/json"
    assert int(plain.headers["content-length"]) == len(plain.raw)
    assert stream.headers["content-type"].startswith("text/event-stream")
    assert stream.headers["transfer-encoding"] == "chunked"


def test_an_old_client_gets_its_stream_unchunked_and_closed(server: LocalServer) -> None:
    body = json.dumps({"model": "m", "stream": True, "messages": [{"role": "user", "content": "Hi"}]}).encode()
    head = f"POST /v1/chat/completions HTTP/1.0\r\nContent-Length: {len(body)}\r\n\r\n".encode()
    received = talk(server, head + body)
    assert b"transfer-encoding" not in received
    assert received.endswith(b"data: [DONE]\n\n")


def test_a_body_in_chunks_is_put_together(server: LocalServer) -> None:
    body = b'{"model": "m", "messages": [{"role": "user", "content": "Hi"}]}'
    chunks = b"".join(b"%x\r\n%b\r\n" % (len(part), part) for part in (body[:7], body[7:])) + b"0\r\n\r\n"
    head = b"POST /v1/chat/completions HTTP/1.1\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
    assert b'you said \\"Hi\\"' in talk(server, head + chunks)
    assert server.requests[0].body == body


@pytest.mark.parametrize(
    "framing",
    [b"Content-Length: many\r\n\r\n", b"Transfer-Encoding: chunked\r\n\r\nnine\r\n", b"Content-Length: -1\r\n\r\n"],
)
def test_bad_framing_is_refused_in_the_error_shape_and_ends_the_connection(server: LocalServer, framing: bytes) -> None:
    received = talk(server, b"POST /v1/embeddings HTTP/1.1\r\n" + framing)
    assert received.startswith(b"HTTP/1.1 400 ")
    assert_described(json.loads(received.partition(b"\r\n\r\n")[2]), "ErrorResponse")


@pytest.mark.parametrize(
    ("request_head", "status"),
    [
        (b"GET http://[bad/v1/models HTTP/1.1\r\n\r\n", b" 400 "),
        (b"GET /v1/models HTTP/9.9\r\n\r\n", b" 505 "),
        (b"GET /".ljust(65537, b"x"), b" 414 "),
        (b"BREW /v1/models HTTP/1.1\r\n\r\n", b" 501 "),
        (b"POST /v1/files HTTP/1.1\r\nContent-Length: " + b"9" * 5000 + b"\r\n\r\n", b" 413 "),
        (b"what is this\r\n\r\n", b" 400 "),
    ],
)
def test_what_is_no_request_is_refused_and_signed(server: LocalServer, request_head: bytes, status: bytes) -> None:
    head, _, body = talk(server, request_head).partition(b"\r\n\r\n")
    assert status in head.splitlines()[0]
    assert b"x-typed-openai-local: 1" in head
    assert_described(json.loads(body), "ErrorResponse")


def test_a_client_that_leaves_in_the_middle_of_a_stream_is_no_error(server: LocalServer) -> None:
    body = json.dumps({"model": "m", "stream": True, "messages": [{"role": "user", "content": "x" * 400_000}]}).encode()
    client = socket.create_connection(("127.0.0.1", server.port), timeout=5)
    client.sendall(f"POST /v1/chat/completions HTTP/1.1\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body)
    client.recv(10)
    client.close()
    deadline = time.monotonic() + 2
    while server.open_connections and time.monotonic() < deadline:
        time.sleep(0.002)
    assert server.open_connections == 0


@pytest.mark.parametrize(
    "body", [b"{", b"\xff", b'{"a": NaN}', b'{"a": "\\ud83d"}', b"[" * 100_000, b"[]", b'"x"', b""]
)
def test_a_body_that_is_no_json_object_is_refused(api: Api, body: bytes) -> None:
    answer = api.send("POST", "/chat/completions", body)
    assert answer.status == 400
    assert answer.error["type"] == "invalid_request_error"
    assert api.get("/models").status == 200


def test_an_unknown_path_is_refused_with_the_known_ones(api: Api) -> None:
    error = api.post("/chat/completion", {}).error
    assert "POST /v1/chat/completions" in error["message"]
    assert error["code"] == "unknown_path"


@pytest.mark.parametrize("path", ["/models/", "//models", "/chat/completions/a/b", ""])
def test_a_path_has_to_fit_exactly(api: Api, path: str) -> None:
    assert api.get(path).status == 404


def test_a_path_without_the_version_is_unknown(server: LocalServer) -> None:
    with Api(server.url) as bare:
        assert bare.get("/models").status == 404


def test_a_known_path_with_another_verb_names_those_it_has(api: Api) -> None:
    answer = api.send("PUT", "/chat/completions")
    assert answer.status == 405
    assert answer.headers["allow"] == "GET, POST"


def test_an_answer_to_head_has_no_body(api: Api) -> None:
    assert api.send("HEAD", "/models").raw == b""
    assert api.get("/models").status == 200


def test_a_mistake_in_the_server_is_answered_and_seen(
    server: LocalServer, api: Api, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    def mistaken(*_: object) -> object:
        return 1 // 0

    monkeypatch.setattr(Service, "answer", mistaken)
    answer = api.get("/models")
    assert (answer.status, answer.headers["connection"]) == (500, "close")
    assert "mistake in the local server" in answer.error["message"]
    monkeypatch.undo()
    assert api.get("/models").status == 200
    server.stop()
    assert "ZeroDivisionError" in capfd.readouterr().err


def test_without_a_key_of_its_own_it_asks_for_none(api: Api) -> None:
    assert api.get("/models").status == 200


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Authorization": "Bearer sk-right"}, 200),
        ({"authorization": "bearer sk-right"}, 200),
        ({"api-key": "sk-right"}, 200),
        ({"Authorization": "Bearer sk-wrong"}, 401),
        ({"Authorization": "sk-right"}, 401),
        ({}, 401),
    ],
)
def test_with_a_key_every_request_must_bring_it(headers: dict[str, str], status: int) -> None:
    with LocalServer(api_key="sk-right") as server, Api(server.base_url) as api:
        answer = api.send("GET", "/models", headers=headers)
    assert answer.status == status
    assert b"sk-wrong" not in answer.raw
    assert status == 200 or answer.error["code"] == "invalid_api_key"


def test_the_journal_tells_what_was_asked_without_the_keys(server: LocalServer, api: Api) -> None:
    secrets = {"Authorization": "Bearer sk-secret", "api-key": "sk-secret", "Cookie": "sk-secret", "X-Trace": "7"}
    api.send("POST", "/embeddings?a=1&a=2&b=", b'{"input": "x"}', secrets)
    (recorded,) = server.requests
    assert (recorded.method, recorded.path) == ("POST", "/v1/embeddings")
    assert recorded.query == {"a": ["1", "2"], "b": [""]}
    assert recorded.json() == {"input": "x"}
    assert recorded.headers["x-trace"] == "7"
    assert recorded.headers["authorization"] == "Bearer [redacted]"
    assert "sk-secret" not in repr(recorded)


def test_the_journal_can_be_emptied(server: LocalServer, api: Api) -> None:
    api.get("/models")
    server.forget()
    assert server.requests == []


def test_it_lists_the_operations_it_answers(server: LocalServer) -> None:
    listed = [str(each) for each in server.routes]
    assert "POST /v1/chat/completions" in listed
    assert len(listed) == len(set(listed)) >= 12
