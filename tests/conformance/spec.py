"""The API description as facts: `openapi.json` (OpenAPI 3.1) and `operations.json`, loaded once, with look-ups.

Rules
* Both files are byte-for-byte copies of the shared facts; what is odd about them is put right here while loading, in
  memory: where the service answers null against them (`RECORDED_NULLS`) it wins; `$recursiveRef: "#"` becomes a `$ref`
  to the component with `$recursiveAnchor` that it stands in; lists are called so; a request that is described as its
  answer is not. The rest (nullable in two spellings, boolean `exclusiveMinimum`, unions that overlap) is left for the
  readers to cope with.
* Nobody changes what these functions return: it is shared and cached.

Weak spots
* Only local references (`#/a/b`) are followed; the document has no others.
* `operations.json` knows more operations than the description (`in_spec` is missing there): `operation_schemas` raises
  `KeyError` for those, and `operation_is_described` says so beforehand.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, TypeAlias, TypeGuard

HERE = Path(__file__).parent

Schema: TypeAlias = dict[str, Any]
"""A JSON schema, or any other JSON object of the description."""

JSON_CONTENT = "application/json"
FORM_CONTENT = "multipart/form-data"
EVENT_CONTENT = "text/event-stream"


def is_object(value: object) -> TypeGuard[dict[str, Any]]:
    """Whether a JSON value is an object."""
    return isinstance(value, dict)


def is_array(value: object) -> TypeGuard[list[Any]]:
    """Whether a JSON value is an array."""
    return isinstance(value, list)


RECORDED_NULLS = {"VectorStoreObject": ("name",)}
"""Fields that the description does not let be null and the service does: of a store without a name."""


AS_AN_ANSWER = "RealtimeSessionCreateRequest"
"""The request of before 2025-08, which the description takes for its answer."""
AS_THE_OFFICIAL_PACKAGE_SAYS: Schema = {
    "client_secret": {
        "type": "object",
        "properties": {
            "expires_after": {
                "type": "object",
                "properties": {"anchor": {"enum": ["created_at"]}, "seconds": {"type": "integer", "minimum": 10}},
            }
        },
    },
    "turn_detection": {
        "type": "object",
        "properties": {
            "type": {"type": "string", "enum": ["server_vad", "semantic_vad"]},
            "threshold": {"type": "number"},
            "prefix_padding_ms": {"type": "integer"},
            "silence_duration_ms": {"type": "integer"},
        },
    },
    **{f"{way}_audio_format": {"enum": ["pcm16", "g711_ulaw", "g711_alaw"]} for way in ("input", "output")},
}


@dataclass(frozen=True, slots=True)
class Parameter:
    """A path, query or header parameter: its schema, whether it must be given, and how objects are spelled."""

    name: str
    place: str
    required: bool
    schema: Schema
    style: str | None = None


@dataclass(frozen=True, slots=True)
class OperationSchemas:
    """What the description says about one (verb, path): what goes in, what comes out."""

    operation_id: str
    bodies: Mapping[str, Schema] = field(default_factory=dict[str, Schema])
    """Request body schemas by content type."""
    body_required: bool = False
    responses: Mapping[str, Schema] = field(default_factory=dict[str, Schema])
    """Schemas of the successful (2xx) answer by content type."""
    failures: tuple[Schema, ...] = ()
    """Schemas of the answers that say what went wrong."""
    parameters: tuple[Parameter, ...] = ()

    @property
    def body(self) -> Schema | None:
        """The request body: the JSON form, else the multipart form, else None."""
        return self.bodies.get(JSON_CONTENT) or self.bodies.get(FORM_CONTENT)

    @property
    def response(self) -> Schema | None:
        """The JSON answer, or None where the answer is empty, binary or a stream."""
        return self.responses.get(JSON_CONTENT)

    @property
    def event(self) -> Schema | None:
        """One event of the streamed answer, or None where the operation does not stream."""
        return self.responses.get(EVENT_CONTENT)

    def _placed(self, place: str) -> dict[str, Parameter]:
        return {p.name: p for p in self.parameters if p.place == place}

    @property
    def query(self) -> dict[str, Parameter]:
        """Query parameters by their name on the wire (`include[]` keeps its brackets)."""
        return self._placed("query")

    @property
    def path(self) -> dict[str, Parameter]:
        """Path parameters by name."""
        return self._placed("path")

    @property
    def headers(self) -> dict[str, Parameter]:
        """Header parameters by name."""
        return self._placed("header")


def _settle_recursion(node: object, target: str) -> None:
    """Turn `$recursiveRef: "#"` into a plain reference to the component that it stands in."""
    if is_object(node):
        if node.pop("$recursiveRef", None) is not None:
            node["$ref"] = target
        for child in node.values():
            _settle_recursion(child, target)
    elif is_array(node):
        for child in node:
            _settle_recursion(child, target)


def _settle_lists(schemas: Schema) -> None:
    """Say of a field with `items` that it is a list."""
    for schema in schemas.values():
        for described in schema.get("properties", {}).values():
            if "items" in described:
                described.setdefault("type", "array")


@cache
def document() -> Schema:
    """The whole description, recursion settled; it is the `root` that references are resolved against."""
    loaded: Schema = json.loads((HERE / "openapi.json").read_bytes())
    for name, component in loaded["components"]["schemas"].items():
        if component.get("$recursiveAnchor"):
            _settle_recursion(component, f"#/components/schemas/{name}")
    for name, fields in RECORDED_NULLS.items():
        properties = loaded["components"]["schemas"][name]["properties"]
        for each in fields:
            properties[each] = {"anyOf": [properties[each], {"type": "null"}]}
    _settle_lists(loaded["components"]["schemas"])
    request = loaded["components"]["schemas"][AS_AN_ANSWER]
    request["properties"].update(AS_THE_OFFICIAL_PACKAGE_SAYS)
    del request["required"], request["properties"]["prompt"], request["properties"]["truncation"]
    for name in ("CreateSkillBody", "CreateSkillVersionBody"):  # a skill without a file has no SKILL.md
        loaded["components"]["schemas"][name]["properties"]["files"]["oneOf"][0]["minItems"] = 1
    return loaded


@cache
def operations() -> tuple[Schema, ...]:
    """Every row of `operations.json`: resource, method, kind, verb, path, parameter names, result names."""
    return tuple(json.loads((HERE / "operations.json").read_bytes()))


def resolve(ref: str, root: Schema) -> Any:
    """What a local reference (`#/a/b`, JSON pointer escapes included) points at; `KeyError` when it dangles."""
    if not ref.startswith("#"):
        raise KeyError(ref)
    node: Any = root
    for token in ref[1:].split("/")[1:]:
        key = token.replace("~1", "/").replace("~0", "~")
        node = node[int(key)] if is_array(node) else node[key]
    return node


def schemas() -> dict[str, Schema]:
    """All component schemas by name."""
    found: dict[str, Schema] = document()["components"]["schemas"]
    return found


def schema(name: str) -> Schema:
    """A component schema by name; raises `KeyError` for a name that the description does not have."""
    return schemas()[name]


def _deref(node: Schema) -> Schema:
    while "$ref" in node:
        node = resolve(node["$ref"], document())
    return node


def _contents(node: Schema) -> dict[str, Schema]:
    return {kind: media["schema"] for kind, media in node.get("content", {}).items() if "schema" in media}


def operation_is_described(verb: str, path: str) -> bool:
    """Whether the description knows this verb and path (spelled as there: `/files/{file_id}`)."""
    return verb.lower() in document()["paths"].get(path, {})


@cache
def operation_schemas(verb: str, path: str) -> OperationSchemas:
    """Everything the description says about one operation; raises `KeyError` when it does not know the operation."""
    item = document()["paths"][path]
    operation = item[verb.lower()]
    body = _deref(operation.get("requestBody", {}))
    every = [(status[0] == "2", _deref(answer)) for status, answer in sorted(operation["responses"].items())]
    answers = [answer for went_well, answer in every if went_well]
    declared = [_deref(p) for p in [*item.get("parameters", []), *operation.get("parameters", [])]]
    return OperationSchemas(
        operation_id=operation["operationId"],
        bodies=_contents(body),
        body_required=bool(body.get("required", False)),
        responses={kind: found for answer in answers for kind, found in _contents(answer).items()},
        failures=tuple(found for well, answer in every if not well for found in _contents(answer).values()),
        parameters=tuple(
            Parameter(p["name"], p["in"], bool(p.get("required", False)), p["schema"], p.get("style")) for p in declared
        ),
    )
