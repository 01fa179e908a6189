"""Any type becomes a schema of the strict subset, and what keeps to the schema becomes a value of the type again."""

from __future__ import annotations

import dataclasses
import datetime
import decimal
import enum
import json
import uuid
from collections.abc import Iterator
from typing import Annotated, Any, Generic, Literal, NamedTuple, NotRequired, TypeVar

import pytest
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, TypeAdapter
from typing_extensions import TypedDict

from typed_openai import ConfigurationError, OutputValidationError, SchemaError
from typed_openai.local.synthesis import synthesise
from typed_openai.structured.output_format import json_schema_for, lint_schema, partial_json
from typed_openai.structured.strict_schema import convert

V = TypeVar("V")
Line = Annotated[str, Field(min_length=2, max_length=9, description="A line.")]


class Colour(enum.Enum):
    RED = "red"
    BLUE = "blue"


class Item(BaseModel):
    """Something to buy."""

    name: Line
    price: float = 3.5
    colours: list[Colour] = [Colour.RED]


class Tree(BaseModel):
    value: int
    children: list[Tree] = []
    left: Tree | None = Field(default=None, description="The left one.")
    twin: Tree = Field(default=None, description="The same.")  # type: ignore[assignment]  # how it can be left out


class Cat(BaseModel):
    kind: Literal["cat"]
    lives: dict[str, int]


class Dog(BaseModel):
    kind: Literal["dog"]
    place: tuple[float, float] = (0.0, 0.0)


class Owner(BaseModel):
    pet: Annotated[Cat | Dog, Field(discriminator="kind")]
    spare: Item | None = None
    favourite: Item = Field(description="The best one.")


class Box(BaseModel, Generic[V]):
    content: V
    seen: datetime.datetime | None = None


class Sealed(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    day: datetime.date
    pair: tuple[int, str]
    by_name: Annotated[int, Field(alias="by-name", ge=1, multiple_of=2)]


@dataclasses.dataclass
class Point:
    x: int
    y: int = 7


class Film(TypedDict):
    title: str
    year: NotRequired[int]


TYPES: list[Any] = [
    Item,
    Tree,
    Owner,
    Box[int],
    Box[dict[str, list[tuple[int, Item]]]],
    Sealed,
    Point,
    Film,
    Colour,
    int,
    float,
    bool,
    str,
    None,
    decimal.Decimal,
    uuid.UUID,
    datetime.datetime,
    datetime.timedelta,
    bytes,
    list[Item],
    dict[str, Item],
    dict[int, tuple[Point, Film]],
    dict[Literal["a", "b"], int],
    dict[datetime.date, int],
    dict[str, dict[str, int]],
    tuple[int, str, Item],
    tuple[int, ...],
    tuple[()],
    set[int],
    Literal["a", 1, None],
    int | Item | None,
    Item | dict[str, int] | tuple[int, int] | str,
    Annotated[list[int], Field(min_length=2, max_length=3)],
    Annotated[str, Field(pattern="^[a-z]{2}$")],
]


def schemas_in(node: Any) -> Iterator[dict[str, Any]]:
    """Every schema in a schema."""
    yield node
    for name in ("properties", "$defs"):
        for inner in node.get(name, {}).values():
            yield from schemas_in(inner)
    for inner in [*node.get("anyOf", ()), *([node["items"]] if "items" in node else ())]:
        yield from schemas_in(inner)


@pytest.mark.parametrize("kind", TYPES, ids=str)
def test_the_schema_keeps_to_the_strict_subset(kind: Any) -> None:
    root = json_schema_for(TypeAdapter(kind)).schema
    assert root["type"] == "object"
    assert "anyOf" not in root
    known = {"type", "properties", "required", "additionalProperties", "$defs", "$ref", "anyOf", "items", "enum"} | {
        *("const", "description", "title", "format", "pattern", "minItems", "maxItems", "multipleOf"),
        *("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"),
    }
    for schema in schemas_in(root):
        assert set(schema) <= known
        if "$ref" in schema:
            assert set(schema) == {"$ref"}
            assert schema["$ref"].removeprefix("#/$defs/") in root["$defs"]
        elif "anyOf" not in schema:
            assert "type" in schema
        if schema.get("type") == "object":
            assert schema["additionalProperties"] is False
            assert schema["required"] == list(schema["properties"])
        assert "(?!" not in schema.get("pattern", "")


@pytest.mark.parametrize("kind", TYPES, ids=str)
def test_what_keeps_to_the_schema_is_a_value_of_the_type(kind: Any) -> None:
    adapter: TypeAdapter[Any] = TypeAdapter(kind)
    form = json_schema_for(adapter)
    said = json.dumps(synthesise(form.schema, "Anna has 4 pens"))
    value = form.read(said)
    assert adapter.validate_python(value) == value


def test_a_dict_is_a_list_of_entries() -> None:
    form = json_schema_for(dict[str, int])
    assert form.schema["properties"]["value"]["items"]["required"] == ["key", "value"]
    assert form.read('{"value": [{"key": "a", "value": 1}, {"key": "b", "value": 2}]}') == {"a": 1, "b": 2}


def test_a_tuple_is_an_object_with_a_property_for_each_place() -> None:
    form = json_schema_for(tuple[int, str])
    assert form.schema["properties"]["value"]["required"] == ["item_0", "item_1"]
    assert form.read('{"value": {"item_0": 1, "item_1": "b"}}') == (1, "b")


class Named(NamedTuple):
    width: int
    unit: str = "cm"


def test_a_named_tuple_is_an_object_with_its_names() -> None:
    form = json_schema_for(Named)
    assert list(form.schema["properties"]) == ["width", "unit"]
    assert form.read('{"width": 3, "unit": null}') == Named(3)
    assert json_schema_for(list[Named]).read('{"value": [{"width": 3, "unit": "m"}]}') == [Named(3, "m")]


def test_what_pydantic_cannot_build_is_a_schema_error_too() -> None:
    looking_ahead: Any = Annotated[str, StringConstraints(pattern="(?=a)")]
    with pytest.raises(SchemaError, match="look-around"):
        json_schema_for(looking_ahead)


def test_null_means_left_out_where_the_type_has_a_default_that_is_not_null() -> None:
    assert json_schema_for(Point).read('{"x": 1, "y": null}') == Point(1, 7)
    assert json_schema_for(Film).read('{"title": "M", "year": null}') == {"title": "M"}
    assert json_schema_for(Box[int]).read('{"content": 1, "seen": null}').seen is None


def test_the_branch_of_a_union_is_told_by_the_form_of_the_value() -> None:
    form = json_schema_for(
        TypeAdapter[Item | dict[str, int] | tuple[int, int]](Item | dict[str, int] | tuple[int, int])
    )
    assert form.read('{"value": [{"key": "a", "value": 1}]}') == {"a": 1}
    assert form.read('{"value": {"item_0": 1, "item_1": 2}}') == (1, 2)
    assert form.read('{"value": {"name": "pen", "price": null, "colours": null}}') == Item(name="pen")


def test_rewrites_are_undone_at_any_depth() -> None:
    said: dict[str, Any] = {"pet": {"kind": "cat", "lives": [{"key": "a", "value": 9}]}, "spare": None}
    said["favourite"] = {"name": "pen", "price": None, "colours": None}
    owner = json_schema_for(Owner).read(json.dumps(said))
    assert owner == Owner(pet=Cat(kind="cat", lives={"a": 9}), favourite=Item(name="pen"))


def test_what_the_subset_has_no_word_for_stands_in_the_description() -> None:
    properties = json_schema_for(Item).schema["properties"]
    assert properties["name"]["description"] == "A line. (at least 2 characters, at most 9 characters)"
    assert properties["price"]["description"] == "(default: 3.5)"
    assert json_schema_for(Item).schema["description"] == "Something to buy."


def test_the_type_still_checks_what_the_schema_could_not_say() -> None:
    with pytest.raises(OutputValidationError, match="at least 2 characters") as caught:
        json_schema_for(Item).read('{"name": "x", "price": "?", "colours": []}')
    assert [fault.path for fault in caught.value.faults] == ["name", "price"]


@pytest.mark.parametrize("text", ["", "{", "nothing", '{"value": 1} and more'])
def test_text_that_is_no_json_is_said_to_be_none(text: str) -> None:
    with pytest.raises(OutputValidationError, match="text that is not JSON") as caught:
        json_schema_for(int).read(text)
    assert caught.value.partial_text == text


class Loose(BaseModel):
    anything: Any
    free: dict[str, Any]
    bare: list[Any]
    a_b: Annotated[int, Field(json_schema_extra={"not": {"const": 3}}, alias="a/b")] = 1


def test_the_linter_says_where_and_why() -> None:
    found = {fault.pointer: fault.rule for fault in lint_schema(Loose)}
    assert found == {
        "#/properties/anything": "a value of any type",
        "#/properties/free": "an object with free keys and values of any type",
        "#/properties/bare/items": "a value of any type",
        "#/properties/a~1b": "the keyword 'not'",
    }
    assert all(fault.hint for fault in lint_schema(Loose))
    assert lint_schema(Item) == []


def test_a_fault_in_a_definition_is_found_there() -> None:
    assert lint_schema(list[Loose])[0].pointer == "#/$defs/Loose/properties/anything"


def test_a_type_with_faults_has_no_format() -> None:
    with pytest.raises(SchemaError, match="#/properties/anything: a value of any type") as caught:
        json_schema_for(Loose)
    assert len(caught.value.faults) == 4
    assert not isinstance(caught.value, ConfigurationError)


@pytest.mark.parametrize("kind", [{"type": "json_object"}, "json", object(), type(lambda: 0), lambda: 0, print, None])
def test_what_is_no_type_is_refused(kind: Any) -> None:
    with pytest.raises(SchemaError):
        json_schema_for(kind)


def test_what_is_too_much_for_the_service_is_a_fault() -> None:
    values = convert({"type": "string", "enum": [str(number) for number in range(1001)]})
    assert [fault.pointer for fault in values.faults] == ["#"]
    deep: dict[str, Any] = {"type": "integer"}
    for _ in range(11):
        deep = {"type": "array", "items": deep}
    assert [fault.rule for fault in convert(deep).faults] == ["more than 10 levels deep"]


def test_the_name_is_one_that_the_service_takes() -> None:
    assert json_schema_for(Item).name == "Item"
    assert json_schema_for(dict[str, list[Item]]).name == "dict_str_list_Item"
    union: Any = Item | list[int] | None
    assert json_schema_for(union).name == "Item_or_list_int_or_None"
    assert json_schema_for(tuple[int, ...]).name == "tuple_int"
    described: Any = Annotated[int, Field(ge=3, description="Many words.")]
    assert json_schema_for(described).name == "int"
    assert json_schema_for(TypeAdapter(int | str)).name == "output"
    assert json_schema_for(Item).response_format.json_schema.strict is True


def test_what_is_known_of_a_text_that_is_not_complete() -> None:
    assert partial_json('{"a": [1, 2], "b": "hel') == {"a": [1, 2], "b": "hel"}
    assert partial_json(" ") is None
    assert partial_json('{"a": 1, "b": tr') == {"a": 1}
    with pytest.raises(ValueError, match="expected"):
        partial_json("what?")


@pytest.mark.parametrize(
    ("text", "known"),
    [
        ('{"a": 1', {}),
        ('{"a": 12,', {"a": 12}),
        ('{"a": 12 ', {"a": 12}),
        ("[1, -2.5e1", [1]),
        ('{"a": "room 12', {"a": "room 12"}),
        ('{"a": "\\u00e', {"a": ""}),
        ('{"a": "say \\"12', {"a": 'say "12'}),
        ("12", None),
    ],
)
def test_a_number_at_the_end_may_go_on_and_is_left_out(text: str, known: object) -> None:
    assert partial_json(text) == known
