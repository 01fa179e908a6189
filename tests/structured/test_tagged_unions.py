"""Unions that are told by a tag: the tag is asked for although it has a default, or no answer could be read."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Annotated, Any, Literal

import pytest
from pydantic import BaseModel, Discriminator, Field, Tag, TypeAdapter

from typed_openai import json_schema_for, lint_schema, tool


class Cat(BaseModel):
    kind: Literal["cat"] = "cat"
    lives: int = 9


class Dog(BaseModel):
    kind: Literal["dog", "puppy"] = "dog"
    friends: list[Pet] = []


Pet = Annotated[Cat | Dog, Field(discriminator="kind")]
Dog.model_rebuild()


class Owner(BaseModel):
    pet: Pet
    others: dict[str, Pet] = {}
    spare: Pet | None = None


@dataclass
class Circle:
    r: float
    shape: Literal["circle"] = "circle"


@dataclass
class Square:
    r: float
    shape: Literal["square"] = "square"


class Aliased(BaseModel):
    kind: Literal["a"] = Field("a", alias="Kind")


class AliasedToo(BaseModel):
    kind: Literal["b"] = Field("b", alias="Kind")


class Tabby(BaseModel):
    kind: Literal["cat"] = "cat"
    sub: Literal["tabby"] = "tabby"


class Lion(BaseModel):
    kind: Literal["cat"] = "cat"
    sub: Literal["lion"] = "lion"


class Bird(BaseModel):
    kind: Literal["bird"] = "bird"


def kind_of(value: Any) -> object:
    return value.get("kind") if isinstance(value, dict) else value.kind


Shape: Any = Annotated[Circle | Square, Field(discriminator="shape")]
Called: Any = Annotated[Annotated[Cat, Tag("cat")] | Annotated[Bird, Tag("bird")], Discriminator(kind_of)]
Inside: Any = Annotated[Annotated[Tabby | Lion, Field(discriminator="sub")] | Dog, Field(discriminator="kind")]
TAGGED: dict[str, tuple[Any, Any, Any]] = {
    "models": (Pet, {"kind": "puppy", "friends": [{"kind": "cat", "lives": None}]}, Dog(kind="puppy", friends=[Cat()])),
    "dataclasses": (Shape, {"r": 1.0, "shape": "square"}, Square(1.0)),
    "an alias": (Annotated[Aliased | AliasedToo, Field(discriminator="kind")], {"Kind": "b"}, AliasedToo(Kind="b")),
    "a function": (Called, {"kind": "bird"}, Bird()),
    "a union inside": (Inside, {"kind": "cat", "sub": "lion"}, Lion()),
}


@pytest.mark.parametrize("name", TAGGED)
def test_a_union_with_tags_that_have_defaults_can_be_asked_for(name: str) -> None:
    kind, said, meant = TAGGED[name]
    form = json_schema_for(TypeAdapter(kind))
    assert form.read(json.dumps({"value": said})) == meant


def test_it_may_stand_anywhere_in_a_model_and_null_stays_for_what_may_be_left_out() -> None:
    assert lint_schema(Owner) == []
    said = {"pet": {"kind": "dog", "friends": None}, "others": [{"key": "a", "value": {"kind": "cat", "lives": 1}}]}
    owner = json_schema_for(Owner).read(json.dumps({**said, "spare": None}))
    assert owner == Owner(pet=Dog(), others={"a": Cat(lives=1)})
    forms = json_schema_for(Owner).schema["$defs"]
    assert forms["Cat"]["properties"]["kind"]["const"] == "cat"
    assert forms["Dog"]["properties"]["kind"]["enum"] == ["dog", "puppy"]
    assert {"type": "null"} in forms["Cat"]["properties"]["lives"]["anyOf"]


def test_a_tool_takes_such_a_union_and_is_strict() -> None:
    @tool
    def feed(pet: Pet) -> str:
        return type(pet).__name__

    assert feed.function.strict is True
    assert feed.invoke('{"pet": {"kind": "cat", "lives": null}}') == "Cat"


def test_a_constant_is_not_asked_whether_it_is_there_and_may_lack_all_the_same() -> None:
    form = json_schema_for(Cat)
    assert form.schema["properties"]["kind"] == {"type": "string", "const": "cat", "description": "(default: cat)"}
    for said in ('{"kind": "cat", "lives": 1}', '{"kind": null, "lives": 1}', '{"lives": 1}'):
        assert form.read(said) == Cat(lives=1)
