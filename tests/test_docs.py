"""The documents are executed: every Python block of the README runs against the local server, top to bottom."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from typed_openai.local import LocalServer

ROOT = Path(__file__).parent.parent
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
BLOCK = re.compile(r"^```python\n(.*?)^```", re.MULTILINE | re.DOTALL)


def blocks(page: Path) -> list[tuple[int, str]]:
    """Line number and source of each Python block."""
    text = page.read_text()
    return [(text[: found.start()].count("\n") + 2, found[1]) for found in BLOCK.finditer(text)]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_python_block_of_a_page_runs(
    page: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert blocks(page)
    with LocalServer() as server:
        monkeypatch.setenv("OPENAI_BASE_URL", server.base_url)
        monkeypatch.setenv("OPENAI_API_KEY", "sk-local")
        names: dict[str, object] = {"__name__": "__docs__"}
        for line, source in blocks(page):
            code = compile("\n" * (line - 1) + source, str(page), "exec", dont_inherit=True)
            exec(code, names)  # noqa: S102 - our own documents
    assert capsys.readouterr().out


def test_what_the_readme_says_is_printed_is_printed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Comment lines behind a block's code are its output, word for word."""
    source = next(source for _, source in blocks(ROOT / "README.md") if "max_token" in source)
    promised = "\n".join(line[2:] for line in source.splitlines() if line.startswith("# "))
    with LocalServer() as server:
        monkeypatch.setenv("OPENAI_BASE_URL", server.base_url)
        exec("from typed_openai import OpenAI\nclient = OpenAI()\n" + source, {})  # noqa: S102 - our own document
    assert capsys.readouterr().out.strip() == promised


def test_the_demo_runs_with_no_key_and_says_what_it_talks_to(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from examples import demo

    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    monkeypatch.delenv("OPENAI_BASE_URL", raising=False)
    demo.main()
    out = capsys.readouterr().out
    assert "It is no model" in out
    assert "finished: stop" in out
    assert 'get_weather {"city":"Paris"}' in out
    assert "did you mean 'max_tokens'?" in out
