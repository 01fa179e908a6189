"""`cast_to=` of `client.request`, `client.post` and their like: what an answer that nobody declared is given as."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from types import NoneType
from typing import Any

import httpx
import pytest
from pydantic import BaseModel, TypeAdapter
from typing_extensions import TypedDict

from tests.canned import Connect, Wire, done, failure, listed, models, parts, status, stream_of
from typed_openai import (
    APIResponse,
    AsyncCursorPage,
    AsyncStream,
    RequestValidationError,
    ResponseValidationError,
    Stream,
    StreamDecodeError,
    StreamInterruptedError,
    SyncCursorPage,
    usage_scope,
)
from typed_openai.core.answer.raw import Binary
from typed_openai.models.base import Result
from typed_openai.types import Model
from typed_openai.types.chat import ChatCompletion, ChatCompletionChunk

TEA = {"id": "tea", "object": "model", "created": 1, "owned_by": "me", "usage": {"total_tokens": 7}}


class Plain(BaseModel):
    id: str
    created: int


class Row(TypedDict):
    id: str
    created: int


class Open(Result):
    id: str


def same(value: Any) -> Any:
    return value


KINDS: dict[str, tuple[Any, Callable[[Any], Any], Any]] = {
    "a model of this package": (Model, lambda value: (type(value), value.id, value.meta.status), (Model, "tea", 200)),
    "an open model": (Open, lambda value: (type(value), value.created), (Open, 1)),
    "any result": (Result, lambda value: value.model_dump(), TEA),
    "a model of pydantic": (Plain, lambda value: (type(value), value.created), (Plain, 1)),
    "a TypedDict": (Row, same, {"id": "tea", "created": 1}),
    "dict": (dict, same, TEA),
    "dict of values": (dict[str, Any], same, TEA),
    "object": (object, same, TEA),
    "Any": (Any, same, TEA),
    "a TypeAdapter": (TypeAdapter(dict[str, Any]), same, TEA),
    "str": (str, json.loads, TEA),
    "bytes": (bytes, json.loads, TEA),
    "httpx.Response": (httpx.Response, lambda value: (type(value), value.json()), (httpx.Response, TEA)),
    "a binary answer": (Binary, lambda value: (type(value), json.loads(value.content)), (Binary, TEA)),
    "nothing said": (None, lambda value: (type(value), value.json()), (APIResponse, TEA)),
}


@pytest.mark.parametrize(("kind", "look", "expected"), KINDS.values(), ids=KINDS)
@pytest.mark.parametrize("verb", ["get", "post", "put", "patch", "delete"])
async def test_an_answer_is_given_as_what_was_asked_for(
    connect: Connect, verb: str, kind: Any, look: Callable[[Any], Any], expected: Any
) -> None:
    wire = Wire(status(200, TEA))
    client = connect(wire)
    assert look(await done(getattr(client, verb)("/teas/tea", cast_to=kind))) == expected
    assert look(await done(client.request(verb.upper(), "/teas/tea", cast_to=kind))) == expected
    assert [each.method for each in wire.requests] == [verb.upper()] * 2


async def test_a_list_of_models_and_nothing_at_all(connect: Connect) -> None:
    wire = Wire(status(200, [TEA, TEA]), status(204, content=b""))
    client = connect(wire)
    first, _ = await done(client.get("/teas", cast_to=list[Model]))
    assert (type(first), first.id) == (Model, "tea")
    assert await done(client.delete("/teas/tea", cast_to=NoneType)) is None


@pytest.mark.parametrize("kind", [SyncCursorPage[Model], AsyncCursorPage[Model]])
async def test_a_page_goes_on_by_itself(connect: Connect, kind: Any) -> None:
    wire = Wire(models("a", "b", has_more=True), models("c", has_more=False))
    page = await done(connect(wire).get("/teas", cast_to=kind, query={"limit": 2}))
    assert [each.id for each in await listed(page)] == ["a", "b", "c"]
    assert [str(each.url.query, "ascii") for each in wire.requests] == ["limit=2", "after=b&limit=2"]


async def test_what_does_not_fit_says_where(connect: Connect) -> None:
    client = connect(Wire(status(200, {"id": "tea", "created": "soon"})))
    with pytest.raises(ResponseValidationError, match="created: Input should be a valid integer"):
        await done(client.get("/teas/tea", cast_to=Plain))
    loose = await done(client.get("/teas/tea", cast_to=Model))
    assert {issue.pointer for issue in loose.issues} >= {"/created"}


async def test_a_usage_scope_counts_it(connect: Connect) -> None:
    with usage_scope() as used:
        await done(connect(Wire(status(200, TEA))).post("/teas", body={}, cast_to=Result))
    assert used.total_tokens == 7


WRONG: dict[str, tuple[dict[str, Any], str]] = {
    "a name": ({"cast_to": "Model"}, "cast_to: a type: .*got 'Model'"),
    "a value": ({"cast_to": {"id": str}}, "cast_to: a type"),
    "what pydantic cannot read": ({"cast_to": type("Thing", (), {})}, "cast_to: a type: .*pydantic can read no value"),
    "a page of something else": (
        {"cast_to": SyncCursorPage[int]},
        r"cast_to: a page of models .*SyncCursorPage\[Model\]",
    ),
    "a stream without stream": ({"cast_to": Stream[ChatCompletionChunk]}, "stream: True"),
    "a stream class without stream": ({"stream_cls": Stream[ChatCompletionChunk]}, "stream: True"),
    "a stream class that is none": ({"stream": True, "stream_cls": dict}, r"stream_cls: Stream\[...\]"),
    "a stream that is no switch": ({"stream": "yes"}, "stream: True or False, got 'yes'"),
    "an unknown argument": ({"casto": Model}, "casto"),
    "an unknown option": ({"options": {"follow_redirects": True}}, "options.follow_redirects: one of headers, params"),
    "options that are none": ({"options": 3}, "options: a dict with headers"),
    "twice": ({"options": {"params": {"a": 1}}, "query": {"a": 2}}, "extra_query: once"),
    "bytes as body": ({"body": b"{}"}, "body: JSON data; bytes go as content="),
    "a body that is no JSON": ({"body": [object()]}, "body: data that is JSON"),
    "content beside body": ({"body": {"a": 1}, "content": b"x"}, "content: without body"),
    "content that is none": ({"content": 7}, "content: bytes, text"),
    "files that are none": ({"files": [3]}, r"files: a dict of files, or a list of \(name, file\)"),
}


@pytest.mark.parametrize(("more", "said"), WRONG.values(), ids=WRONG)
async def test_what_makes_no_sense_is_refused_before_anything_is_sent(
    connect: Connect, more: dict[str, Any], said: str
) -> None:
    wire = Wire()
    with pytest.raises(RequestValidationError, match=said):
        await done(connect(wire).post("/teas", **more))
    assert not wire.requests


# --- what is sent, as calls of the official package say it -----------------------------------------------------------


async def test_options_of_the_official_package_hold(connect: Connect) -> None:
    wire = Wire(failure(500), failure(500), status(200, TEA))
    options: dict[str, Any] = {
        "headers": {"x-team": "red"},
        "params": {"dry": True},
        "extra_json": {"note": "b"},
        "timeout": 3,
        "max_retries": 2,
        "idempotency_key": "key-1",
    }
    client = connect(wire, max_retries=0)
    await done(client.post("/teas", cast_to=Model, body={"name": "a"}, options=options))
    assert len(wire.requests) == 3
    assert json.loads(wire.last.content) == {"name": "a", "note": "b"}
    assert (wire.last.url.query, wire.last.headers["x-team"]) == (b"dry=true", "red")
    assert wire.last.headers["idempotency-key"] == "key-1"
    assert wire.last.extensions["timeout"]["read"] == 3
    await done(client.post("/teas", cast_to=Model, options={"extra_json": {"note": "b"}, "timeout": None}))
    assert json.loads(wire.last.content) == {"note": "b"}
    assert wire.last.extensions["timeout"]["read"] is None


BODIES: dict[str, tuple[Any, Any]] = {
    "a dict": ({"a": None}, {"a": None}),
    "a list": ([1, {"a": 2}], [1, {"a": 2}]),
    "a model of pydantic": (Plain(id="a", created=1), {"id": "a", "created": 1}),
    "a number": (7, 7),
    "false": (False, False),
}


@pytest.mark.parametrize("verb", ["post", "put", "patch"])
@pytest.mark.parametrize(("body", "sent"), BODIES.values(), ids=BODIES)
async def test_a_body_is_any_json(connect: Connect, verb: str, body: Any, sent: Any) -> None:
    wire = Wire(status(200, TEA))
    await done(getattr(connect(wire), verb)("/teas", body=body))
    assert json.loads(wire.request.content) == sent
    assert wire.request.headers["content-type"] == "application/json"


CONTENTS: dict[str, Any] = {
    "bytes": b"a,b\n",
    "text": "a,b\n",
    "a bytearray": bytearray(b"a,b\n"),
    "a file": io.BytesIO(b"a,b\n"),
    "pieces": [b"a,", b"b\n"],
}


@pytest.mark.parametrize("content", CONTENTS.values(), ids=CONTENTS)
async def test_content_goes_out_as_it_is(connect: Connect, content: Any) -> None:
    wire = Wire(status(200, TEA))
    if isinstance(content, io.BytesIO):
        content.seek(0)
    await done(connect(wire).put("/teas", content=content, extra_headers={"Content-Type": "text/csv"}))
    assert (wire.request.content, wire.request.headers["content-type"]) == (b"a,b\n", "text/csv")
    assert wire.request.headers["content-length"] == "4"


async def test_files_make_a_form(connect: Connect) -> None:
    wire = Wire(status(200, TEA))
    client = connect(wire)
    await done(client.post("/teas", body={"purpose": "taste"}, files={"file": ("a.txt", b"leaves")}, cast_to=Model))
    assert parts(wire.last) == [
        ("purpose", None, None, b"taste"),
        ("file", "a.txt", "text/plain", b"leaves"),
    ]
    kind = {"Content-Type": "multipart/form-data"}  # as the official package says it, without a boundary
    await done(client.post("/teas", files={"file": ("a.txt", b"leaves")}, options={"headers": kind}))
    assert parts(wire.last) == [("file", "a.txt", "text/plain", b"leaves")]
    await done(client.post("/teas", files=[("image[]", ("a.png", b"1")), ("image[]", ("b.png", b"2"))]))
    assert [(name, file) for name, file, *_ in parts(wire.last)] == [("image[]", "a.png"), ("image[]", "b.png")]
    for verb in ("get", "delete"):
        with pytest.raises(RequestValidationError, match="files: with POST, PUT and PATCH only"):
            await done(getattr(client, verb)("/teas", files={"file": b"a"}))


# --- streams ---------------------------------------------------------------------------------------------------------


def events(*data: Any, ends: bytes = b"data: [DONE]\n\n") -> Any:
    body = b"".join(b"data: %b\n\n" % json.dumps(each).encode() for each in data) + ends
    return status(200, content=body, headers={"content-type": "text/event-stream"})


STREAMED: dict[str, tuple[dict[str, Any], Any]] = {
    "stream_cls": ({"cast_to": ChatCompletion, "stream_cls": Stream[ChatCompletionChunk]}, ChatCompletionChunk),
    "an async stream_cls": ({"stream_cls": AsyncStream[ChatCompletionChunk]}, ChatCompletionChunk),
    "cast_to": ({"cast_to": ChatCompletionChunk}, ChatCompletionChunk),
    "a stream in cast_to": ({"cast_to": Stream[ChatCompletionChunk]}, ChatCompletionChunk),
    "a model of one's own": ({"cast_to": Open}, Open),
    "a model of pydantic": ({"cast_to": Plain}, Plain),
    "dict": ({"cast_to": dict[str, Any]}, dict),
    "nothing said": ({}, Result),
}


@pytest.mark.parametrize(("more", "kind"), STREAMED.values(), ids=STREAMED)
async def test_a_stream_gives_events_of_what_was_asked_for(connect: Connect, more: dict[str, Any], kind: Any) -> None:
    wire = Wire(stream_of("Hel", "lo"))
    stream = await done(connect(wire).post("/chat/completions", body={"stream": True}, stream=True, **more))
    assert type(stream) is (AsyncStream if connect.is_async else Stream)
    found = await listed(stream)
    assert [type(each) for each in found] == [kind] * 2
    assert wire.request.headers["accept"] == "text/event-stream"
    assert json.loads(wire.request.content) == {"stream": True}


async def test_a_stream_that_nobody_knows_ends_as_its_body_does(connect: Connect) -> None:
    told = [{"id": "a", "created": 1, "odd": [1]}, {"id": "b", "created": 2, "odd": None}]
    for ends in (b"", b"data: [DONE]\n\n"):
        stream = await done(connect(Wire(events(*told, ends=ends))).post("/teas", stream=True, cast_to=dict))
        assert await listed(stream) == told


async def test_an_event_that_does_not_fit_says_where_and_what_came_before(connect: Connect) -> None:
    wire = Wire(events({"id": "a", "created": 1}, {"id": "b", "created": "soon"}))
    stream = await done(connect(wire).post("/teas", stream=True, cast_to=Plain))
    with pytest.raises(StreamDecodeError, match=r"an event does not fit .*created: Input should be") as caught:
        await listed(stream)
    assert [each.id for each in caught.value.partial] == ["a", "b"]


async def test_an_error_among_the_events_is_raised(connect: Connect) -> None:
    wire = Wire(events({"id": "a", "created": 1}, {"error": {"message": "out of tea", "code": "no_tea"}}))
    stream = await done(connect(wire).post("/teas", stream=True, cast_to=Plain))
    with pytest.raises(Exception, match="out of tea"):
        await listed(stream)


async def test_a_stream_that_breaks_has_what_came(connect: Connect) -> None:
    async def broken() -> Any:
        yield b'data: {"id": "a", "created": 1}\n\n'
        raise httpx.ReadError("cut")

    def broken_too() -> Any:
        yield b'data: {"id": "a", "created": 1}\n\n'
        raise httpx.ReadError("cut")

    body: Any = broken if connect.is_async else broken_too
    wire = Wire(lambda request: httpx.Response(200, headers={"content-type": "text/event-stream"}, content=body()))
    stream = await done(connect(wire).post("/teas", stream=True, cast_to=Plain))
    with pytest.raises(StreamInterruptedError) as caught:
        await listed(stream)
    assert [each.id for each in caught.value.partial] == ["a"]
