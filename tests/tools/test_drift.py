"""Drift: what a newer description or official package has and we lack is listed, and nothing else."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any, Literal

import pytest
import yaml
from typing_extensions import TypedDict

from tests.conformance.spec import HERE
from tests.conformance.test_operations import OPERATIONS, is_built
from tools.drift.__main__ import main
from tools.drift.comparing import lacking
from tools.drift.sources import OF_EVENTS, SourceError, of_description, of_package

KNOWN = {
    **dict.fromkeys(
        (
            "parameter prompt of beta.realtime.sessions.create",
            "parameter truncation of beta.realtime.sessions.create",
            "field beta.realtime.sessions.create(client_secret).expires_at",
            "field beta.realtime.sessions.create(client_secret).value",
        ),
        "the official package does not take them of the realtime of the beta",
    ),
    **{f"parameter {name} of images.edit": "of its JSON form; ours takes files" for name in ("images", "moderation")},
    **{
        f"value {model!r} of {place}": "a model of assistants that chat does not list"
        for model in ("gpt-4.5-preview", "gpt-4.5-preview-2025-02-27")
        for place in ("AssistantSupportedModels", "beta.threads.create_and_run(model)")
    },
}
"""What today's description has and we lack, besides operations."""


@cache
def today() -> str:
    return (HERE / "openapi.json").read_text()


def drift(tmp_path: Path, document: Any) -> set[str]:
    """What is lacking of a description, less what is lacking of today's."""
    path = tmp_path / "openapi.json"
    path.write_text(json.dumps(document))
    return {line for line in lacking(of_description(path)) if line not in KNOWN and not is_missing(line)}


def is_missing(line: str) -> bool:
    """Whether a line is an operation of today that is not built yet."""
    verb, _, path = line.removeprefix("operation ").partition(" ")
    todo = {
        (item["http"], item["path"]) for title, item in OPERATIONS.items() if "http" in item and not is_built(title)
    }
    return line.startswith("operation ") and ((verb, path) in todo or path in NOT_CALLED)


NOT_CALLED = frozenset(
    path
    for path in json.loads((HERE / "openapi.json").read_bytes())["paths"]
    if path not in {item.get("path") for item in OPERATIONS.values()}
) | {"/evals/{eval_id}/runs/{run_id}"}
"""Paths of the description that no method of the official package asks."""


def test_todays_description_has_nothing_that_we_lack_but_what_is_known(tmp_path: Path) -> None:
    found = set(lacking(of_description(HERE / "openapi.json")))
    assert {line for line in found if not line.startswith("operation ")} == set(KNOWN)
    assert drift(tmp_path, json.loads(today())) == set()


def schema(document: Any, name: str) -> Any:
    return document["components"]["schemas"][name]


def new_operation(document: Any) -> None:
    document["paths"]["/dreams"] = {"post": {"responses": {}}}


def new_parameter(document: Any) -> None:
    schema(document, "CreateEmbeddingRequest")["properties"]["flavour"] = {"type": "string"}


def new_query(document: Any) -> None:
    flavour = {"name": "flavour", "in": "query", "schema": {"type": "string"}}
    document["paths"]["/files"]["get"]["parameters"].append(flavour)


def new_header(document: Any) -> None:
    header = {"name": "X-Flavour", "in": "header", "schema": {"type": "string"}}
    document["paths"]["/files"]["get"]["parameters"].append(header)


def new_field_given(document: Any) -> None:
    schema(document, "Reasoning")["properties"]["flavour"] = {"type": "string"}


def new_field_said(document: Any) -> None:
    schema(document, "CompletionUsage")["properties"]["flavour"] = {"type": "string"}


def new_kind(document: Any) -> None:
    kind = {"type": "object", "properties": {"type": {"type": "string", "enum": ["dream"]}}, "required": ["type"]}
    schema(document, "OutputItem")["oneOf"].append(kind)


def new_event(document: Any) -> None:
    kind = {"type": "object", "properties": {"type": {"type": "string", "enum": ["response.dreamt"]}}}
    schema(document, "ResponseStreamEvent")["anyOf"].append(kind)


def new_webhook(document: Any) -> None:
    event = {"type": "object", "properties": {"type": {"type": "string", "enum": ["dream.ended"]}}}
    document["webhooks"]["dream"] = {"post": {"requestBody": {"content": {"application/json": {"schema": event}}}}}


def new_socket_event(document: Any) -> None:
    kind = {"type": "object", "properties": {"type": {"type": "string", "enum": ["session.dreamt"]}}}
    schema(document, "RealtimeServerEvent")["anyOf"].append(kind)


def new_socket_field(document: Any) -> None:
    schema(document, "RealtimeServerEventSessionCreated")["properties"]["flavour"] = {"type": "string"}


def new_socket_value(document: Any) -> None:
    schema(document, "RealtimeConversationItemMessageUser")["properties"]["status"]["enum"].append("dreaming")


def new_socket(document: Any) -> None:
    document["components"]["schemas"]["DreamServerEvent"] = {"type": "object"}


def new_value_given(document: Any) -> None:
    values = schema(document, "ReasoningEffort")["anyOf"][0] if "anyOf" in schema(document, "ReasoningEffort") else None
    (values or schema(document, "ReasoningEffort"))["enum"].append("dreamy")


def new_value_said(document: Any) -> None:
    schema(document, "OpenAIFile")["properties"]["status"]["enum"].append("dreaming")


DOCTORED: list[tuple[Callable[[Any], None], set[str]]] = [
    (new_operation, {"operation POST /dreams"}),
    (new_parameter, {"parameter flavour of embeddings.create"}),
    (new_query, {"parameter flavour of files.list"}),
    (new_header, {"header x-flavour of files.list"}),
    (new_field_given, {"field Reasoning.flavour"}),
    (new_field_said, {"field CompletionUsage.flavour"}),
    (new_kind, {"kind 'dream' of OutputItem"}),
    (new_event, {"event 'response.dreamt' of ResponseStreamEvent"}),
    (new_webhook, {"event 'dream.ended' of webhooks"}),
    (new_socket_event, {"event 'session.dreamt' of RealtimeServerEvent"}),
    (new_socket_field, {"field RealtimeServerEventSessionCreated.flavour"}),
    (new_socket_value, {"value 'dreaming' of RealtimeConversationItemMessageUser.status"}),
    (new_socket, {"events DreamServerEvent"}),
    (new_value_given, {"value 'dreamy' of ReasoningEffort"}),
    (new_value_said, {"value 'dreaming' of OpenAIFile.status"}),
]


@pytest.mark.parametrize(("doctor", "lines"), DOCTORED, ids=lambda value: getattr(value, "__name__", ""))
def test_what_is_newer_is_listed_and_nothing_else(
    tmp_path: Path, doctor: Callable[[Any], None], lines: set[str]
) -> None:
    document = json.loads(today())
    doctor(document)
    assert drift(tmp_path, document) == lines


# -- packages ----------------------------------------------------------------------------------------------------------


class Expiry(TypedDict, total=False):
    """As in a newer official package."""

    anchor: Literal["created_at", "dreamt_at"]
    flavour: str


class Files:
    """A resource of a newer official package."""

    _client = None

    def create(self, *, file: object, purpose: str, expires_after: Expiry, flavour: str, timeout: float) -> None: ...

    def dream(self, *, about: str) -> None: ...


@pytest.fixture
def newer(monkeypatch: pytest.MonkeyPatch) -> str:
    """A package with more than we have."""

    class OpenAI:
        def __init__(self, **settings: Any) -> None:
            self.settings = settings

        @property
        def files(self) -> Files:
            return Files()

    module = ModuleType("newer_official")
    module.OpenAI = OpenAI  # type: ignore[attr-defined]  # a module made for this test
    monkeypatch.setitem(sys.modules, "newer_official", module)
    return "newer_official"


def test_what_a_newer_package_has_is_listed(newer: str) -> None:
    assert set(lacking(of_package(newer))) == {
        "operation files.dream",
        "parameter flavour of files.create",
        "field files.create(expires_after).flavour",
        "value 'dreamt_at' of files.create(expires_after).anchor",
    }


def test_the_command_prints_and_ends_with_1_when_something_is_lacking(
    newer: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([newer]) == 1
    assert "operation files.dream\n" in capsys.readouterr().out


@pytest.mark.parametrize("source", ["nowhere.json", "no_such_package", "json"])
def test_what_is_no_source_is_said_in_a_line(source: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([source]) == 2
    said = capsys.readouterr().err
    assert said.startswith("drift: ")
    assert said.count("\n") == 1


def test_json_that_is_not_a_description_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text("[]")
    with pytest.raises(SourceError, match="not an API description"):
        of_description(path)


def test_a_description_may_be_yaml(tmp_path: Path) -> None:
    document = json.loads(today())
    new_parameter(document)
    path = tmp_path / "openapi.yaml"
    path.write_text(
        yaml.safe_dump(
            {"paths": {"/embeddings": document["paths"]["/embeddings"]}, "components": document["components"]}
        )
    )
    assert "parameter flavour of embeddings.create" in lacking(of_description(path))
    for wrong in ("a: [", "- 1", ""):
        path.write_text(wrong)
        with pytest.raises(SourceError, match=r"openapi\.yaml"):
            of_description(path)


def test_todays_official_package_has_events_of_sockets_that_we_all_know() -> None:
    events = [each for each in of_package("openai") if each.title.startswith(OF_EVENTS)]
    assert len(events) >= 12
    assert lacking(events) == []


def test_a_socket_of_a_newer_package_is_listed(newer: str, monkeypatch: pytest.MonkeyPatch) -> None:
    module: Any = ModuleType("newer_official.types.realtime")
    module.DreamClientEvent = int
    monkeypatch.setitem(sys.modules, "newer_official.types", ModuleType("newer_official.types"))
    monkeypatch.setitem(sys.modules, "newer_official.types.realtime", module)
    assert "events DreamClientEvent" in lacking(of_package(newer))
