"""respx answers in the place of httpcore: calls and streams are read as ever, also where a connection is open."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
import respx

from tests.canned import Connect, done, entered, listed
from tests.wire.bodies import COMPLETION, HELLO
from tests.wire.server import WireServer, answer

ASKED: dict[str, Any] = {"model": "m", "messages": [{"role": "user", "content": "hello"}]}
STREAM = {"content-type": "text/event-stream"}


@pytest.mark.parametrize("is_warm", [False, True], ids=["a new connection", "one that served"])
async def test_a_mock_of_the_core_answers_calls_and_streams(
    server: WireServer, connect: Connect, is_warm: bool
) -> None:
    server.script(answer(COMPLETION))
    async with entered(connect.kind(api_key="sk-x", base_url=server.base_url, max_retries=0)) as client:
        if is_warm:
            assert (await done(client.chat.completions.create(**ASKED))).text == "Hello there"
        with respx.mock(base_url=server.base_url) as router:
            router.get("/models/m").mock(return_value=httpx.Response(200, json={"id": "mocked", "object": "model"}))
            said = httpx.Response(200, headers=STREAM, content=b"".join([*HELLO, b"data: [DONE]\n\n"]))
            router.post("/chat/completions").mock(return_value=said)
            router.get("/files/f/content").mock(return_value=httpx.Response(200, content=b"abc"))
            assert (await done(client.models.retrieve("m"))).id == "mocked"
            chunks = await listed(await done(client.chat.completions.create(**ASKED, stream=True)))
            assert "".join(chunk.text or "" for chunk in chunks).startswith("Hello")
            async with entered(client.files.with_streaming_response.content("f")) as response:
                assert await done(response.read()) == b"abc"
    assert len(server.requests) == is_warm
