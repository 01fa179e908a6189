"""The documents are executed: every Python block of the README and of docs/ runs against the local server, in order.

Comment lines at the end of a block are what it prints, word for word. Console blocks are typed into a shell, line by
line; what stands below a command is what it says, where `...` stands for anything. Links lead to what is there.
"""

from __future__ import annotations

import itertools
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from typed_openai.local import LocalServer

ROOT = Path(__file__).parent.parent
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
BLOCK = re.compile(r"^```python\n(.*?)^```", re.MULTILINE | re.DOTALL)
CONSOLE = re.compile(r"^```console\n(.*?)^```", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\((?!https?://)([^)\s]+)\)")
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)


def blocks(page: Path) -> list[tuple[int, str]]:
    """Line number and source of each Python block."""
    text = page.read_text()
    return [(text[: found.start()].count("\n") + 2, found[1]) for found in BLOCK.finditer(text)]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_python_block_of_a_page_runs(
    page: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assert blocks(page)
    monkeypatch.chdir(tmp_path)  # what a page writes, it writes there
    with LocalServer() as server:
        monkeypatch.setenv("OPENAI_BASE_URL", server.base_url)
        monkeypatch.setenv("OPENAI_API_KEY", "sk-local")
        names: dict[str, object] = {"__name__": "__docs__"}
        printed = ""
        for line, source in blocks(page):
            code = compile("\n" * (line - 1) + source, str(page), "exec", dont_inherit=True)
            exec(code, names)  # noqa: S102 - our own documents
            out = capsys.readouterr().out
            if promised(source):
                assert out.strip() == promised(source)
            printed += out
    assert printed


TYPED = [page for page in PAGES if CONSOLE.search(page.read_text())]


@pytest.mark.parametrize("page", TYPED, ids=lambda page: page.name)
def test_every_command_of_a_page_says_what_stands_below_it(
    page: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TYPED_OPENAI_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("PATH", f"{Path(sys.executable).parent}:{os.environ['PATH']}")
    with LocalServer() as server:
        monkeypatch.setenv("OPENAI_BASE_URL", server.base_url)
        monkeypatch.setenv("OPENAI_API_KEY", "sk-local")
        typed = [
            each for block in CONSOLE.findall(page.read_text()) for each in re.split(r"^\$ ", block, flags=re.M)[1:]
        ]
        assert len(typed) > 5
        for each in typed:
            command, _, said = each.partition("\n")
            shell = ["bash", "-c", command]
            done = subprocess.run(
                shell, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=60
            )
            expected = re.escape(said.strip()).replace(r"\.\.\.", "(?s:.*?)")
            assert re.fullmatch(expected, done.stdout.strip()), f"$ {command}\n{done.stdout}"


def promised(source: str) -> str:
    """What a block says that it prints: the comment lines at its end."""
    lines = source.rstrip().splitlines()
    said = itertools.takewhile(lambda line: line.startswith("# "), reversed(lines))
    return "\n".join(line[2:] for line in reversed([*said]))


def test_some_blocks_say_what_they_print() -> None:
    assert sum(bool(promised(source)) for page in PAGES for _, source in blocks(page)) >= 2


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_to_pages_and_headings_that_are_there(page: Path) -> None:
    for target in LINK.findall(page.read_text()):
        path, _, anchor = target.partition("#")
        aim = (page.parent / path).resolve() if path else page
        assert aim.exists(), target
        if anchor:
            assert anchor in {_anchor(heading) for heading in HEADING.findall(aim.read_text())}, target


def _anchor(heading: str) -> str:
    """As GitHub makes them: small letters, no punctuation, hyphens for blanks."""
    return re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-")


def test_the_readme_leads_to_every_page() -> None:
    linked = set(LINK.findall((ROOT / "README.md").read_text()))
    assert {f"docs/{page.name}" for page in PAGES[1:]} <= linked


def test_the_demo_runs_with_no_key_and_says_what_it_talks_to(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from examples import demo

    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    monkeypatch.delenv("OPENAI_BASE_URL", raising=False)
    demo.main()
    out = capsys.readouterr().out
    assert "It is not a model" in out
    assert "finished: stop" in out
    assert 'get_weather {"city":"Paris"}' in out
    assert "did you mean 'max_tokens'?" in out
