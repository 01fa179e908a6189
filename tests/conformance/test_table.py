"""The table of what is covered is kept, and fresh."""

from __future__ import annotations

from collections import Counter

import pytest

from tests.conformance import table
from tests.conformance.test_operations import OPERATIONS, is_built


def test_the_table_in_the_documents_is_fresh() -> None:
    assert table.text() in table.KEPT.read_text(), "run `python -m tests.conformance.table --write`"


def test_every_area_that_is_built_has_fields_routes_and_cases() -> None:
    built = Counter(table.area_of(title) for title in OPERATIONS if is_built(title))
    described = {table.area_of(title) for title, item in OPERATIONS.items() if item.get("in_spec")}
    found = {row[0]: dict(zip(table.HEAD, row, strict=True)) for row in table.rows()}
    assert len(built) >= 20
    for area in built:
        if area == "beta.chat":  # chat under its old name
            continue
        assert all(found[area][name] for name in ("result fields", "local routes")), area
        assert found[area]["interop cases"] or area not in described, area


def test_the_command_prints_the_table(capsys: pytest.CaptureFixture[str]) -> None:
    assert table.main([]) == 0
    assert capsys.readouterr().out == table.text()
