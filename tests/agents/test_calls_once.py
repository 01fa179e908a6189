"""A session that still tells of a call whose output was handed in, beside a new one: the function is called once."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import httpx

from tests.canned import Connect, Wire, done, status
from typed_openai.tools.agent_loop import AgentToolRun


def waiting_for(*cities: str) -> list[Callable[[httpx.Request], httpx.Response]]:
    """A round: what is handed in, the session after it, its turn, its items."""
    actions = [
        {"type": "function_call", "turn_id": "t", "call_id": city, "name": "look_up", "arguments": {"city": city}}
        for city in cities
    ]
    state = "requires_action" if cities else "idle"
    session = {"id": "s", "object": "agent.session", "status": state, "required_actions": actions}
    turn = {"id": "t", "object": "agent.session.turn", "session_id": "s", "status": "waiting"}
    return [
        status(202, content=b""),
        status(200, session),
        status(200, {"object": "list", "data": [turn], "has_more": False}),
        status(200, {"object": "list", "data": [], "has_more": False}),
    ]


async def test_a_call_that_is_told_of_again_is_not_made_again(connect: Connect) -> None:
    called: list[str] = []

    def look_up(city: str) -> str:
        """The weather of a city."""
        called.append(city)
        return "sunny"

    wire = Wire(*waiting_for("Paris"), *waiting_for("Paris", "Rome"), *waiting_for())
    run: AgentToolRun = await done(connect(wire).beta.agents.sessions.run_tools("s", input="weather?", tools=[look_up]))
    assert called == ["Paris", "Rome"]
    assert [[call.id for call in step.calls] for step in run.steps] == [["Paris"], ["Rome"], []]
    handed_in: list[Any] = [json.loads(each.content)["events"] for each in wire.requests if each.method == "POST"]
    assert [[event.get("call_id") for event in events] for events in handed_in] == [[None], ["Paris"], ["Rome"]]
