"""`typed-openai doctor`: what a server has, where it deviates, whether it is broken; nothing is made or deleted."""

from __future__ import annotations

import json
from typing import Any

from tests.cli.conftest import Run
from typed_openai.local import Fault, LocalServer


def report(run: Run, *more: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(run("doctor", "--idle", "0", "--format", "json", *more).stdout)
    return found


def states(found: dict[str, Any]) -> dict[str, str]:
    return {f"{finding['topic']}: {finding['name']}": finding["state"] for finding in found["findings"]}


def test_a_sound_server_has_everything_and_nothing_is_made_on_it(run: Run, server: LocalServer) -> None:
    found = report(run)
    assert found["broken"] is False
    known = states(found)
    assert known["streams: chat stream"] == known["streams: responses stream"] == "ok"
    assert known["parameters: response_format json_schema"] == "ok"
    assert known["operations: vector_stores.list"] == "ok"
    assert known["connections: a connection after 0 s of rest"] == "ok"
    assert known[f"address: {server.base_url}/models"] == "ok"
    assert known[f"address: {server.url}/models"] == "missing"
    assert len(known) > 50
    assert not any(request.method == "DELETE" for request in server.requests)
    for listing in ("files", "vector-stores", "batches"):
        assert run(listing, "list").stdout == ""


def test_the_report_is_markdown_in_a_pipe(run: Run, server: LocalServer) -> None:
    result = run("doctor", server.url, "--idle", "0")
    assert result.exit_code == 0
    assert result.stdout.startswith(f"# {server.base_url}\n")
    assert "| ✓ | plain answer | " in result.stdout
    assert "rate limits told" in result.stdout
    assert "first word after" in result.stdout


def test_what_a_server_does_not_have_is_missing_and_not_broken(run: Run, server: LocalServer) -> None:
    for _ in range(2):
        server.fail_next(Fault(status=404, path="/v1/responses"))
    found = report(run)
    assert found["broken"] is False
    assert states(found)["responses: plain answer"] == "missing"
    assert "streams: responses stream" not in states(found)


def test_a_stream_that_breaks_off_is_broken_and_the_exit_code_says_so(run: Run, server: LocalServer) -> None:
    for _ in range(60):
        server.fail_next(Fault(cut_after=2, path="/v1/responses"))
    result = run("doctor", "--idle", "0", "--format", "json")
    assert result.exit_code == 1
    found = json.loads(result.stdout)
    assert found["broken"] is True
    assert any(finding["topic"] == "responses" for finding in found["findings"] if finding["state"] == "broken")


def test_what_deviates_is_in_a_table_of_its_own(run: Run, server: LocalServer) -> None:
    body = {"object": "list", "data": [{"id": 7, "object": "embedding", "index": 0, "embedding": [0.5]}], "model": 1}
    for _ in range(3):
        server.fail_next(Fault(body={**body, "usage": None}, path="/v1/embeddings"))
    result = run("doctor", "--idle", "0")
    assert "## Deviations" in result.stdout
    assert "`/model`" in result.stdout


def test_a_server_that_is_not_there_is_not_examined(run: Run) -> None:
    result = run("doctor", "http://127.0.0.1:9", "-m", "m")
    assert result.exit_code == 6
    assert result.stdout == ""
