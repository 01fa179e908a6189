"""ell: simple and complex programs with tools and forms, streamed as it does (it has one colour)."""

from __future__ import annotations

from typing import Any

import pytest

from tests.frameworks.programs.conftest import ADA, Pair, User, weather

ell: Any = pytest.importorskip("ell", reason="ell-ai is not installed: make frameworks")


def program(pair: Pair, text: str, kind: str = "complex", **settings: Any) -> Any:
    def ask() -> str:
        """Be brief."""
        return text

    return getattr(ell, kind)(model="gpt-4o", client=pair.sync, **settings)(ask)()


def test_an_answer(pair: Pair) -> None:
    assert 'you said "hi"' in program(pair, "hi", "simple")


def test_several_answers(pair: Pair) -> None:
    assert len(program(pair, "hi", "simple", n=2)) == 2


def test_a_tool(pair: Pair) -> None:
    message = program(pair, "weather in Paris", tools=[ell.tool()(weather)])
    assert "sunny in Paris" in str(message.call_tools_and_collect_as_message())


def test_an_object(pair: Pair) -> None:
    assert program(pair, "Ada is 36", response_format=User).parsed == ADA
