"""instructor's `from_openai`: objects, partial ones, several, the answer beside the object, retries."""

from __future__ import annotations

from typing import Any

import pytest

from tests.canned import done, listed
from tests.frameworks.programs.conftest import ADA, Pair, User
from typed_openai.local import ToolCall

instructor: Any = pytest.importorskip("instructor", reason="instructor is not installed: make frameworks")
SAID: dict[str, Any] = {"model": "gpt-4o", "messages": [{"role": "user", "content": "Ada is 36"}]}


def instructed(pair: Pair, colour: str, mode: str = "TOOLS") -> Any:
    return instructor.from_openai(pair.of(colour), mode=getattr(instructor.Mode, mode)).chat.completions


@pytest.mark.parametrize("mode", ["TOOLS", "JSON_SCHEMA", "RESPONSES_TOOLS"])
async def test_an_object(pair: Pair, colour: str, mode: str) -> None:
    user = await done(instructed(pair, colour, mode).create(**SAID, response_model=User))
    assert (type(user).__name__, user.model_dump()) == ("User", ADA.model_dump())


async def test_partial_objects_are_streamed(pair: Pair, colour: str) -> None:
    found = await listed(instructed(pair, colour).create_partial(**SAID, response_model=User))
    assert len(found) > 1
    assert found[-1].model_dump() == {"name": "Ada", "age": 36}


async def test_several_objects(pair: Pair, colour: str) -> None:
    users = [{"name": "Ada", "age": 36}, {"name": "Bob", "age": 7}]
    pair.server.answer(ToolCall("IterableUser", tasks=users))
    found = await listed(instructed(pair, colour).create_iterable(**SAID, response_model=User))
    assert [user.model_dump() for user in found] == users


async def test_the_completion_comes_along(pair: Pair, colour: str) -> None:
    user, completion = await done(instructed(pair, colour).create_with_completion(**SAID, response_model=User))
    assert (user.name, completion.choices[0].finish_reason) == ("Ada", "tool_calls")


async def test_a_wrong_object_is_asked_for_again(pair: Pair, colour: str) -> None:
    pair.server.answer(ToolCall("User", name="Ada"), ToolCall("User", name="Ada", age=36))
    user = await done(instructed(pair, colour).create(**SAID, response_model=User, max_retries=2))
    assert user.age == 36
    assert len(pair.server.requests) == 2
