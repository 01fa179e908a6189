"""Inside a web application: params models as bodies, results as answers, streams passed on and read back.

A real FastAPI application, asked over ASGI and (where connections matter) over sockets; our own client reads it.
"""

from __future__ import annotations

import asyncio
import json
import threading
import time
import warnings
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import pytest
import uvicorn
from fastapi import FastAPI
from fastapi.responses import StreamingResponse

from tests.canned import Wire, failure, status, stream_of
from tests.conformance.declared import answers, declared
from typed_openai import APIStreamError, AsyncOpenAI, OpenAI, StreamError
from typed_openai.local import LocalServer
from typed_openai.models.chat.completions import ChatCompletion
from typed_openai.models.chat.params import ChatCompletionCreateParams
from typed_openai.models.responses.params import ResponseCreateParams

HELLO: dict[str, Any] = {"model": "gpt-4o", "messages": [{"role": "user", "content": "Hello there, my friend"}]}
SSE = "text/event-stream"
PNG = b"\x89PNG\r\n\x1a\n" + bytes(60)


# -- bodies and answers -----------------------------------------------------------------------------------------------


def routed(title: str, body: Any = None, answer: Any = None) -> FastAPI:
    """An application with one route."""
    app = FastAPI()

    async def ask(given: Any) -> Any:
        return given

    ask.__annotations__.update({"given": body} if body is not None else {"given": int})
    app.post(f"/{title.replace(' ', '_')}", response_model=answer)(ask)
    return app


def references(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        if isinstance(node.get("$ref"), str):
            yield node["$ref"]
        for value in node.values():
            yield from references(value)
    elif isinstance(node, list):
        for value in node:
            yield from references(value)


def described(app: FastAPI) -> dict[str, Any]:
    """The OpenAPI document, whose references must all lead somewhere; a warning would be an error here."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        document = app.openapi()
    known = {f"#/components/schemas/{name}" for name in document.get("components", {}).get("schemas", {})}
    assert set(references(document)) <= known
    return document


def test_every_params_model_is_a_body_without_warnings_and_with_a_whole_schema() -> None:
    with_params = {title: each.params for title, each in declared().items() if each.params is not None}
    assert len(with_params) > 60
    for title, params in with_params.items():
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            document = described(routed(title, body=params))
        schema = document["components"]["schemas"][params.__name__]
        assert schema["additionalProperties"] is False, title
        assert {info.alias or name for name, info in params.model_fields.items()} == set(schema.get("properties", {}))


def test_every_result_is_an_answer_without_warnings_and_with_a_whole_schema() -> None:
    found = answers()
    assert len(found) > 80
    for title, (_, model) in found.items():
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            described(routed(title, answer=model))


def test_the_sentences_under_fields_are_descriptions_and_a_field_with_one_value_needs_none() -> None:
    schemas = described(routed("chat", ChatCompletionCreateParams, ChatCompletion))["components"]["schemas"]
    for name in ("ChatCompletionCreateParams", "ChatCompletion"):
        properties = schemas[name]["properties"]
        undescribed = [schema for schema in properties.values() if not schema.get("description")]
        assert [schema for schema in undescribed if len(schema["anyOf"][0].get("enum", ())) != 1] == []


def test_values_that_are_known_are_told_of_fields_that_take_others_too() -> None:
    schemas = described(routed("chat", answer=ChatCompletion))["components"]["schemas"]
    known, other = schemas["Choice"]["properties"]["finish_reason"]["anyOf"]
    assert {"stop", "length", "tool_calls"} <= set(known["enum"])
    assert other == {"type": "string"}


@contextmanager
def served(app: FastAPI) -> Iterator[str]:
    """The application on a socket; gives its URL."""
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="critical", lifespan="off", ws="none"))
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        while not server.started:
            time.sleep(0.01)
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()


def application(make: Callable[[], AsyncOpenAI], make_sync: Callable[[], OpenAI] | None = None) -> FastAPI:
    """A gateway: it takes what the API takes and gives what the API gives."""
    app = FastAPI()

    @app.post("/v1/chat/completions", response_model=None)
    async def chat(params: ChatCompletionCreateParams) -> ChatCompletion | StreamingResponse:
        client = make()
        if params.stream:
            stream = await client.chat.completions.create(params, stream=True)
            return StreamingResponse(stream.to_sse(), media_type=SSE)
        answer: ChatCompletion = await client.chat.completions.create(params)
        return answer

    @app.post("/v1/responses", response_model=None)
    async def responses(params: ResponseCreateParams) -> Any:
        stream = await make().responses.create(params, stream=True)
        return StreamingResponse(stream.to_sse(), media_type=SSE)

    @app.post("/events")
    async def events(params: ChatCompletionCreateParams) -> StreamingResponse:
        stream = make().chat.completions.stream(params)
        return StreamingResponse(stream.to_sse(), media_type=SSE)

    @app.post("/sync/v1/chat/completions")
    def sync(params: ChatCompletionCreateParams) -> StreamingResponse:
        assert make_sync is not None
        stream = make_sync().chat.completions.create(params, stream=True)
        return StreamingResponse(stream.to_sse(), media_type=SSE)

    @app.post("/typed", response_model_exclude_unset=True)
    async def typed(params: ChatCompletionCreateParams) -> ChatCompletion:
        answer: ChatCompletion = await make().chat.completions.create(params)
        return answer

    return app


def gateway(app: FastAPI) -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://gateway")


@pytest.fixture
def app(openai_server: LocalServer) -> FastAPI:
    def make() -> AsyncOpenAI:
        return AsyncOpenAI(base_url=openai_server.base_url, api_key="sk-upstream")

    return application(make, lambda: OpenAI(base_url=openai_server.base_url, api_key="sk-upstream"))


async def test_a_body_is_checked_by_the_model_and_the_answer_is_what_came(app: FastAPI) -> None:
    async with gateway(app) as client:
        wrong = await client.post("/typed", json={**HELLO, "temprature": 1})
        right = await client.post("/typed", json=HELLO)
    assert wrong.status_code == 422
    assert wrong.json()["detail"][0]["loc"] == ["body", "temprature"]
    assert right.status_code == 200
    assert ChatCompletion.model_validate(right.json()).text
    assert "tool_calls" not in right.json()["choices"][0]["message"]


async def test_our_client_reads_through_the_application_what_it_reads_directly(
    app: FastAPI, openai_server: LocalServer
) -> None:
    async with gateway(app) as http:
        through = AsyncOpenAI(base_url="http://gateway/v1", api_key="k", http_client=http)
        direct = AsyncOpenAI(base_url=openai_server.base_url, api_key="k")
        texts = []
        for client in (through, direct):
            stream = await client.chat.completions.create(**HELLO, stream=True)
            chunks = [chunk async for chunk in stream]
            assert stream.is_complete
            texts.append("".join(str(chunk.choices[0].delta.content or "") for chunk in chunks if chunk.choices))
        assert texts[0] == texts[1] != ""
        async with through.chat.completions.stream(**HELLO) as typed:
            assert (await typed.get_final_completion()).text == texts[0]
        async with through.responses.stream(model="gpt-5", input="Hello there") as events:
            kinds = [event.type async for event in events]
            final = await events.get_final_response()
        assert kinds[-1] == "response.completed"
        assert final.output_text


async def test_the_bytes_are_those_of_the_api(app: FastAPI) -> None:
    async with gateway(app) as client:
        chat = (await client.post("/v1/chat/completions", json={**HELLO, "stream": True})).text
        response = (await client.post("/v1/responses", json={"model": "m", "input": "a", "stream": True})).text
    assert chat.endswith("\n\ndata: [DONE]\n\n")
    assert "event:" not in chat
    assert response.startswith('event: response.created\ndata: {"')
    assert "[DONE]" not in response
    assert "event: response.completed\n" in response


async def test_typed_events_are_json_objects_with_their_type(app: FastAPI) -> None:
    async with gateway(app) as client:
        text = (await client.post("/events", json=HELLO)).text
    blocks = [block.split("\n") for block in text.strip().split("\n\n")]
    assert blocks.pop() == ["data: [DONE]"]
    for name, data in blocks:
        assert json.loads(data.removeprefix("data: "))["type"] == name.removeprefix("event: ")
    assert {name for name, _ in blocks} >= {"event: content.delta", "event: content.done"}


def test_streams_of_both_colours_pass_through_sockets(app: FastAPI) -> None:
    with served(app) as url:
        for base in (f"{url}/v1", f"{url}/sync/v1"):
            with OpenAI(base_url=base, api_key="k") as client:
                stream = client.chat.completions.create(**HELLO, stream=True)
                assert "".join(str(chunk.choices[0].delta.content or "") for chunk in stream if chunk.choices)
                assert stream.is_complete


# -- what goes wrong --------------------------------------------------------------------------------------------------


def broken_upstream(*answers: Any) -> Callable[[], AsyncOpenAI]:
    wire = Wire(*answers)
    return lambda: AsyncOpenAI(
        base_url="https://inner.corp/v1", api_key="sk-upstream-key", http_client=wire.async_client(), max_retries=0
    )


CHOICE = '{"index":0,"delta":{"content":"Hi"}}'
CHUNK = f'{{"id":"c","object":"chat.completion.chunk","created":1,"model":"m","choices":[{CHOICE}]}}'
BROKEN = {
    "error event": (
        f'data: {CHUNK}\n\ndata: {{"error": {{"message": "overloaded", "code": "busy"}}}}\n\n',
        "overloaded",
    ),
    "cut": (f"data: {CHUNK}\n\ndata: {CHUNK[:20]}", "the stream"),
    "not JSON": (f"data: {CHUNK}\n\ndata: oops\n\n", "not JSON"),
}


@pytest.mark.parametrize("body", BROKEN.values(), ids=BROKEN)
async def test_an_error_inside_is_the_last_event_and_our_client_raises_it(
    body: tuple[str, str], caplog: pytest.LogCaptureFixture
) -> None:
    text, told = body
    answer = status(200, content=text.encode(), headers={"content-type": SSE})
    async with gateway(application(broken_upstream(answer))) as http:
        raw = (await http.post("/v1/chat/completions", json={**HELLO, "stream": True})).text
        client = AsyncOpenAI(base_url="http://gateway/v1", api_key="k", http_client=http, max_retries=0)
        with pytest.raises(APIStreamError, match=told) as caught:
            async for _ in await client.chat.completions.create(**HELLO, stream=True):
                pass
    assert "[DONE]" not in raw
    assert "inner.corp" not in raw
    assert "sk-upstream-key" not in raw + caplog.text
    assert "a stream that is passed on ended with" in caplog.text
    assert caught.value.partial.text == "Hi"


async def test_a_refusal_before_the_first_event_is_an_event_too() -> None:
    refusal = failure(429, message="slow down", code="rate_limit_exceeded")
    async with gateway(application(broken_upstream(refusal))) as http:
        text = (await http.post("/events", json=HELLO)).text
    (line,) = text.strip().split("\n")
    assert json.loads(line.removeprefix("data: "))["error"] == {
        "message": "slow down",
        "type": "some_error",
        "code": "rate_limit_exceeded",
        "param": None,
    }


async def test_errors_of_named_events_have_their_name() -> None:
    event = 'event: response.created\ndata: {"type": "response.created", "sequence_number": 0, "response": {}}\n\n'
    answer = status(200, content=event.encode(), headers={"content-type": SSE})
    async with gateway(application(broken_upstream(answer))) as http:
        text = (await http.post("/v1/responses", json={"model": "m", "input": "a", "stream": True})).text
        client = AsyncOpenAI(base_url="http://gateway/v1", api_key="k", http_client=http, max_retries=0)
        with pytest.raises(StreamError):
            async for _ in await client.responses.create(model="m", input="a", stream=True):
                pass
    assert "event: error\ndata: " in text


class Body(httpx.SyncByteStream, httpx.AsyncByteStream):
    """A body without end that knows whether it was closed."""

    closed = False

    def __iter__(self) -> Iterator[bytes]:
        while True:
            yield f"data: {CHUNK}\n\n".encode()

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for block in self:
            yield block

    def close(self) -> None:
        self.closed = True

    async def aclose(self) -> None:
        self.closed = True


def endless(body: Body) -> Wire:
    return Wire(lambda _: httpx.Response(200, stream=body, headers={"content-type": SSE}))


def test_whoever_stops_reading_ends_the_stream() -> None:
    body = Body()
    client = OpenAI(api_key="k", http_client=endless(body).client())
    frames: Any = client.chat.completions.create(**HELLO, stream=True).to_sse()
    assert next(frames).startswith(b"data: ")
    assert not body.closed
    frames.close()
    assert body.closed


async def test_whoever_stops_reading_ends_the_async_stream() -> None:
    body = Body()
    client = AsyncOpenAI(api_key="k", http_client=endless(body).async_client())
    for stream in (await client.chat.completions.create(**HELLO, stream=True), client.chat.completions.stream(**HELLO)):
        body.closed = False
        frames: Any = stream.to_sse()
        assert b"data: " in await anext(frames)
        assert not body.closed
        await frames.aclose()
        assert body.closed


async def test_errors_of_others_go_through() -> None:
    def stop(event: Any) -> Awaitable[None]:
        raise ZeroDivisionError

    async def passed_on(frames: AsyncIterator[bytes]) -> None:
        async for frame in frames:
            await stop(frame)

    client = broken_upstream(stream_of("a"))()
    stream = await client.chat.completions.create(**HELLO, stream=True)
    with pytest.raises(ZeroDivisionError):
        await asyncio.wait_for(passed_on(stream.to_sse()), 10)


async def test_odd_text_survives_the_way_through() -> None:
    odd = "line\nbreak \u2028 \U0001f600 data: [DONE]\n\nevent: x"
    wire = broken_upstream(stream_of(odd))
    stream = await wire().chat.completions.create(**HELLO, stream=True)
    frames = b"".join([frame async for frame in stream.to_sse()])
    back = AsyncOpenAI(
        api_key="k", http_client=Wire(status(200, content=frames, headers={"content-type": SSE})).async_client()
    )
    chunks = [chunk async for chunk in await back.chat.completions.create(**HELLO, stream=True)]
    assert "".join(str(chunk.choices[0].delta.content) for chunk in chunks) == odd


# -- every kind of stream ---------------------------------------------------------------------------------------------

STREAMS: dict[str, dict[str, Any]] = {
    "chat.completions.create": {**HELLO, "stream": True},
    "completions.create": {"model": "m", "prompt": "Hello there", "stream": True},
    "responses.create": {"model": "m", "input": "Hello there", "stream": True},
    "images.generate": {"model": "gpt-image-1", "prompt": "a cat", "stream": True, "partial_images": 1},
    "images.edit": {"model": "gpt-image-1", "prompt": "a cat", "image": PNG, "stream": True, "partial_images": 1},
    "audio.speech.create": {"model": "tts", "input": "Hello", "voice": "alloy", "stream_format": "sse"},
    "audio.transcriptions.create": {
        "model": "gpt-4o-transcribe",
        "file": ("a.mp3", b"ID3" + bytes(2000)),
        "stream": True,
    },
    "beta.threads.create_and_run": {"thread": {"messages": HELLO["messages"]}, "stream": True},
    "beta.agents.sessions.create": {
        "environment": {"type": "openai_hosted"},
        "input": "Hello there",
        "stream": True,
    },
}


def called(client: Any, operation: str, given: dict[str, Any]) -> Any:
    for name in operation.split("."):
        client = getattr(client, name)
    return client(**given)


@pytest.mark.parametrize("operation", STREAMS)
def test_every_kind_of_stream_is_read_back_as_it_was(openai_server: LocalServer, operation: str) -> None:
    given = STREAMS[operation]
    client = OpenAI(base_url=openai_server.base_url, api_key="k")
    if operation.startswith("beta.agents"):
        given = {**given, "agent_id": client.beta.agents.create(model="m").id}
    elif operation.startswith("beta"):
        given = {**given, "assistant_id": client.beta.assistants.create(model="m").id}
    frames = b"".join(called(client, operation, given).to_sse())
    relay = OpenAI(api_key="k", http_client=Wire(status(200, content=frames, headers={"content-type": SSE})).client())
    read = list(called(relay, operation, given))
    assert len(read) > 1
    again = OpenAI(api_key="k", http_client=Wire(status(200, content=frames, headers={"content-type": SSE})).client())
    stream = called(again, operation, given)
    assert b"".join(stream.to_sse()) == frames
    assert stream.is_complete
    assert all(event.issues == () for event in read)


def test_every_operation_that_streams_is_among_them() -> None:
    kinds = {each.streams for each in declared().values() if each.streams is not None and each.events_at is None}
    assert {declared()[operation].streams for operation in STREAMS} == kinds
