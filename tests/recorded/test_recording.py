"""The recorder: what may stand in a cassette, when a request is the recorded one, and that nothing else is answered."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import vcr.errors  # type: ignore[import-untyped]  # it has no types
import yaml

from tests.recorded import recording as recorder
from tests.recorded.recording import CASSETTES
from typed_openai import AsyncOpenAI, OpenAI, StreamError
from typed_openai.local import LocalServer
from typed_openai.testing.scrubbing import BOUNDARY, KEPT_OF_ANSWERS, KEPT_OF_REQUESTS, PRIVATE, scrubbed

ALL = sorted(CASSETTES.glob("*.yaml"))
HELLO: Any = [{"role": "user", "content": "Hello!"}]


def test_there_are_cassettes() -> None:
    assert len(ALL) >= 8


@pytest.mark.parametrize("cassette", ALL, ids=lambda path: path.stem)
def test_no_cassette_holds_a_key_an_organisation_or_a_host(cassette: Path) -> None:
    text = cassette.read_text()
    assert PRIVATE.findall(text) == []
    for forbidden in (
        "authorization",
        "organization:",
        "cookie",
        "bearer ",
        "127.0.0.1",
        "localhost",
        "api.openai.com",
    ):
        assert forbidden not in text.lower()
    for each in yaml.safe_load(text)["interactions"]:
        assert {*each["request"]["headers"]} <= KEPT_OF_REQUESTS
        assert {*each["response"]["headers"]} <= KEPT_OF_ANSWERS
        assert each["request"]["uri"].startswith(recorder.BASE_URL)


def test_what_is_private_is_found_in_bodies() -> None:
    for secret in (b"sk-proj-abcDEF123456", b"org-AbC12345", b"proj_12345678", b"me@host.org", b"sk-ab**3456"):
        assert json.loads(scrubbed(b'{"a": "it is ' + secret + b'"}')) == {"a": "it is REDACTED"}
    assert scrubbed(b"\xff\xfe") == b"\xff\xfe"


def test_the_key_of_the_environment_never_gets_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    key, cassette = "an-unusual-key", tmp_path / "echo.yaml"
    with LocalServer(api_key=key) as server:
        monkeypatch.setenv("OPENAI_API_KEY", key)
        monkeypatch.setenv("OPENAI_ORG_ID", "acme")
        monkeypatch.setenv("OPENAI_BASE_URL", server.base_url)
        with recorder.recording(cassette) as settings, OpenAI(**settings) as client:
            told: Any = [{"role": "user", "content": f"My key is {key}, I am with acme."}]
            assert "My key is" in client.chat.completions.create(model="m", messages=told).text
    text = cassette.read_text()
    assert "My key is REDACTED" in text
    assert key not in text
    assert "acme" not in text


async def test_an_async_client_is_recorded_and_replayed_too(tmp_path: Path) -> None:
    cassette = tmp_path / "async.yaml"

    async def ask(settings: dict[str, Any]) -> str:
        async with AsyncOpenAI(**settings) as client:
            await client.files.create(file=("a.txt", b"a"), purpose="user_data")
            stream = await client.chat.completions.create(model="m", messages=HELLO, stream=True)
            return "".join([chunk.text async for chunk in stream])

    with recorder.recording(cassette) as settings:
        said = await ask(settings)
    with recorder.replaying(cassette) as settings:
        assert await ask(settings) == said
    assert f"boundary={BOUNDARY}" in cassette.read_text()


@pytest.fixture
def form(tmp_path: Path) -> Path:
    """A cassette with one upload."""
    cassette = tmp_path / "form.yaml"
    with recorder.recording(cassette) as settings, OpenAI(**settings) as client:
        client.files.create(file=("a.txt", b"one"), purpose="user_data")
    return cassette


def test_another_content_of_a_form_is_not_the_recorded_one(form: Path) -> None:
    refused = pytest.raises(vcr.errors.CannotOverwriteExistingCassetteException)
    with recorder.replaying(form) as settings, OpenAI(**settings) as client, refused:
        client.files.create(file=("a.txt", b"two"), purpose="user_data")
    with recorder.replaying(form) as settings, OpenAI(**settings) as client:
        assert client.files.create(file=("a.txt", b"one"), purpose="user_data").filename == "a.txt"


def test_a_recorded_stream_that_is_cut_is_an_error_with_what_arrived(tmp_path: Path) -> None:
    cassette = tmp_path / "cut.yaml"
    whole = yaml.safe_load((CASSETTES / "a_recorded_stream_is_whole.yaml").read_text())
    body = whole["interactions"][0]["response"]["body"]
    body["string"] = body["string"][: body["string"].index('"finish_reason":"stop"')]
    cassette.write_text(yaml.safe_dump(whole))
    asking: Any = {"model": "gpt-4o-mini", "messages": [{"role": "user", "content": "Say hello."}], "stream": True}
    with recorder.replaying(cassette) as settings, OpenAI(**settings) as client:
        stream = client.chat.completions.create(**asking)
        with pytest.raises(StreamError) as caught:
            list(stream)
    assert caught.value.partial.text
