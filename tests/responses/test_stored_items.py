"""Items that were stored come back in any form: the object, its dump, its JSON, `as_input()`; of every kind there is.

Made from the API description: an item of each kind that a response, a conversation or a compaction may hold, as it is,
with a member that nobody knows (at its top and inside), and without id and status.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.responses.test_completeness import ITEMS, SAID_BY_THE_SERVER_ONLY, lost
from tests.responses.test_completeness import instances as described
from typed_openai.core.answer.tolerant import build
from typed_openai.core.request.params import json_body
from typed_openai.errors import OpenAIError, ResponseValidationError
from typed_openai.models.readers import reader_of
from typed_openai.models.responses.params import ResponseCreateParams
from typed_openai.models.responses.results import Response


def through_json(value: Any) -> Any:
    return json.loads(json.dumps(value))


FORMS: dict[str, Callable[[Any], Any]] = {
    "object": lambda item: item,
    "dump": lambda item: item.model_dump(),
    "dump with nulls": lambda item: item.model_dump(exclude_unset=False),
    "dict": lambda item: item.to_dict(),
    "input": lambda item: item.as_input(),
    "dump in JSON": lambda item: json.loads(item.model_dump_json()),
    "dict in JSON": lambda item: json.loads(item.to_json()),
    "input in JSON": lambda item: through_json(item.as_input()),
}


def sent(item: Any) -> Any:
    params = ResponseCreateParams.model_validate({"model": "m", "input": [item]})
    (found,) = json.loads(json_body("responses.create", params, None))["input"]
    return found


def said(value: Any) -> Any:
    """A value without the nulls in it, which say nothing."""
    if isinstance(value, dict):
        return {name: said(each) for name, each in value.items() if each is not None}
    return [said(each) for each in value] if isinstance(value, list) else value


def with_news(value: Any) -> Any:
    """The same with a member that nobody knows, in it and in every object of a list inside it."""
    inner = {
        name: [{**each, "newer_still": 1} if isinstance(each, dict) and "type" in each else each for each in item]
        if isinstance(item, list)
        else item
        for name, item in value.items()
    }
    return {**inner, "newer": {"a": [1, None]}}


def instances(union: str) -> Iterator[Any]:
    """As described, without those in which a name has no letters or odd ones, and messages of strangers without id: the
    description has bounds for what is sent and none for what comes."""
    for value in described(union):
        names = [value[name] for name in ("id", "call_id", "name", "namespace") if value.get(name) is not None]
        if all(re.fullmatch(r"[\w-]+", name) for name in names):
            yield value


def kinds(union: str) -> Iterator[Any]:
    """Instances with an id and a type: what a server keeps."""
    return (value for value in instances(union) if isinstance(value.get("id"), str) and value["id"])


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("union", ITEMS)
def test_an_item_is_taken_in_every_form_and_nothing_of_it_is_lost(union: str, form: str) -> None:
    refused: set[str] = set()
    for value in instances(union):
        item = reader_of(ITEMS[union]).validate_json(json.dumps(value), strict=True)
        try:
            found = sent(FORMS[form](item))
        except ValueError as error:
            refused.add(f"{value['type']}: {error}")
            continue
        kept = {name: each for name, each in said(found).items() if name in value}
        assert set(lost(said(value), kept)) <= SAID_BY_THE_SERVER_ONLY.keys()
    assert sorted(refused) == []


@pytest.mark.parametrize("form", [form for form in FORMS if form != "dump with nulls"])
@pytest.mark.parametrize("union", ITEMS)
def test_members_that_nobody_knows_go_back_in_every_form(union: str, form: str) -> None:
    seen: set[str] = set()
    for value in kinds(union):
        if value["type"] in seen:
            continue
        seen.add(value["type"])
        news = with_news(value)
        item = reader_of(ITEMS[union]).validate_json(json.dumps(news), strict=True)
        found = sent(FORMS[form](item))
        assert found["newer"] == news["newer"], value
        assert json.dumps(found).count("newer_still") == json.dumps(news).count("newer_still"), value
    assert len(seen) > 15


@pytest.mark.parametrize("union", ITEMS)
def test_ids_and_statuses_are_optional(union: str) -> None:
    for value in instances(union):
        item = reader_of(ITEMS[union]).validate_json(json.dumps(value), strict=True).as_input()
        speakers = ["developer"] if item["type"] == "additional_tools" else ["user", "assistant", "system", "developer"]
        if item.get("role", "developer") not in speakers or '""' in json.dumps(item):
            continue  # what is beyond the bounds of a request only the id proves to come from a server
        bare = {name: each for name, each in item.items() if name not in ("id", "status")}
        assert set(lost(bare, sent(bare))) == set()


@pytest.mark.parametrize("form", FORMS)
def test_an_item_of_a_newer_kind_is_taken_in_every_form(form: str) -> None:
    value = {"type": "dream_call", "id": "d_1", "plot": {"a": [1]}, "call_id": "c"}
    item = reader_of(ITEMS["OutputItem"]).validate_json(json.dumps(value), strict=True)
    assert sent(FORMS[form](item)) == value


@pytest.mark.parametrize(
    "item",
    [
        {"type": "message", "role": "assistant", "content": [{"type": "output_text", "text": "a"}]},
        {"type": "reasoning", "summary": [], "encrypted_content": "x"},
        {
            "type": "web_search_call",
            "id": "ws",
            "status": "completed",
            "action": {"type": "find_in_page", "pattern": "a"},
        },
        {"type": "image_generation_call", "id": "ig", "result": "x", "revised_prompt": "a cat", "size": "1024x1024"},
    ],
    ids=["message", "thoughts", "search in a page", "picture"],
)
def test_what_people_have_stored_is_sent_as_it_is(item: dict[str, Any]) -> None:
    assert sent(item) == item


# --- what was repaired, and what cannot be ---------------------------------------------------------------------------


def answered(output: Any) -> Any:
    return build(Response, {"id": "r", "output": output}, "", [])


@pytest.mark.parametrize(
    ("output", "where"),
    [
        ([5], "/output/0"),
        (["x"], "/output/0"),
        ([{"type": "new"}, [1]], "/output/1"),
        ("text", "/output"),
        (5, "/output"),
    ],
)
def test_what_is_no_item_is_an_error_of_ours_that_says_where(output: Any, where: str) -> None:
    with pytest.raises(ResponseValidationError, match=f"^{where} is not an item and cannot be sent"):
        answered(output).as_input()
    with pytest.raises((OpenAIError, ValueError)):
        ResponseCreateParams.model_validate({"model": "m", "input": answered(output)})


@pytest.mark.parametrize(
    ("kind", "field", "nothing"), [("function_call", "arguments", "{}"), ("custom_tool_call", "input", "")]
)
def test_what_a_call_lacks_is_made_up_and_an_issue_tells_that_it_lacked_it(kind: str, field: str, nothing: str) -> None:
    issues: list[Any] = []
    bare = {"type": kind, "name": "now"}
    first, second = build(Response, {"id": "r", "output": [bare, bare]}, "", issues).as_input()
    assert first[field] == second[field] == nothing
    assert len({first["call_id"], second["call_id"], ""}) == 3
    assert {f"/output/0/{field}", "/output/0/call_id"} <= {issue.pointer for issue in issues}
    again, _ = answered([bare, bare]).as_input()
    assert again == first
