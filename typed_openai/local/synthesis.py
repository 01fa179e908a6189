"""An instance for a JSON schema: what the local server says when an answer has to have a given form.

`synthesise(schema, text)` walks the schema and makes the plainest value it allows, filled from the user's text where
a property's name invites it (see `hints`). It backs `response_format: json_schema` and the arguments of tool calls,
so what it returns must be valid: `$ref` (pointers into the same schema), `allOf`, `anyOf`, `oneOf`, `const`, `enum`,
types and lists of types, lengths, bounds, `multipleOf`, `pattern`, formats, `prefixItems`, `uniqueItems`, recursion.

Rules: optional parts are filled in, except where that would never end or cannot be done; whatever cannot be made raises
`SchemaFault` with a reason, never a value that does not fit.

Weak spots: `not`, `if`/`then`/`else`, `dependent…`, `contains`, `patternProperties`, `propertyNames` and remote
references are not looked at; of `oneOf` the first branch that works is taken without a proof that the others refuse
it; where `allOf` sets one bound or one `anyOf` twice, the last counts.
"""

from __future__ import annotations

import json
from urllib.parse import unquote

from typed_openai.local.hints import Hints, names_a_thing
from typed_openai.local.json_text import Json, JsonObject
from typed_openai.local.scalars import SchemaFault, Unfillable, number_for, string_for

_DEEPEST = 40
_MOST_STEPS = 5_000


class SchemaTooLarge(SchemaFault):
    """The schema branches so often that no instance was found in reasonable time."""


def synthesise(schema: Json, text: str = "", first: int = 0) -> Json:
    """A value that is valid for the schema. Raises `SchemaFault` when none could be made.

    `text` is where names and numbers are looked for; `first` is which of the names to begin with.
    """
    return _Maker(schema, Hints.of(text).beginning_with(first)).make(schema, "", 0)


class _Maker:
    def __init__(self, root: Json, hints: Hints) -> None:
        self._root = root
        self._hints = hints
        self._open = ["#"]
        self._depth = 0
        self._steps = 0

    def make(self, schema: Json, name: str, index: int) -> Json:
        """A value for one schema; `name` is the property it is for, `index` its number among its siblings."""
        self._steps += 1
        if self._steps > _MOST_STEPS:
            raise SchemaTooLarge(f"the schema has more than {_MOST_STEPS} places to fill")
        if self._depth >= _DEEPEST:
            raise Unfillable(f"the schema nests more than {_DEEPEST} levels deep")
        self._depth += 1
        try:
            return self._make(_members(schema), name, index)
        finally:
            self._depth -= 1

    def _make(self, schema: JsonObject, name: str, index: int) -> Json:
        if "$ref" in schema:
            return self._follow(schema, name, index)
        if isinstance(parts := schema.get("allOf"), list) and parts:
            whole = {key: value for key, value in schema.items() if key != "allOf"}
            for part in parts:
                whole = _merge(whole, self._resolved(part))
            return self.make(whole, name, index)
        for keyword in ("anyOf", "oneOf"):
            if isinstance(branches := schema.get(keyword), list) and branches:
                base = {key: value for key, value in schema.items() if key != keyword}
                return self._first_of([_merge(base, _members(each)) for each in branches], name, index)
        if "const" in schema:
            return schema["const"]
        if isinstance(options := schema.get("enum"), list) and options:
            mentioned = [each for each in options if isinstance(each, str) and self._hints.mentions(each)]
            return (mentioned or options)[index % len(mentioned or options)]
        if index == 0 and schema.get("default") is not None:
            return schema["default"]
        if isinstance(examples := schema.get("examples"), list) and index < len(examples):
            return examples[index]
        return self._of_type(schema, _type_of(schema), name, index)

    def _of_type(self, schema: JsonObject, kind: str, name: str, index: int) -> Json:
        if kind == "object":
            return self._object(schema, index)
        if kind == "array":
            return self._array(schema, name)
        if kind in ("integer", "number"):
            return number_for(schema, self._hints.numbers[index:], whole=kind == "integer", index=index)
        if kind == "boolean":
            return index % 2 == 0
        if kind == "null":
            return None
        if kind == "string":
            return string_for(schema, self._hints.for_property(name, index), name, index)
        raise Unfillable(f"there is no type {kind!r}")

    def _object(self, schema: JsonObject, index: int) -> Json:
        properties = _members(schema.get("properties") or {})
        required = schema.get("required")
        needed = [each for each in required if isinstance(each, str)] if isinstance(required, list) else []
        made: JsonObject = {}
        for name, part in properties.items():
            if name in needed:
                made[name] = self.make(part, name, index)
            else:
                self._try(made, name, part, index)
        extra = schema.get("additionalProperties", True)
        for name in needed:
            if name not in made:
                made[name] = self.make(extra, name, index)
        fewest = _size(schema, "minProperties", 0)
        if not properties and isinstance(extra, dict):
            self._try(made, "sample", extra, index)
        while len(made) < fewest:
            made[f"extra_{len(made) + 1}"] = self.make(extra, "", len(made))
        return made

    def _try(self, made: JsonObject, name: str, part: Json, index: int) -> None:
        try:
            made[name] = self.make(part, name, index)
        except Unfillable:
            return

    def _array(self, schema: JsonObject, name: str) -> Json:
        leading = schema.get("prefixItems")
        made = [self.make(part, name, 0) for part in leading] if isinstance(leading, list) else []
        fewest = _size(schema, "minItems", 0)
        wished = max(1, len(self._hints.names)) if names_a_thing(name) else 1
        if isinstance(leading, list):
            wished = len(made)
        number = min(max(fewest, wished), _size(schema, "maxItems", max(fewest, wished)))
        items = schema.get("items", True)
        try:
            made.extend(self.make(items, name, index) for index in range(len(made), number))
        except Unfillable:
            if fewest > len(made):
                raise
        if schema.get("uniqueItems") is True and len({json.dumps(each, sort_keys=True) for each in made}) < len(made):
            raise Unfillable(f"no {len(made)} different items are to be had for {name or 'the array'!r}")
        return made[:number]

    def _first_of(self, branches: list[JsonObject], name: str, index: int) -> Json:
        reason = "no branch could be filled"
        for branch in sorted(branches, key=lambda each: each.get("type") == "null"):
            try:
                return self.make(branch, name, index)
            except Unfillable as fault:
                reason = str(fault)
        raise Unfillable(reason)

    def _follow(self, schema: JsonObject, name: str, index: int) -> Json:
        reference = schema["$ref"]
        if reference in self._open or not isinstance(reference, str):
            raise Unfillable(f"{reference!r} contains itself without an end")
        self._open.append(reference)
        try:
            rest = {key: value for key, value in schema.items() if key != "$ref"}
            return self.make(_merge(_members(self._target(reference)), rest), name, index)
        finally:
            self._open.pop()

    def _resolved(self, part: Json) -> JsonObject:
        """A part of `allOf` with its references followed, so that several of them can be merged."""
        members = _members(part)
        for _ in range(_DEEPEST):
            reference = members.get("$ref")
            if not isinstance(reference, str):
                return members
            rest = {key: value for key, value in members.items() if key != "$ref"}
            members = _merge(_members(self._target(reference)), rest)
        raise Unfillable(f"{members['$ref']!r} leads round in a circle")

    def _target(self, reference: str) -> Json:
        if not reference.startswith("#"):
            raise Unfillable(f"the reference {reference!r} leads out of the schema")
        found = self._root
        for step in unquote(reference[1:]).split("/")[1:]:
            key = step.replace("~1", "/").replace("~0", "~")
            if isinstance(found, dict) and key in found:
                found = found[key]
            elif isinstance(found, list) and key.isdigit() and int(key) < len(found):
                found = found[int(key)]
            else:
                raise Unfillable(f"the reference {reference!r} leads nowhere")
        return found


def _members(schema: Json) -> JsonObject:
    """A schema as an object; `true` allows everything, `false` nothing."""
    if isinstance(schema, dict):
        return schema
    if schema is True:
        return {}
    raise Unfillable("the schema is false" if schema is False else f"a schema must be an object, not {schema!r}")


def _merge(one: JsonObject, other: JsonObject) -> JsonObject:
    """Both schemas at once: properties and required names of both, everything else from the second."""
    whole = {**one, **other}
    mine, theirs = one.get("properties"), other.get("properties")
    if isinstance(mine, dict) and isinstance(theirs, dict):
        whole["properties"] = {**mine, **theirs}
    needed, also = one.get("required"), other.get("required")
    if isinstance(needed, list) and isinstance(also, list):
        whole["required"] = [*needed, *(each for each in also if each not in needed)]
    return whole


def _size(schema: JsonObject, keyword: str, default: int) -> int:
    value = schema.get(keyword)
    return int(value) if isinstance(value, int | float) else default


def _type_of(schema: JsonObject) -> str:
    """The type to make: the one that is named, the first of several that is not null, or what the keywords suggest."""
    named = schema.get("type")
    if isinstance(named, list):
        named = next((each for each in named if each != "null"), "null")
    if isinstance(named, str):
        return named
    for kind, keywords in _TELLTALES.items():
        if any(keyword in schema for keyword in keywords):
            return kind
    return "string"


_TELLTALES = {
    "object": ("properties", "required", "additionalProperties", "minProperties"),
    "array": ("items", "prefixItems", "minItems", "maxItems", "uniqueItems"),
    "number": ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"),
}
