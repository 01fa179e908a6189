"""A local server that the environment names, a folder of the test's own, and ways to run `typed-openai`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from typed_openai.cli.root import root
from typed_openai.local import LocalServer

KEY = "sk-command-line-0123456789"


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[LocalServer]:
    """The server that commands talk to; they run in a folder of their own."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TYPED_OPENAI_HOME", str(tmp_path / "home"))
    for name in ("NO_COLOR", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)
    with LocalServer(api_key=KEY) as running:
        monkeypatch.setenv("OPENAI_BASE_URL", running.base_url)
        monkeypatch.setenv("OPENAI_API_KEY", KEY)
        yield running


Run = Callable[..., Result]


@pytest.fixture
def run(server: LocalServer) -> Run:
    """Run a command in this process: `run("files", "list", stdin="...")`."""

    def running(*arguments: str, stdin: str | bytes = "") -> Result:
        return CliRunner().invoke(root, list(arguments), input=stdin, catch_exceptions=False)

    return running
