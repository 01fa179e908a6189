"""Data libraries take what has records; those that are not installed are passed over."""

from __future__ import annotations

from typing import Any

import pytest

from typed_openai.core.answer.records import HasRecords, Records, Row

ROWS: list[Row] = [{"a": 1, "b": "x"}, {"a": 2, "b": None}]


class Holder(HasRecords):
    def _records(self) -> Records:
        return Records(ROWS)


def test_polars_takes_what_has_records() -> None:
    polars: Any = pytest.importorskip("polars")
    assert polars.DataFrame(Holder()).to_dicts() == ROWS
    assert polars.DataFrame(Records(ROWS)).to_dicts() == ROWS


def test_pandas_takes_what_has_records() -> None:
    pandas: Any = pytest.importorskip("pandas")
    assert pandas.DataFrame(Holder().records())["a"].tolist() == [1, 2]
    if hasattr(pandas.DataFrame, "from_arrow"):
        assert pandas.DataFrame.from_arrow(Holder())["a"].tolist() == [1, 2]


def test_duckdb_takes_what_has_records() -> None:
    duckdb: Any = pytest.importorskip("duckdb")
    held = Holder()
    assert duckdb.sql("select sum(a) from held").fetchall() == [(3,)]
    del held
