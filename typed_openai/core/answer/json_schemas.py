"""Our models as JSON Schema, as OpenAPI documents of web applications have it. Loaded when somebody asks for one.

The sentence under a field becomes its description. A discriminator maps tags to references only, which is all that
OpenAPI knows: a tag that several models share has none, and `oneOf` or `anyOf` says which there are.

Weak spot: where there is no source (a frozen application) there are no sentences.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pydantic import BaseModel

from typed_openai.core.attribute_docs import attribute_docs


def with_sentences(
    model: type[BaseModel], schema: dict[str, Any], resolve: Callable[[dict[str, Any]], dict[str, Any]]
) -> dict[str, Any]:
    """The schema of a model, each property with its sentence."""
    properties = resolve(schema).get("properties", {})
    for name, text in attribute_docs(model).items():
        info = model.__pydantic_fields__.get(name)
        for key in () if info is None else {name, info.alias or name, info.serialization_alias or name}:
            if key in properties:
                properties[key].setdefault("description", " ".join(text.split()))
    return schema


def with_plain_mappings(schema: dict[str, Any]) -> dict[str, Any]:
    """The schema of a tagged union, and of those in its items and values, without tags that are no plain reference."""
    found = schema.get("discriminator", {})
    mapping = found.get("mapping", {})
    plain = {tag: where for tag, where in mapping.items() if isinstance(where, str)}
    if plain != mapping:
        del schema["discriminator"]
    for member in [*schema.get("anyOf", ()), *schema.get("oneOf", ())]:
        with_plain_mappings(member)
    for key in ("items", "additionalProperties"):
        if isinstance(schema.get(key), dict):
            with_plain_mappings(schema[key])
    return schema
