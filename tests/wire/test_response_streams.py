"""Response streams under every kind of fault: complete, resumed, or an error with `.partial`; never a silent half."""

from __future__ import annotations

import asyncio
import json
import logging
import random
from typing import Any

import pytest

from tests.responses.events import HEAD, WHOLE, story, wire
from tests.wire.colours import KEY
from tests.wire.server import CUT, END, RESET, STALL, Step, WireServer, answer, chunked, head
from typed_openai import AsyncOpenAI, OpenAI
from typed_openai.errors import (
    APIStreamError,
    RequestValidationError,
    StreamDeadlineError,
    StreamError,
    StreamInterruptedError,
    StreamStalledError,
    WaitFailedError,
    WaitTimeoutError,
)

Event = dict[str, Any]
BACKGROUND = {**HEAD, "background": True}
DONE = {**WHOLE, "background": True}


def told() -> list[Event]:
    """The story of a response that is made in the background."""
    return [
        {**event, "response": {**event["response"], "background": True}} if "response" in event else event
        for event in story()
    ]


EVENTS = told()


def blocks(events: list[Event]) -> list[bytes]:
    return [wire([event]) for event in events]


def cut(events: list[Event], how: Step = CUT) -> list[Step]:
    """A chunked answer that stops before its end."""
    return [*chunked(*blocks(events)), *([] if how is CUT else [0.1]), how]


def whole(events: list[Event]) -> list[Step]:
    return [*chunked(*blocks(events)), END]


class Told:
    """The events that came, and how it ended."""

    def __init__(self) -> None:
        self.events: list[Any] = []
        self.final: Any = None


def streamed(colour: Any, server: WireServer, *, options: dict[str, Any] | None = None, **settings: Any) -> Told:
    """The events of `responses.stream(background=True)` and the final response, in either colour."""
    settings = {"api_key": KEY, "base_url": server.base_url, "max_retries": 2, "timeout": 5.0, **settings}
    asked = options if options is not None else {"model": "m", "input": "x", "background": True}
    found = Told()

    async def work() -> None:
        async with AsyncOpenAI(**settings) as client, client.responses.stream(**asked) as stream:
            async for event in stream:
                found.events.append(event)
            found.final = await stream.get_final_response()

    if colour.name == "async":
        asyncio.run(work())
        return found
    with OpenAI(**settings) as client, client.responses.stream(**asked) as stream:
        for event in stream:
            found.events.append(event)
        found.final = stream.get_final_response()
    return found


def numbers(found: Told) -> list[int]:
    return [event.sequence_number for event in found.events]


@pytest.mark.parametrize("count", range(1, len(EVENTS)))
def test_a_background_stream_that_is_cut_anywhere_goes_on_where_it_broke(
    server: WireServer, colour: Any, count: int
) -> None:
    server.script(cut(EVENTS[:count]), whole(EVENTS[count:]))
    found = streamed(colour, server)
    assert found.final.model_dump() == DONE
    assert [event.model_dump() for event in found.events] == EVENTS
    assert [request.method for request in server.requests] == ["POST", "GET"]
    assert server.requests[1].path == f"/v1/responses/resp_1?starting_after={count - 1}&stream=true"


@pytest.mark.parametrize("how", [CUT, RESET, STALL])
def test_however_it_breaks_it_goes_on(server: WireServer, colour: Any, how: Step) -> None:
    server.script(cut(EVENTS[:9], how), cut(EVENTS[9:15], how), whole(EVENTS[15:]))
    found = streamed(colour, server, idle_timeout=0.25)
    assert (numbers(found), found.final.model_dump()) == ([*range(len(EVENTS))], DONE)


def test_an_end_that_comes_too_early_is_a_break_as_well(server: WireServer, colour: Any) -> None:
    server.script(whole(EVENTS[:9]), [*head(200), *blocks(EVENTS[9:12]), b"event: resp", CUT], whole(EVENTS[12:]))
    assert numbers(streamed(colour, server)) == [*range(len(EVENTS))]


def test_every_connection_may_bring_only_one_event(server: WireServer, colour: Any) -> None:
    server.script(*(cut([event]) for event in EVENTS))
    found = streamed(colour, server)
    assert (numbers(found), found.final.model_dump()) == ([*range(len(EVENTS))], DONE)


def test_what_comes_again_is_given_out_once(server: WireServer, colour: Any) -> None:
    server.script(cut(EVENTS[:12]), whole(EVENTS[5:]))
    assert numbers(streamed(colour, server)) == [*range(len(EVENTS))]
    server.script(cut(EVENTS[:12]), whole(EVENTS))
    assert numbers(streamed(colour, server)) == [*range(len(EVENTS))]


def test_what_came_out_of_order_is_asked_for_from_the_first_gap(server: WireServer, colour: Any) -> None:
    came = [*EVENTS[:9], EVENTS[10], EVENTS[12]]
    server.script(cut(came), whole(EVENTS[9:]))
    found = streamed(colour, server)
    assert sorted(numbers(found)) == [*range(len(EVENTS))]
    assert server.requests[1].path.endswith("?starting_after=8&stream=true")
    assert found.final.output_text == "Hi you"


@pytest.mark.parametrize("seed", range(5))
def test_events_in_any_order_with_breaks_between_add_up(server: WireServer, colour: Any, seed: int) -> None:
    first, *rest, last = EVENTS
    random.Random(seed).shuffle(rest)
    came = [first, *rest]
    server.script(cut(came[: 4 + seed * 3]), whole([*rest, last]))
    found = streamed(colour, server)
    assert sorted(numbers(found)) == [*range(len(EVENTS))]
    assert found.final.model_dump() == DONE


def test_repeated_events_do_not_disturb_what_goes_on(server: WireServer, colour: Any) -> None:
    server.script(cut([event for event in EVENTS[:11] for _ in range(2)]), whole(EVENTS[11:]))
    found = streamed(colour, server)
    assert server.requests[1].path.endswith("?starting_after=10&stream=true")
    assert found.final.output_text == "Hi you"


def test_an_event_of_an_unknown_type_counts_like_any_other(server: WireServer, colour: Any) -> None:
    strange = {"type": "response.telepathy.delta", "sequence_number": 9, "delta": "?"}
    later = [{**event, "sequence_number": event["sequence_number"] + 1} for event in EVENTS[9:]]
    server.script(cut([*EVENTS[:9], strange]), whole(later))
    found = streamed(colour, server)
    assert server.requests[1].path.endswith("?starting_after=9&stream=true")
    assert numbers(found) == [*range(len(EVENTS) + 1)]
    assert found.final.model_dump() == DONE


@pytest.mark.parametrize("typed", [True, False], ids=["type in the data", "name alone"])
def test_half_a_character_in_an_event_is_replaced_and_its_type_is_known(
    server: WireServer, colour: Any, typed: bool
) -> None:
    at = next(number for number, event in enumerate(EVENTS) if event["type"] == "response.output_text.delta")
    said = {name: value for name, value in EVENTS[at].items() if typed or name != "type"}
    odd = json.dumps({**said, "delta": "H\ud83d"}).encode()
    between = b"event: response.output_text.delta\ndata: " + odd + b"\n\n"
    server.script([*chunked(*blocks(EVENTS[:at]), between, *blocks(EVENTS[at + 1 :])), END])
    event = streamed(colour, server).events[at]
    assert (event.type, event.delta) == ("response.output_text.delta", "H\ufffd")
    assert "half a character" in [issue.got for issue in event.issues]


@pytest.mark.parametrize("field", ["output_index", "item_id", "content_index", "summary_index"])
def test_a_missing_index_does_not_keep_a_stream_from_going_on(server: WireServer, colour: Any, field: str) -> None:
    events = [{name: value for name, value in event.items() if name != field} for event in EVENTS]
    server.script(cut(events[:12]), whole(events[12:]))
    assert streamed(colour, server).final.model_dump() == DONE


def test_events_without_numbers_are_never_guessed_at(server: WireServer, colour: Any) -> None:
    events = [{name: value for name, value in event.items() if name != "sequence_number"} for event in EVENTS]
    server.script(cut(events[:13]))
    with pytest.raises(StreamInterruptedError) as caught:
        streamed(colour, server)
    assert caught.value.partial.output_text == "Hi you"
    assert len(server.requests) == 1


def test_numbers_that_are_all_alike_are_not_gone_by(server: WireServer, colour: Any) -> None:
    server.script(cut([{**event, "sequence_number": 0} for event in EVENTS[:13]]))
    with pytest.raises(StreamInterruptedError) as caught:
        streamed(colour, server)
    assert caught.value.partial.output_text == "Hi you"


@pytest.mark.parametrize("count", [1, 11, 20])
def test_a_response_that_is_not_made_in_the_background_ends_with_an_error(
    server: WireServer, colour: Any, count: int
) -> None:
    server.script(cut(story()[:count]))
    with pytest.raises(StreamInterruptedError) as caught:
        streamed(colour, server, options={"model": "m", "input": "x"})
    assert caught.value.partial.id == "resp_1"
    assert len(server.requests) == 1


def test_after_attempts_in_vain_the_error_has_everything(server: WireServer, colour: Any) -> None:
    server.script(cut(EVENTS[:10]), cut(EVENTS[10:13]), cut(EVENTS[:5]))
    with pytest.raises(StreamError) as caught:
        streamed(colour, server, max_retries=1)
    assert caught.value.partial.output_text == "Hi you"
    assert caught.value.events_received == 13
    assert len(server.requests) == 3


def errors_told(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [record.getMessage() for record in caplog.records if record.levelno >= logging.WARNING]


def test_a_break_that_is_got_over_is_logged_as_no_error(
    server: WireServer, colour: Any, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "typed_openai")
    server.script(cut(EVENTS[:9]), cut(EVENTS[9:15], RESET), cut(EVENTS[15:]))
    assert streamed(colour, server, log_errors=True).final.model_dump() == DONE
    assert errors_told(caplog) == []
    assert len([record for record in caplog.records if "; going on from" in record.getMessage()]) == 2


@pytest.mark.parametrize("settings", [{"max_retries": 1}, {"max_retries": 0}, {"deadline": 0.3}])
def test_a_stream_that_gives_up_is_logged_once(
    server: WireServer, colour: Any, caplog: pytest.LogCaptureFixture, settings: dict[str, Any]
) -> None:
    server.script(cut(EVENTS[:10]), cut(EVENTS[10:13]), cut(EVENTS[:5], STALL if "deadline" in settings else CUT))
    with pytest.raises(StreamError) as caught:
        streamed(colour, server, log_errors=True, **settings)
    [told] = errors_told(caplog)
    assert str(caught.value) in told
    assert KEY not in told


def test_what_the_server_reports_in_a_stream_that_could_go_on_is_logged_once(
    server: WireServer, colour: Any, caplog: pytest.LogCaptureFixture
) -> None:
    said = {"type": "error", "code": "server_error", "message": f"Bad {KEY}.", "param": None, "sequence_number": 9}
    server.script(whole([*EVENTS[:9], said]))
    with pytest.raises(APIStreamError):
        streamed(colour, server, log_errors=True)
    [told] = errors_told(caplog)
    assert "after 9 events: Bad" in told
    assert KEY not in told


def test_without_retries_nothing_is_opened_again(server: WireServer, colour: Any) -> None:
    server.script(cut(EVENTS[:13]))
    with pytest.raises(StreamInterruptedError):
        streamed(colour, server, max_retries=0)
    assert len(server.requests) == 1


def test_a_stream_that_cannot_be_opened_again_raises_what_broke_it(server: WireServer, colour: Any) -> None:
    refusal = answer({"error": {"message": "It is gone.", "type": "invalid_request_error"}}, status=404)
    server.script(cut(EVENTS[:13]), refusal)
    with pytest.raises(StreamInterruptedError) as caught:
        streamed(colour, server)
    assert caught.value.partial.output_text == "Hi you"
    assert "It is gone" in str(caught.value.__cause__)


@pytest.mark.parametrize("status", [500, 503])
def test_a_server_that_stumbles_when_it_is_asked_again_is_asked_once_more(
    server: WireServer, colour: Any, status: int
) -> None:
    stumble = answer({"error": {"message": "One moment."}}, status=status, Retry_After_Ms="1")
    server.script(cut(EVENTS[:13]), stumble, whole(EVENTS[13:]))
    assert streamed(colour, server).final.model_dump() == DONE
    server.script(cut(EVENTS[:13]), stumble)
    with pytest.raises(StreamInterruptedError) as caught:
        streamed(colour, server)
    assert caught.value.partial.output_text == "Hi you"
    assert "One moment" in str(caught.value.__cause__)


def test_a_break_before_the_first_event_is_an_error_because_nobody_knows_its_id(
    server: WireServer, colour: Any
) -> None:
    ways: list[list[Step]] = [
        [*head(200), CUT],
        [*head(200), b": ping\n\nevent: respon", RESET],
        [*head(200), STALL],
    ]
    for broken in ways:
        server.script(broken)
        before = len(server.requests)
        with pytest.raises(StreamError) as caught:
            streamed(colour, server, idle_timeout=0.1)
        assert caught.value.partial is None
        assert len(server.requests) == before + 1


def test_a_server_that_gives_the_whole_response_when_it_is_asked_again_is_believed(
    server: WireServer, colour: Any
) -> None:
    server.script(cut(EVENTS[:11]), answer(DONE))
    found = streamed(colour, server)
    assert found.final.model_dump() == DONE
    assert [event.type for event in found.events[-1:]] == ["response.completed"]
    assert found.events[-1].response.model_dump() == DONE


@pytest.mark.parametrize("status", ["queued", "in_progress"])
def test_a_response_that_is_still_made_is_no_end(server: WireServer, colour: Any, status: str) -> None:
    server.script(cut(EVENTS[:13]), answer({**BACKGROUND, "status": status}))
    with pytest.raises(StreamError) as caught:
        streamed(colour, server)
    assert caught.value.partial.output_text == "Hi you"


@pytest.mark.parametrize(
    "odd",
    [
        answer(b"<html>busy</html>", content_type="text/html"),
        answer(b"", content_type="text/event-stream"),
        answer([1]),
        whole([{"type": "error", "code": "server_error", "message": "Sorry.", "param": None, "sequence_number": 13}]),
        [*head(200), b"data: {broken\n\n", CUT],
    ],
)
def test_whatever_comes_when_it_is_asked_again_what_came_before_is_not_lost(
    server: WireServer, colour: Any, odd: list[Step]
) -> None:
    server.script(cut(EVENTS[:13]), odd)
    with pytest.raises(StreamError) as caught:
        streamed(colour, server)
    assert caught.value.partial is not None
    assert caught.value.partial.output_text == "Hi you"


def test_an_error_that_the_server_reports_is_no_break(server: WireServer, colour: Any) -> None:
    said = {"type": "error", "code": "server_error", "message": "Sorry.", "param": None, "sequence_number": 9}
    server.script(whole([*EVENTS[:9], said]))
    with pytest.raises(APIStreamError, match="Sorry"):
        streamed(colour, server)
    assert len(server.requests) == 1


def test_the_deadline_is_that_of_all_connections_together(server: WireServer, colour: Any) -> None:
    server.script(cut(EVENTS[:9]), cut(EVENTS[9:12], STALL))
    with pytest.raises(StreamError) as caught:
        streamed(colour, server, deadline=1.0, idle_timeout=30)
    assert isinstance(caught.value, StreamDeadlineError | StreamStalledError)
    assert len(server.requests) == 2


def test_a_break_behind_the_last_event_loses_nothing(server: WireServer, colour: Any) -> None:
    server.script(cut(EVENTS))
    assert streamed(colour, server).final.model_dump() == DONE
    assert len(server.requests) == 1


def test_the_events_of_an_earlier_response_follow_and_go_on(server: WireServer, colour: Any) -> None:
    server.script(cut(EVENTS[8:8]), cut(EVENTS[8:12]), whole(EVENTS[12:]))
    found = streamed(colour, server, options={"response_id": "resp_1", "starting_after": 7})
    assert (numbers(found), found.final.model_dump()) == ([*range(8, len(EVENTS))], DONE)
    paths = [request.path.partition("&")[0] for request in server.requests]
    assert paths == [f"/v1/responses/resp_1?starting_after={number}" for number in (7, 7, 11)]


def test_what_does_not_belong_together_is_refused_at_once() -> None:
    client = OpenAI(api_key="k", base_url="http://127.0.0.1:9/v1")
    with pytest.raises(RequestValidationError, match="model"):
        client.responses.stream(response_id="resp_1", model="m")  # type: ignore[call-overload,unused-ignore]  # wrong
    with pytest.raises(RequestValidationError, match="starting_after"):
        client.responses.stream(model="m", input="x", starting_after=3)


def test_leaving_a_stream_that_went_on_gives_its_connection_back(server: WireServer) -> None:
    server.script(cut(EVENTS[:3]), [*chunked(*blocks(EVENTS[3:6])), STALL])
    with OpenAI(api_key=KEY, base_url=server.base_url, timeout=5) as client:
        with client.responses.stream(model="m", input="x", background=True) as stream:
            for event in stream:
                if getattr(event, "sequence_number", None) == 5:
                    break
        assert server.until(lambda: server.open == 0)


# --- waiting ---------------------------------------------------------------------------------------------------------


def waited(colour: Any, server: WireServer, **wait: Any) -> Any:
    settings: dict[str, Any] = {"api_key": KEY, "base_url": server.base_url, "timeout": 5.0}
    how: Any = {"interval": 0.01, **wait}

    async def work() -> Any:
        async with AsyncOpenAI(**settings) as client:
            return await client.responses.wait("resp_1", wait=how)

    if colour.name == "async":
        return asyncio.run(work())
    with OpenAI(**settings) as client:
        return client.responses.wait("resp_1", wait=how)


def test_a_background_response_is_waited_for(server: WireServer, colour: Any) -> None:
    seen: list[Any] = []
    server.script(answer({**BACKGROUND, "status": "queued"}), answer(BACKGROUND), answer(DONE))
    found = waited(colour, server, on_progress=seen.append)
    assert found.model_dump() == DONE
    assert [response.status for response in seen] == ["queued", "in_progress", "completed"]


@pytest.mark.parametrize("status", ["failed", "cancelled"])
def test_a_response_that_failed_raises_unless_it_shall_be_returned(
    server: WireServer, colour: Any, status: str
) -> None:
    server.script(answer({**BACKGROUND, "status": status}))
    with pytest.raises(WaitFailedError) as caught:
        waited(colour, server)
    assert caught.value.result.id == "resp_1"
    assert waited(colour, server, raise_on_failure=False).status == status


def test_an_incomplete_response_is_returned_and_a_deadline_is_kept(server: WireServer, colour: Any) -> None:
    server.script(answer({**BACKGROUND, "status": "incomplete"}))
    assert waited(colour, server).status == "incomplete"
    server.script(answer(BACKGROUND))
    with pytest.raises(WaitTimeoutError) as caught:
        waited(colour, server, deadline=0.05)
    assert caught.value.result.id == "resp_1"
