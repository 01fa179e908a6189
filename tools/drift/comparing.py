"""Schemas of others beside our declarations and models: what they have and we lack, in lines.

Objects are paired with the model in the same place that their tag (`type`, `role`, `object`) names, else with the one
that is most like them. A place that takes anything (`dict`, `Any`) lacks nothing, nor does a string whose values nobody
lists. Weak spot: what moved to another place counts as lacking there.
"""

from __future__ import annotations

import importlib
import inspect
import typing
from collections.abc import Iterator, Sequence
from keyword import iskeyword
from typing import Any, Literal, get_args, get_origin

from pydantic import BaseModel

from tests.conformance.declared import declared, places
from tools.drift.sources import OF_EVENTS, Operation, Schema, properties
from tools.official_names import bare, fields, is_shape, our_classes
from typed_openai import OpenAI
from typed_openai.core.declare.endpoint import Endpoint
from typed_openai.core.declare.signature import union_of
from typed_openai.models.base import Suggested

TAGS = ("type", "role", "object", "event")
EVENTS = {
    "AssistantStreamEvent": "assistants.assistant_events",
    "BetaResponsesClientEvent": "responses.beta_socket_events",
    "BetaResponsesServerEvent": "responses.beta_socket_events",
    "LiveClientEvent": "live.client_events",
    "LiveForkClientEvent": "live.fork_events",
    "LiveForkServerEvent": "live.fork_events",
    "LiveServerEvent": "live.server_events",
    "LiveSidebandClientEvent": "live.sideband_events",
    "LiveSidebandServerEvent": "live.sideband_events",
    "RealtimeClientEvent": "realtime.client_events",
    "RealtimeServerEvent": "realtime.server_events",
    "RealtimeTranslationClientEvent": "realtime.translation_events",
    "RealtimeTranslationServerEvent": "realtime.translation_events",
    "ResponsesClientEvent": "responses.socket_events",
    "ResponsesServerEvent": "responses.socket_events",
}
"""Events that no operation reaches, as they go over sockets, or by name: in which of our models each union stands."""
_ALWAYS_TAKEN = frozenset({"betas", "stream", "poll_interval_ms", "event_handler"})


def lacking(operations: Sequence[Operation]) -> list[str]:
    """What these have and we lack, in their order, each once."""
    walk = Walk()
    for operation in operations:
        walk.operation(operation)
    return list(walk.found)


class Walk:
    """Walks schemas and annotations side by side."""

    def __init__(self) -> None:
        self.found: dict[str, None] = {}
        self.seen: set[tuple[str, type]] = set()
        self.by_path: dict[tuple[str, str], Endpoint] = {}
        for endpoint in declared().values():
            if endpoint.events_at is None:
                self.by_path.setdefault((endpoint.method, endpoint.path), endpoint)

    def operation(self, operation: Operation) -> None:
        """Compare one operation."""
        if operation.title == "webhooks":
            hooks = union_of([cls for cls in our_classes() if cls.__name__.endswith("WebhookEvent")])
            self.schemas(operation.events, hooks, "webhooks", "event")
            return
        if operation.title.startswith(OF_EVENTS):
            self.events(operation)
            return
        is_described = bool(operation.path)
        ours = self.by_path.get((operation.verb, operation.path)) if is_described else declared().get(operation.title)
        if ours is None and (is_described or operation.title not in places()):
            self.say(f"operation {operation.title}")
            return
        title = operation.title if ours is None else ours.title
        self.parameters(operation, title, ours)
        if ours is None:
            return
        self.headers(operation, ours)
        results = [ours.model, *(ours.results or {}).values()]
        if ours.page is not None:
            results = [*results, *get_args(ours.result)]
        self.schemas(operation.answers, union_of(results), title, "kind")
        if ours.stream is not None:
            self.schemas(operation.events, ours.stream.event, f"{title} (stream)", "event")

    def events(self, operation: Operation) -> None:
        """Compare the events of a socket."""
        name = operation.title.removeprefix(OF_EVENTS)
        if name not in EVENTS:
            self.say(operation.title)
            return
        ours = getattr(importlib.import_module(f"typed_openai.models.{EVENTS[name]}"), name)
        self.schemas(operation.events, ours, name, "event")

    def headers(self, operation: Operation, ours: Endpoint) -> None:
        """The headers that a call may set."""
        known = {*(ours.headers or {}), *(("openai-beta",) if ours.betas else ())}
        for name in operation.headers:
            if name not in {each.lower() for each in known}:
                self.say(f"header {name} of {ours.title}")

    def parameters(self, operation: Operation, title: str, ours: Endpoint | None) -> None:
        """The parameters, and what stands in them."""
        known = fields(ours.params) if ours is not None and ours.params is not None else {}
        names = {*known, *_signature(title)}
        for name, (schema, document) in operation.parameters.items():
            if name not in names and name not in _ALWAYS_TAKEN:
                self.say(f"parameter {name} of {title}")
            elif name in known and schema:
                self.compare(schema, known[name], document, f"{title}({name})", "kind")

    def schemas(self, schemas: Sequence[tuple[Schema, Schema]], ours: Any, place: str, kind: str) -> None:
        """Several schemas of one place."""
        for schema, document in schemas:
            self.compare(schema, ours, document, place, kind)

    def say(self, line: str) -> None:
        """Something is lacking."""
        self.found[line] = None

    def compare(self, schema: Any, ours: Any, document: Schema, place: str, kind: str) -> None:
        """A schema, beside the annotation in its place."""
        if not isinstance(schema, dict):
            return
        if "$ref" in schema:
            name = schema["$ref"].rpartition("/")[2].rpartition("__")[2]
            target: Any = document
            for step in schema["$ref"].split("/")[1:]:
                target = target.get(step, {})
            self.compare(target, ours, document, name, kind)
            return
        for branch in [*schema.get("anyOf", ()), *schema.get("oneOf", ())]:
            self.compare(branch, ours, document, place, kind)
        if "items" in schema:
            self.compare(schema["items"], ours, document, place, kind)
        if isinstance(schema.get("additionalProperties"), dict):
            self.compare(schema["additionalProperties"], ours, document, place, kind)
        values = [schema["const"]] if "const" in schema else schema.get("enum", [])
        self.values(values, ours, place)
        members, parts = properties(schema, document), schema.get("allOf", ())
        named = [part for part in parts if "$ref" in part]
        if len(named) == 1 and not any("properties" in part for part in (schema, *parts)):  # and more is said beside it
            self.compare(named[0], ours, document, place, kind)
        elif members:
            self.object(members, ours, document, place, kind)
        else:
            for part in parts:
                self.compare(part, ours, document, place, kind)

    def values(self, values: Sequence[Any], ours: Any, place: str) -> None:
        """The values of an enumeration, where we list some."""
        parts = list(leaves(ours))
        known = {value for part in parts if get_origin(part) is Literal for value in get_args(part)}
        if known and Any not in parts:
            for value in values:
                if value is not None and value not in known:
                    self.say(f"value {value!r} of {place}")

    def object(self, members: dict[str, Schema], ours: Any, document: Schema, place: str, kind: str) -> None:
        """The fields of an object, beside the model that it is paired with."""
        parts = list(leaves(ours))
        models = [part for part in parts if is_shape(part) and not part.__name__.startswith("Unknown")]
        kinds = (name for name in TAGS if name != "object" and name in members)
        tag = next((name for name in kinds if _told(members[name], document)), None)
        tagged = [model for model in models if tag is not None and _values(fields(model).get(tag))]
        fitting = [model for model in tagged or models if _fits(members, model, document)]
        if not fitting:
            if tag is not None and tagged:
                named = ", ".join(map(repr, _told(members[tag], document)))
                self.say(f"{kind} {named} of {place}")
            return
        model = max(fitting, key=lambda each: len(set(fields(each)) & set(members)) / len({*fields(each), *members}))
        mark = (repr(sorted(members)) + place, model)
        if mark in self.seen:
            return
        self.seen.add(mark)
        known = fields(model)
        for said, schema in members.items():
            name = said[:-1] if iskeyword(said[:-1]) and said[-1] == "_" else said  # as Python has it
            if name in known:
                self.compare(schema, known[name], document, f"{place}.{name}", "kind")
            elif not hasattr(model, name) and name not in getattr(model, "output_only", ()):
                self.say(f"field {place}.{name}")


def leaves(annotation: Any) -> Iterator[Any]:
    """The models, literals and plain types of an annotation, those in lists and unions among them."""
    if get_origin(annotation) is typing.Annotated:
        for mark in annotation.__metadata__:
            if isinstance(mark, Suggested):
                yield from leaves(mark.values)
    inner = bare(annotation)
    inner = getattr(inner, "__value__", inner)
    if inner is not bare(inner):
        yield from leaves(inner)
    elif get_origin(inner) in (None, Literal):
        yield inner
    else:
        for each in get_args(inner):
            yield from leaves(each)


def _signature(title: str) -> frozenset[str]:
    """What our operation of that name takes."""
    found: Any = OpenAI(api_key="sk-drift")
    for name in title.split("."):
        found = getattr(found, name)
    return frozenset(inspect.signature(found).parameters)


def _values(annotation: Any) -> set[Any]:
    return {value for part in leaves(annotation) if get_origin(part) is Literal for value in get_args(part)}


def _told(schema: Schema, document: Schema) -> list[Any]:
    """The values that a schema names."""
    if "$ref" in schema:
        target: Any = document
        for step in schema["$ref"].split("/")[1:]:
            target = target.get(step, {})
        return _told(target, document)
    if "anyOf" in schema:
        return [value for each in schema["anyOf"] for value in _told(each, document)]
    return [schema["const"]] if "const" in schema else list(schema.get("enum", []))


def _fits(members: dict[str, Schema], model: type[BaseModel], document: Schema) -> bool:
    """Whether the tags of an object and of a model say the same; one that has no tag fits anything."""
    known = fields(model)
    for name in TAGS:
        told, ours = _told(members[name], document) if name in members else [], _values(known.get(name))
        if told and ours and not ours & set(told):
            return False
    return True
