"""The generator on small schemas with known answers, in both directions, and its floors on the real description.

Small schemas stand in a document of their own; `valid` and `invalid` give values by what they were made for.
"""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.conformance import spec
from tests.conformance.generate import (
    MOST_VALID,
    Generator,
    Instance,
    full_instance,
    generator,
    invalid_instances,
    minimal_instance,
    valid_instances,
)
from tests.conformance.spec import Schema, is_array
from tests.conformance.validate import is_valid

CHAT_SCHEMAS = {  # the least number of valid and of invalid instances
    "CreateChatCompletionRequest": (250, 800),
    "CreateChatCompletionResponse": (180, 500),
    "CreateChatCompletionStreamResponse": (180, 450),
    "ChatCompletionList": (180, 500),
    "ChatCompletionMessageList": (60, 220),
    "ChatCompletionDeleted": (4, 18),
    "CreateCompletionRequest": (90, 120),
    "CreateCompletionResponse": (75, 170),
    "CreateEmbeddingRequest": (25, 45),
    "CreateEmbeddingResponse": (14, 60),
    "CreateModerationRequest": (18, 40),
    "CreateModerationResponse": (85, 280),
    "Model": (6, 32),
    "ListModelsResponse": (8, 40),
    "DeleteModelResponse": (5, 17),
}
NO_INSTANCE: frozenset[str] = frozenset()
"""Component schemas that nothing satisfies: none. A name may only be added with the reason why."""


def document(**components: Schema) -> Schema:
    return {"components": {"schemas": components}}


def valid(schema: Schema, root: Schema | None = None) -> list[Any]:
    return [instance.value for instance in valid_instances(schema, root or document())]


def invalid(schema: Schema, kind: str, root: Schema | None = None, *, closed: bool = False) -> list[Any]:
    return [i.value for i in invalid_instances(schema, root or document(), closed=closed) if i.kind == kind]


def obj(required: list[str] | None = None, /, **properties: Schema) -> Schema:
    return {"type": "object", "properties": properties, "required": required or []}


def tagged(tag: str, **properties: Schema) -> Schema:
    return obj(["type", *properties], type={"type": "string", "enum": [tag]}, **properties)


TEXT: Schema = {"type": "string", "format": "date"}  # a format keeps the empty and the tricky text out of small answers
DAY = "2024-02-29"


class TestValid:
    def test_the_minimal_instance_comes_first_and_has_only_what_is_required(self) -> None:
        first = valid_instances(obj(["a"], a=TEXT, b=TEXT), document())[0]
        assert (first.kind, first.value) == ("minimal", {"a": DAY})

    def test_the_full_instance_has_every_property(self) -> None:
        assert {"a": DAY, "b": DAY, "c": DAY} in valid(obj(["a"], a=TEXT, b=TEXT, c=TEXT))

    def test_each_optional_property_comes_alone_with_the_required_ones(self) -> None:
        values = valid(obj(["a"], a=TEXT, b=TEXT, c=TEXT))
        assert values == [{"a": DAY}, {"a": DAY, "b": DAY, "c": DAY}, {"a": DAY, "b": DAY}, {"a": DAY, "c": DAY}]

    def test_each_value_of_a_closed_enum_comes(self) -> None:
        assert valid({"type": "string", "enum": ["x", "y", "z"]}) == ["x", "y", "z"]

    def test_a_short_open_enum_gives_its_values_and_one_that_is_not_listed(self) -> None:
        values = valid({"anyOf": [{"type": "string"}, {"type": "string", "enum": ["x", "y"]}]})
        assert {"x", "y", "text"} <= set(values)

    def test_a_long_open_enum_gives_its_first_and_last_value_only(self) -> None:
        words = [f"w{n}" for n in range(50)]
        values = valid({"anyOf": [{"type": "string"}, {"type": "string", "enum": words}]})
        assert [value for value in values if value in words] == ["w0", "w49"]

    def test_ranges_come_at_both_ends(self) -> None:
        assert {-2, 2} <= set(valid({"type": "number", "minimum": -2, "maximum": 2}))

    def test_exclusive_bounds_are_kept_in_both_spellings(self) -> None:
        assert valid({"type": "integer", "minimum": 0, "exclusiveMinimum": True, "exclusiveMaximum": 5}) == [1, 4]

    def test_lengths_come_at_both_ends(self) -> None:
        lengths = [len(value) for value in valid({"type": "string", "minLength": 2, "maxLength": 5})]
        assert {2, 5} <= set(lengths)
        assert all(2 <= length <= 5 for length in lengths)

    def test_arrays_come_with_the_fewest_and_the_most_items(self) -> None:
        lengths = {len(value) for value in valid({"type": "array", "items": TEXT, "minItems": 1, "maxItems": 4})}
        assert lengths == {1, 2, 4}

    @pytest.mark.parametrize(
        "schema",
        [
            {"anyOf": [TEXT, {"type": "null"}]},
            {"type": ["string", "null"], "format": "date"},
            {**TEXT, "nullable": True},
            {"oneOf": [TEXT], "nullable": True},
            {"allOf": [TEXT, {"nullable": True}]},
        ],
        ids=["null branch", "list of types", "nullable", "nullable union", "nullable part of allOf"],
    )
    def test_null_comes_in_every_spelling_and_last(self, schema: Schema) -> None:
        assert valid(schema) == [DAY, None]

    def test_null_does_not_come_where_it_is_not_allowed(self) -> None:
        assert None not in valid({"type": "string"})

    def test_each_branch_of_a_union_comes_nested_ones_too(self) -> None:
        inner = {"oneOf": [{"type": "integer"}, {"type": "boolean"}]}
        kinds: set[type[object]] = {
            type(value) for value in valid({"anyOf": [TEXT, inner, {"type": "array", "items": TEXT}]})
        }
        assert kinds == {str, int, bool, list}

    def test_branches_that_differ_in_what_is_required_are_put_together_with_their_parent(self) -> None:
        schema = {**obj(a=TEXT, b=TEXT), "oneOf": [{"required": ["a"]}, {"required": ["b"]}]}
        assert {} not in valid(schema)
        assert {"a": DAY} in valid(schema)
        assert {"b": DAY} in valid(schema)

    def test_parts_of_an_all_of_are_put_together(self) -> None:
        part, other = obj(["a"], a=TEXT), obj(["b"], b=TEXT)
        assert valid({"allOf": [part, other]}) == [{"a": DAY, "b": DAY}]

    def test_a_mapped_discriminator_sets_the_tag(self) -> None:
        plain = obj(["kind"], kind=TEXT)
        union = {
            "oneOf": [{"$ref": "#/components/schemas/Cat"}, {"$ref": "#/components/schemas/Dog"}],
            "discriminator": {
                "propertyName": "kind",
                "mapping": {"cat": "#/components/schemas/Cat", "dog": "#/components/schemas/Dog"},
            },
        }
        root = document(Cat=plain, Dog={**plain, "title": "Dog"})
        assert valid(union, root) == [{"kind": "cat"}, {"kind": "dog"}]
        assert {"kind": "no-such-value"} in invalid(union, "discriminator", root)

    def test_recursion_ends(self) -> None:
        root = document(
            Node=obj(["children"], children={"type": "array", "items": {"$ref": "#/components/schemas/Node"}})
        )
        values = valid({"$ref": "#/components/schemas/Node"}, root)
        assert values[0] == {"children": []}
        assert {"children": [{"children": []}]} in values
        assert len(json.dumps(values[1])) < 1000

    def test_recursion_that_never_ends_has_no_instance(self) -> None:
        root = document(Node=obj(["next"], next={"$ref": "#/components/schemas/Node"}))
        assert valid({"$ref": "#/components/schemas/Node"}, root) == []
        assert minimal_instance({"$ref": "#/components/schemas/Node"}, root) is None

    def test_recursion_takes_the_branch_that_ends_soonest(self) -> None:
        root = document(Tree={"oneOf": [obj(["left"], left={"$ref": "#/components/schemas/Tree"}), TEXT]})
        assert valid({"$ref": "#/components/schemas/Tree"}, root)[0] == DAY

    def test_maps_come_empty_and_with_a_key(self) -> None:
        assert valid({"type": "object", "additionalProperties": {"type": "integer", "minimum": 1}}) == [{}, {"key": 1}]

    def test_free_objects_hold_anything(self) -> None:
        assert {"key": {"nested": [1, "text", None]}} in valid({"type": "object", "additionalProperties": True})

    def test_objects_that_declare_properties_get_no_others(self) -> None:
        assert valid(obj(a=TEXT)) == [{}, {"a": DAY}]

    def test_patterns_are_matched_at_the_wanted_length(self) -> None:
        values = valid({"type": "string", "pattern": "^[a-z0-9_-]+$", "minLength": 1, "maxLength": 8})
        assert values == ["a", "aaaaaaaa"]
        assert valid({"type": "string", "pattern": r"^id_[a-z0-9]{4}\.x?$"}) == ["id_aaaa."]

    def test_a_default_comes_only_when_it_is_valid(self) -> None:
        assert valid({"type": "integer", "minimum": 1, "maximum": 9, "default": 7}) == [1, 9, 7]
        assert valid({"type": "integer", "minimum": 1, "maximum": 9, "default": 70}) == [1, 9]

    def test_what_contradicts_itself_is_dropped_and_counted(self) -> None:
        either = {
            **obj(a=TEXT, b=TEXT),
            "not": {"required": ["a", "b"]},
            "anyOf": [{"required": ["a"]}, {"required": ["b"]}],
        }
        report = generator(root := document()).valid_report(either)
        assert [instance.value for instance in report.instances] == [{"a": DAY}, {"b": DAY}]
        assert all(instance.value == {"a": DAY, "b": DAY} for instance in report.dropped)
        assert report.dropped
        assert is_valid(either, {"a": DAY}, root)

    def test_extension_keys_and_annotations_are_ignored(self) -> None:
        assert valid({**TEXT, "x-stainless-const": True, "x-oaiMeta": {"a": 1}, "deprecated": True}) == [DAY]

    def test_many_properties_with_many_branches_do_not_explode(self) -> None:
        union: Schema = {"oneOf": [tagged(f"t{n}", a={"type": "integer"}) for n in range(12)]}
        wide = obj(**{f"p{n}": obj(inner=union, other=union) for n in range(30)})
        assert len(valid(wide)) == MOST_VALID


class TestInvalid:
    def test_a_required_property_goes_missing(self) -> None:
        assert invalid(obj(["a", "b"], a=TEXT, b=TEXT, c=TEXT), "missing")[:2] == [{"b": DAY}, {"a": DAY}]

    def test_a_missing_constant_has_a_kind_of_its_own(self) -> None:
        assert invalid(tagged("x", a=TEXT), "missing_constant")[0] == {"a": DAY}

    @pytest.mark.parametrize(
        ("kind", "expected"),
        [
            ("string", [12, {"key": "value"}, ["text"]]),
            ("integer", ["text", "12", 1.5, True]),
            ("number", ["text", "12", True, [0.5]]),
            ("boolean", ["yes", 1, "text"]),
            ("array", [{"0": "text"}, "text"]),
            ("object", [["text"], "text", 12]),
        ],
    )
    def test_each_type_refuses_the_others(self, kind: str, expected: list[Any]) -> None:
        assert invalid({"type": kind}, "type") == expected

    def test_what_a_lax_parser_would_take_is_marked(self) -> None:
        marked = [i.value for i in invalid_instances({"type": "number"}, document()) if i.coercible]
        assert marked == ["12", True]

    def test_values_outside_an_enum_or_a_constant_are_refused(self) -> None:
        assert invalid({"type": "string", "enum": ["a", "b"]}, "enum") == ["no-such-value"]
        assert invalid({"type": "string", "enum": ["a"]}, "const") == ["no-such-value"]
        assert invalid({"const": "a"}, "const") == ["no-such-value"]

    def test_an_open_enum_refuses_no_string(self) -> None:
        instances = invalid_instances({"anyOf": [{"type": "string"}, {"type": "string", "enum": ["x"]}]}, document())
        assert not [i for i in instances if isinstance(i.value, str)]

    def test_numbers_past_the_bounds_are_refused(self) -> None:
        assert invalid({"type": "integer", "minimum": 1, "maximum": 9}, "range") == [0, 10]
        assert invalid({"type": "number", "minimum": -2, "maximum": 2}, "range") == [-2.001, 2.001]

    def test_strings_and_arrays_of_the_wrong_length_are_refused(self) -> None:
        assert invalid({"type": "string", "minLength": 2, "maxLength": 3}, "length") == ["x", "xxxx"]
        assert invalid({"type": "array", "items": TEXT, "minItems": 1, "maxItems": 1}, "length") == [[], [DAY, DAY]]

    def test_strings_that_do_not_match_are_refused(self) -> None:
        assert invalid({"type": "string", "pattern": "^[a-z]+$"}, "pattern") == ["!"]

    def test_null_is_refused_only_where_it_is_not_allowed(self) -> None:
        assert invalid(obj(a=TEXT), "null") == [None, {"a": None}]
        assert invalid(obj(a={**TEXT, "nullable": True}), "null") == [None]

    def test_an_unknown_property_is_refused_by_a_closed_object(self) -> None:
        closed = {**obj(a=TEXT), "additionalProperties": False}
        assert invalid(closed, "unknown_property") == [{"no_such_property": 1}, {"a": DAY, "no_such_property": 1}]
        assert invalid(obj(a=TEXT), "unknown_property") == []

    def test_every_object_with_properties_can_be_read_as_closed(self) -> None:
        schema = obj(inner=obj(a=TEXT), free={"type": "object", "additionalProperties": True})
        values = invalid(schema, "unknown_property", closed=True)
        assert {"inner": {"no_such_property": 1}} in values
        assert not [value for value in values if "free" in value and "inner" not in value]

    def test_read_as_closed_the_parts_of_an_all_of_know_each_other(self) -> None:
        both: Schema = {"allOf": [obj(["a"], a=TEXT), obj(["b"], b=TEXT)]}
        assert invalid(both, "unknown_property", closed=True)[0] == {"a": DAY, "b": DAY, "no_such_property": 1}
        assert is_valid(both, {"a": DAY, "b": DAY}, document(), closed=True)

    def test_an_unknown_tag_is_refused_by_a_union_with_or_without_a_discriminator(self) -> None:
        union: Schema = {"oneOf": [tagged("a"), tagged("b")]}
        for schema in (union, {**union, "discriminator": {"propertyName": "type"}}):
            assert invalid(schema, "discriminator") == [{"type": "no-such-value"}]

    def test_what_another_branch_accepts_is_not_given_out(self) -> None:
        schema: Schema = {"anyOf": [{"type": "integer", "maximum": 50}, {"type": "string", "enum": ["12", "text"]}]}
        assert invalid(schema, "type") == [1.5, True, {"key": "value"}, ["text"]]
        assert invalid({"anyOf": [{"type": "integer", "maximum": 5}, {"type": "number"}]}, "range") == []

    def test_faults_inside_each_branch_are_found_where_the_whole_union_refuses_them(self) -> None:
        schema = obj(part={"oneOf": [tagged("a", n={"type": "integer"}), tagged("b", s=TEXT)]})
        assert {"part": {"type": "a"}} in invalid(schema, "missing")
        assert {"part": {"type": "b"}} in invalid(schema, "missing")
        assert {"part": {"type": "a", "n": 1.5}} in invalid(schema, "type")

    def test_where_parts_of_an_all_of_contradict_each_other_nothing_is_claimed(self) -> None:
        both: Schema = {"allOf": [obj(a={"type": "integer"}), obj(a={"type": "integer", "nullable": True})]}
        assert {"a": None} not in valid(both)
        assert {"a": None} not in invalid(both, "null")
        assert {"a": "text"} in invalid(both, "type")

    def test_faults_come_in_the_full_instance_too(self) -> None:
        schema = obj(["a"], a=TEXT, b={"type": "integer"})
        assert {"b": 1} in invalid(schema, "missing")
        assert {"a": DAY, "b": "text"} in invalid(schema, "type")


class TestPointers:
    def test_names_are_escaped(self) -> None:
        instances = invalid_instances(obj(**{"hate/threatening": {"type": "boolean"}, "a~b": TEXT}), document())
        assert {"/hate~1threatening", "/a~0b"} <= {i.pointer for i in instances}

    def test_the_reason_starts_with_the_pointer(self) -> None:
        whys = [i.why for i in valid_instances(obj(temperature={"type": "number", "maximum": 2}), document())]
        assert "/temperature at maximum 2" in whys

    @pytest.mark.parametrize("name", ["CreateChatCompletionRequest", "CreateModerationResponse", "CompoundFilter"])
    def test_a_pointer_leads_to_the_broken_value(self, name: str) -> None:
        told = {"is null": None, "is a number": 12, "is a fraction": 1.5, "is a word": "yes"}
        checked = 0
        for instance in invalid_instances(spec.schema(name), spec.document()):
            reason = instance.why.removeprefix(instance.pointer).strip().split(" in ")[0]
            if reason in told:
                assert follow(instance) == told[reason]
                checked += 1
        assert checked > 20


def follow(instance: Instance) -> Any:
    node = instance.value
    for token in instance.pointer.split("/")[1:]:
        node = node[int(token)] if is_array(node) else node[token.replace("~1", "/").replace("~0", "~")]
    return node


class TestTheDescription:
    def test_every_component_has_a_minimal_and_a_full_instance(self) -> None:
        root = spec.document()
        names = [name for name in spec.schemas() if name not in NO_INSTANCE]
        assert len(names) >= 1422
        assert [name for name in names if minimal_instance(spec.schema(name), root) is None] == []
        assert [name for name in names if full_instance(spec.schema(name), root) is None] == []

    @pytest.mark.parametrize("name", CHAT_SCHEMAS)
    def test_the_chat_schemas_have_their_floors(self, name: str) -> None:
        least_valid, least_invalid = CHAT_SCHEMAS[name]
        made, schema = generator(spec.document()), spec.schema(name)
        accepted, refused = made.valid_report(schema), made.invalid_report(schema, closed=False)
        assert least_valid <= len(accepted.instances) <= MOST_VALID
        assert len(refused.instances) >= least_invalid
        assert accepted.dropped == ()
        assert [str(fault) for fault in refused.dropped] in ([], ["null: /top_logprobs is null"])

    @pytest.mark.parametrize("name", CHAT_SCHEMAS)
    def test_instances_are_all_different_and_are_json(self, name: str) -> None:
        schema, root = spec.schema(name), spec.document()
        for made in (valid_instances(schema, root), invalid_instances(schema, root, closed=True)):
            texts = [json.dumps(instance.value, allow_nan=False) for instance in made]
            assert len(set(texts)) == len(texts)

    def test_every_kind_of_fault_occurs_in_the_chat_request(self) -> None:
        instances = invalid_instances(spec.schema("CreateChatCompletionRequest"), spec.document(), closed=True)
        assert {instance.kind for instance in instances} == {
            *("type", "null", "enum", "const", "range", "length"),
            *("missing", "missing_constant", "discriminator", "unknown_property"),
        }

    def test_every_role_and_every_parameter_of_the_chat_request_is_visited(self) -> None:
        schema, root = spec.schema("CreateChatCompletionRequest"), spec.document()
        made = valid_instances(schema, root)
        roles = {message["role"] for instance in made for message in instance.value["messages"]}
        assert roles == {"developer", "system", "user", "assistant", "tool", "function"}
        alone = {
            instance.pointer for instance in made if instance.kind == "optional" and instance.pointer.count("/") == 1
        }
        row = next(
            row for row in spec.operations() if (row["resource"], row["method"]) == ("chat.completions", "create")
        )
        assert {f"/{name}" for name in row["body_params"]} - alone == {"/model", "/messages"}

    def test_two_generators_make_the_same(self) -> None:
        schema, root = spec.schema("CreateChatCompletionRequest"), spec.document()
        one, other = Generator(root), Generator(root)
        assert one.valid_report(schema) == other.valid_report(schema)
        assert one.invalid_report(schema, closed=True) == other.invalid_report(schema, closed=True)
