"""`typed-openai serve` as a process: it says where it listens, ends by Ctrl-C, and cannot have a port that is taken."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
from collections.abc import Sequence

import pytest

from tests.cli.conftest import Run
from tests.cli.screen import PATIENCE, Screen
from typed_openai import OpenAI
from typed_openai.local import LocalServer


def test_it_serves_until_ctrl_c_and_ends_well(server: LocalServer) -> None:
    with Screen("serve", "--port", "0", "--key", "sk-serve") as screen:
        shown = screen.wait_for("Ctrl-C ends it.")
        url = re.search(r"http://127\.0\.0\.1:\d+/v1", shown)
        assert url is not None
        assert "The page: http://127.0.0.1:" in shown
        with OpenAI(base_url=url[0], api_key="sk-serve") as client:
            assert client.models.list().data
        screen.press("\x03")
        screen.end()
    assert screen.code == 0


def test_a_port_that_is_taken_is_said_in_one_line(server: LocalServer) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "typed_openai", "serve", "--port", str(server.port)],
        capture_output=True,
        text=True,
        timeout=PATIENCE,
    )
    assert done.returncode == 1
    assert done.stderr == f"Error: cannot listen on port {server.port}: Address already in use\n"


@pytest.mark.parametrize("given", [("--port", "-1"), ("--port", "70000"), ("--chunk-delay", "-1")], ids=" ".join)
def test_what_makes_no_sense_is_an_error_of_usage(run: Run, given: Sequence[str]) -> None:
    result = run("serve", *given)
    assert result.exit_code == 2
    assert f"'{given[0]}'" in result.stderr


def test_it_ends_by_sigterm_too(server: LocalServer) -> None:
    running = subprocess.Popen(
        [sys.executable, "-m", "typed_openai", "serve", "--port", "0", "--no-page"], stdout=subprocess.PIPE, text=True
    )
    assert running.stdout is not None
    assert "Listening on" in running.stdout.readline()
    running.send_signal(signal.SIGTERM)
    rest, _ = running.communicate(timeout=PATIENCE)
    assert running.returncode == 0
    assert "The page" not in rest
