"""What others say of each operation: an API description, or the signatures and types of an official package.

An `Operation` has its JSON schemas with the document that their references lead into; of a package they are made by
pydantic from its annotations. Weak spot: annotations that pydantic cannot describe (open files) are compared by name.
"""

from __future__ import annotations

import importlib
import inspect
import json
import subprocess
import sys
import types
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Union, get_args, get_origin, get_type_hints

import yaml
from pydantic import PydanticUserError, TypeAdapter
from pydantic.errors import PydanticInvalidForJsonSchema

from typed_openai.core.declare.signature import union_of

Schema = dict[str, Any]
_VERBS = ("get", "post", "put", "patch", "delete")
_NOT_PARAMETERS = frozenset({"self", "extra_headers", "extra_query", "extra_body", "timeout", "return", "kwargs"})


class SourceError(Exception):
    """A source that cannot be read; the message says why."""


@dataclass
class Operation:
    """One operation: how it is called (`POST /files`, or `files.create`), and its schemas, by what they are of."""

    title: str
    verb: str = ""
    path: str = ""
    parameters: dict[str, tuple[Schema, Schema]] = field(default_factory=dict[str, tuple[Schema, Schema]])
    """Each parameter: its schema, and the document around it."""
    headers: tuple[str, ...] = ()
    answers: list[tuple[Schema, Schema]] = field(default_factory=list[tuple[Schema, Schema]])
    events: list[tuple[Schema, Schema]] = field(default_factory=list[tuple[Schema, Schema]])


# -- descriptions ------------------------------------------------------------------------------------------------------


def of_description(path: Path) -> list[Operation]:
    """The operations of an API description, and its webhooks as one operation that has events only."""
    document = _read(path)
    if not isinstance(document, dict) or not isinstance(document.get("paths"), dict):
        raise SourceError(f"{path} is not an API description: it has no paths")
    found: list[Operation] = []
    for place, item in document["paths"].items():
        for verb in (verb for verb in _VERBS if verb in item):
            found.append(_described(document, verb.upper(), place, item))
    hooks = [item["post"] for item in document.get("webhooks", {}).values() if "post" in item]
    events = [content["schema"] for hook in hooks for content in hook["requestBody"]["content"].values()]
    sockets = [name for name in document.get("components", {}).get("schemas", {}) if name.endswith(_UNIONS)]
    told = [({"$ref": f"#/components/schemas/{name}"}, document) for name in sockets]
    found += [Operation(OF_EVENTS + name, events=[each]) for name, each in zip(sockets, told, strict=True)]
    return [*found, Operation("webhooks", events=[(each, document) for each in events])]


OF_EVENTS = "events "
"""How the title begins of what is no operation, but a union of the events that go over a socket."""
_UNIONS = ("ServerEvent", "ClientEvent", "AssistantStreamEvent")
_AREAS = ("types.realtime", "types.live", "types.responses", "types.beta")
"""Where a package has such unions."""
_OF_LIVE = {
    "Client": "LiveClient",
    "Server": "LiveServer",
    "ForkClient": "LiveForkClient",
    "ForkServer": "LiveForkServer",
    "ConnectClient": "LiveSidebandClient",
    "ConnectServer": "LiveSidebandServer",
}
"""How names of the unions begin there, and in our models."""


def _read(path: Path) -> Any:
    """What stands in a file of JSON or YAML, which is how OpenAI publishes its description."""
    kind = "JSON" if path.suffix == ".json" else "YAML"
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        content = path.read_bytes()
        return json.loads(content) if kind == "JSON" else yaml.load(content, loader)  # noqa: S506 - both are safe
    except (OSError, ValueError, yaml.YAMLError) as error:
        raise SourceError(f"{path} cannot be read as {kind}: {' '.join(str(error).split())}") from error


def _described(document: Schema, verb: str, place: str, item: Schema) -> Operation:
    operation = item[verb.lower()]
    given = Operation(f"{verb} {place}", verb, place)
    for each in (_target(each, document) for each in [*item.get("parameters", []), *operation.get("parameters", [])]):
        if each["in"] == "header":
            given.headers += (each["name"].lower(),)
        elif each["in"] == "query":
            given.parameters[each["name"].removesuffix("[]")] = (each["schema"], document)
    for schema in _contents(_target(operation.get("requestBody", {}), document)).values():
        given.parameters |= {name: (inner, document) for name, inner in properties(schema, document).items()}
    for status, answer in operation.get("responses", {}).items():
        if str(status).startswith("2"):
            for kind, schema in _contents(_target(answer, document)).items():
                (given.events if kind == "text/event-stream" else given.answers).append((schema, document))
    return given


def _contents(node: Schema) -> dict[str, Schema]:
    return {kind: media["schema"] for kind, media in node.get("content", {}).items() if "schema" in media}


def _target(node: Schema, document: Schema) -> Schema:
    """What a reference leads to, or the node itself."""
    while "$ref" in node:
        found: Any = document
        for step in node["$ref"].split("/")[1:]:
            found = found.get(step.replace("~1", "/").replace("~0", "~"), {})
        node = found
    return node


def properties(schema: Schema, document: Schema) -> dict[str, Schema]:
    """The properties of an object, with those of what it is made of."""
    schema = _target(schema, document)
    found: dict[str, Schema] = {}
    for part in schema.get("allOf", ()):
        found |= properties(part, document)
    own: dict[str, Schema] = schema.get("properties", {})
    return found | own


# -- packages ----------------------------------------------------------------------------------------------------------


def fetched(requirement: str, folder: Path) -> str:
    """Install another version of a package into a folder, which is what this gives."""
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--target", str(folder), requirement]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SourceError(f"{requirement} cannot be installed: {done.stderr.strip()}")
    return str(folder)


def of_package(name: str) -> list[Operation]:
    """The operations of an official package: one that is installed, or lies in a folder."""
    if Path(name).is_dir():
        sys.path.insert(0, name)
        name = "openai"
    try:
        package = importlib.import_module(name)
        client = package.OpenAI(api_key="sk-drift")
    except (ImportError, AttributeError) as error:
        raise SourceError(f"{name} is neither a file of JSON, a folder, nor an official package: {error}") from error
    found = [_called(title, function) for title, function in sorted(methods(client, "", client))]
    return [*found, *_events_of(package.__name__)]


def _events_of(package: str) -> Iterator[Operation]:
    """What a package has for the events of sockets."""
    for place in _AREAS:
        try:
            area = importlib.import_module(f"{package}.{place}")
        except ImportError:
            continue
        for name in (each for each in dir(area) if each.endswith(_UNIONS)):
            begin = name.removesuffix("Event")
            called = f"{_OF_LIVE.get(begin, begin)}Event"
            yield Operation(OF_EVENTS + called, events=[schema_of(getattr(area, name))])


def methods(owner: Any, place: str, client: Any) -> Iterator[tuple[str, Callable[..., Any]]]:
    """The operations below a client, by the names that lead to them, as functions."""
    for name in (name for name in dir(type(owner)) if not name.startswith("_") and not name.startswith("with_")):
        value = inspect.getattr_static(type(owner), name)
        if isinstance(value, types.FunctionType):
            if owner is not client:
                yield f"{place}{name}", value
        elif owner is client or place:
            below = getattr(owner, name, None)
            if hasattr(below, "_client") and below is not owner:
                yield from methods(below, f"{place}{name}.", client)


def _called(title: str, function: Callable[..., Any]) -> Operation:
    function = inspect.unwrap(function)
    names = [name for name in inspect.signature(function).parameters if name not in _NOT_PARAMETERS]
    try:
        hints = get_type_hints(function, vars(sys.modules[function.__module__]), {}, include_extras=True)
    except NameError:  # what is imported for type checkers only
        hints = {}
    found = Operation(title, parameters={name: schema_of(hints.get(name, Any)) for name in names})
    for each in _members(hints.get("return")):
        streams = getattr(get_origin(each), "__name__", "") == "Stream"
        kept = [*get_args(each)] if get_origin(each) is not None else [each]
        (found.events if streams else found.answers).extend(schema_of(inner) for inner in kept if inner is not None)
    return found


def _members(annotation: Any) -> list[Any]:
    is_union = get_origin(annotation) in (Union, types.UnionType)
    return [inner for each in get_args(annotation) for inner in _members(each)] if is_union else [annotation]


def schema_of(annotation: Any) -> tuple[Schema, Schema]:
    """The JSON schema of an annotation, and the document around it; empty where pydantic cannot describe it."""
    kept = [each for each in _members(annotation) if getattr(each, "__name__", "") not in ("Omit", "NotGiven")]
    try:
        schema: Schema = TypeAdapter(union_of(kept)).json_schema()
    except (PydanticUserError, PydanticInvalidForJsonSchema, NameError, TypeError):
        return {}, {}
    return schema, schema
