"""`migrate` rewrites programs of the official package so that they run here, and lists what a person has to decide."""

from __future__ import annotations

import gc
import re
import runpy
from collections.abc import Iterator
from pathlib import Path

import pytest

import typed_openai
from typed_openai.local import LocalServer
from typed_openai.migrate import changes_in, main, rewritten

PAGE = (Path(__file__).parent / "scripts.md").read_text(encoding="utf-8")
SCRIPTS = dict(re.findall(r"^## (.+?)\n```python\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL))
BY_HAND = {title for title in SCRIPTS if title.endswith("(by hand)")}


@pytest.fixture(scope="module")
def server() -> Iterator[LocalServer]:
    with LocalServer() as running:
        yield running


@pytest.fixture(autouse=True)
def _environment(monkeypatch: pytest.MonkeyPatch, server: LocalServer) -> Iterator[None]:
    monkeypatch.setenv("OPENAI_BASE_URL", server.base_url)
    monkeypatch.setenv("OPENAI_API_KEY", "sk-test-0123456789")
    yield
    typed_openai.configure(api_key=None, max_retries=None)


def test_there_are_thirty_programs_and_one_needs_a_person() -> None:
    assert len(SCRIPTS) >= 30
    assert len(BY_HAND) == 1


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize("title", sorted(set(SCRIPTS) - BY_HAND))
def test_a_program_runs_as_migrate_leaves_it(title: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source = SCRIPTS[title]  # programs leave clients of httpx open; that is theirs
    assert [change for change in changes_in(source) if change.new is None] == []
    program = rewritten(source)
    assert program != source
    assert not re.search(r"^\s*(from|import) openai\b(?! as)", program, re.MULTILINE)
    (tmp_path / "program.py").write_text(program, encoding="utf-8")
    runpy.run_path(str(tmp_path / "program.py"), run_name="__main__")
    assert capsys.readouterr().out.strip()
    gc.collect()  # what the program left open goes now, and not in another test


@pytest.mark.parametrize("title", sorted(BY_HAND))
def test_what_needs_a_person_is_listed_with_a_reason(title: str) -> None:
    left = [change for change in changes_in(SCRIPTS[title]) if change.new is None]
    assert len(left) == 1
    assert "with_options" in left[0].why


def test_a_file_is_changed_only_where_it_differs(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "app.py"
    text = "# ä comment\r\nimport os, openai  # keep\r\n\r\nx = openai.OpenAI\r\n"
    path.write_bytes(text.encode())
    assert main([str(tmp_path)]) == 0
    assert path.read_bytes() == text.encode()
    assert main(["--write", str(tmp_path)]) == 0
    assert path.read_bytes() == text.replace("os, openai ", "os, typed_openai as openai ").encode()
    assert "app.py:2: openai -> typed_openai as openai" in capsys.readouterr().out
    assert main([str(path)]) == 0
    assert capsys.readouterr().out == ""


def test_what_cannot_be_read_is_said_and_the_rest_is_done(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.py").write_text("def (")
    (tmp_path / "b.py").write_text("import openai\n")
    assert main(["--write", str(tmp_path), str(tmp_path / "none.py")]) == 2
    assert (tmp_path / "b.py").read_text() == "import typed_openai as openai\n"
    assert capsys.readouterr().err.count("not read") == 2


@pytest.mark.parametrize(
    ("source", "why"),
    [
        ("from openai import BedrockOpenAI\n", "BedrockOpenAI is not here"),
        ("from openai.cli import main\n", "openai.cli.main is not here"),
        ("import openai._client\n", "openai._client is not here"),
        ("import openai\nopenai.api_type = 'azure'\n", "AzureOpenAI"),
        ("from openai import OpenAI\nc = OpenAI()\nc.timeout = 3\n", r"c.with_options\(timeout=...\)"),
        ("client.beta.threads.runs.create_and_poll(thread_id='t')\n", "WaitFailedError"),
        ("patch('openai.chat.completions.create')\n", "openai.chat.completions.create is not here"),
        ("from openai import ChatCompletion\n", "chat.completions"),
    ],
)
def test_each_thing_to_decide_has_its_reason(source: str, why: str) -> None:
    assert any(re.search(why, change.why) for change in changes_in(source) if change.new is None)


@pytest.mark.parametrize(
    ("source", "new"),
    [
        ("import openai.types.chat as t\n", "import typed_openai.types.chat as t\n"),
        ("import openai.types.chat\n", "import typed_openai.types.chat, typed_openai as openai\n"),
        ("import openai\nopenai.api_base = url\n", "import typed_openai as openai\nopenai.configure(base_url=url)\n"),
        (
            "from openai import (\n    OpenAI,\n    omit,\n)\n",
            "from typed_openai import (\n    OpenAI,\n    omit,\n)\n",
        ),
        ("from . import openai\nopenai.x = 1\n", "from . import openai\nopenai.x = 1\n"),
        ("x = 'import openai'\n", "x = 'import openai'\n"),
        ("patch('openai.OpenAI')\n", "patch('typed_openai.OpenAI')\n"),
        (
            "@mock.patch('openai.resources.chat.completions.AsyncCompletions.create')\ndef f(): ...\n",
            "@mock.patch('typed_openai.resources.chat.AsyncCompletions.create')\ndef f(): ...\n",
        ),
        ("logging.getLogger('openai._base_client')\n", "logging.getLogger('typed_openai')\n"),
        ("from openai._exceptions import RateLimitError\n", "from typed_openai import RateLimitError\n"),
        (
            "from openai.resources.beta.threads.runs.runs import Runs\n",
            "from typed_openai.resources.runs import Runs\n",
        ),
        ("client.post('/x', body=b, cast_to=T)\n", "client.post('/x', body=b, cast_to=T)\n"),
        (
            "async def f(c: AsyncOpenAI = AsyncOpenAI()):\n    c = AsyncOpenAI()\n    await c.get('/x', cast_to=T)\n",
            "async def f(c: AsyncOpenAI = AsyncOpenAI()):\n    c = AsyncOpenAI()\n    await c.get('/x', cast_to=T)\n",
        ),
        (
            "with OpenAI() as c:\n    c.get('/x', cast_to=httpx.Response).json()\n",
            "with OpenAI() as c:\n    c.get('/x', cast_to=httpx.Response).json()\n",
        ),
        (
            "client.beta.threads.runs.stream(event_handler=H())\n",
            "client.beta.threads.runs.stream(event_handler=H())\n",
        ),
    ],
)
def test_what_means_the_same_is_rewritten(source: str, new: str) -> None:
    assert rewritten(source) == new
