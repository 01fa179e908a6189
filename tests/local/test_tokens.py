"""What counts as a token: nothing is lost, and everything that counts agrees."""

from __future__ import annotations

import pytest
from hypothesis import given, settings

from tests.texts import texts
from typed_openai.local import tokens


@given(texts())
@settings(max_examples=50)
def test_the_tokens_of_a_text_are_the_text(text: str) -> None:
    assert "".join(tokens.split(text)) == text


@pytest.mark.parametrize(
    ("text", "found"),
    [("one two", ["one", " two"]), ("deterministic", ["determin", "istic"]), (" a  ", [" a", "  "]), ("", [])],
)
def test_a_token_is_a_word_with_the_space_before_it_or_eight_letters(text: str, found: list[str]) -> None:
    assert tokens.split(text) == found


def test_cutting_says_whether_anything_was_lost() -> None:
    assert tokens.cut("one two", 2) == ("one two", False)
    assert tokens.cut("one two", 1) == ("one", True)
    assert tokens.cut("one two", None) == ("one two", False)


def test_the_likeliest_tokens_begin_with_the_real_one_and_fall() -> None:
    ranked = tokens.likeliest(" the", 3, 20)
    values = [value for _, value in ranked]
    assert ranked[0] == (" the", tokens.logprob(" the", 3))
    assert len({token for token, _ in ranked}) == 20
    assert values == sorted(values, reverse=True)
