"""A server made of Python for tests: it keeps every request it gets and gives the answers it was told, in turn.

    wire = Wire(status(500), completion())
    client = connect(wire)
    await done(client.chat.completions.create(**HELLO))
    assert len(wire.requests) == 2

`Connect` puts it under the pool of a client, so that requests take the fast path of clients without an `http_client`;
`wire.client()` and `wire.async_client()` are httpx clients to pass as `http_client`. After the last answer it is given
again and again. Clients are typed `Any` here: tests also call them wrongly.
"""

from __future__ import annotations

import asyncio
import inspect
import json
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from email.parser import BytesParser
from email.policy import HTTP
from typing import Any

import httpx
import pytest

from typed_openai.azure import AsyncAzureOpenAI, AzureOpenAI
from typed_openai.client import AsyncOpenAI, OpenAI
from typed_openai.errors import APIError, RequestValidationError

KEY = "sk-test-0123456789"
HELLO: dict[str, Any] = {"model": "m", "messages": [{"role": "user", "content": "hello"}]}

Answer = Callable[[httpx.Request], httpx.Response]


def status(code: int, json: object = None, *, headers: Mapping[str, str] | None = None, content: bytes = b"") -> Answer:
    """An answer with this status and body (nothing unless given)."""

    def answer(request: httpx.Request) -> httpx.Response:
        if json is None:
            return httpx.Response(code, content=content, headers=headers)
        return httpx.Response(code, json=json, headers=headers)

    return answer


def failure(status_code: int, /, *, headers: Mapping[str, str] | None = None, **error: object) -> Answer:
    """An error as OpenAI's server reports it."""
    body = {"message": "no", "type": "some_error", "param": None, "code": None, **error}
    return status(status_code, {"error": body}, headers=headers)


def broken(error: Exception) -> Answer:
    """No answer: the transport raises."""

    def answer(request: httpx.Request) -> httpx.Response:
        raise error

    return answer


def completion(content: str = "hi", **more: object) -> Answer:
    """A whole chat completion."""
    message = {"role": "assistant", "content": content, "refusal": None}
    choice = {"index": 0, "message": message, "logprobs": None, "finish_reason": "stop"}
    body = {"id": "chatcmpl-1", "object": "chat.completion", "created": 1, "model": "m", "choices": [choice], **more}
    return status(200, body)


def stream_of(*texts: str, **headers: str) -> Answer:
    """A streamed chat completion, one chunk for each text."""
    chunks = []
    for text in texts:
        choice = {"index": 0, "delta": {"role": "assistant", "content": text}, "finish_reason": None}
        chunks.append({"id": "c", "object": "chat.completion.chunk", "created": 1, "model": "m", "choices": [choice]})
    events = [f"data: {json.dumps(chunk)}\n\n" for chunk in chunks]
    body = "".join([*events, "data: [DONE]\n\n"]).encode()
    return status(200, content=body, headers={"content-type": "text/event-stream", **headers})


def models(*ids: str, **more: object) -> Answer:
    """A list of models."""
    data = [{"id": id, "created": 1, "object": "model", "owned_by": "me"} for id in ids]
    return status(200, {"object": "list", "data": data, **more})


is_coroutine_function: Callable[[object], bool] = (
    inspect.iscoroutinefunction if hasattr(inspect, "markcoroutinefunction") else asyncio.iscoroutinefunction
)
"""What this Python asks to know whether a callable is awaited: from 3.12 on `inspect` can be told, before only asyncio
could, which warns of it from 3.14 on."""


class Wire:
    """The server: `requests` are those it got, oldest first."""

    def __init__(self, *answers: Answer) -> None:
        self.answers = answers or (completion(),)
        self.requests: list[httpx.Request] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        return self.answers[min(len(self.requests), len(self.answers)) - 1](request)

    @property
    def request(self) -> httpx.Request:
        """The only request."""
        assert len(self.requests) == 1
        return self.requests[0]

    @property
    def last(self) -> httpx.Request:
        return self.requests[-1]

    @property
    def body(self) -> Any:
        """The JSON of the latest request; constants that JSON does not have are refused."""
        return json.loads(self.last.content, parse_constant=_refuse)

    def client(self, **options: Any) -> httpx.Client:
        return httpx.Client(transport=httpx.MockTransport(self), **options)

    def async_client(self, **options: Any) -> httpx.AsyncClient:
        return httpx.AsyncClient(transport=httpx.MockTransport(self), **options)


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is not JSON")


class Connect:
    """Makes clients of one colour."""

    def __init__(self, is_async: bool) -> None:
        self.is_async = is_async
        self.kind: Any = AsyncOpenAI if is_async else OpenAI

    def __call__(self, wire: Wire, **settings: Any) -> Any:
        """A client whose own pool leads to `wire`; it has a key unless `api_key` is given."""
        client = self.kind(**{"api_key": KEY, **settings})
        native = self.http_client(wire)
        client.driver.pool.client = lambda *loop: native
        return client

    def http_client(self, wire: Wire, **options: Any) -> Any:
        """An httpx client of this colour that leads to `wire`."""
        return wire.async_client(**options) if self.is_async else wire.client(**options)


class AzureConnect(Connect):
    """Makes clients of Azure of one colour."""

    def __init__(self, is_async: bool) -> None:
        super().__init__(is_async)
        self.kind = AsyncAzureOpenAI if is_async else AzureOpenAI


async def done(value: Any) -> Any:
    """The outcome of a call, whichever colour it had."""
    return await value if inspect.isawaitable(value) else value


async def listed(items: Any) -> list[Any]:
    """All items of an iterable of either colour."""
    return [item async for item in items] if hasattr(items, "__aiter__") else list(items)


@asynccontextmanager
async def entered(manager: Any) -> AsyncIterator[Any]:
    """What a context manager of either colour gives."""
    if hasattr(manager, "__aenter__"):
        async with manager as opened:
            yield opened
    else:
        with manager as opened:
            yield opened


def parts(request: httpx.Request) -> list[tuple[str | None, str | None, str | None, bytes]]:
    """What a multipart request consists of: (field name, file name, content type, content) in order."""
    head = b"Content-Type: " + request.headers["content-type"].encode() + b"\r\n\r\n"
    message = BytesParser(policy=HTTP).parsebytes(head + request.content)
    found = []
    for part in message.iter_parts():
        disposition = part["content-disposition"]
        kind = part["content-type"]
        content: Any = part.get_payload(decode=True)
        found.append((disposition.params.get("name"), disposition.params.get("filename"), kind and str(kind), content))
    return found


async def ask(connect: Connect, wire: Wire, settings: Mapping[str, Any] | None = None, **kwargs: Any) -> Any:
    """The outcome of a small chat request."""
    return await done(connect(wire, **(settings or {})).chat.completions.create(**HELLO, **kwargs))


async def failing(connect: Connect, wire: Wire, settings: Mapping[str, Any] | None = None, **kwargs: Any) -> APIError:
    """The error that a small chat request ends with."""
    with pytest.raises(APIError) as caught:
        await ask(connect, wire, settings, **kwargs)
    return caught.value


async def body_of(connect: Connect, *args: Any, settings: Mapping[str, Any] | None = None, **kwargs: Any) -> Any:
    """The JSON that `chat.completions.create` sends."""
    wire = Wire()
    await done(connect(wire, **(settings or {})).chat.completions.create(*args, **kwargs))
    return wire.body


async def refused(connect: Connect, *args: Any, **kwargs: Any) -> RequestValidationError:
    """The refusal of `chat.completions.create`; nothing may have been sent."""
    wire = Wire()
    with pytest.raises(RequestValidationError) as caught:
        await done(connect(wire).chat.completions.create(*args, **kwargs))
    assert wire.requests == []
    return caught.value
