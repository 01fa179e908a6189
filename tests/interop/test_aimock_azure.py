"""Azure's paths, against aimock: both APIs, a key in its own header, plain, streamed and embeddings."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest

from tests.interop.asking import asking
from tests.interop.colours import Session
from tests.interop.servers import KEY, Server
from typed_openai.azure import AsyncAzureOpenAI, AzureOpenAI
from typed_openai.errors import AuthenticationError

pytestmark = pytest.mark.interop

VERSIONS = {"v1": None, "dated": "2024-10-21"}


@pytest.fixture(params=list(VERSIONS))
async def azure(colour: str, aimock_server: Server, request: pytest.FixtureRequest) -> AsyncIterator[Session]:
    settings: dict[str, Any] = {"azure_endpoint": aimock_server.url, "api_version": VERSIONS[request.param]}
    kind: Any = AsyncAzureOpenAI if colour == "async" else AzureOpenAI
    client = kind(api_key=KEY, timeout=10, **settings)
    session = Session(aimock_server, client, client.is_async)
    yield session
    await session.close()


async def test_a_deployment_answers(azure: Session) -> None:
    answer = await azure.run(azure.client.chat.completions.create(**asking("hello")))
    assert answer.text.startswith("Hi there!")
    assert list(answer.issues) == []


async def test_a_deployment_streams(azure: Session) -> None:
    stream = await azure.run(azure.client.chat.completions.create(**asking("hello"), stream=True))
    chunks = await azure.all(stream)
    text = "".join(chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices)
    assert text.startswith("Hi there!")


async def test_a_deployment_embeds(azure: Session) -> None:
    answer = await azure.run(azure.client.embeddings.create(model="text-embedding-3-small", input="exact"))
    assert answer.data[0].embedding == [0.5, -0.25, 0.125]


async def test_models_are_listed(azure: Session) -> None:
    """By the v1 API: of the dated one, aimock knows the operations by deployment only."""
    v1 = azure.changed(api_version="v1")
    assert (await v1.run(v1.client.models.list())).data


async def test_a_wrong_key_is_refused(azure: Session) -> None:
    wrong = azure.changed(api_key="wrong")
    with pytest.raises(AuthenticationError):
        await wrong.run(wrong.client.chat.completions.create(**asking("hello")))
