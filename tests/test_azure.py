"""Azure: every URL that people paste, the path of each operation, and what with_options does to both."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.azure_calls import CHAT, DATE, HOST, KEY, TOKEN, VECTOR, sent
from tests.canned import (
    HELLO,
    AzureConnect,
    Connect,
    Wire,
    done,
    listed,
    models,
    status,
    stream_of,
)
from typed_openai import AsyncAzureOpenAI, AzureOpenAI, OpenAI, configure
from typed_openai.errors import (
    ConfigurationError,
    NotFoundError,
    RequestValidationError,
)
from typed_openai.local import LocalServer
from typed_openai.settings.azure import ROUTED

# --- addresses -------------------------------------------------------------------------------------------------------

V1 = [
    HOST,
    f"{HOST}/",
    f"{HOST}/openai",
    f"{HOST}/openai/",
    f"{HOST}/openai/v1",
    f"{HOST}/openai/v1/",
    f"{HOST}/openai/v1/chat/completions",
    f"{HOST}/openai/v1/responses",
    f" {HOST}/openai/v1\n",
]
DATED = [
    HOST,
    f"{HOST}/",
    f"{HOST}/openai",
    f"{HOST}/openai/",
    f"{HOST}/openai/responses?api-version={DATE}",
    f"{HOST}/openai?api-version={DATE}",
]
BY_DEPLOYMENT = [
    f"{HOST}/openai/deployments/gpt",
    f"{HOST}/openai/deployments/gpt/",
    f"{HOST}/openai/deployments/gpt/chat/completions",
    f"{HOST}/openai/deployments/gpt/chat/completions?api-version={DATE}",
    f"{HOST}/openai/deployments/gpt/embeddings?api-version={DATE}",
    f"{HOST}/deployments/gpt",
]


@pytest.mark.parametrize("name", ["azure_endpoint", "base_url"])
@pytest.mark.parametrize("url", V1)
async def test_without_a_date_every_form_is_the_v1_api(azure: AzureConnect, name: str, url: str) -> None:
    request = await sent(azure, **{name: url})
    assert str(request.url) == f"{HOST}/openai/v1{CHAT}"
    assert json.loads(request.content)["model"] == "m"


@pytest.mark.parametrize("name", ["azure_endpoint", "base_url"])
@pytest.mark.parametrize("url", DATED)
async def test_with_a_date_the_deployment_is_the_model(azure: AzureConnect, name: str, url: str) -> None:
    request = await sent(azure, api_version=DATE, **{name: url})
    assert str(request.url) == f"{HOST}/openai/deployments/m{CHAT}?api-version={DATE}"


@pytest.mark.parametrize("name", ["azure_endpoint", "base_url"])
@pytest.mark.parametrize("url", BY_DEPLOYMENT)
async def test_a_deployment_in_the_url_is_where_requests_go(azure: AzureConnect, name: str, url: str) -> None:
    request = await sent(azure, api_version=DATE, **{name: url})
    assert str(request.url) == f"{HOST}/openai/deployments/gpt{CHAT}?api-version={DATE}"


@pytest.mark.parametrize("url", [url for url in [*DATED, *BY_DEPLOYMENT] if "?" in url])
async def test_the_version_may_stand_in_the_url(azure: AzureConnect, url: str) -> None:
    assert (await sent(azure, azure_endpoint=url)).url.params["api-version"] == DATE
    other = "2025-04-01-preview"
    assert (await sent(azure, azure_endpoint=url, api_version=other)).url.params["api-version"] == other


@pytest.mark.parametrize(
    ("url", "version", "used"),
    [
        ("https://x.cognitiveservices.azure.com/", None, "https://x.cognitiveservices.azure.com/openai/v1"),
        ("https://x.services.ai.azure.com", None, "https://x.services.ai.azure.com/openai/v1"),
        (
            "https://x.services.ai.azure.com/api/projects/p",
            None,
            "https://x.services.ai.azure.com/api/projects/p/openai/v1",
        ),
        (
            "https://x.services.ai.azure.com/api/projects/p/openai/v1/",
            None,
            "https://x.services.ai.azure.com/api/projects/p/openai/v1",
        ),
        (
            "https://eastus.api.cognitive.microsoft.com/",
            DATE,
            "https://eastus.api.cognitive.microsoft.com/openai/deployments/m",
        ),
        ("https://x.openai.azure.us", DATE, "https://x.openai.azure.us/openai/deployments/m"),
        ("https://gateway.corp/team", DATE, "https://gateway.corp/team/openai/deployments/m"),
        ("https://gateway.corp/openai/team/openai", DATE, "https://gateway.corp/openai/team/openai/deployments/m"),
        ("http://127.0.0.1:4010", None, "http://127.0.0.1:4010/openai/v1"),
    ],
)
async def test_other_hosts_and_prefixes_stay(azure: AzureConnect, url: str, version: str | None, used: str) -> None:
    request = await sent(azure, azure_endpoint=url, api_version=version)
    assert str(request.url.copy_with(query=None)) == used + CHAT


@pytest.mark.parametrize(
    ("url", "version", "used"),
    [
        ("https://gateway.corp/llm", DATE, "https://gateway.corp/llm/deployments/m"),
        ("https://gateway.corp/llm/deployments/gpt", DATE, "https://gateway.corp/llm/deployments/gpt"),
        ("https://gateway.corp/llm", None, "https://gateway.corp/llm/v1"),
        ("https://gateway.corp/llm/v1/", None, "https://gateway.corp/llm/v1"),
    ],
)
async def test_a_base_url_elsewhere_is_used_as_it_is(
    azure: AzureConnect, url: str, version: str | None, used: str
) -> None:
    request = await sent(azure, base_url=url, api_version=version)
    assert str(request.url.copy_with(query=None)) == used + CHAT


async def test_names_of_deployments_are_quoted(azure: AzureConnect) -> None:
    wire = Wire()
    client = azure(wire, azure_endpoint=HOST, api_version=DATE)
    await done(client.chat.completions.create(**{**HELLO, "model": "my model/1"}))
    assert wire.request.url.raw_path.startswith(b"/openai/deployments/my%20model%2F1/chat")
    request = await sent(azure, azure_endpoint=f"{HOST}/openai/deployments/my%20model", api_version=DATE)
    assert request.url.raw_path.startswith(b"/openai/deployments/my%20model/chat")


async def test_azure_deployment_beats_the_url_and_the_url_beats_the_model(azure: AzureConnect) -> None:
    url = f"{HOST}/openai/deployments/from-url"
    request = await sent(azure, azure_endpoint=url, azure_deployment="argument", api_version=DATE)
    assert request.url.path == f"/openai/deployments/argument{CHAT}"
    assert json.loads(request.content)["model"] == "m"


@pytest.mark.parametrize("version", ["v1", "preview", "latest"])
async def test_versions_of_the_v1_api_have_no_date(azure: AzureConnect, version: str) -> None:
    request = await sent(azure, azure_endpoint=HOST, api_version=version)
    assert request.url.path == f"/openai/v1{CHAT}"
    assert dict(request.url.params) == ({} if version == "v1" else {"api-version": version})


def test_operations_that_azure_routes_by_deployment_are_those_of_the_official_package() -> None:
    assert len(ROUTED) == 8
    assert all(path.startswith("/") for path in ROUTED)


async def test_other_operations_have_no_deployment_in_their_path(azure: AzureConnect) -> None:
    wire = Wire(models("a"), models("a"), status(200, VECTOR))
    client = azure(wire, azure_endpoint=f"{HOST}/openai/deployments/gpt", api_version=DATE)
    await done(client.models.list())
    assert str(wire.last.url) == f"{HOST}/openai/models?api-version={DATE}"
    await done(client.chat.completions.list(limit=1))  # the path of a routed operation, but a GET
    assert str(wire.last.url) == f"{HOST}/openai/chat/completions?api-version={DATE}&limit=1"
    await done(client.embeddings.create(model="m", input="x"))
    assert str(wire.last.url) == f"{HOST}/openai/deployments/gpt/embeddings?api-version={DATE}"


async def test_streams_go_to_the_deployment_too(azure: AzureConnect) -> None:
    wire = Wire(stream_of("a", "b"))
    stream = await done(
        azure(wire, azure_endpoint=HOST, api_version=DATE).chat.completions.create(**HELLO, stream=True)
    )
    assert len(await listed(stream)) == 2
    assert wire.request.url.path == f"/openai/deployments/m{CHAT}"


async def test_an_operation_by_deployment_needs_one(azure: AzureConnect) -> None:
    wire = Wire()
    client = azure(wire, azure_endpoint=HOST, api_version=DATE, validation="off")
    with pytest.raises(RequestValidationError, match=r"pass model=, or azure_deployment="):
        await done(client.chat.completions.create(messages=[]))
    assert wire.requests == []


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({}, "no Azure resource: pass azure_endpoint=... or set AZURE_OPENAI_ENDPOINT"),
        ({"azure_endpoint": HOST, "base_url": HOST}, "azure_endpoint and base_url were given"),
        ({"azure_endpoint": "x.openai.azure.com"}, "the Azure endpoint must be like https://NAME.openai.azure.com"),
        ({"azure_endpoint": "ftp://u:hunter2@x"}, "the Azure endpoint must be like"),
        ({"azure_endpoint": "https://u:hunter2@x.openai.azure.com"}, "must not contain a user name or password"),
        ({"azure_endpoint": f"{HOST}?key=hunter2"}, "api-version in its query and nothing else"),
        ({"azure_endpoint": f"{HOST}/openai/foo"}, "/openai/foo is not a path of Azure OpenAI"),
        ({"azure_endpoint": "https://x.services.ai.azure.com/models"}, "/models is not a path of Azure OpenAI"),
        ({"azure_endpoint": f"{HOST}/openai/v1", "api_version": DATE}, "the URL names the v1 API"),
        ({"azure_endpoint": f"{HOST}/openai/deployments/gpt"}, "the URL names the deployment 'gpt'.*pass api_version"),
        ({"azure_endpoint": HOST, "azure_deployment": "gpt"}, "azure_deployment names the deployment 'gpt'"),
        ({"azure_endpoint": HOST, "api_version": "v2"}, "api_version must be a date"),
        ({"azure_endpoint": HOST, "api_version": "2024"}, "api_version must be a date"),
        ({"azure_endpoint": HOST, "provider": "groq"}, "provider and api_type were given"),
        ({"azure_endpoint": HOST, "azure_ad_token_provider": TOKEN}, "azure_ad_token_provider must be a function"),
        ({"azure_endpoint": HOST, "azure_ad_token": "a\nb", "api_key": None}, "azure_ad_token contains characters"),
    ],
)
@pytest.mark.parametrize("kind", [AzureOpenAI, AsyncAzureOpenAI])
def test_what_cannot_work_is_refused_when_the_client_is_made(kind: Any, settings: dict[str, Any], said: str) -> None:
    with pytest.raises(ConfigurationError, match=said) as caught:
        kind(**settings)
    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize("name", ["azure_endpoint", "azure_deployment", "azure_ad_token", "azure_ad_token_provider"])
def test_settings_of_azure_are_refused_elsewhere(name: str) -> None:
    settings: dict[str, Any] = {name: "https://x"}
    with pytest.raises(ConfigurationError, match=f"{name} is a setting of AzureOpenAI"):
        OpenAI(**settings)


# --- api_type --------------------------------------------------------------------------------------------------------


async def test_api_type_makes_any_client_one_of_azure(connect: Connect) -> None:
    url = "https://custom-domain.openai.azure.com/openai/deployments/gpt-35-turbo"
    request = await sent(connect, base_url=url, api_type="azure", api_version="2023-03-15-preview")
    assert str(request.url) == f"{url}{CHAT}?api-version=2023-03-15-preview"
    assert request.headers["api-key"] == KEY
    assert "authorization" not in request.headers


async def test_configure_may_choose_azure_for_all_clients(connect: Connect) -> None:
    configure(api_type="azure", base_url=f"{HOST}/openai/deployments/gpt", api_version=DATE, api_key=KEY)
    wire = Wire()
    await done(connect(wire, api_key=None).chat.completions.create(**HELLO))
    assert wire.request.url.path == f"/openai/deployments/gpt{CHAT}"
    assert wire.request.headers["api-key"] == KEY
    assert AzureOpenAI().config.base_url == f"{HOST}/openai"


def test_an_unknown_api_type_is_refused() -> None:
    wrong: Any = "aws"
    with pytest.raises(ConfigurationError, match='api_type must be "openai" or "azure"'):
        OpenAI(api_type=wrong)


# --- with_options ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "url"),
    [
        ({"timeout": 5}, f"{HOST}/openai/deployments/gpt{CHAT}?api-version={DATE}"),
        ({"azure_deployment": "other"}, f"{HOST}/openai/deployments/other{CHAT}?api-version={DATE}"),
        ({"api_version": "2025-01-01-preview"}, f"{HOST}/openai/deployments/gpt{CHAT}?api-version=2025-01-01-preview"),
        ({"api_version": "v1"}, f"{HOST}/openai/v1{CHAT}"),
        ({"azure_endpoint": "https://y.openai.azure.com/openai/v1"}, f"https://y.openai.azure.com/openai/v1{CHAT}"),
        ({"default_query": {"a": "b"}}, f"{HOST}/openai/deployments/gpt{CHAT}?api-version={DATE}&a=b"),
    ],
)
async def test_with_options_works_addresses_out_again(azure: AzureConnect, change: dict[str, Any], url: str) -> None:
    wire = Wire()
    client = azure(wire, azure_endpoint=f"{HOST}/openai/deployments/gpt", api_version=DATE)
    for each in (client.with_options(**change), client.with_options(**change).with_options(max_retries=1)):
        await done(each.chat.completions.create(**HELLO))
        assert str(wire.last.url) == url
    back = client.with_options(api_version="v1").with_options(api_version=DATE)
    await done(back.chat.completions.create(**HELLO))
    assert str(wire.last.url) == f"{HOST}/openai/deployments/m{CHAT}?api-version={DATE}"


async def test_with_options_may_leave_azure_and_takes_no_key_along(azure: AzureConnect) -> None:
    wire = Wire()
    client = azure(wire, azure_endpoint=HOST, api_version=DATE, api_key=KEY, default_headers={"X-Api-Key": KEY})
    other = client.with_options(provider="ollama")
    await done(other.chat.completions.create(**HELLO))
    assert str(wire.last.url) == f"http://localhost:11434/v1{CHAT}"
    assert KEY not in str(wire.last.headers.raw)


# --- the local server ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("version", [None, DATE])
def test_the_local_server_speaks_azures_paths(version: str | None) -> None:
    with LocalServer(api_key=KEY) as server:
        client = AzureOpenAI(azure_endpoint=server.url, api_version=version, api_key=KEY)
        assert client.chat.completions.create(**HELLO).text
        with client.chat.completions.stream(**HELLO) as stream:
            assert "".join(stream.text())
        assert client.models.list().data
        assert len(client.embeddings.create(model="m", input="x").data) == 1
        assert {request.path.startswith("/openai/") for request in server.requests} == {True}
        client.close()


def test_the_local_server_wants_the_version_as_azure_does() -> None:
    with LocalServer() as server:
        url = f"{server.url}/openai/deployments/m"
        refused = pytest.raises(NotFoundError, match="Resource not found")
        with OpenAI(base_url=url, api_version=False) as client, refused:
            client.chat.completions.create(**HELLO)
