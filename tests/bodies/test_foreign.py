"""What comes past httpx, or from a file that is being sent, is an error of ours with its cause."""

from __future__ import annotations

import io
from functools import partial
from typing import Any

import pytest

from tests.canned import Connect, Wire, done, status
from tests.wire.server import WireServer, answer
from typed_openai import AsyncOpenAI, OpenAI
from typed_openai.errors import APIConnectionError, OpenAIError

FILE = {"id": "f", "object": "file", "bytes": 1, "created_at": 1, "filename": "a", "purpose": "user_data"}


@pytest.fixture
def server() -> Any:
    with WireServer() as running:
        yield running


@pytest.fixture(
    params=[OpenAI, AsyncOpenAI, partial(AsyncOpenAI, transport="aiohttp")], ids=["sync", "async", "aiohttp"]
)
def client(request: pytest.FixtureRequest, server: WireServer) -> Any:
    return request.param(api_key="sk-x", base_url=server.base_url, max_retries=0, timeout=5)


@pytest.mark.parametrize("port", ["99999", "70000", "65536"])
async def test_a_redirect_to_a_port_that_cannot_be(server: WireServer, client: Any, port: str) -> None:
    server.script(answer(b"", 307, Location=f"http://127.0.0.1:{port}/v1/models"))
    with pytest.raises(APIConnectionError) as caught:
        await done(client.models.list())
    assert caught.value.__cause__ is not None
    assert port in str(caught.value)


@pytest.mark.parametrize("location", ["http://[::1", "http://h:port/", "http://\udcff/", "http:///", "https://", "x:y"])
async def test_a_redirect_to_what_is_no_address(server: WireServer, client: Any, location: str) -> None:
    server.script(answer(b"", 307, Location=location.encode("utf-8", "surrogateescape").decode("latin-1", "replace")))
    with pytest.raises(OpenAIError):
        await done(client.models.list())


class Growing(io.BytesIO):
    """A file that is longer each time it is asked, as a log is that somebody writes to."""

    def read(self, size: int | None = -1) -> bytes:
        return super().read(size) + b"and more"


class Shrinking(io.BytesIO):
    """A file whose end is gone when it is read."""

    def read(self, size: int | None = -1) -> bytes:
        return super().read(size)[:10]


async def test_a_file_that_changes_while_it_is_sent(server: WireServer, client: Any) -> None:
    server.script(answer(FILE))
    for kind in (Growing, Shrinking):
        with pytest.raises(APIConnectionError) as caught:
            await done(client.files.create(file=("a.txt", kind(b"x" * 100)), purpose="user_data"))
        assert caught.value.final
        assert caught.value.__cause__ is not None
        assert "did a file change while it was sent?" in str(caught.value)


class Once:
    """A file that cannot be rewound."""

    def __init__(self) -> None:
        self.read = io.BytesIO(b"x" * 100).read


async def test_a_file_that_cannot_be_rewound_does_not_follow_a_redirect_empty(server: WireServer, client: Any) -> None:
    server.script(answer(b"", 307, Location="/v1/elsewhere"), answer(FILE))
    with pytest.raises(APIConnectionError, match="it was sent once, and cannot be rewound") as caught:
        await done(client.files.create(file=("a.txt", Once()), purpose="user_data"))
    assert caught.value.final


@pytest.mark.parametrize(
    "failure", [OSError("disk"), ValueError("closed"), TypeError("bytes"), AttributeError("x"), RuntimeError("y")]
)
async def test_a_file_that_cannot_be_read_to_its_end(connect: Connect, failure: Exception) -> None:
    class Broken(io.BytesIO):
        reads = 0

        def read(self, size: int | None = -1) -> bytes:
            self.reads += 1
            if self.reads > 2:
                raise failure
            return super().read(size)

    with pytest.raises(APIConnectionError, match="cannot be read") as caught:
        await done(
            connect(Wire(status(200, FILE)), max_retries=0).files.create(
                file=("a", Broken(b"x" * 200_000)), purpose="user_data"
            )
        )
    assert caught.value.kind == "file"
    assert caught.value.final


async def test_a_file_that_gives_text_while_it_is_sent(connect: Connect) -> None:
    class Text(io.BytesIO):
        reads = 0

        def read(self, size: int | None = -1) -> Any:
            self.reads += 1
            return super().read(size) if self.reads < 2 else "text"

    with pytest.raises(OpenAIError, match="gave str, not bytes"):
        await done(connect(Wire(status(200, FILE))).files.create(file=("a", Text(b"x" * 200)), purpose="user_data"))
