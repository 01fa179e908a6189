"""`typed-openai bulk IN OUT`: a file of requests in, a file of answers out, and what it says on the way."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.cli.conftest import Run
from typed_openai.local import LocalServer


def lines(path: Path, names: Sequence[str]) -> str:
    body = {"model": "m", "messages": [{"role": "user", "content": "Hi"}]}
    asked = [{"custom_id": name, "method": "POST", "url": "/v1/chat/completions", "body": body} for name in names]
    path.write_text("".join(f"{json.dumps(line)}\n" for line in asked))
    return str(path)


def told(path: Path) -> dict[str, object]:
    return {line["custom_id"]: line["response"] for line in map(json.loads, path.read_text().splitlines())}


def test_every_line_is_answered_once_and_a_second_run_asks_nothing(
    run: Run, server: LocalServer, tmp_path: Path
) -> None:
    given, out = lines(tmp_path / "in.jsonl", ["a", "b", "c"]), tmp_path / "out.jsonl"
    first = run("bulk", given, str(out), "--concurrency", "2")
    assert (first.exit_code, first.stdout) == (0, "")
    assert "answered   3" in first.stderr
    assert set(told(out)) == {"a", "b", "c"}
    second = run("bulk", given, str(out))
    assert second.exit_code == 0
    assert "resumed    3" in second.stderr
    assert len(server.requests) == 3


@pytest.mark.parametrize("engine", ["map", "batch"])
def test_curl_shows_the_first_request_and_leaves_the_output_alone(
    run: Run, server: LocalServer, tmp_path: Path, engine: str
) -> None:
    given, out = lines(tmp_path / "in.jsonl", ["a", "b", "c"]), tmp_path / "out.jsonl"
    result = run("curl", "bulk", given, str(out), "--engine", engine)
    assert result.exit_code == 0, result.stderr
    assert result.stdout.count("curl -sS") == 1
    assert ("/v1/chat/completions" if engine == "map" else "/v1/files") in result.stdout
    assert result.stderr == ""
    assert sorted(each.name for each in tmp_path.iterdir()) == ["in.jsonl"]
    assert not server.requests


def test_rows_are_asked_by_a_template(run: Run, server: LocalServer, tmp_path: Path) -> None:
    rows, out, report = tmp_path / "rows.csv", tmp_path / "out.jsonl", tmp_path / "report.html"
    rows.write_text("id,city\n1,Oslo\n2,Rome\n")
    template = {"model": "m", "messages": [{"role": "user", "content": "Where is {city}?"}]}
    options = ["--url", "/v1/chat/completions", "--template", json.dumps(template), "--id-column", "id"]
    result = run("bulk", str(rows), str(out), *options, "--report", str(report), "--quiet")
    assert (result.exit_code, result.stdout, result.stderr) == (0, "", "")
    assert set(told(out)) == {"1", "2"}
    assert "Where is Oslo?" in {request.json()["messages"][0]["content"] for request in server.requests}
    assert report.read_text().startswith("<!doctype html>")


@pytest.mark.parametrize(
    ("typed", "code", "said"),
    [
        (("bulk", "nothing.jsonl", "out.jsonl"), 2, "nothing.jsonl"),
        (("bulk", "nothing.jsonl"), 2, "Missing argument 'OUT'"),
        (("bulk", "a", "b", "--engine", "cloud"), 2, "'map', 'batch', 'ray'"),
    ],
)
def test_what_cannot_be_a_job_is_said_in_a_line(run: Run, typed: tuple[str, ...], code: int, said: str) -> None:
    result = run(*typed)
    assert result.exit_code == code
    assert said in result.stderr
