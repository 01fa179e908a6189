"""Whatever goes wrong: one message on standard error, nothing on standard output, and the exit code of its kind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.cli.conftest import KEY, Run
from tests.cli.screen import PATIENCE
from typed_openai import errors
from typed_openai.core.exit_codes import exit_code
from typed_openai.local import Fault, LocalServer

ASKED = ("chat", "completions", "create", "--model", "m", "--messages", "{role: user, content: Hi}")


INTERRUPTIBLE = """
import signal
signal.signal(signal.SIGINT, signal.default_int_handler)  # which a shell lets its background jobs ignore
import runpy
runpy.run_module("typed_openai", run_name="__main__", alter_sys=True)
"""


def process(*arguments: str, stdout: int = subprocess.PIPE) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-c", INTERRUPTIBLE, *arguments],
        stdin=subprocess.DEVNULL,
        stdout=stdout,
        stderr=subprocess.PIPE,
    )


@pytest.mark.parametrize(
    ("fault", "code", "said"),
    [
        (Fault(status=400), 1, "400 from POST"),
        (Fault(status=401), 4, "401"),
        (Fault(status=403), 4, "403"),
        (Fault(status=404), 1, "404"),
        (Fault(status=429), 5, "429"),
        (Fault(status=500), 1, "500"),
        (Fault(drop=True), 6, "without"),
        (Fault(body="<html>", content_type="text/html"), 1, "JSON"),
    ],
)
def test_each_kind_of_failure_has_its_exit_code(
    run: Run, server: LocalServer, fault: Fault, code: int, said: str
) -> None:
    server.fail_next(fault)
    result = run(*ASKED, "--retries", "0")
    assert result.exit_code == code, result.stderr
    assert result.stdout == ""
    assert result.stderr.startswith("Error: ")
    assert said in result.stderr or code == 6
    assert KEY not in result.stderr


def test_a_server_that_is_not_there_is_a_failure_of_connection(run: Run, server: LocalServer) -> None:
    result = run("models", "list", "--base-url", "http://127.0.0.1:9", "--retries", "0")
    assert result.exit_code == 6
    assert "127.0.0.1:9" in result.stderr


def test_without_a_key_it_is_said_how_to_go_on(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENAI_API_KEY")
    monkeypatch.delenv("OPENAI_BASE_URL")
    result = run("models", "list")
    assert result.exit_code == 4
    assert "OPENAI_API_KEY" in result.stderr
    assert "typed-openai serve" in result.stderr


def test_every_error_of_the_package_has_one_of_the_codes_that_are_documented() -> None:
    kinds: list[type[BaseException]] = [getattr(errors, name) for name in errors.__all__]
    assert len(kinds) > 40
    assert {exit_code(kind.__new__(kind)) for kind in kinds} == {1, 2, 3, 4, 5, 6}


def test_a_stream_that_breaks_off_keeps_what_came_and_fails(run: Run, server: LocalServer) -> None:
    server.fail_next(Fault(cut_after=3))
    result = run(*ASKED, "--stream", "--format", "text")
    assert result.exit_code in (1, 6)
    assert result.stdout.startswith("Local")
    assert "not complete" in result.stderr


@pytest.mark.parametrize("arguments", [("models", "list"), (*ASKED, "--stream")])
def test_a_reader_that_goes_away_ends_the_command_quietly(server: LocalServer, arguments: Sequence[str]) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    running = process(*arguments, stdout=writing)
    os.close(writing)
    _, told = running.communicate(timeout=PATIENCE)
    assert (running.returncode, told) == (0, b"")


def test_an_interrupt_ends_a_command_with_130(server: LocalServer) -> None:
    server.fail_next(Fault(delay=PATIENCE))
    running = process("models", "list")
    until = time.monotonic() + PATIENCE
    while not server.requests and time.monotonic() < until:
        time.sleep(0.02)
    running.send_signal(signal.SIGINT)
    out, told = running.communicate(timeout=PATIENCE)
    assert (running.returncode, out, told) == (130, b"", b"\nInterrupted.\n")


@pytest.mark.parametrize(
    "arguments",
    [
        ("models", "list"),
        ASKED,
        (*ASKED, "--stream"),
        ("ask", "hi", "-m", "m"),
        ("image", "An otter"),
        ("say", "Good morning"),
        ("embed", "x"),
        ("files", "content", "file-1"),
    ],
    ids=lambda each: " ".join(each[:2]),
)
@pytest.mark.parametrize(
    ("where", "why"), [("", "Is a directory"), ("none/file", "No such file or directory"), ("of", "Permission denied")]
)
def test_a_file_that_cannot_be_written_is_said_in_one_line_before_anything_is_paid(
    run: Run,
    server: LocalServer,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    arguments: Sequence[str],
    where: str,
    why: str,
) -> None:
    monkeypatch.setattr(os, "access", lambda path, mode: False)
    path = tmp_path / where
    result = run(*arguments, "--output", str(path))
    assert result.exit_code == 1
    assert result.stderr == f"Error: {path}: {why}\n"
    assert not server.requests


@pytest.mark.parametrize("arguments", [("image", "An otter"), ("say", "Hi"), ("models", "list")], ids=" ".join)
def test_a_hyphen_for_a_file_is_standard_output(run: Run, tmp_path: Path, arguments: Sequence[str]) -> None:
    bare = run(*arguments)
    named = run(*arguments, "--output", "-")
    assert named.stdout_bytes == bare.stdout_bytes != b""
    assert named.stderr == bare.stderr
    assert not Path("-").exists()


def test_a_full_disk_is_said_in_one_line(server: LocalServer) -> None:
    running = process("models", "list", "--output", "/dev/full")
    _, told = running.communicate(timeout=PATIENCE)
    assert running.returncode == 1
    assert b"No space left on device" in told
    assert b"Traceback" not in told


def test_verbose_shows_requests_and_tracebacks_but_no_key(run: Run, server: LocalServer) -> None:
    server.fail_next(Fault(status=400))
    result = run(*ASKED, "-v")
    assert f"POST {server.base_url}/chat/completions 400" in result.stderr
    assert "Traceback" in result.stderr
    assert KEY not in result.stderr


def test_a_pipe_that_nobody_closes_is_waited_for_and_said(server: LocalServer) -> None:
    running = subprocess.Popen(
        [sys.executable, "-m", "typed_openai", *ASKED],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert running.stderr is not None
    assert "Waiting for standard input" in running.stderr.readline()
    out, _ = running.communicate(timeout=PATIENCE)
    assert running.returncode == 0
    assert '"choices"' in out
