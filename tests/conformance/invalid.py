"""Mutations: values that differ from a valid one in a single place, where the schema refuses them.

A mutation is made where its node stands (a string in place of a number, a value past the bound, a required property
gone) and put into the minimal value of each parent on the way up, so every branch of every union and every optional
property is visited. Where a union stands in between, a mutation lives on only if the union as a whole refuses it.

Kinds: `type`, `null`, `enum` (a closed list), `const` (a list of one), `range`, `length`, `pattern`, `missing` (a
required property), `missing_constant` (a required property that can have one value only: a model may fill it in),
`discriminator` (the tag of a union), `unknown_property` (the object is closed, or is read as closed).

Rules
* `coercible` marks what a lax parser turns into the right type: "12" or true for a number, "yes" or 1 for a boolean.
* Judged in the generous reading: where parts of an `allOf` contradict one another, nothing is claimed.

Weak spots: formats (uri, date) are never violated, since the description does not say how strict they are; limits
beyond `samples.LONGEST` are not tested.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Any

from tests.conformance import samples
from tests.conformance.extremes import ANYTHING, DEPTH, NOTHING, Extremes
from tests.conformance.shapes import Shape
from tests.conformance.spec import is_object
from tests.conformance.valid import Draft, step
from tests.conformance.validate import Validator

MOST_MUTATIONS = 1_000
FOREIGN = "no-such-value"
UNKNOWN_NAME = "no_such_property"

# Per JSON type: values of other types that ought to be refused, what they are, whether a lax parser takes them.
_NUMERIC: list[tuple[Any, str, bool]] = [("text", "a string", False), ("12", "a numeric string", True)]
_WRONG: dict[str, list[tuple[Any, str, bool]]] = {
    "string": [(12, "a number", False), ({"key": "value"}, "an object", False), (["text"], "an array", False)],
    "integer": [*_NUMERIC, (1.5, "a fraction", False), (True, "a boolean", True)],
    "number": [*_NUMERIC, (True, "a boolean", True), ([0.5], "an array", False)],
    "boolean": [("yes", "a word", True), (1, "the number one", True), ("text", "a string", False)],
    "array": [({"0": "text"}, "an object", False), ("text", "a string", False)],
    "object": [(["text"], "an array", False), ("text", "a string", False), (12, "a number", False)],
}


class InvalidMaker:
    """Makes the mutations of one document; keeps what it made."""

    def __init__(self, extremes: Extremes, judge: Validator, *, closed: bool) -> None:
        self.extremes = extremes
        self.shapes = extremes.shapes
        self.judge = judge
        self.closed = closed
        self._made: dict[tuple[int, int], tuple[object, list[Draft]]] = {}
        self._bottomed = False

    def mutations(self, schema: object, depth: int = DEPTH) -> list[Draft]:
        """The mutations of a schema, those nearest to the root first."""
        for key in ((id(schema), -1), (id(schema), depth)):  # as in ValidMaker.drafts
            if key in self._made:
                self._bottomed = self._bottomed or key[1] >= 0
                return self._made[key][1]
        outer, self._bottomed = self._bottomed, False
        found = self._collect(schema, depth)
        self._made[id(schema), depth if self._bottomed else -1] = (schema, found)
        self._bottomed = self._bottomed or outer
        return found

    def in_full(self, schema: object) -> Iterator[Draft]:
        """Faults with every property present (of a union: its first object): a required one gone, any one broken."""
        shape = next((shape for shape in self.shapes.of(schema) if shape.kind == "object"), None)
        full = NOTHING if shape is None else self.extremes.full_shape(shape)
        if shape is None or not is_object(full) or shape.values:
            return
        for draft in self._of_members(shape, full):
            yield draft._replace(text=draft.text + ", all others present")
        for name, child in shape.properties.items():
            broken = [draft for draft in self.mutations(child) if draft.kind != "null"][:1]
            for draft in broken if name in full else []:
                nested = draft.under(step(name), {**full, name: draft.value})
                yield nested._replace(text=draft.text + ", all others present")

    def _collect(self, schema: object, depth: int) -> list[Draft]:
        shapes = self.shapes.of(schema)
        found = [*_wrong_types(shapes)]
        tag = self._tag(schema, shapes)
        for shape in shapes:
            drafts = self._of_shape(shape, depth, tag)
            found += drafts if len(shapes) == 1 else [draft.inside(shape.label) for draft in drafts]
        found.sort(key=lambda draft: draft.rank)
        if len(shapes) == 1:  # judged at the root only; while of a union, what one branch refuses another may take
            return found[:MOST_MUTATIONS]
        refused = (draft for draft in found if not self.judge.is_valid(schema, draft.value))
        return list(islice(refused, MOST_MUTATIONS))

    def _of_shape(self, shape: Shape, depth: int, tag: str | None) -> Iterator[Draft]:
        if shape.values:
            yield Draft(FOREIGN, "const" if len(shape.values) == 1 else "enum", "", f"is {FOREIGN!r}")
        elif shape.kind == "object":
            yield from self._of_object(shape, depth, tag)
        elif shape.kind == "array":
            yield from self._of_array(shape, depth)
        elif shape.kind == "string":
            yield from _of_string(shape)
        elif shape.kind in {"integer", "number"}:
            yield from _of_number(shape)

    def _of_object(self, shape: Shape, depth: int, tag: str | None) -> Iterator[Draft]:
        base = self.extremes.minimal_shape(shape)
        if base is NOTHING:
            return
        yield from self._of_members(shape, base)
        if depth <= 0:
            self._bottomed = True
            return
        extra = shape.schema.get("additionalProperties")
        children = shape.properties
        if is_object(extra) and extra and not children:
            children = {"key": extra}
        for name, child in children.items():
            for draft in self.mutations(child, depth - 1):
                nested = draft.under(step(name), {**base, name: draft.value})
                is_tag = name == tag and draft.kind in {"const", "enum"} and not draft.pointer
                yield nested._replace(kind="discriminator") if is_tag else nested

    def _of_members(self, shape: Shape, base: dict[str, Any]) -> Iterator[Draft]:
        """Faults in which properties there are: one missing, one too many, names too long."""
        for name in shape.required:
            rest = {other: value for other, value in base.items() if other != name}
            inner = self.shapes.of(shape.properties.get(name, ANYTHING))
            constant = bool(inner) and all(len(s.values) == 1 for s in inner)
            yield Draft(rest, "missing_constant" if constant else "missing", step(name), "missing")
        extra = shape.schema.get("additionalProperties")
        if extra is False or (self.closed and extra is None and shape.properties):
            yield Draft({**base, UNKNOWN_NAME: 1}, "unknown_property", step(UNKNOWN_NAME), "unknown property")
        item = self.extremes.minimal(extra) if is_object(extra) else NOTHING
        longest = shape.schema.get("propertyNames", {}).get("maxLength", 0)
        if longest and item is not NOTHING:
            yield Draft({**base, "k" * (longest + 1): item}, "length", "", f"a name longer than {longest}")
        most = shape.schema.get("maxProperties", 0)
        if most and item is not NOTHING:
            yield Draft({f"key{n}": item for n in range(most + 1)}, "length", "", f"more than {most} properties")

    def _of_array(self, shape: Shape, depth: int) -> Iterator[Draft]:
        items = shape.schema.get("items", ANYTHING)
        least, most = shape.fewest, shape.most
        item = self.extremes.minimal(items)
        if item is NOTHING:
            return
        if least:
            yield Draft([item] * (least - 1), "length", "", f"fewer than {least} items")
        if most is not None and most <= samples.WIDEST:
            yield Draft([item] * (most + 1), "length", "", f"more than {most} items")
        if depth <= 0:
            self._bottomed = True
            return
        fill = [item] * max(0, least - 1)
        for draft in self.mutations(items, depth - 1):
            yield draft.under("/0", [draft.value, *fill], deeper=0)

    def _tag(self, schema: object, shapes: list[Shape]) -> str | None:
        """The property that tells the objects of a union apart: as declared, else one with closed values in each."""
        if is_object(schema) and is_object(schema.get("discriminator")):
            declared: str = schema["discriminator"]["propertyName"]
            return declared
        objects = [shape for shape in shapes if shape.kind == "object"]
        if len(objects) < 2:
            return None
        for name in objects[0].required:
            kinds = [
                self.shapes.of(shape.properties.get(name, ANYTHING)) for shape in objects if name in shape.required
            ]
            if len(kinds) == len(objects) and all(len(inner) == 1 and inner[0].values for inner in kinds):
                return name
        return None


def _wrong_types(shapes: list[Shape]) -> Iterator[Draft]:
    yield Draft(None, "null", "", "is null")
    if any(shape.kind == "any" for shape in shapes):
        return
    seen: set[str] = set()
    for shape in shapes:
        for place, (value, text, coercible) in enumerate(_WRONG.get(shape.kind, [])):
            if text not in seen:
                seen.add(text)
                yield Draft(value, "type", "", f"is {text}", rank=min(place, 1), coercible=coercible)


def _of_string(shape: Shape) -> Iterator[Draft]:
    least, most = shape.schema.get("minLength", 0), shape.schema.get("maxLength", samples.LONGEST + 1)
    if least:
        short = "" if least == 1 else samples.text(shape.schema, least - 1)
        yield Draft(short, "length", "", f"shorter than {least}")
    if most <= samples.LONGEST:
        yield Draft(samples.text(shape.schema, most + 1), "length", "", f"longer than {most}")
    if "pattern" in shape.schema:
        yield Draft("!" * max(least, 1), "pattern", "", f"does not match {shape.schema['pattern']}")


def _of_number(shape: Shape) -> Iterator[Draft]:
    low, high, outwards = samples.bounds(shape.schema)
    if low is not None:
        yield Draft(low - outwards, "range", "", f"below minimum {low}")
    if high is not None:
        yield Draft(high + outwards, "range", "", f"above maximum {high}")
