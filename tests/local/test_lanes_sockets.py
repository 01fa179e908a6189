"""Responses over a socket on the local server: lanes that take turns, and courses that are changed."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.local.callers import Caller, Event, calling, kinds
from typed_openai.local import LocalServer


@pytest.fixture
def caller() -> Iterator[Caller]:
    with LocalServer() as server, calling(server, "/responses") as found:
        yield found


def create(caller: Caller, text: str, **members: object) -> None:
    caller.say("response.create", model="gpt-4o", input=text, **members)


def test_a_response_adds_up_and_is_gone_on_from(caller: Caller) -> None:
    create(caller, "Hello")
    events = caller.until("response.completed")
    assert kinds(events)[:2] == ["response.created", "response.in_progress"]
    assert [event["sequence_number"] for event in events] == [*range(len(events))]
    text = "".join(event["delta"] for event in events if event["type"] == "response.output_text.delta")
    assert events[-1]["response"]["output"][0]["content"][0]["text"] == text
    assert "stream_id" not in events[0]
    create(caller, "And again", previous_response_id=events[-1]["response"]["id"])
    assert "And again" in str(caller.until("response.completed")[-1]["response"]["output"])


def test_lanes_take_turns_and_each_adds_up() -> None:
    with LocalServer(chunk_delay=0.002) as server, calling(server, "/responses") as caller:
        for lane in ("a", "b", "c"):
            create(caller, f"From {lane}", stream_id=lane)
        events: list[Event] = []
        while sum(event["type"] == "response.completed" for event in events) < 3:
            events.append(caller.told())
    for lane in ("a", "b", "c"):
        own = [event for event in events if event["stream_id"] == lane]
        assert [event["sequence_number"] for event in own] == [*range(len(own))]
        assert f"From {lane}" in str(own[-1]["response"]["output"])
    first = [event["stream_id"] for event in events[:30]]
    assert {*first} == {"a", "b", "c"}


def test_in_one_lane_a_response_waits_for_the_one_before_it(caller: Caller) -> None:
    create(caller, "one", stream_id="a")
    create(caller, "two", stream_id="a")
    both = [caller.until("response.completed") for _ in range(2)]
    assert ["one" in str(both[0][-1]), "two" in str(both[1][-1])] == [True, True]


def test_what_is_only_made_ready_says_nothing(caller: Caller) -> None:
    create(caller, "Hello", generate=False)
    events = caller.until("response.completed")
    assert kinds(events) == ["response.created", "response.completed"]
    assert events[-1]["response"]["output"] == []


def test_a_refusal_names_its_lane_and_the_connection_goes_on(caller: Caller) -> None:
    create(caller, "Hello", stream_id="a", previous_response_id="resp_nobody")
    refused = caller.told()
    assert (refused["type"], refused["status"], refused["stream_id"]) == ("error", 400, "a")
    assert refused["error"]["code"] == "previous_response_not_found"
    create(caller, "Hello", temperature=9)
    assert caller.told()["error"]["param"] == "temperature"
    create(caller, "Hello")
    assert caller.until("response.completed")


def test_a_course_is_changed_under_way_and_goes_on_in_a_response_of_its_own() -> None:
    with LocalServer(chunk_delay=0.01) as server, calling(server, "/responses") as caller:
        create(caller, "A long story of very many words", stream_id="a")
        first = caller.until("response.created")[-1]["response"]["id"]
        caller.say("response.steer", previous_response_id=first, input="Shorter")
        accepted = caller.until("response.steer.accepted")[-1]
        assert (accepted["stream_id"], accepted["steer"]["previous_response_id"]) == ("a", first)
        caller.until("response.completed")
        second = caller.until("response.completed")[-1]["response"]
    assert second["previous_response_id"] == first
    assert "Shorter" in str(second["output"])


def test_what_is_over_or_was_never_there_cannot_be_steered_nor_injected(caller: Caller) -> None:
    create(caller, "Hello")
    done = caller.until("response.completed")[-1]["response"]["id"]
    for identifier, code in ((done, "response_already_completed"), ("resp_nobody", "response_not_found")):
        caller.say("response.steer", previous_response_id=identifier, input="Shorter")
        assert caller.told()["error"]["code"] == code
        items = [{"type": "message", "role": "user", "content": "Shorter"}]
        caller.say("response.inject", response_id=identifier, input=items)
        failed = caller.told()
        assert (failed["type"], failed["error"]["code"]) == ("response.inject.failed", code)
