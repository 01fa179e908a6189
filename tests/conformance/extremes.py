"""The two ends of what a schema allows: its minimal value and its full one.

Rules
* Minimal is as small as it can be: only what is required, empty arrays, the branch that ends soonest (recursion!), null
  only where nothing else is left.
* Full takes every property and one item per array, down to `DEPTH` levels; of a union the first object (else array,
  else scalar) branch. Where properties exclude one another (`not`) it takes what fits together.

Weak spot: only a `not` keeps properties apart here; no other way of saying so occurs in the document.
"""

from __future__ import annotations

from typing import Any, Final

from tests.conformance import samples
from tests.conformance.shapes import Shape, Shapes
from tests.conformance.spec import Schema, is_object
from tests.conformance.validate import Validator

DEPTH = 8
"""Levels of properties and items below which only minimal values are used."""

ANYTHING: Final[Schema] = {}
"""The schema of what is not declared."""


class Nothing:
    """The type of `NOTHING`."""


NOTHING: Final = Nothing()
"""No value can be made (within the depth allowed)."""


class Extremes:
    """Makes the minimal and full values of one document; keeps what it made."""

    def __init__(self, shapes: Shapes, judge: Validator) -> None:
        self.shapes = shapes
        self.judge = judge
        self._minimal: dict[tuple[int, int], tuple[object, Any]] = {}
        self._full: dict[tuple[int, int], tuple[object, Any]] = {}

    # The minimal value.

    def minimal(self, schema: object, limit: int = DEPTH) -> Any:
        """The smallest value, or `NOTHING` when none ends within `limit` levels."""
        key = (id(schema), limit)
        if key not in self._minimal:
            self._minimal[key] = (schema, self._find_minimal(self.shapes.of(schema), limit))
        return self._minimal[key][1]

    def _find_minimal(self, shapes: list[Shape], limit: int) -> Any:
        for depth in range(limit + 1):
            for shape in shapes:
                value = NOTHING if shape.kind == "null" else self.minimal_shape(shape, depth)
                if value is not NOTHING:
                    return value
        return None if any(shape.kind == "null" for shape in shapes) else NOTHING

    def minimal_shape(self, shape: Shape, limit: int = DEPTH) -> Any:
        """The smallest value of one shape."""
        if shape.values:
            return shape.values[0]
        match shape.kind:
            case "object":
                return self._minimal_object(shape, limit)
            case "array":
                return self._minimal_array(shape, limit)
            case kind:
                return _scalar(kind, shape)

    def _minimal_object(self, shape: Shape, limit: int) -> Any:
        value: dict[str, Any] = {}
        for name in shape.required:
            declared = shape.properties.get(name, shape.schema.get("additionalProperties", ANYTHING))
            value[name] = NOTHING if limit <= 0 else self.minimal(declared, limit - 1)
            if value[name] is NOTHING:
                return NOTHING
        return value

    def _minimal_array(self, shape: Shape, limit: int) -> Any:
        if not shape.fewest:
            return []
        item = NOTHING if limit <= 0 else self.minimal(shape.schema.get("items", ANYTHING), limit - 1)
        return NOTHING if item is NOTHING else [item] * shape.fewest

    # The full value.

    def full(self, schema: object, depth: int = DEPTH) -> Any:
        """The value with every property, or `NOTHING`; of a union, its first object (else array) branch."""
        key = (id(schema), depth)
        if key not in self._full:
            order = {"object": 0, "array": 1, "null": 3}
            ranked = sorted(self.shapes.of(schema), key=lambda shape: order.get(shape.kind, 2))
            made = (self.full_shape(shape, depth) for shape in ranked)
            found = next(
                (value for value in made if value is not NOTHING and self.judge.is_valid(schema, value)), NOTHING
            )
            self._full[key] = (schema, found)
        return self._full[key][1]

    def full_shape(self, shape: Shape, depth: int = DEPTH) -> Any:
        """The full value of one shape."""
        if shape.kind == "object" and not shape.values:
            return self._full_object(shape, depth)
        if shape.kind == "array" and depth > 0:
            item = self.full(shape.schema.get("items", ANYTHING), depth - 1)
            if item is not NOTHING and shape.most != 0:
                return [item] * max(1, shape.fewest)
        return self.minimal_shape(shape)

    def _full_object(self, shape: Shape, depth: int) -> Any:
        value = self.minimal_shape(shape)
        if value is NOTHING or depth <= 0:
            return value
        properties = {name: self.full(child, depth - 1) for name, child in shape.properties.items()}
        every = {**value, **{name: child for name, child in properties.items() if child is not NOTHING}}
        extra = shape.schema.get("additionalProperties")
        if not shape.properties and is_object(extra):
            item = self.full(extra, depth - 1)
            every = every if item is NOTHING else {**every, "key": item}
        refused = shape.schema.get("not")
        if refused is None or not self.judge.is_valid(refused, every):
            return every
        for name in (
            name for name in every if name not in value
        ):  # properties that exclude one another: leave out one, keep the rest
            fewer = {other: child for other, child in every.items() if other != name}
            if not self.judge.is_valid(refused, fewer):
                return fewer
        return value


def _scalar(kind: str, shape: Shape) -> Any:
    match kind:
        case "string":
            made = samples.text(shape.schema)
            return NOTHING if made is None else made
        case "integer" | "number":
            return samples.number(shape.schema)
        case "boolean":
            return True
        case "null":
            return None
        case _:
            return "anything"
