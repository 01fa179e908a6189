"""Everything that the package declares, found by walking the tree of resources. No list to keep by hand.

`declared()` gives each operation by its place (`chat.completions.create`); `built_schemas()` the component schemas that
the declared operations send or receive, with the model that stands for each request body and each answer.
"""

from __future__ import annotations

import importlib
import re
import sys
from collections.abc import Iterator
from functools import cache
from types import FunctionType
from typing import Any, get_args

from tests.conformance import spec
from typed_openai.core.declare.endpoint import Endpoint
from typed_openai.core.declare.flow_methods import FlowMethod
from typed_openai.core.declare.resource import Nested
from typed_openai.core.declare.verbs import Resource
from typed_openai.resources import Resources
from typed_openai.sockets.declaration import Socket

_TRANSCRIPTIONS = "typed_openai.models.audio.transcriptions"
EXTRA_MODELS: dict[str, str] = {
    "AssistantStreamEvent": "typed_openai.models.assistants.assistant_events:AssistantStreamEvent",
    "CreateTranscriptionResponseJson": f"{_TRANSCRIPTIONS}:Transcription",
    "CreateTranscriptionResponseDiarizedJson": f"{_TRANSCRIPTIONS}:TranscriptionDiarized",
    "CreateTranscriptionResponseVerboseJson": f"{_TRANSCRIPTIONS}:TranscriptionVerbose",
    "CreateTranslationResponseJson": f"{_TRANSCRIPTIONS}:Translation",
    "CreateTranslationResponseVerboseJson": f"{_TRANSCRIPTIONS}:TranslationVerbose",
    "CreateSpeechResponseStreamEvent": "typed_openai.models.audio.speech:SpeechStreamEvent",
}
"""Component schemas that no operation's body or answer reaches (events by name, webhooks), or of which an operation's
answer may be any (formats): schema → `module:Class`."""


EXTRA_MODELS |= {
    f"Webhook{event}": f"typed_openai.models.webhooks.webhook_events:{event}WebhookEvent"
    for event in (
        "BatchCancelled",
        "BatchCompleted",
        "BatchExpired",
        "BatchFailed",
        "EvalRunCanceled",
        "EvalRunFailed",
        "EvalRunSucceeded",
        "FineTuningJobCancelled",
        "FineTuningJobFailed",
        "FineTuningJobSucceeded",
        "LiveCallIncoming",
        "RealtimeCallIncoming",
        "ResponseCancelled",
        "ResponseCompleted",
        "ResponseFailed",
        "ResponseIncomplete",
    )
}


EXTRA_MODELS |= {
    "ResponsesServerEvent": "typed_openai.models.responses.socket_events:ResponsesServerEvent",
    "RealtimeServerEvent": "typed_openai.models.realtime.server_events:RealtimeServerEvent",
    "RealtimeTranslationServerEvent": (
        "typed_openai.models.realtime.translation_events:RealtimeTranslationServerEvent"
    ),
    "BetaResponseInjectCreatedEvent": "typed_openai.models.responses.beta_socket_events:BetaResponseInjectCreatedEvent",
    "BetaResponsesServerEvent": "typed_openai.models.responses.beta_socket_events:BetaResponsesServerEvent",
}
EXTRA_PARAMS: dict[str, str] = {
    "RealtimeClientEvent": "typed_openai.models.realtime.client_events:RealtimeClientEvent",
    "RealtimeTranslationClientEvent": (
        "typed_openai.models.realtime.translation_events:RealtimeTranslationClientEvent"
    ),
    "BetaResponsesClientEvent": "typed_openai.models.responses.beta_socket_events:BetaResponsesClientEvent",
    "ResponsesClientEvent": "typed_openai.models.responses.socket_events:ResponsesClientEvent",
}
"""Component schemas of what goes out over sockets, which no operation's body reaches: schema → `module:Class`."""


def _endpoints(owner: type) -> Iterator[Endpoint]:
    for value in vars(owner).values():
        if isinstance(value, Nested):
            yield from _endpoints(value.load())
        elif isinstance(value, Endpoint):
            yield value


@cache
def declared() -> dict[str, Endpoint]:
    """Each declared operation by its place below the client."""
    return {endpoint.title: endpoint for endpoint in _endpoints(Resources)}


def _local(owner: type) -> Iterator[str]:
    """The operations of a resource that send nothing: plain methods."""
    return (name for name, item in vars(owner).items() if isinstance(item, FunctionType) and not name.startswith("_"))


@cache
def places() -> frozenset[str]:
    """Every operation by the names that lead to it from a client: one that hangs in two places has two."""
    return frozenset(_places(Resources, ""))


def _places(owner: type, before: str) -> Iterator[str]:
    for name, value in vars(owner).items():
        if isinstance(value, Nested):
            yield from _places(value.load(), f"{before}{name}.")
        elif isinstance(value, Endpoint | FlowMethod | Socket):
            yield before + name
    yield from (before + name for name in _local(owner))


@cache
def resources() -> tuple[type[Resource], ...]:
    """Every resource class that declares an operation."""
    return tuple(dict.fromkeys(endpoint.owner for endpoint in declared().values() if endpoint.owner is not None))


def _references(node: object) -> Iterator[str]:
    if spec.is_object(node):
        target = node.get("$ref")
        if isinstance(target, str):
            yield target.rpartition("/")[2]
        for value in node.values():
            yield from _references(value)
    elif spec.is_array(node):
        for value in node:
            yield from _references(value)


def references(node: object) -> frozenset[str]:
    """The component schemas that some part of the description names."""
    return frozenset(_references(node))


def _described(endpoint: Endpoint) -> spec.OperationSchemas | None:
    found = spec.operation_is_described(endpoint.method, endpoint.path)
    return spec.operation_schemas(endpoint.method, endpoint.path) if found else None


@cache
def failures() -> dict[str, spec.Schema]:
    """The component schemas of answers that say what went wrong: every one is an `APIStatusError` here."""
    found = [_described(endpoint) for endpoint in declared().values()]
    named = {name for each in found if each is not None for part in each.failures for name in _references(part)}
    return {name: spec.schema(name) for name in sorted(named)}


@cache
def built_schemas() -> frozenset[str]:
    """The component schemas that something built here sends or receives, directly or inside another."""
    waiting = [*EXTRA_MODELS, *EXTRA_PARAMS]
    for endpoint in declared().values():
        described = _described(endpoint)
        if described is not None:
            parts: list[Any] = [*described.bodies.values(), described.response, described.event, *described.failures]
            parts += [parameter.schema for parameter in described.parameters]
            waiting += [name for part in parts for name in _references(part)]
    found: set[str] = set()
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += _references(spec.schemas().get(name))
    return frozenset(found)


def requests() -> dict[str, tuple[spec.Schema, Any]]:
    """Operation → the schema of its parameters (body, or query as one object) and the params model."""
    found: dict[str, tuple[spec.Schema, Any]] = {}
    for title, endpoint in declared().items():
        described = _described(endpoint)
        if described is None or endpoint.params is None or endpoint.events_at is not None:
            continue
        schema = described.bodies.get(spec.FORM_CONTENT) if endpoint.multipart else described.body
        if endpoint.method in ("GET", "DELETE"):
            query = {re.sub(r"\[\]$", "", name): parameter for name, parameter in described.query.items()}
            required = [name for name, parameter in query.items() if parameter.required]
            properties = {name: parameter.schema for name, parameter in query.items()}
            schema = {"type": "object", "properties": properties, "required": required}
        if schema is not None:
            found[title] = (schema, endpoint.params)
    return found | {name: (spec.schema(name), at(where)) for name, where in EXTRA_PARAMS.items()}


def at(where: str) -> Any:
    """What stands at `module:name`."""
    module, _, name = where.partition(":")
    return getattr(importlib.import_module(module), name)


def answers() -> dict[str, tuple[spec.Schema, Any]]:
    """Operation (or `operation (event)`) → the schema of what comes back, and the model that reads it."""
    found: dict[str, tuple[spec.Schema, Any]] = {}
    for title, endpoint in declared().items():
        described = _described(endpoint)
        if described is None or endpoint.events_at is not None or endpoint.is_binary:
            continue
        if (
            described.response is not None
            and endpoint.results is None
            and hasattr(endpoint.model, "model_validate_json")
        ):
            found[title] = (described.response, endpoint.model)
        if described.event is not None and endpoint.stream is not None:
            found[f"{title} (event)"] = (described.event, endpoint.stream.event)
    return found


def result_name(endpoint: Endpoint) -> str:
    """The class name of what an operation returns, of all that it may return; of a list, that of its items."""
    if endpoint.stream is not None and endpoint.stream_on == ("stream", None):  # it gives a stream and nothing else
        return f"Stream[{endpoint.stream.event.__name__}]"
    kinds = [endpoint.result, *(endpoint.results or {}).values()]
    if endpoint.page is not None:
        kinds = [get_args(endpoint.result)[0]]
    return " | ".join(dict.fromkeys(str(kind.__name__) for kind in kinds))


def gives(endpoint: Endpoint, name: str) -> bool:
    """Whether what an operation returns is called so, or is what the module of its class calls so."""
    if result_name(endpoint) == name:
        return True
    result = endpoint.result if endpoint.page is None else get_args(endpoint.result)[0]
    return getattr(sys.modules[result.__module__], name, None) is result
