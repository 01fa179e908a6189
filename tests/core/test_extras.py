"""What is said where a package is missing: what needs it and what to install, in the same words for all of them."""

from __future__ import annotations

import ast
import asyncio
import re
import sys
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from click import UsageError

import typed_openai.__main__
import typed_openai.otel
from tests.canned import HELLO, KEY, Wire, completion
from typed_openai import AsyncOpenAI, ConfigurationError, DefaultAioHttpClient, OpenAI, OpenAIError
from typed_openai.core.answer.pieces import UnpackingError
from typed_openai.core.answer.records import Records
from typed_openai.core.answer.unpacking_extras import Brotli, Zstd
from typed_openai.core.extras import BRINGS, needed
from typed_openai.core.run.kit import kit
from typed_openai.frameworks import as_official
from typed_openai.identity import aws_signature, google_access_token
from typed_openai.tokens import count_tokens
from typed_openai.tools import Browser, mcp_tools
from typed_openai.types import Embedding

ROOT = Path(__file__).parent.parent.parent
SECRET = "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3"
WORDS = r"[^\n]+? needs {packages}: pip install {install}(; [^\n]+)?"


@pytest.fixture
def absent(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[str]:
    """A module that is as if it were not installed, with all that is below it."""
    name: str = request.param
    for each in [name, *sys.modules]:
        if each == name or each.startswith(f"{name}."):
            monkeypatch.setitem(sys.modules, each, None)
    kit.cache_clear()
    monkeypatch.chdir(tmp_path)
    yield name
    kit.cache_clear()


def telemetry() -> object:
    typed_openai.otel._made.clear()
    return typed_openai.otel.observer()


def picture() -> object:
    from typed_openai.cli.plots import writer_of

    return writer_of("costs.png")


def price() -> object:
    client = OpenAI(api_key=KEY, http_client=Wire(completion(usage={"prompt_tokens": 1})).client())
    return client.chat.completions.create(**HELLO).cost()


def hook(framework: str) -> Callable[[], object]:
    from typed_openai.webhooks import django, fastapi, flask

    kinds: dict[str, Any] = {"django": django, "fastapi": fastapi, "flask": flask}
    return lambda: kinds[framework].webhook(SECRET)


class Session:
    """A session of an MCP server that has two pages of tools."""

    async def list_tools(self, params: object = None) -> object:
        return SimpleNamespace(tools=[], next_cursor="on")

    async def call_tool(self, name: str, arguments: object) -> object: ...


USES: dict[str, Callable[[], object]] = {
    "aiohttp": lambda: asyncio.run(listed("aiohttp")),
    "botocore": lambda: aws_signature("us-east-1").sign("GET", "https://x", {}, "0" * 64),
    "brotli": Brotli,
    "django": hook("django"),
    "flask": hook("flask"),
    "genai_prices": price,
    "google": google_access_token(),
    "httpx2": lambda: asyncio.run(listed("httpx2")),
    "httpx_aiohttp": DefaultAioHttpClient,
    "mcp": lambda: asyncio.run(listed_tools()),
    "numpy": lambda: Embedding(embedding=[1.0], index=0, object="embedding").array,
    "openai": lambda: as_official(OpenAI(api_key=KEY)),
    "opentelemetry": telemetry,
    "playwright": lambda: Browser.launch().__enter__(),
    "pyarrow": lambda: Records([{"a": 1}]).__arrow_c_stream__(),
    "ray": lambda: OpenAI(api_key=KEY).bulk([], "out.jsonl", engine="ray"),
    "resvg_py": picture,
    "starlette": hook("fastapi"),
    "tiktoken": lambda: count_tokens("Hello", "nobody counted with this"),
    "websockets": lambda: OpenAI(api_key=KEY).realtime.connect(model="m").enter(),
    "zstandard": Zstd,
}


async def listed(transport: Any) -> object:
    return await AsyncOpenAI(api_key=KEY, transport=transport).models.list()


async def listed_tools() -> object:
    return await mcp_tools(Session())


@pytest.mark.parametrize("absent", sorted(USES), indirect=True)
def test_what_is_missing_is_named_with_what_needs_it_and_what_to_install(absent: str) -> None:
    package, extra = BRINGS[absent]
    install = f'"typed-openai[{extra}]"' if extra else package
    with pytest.raises((OpenAIError, UsageError, UnpackingError)) as caught:
        USES[absent]()
    words = WORDS.format(packages=re.escape(package), install=re.escape(install))
    assert re.fullmatch(words, str(caught.value)), str(caught.value)


COMMAND = ("click", "jmespath", "rich", "yaml")


@pytest.mark.parametrize("absent", COMMAND, indirect=True)
def test_the_command_line_says_it_in_the_same_words(
    absent: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["typed-openai", "models", "list"])
    assert typed_openai.__main__.main() == 2
    said = capsys.readouterr().err
    assert said == f'Error: the command line needs {BRINGS[absent][0]}: pip install "typed-openai[cli]"\n'


def test_every_module_that_something_needs_is_tried_here() -> None:
    assert {*USES, *COMMAND} == set(BRINGS)


def test_every_extra_is_named_as_the_project_names_it() -> None:
    extras: dict[str, list[str]] = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"][
        "optional-dependencies"
    ]
    for package, extra in BRINGS.values():
        assert not extra or any(re.match(rf"{package}\b(?!-)", each) for each in extras[extra]), (package, extra)
    assert {extra for _, extra in BRINGS.values()} - {""} == set(extras) - {"dev", "cli-images", "sounddevice"}


@pytest.mark.once
def test_what_to_install_is_said_in_no_other_place() -> None:
    told: list[str] = []
    for path in sorted((ROOT / "typed_openai").rglob("*.py")):
        tree = ast.parse(path.read_text("utf-8"))
        prose = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
        told += [
            str(path.relative_to(ROOT / "typed_openai"))
            for node in ast.walk(tree)
            if isinstance(node, ast.Constant) and "pip install" in str(node.value) and id(node) not in prose
        ]
    assert told == ["core/extras.py"]


def test_what_is_there_and_cannot_be_imported_says_why(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "pyarrow").mkdir()
    (tmp_path / "pyarrow" / "__init__.py").write_text("from os import no_such_name")
    for name in [each for each in sys.modules if each.partition(".")[0] == "pyarrow"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(ConfigurationError, match=r"\(what is there cannot be imported: cannot import name 'no_such_na"):
        needed("pyarrow", "a table")
