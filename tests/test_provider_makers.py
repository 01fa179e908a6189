"""Servers whose address has a region, an account or a project in it: where a call goes, and which key goes with it."""

from __future__ import annotations

from typing import Any

import pytest

from tests.canned import HELLO, Connect, Wire, done
from typed_openai import ConfigurationError, Provider
from typed_openai.errors import OpenAIError
from typed_openai.providers import bedrock, cloudflare, residency, vertex

CLOUDFLARE = "https://gateway.ai.cloudflare.com/v1/acc/gate"
MADE: list[tuple[Provider, str, str]] = [
    (residency("eu"), "https://eu.api.openai.com/v1", "OPENAI_API_KEY"),
    (cloudflare("acc", "gate"), f"{CLOUDFLARE}/openai", "OPENAI_API_KEY"),
    (bedrock("us-east-1"), "https://bedrock-mantle.us-east-1.api.aws/openai/v1", "AWS_BEARER_TOKEN_BEDROCK"),
    (
        bedrock("us-east-1", runtime=True),
        "https://bedrock-runtime.us-east-1.amazonaws.com/openai/v1",
        "AWS_BEARER_TOKEN_BEDROCK",
    ),
]


@pytest.mark.parametrize(("provider", "url", "variable"), MADE, ids=[url for _, url, _ in MADE])
async def test_a_call_goes_there_with_the_key_of_that_server(
    connect: Connect, monkeypatch: pytest.MonkeyPatch, provider: Provider, url: str, variable: str
) -> None:
    for name in ("OPENAI_API_KEY", "AWS_BEARER_TOKEN_BEDROCK"):
        monkeypatch.setenv(name, f"key-of-{name}")
    wire = Wire()
    await done(connect(wire, api_key=None, provider=provider).chat.completions.create(**HELLO))
    assert str(wire.request.url) == f"{url}/chat/completions"
    assert wire.request.headers["authorization"] == f"Bearer key-of-{variable}"


@pytest.mark.parametrize(
    ("provider", "url"),
    [
        (cloudflare("acc", "gate", compat=True), f"{CLOUDFLARE}/compat"),
        (vertex("me"), "https://aiplatform.googleapis.com/v1/projects/me/locations/global/endpoints/openapi"),
        (
            vertex("me", "europe-west4"),
            "https://europe-west4-aiplatform.googleapis.com/v1/projects/me/locations/europe-west4/endpoints/openapi",
        ),
    ],
)
async def test_where_the_key_is_somebody_elses_none_of_openai_is_sent(
    connect: Connect, monkeypatch: pytest.MonkeyPatch, provider: Provider, url: str
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "key-of-openai")
    wire = Wire()
    await done(connect(wire, provider=provider, api_key=lambda: "token").chat.completions.create(**HELLO))
    assert str(wire.request.url) == f"{url}/chat/completions"
    assert wire.request.headers["authorization"] == "Bearer token"
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", "/there/is/no/such.json")  # else Google is asked who this is
    with pytest.raises(OpenAIError):
        await done(connect(Wire(), provider=provider, api_key=None).chat.completions.create(**HELLO))


async def test_a_gateway_that_wants_a_token_of_its_own_gets_it(
    connect: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    provider = cloudflare("acc", "gate", authenticated=True)
    monkeypatch.setenv("CF_AIG_TOKEN", "token")
    wire = Wire()
    await done(connect(wire, provider=provider).chat.completions.create(**HELLO))
    assert wire.request.headers["cf-aig-authorization"] == "Bearer token"
    monkeypatch.delenv("CF_AIG_TOKEN")
    with pytest.raises(OpenAIError, match="CF_AIG_TOKEN"):
        await done(connect(Wire(), provider=provider).chat.completions.create(**HELLO))


@pytest.mark.parametrize("wrong", ["", "a/b", "a@b", "evil.com/", "..", None, "a?b", "a b"])
def test_no_part_changes_another_part_of_the_address(wrong: Any) -> None:
    for make in (residency, bedrock, vertex, lambda part: cloudflare(part, "g"), lambda part: cloudflare("a", part)):
        with pytest.raises(ConfigurationError):
            make(wrong)
    with pytest.raises(ConfigurationError):
        vertex("me", wrong)
