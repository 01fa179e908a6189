"""Realtime on the local server: sessions, conversations, turns found in sound, answers in text and sound, functions."""

from __future__ import annotations

import json
from base64 import b64decode
from collections.abc import Iterator
from typing import Any

import pytest

from tests.local.callers import SILENCE, Caller, Event, calling, kinds
from typed_openai import OpenAI
from typed_openai.local import LocalServer, ToolCall
from typed_openai.local.sockets.voice import spoken, understood
from typed_openai.local.sounds import samples
from typed_openai.sockets.pcm import REALTIME, format_of

TEXT = {"type": "realtime", "output_modalities": ["text"]}
WRITTEN = {"transcription": {"model": "whisper-1"}}
NO_TURNS = {"type": "realtime", "audio": {"input": {"turn_detection": None}}}


@pytest.fixture
def server() -> Iterator[LocalServer]:
    with LocalServer() as running:
        yield running


@pytest.fixture
def caller(server: LocalServer) -> Iterator[Caller]:
    with calling(server, "/realtime?model=gpt-realtime") as found:
        assert found.told()["type"] == "session.created"
        yield found


def user(text: str) -> Event:
    return {"type": "message", "role": "user", "content": [{"type": "input_text", "text": text}]}


def put(caller: Caller, item: Event, **members: Any) -> Event:
    caller.say("conversation.item.create", item=item, **members)
    added, done = caller.told(), caller.told()
    assert (added["type"], done["type"]) == ("conversation.item.added", "conversation.item.done")
    found: Event = done["item"]
    return found


def test_a_session_says_what_it_is_and_keeps_what_a_change_leaves_out(caller: Caller) -> None:
    changed = caller.asked("session.update", "session.updated", session={**TEXT, "instructions": "Sing."})[-1]
    session = changed["session"]
    assert (session["instructions"], session["output_modalities"]) == ("Sing.", ["text"])
    heard = session["audio"]["input"]
    audio = {"input": {"turn_detection": {"type": "server_vad", "threshold": 0.2}}}
    again = caller.asked("session.update", "session.updated", session={"type": "realtime", "audio": audio})[-1]
    assert again["session"]["instructions"] == "Sing."
    assert again["session"]["audio"]["input"]["format"] == heard["format"]
    assert again["session"]["audio"]["input"]["turn_detection"]["threshold"] == 0.2


def test_an_answer_in_text_adds_up(caller: Caller) -> None:
    caller.asked("session.update", "session.updated", session=TEXT)
    put(caller, user("Hello"))
    events = caller.asked("response.create", "response.done")
    assert kinds(events) == [
        "response.created",
        "rate_limits.updated",
        "response.output_item.added",
        "conversation.item.added",
        "response.content_part.added",
        "response.output_text.delta",
        "response.output_text.done",
        "response.content_part.done",
        "response.output_item.done",
        "conversation.item.done",
        "response.done",
    ]
    text = "".join(event["delta"] for event in events if event["type"] == "response.output_text.delta")
    response = events[-1]["response"]
    assert response["output"][0]["content"] == [{"type": "output_text", "text": text}]
    assert "Hello" in text
    assert response["status"] == "completed"
    assert response["usage"]["total_tokens"] == response["usage"]["input_tokens"] + response["usage"]["output_tokens"]


def test_an_answer_in_sound_is_understood_when_it_is_heard_again(server: LocalServer, caller: Caller) -> None:
    put(caller, user("Hello"))
    events = caller.asked("response.create", "response.done")
    sound = b"".join(b64decode(e["delta"]) for e in events if e["type"] == "response.output_audio.delta")
    transcript = next(e["transcript"] for e in events if e["type"] == "response.output_audio_transcript.done")
    assert understood(server._desk.service.state, sound, REALTIME) == transcript
    assert "audio" not in events[-1]["response"]["output"][0]["content"][0]


@pytest.mark.parametrize("kind", ["audio/pcm", "audio/pcmu", "audio/pcma"])
def test_sound_is_spoken_and_heard_in_every_format(server: LocalServer, kind: str) -> None:
    how = format_of({"type": kind})
    sound = spoken(server._desk.service.state, "one two three", how)
    assert how.milliseconds(len(sound)) == 150
    heard = bytes([{"audio/pcm": 0, "audio/pcmu": 0xFF, "audio/pcma": 0xD5}[kind]]) * how.bytes_of(700)
    audio = {"input": {"format": {"type": kind}, "transcription": {"model": "whisper-1"}}}
    with calling(server, "/realtime?intent=transcription") as caller:
        assert caller.told()["session"]["type"] == "transcription"
        caller.asked("session.update", "session.updated", session={"type": "transcription", "audio": audio})
        caller.hear("input_audio_buffer.append", heard + sound + heard)
        events = caller.until("conversation.item.input_audio_transcription.completed")
    assert events[-1]["transcript"] == "one two three"
    assert [event["type"] for event in events[:3]] == [
        "input_audio_buffer.speech_started",
        "input_audio_buffer.speech_stopped",
        "input_audio_buffer.committed",
    ]
    started, stopped, committed = events[:3]
    assert started["item_id"] == stopped["item_id"] == committed["item_id"]
    assert 380 <= started["audio_start_ms"] <= 420
    assert 1340 <= stopped["audio_end_ms"] <= 1380


def test_who_speaks_is_answered_when_a_turn_is_over(caller: Caller) -> None:
    caller.hear("input_audio_buffer.append", samples("some words here") + SILENCE)
    events = caller.until("response.done")
    order = ["input_audio_buffer.speech_started", "input_audio_buffer.speech_stopped", "input_audio_buffer.committed"]
    assert kinds(events)[:6] == [*order, "conversation.item.added", "conversation.item.done", "response.created"]
    assert "seconds" in events[-1]["response"]["output"][0]["content"][0]["transcript"]


def test_a_turn_that_nobody_looks_for_ends_when_the_program_says_so(caller: Caller) -> None:
    caller.asked("session.update", "session.updated", session=NO_TURNS)
    caller.hear("input_audio_buffer.append", samples("some words here") + SILENCE)
    events = caller.asked("input_audio_buffer.commit", "conversation.item.done")
    assert kinds(events)[0] == "input_audio_buffer.committed"
    retrieved = caller.asked("conversation.item.retrieve", "conversation.item.retrieved", item_id=events[0]["item_id"])
    assert b64decode(retrieved[-1]["item"]["content"][0]["audio"]) == samples("some words here") + SILENCE
    assert caller.asked("input_audio_buffer.commit", "error")[-1]["error"]["code"] == "input_audio_buffer_commit_empty"
    caller.hear("input_audio_buffer.append", samples("more"))
    assert caller.asked("input_audio_buffer.clear", "input_audio_buffer.cleared")


def test_a_function_is_called_and_its_output_is_heard(caller: Caller) -> None:
    tool = {"type": "function", "name": "get_weather", "parameters": {"type": "object", "properties": {}}}
    caller.asked("session.update", "session.updated", session={**TEXT, "tools": [tool]})
    put(caller, user("How is the weather?"))
    events = caller.asked("response.create", "response.done")
    (call,) = events[-1]["response"]["output"]
    done = next(event for event in events if event["type"] == "response.function_call_arguments.done")
    assert (call["type"], call["name"], call["arguments"]) == ("function_call", "get_weather", done["arguments"])
    put(caller, {"type": "function_call_output", "call_id": call["call_id"], "output": "Sunny."})
    text = caller.asked("response.create", "response.done")[-1]["response"]["output"][0]["content"][0]["text"]
    assert "Sunny." in text


def test_an_output_that_answers_no_call_is_refused(caller: Caller) -> None:
    item = {"type": "function_call_output", "call_id": "nobody", "output": "1"}
    refused = caller.asked("conversation.item.create", "error", item=item, event_id="mine")[-1]
    assert refused["error"]["event_id"] == "mine"


def test_a_script_says_what_comes_next(server: LocalServer, caller: Caller) -> None:
    server.answer([ToolCall("add", a=1), ToolCall("add", a=2)], "Done.")
    put(caller, user("Add"))
    calls = caller.asked("response.create", "response.done")[-1]["response"]["output"]
    assert [call["arguments"] for call in calls] == ['{"a": 1}', '{"a": 2}']
    said = caller.asked("response.create", "response.done")[-1]["response"]["output"][0]
    assert said["content"] == [{"type": "output_audio", "transcript": "Done."}]


@pytest.fixture
def slow() -> Iterator[Caller]:
    with LocalServer(chunk_delay=0.02) as running, calling(running, "/realtime?model=gpt-realtime") as found:
        found.told()
        put(found, user("Tell me a long story of many words, please, and take your time with it."))
        yield found


def test_an_answer_is_given_up_under_way_and_keeps_what_was_said(slow: Caller) -> None:
    events = slow.asked("response.create", "response.output_audio.delta")
    events += slow.asked("response.cancel", "response.done")
    response = events[-1]["response"]
    assert (response["status"], response["status_details"]["reason"]) == ("cancelled", "client_cancelled")
    said = "".join(e["delta"] for e in events if e["type"] == "response.output_audio_transcript.delta")
    assert response["output"][0]["status"] == "incomplete"
    assert response["output"][0]["content"][0]["transcript"] == said
    assert slow.asked("response.cancel", "error")[-1]["error"]["code"] == "response_cancel_not_active"


def test_who_begins_to_speak_interrupts(slow: Caller) -> None:
    slow.asked("response.create", "response.output_audio.delta")
    slow.hear("input_audio_buffer.append", samples("wait a moment"))
    events = slow.until("response.done")
    assert "input_audio_buffer.speech_started" in kinds(events)
    assert events[-1]["response"]["status_details"]["reason"] == "turn_detected"


def test_one_answer_at_a_time_goes_into_the_conversation_others_come_beside_it(slow: Caller) -> None:
    first = slow.asked("response.create", "response.created")[-1]["response"]["id"]
    assert slow.asked("response.create", "error")[-1]["error"]["code"] == "conversation_already_has_active_response"
    aside = {"conversation": "none", "input": [user("Aside")], "output_modalities": ["text"], "metadata": {"n": "1"}}
    slow.say("response.create", response=aside)
    done = [slow.until("response.done")[-1]["response"] for _ in range(2)]
    other = next(each for each in done if each["id"] != first)
    assert (other["metadata"], other["conversation_id"]) == ({"n": "1"}, None)
    assert "Aside" in other["output"][0]["content"][0]["text"]


def test_what_was_said_is_cut_at_what_was_heard(caller: Caller) -> None:
    put(caller, user("Hello"))
    said = caller.asked("response.create", "response.done")[-1]["response"]["output"][0]
    cut = {"item_id": said["id"], "content_index": 0, "audio_end_ms": 100}
    assert caller.asked("conversation.item.truncate", "conversation.item.truncated", **cut)
    item = caller.asked("conversation.item.retrieve", "conversation.item.retrieved", item_id=said["id"])[-1]["item"]
    assert said["content"][0]["transcript"].startswith(item["content"][0]["transcript"])
    assert item["content"][0]["transcript"] != said["content"][0]["transcript"]
    too_late = {**cut, "audio_end_ms": 60_000}
    assert caller.asked("conversation.item.truncate", "error", **too_late)[-1]["error"]["param"] == "audio_end_ms"


def test_items_are_put_in_their_places_and_taken_out(caller: Caller) -> None:
    first, last = put(caller, user("one")), put(caller, user("three"))
    caller.say("conversation.item.create", item=user("two"), previous_item_id=first["id"])
    assert caller.told()["previous_item_id"] == first["id"]
    caller.told()
    caller.say("conversation.item.create", item=user("zero"), previous_item_id="root")
    assert caller.told()["previous_item_id"] is None
    caller.told()
    assert caller.asked("conversation.item.delete", "conversation.item.deleted", item_id=last["id"])
    assert (
        caller.asked("conversation.item.delete", "error", item_id=last["id"])[-1]["error"]["code"] == "item_not_found"
    )


FAST = {"type": "realtime", "audio": {"output": {"speed": 9}}}


@pytest.mark.parametrize(
    ("event", "param"),
    [
        ({"type": "no.such.event"}, "type"),
        ({"type": "conversation.item.delete"}, "item_id"),
        ({"type": "session.update", "session": FAST}, "session.audio.output.speed"),
        ({"type": "input_audio_buffer.append", "audio": "not base64!"}, "audio"),
        ({"type": "session.update", "session": {"type": "transcription"}}, "session.type"),
        ({}, "type"),
    ],
)
def test_what_is_wrong_with_an_event_is_told_and_the_session_goes_on(caller: Caller, event: Event, param: str) -> None:
    caller.line.send(json.dumps(event))
    assert caller.told()["error"]["param"] == param
    caller.line.send("not JSON")
    assert caller.told()["error"]["code"] == "invalid_json"
    assert caller.asked("session.update", "session.updated", session=TEXT)


def test_a_voice_stays_once_something_was_said(caller: Caller) -> None:
    change = {"type": "realtime", "audio": {"output": {"voice": "marin"}}}
    caller.asked("session.update", "session.updated", session=change)
    put(caller, user("Hello"))
    caller.asked("response.create", "response.done")
    other = {"type": "realtime", "audio": {"output": {"voice": "cedar"}}}
    assert caller.asked("session.update", "error", session=other)[-1]["error"]["code"] == "cannot_update_voice"


def test_translations_say_what_they_hear_and_end_when_all_was_said(server: LocalServer) -> None:
    with calling(server, "/realtime/translations?model=gpt-realtime-translate") as caller:
        caller.told()
        audio = {"input": {"transcription": {"model": "gpt-realtime-whisper"}}, "output": {"language": "de"}}
        session = caller.asked("session.update", "session.updated", session={"audio": audio})[-1]["session"]
        assert session["audio"]["output"] == {"language": "de"}
        state = server._desk.service.state
        caller.hear("session.input_audio_buffer.append", spoken(state, "good morning", REALTIME) + SILENCE)
        caller.hear("session.input_audio_buffer.append", spoken(state, "and good night", REALTIME))
        events = caller.asked("session.close", "session.closed")
    for kind in ("input", "output"):
        said = "".join(e["delta"] for e in events if e["type"] == f"session.{kind}_transcript.delta")
        assert said == "good morningand good night"
    assert any(event["type"] == "session.output_audio.delta" for event in events)


def test_speech_that_was_made_over_http_is_understood(server: LocalServer, caller: Caller) -> None:
    with OpenAI(base_url=server.base_url, api_key="sk-test") as client:
        speech = client.audio.speech.create(model="tts-1", voice="alloy", input="good morning", response_format="pcm")
    caller.asked("session.update", "session.updated", session={"type": "realtime", "audio": {"input": WRITTEN}})
    caller.hear("input_audio_buffer.append", speech.read() + SILENCE)
    done = caller.until("conversation.item.input_audio_transcription.completed")[-1]
    assert done["transcript"] == "good morning"
