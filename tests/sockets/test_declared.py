"""Every socket of the API is declared as the official package has it, and every event of each has a model."""

from __future__ import annotations

import inspect
from typing import Any

import pytest

from tests.conformance import spec
from typed_openai import AsyncOpenAI, OpenAI
from typed_openai.sockets import connections
from typed_openai.sockets.declaration import Socket

NOT_HERE = {"beta.realtime.connect"}
"""What was before it became stable; `realtime.connect` takes its place."""
SOCKETS = {f"{item['resource']}.{item['method']}": item for item in spec.operations() if item["kind"] == "websocket"}
COUNTS = {
    "Realtime": (11, 46),
    "Translations": (3, 7),
    "Responses": (2, 62),
    "BetaResponses": (3, 64),
    "Live": (15, 28),
    "Sideband": (14, 30),
    "Forks": (15, 28),
}
"""Events that go out and come in, in the official package 3.57."""
METHODS = ("recv", "recv_bytes", "parse_event", "send", "send_raw", "close", "on", "off", "once", "dispatch_events")
OFFICIAL = {
    *("extra_query", "extra_headers", "websocket_connection_options", "on_reconnecting", "max_retries"),
    *("initial_delay", "max_delay", "max_queue_size"),
}


def declared(title: str, client: Any) -> Any:
    found = client
    for name in title.split("."):
        found = getattr(found, name)
    return found


@pytest.mark.parametrize("title", sorted(SOCKETS.keys() - NOT_HERE))
def test_each_socket_is_declared_with_its_path_and_parameters(title: str) -> None:
    item = SOCKETS[title]
    for client in (OpenAI(api_key="sk-x"), AsyncOpenAI(api_key="sk-x")):
        connect = declared(title, client)
        socket: Socket = connect.declaration
        assert socket.endpoint.path == item["path"]
        assert socket.endpoint.title == title
        parameters = inspect.signature(connect).parameters
        needed = {name for name, each in parameters.items() if each.default is each.empty}
        assert needed == set(item["required"][0])
        assert set(parameters) >= OFFICIAL
        name = inspect.signature(connect).return_annotation.__name__
        assert name.replace("Beta", "") == ("Async" if client.is_async else "") + item["returns"]


def test_there_are_all_of_them() -> None:
    assert len(SOCKETS) == len(connections.ALL) + len(NOT_HERE)


@pytest.mark.parametrize("pair", connections.ALL, ids=lambda pair: pair.connections[0].protocol.name)
def test_each_connection_has_the_events_and_methods_that_programs_know(pair: connections.Colours) -> None:
    for kind in pair.connections:
        protocol = kind.protocol
        assert (len(protocol.events), len(protocol.by_type)) == COUNTS[protocol.name]
        assert all(hasattr(kind, name) for name in METHODS)
        assert {protocol.restores, protocol.hears, *protocol.asks} - {None} <= protocol.events.keys()
        assert {protocol.last, *protocol.begins, *protocol.ends} - {None} <= protocol.by_type.keys()
        assert vars(connections)[kind.__name__] is kind
    sync, awaited = pair.connections
    assert (sync.is_async, awaited.is_async) == (False, True)


def test_a_socket_has_no_raw_answer() -> None:
    client = OpenAI(api_key="sk-x")
    with pytest.raises(AttributeError, match="with_raw_response"):
        client.realtime.with_raw_response.connect  # noqa: B018 - it must not be there
    assert "connect" in dir(client.realtime)
    assert "connect" not in dir(client.realtime.with_raw_response)
    assert "on_reconnecting:" in client.realtime.connect.__doc__


def test_nothing_of_sockets_is_loaded_before_somebody_connects() -> None:
    from tests.test_house import loaded_after

    loaded = loaded_after("from typed_openai import OpenAI\nOpenAI(api_key='sk-x').responses.create")
    assert {name for name in loaded if name.startswith("typed_openai.sockets")} <= {
        "typed_openai.sockets",
        "typed_openai.sockets.declaration",
    }
    assert "websockets" not in loaded
