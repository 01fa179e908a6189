"""Bodies without bound: what is kept of one has a bound, whatever it was packed into, and what came is on the error."""

from __future__ import annotations

import gzip
import json
import tracemalloc
from collections.abc import AsyncIterator, Iterator
from typing import Any

import httpx
import pytest

from tests.canned import HELLO, Connect, Wire, completion, done, entered, listed
from typed_openai import OpenAI
from typed_openai.core.run.effects import MAX_ERROR_BODY
from typed_openai.core.run.pools import MOST_OF_A_REDIRECT
from typed_openai.errors import (
    APIConnectionError,
    BodyTooLargeError,
    ConfigurationError,
    InternalServerError,
    OpenAIError,
    StreamTooLargeError,
)
from typed_openai.settings.config import Config

MB = 1024 * 1024


class Endless(httpx.SyncByteStream, httpx.AsyncByteStream):
    """A body that never ends; `given` counts its blocks."""

    def __init__(self, block: bytes, first: bytes = b"") -> None:
        self.block, self.first, self.given = block, first, 0

    def __iter__(self) -> Iterator[bytes]:
        yield self.first
        while True:
            self.given += 1
            yield self.block

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for block in self:
            yield block

    async def aclose(self) -> None:
        """Nothing to close."""


def endless(status: int = 200, block: bytes = b"x" * 65536, first: bytes = b"", **headers: str) -> tuple[Any, Endless]:
    body = Endless(block, first)
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return (lambda request: httpx.Response(status, stream=body, headers=named)), body


def bomb(megabytes: int) -> bytes:
    """Zeros, packed into a thousandth."""
    return gzip.compress(bytes(megabytes * MB), compresslevel=1)


async def test_an_endless_answer_is_an_error_with_what_came_and_is_not_asked_for_again(connect: Connect) -> None:
    answer, _ = endless(first=b'{"id": ')
    wire = Wire(answer)
    with pytest.raises(BodyTooLargeError, match="more than 100000 bytes; raise max_body") as caught:
        await done(connect(wire, max_body=100_000).chat.completions.create(**HELLO))
    error = caught.value
    assert isinstance(error, APIConnectionError)
    assert (len(error.content), error.content[:7], error.kind, error.meta.status) == (100_000, b'{"id": ', "size", 200)
    assert len(wire.requests) == 1
    assert error.__cause__ is not None


async def test_a_small_body_that_unpacks_to_a_large_one_is_stopped_in_time(connect: Connect) -> None:
    content = bomb(64)
    answer = lambda request: httpx.Response(200, content=content, headers={"content-encoding": "identity"})  # noqa: E731
    stream = lambda request: httpx.Response(  # noqa: E731
        200, stream=Endless(b"", content), headers={"content-encoding": "gzip"}
    )
    assert len(content) < MB
    tracemalloc.start()
    try:
        for read in ("content", "streamed"):
            client = connect(Wire(stream), max_body=2 * MB)
            with pytest.raises(BodyTooLargeError):
                await (done(client.files.content("f")) if read == "content" else whole(client))
        assert tracemalloc.get_traced_memory()[1] < 16 * MB
    finally:
        tracemalloc.stop()
    assert (await done(connect(Wire(answer), max_body=2 * MB).files.content("f"))).content == content


async def whole(client: Any) -> bytes:
    """The body of a streamed answer, in either colour."""
    manager = client.files.with_streaming_response.content("f")
    async with entered(manager) as response:
        content: bytes = await done(response.read())
        return content


async def test_the_body_of_an_error_is_kept_up_to_a_mebibyte_and_the_error_is_that_of_its_status(
    connect: Connect,
) -> None:
    answer, body = endless(500, first=b'{"error": {"message": "no"')
    with pytest.raises(InternalServerError) as caught:
        await done(connect(Wire(answer), max_retries=0).models.list())
    assert len(caught.value.content) == MAX_ERROR_BODY == MB
    assert body.given < 100


async def test_the_body_of_an_error_of_a_streamed_call_has_the_same_bound(connect: Connect) -> None:
    answer, _ = endless(500)
    with pytest.raises(InternalServerError) as caught:
        await done(connect(Wire(answer), max_retries=0).chat.completions.create(**HELLO, stream=True))
    assert len(caught.value.content) == MB


@pytest.mark.parametrize("line", [b": keepalive\n\n", b"event: noise\ndata: {}\n\n"])
async def test_an_endless_stream_is_an_error_with_its_partial(connect: Connect, line: bytes) -> None:
    choice = {"index": 0, "delta": {"role": "assistant", "content": "Hel"}, "finish_reason": None}
    chunk = {"id": "c", "object": "chat.completion.chunk", "created": 1, "model": "m", "choices": [choice]}
    first = b"data: " + json.dumps(chunk).encode() + b"\n\n"
    answer, _ = endless(block=first if line == b"" else line * 100, first=first, content_type="text/event-stream")
    client = connect(Wire(answer), max_body=50_000)
    with pytest.raises(StreamTooLargeError) as caught:
        await listed(await done(client.chat.completions.create(**HELLO, stream=True)))
    assert isinstance(caught.value, BodyTooLargeError)
    assert caught.value.partial.choices[0].message.content == "Hel"
    assert 50_000 <= len(caught.value.content) < 60_000


async def test_a_stream_of_content_has_the_same_bound(connect: Connect) -> None:
    choice = {"index": 0, "delta": {"role": "assistant", "content": "a"}, "finish_reason": None}
    chunk = {"id": "c", "object": "chat.completion.chunk", "created": 1, "model": "m", "choices": [choice]}
    answer, _ = endless(block=b"data: " + json.dumps(chunk).encode() + b"\n\n", content_type="text/event-stream")
    with pytest.raises(StreamTooLargeError) as caught:
        await listed(await done(connect(Wire(answer), max_body=20_000).chat.completions.create(**HELLO, stream=True)))
    assert set(caught.value.partial.choices[0].message.content) == {"a"}


async def test_a_line_without_end_has_the_same_bound_and_bytes_taken_bit_by_bit_have_none(connect: Connect) -> None:
    answer, _ = endless()
    client = connect(Wire(answer), max_body=100_000)
    manager = client.files.with_streaming_response.content("f")
    if connect.is_async:
        async with manager as response:
            taken = 0
            async for block in response.iter_bytes():
                taken += len(block)
                if taken > 1_000_000:
                    break
            lines = client.files.with_streaming_response.content("f")
        async with lines as response:
            with pytest.raises(BodyTooLargeError):
                await listed(response.iter_lines())
    else:
        with manager as response:
            taken = 0
            for block in response.iter_bytes():
                taken += len(block)
                if taken > 1_000_000:
                    break
        with client.files.with_streaming_response.content("f") as response, pytest.raises(BodyTooLargeError):
            list(response.iter_lines())
    assert taken > 1_000_000


async def test_no_bound_is_no_bound(connect: Connect) -> None:
    large = completion("x" * 2000)
    assert len((await done(connect(Wire(large), max_body=False).chat.completions.create(**HELLO))).text) == 2000
    with pytest.raises(BodyTooLargeError):
        await done(connect(Wire(large), max_body=2000).chat.completions.create(**HELLO))


def test_the_bound_is_a_gibibyte_unless_told_and_must_be_a_number_of_bytes() -> None:
    assert Config.resolve({}).max_body == 1024**3
    assert Config.resolve({"max_body": False}).max_body is None
    for wrong in (0, -1, 1.5, "1", True):
        with pytest.raises(ConfigurationError, match="max_body"):
            Config.resolve({"max_body": wrong})


def test_the_body_of_a_redirect_is_neither_unpacked_nor_without_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    body = Endless(bomb(8))

    def answer(request: httpx.Request) -> httpx.Response:
        headers = {"location": "/v1/elsewhere", "content-encoding": "gzip"}
        return httpx.Response(307, stream=body, headers=headers)

    client = OpenAI(api_key="sk-x", max_retries=0)
    monkeypatch.setattr(httpx.HTTPTransport, "handle_request", lambda self, request: answer(request))
    with pytest.raises(OpenAIError):
        client.models.list()
    assert body.given * len(body.block) <= MOST_OF_A_REDIRECT + len(body.block)
