"""`openai.lib._pydantic`: the strict schema of a type, which is made in `typed_openai.structured.output_format`."""

from __future__ import annotations

from typing import Any

from pydantic import TypeAdapter

from typed_openai.structured.output_format import json_schema_for


def to_strict_json_schema(model: type[Any] | TypeAdapter[Any]) -> dict[str, Any]:
    """The JSON schema of a type as strict mode takes it. Raises `SchemaError` for what strict schemas cannot say."""
    schema = json_schema_for(model).response_format.json_schema.schema_
    return dict(schema or {})
