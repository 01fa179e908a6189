"""Azure: where its settings come from, one mode of authentication, its answers, and no key in a wrong place."""

from __future__ import annotations

import inspect
import json
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from tests.azure_calls import CHAT, DATE, HOST, KEY, TOKEN, VECTOR, sent
from tests.canned import (
    HELLO,
    AzureConnect,
    Connect,
    Wire,
    completion,
    done,
    failure,
    models,
    status,
    stream_of,
)
from typed_openai import AzureOpenAI, configure
from typed_openai.errors import (
    AuthenticationError,
    BadRequestError,
    ConfigurationError,
    MissingAPIKeyError,
    NotFoundError,
    OpenAIError,
)
from typed_openai.models.chat.completions import ChatCompletion

# --- environment -----------------------------------------------------------------------------------------------------


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    def put(**variables: str) -> None:
        for name, value in variables.items():
            monkeypatch.setenv(name, value)

    return put


async def test_everything_may_come_from_the_environment(azure: AzureConnect, environment: Callable[..., None]) -> None:
    environment(AZURE_OPENAI_ENDPOINT=HOST, AZURE_OPENAI_API_KEY=KEY, OPENAI_API_VERSION=DATE)
    request = await sent(azure, api_key=None)
    assert str(request.url) == f"{HOST}/openai/deployments/m{CHAT}?api-version={DATE}"
    assert request.headers["api-key"] == KEY
    assert (await sent(azure, api_key="argument")).headers["api-key"] == "argument"


async def test_what_belongs_to_openai_is_not_looked_at(azure: AzureConnect, environment: Callable[..., None]) -> None:
    environment(
        OPENAI_API_KEY="sk-openai", OPENAI_ORG_ID="org-1", OPENAI_PROJECT_ID="proj-1", OPENAI_BASE_URL="http://o"
    )
    configure(api_key="sk-configured", default_headers={"X-Api-Key": "sk-header", "X-Team": "red"})
    request = await sent(azure, azure_endpoint=HOST)
    assert request.url.host == "x.openai.azure.com"
    assert "sk-" not in str(request.headers.raw)
    assert not {"openai-organization", "openai-project", "authorization", "x-api-key"} & set(request.headers)
    assert request.headers["x-team"] == "red"
    with pytest.raises(MissingAPIKeyError):
        await sent(azure, azure_endpoint=HOST, api_key=None)


async def test_what_belongs_to_azure_is_not_looked_at_by_other_clients(
    connect: Connect, environment: Callable[..., None]
) -> None:
    environment(AZURE_OPENAI_ENDPOINT=HOST, AZURE_OPENAI_API_KEY=KEY, OPENAI_API_VERSION=DATE)
    request = await sent(connect, api_key="sk-openai")
    assert str(request.url) == f"https://api.openai.com/v1{CHAT}"


async def test_a_version_of_the_environment_gives_way_to_a_url_of_the_v1_api(
    azure: AzureConnect, environment: Callable[..., None]
) -> None:
    environment(OPENAI_API_VERSION=DATE)
    assert (await sent(azure, azure_endpoint=f"{HOST}/openai/v1")).url.path == f"/openai/v1{CHAT}"


async def test_a_base_url_replaces_the_endpoint_of_the_environment(
    azure: AzureConnect, environment: Callable[..., None]
) -> None:
    environment(AZURE_OPENAI_ENDPOINT="https://environment.openai.azure.com")
    assert (await sent(azure, base_url=HOST)).url.host == "x.openai.azure.com"


# --- authentication --------------------------------------------------------------------------------------------------


async def test_a_key_goes_into_its_own_header(azure: AzureConnect) -> None:
    request = await sent(azure, azure_endpoint=HOST)
    assert request.headers["api-key"] == KEY
    assert "authorization" not in request.headers


async def test_a_token_is_a_bearer(azure: AzureConnect) -> None:
    request = await sent(azure, azure_endpoint=HOST, api_key=None, azure_ad_token=TOKEN)
    assert request.headers["authorization"] == f"Bearer {TOKEN}"
    assert "api-key" not in request.headers


@pytest.mark.parametrize("awaited", [False, True])
async def test_a_function_for_tokens_is_asked_before_every_attempt(azure: AzureConnect, awaited: bool) -> None:
    asked: list[str] = []

    def token() -> str:
        asked.append(f"{TOKEN}-{len(asked)}")
        return asked[-1]

    async def later() -> str:
        return token()

    wire = Wire(failure(500, headers={"retry-after": "0"}), completion())
    client = azure(
        wire, azure_endpoint=HOST, api_key=None, azure_ad_token_provider=later if awaited and azure.is_async else token
    )
    await done(client.chat.completions.create(**HELLO))
    assert [request.headers["authorization"] for request in wire.requests] == [f"Bearer {each}" for each in asked]
    assert len(asked) == 2


async def test_a_function_may_return_the_key(azure: AzureConnect) -> None:
    request = await sent(azure, azure_endpoint=HOST, api_key=lambda: KEY)
    assert request.headers["api-key"] == KEY
    assert "authorization" not in request.headers


def test_a_sync_client_says_that_it_cannot_await_a_token() -> None:
    async def later() -> str:
        return TOKEN

    client = AzureOpenAI(azure_endpoint=HOST, azure_ad_token_provider=later, http_client=Wire().client())
    with pytest.raises(ConfigurationError, match="is async: use AsyncOpenAI"):
        client.models.list()


@pytest.mark.parametrize("wrong", ["", "a\nb", None])
async def test_a_function_that_returns_no_token_is_named(azure: AzureConnect, wrong: Any) -> None:
    client = azure(Wire(), azure_endpoint=HOST, api_key=None, azure_ad_token_provider=lambda: wrong)
    with pytest.raises(ConfigurationError, match=r"the key returned by azure_ad_token_provider\(\)"):
        await done(client.models.list())


@pytest.mark.parametrize(
    "both",
    [
        {"api_key": KEY, "azure_ad_token": TOKEN},
        {"api_key": KEY, "azure_ad_token_provider": lambda: TOKEN},
        {"azure_ad_token": TOKEN, "azure_ad_token_provider": lambda: TOKEN},
    ],
)
def test_two_modes_of_authentication_are_refused(both: dict[str, Any]) -> None:
    with pytest.raises(ConfigurationError, match=" and ".join(both) + " were given: pass one of them"):
        AzureOpenAI(azure_endpoint=HOST, **both)
    with pytest.raises(ConfigurationError, match="pass one of them"):
        AzureOpenAI(azure_endpoint=HOST, api_key=KEY).with_options(**both)


async def test_a_later_source_replaces_the_mode_of_an_earlier_one(
    azure: AzureConnect, environment: Callable[..., None]
) -> None:
    environment(AZURE_OPENAI_API_KEY=KEY, AZURE_OPENAI_ENDPOINT=HOST)
    request = await sent(azure, api_key=None, azure_ad_token=TOKEN)
    assert (request.headers.get("authorization"), request.headers.get("api-key")) == (f"Bearer {TOKEN}", None)
    environment(AZURE_OPENAI_AD_TOKEN=TOKEN)
    assert (await sent(azure, api_key=None)).headers["authorization"] == f"Bearer {TOKEN}"
    request = await sent(azure, api_key="argument")
    assert (request.headers.get("authorization"), request.headers.get("api-key")) == (None, "argument")


async def test_without_credentials_the_first_request_names_all_of_them(azure: AzureConnect) -> None:
    wire = Wire()
    client = azure(wire, azure_endpoint=HOST, api_key=None)
    said = "AZURE_OPENAI_API_KEY.*AZURE_OPENAI_AD_TOKEN.*azure_ad_token=.*azure_ad_token_provider="
    with pytest.raises(MissingAPIKeyError, match=said):
        await done(client.models.list())
    assert wire.requests == []


@pytest.mark.parametrize("where", ["call", "default", "added"])
async def test_a_credential_by_hand_goes_alone(azure: AzureConnect, where: str) -> None:
    by_hand = {"Authorization": f"Bearer {TOKEN}"}
    wire = Wire()
    more = {"default_headers": by_hand} if where == "default" else {}
    client = azure(wire, azure_endpoint=HOST, api_key=KEY, **more)
    if where == "added":
        client.add_headers(by_hand)
    options = {"extra_headers": by_hand} if where == "call" else {}
    await done(client.chat.completions.create(**HELLO, **options))
    assert wire.request.headers["authorization"] == f"Bearer {TOKEN}"
    assert "api-key" not in wire.request.headers


async def test_a_local_azure_needs_no_key(azure: AzureConnect) -> None:
    wire = Wire()
    await done(azure(wire, azure_endpoint="http://localhost:4010", api_key=None).chat.completions.create(**HELLO))
    assert not {"api-key", "authorization"} & set(wire.request.headers)


async def test_an_http_client_with_credentials_is_enough(azure: AzureConnect, environment: Callable[..., None]) -> None:
    environment(AZURE_OPENAI_AD_TOKEN=TOKEN)
    wire = Wire()
    own = azure.http_client(wire, headers={"api-key": "own"})
    await done(azure.kind(azure_endpoint=HOST, http_client=own).chat.completions.create(**HELLO))
    assert wire.last.headers["api-key"] == "own"
    assert "authorization" not in wire.last.headers
    client = azure.kind(azure_endpoint=HOST, http_client=azure.http_client(wire), azure_ad_token=TOKEN)
    await done(client.chat.completions.create(**HELLO))
    assert wire.last.headers["authorization"] == f"Bearer {TOKEN}"


# --- answers ---------------------------------------------------------------------------------------------------------

SAFE = {"filtered": False, "severity": "safe"}
FILTERED: dict[str, Any] = {
    "hate": SAFE,
    "violence": {"filtered": True, "severity": "high"},
    "jailbreak": {"filtered": False, "detected": False},
}


async def test_content_filters_are_typed(azure: AzureConnect) -> None:
    message = {"role": "assistant", "content": "hi"}
    choice = {"index": 0, "finish_reason": "stop", "logprobs": None, "message": message}
    body: dict[str, Any] = {"id": "c", "object": "chat.completion", "created": 1, "model": "gpt"}
    body |= {"choices": [{**choice, "content_filter_results": FILTERED}]}
    body |= {"prompt_filter_results": [{"prompt_index": 0, "content_filter_results": FILTERED}]}
    answer: ChatCompletion = await done(
        azure(Wire(status(200, body)), azure_endpoint=HOST).chat.completions.create(**HELLO)
    )
    found = answer.choices[0].content_filter_results
    assert found is not None
    assert found.violence is not None
    assert (found.violence.filtered, found.violence.severity) == (True, "high")
    assert answer.prompt_filter_results is not None
    before = answer.prompt_filter_results[0].content_filter_results
    assert before is not None
    assert before.hate is not None
    assert before.hate.severity == "safe"
    assert answer.issues == ()


async def test_the_first_chunk_of_a_stream_has_only_filters(azure: AzureConnect) -> None:
    prompt = [{"prompt_index": 0, "content_filter_results": FILTERED}]
    first: dict[str, Any] = {"id": "", "object": "", "created": 0, "model": "", "choices": []}
    delta = {"index": 0, "delta": {"role": "assistant", "content": "hi"}, "finish_reason": "stop"}
    rest = {"id": "c", "object": "chat.completion.chunk", "created": 1, "model": "gpt"}
    chunks = [
        {**first, "prompt_filter_results": prompt},
        {**rest, "choices": [{**delta, "content_filter_results": FILTERED}]},
    ]
    content = "".join(f"data: {json.dumps(chunk)}\n\n" for chunk in chunks) + "data: [DONE]\n\n"
    wire = Wire(status(200, content=content.encode(), headers={"content-type": "text/event-stream"}))
    manager = azure(wire, azure_endpoint=HOST).chat.completions.stream(**HELLO)
    final = manager.get_final_completion()
    answer = await final if inspect.isawaitable(final) else final
    assert answer.choices[0].message.content == "hi"
    assert answer.prompt_filter_results is not None
    assert answer.choices[0].content_filter_results is not None


async def test_a_refused_prompt_says_which_filter(azure: AzureConnect) -> None:
    error = {
        "code": "content_filter",
        "message": "The response was filtered",
        "param": "prompt",
        "innererror": {"code": "ResponsibleAIPolicyViolation", "content_filter_result": FILTERED},
    }
    with pytest.raises(BadRequestError) as caught:
        await done(azure(Wire(status(400, {"error": error})), azure_endpoint=HOST).chat.completions.create(**HELLO))
    assert caught.value.code == "content_filter"
    body: Any = caught.value.body
    assert body["innererror"]["content_filter_result"]["violence"]["filtered"] is True


@pytest.mark.parametrize(
    ("settings", "parts"),
    [
        (
            {"azure_endpoint": f"{HOST}/openai/deployments/gpt", "api_version": DATE},
            [f"{HOST}/openai/deployments/gpt{CHAT}", f"api-version {DATE}", "deployment 'gpt'"],
        ),
        (
            {"azure_endpoint": HOST, "api_version": DATE},
            [f"{HOST}/openai/deployments/m{CHAT}", f"built from {HOST} ", "named by `model`"],
        ),
        ({"azure_endpoint": HOST}, [f"{HOST}/openai/v1{CHAT}", f"built from {HOST} ", "the v1 API"]),
    ],
)
async def test_a_404_says_which_url_was_built_and_from_what(
    azure: AzureConnect, settings: dict[str, Any], parts: list[str]
) -> None:
    client = azure(Wire(failure(404, code="DeploymentNotFound", message="no such deployment")), **settings)
    with pytest.raises(NotFoundError) as caught:
        await done(client.chat.completions.create(**HELLO))
    assert [part for part in parts if part not in str(caught.value)] == []


async def test_a_404_from_azure_to_a_plain_client_names_the_azure_client(connect: Connect) -> None:
    client = connect(Wire(failure(404)), base_url=HOST)
    with pytest.raises(NotFoundError, match="use AzureOpenAI"):
        await done(client.chat.completions.create(**HELLO))


@pytest.mark.parametrize(("version", "asked"), [(None, True), (DATE, True), ("2024-06-01", False)])
async def test_usage_in_streams_is_asked_for_where_the_version_knows_it(
    azure: AzureConnect, version: str | None, asked: bool
) -> None:
    wire = Wire(stream_of("a"))
    manager = azure(wire, azure_endpoint=HOST, api_version=version).chat.completions.stream(**HELLO)
    await done(manager.until_done())
    assert ("stream_options" in wire.body) is asked


async def test_vectors_travel_as_base64(azure: AzureConnect) -> None:
    wire = Wire(status(200, VECTOR))
    await done(azure(wire, azure_endpoint=HOST).embeddings.create(model="m", input="x"))
    assert wire.body["encoding_format"] == "base64"


# --- secrets ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("target", "follows"),
    [
        ("https://y.openai.azure.com/openai/v1/models", False),
        ("http://x.openai.azure.com/openai/v1/models", False),
        ("https://x.openai.azure.com:8443/openai/v1/models", False),
        (f"{HOST}/openai/v1/elsewhere", True),
    ],
)
async def test_a_redirect_to_another_place_takes_no_key_along(
    azure: AzureConnect, target: str, follows: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    wire = Wire(status(307, headers={"location": target}), models("a"))

    async def answer(self: object, request: httpx.Request) -> httpx.Response:
        return wire(request)

    if azure.is_async:
        monkeypatch.setattr(httpx.AsyncHTTPTransport, "handle_async_request", answer)
    else:
        monkeypatch.setattr(httpx.HTTPTransport, "handle_request", lambda self, request: wire(request))
    client = azure.kind(azure_endpoint=HOST, api_key=KEY, default_headers={"Helicone-Auth": f"Bearer {KEY}"})
    await done(client.models.list())
    assert KEY in str(wire.requests[0].headers.raw)
    assert (KEY in str(wire.requests[1].headers.raw)) is follows
    assert str(wire.requests[1].url) == target
    await done(client.close())


async def test_an_http_client_that_follows_redirects_does_not_with_a_key_of_azure(azure: AzureConnect) -> None:
    wire = Wire(status(307, headers={"location": "https://evil.example/"}), models("a"))
    own = azure.http_client(wire, follow_redirects=True)
    with pytest.raises(OpenAIError, match="was not followed"):
        await done(azure.kind(azure_endpoint=HOST, api_key=KEY, http_client=own).models.list())
    assert len(wire.requests) == 1


@pytest.mark.parametrize("how", ["api_key", "azure_ad_token", "azure_ad_token_provider"])
async def test_no_secret_is_shown_anywhere(azure: AzureConnect, how: str, caplog: pytest.LogCaptureFixture) -> None:
    import logging
    import pickle
    import traceback

    caplog.set_level(logging.DEBUG)
    value: Any = (lambda: KEY) if how == "azure_ad_token_provider" else KEY
    echo = failure(401, message=f"bad key {KEY}", headers={"www-authenticate": f"Bearer {KEY}"})
    client = azure(Wire(echo), azure_endpoint=HOST, log_errors=True, **{"api_key": None, how: value})
    with pytest.raises(AuthenticationError) as caught:
        await done(client.models.list())
    error = caught.value
    texts = [str(error), repr(error), repr(error.body), repr(error.headers), *traceback.format_exception(error)]
    texts += [repr(client), repr(client.config), pickle.dumps(error).decode("latin-1"), caplog.text]
    assert [text for text in texts if KEY in text] == []
    assert f"{how}='[REDACTED]'" in repr(client.config)
    for thing in (client, client.config):
        with pytest.raises(TypeError, match="instead of pickling it"):
            pickle.dumps(thing)
