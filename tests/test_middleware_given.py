"""What makes no sense is refused where a middleware or recorder is made, and not by the first call that passes it."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable
from typing import Any

import pytest

from typed_openai import OpenAI
from typed_openai.errors import ConfigurationError
from typed_openai.middleware import (
    MemoryStore,
    SQLiteStore,
    fallback,
    keep_answers,
    limit,
    log_requests,
    pace,
    redact,
)
from typed_openai.observers import record

NAN, INFINITE = float("nan"), float("inf")
ONE, TWO = OpenAI(api_key="one"), OpenAI(api_key="two")


def falling(**options: Any) -> object:
    return fallback([ONE, TWO], **options)


WRONG: dict[str, tuple[Callable[..., object], list[Any]]] = {
    "concurrency": (lambda value: limit(value), [0, 2.0, True, "2", None]),
    "rpm": (lambda value: pace(rpm=value), [0, -1, "3", True, NAN, INFINITE]),
    "tpm": (lambda value: pace(tpm=value), [0, -1, "3", True, NAN, INFINITE]),
    "ttl": (lambda value: keep_answers(ttl=value), [0, "3", True, NAN]),
    "size": (lambda value: keep_answers(size=value), [0, "3", True, NAN]),
    "stores": (MemoryStore, [0, 2.0, None]),
    "path": (SQLiteStore, [None, 3, "", b"x"]),
    "recorder": (record, [None, 3, "", b"x"]),
    "clients": (fallback, [None, [], "ab", [ONE], [ONE, ONE], [ONE, 3]]),
    "models": (lambda value: falling(models=value), [["m"], {ONE: 3}, {ONE: ""}, {"x": "m"}]),
    "cool_down": (lambda value: falling(cool_down=value), [-1, "3", True, NAN, INFINITE, None]),
    "pattern": (redact, ["(", 3, b"x", re.compile(b"x"), ["x"], None]),
    "by": (lambda value: redact("x", "(y)", by=value), [3, None, r"\9", r"\1", r"\g<name>"]),
    "bodies": (lambda value: log_requests(bodies=value), ["no", 1, None]),
    "level": (lambda value: log_requests(level=value), ["INFO", None, True]),
    "limit": (lambda value: log_requests(limit=value), [0, -1, "3", None]),
    "logger": (lambda value: log_requests(logger=value), ["typed_openai", None, logging]),
}


@pytest.mark.parametrize(
    ("make", "value"),
    [pytest.param(make, value, id=name) for name, (make, values) in WRONG.items() for value in values],
)
def test_what_makes_no_sense_is_refused_where_it_is_given(make: Callable[..., object], value: Any) -> None:
    with pytest.raises(ConfigurationError) as caught:
        make(value)
    assert "\n" not in str(caught.value)


def test_groups_may_be_named_that_each_pattern_has() -> None:
    redact(r"(?P<who>\w+)@(\w+)", r"(?P<who>\w+) at (\w+)", by=r"\g<who> of \2")
