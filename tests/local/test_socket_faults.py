"""Sockets of the local server at their edges: who gets none, and what a fault spoils."""

from __future__ import annotations

import json
import socket
import sys
import time
from typing import Any

import pytest
from websockets.exceptions import ConnectionClosedError, ConnectionClosedOK, InvalidMessage, InvalidStatus
from websockets.sync.client import connect

from tests.local.callers import calling
from typed_openai.local import LocalServer
from typed_openai.local.faults import Fault

REALTIME = "/realtime?model=gpt-realtime"


def refusal(server: LocalServer, path: str, **options: Any) -> tuple[int, Any]:
    with pytest.raises(InvalidStatus) as refused, calling(server, path, **options):
        pass
    answer = refused.value.response
    assert answer.headers["x-typed-openai-local"] == "1"
    return answer.status_code, json.loads(answer.body or b"")["error"]["code"]


def test_who_has_no_key_or_no_model_or_no_door_gets_no_socket() -> None:
    with LocalServer(api_key="sk-right") as server:
        key: dict[str, Any] = {"additional_headers": {"Authorization": "Bearer sk-right"}}
        assert refusal(server, REALTIME) == (401, "invalid_api_key")
        assert refusal(server, "/realtime", **key) == (400, "missing_model")
        with pytest.raises(InvalidStatus) as refused:
            connect(f"{server.base_url.replace('http', 'ws', 1)}/embeddings", **key)
        assert refused.value.response.status_code == 404
        with calling(server, REALTIME, **key) as caller:
            assert caller.told()["session"]["model"] == "gpt-realtime"


def test_a_browser_brings_its_key_as_a_subprotocol_and_the_journal_does_not_keep_it() -> None:
    with LocalServer(api_key="sk-right") as server:
        protocols = ["realtime", "openai-insecure-api-key.sk-right"]
        with calling(server, REALTIME, subprotocols=protocols) as caller:
            assert caller.line.subprotocol == "realtime"
            assert caller.told()["type"] == "session.created"
        assert "sk-right" not in repr(server.requests)


def test_a_secret_opens_its_session() -> None:
    import httpx

    with LocalServer(api_key="sk-right") as server:
        session = {"type": "realtime", "model": "gpt-realtime", "instructions": "Sing."}
        answer = httpx.post(
            f"{server.base_url}/realtime/client_secrets",
            json={"session": session},
            headers={"Authorization": "Bearer sk-right"},
        )
        key = {"Authorization": f"Bearer {answer.json()['value']}"}
        with calling(server, "/realtime", additional_headers=key) as caller:
            assert caller.told()["session"]["instructions"] == "Sing."


@pytest.mark.parametrize(
    ("made_at", "session", "opened_at", "right"),
    [
        ("/realtime/client_secrets", {"type": "realtime"}, "/realtime/translations", "/realtime"),
        ("/realtime/client_secrets", {"type": "transcription"}, "/realtime/translations", "/realtime"),
        (
            "/realtime/translations/client_secrets",
            {"model": "gpt-realtime-translate"},
            "/realtime?model=m",
            "/realtime/translations",
        ),
    ],
)
def test_a_secret_opens_sessions_of_its_kind_alone(
    made_at: str, session: dict[str, str], opened_at: str, right: str
) -> None:
    import httpx

    with LocalServer(api_key="sk-right") as server:
        key = {"Authorization": "Bearer sk-right"}
        answer = httpx.post(f"{server.base_url}{made_at}", json={"session": session}, headers=key)
        key = {"Authorization": f"Bearer {answer.json()['value']}"}
        with pytest.raises(InvalidStatus) as refused, calling(server, opened_at, additional_headers=key):
            pass
        assert refused.value.response.status_code == 400
        assert f"connect to {right}." in bytes(refused.value.response.body or b"").decode()


def test_azure_asks_for_its_deployment() -> None:
    with LocalServer(api_key="right") as server:
        url = f"{server.url.replace('http', 'ws', 1)}/openai/realtime?api-version=2025-08-28&deployment=mine"
        with connect(url, additional_headers={"api-key": "right"}) as line:
            assert json.loads(line.recv(timeout=10))["session"]["model"] == "mine"


def test_every_message_is_recorded() -> None:
    with LocalServer() as server, calling(server, REALTIME) as caller:
        caller.told()
        caller.asked("input_audio_buffer.clear", "input_audio_buffer.cleared")
        messages = [record.json() for record in server.requests if record.method == "MESSAGE"]
        assert messages == [{"type": "input_audio_buffer.clear"}]


def test_a_handshake_is_refused_on_order() -> None:
    with LocalServer(faults=[Fault(status=503), Fault(drop=True)]) as server:
        with pytest.raises(InvalidStatus) as refused, calling(server, REALTIME):
            pass
        assert refused.value.response.status_code == 503
        with pytest.raises(InvalidMessage), calling(server, REALTIME):
            pass
        with calling(server, REALTIME) as caller:
            assert caller.told()


@pytest.mark.parametrize("code", [1001, 1011, 1012, 1013, 4000])
def test_a_connection_is_closed_with_a_code(code: int) -> None:
    with LocalServer(faults=[Fault(cut_after=1, close=code)]) as server, calling(server, REALTIME) as caller:
        assert caller.told()["type"] == "session.created"
        with pytest.raises((ConnectionClosedError, ConnectionClosedOK)) as closed:
            caller.line.recv(timeout=10)
        assert closed.value.rcvd is not None
        assert closed.value.rcvd.code == code


def test_a_connection_is_closed_well_where_it_should_go_on() -> None:
    server = LocalServer(faults=[Fault(cut_after=0, clean=True)])
    with server, calling(server, REALTIME) as caller, pytest.raises(ConnectionClosedOK):
        caller.line.recv(timeout=10)


@pytest.mark.parametrize("torn", [False, True])
def test_a_connection_is_cut_between_events_or_inside_one(torn: bool) -> None:
    with LocalServer(faults=[Fault(cut_after=1, torn=torn)]) as server, calling(server, REALTIME) as caller:
        assert caller.told()["type"] == "session.created"
        if torn:
            caller.say("input_audio_buffer.clear")
        with pytest.raises(ConnectionClosedError) as cut:
            caller.line.recv(timeout=10)
        assert cut.value.rcvd is None


@pytest.mark.parametrize("said", [b"\x00\x01", "not JSON", {"type": "something.new"}])
def test_a_connection_says_what_it_should_not(said: Any) -> None:
    with LocalServer(faults=[Fault(insert_after=1, inserted=said)]) as server, calling(server, REALTIME) as caller:
        caller.told()
        message = caller.line.recv(timeout=10)
        assert message == said if not isinstance(said, dict) else json.loads(message) == said
        assert caller.asked("input_audio_buffer.clear", "input_audio_buffer.cleared")


def test_a_connection_stalls_and_goes_on() -> None:
    with LocalServer(faults=[Fault(stall_after=1, stall=0.3)]) as server, calling(server, REALTIME) as caller:
        caller.told()
        caller.say("input_audio_buffer.clear")
        begun = time.monotonic()
        assert caller.told()["type"] == "input_audio_buffer.cleared"
        assert time.monotonic() - begun >= 0.25


def test_a_fault_waits_for_its_path() -> None:
    with LocalServer(faults=[Fault(status=500, path="/responses")]) as server:
        with calling(server, REALTIME) as caller:
            assert caller.told()
        with pytest.raises(InvalidStatus), calling(server, "/responses"):
            pass


def test_a_server_that_stops_lets_nobody_hang() -> None:
    server = LocalServer().start()
    with calling(server, REALTIME) as caller:
        caller.told()
        server.stop()
        with pytest.raises((ConnectionClosedError, ConnectionClosedOK)):
            caller.line.recv(timeout=10)
    assert server.open_connections == 0


def test_without_the_library_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "typed_openai.local.sockets.line", raising=False)
    monkeypatch.setitem(sys.modules, "websockets.datastructures", None)
    with LocalServer() as server:
        request = b"GET /v1/realtime?model=x HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\n\r\n"
        with socket.create_connection(("127.0.0.1", server.port), timeout=10) as line:
            line.sendall(request)
            answer = line.makefile("rb").read()
    assert answer.startswith(b"HTTP/1.1 501")
    assert b"typed-openai[realtime]" in answer
