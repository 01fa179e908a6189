"""The judge, keyword by keyword: what it accepts, what it refuses, and the quirks it is meant to have."""

from __future__ import annotations

from typing import Any

import pytest

from tests.conformance.spec import Schema
from tests.conformance.validate import is_valid

ROOT: Schema = {
    "components": {
        "schemas": {
            "Node": {"type": "object", "properties": {"next": {"$ref": "#/components/schemas/Node"}}},
            "Cat": {"type": "object", "properties": {"kind": {"type": "string"}, "lives": {"type": "integer"}}},
            "Dog": {"type": "object", "properties": {"kind": {"type": "string"}, "barks": {"type": "boolean"}}},
        }
    }
}
CAT, DOG = "#/components/schemas/Cat", "#/components/schemas/Dog"
A_OR_B: Schema = {"type": "object", "properties": {"a": {"type": "integer"}}, "required": ["a"]}

CASES: list[tuple[str, Schema, list[Any], list[Any]]] = [
    ("a boolean is not a number", {"type": "integer"}, [1, -1, 1.0], [True, 1.5, "1", None]),
    ("a number may be whole", {"type": "number"}, [1, 0.5], [False, "0.5"]),
    ("types may be a list", {"type": ["string", "null"]}, ["", None], [1]),
    ("an enum is closed", {"enum": ["a", 1, None]}, ["a", 1, None], ["b", True, 2]),
    ("a constant is one value", {"const": 1}, [1, 1.0], [True, 2]),
    ("bounds are inclusive", {"type": "number", "minimum": 0, "maximum": 2}, [0, 2], [-0.1, 2.1]),
    ("exclusive bounds are not", {"exclusiveMinimum": 0, "exclusiveMaximum": 2}, [1], [0, 2]),
    ("a flag makes minimum exclusive", {"minimum": 0, "exclusiveMinimum": True}, [0.1], [0]),
    ("multiples are kept", {"type": "integer", "multipleOf": 4}, [0, 8], [6]),
    ("lengths count code points", {"type": "string", "minLength": 1, "maxLength": 2}, ["é", "😀😀"], ["", "abc"]),
    ("patterns search", {"type": "string", "pattern": "^a+$"}, ["a", "aa"], ["", "ab"]),
    (
        "arrays count and check items",
        {"type": "array", "items": {"type": "integer"}, "maxItems": 1},
        [[], [1]],
        [[1, 1], ["a"]],
    ),
    ("required names must be there", A_OR_B, [{"a": 1}, {"a": 1, "z": 0}], [{}, {"a": "x"}, [], None]),
    ("false closes an object", {"properties": {"a": {}}, "additionalProperties": False}, [{}, {"a": None}], [{"b": 1}]),
    (
        "maps check their values",
        {"type": "object", "additionalProperties": {"type": "integer"}},
        [{}, {"x": 1}],
        [{"x": "1"}],
    ),
    ("maps check their names", {"type": "object", "propertyNames": {"maxLength": 2}}, [{"ab": 1}], [{"abc": 1}]),
    ("maps count their names", {"type": "object", "maxProperties": 1}, [{"a": 1}], [{"a": 1, "b": 1}]),
    ("properties alone mean an object", {"properties": {"a": {}}}, [{}], ["text", []]),
    ("items alone mean an array", {"items": {"type": "string"}}, [[]], ["text", {}]),
    ("one of may be several of", {"oneOf": [{"type": "integer"}, {"type": "number"}]}, [1, 0.5], ["a"]),
    ("not turns round", {"type": "object", "not": {"required": ["a", "b"]}}, [{"a": 1}], [{"a": 1, "b": 1}]),
    ("nullable takes null", {"type": "string", "nullable": True}, ["", None], [1]),
    ("not nullable takes none", {"type": "string", "nullable": False}, [""], [None]),
    ("a part may decorate with nullable", {"allOf": [{"type": "string"}, {"nullable": True}]}, ["", None], [1]),
    ("all parts must hold", {"allOf": [{"minimum": 1}, {"maximum": 2}]}, [1, 2], [0, 3]),
    ("recursion is followed", {"$ref": "#/components/schemas/Node"}, [{"next": {"next": {}}}], [{"next": {"next": 1}}]),
    ("siblings of a reference count", {"$ref": CAT, "required": ["lives"]}, [{"lives": 9}], [{}]),
    ("formats are not judged", {"type": "string", "format": "uri"}, ["nonsense"], [1]),
    ("true takes anything", {"properties": {"a": True}}, [{"a": None}], [1]),
    ("false takes nothing", {"properties": {"a": False}}, [{}], [{"a": None}]),
    (
        "a mapping names the branch",
        {
            "oneOf": [{"$ref": CAT}, {"$ref": DOG}],
            "discriminator": {"propertyName": "kind", "mapping": {"c": CAT, "d": DOG}},
        },
        [{"kind": "c", "lives": 9}, {"kind": "d", "lives": "many"}],
        [{"kind": "c", "lives": "many"}, {"kind": "x"}, {}],
    ),
]


@pytest.mark.parametrize(("schema", "good", "bad"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_the_judge_knows(schema: Schema, good: list[Any], bad: list[Any]) -> None:
    assert [value for value in good if not is_valid(schema, value, ROOT)] == []
    assert [value for value in bad if is_valid(schema, value, ROOT)] == []


def test_read_generously_any_definition_of_a_property_will_do() -> None:
    parts: Schema = {"allOf": [{"properties": {"a": {"type": "integer"}}}, {"properties": {"a": {"type": "string"}}}]}
    assert not is_valid(parts, {"a": 1}, ROOT)
    assert is_valid(parts, {"a": 1}, ROOT, generous=True)
    assert not is_valid(parts, {"a": None}, ROOT, generous=True)


def test_read_as_closed_an_object_takes_only_what_it_declares() -> None:
    schema: Schema = {"properties": {"a": {}, "free": {"type": "object"}}}
    assert is_valid(schema, {"a": 1, "free": {"anything": 1}}, ROOT, closed=True)
    assert not is_valid(schema, {"b": 1}, ROOT, closed=True)


def test_read_as_closed_a_branch_does_not_borrow_the_names_of_its_neighbour() -> None:
    union: Schema = {"oneOf": [{"properties": {"a": {}}}, {"properties": {"b": {}}}]}
    assert is_valid(union, {"a": 1}, ROOT, closed=True)
    assert not is_valid(union, {"a": 1, "b": 1}, ROOT, closed=True)


def test_read_as_closed_a_branch_knows_the_names_of_its_parent() -> None:
    schema: Schema = {"properties": {"a": {}, "b": {}}, "oneOf": [{"required": ["a"]}, {"properties": {"c": {}}}]}
    assert is_valid(schema, {"a": 1, "b": 1}, ROOT, closed=True)
    assert is_valid(schema, {"b": 1, "c": 1}, ROOT, closed=True)
    assert not is_valid(schema, {"a": 1, "d": 1}, ROOT, closed=True)


def test_closed_or_not_one_open_part_opens_the_object() -> None:
    parts: Schema = {"allOf": [{"properties": {"a": {}}}, {"type": "object", "additionalProperties": True}]}
    assert is_valid(parts, {"a": 1, "z": 1}, ROOT, closed=True)
