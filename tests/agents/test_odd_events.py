"""Events of a session that are not as described: a stream of them ends with a result or with an error of ours."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import AsyncExitStack, suppress
from typing import Any

import httpx
import pytest

from tests.canned import Connect, done, listed
from typed_openai.errors import OpenAIError

AGENT = {"id": "agent_1", "model": "m", "tools": [], "multi_agent": {"enabled": False}, "reasoning": {}, "text": {}}
CALL = {"type": "function_call", "call_id": "call_1", "name": "f", "arguments": "{}", "turn_id": "turn_1"}


def session(status: str, **more: Any) -> dict[str, Any]:
    known = {"id": "sess_1", "object": "agent.session", "created_at": 1, "last_active_at": 1, "metadata": {}}
    about = {
        "agent": {**AGENT, "service_tier": "auto"},
        "environment": {"type": "none"},
        "vault_ids": [],
        "required_actions": [],
    }
    return {**known, **about, "status": status, **more}


def turn(status: str) -> dict[str, Any]:
    known = {"id": "turn_1", "object": "agent.session.turn", "session_id": "sess_1", "created_at": 1}
    return {**known, "status": status, "agent_id": "agent_1", "subagent_id": None}


PART = {"type": "output_text", "text": "Hi.", "annotations": []}
ITEM = {"id": "msg_1", "type": "message", "role": "assistant", "turn_id": "turn_1", "status": "completed"}
IN = {"session_id": "sess_1", "turn_id": "turn_1"}
DELTA = {**IN, "item_id": "msg_1", "output_index": 1, "content_index": 0, "delta": "Hi."}
TOLD: list[tuple[str, dict[str, Any]]] = [
    ("idle", {"session": session("idle")}),
    ("turn.created", {**IN, "turn": turn("in_progress")}),
    ("turn.item.added", {**IN, "item": {**CALL, "id": "fc_1", "status": "in_progress"}}),
    ("requires_action", {"session": session("requires_action", required_actions=[CALL])}),
    ("turn.item.added", {**IN, "item": {**ITEM, "status": "in_progress", "content": []}}),
    ("turn.output_text.delta", DELTA),
    ("turn.item.done", {**IN, "output_index": 1, "item": {**ITEM, "content": [PART]}}),
    ("turn.completed", {**IN, "turn": turn("completed")}),
    ("idle", {"session": session("idle")}),
]
EVENTS = [{"type": f"agent.session.{kind}", "event_id": f"evt_{n}", **said} for n, (kind, said) in enumerate(TOLD)]
ODD: list[Any] = [None, "odd", 7, [], {}, [None], {"type": "newer", "id": []}]


def places(value: Any, place: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield place
    if place[-1:] == ("agent",):
        return  # nothing here reads it
    members = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, inner in members:
        yield from places(inner, (*place, name))


def put(value: Any, place: tuple[Any, ...], odd: Any) -> Any:
    """A value with another in one place of it."""
    if not place:
        return odd
    copied = value.copy()
    copied[place[0]] = put(value[place[0]], place[1:], odd)
    return copied


class Service:
    """Answers with these events, and never goes on after them."""

    def __init__(self, events: list[Any]) -> None:
        self.events = events
        self.handed_in: list[Any] = []
        self.opened = 0

    def __call__(self, request: httpx.Request) -> httpx.Response:
        if request.method == "POST":
            self.handed_in += json.loads(request.content)["events"]
            return httpx.Response(200, json={"object": "list", "data": []})
        if request.url.path.endswith("/events"):
            self.opened += 1
            named = [(each.get("type") if isinstance(each, dict) else "odd", each) for each in self.events]
            content = "".join(f"event: {name}\ndata: {json.dumps(each)}\n\n" for name, each in named)
            return httpx.Response(200, headers={"content-type": "text/event-stream"}, content=content)
        return httpx.Response(200, json=session("idle"))


def f() -> str:
    """Something."""
    return "done"


async def followed(connect: Connect, service: Service) -> Any:
    """What a turn of these events came to, looked at from all sides."""
    transport = httpx.MockTransport(service)
    http = (httpx.AsyncClient if connect.is_async else httpx.Client)(transport=transport)
    stream = connect.kind(api_key="k", http_client=http, max_retries=0).beta.agents.sessions.stream(
        "sess_1", input="x", tools=[f]
    )
    async with AsyncExitStack() as stack:
        entered = await stack.enter_async_context(stream) if connect.is_async else stack.enter_context(stream)
        events = await listed(entered)
        result = await done(entered.get_final_result())
    assert all(isinstance(repr(event), str) for event in events)
    return result, (result.output_text, result.usage, result.required_actions, result.model_dump(mode="json"))


async def test_these_events_are_as_they_should_be(connect: Connect) -> None:
    service = Service(EVENTS)
    result, _ = await followed(connect, service)
    assert (result.output_text, result.issues) == ("Hi.", ())
    assert [each["type"].rpartition(".")[2] for each in service.handed_in] == ["message", "tool_result"]


@pytest.mark.parametrize("index", range(len(EVENTS)))
async def test_whatever_stands_anywhere_in_an_event_the_stream_ends_with_a_result_or_an_error_of_ours(
    connect: Connect, index: int
) -> None:
    for place in places(EVENTS[index]):
        for odd in ODD:
            service = Service(put(EVENTS, (index, *place), odd))
            with suppress(OpenAIError):
                await followed(connect, service)
            assert service.opened == 1


async def test_a_session_that_may_spend_no_more_ends_its_stream(connect: Connect) -> None:
    spent = {"type": "agent.session.budget_reached", "event_id": "evt_9", "session": session("budget_reached")}
    result, _ = await followed(connect, Service([*EVENTS[:-1], spent]))
    assert (result.turn.status, result.output_text) == ("completed", "Hi.")
    nothing, _ = await followed(connect, Service([EVENTS[0], spent]))
    assert nothing.turn is None
