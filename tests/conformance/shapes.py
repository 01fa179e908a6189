"""Flattens a schema into its shapes: the plain alternatives, free of references and combinators, that it stands for.

`anyOf [A, null]` has two shapes, `allOf [A, B]` one that has the properties of both, `type: object` next to
`oneOf [{required: [a]}, {required: [b]}]` two objects that differ in what is required. The generator
works on shapes only.

Rules
* A shape holds `type` (one string, or none when anything goes), values, bounds, `properties`, `required`, `items`,
  `additionalProperties`; what stands inside `properties` and `items` is left as it is.
* Parts are merged as `allOf` says: bounds tighten, enums intersect, a property defined twice becomes an `allOf` of
  both; what contradicts itself (an object that is null) disappears.
* Null in any spelling is a shape of its own, the last one.

Weak spots
* Branches are told apart by label only; two branches that are the same shape are both listed.
* `additionalProperties: false` in one part of an `allOf` closes the merged object, other parts' names included; that is
  what the document means, not what JSON Schema says.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tests.conformance.spec import Schema, is_array, is_object, resolve

MOST_SHAPES = 80
"""No schema of the document comes near; a bound against products of unions in an `allOf`."""

_NOT_SHAPE = frozenset(
    {"$ref", "allOf", "anyOf", "oneOf", "nullable", "discriminator", "default", "title", "deprecated"}
)


@dataclass(frozen=True, slots=True)
class Shape:
    """One plain alternative of a schema; `label` says which branches led to it."""

    schema: Schema
    label: str = ""

    @property
    def kind(self) -> str:
        """The JSON type, inferred where it is not said; `any` when anything goes."""
        said = self.schema.get("type")
        if isinstance(said, str):
            return said
        if self.values:
            return _type_of(self.values[0])
        if self.schema.keys() & {"properties", "required", "additionalProperties"}:
            return "object"
        return "array" if "items" in self.schema else "any"

    @property
    def values(self) -> list[Any]:
        """The listed values of an enum or a const; empty for an open shape."""
        if "const" in self.schema:
            return [self.schema["const"]]
        listed: list[Any] = self.schema.get("enum", [])
        return listed

    @property
    def properties(self) -> dict[str, Any]:
        """Declared properties by name, required ones first."""
        declared: dict[str, Any] = self.schema.get("properties", {})
        return {name: declared[name] for name in sorted(declared, key=lambda n: n not in self.required)}

    @property
    def required(self) -> list[str]:
        """Names that must be there; a name may be required without being declared."""
        names: list[str] = self.schema.get("required", [])
        return names

    @property
    def fewest(self) -> int:
        """Least number of items of an array, the slip of the pen `min_items` included."""
        least: int = self.schema.get("minItems") or self.schema.get("min_items") or 0
        return least

    @property
    def most(self) -> int | None:
        """Greatest number of items, None when open."""
        limit: int | None = self.schema.get("maxItems", self.schema.get("max_items"))
        return limit


def _type_of(value: object) -> str:
    """The JSON type of a value; a whole float counts as a number."""
    names: dict[type[object], str] = {bool: "boolean", int: "integer", float: "number", str: "string"}
    if is_object(value) or is_array(value):
        return "object" if is_object(value) else "array"
    return names.get(type(value), "null")


NULL_SHAPE = Shape({"type": "null"}, "null")


class Shapes:
    """Flattens the schemas of one document; keeps what it flattened."""

    def __init__(self, root: Schema) -> None:
        self.root = root
        self._known: dict[int, tuple[object, list[Shape]]] = {}

    def of(self, schema: object) -> list[Shape]:
        """The shapes of a schema, in the order of its branches, null last; empty when nothing satisfies it."""
        key = id(schema)
        if key not in self._known:
            found = self._flatten(schema, ())
            ordered = sorted(found, key=lambda shape: shape.kind == "null")
            nulls = sum(shape.kind == "null" for shape in ordered)
            self._known[key] = (schema, ordered[: len(ordered) - max(0, nulls - 1)])  # the schema is kept for its id
        return self._known[key][1]

    def _flatten(self, schema: object, trail: tuple[str, ...]) -> list[Shape]:
        if not is_object(schema):
            return [] if schema is False else [Shape({})]
        own = {key: value for key, value in schema.items() if key not in _NOT_SHAPE and not key.startswith("x-")}
        found = [Shape(own, schema.get("title", ""))]
        if is_array(schema.get("type")):
            found = [Shape(_narrowed(own, kind), kind) for kind in schema["type"]]
        if "$ref" in schema:
            found = _product(found, self._follow(schema["$ref"], trail))
        for part in schema.get("allOf", []):
            shapes = self._flatten(part, trail)
            found = _product(found, shapes if len(shapes) > 1 else [Shape(shape.schema) for shape in shapes])
        for word in ("anyOf", "oneOf"):
            if word in schema:
                tag = schema.get("discriminator")
                branches = [self._branch(b, tag, trail) for b in schema[word]]
                found = _product(found, [shape for branch in branches for shape in branch])
        if schema.get("nullable") is True or any(_decorates(part) for part in schema.get("allOf", [])):
            found.append(NULL_SHAPE)
        return found[:MOST_SHAPES]

    def _follow(self, ref: str, trail: tuple[str, ...]) -> list[Shape]:
        if ref in trail:  # a union that contains itself adds nothing
            return []
        name = ref.rsplit("/", 1)[-1]
        target = self._flatten(resolve(ref, self.root), (*trail, ref))
        several = sum(shape.kind != "null" for shape in target) > 1
        return [
            shape
            if shape is NULL_SHAPE or (several and shape.label)
            else Shape(shape.schema, f"{name} ({shape.kind})" if several else name)
            for shape in target
        ]

    def _branch(self, branch: Any, tag: object, trail: tuple[str, ...]) -> list[Shape]:
        """The shapes of a union branch; a discriminator's `mapping` says which tags belong to it."""
        shapes = self._flatten(branch, trail)
        mapping: dict[str, str] = tag.get("mapping", {}) if is_object(tag) else {}
        tags = [value for value, ref in mapping.items() if is_object(branch) and branch.get("$ref") == ref]
        if not is_object(tag) or not tags:
            return shapes
        told = Shape({"properties": {tag["propertyName"]: {"enum": tags}}, "required": [tag["propertyName"]]})
        return _product(shapes, [told])


def _narrowed(own: Schema, kind: str) -> Schema:
    """A schema of several types cut down to one of them, its listed values too."""
    out = {**own, "type": kind}
    if "enum" in own:
        numbers = {"integer", "number"} if kind == "number" else {kind}
        out["enum"] = [value for value in own["enum"] if _type_of(value) in numbers]
    return out


def _decorates(part: object) -> bool:
    return (
        is_object(part)
        and part.get("nullable") is True
        and not part.keys() & {"type", "$ref", "anyOf", "oneOf", "enum"}
    )


def _product(left: list[Shape], right: list[Shape]) -> list[Shape]:
    merged = [
        Shape(schema, b.label or a.label)
        for a in left
        for b in right
        if (schema := merge(a.schema, b.schema)) is not None
    ]
    return merged[:MOST_SHAPES]


def merge(one: Schema, other: Schema) -> Schema | None:
    """Both schemas at once, as one plain schema, or None when they contradict each other."""
    out = {**one, **other}
    kinds = {Shape(one).kind, Shape(other).kind} - {"any"}
    if kinds == {"integer", "number"}:
        out["type"] = "integer"
    elif len(kinds) > 1:
        return None
    elif kinds:
        out["type"] = kinds.pop()
    if "required" in one and "required" in other:
        out["required"] = list(dict.fromkeys([*one["required"], *other["required"]]))
    for word in ("minimum", "minLength", "minItems", "minProperties"):
        if word in one and word in other:
            out[word] = max(one[word], other[word])
    for word in ("maximum", "maxLength", "maxItems", "maxProperties"):
        if word in one and word in other:
            out[word] = min(one[word], other[word])
    if "enum" in one and "enum" in other:
        out["enum"] = [value for value in one["enum"] if value in other["enum"]]
        if not out["enum"]:
            return None
    if "properties" in one and "properties" in other:
        out["properties"] = dict(one["properties"])
        for name, schema in other["properties"].items():
            mine = one["properties"].get(name)
            out["properties"][name] = schema if mine is None or mine == schema else {"allOf": [mine, schema]}
    if "items" in one and "items" in other and one["items"] != other["items"]:
        out["items"] = {"allOf": [one["items"], other["items"]]}
    if one.get("additionalProperties") is False or other.get("additionalProperties") is False:
        out["additionalProperties"] = False
    return out
