"""The prompt for developers: a client is ready, it is said what it talks to, and what is piped in is run."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from typed_openai.local import LocalServer

ROOT = Path(__file__).parent.parent


def console(typed: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the console with these lines; the environment has nothing else of OpenAI's."""
    given = {name: value for name, value in os.environ.items() if not name.startswith("OPENAI_")} | environment
    return subprocess.run(
        [sys.executable, "-m", "typed_openai.console"],
        cwd=ROOT,
        env=given,
        input=typed,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )


def test_without_a_key_the_client_talks_to_the_local_server_and_says_so() -> None:
    said = console("print(client.models.list().data[0].id)\n")
    assert "no OPENAI_API_KEY" in said.stdout
    assert "no model" in said.stdout
    assert "local-echo" in said.stdout
    assert said.stderr.strip() == ""


def test_a_server_of_the_environment_is_talked_to_and_named_without_its_key() -> None:
    with LocalServer(api_key="sk-console-0123") as server:
        said = console(
            "print(len(client.models.list().data), 'models')\n",
            OPENAI_BASE_URL=server.base_url,
            OPENAI_API_KEY="sk-console-0123",
        )
        assert server.base_url in said.stdout
        assert " models" in said.stdout
        assert len(server.requests) == 1
    assert "sk-console" not in said.stdout + said.stderr


def test_a_wrong_line_shows_its_error_and_the_next_one_runs() -> None:
    said = console("client.chats\nprint(6 * 7)\n")
    assert "AttributeError" in said.stderr
    assert "42" in said.stdout
