"""Moderations: texts or parts go out, verdicts come back under the API's names and dump under them."""

from __future__ import annotations

import copy
import json
import pickle
from collections.abc import Callable
from typing import Any

import pytest
from pydantic import ValidationError

from typed_openai.models.moderations import (
    Categories,
    CategoryAppliedInputTypes,
    CategoryScores,
    ModerationCreateParams,
    ModerationCreateResponse,
    ModerationImageURL,
    ModerationImageURLInput,
    ModerationTextInput,
)

TEXT = {"type": "text", "text": "I will hurt you"}
IMAGE = {"type": "image_url", "image_url": {"url": "https://example.com/a.png"}}
NAMES = [
    "harassment",
    "harassment/threatening",
    "hate",
    "hate/threatening",
    "illicit",
    "illicit/violent",
    "self-harm",
    "self-harm/intent",
    "self-harm/instructions",
    "sexual",
    "sexual/minors",
    "violence",
    "violence/graphic",
]
WRONG_ITEMS: list[tuple[list[object], tuple[int | str, ...]]] = [
    (["one", 2], (1,)),
    (["one", TEXT], (1,)),
    ([TEXT, "two"], (1,)),
    ([{"type": "text"}], (0, "text", "text")),
    ([{"type": "text", "text": 5}], (0, "text", "text")),
    ([{"type": "text", "text": "x", "txt": "y"}], (0, "text", "txt")),
    ([{"type": "image_url", "image_url": "https://example.com"}], (0, "image_url", "image_url")),
    ([{"type": "image_url", "image_url": {}}], (0, "image_url", "image_url", "url")),
    ([TEXT, {"type": "audio"}], (1,)),
    ([{"text": "no type"}], (0,)),
]


def verdict(**changes: Any) -> dict[str, Any]:
    """One verdict as the service sends it."""
    return {
        "flagged": True,
        "categories": {name: name.startswith("violence") for name in NAMES},
        "category_scores": {name: position / 100 for position, name in enumerate(NAMES)},
        "category_applied_input_types": {
            name: ["text", "image"] if name.startswith("self-harm") else ["text"] for name in NAMES
        },
        **changes,
    }


def answer(*verdicts: dict[str, Any]) -> dict[str, Any]:
    """A whole answer."""
    return {"id": "modr-1", "model": "omni-moderation-latest", "results": list(verdicts)}


def read(body: dict[str, Any]) -> ModerationCreateResponse:
    """The answer as the fast path reads it."""
    return ModerationCreateResponse.model_validate_json(json.dumps(body), strict=True)


def sent(**given: Any) -> dict[str, Any]:
    """What goes out for these parameters."""
    return ModerationCreateParams.model_validate(given).model_dump(mode="json", exclude_unset=True, by_alias=True)


def faults(**given: Any) -> list[tuple[tuple[int | str, ...], str]]:
    """Where these parameters are wrong, and how."""
    with pytest.raises(ValidationError) as caught:
        sent(**given)
    return [(fault["loc"], fault["msg"]) for fault in caught.value.errors()]


# --- what goes out ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("value", ["text", "", ["one"], ["one", "two"], [], [TEXT], [IMAGE], [TEXT, IMAGE]], ids=repr)
def test_texts_and_parts_are_sent_as_given(value: object) -> None:
    assert sent(input=value) == {"input": value}


@pytest.mark.parametrize(
    ("make", "expected"),
    [
        (lambda: ("one", "two"), ["one", "two"]),
        (lambda: (text for text in ("one", "two")), ["one", "two"]),
        (lambda: (part for part in (TEXT, IMAGE)), [TEXT, IMAGE]),
    ],
    ids=["tuple", "generator of texts", "generator of parts"],
)
def test_whatever_can_be_read_only_once_is_read_whole(make: Callable[[], object], expected: list[Any]) -> None:
    assert sent(input=make())["input"] == expected


def test_parts_made_as_models_carry_their_type() -> None:
    parts = [ModerationTextInput(text="I will hurt you")]
    picture = ModerationImageURLInput(image_url=ModerationImageURL(url="https://example.com/a.png"))
    params = ModerationCreateParams(model="omni-moderation-latest", input=[*parts, picture])
    assert params.model_dump(exclude_unset=True) == {"model": "omni-moderation-latest", "input": [TEXT, IMAGE]}
    assert ModerationCreateParams(input=parts).model_dump(exclude_unset=True) == {"input": [TEXT]}


@pytest.mark.parametrize(("value", "place"), WRONG_ITEMS, ids=repr)
def test_a_wrong_item_is_one_fault_at_its_place(value: list[object], place: tuple[int | str, ...]) -> None:
    assert [location[2:] for location, _ in faults(input=value)] == [place]


@pytest.mark.parametrize("value", [None, 5, True, b"text", TEXT, ModerationTextInput(text="x")], ids=repr)
def test_what_is_no_text_and_no_list_is_refused_once_with_all_that_is_allowed(value: object) -> None:
    message = "Input should be a string, a list of strings or a list of text and image_url parts"
    assert faults(input=value) == [(("input",), message)]


@pytest.mark.parametrize("wrong", [{"model": 5}, {"modle": "x"}], ids=repr)
def test_a_wrong_parameter_is_named(wrong: dict[str, Any]) -> None:
    assert [location[0] for location, _ in faults(input="text", **wrong)] == list(wrong)


def test_input_is_required() -> None:
    assert faults(model="omni-moderation-latest") == [(("input",), "Field required")]


# --- what comes back -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("body", [answer(), answer(verdict()), answer(verdict(), verdict(flagged=False))])
def test_an_answer_dumps_as_it_came(body: dict[str, Any]) -> None:
    result = read(body)
    assert result.model_dump() == body
    assert result.model_dump(by_alias=True) == body
    assert result.to_dict() == body
    assert json.loads(result.model_dump_json()) == body
    assert json.loads(result.to_json()) == body
    assert result.as_input() == body


def test_attributes_have_python_names() -> None:
    found = read(answer(verdict())).results[0]
    assert found.categories.violence_graphic is True
    assert found.categories.harassment_threatening is False
    assert found.category_scores.harassment_threatening == 0.01
    assert found.category_applied_input_types is not None
    assert found.category_applied_input_types.self_harm_intent == ["text", "image"]


def test_a_dump_by_attribute_is_one_option_away_and_reads_back() -> None:
    found = read(answer(verdict())).results[0].categories
    by_name = found.model_dump(by_alias=False)
    assert by_name["self_harm_intent"] is False
    assert "self-harm/intent" not in by_name
    assert Categories.model_validate(by_name) == found


@pytest.mark.parametrize("model", [Categories, CategoryScores, CategoryAppliedInputTypes])
def test_every_category_of_the_api_is_an_attribute(
    model: type[Categories | CategoryScores | CategoryAppliedInputTypes],
) -> None:
    known = {field.alias or name: name for name, field in model.model_fields.items()}
    assert known == {name: name.replace("/", "_").replace("-", "_") for name in NAMES}


def test_categories_and_kinds_of_input_that_are_newer_than_this_package_are_kept() -> None:
    body = answer(verdict())
    body["results"][0]["categories"]["fraud/phishing"] = True
    body["results"][0]["category_applied_input_types"]["hate"] = ["audio"]
    result = read(body)
    assert result.model_dump() == body
    assert (result.results[0].categories.model_extra or {})["fraud/phishing"] is True


def test_a_model_that_does_not_know_a_category_says_null() -> None:
    body = answer(verdict())
    body["results"][0]["categories"] |= {"illicit": None, "illicit/violent": None}
    result = read(body)
    assert result.results[0].categories.illicit_violent is None
    assert result.model_dump() == body


@pytest.mark.parametrize("field", ["flagged", "categories", "category_scores"])
def test_a_missing_field_is_a_deviation(field: str) -> None:
    body = answer(verdict())
    del body["results"][0][field]
    with pytest.raises(ValidationError, match=field):
        read(body)


def test_a_missing_category_is_a_deviation_under_its_api_name() -> None:
    body = answer(verdict())
    del body["results"][0]["category_scores"]["hate/threatening"]
    with pytest.raises(ValidationError, match=r"category_scores\.hate/threatening"):
        read(body)


def test_an_answer_survives_copy_and_pickle() -> None:
    result = read(answer(verdict()))
    assert copy.deepcopy(result).model_dump() == result.model_dump()
    assert pickle.loads(pickle.dumps(result)).model_dump() == result.model_dump()
