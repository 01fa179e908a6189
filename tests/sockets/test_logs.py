"""What the library of sockets writes into its log holds no key: it writes every header, for whoever listens."""

from __future__ import annotations

import logging
from typing import Any

import pytest

from tests.sockets.conftest import Colour
from typed_openai.core.careful_log import CarefulLog
from typed_openai.local import LocalServer
from typed_openai.testing import SocketRecorder, SocketReplayer

KEY = "sk-proj-Abcdefghijk1234567890"


def converse(colour: Colour, url: str) -> None:
    client = colour.client(url, api_key=KEY)
    with colour.opened(client.realtime.connect(model="m")) as connection:
        assert colour.run(connection.recv()).type == "session.created"


def test_no_key_is_in_the_log_of_either_side(colour: Colour, caplog: pytest.LogCaptureFixture, tmp_path: Any) -> None:
    path = tmp_path / "it.jsonl"
    with caplog.at_level(logging.DEBUG), LocalServer() as server:
        converse(colour, server.base_url)
        with SocketRecorder(path, server.base_url, api_key=KEY) as recorder:
            converse(colour, recorder.base_url)
        with SocketReplayer(path) as replayer:
            converse(colour, replayer.base_url)
    assert "authorization: [REDACTED]" in caplog.text.lower().replace("[redacted]", "[REDACTED]")
    assert "Switching Protocols" in caplog.text
    assert KEY not in caplog.text


def test_numbers_stay_numbers_and_nothing_is_made_for_nobody(caplog: pytest.LogCaptureFixture) -> None:
    log = CarefulLog("websockets.client")
    with caplog.at_level(logging.DEBUG, "websockets.client"):
        log.debug("%d bytes, %s", 3, ValueError("why"))
        log.info("> %s: %s", "X-Api-Key", "hush")
    assert [record.getMessage() for record in caplog.records] == ["3 bytes, why", "> X-Api-Key: [REDACTED]"]
