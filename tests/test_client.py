"""Clients: headers, options, an `http_client` of the user's own, closing, mocks, and raw and streamed answers."""

from __future__ import annotations

import asyncio
import inspect
import os
import threading
from typing import Any
from unittest import mock

import httpx
import pytest

from tests.canned import HELLO, KEY, Connect, Wire, done, failure, models, status
from typed_openai.client import AsyncOpenAI, OpenAI
from typed_openai.errors import ConfigurationError
from typed_openai.models.chat.completions import ChatCompletion
from typed_openai.settings.config import configure

# --- headers ---------------------------------------------------------------------------------------------------------


async def test_each_request_says_who_asks_and_what_it_takes(connect: Connect) -> None:
    wire = Wire()
    client = connect(wire, organization="org-1", project="proj-1")
    await done(client.chat.completions.create(**HELLO))
    sent = wire.request.headers
    assert sent["authorization"] == f"Bearer {KEY}"
    assert (sent["openai-organization"], sent["openai-project"]) == ("org-1", "proj-1")
    assert (sent["accept"], sent["content-type"]) == ("application/json", "application/json")
    assert sent["user-agent"].startswith("typed-openai/")
    assert len(sent.get_list("authorization")) == len(sent.get_list("content-type")) == 1


async def test_headers_that_are_not_set_are_not_sent(connect: Connect) -> None:
    wire = Wire(models("a"))
    await done(connect(wire).models.list())
    assert not {"openai-organization", "openai-project", "content-type", "idempotency-key"} & set(wire.request.headers)


async def test_default_headers_and_default_query_go_with_every_request(connect: Connect) -> None:
    wire = Wire(models("a"))
    client = connect(
        wire,
        default_headers={"X-Team": "red", "user-agent": "mine", "AUTHORIZATION": "Basic abc"},
        default_query={"api-version": "1", "tags": ["a", "b"]},
    )
    await done(client.models.list())
    sent = wire.request
    assert (sent.headers["x-team"], sent.headers["user-agent"]) == ("red", "mine")
    assert sent.headers.get_list("authorization") == ["Basic abc"]
    assert sent.url.params.multi_items() == [("api-version", "1"), ("tags[]", "a"), ("tags[]", "b")]


async def test_added_headers_are_seen_at_once_by_every_resource(connect: Connect) -> None:
    wire = Wire()
    client = connect(wire)
    before: list[Any] = [
        client.chat.completions.create,
        client.chat.completions.with_raw_response.create,
        client.with_raw_response.chat.completions.create,
    ]
    await done(client.chat.completions.create(**HELLO))
    assert "x-team" not in wire.last.headers
    client.add_headers({"X-Team": "red"}, x_more="1")
    for create in [*before, client.chat.completions.create, client.chat.completions.with_raw_response.create]:
        await done(create(**HELLO))
        assert (wire.last.headers["x-team"], wire.last.headers["x_more"]) == ("red", "1")


async def test_a_header_added_again_replaces_the_first_whatever_its_case(connect: Connect) -> None:
    wire = Wire()
    client = connect(wire, default_headers={"X-TEAM": "none"})
    for name, value in [("X-Team", "red"), ("x-team", "green"), ("X-Team", "blue")]:
        client.add_headers({name: value})
        await done(client.chat.completions.create(**HELLO))
        assert wire.last.headers.get_list("x-team") == [value]


async def test_added_headers_reach_a_client_that_was_derived_later_not_earlier(connect: Connect) -> None:
    wire = Wire()
    client = connect(wire)
    earlier = client.with_options(timeout=5)
    client.add_headers({"X-Team": "red"})
    later = client.with_options(timeout=5)
    later.add_headers({"X-Team": "blue"})
    found = []
    for each in (client, earlier, later):
        await done(each.chat.completions.create(**HELLO))
        found.append(wire.last.headers.get("x-team"))
    assert found == ["red", None, "blue"]


@pytest.mark.parametrize(
    "headers", [{"X-A": "a\nb"}, {"X A": "b"}, {"X-A": 5}, {"X-A": None}, {"": "a"}, {"X-Ä": "a"}, [("X-A", "b")]]
)
def test_a_header_that_cannot_be_sent_is_not_added(headers: Any) -> None:
    client = OpenAI(api_key=KEY)
    with pytest.raises((ConfigurationError, TypeError)):
        client.add_headers(headers)


# --- with_options ----------------------------------------------------------------------------------------------------


async def test_with_options_changes_the_copy_and_not_the_parent(connect: Connect) -> None:
    wire = Wire(failure(500, headers={"retry-after": "0"}))
    client = connect(wire, max_retries=1, default_headers={"X-A": "1", "X-B": "1"})
    other = client.with_options(
        max_retries=0, api_key="sk-other", default_headers={"x-b": "2"}, base_url="http://other/v1"
    )
    with pytest.raises(Exception, match="500"):
        await done(other.models.list())
    sent = wire.request
    assert (sent.url.host, sent.headers["authorization"]) == ("other", "Bearer sk-other")
    assert (sent.headers["x-a"], sent.headers["x-b"]) == ("1", "2")
    with pytest.raises(Exception, match="500"):
        await done(client.models.list())
    assert len(wire.requests) == 3
    assert (wire.last.url.host, wire.last.headers["authorization"]) == ("api.openai.com", f"Bearer {KEY}")
    assert wire.last.headers["x-b"] == "1"


def test_with_options_shares_the_connections(connect: Connect) -> None:
    client = connect(Wire())
    other = client.with_options(timeout=5)
    assert other is not client
    assert type(other) is type(client)
    assert other.driver.pool is client.driver.pool
    assert client.copy(timeout=5).driver.pool is client.driver.pool


async def test_with_options_may_change_the_http_client(connect: Connect) -> None:
    first, second = Wire(), Wire()
    client = connect.kind(api_key=KEY, http_client=connect.http_client(first))
    await done(client.with_options(http_client=connect.http_client(second)).chat.completions.create(**HELLO))
    assert (len(first.requests), len(second.requests)) == (0, 1)


async def test_with_options_keeps_the_key_beside_an_http_client_with_credentials(connect: Connect) -> None:
    wire = Wire()
    own = connect.http_client(wire, headers={"Authorization": "Bearer own"})
    for client, expected in [
        (connect.kind(api_key=KEY, http_client=own).with_options(timeout=5), f"Bearer {KEY}"),
        (connect.kind(http_client=own).with_options(timeout=5), "Bearer own"),
        (connect.kind(http_client=own).with_options(api_key="sk-late"), "Bearer sk-late"),
    ]:
        await done(client.chat.completions.create(**HELLO))
        assert wire.last.headers["authorization"] == expected


async def test_with_options_false_takes_the_key_away(connect: Connect) -> None:
    wire = Wire()
    await done(connect(wire).with_options(api_key=False).chat.completions.create(**HELLO))
    assert "authorization" not in wire.request.headers


# --- an http_client of the user's own --------------------------------------------------------------------------------


async def test_the_headers_cookies_parameters_and_hooks_of_an_http_client_are_honoured(connect: Connect) -> None:
    wire = Wire(models("a"))
    seen: list[str] = []

    def on_request(request: httpx.Request) -> None:
        seen.append(f"to {request.url.path}")
        request.headers["x-hook"] = "1"

    def on_response(response: httpx.Response) -> None:
        seen.append(f"got {response.status_code}")

    async def on_request_async(request: httpx.Request) -> None:
        on_request(request)

    async def on_response_async(response: httpx.Response) -> None:
        on_response(response)

    hooks: dict[str, list[Any]] = {
        "request": [on_request_async if connect.is_async else on_request],
        "response": [on_response_async if connect.is_async else on_response],
    }
    own = connect.http_client(
        wire, headers={"X-Mine": "1"}, cookies={"session": "s1"}, params={"tenant": "t 1"}, event_hooks=hooks
    )
    client = connect.kind(api_key=KEY, http_client=own, default_query={"a": "1"})
    await done(client.models.list())
    sent = wire.request
    assert (sent.headers["x-mine"], sent.headers["cookie"], sent.headers["x-hook"]) == ("1", "session=s1", "1")
    assert sorted(sent.url.params.multi_items()) == [("a", "1"), ("tenant", "t 1")]
    assert seen == ["to /v1/models", "got 200"]
    assert sent.headers["authorization"] == f"Bearer {KEY}"


async def test_the_user_agent_of_an_http_client_is_kept_when_it_is_not_the_default_of_httpx(connect: Connect) -> None:
    wire = Wire()
    for headers, expected in [({}, "typed-openai/"), ({"User-Agent": "mine/1"}, "mine/1")]:
        client = connect.kind(api_key=KEY, http_client=connect.http_client(wire, headers=headers))
        await done(client.chat.completions.create(**HELLO))
        assert wire.last.headers["user-agent"].startswith(expected)


def each(seconds: float | None) -> dict[str, float | None]:
    return dict.fromkeys(("connect", "read", "write", "pool"), seconds)


@pytest.mark.parametrize(
    ("options", "settings", "expected"),
    [
        ({"timeout": 7}, {}, each(7)),
        ({"timeout": httpx.Timeout(7, read=60)}, {}, {**each(7), "read": 60}),
        ({"timeout": None}, {}, each(None)),
        ({}, {}, each(120)),
        ({"timeout": 7}, {"timeout": 30}, each(30)),
        ({"timeout": 7}, {"timeout": False}, each(None)),
    ],
)
async def test_the_timeout_of_an_http_client_counts_where_nobody_says_another(
    connect: Connect, options: dict[str, Any], settings: dict[str, Any], expected: dict[str, float | None]
) -> None:
    wire = Wire()
    client = connect.kind(api_key=KEY, http_client=connect.http_client(wire, **options), **settings)
    await done(client.with_options(max_retries=0).chat.completions.create(**HELLO))
    assert dict(wire.request.extensions["timeout"]) == expected


async def test_a_configured_timeout_wins_over_that_of_an_http_client(connect: Connect) -> None:
    configure(timeout=30)
    wire = Wire()
    client = connect.kind(api_key=KEY, http_client=connect.http_client(wire, timeout=7))
    await done(client.chat.completions.create(**HELLO))
    assert dict(wire.request.extensions["timeout"]) == each(30)


async def test_a_cookie_that_the_server_sets_comes_back_with_an_http_client(connect: Connect) -> None:
    wire = Wire(status(200, {"object": "list", "data": []}, headers={"set-cookie": "sticky=1; Path=/"}))
    client = connect.kind(api_key=KEY, http_client=connect.http_client(wire))
    await done(client.models.list())
    await done(client.models.list())
    assert [request.headers.get("cookie") for request in wire.requests] == [None, "sticky=1"]


@pytest.mark.parametrize("configured", [False, True])
async def test_the_credentials_of_an_http_client_are_used_when_no_key_is_given(
    connect: Connect, monkeypatch: pytest.MonkeyPatch, configured: bool
) -> None:
    if configured:
        monkeypatch.setenv("OPENAI_API_KEY", "sk-environment")
    cases: list[tuple[dict[str, Any], str, str]] = [
        ({"headers": {"Authorization": "Bearer own"}}, "authorization", "Bearer own"),
        ({"headers": {"api-key": "own"}}, "api-key", "own"),
        ({"auth": ("user", "pass")}, "authorization", "Basic dXNlcjpwYXNz"),
    ]
    for options, name, expected in cases:
        wire = Wire()
        client = connect.kind(http_client=connect.http_client(wire, **options))
        await done(client.chat.completions.create(**HELLO))
        assert wire.request.headers.get_list(name) == [expected]
        assert name == "authorization" or "authorization" not in wire.request.headers


async def test_a_key_that_is_given_wins_over_the_header_of_an_http_client(connect: Connect) -> None:
    wire = Wire()
    own = connect.http_client(wire, headers={"Authorization": "Bearer own"})
    await done(connect.kind(api_key=KEY, http_client=own).chat.completions.create(**HELLO))
    assert wire.request.headers.get_list("authorization") == [f"Bearer {KEY}"]


async def test_the_key_of_the_environment_is_used_with_an_http_client_without_credentials(
    connect: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-environment")
    wire = Wire()
    await done(connect.kind(http_client=connect.http_client(wire)).chat.completions.create(**HELLO))
    assert wire.request.headers["authorization"] == "Bearer sk-environment"


async def test_an_http_client_is_not_closed_by_us(connect: Connect) -> None:
    own = connect.http_client(Wire())
    client = connect.kind(api_key=KEY, http_client=own)
    await done(client.chat.completions.create(**HELLO))
    await done(client.close())
    assert not own.is_closed


async def test_an_http_client_that_was_closed_is_named_by_the_error(connect: Connect) -> None:
    own = connect.http_client(Wire())
    await done(own.aclose() if connect.is_async else own.close())
    with pytest.raises(ConfigurationError, match="http_client was closed"):
        await done(connect.kind(api_key=KEY, http_client=own).chat.completions.create(**HELLO))


@pytest.mark.parametrize("key", [KEY, None])
def test_the_wrong_kind_of_http_client_is_refused_when_the_client_is_made(key: str | None) -> None:
    kinds: list[tuple[Any, Any, str]] = [
        (OpenAI, httpx.AsyncClient(), "got AsyncClient: that is for AsyncOpenAI"),
        (OpenAI, httpx.HTTPTransport(), "got HTTPTransport: a transport is given as transport="),
        (OpenAI, "http://proxy", "got str"),
        (AsyncOpenAI, httpx.Client(), "got Client: that is for OpenAI"),
        (AsyncOpenAI, object(), "got object"),
    ]
    for kind, own, said in kinds:
        with pytest.raises(ConfigurationError, match=said):
            kind(api_key=key, http_client=own)
        with pytest.raises(ConfigurationError, match=said):
            kind(api_key=KEY).with_options(http_client=own)


# --- connections of our own ------------------------------------------------------------------------------------------


async def test_a_context_manager_closes_the_client_and_a_closed_client_says_so(connect: Connect) -> None:
    for own in (False, True):
        client = connect.kind(api_key=KEY, **({"http_client": connect.http_client(Wire())} if own else {}))
        if connect.is_async:
            async with client as entered:
                assert entered is client
        else:
            with client as entered:
                assert entered is client
        with pytest.raises(ConfigurationError, match="this client was closed"):
            await done(client.chat.completions.create(**HELLO))


async def test_closing_twice_is_fine_and_so_is_closing_what_was_never_used(connect: Connect) -> None:
    client = connect.kind(api_key=KEY)
    await done(client.close())
    await done(client.close())


async def test_closing_a_client_closes_the_connections_that_it_made(connect: Connect) -> None:
    client = connect.kind(api_key=KEY)
    pool = client.driver.pool
    native = pool.client(asyncio.get_running_loop()) if connect.is_async else pool.client()
    await done(client.close())
    assert native.is_closed


def test_making_a_client_connects_to_nothing_and_loads_no_certificates() -> None:
    for kind in (OpenAI, AsyncOpenAI):
        client: Any = kind(api_key=KEY)
        assert "driver" not in vars(client)


def test_threads_share_one_pool() -> None:
    client = OpenAI(api_key=KEY)
    found: list[object] = []
    barrier = threading.Barrier(8)

    def work() -> None:
        barrier.wait()
        found.append(client.driver.pool.client())

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(map(id, found))) == 1
    client.close()


def test_an_async_client_lives_through_several_event_loops(monkeypatch: pytest.MonkeyPatch) -> None:
    wire = Wire()
    client: Any = AsyncOpenAI(api_key=KEY)

    async def answer(self: object, request: httpx.Request) -> httpx.Response:
        return wire(request)

    monkeypatch.setattr(httpx.AsyncHTTPTransport, "handle_async_request", answer)

    async def ask() -> Any:
        native = client.driver.pool.client(asyncio.get_running_loop())
        assert (await client.chat.completions.create(**HELLO)).choices[0].message.content == "hi"
        assert client.driver.pool.client(asyncio.get_running_loop()) is native
        return native

    assert asyncio.run(ask()) is not asyncio.run(ask())
    assert len(wire.requests) == 2


def test_a_forked_child_gets_connections_of_its_own(connect: Connect, monkeypatch: pytest.MonkeyPatch) -> None:
    async def work() -> None:
        pool = connect.kind(api_key=KEY).driver.pool
        loop = [asyncio.get_running_loop()] if connect.is_async else []
        first = pool.client(*loop)
        assert pool.client(*loop) is first
        monkeypatch.setattr(os, "getpid", lambda: -1)
        second = pool.client(*loop)
        assert second is not first
        assert pool.client(*loop) is second
        monkeypatch.undo()

    asyncio.run(work())


@pytest.mark.parametrize("proxy", ["ftp://user:hunter2@proxy:1", "http://user:hunter2@[::1"])
async def test_a_proxy_of_the_environment_that_cannot_work_is_named_without_its_password(
    connect: Connect, monkeypatch: pytest.MonkeyPatch, proxy: str
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", proxy)
    with pytest.raises(ConfigurationError, match="HTTPS_PROXY") as caught:
        await done(connect.kind(api_key=KEY).models.list())
    assert "hunter2" not in repr(caught.value)
    assert caught.value.__cause__ is None


# --- what an operation is --------------------------------------------------------------------------------------------


def test_an_operation_shows_its_signature_and_its_documentation(connect: Connect) -> None:
    client = connect(Wire())
    signature = inspect.signature(client.chat.completions.create)
    assert {"messages", "model", "temperature", "extra_headers", "timeout", "idempotency_key"} <= set(
        signature.parameters
    )
    assert signature.parameters["temperature"].kind is inspect.Parameter.KEYWORD_ONLY
    assert signature.parameters["temperature"].default is None
    retrieve = inspect.signature(client.chat.completions.retrieve)
    assert next(iter(retrieve.parameters)) == "completion_id"
    assert "idempotency_key" not in retrieve.parameters
    text = inspect.getdoc(client.chat.completions.create) or ""
    assert text.startswith("Ask for the next message of a conversation")
    assert "\n    temperature: 0 to 2" in text
    assert "\n    deadline: Seconds for the whole call" in text
    assert client.chat.completions.create.__name__ == "create"
    assert client.chat.completions.create.__qualname__.endswith("Completions.create")
    assert repr(client.chat.completions.create) == "<chat.completions.create: POST /chat/completions>"
    assert callable(client.chat.completions.create)


def test_an_operation_is_the_same_object_each_time_and_knows_its_class(connect: Connect) -> None:
    client = connect(Wire())
    assert client.chat is client.chat
    assert client.chat.completions.create is client.chat.completions.create
    assert type(client.chat.completions).create is not client.chat.completions.create


async def test_an_operation_may_be_called_through_its_class(connect: Connect) -> None:
    wire = Wire(models("a"))
    client = connect(wire)
    page = await done(type(client.models).list(client.models))
    assert page.data[0].id == "a"


def test_async_operations_are_coroutine_functions() -> None:
    client: Any = AsyncOpenAI(api_key=KEY)
    sync: Any = OpenAI(api_key=KEY)
    is_coroutine: Any = inspect.iscoroutinefunction if hasattr(inspect, "markcoroutinefunction") else None
    for check in filter(None, [is_coroutine, asyncio.iscoroutinefunction if is_coroutine is None else None]):
        assert check(client.chat.completions.create)
        assert check(client.chat.completions.with_raw_response.create)
        assert check(client.models.with_raw_response.list)
        assert not check(client.models.list), "it may also be iterated at once"
        assert not check(client.chat.completions.with_streaming_response.create)
        assert not check(sync.chat.completions.create)


async def test_mock_patch_object_replaces_an_operation_and_puts_it_back(connect: Connect) -> None:
    wire = Wire()
    client = connect(wire)
    for used_before in (False, True):
        completions = client.with_options(timeout=5).chat.completions if not used_before else client.chat.completions
        if used_before:
            await done(completions.create(**HELLO))
        with mock.patch.object(completions, "create", return_value="mocked") as create:
            assert isinstance(create, mock.AsyncMock) is connect.is_async
            assert await done(completions.create(model="m", messages=[])) == "mocked"
            create.assert_called_once_with(model="m", messages=[])
        assert isinstance(await done(completions.create(**HELLO)), ChatCompletion)


async def test_an_attribute_that_is_set_shadows_an_operation(connect: Connect) -> None:
    client = connect(Wire())
    client.models.list = lambda: "mine"
    assert client.models.list() == "mine"
    del client.models.list
    assert "models.list" in repr(client.models.list)


async def test_monkeypatch_replaces_an_operation_of_every_client(
    connect: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = connect(Wire())
    with monkeypatch.context() as patched:
        patched.setattr(type(client.models), "list", lambda self: "patched")
        assert client.models.list() == "patched"
    assert (await done(connect(Wire(models("a"))).models.list())).data[0].id == "a"
