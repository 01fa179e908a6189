"""The view of `as_official`, beside the official package itself: what it is, what it gives, and what goes wrong."""

from __future__ import annotations

import inspect
import json
from copy import deepcopy
from typing import Any

import httpx
import pytest
from pydantic import BaseModel

from tests.canned import (
    HELLO,
    KEY,
    AzureConnect,
    Connect,
    Wire,
    broken,
    completion,
    done,
    failure,
    listed,
    status,
    stream_of,
)
from typed_openai import MissingAPIKeyError, NotFoundError, RequestValidationError, as_official, usage_scope
from typed_openai.errors import StreamTruncatedError

openai: Any = pytest.importorskip("openai", reason="the official package is not installed: pip install -e .[dev]")
chat: Any = pytest.importorskip("openai.types.chat")
events: Any = pytest.importorskip("openai.lib.streaming.chat")


class Numbers(BaseModel):
    """What is asked for."""

    value: list[int]


NUMBERS = '{"value": [1, 2]}'
CALL = {"id": "call_1", "type": "function", "function": {"name": "Numbers", "arguments": NUMBERS}}


def official_class(connect: Connect) -> Any:
    name = f"{'Async' if connect.is_async else ''}{'Azure' if isinstance(connect, AzureConnect) else ''}OpenAI"
    return getattr(openai, name)


async def entered(manager: Any, is_async: bool) -> tuple[list[Any], Any]:
    """What a stream of events gives, and its final completion."""
    if is_async:
        async with manager as stream:
            return [event async for event in stream], await stream.get_final_completion()
    with manager as stream:
        return list(stream), stream.get_final_completion()


@pytest.mark.parametrize("mark", ["NOT_GIVEN", "omit"])
async def test_what_is_marked_as_not_given_is_not_sent(connect: Connect, mark: str) -> None:
    wire, left_out = Wire(), getattr(openai, mark)
    options = {"seed": left_out, "stream": left_out, "tools": left_out, "timeout": left_out}
    await done(connect(wire).chat.completions.create(**HELLO, **options))
    assert wire.body == HELLO


# -- what it is ------------------------------------------------------------------------------------------------------


async def test_the_view_is_a_client_of_the_official_package(connect: Connect) -> None:
    seen = as_official(connect(Wire()))
    again, copied = seen.with_options(timeout=5), seen.copy(max_retries=0)
    for view in (seen, again, copied, as_official(seen)):
        assert issubclass(type(view), official_class(connect))
        assert type(view) is type(seen)
    assert not isinstance(seen, openai.OpenAI if connect.is_async else openai.AsyncOpenAI)
    assert not isinstance(seen.chat.completions, openai.OpenAI | openai.AsyncOpenAI)
    assert (again.timeout, copied.max_retries) == (5, 0)


@pytest.mark.parametrize("is_async", [False, True])
async def test_the_view_of_an_azure_client_is_an_azure_client(is_async: bool) -> None:
    wire, connect = Wire(), AzureConnect(is_async)
    endpoint = "https://name.openai.azure.com"
    view = as_official(connect(wire, azure_endpoint=endpoint, api_version="2024-10-21"))
    assert issubclass(type(view), official_class(connect))
    await done(view.chat.completions.create(**HELLO))
    assert str(wire.last.url) == f"{endpoint}/openai/deployments/m/chat/completions?api-version=2024-10-21"
    assert isinstance(view.with_options(timeout=3), official_class(connect))


async def test_what_frameworks_read_from_a_client_is_there(connect: Connect) -> None:
    client = connect(Wire(), organization="org", default_headers={"x-team": "a"}, base_url="http://example.com/v1")
    view = as_official(client)
    assert (str(view.base_url), str(view._base_url), view.base_url.host) == (
        *["http://example.com/v1/"] * 2,
        "example.com",
    )
    assert (view.api_key, view.organization, view.max_retries, view.timeout) == (
        client.api_key,
        "org",
        client.max_retries,
        client.timeout,
    )
    assert view.auth_headers == {"Authorization": f"Bearer {client.api_key}"}
    assert view.default_headers["x-team"] == "a"
    assert view._custom_headers == {"x-team": "a"}
    assert not view.is_closed()
    assert callable(view.map)


@pytest.mark.parametrize(
    ("name", "value", "header", "sent"),
    [
        ("api_key", "sk-new", "authorization", "Bearer sk-new"),
        ("organization", "org-new", "openai-organization", "org-new"),
        ("project", "proj-new", "openai-project", "proj-new"),
        ("base_url", "http://other.example/v1", "host", "other.example"),
    ],
)
async def test_a_setting_that_is_set_holds_from_the_next_call_on(
    connect: Connect, name: str, value: str, header: str, sent: str
) -> None:
    wire = Wire()
    view = as_official(connect(wire))
    setattr(view, name, value)
    assert str(getattr(view, name)).startswith(value)
    await done(view.chat.completions.create(**HELLO))
    assert wire.last.headers[header] == sent


async def test_headers_and_queries_of_another_view_are_added(connect: Connect) -> None:
    wire = Wire()
    view = as_official(connect(wire, default_headers={"x-one": "1"}, default_query={"a": "1"}))
    more = view.with_options(default_headers={"x-two": "2"}, default_query={"b": "2"})
    await done(more.chat.completions.create(**HELLO))
    assert (wire.last.headers["x-one"], wire.last.headers["x-two"], wire.last.url.query) == ("1", "2", b"a=1&b=2")


async def test_numbers_that_are_set_hold_too(connect: Connect) -> None:
    wire = Wire(status(500), status(500), completion())
    view = as_official(connect(wire))
    view.timeout, view.max_retries = 7, 0
    assert (view.timeout, view.max_retries) == (7, 0)
    with pytest.raises(openai.InternalServerError):
        await done(view.chat.completions.create(**HELLO))
    assert len(wire.requests) == 1
    view.timeout = None
    assert view.timeout is None


@pytest.mark.parametrize("name", ["_client", "_custom_headers", "_custom_query", "_version", "qs", "default_headers"])
def test_what_cannot_be_set_says_so(connect: Connect, name: str) -> None:
    with pytest.raises(AttributeError):
        setattr(as_official(connect(Wire())), name, {})


async def test_the_view_may_be_entered_and_closes_the_connections(connect: Connect) -> None:
    client = connect(Wire())
    if connect.is_async:
        async with as_official(client) as view:
            await view.chat.completions.create(**HELLO)
    else:
        with as_official(client) as view:
            view.chat.completions.create(**HELLO)
    assert view.is_closed()


async def test_a_resource_of_the_view_may_be_mocked(connect: Connect, monkeypatch: pytest.MonkeyPatch) -> None:
    view = as_official(connect(Wire()))
    monkeypatch.setattr(view.chat.completions, "create", lambda **_: "mocked")
    assert view.chat.completions.create() == "mocked"


async def test_operations_look_as_those_of_the_official_client(connect: Connect) -> None:
    theirs, seen = official_class(connect)(api_key="sk-x").files.retrieve, as_official(connect(Wire())).files.retrieve
    assert inspect.iscoroutinefunction(seen) is inspect.iscoroutinefunction(theirs)
    assert inspect.signature(seen) == inspect.signature(theirs)


# -- what goes out ---------------------------------------------------------------------------------------------------


async def test_our_client_asks_and_not_the_official_one(connect: Connect) -> None:
    wire = Wire()
    view = as_official(connect(wire, default_headers={"x-team": "a"}))
    await done(
        view.chat.completions.create(**HELLO, extra_headers={"x-one": "1"}, extra_query={"q": "2"}, extra_body={"v": 3})
    )
    headers = wire.last.headers
    assert headers["user-agent"].startswith("typed-openai/")
    assert not [name for name in headers if name.startswith("x-stainless")]
    assert (headers["x-team"], headers["x-one"], wire.last.url.query, wire.body["v"]) == ("a", "1", b"q=2", 3)


async def test_what_our_checks_refuse_stays_our_error(connect: Connect) -> None:
    wire = Wire()
    with pytest.raises(RequestValidationError, match="temperature"):
        await done(as_official(connect(wire)).chat.completions.create(**HELLO, temperature=5))
    tool = {"type": "function", "function": {"name": "f", "strikt": True}}
    with pytest.raises(RequestValidationError, match="did you mean 'strict'"):
        await done(as_official(connect(wire)).chat.completions.create(**HELLO, tools=[tool]))
    assert wire.requests == []


async def test_a_null_is_sent_where_the_api_takes_one(connect: Connect) -> None:
    wire = Wire()
    await done(as_official(connect(wire)).chat.completions.create(**HELLO, stop=None, tools=None))
    assert wire.body in ({**HELLO, "stop": None}, HELLO)


async def test_files_travel_as_forms(connect: Connect) -> None:
    body = {"id": "file-1", "object": "file", "bytes": 1, "created_at": 1, "filename": "a", "purpose": "user_data"}
    wire = Wire(status(200, body))
    file = await done(as_official(connect(wire)).files.create(file=("a.txt", b"x"), purpose="user_data"))
    assert file.id == "file-1"
    assert b'filename="a.txt"' in wire.last.content
    assert b"user_data" in wire.last.content


async def test_what_is_not_declared_here_is_sent_too(connect: Connect) -> None:
    wire = Wire(status(200, {"id": "x"}))
    view = as_official(connect(wire))
    for verb in ("post", "put", "patch", "delete"):
        answer = await done(getattr(view, verb)("/some/where", cast_to=object, body={"a": 1}))
        assert (answer, wire.body, wire.last.method) == ({"id": "x"}, {"a": 1}, verb.upper())
    answer = await done(view.get("/some/where?a=1", cast_to=object, options={"params": {"b": 2}}))
    assert (answer, wire.last.url.query) == ({"id": "x"}, b"a=1&b=2")
    assert wire.last.headers["authorization"].startswith("Bearer ")


async def test_the_key_does_not_go_to_another_server(connect: Connect) -> None:
    wire = Wire(status(200, {}))
    with pytest.raises(RequestValidationError, match=r"with_options\(base_url"):
        await done(as_official(connect(wire)).get("https://elsewhere.example/v1/models", cast_to=object))
    assert wire.requests == []


# -- what comes back -------------------------------------------------------------------------------------------------


async def test_a_result_is_of_the_official_class(connect: Connect) -> None:
    view = as_official(connect(Wire(status(200, completion_body("hello"), headers={"x-request-id": "req_1"}))))
    answer = await done(view.chat.completions.create(**HELLO))
    assert type(answer) is chat.ChatCompletion
    assert answer.choices[0].message.content == "hello"
    assert answer._request_id == "req_1"


def completion_body(content: str, **message: Any) -> dict[str, Any]:
    choice = {"index": 0, "message": {"role": "assistant", "content": content, **message}, "finish_reason": "stop"}
    return {"id": "c", "object": "chat.completion", "created": 1, "model": "m", "choices": [choice]}


async def test_a_raw_answer_parses_to_the_official_class(connect: Connect) -> None:
    raw = await done(
        as_official(connect(Wire(status(500), completion()))).chat.completions.with_raw_response.create(**HELLO)
    )
    assert type(raw.parse()) is chat.ChatCompletion
    assert (raw.status_code, raw.retries_taken, raw.http_response.json()["id"]) == (200, 1, "chatcmpl-1")
    assert raw.elapsed.total_seconds() >= 0


async def test_a_raw_parse_gives_the_official_class_with_the_value_in_it(connect: Connect) -> None:
    completions = as_official(connect(Wire(completion(NUMBERS)))).chat.completions
    raw = await done(completions.with_raw_response.parse(**HELLO, response_format=Numbers))
    parsed = await done(completions.parse(**HELLO, response_format=Numbers))
    for answer in (raw.parse(), parsed):
        assert isinstance(answer, chat.ChatCompletion)
        assert answer.choices[0].message.parsed == Numbers(value=[1, 2])


async def test_a_raw_parse_with_a_format_that_is_no_type_is_a_create(connect: Connect) -> None:
    wire = Wire(completion("{}"))
    format = {"type": "json_object"}
    raw = await done(
        as_official(connect(wire)).chat.completions.with_raw_response.parse(**HELLO, response_format=format)
    )
    assert isinstance(raw.parse(), chat.ChatCompletion)
    assert wire.body["response_format"] == format


async def test_a_response_has_its_value_where_the_official_one_has_it(connect: Connect) -> None:
    text = {"type": "output_text", "text": NUMBERS, "annotations": [], "logprobs": []}
    message = {"type": "message", "id": "m", "role": "assistant", "status": "completed", "content": [text]}
    body = {"id": "r", "object": "response", "created_at": 1, "status": "completed", "model": "m", "output": [message]}
    responses = as_official(connect(Wire(status(200, body)))).responses
    raw = await done(responses.with_raw_response.parse(model="m", input="x", text_format=Numbers))
    for answer in (raw.parse(), await done(responses.parse(model="m", input="x", text_format=Numbers))):
        assert isinstance(answer, openai.types.responses.Response)
        assert answer.output[0].content[0].parsed == answer.output_parsed == Numbers(value=[1, 2])


async def test_a_stream_gives_official_chunks_and_may_be_left_early(connect: Connect) -> None:
    view = as_official(connect(Wire(stream_of("a", "b"))))
    chunks = await listed(await done(view.chat.completions.create(**HELLO, stream=True)))
    assert [type(chunk) for chunk in chunks] == [chat.ChatCompletionChunk] * 2
    stream = await done(view.chat.completions.create(**HELLO, stream=True))
    assert isinstance(stream, openai.AsyncStream if connect.is_async else openai.Stream)
    if connect.is_async:
        async with stream as opened:
            assert type(await anext(opened)) is chat.ChatCompletionChunk
    else:
        with stream as opened:
            assert type(next(opened)) is chat.ChatCompletionChunk
    assert stream.response.is_closed


async def test_a_timeout_may_be_an_object_of_the_official_package(connect: Connect) -> None:
    wire = Wire()
    await done(as_official(connect(wire)).chat.completions.create(**HELLO, timeout=openai.Timeout(5, connect=2)))
    assert len(wire.requests) == 1


def test_a_deep_copy_of_a_view_is_the_view(connect: Connect) -> None:
    view = as_official(connect(Wire()))
    assert deepcopy({"client": view})["client"] is view


async def test_what_an_administrator_asks_goes_with_his_key(connect: Connect) -> None:
    wire = Wire(status(200, {"object": "list", "data": [], "has_more": False}))
    view = as_official(connect(wire, admin_api_key="sk-admin"))
    await done(view.admin.organization.projects.list())
    assert (view.admin_api_key, wire.last.headers["authorization"]) == ("sk-admin", "Bearer sk-admin")
    view.admin_api_key = "sk-other-admin"
    await done(view.with_options(timeout=5).admin.organization.projects.list())
    assert wire.last.headers["authorization"] == "Bearer sk-other-admin"
    await done(view.models.list())
    assert wire.last.headers["authorization"] == f"Bearer {KEY}"


async def test_what_an_administrator_asks_is_not_asked_with_another_key(connect: Connect) -> None:
    wire = Wire(status(200, {"object": "list", "data": [], "has_more": False}))
    view = as_official(connect(wire))
    for ask in (view.admin.organization.projects.list, view.admin.organization.usage.costs):
        with pytest.raises(MissingAPIKeyError, match="OPENAI_ADMIN_KEY"):
            await done(ask(**({} if ask.__name__ == "list" else {"start_time": 1})))
    assert wire.requests == []


@pytest.mark.parametrize("door", ["with_raw_response", "with_streaming_response"])
async def test_the_raw_doors_give_the_same_stream(connect: Connect, door: str) -> None:
    create = getattr(as_official(connect(Wire(stream_of("a", "b")))).chat.completions, door).create(
        **HELLO, stream=True
    )
    if door == "with_raw_response":
        chunks = await listed((await done(create)).parse())
    elif connect.is_async:
        async with create as raw:
            chunks = await listed(await raw.parse())
    else:
        with create as raw:
            chunks = list(raw.parse())
    assert [chunk.choices[0].delta.content for chunk in chunks] == ["a", "b"]


async def test_a_stream_of_events_gives_the_official_events_with_snapshot_and_value(connect: Connect) -> None:
    view = as_official(connect(Wire(stream_of('{"value"', ": [1, 2]}"))))
    found, final = await entered(view.chat.completions.stream(**HELLO, response_format=Numbers), connect.is_async)
    assert [event.type for event in found] == ["chunk", "content.delta", "chunk", "content.delta"]
    assert isinstance(found[0], events.ChunkEvent)
    assert found[-1].snapshot == NUMBERS
    assert found[-1].parsed == {"value": [1, 2]}
    assert found[-2].snapshot.choices[0].message.content == NUMBERS
    assert final.choices[0].message.parsed == Numbers(value=[1, 2])


async def test_a_usage_scope_counts_what_goes_through_the_view(connect: Connect) -> None:
    usage = {"prompt_tokens": 3, "completion_tokens": 4, "total_tokens": 7}
    with usage_scope() as scope:
        view = as_official(connect(Wire(completion("x", usage=usage))))
        await done(view.chat.completions.create(**HELLO))
    assert scope.total_tokens == 7


async def test_a_usage_scope_counts_streams_that_were_read_to_their_end(connect: Connect) -> None:
    usage = {"prompt_tokens": 3, "completion_tokens": 4, "total_tokens": 7}
    last = {"id": "c", "object": "chat.completion.chunk", "created": 1, "model": "m", "choices": [], "usage": usage}
    begin = stream_of("a")(httpx.Request("POST", "http://x")).content.removesuffix(b"data: [DONE]\n\n")
    body = begin + f"data: {json.dumps(last)}\n\ndata: [DONE]\n\n".encode()
    with usage_scope() as scope:
        view = as_official(connect(Wire(status(200, content=body, headers={"content-type": "text/event-stream"}))))
        await listed(await done(view.chat.completions.create(**HELLO, stream=True)))
    assert scope.total_tokens == 7


async def test_a_list_goes_on_over_its_pages(connect: Connect) -> None:
    def page(name: str, has_more: bool) -> Any:
        file = {"id": name, "object": "file", "bytes": 1, "created_at": 1, "filename": "a", "purpose": "user_data"}
        return status(200, {"object": "list", "data": [file], "has_more": has_more, "first_id": name, "last_id": name})

    wire = Wire(page("one", True), page("two", False))
    found = await listed(as_official(connect(wire)).files.list(limit=1, extra_query={"more": "x"}))
    assert [file.id for file in found] == ["one", "two"]
    assert [dict(request.url.params) for request in wire.requests] == [
        {"limit": "1", "more": "x"},
        {"limit": "1", "more": "x", "after": "one"},
    ]


@pytest.mark.parametrize("is_async", [False, True])
async def test_a_view_of_azure_shows_how_it_is_reached(is_async: bool) -> None:
    connect, endpoint = AzureConnect(is_async), "https://name.openai.azure.com"
    reached = {"azure_endpoint": endpoint, "api_version": "2024-10-21", "api_key": "key"}
    view = as_official(connect(Wire(), **reached))
    assert str(view.base_url) == f"{endpoint}/openai/"
    assert view.api_key == "key"
    assert view.auth_headers == openai.AzureOpenAI(**reached).auth_headers  # `api-key` from some version on


# -- what goes wrong -------------------------------------------------------------------------------------------------


async def test_an_error_of_the_api_becomes_the_official_one(connect: Connect) -> None:
    view = as_official(connect(Wire(failure(404, message="no such model", code="gone"))))
    with pytest.raises(openai.NotFoundError, match="no such model") as caught:
        await done(view.chat.completions.create(**HELLO))
    error = caught.value
    assert (error.status_code, error.response.status_code, error.code) == (404, 404, "gone")
    assert error.response.json()["error"]["message"] == "no such model"
    assert "no such model" in error.response.text
    assert error.response.request.method == "POST"
    assert isinstance(error.__cause__, NotFoundError)


@pytest.mark.parametrize(
    ("failing", "kind"),
    [(httpx.ConnectError("refused"), "APIConnectionError"), (httpx.ReadTimeout("late"), "APITimeoutError")],
)
async def test_no_answer_is_the_official_error_too(connect: Connect, failing: Exception, kind: str) -> None:
    view = as_official(connect(Wire(broken(failing)), max_retries=0))
    with pytest.raises(openai.APIConnectionError) as caught:
        await done(view.chat.completions.create(**HELLO))
    assert type(caught.value) is getattr(openai, kind)
    assert "/chat/completions" in str(caught.value.request.url)
    assert "api.openai.com" in str(caught.value)


async def test_attempts_are_ours(connect: Connect) -> None:
    wire = Wire(status(500), completion())
    view = as_official(connect(wire))
    await done(view.chat.completions.create(**HELLO))
    assert len(wire.requests) == 2
    assert len({request.headers["idempotency-key"] for request in wire.requests}) == 1


@pytest.mark.parametrize("code", [400, 401, 403, 404, 409, 422, 429, 500])
async def test_each_status_is_the_official_class(connect: Connect, code: int) -> None:
    view = as_official(connect(Wire(failure(code)), max_retries=0))
    with pytest.raises(openai.APIStatusError) as caught:
        await done(view.models.list())
    with pytest.raises(openai.APIStatusError) as raw:
        await done(view.models.with_raw_response.list())
    assert type(caught.value) is type(raw.value)
    assert type(caught.value).__name__ == type(caught.value.__cause__).__name__


async def test_what_is_not_an_answer_raises(connect: Connect) -> None:
    view = as_official(connect(Wire(status(200, content=b"<html>", headers={"content-type": "text/html"}))))
    with pytest.raises(openai.APIResponseValidationError, match="text/html"):
        await done(view.chat.completions.create(**HELLO))


async def test_a_stream_that_breaks_off_raises_an_official_error(connect: Connect) -> None:
    whole = stream_of("a")(httpx.Request("POST", "http://x"))
    cut = status(200, content=whole.content.removesuffix(b"data: [DONE]\n\n"), headers=dict(whole.headers))
    completions = as_official(connect(Wire(cut))).chat.completions
    with pytest.raises(openai.APIError) as caught:
        await listed(await done(completions.create(**HELLO, stream=True)))
    assert isinstance(caught.value.__cause__, StreamTruncatedError)
    with pytest.raises(openai.APIError):
        await listed((await done(completions.with_raw_response.create(**HELLO, stream=True))).parse())


async def test_a_stream_of_events_raises_official_errors(connect: Connect) -> None:
    view = as_official(connect(Wire(failure(404))))
    with pytest.raises(openai.NotFoundError):
        await entered(view.chat.completions.stream(**HELLO), connect.is_async)
