"""Live sessions on the local server: started, spoken to, told things, worked for, heard beside, forked, closed."""

from __future__ import annotations

import json
import threading
from base64 import b64decode, b64encode
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from websockets.exceptions import ConnectionClosedOK, InvalidStatus

from tests.local.callers import SILENCE, Caller, Event, calling, kinds
from typed_openai import OpenAI
from typed_openai.local import LocalServer, ToolCall
from typed_openai.local.exchange import Request
from typed_openai.local.sockets.line import Line
from typed_openai.local.sockets.voice import spoken
from typed_openai.local.sounds import samples
from typed_openai.sockets.pcm import REALTIME

SESSION = {"model": "gpt-live-1", "store": True}
RESPONSES = {"type": "responses", "responses": {"model": "gpt-4o"}}
DECISIONS = {
    "type": "decisions",
    "decisions": {"model": "gpt-4o", "questions": [{"type": "predicate", "name": "money", "instructions": "Money?"}]},
}
SAID = "session.usage.updated"
"""The last event of what is said."""


@pytest.fixture
def server() -> Iterator[LocalServer]:
    with LocalServer() as running:
        yield running


def start(caller: Caller, **members: Any) -> Event:
    started = caller.asked("session.start", "session.started", session={**SESSION, **members})[-1]
    session: Event = started["session"]
    return session


@pytest.fixture
def caller(server: LocalServer) -> Iterator[Caller]:
    with calling(server, "/live/sessions") as found:
        yield found


def speak(server: LocalServer, caller: Caller, text: str) -> None:
    caller.hear("session.input_audio.append", spoken(server._desk.service.state, text, REALTIME) + SILENCE)


def words(events: list[Event], which: str) -> str:
    return "".join(event["delta"] for event in events if event["type"] == f"session.{which}_transcript.delta")


def test_nothing_is_known_before_the_start_and_it_starts_once(caller: Caller) -> None:
    assert caller.asked("session.input_audio.mute", "error")[-1]["error"]["code"] == "session_not_started"
    session = start(caller, instructions="Be brief.")
    assert (session["instructions"], session["status"]) == ("Be brief.", "active")
    again = caller.asked("session.start", "error", session=SESSION, event_id="mine")[-1]
    assert (again["client_event_id"], again["error"]["code"]) == ("mine", "session_already_started")


def test_who_speaks_is_understood_and_answered(server: LocalServer, caller: Caller) -> None:
    start(caller)
    speak(server, caller, "good morning")
    events = caller.until(SAID)
    assert words(events, "input") == "good morning"
    assert "good morning" in words(events, "output")
    sound = b"".join(b64decode(e["delta"]) for e in events if e["type"] == "session.output_audio.delta")
    assert sound == samples(words(events, "output"))
    assert all(event["start_ms"] <= event["end_ms"] for event in events if "start_ms" in event)


def test_who_is_not_listened_to_is_not_answered(server: LocalServer, caller: Caller) -> None:
    start(caller)
    caller.asked("session.input_audio.mute", "session.input_audio.muted")
    speak(server, caller, "unheard")
    caller.asked("session.input_audio.unmute", "session.input_audio.unmuted")
    speak(server, caller, "heard")
    assert words(caller.until(SAID), "input") == "heard"


def test_what_the_program_lets_it_pass_on_is_said(caller: Caller) -> None:
    start(caller)
    for kind in ("instructions", "thinking"):
        told = caller.asked(f"session.{kind}.append", f"session.{kind}.appended", content="Psst", delegation_id=None)
        assert kinds(told) == [f"session.{kind}.appended"]
    events = caller.asked("session.commentary.append", SAID, content="It is sunny.", delegation_id=None)
    assert words(events, "output") == "It is sunny."


def test_a_recording_is_played(caller: Caller) -> None:
    start(caller)
    sound = b64encode(samples("ding dong")).decode()
    events = caller.asked("session.output_audio.fixture.play", "session.output_audio.fixture.played", audio=sound)
    assert events[1]["delta"] == sound
    too_long = b64encode(bytes(31 * 48_000)).decode()
    assert caller.asked("session.output_audio.fixture.play", "error", audio=too_long)[-1]["error"]["param"] == "audio"


def test_work_is_handed_to_the_program(server: LocalServer, caller: Caller) -> None:
    start(caller)
    server.answer(ToolCall("get_weather"))
    speak(server, caller, "how is the weather")
    work = caller.until("session.delegation.created")[-1]["delegation"]
    assert work["target"] == "client"
    events = caller.asked("session.commentary.append", SAID, content="Sunny.", delegation_id=work["id"])
    assert words(events, "output") == "Sunny."


def test_responses_work_for_the_session(server: LocalServer, caller: Caller) -> None:
    start(caller, delegation=RESPONSES)
    speak(server, caller, "how is the weather")
    events = caller.until(SAID)
    work = next(event["delegation"] for event in events if event["type"] == "session.delegation.created")
    inner = [event["event"] for event in events if event["type"] == "response.event"]
    assert work["target"] == "responses"
    assert {event["delegation_id"] for event in events if event["type"] == "response.event"} == {work["id"]}
    assert (inner[0]["type"], inner[-1]["type"]) == ("response.created", "response.completed")
    assert words(events, "output") == inner[-1]["response"]["output"][0]["content"][0]["text"]


def test_calls_of_responses_wait_for_their_outputs(server: LocalServer, caller: Caller) -> None:
    tool = {"type": "function", "name": "get_weather", "parameters": {"type": "object", "properties": {}}}
    start(caller, delegation={"type": "responses", "responses": {"model": "gpt-4o", "tools": [tool]}})
    speak(server, caller, "how is the weather")
    events = [*caller.until("session.delegation.created"), caller.told()]
    while events[-1]["event"]["type"] != "response.completed":
        events.append(caller.told())
    (call,) = events[-1]["event"]["response"]["output"]
    item = {"type": "function_call_output", "call_id": call["call_id"], "output": "Sunny."}
    caller.say("response.item.create", item=item)
    assert "Sunny." in words(caller.asked("response.create", SAID), "output")


def test_decisions_answer_questions_about_their_items(caller: Caller) -> None:
    def likely() -> float:
        decision = caller.asked("decision.create", "decision.event", event_id="mine")[-1]["event"]["decision"]
        (answer,) = decision["answers"]
        assert (answer["type"], answer["name"]) == ("predicate", "money")
        return float(answer["probability"])

    start(caller, delegation=DECISIONS)
    assert likely() == 0
    item = {"role": "user", "content": "Ten euros of money"}
    created = caller.asked("decision.item.create", "decision.item.created", item=item)[-1]["item"]
    assert likely() == 1
    assert caller.asked("decision.item.delete", "decision.item.deleted", item_id=created["id"])
    assert caller.asked("decision.item.delete", "error", item_id=created["id"])[-1]["error"]["code"] == "item_not_found"


def test_what_is_said_sets_questions_off(server: LocalServer, caller: Caller) -> None:
    questions = [
        {"type": "choice", "instructions": "Which?", "choices": [{"value": "a"}, {"value": True}]},
        {"type": "score", "instructions": "How much?", "levels": [{"label": "low"}, {"label": "high"}]},
    ]
    kind = "session.input_transcript.delta"
    trigger = {"type": "decisions", "event_type": kind, "decisions": {"questions": questions}}
    start(caller, triggers=[trigger])
    speak(server, caller, "good morning")
    events = caller.until(SAID)
    fired = [event for event in events if event["type"] == "decision.event"]
    assert [event["source_event_type"] for event in fired] == [kind]
    assert [answer["type"] for answer in fired[0]["event"]["decision"]["answers"]] == ["choice", "score"]
    assert caller.asked("session.update", "session.updated", session={"triggers": []})[-1]["session"]["triggers"] == []


def test_who_works_for_a_session_stays_of_its_kind(caller: Caller) -> None:
    start(caller, delegation=RESPONSES)
    changed = {"type": "responses", "responses": {"instructions": "Be brief."}}
    session = caller.asked("session.update", "session.updated", session={"delegation": changed})[-1]["session"]
    assert session["delegation"]["responses"] == {"model": "gpt-4o", "instructions": "Be brief."}
    refused = caller.asked("session.update", "error", session={"delegation": {"type": "client"}})[-1]
    assert refused["error"]["param"] == "session.delegation.type"
    assert caller.asked("decision.create", "error", event_id="mine")[-1]["error"]["code"] == "invalid_delegation"


def test_a_sideband_hears_all_and_joins_in(server: LocalServer, caller: Caller) -> None:
    session = start(caller)
    with calling(server, f"/live/sessions/{session['id']}/attach") as beside:
        # what one connection says is answered to both, in the same order
        asked = beside.asked("transport.dtmf.send", "transport.dtmf.sent", event="5", event_id="key")
        assert caller.told() == asked[-1]
        assert asked[-1]["client_event_id"] == "key"
        speak(server, caller, "good morning")
        first, second = caller.until(SAID), beside.until(SAID)
        heard = [event for event in second if event["type"] == "session.input_audio.append"]
        assert b"".join(b64decode(event["audio"]) for event in heard).startswith(samples("good morning"))
        assert [event for event in second if event not in heard] == first
        assert beside.asked("session.start", "error", session=SESSION)[-1]["error"]["param"] == "type"
        closed = beside.asked("session.close", "session.closed")[-1]
        assert caller.until("session.closed")[-1] == closed
        assert closed["reason"] == "close_requested"
        for each in (caller, beside):
            with pytest.raises(ConnectionClosedOK):
                each.line.recv(timeout=10)


def test_a_sideband_that_is_connected_misses_nothing(
    server: LocalServer, caller: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    session, shake_hands = start(caller), Line.open

    def slowly(line: Line, request: Request, headers: Mapping[str, str]) -> bool:
        is_open = shake_hands(line, request, headers)
        threading.Event().wait(0.2)  # the client is quicker
        return is_open

    monkeypatch.setattr(Line, "open", slowly)
    with calling(server, f"/live/sessions/{session['id']}/attach") as beside:
        caller.asked("session.input_audio.mute", "session.input_audio.muted")
        assert beside.told()["type"] == "session.input_audio.muted"


def test_a_sideband_is_told_when_the_first_connection_is_lost(server: LocalServer) -> None:
    with calling(server, "/live/sessions") as caller:
        session = start(caller)
        beside = calling(server, f"/live/sessions/{session['id']}/attach")
        found = beside.__enter__()
        found.asked("transport.dtmf.send", "transport.dtmf.sent", event="5")
    assert found.until("session.closed")[-1]["reason"] == "connection_lost"
    beside.__exit__(None, None, None)
    with pytest.raises(InvalidStatus) as refused, calling(server, f"/live/sessions/{session['id']}/attach"):
        pass
    assert refused.value.response.status_code == 404


def test_a_fork_begins_where_a_kept_session_stood(server: LocalServer, caller: Caller) -> None:
    session = start(caller, delegation=RESPONSES, instructions="Be brief.")
    with calling(server, f"/live/sessions/{session['id']}/fork") as fork:
        changed = {"type": "responses", "responses": {"instructions": "Be kind."}}
        given = {"delegation": changed, "audio": {"format": {"type": "audio/pcmu", "rate": 8000}}}
        new = fork.asked("session.start", "session.started", session=given)[-1]["session"]
    assert new["id"] != session["id"]
    assert new["instructions"] == "Be brief."
    assert new["delegation"]["responses"] == {"model": "gpt-4o", "instructions": "Be kind."}
    assert new["audio"]["format"]["type"] == "audio/pcmu"


def test_a_session_that_is_not_kept_cannot_be_forked(server: LocalServer, caller: Caller) -> None:
    session = start(caller, store=False)
    with pytest.raises(InvalidStatus) as refused, calling(server, f"/live/sessions/{session['id']}/fork"):
        pass
    assert json.loads(refused.value.response.body or b"")["error"]["code"] == "session_not_stored"


def test_a_call_that_was_taken_is_steered_by_a_sideband(server: LocalServer) -> None:
    with OpenAI(base_url=server.base_url, api_key="sk-test") as client:
        identifier = client.live.create(
            session={"model": "gpt-live-1", "instructions": "Be brief."}, transport={"type": "webrtc", "sdp": "v=0"}
        ).session.id
        with calling(server, f"/live/sessions/{identifier}/attach") as beside:
            events = beside.asked("session.commentary.append", SAID, content="It is sunny.", delegation_id=None)
            assert words(events, "output") == "It is sunny."
            update = beside.asked("session.update", "session.updated", session={"triggers": []})[-1]["session"]
            assert (update["id"], update["instructions"]) == (identifier, "Be brief.")
        client.live.sessions.hangup(identifier)
        with pytest.raises(InvalidStatus), calling(server, f"/live/sessions/{identifier}/attach"):
            pass
