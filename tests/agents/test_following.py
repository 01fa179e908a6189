"""Following a session that somebody else talks to, and what its events say."""

from __future__ import annotations

from typing import Any, get_args

import pytest
from pydantic import TypeAdapter

from tests.agents.conftest import AGENT, Both
from typed_openai import OpenAI
from typed_openai.errors import APIStreamError, StreamTruncatedError
from typed_openai.local import LocalServer
from typed_openai.local.faults import Fault
from typed_openai.models.agents.session_events import AgentSessionEvent, AgentTurnEvent, UnknownSessionEvent
from typed_openai.streaming.agent_sessions import SessionAccumulator

MESSAGE = {"role": "user", "content": [{"type": "input_text", "text": "Good day."}]}
SAID = {"type": "agent.session.input.message", "input": [MESSAGE]}


def tell(server: LocalServer, session_id: str) -> None:
    """Somebody else tells the session something."""
    with OpenAI(base_url=server.base_url, api_key="k") as client:
        client.beta.agents.sessions.events.create(session_id, events=[SAID])


async def followed(both: Both, server: LocalServer, session: Any, stream: Any) -> list[Any]:
    """The events of a turn that somebody begins as soon as this one listens, up to the rest that follows it."""
    found: list[Any] = []
    async for event in both.told(stream):
        found.append(event)
        if len(found) == 1:
            tell(server, session.id)
        elif event.type == "agent.session.idle":
            break
    await both.done(stream.close())
    return found


async def test_who_follows_hears_what_others_begin(both: Both, server: LocalServer) -> None:
    session = await both.session(agent={"model": "m"})
    stream = both.agents.sessions.events.stream(session.id)
    events = await followed(both, server, session, stream)
    assert events[0].type == "agent.session.idle"
    assert stream.snapshot.turn.status == "completed"
    assert stream.snapshot.output_text.endswith('you said "Good day.".')


async def test_a_subscription_that_breaks_goes_on(both: Both, server: LocalServer) -> None:
    session = await both.session(agent={"model": "m"})
    server.fail_next(Fault(cut_after=6, path="/events"))
    events = await followed(both, server, session, both.agents.sessions.events.stream(session.id))
    ids = [event.event_id for event in events]
    assert len(ids) == len(set(ids))
    assert events[-2].type == "agent.session.turn.completed"


async def test_an_await_opens_a_subscription_as_the_official_package_has_it(both: Both, server: LocalServer) -> None:
    session = await both.session(agent={"model": "m"})
    stream = await both.done(both.agents.sessions.events.stream(session.id))
    async for event in both.told(stream):
        assert event.type == "agent.session.idle"
        break
    stream = await both.done(both.agents.sessions.events.stream(session.id))
    assert stream.meta.status == 200
    assert (await followed(both, server, session, stream))[-1].type == "agent.session.idle"


async def test_padding_is_asked_for_in_the_query(both: Both, server: LocalServer) -> None:
    session = await both.session(agent={"model": "m"})
    stream = both.agents.sessions.events.stream(session.id, include_obfuscation=False)
    async for _ in both.told(stream):
        break
    await both.done(stream.close())
    assert server.requests[-1].query == {"include_obfuscation": ["false"]}


async def test_a_session_that_is_deleted_has_no_more_events(both: Both, server: LocalServer) -> None:
    session = await both.session(agent={"model": "m"})
    stream = both.agents.sessions.events.stream(session.id)
    events = []
    async for event in both.told(stream):
        events.append(event)
        await both.done(both.agents.sessions.delete(session.id))
    assert [event.type for event in events] == ["agent.session.idle"]


async def test_an_error_event_ends_a_stream_with_what_came(both: Both, server: LocalServer) -> None:
    session = await both.session()
    told = (
        b'event: error\ndata: {"type":"error","error":{"message":"No.","code":"x"},"event_id":"e","session_id":"s"}\n\n'
    )
    server.fail_next(Fault(cut_after=1, parting=told, path="/events"))
    with pytest.raises(APIStreamError, match="No") as raised:
        await both.each(both.agents.sessions.events.stream(session.id))
    assert raised.value.partial.session.id == session.id


async def test_a_stream_of_a_new_session_that_is_cut_has_what_came(both: Both, server: LocalServer) -> None:
    server.fail_next(Fault(cut_after=9, clean=True, path="/sessions"))
    given: dict[str, Any] = {"environment": {"type": "none"}, "agent": {"model": "m"}, "input": "Good day."}
    stream = await both.session(**given, stream=True)
    with pytest.raises(StreamTruncatedError) as raised:
        await both.each(stream)
    partial = raised.value.partial
    assert partial.turn.status == "in_progress"
    assert "Good day.".startswith(partial.items[0].text)
    assert partial.output_text


# -- what events say -------------------------------------------------------------------------------------------------


def kinds() -> list[type[Any]]:
    members = get_args(get_args(AgentSessionEvent.__value__)[0])
    return [each for each in members if each is not UnknownSessionEvent]


def test_there_are_as_many_kinds_as_the_official_package_has() -> None:
    assert len(kinds()) == 33
    assert set(get_args(AgentTurnEvent)) <= set(kinds())


def test_a_kind_that_is_newer_is_kept_with_its_data() -> None:
    event = TypeAdapter(AgentSessionEvent).validate_json('{"type":"agent.session.budget_reached","event_id":"e","a":1}')
    assert isinstance(event, UnknownSessionEvent)
    assert event.model_dump() == {"type": "agent.session.budget_reached", "event_id": "e", "a": 1}


def test_events_that_were_stored_add_up_in_any_order_and_more_than_once() -> None:
    with LocalServer() as server, OpenAI(base_url=server.base_url, api_key="k") as client:
        sessions = client.beta.agents.sessions
        given: dict[str, Any] = {"agent": {**AGENT, "tools": []}, "environment": {"type": "none"}}
        stored = [*sessions.create(**given, input="Good day.", stream=True)]
    one, other = SessionAccumulator(), SessionAccumulator()
    for event in stored:
        one.add(event)
    for event in (*stored[:9], *stored[:9], *stored[9:], *reversed(stored)):
        other.add(event)
    assert other.snapshot() == one.snapshot()
    assert one.is_complete


def test_what_is_whole_and_not_what_was_streamed_is_told() -> None:
    at = {"session_id": "s", "turn_id": "t", "item_id": "i", "output_index": 0, "content_index": 0}
    kind = "agent.session.turn.output_text"
    accumulator = SessionAccumulator()
    for number, (name, more) in enumerate([("delta", {"delta": "Good"}), ("done", {"text": "Bad day"})]):
        event = {"type": f"{kind}.{name}", "event_id": str(number), **at, **more}
        accumulator.add(TypeAdapter(AgentSessionEvent).validate_python(event))
    snapshot = accumulator.snapshot()
    assert snapshot is not None
    assert snapshot.output_text == "Bad day"
    assert [issue.pointer for issue in snapshot.issues][:1] == ["/items/0/content/0/text"]
