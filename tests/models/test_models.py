"""Models of a server: what the API documents is read, what servers add is kept, and a dump is what came in."""

from __future__ import annotations

import json

import pytest
from pydantic import ValidationError

from typed_openai.models import base
from typed_openai.models.models import Model, ModelDeleted

OFFICIAL = '{"id":"gpt-4o-mini","object":"model","created":1686935002,"owned_by":"openai"}'
ENDING = '{"id":"babbage-002","object":"model","created":1692634615,"owned_by":"system","shutdown_date":"2026-09-28"}'
NOT_ENDING = '{"id":"gpt-5","object":"model","created":1692634615,"owned_by":"system","shutdown_date":null}'
VLLM = (
    '{"id":"Qwen/Qwen3-8B","object":"model","created":1764000000,"owned_by":"vllm","root":"Qwen/Qwen3-8B",'
    '"parent":null,"max_model_len":40960,"permission":[{"id":"modelperm-1","allow_sampling":true}]}'
)


@pytest.mark.parametrize("body", [OFFICIAL, ENDING, NOT_ENDING, VLLM])
def test_a_model_dumps_as_it_came(body: str) -> None:
    model = Model.model_validate_json(body, strict=True)
    assert model.model_dump() == json.loads(body)
    assert json.loads(model.model_dump_json()) == json.loads(body)


def test_the_public_model_is_a_result_and_not_the_base_of_the_same_name() -> None:
    assert issubclass(Model, base.Result)
    assert Model is not base.Model


def test_a_model_without_an_announced_end_has_no_shutdown_date() -> None:
    assert Model.model_validate_json(OFFICIAL).shutdown_date is None
    assert Model.model_validate_json(ENDING).shutdown_date == "2026-09-28"


def test_what_a_server_adds_stays_reachable() -> None:
    model = Model.model_validate_json(VLLM, strict=True)
    assert (model.model_extra or {})["max_model_len"] == 40960


def test_another_kind_of_object_does_not_fail() -> None:
    assert Model.model_validate_json(OFFICIAL.replace('"model"', '"engine"'), strict=True).id == "gpt-4o-mini"


@pytest.mark.parametrize("field", ["id", "object", "created", "owned_by"])
def test_a_missing_field_is_a_deviation(field: str) -> None:
    body = json.loads(OFFICIAL)
    del body[field]
    with pytest.raises(ValidationError, match=field):
        Model.model_validate_json(json.dumps(body))


def test_a_created_time_with_a_fraction_is_a_deviation() -> None:
    with pytest.raises(ValidationError, match="created"):
        Model.model_validate_json(OFFICIAL.replace("1686935002", "1686935002.5"))


@pytest.mark.parametrize("deleted", [True, False])
def test_a_receipt_of_deletion_dumps_as_it_came(deleted: bool) -> None:
    body = {"id": "ft:gpt-4o-mini:acme::abc", "object": "model", "deleted": deleted}
    receipt = ModelDeleted.model_validate_json(json.dumps(body), strict=True)
    assert receipt.deleted is deleted
    assert receipt.model_dump() == body
