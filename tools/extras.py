"""Each extra in use: by `make release` in clean venvs, by tests/api/test_extras.py with the extra taken away.

    python tools/extras.py otel realtime     import, first call, then the use of each extra; exit 1 at the first fault
    python tools/extras.py --without otel    the same as if nothing of the extra were installed: its use has to fail
                                             with an error of ours that names the extra
    python tools/extras.py --list            the extras

Rules: standard library and typed_openai only, nobody but a local server is asked; a new extra of pyproject.toml is a
row of `EXTRAS`. The import of the package and the first call may load nothing that an extra brings (`loaded`).

Weak spot: where there is no Chromium, `browser` stops at Playwright itself; where there is no network, `tokens` takes
tiktoken's word that its tables could not be had. click and rich are loaded by httpx as well, for its own command line.
"""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from importlib.machinery import ModuleSpec
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple

import typed_openai
from typed_openai.local import LocalServer

HELLO: dict[str, Any] = {"model": "gpt-4o", "messages": [{"role": "user", "content": "Hello"}]}


class Extra(NamedTuple):
    """An extra: the modules that it brings, and what is done with it."""

    brings: tuple[str, ...]
    use: Callable[[LocalServer], object]


def _aiohttp(server: LocalServer) -> object:
    async def call() -> object:
        async with (
            typed_openai.DefaultAioHttpClient() as line,
            typed_openai.AsyncOpenAI(base_url=server.base_url, api_key="k", http_client=line) as client,
        ):
            return (await client.chat.completions.create(**HELLO)).id

    return asyncio.run(call())


def _aws(server: LocalServer) -> object:
    from typed_openai.identity import aws_signature

    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        os.environ.setdefault(name, "k")
    signature = aws_signature("us-east-1")
    with typed_openai.OpenAI(base_url=server.base_url, api_key=signature) as client:
        return client.chat.completions.create(**HELLO).id


def _browser(server: LocalServer) -> object:
    from typed_openai.tools import Browser

    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if chromium is None and _there("playwright"):
        return "no Chromium on this machine"
    with Browser.launch(executable=chromium) as browser:
        return browser.page.title()


def _cli(server: LocalServer) -> object:
    return _command(server, "--version")


class _Told:
    """Credentials of Google that are there already."""

    token, expiry = "t", None

    def refresh(self, request: object) -> None:
        """Nothing is to be done."""


def _google(server: LocalServer) -> object:
    from typed_openai.identity import google_access_token

    source = google_access_token(credentials=_Told())
    with typed_openai.OpenAI(base_url=server.base_url, api_key=source) as client:
        return client.chat.completions.create(**HELLO).id


def _httpx2(server: LocalServer) -> object:
    with typed_openai.OpenAI(base_url=server.base_url, api_key="k", transport="httpx2") as client:
        return client.chat.completions.create(**HELLO).id


def _otel(server: LocalServer) -> object:
    with typed_openai.OpenAI(base_url=server.base_url, api_key="k", telemetry=True) as client:
        return client.chat.completions.create(**HELLO).id


def _parquet(server: LocalServer) -> object:
    return _bulk(server, "answers.parquet")


def _plots(server: LocalServer) -> object:
    with tempfile.TemporaryDirectory() as folder:
        picture = Path(folder) / "costs.png"
        _command(server, "usage", "--plot", str(picture))
        return f"{picture.stat().st_size} bytes"


def _prices(server: LocalServer) -> object:
    with typed_openai.OpenAI(base_url=server.base_url, api_key="k") as client:
        return client.chat.completions.create(**HELLO).cost(provider="openai").total


def _ray(server: LocalServer) -> object:
    return _bulk(server, "answers.jsonl", engine="ray", workers=1)


def _realtime(server: LocalServer) -> object:
    with (
        typed_openai.OpenAI(base_url=server.base_url, api_key="k") as client,
        client.realtime.connect(model="gpt-realtime") as connection,
    ):
        return connection.recv().type


def _tokens(server: LocalServer) -> object:
    from typed_openai.tokens import TokenizerUnavailableError, count_tokens

    try:
        return count_tokens("Hello", "gpt-4o")
    except TokenizerUnavailableError as error:
        if not _there("tiktoken"):
            raise
        return str(error)


EXTRAS = {
    "aiohttp": Extra(("httpx_aiohttp", "aiohttp"), _aiohttp),
    "aws": Extra(("botocore",), _aws),
    "browser": Extra(("playwright",), _browser),
    "cli": Extra(("click", "jmespath", "yaml", "rich"), _cli),
    "google": Extra(("google",), _google),
    "httpx2": Extra(("httpx2",), _httpx2),
    "otel": Extra(("opentelemetry",), _otel),
    "parquet": Extra(("pyarrow",), _parquet),
    "plots": Extra(("resvg_py",), _plots),
    "prices": Extra(("genai_prices",), _prices),
    "ray": Extra(("ray",), _ray),
    "realtime": Extra(("websockets",), _realtime),
    "tokens": Extra(("tiktoken",), _tokens),
}
NO_USE = {
    "cli-images": "a terminal that shows pictures is needed; without the extra the command line saves them",
    "mcp": "a session is opened by users with the package itself; here it is told by its methods",
    "sounddevice": "a microphone is needed; an example uses it, the package does not",
}
"""Extras that are installed and not tried, and why."""


class _Absent:
    """A finder of modules that finds all that another one does, but for those that are to be as not installed."""

    names: frozenset[str] = frozenset()

    def __init__(self, finder: Any) -> None:
        self._finder = finder

    def find_spec(self, name: str, path: Sequence[str] | None, target: ModuleType | None = None) -> ModuleSpec | None:
        if name.partition(".")[0] in self.names:
            return None
        found: ModuleSpec | None = self._finder.find_spec(name, path, target)
        return found


def _without(modules: Sequence[str]) -> None:
    _Absent.names = frozenset(modules)
    sys.meta_path[:] = [_Absent(finder) for finder in sys.meta_path]


def _there(name: str) -> bool:
    return find_spec(name) is not None


def _command(server: LocalServer, *arguments: str) -> str:
    """The command line as a process of its own, where the same is absent as here; what it told on a line."""
    absent = ",".join(sorted(_Absent.names))
    command = [sys.executable, str(Path(__file__).resolve()), "--as-command", absent, *arguments]
    keys = {"OPENAI_BASE_URL": server.base_url, "OPENAI_API_KEY": "k", "OPENAI_ADMIN_KEY": "k"}
    ended = subprocess.run(command, env={**os.environ, **keys}, capture_output=True, timeout=120, check=False)
    if ended.returncode:
        raise typed_openai.ConfigurationError(ended.stderr.decode())
    return ended.stdout.decode().partition("\n")[0]


def _bulk(server: LocalServer, out: str, **options: Any) -> object:
    with tempfile.TemporaryDirectory() as folder:
        asked = Path(folder) / "asked.jsonl"
        line = {"custom_id": "1", "method": "POST", "url": "/v1/chat/completions", "body": HELLO}
        asked.write_text(json.dumps(line) + "\n", encoding="utf-8")
        with typed_openai.OpenAI(base_url=server.base_url, api_key="k") as client:
            return client.bulk(asked, Path(folder) / out, **options).answered


def loaded() -> set[str]:
    """What of the extras this process has loaded."""
    brought = {name for extra in EXTRAS.values() for name in extra.brings} - {"click", "rich"}
    return (brought | {f"typed_openai.{name}" for name in ("cli", "otel", "testing")}) & sys.modules.keys()


def first_call(server: LocalServer) -> None:
    """What everybody does, with no extra: a call, a stream, both answered; and nothing of an extra is loaded by it."""
    with typed_openai.OpenAI(base_url=server.base_url, api_key="k") as client:
        if not client.chat.completions.create(**HELLO).text:
            raise AssertionError("the first call: no text in the answer")
        if not list(client.chat.completions.create(**HELLO, stream=True)):
            raise AssertionError("the first stream: no chunk")
    if loaded():
        raise AssertionError(f"the first call loaded what only extras need: {sorted(loaded())}")


def main(arguments: list[str]) -> int:
    """Try extras; the exit status."""
    if arguments[:1] == ["--as-command"]:
        from typed_openai.__main__ import main as command

        _without(arguments[1].split(","))
        sys.argv = ["typed-openai", *arguments[2:]]
        return command()
    if arguments[:1] == ["--list"]:
        print(*sorted({*EXTRAS, *NO_USE}), sep="\n")
        return 0
    absent = arguments[:1] == ["--without"]
    names = arguments[absent:]
    if absent:
        _without([module for name in names for module in EXTRAS[name].brings])
    with LocalServer() as server:
        first_call(server)
        print("first call: ok")
        for name in names:
            if name in NO_USE:
                print(f"{name}: not tried, {NO_USE[name]}")
            elif (fault := _fault(name, absent, server)) is not None:
                print(f"{name}: {fault}", file=sys.stderr)
                return 1
    return 0


def _fault(name: str, absent: bool, server: LocalServer) -> str | None:
    try:
        found = EXTRAS[name].use(server)
    except typed_openai.OpenAIError as error:
        told = f"{error} {error.__cause__ or ''}"
        if absent and f"typed-openai[{name}]" in told:
            print(f"{name}: {error}")
            return None
        return f"{type(error).__name__}: {error}"
    print(f"{name}: {found}")
    return f"used without being installed: {found}" if absent else None


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
