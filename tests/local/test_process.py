"""The server on its own: as a process, and as an import that drags nothing in."""

from __future__ import annotations

import signal
import subprocess
import sys

import pytest

from tests.local.api import Api
from typed_openai.local import LocalServer
from typed_openai.local.__main__ import main


def test_importing_it_imports_neither_the_client_nor_what_the_client_needs() -> None:
    listed = "import sys, typed_openai.local.__main__; print(*sys.modules)"
    loaded = subprocess.check_output([sys.executable, "-c", listed], text=True, timeout=20).split()
    assert "typed_openai.local.server" in loaded
    packages = {name.partition(".")[0] for name in loaded} & {"httpx", "pydantic", "pydantic_core", "anyio"}
    ours = {name for name in loaded if name.startswith("typed_openai.") and not name.startswith("typed_openai.local")}
    assert packages | ours == set()


def test_it_runs_as_a_process_until_it_is_told_to_end() -> None:
    command = [sys.executable, "-m", "typed_openai.local", "--port", "0", "--api-key", "sk-x"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        greeting = process.stdout.readline()
        assert "No model answers here" in greeting
        with Api(greeting.split()[2].rstrip(".")) as api:
            assert api.get("/models").status == 401
            assert api.send("GET", "/models", headers={"Authorization": "Bearer sk-x"}).status == 200
        process.send_signal(signal.SIGTERM)
        assert process.wait(5) == 0


def test_the_help_says_what_it_is_and_what_it_is_not(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(["--help"])
    shown = capsys.readouterr().out
    assert caught.value.code == 0
    assert "What it is:" in shown
    assert "What it is not:" in shown
    assert "--port" in shown


def test_a_port_that_is_taken_ends_it_with_a_reason(server: LocalServer, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--port", str(server.port)]) == 1
    assert "in use" in capsys.readouterr().err


@pytest.mark.parametrize("port", [-1, 65536, 80000])
def test_a_port_that_cannot_be_is_a_wrong_argument(port: int, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main([f"--port={port}"])
    assert ended.value.code == 2
    assert f"port is a number from 0 (any that is free) to 65535, not {port}" in capsys.readouterr().err
