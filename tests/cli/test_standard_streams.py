"""Commands as a process finds itself: streams that are closed, encodings that lack characters."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.cli.screen import PATIENCE
from typed_openai.local import LocalServer

ASKED = ("ask", "日本 😀", "-m", "local-echo")
SAID = 'Local echo (no model was asked): you said "日本 😀".'
RUN = "import runpy, sys; runpy.run_module(sys.argv.pop(1), run_name='__main__', alter_sys=True)"


def ran(
    *arguments: str, closed: Sequence[int] = (), stdin: bytes = b"", module: str = "typed_openai", **environment: str
) -> subprocess.CompletedProcess[bytes]:
    """Run a program of the package with these streams closed."""
    script = ["sh", "-c", f'exec "$@" {" ".join(f"{number}>&-" for number in closed)}', "sh"]
    return subprocess.run(
        [*script, sys.executable, "-c", RUN, module, *arguments],
        input=stdin,
        capture_output=True,
        timeout=PATIENCE,
        env={**os.environ, "PYTHONUTF8": "0", **environment},
        check=False,
    )


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("models", "list"), 0),
        (("models", "list", "--format", "table"), 0),
        (ASKED, 0),
        (("ask", "-m", "local-echo"), 2),
        (("chat", "-m", "local-echo"), 0),
        (("--help",), 0),
        (("--version",), 0),
        (("nonsense",), 2),
        (("files", "retrieve", "file-none"), 1),
        (("bulk", "in.jsonl", "out.jsonl"), 0),
        (("check", "in.jsonl"), 0),
    ],
    ids=str,
)
@pytest.mark.parametrize("closed", [(0,), (1,), (2,), (0, 1, 2)], ids=str)
def test_a_stream_that_is_closed_leads_nowhere_and_ends_no_command(
    server: LocalServer, arguments: Sequence[str], code: int, closed: Sequence[int]
) -> None:
    body = {"model": "m", "input": "x"}
    line = {"custom_id": "1", "method": "POST", "url": "/v1/embeddings", "body": body}
    Path("in.jsonl").write_text(json.dumps(line) + "\n")
    result = ran(*arguments, closed=closed)
    assert b"Traceback" not in result.stderr
    assert result.returncode == code, result.stderr
    if "bulk" in arguments:
        assert json.loads(Path("out.jsonl").read_text())["custom_id"] == "1"  # and nothing else got its number


@pytest.mark.parametrize("encoding", ["ascii", "cp1252", "latin-1", "utf-8", "utf-16"])
def test_what_the_encoding_of_a_pipe_lacks_is_spelled_out_and_json_stays_json(
    server: LocalServer, encoding: str
) -> None:
    result = ran(*ASKED, "--select", "choices[0].message.content", "--format", "json", PYTHONIOENCODING=encoding)
    assert result.returncode == 0, result.stderr
    assert json.loads(result.stdout.decode(encoding)) == SAID
    result = ran(*ASKED, PYTHONIOENCODING=encoding)
    assert (result.returncode, result.stderr) == (0, b"")
    assert json.loads('"' + result.stdout.decode(encoding).rstrip().replace('"', '\\"') + '"') == SAID


def test_a_table_has_lines_that_the_encoding_of_a_pipe_has(server: LocalServer) -> None:
    shown = ran("models", "list", "--format", "table", PYTHONIOENCODING="ascii").stdout
    assert b"local-echo" in shown
    assert b"----" in shown
    assert b"\\u" not in shown


def test_what_is_piped_into_a_talk_is_utf_8_whatever_the_locale(server: LocalServer) -> None:
    said = "\ufeffGrüße 😀\r\n".encode() + b"a\xffb\n/model\n"
    result = ran("chat", "-m", "local-echo", stdin=said, PYTHONIOENCODING="cp1252:strict")
    assert result.returncode == 0
    assert server.requests[-1].json()["messages"][-1]["content"] == "Grüße 😀"
    assert b"nothing was sent" in result.stderr
    assert b"local-echo" in result.stderr


@pytest.mark.parametrize("closed", [(0,), (1,), (2,), (0, 1, 2)], ids=str)
def test_other_programs_take_closed_streams_too(closed: Sequence[int]) -> None:
    assert ran("nothing.py", closed=closed, module="typed_openai.migrate").returncode == 2
