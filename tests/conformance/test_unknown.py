"""`report_unknown`, over every answer that the API describes: what it describes is known, what is added to it is found
where it was added, at any depth, and nothing of what was said is told."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from pydantic import ValidationError

from tests.conformance import spec
from tests.conformance.generate import valid_instances
from tests.conformance.test_schemas import ANSWERS
from typed_openai.core.answer.unknown import Found, unknown_in
from typed_openai.models.readers import reader_of

ADDED = "x_vendor"
SAID = "what a user said"
NOT_DESCRIBED = {
    "/response_id": "required of three events by the description, which does not describe it",
    "/request_id": "the same of an approval",
    "/output_text": "put together from the output here; what came under this name is kept and not read",
}
MADE_UP = ("a string", '"text"')
"""Texts that the generator makes up where the description takes any, and lists some beside."""


def found_in(model: Any, value: Any) -> list[Found]:
    return list(unknown_in(model, reader_of(model).validate_json(json.dumps(value), strict=True), ()))


def objects(value: Any, pointer: str = "") -> Iterator[tuple[dict[str, Any], str]]:
    """Every object in JSON data, with where it is."""
    if isinstance(value, dict):
        yield value, pointer
    for name, item in value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ():
        yield from objects(item, f"{pointer}/{str(name).replace('~', '~0').replace('/', '~1')}")


@pytest.mark.parametrize("title", ANSWERS)
def test_nothing_is_unknown_of_an_answer_as_described(title: str) -> None:
    schema, model = ANSWERS[title]
    instances = valid_instances(schema, spec.document())
    unknown = {each for instance in instances for each in found_in(model, instance.value)}
    assert {each for each in unknown if not is_excused(each)} == set()


def is_excused(found: Found) -> bool:
    """Whether the description itself takes it without knowing it."""
    if found.kind == "field":
        return found.pointer.endswith(tuple(NOT_DESCRIBED))
    said = found.example.removeprefix("type ").partition(":")[0]
    return said in MADE_UP or said.endswith(' characters)"')


@pytest.mark.parametrize("title", ANSWERS)
def test_a_field_that_is_added_anywhere_is_found_there_without_what_it_says(title: str) -> None:
    schema, model = ANSWERS[title]
    fullest = max(valid_instances(schema, spec.document()), key=lambda each: len(list(objects(each.value))))
    value = json.loads(json.dumps(fullest.value))
    reached = 0
    for place, pointer in list(objects(value)):
        place[ADDED] = {"a": SAID}
        try:
            found = found_in(model, value)
        except ValidationError:  # a map of the user's, of texts
            continue
        finally:
            del place[ADDED]
        assert all(SAID not in str(each) for each in found)
        matching = [each for each in found if each.pointer.endswith(f"/{ADDED}")]
        for each in matching:
            assert each.example == "an object with a"
            assert len(each.pointer.split("/")) == len(f"{pointer}/{ADDED}".split("/"))
        reached += bool(matching)
    assert reached
