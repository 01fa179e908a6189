"""From the JSON schema that pydantic gives to the API's strict subset, and the way back for what the model wrote. Pure.

    plan = convert(schema)      .schema (strict, an object at its root), .faults, .undo(value), .undo(value, False)

The strict subset: an object at the root; each object names all its properties, requires all of them and takes no
others; alternatives are `anyOf`; `$ref` stands alone; few keywords. What is rewritten, and undone by `undo`:

* a dict becomes a list of `{key, value}`, a tuple an object with `item_0`, `item_1`, ...;
* a root that is not an object becomes `{"value": ...}`;
* a property that may be left out becomes one that may be null: null then means *left out*; but for a constant, and for
  the tag by which a union tells its members, which the type wants to read although it has a default;
* keywords that the subset has no word for move into the description: the type checks them when the answer is here.

`undo(value, False)` takes a value of which only a part has arrived, and leaves out what it cannot tell yet. This file
says which form a schema takes; what the forms are, and their ways back, is in `strict_forms.py`.

What cannot be said is a `SchemaFault`: values of any type, objects with free keys of any type, `not` and its kin.

Weak spots: in a union the branch is told by the form of the value: two dicts with different values that are empty, say,
are the same to it (and to the type). A property that takes null by itself cannot be left out any more: null is null.
Of a value that is not whole the branch is that of the first that may become it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from typed_openai.core.request.pointers import escaped, unescaped
from typed_openai.structured.strict_forms import (
    Form,
    Schema,
    Undo,
    anything,
    entries,
    items,
    kind_of,
    one_of,
    or_null,
    out_of,
    places,
    record,
    scalar,
    union,
)

DEEPEST = 10
MOST_PROPERTIES = 5000
MOST_VALUES = 1000
"""What the service takes at most: levels of objects and lists, properties, values of enums."""

_FORMATS = frozenset({"date-time", "time", "date", "duration", "email", "hostname", "ipv4", "ipv6", "uuid"})
_LOST = {
    "minLength": "at least {} characters",
    "maxLength": "at most {} characters",
    "minProperties": "at least {} entries",
    "maxProperties": "at most {} entries",
    "uniqueItems": "no item twice",
    "format": "format: {}",
    "pattern": "matches the regular expression {}",
    "contentEncoding": "encoded as {}",
    "contentMediaType": "holds {}",
    "default": "default: {}",
}
_KEPT = {
    "string": ("pattern", "format"),
    "number": ("multipleOf", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"),
    "array": ("minItems", "maxItems"),
}
_KEPT["integer"] = _KEPT["number"]
LAZY = "an Iterable"
"""What a list is marked with that the type does not check when it comes."""
_UNSAYABLE = {
    LAZY: "its items are not checked, and it can be read once: list[X]",
    "not": "say what is allowed instead",
    "if": "use a union of models",
    "dependentRequired": "use a union of models",
    "dependentSchemas": "use a union of models",
    "contains": "check it in a validator",
    "unevaluatedProperties": "check it in a validator",
}
_LOOKING_AROUND = re.compile(r"\(\?[=!<]")


@dataclass(frozen=True, slots=True)
class SchemaFault:
    """One place of a type that the strict subset has no words for.

    `pointer`: JSON pointer into the type's own schema (`#/properties/x`). `rule`: what is not kept. `hint`: what to do.
    """

    pointer: str
    rule: str
    hint: str

    def __str__(self) -> str:
        return f"{self.pointer}: {self.rule} ({self.hint})"


@dataclass(slots=True)
class Plan:
    """The whole: `undo` takes the parsed JSON of an answer and gives what the type takes."""

    schema: Schema
    undo: Undo
    faults: list[SchemaFault] = field(default_factory=list)


def convert(schema: Schema) -> Plan:
    """Rewrite a schema of pydantic's; `faults` lists what cannot be said (the schema is not usable then)."""
    work = _Converter(schema)
    root = {name: value for name, value in schema.items() if name != "$defs"}
    if set(root) == {"$ref"}:  # a model that contains itself
        name = _name_of(root["$ref"])
        root = work.definitions.get(name, {})
    form = work.form(root, "#", 0)
    whole, undo = form.schema, form.undo
    if whole.get("type") != "object" or _is_rewritten(root):
        whole, undo = _object({"value": whole}), out_of("value", form)
    while work.waiting:  # definitions that are used by definitions
        name = work.waiting.pop()
        if name not in work.forms:
            work.forms[name] = work.form(work.definitions.get(name, {}), f"#/$defs/{escaped(name)}", 0)
    if work.forms:
        whole = {**whole, "$defs": {name: each.schema for name, each in work.forms.items()}}
    if work.properties > MOST_PROPERTIES:
        work.fault("#", f"{work.properties} properties, the service takes {MOST_PROPERTIES}", "split the type")
    if work.values > MOST_VALUES:
        work.fault("#", f"{work.values} enum values, the service takes {MOST_VALUES}", "take a string instead")
    return Plan(whole, undo, list(dict.fromkeys(work.faults)))


def _with_tags(schema: Schema) -> dict[str, Schema]:
    """The definitions, in which what tells the members of a union has to be there."""
    definitions: dict[str, Schema] = dict(schema.get("$defs", {}))
    for name, tag in _tags(schema):
        made = definitions.get(name, {})
        if tag in made.get("properties", {}) and tag not in made.get("required", ()):
            definitions[name] = {**made, "required": [*made.get("required", ()), tag]}
    return definitions


def _tags(node: Any) -> Iterator[tuple[str, str]]:
    """The members of all unions that are told by a tag: the name of each, and what the tag is called."""
    if isinstance(node, dict):
        told = node.get("discriminator")
        tag = told.get("propertyName") if isinstance(told, dict) else None
        if isinstance(tag, str):
            yield from ((name, tag) for name in _members(node))
    inner: Any = node.values() if isinstance(node, dict) else node if isinstance(node, list) else ()
    for each in inner:
        yield from _tags(each)


def _is_constant(node: Any) -> bool:
    """Whether there is one value, and the default is that: a null would say nothing that is not known."""
    return "const" in node and node.get("default") == node["const"]


def _members(node: Schema) -> Iterator[str]:
    """The definitions that a union consists of; a union inside of it is of the same."""
    for each in node.get("oneOf", ()):
        if "$ref" in each:
            yield _name_of(each["$ref"])
        else:
            yield from _members(each)


class _Converter:
    """Walks one schema, and counts and collects on its way."""

    def __init__(self, schema: Schema) -> None:
        self.definitions: dict[str, Schema] = _with_tags(schema)
        self.forms: dict[str, Form] = {}
        self.waiting: list[str] = []
        self.open: list[str] = []
        self.faults: list[SchemaFault] = []
        self.properties = 0
        self.values = 0

    def fault(self, pointer: str, rule: str, hint: str) -> None:
        """Remember what cannot be said."""
        self.faults.append(SchemaFault(pointer, rule, hint))

    def form(self, node: Any, pointer: str, depth: int) -> Form:
        """One schema and all below it."""
        if not isinstance(node, dict):
            self.fault(pointer, "a value of any type", "name the type")
            return anything({})
        if depth > DEEPEST:
            self.fault(pointer, f"more than {DEEPEST} levels deep", "make the type flatter")
            return anything({})
        for word in (word for word in _UNSAYABLE if word in node):
            self.fault(pointer, f"the keyword {word!r}", _UNSAYABLE[word])
        if "allOf" in node:
            parts = [part for part in node["allOf"] if isinstance(part, dict)]
            node = {key: value for key, value in node.items() if key != "allOf"}
            for part in parts:
                node = {**part, **node}
            if len(parts) > 1:
                self.fault(pointer, "the keyword 'allOf' with several members", "write one model")
        if "$ref" in node:
            return self.reference(node, pointer, depth)
        for word in ("anyOf", "oneOf"):
            if word in node:
                forms = [self.form(each, f"{pointer}/{word}/{number}", depth) for number, each in enumerate(node[word])]
                return union(_described(node, {"anyOf": _flat(forms)}), forms)
        return self.simple(node, pointer, depth)

    def reference(self, node: Schema, pointer: str, depth: int) -> Form:
        """`$ref` alone stays; with siblings (a description, say) the definition is written out in its place."""
        name = _name_of(node["$ref"])
        beside = {key: value for key, value in node.items() if key not in ("$ref", "default", "title")}
        if not beside:
            self.waiting.append(name)
            return Form(
                {"$ref": node["$ref"]},
                lambda value, whole=True: self.of(name).fits(value, whole),
                lambda value, whole=True: self.of(name).undo(value, whole),
            )
        if name in self.open:  # it contains itself: written out once is enough
            form = self.reference({"$ref": node["$ref"]}, pointer, depth)
            return Form(_described(node, {"anyOf": [form.schema]}), form.fits, form.undo)
        self.open.append(name)
        form = self.form({**self.definitions.get(name, {}), **beside}, pointer, depth)
        self.open.pop()
        return form

    def of(self, name: str) -> Form:
        """The form of a definition; known once everything is converted."""
        return self.forms[name]

    def simple(self, node: Schema, pointer: str, depth: int) -> Form:
        """What is no union and no reference."""
        if "const" in node or "enum" in node:
            return self.listed(node, pointer)
        kind = node.get("type")
        if isinstance(kind, list):
            return self.form(
                {
                    **{k: v for k, v in node.items() if k != "type"},
                    "anyOf": [{**_inner(node), "type": each} for each in kind],
                },
                pointer,
                depth,
            )
        if kind == "object":
            return self.object(node, pointer, depth)
        if kind == "array":
            return self.array(node, pointer, depth)
        if kind not in ("string", "number", "integer", "boolean", "null"):
            self.fault(pointer, "a value of any type", "name the type: str, a union, a model")
            return anything({})
        return scalar(_described(node, {"type": kind} | _kept(node, kind)), kind)

    def listed(self, node: Schema, pointer: str) -> Form:
        """One of some values."""
        values = [node["const"]] if "const" in node else list(node["enum"])
        self.values += len(values)
        kinds = list(dict.fromkeys(kind_of(value) for value in values))
        if not values or "" in kinds:
            self.fault(pointer, "a constant that is not text, number, bool or null", "use a model")
        schema: Schema = {"type": kinds[0] if len(kinds) == 1 else kinds, "enum": values}
        if kinds == ["null"]:
            schema = {"type": "null"}
        elif "const" in node:
            schema = {"type": kinds[0], "const": values[0]}
        return one_of(_described(node, schema), values)

    def object(self, node: Schema, pointer: str, depth: int) -> Form:
        """A model, or a dict."""
        if "properties" not in node and (
            node.get("additionalProperties", False) is not False or "patternProperties" in node
        ):
            return self.mapping(node, pointer, depth)
        named: Schema = node.get("properties", {})
        required = node.get("required", ())
        self.properties += len(named)
        forms: dict[str, Form] = {}
        left_out: set[str] = set()
        for name, inner in named.items():
            form = self.form(inner, f"{pointer}/properties/{escaped(name)}", depth + 1)
            if name not in required and not self.takes_null(inner):
                left_out.add(name)
                nullable = or_null(form)
                form = Form(form.schema, nullable.fits, nullable.undo) if _is_constant(inner) else nullable
            forms[name] = form
        schema = _object({name: form.schema for name, form in forms.items()})
        return record(_described(node, schema), forms, left_out)

    def takes_null(self, node: Any, seen: tuple[str, ...] = ()) -> bool:
        """Whether null is a value of a schema."""
        if not isinstance(node, dict):
            return True
        name = _name_of(node["$ref"]) if "$ref" in node else None
        if name is not None:
            return name not in seen and self.takes_null(self.definitions.get(name, {}), (*seen, name))
        if "const" in node or "enum" in node:
            return None in node.get("enum", [node.get("const", "")])
        branches = [*node.get("anyOf", ()), *node.get("oneOf", ())]
        return node.get("type") == "null" or any(self.takes_null(each, seen) for each in branches)

    def mapping(self, node: Schema, pointer: str, depth: int) -> Form:
        """A dict: a list of `{key, value}`."""
        where, of_values = "additionalProperties", node.get("additionalProperties", {})
        key: Schema = node.get("propertyNames") or {"type": "string"}
        patterns: Schema = node.get("patternProperties", {})
        if patterns:
            pattern, of_values = next(iter(patterns.items()))
            key, where = {**key, "pattern": pattern}, f"patternProperties/{escaped(pattern)}"
        if len(patterns) > 1:
            self.fault(pointer, "several patterns of keys", "use one dict for each")
        if of_values is True or of_values == {}:
            self.fault(pointer, "an object with free keys and values of any type", "dict[str, X], or a model")
            return anything({})
        key_form = self.form(key, f"{pointer}/propertyNames", depth + 2)
        form = self.form(of_values, f"{pointer}/{where}", depth + 2)
        self.properties += 2
        entry = _object({"key": key_form.schema, "value": form.schema})
        wanted = {"minProperties": "minItems", "maxProperties": "maxItems"}
        bounds = {wanted[word]: node[word] for word in wanted if word in node}
        rest = {word: value for word, value in node.items() if word not in wanted}
        pairs = "entries, each key once"
        schema = _described(rest, {"type": "array", "items": entry, **bounds}, pairs)
        return entries(schema, key_form, form)

    def array(self, node: Schema, pointer: str, depth: int) -> Form:
        """A list, or a tuple of fixed length: an object with a property for each place."""
        prefix = node.get("prefixItems")
        if prefix is None and node.get("maxItems") != 0:
            form = self.form(node.get("items"), f"{pointer}/items", depth + 1)
            schema = _described(node, {"type": "array", "items": form.schema} | _kept(node, "array"))
            return items(schema, form)
        if node.get("items") or len(prefix or ()) > node.get("minItems", 0):
            self.fault(pointer, "a tuple of varying length", "use a list, or a tuple of fixed length")
        forms = {
            f"item_{number}": self.form(each, f"{pointer}/prefixItems/{number}", depth + 1)
            for number, each in enumerate(prefix or ())
        }
        self.properties += len(forms)
        schema = _object({name: form.schema for name, form in forms.items()})
        return places(_described(node, schema), forms)


def _flat(forms: list[Form]) -> list[Schema]:
    """The branches of a union, those of a union inside it among them."""
    found: list[Schema] = []
    for form in forms:
        found += form.schema["anyOf"] if set(form.schema) == {"anyOf"} else [form.schema]
    return found


def _object(properties: Mapping[str, Schema]) -> Schema:
    return {
        "type": "object",
        "properties": dict(properties),
        "required": list(properties),
        "additionalProperties": False,
    }


def _is_rewritten(node: Schema) -> bool:
    """Whether what is an object now was none before (a tuple): the root has to be told apart."""
    return node.get("type") != "object"


def _kept(node: Schema, kind: str) -> Schema:
    """The keywords beside the type that the subset knows."""
    found = {word: node[word] for word in _KEPT.get(kind, ()) if word in node}
    if found.get("format", "date") not in _FORMATS:
        del found["format"]
    if _LOOKING_AROUND.search(str(found.get("pattern", ""))):
        del found["pattern"]
    return found


def _inner(node: Schema) -> Schema:
    return {word: value for word, value in node.items() if word not in ("description", "title", "default")}


def _described(node: Schema, schema: Schema, note: str = "") -> Schema:
    """With the description, and what the schema lost written into it."""
    said = [str(node["description"])] if node.get("description") else []
    lost = [
        text.format(node[word]) for word, text in _LOST.items() if node.get(word) is not None and word not in schema
    ]
    if note or lost:
        said.append(f"({', '.join([note, *lost] if note else lost)})")
    return {**schema, "description": " ".join(said)} if said else schema


def _name_of(reference: str) -> str:
    return unescaped(reference.rpartition("/")[2])
