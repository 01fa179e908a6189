"""Servers known by name: address, key, headers, capabilities; what wins over what; and no key at a wrong server."""

from __future__ import annotations

import logging
import pickle
from dataclasses import replace
from typing import Any, get_args

import pytest

from tests.canned import HELLO, KEY, Connect, Wire, done, failure, listed, status, stream_of
from typed_openai import AsyncOpenAI, Capabilities, OpenAI, Provider, configure, providers
from typed_openai.errors import (
    AuthenticationError,
    ConfigurationError,
    MissingAPIKeyError,
    OpenAIError,
    RequestValidationError,
    StreamTruncatedError,
)
from typed_openai.providers import PROVIDERS, ProviderName
from typed_openai.settings.config import Config

SECRET = "very-secret-0123456789"
VECTOR = {"object": "list", "data": [{"object": "embedding", "index": 0, "embedding": [0.5]}], "model": "m"}
ROWS = sorted(PROVIDERS.values(), key=lambda row: row.name)
FORWARDING = {"caching_proxy", "helicone", "velvet"}
LOCAL = {"llama_cpp", "lm_studio", "ollama", "vllm"}


def resolved(**settings: Any) -> Config:
    return Config.resolve(settings)


@pytest.fixture
def keys(monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """A different key in every variable that any server has."""
    names = {name for row in ROWS for name in row.key_variables} | {"HELICONE_API_KEY", "VELVET_API_KEY"}
    found = {name: f"key-of-{name}" for name in [*names, "OPENAI_API_KEY"]}
    for name, value in found.items():
        monkeypatch.setenv(name, value)
    return found


# --- rows ------------------------------------------------------------------------------------------------------------

ADDRESSES = {
    "caching_proxy": "http://localhost:8787/proxy",
    "deepseek": "https://api.deepseek.com/v1",
    "gemini": "https://generativelanguage.googleapis.com/v1beta/openai",
    "groq": "https://api.groq.com/openai/v1",
    "helicone": "https://oai.helicone.ai/v1",
    "llama_cpp": "http://localhost:8080/v1",
    "lm_studio": "http://localhost:1234/v1",
    "mistral": "https://api.mistral.ai/v1",
    "moonshot": "https://api.moonshot.ai/v1",
    "ollama": "http://localhost:11434/v1",
    "openrouter": "https://openrouter.ai/api/v1",
    "qwen": "https://dashscope-intl.aliyuncs.com/compatible-mode/v1",
    "together": "https://api.together.ai/v1",
    "velvet": "https://gateway.usevelvet.com/api/openai/v1",
    "vllm": "http://localhost:8000/v1",
    "xai": "https://api.x.ai/v1",
}


def test_every_name_that_an_editor_offers_is_a_row() -> None:
    assert set(get_args(ProviderName)) == set(PROVIDERS) == set(ADDRESSES)
    assert len(PROVIDERS) == 16


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
async def test_a_name_is_enough_to_reach_a_server(connect: Connect, keys: dict[str, str], row: Provider) -> None:
    wire = Wire()
    await done(connect(wire, api_key=None, provider=row.name).chat.completions.create(**HELLO))
    assert str(wire.request.url) == f"{ADDRESSES[row.name]}/chat/completions"
    expected = f"Bearer {keys[row.key_variables[0]]}" if row.key_variables else None
    assert wire.request.headers.get("authorization") == expected
    assert not {"openai-organization", "openai-project"} & set(wire.request.headers)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
async def test_no_server_sees_a_key_of_another(connect: Connect, keys: dict[str, str], row: Provider) -> None:
    wire = Wire()
    await done(connect(wire, api_key=None, provider=row.name).chat.completions.create(**HELLO))
    own = {*row.key_variables, *(f"{row.name.upper()}_API_KEY" for _ in row.secret_headers)}
    seen = {name for name, value in keys.items() if value in str(wire.request.headers.raw)}
    assert seen <= own


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_servers_with_a_dialect_are_asked_leniently(row: Provider) -> None:
    strict = row.name in FORWARDING
    assert resolved(provider=row.name).validation == ("strict" if strict else "warn")
    assert resolved(provider=row.name, validation="off").validation == "off"
    assert row.capabilities.base64_embeddings is strict
    assert row.notes


def test_a_row_says_which_server_it_is_in_its_repr_and_nothing_else() -> None:
    row = Provider(name="mine", base_url="https://llm.corp", headers={"X-Api-Key": SECRET})
    assert repr(row) == "Provider(name='mine', base_url='https://llm.corp')"


# --- what wins -------------------------------------------------------------------------------------------------------


async def test_arguments_win_over_the_row(connect: Connect, keys: dict[str, str]) -> None:
    wire = Wire()
    client = connect(
        wire,
        provider="helicone",
        api_key="argument",
        base_url="https://oai.hconeai.com/",
        default_headers={"Helicone-Auth": "Bearer mine", "helicone-stream-force-format": "false"},
        timeout=5,
    )
    await done(client.chat.completions.create(**HELLO))
    sent = wire.request
    assert str(sent.url) == "https://oai.hconeai.com/v1/chat/completions"
    assert sent.headers["authorization"] == "Bearer argument"
    assert sent.headers.get_list("helicone-auth") == ["Bearer mine"]
    assert sent.headers["helicone-stream-force-format"] == "false"


def test_the_environment_of_openai_is_not_meant_for_others(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_BASE_URL", "http://proxy.corp/v1")
    monkeypatch.setenv("OPENAI_API_KEY", SECRET)
    monkeypatch.setenv("OPENAI_ORG_ID", "org-1")
    found = resolved(provider="groq")
    assert (found.base_url, found.api_key, found.organization) == ("https://api.groq.com/openai/v1", None, None)


def test_what_was_configured_for_one_server_is_not_meant_for_another() -> None:
    configure(
        api_key=SECRET, organization="org-1", timeout=5, default_headers={"Authorization": SECRET, "X-Team": "red"}
    )
    found = resolved(provider="mistral")
    assert (found.api_key, found.organization, found.timeout) == (None, None, 5)
    assert dict(found.default_headers) == {"x-team": "red"}
    assert resolved().api_key == SECRET


def test_what_was_configured_for_a_server_holds_for_it() -> None:
    configure(provider="groq", api_key="gsk", validation="strict")
    for found in (resolved(), resolved(provider="groq")):
        assert (found.base_url, found.api_key) == ("https://api.groq.com/openai/v1", "gsk")
        assert found.validation == "strict"
    assert resolved(provider="mistral").api_key is None
    assert resolved(provider="mistral").validation == "strict"


def test_false_goes_back_to_openai(monkeypatch: pytest.MonkeyPatch) -> None:
    configure(provider="groq", api_key="gsk")
    monkeypatch.setenv("OPENAI_API_KEY", "sk-openai")
    found = resolved(provider=False)
    assert (found.base_url, found.api_key, found.provider) == ("https://api.openai.com/v1", "sk-openai", None)
    assert found.validation == "strict"


async def test_with_options_may_go_to_another_server(connect: Connect, keys: dict[str, str]) -> None:
    wire = Wire()
    client = connect(wire, api_key=SECRET, default_headers={"X-Team": "red"})
    groq = client.with_options(provider="groq")
    await done(groq.chat.completions.create(**HELLO))
    assert str(wire.last.url) == "https://api.groq.com/openai/v1/chat/completions"
    assert wire.last.headers["authorization"] == f"Bearer {keys['GROQ_API_KEY']}"
    assert wire.last.headers["x-team"] == "red"
    assert SECRET not in str(wire.last.headers.raw)
    assert groq.with_options(timeout=5).config.base_url == groq.config.base_url
    assert groq.with_options(provider=False).config.validation == "strict"


async def test_headers_added_to_a_client_go_along_unless_they_hold_a_key(connect: Connect) -> None:
    wire = Wire()
    client = connect(wire)
    client.add_headers({"X-Team": "red", "Helicone-Auth": SECRET, "Authorization": f"Bearer {SECRET}"})
    cases: list[tuple[dict[str, Any], bool]] = [({"timeout": 5}, True), ({"provider": "ollama"}, False)]
    for settings, kept in cases:
        await done(client.with_options(**settings).chat.completions.create(**HELLO))
        assert wire.last.headers["x-team"] == "red"
        assert (SECRET in str(wire.last.headers.raw)) is kept


async def test_a_header_of_an_http_client_is_one_that_a_gateway_needs(connect: Connect) -> None:
    wire = Wire()
    own = connect.http_client(wire, headers={"Helicone-Auth": "Bearer own"})
    await done(connect.kind(provider="helicone", api_key=KEY, http_client=own).chat.completions.create(**HELLO))
    assert wire.last.headers["helicone-auth"] == "Bearer own"


async def test_ollama_is_reached_as_ruby_openai_reaches_it(connect: Connect) -> None:
    for settings in ({"base_url": "http://localhost:11434"}, {"provider": "ollama"}):
        wire = Wire(stream_of("Hi", "!"))
        stream = await done(connect(wire, api_key=None, **settings).chat.completions.create(**HELLO, stream=True))
        assert len(await listed(stream)) == 2
        assert str(wire.last.url) == "http://localhost:11434/v1/chat/completions"
        assert "authorization" not in wire.last.headers


# --- names that are wrong, keys that are missing --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ("grok", "did you mean 'groq'"),
        ("zzz", "known are caching_proxy, deepseek"),
        (5, "must be a name or a Provider, got 5"),
    ],
)
@pytest.mark.parametrize("kind", [OpenAI, AsyncOpenAI])
def test_an_unknown_name_is_refused(kind: Any, wrong: Any, said: str) -> None:
    with pytest.raises(ConfigurationError, match=said):
        kind(provider=wrong)


@pytest.mark.parametrize("row", [row for row in ROWS if row.needs_key], ids=lambda row: row.name)
async def test_a_missing_key_names_the_variable_of_its_server(connect: Connect, row: Provider) -> None:
    if row.name in FORWARDING:
        row = replace(row, secret_headers={}, base_url="https://gateway.corp")
    wire = Wire()
    client = connect(wire, api_key=None, provider=row)
    with pytest.raises(MissingAPIKeyError, match=f"{' or '.join(row.key_variables)} or pass api_key"):
        await done(client.models.list())
    assert wire.requests == []


@pytest.mark.parametrize(("name", "header"), [("helicone", "Helicone-Auth"), ("velvet", "velvet-auth")])
async def test_a_missing_key_of_a_gateway_names_header_and_variable(
    connect: Connect, monkeypatch: pytest.MonkeyPatch, name: str, header: str
) -> None:
    wire = Wire()
    client = connect(wire, provider=name)
    with pytest.raises(MissingAPIKeyError, match=f"{name} needs the header {header}.*{name.upper()}_API_KEY"):
        await done(client.chat.completions.create(**HELLO))
    assert wire.requests == []
    await done(client.chat.completions.create(**HELLO, extra_headers={header.upper(): "x"}))
    monkeypatch.setenv(f"{name.upper()}_API_KEY", "gateway-key")
    await done(connect(wire, provider=name).chat.completions.create(**HELLO))
    assert wire.last.headers[header] == ("Bearer gateway-key" if name == "helicone" else "gateway-key")


@pytest.mark.parametrize("name", sorted(LOCAL))
async def test_servers_of_ones_own_need_no_key_wherever_they_are(
    connect: Connect, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", SECRET)
    wire = Wire()
    await done(connect(wire, api_key=None, provider=name, base_url="http://gpu-box:1").chat.completions.create(**HELLO))
    assert "authorization" not in wire.request.headers
    await done(connect(wire, api_key="mine", provider=name).chat.completions.create(**HELLO))
    assert wire.last.headers["authorization"] == "Bearer mine"


# --- gateways --------------------------------------------------------------------------------------------------------


async def test_the_caching_proxy_is_told_how_long_and_whether_anew(connect: Connect) -> None:
    wire = Wire()
    await done(connect(wire, provider="caching_proxy").chat.completions.create(**HELLO))
    assert not {"x-proxy-ttl", "x-proxy-refresh"} & set(wire.last.headers)
    row = providers.caching_proxy("https://cache.corp/proxy", ttl=43200, refresh=True)
    await done(connect(wire, provider=row).chat.completions.create(**HELLO))
    assert str(wire.last.url) == "https://cache.corp/proxy/chat/completions"
    assert (wire.last.headers["x-proxy-ttl"], wire.last.headers["x-proxy-refresh"]) == ("43200", "true")
    assert wire.last.headers["content-type"] == "application/json"
    assert wire.last.headers["authorization"] == f"Bearer {KEY}"


@pytest.mark.parametrize("wrong", [0, -1, True, 1.5, "60"])
def test_a_ttl_that_the_caching_proxy_would_not_forward_is_refused(wrong: Any) -> None:
    with pytest.raises(ConfigurationError, match="ttl must be a whole number"):
        providers.caching_proxy(ttl=wrong)


async def test_gateways_take_metadata_and_cache_switches(connect: Connect, keys: dict[str, str]) -> None:
    wire = Wire()
    row = providers.helicone(cache=True, properties={"Session": "24"})
    await done(connect(wire, provider=row).chat.completions.create(**HELLO))
    sent = wire.last.headers
    assert (sent["helicone-cache-enabled"], sent["helicone-property-session"]) == ("true", "24")
    assert sent["helicone-stream-force-format"] == "true"
    row = providers.velvet(cache=True, metadata={"service": "docs"})
    await done(connect(wire, provider=row).chat.completions.create(**HELLO))
    assert (wire.last.headers["velvet-cache-enabled"], wire.last.headers["velvet-metadata-service"]) == ("true", "docs")
    assert wire.last.headers["velvet-auth"] == keys["VELVET_API_KEY"]


async def test_leaving_a_gateway_leaves_its_headers_behind(connect: Connect, keys: dict[str, str]) -> None:
    wire = Wire()
    client = connect(wire, provider=providers.helicone(cache=True)).with_options(provider="groq")
    await done(client.chat.completions.create(**HELLO))
    assert not [name for name in wire.last.headers if name.startswith("helicone")]


# --- capabilities ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("settings", "base64", "usage"),
    [
        ({}, True, True),
        ({"base_url": "https://eu.api.openai.com"}, True, True),
        ({"base_url": "https://unknown.corp"}, False, False),
        ({"base_url": "https://api.openai.com.evil.com"}, False, False),
        ({"base_url": "http://localhost:8000"}, False, False),
        ({"base_url": "https://api.groq.com/openai"}, False, True),
        ({"base_url": "https://oai.helicone.ai"}, True, True),
        ({"base_url": "https://api.mistral.ai"}, False, False),
        ({"provider": "groq"}, False, True),
        ({"provider": "vllm", "base_url": "http://gpu-box"}, False, True),
        ({"provider": "mistral"}, False, False),
        ({"provider": "velvet"}, True, True),
    ],
)
async def test_what_is_asked_by_itself_depends_on_the_server(
    connect: Connect, keys: dict[str, str], settings: dict[str, Any], base64: bool, usage: bool
) -> None:
    wire = Wire(status(200, VECTOR))
    await done(connect(wire, **settings).embeddings.create(model="m", input="x"))
    assert ("encoding_format" in wire.body) is base64
    wire = Wire(stream_of("a"))
    await done(connect(wire, **settings).chat.completions.stream(**HELLO).until_done())
    assert ("stream_options" in wire.body) is usage


async def test_a_stream_without_a_terminal_sign_is_whole_where_the_server_sends_none(connect: Connect) -> None:
    cut = stream_of("a", "b")

    def endless(request: Any) -> Any:
        whole = cut(request)
        return status(200, content=whole.content.replace(b"data: [DONE]\n\n", b""), headers=whole.headers)(request)

    quiet = Provider(
        name="quiet", base_url="https://quiet.corp", needs_key=False, capabilities=Capabilities(ends_streams=False)
    )
    stream = await done(
        connect(Wire(endless), api_key=None, provider=quiet).chat.completions.create(**HELLO, stream=True)
    )
    assert [chunk.choices[0].delta.content for chunk in await listed(stream)] == ["a", "b"]
    usual = replace(quiet, capabilities=Capabilities())
    stream = await done(
        connect(Wire(endless), api_key=None, provider=usual).chat.completions.create(**HELLO, stream=True)
    )
    with pytest.raises(StreamTruncatedError):
        await listed(stream)


async def test_a_lenient_server_gets_what_it_alone_knows(connect: Connect, caplog: pytest.LogCaptureFixture) -> None:
    wire = Wire()
    wrong: dict[str, Any] = {**HELLO, "top_k": 5}
    await done(connect(wire, api_key=None, provider="ollama").chat.completions.create(**wrong))
    assert wire.body["top_k"] == 5
    assert "top_k" in caplog.text
    with pytest.raises(RequestValidationError):
        await done(connect(wire).chat.completions.create(**wrong))


# --- secrets ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["groq", "helicone", "velvet", "gemini", "ollama"])
async def test_no_key_of_a_server_is_shown_anywhere(
    connect: Connect, name: Any, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    caplog.set_level(logging.DEBUG)
    row = PROVIDERS[name]
    for variable in (*row.key_variables, "HELICONE_API_KEY", "VELVET_API_KEY"):
        monkeypatch.setenv(variable, f"{SECRET}-{variable}")
    echo = failure(401, message="", headers={"retry-after": "0"})

    def echoing(request: Any) -> Any:
        seen = " ".join(f"{key}: {value}" for key, value in request.headers.items())
        return failure(401, message=seen, headers={"x-echo": seen})(request)

    for answer in (echo, echoing):
        client = connect(Wire(answer), api_key=None, provider=name, log_errors=True)
        with pytest.raises(AuthenticationError) as caught:
            await done(client.chat.completions.create(**HELLO))
        error = caught.value
        texts = [str(error), repr(error.body), repr(list(error.headers.items())), repr(client), repr(client.config)]
        texts += [pickle.dumps(error).decode("latin-1"), pickle.dumps(row).decode("latin-1"), caplog.text]
        texts += [repr(client.with_options(timeout=5).config)]
        assert [text for text in texts if SECRET in text] == []


async def test_the_password_of_a_proxy_is_shown_nowhere(
    connect: Connect, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    monkeypatch.setenv("HTTPS_PROXY", f"http://user:{SECRET}@127.0.0.1:9")
    client = connect.kind(provider="groq", api_key="gsk", log_errors=True, max_retries=0)
    with pytest.raises(OpenAIError) as caught:
        await done(client.models.list())
    chain: list[BaseException] = [caught.value]
    while (cause := chain[-1].__cause__) is not None:
        chain.append(cause)
    texts = [*map(str, chain), *map(repr, chain), pickle.dumps(caught.value).decode("latin-1"), caplog.text]
    assert [text for text in texts if SECRET in text] == []
    await done(client.close())
