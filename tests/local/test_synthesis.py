"""Instances made for schemas: they are valid, they end, they take what the text offers."""

from __future__ import annotations

import re

import pytest

from tests.conformance.spec import document, schemas
from tests.conformance.validate import is_valid
from typed_openai.local.hints import Hints
from typed_openai.local.json_text import Json
from typed_openai.local.patterns import matching
from typed_openai.local.scalars import SchemaFault
from typed_openai.local.synthesis import SchemaTooLarge, synthesise

NODE: Json = {
    "$defs": {
        "Node": {
            "type": "object",
            "properties": {
                "value": {"type": "integer"},
                "next": {"anyOf": [{"$ref": "#/$defs/Node"}, {"type": "null"}]},
                "children": {"type": "array", "items": {"$ref": "#/$defs/Node"}},
                "parent": {"$ref": "#"},
            },
            "required": ["value", "next", "children"],
        }
    },
    "$ref": "#/$defs/Node",
}


@pytest.mark.parametrize(
    ("schema", "made"),
    [
        ({"const": 5}, 5),
        ({"enum": ["a", "b"]}, "a"),
        ({"type": "boolean"}, True),
        ({"type": "null"}, None),
        ({"type": ["null", "integer"]}, 1),
        ({"type": "integer", "minimum": 10}, 10),
        ({"type": "integer", "maximum": -3}, -3),
        ({"type": "integer", "exclusiveMinimum": 7, "multipleOf": 5}, 10),
        ({"type": "number", "minimum": 0.25, "maximum": 0.75}, 0.5),
        ({"type": "number", "minimum": 1.2, "multipleOf": 0.5}, 1.5),
        ({"type": "string", "minLength": 3, "maxLength": 5}, "sampl"),
        ({"type": "string", "minLength": 8}, "sample.."),
        ({"type": "string", "format": "date"}, "2025-06-01"),
        ({"type": "string", "pattern": "^[A-Z]{2}-\\d{3,}$"}, "AA-111"),
        ({"type": "string", "default": "x"}, "x"),
        ({"type": "array", "items": {"type": "integer"}, "minItems": 3, "uniqueItems": True}, [1, 2, 3]),
        ({"type": "array", "items": {"type": "string"}, "maxItems": 0}, []),
        ({"type": "array", "prefixItems": [{"const": 1}, {"const": 2}], "items": False}, [1, 2]),
        ({"type": "object"}, {}),
        ({"type": "object", "additionalProperties": {"type": "integer"}}, {"sample": 1}),
        ({"type": "object", "required": ["a"]}, {"a": "sample a"}),
        ({"type": "object", "additionalProperties": {"const": 0}, "minProperties": 2}, {"sample": 0, "extra_2": 0}),
        ({"anyOf": [{"type": "null"}, {"type": "string", "const": "x"}]}, "x"),
        ({"oneOf": [{"$ref": "#/nowhere"}, {"const": 1}]}, 1),
        ({"allOf": [{"properties": {"a": {"const": 1}}}, {"properties": {"b": {"const": 2}}}]}, {"a": 1, "b": 2}),
        ({"properties": {"a": {"const": 1}}, "anyOf": [{"required": ["b"]}]}, {"a": 1, "b": "sample b"}),
        ({"$defs": {"a/b": {"const": 1}}, "$ref": "#/$defs/a~1b"}, 1),
    ],
)
def test_each_keyword_is_obeyed(schema: Json, made: Json) -> None:
    assert synthesise(schema) == made


def test_recursion_ends_where_it_may() -> None:
    assert synthesise(NODE) == {"value": 1, "next": None, "children": []}


@pytest.mark.parametrize(
    ("schema", "reason"),
    [
        ({"$defs": {"A": {"required": ["a"], "properties": {"a": {"$ref": "#/$defs/A"}}}}, "$ref": "#/$defs/A"}, "end"),
        ({"$ref": "https://example.com/schema"}, "out of the schema"),
        ({"type": "integer", "minimum": 2, "maximum": 1}, "bounds"),
        ({"type": "string", "minLength": 3, "maxLength": 1}, "characters"),
        ({"type": "string", "pattern": "^a(?=b)c$"}, "pattern"),
        ({"type": "array", "items": {"const": 1}, "minItems": 2, "uniqueItems": True}, "different"),
        ({"type": "thing"}, "no type"),
        ({"type": "object", "required": ["a"], "properties": {"a": False}}, "false"),
        ({"allOf": [{"$ref": "#"}]}, "deep"),
    ],
)
def test_what_cannot_be_made_is_refused_with_the_reason(schema: Json, reason: str) -> None:
    with pytest.raises(SchemaFault, match=reason):
        synthesise(schema)


def test_a_schema_that_explodes_is_given_up() -> None:
    step: Json = {"type": "integer"}
    for _ in range(6):
        step = {"type": "array", "minItems": 9, "items": step}
    with pytest.raises(SchemaTooLarge):
        synthesise(step)


def test_instances_of_nearly_all_schemas_of_the_api_are_valid() -> None:
    names = [name for name in schemas() if re.match("Create|List|Response|Chat", name)]
    root: Json = {"components": document()["components"]}
    assert isinstance(root, dict)
    wrong = [
        name
        for name in names
        if not is_valid(schemas()[name], synthesise({**root, "$ref": f"#/components/schemas/{name}"}), document())
    ]
    assert len(names) > 200
    assert wrong == []


@pytest.mark.parametrize(
    ("name", "made"),
    [("city", "Oslo"), ("destinationCity", "Oslo"), ("query", "Is it cold in Oslo?"), ("colour", "sample colour")],
)
def test_a_property_takes_what_its_name_suggests(name: str, made: str) -> None:
    assert synthesise({"properties": {name: {"type": "string"}}}, "Is it cold in Oslo?") == {name: made}


def test_a_list_of_names_takes_all_of_them() -> None:
    schema: Json = {"properties": {"people": {"type": "array", "items": {"type": "string"}}}}
    assert synthesise(schema, "Alice and Bob meet on the 3rd") == {"people": ["Alice", "Bob"]}


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("What's the weather in San Francisco?", ("San Francisco",)),
        ("Weather in Rome's suburbs. Then Paris", ("Rome", "Paris")),
        ("Weather is what I want for Oslo. Berlin too", ("Oslo",)),
        ("Paris?", ("Paris",)),
        ("Hello there", ()),
        ("", ()),
    ],
)
def test_names_are_found_by_their_capitals(text: str, names: tuple[str, ...]) -> None:
    assert Hints.of(text).names == names


@pytest.mark.parametrize(
    "pattern",
    [
        r"^\d{3}-\d{4}$",
        r"^[a-z]+(?:-[a-z]+)*$",
        r"^(cat|dog)$",
        r"\w+@\w+\.com",
        r"^[^\d\s]{2,4}$",
        r"^#[0-9a-fA-F]{6}$",
        r"^\+?[1-9]\d{1,14}$",
        r"^(?P<year>\d{4})-(0[1-9]|1[0-2])$",
        r"",
        r"^[\w.-]+$",
        r"^[]x]$",
        r"^a{,2}b??c*+$",
    ],
)
def test_a_string_made_for_a_pattern_matches_it(pattern: str) -> None:
    made = matching(pattern)
    assert made is not None
    assert re.search(pattern, made)


def test_a_string_for_a_pattern_keeps_to_the_lengths_too() -> None:
    assert matching("^a+$", 5, 6) == "aaaaa"
    assert matching("^a$", 2) is None
    assert matching("^(unclosed") is None
