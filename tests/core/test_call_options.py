"""Params objects, and the options that every call takes besides its parameters."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest

from tests.canned import HELLO, KEY, Connect, Wire, body_of, done, models, refused, status
from typed_openai.errors import ConfigurationError
from typed_openai.models.base import NULL
from typed_openai.models.chat.messages import UserMessage
from typed_openai.models.chat.params import ChatCompletionCreateParams

LIST = status(200, {"object": "list", "data": [], "has_more": False})
USER: dict[str, Any] = {"role": "user", "content": "hello"}


# --- params objects --------------------------------------------------------------------------------------------------


async def test_a_params_object_is_the_same_as_its_keywords(connect: Connect) -> None:
    wire = Wire()
    client = connect(wire)
    given: dict[str, Any] = {**HELLO, "temperature": 1, "stop": NULL, "user": None, "prediction": {"content": "x"}}
    params = ChatCompletionCreateParams(**given)
    await done(client.chat.completions.create(params))
    first = wire.last.content
    await done(client.chat.completions.create(**given))
    assert wire.last.content == first
    assert json.loads(first) == {
        **HELLO,
        "temperature": 1,
        "stop": None,
        "prediction": {"type": "content", "content": "x"},
    }


async def test_keywords_override_a_params_object_which_stays_as_it_is(connect: Connect) -> None:
    params = ChatCompletionCreateParams(**HELLO, temperature=1, n=2)
    before = params.model_copy(deep=True)
    body = await body_of(connect, params, temperature=0.5, seed=7, n=None)
    assert body == {**HELLO, "temperature": 0.5, "seed": 7, "n": 2}
    assert params == before
    assert params.model_fields_set == before.model_fields_set


async def test_overrides_of_a_params_object_are_checked(connect: Connect) -> None:
    error = await refused(connect, ChatCompletionCreateParams(**HELLO), temperature=3, max_token=1)
    assert {fault.path for fault in error.faults} == {"temperature", "max_token"}


async def test_options_go_beside_a_params_object(connect: Connect) -> None:
    body = await body_of(connect, ChatCompletionCreateParams(**HELLO), extra_body={"new": NULL, "model": "other"})
    assert body == {**HELLO, "new": None, "model": "other"}


async def test_a_params_object_stands_after_the_path_parameters(connect: Connect) -> None:
    from typed_openai.models.chat.params import MessageListParams

    wire = Wire(LIST)
    messages = connect(wire).chat.completions.messages
    for args, kwargs in [(["c-1", MessageListParams(limit=2)], {}), (["c-1", MessageListParams()], {"limit": 2})]:
        await done(messages.list(*args, **kwargs))
        assert str(wire.last.url).endswith("/chat/completions/c-1/messages?limit=2")


async def test_the_params_object_of_another_operation_is_refused(connect: Connect) -> None:
    from typed_openai.models.embeddings import EmbeddingCreateParams

    error = await refused(connect, EmbeddingCreateParams(model="m", input="x"))
    assert "a ChatCompletionCreateParams, got EmbeddingCreateParams" in str(error)


async def test_stream_in_a_params_object_must_be_visible_at_the_call(connect: Connect) -> None:
    params = ChatCompletionCreateParams(**HELLO, stream=True)
    error = await refused(connect, params)
    assert "create(params, stream=True)" in str(error)
    wire = Wire(status(200, content=b"data: [DONE]\n\n", headers={"content-type": "text/event-stream"}))
    stream = await done(connect(wire).chat.completions.create(params, stream=True))
    assert wire.body["stream"] is True
    assert wire.request.headers["accept"] == "text/event-stream"
    await done(stream.aclose() if connect.is_async else stream.close())
    assert (await body_of(connect, params, stream=False))["stream"] is False


# --- options of a call -----------------------------------------------------------------------------------------------


async def headers_of(connect: Connect, own: bool, **kwargs: Any) -> httpx.Headers:
    wire = Wire()
    settings: dict[str, Any] = {"api_key": KEY, "default_headers": {"X-Team": "red"}}
    client = (
        connect.kind(http_client=connect.http_client(wire, headers={"X-Own": "1"}), **settings)
        if own
        else connect(wire, **settings)
    )
    await done(client.chat.completions.create(**HELLO, **kwargs))
    return wire.request.headers


@pytest.mark.parametrize("own", [False, True])
async def test_extra_headers_override_and_none_removes_whatever_the_case(connect: Connect, own: bool) -> None:
    plain = await headers_of(connect, own)
    changed = await headers_of(
        connect,
        own,
        extra_headers={"AUTHORIZATION": "Bearer mine", "x-TEAM": None, "User-Agent": None, "X-New": "1", "X-OWN": None},
    )
    assert plain["authorization"] == f"Bearer {KEY}"
    assert changed.get_list("authorization") == ["Bearer mine"]
    assert changed["x-new"] == "1"
    assert "x-team" in plain
    assert not {"x-team", "user-agent", "x-own"} & set(changed)


async def test_none_as_authorization_sends_no_key(connect: Connect) -> None:
    headers = await headers_of(connect, False, extra_headers={"Authorization": None})
    assert "authorization" not in headers


@pytest.mark.parametrize(
    "extra_headers", [{"X-A": 5}, {"X-A": "a\nb"}, {"X A": "b"}, {"X A": None}, {5: "a"}, [("X-A", "b")], "X-A: b"]
)
async def test_extra_headers_that_cannot_be_sent_are_refused(connect: Connect, extra_headers: Any) -> None:
    error = await refused(connect, **HELLO, extra_headers=extra_headers)
    assert error.faults[0].path == "extra_headers"


async def test_extra_body_is_merged_on_top_and_passes_untouched(connect: Connect) -> None:
    extra = {"temperature": "hot", "new": {"deep": [None, {"a": 1}]}, "messages": None}
    assert await body_of(connect, **HELLO, temperature=1, extra_body=extra) == {"model": "m", **extra}


async def test_extra_body_takes_models_answers_and_iterators(connect: Connect) -> None:
    answer = (await done(connect(Wire()).chat.completions.create(**HELLO))).choices[0].message
    body = await body_of(
        connect, **HELLO, extra_body={"a": UserMessage(content="hello"), "b": [answer], "c": iter([1]), "d": (1, 2)}
    )
    assert body["a"] == USER
    assert body["b"][0]["content"] == "hi"
    assert (body["c"], body["d"]) == ([1], [1, 2])


@pytest.mark.parametrize("name", ["extra_body", "extra_query"])
async def test_an_extra_that_is_no_mapping_is_refused(connect: Connect, name: str) -> None:
    error = await refused(connect, **HELLO, **{name: [1]})
    assert error.faults[0].path == name


async def test_extra_body_with_a_delete_is_sent_as_json(connect: Connect) -> None:
    wire = Wire(status(200, {"id": "m", "deleted": True, "object": "model"}))
    await done(connect(wire).models.delete("m", extra_body={"force": True}))
    assert wire.body == {"force": True}
    assert wire.request.headers["content-type"] == "application/json"


@pytest.mark.parametrize("own", [False, True])
@pytest.mark.parametrize(
    ("timeout", "expected"),
    [
        (5, {"connect": 5, "read": 5, "write": 5, "pool": 5}),
        (httpx.Timeout(7, connect=1), {"connect": 1, "read": 7, "write": 7, "pool": 7}),
        (False, {"connect": None, "read": None, "write": None, "pool": None}),
        (None, {"connect": 30.0, "read": 30.0, "write": 30.0, "pool": 30.0}),
    ],
)
async def test_the_timeout_of_a_call_is_that_of_its_operations(
    connect: Connect, own: bool, timeout: Any, expected: dict[str, Any]
) -> None:
    wire = Wire()
    client = (
        connect.kind(api_key=KEY, timeout=30.0, http_client=connect.http_client(wire, timeout=99))
        if own
        else connect(wire, timeout=30.0)
    )
    await done(client.chat.completions.create(**HELLO, timeout=timeout))
    assert dict(wire.request.extensions["timeout"]) == expected


@pytest.mark.parametrize("name", ["timeout", "deadline"])
@pytest.mark.parametrize("value", [0, -1, "5", float("nan"), float("inf"), True])
async def test_a_time_that_cannot_work_is_refused(connect: Connect, name: str, value: Any) -> None:
    error = await refused(connect, **HELLO, **{name: value})
    assert str(error.faults[0]).startswith(f"{name}: must be a number of seconds above 0")


async def test_an_option_that_is_none_is_not_given(connect: Connect) -> None:
    names = ("extra_headers", "extra_query", "extra_body", "timeout", "deadline", "idempotency_key")
    assert await body_of(connect, **HELLO, **dict.fromkeys(names)) == HELLO


async def test_options_are_taken_by_every_operation(connect: Connect) -> None:
    wire = Wire(models("a"))
    client = connect(wire)
    await done(client.models.list(extra_headers={"X-A": "1"}, extra_query={"b": "2"}, timeout=3, deadline=100))
    assert (wire.request.headers["x-a"], wire.request.url.query) == ("1", b"b=2")


# --- keys that are asked for -----------------------------------------------------------------------------------------


async def test_a_header_for_the_call_wins_over_a_key_that_is_asked_for(connect: Connect) -> None:
    asked: list[int] = []

    def key() -> str:
        asked.append(1)
        return "sk-asked"

    wire = Wire()
    client = connect(wire, api_key=key)
    await done(client.chat.completions.create(**HELLO))
    assert wire.last.headers["authorization"] == "Bearer sk-asked"
    for value in ("Bearer mine", None):
        await done(client.chat.completions.create(**HELLO, extra_headers={"Authorization": value}))
        assert wire.last.headers.get("authorization") == value
    assert len(asked) == 1


@pytest.mark.parametrize("key", [None, 5, "", "a\nb", " "])
async def test_a_key_that_cannot_be_sent_is_refused_when_it_is_returned(connect: Connect, key: Any) -> None:
    wire = Wire()
    with pytest.raises(ConfigurationError, match=r"the key returned by api_key\(\)"):
        await done(connect(wire, api_key=lambda: key).chat.completions.create(**HELLO))
    assert wire.requests == []
