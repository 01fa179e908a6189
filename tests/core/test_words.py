"""What is said of a value that is not what it should be is said in words, not in names of Python, for every class."""

from __future__ import annotations

import random
import re
from typing import Any

import pytest
from pydantic import ValidationError

from tests.conformance.filled import classes, filled
from typed_openai.core.answer.meta import Issue
from typed_openai.core.answer.tolerant import build
from typed_openai.core.request.refusals import faults
from typed_openai.models.base import Params, Result

NAMES = re.compile(
    r"\b(Literal|NoneType|Null|Union|Optional|Annotated|Unknown\w+|typed_openai|pydantic|BaseModel|instance|dict|"
    r"dictionary|str|int|bool|float|bytearray|tuple|Mapping|Sequence|callable|iterable|datetime|array|boolean|integer|"
    r"\w+Params?|Input|String|Value|discriminator|validator|schema)\b|<class|\w\[\w|__|\bNone\b|\bTrue\b|\bFalse\b"
)
QUOTED = re.compile(r"'(?:[^'\\]|\\.)*'")
"""Values of the API, which may be called anything."""
JSON: list[Any] = [None, True, 0, -1, 5, 1e308, "", "x", [], {}, [7], [None], {"a": 1}, {"type": "no_such"}, [[{}]]]
OBJECTS: list[Any] = [
    *JSON,
    object(),
    len,
    b"x",
    {1, 2},
    float("nan"),
    int,
    ("a",),
    range(3),
    {"type": 5},
    {"role": "x"},
]


def unworded(text: str) -> list[str]:
    """The names of Python in a text."""
    return [found[0] for found in NAMES.finditer(QUOTED.sub("", text))]


def test_a_check_that_finds_nothing_finds_something_here() -> None:
    for text in ("Literal or typed_openai.models.chat.Choice", "list[str]", "an instance of Foo", "None"):
        assert unworded(text)
    assert not unworded("a string, a list of strings or null; one of 'int' or 'Literal'")


@pytest.mark.parametrize("seed", range(3))
def test_issues_of_every_class_of_results_are_told_in_words(seed: int) -> None:
    chance, said = random.Random(seed), set[str]()
    for kind in classes(Result):
        issues: list[Issue] = []
        build(kind, filled(kind, chance, JSON), "", issues)
        said |= {issue.expected for issue in issues}
    assert {text: names for text in said if (names := unworded(text))} == {}
    assert {"a string", "a whole number", "true or false", "a list", "an object", "a value"} <= said


@pytest.mark.parametrize("seed", range(3))
def test_refusals_of_every_class_of_parameters_are_told_in_words(seed: int) -> None:
    chance, said = random.Random(seed), set[str]()
    for kind in classes(Params):
        data = {**filled(kind, chance, OBJECTS), "nonsense": 1}
        try:
            kind.model_validate(data)
        except (ValidationError, TypeError) as error:  # classes of tools have signatures of their own
            if isinstance(error, ValidationError):
                said |= {fault.allowed for fault in faults(error, data, kind)}
    assert {text: names for text in said if (names := unworded(text))} == {}
    assert {"a string", "a whole number", "true or false", "a list", "an object", "required"} <= said
