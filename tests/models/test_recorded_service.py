"""Where the description and the recorded service differ, the recorded service wins.

The facts are those of public recordings of the service (2023 to 2025: the fixtures of the gem ruby-openai), told in
bodies of our own: which members were absent or null in answers with status 200, and which requests were taken.
"""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.conformance import spec
from tests.conformance.declared import declared
from tests.conformance.generate import valid_instances
from typed_openai.models.base import reader_of
from typed_openai.models.runs import RunCreateParams

ABSENT: list[tuple[str, str]] = [
    ("beta.threads.messages.create", "status"),
    ("beta.threads.messages.retrieve", "status"),
    ("beta.threads.runs.create", "parallel_tool_calls"),
    ("beta.threads.runs.cancel", "parallel_tool_calls"),
    ("beta.threads.runs.retrieve", "parallel_tool_calls"),
    ("fine_tuning.jobs.create", "seed"),
    ("responses.create", "output/0/content/0/logprobs"),
    ("responses.create", "usage/input_tokens_details/cache_write_tokens"),
]
NULL: list[tuple[str, str]] = [
    ("vector_stores.create", "name"),
    ("vector_stores.retrieve", "name"),
    ("vector_stores.update", "name"),
    ("beta.threads.runs.create", "instructions"),
    ("beta.threads.runs.cancel", "instructions"),
    ("beta.threads.runs.retrieve", "instructions"),
]


def answer_with(operation: str, place: str) -> tuple[Any, Any, str]:
    """An answer as described that has that place; the object in which it stands, and its name there."""
    endpoint = declared()[operation]
    schema = spec.operation_schemas(endpoint.method, endpoint.path).response
    *way, name = place.split("/")
    name = name.replace("~", "/")
    for instance in valid_instances(schema, spec.document()):
        whole: Any = json.loads(json.dumps(instance.value))
        inner = whole
        for step in way:
            inner = inner[int(step)] if isinstance(inner, list) and inner else (inner or {}).get(step)
            if inner is None:
                break
        if isinstance(inner, dict) and name in inner:
            return whole, inner, name
    raise LookupError(f"{operation} has no {place}")


def read(operation: str, whole: Any) -> Any:
    """Strictly, as `strict_responses` does."""
    return reader_of(declared()[operation].model).validate_json(json.dumps(whole), strict=True)


@pytest.mark.parametrize(("operation", "place"), ABSENT)
def test_what_was_absent_in_recordings_may_be_absent(operation: str, place: str) -> None:
    whole, inner, name = answer_with(operation, place)
    del inner[name]
    assert read(operation, whole).to_dict() == whole


@pytest.mark.parametrize(("operation", "place"), NULL)
def test_what_was_null_in_recordings_may_be_null(operation: str, place: str) -> None:
    whole, inner, name = answer_with(operation, place)
    inner[name] = None
    assert read(operation, whole).to_dict() == whole


def test_the_error_of_a_job_without_one_is_an_empty_object() -> None:
    whole, inner, name = answer_with("fine_tuning.jobs.create", "error")
    inner[name] = {}
    assert read("fine_tuning.jobs.create", whole).to_dict() == whole


@pytest.mark.parametrize("limit", ["max_completion_tokens", "max_prompt_tokens"])
def test_a_run_may_have_few_tokens(limit: str) -> None:
    made = RunCreateParams.model_validate({"assistant_id": "asst_1", limit: 16})
    assert getattr(made, limit) == 16
