"""A turn, followed to its end: its events, the functions it asks for, what it came to, over connections that break."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import BaseModel

from tests.agents.conftest import AGENT, HOSTED, Both, get_weather
from typed_openai import RequestValidationError
from typed_openai.errors import APIStreamError, OutputError, StreamError, StreamStalledError, StreamTruncatedError
from typed_openai.local import LocalServer, ToolCall
from typed_openai.local.faults import Fault
from typed_openai.models.agents.turn_results import AgentTurnResult
from typed_openai.streaming.outputs import ParsedOutput, PartialOutput
from typed_openai.structured.agents import agent_text_format
from typed_openai.tools.agent_loop import AgentToolRun

ANSWER = 'Local echo (no model was asked): get_weather answered "sunny in Paris".'


class Weather(BaseModel):
    """What is asked for."""

    city: str
    degrees: int


def keys(events: list[Any]) -> list[tuple[Any, ...]]:
    """What each event says, and of what."""
    found = []
    for event in events:
        item = getattr(event, "item", None)
        about = getattr(event, "item_id", None) or getattr(item, "id", None) or getattr(event, "turn_id", None)
        found.append((event.type, about, getattr(event, "delta", event.event_id)))
    return found


async def test_a_turn_is_told_from_its_first_event_to_the_rest_of_its_session(both: Both) -> None:
    events, result = await both.turn(await both.session(), tools=[get_weather])
    kinds = [event.type.removeprefix("agent.session.") for event in events]
    assert kinds[:3] == ["idle", "in_progress", "turn.created"]
    assert kinds[-2:] == ["turn.completed", "idle"]
    assert "requires_action" in kinds
    assert not [event.issues for event in events if event.issues]
    assert result.output_text == ANSWER
    assert (result.turn.status, result.session.status, result.issues) == ("completed", "idle", ())
    assert result.usage.total_tokens == result.usage.input_tokens + result.usage.output_tokens > 0
    assert [item.type for item in result.items] == [
        "message", "function_call", "function_call_output", "command_execution", "message",
    ]  # fmt: skip


async def test_the_words_alone_are_the_answer(both: Both) -> None:
    stream = both.agents.sessions.stream((await both.session()).id, input="weather?", tools=[get_weather])
    assert "".join(await both.each(stream.text())) == ANSWER


async def test_what_the_items_say_is_what_was_streamed(both: Both) -> None:
    settings = {"reasoning": {"summary": "auto"}, "multi_agent": {"enabled": True}}
    session = await both.session(agent={**AGENT, **settings})
    _, result = await both.turn(session, tools=[get_weather])
    kept = await both.each(both.agents.sessions.turns.items.list(result.turn_id, session_id=session.id, order="asc"))
    assert [item.model_dump() for item in result.items] == [item.model_dump() for item in kept]


@pytest.mark.parametrize("place", range(1, 26, 3))
async def test_a_connection_that_breaks_is_opened_again_and_nothing_is_told_twice(
    both: Both, server: LocalServer, place: int
) -> None:
    session = await both.session()
    server.fail_next(Fault(cut_after=place, path="/events"))
    events, result = await both.turn(session, tools=[get_weather])
    said = keys(events)
    assert len(set(said)) == len(said)
    assert [said for said in said if said[0].endswith("turn.completed")] == [said[-2]]
    assert result.output_text == ANSWER
    assert result.issues == ()
    told = [event.item.id for event in events if event.type.endswith("item.done")]
    assert len(told) == len(set(told)) == 3


WAYS: list[dict[str, Any]] = [
    {},
    {"clean": True},
    {"parting": b'event: agent.session.turn.output_text.delta\ndata: {"type": "agent.se'},
    {"parting": b"ev", "clean": True},
]
"""How a connection ends: broken off, or as if all were said; between two events, in one, or in its first word."""


@pytest.mark.parametrize("place", range(33))
async def test_wherever_a_connection_ends_the_pieces_are_the_whole_text_once(
    both: Both, server: LocalServer, place: int
) -> None:
    session = await both.session()
    server.fail_next(Fault(cut_after=place, path="/events", **WAYS[place % len(WAYS)]))
    events, result = await both.turn(session, tools=[get_weather])
    assert "".join(event.delta for event in events if event.type.endswith("output_text.delta")) == ANSWER
    assert len({event.event_id for event in events}) == len(events)
    assert (result.output_text, result.issues) == (ANSWER, ())


async def test_the_words_alone_are_whole_over_a_break(both: Both, server: LocalServer) -> None:
    session = await both.session()
    server.fail_next(Fault(cut_after=17, path="/events"))
    stream = both.agents.sessions.stream(session.id, input="weather?", tools=[get_weather])
    assert "".join(await both.each(stream.text())) == ANSWER


async def test_thoughts_and_what_commands_print_are_whole_over_a_break(both: Both, server: LocalServer) -> None:
    for place in range(1, 31, 3):
        session = await both.session(agent={**AGENT, "reasoning": {"summary": "auto"}})
        server.fail_next(Fault(cut_after=place, path="/events"))
        events, result = await both.turn(session, tools=[get_weather])
        said: dict[str, str] = {}
        for event in events:
            if event.type.endswith(".delta"):
                said[event.item_id] = said.get(event.item_id, "") + event.delta
        for item in result.items:
            if item.type == "reasoning":
                assert said[item.id] == "".join(part.text for part in item.summary)
            elif item.type == "command_execution":
                assert said.get(item.id, "") == (item.output or "")


async def test_a_server_that_goes_on_behind_no_event_loses_nothing_but_pieces(both: Both, server: LocalServer) -> None:
    session = await both.session()
    server.fail_next(Fault(cut_after=5, path="/events"))
    given = {"last-event-id": "nobody"}
    events, result = await both.turn(session, tools=[get_weather], extra_headers=given)
    assert result.output_text == ANSWER
    done = {event.item.type for event in events if event.type.endswith("item.done")}
    assert done == {"function_call", "command_execution", "message"}
    assert any(event.event_id.startswith("missed:") for event in events)


async def test_a_function_is_called_once_however_often_it_is_asked_for(both: Both, server: LocalServer) -> None:
    called = []

    def get_weather(city: str) -> str:
        called.append(city)
        return "sunny"

    session = await both.session()
    server.fail_next(Fault(cut_after=7, path="/events"), times=2)
    _, result = await both.turn(session, tools=[get_weather])
    assert called == ["Paris"]
    assert "sunny" in result.output_text


async def test_calls_of_one_round_are_all_answered(both: Both, server: LocalServer) -> None:
    server.answer([ToolCall("get_weather", city="Rome"), ToolCall("get_weather", city="Oslo")], "Fine.")
    _, result = await both.turn(await both.session(), tools=[get_weather])
    outputs = [item.output for item in result.items if item.type == "function_call_output"]
    assert outputs == ["sunny in Rome", "sunny in Oslo"]
    assert result.output_text == "Fine."


async def test_what_a_function_raises_ends_the_stream_or_is_told_to_the_model(both: Both, server: LocalServer) -> None:
    def get_weather(city: str) -> str:
        raise KeyError(city)

    session = await both.session()
    _, result = await both.turn(session, tools=[get_weather], on_tool_error="feed_back")
    failed = next(item for item in result.items if item.type == "function_call_output")
    assert (failed.status, failed.error) == ("failed", "get_weather failed: KeyError: 'Paris'")
    with pytest.raises(KeyError):
        await both.turn(session, tools=[get_weather])


async def test_arguments_that_do_not_fit_are_told_to_the_model(both: Both, server: LocalServer) -> None:
    server.answer(ToolCall("get_weather", town="Rome"), "Sorry.")
    _, result = await both.turn(await both.session(), tools=[get_weather])
    failed = next(item for item in result.items if item.type == "function_call_output")
    assert failed.status == "failed"
    assert "city" in failed.error


async def test_handlers_take_the_arguments_as_one_dict(both: Both) -> None:
    given: list[Any] = []

    def handle(arguments: dict[str, Any]) -> str:
        given.append(arguments)
        return "rain"

    _, result = await both.turn(await both.session(), tool_handlers={"get_weather": handle})
    assert given == [{"city": "Paris"}]
    assert "rain" in result.output_text


async def test_an_async_function_is_for_async_clients(both: Both) -> None:
    async def get_weather(city: str) -> str:
        return "rain"

    async def handle(arguments: dict[str, Any]) -> str:
        return "rain"

    ways: list[dict[str, Any]] = [{"tools": [get_weather]}, {"tool_handlers": {"get_weather": handle}}]
    for how in ways:
        session = await both.session()
        if both.is_async:
            assert "rain" in (await both.turn(session, **how))[1].output_text
        else:
            with pytest.raises(RequestValidationError, match="AsyncOpenAI"):
                both.agents.sessions.stream(session.id, input="x", **how)


async def test_a_function_that_nobody_gave_is_left_to_whoever_reads(both: Both) -> None:
    session = await both.session()
    stream = both.agents.sessions.stream(session.id, input="weather?")
    create = both.agents.sessions.events.create
    async for event in both.told(stream):
        if event.type == "agent.session.requires_action":
            (call,) = event.session.required_actions
            told = {"call_id": call.call_id, "turn_id": call.turn_id, "success": True, "output": "rain"}
            await both.done(create(session.id, events=[{"type": "agent.session.input.tool_result", **told}]))
    assert "rain" in (await both.done(stream.get_final_result())).output_text


async def test_a_session_that_works_is_told_nothing(both: Both) -> None:
    session = await both.session()
    await both.done(both.agents.sessions.events.create(session.id, events=[said("weather?")]))
    with pytest.raises(RequestValidationError, match="requires_action"):
        await both.turn(session)


def said(text: str) -> dict[str, Any]:
    message = {"role": "user", "content": [{"type": "input_text", "text": text}]}
    return {"type": "agent.session.input.message", "input": [message]}


@pytest.mark.parametrize(
    ("wrong", "value"), [("tools", [7]), ("input", [7]), ("tool_handlers", {"f": 7}), ("on_tool_error", 7)]
)
async def test_a_wrong_call_is_refused_before_anything_is_sent(
    both: Both, server: LocalServer, wrong: str, value: object
) -> None:
    given: dict[str, Any] = {"input": "x", "tools": [get_weather], wrong: value}
    with pytest.raises(RequestValidationError, match=wrong):
        both.agents.sessions.stream("sess_1", **given)
    assert server.requests == []


async def test_a_turn_that_fails_is_an_error_with_what_came(both: Both, server: LocalServer) -> None:
    schema = {"type": "object", "properties": {"a": {"type": "string", "pattern": "(?=x)y"}}, "required": ["a"]}
    session = await both.session(agent={"model": "m", "text": {"format": {"type": "json_schema", "schema": schema}}})
    with pytest.raises(APIStreamError) as raised:
        await both.turn(session)
    partial = raised.value.partial
    assert isinstance(partial, AgentTurnResult)
    assert partial.turn is not None
    assert [item.type for item in partial.items] == ["message"]
    turns = await both.each(both.agents.sessions.turns.list(session.id))
    assert [turn.status for turn in turns] == ["failed"]


async def test_a_server_that_breaks_each_time_is_an_error_with_all_that_came(both: Both, server: LocalServer) -> None:
    session = await both.session()
    server.fail_next(Fault(cut_after=6, path="/events"))
    server.fail_next(Fault(path="/events"))  # which hears the input
    server.fail_next(Fault(status=404, path="/events"), times=9)
    with pytest.raises(StreamError) as raised:
        await both.turn(session)
    partial = raised.value.partial
    assert isinstance(partial, AgentTurnResult)
    assert partial.turn is not None
    assert partial.turn.status == "in_progress"
    assert [item.type for item in partial.items] == ["message", "function_call"]


async def test_a_silent_turn_stalls(both: Both, server: LocalServer) -> None:
    session = await both.session()
    quiet = Both(both.client.with_options(idle_timeout=0.2, max_retries=0))
    with pytest.raises(StreamStalledError) as raised:
        await quiet.turn(session)  # nobody calls its function
    assert raised.value.partial.required_actions[0].name == "get_weather"


async def test_a_session_that_says_that_it_works_is_waited_for(both: Both, server: LocalServer) -> None:
    session = await both.session(agent={"model": "m"})
    works = {**session.model_dump(mode="json", exclude_unset=False), "status": "in_progress"}
    server.fail_next(Fault(path=f"/{session.id}"))  # it is idle at first
    server.fail_next(Fault(body=works, path=f"/{session.id}"), times=5)
    server.fail_next(Fault(stall_after=1, stall=0.3, path="/events"))
    server.fail_next(Fault(path="/events"))  # which hears the input
    server.fail_next(Fault(stall_after=0, stall=0.3, path="/events"), times=4)
    patient = Both(both.client.with_options(idle_timeout=0.1, max_retries=1))
    _, result = await patient.turn(session, "Good day.")
    assert result.turn.status == "completed"


async def test_a_stream_that_ends_before_the_turn_is_cut(both: Both, server: LocalServer) -> None:
    once = Both(both.client.with_options(max_retries=0))
    session = await once.session()
    server.fail_next(Fault(cut_after=1, clean=True, path="/events"))
    with pytest.raises(StreamTruncatedError):
        await once.turn(session)


async def test_the_answer_is_read_as_a_value_of_a_type(both: Both) -> None:
    session = await both.session(agent={"model": "m", "text": {"format": agent_text_format(Weather)}})
    events, result = await both.turn(session, output_type=Weather)
    assert isinstance(result.output_parsed, Weather)
    (parsed,) = [event.parsed for event in events if isinstance(event, ParsedOutput)]
    assert parsed is result.output_parsed
    partial = [event for event in events if isinstance(event, PartialOutput)]
    assert partial[-1].data == result.output_parsed.model_dump()
    assert result.turn.status == "completed"


async def test_prose_where_a_value_was_asked_for_is_an_output_error(both: Both, server: LocalServer) -> None:
    server.answer("No idea.")
    session = await both.session(agent={"model": "m"})
    with pytest.raises(OutputError) as raised:
        await both.turn(session, output_type=Weather)
    assert raised.value.completion.output_text == "No idea."


async def test_run_tools_goes_round_until_the_session_rests(both: Both, server: LocalServer) -> None:
    steps: list[Any] = []
    session = await both.session()
    run_tools = both.agents.sessions.run_tools
    run = await both.done(run_tools(session.id, input="weather?", tools=[get_weather], on_step=steps.append))
    assert isinstance(run, AgentToolRun)
    assert (run.text, len(steps), [call.output for call in run.calls]) == (ANSWER, 2, ["sunny in Paris"])
    assert run.usage == run.result.usage
    again = await both.done(run_tools(session.id, input="weather?", tools=[get_weather]))
    assert len(again.steps) == 2


async def test_a_run_that_ends_early_is_on_its_error(both: Both) -> None:
    def get_weather(city: str) -> str:
        raise KeyError(city)

    session = await both.session()
    with pytest.raises(KeyError) as raised:
        await both.done(both.agents.sessions.run_tools(session.id, input="weather?", tools=[get_weather]))
    run = AgentToolRun.of(raised.value)
    assert run is not None
    assert run.steps[0].calls[0].name == "get_weather"


async def test_a_call_that_the_session_does_not_know_yet_is_handed_in_again(both: Both, server: LocalServer) -> None:
    refused = {"error": {"message": "Unknown pending tool call: call_local000001", "type": "x", "code": None}}
    session = await both.session()
    stream = both.agents.sessions.stream(session.id, input="weather?", tools=[get_weather])
    async for event in both.told(stream):
        if event.type.endswith("turn.item.added") and event.item.type == "function_call":
            server.fail_next(Fault(status=400, body=refused, path="/events"))
    assert (await both.done(stream.get_final_result())).output_text == ANSWER


async def test_leaving_a_turn_gives_its_connection_back_and_a_stop_ends_it(both: Both, server: LocalServer) -> None:
    session = await both.session()
    stream = both.agents.sessions.stream(session.id, input="weather?")
    async for event in both.told(stream):
        if event.type == "agent.session.requires_action":
            break
    await both.done(stream.close())
    stop = {"type": "agent.session.input.cancel"}
    await both.done(both.agents.sessions.events.create(session.id, events=[stop]))
    (turn,) = await both.each(both.agents.sessions.turns.list(session.id))
    assert turn.status == "cancelled"
    assert (await both.done(both.agents.sessions.retrieve(session.id))).status == "idle"


async def test_a_session_may_be_followed_from_its_first_moment(both: Both) -> None:
    stream = await both.session(environment={"type": "none"}, agent={"model": "m"}, input="hi", stream=True)
    events = await both.each(stream)
    assert (events[0].type, events[-1].type) == ("agent.session.created", "agent.session.idle")
    assert stream.is_complete


async def test_the_artifacts_of_a_turn_are_found_by_their_paths(both: Both, tmp_path: Any) -> None:
    session = await both.session(agent={"model": "m"}, environment=HOSTED)
    _, result = await both.turn(session, "Good day.")
    artifacts = both.agents.sessions.artifacts.for_result(result)
    path = "/workspace/outputs/answer.txt"
    content = await both.done(artifacts.content(path))
    assert content.text == result.output_text
    artifact = await both.done(artifacts.download(path, to=tmp_path / "answer.txt"))
    assert (tmp_path / "answer.txt").stat().st_size == artifact.size_bytes
    with pytest.raises(RequestValidationError, match="the turn left /workspace/outputs/answer"):
        await both.done(artifacts.content("/workspace/other"))
