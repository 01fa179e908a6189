"""The same over TLS, where waking a thread that reads means taking its TLS layer away from under it."""

from __future__ import annotations

import asyncio
import ssl
import threading
import time
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from tests.wire.bodies import COMPLETION, DONE, HELLO, event, piece
from tests.wire.colours import KEY, MESSAGES, Colour, failing
from tests.wire.server import CERTIFICATE, CUT, END, RESET, STALL, Step, WireServer, answer, chunk, chunked, head
from typed_openai import AsyncOpenAI, OpenAI
from typed_openai.errors import (
    APIConnectionError,
    DeadlineExceededError,
    StreamDeadlineError,
    StreamInterruptedError,
    StreamStalledError,
    StreamTruncatedError,
)

DRIPPING: list[Step] = [0.02, chunk(event(piece({"content": "."})))] * 99
BLANKS: list[Step] = [0.02, b" "] * 99


@pytest.fixture
def secure() -> Iterator[WireServer]:
    with WireServer(tls=True) as running:
        yield running


def trusting(colour: Colour) -> Any:
    """An httpx client of this colour that trusts the server."""
    context = ssl.create_default_context(cafile=CERTIFICATE)
    return httpx.Client(verify=context) if colour.name == "sync" else httpx.AsyncClient(verify=context)


def test_a_certificate_that_nobody_trusts_is_final_and_says_what_to_set(secure: WireServer, colour: Colour) -> None:
    secure.script(answer(COMPLETION))
    error = failing(APIConnectionError, lambda: colour.chat(secure, max_retries=5)).error
    assert isinstance(error, APIConnectionError)
    assert (error.kind, error.final, len(error.attempts)) == ("tls", True, 1)
    assert "the certificate is not trusted" in str(error)
    assert "SSL_CERT_FILE" in str(error)
    assert f"127.0.0.1:{secure.port}" in str(error)


def test_calls_and_streams_share_a_connection(secure: WireServer) -> None:
    secure.script([*chunked(*HELLO, DONE), END], answer(COMPLETION))
    context = ssl.create_default_context(cafile=CERTIFICATE)
    with (
        httpx.Client(verify=context) as http_client,
        OpenAI(api_key=KEY, base_url=secure.base_url, http_client=http_client) as client,
    ):
        assert len(list(client.chat.completions.create(model="m", messages=MESSAGES, stream=True))) == 5
        client.chat.completions.create(model="m", messages=MESSAGES)
    assert secure.accepted == 1


STREAMS: dict[str, tuple[list[Step], type[Exception], dict[str, float]]] = {
    "stalled": ([*chunked(*HELLO[:2]), STALL], StreamStalledError, {"idle_timeout": 0.1}),
    "deadline, silent": ([*chunked(*HELLO[:2]), STALL], StreamDeadlineError, {"deadline": 0.6}),
    "deadline, until closed": ([*head(200), *HELLO[:2], STALL], StreamDeadlineError, {"deadline": 0.6}),
    "deadline, dripping": (
        [*chunked(*HELLO[:2]), *DRIPPING],
        StreamDeadlineError,
        {"deadline": 0.6},
    ),
    "cut": ([*chunked(*HELLO[:2]), CUT], StreamInterruptedError, {}),
    "reset": ([*chunked(*HELLO[:2]), 0.05, RESET], StreamInterruptedError, {}),
    "ended": ([*head(200), *HELLO[:2], CUT], StreamTruncatedError, {}),
}


@pytest.mark.parametrize(("script", "kind", "settings"), STREAMS.values(), ids=STREAMS)
def test_a_stream_that_fails_keeps_what_came(
    secure: WireServer, colour: Colour, script: list[Step], kind: Any, settings: dict[str, float]
) -> None:
    secure.script(script)
    with_own: dict[str, Any] = {"http_client": trusting(colour), **settings}
    ended = failing(kind, lambda: colour.chunks(secure, **with_own))
    error: Any = ended.error
    assert ended.seconds < 4
    assert error.partial.text.startswith("Hel")
    assert error.events_received >= 2


SLOW: dict[str, list[Step]] = {
    "silent": [*head(200), b"{", STALL],
    "dripping": [*head(200), b"{", *BLANKS],
    "dripping headers": [b"HTTP/1.1 200 OK\r\nX-Long: ", *BLANKS],
}


@pytest.mark.parametrize("script", SLOW.values(), ids=SLOW)
def test_a_deadline_ends_a_plain_call(secure: WireServer, colour: Colour, script: list[Step]) -> None:
    secure.script(script)
    ended = failing(DeadlineExceededError, lambda: colour.chat(secure, http_client=trusting(colour), deadline=0.1))
    assert ended.seconds < 4


def test_close_from_another_thread_ends_a_loop_that_waits(secure: WireServer) -> None:
    secure.script([*chunked(*HELLO[:2]), STALL])
    context = ssl.create_default_context(cafile=CERTIFICATE)
    with (
        httpx.Client(verify=context) as http_client,
        OpenAI(api_key=KEY, base_url=secure.base_url, http_client=http_client) as client,
    ):
        stream = client.chat.completions.create(model="m", messages=MESSAGES, stream=True)
        timer = threading.Timer(0.05, stream.close)
        timer.start()
        started = time.monotonic()
        assert len(list(stream)) == 2
        assert time.monotonic() - started < 4
        timer.join()
        assert secure.until(lambda: secure.open == 0)


async def test_a_dropped_async_stream_closes_its_connection(secure: WireServer) -> None:
    secure.script([*chunked(*HELLO[:2]), STALL])
    context = ssl.create_default_context(cafile=CERTIFICATE)
    async with (
        httpx.AsyncClient(verify=context) as http_client,
        AsyncOpenAI(api_key=KEY, base_url=secure.base_url, http_client=http_client) as client,
    ):
        await client.chat.completions.create(model="m", messages=MESSAGES, stream=True)
        async for _ in await client.chat.completions.create(model="m", messages=MESSAGES, stream=True):
            break
        limit = time.monotonic() + 2
        while secure.open and time.monotonic() < limit:  # noqa: ASYNC110 - the server is another thread
            await asyncio.sleep(0.002)
        assert secure.open == 0
