"""Clients as type checkers see them: settings, colours, sharing, context managers, errors.

Never executed; see `test_chat.py` for how errors are expected.
"""

from pathlib import Path
from typing import assert_type

import httpx

import typed_openai
from typed_openai import (
    APIResponse,
    APIStatusError,
    AsyncAzureOpenAI,
    AsyncOpenAI,
    AsyncStream,
    AzureOpenAI,
    Capabilities,
    Meta,
    OpenAI,
    OpenAIError,
    Provider,
    RateLimitError,
    Stream,
    SyncCursorPage,
    UnknownReport,
)
from typed_openai.identity import aws_signature, google_access_token
from typed_openai.middleware import Flow, Reply, Request, Sender, log_requests
from typed_openai.models.base import Result
from typed_openai.providers import caching_proxy
from typed_openai.resources import AsyncResources, Resources
from typed_openai.resources.chat import AsyncChat, AsyncCompletions, Chat, Completions
from typed_openai.types import Model
from typed_openai.types.chat import ChatCompletion, ChatCompletionChunk

client = OpenAI()
async_client = AsyncOpenAI()


def settings_have_types() -> None:
    OpenAI(api_key="sk-1", base_url="http://localhost:8000", timeout=httpx.Timeout(5), max_retries=0, deadline=30.0)
    OpenAI(api_key=lambda: "sk-1", organization=False, default_headers={"x-a": "b"}, default_query={"v": 1})
    OpenAI(http_client=httpx.Client(), validation="warn", strict_responses=True, on_retry=print)
    AsyncOpenAI(http_client=httpx.AsyncClient(), api_key=key)
    typed_openai.configure(api_key="sk-1", timeout=5)
    OpenAI(provider="groq")
    OpenAI(client_cert="client.pem", ca_bundle="corp.pem")
    AsyncOpenAI(client_cert=(Path("client.pem"), "client.key", "password"), ca_bundle=False)
    OpenAI(client_cert=("client.pem",))  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    OpenAI(api_key=aws_signature("us-east-1"))
    AsyncOpenAI(api_key=google_access_token())
    AsyncOpenAI(provider=caching_proxy(ttl=60), middleware=[log_requests(), timed])
    OpenAI(provider=Provider(name="mine", base_url="http://mine", capabilities=Capabilities(stream_usage=True)))
    OpenAI(api_type="azure", base_url="https://x.openai.azure.com", middleware=False)
    AzureOpenAI(azure_endpoint="https://x.openai.azure.com", azure_ad_token_provider=lambda: "token")
    AsyncAzureOpenAI(azure_endpoint="https://x.openai.azure.com", azure_ad_token_provider=key)
    assert_type(AzureOpenAI().with_options(azure_deployment="gpt").chat, Chat)
    assert_type(AsyncAzureOpenAI().chat.completions, AsyncCompletions)
    assert_type(OpenAI(report_unknown=True).unknown, UnknownReport)
    assert_type([each.count for each in AsyncOpenAI().with_options(report_unknown=True).unknown], list[int])


def timed(request: Request, send: Sender) -> Flow[Reply]:
    reply = yield from send(request)
    assert_type(reply, Reply)
    return reply


async def key() -> str:
    return "sk-1"


def resources_have_the_colour_of_their_client() -> None:
    assert_type(client.chat, Chat)
    assert_type(client.chat.completions, Completions)
    assert_type(async_client.chat, AsyncChat)
    assert_type(async_client.chat.completions, AsyncCompletions)


def a_function_may_ask_for_any_client_of_one_colour(sync: Resources, awaited: AsyncResources) -> None:
    assert_type(sync.chat, Chat)
    assert_type(awaited.chat, AsyncChat)
    a_function_may_ask_for_any_client_of_one_colour(client, async_client)
    a_function_may_ask_for_any_client_of_one_colour(async_client, client)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]


def options_give_a_client_of_the_same_kind() -> None:
    assert_type(client.with_options(timeout=5, max_retries=0), OpenAI)
    assert_type(async_client.with_options(timeout=False), AsyncOpenAI)
    assert_type(client.copy(), OpenAI)
    client.add_headers({"x-a": "b"})


async def context_managers_give_the_client() -> None:
    with OpenAI() as entered:
        assert_type(entered, OpenAI)
    async with AsyncOpenAI() as awaited:
        assert_type(awaited, AsyncOpenAI)
    client.close()
    await async_client.close()


def every_call_takes_options() -> None:
    client.models.list(timeout=5, deadline=10.0, extra_headers={"x-a": None}, extra_query={"a": [1, 2]})
    client.models.retrieve("m", timeout=httpx.Timeout(5), extra_body={"a": 1})
    client.embeddings.create(model="m", input="a", idempotency_key="key-1")


def errors_carry_what_is_known() -> None:
    try:
        client.models.list()
    except RateLimitError as error:
        assert_type(error.status_code, int)
        assert_type(error.meta, Meta)
    except APIStatusError as error:
        assert_type(error.request_id, str | None)
    except OpenAIError as error:
        assert_type(str(error), str)


# -- errors that must be found ----------------------------------------------------------------------------------------


def a_wrong_setting_is_found() -> None:
    OpenAI(api_kye="sk-1")  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    OpenAI("sk-1")  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    OpenAI(max_retries="2")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    OpenAI(validation="lax")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    OpenAI(http_client=httpx.AsyncClient())  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    OpenAI(provider="grok")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    OpenAI(middleware=[print])  # type: ignore[list-item]  # pyright: ignore[reportArgumentType]
    AzureOpenAI(azure_endpont="x")  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    client.with_options(timeuot=5)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    async_client.with_options(http_client=httpx.Client())  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    typed_openai.configure(retries=3)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]


def a_wrong_option_is_found() -> None:
    client.models.list(timeout="5")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    client.models.list(extra_header={})  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    client.models.list(extra_headers={"x-a": 1})  # type: ignore[dict-item]  # pyright: ignore[reportArgumentType]


def resources_cannot_be_replaced() -> None:
    client.chat = client.chat  # type: ignore[misc]  # pyright: ignore[reportAttributeAccessIssue]


async def what_has_no_operation_is_requested() -> None:
    assert_type(client.request("GET", "/evals", query={"limit": 5}, timeout=3), APIResponse[Result])
    assert_type(await async_client.request("POST", "/evals", body={"a": None}), APIResponse[Result])
    assert_type(client.request("GET", "/models", cast_to=Model), Model)
    assert_type(client.get("/models/m", cast_to=Model), Model)
    assert_type(client.get("/models", cast_to=SyncCursorPage[Model]), SyncCursorPage[Model])
    assert_type(client.post("/x", cast_to=list[Model], body=[1], options={"params": {"a": 1}}), list[Model])
    assert_type(client.put("/x", cast_to=str, content=b""), str)
    assert_type(client.delete("/x"), APIResponse[Result])
    assert_type(client.post("/x", cast_to=dict[str, object], body={}), dict[str, object])
    assert_type(client.post("/x", cast_to=ChatCompletionChunk, stream=True), Stream[ChatCompletionChunk])
    chunks = client.post("/x", cast_to=ChatCompletion, stream=True, stream_cls=Stream[ChatCompletionChunk])
    assert_type(chunks, Stream[ChatCompletionChunk])
    assert_type(await async_client.get("/models/m", cast_to=Model), Model)
    assert_type(
        await async_client.post("/x", cast_to=ChatCompletionChunk, stream=True), AsyncStream[ChatCompletionChunk]
    )
    client.post("/x", cast_to="Model")  # type: ignore[call-overload]  # pyright: ignore[reportArgumentType]
    client.get("/x", options={"param": {}})  # type: ignore[call-overload]  # pyright: ignore[reportArgumentType]
    client.request("get", "/evals")  # type: ignore[call-overload]  # pyright: ignore[reportArgumentType]
    client.request("GET", "/evals", timout=3)  # type: ignore[call-overload]  # pyright: ignore[reportCallIssue]
