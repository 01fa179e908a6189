"""Valid values: from a schema to a list of drafts that walks through everything the schema allows, one thing at a time.

The first draft is the minimal value; each other one differs from a minimal value in one place: a property more, another
enum value, another branch, a bound. So their number is the sum over the nodes of the schema, not the product. The full
value (every property) comes on top. Nested drafts bubble up through their parents and carry a `rank`, which grows with
depth; where there are too many, the deep and the less telling ones go.

Rules
* Each value of a closed enum has its draft. An open enum (a plain string stands beside it) gives all values when there
  are few, else the first, the last and one that is not listed.
* Drafts share structure. They are values to send or parse, not to change.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from tests.conformance import samples
from tests.conformance.extremes import ANYTHING, DEPTH, NOTHING, Extremes
from tests.conformance.shapes import Shape
from tests.conformance.spec import is_object
from tests.conformance.validate import same

MOST_DRAFTS = 400
"""Kept per schema; somewhat more than is given out, because some turn out to be the same."""
FEW_VALUES = 16


class Draft(NamedTuple):
    """A value before it has been judged: where it differs from the minimal one, how, and how deep."""

    value: Any
    kind: str
    pointer: str = ""
    text: str = ""
    rank: int = 0
    coercible: bool = False

    def under(self, where: str, value: Any, deeper: int = 1) -> Draft:
        """The same, seen from the parent: its value, one step more in the pointer, one level deeper."""
        return Draft(value, self.kind, where + self.pointer, self.text, self.rank + deeper, self.coercible)

    def inside(self, branch: str) -> Draft:
        """The same, its text saying in which branch of a union it stands (unless it is about the union itself)."""
        return self._replace(text=f"{self.text} in {branch}") if self.pointer and branch else self


def step(name: str) -> str:
    """One step of a JSON pointer."""
    return "/" + name.replace("~", "~0").replace("/", "~1")


def capped(drafts: list[Draft], most: int = MOST_DRAFTS) -> list[Draft]:
    """The drafts of lowest rank, otherwise in their order."""
    return sorted(drafts, key=lambda draft: draft.rank)[:most]


class ValidMaker:
    """Makes the drafts of one document; keeps what it made."""

    def __init__(self, extremes: Extremes) -> None:
        self.extremes = extremes
        self._drafts: dict[tuple[int, int], tuple[object, list[Draft]]] = {}
        self._bottomed = False

    def drafts(self, schema: object, depth: int = DEPTH) -> list[Draft]:
        """The drafts of a schema, the minimal one first; empty when nothing satisfies it."""
        # What was walked to its end without reaching the bottom is the same from every depth: kept under depth -1.
        for key in ((id(schema), -1), (id(schema), depth)):
            if key in self._drafts:
                self._bottomed = self._bottomed or key[1] >= 0
                return self._drafts[key][1]
        outer, self._bottomed = self._bottomed, False
        found = self._collect(schema, depth)
        self._drafts[id(schema), depth if self._bottomed else -1] = (schema, found)
        self._bottomed = self._bottomed or outer
        return found

    def _collect(self, schema: object, depth: int) -> list[Draft]:
        shapes = self.extremes.shapes.of(schema)
        base = self.extremes.minimal(schema)
        if base is NOTHING:
            return []
        found = [Draft(base, "minimal", "", "minimal")]
        is_open = any(shape.kind == "string" and not shape.values and "pattern" not in shape.schema for shape in shapes)
        for shape in shapes:
            if len(shapes) > 1:
                own = self.extremes.minimal_shape(shape)
                if shape.kind == "null":
                    found.append(Draft(None, "null", "", "is null"))
                elif own is not NOTHING and not same(own, base):
                    found.append(Draft(own, "branch", "", f"as {shape.label or shape.kind}"))
            drafts = self._of_shape(shape, depth, is_open)
            found += drafts if len(shapes) == 1 else [draft.inside(shape.label) for draft in drafts]
        if is_object(schema) and "default" in schema and self.extremes.judge.is_valid(schema, schema["default"]):
            found.append(Draft(schema["default"], "default", "", "at its default", 1))
        return capped(_distinct(found))

    def _of_shape(self, shape: Shape, depth: int, is_open: bool) -> Iterator[Draft]:
        if shape.values:
            yield from _listed(shape, is_open and shape.kind == "string")
        elif shape.kind == "object":
            yield from self._of_object(shape, depth)
        elif shape.kind == "array":
            yield from self._of_array(shape, depth)
        else:
            yield from _of_scalar(shape)

    def _of_object(self, shape: Shape, depth: int) -> Iterator[Draft]:
        base = self.extremes.minimal_shape(shape)
        if base is NOTHING:
            return
        full = self.extremes.full_shape(shape, depth)
        if full != base:
            yield Draft(full, "full", "", f"{shape.label or 'object'} with every property")
        if depth <= 0:
            self._bottomed = True
            return
        for name, child in shape.properties.items():
            drafts = self.drafts(child, depth - 1)
            if drafts and name not in base:
                yield Draft({**base, name: drafts[0].value}, "optional", step(name), "alone with the required ones", 1)
            for draft in drafts[1:]:
                yield draft.under(step(name), {**base, name: draft.value})
        yield from self._of_extras(shape, base, depth)

    def _of_extras(self, shape: Shape, base: dict[str, Any], depth: int) -> Iterator[Draft]:
        """Objects used as maps. An open object that declares properties is left alone: request models close those."""
        extra = shape.schema.get("additionalProperties", not shape.properties)
        if extra is False or (extra is True and shape.properties):
            return
        if not is_object(extra) or not extra:
            yield Draft({**base, "key": {"nested": [1, "text", None]}}, "extra", "/key", "any value", 1)
            return
        drafts = self.drafts(extra, depth - 1)
        for draft in drafts:
            yield draft.under("/key", {**base, "key": draft.value})
        longest = shape.schema.get("propertyNames", {}).get("maxLength", 0)
        if drafts and longest:
            yield Draft({**base, "k" * longest: drafts[0].value}, "length", "", f"a name of {longest} characters", 1)
        most = shape.schema.get("maxProperties", 0)
        if drafts and most:
            many = {f"key{n}": drafts[0].value for n in range(most - len(base))}
            yield Draft({**base, **many}, "length", "", f"maxProperties {most}", 1)

    def _of_array(self, shape: Shape, depth: int) -> Iterator[Draft]:
        items = shape.schema.get("items", ANYTHING)
        if depth <= 0:
            self._bottomed = True
            return
        least, most = shape.fewest, shape.most
        drafts = self.drafts(items, depth - 1)
        if not drafts:
            return
        fill = [drafts[0].value] * max(0, least - 1)
        if not least:
            yield Draft([drafts[0].value], "length", "", "one item")
        for draft in drafts[1:]:
            yield draft.under("/0", [draft.value, *fill], deeper=0)
        if most is None or most >= 2:
            yield Draft([drafts[0].value, drafts[-1].value, *fill[1:]], "length", "", "two items", 1)
        if most is not None and least < most <= samples.WIDEST:
            yield Draft([drafts[0].value] * most, "length", "", f"maxItems {most}")


def _listed(shape: Shape, is_open: bool) -> Iterator[Draft]:
    values = shape.values
    if is_open and len(values) > FEW_VALUES:
        values = [values[0], values[-1]]
    for value in values:
        yield Draft(value, "enum", "", f"is {value!r}", 0 if value is values[0] else 1 if is_open else 0)


def _of_scalar(shape: Shape) -> Iterator[Draft]:
    schema = shape.schema
    match shape.kind:
        case "string":
            yield from _of_string(shape)
        case "integer" | "number":
            low, high, _ = samples.bounds(schema)
            if low is not None:
                yield Draft(low, "range", "", f"at minimum {low}")
            if high is not None:
                yield Draft(high, "range", "", f"at maximum {high}")
            if low is None and high is None and schema.get("format") != "unixtime":
                yield Draft(0, "range", "", "zero", 1)
                yield Draft(-1 if shape.kind == "integer" else -1.5, "range", "", "negative", 2)
            if shape.kind == "number" and high is None:
                yield Draft(12, "type", "", "a whole number", 2)
            if schema.get("format") == "int64" and high is None:
                yield Draft(2**63 - 1, "range", "", "the largest int64", 1)
        case "boolean":
            yield Draft(False, "type", "", "is false")
        case "any":
            yield Draft({"nested": [1, "text", None]}, "type", "", "an object", 1)
            yield Draft(1, "type", "", "a number", 1)
        case _:
            return


def _of_string(shape: Shape) -> Iterator[Draft]:
    schema = shape.schema
    least, most = schema.get("minLength"), schema.get("maxLength")
    for word, length in (("minLength", least), ("maxLength", most)):
        made = None if length is None or length > samples.LONGEST else samples.text(schema, length)
        if made is not None:
            yield Draft(made, "length", "", f"{word} {length}")
    if "pattern" in schema or "format" in schema:
        return
    if not least:
        yield Draft("", "length", "", "empty", 2)
    if most is None or most >= len(samples.TRICKY_TEXT):
        yield Draft(samples.TRICKY_TEXT, "type", "", "tricky text", 2)


def _distinct(drafts: list[Draft]) -> list[Draft]:
    """Without the repetitions among scalar drafts (a default that is also an enum value)."""
    seen: list[Any] = []
    out: list[Draft] = []
    for draft in drafts:
        if isinstance(draft.value, dict | list):
            out.append(draft)
        elif not any(same(draft.value, other) for other in seen):
            seen.append(draft.value)
            out.append(draft)
    return out
