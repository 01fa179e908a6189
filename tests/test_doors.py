"""Every door gives what `create` gives: raw, streamed and binary answers with all that the official package's have."""

from __future__ import annotations

import json
import pickle
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
from pydantic import BaseModel

import typed_openai as openai
from tests.canned import HELLO, Connect, Wire, completion, done, entered, failure, listed, models, status, stream_of
from tests.interop.declared import declared_operations
from tests.structured.test_parse_responses import answered, said
from typed_openai.core.answer.raw import Binary
from typed_openai.errors import BadRequestError, ResponseValidationError
from typed_openai.models.chat.completions import ChatCompletion
from typed_openai.streaming.stream import AsyncStream, Stream

SPEECH: dict[str, Any] = {"model": "tts-1", "voice": "alloy", "input": "hi"}


async def through_raw(view: Any, **params: Any) -> Any:
    return (await done(view.with_raw_response.create(**params))).parse()


async def through_streaming(view: Any, **params: Any) -> Any:
    manager = view.with_streaming_response.create(**params)
    response = await manager.__aenter__() if hasattr(manager, "__aenter__") else manager.__enter__()
    return await done(response.parse())


async def through_streaming_when_read(view: Any, **params: Any) -> Any:
    manager = view.with_streaming_response.create(**params)
    response = await manager.__aenter__() if hasattr(manager, "__aenter__") else manager.__enter__()
    await done(response.read())
    return await done(response.parse())


def flowing(answer: Callable[[httpx.Request], httpx.Response]) -> Callable[[httpx.Request], httpx.Response]:
    """An answer whose body comes when it is read, as that of a server does."""

    class Body(httpx.SyncByteStream, httpx.AsyncByteStream):
        content = b""

        def __iter__(self) -> Any:
            yield self.content

        async def __aiter__(self) -> Any:
            yield self.content

    def flows(request: httpx.Request) -> httpx.Response:
        whole, body = answer(request), Body()
        body.content = whole.content
        return httpx.Response(whole.status_code, stream=body, headers={"content-type": whole.headers["content-type"]})

    return flows


DOORS: list[Callable[..., Any]] = [through_raw, through_streaming, through_streaming_when_read]


@pytest.mark.parametrize("door", DOORS)
async def test_a_call_for_a_stream_gives_the_same_stream_through_every_door(
    connect: Connect, door: Callable[..., Any]
) -> None:
    plain = await done(connect(Wire(stream_of("hel", "lo"))).chat.completions.create(**HELLO, stream=True))
    other = await door(connect(Wire(stream_of("hel", "lo"))).chat.completions, **HELLO, stream=True)
    assert type(other) is type(plain) is (AsyncStream if connect.is_async else Stream)
    assert await listed(other) == await listed(plain)


async def test_a_stream_through_the_streaming_door_is_read_event_by_event(connect: Connect) -> None:
    class Body(httpx.SyncByteStream, httpx.AsyncByteStream):
        given = 0

        def __iter__(self) -> Any:
            for line in stream_of("a", "b", "c")(httpx.Request("GET", "http://x")).content.splitlines(keepends=True):
                self.given += 1
                yield line

        async def __aiter__(self) -> Any:
            for line in self:
                yield line

    body = Body()
    wire = Wire(lambda _: httpx.Response(200, stream=body, headers={"content-type": "text/event-stream"}))
    stream = await through_streaming(connect(wire).chat.completions, **HELLO, stream=True)
    assert body.given == 0
    first = await anext(stream) if connect.is_async else next(stream)
    assert first.choices[0].delta.content == "a"
    assert body.given <= 3, "the rest has not been read"
    await done(stream.close())


async def test_a_raw_answer_says_what_was_asked_and_how_it_came(connect: Connect) -> None:
    raw = await done(connect(Wire(completion())).chat.completions.with_raw_response.create(**HELLO))
    assert raw.http_request.method == "POST"
    assert raw.http_request.headers["Content-Type"] == "application/json"
    assert raw.http_request.headers["authorization"].startswith("Bearer ")
    assert "Bearer" not in repr(raw.http_request), "a repr shows no key"
    assert b"Bearer" not in pickle.dumps(raw.parse())
    assert raw.is_closed is True
    assert raw.read() == b"".join(raw.iter_raw(7)) == raw.content
    native = raw.http_response
    assert isinstance(native, httpx.Response)
    assert (native.status_code, native.content, native.is_closed) == (200, raw.content, True)
    assert native.request.method == "POST"


async def test_headers_of_one_call_are_among_those_that_were_sent(connect: Connect) -> None:
    client = connect(Wire(models("m")))
    raw = await done(client.models.with_raw_response.list(extra_headers={"X-Mine": "1", "accept": None}))
    assert raw.http_request.headers["x-mine"] == "1"
    assert "accept" not in raw.http_request.headers


async def test_an_error_says_what_was_asked_without_the_key(connect: Connect) -> None:
    with pytest.raises(BadRequestError) as caught:
        await done(connect(Wire(failure(400))).chat.completions.create(**HELLO))
    sent = caught.value.request.headers
    assert sent["content-type"] == "application/json"
    assert sent["authorization"] == "[REDACTED]"


class Named(BaseModel):
    """A type of the caller's own."""

    object: str


@pytest.mark.parametrize("door", ["with_raw_response", "with_streaming_response"])
async def test_a_body_is_read_as_the_type_that_parse_is_given(connect: Connect, door: str) -> None:
    async def read_as(kind: Any) -> Any:
        call = getattr(connect(Wire(completion("hi"))).chat.completions, door).create(**HELLO)
        if door == "with_raw_response":
            return (await done(call)).parse(to=kind)
        response = await call.__aenter__() if connect.is_async else call.__enter__()
        return await done(response.parse(to=kind))

    assert (await read_as(Named)).object == "chat.completion"
    assert (await read_as(dict[str, Any]))["object"] == "chat.completion"
    assert json.loads(await read_as(str)) == json.loads(await read_as(bytes))
    assert isinstance(await read_as(ChatCompletion), ChatCompletion)
    assert (await read_as(httpx.Response)).json()["object"] == "chat.completion"
    with pytest.raises(ResponseValidationError, match="does not fit") as caught:
        await read_as(list[int])
    assert caught.value.content.startswith(b"{")


async def test_a_streamed_answer_has_what_a_raw_one_has(connect: Connect) -> None:
    manager = connect(Wire(flowing(models("m")))).models.with_streaming_response.list()
    response = await manager.__aenter__() if connect.is_async else manager.__enter__()
    assert (response.method, response.retries_taken, response.is_closed) == ("GET", 0, False)
    assert response.url == response.http_request.url
    assert response.http_version == response.http_response.http_version
    assert (await done(response.json()))["object"] == "list"
    assert '"list"' in await done(response.text())
    await (manager.__aexit__(None, None, None) if connect.is_async else done(manager.__exit__(None, None, None)))
    assert response.is_closed is True


async def test_what_is_streamed_of_a_binary_answer_parses_to_bytes(connect: Connect) -> None:
    client = connect(Wire(status(200, content=b"\x00sound")))
    assert await through_streaming(client.audio.speech, **SPEECH) == b"\x00sound"
    assert isinstance(await through_raw(client.audio.speech, **SPEECH), Binary)


async def test_a_binary_answer_is_read_in_either_colour(connect: Connect, tmp_path: Path) -> None:
    answer = status(200, content="é\nb".encode(), headers={"content-type": "text/plain; charset=utf-8"})
    binary = await done(connect(Wire(answer)).files.content("file-1"))
    assert binary.read() == await binary.aread() == b"".join(binary.iter_raw(1)) == "é\nb".encode()
    assert "".join(binary.iter_text(1)) == "".join(await listed(binary.aiter_text(1))) == "é\nb"
    assert await listed(binary.aiter_lines()) == list(binary.iter_lines()) == ["é", "b"]
    assert await listed(binary.aiter_bytes(2)) == list(binary.iter_bytes(2))
    await binary.astream_to_file(tmp_path / "a")
    binary.stream_to_file(tmp_path / "b", chunk_size=1)
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes() == binary.content
    assert (binary.encoding, binary.is_closed, binary.response.text) == ("utf-8", True, "é\nb")
    binary.close()
    await binary.aclose()


async def test_the_answer_of_a_stream_closes_it(connect: Connect) -> None:
    stream = await done(connect(Wire(flowing(stream_of("a", "b")))).chat.completions.create(**HELLO, stream=True))
    assert (stream.response.is_closed, stream.response.http_version) == (False, "HTTP/1.1")
    await (stream.response.aclose() if connect.is_async else done(stream.response.close()))
    assert stream.response.is_closed is True
    assert await listed(stream) == []


DEPRECATED = {
    "audio.translations.create",
    "images.create_variation",
    "files.retrieve_content",
    "fine_tuning.checkpoints.permissions.retrieve",
}


def test_the_deprecated_operations_are_those_of_the_official_package_and_evaluations() -> None:
    found = {name for name, endpoint in declared_operations().items() if endpoint.deprecated}
    closed = ("beta.assistants", "beta.threads", "evals.", "videos.")
    assert found == DEPRECATED | {name for name in declared_operations() if name.startswith(closed)}


@pytest.mark.parametrize("door", [None, "with_raw_response", "with_streaming_response"])
async def test_a_deprecated_operation_warns_where_it_is_called(connect: Connect, door: str | None) -> None:
    files = connect(Wire(status(200, content=b"text"))).files
    with pytest.warns(DeprecationWarning, match=r"files\.retrieve_content is deprecated: files\.content") as caught:
        outcome = (files if door is None else getattr(files, door)).retrieve_content("file-1")
    assert caught[0].filename == __file__
    if door != "with_streaming_response":
        await done(outcome)


async def test_lists_and_helpers_of_the_assistants_api_warn_where_they_are_called(connect: Connect) -> None:
    beta = connect(Wire(models())).beta
    with pytest.warns(DeprecationWarning, match="beta.assistants.* 2026-08-26") as caught:
        outcome = beta.assistants.list()
    await done(outcome)
    with pytest.warns(DeprecationWarning, match=r"runs\.create_and_stream") as streams:
        beta.threads.runs.create_and_stream(thread_id="t", assistant_id="a")
    assert {each.filename for each in [*caught, *streams]} == {__file__}


async def test_nothing_else_warns(connect: Connect) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        await done(connect(Wire(models())).models.list())


async def test_a_raw_parse_shows_its_answer_and_gives_the_value(connect: Connect) -> None:
    chat = connect(Wire(completion("[1, 2]"))).chat.completions
    raw = await done(chat.with_raw_response.parse(**HELLO, response_format=list[int]))
    assert (raw.status_code, raw.json()["object"]) == (200, "chat.completion")
    assert raw.http_request.method == "POST"
    assert raw.parse().parsed == [1, 2]
    assert raw.parse() is raw.parse()


async def test_a_raw_parse_says_at_parse_that_there_is_no_such_value(connect: Connect) -> None:
    chat = connect(Wire(completion("tea"))).chat.completions
    raw = await done(chat.with_raw_response.parse(**HELLO, response_format=list[int]))
    assert raw.json()["choices"][0]["message"]["content"] == "tea"
    with pytest.raises(openai.OutputValidationError):
        raw.parse()


async def test_a_raw_parse_that_asks_again_shows_the_last_answer(connect: Connect) -> None:
    wire = Wire(completion("tea"), completion("[3]"))
    raw = await done(
        connect(wire).chat.completions.with_raw_response.parse(**HELLO, response_format=list[int], reasks=1)
    )
    assert raw.json()["choices"][0]["message"]["content"] == "[3]"
    assert (raw.parse().parsed, raw.parse().asks) == ([3], 2)


Parsing = Callable[[Any], tuple[Any, Callable[[Any], Any]]]
PARSED: dict[str, tuple[Any, Parsing]] = {
    "chat": (
        completion,
        lambda client: (
            client.chat.completions.with_streaming_response.parse(**HELLO, response_format=list[int]),
            lambda value: value.parsed,
        ),
    ),
    "responses": (
        lambda text: answered(said(text)),
        lambda client: (
            client.responses.with_streaming_response.parse(model="m", input="x", text_format=list[int]),
            lambda value: value.output_parsed,
        ),
    ),
}


@pytest.mark.parametrize("area", PARSED)
async def test_parse_behind_the_streaming_door_shows_its_answer_and_gives_the_value(
    connect: Connect, area: str
) -> None:
    answer, asked = PARSED[area]
    wire = Wire(answer("[1, 2]"))
    manager, value_of = asked(connect(wire))
    assert wire.requests == []
    async with entered(manager) as opened:
        assert (opened.status_code, opened.headers["content-type"]) == (200, "application/json")
        value = await done(opened.parse())
        assert value_of(value) == [1, 2]
        assert (await done(opened.json()))["id"] == value.id
        assert opened.is_closed


async def test_parse_behind_the_streaming_door_says_at_parse_that_there_is_no_such_value(connect: Connect) -> None:
    chat = connect(Wire(completion("tea"))).chat.completions
    async with entered(chat.with_streaming_response.parse(**HELLO, response_format=list[int])) as opened:
        assert "tea" in await done(opened.text())
        with pytest.raises(openai.OutputValidationError):
            await done(opened.parse())


@pytest.mark.parametrize("door", ["with_raw_response", "with_streaming_response"])
def test_a_helper_of_several_requests_says_so(connect: Connect, door: str) -> None:
    with pytest.raises(AttributeError, match="takes several requests"):
        getattr(connect(Wire()).chat.completions, door).run_tools  # noqa: B018 - looking is what raises


def headers_of(wire: Wire) -> httpx.Headers:
    return wire.last.headers


async def test_a_default_header_is_left_out_with_none(connect: Connect) -> None:
    wire = Wire(models("m"))
    client = connect(wire, default_headers={"User-Agent": openai.omit, "X-Mine": "1"})
    await done(client.models.list())
    assert "user-agent" not in headers_of(wire)
    assert headers_of(wire)["x-mine"] == "1"
    assert await done(client.with_options(default_headers={"user-agent": "mine"}).models.list())
    assert headers_of(wire)["user-agent"] == "mine"


async def test_headers_and_query_of_a_client_are_replaced_or_merged(connect: Connect) -> None:
    wire = Wire(models("m"))
    client = connect(wire, default_headers={"x-a": "1"}, default_query={"a": "1"})
    await done(client.with_options(default_headers={"x-b": "2"}, default_query={"b": "2"}).models.list())
    assert (headers_of(wire)["x-a"], headers_of(wire)["x-b"]) == ("1", "2")
    assert dict(wire.last.url.params) == {"a": "1", "b": "2"}
    await done(client.with_options(set_default_headers={"x-b": "2"}, set_default_query={"b": "2"}).models.list())
    assert "x-a" not in headers_of(wire)
    assert headers_of(wire)["x-b"] == "2"
    assert dict(wire.last.url.params) == {"b": "2"}
    assert client.with_options(set_default_headers={}).default_headers == {}
    with pytest.raises(openai.ConfigurationError, match="pass one of them"):
        client.with_options(set_default_headers={}, default_headers={})
