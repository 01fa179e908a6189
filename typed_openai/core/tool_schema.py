"""JSON schemas for the arguments of tools: as pydantic gives them, made tidy, and in the strict subset. Pure.

    tidy(schema)              without the titles that pydantic invents
    strict(schema, ...)       in the subset that a service with `strict: true` keeps to; `NotStrict` says why not

The strict subset: each object names all its properties, requires all of them and takes no others; alternatives are
`anyOf`; `$ref` stands alone; no defaults. What is rewritten here: an argument that may be left out becomes one that
may be null (the caller undoes it: null then means *left out*); a default inside a nested object is dropped, its
property required; `oneOf` with a discriminator becomes `anyOf`; bounds that the subset has no word for (lengths of
texts, unique items) are dropped, as they are checked when the arguments come back. What cannot be said: objects with
free keys, tuples, values of any type.

Weak spot: which keywords a service takes grows over time; a keyword that is not known here goes to it as it is.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any

Schema = dict[str, Any]

_DROPPED = frozenset({"default", "discriminator", "minLength", "maxLength", "uniqueItems", "examples", "deprecated"})
_DROPPED_OF_OBJECTS = frozenset({"minProperties", "maxProperties"})
_FORMATS = frozenset({"date-time", "time", "date", "duration", "email", "hostname", "ipv4", "ipv6", "uuid"})
_UNSAYABLE = (
    "prefixItems",
    "patternProperties",
    "propertyNames",
    "not",
    "allOf",
    "if",
    "dependentRequired",
    "contains",
)
_KINDS = ("type", "anyOf", "$ref", "enum", "const")


class NotStrict(ValueError):
    """A schema says something that the strict subset has no words for; the message says where and what."""


def tidy(schema: Schema) -> Schema:
    """The schema without `title`s (a property that is called so stays); the schema given is left as it is."""

    def without_title(node: Schema, _: str) -> Schema:
        return {key: value for key, value in node.items() if key != "title"}

    return _walk(schema, without_title, "")


def strict(schema: Schema, nullable: Collection[str]) -> Schema:
    """The schema in the strict subset; the properties `nullable` of its root also take null. Raises `NotStrict`."""
    root = dict(schema)
    root["properties"] = {
        name: _or_null(value) if name in nullable else value for name, value in root.get("properties", {}).items()
    }
    return _walk(root, _strict_node, "")


def takes_null(schema: Schema, definitions: Schema) -> bool:
    """Whether null is a value of this schema."""
    reference = schema.get("$ref")
    if isinstance(reference, str):
        return takes_null(definitions.get(reference.rpartition("/")[2], {}), {})
    kinds = schema.get("type")
    listed = kinds if isinstance(kinds, list) else [kinds]
    if "null" in listed or ("const" in schema and schema["const"] is None) or None in schema.get("enum", ()):
        return True
    return any(takes_null(each, definitions) for each in (*schema.get("anyOf", ()), *schema.get("oneOf", ())))


def _or_null(schema: Schema) -> Schema:
    """The same, or null; the description stays outside, where the model sees it first."""
    inner = {key: value for key, value in schema.items() if key not in ("description", "default")}
    outer = {"description": schema["description"]} if "description" in schema else {}
    if set(inner) == {"anyOf"}:
        return {"anyOf": [*inner["anyOf"], {"type": "null"}], **outer}
    return {"anyOf": [inner, {"type": "null"}], **outer}


def _strict_node(node: Schema, place: str) -> Schema:
    where = place or "(root)"
    for word in _UNSAYABLE:
        if word in node:
            raise NotStrict(f"{where}: {word!r} (strict schemas have no word for it)")
    kept = {key: value for key, value in node.items() if key not in _DROPPED}
    if "oneOf" in kept:
        kept["anyOf"] = kept.pop("oneOf")
    if kept.get("format") not in _FORMATS:
        kept.pop("format", None)
    if "$ref" in kept and len(kept) > 1:
        kept = {"anyOf": [{"$ref": kept.pop("$ref")}], **kept}
    if not any(word in kept for word in _KINDS):
        raise NotStrict(f"{where}: a value of any type")
    if kept.get("type") == "array" and "items" not in kept:
        raise NotStrict(f"{where}: a list of anything")
    return _strict_object(kept, where) if kept.get("type") == "object" else kept


def _strict_object(node: Schema, where: str) -> Schema:
    if node.get("additionalProperties") or "properties" not in node:
        raise NotStrict(f"{where}: an object with free keys")
    kept = {key: value for key, value in node.items() if key not in _DROPPED_OF_OBJECTS}
    return kept | {"required": list(node["properties"]), "additionalProperties": False}


def _below(node: Any, change: Callable[[Schema, str], Schema], place: str) -> Any:
    """The same for what may be a schema, or True or False in the place of one."""
    return _walk(node, change, place) if isinstance(node, dict) else node


def _walk(node: Schema, change: Callable[[Schema, str], Schema], place: str) -> Schema:
    """Change each schema in `node`, from the outside in; names of properties and values of enums are not schemas."""
    changed = change(node, place)
    for key, value in list(changed.items()):
        if key in ("properties", "$defs", "definitions", "patternProperties") and isinstance(value, dict):
            changed[key] = {
                name: _below(each, change, f"{place}.{name}" if place else name) for name, each in value.items()
            }
        elif key in ("anyOf", "oneOf", "allOf", "prefixItems") and isinstance(value, list):
            changed[key] = [_below(each, change, place) for each in value]
        elif key == "items":
            changed[key] = _below(value, change, f"{place}[]")
        elif key in ("additionalProperties", "not", "propertyNames", "contains"):
            changed[key] = _below(value, change, place)
    return changed
