"""What is not written at the call stays free, and what is right is right: no false errors.

Ordinary code stands in `typing_tests/test_ordinary_*.py`, where other type checkers read it too (`scripts/typing`).
"""

from __future__ import annotations

import pytest

from tests.mypy_plugin.checking import BEGINNING, ROOT, faults, run

pytestmark = pytest.mark.once  # what mypy says does not depend on the Python that it runs on

ORDINARY = sorted((ROOT / "typing_tests").glob("test_ordinary_*.py"))


def test_there_is_ordinary_code_to_read() -> None:
    assert sum(path.read_text().count("\ndef ") + path.read_text().count("\nasync def ") for path in ORDINARY) >= 60


@pytest.mark.parametrize("path", ORDINARY, ids=lambda path: path.stem)
def test_ordinary_code_has_no_false_errors(path: object) -> None:
    (text,) = [each.read_text() for each in ORDINARY if each == path]
    assert run(text) == []


VALUES = ["7", "[7]", "{'type': 'text'}", "b'Hi'", "3.5", "client", "print", "['Hi']", "len('Hi')", "None"]


def test_a_value_that_cannot_be_meant_is_an_error_whatever_it_is() -> None:
    calls = [
        f"client.chat.completions.create(model='m', messages=[{{'role': 'user', 'content': {each}}}])"
        for each in VALUES
    ]
    found = faults("\n".join([BEGINNING.strip(), *calls, ""]))
    first = BEGINNING.count("\n") + 1
    assert list(found) == list(range(first, first + len(VALUES)))
    assert all(said.endswith("[typed-openai]") for each in found.values() for said in each)


def test_an_error_can_be_passed_over_by_its_code() -> None:
    call = "client.chat.completions.create(model='m', messages=[{'role': 'usr'}])"
    assert run(f"{BEGINNING}{call}  # type: ignore[typed-openai]\n") == []


def test_what_a_star_or_a_variable_brings_is_free() -> None:
    text = """
def said(role: str, more: dict[str, Any], parts: list[dict[str, str]], other: Literal["usr"]) -> None:
    client.chat.completions.create(model="m", messages=[*hello, {"role": role, "content": parts}])
    client.chat.completions.create(model="m", messages=[{"role": "user", **more}])
    client.chat.completions.create(model="m", messages=[{role: "user", "content": "Hi"}])
    client.chat.completions.create(model="m", messages=[{"role": "user", "contents": 1, **more}])
    client.chat.completions.create(model="m", messages=[{"role": "user", "content": hello and "Hi"}])
    client.chat.completions.create(model="m", messages=[{"role": other, "content": "Hi"}])
"""
    found = faults(BEGINNING + text)
    first = BEGINNING.count("\n") + 2
    assert list(found) == [first + 4, first + 6], "what is written is checked beside what is not"
    assert "contents" in found[first + 4][0]
