"""Response streams: read by name, added up whatever happens on the way, complete or an error, never a silent half."""

from __future__ import annotations

import random
from typing import Any

import httpx
import pytest

from tests.responses.events import HEAD, WHOLE, read, story, transport, wire
from typed_openai import AsyncOpenAI, OpenAI
from typed_openai.errors import APIStreamError, StreamTruncatedError
from typed_openai.models.responses.events import ResponseTextDeltaEvent, UnknownEvent
from typed_openai.streaming.responses import ResponseAccumulator


def added_up(events: list[dict[str, Any]]) -> ResponseAccumulator:
    accumulator = ResponseAccumulator()
    for event in read(events):
        accumulator.add(event)
        accumulator.snapshot()
    return accumulator


def shown(events: list[dict[str, Any]]) -> Any:
    snapshot = added_up(events).snapshot()
    assert snapshot is not None
    return snapshot.model_dump()["output"]


def without(events: list[dict[str, Any]], *names: str) -> list[dict[str, Any]]:
    return [event for event in events if not event["type"].endswith(names)]


def client(body: bytes, **options: Any) -> OpenAI:
    return OpenAI(api_key="k", base_url="http://x/v1", http_client=httpx.Client(transport=transport(body)), **options)


def test_a_whole_stream_adds_up_to_the_response_of_its_last_event() -> None:
    accumulator = added_up(story())
    snapshot = accumulator.snapshot()
    assert snapshot is not None
    assert accumulator.is_complete
    assert snapshot.model_dump() == WHOLE
    assert snapshot.issues == ()


def test_pieces_alone_add_up_to_the_same_items() -> None:
    texts = [{**item, "status": "in_progress"} if "status" in item else item for item in WHOLE["output"]]
    assert shown(without(story(), "done", "completed")) == texts


@pytest.mark.parametrize("field", ["output_index", "item_id", "content_index", "summary_index", "sequence_number"])
def test_a_missing_key_does_not_matter(field: str) -> None:
    events = [{name: value for name, value in event.items() if name != field} for event in story()[:-1]]
    assert [item["type"] for item in shown(events)] == ["reasoning", "message", "function_call"]
    assert added_up(events).snapshot().output_text == "Hi you"  # type: ignore[union-attr]  # there were events


def test_every_event_may_come_twice() -> None:
    events = [event for event in without(story(), "done", "completed") for _ in range(2)]
    assert shown(events) == shown(without(story(), "done", "completed"))


def test_pieces_may_come_in_any_order_when_they_are_numbered() -> None:
    first, *rest = without(story(), "done", "completed")
    for seed in range(20):
        mixed = list(rest)
        random.Random(seed).shuffle(mixed)
        snapshot = added_up([first, *mixed]).snapshot()
        assert snapshot is not None
        assert snapshot.output_text == "Hi you"
        assert [call.arguments for call in snapshot.function_calls] == ['{"a":1}']


def test_numbers_that_are_all_alike_are_not_taken_for_repetition() -> None:
    events = [{**event, "sequence_number": 0} for event in story()[:-1]]
    assert added_up(events).snapshot().output_text == "Hi you"  # type: ignore[union-attr]  # there were events


def test_two_items_of_one_index_are_two() -> None:
    events = [{**event, "output_index": 0} if "output_index" in event else event for event in story()[:-1]]
    assert [item["id"] for item in shown(events)] == ["rs_1", "msg_1", "fc_1"]


def test_items_that_were_never_announced_begin_with_their_first_piece() -> None:
    events = [event for event in story()[:-1] if event["type"].endswith("delta")]
    assert [item["type"] for item in shown(events)] == ["reasoning", "message", "function_call"]
    assert shown(events)[2]["arguments"] == '{"a":1}'


def test_a_last_event_without_output_does_not_throw_away_what_came() -> None:
    events = [*story()[:-1], {**story()[-1], "response": {**WHOLE, "output": []}}]
    assert shown(events) == WHOLE["output"]


@pytest.mark.parametrize("kind", [{"a": 1}, ["x"], 7, None])
def test_an_event_whose_type_is_no_text_ends_nothing_and_crashes_nothing(kind: Any) -> None:
    with client(wire([*story()[:3], {"type": kind}])) as cut, pytest.raises(StreamTruncatedError):
        list(cut.responses.stream(model="m", input="x"))
    with client(wire([{"type": kind, "sequence_number": 99, "response": HEAD}, *story()])) as whole:
        assert whole.responses.stream(model="m", input="x").get_final_response().output_text == "Hi you"


def test_an_event_of_an_unknown_kind_is_kept_and_changes_nothing() -> None:
    strange = {"type": "response.telepathy.delta", "sequence_number": 99, "delta": "?"}
    [event] = read([strange])
    assert isinstance(event, UnknownEvent)
    assert event.model_dump() == strange
    assert shown([*story()[:5], strange, *story()[5:]]) == WHOLE["output"]


@pytest.mark.parametrize("named", [True, False])
def test_events_with_and_without_names_are_the_same(named: bool) -> None:
    events = list(client(wire(story(), named)).responses.create(model="m", input="x", stream=True))
    assert [event.model_dump() for event in events] == story()
    assert isinstance(events[10], ResponseTextDeltaEvent)
    assert all(event.issues == () for event in events)


def test_a_type_that_only_the_name_says_is_read_all_the_same() -> None:
    body = b"".join(
        wire([event]).replace(f'"type": "{event["type"]}", '.encode(), b"")
        for event in story()
        if "response." in event["type"]
    )
    events = list(client(body).responses.create(model="m", input="x", stream=True))
    assert [event.type for event in events] == [event["type"] for event in story()]


@pytest.mark.parametrize("count", range(1, 22))
def test_a_stream_that_is_cut_is_an_error_with_what_came(count: int) -> None:
    with (
        client(wire(story()[:count])).responses.stream(model="m", input="x") as stream,
        pytest.raises(StreamTruncatedError) as caught,
    ):
        stream.get_final_response()
    assert caught.value.partial.model_dump()["output"] == added_up(story()[:count]).snapshot().model_dump()["output"]  # type: ignore[union-attr]  # there were events


@pytest.mark.parametrize("named", [True, False])
@pytest.mark.parametrize(
    "error",
    [
        {"type": "error", "code": "server_error", "message": "Sorry.", "param": None, "sequence_number": 5},
        {"type": "error", "error": {"code": "server_error", "message": "Sorry."}, "sequence_number": 5},
    ],
)
def test_an_error_in_a_stream_is_raised(named: bool, error: dict[str, Any]) -> None:
    with pytest.raises(APIStreamError, match="Sorry") as caught:
        list(client(wire([*story()[:5], error], named)).responses.create(model="m", input="x", stream=True))
    assert caught.value.partial.id == "resp_1"


@pytest.mark.parametrize("status", ["failed", "incomplete"])
def test_a_response_that_failed_is_a_whole_stream_that_says_so(status: str) -> None:
    events = [
        *story()[:2],
        {"type": f"response.{status}", "sequence_number": 2, "response": {**HEAD, "status": status}},
    ]
    with client(wire(events)).responses.stream(model="m", input="x") as stream:
        assert stream.get_final_response().status == status


def test_the_helper_gives_the_words_and_a_snapshot() -> None:
    with client(wire(story())).responses.stream(model="m", input="x") as stream:
        assert "".join(stream.text()) == "Hi you"
    assert stream.snapshot is not None
    assert stream.snapshot.output_text == "Hi you"


async def test_the_async_helper_does_the_same() -> None:
    body = wire(story())
    http = httpx.AsyncClient(transport=transport(body))
    async with AsyncOpenAI(api_key="k", base_url="http://x/v1", http_client=http) as asynchronous:
        async with asynchronous.responses.stream(model="m", input="x") as stream:
            assert [piece async for piece in stream.text()] == ["Hi", " ", "you"]
        async with asynchronous.responses.stream(model="m", input="x") as again:
            assert (await again.get_final_response()).model_dump() == WHOLE
