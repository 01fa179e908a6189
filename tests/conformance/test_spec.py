"""The look-ups over the two copied files, and that nothing in the description dangles."""

from __future__ import annotations

import pytest

from tests.conformance import spec
from tests.conformance.spec import is_array, is_object


def references(node: object) -> list[str]:
    if is_object(node):
        own = [node["$ref"]] if isinstance(node.get("$ref"), str) else []
        return own + [ref for child in node.values() for ref in references(child)]
    return [ref for child in node for ref in references(child)] if is_array(node) else []


def test_every_reference_leads_somewhere() -> None:
    found = set(references(spec.document()))
    assert len(found) > 1000
    assert all(is_object(spec.resolve(ref, spec.document())) for ref in found)


def test_a_foreign_or_dangling_reference_is_an_error() -> None:
    for ref in ("other.json#/a", "#/components/schemas/NoSuchSchema"):
        with pytest.raises(KeyError):
            spec.resolve(ref, spec.document())


def test_escapes_in_a_reference_are_undone() -> None:
    assert spec.resolve("#/paths/~1models/get/operationId", spec.document()) == "listModels"


def test_recursive_references_are_settled() -> None:
    items = spec.schema("CompoundFilter")["properties"]["filters"]["items"]
    assert {"$ref": "#/components/schemas/CompoundFilter"} in items["oneOf"]


def test_chat_has_a_body_an_answer_and_an_event() -> None:
    chat = spec.operation_schemas("POST", "/chat/completions")
    assert (chat.operation_id, chat.body_required) == ("createChatCompletion", True)
    assert chat.body == {"$ref": "#/components/schemas/CreateChatCompletionRequest"}
    assert chat.response == {"$ref": "#/components/schemas/CreateChatCompletionResponse"}
    assert chat.event == {"$ref": "#/components/schemas/CreateChatCompletionStreamResponse"}


def test_parameters_come_by_place_with_their_schemas() -> None:
    messages = spec.operation_schemas("GET", "/chat/completions/{completion_id}/messages")
    assert list(messages.path) == ["completion_id"]
    assert messages.query["order"].schema["enum"] == ["asc", "desc"]
    assert not messages.query["after"].required
    assert messages.body is None
    assert "openai-beta" in spec.operation_schemas("POST", "/responses?beta=true").headers


def test_a_multipart_body_is_a_body_too() -> None:
    assert spec.operation_schemas("POST", "/files").body == {"$ref": "#/components/schemas/CreateFileRequest"}


def test_a_binary_answer_has_no_json_schema() -> None:
    assert spec.operation_schemas("POST", "/audio/speech").response is None


def test_every_operation_that_claims_to_be_described_is() -> None:
    rows = [row for row in spec.operations() if row.get("in_spec")]
    assert len(rows) >= 295
    assert [row["path"] for row in rows if not spec.operation_is_described(row["http"], row["path"])] == []
    for row in rows:
        found = spec.operation_schemas(row["http"], row["path"])
        assert list(found.path) == row.get("path_params", [])


def test_an_operation_that_is_not_described_is_an_error() -> None:
    assert not spec.operation_is_described("POST", "/decisions")
    with pytest.raises(KeyError):
        spec.operation_schemas("POST", "/decisions")
