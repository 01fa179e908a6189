"""Response streams that real servers and broken connections make: by each way to read one, complete or an error.

Never a silent half: what arrived before a break is on `.partial`, and what gateways leave out, repeat or say too early
changes nothing of what was said. Breaks of real sockets, and streams that go on: `tests/wire/test_response_streams.py`.
"""

from __future__ import annotations

import asyncio
import copy
import random
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from tests.responses.events import CALL, HEAD, MESSAGE, THOUGHT, WHOLE, story, wire
from tests.wire.reading import named, read_all
from typed_openai import AsyncOpenAI, OpenAI
from typed_openai.errors import APIStreamError, StreamDecodeError, StreamError, StreamTruncatedError
from typed_openai.streaming.responses import ResponseAccumulator, ResponseReader

Event = dict[str, Any]
STORY = story()
ASKED: dict[str, Any] = {"model": "m", "input": "x"}


class Read:
    """What reading one stream came to: its events, and the final response where the way to read it gives one."""

    def __init__(self) -> None:
        self.events: list[Any] = []
        self.final: Any = None


def opened(responses: Any, way: str) -> Any:
    if way == "create":
        return responses.create(**ASKED, stream=True)
    if way == "retrieve":
        return responses.retrieve("resp_1", stream=True)
    return responses.stream(**ASKED)


@pytest.fixture(params=["create", "retrieve", "stream", "async create", "async retrieve", "async stream"])
def read(request: pytest.FixtureRequest) -> Callable[..., Read]:
    """Reads the bytes of a stream by one of the ways there are."""
    colour, _, way = request.param.rpartition(" ")

    def run(body: bytes, into: Read | None = None) -> Read:
        found = Read() if into is None else into
        answer = httpx.Response(200, headers={"content-type": "text/event-stream"}, content=body)
        transport = httpx.MockTransport(lambda _: answer)
        settings: dict[str, Any] = {"api_key": "k", "base_url": "http://x/v1"}

        async def work() -> None:
            http = httpx.AsyncClient(transport=transport)
            async with AsyncOpenAI(http_client=http, **settings) as client:
                stream = opened(client.responses, way)
                stream = stream if way == "stream" else await stream
                async with stream:
                    async for event in stream:
                        found.events.append(event)
                    if way == "stream":
                        found.final = await stream.get_final_response()

        if colour == "async":
            asyncio.run(work())
            return found
        client = OpenAI(http_client=httpx.Client(transport=transport), **settings)
        with client, opened(client.responses, way) as stream:
            for event in stream:
                found.events.append(event)
            if way == "stream":
                found.final = stream.get_final_response()
        return found

    return run


def summed(events: list[Any]) -> Any:
    """What the events add up to."""
    accumulator = ResponseAccumulator()
    for event in events:
        accumulator.add(event)
    return accumulator.snapshot()


def final(read: Callable[..., Read], events: list[Event]) -> Any:
    """The final response, put together by hand where the way to read gives none; both are the same."""
    found = read(wire(events))
    added = summed(found.events)
    assert found.final is None or found.final.model_dump() == added.model_dump()
    return added


def closing(response: Any, kind: str = "response.completed") -> Event:
    return {"type": kind, "sequence_number": len(STORY) - 1, "response": response}


# --- ends ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("count", range(1, len(STORY)))
def test_a_cut_behind_any_event_is_an_error_with_everything_before_it(read: Callable[..., Read], count: int) -> None:
    found = Read()
    with pytest.raises(StreamTruncatedError) as caught:
        read(wire(STORY[:count]), found)
    assert [event.model_dump() for event in found.events] == STORY[:count]
    assert caught.value.events_received == count
    assert caught.value.partial.model_dump() == summed(found.events).model_dump()


def test_a_cut_amid_any_event_is_an_error_with_what_was_whole(read: Callable[..., Read]) -> None:
    body = wire(STORY)
    whole_at = [len(wire(STORY[:count])) for count in range(len(STORY) + 1)]
    for place in random.Random(4).sample(range(1, whole_at[-2]), 25):
        found = Read()
        with pytest.raises(StreamTruncatedError) as caught:
            read(body[:place], found)
        count = sum(end <= place for end in whole_at) - 1
        assert len(found.events) - count in (0, 1)  # the blank line behind an event may be what is missing
        partial = caught.value.partial
        assert (partial is None) == (found.events == [])
        assert partial is None or partial.model_dump() == summed(found.events).model_dump()


def test_an_empty_stream_is_an_error_without_a_partial(read: Callable[..., Read]) -> None:
    for body in (b"", b"\n\n", b": ping\n\n: ping\n\n", b"data: [DONE]\n\n"):
        with pytest.raises(StreamTruncatedError, match="empty") as caught:
            read(body)
        assert caught.value.partial is None


@pytest.mark.parametrize("count", [0, 1, 11, 20])
def test_an_error_amid_a_stream_is_raised_with_what_came_before(read: Callable[..., Read], count: int) -> None:
    said = {"type": "error", "code": "server_error", "message": "Sorry.", "param": None, "sequence_number": count}
    with pytest.raises(APIStreamError, match="Sorry") as caught:
        read(wire([*STORY[:count], said, *STORY[count:]]))
    partial = caught.value.partial
    assert (partial is None) == (count == 0)
    assert partial is None or partial.id == "resp_1"


@pytest.mark.parametrize("status", ["failed", "incomplete"])
def test_a_response_that_failed_keeps_what_was_said(read: Callable[..., Read], status: str) -> None:
    head = {**HEAD, "status": status, "error": {"code": "server_error", "message": "Sorry."}}
    found = final(read, [*STORY[:12], closing(head, f"response.{status}")])
    assert (found.status, found.output_text) == (status, "Hi ")
    assert found.error.message == "Sorry."


def test_done_alone_is_no_end_of_a_response_and_is_read_on_behind(read: Callable[..., Read]) -> None:
    with pytest.raises(StreamTruncatedError, match=r"\[DONE\] but without the event that ends it") as caught:
        read(wire(STORY[:12]) + b"data: [DONE]\n\n")
    result = caught.value.partial
    assert (result.status, result.output_text, result.is_over) == ("in_progress", "Hi ", False)
    whole = read(wire(STORY[:12]) + b"data: [DONE]\n\n" + wire(STORY[12:]))
    assert summed(whole.events).model_dump() == WHOLE


def test_a_stream_that_is_not_one_is_named(read: Callable[..., Read]) -> None:
    with pytest.raises(StreamDecodeError) as caught:
        read(b"<html>busy</html>")
    assert caught.value.partial is None


# --- the last event --------------------------------------------------------------------------------------------------

LAST: list[Any] = [
    {**WHOLE, "output": []},
    {**WHOLE, "output": None},
    {name: value for name, value in WHOLE.items() if name != "output"},
    dict.fromkeys(WHOLE),
    {},
    None,
]


@pytest.mark.parametrize("response", LAST)
@pytest.mark.parametrize("named", [True, False])
def test_a_last_event_that_says_nothing_takes_nothing_away(
    read: Callable[..., Read], response: Any, named: bool
) -> None:
    found = read(wire([*STORY[:-1], closing(response)], named))
    result = summed(found.events)
    assert (result.id, result.model, result.status) == ("resp_1", "m", "completed")
    assert result.model_dump()["output"] == WHOLE["output"]
    assert found.final is None or found.final.model_dump() == result.model_dump()


@pytest.mark.parametrize("kind", ["completed", "failed", "incomplete"])
def test_a_last_event_without_a_response_says_at_least_how_it_ended(read: Callable[..., Read], kind: str) -> None:
    found = final(read, [*STORY[:12], {"type": f"response.{kind}", "sequence_number": 12}])
    assert (found.status, found.output_text) == (kind, "Hi ")


@pytest.mark.parametrize("output", [WHOLE["output"], []])
def test_a_last_event_that_comes_too_early_loses_nothing(read: Callable[..., Read], output: Any) -> None:
    early = [*STORY[:9], {**STORY[-1], "response": {**WHOLE, "output": output}}, *STORY[9:-1]]
    assert final(read, early).model_dump() == WHOLE


# --- ids and indexes -------------------------------------------------------------------------------------------------


def without_end(events: list[Event]) -> list[Event]:
    """With a last event whose output is empty, so that the items are those of the pieces."""
    return [*events[:-1], closing({**WHOLE, "output": []})]


def changed(event: Event, number: int, item_id: Any, index: Any) -> Event:
    """An event with other ids and indexes: what is None is left out, a function makes one up for each event."""
    event = copy.deepcopy(event)
    for place, name in ((event, "item_id"), (event.get("item", {}), "id")):
        if name in place:
            place[name] = item_id(number) if callable(item_id) else item_id
            if place[name] is None:
                del place[name]
    if "output_index" in event:
        event["output_index"] = index
        if index is None:
            del event["output_index"]
    return event


def contents(response: Any) -> list[Event]:
    """The items without their ids."""
    return [{k: v for k, v in item.items() if k != "id"} for item in response.model_dump()["output"]]


SAID = [{k: v for k, v in item.items() if k != "id"} for item in (THOUGHT, MESSAGE, CALL)]


@pytest.mark.parametrize("item_id", [None, "", "the same for all", lambda number: f"id_{number}"])
def test_ids_that_are_missing_alike_or_ever_new_do_not_confuse_items(read: Callable[..., Read], item_id: Any) -> None:
    events = [changed(event, number, item_id, event.get("output_index")) for number, event in enumerate(STORY)]
    assert contents(final(read, without_end(events))) == SAID


@pytest.mark.parametrize("index", [None, 0])
def test_neither_ids_nor_indexes_are_needed(read: Callable[..., Read], index: Any) -> None:
    events = [changed(event, number, None, index) for number, event in enumerate(STORY)]
    assert contents(final(read, without_end(events))) == SAID


@pytest.mark.parametrize("item_id", ["fc_1", "", None])
def test_two_calls_of_one_id_are_two(read: Callable[..., Read], item_id: Any) -> None:
    calls = [CALL, {**CALL, "call_id": "call_2", "arguments": '{"b":2}'}]
    events: list[Event] = [{"type": "response.created", "response": HEAD}]
    for index, call in enumerate(calls):
        at: Event = {"output_index": index, "item_id": item_id}
        item = {**call, "id": item_id}
        events += [
            {"type": "response.output_item.added", "output_index": index, "item": {**item, "arguments": ""}},
            {"type": "response.function_call_arguments.delta", **at, "delta": call["arguments"]},
            {"type": "response.function_call_arguments.done", **at, "arguments": call["arguments"]},
            {"type": "response.output_item.done", "output_index": index, "item": item},
        ]
    events.append({"type": "response.completed", "response": {**WHOLE, "output": []}})
    assert [each.arguments for each in final(read, events).function_calls] == ['{"a":1}', '{"b":2}']


def test_numbers_and_dates_of_other_kinds_are_read(read: Callable[..., Read]) -> None:
    events = copy.deepcopy(STORY)
    for event in events:
        if "response" in event:
            event["response"]["created_at"] = 1.5
        del event["sequence_number"]
    found = final(read, events)
    assert found.created_at == 1.5
    assert found.model_dump()["output"] == WHOLE["output"]


@pytest.mark.parametrize("seed", range(6))
def test_many_faults_at_once_end_in_a_whole_response_or_in_an_error(read: Callable[..., Read], seed: int) -> None:
    """Events twice, of unknown kinds, without keys, null where something should be, and a cut: whatever comes of it."""
    chance = random.Random(seed)
    events: list[Event] = []
    for event in STORY:
        told = copy.deepcopy(event)
        if chance.random() < 0.3:
            told.pop(chance.choice(["output_index", "item_id", "content_index", "sequence_number"]), None)
        if chance.random() < 0.2:
            events.append({"type": "response.telepathy.delta", "delta": None})
        events += [told] * (1 + (chance.random() < 0.3 and "sequence_number" in told))
    found = final(read, events)
    assert found.model_dump() == WHOLE
    cut = Read()
    with pytest.raises(StreamError) as caught:
        read(wire(events[: chance.randrange(1, len(events) - 1)]), cut)
    assert caught.value.partial.model_dump() == summed(cut.events).model_dump()


def test_an_id_that_is_another_with_each_event_is_told_once_and_counted() -> None:
    def renamed(number: int, each: Event) -> Event:
        return {**each, "item_id": f"other_{number}"} if "item_id" in each else each

    told = [renamed(number, each) for number, each in enumerate(STORY[:-1])]
    _, added = read_all(ResponseReader(), [named("", each) for each in told])
    found = [issue for issue in added.issues if issue.got == "a new id in the middle"]
    assert len(found) == 1
    assert found[0].times == sum("item_id" in each for each in told)
