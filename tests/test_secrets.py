"""Keys: who needs one, and that no repr and no log shows one. Errors: `core/test_errors.py`."""

from __future__ import annotations

import logging
import os
import pickle
import subprocess
import sys
from typing import Any

import httpx
import pytest

from tests.canned import HELLO, KEY, Connect, Wire, done, failure, models
from typed_openai.client import AsyncOpenAI, OpenAI
from typed_openai.core import redact
from typed_openai.errors import MissingAPIKeyError, OpenAIError
from typed_openai.settings.config import Config

SECRET = "sk-very-secret-key"


# --- keys ------------------------------------------------------------------------------------------------------------

LOCAL = [
    "http://127.0.0.1:8000",
    "http://127.1.2.3/v1",
    "http://[::1]:8000",
    "http://localhost:11434/v1",
    "http://llm.localhost",
    "http://0.0.0.0:8000",
]


@pytest.mark.parametrize("base_url", LOCAL)
async def test_a_local_server_needs_no_key_and_gets_no_authorization(connect: Connect, base_url: str) -> None:
    wire = Wire()
    await done(connect(wire, api_key=None, base_url=base_url).chat.completions.create(**HELLO))
    assert "authorization" not in wire.request.headers


async def test_a_local_server_gets_the_key_that_was_given(connect: Connect) -> None:
    wire = Wire()
    await done(connect(wire, base_url="http://localhost:1").chat.completions.create(**HELLO))
    assert wire.request.headers["authorization"] == f"Bearer {KEY}"


@pytest.mark.parametrize("key", [None, ""])
@pytest.mark.parametrize(
    "base_url", ["https://api.openai.com", "http://10.0.0.1", "http://localhost.evil.com", "http://127.0.0.1.nip.io"]
)
async def test_a_missing_key_is_reported_by_the_first_request_and_names_the_variable(
    connect: Connect, base_url: str, key: str | None
) -> None:
    wire = Wire()
    client = connect(wire, api_key=key, base_url=base_url)
    with pytest.raises(MissingAPIKeyError, match="OPENAI_API_KEY") as caught:
        await done(client.chat.completions.create(**HELLO))
    assert httpx.URL(base_url).host in str(caught.value)
    assert wire.requests == []


async def test_a_missing_key_is_reported_with_an_http_client_too(connect: Connect) -> None:
    wire = Wire()
    client = connect.kind(http_client=connect.http_client(wire))
    with pytest.raises(MissingAPIKeyError, match="OPENAI_API_KEY"):
        await done(client.chat.completions.create(**HELLO))


async def test_false_as_key_says_that_this_server_needs_none(connect: Connect, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", SECRET)
    wire = Wire()
    await done(connect(wire, api_key=False, base_url="http://10.0.0.1:8000").chat.completions.create(**HELLO))
    assert "authorization" not in wire.request.headers


@pytest.mark.parametrize("name", ["Authorization", "api-key", "X-Api-Key"])
async def test_a_header_with_a_key_is_a_key(connect: Connect, name: str) -> None:
    for settings, options in [
        ({"default_headers": {name: SECRET}}, {}),
        ({}, {"extra_headers": {name: SECRET}}),
    ]:
        wire = Wire()
        await done(connect(wire, api_key=None, **settings).chat.completions.create(**HELLO, **options))
        assert wire.request.headers[name] == SECRET


# --- secrets ---------------------------------------------------------------------------------------------------------


def test_no_repr_shows_a_secret(connect: Connect) -> None:
    client = connect(
        Wire(),
        api_key=SECRET,
        default_headers={
            "Authorization": f"Bearer {SECRET}-2",
            "api-key": f"{SECRET}-3",
            "X-Helicone-Auth": f"{SECRET}-4",
            "Cookie": f"{SECRET}-5",
            "X-Team": "red",
        },
    )
    client.add_headers({"X-Token": f"{SECRET}-6"})
    texts = [repr(client), str(client), repr(client.config), str(client.config), repr(client.chat.completions)]
    texts += [repr(client.chat.completions.create), f"{client.config!r:s}", repr(client.with_options(timeout=5))]
    assert not [text for text in texts if "secret" in text]
    assert "'x-team': 'red'" in repr(client.config).lower()
    assert client.config.base_url in repr(client)


async def test_a_key_in_the_query_is_shown_by_no_repr_and_hidden_when_the_server_repeats_it(connect: Connect) -> None:
    wire = Wire(models("a"), failure(403, message=f"bad {SECRET}"))
    client = connect(wire, api_key=False, default_query={"key": SECRET, "tenant": "red"})
    raw = await done(client.models.with_raw_response.list())
    assert wire.last.url.params["key"] == SECRET
    with pytest.raises(OpenAIError) as caught:
        await done(client.models.list())
    error = caught.value
    for text in (repr(client.config), repr(raw), repr(raw.meta), repr(raw.parse()), f"{error!r} {vars(error)}"):
        assert "secret" not in text
    assert "'tenant': 'red'" in repr(client.config)


def test_the_repr_of_a_callable_key_shows_nothing_of_it() -> None:
    def tell(secret: str = SECRET) -> str:
        return secret

    assert "tell" not in repr(OpenAI(api_key=tell).config)


def test_the_repr_of_a_config_shows_a_key_as_redacted_and_a_missing_one_as_missing() -> None:
    assert "api_key='[REDACTED]'" in repr(Config.resolve({"api_key": SECRET}))
    assert "api_key=None" in repr(Config.resolve({}))


@pytest.mark.parametrize("kind", [OpenAI, AsyncOpenAI])
def test_a_client_cannot_be_pickled_and_says_why(kind: Any) -> None:

    with pytest.raises(TypeError, match=f"{kind.__name__} holds connections and a key"):
        pickle.dumps(kind(api_key=SECRET))


# --- logging ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "level"),
    [("debug", "DEBUG"), ("INFO", "INFO"), (" warning ", "WARNING"), ("error", "ERROR"), ("loud", "NOTSET")],
)
def test_openai_log_sets_the_level(monkeypatch: pytest.MonkeyPatch, value: str, level: str) -> None:
    monkeypatch.setattr(redact.logger, "level", logging.NOTSET)
    monkeypatch.setenv("OPENAI_LOG", value)
    OpenAI(api_key=KEY)
    assert logging.getLevelName(redact.logger.level) == level


def test_openai_log_does_not_touch_a_logger_that_the_application_set_up(monkeypatch: pytest.MonkeyPatch) -> None:
    redact.logger.setLevel(logging.CRITICAL)
    monkeypatch.setenv("OPENAI_LOG", "debug")
    OpenAI(api_key=KEY)
    assert redact.logger.level == logging.CRITICAL


def test_openai_log_prints_to_stderr_when_nobody_listens_and_shows_no_key() -> None:
    code = (
        "import logging; from typed_openai.client import OpenAI; import httpx\n"
        "wire = httpx.MockTransport(lambda request: httpx.Response(500, headers={'retry-after': '0'}))\n"
        "client = OpenAI(http_client=httpx.Client(transport=wire), api_key='sk-very-secret-key', max_retries=1)\n"
        "OpenAI(api_key='sk-very-secret-key')\n"
        "try: client.models.list()\n"
        "except Exception as error: print(type(error).__name__)"
    )
    environment = {**os.environ, "OPENAI_LOG": "info"}
    ran = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True, timeout=30
    )
    assert ran.stdout == "InternalServerError\n"
    lines = [line for line in ran.stderr.splitlines() if "typed_openai" in line]
    assert len(lines) == 1, "the handler is there once, however many clients there are"
    assert "next attempt" in lines[0]
    assert "secret" not in ran.stderr


async def test_errors_are_not_logged_by_default(connect: Connect, caplog: pytest.LogCaptureFixture) -> None:
    client = connect(Wire(failure(401, message=f"bad key {SECRET}")), api_key=SECRET)
    with pytest.raises(OpenAIError):
        await done(client.models.list())
    assert caplog.records == [] or all(record.name == "httpx" for record in caplog.records)


async def test_log_errors_logs_every_error_of_a_call_without_its_key(
    connect: Connect, caplog: pytest.LogCaptureFixture
) -> None:
    html = Wire(lambda request: httpx.Response(200, html="<p>proxy</p>"))
    for wire in (Wire(failure(401, message=f"bad key {SECRET}")), html):
        caplog.clear()
        with pytest.raises(OpenAIError):
            await done(connect(wire, api_key=SECRET, log_errors=True).models.list())
        (record,) = [record for record in caplog.records if record.name == "typed_openai"]
        assert record.levelname == "ERROR"
        assert record.getMessage().startswith("models.list: ")
        assert "secret" not in caplog.text


async def test_log_errors_logs_a_failure_that_was_retried_once(
    connect: Connect, caplog: pytest.LogCaptureFixture
) -> None:
    client = connect(Wire(failure(500, headers={"retry-after": "0"})), log_errors=True)
    with pytest.raises(OpenAIError):
        await done(client.models.list())
    assert [record.levelname for record in caplog.records if record.name == "typed_openai"] == ["ERROR"]
