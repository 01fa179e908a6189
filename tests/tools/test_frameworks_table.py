"""The table of the page on frameworks is written from what was counted, and the page stays as it was around it."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tools.frameworks_table import BEGIN, END, HEAD, main

ROOT = Path(__file__).parent.parent.parent
KEPT = "| other | 2 | 3 | 4 | 4 | 4 | 4 |"
PAGE = "\n".join(["# Page", BEGIN, *HEAD, "| some | 0 | 0 | 9 | 9 | 9 |  |", KEPT, END, "after"])


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """The venv of one program, with what was counted in it."""
    packages = tmp_path / "venvs" / "some" / "lib" / "python3.11" / "site-packages"
    for folder in ("some-1.2.dist-info", "openai-3.57.0.dist-info"):
        (packages / folder).mkdir(parents=True)
    counts = {"official passed": 5, "ours passed": 4, "ours failed": 1}
    (tmp_path / "venvs" / "some" / "report.json").write_text(json.dumps(counts))
    return tmp_path / "venvs"


def test_rows_are_written_anew_and_those_of_programs_that_did_not_run_are_kept(home: Path, tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(PAGE)
    main(home, page)
    row = "| some | 1.2 | 3.57.0 | 5 | 5 | 4 of 5 |  |"
    assert page.read_text() == "\n".join(["# Page", BEGIN, *HEAD, KEPT, row, END, "after"])
    main(home, page)
    assert page.read_text().count(row) == 1


def test_it_prints_what_it_wrote(home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    page = tmp_path / "page.md"
    page.write_text(PAGE)
    main(home, page)
    assert "4 of 5" in capsys.readouterr().out


def test_everybody_says_how_many_programs_the_table_has() -> None:
    rows = (ROOT / "docs" / "frameworks.md").read_text("utf-8").partition(BEGIN)[2].partition(END)[0].count(
        "\n| "
    ) - len(HEAD)
    files = ("README.md", "CONTRIBUTING.md", "CHANGELOG.md", "Makefile", "scripts/frameworks")
    said = {name: re.findall(r"(\d+) programs\b(?! in the shape)", (ROOT / name).read_text("utf-8")) for name in files}
    assert said == {name: [str(rows)] for name in files}
    assert rows == len([*(ROOT / "tests" / "frameworks" / "programs").glob("test_*.py")])
