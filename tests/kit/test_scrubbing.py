"""What may stand in no recording, whichever way it comes: in a body, a form, a query, an answer."""

from __future__ import annotations

import json
import time
from base64 import b64decode
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import typed_openai.local.sockets.line  # noqa: F401  # in this thread: Python 3.11 cannot read code in two at once
from typed_openai import NotFoundError, OpenAI
from typed_openai.core.answer.response import masked
from typed_openai.local import Fault, LocalServer
from typed_openai.middleware import log_requests
from typed_openai.observers import record
from typed_openai.testing import Tape
from typed_openai.testing.scrubbing import scrubbed_text

KEY = "sk-proj-Abcdefghijk1234567890"
PRIVATE = {
    "key": KEY,
    "admin key": "sk-admin-Abcdefghijk1234567",
    "organisation": "org-AbCdEf123456",
    "project": "proj_AbCdEf123456",
    "mail": "ada@example.org",
    "signing secret": "whsec_Abcdefghijk123",
    "Google": "AIzaSyA1234567890abcdefghijklmno",
    "GitHub": "ghp_abcdefghijklmnopqrstuvwxyz012345",
    "Groq": "gsk_abcdefghijklmnopqrstuvwxyz012345",
    "token": "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N",
}
ASKED: Any = {
    "authorization": {"type": "mcp", "server_label": "a", "server_url": "https://x.test", "authorization": "hush-hush"},
    "headers": {"type": "mcp", "server_label": "a", "server_url": "https://x.test", "headers": {"X-It": "hush-hush"}},
}


ADDRESSES = {
    "SAS": ("https://x.blob.core.windows.net/c/f.png?sv=2024&se=2026&sig=", "AbCd%2F0123%3D", "&sp=r"),
    "S3": ("https://b.s3.amazonaws.com/k?X-Amz-Expires=60&X-Amz-Signature=", "deadbeef00112233", ""),
    "session of S3": ("https://b.s3.amazonaws.com/k?X-Amz-Security-Token=", "FwoGZXIvYXdz", "&X-Amz-Expires=60"),
    "query": ("https://api.test/v1/mcp?api_key=", "hush-hush", "&page=2"),
    "in HTML": ("https://api.test/v1?page=2&amp;access_token=", "hush-hush", "&amp;x=1"),
    "password": ("postgres://ada:", "hush-hush", "@db:5432/app"),
}
"""What stands before a credential in an address, the credential, and what stands behind it."""
WRITTEN: dict[str, Callable[[str], str]] = {
    "a text": lambda said: f"it is {said}",
    "JSON": lambda said: json.dumps({"said": said}),
    "spread JSON": lambda said: json.dumps([said], indent=2),
    "a name": lambda said: json.dumps({said: 1}),
    "arguments": lambda said: json.dumps({"arguments": json.dumps({"said": said})}),
    "an event": lambda said: f"event: it\ndata: {json.dumps([said])}\n\n",
    "an event of others": lambda said: f"data:{json.dumps([said], ensure_ascii=False)}\r\r",
    "lines": lambda said: f"{json.dumps([1])}\r\n{json.dumps([said])}\r\n",
    "half of JSON": lambda said: f'{{"a": "{said}',
}


@pytest.mark.parametrize("before", ["", " ", "it is\n", "it\tis\t", "\u00e9\n", '"', "\u2028", "(", "\\"])
@pytest.mark.parametrize("written", WRITTEN.values(), ids=WRITTEN)
@pytest.mark.parametrize("private", PRIVATE.values(), ids=PRIVATE)
def test_what_looks_private_is_not_there(private: str, written: Callable[[str], str], before: str) -> None:
    text = written(f"{before}{private}, I said")
    hidden = scrubbed_text(text)
    assert private not in hidden
    assert "I said" in hidden
    assert scrubbed_text(hidden) == hidden
    assert is_json(hidden) or not is_json(text)


@pytest.mark.parametrize("written", WRITTEN.values(), ids=WRITTEN)
@pytest.mark.parametrize("kind", ADDRESSES)
def test_an_address_stands_there_without_what_proves_who_asks(kind: str, written: Callable[[str], str]) -> None:
    before, private, after = ADDRESSES[kind]
    text = written(f"See {before}{private}{after}, I said")
    hidden = scrubbed_text(text)
    assert f"See {before}REDACTED{after}, I said" in hidden
    assert scrubbed_text(hidden) == hidden


def test_whose_project_a_path_is_about_stands_nowhere(tmp_path: Path) -> None:
    path = tmp_path / "it.jsonl"
    for recording in (True, False):
        with (
            Tape(path, record=recording, environment={}) as tape,
            OpenAI(base_url=tape.server.base_url, admin_api_key=KEY) as client,
            pytest.raises(NotFoundError),
        ):
            client.admin.organization.projects.retrieve(PRIVATE["project"])
    assert PRIVATE["project"] not in path.read_text()
    assert '"path": "/v1/organization/projects/REDACTED"' in path.read_text()


def is_json(text: str) -> bool:
    try:
        json.loads(text)
    except ValueError:
        return False
    return True


@pytest.mark.parametrize("written", WRITTEN.values(), ids=WRITTEN)
def test_what_is_not_private_stays_byte_for_byte(written: Callable[[str], str]) -> None:
    text = written(
        'user_location, "organ", \\n, \u2028, 1.0, sk-learn, https://x.test/a?keyword=a&monkeys=b#sig=c, a:b@c'
    )
    assert scrubbed_text(text) == text


def ask_with(client: OpenAI, tool: Any) -> str:
    text: str = client.responses.create(model="m", input="x", tools=[tool]).output_text
    return text


@pytest.mark.parametrize("tool", ASKED.values(), ids=ASKED)
def test_what_is_called_as_a_credential_is_stands_nowhere(
    tool: Any, tmp_path: Path, openai_client: OpenAI, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "it.jsonl"
    heard: list[str] = []
    for recording in (True, False):
        with Tape(path, record=recording, environment={}) as tape, OpenAI(base_url=tape.server.base_url) as client:
            heard.append(ask_with(client, tool))
    assert heard[0] == heard[1]
    with caplog.at_level("INFO"):
        logged = openai_client.with_options(
            observers=[record(tmp_path / "calls.db")], middleware=[log_requests(bodies=True)]
        )
        ask_with(logged, tool)
    assert '"type":"mcp"' in caplog.text
    told = [path.read_bytes(), (tmp_path / "calls.db").read_bytes(), caplog.text.encode()]
    assert [place for place in told if b"hush-hush" in place] == []


def test_a_query_and_bytes_hold_no_credential(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "it.jsonl"
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    for recording in (True, False):
        with (
            Tape(path, record=recording, environment={}) as tape,
            OpenAI(base_url=tape.server.base_url, default_query={"token": "hush-hush"}) as client,
        ):
            content = b"\xff\x00" + KEY.encode() + b"\xff"
            client.files.create(file=("a.bin", content), purpose="user_data")
    text = path.read_text()
    assert "hush-hush" not in text
    asks = json.loads(text.splitlines()[1])["asks"]
    assert asks["query"] == {"token": ["REDACTED"]}
    assert b"\xff\x00[REDACTED]\xff" in b64decode(asks["base64"])


def test_what_a_server_says_of_the_next_attempt_is_replayed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    said = {"retry-after-ms": "1", "x-should-retry": "true", "x-ratelimit-remaining-requests": "7"}
    with LocalServer() as real:
        monkeypatch.setenv("OPENAI_BASE_URL", real.base_url)
        real.fail_next(Fault(status=400, headers=said))
        for recording in (True, False):
            with Tape(tmp_path / "it.jsonl", record=recording) as tape, OpenAI(base_url=tape.server.base_url) as client:
                assert client.models.list().meta.retries == 1
                assert tape.left == []


def test_a_session_that_says_what_is_private_is_replayed(tmp_path: Path) -> None:
    path = tmp_path / "it.jsonl"
    tools = list(ASKED.values())
    for recording in (True, False):
        with (
            Tape(path, recording, timing=False, environment={}) as tape,
            OpenAI(base_url=tape.server.base_url) as client,
            client.realtime.connect(model="gpt-realtime") as connection,
        ):
            said = " ".join(PRIVATE.values())
            connection.session.update(session={"type": "realtime", "instructions": said, "tools": tools})
            connection.response.create()
            assert any(event.type == "response.done" for event in connection if event.type.endswith("done"))
    text = path.read_text()
    assert [private for private in (*PRIVATE.values(), "hush-hush") if private in text] == []


SHOWN = {
    '{"headers":{"type":"object"},"max_tokens":4}': '{"headers":{"type":"object"},"max_tokens":4}',
    '{"headers":{"a":{"b":"c"}},"token":"Hello"}': '{"headers":{"a":{"b":"c"}},"token":"Hello"}',
    '{"headers":{},"secret_hint":"abc"}': '{"headers":{},"secret_hint":"abc"}',
    '{"text":"{\\"api_key\\": \\"a\\"}"}': '{"text":"{\\"api_key\\": \\"a\\"}"}',
    '{"X-Api-Key": "a", "Authorization": "b"}': '{"X-Api-Key": "[REDACTED]", "Authorization": "[REDACTED]"}',
    '{"headers":{"a":"b","c': '{"headers":{"[REDACTED]":"[REDACTED]"}',
    '{"a": "sk-Abcdefghijk and so on", "b": 1}': '{"a": "[REDACTED]", "b": 1}',
    '{"access_token":"a","password":"b': '{"access_token":"[REDACTED]","password":"[REDACTED]"',
}


@pytest.mark.parametrize(("said", "shown"), SHOWN.items())
def test_names_of_credentials_are_known_and_others_left_alone(said: str, shown: str) -> None:
    assert masked(said.encode()).decode() == shown


@pytest.mark.parametrize("hostile", ['"a" ', '"a":"b",', '"a", ', '"a\\"', " "])
def test_text_made_to_be_slow_is_not(hostile: str) -> None:
    began = time.process_time()
    masked(('{"headers":{' + hostile * 50_000 + "x").encode())
    assert time.process_time() - began < 2
