"""outlines: `from_openai` in both colours: texts, streams, types, JSON."""

from __future__ import annotations

from typing import Any

import pytest

from tests.canned import done
from tests.frameworks.programs.conftest import ADA, Pair, User

outlines: Any = pytest.importorskip("outlines", reason="outlines is not installed: make frameworks")


@pytest.fixture
def model(pair: Pair, colour: str) -> Any:
    return outlines.from_openai(pair.of(colour), "gpt-4o")


async def test_an_answer(model: Any) -> None:
    assert 'you said "hi"' in await done(model("hi"))


async def test_a_stream(model: Any, colour: str) -> None:
    found = model.stream("hi")
    pieces = list(found) if colour == "sync" else [piece async for piece in found]
    assert len(pieces) > 3
    assert 'you said "hi"' in "".join(pieces)


async def test_an_object(model: Any) -> None:
    assert User.model_validate_json(await done(model("Ada is 36", User))) == ADA


async def test_an_object_is_streamed(model: Any, colour: str) -> None:
    found = model.stream("Ada is 36", User)
    pieces = list(found) if colour == "sync" else [piece async for piece in found]
    assert User.model_validate_json("".join(pieces)) == ADA


async def test_several_messages(model: Any) -> None:
    chat = outlines.inputs.Chat([{"role": "system", "content": "Be brief"}, {"role": "user", "content": "hi"}])
    assert 'you said "hi"' in await done(model(chat))
