"""Every kind of thing that the API description has in Responses has a model here, and goes back without a loss.

The conformance harness reads whole responses and stops at some hundreds of instances; here each member of each union is
taken for itself. Kinds that only the official library knows are listed by hand.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from pydantic import BaseModel, ValidationError

from tests.conformance import spec
from tests.conformance.generate import invalid_instances, valid_instances
from tests.conformance.test_schemas import LOOSER_ITEMS, LOOSER_REQUESTS, may_have_been_said
from tests.conformance.validate import is_valid
from tests.responses.events import WHOLE
from typed_openai import OpenAI
from typed_openai.core.request.params import json_body
from typed_openai.models.conversations import ConversationItem
from typed_openai.models.readers import reader_of
from typed_openai.models.responses.content import Annotation
from typed_openai.models.responses.input_params import ItemAsItCame
from typed_openai.models.responses.outputs import CompactedItem, ResponseItem, ResponseOutputItem
from typed_openai.models.responses.params import ResponseCreateParams
from typed_openai.models.responses.results import Response
from typed_openai.models.responses.stream_events import ResponseStreamEvent
from typed_openai.models.responses.tools import Tool

ITEMS: dict[str, Any] = {
    "OutputItem": ResponseOutputItem,
    "ItemResource": ResponseItem,
    "ConversationItem": ConversationItem,
    "ItemField": CompactedItem,
}
UNIONS = ITEMS | {"Tool": Tool, "Annotation": Annotation, "ResponseStreamEvent": ResponseStreamEvent}
FIELDS_BESIDE = {
    ("LocalShellCallOutput", "call_id"): "required by the description, which does not describe it",
    ("ResponseMcpApprovalResponse", "request_id"): "as above",
    ("McpApprovalResponse", "request_id"): "as above",
    ("ResponseAudioDoneEvent", "response_id"): "as above",
    ("ResponseAudioTranscriptDeltaEvent", "response_id"): "as above",
    ("ResponseAudioTranscriptDoneEvent", "response_id"): "as above",
    ("Response", "output_text"): "put together from the output",
}
"""What is kept without being declared."""
SAID_BY_THE_SERVER_ONLY = {
    "created_by": "no item that is sent has it",
    "id": "messages that are sent to the model have none",
    "phase": "messages to the model have none",
    "status": "calls of custom tools and their outputs have none",
}
"""What does not go back, and why that is no loss."""


NO_CALLER = "'caller_id': ''"
"""Some items may have an empty one, as the description has it, and others not; here all must say who has called."""


@functools.cache
def members(union: str) -> list[str]:
    """The component schemas that a union of the description has."""
    described: Any = spec.schema(union)
    return [member["$ref"].rpartition("/")[2] for member in described.get("oneOf") or described["anyOf"]]


def instances(union: str) -> Iterator[Any]:
    """Instances of each member of a union."""
    for member in members(union):
        found = [
            i.value for i in valid_instances(spec.schema(member), spec.document()) if NO_CALLER not in str(i.value)
        ]
        assert found
        yield from (value for value in found if is_valid(spec.schema(union), value, spec.document()))


def inside(value: object) -> Iterator[BaseModel]:
    """The models in a value, itself included."""
    if isinstance(value, BaseModel):
        yield value
        for inner in vars(value).values():
            yield from inside(inner)
    elif isinstance(value, list):
        for each in value:
            yield from inside(each)


def lost(came: Any, sent: Any) -> Iterator[str]:
    """The names of what came and was not sent; None says nothing, and what was added or changed raises."""
    if isinstance(came, dict) and isinstance(sent, dict):
        assert sent.keys() <= came.keys()
        for name, value in came.items():
            if name in sent:
                yield from lost(value, sent[name])
            elif value is not None:
                yield name
    elif isinstance(came, list) and isinstance(sent, list):
        for one, other in zip(came, sent, strict=True):
            yield from lost(one, other)
    else:
        assert came == sent


@pytest.mark.parametrize("union", UNIONS)
def test_every_member_of_every_union_has_a_model(union: str) -> None:
    assert len(members(union)) >= 4
    reader = reader_of(UNIONS[union])
    unknown: set[tuple[str, str]] = set()
    for value in instances(union):
        found = reader.validate_json(json.dumps(value), strict=True)
        assert found.model_dump(mode="json") == value
        for model in inside(found):
            name = type(model).__name__
            extra = model.__pydantic_extra__ or {}
            unknown |= {(name, str(field)) for field in extra}
            assert not name.startswith("Unknown") or is_of_another_role(value), (name, value)
    assert unknown <= FIELDS_BESIDE.keys()


def is_of_another_role(value: Any) -> bool:
    """A kept message may be of roles that the description leaves open."""
    return value.get("type") == "message" and value.get("role") not in ("user", "assistant", "system", "developer")


@pytest.mark.parametrize("union", ITEMS)
def test_what_came_goes_back_without_a_loss_and_checked_where_it_can_be(union: str) -> None:
    for value in instances(union):
        item = reader_of(ITEMS[union]).validate_json(json.dumps(value), strict=True)
        params = ResponseCreateParams.model_validate({"input": [item]})
        (sent,) = json.loads(json_body("responses.create", params, None))["input"]
        assert sent == item.as_input() == json.loads(json.dumps(item.as_input()))
        assert set(lost(value, sent)) <= SAID_BY_THE_SERVER_ONLY.keys(), value
        if is_valid(spec.schema("InputItem"), sent, spec.document()):
            assert not isinstance(params.input[0], ItemAsItCame), value  # type: ignore[index]  # it is a list


def test_thoughts_and_calls_of_every_kind_go_back_to_the_last_letter() -> None:
    """What a model needs of its own words: whatever is in an item of these kinds but who made it."""
    kinds = [name for name in members("OutputItem") if name not in ("OutputMessage", "CustomToolCallOutputResource")]
    for kind in kinds:
        for instance in valid_instances(spec.schema(kind), spec.document()):
            item = reader_of(ResponseOutputItem).validate_json(json.dumps(instance.value), strict=True)
            assert set(lost(instance.value, item.as_input())) <= {"created_by"}, instance.value


@pytest.mark.parametrize("union", ["Item", "InputItem"])
def test_every_item_of_an_input_is_taken_and_sent_as_given(union: str) -> None:
    for value in instances(union):
        params = ResponseCreateParams.model_validate({"input": [value]})
        assert json.loads(json_body("responses.create", params, None))["input"] == [value]
        assert not isinstance(params.input[0], ItemAsItCame)  # type: ignore[index]  # it is a list


UPDATE = {"type": "configuration_update", "id": "cu_1", "reasoning": {"effort": "low"}}


@pytest.mark.parametrize("kind", ["ItemResource", "ConversationItem"])
def test_items_that_only_the_official_library_knows_are_typed_too(kind: str) -> None:
    update = {**UPDATE, "text": {"format": {"type": "json_schema", "name": "f", "schema": {"type": "object"}}}}
    item = reader_of(ITEMS[kind]).validate_json(json.dumps(update), strict=True)
    assert type(item).__name__ == "ResponseConfigurationUpdateItem"
    params = ResponseCreateParams.model_validate({"input": [item, update]})
    assert json.loads(json_body("responses.create", params, None))["input"] == [update, update]


def test_events_that_only_the_official_library_knows_are_typed_too() -> None:
    told = {"type": "response.compaction.compacting", "item_id": "cmp_1", "output_index": 0, "sequence_number": 3}
    event = reader_of(ResponseStreamEvent).validate_json(json.dumps(told), strict=True)
    assert type(event).__name__ == "ResponseCompactionCompactingEvent"
    assert event.model_dump() == told


# --- what a server says besides --------------------------------------------------------------------------------------

MESSAGE = WHOLE["output"][1]
CALL = WHOLE["output"][2]
STRANGE: list[dict[str, Any]] = [
    {"type": "dream", "id": "d_1", "plot": {"a": [1]}},
    {**MESSAGE, "content": [{"type": "output_hologram", "points": [1, 2]}]},
    {**MESSAGE, "content": "a plain text"},
    {**MESSAGE, "status": "thinking"},
    {**CALL, "arguments": {"a": 1}},
    {"type": "reasoning", "id": "rs_1", "summary": "a text", "encrypted_content": "sealed"},
    {"type": "computer_call", "id": "cu_1", "call_id": "c", "status": "completed", "action": {"type": "wink"}},
]


def response(item: dict[str, Any]) -> Response:
    from typed_openai.core.answer.tolerant import build

    return build(Response, {**WHOLE, "output": [item]}, "", [])


def as_written(params: ResponseCreateParams) -> Any:
    return json.loads(json_body("responses.create", params, None))["input"]


@pytest.mark.parametrize("item", STRANGE)
def test_what_a_server_said_is_told_again_also_when_it_is_not_as_described(item: dict[str, Any]) -> None:
    came = response(item)
    for given in (came, came.output, came.as_input(), [came], (each for each in came.output)):
        params = ResponseCreateParams.model_validate({"input": given})
        assert as_written(params) == [item]


def test_what_a_gateway_left_null_is_no_obstacle() -> None:
    """A content for one, which requests of your own must have; ids and states of nothing are left out."""
    came = response({**MESSAGE, "id": None, "status": None, "content": None})
    (sent,) = as_written(ResponseCreateParams.model_validate({"input": came}))
    assert sent == {"type": "message", "role": "assistant", "content": None}


def test_the_same_written_by_hand_is_refused() -> None:
    for item in STRANGE:
        written = {name: value for name, value in item.items() if name != "id"}
        with pytest.raises(ValueError, match="input"):
            ResponseCreateParams.model_validate({"input": [written]})
    mixed = [*response(STRANGE[0]).output, {"role": "user", "contents": "x"}]
    with pytest.raises(ValueError, match=r"1\.easy message\.contents"):
        ResponseCreateParams.model_validate({"input": mixed})


def test_a_response_stands_for_its_output_amid_other_items() -> None:
    question, came = {"role": "user", "content": "x"}, Response.model_validate(WHOLE)
    params = ResponseCreateParams.model_validate({"input": [question, came, *came.output, question]})
    assert as_written(params) == [question, *came.as_input(), *came.as_input(), question]
    assert came.as_input() == WHOLE["output"]


@pytest.mark.parametrize("validation", ["strict", "warn", "off"])
def test_it_does_so_however_much_is_checked(validation: Any) -> None:
    seen: list[Any] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(json.loads(request.content)["input"])
        return httpx.Response(200, json=WHOLE)

    http = httpx.Client(transport=httpx.MockTransport(answer))
    client = OpenAI(api_key="k", base_url="http://x/v1", http_client=http, validation=validation)
    came = client.responses.create(model="m", input="x")
    given: list[Any] = [came, [came], came.output, came.as_input()]
    for each in given:
        client.responses.create(model="m", input=each)
    assert seen == ["x", *(came.as_input() for _ in given)]


LOOSER = LOOSER_REQUESTS.keys()
"""Nulls and missing constants, as of all requests (`tests/conformance/test_schemas.py`)."""


@pytest.mark.parametrize(("union", "field"), [("InputItem", "input"), ("Item", "input"), ("Tool", "tools")])
def test_what_the_description_forbids_is_refused_in_every_item_and_tool(union: str, field: str) -> None:
    accepted: list[str] = []
    for member in members(union):
        for instance in invalid_instances(spec.schema(member), spec.document(), closed=True):
            is_known = instance.kind in LOOSER or (instance.kind, instance.pointer.rpartition("/")[2]) in LOOSER_ITEMS
            fits_another = is_valid(
                spec.schema("InputItem" if field == "input" else "Tool"),
                instance.value,
                spec.document(),
                generous=True,
                closed=True,
            )
            was_said = field == "input" and may_have_been_said(instance.value, instance.kind)
            if is_known or fits_another or was_said:
                continue
            try:
                ResponseCreateParams.model_validate({field: [instance.value]})
            except ValidationError:
                continue
            accepted.append(f"{member}: {instance}")
    assert accepted == []
