"""A job that is killed goes on where it was: nothing that it wrote is asked again, and no name stands there twice."""

from __future__ import annotations

import signal
from pathlib import Path

import pytest

from tests.bulk.files import asked, told
from tests.bulk.killing import killed_at, written
from typed_openai import OpenAI
from typed_openai.local import LocalServer

NAMES = [f"q{number}" for number in range(400)]


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT])
def test_a_killed_job_goes_on_where_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, how: signal.Signals
) -> None:
    given, out = asked(tmp_path / "in.jsonl", *NAMES), tmp_path / "out.jsonl"
    with LocalServer() as server:
        monkeypatch.setenv("OPENAI_BASE_URL", server.base_url)
        assert killed_at(20, given, out, how, concurrency=4) == -how
        asked_then = len(server.requests)
    kept = written(out)
    assert 20 <= kept < 400
    assert asked_then - kept <= 5, "no more is lost than was under way"
    with LocalServer() as fresh, OpenAI(base_url=fresh.base_url) as client:
        report = client.bulk(given, out)
        assert len(fresh.requests) == 400 - kept
    assert (report.resumed, report.answered) == (kept, 400 - kept)
    found = told(out)
    assert found.keys() == set(NAMES)
    assert all(found.values())
