"""Both directions of every declared operation, against instances generated from the API description.

Requests: what the description allows is accepted and goes out as given; what it forbids is refused. Answers: what
it allows is read without an issue and dumps as it came; what it forbids is noticed, and yet nothing of it is lost.

Where models are knowingly looser than the description, it is said here, once, by kind of mutation.
"""

from __future__ import annotations

import importlib
import json
import warnings
from typing import Any

import pytest
from pydantic import ValidationError

from tests.conformance import declared, spec
from tests.conformance.generate import Instance, invalid_instances, valid_instances
from tests.conformance.validate import is_valid
from typed_openai.core.meta import Issue
from typed_openai.core.pages import Envelope
from typed_openai.core.request import json_body
from typed_openai.core.tolerant import build
from typed_openai.models.base import NULL

REQUESTS = declared.requests()
ANSWERS = declared.answers() | {
    name: (spec.schema(name), getattr(importlib.import_module(where.partition(":")[0]), where.partition(":")[2]))
    for name, where in declared.EXTRA_MODELS.items()
}
LOOSER_REQUESTS = {
    "null": "at the top level None leaves a parameter out; nested objects are sent as given, nulls included",
    "missing_constant": "a constant that names the shape is filled in",
}
LOOSER_ANSWERS = {
    "null": "gateways fill every optional field with null",
    "enum": "a value newer than this package must not break a program",
    "const": "gateways send other values of `object`",
    "discriminator": "an unknown kind becomes an Unknown model with its data",
    "missing_constant": "a constant says nothing that the operation does not say",
    "range": "a limit is the server's business in what it sends",
    "length": "as above",
    "pattern": "as above",
}
LOOSER_PLACES = {
    (
        "completions.create",
        "/choices/0/finish_reason",
    ): "one model reads answers and stream events; these have none yet",
}
LOOSER_LISTS = {
    "/first_id": "lists of other servers are bare; the ids are read from the items",
    "/last_id": "as above",
    "/has_more": "as above: without it there is no next page",
}


def parameters(value: dict[str, Any]) -> dict[str, Any]:
    """A JSON object as keyword arguments: null at the top level is spelled NULL."""
    return {name: NULL if item is None else item for name, item in value.items()}


@pytest.mark.parametrize("title", REQUESTS)
def test_what_the_api_allows_is_accepted_and_sent_as_given(title: str) -> None:
    schema, model = REQUESTS[title]
    instances = valid_instances(schema, spec.document())
    assert instances
    for instance in instances:
        try:
            params = model.model_validate(parameters(instance.value))
        except ValidationError as error:
            pytest.fail(f"{instance}: {error}")
        assert json.loads(json_body(title, params, None)) == instance.value, str(instance)


@pytest.mark.parametrize("title", REQUESTS)
def test_what_the_api_forbids_is_refused(title: str) -> None:
    schema, model = REQUESTS[title]
    instances = [i for i in invalid_instances(schema, spec.document(), closed=True) if i.kind not in LOOSER_REQUESTS]
    accepted = [str(instance) for instance in instances if is_accepted(model, instance)]
    assert not accepted


def is_accepted(model: Any, instance: Instance) -> bool:
    try:
        model.model_validate(parameters(instance.value) if isinstance(instance.value, dict) else instance.value)
    except ValidationError:
        return False
    return True


@pytest.mark.parametrize("title", ANSWERS)
def test_an_answer_as_described_is_read_without_an_issue_and_dumps_as_it_came(title: str) -> None:
    schema, model = ANSWERS[title]
    instances = valid_instances(schema, spec.document())
    assert instances
    for instance in instances:
        result = model.__pydantic_validator__.validate_json(json.dumps(instance.value), strict=True)
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            assert result.model_dump(mode="json") == instance.value, str(instance)


@pytest.mark.parametrize("title", ANSWERS)
def test_an_answer_that_deviates_is_noticed_and_nothing_of_it_is_lost(title: str) -> None:
    schema, model = ANSWERS[title]
    for instance in invalid_instances(schema, spec.document()):
        text = json.dumps(instance.value)
        try:
            model.__pydantic_validator__.validate_json(text, strict=True)
        except ValidationError:
            if isinstance(instance.value, dict):
                assert_tolerated(model, instance)
        else:
            known = instance.kind in LOOSER_ANSWERS or (title, instance.pointer) in LOOSER_PLACES
            known |= issubclass(model, Envelope) and instance.pointer in LOOSER_LISTS
            assert known or is_only_absent(schema, instance), f"not noticed: {instance}"


def assert_tolerated(model: Any, instance: Instance) -> None:
    issues: list[Issue] = []
    result = build(model, instance.value, "", issues)
    assert issues, str(instance)
    assert result.model_dump(mode="json") == instance.value, str(instance)


def is_only_absent(schema: spec.Schema, instance: Instance) -> bool:
    """A missing field that might have been null says the same as null."""
    if instance.kind != "missing":
        return False
    filled = json.loads(json.dumps(instance.value))
    place = filled
    *steps, last = [step.replace("~1", "/").replace("~0", "~") for step in instance.pointer.split("/")[1:]]
    for step in steps:
        place = place[int(step)] if isinstance(place, list) else place[step]
    place[last] = None
    return is_valid(schema, filled, spec.document())
