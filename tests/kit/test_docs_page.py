"""The tests that `docs/testing.md` shows pass, run by pytest as a reader would run them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.test_docs import blocks

pytest_plugins = ["pytester"]

PAGE = Path(__file__).parents[2] / "docs" / "testing.md"


def test_the_tests_of_the_page_pass(pytester: pytest.Pytester) -> None:
    shown = [source for _, source in blocks(PAGE)]
    first = next(number for number, source in enumerate(shown) if "def test_" not in source)
    tests = "\n".join(shown[:first])
    assert tests.count("def test_") > 2
    pytester.makepyfile(test_shown=tests)
    result = pytester.runpytest_inprocess("-p", "no:cacheprovider", "-p", "no:asyncio")
    result.assert_outcomes(passed=tests.count("def test_"))
