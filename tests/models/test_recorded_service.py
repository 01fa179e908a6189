"""Where the description and the recorded service differ, the recorded service wins.

The facts are those of public recordings of the service (2023 to 2025: the fixtures of the gem ruby-openai), told in
bodies of our own: which members were absent or null in answers with status 200, and which requests were taken.
`recorded_service.json` has every exchange of them that has another form than the others: the operation, the year, what
was sent, what came; every text, number and name in it is made up, words of the API are not. Left out are fixtures that
were written by hand (of conversations and searches, which the service did not have then).
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.conformance import spec
from tests.conformance.declared import declared
from tests.conformance.generate import valid_instances
from typed_openai.core.request.params import json_body
from typed_openai.models.assistants.runs import RunCreateParams
from typed_openai.models.base import NULL
from typed_openai.models.readers import reader_of

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
NULLS: list[tuple[str, str]] = [
    ("vector_stores.create", "name"),
    ("vector_stores.retrieve", "name"),
    ("vector_stores.update", "name"),
    ("beta.threads.runs.create", "instructions"),
    ("beta.threads.runs.cancel", "instructions"),
    ("beta.threads.runs.retrieve", "instructions"),
]


ROWS: list[dict[str, Any]] = json.loads((Path(__file__).parent / "recorded_service.json").read_text())
NO_LONGER_TAKEN: list[dict[str, Any]] = [
    {"metadata": {"note": True}},  # refused since 2025: expected a string, but got a boolean
    {"assistant_id": "text"},  # of an update of a thread: looked over
]


def named(row: dict[str, Any]) -> str:
    return f"{row['operation']} {row['year']}"


@pytest.mark.parametrize("row", [row for row in ROWS if "sent" in row], ids=named)
def test_what_the_service_took_is_taken(row: dict[str, Any]) -> None:
    if any(row["sent"].items() >= old.items() for old in NO_LONGER_TAKEN):
        return
    params: Any = declared()[row["operation"]].params
    given = {name: NULL if value is None else value for name, value in row["sent"].items()}
    assert json.loads(json_body(row["operation"], params.model_validate(given), None)) == row["sent"]


@pytest.mark.parametrize("row", [row for row in ROWS if "came" in row], ids=named)
def test_what_the_service_said_is_read_without_an_issue(row: dict[str, Any]) -> None:
    assert read(row["operation"], row["came"]).to_dict() == row["came"]


def test_the_recordings_are_many() -> None:
    assert len(ROWS) > 100
    assert {row["year"] for row in ROWS} == {2023, 2024, 2025}


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


@pytest.mark.parametrize(("operation", "place"), NULLS)
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
