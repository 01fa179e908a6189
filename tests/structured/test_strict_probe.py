"""A type that takes nothing that its schema says is found out before anything is asked for it, and no other is."""

from __future__ import annotations

import enum
from collections.abc import Generator, Iterable
from typing import Annotated, Any, Literal

import pytest
from pydantic import (
    AliasChoices,
    AliasPath,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    TypeAdapter,
    field_validator,
)

from tests.canned import Connect, Wire, completion, done
from typed_openai import ConfigurationError, tool
from typed_openai.errors import SchemaError
from typed_openai.structured.output_format import json_schema_for, lint_schema


class Colour(enum.Enum):
    RED = "red"
    TWO = 2


class Member(BaseModel):
    colour: Literal[Colour.RED]


class MemberAmongOthers(BaseModel):
    colour: Literal[Colour.RED, "blue"] | None = None


class Path(BaseModel):
    x: str = Field(validation_alias=AliasPath("a", "b"))  # type: ignore[pydantic-alias,unused-ignore]  # that is what is tried


class Lazy(BaseModel):
    rows: Iterable[int]


class Lazier(BaseModel):
    rows: Generator[int, None, None]


class Inner(BaseModel):
    inner: list[dict[str, Member]]


FAULTY: dict[Any, str] = {
    Member: "#/properties/colour",
    MemberAmongOthers: "#/properties/colour",
    Path: "#/properties/a",
    Lazy: "#/properties/rows",
    Lazier: "#/properties/rows",
    Inner: "#/properties/inner/items",
    dict[Colour, int]: "#",  # the names of an object in JSON are texts, and none is the number 2
    Literal[Colour.TWO]: "#",
    Iterable[int]: "#",
    list[Literal[Colour.TWO]]: "#/items",
}


@pytest.mark.parametrize("kind", FAULTY, ids=str)
def test_what_no_answer_can_satisfy_is_a_fault_at_its_place(kind: Any) -> None:
    (fault, *_) = lint_schema(kind)
    assert fault.pointer.startswith(FAULTY[kind])
    assert fault.hint
    with pytest.raises(SchemaError, match="no strict JSON schema"):
        json_schema_for(kind)


async def test_nothing_is_sent_for_it(connect: Connect) -> None:
    wire = Wire(completion())
    with pytest.raises(SchemaError):
        await done(connect(wire).chat.completions.parse(model="m", messages=[], response_format=Member))
    assert not wire.requests


class Strict(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid")
    kind: Literal["a", "b"]
    other: Colour
    deep: Strict | None = None


class Picky(BaseModel):
    code: Annotated[str, Field(pattern="^[A-Z]{3}-[0-9]+$")]
    long: Annotated[str, Field(min_length=40)]
    many: Annotated[list[int], Field(min_length=3)]
    big: Annotated[int, Field(gt=1000, multiple_of=7)]
    word: Annotated[str, BeforeValidator(lambda value: value.removeprefix("x")[99])]

    @field_validator("many", mode="before")
    @classmethod
    def split(cls, value: Any) -> Any:
        return value.split(",") if isinstance(value, str) else [value[99]]


class Named(BaseModel):
    x: str = Field(validation_alias=AliasChoices("first", "second"))  # type: ignore[pydantic-alias,unused-ignore]  # as above
    y: int = Field(alias="why")


FINE: list[Any] = [
    *(Colour, Strict, Picky, Named, Literal["a", 1, None], list[Colour] | None, dict[str, Colour]),
    *(Strict | Picky, tuple[Strict, Colour], set[int], frozenset[str], bytes),
]


@pytest.mark.parametrize("kind", FINE, ids=str)
def test_what_an_answer_may_get_right_is_no_fault(kind: Any) -> None:
    assert lint_schema(TypeAdapter(kind)) == []


def test_a_tool_that_no_call_could_fit_is_refused_where_it_is_made() -> None:
    def paint(colour: Literal[Colour.RED]) -> None: ...

    with pytest.raises(ConfigurationError, match=r"could never be called:\n  #/properties/colour: an answer"):
        tool(paint)


def test_nulls_inside_an_argument_mean_left_out_too() -> None:
    class Wanted(BaseModel):
        days: int = 3
        notes: list[dict[str, int]] = []
        maybe: int | None = 7

    def plan(wanted: Wanted) -> None: ...

    loose = tool(plan, strict=False)
    wanted = loose.arguments('{"wanted": {"days": null, "notes": null, "maybe": null}}')["wanted"]
    assert (wanted.days, wanted.notes, wanted.maybe) == (3, [], None)
