"""The table of promises: rows are counted, kept beside those of other harnesses, and never shrink unseen."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture
def promises() -> Any:
    spec = importlib.util.spec_from_file_location("promises", ROOT / "benchmarks" / "promises.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_what_is_tried_and_lost_is_counted_and_fails_the_run(promises: Any, capsys: pytest.CaptureFixture[str]) -> None:
    table = promises.Promises()
    table.tried("a", inputs=1200)
    table.tried("b")
    assert table.finish([]) == 0
    table.tried("a", lost="KeyError at x")
    assert table.finish([]) == 1
    printed = capsys.readouterr().out
    assert "| a | 1,201 | 1 |" in printed
    assert "LOST a: KeyError at x" in printed


def test_the_page_keeps_the_rows_of_others_and_the_larger_run(promises: Any) -> None:
    page = f"before\n{promises.BEGIN}\n\n{promises.HEAD}| a | 1,200 | 0 |\n| b | 5 | 0 |\n\n{promises.END}\nafter\n"
    found = promises.written(page, {"b": (6, 0), "c": (7, 0), "a": (3, 0)})
    assert "| a | 1,200 | 0 |\n| b | 6 | 0 |\n| c | 7 | 0 |" in found
    assert promises.written(found, {"a": (3, 1)}).count("| a | 3 | 1 |") == 1
    assert found.startswith("before\n")
    assert found.endswith("after\n")


def test_the_page_of_errors_has_its_table(promises: Any) -> None:
    page = promises.PAGE.read_text()
    assert promises.BEGIN in page
    assert promises.END in page
