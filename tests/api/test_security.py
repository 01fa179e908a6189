"""What SECURITY.md says that no other test does: keys stay with their host."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from typed_openai import AsyncOpenAI, AzureOpenAI, OpenAI

ROOT = Path(__file__).parent.parent.parent


class Answering(BaseHTTPRequestHandler):
    """Answers with an empty list, or with the redirect of its server; remembers the headers it was sent."""

    def do_GET(self) -> None:
        server: Any = self.server
        server.seen.append(dict(self.headers))
        self.send_response(302 if server.leads_to else 200)
        if server.leads_to:
            self.send_header("location", server.leads_to)
        body = b'{"object": "list", "data": []}'
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def servers() -> Iterator[tuple[Any, Any]]:
    """One that redirects to the other, which has another name."""
    pair: list[Any] = [ThreadingHTTPServer(("127.0.0.1", 0), Answering) for _ in range(2)]
    for server in pair:
        server.seen, server.leads_to = [], ""
        threading.Thread(target=server.serve_forever, daemon=True).start()
    pair[0].leads_to = f"http://localhost:{pair[1].server_port}/v1/models"
    yield pair[0], pair[1]
    for server in pair:
        server.shutdown()
        server.server_close()


KEYED: dict[str, dict[str, Any]] = {
    "bearer": {"api_key": "sk-secret-1"},
    "administrator": {"api_key": "sk-secret-1", "admin_api_key": "sk-secret-2"},
    "header": {"api_key": "sk-secret-1", "default_headers": {"x-api-key": "sk-secret-3"}},
    "cookie": {"api_key": "sk-secret-1", "default_headers": {"cookie": "session=sk-secret-4"}},
}


def check(first: Any, second: Any) -> None:
    assert "sk-secret" in str(first.seen)
    assert len(second.seen) == 1
    assert "sk-secret" not in str(second.seen)


@pytest.mark.parametrize("settings", KEYED.values(), ids=KEYED)
def test_a_key_does_not_follow_a_redirect_to_another_host(servers: tuple[Any, Any], settings: dict[str, Any]) -> None:
    first, second = servers
    with OpenAI(base_url=f"http://127.0.0.1:{first.server_port}/v1", **settings) as client:
        assert client.models.list().data == []
    check(first, second)


@pytest.mark.parametrize("settings", KEYED.values(), ids=KEYED)
async def test_a_key_does_not_follow_it_in_the_other_colour(servers: tuple[Any, Any], settings: dict[str, Any]) -> None:
    first, second = servers
    async with AsyncOpenAI(base_url=f"http://127.0.0.1:{first.server_port}/v1", **settings) as client:
        assert (await client.models.list()).data == []
    check(first, second)


def test_a_key_of_azure_does_not_either(servers: tuple[Any, Any]) -> None:
    first, second = servers
    url = f"http://127.0.0.1:{first.server_port}/openai"
    with AzureOpenAI(base_url=url, api_key="sk-secret-5", api_version="2024-10-21") as client:
        assert client.models.list().data == []
    check(first, second)


def test_the_tests_that_the_page_names_are_there() -> None:
    named = re.findall(r"`(tests/[\w/.]+)`", (ROOT / "SECURITY.md").read_text("utf-8"))
    assert len(named) >= 5
    assert [name for name in named if not (ROOT / name).exists()] == []
