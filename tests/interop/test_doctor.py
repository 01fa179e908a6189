"""`typed-openai doctor` at servers that nobody here wrote: it finds what they have and says where they deviate."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from tests.interop.declared import declared_operations
from tests.interop.servers import KEY, Server
from tests.interop.test_steady import is_described
from typed_openai.cli.root import root

pytestmark = pytest.mark.interop


@pytest.fixture(autouse=True)
def _key(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    monkeypatch.setenv("TYPED_OPENAI_HOME", str(tmp_path))


def examined(server: Server, *more: str) -> dict[str, dict[str, Any]]:
    arguments = ["doctor", server.url, "--idle", "0", "--format", "json", "-m", "gpt-4o", *more]
    result = CliRunner().invoke(root, arguments, catch_exceptions=False)
    assert result.exit_code in (0, 1), result.output
    found = {f"{each['topic']}: {each['name']}": each for each in json.loads(result.stdout)["findings"]}
    assert any(each["state"] == "broken" for each in found.values()) == (result.exit_code == 1)
    return found


def test_aimock_has_chat_and_streams_and_not_everything_else(aimock_server: Server) -> None:
    found = examined(aimock_server)
    assert found["operations: models.list"]["state"] in ("ok", "deviates")
    assert found["operations: chat.completions.create"]["state"] != "missing"
    assert found["operations: vector_stores.list"]["state"] == "missing"


def test_steady_has_every_operation_below_no_version(steady_server: Server) -> None:
    found = examined(steady_server, "--api-version", "none", "--header", "X-Steady-Stream-Interval-Ms: 0")
    assert found[f"address: {steady_server.url}/models"]["state"] in ("ok", "deviates")
    assert found[f"address: {steady_server.url}/v1/models"]["state"] == "missing"
    described = {f"operations: {title}" for title, each in declared_operations().items() if is_described(each)}
    states = [each["state"] for name, each in found.items() if name in described]
    assert len(states) > 60
    assert states.count("missing") <= 3
    assert found["chat: plain answer"]["state"] in ("ok", "deviates")
