"""What is made of a user's type is made once for each type, and of no other type that merely equals it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, Literal

import pytest
from pydantic import GetCoreSchemaHandler, TypeAdapter
from pydantic_core import CoreSchema
from typing_extensions import TypedDict

from tests.canned import Connect, Wire, done, listed, status
from typed_openai.core.once_each import OfType
from typed_openai.structured import json_schema_for


class Cups(TypedDict):
    cups: int


class Counted(dict[str, Any]):
    """A type that counts how often pydantic is asked to read it."""

    asked = 0

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        Counted.asked += 1
        return handler(Cups)


async def given(client: Any, kind: Any) -> object:
    return await done(client.get("/teas/tea", cast_to=kind))


async def parsed(client: Any, kind: Any) -> object:
    answer = await done(client.get("/teas/tea"))
    return answer.parse(to=kind)


async def streamed(client: Any, kind: Any) -> object:
    return (await listed(await done(client.post("/teas", body={}, cast_to=kind, stream=True))))[0]


async def asked_for(client: Any, kind: Any) -> object:
    return json_schema_for(kind).read('{"cups": 1}')


WAYS = {"cast_to": given, "parse(to=)": parsed, "events": streamed, "structured": asked_for}
KINDS: dict[str, Callable[[], Any]] = {
    "a type": lambda: Counted,
    "written in each call": lambda: Annotated[Counted | int, "tea"],
    "whose metadata has no hash": lambda: Annotated[Counted, METADATA],
}
METADATA: list[str] = []
EVENTS = status(200, content=b'data: {"cups": 1}\n\ndata: [DONE]\n\n', headers={"content-type": "text/event-stream"})


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
async def test_pydantic_looks_at_a_type_of_a_call_once(connect: Connect, way: Any, kind: Callable[[], Any]) -> None:
    answer = EVENTS if way is streamed else status(200, {"cups": 1})
    client = connect(Wire(*[answer] * 3))
    assert await way(client, kind()) == {"cups": 1}
    Counted.asked = 0
    assert [await way(client, kind()) for _ in range(2)] == [{"cups": 1}] * 2
    assert Counted.asked == 0


async def test_types_that_equal_each_other_are_read_each_in_its_own_way(connect: Connect) -> None:
    client = connect(Wire(*[status(200, "1")] * 4))
    found = [await way(client, kind) for way in (given, parsed) for kind in (int | float, float | int)]
    assert [type(each) for each in found] == [int, float] * 2
    assert json_schema_for(int | float).schema != json_schema_for(float | int).schema
    assert json_schema_for(list[int | float]).schema != json_schema_for(list[float | int]).schema


def test_an_adapter_is_planned_once_too() -> None:
    adapter = TypeAdapter(list[int])
    assert json_schema_for(adapter) is json_schema_for(adapter)


def test_how_types_are_nested_counts_and_not_only_which_there_are() -> None:
    names = OfType(str)
    kinds: list[Any] = [dict[str, list[int]], dict[str, int], list[str | int], Literal["a", "b"], list[list[str] | int]]
    assert [names(kind) for kind in kinds] == [str(kind) for kind in kinds] == [names(kind) for kind in kinds]


def test_too_many_types_are_made_again_and_held_no_longer() -> None:
    made: list[Any] = []
    sizes = OfType(made.append)
    for number in range(3000):
        sizes(type(f"Type{number}", (), {}))
    assert len(sizes._known) < 1000
    assert len(made) == 3000
