"""Servers that answer before they have taken the request: what they say is heard, and the connection is let go."""

from __future__ import annotations

import re
import socket
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest

from tests.wire.bodies import DONE, HELLO
from tests.wire.clients import async_client, gone
from tests.wire.colours import MESSAGES, Colour
from tests.wire.server import Step, WireServer, answer, head
from typed_openai import APIStatusError

LONG: dict[str, Any] = {"extra_body": {"padding": "x" * 4_000_000}}
REFUSED = answer({"error": {"message": "much too long"}}, 413, connection="close")
STREAM: list[Step] = [*head(200), *HELLO, DONE]


class Hasty(WireServer):
    """Plays its script when it has read the headers, says that nothing more comes, and takes the rest."""

    def _serve(self, connection: socket.socket) -> None:
        with connection, suppress(OSError):  # the client left
            self._answer(connection)
        self.open -= 1

    def _answer(self, connection: socket.socket) -> None:
        data = b""
        while b"\r\n\r\n" not in data:
            data += connection.recv(4096)
        top, _, body = data.partition(b"\r\n\r\n")
        for step in self._scripts[0]:
            self._play(connection, step)
        connection.shutdown(socket.SHUT_WR)
        said = re.search(rb"(?i)content-length: (\d+)", top)
        left = int(said[1]) - len(body) if said is not None else 0
        while left > 0 and (more := len(connection.recv(65536))):
            left -= more


@pytest.fixture
def hasty() -> Iterator[Hasty]:
    with Hasty() as running:
        yield running


def test_a_refusal_that_comes_before_the_request_was_read_is_told(hasty: Hasty, colour: Colour) -> None:
    hasty.script(REFUSED)
    with pytest.raises(APIStatusError, match="much too long"):
        colour.chat(hasty, options=LONG)


@pytest.mark.usefixtures("transport")
async def test_a_stream_whose_connection_is_gone_is_read_to_its_end(hasty: Hasty) -> None:
    hasty.script(STREAM)
    async with async_client(hasty) as client:
        stream = await client.chat.completions.create(model="m", messages=MESSAGES, stream=True, **LONG)
        assert await gone(hasty)
        assert len([chunk async for chunk in stream]) == 5
