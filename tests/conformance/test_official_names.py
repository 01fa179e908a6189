"""Every name of the official package 3.57.0, in the areas that are here, stands in our table for what it stands for."""

from __future__ import annotations

import openai
import pytest

from tools.official_names import Table
from typed_openai.dict_forms.official_names import table

pytestmark = pytest.mark.once


def test_no_name_of_the_official_package_is_missing_and_the_table_is_fresh() -> None:
    assert openai.__version__ == "3.57.0"
    found = Table()
    rows = found.rows()
    assert found.missing == []
    assert sum(map(len, rows.values())) > 2100
    assert rows == table(), "run `python -m tools.official_names`"
