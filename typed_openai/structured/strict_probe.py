"""Whether answers that keep to a strict schema are values of the type: found out before anything is asked. Pure.

    faults_of(plan, adapter.validate_json)      a `SchemaFault` for each place that no answer could fill

Some types describe themselves in JSON as what they do not take from JSON: `Literal[Color.RED]`, a field with nothing
but an `AliasPath`. Asked for them, a model answers rightly, is billed, and is refused, again and again.

Rules
* Tried are answers that hold each branch of each union and each value of each enumeration once, others unchanged.
* A fault is what the shape of an answer can do nothing about. What a model may get right another time (a pattern, a
  bound, what a validator of the user's says) is none.

Weak spot: validators of the type run on made-up values, once for each type; whatever they raise that is no refusal says
nothing of the shape.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any

from pydantic import ValidationError
from pydantic_core import to_json

from typed_openai.core.request.pointers import escaped
from typed_openai.core.run.threads import Kept
from typed_openai.structured.strict_forms import Schema
from typed_openai.structured.strict_schema import Plan, SchemaFault

_MOST = 60
"""Answers that are tried at most."""
_DEEPEST = 12
_TEXTS = {
    "date-time": "2024-02-29T12:00:00Z",
    "date": "2024-02-29",
    "time": "12:00:00Z",
    "duration": "P1D",
    "email": "a@example.com",
    "hostname": "example.com",
    "ipv4": "127.0.0.1",
    "ipv6": "::1",
    "uuid": "123e4567-e89b-42d3-a456-426614174000",
}
_HINTS = {
    "literal_error": "take the Enum itself, or a Literal of plain values",
    "missing": "give the field an alias that is one name",
}
"""Kinds of refusals that say that the type has another shape than its schema, and what helps against the usual ones."""
_OF_SHAPE = frozenset(
    {"dict_type", "extra_forbidden", "enum", "is_instance_of", "iterable_type", "list_type", "model_type"}
    | {"dataclass_type", "none_required", "set_type", "frozen_set_type", "tuple_type", "missing_argument"}
    | {"union_tag_invalid", "union_tag_not_found", "unexpected_keyword_argument", "missing_keyword_only_argument"}
    | _HINTS.keys()
)


def faults_of(plan: Plan, validate: Callable[[bytes], object]) -> list[SchemaFault]:
    """Where no answer that keeps to the schema can be a value of the type."""
    found: dict[str, SchemaFault] = {}
    for answer in islice(_Answers(plan.schema).of(plan.schema), _MOST):
        refused = Kept(Exception)
        with refused:
            validate(to_json(plan.undo(answer)))
        if isinstance(refused.error, ValidationError):
            items = refused.error.errors(include_url=False, include_context=False, include_input=False)
            if all(item["type"] in _OF_SHAPE for item in items):
                for item in items:
                    pointer = _pointer(item["loc"])
                    rule = f"an answer that keeps to the schema is refused: {item['msg']}"
                    hint = _HINTS.get(item["type"], "check what the type takes from JSON")
                    found.setdefault(pointer, SchemaFault(pointer, rule, hint))
    return list(found.values())


def _pointer(place: tuple[int | str, ...]) -> str:
    said = {"[key]": "/propertyNames"}
    return "#" + "".join(
        "/items" if isinstance(step, int) else said.get(step, f"/properties/{escaped(step)}") for step in place
    )


class _Answers:
    """Makes answers of one schema: the first of each place is its plainest."""

    def __init__(self, root: Schema) -> None:
        self.definitions: dict[str, Schema] = root.get("$defs", {})
        self.depth = 0

    def of(self, node: Schema) -> Iterator[Any]:
        """Answers that keep to a schema; none where it contains itself without an end."""
        if self.depth > _DEEPEST:
            return
        self.depth += 1
        made = list(islice(self._made(node), _MOST))
        self.depth -= 1
        yield from made

    def _made(self, node: Schema) -> Iterator[Any]:
        if "$ref" in node:
            yield from self.of(self.definitions.get(node["$ref"].removeprefix("#/$defs/"), {}))
        elif "anyOf" in node:
            for branch in sorted(node["anyOf"], key=lambda each: "$ref" in each):  # what may end first
                yield from self.of(branch)
        elif "enum" in node or "const" in node:
            yield from node.get("enum", [node.get("const")])
        elif node.get("type") == "object":
            yield from self._objects(node["properties"])
        elif node.get("type") == "array":
            least = max(1, node.get("minItems", 0))
            if node.get("minItems", 0) == 0:
                yield []
            for item in self.of(node["items"]):
                yield [item] * least
        else:
            yield self._scalar(node)

    def _objects(self, properties: dict[str, Schema]) -> Iterator[Any]:
        made = {name: list(self.of(each)) for name, each in properties.items()}
        if not all(made.values()):
            return
        plainest = {name: values[0] for name, values in made.items()}
        yield plainest
        for name, values in made.items():
            for value in values[1:]:
                yield {**plainest, name: value}

    def _scalar(self, node: Schema) -> Any:
        kind = node.get("type")
        if kind == "string":
            return _TEXTS.get(node.get("format", ""), "a")
        if kind in ("integer", "number"):
            least = node.get("minimum", node.get("exclusiveMinimum", 0) + ("exclusiveMinimum" in node))
            most = node.get("maximum", least)
            return max(least, min(most, least))
        return False if kind == "boolean" else None
