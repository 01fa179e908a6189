"""Mistakes inside dicts that are written at a call: each is found where it is, and the message says what was meant."""

from __future__ import annotations

import functools
import itertools
from pathlib import Path

import pytest

from tests.mypy_plugin.checking import faults_of_each

pytestmark = pytest.mark.once  # what mypy says does not depend on the Python that it runs on

LINES = [line for line in (Path(__file__).parent / "mistakes.txt").read_text().splitlines() if line.strip()]
FOUND = {
    written: told.strip() for written, told in itertools.pairwise(LINES) if told.startswith(" ") and written[0] != "#"
}
"""What is written → what the message has to say, piece by piece."""


@functools.cache
def found() -> dict[str, list[str]]:
    return dict(zip(FOUND, faults_of_each(FOUND), strict=True))


def test_there_are_mistakes_to_find() -> None:
    assert len(FOUND) >= 60


@pytest.mark.parametrize("written", FOUND)
def test_a_mistake_is_found_and_told(written: str) -> None:
    said = [each for each in found()[written] if each.endswith("[typed-openai]")]
    assert any(all(piece in each for piece in FOUND[written].split("; ")) for each in said), found()[written]


@pytest.mark.parametrize("written", FOUND)
def test_a_mistake_is_told_once(written: str) -> None:
    assert len(found()[written]) == len(set(found()[written])) <= 2, found()[written]
