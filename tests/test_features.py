"""The table of docs/features.md says what tests prove, and is as new as its data."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from tools import feature_table

ROOT = Path(__file__).parent.parent
DATA = feature_table.read()
FEATURES: list[dict[str, str]] = DATA["feature"]
KEYS = {"area", "name", "page", "ours", *feature_table.OTHERS}


def collectable(node_id: str) -> bool:
    """Whether pytest finds a test by this name: a function of a test file, at its top."""
    file, _, name = node_id.partition("::")
    path = ROOT / file
    if not (
        file.startswith("tests/") and path.name.startswith("test_") and path.is_file() and name.startswith("test_")
    ):
        return False
    body = ast.parse(path.read_text()).body
    return any(isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name == name for node in body)


def test_every_feature_that_we_have_names_a_test_that_exists() -> None:
    proofs = [feature["ours"] for feature in FEATURES if feature["ours"] != "no"]
    assert len(proofs) > 25
    assert [proof for proof in proofs if not collectable(proof)] == []
    assert len({*proofs}) == len(proofs)


@pytest.mark.parametrize(
    "wrong", ["yes", "tests/test_features.py::test_gone", "tests/none.py::test_x", "tests/texts.py::x"]
)
def test_what_names_no_test_is_seen(wrong: str) -> None:
    assert not collectable(wrong)


def test_every_row_is_whole_and_leads_to_a_page() -> None:
    for feature in FEATURES:
        assert feature.keys() == KEYS, feature["name"]
        assert (ROOT / "docs" / feature["page"]).is_file(), feature["name"]
        for other in feature_table.OTHERS:
            assert feature[other] in ("yes", "no") or feature[other].startswith("part: "), feature["name"]


def test_what_we_lack_is_in_the_table_too() -> None:
    assert [feature for feature in FEATURES if feature["ours"] == "no"]


def test_the_table_is_as_new_as_its_data() -> None:
    page = feature_table.PAGE.read_text()
    assert feature_table.written(page, DATA) == page


def test_a_row_that_is_added_appears_between_the_marks_and_the_rest_stays() -> None:
    added = {**FEATURES[0], "area": "New", "name": "Something new", "ours": "no", "official": "part: half of it"}
    page = feature_table.written(feature_table.PAGE.read_text(), {**DATA, "feature": [*FEATURES, added]})
    assert "| Something new | no | half of it |" in page
    assert page.endswith(feature_table.PAGE.read_text().partition(feature_table.END)[2])
