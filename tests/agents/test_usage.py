"""What agents consume counts once, however often a session, its turns and its events tell of it."""

from __future__ import annotations

from typing import Any

from tests.agents.conftest import Both, get_weather
from typed_openai import usage_scope


async def look_around(both: Both, session_id: str) -> None:
    sessions = both.agents.sessions
    await both.done(sessions.retrieve(session_id))
    for turn in await both.each(sessions.turns.list(session_id)):
        await both.done(sessions.turns.retrieve(turn.id, session_id=session_id))


async def test_turns_of_a_session_that_was_made_inside_count_once(both: Both) -> None:
    with usage_scope() as used:
        session = await both.session()
        _, first = await both.turn(session, tools=[get_weather])
        await look_around(both, session.id)
        assert used.total_tokens == first.usage.total_tokens
        run = await both.done(both.agents.sessions.run_tools(session.id, input="x", tools=[get_weather]))
        await look_around(both, session.id)
    assert used.total_tokens == first.usage.total_tokens + run.usage.total_tokens
    assert list(used.by_model) == ["gpt-5"]


async def test_of_a_session_that_was_made_elsewhere_counts_what_is_new(both: Both) -> None:
    session = await both.session()
    await both.turn(session, tools=[get_weather])
    with usage_scope() as used:
        await look_around(both, session.id)
        assert used.total_tokens == 0
        _, result = await both.turn(session, tools=[get_weather])
        await look_around(both, session.id)
    assert used.total_tokens == result.usage.total_tokens > 0


async def test_a_session_that_is_followed_from_its_first_moment_counts(both: Both) -> None:
    given: dict[str, Any] = {"environment": {"type": "none"}, "agent": {"model": "m"}, "input": "hi"}
    with usage_scope() as used:
        events = await both.each(await both.session(**given, stream=True))
        await look_around(both, events[0].session.id)
    assert used.total_tokens == events[-1].session.usage.total_tokens > 0
