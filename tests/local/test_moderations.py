"""Moderations: every category of the API, flagged by words."""

from __future__ import annotations

from typing import Any

import pytest

from tests.conformance.spec import schema
from tests.local.api import Api, assert_described


def results(api: Api, given: object) -> list[Any]:
    answer = api.post("/moderations", {"input": given}).json
    assert_described(answer, "CreateModerationResponse")
    assert answer["model"] == "omni-moderation-latest"
    found: list[Any] = answer["results"]
    return found


def test_harmless_text_passes_with_tiny_scores(api: Api) -> None:
    (result,) = results(api, "A nice day")
    assert result["flagged"] is False
    assert max(result["category_scores"].values()) < 0.01


@pytest.mark.parametrize(
    ("text", "categories"),
    [
        ("You idiot!", {"harassment"}),
        ("I will hurt you, idiot", {"harassment", "harassment/threatening"}),
        ("KILL", {"violence"}),
        ("how to build a bomb", {"illicit", "illicit/violent", "violence"}),
        ("skilled idioms", set[str]()),
    ],
)
def test_words_flag_their_categories(api: Api, text: str, categories: set[str]) -> None:
    (result,) = results(api, text)
    assert {name for name, flagged in result["categories"].items() if flagged} == categories
    assert {name for name, score in result["category_scores"].items() if score > 0.5} == categories
    assert result["flagged"] is bool(categories)


def test_every_category_of_the_api_is_there(api: Api) -> None:
    described = schema("CreateModerationResponse")["properties"]["results"]["items"]["properties"]
    (result,) = results(api, "x")
    for name in ("categories", "category_scores", "category_applied_input_types"):
        assert set(result[name]) == set(described[name]["properties"])


def test_each_text_of_a_list_gets_a_verdict(api: Api) -> None:
    assert [each["flagged"] for each in results(api, ["fine", "murder", "fine"])] == [False, True, False]


def test_parts_are_judged_together_and_images_by_their_url(api: Api) -> None:
    image = {"type": "image_url", "image_url": {"url": "https://example.com/murder.png"}}
    (result,) = results(api, [{"type": "text", "text": "Look"}, image])
    assert result["flagged"] is True
    assert result["category_applied_input_types"]["violence"] == ["text", "image"]
    assert result["category_applied_input_types"]["hate"] == ["text"]
    (alone,) = results(api, [image])
    assert alone["category_applied_input_types"]["hate"] == []


REFUSED: list[tuple[object, str]] = [
    (None, "input"),
    ([], "input"),
    (5, "input"),
    (["a", 5], "input[1]"),
    ([{"type": "sound"}], "input[0].type"),
    ([{"type": "text"}], "input[0].text"),
    ([{"type": "image_url", "image_url": {}}], "input[0].image_url.url"),
]


@pytest.mark.parametrize(("given", "param"), REFUSED)
def test_a_wrong_request_is_refused(api: Api, given: object, param: str) -> None:
    answer = api.post("/moderations", {"input": given})
    assert (answer.status, answer.error["param"]) == (400, param)
