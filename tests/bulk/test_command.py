"""The command `bulk` as a function: what it says, where, and its exit codes."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from tests.bulk.files import Echo, asked, told
from tests.bulk.killing import ROOT, on_a_terminal, written
from tests.canned import Connect, Wire, failure
from typed_openai import OpenAI
from typed_openai.bulk.command import bulk_command
from typed_openai.local import LocalServer

connected = Connect(is_async=False)


def command(wire: Any, given: Path, out: Path, **options: Any) -> int:
    """Run it over a server of Python."""
    return bulk_command(connected(wire, max_retries=False), str(given), str(out), **options)


def test_it_tells_on_stderr_and_leaves_stdout_free(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    given = asked(tmp_path / "in.jsonl", "a", "b")
    assert command(Echo(), given, tmp_path / "out.jsonl", concurrency=2, report=str(tmp_path / "r.html")) == 0
    said = capsys.readouterr()
    assert said.out == ""
    assert "bulk: 2/2 done" in said.err
    assert "answered   2" in said.err
    assert (tmp_path / "r.html").exists()
    assert command(Echo(), given, tmp_path / "out.jsonl", quiet=True) == 0
    assert capsys.readouterr().err == ""


def test_a_template_comes_as_json_or_from_a_file(tmp_path: Path) -> None:
    (tmp_path / "in.csv").write_text("id,text\nx,hello\n")
    template = json.dumps({"model": "m", "messages": [{"role": "user", "content": "{text}"}]})
    (tmp_path / "template.json").write_text(template)
    (tmp_path / "windows.json").write_text(f"\ufeff{template}\r\n", "utf-8")
    for number, given in enumerate((template, f"@{tmp_path}/template.json", f"@{tmp_path}/windows.json")):
        out = tmp_path / f"{number}.jsonl"
        assert command(Echo(), tmp_path / "in.csv", out, template=given, id_column="id", quiet=True) == 0
        assert told(out) == {"x": "hello"}


@pytest.mark.parametrize(
    ("options", "code", "said"),
    [
        ({"concurrency": 0}, 2, "concurrency: a whole number"),
        ({"engine": "spark"}, 2, "engine: one of"),
        ({"template": "{"}, 2, "template: JSON, or @file"),
        ({"template": "[]"}, 2, "template: a JSON object, got list"),
        ({"template": "@nowhere.json"}, 2, "No such file"),
        ({"budget_usd": "0"}, 2, "budget_usd: an amount"),
    ],
)
def test_what_makes_no_sense_is_usage(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], options: dict[str, Any], code: int, said: str
) -> None:
    wire = Echo()
    assert command(wire, asked(tmp_path / "in.jsonl", "a"), tmp_path / "out.jsonl", **options) == code
    assert said in capsys.readouterr().err
    assert wire.requests == []


def test_what_is_wrong_with_the_lines_is_refused_before_sending(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert command(Echo(), tmp_path / "in.jsonl", tmp_path / "out.jsonl") == 2
    (tmp_path / "in.jsonl").write_text("{\n")
    assert command(Echo(), tmp_path / "in.jsonl", tmp_path / "out.jsonl") == 3
    assert "Traceback" not in capsys.readouterr().err


def test_lines_without_an_answer_are_a_failure(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    given = asked(tmp_path / "in.jsonl", "a")
    assert command(Wire(failure(400, message="odd")), given, tmp_path / "out.jsonl") == 1
    assert "odd" in capsys.readouterr().err
    assert command(Wire(failure(401)), given, tmp_path / "out.jsonl", quiet=True) == 1


def test_no_key_is_no_access(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    given = asked(tmp_path / "in.jsonl", "a")
    assert bulk_command(OpenAI(), str(given), str(tmp_path / "out.jsonl"), quiet=True) == 4
    assert not (tmp_path / "out.jsonl").exists()


PROGRAM = """
import sys
from typed_openai import OpenAI
from typed_openai.bulk.command import bulk_command
sys.exit(bulk_command(OpenAI(), sys.argv[1], sys.argv[2], concurrency=2))
"""


def test_a_closed_pipe_does_not_end_the_job(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    given, out = asked(tmp_path / "in.jsonl", *(f"q{n}" for n in range(20))), tmp_path / "out.jsonl"
    with LocalServer() as server:
        monkeypatch.setenv("OPENAI_BASE_URL", server.base_url)
        reading, writing = os.pipe()
        os.close(reading)
        process = subprocess.run([sys.executable, "-c", PROGRAM, given, out], cwd=ROOT, stderr=writing, check=False)
        os.close(writing)
    assert process.returncode == 0
    assert len(told(out)) == 20


@pytest.mark.parametrize("no_color", ["", "1"])
def test_on_a_terminal_the_table_is_drawn_and_no_color_is_heeded(tmp_path: Path, no_color: str) -> None:
    given = asked(tmp_path / "in.jsonl", "a")
    with LocalServer() as server:
        arguments = (given, tmp_path / "out.jsonl")
        code, said = on_a_terminal(PROGRAM, arguments, OPENAI_BASE_URL=server.base_url, NO_COLOR=no_color)
    assert code == 0
    assert "answered" in said
    assert "│" in said
    assert bool(re.search(r"\x1b\[[\d;]*3\dm", said)) is not bool(no_color)


def test_ctrl_c_ends_it_with_130_and_the_same_command_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    given, out = asked(tmp_path / "in.jsonl", *(f"q{n}" for n in range(60))), tmp_path / "out.jsonl"
    with LocalServer() as server:
        monkeypatch.setenv("OPENAI_BASE_URL", server.base_url)
        slowly = PROGRAM.replace("concurrency=2", "concurrency=2, rpm=1200")
        handled = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler)\n" + slowly
        command = [sys.executable, "-c", handled, str(given), str(out)]
        with subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, text=True) as process:
            until = time.monotonic() + 60
            while written(out) < 5 and time.monotonic() < until:
                time.sleep(0.01)
            process.send_signal(signal.SIGINT)
            _, said = process.communicate(timeout=60)
        assert process.returncode == 130
        assert f"the same command goes on from what is in {out}" in said
        assert "Traceback" not in said
        kept = written(out)
        subprocess.run([sys.executable, "-c", PROGRAM, given, out], cwd=ROOT, check=True, stderr=subprocess.DEVNULL)
        assert len(server.requests) <= 60 + 2
    assert 5 <= kept < 60
    assert len(told(out)) == 60
