"""Answers of operations that no description has (agents, live, safety, decisions, parts of the administration), against
instances generated from the types of the official package: as `test_schemas.py` does with those that one has.

What they allow is read without an issue and dumps as it came; what they forbid is noticed, and nothing of it is lost.
"""

from __future__ import annotations

import inspect
import json
import sys
from functools import cache
from typing import Any, get_args, get_type_hints

import pytest
from pydantic import BaseModel, ValidationError

from tests.conformance import declared
from tests.conformance.generate import Instance, invalid_instances, valid_instances
from tests.conformance.spec import Schema
from tests.conformance.test_schemas import LOOSER_ANSWERS, LOOSER_FIELDS, assert_tolerated
from tests.parity.calls import official
from tools.drift.sources import schema_of
from typed_openai.models.readers import reader_of

MOST = 40
"""Instances of one operation, in each direction; the deepest go first."""
REQUIRED_BY_DESCRIPTION = {
    "admin.organization.projects.api_keys.update": "last_used_at",
    "admin.organization.workload_identity_providers.create": "discovery_url",
    "admin.organization.workload_identity_providers.retrieve": "discovery_url",
    "admin.organization.workload_identity_providers.update": "discovery_url",
    "evals.runs.cancel": "metadata",
}
"""What may be null and has to be there, which types of Python do not tell: a description of the same shape does."""
SHARED = ("missing", "is an array", "is a string")
"""How a shape that is given too, where it may be left out, is looser in what is read; and one that takes a word or a
list, of which any word may be newer."""
SHAPES = (
    *("/text/", "/tools/", "/network/", "/packages/", "/prompt_cache_options/", "/reasoning/", "/compaction/"),
    *("/enabled_tiers", "/multi_agent/"),
)
"""Where those stand."""


@cache
def answers() -> dict[str, tuple[Any, Any]]:
    """Operation → what the official package says that it gives, and the model that reads it here."""
    found: dict[str, tuple[Any, Any]] = {}
    for title, endpoint in declared.declared().items():
        if title in declared.answers() or title not in official() or endpoint.is_binary or endpoint.page is not None:
            continue
        if isinstance(endpoint.model, type) and issubclass(endpoint.model, BaseModel) and endpoint.results is None:
            function = inspect.unwrap(official()[title])
            hints = get_type_hints(function, vars(sys.modules[function.__module__]))
            kinds = [each for each in (hints["return"], *get_args(hints["return"])) if isinstance(each, type)]
            if models := [each for each in kinds if issubclass(each, BaseModel)]:
                found[title] = (models[0], endpoint.model)
    return found


def schema(title: str) -> Schema:
    """The schema of an answer, which is the document of its references, too."""
    return schema_of(answers()[title][0])[0]


def test_there_are_such_operations() -> None:
    assert len(answers()) >= 45


@pytest.mark.parametrize("title", answers())
def test_what_the_official_package_reads_is_read_without_an_issue_and_dumps_as_it_came(title: str) -> None:
    described, model = schema(title), answers()[title][1]
    instances = valid_instances(described, described)[:MOST]
    assert instances
    for instance in instances:
        try:
            result = reader_of(model).validate_json(json.dumps(instance.value), strict=True)
        except ValidationError as error:
            if not (instance.kind == "null" or is_missed(error, title)):
                pytest.fail(f"{instance}: {error}")
        else:
            assert result.model_dump(mode="json") == instance.value, str(instance)


def is_missed(error: ValidationError, title: str) -> bool:
    """Whether all that is wrong is a field that a description requires."""
    places = {str(item["loc"][-1]) for item in error.errors() if item["type"] != "broken_member"}
    return places == {REQUIRED_BY_DESCRIPTION.get(title)}


@pytest.mark.parametrize("title", answers())
def test_what_deviates_is_noticed_and_nothing_of_it_is_lost(title: str) -> None:
    described, model = schema(title), answers()[title][1]
    for instance in invalid_instances(described, described)[:MOST]:
        if not isinstance(instance.value, dict):
            continue
        try:
            reader_of(model).validate_json(json.dumps(instance.value), strict=True)
        except ValidationError:
            assert_tolerated(model, instance)
        else:
            assert is_known(instance), f"not noticed: {instance}"


def is_known(instance: Instance) -> bool:
    """Whether it is said somewhere that this is not noticed."""
    is_shared = any(place in instance.pointer for place in SHAPES) and any(each in str(instance) for each in SHARED)
    ends = (instance.kind == kind and instance.pointer.endswith(end) for kind, end in LOOSER_FIELDS)
    return instance.kind in LOOSER_ANSWERS or is_shared or any(ends)
