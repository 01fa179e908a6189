"""steady and aimock as child processes: started on a port of their own, asked until they are healthy, stopped by pid.

steady is generated from `tests/conformance/openapi.json` and checks every request against it; aimock plays an OpenAI
with a memory, from the answers in `fixtures/`. Both are npm packages, pinned in `package.json`; `scripts/interop`
installs them. What they print goes to a file, whose end the tests show when they fail.

Weak spot: a free port is found by binding and letting go of it, so another process may take it first; the start is
then tried again on another one.
"""

from __future__ import annotations

import http.client
import json
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.conformance import spec

HERE = Path(__file__).parent
NODE_MODULES = HERE / "node_modules"
DESCRIPTION = HERE.parent / "conformance" / "openapi.json"
FIXTURES = HERE / "fixtures"
KEY = "sk-test"
HOST = "127.0.0.1"
START_SECONDS = 20
INSTALL = "run scripts/interop, which installs it"


class CannotRunError(Exception):
    """Something that a server needs is not on this machine; the message says what."""


@dataclass(frozen=True)
class Recipe:
    """How one kind of server is started: its command for a port and a folder, and where it says that it is healthy."""

    name: str
    command: Callable[[int, Path], list[str]]
    health: str
    environment: Mapping[str, str] = field(default_factory=dict)


@dataclass
class Server:
    """A running server."""

    name: str
    port: int
    process: subprocess.Popen[bytes]
    log: Path

    @property
    def url(self) -> str:
        """Where it is, without a path."""
        return f"http://{HOST}:{self.port}"

    def get(self, path: str) -> tuple[int, bytes]:
        """Status and body of a GET request, made without the client that is being tested."""
        connection = http.client.HTTPConnection(HOST, self.port, timeout=5)
        try:
            connection.request("GET", path, headers={"Authorization": f"Bearer {KEY}"})
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            connection.close()

    def journal(self, test_id: str) -> list[dict[str, Any]]:
        """What aimock says it received from requests with this `X-Test-Id`, oldest first."""
        status, body = self.get(f"/__aimock/journal?testId={test_id}")
        assert status == 200, body
        entries: list[dict[str, Any]] = json.loads(body)
        return entries

    def last_words(self, lines: int = 40) -> str:
        """The end of what it printed."""
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-lines:])

    def stop(self) -> None:
        """Ask it to end, and end it when it does not."""
        self.process.terminate()
        try:
            self.process.wait(timeout=3)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def _steady(port: int, folder: Path) -> list[str]:
    """npm installs the one package whose operating system and processor are these.

    steady takes a `$recursiveRef` for a schema that nothing fits, so it is given the description with plain references.
    """
    binaries = sorted(NODE_MODULES.glob("@stdy/cli-*/bin/steady*"))
    if not binaries:
        raise CannotRunError(f"no binary of @stdy/cli for this machine in {NODE_MODULES}: {INSTALL}")
    # the API's own way to write arrays and objects into queries and forms: include[]=..., metadata[key]=...
    formats = [f"--validator-{where}-format=brackets" for where in _BRACKETS]
    description = folder / "openapi.json"
    description.write_text(json.dumps(spec.document()))
    return [str(binaries[0]), "--host", HOST, "-p", str(port), "--no-color", *formats, str(description)]


_BRACKETS = ("query-array", "form-array", "query-object", "form-object")


def _aimock(port: int, folder: Path) -> list[str]:
    node = shutil.which("node")
    if node is None:
        raise CannotRunError("node is not installed on this machine, and aimock needs it (20.15 or newer)")
    script = NODE_MODULES / "@copilotkit" / "aimock" / "dist" / "cli.js"
    if not script.exists():
        raise CannotRunError(f"@copilotkit/aimock is not in {NODE_MODULES}: {INSTALL}")
    options = ["-h", HOST, "-p", str(port), "-f", str(FIXTURES), "--validate-on-load", "--log-level", "warn"]
    return [node, str(script), *options]


STEADY = Recipe("steady", _steady, "/_x-steady/health")
AIMOCK = Recipe("aimock", _aimock, "/health", {"AIMOCK_API_KEYS": KEY})


@contextmanager
def running(recipe: Recipe, logs: Path) -> Generator[Server]:
    """The server, healthy, for as long as the block lasts; `CannotRunError` when it cannot run on this machine."""
    server = _started(recipe, logs)
    try:
        yield server
    finally:
        server.stop()


def _started(recipe: Recipe, logs: Path, tries: int = 3) -> Server:
    port = _free_port()
    log = logs / f"{recipe.name}-{port}.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            recipe.command(port, logs),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env={**os.environ, **recipe.environment},
        )
    server = Server(recipe.name, port, process, log)
    if _becomes_healthy(server, recipe.health):
        return server
    code = process.poll()
    server.stop()
    if code is not None and tries > 1:
        return _started(recipe, logs, tries - 1)
    state = f"ended with code {code}" if code is not None else f"was not healthy after {START_SECONDS} s"
    raise RuntimeError(f"{recipe.name} {state}; it said:\n{server.last_words()}")


def _becomes_healthy(server: Server, path: str) -> bool:
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until and server.process.poll() is None:
        try:
            if server.get(path)[0] == 200:
                return True
        except (OSError, http.client.HTTPException):
            pass  # it does not listen yet
        time.sleep(0.05)
    return False


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port
