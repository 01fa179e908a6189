"""Events of sockets: what goes out is checked before it does, what comes in is told apart by `type`."""

from __future__ import annotations

import json
from typing import Any, get_args

import pytest
from pydantic import ValidationError

from typed_openai.core.answer.tolerant import read
from typed_openai.core.lazy_names import named
from typed_openai.core.request.params import json_body
from typed_openai.errors import ResponseValidationError
from typed_openai.models.base import Params, literal_values
from typed_openai.models.readers import reader_of
from typed_openai.models.responses.socket_events import ResponseWsError

CLIENTS = {
    "live": "typed_openai.models.live.client_events.CLIENT_EVENTS",
    "live.forks": "typed_openai.models.live.fork_events.CLIENT_EVENTS",
    "live.sideband": "typed_openai.models.live.sideband_events.CLIENT_EVENTS",
    "realtime": "typed_openai.models.realtime.client_events.CLIENT_EVENTS",
    "realtime.translations": "typed_openai.models.realtime.translation_events.CLIENT_EVENTS",
    "responses": "typed_openai.models.responses.socket_events.CLIENT_EVENTS",
    "beta.responses": "typed_openai.models.responses.beta_socket_events.CLIENT_EVENTS",
}
SERVERS = {
    "live": "typed_openai.models.live.server_events.LiveServerEvent",
    "live.forks": "typed_openai.models.live.fork_events.LiveForkServerEvent",
    "live.sideband": "typed_openai.models.live.sideband_events.LiveSidebandServerEvent",
    "realtime": "typed_openai.models.realtime.server_events.RealtimeServerEvent",
    "realtime.translations": "typed_openai.models.realtime.translation_events.RealtimeTranslationServerEvent",
    "responses": "typed_openai.models.responses.socket_events.ResponsesServerEvent",
    "beta.responses": "typed_openai.models.responses.beta_socket_events.BetaResponsesServerEvent",
}
COUNTS = {
    "beta.responses": (3, 64),
    "live": (15, 28),
    "live.forks": (15, 28),
    "live.sideband": (14, 30),
    "realtime": (11, 46),
    "realtime.translations": (3, 7),
    "responses": (2, 62),
}
"""How many events the service knows each way."""


@pytest.mark.parametrize("socket", CLIENTS)
def test_every_client_event_is_a_params_model_that_names_its_type(socket: str) -> None:
    table: dict[str, type[Params]] = named(CLIENTS[socket])
    assert len(table) == COUNTS[socket][0]
    for name, model in table.items():
        assert model.model_fields["type"].default == name
        assert issubclass(model, Params)


@pytest.mark.parametrize("socket", CLIENTS)
def test_a_field_that_no_client_event_has_is_refused_in_its_place(socket: str) -> None:
    for model in named(CLIENTS[socket]).values():
        with pytest.raises(ValidationError) as refused:
            model.model_validate({"no_such_field": 1})
        assert ("extra_forbidden", ("no_such_field",)) in {(e["type"], e["loc"]) for e in refused.value.errors()}


def server_tags(socket: str) -> dict[str, type[Any]]:
    members = get_args(get_args(named(SERVERS[socket]).__value__)[0])
    return {str(tag): model for model in members for tag in literal_values(model.model_fields["type"].annotation)}


@pytest.mark.parametrize("socket", SERVERS)
def test_every_server_event_is_one_model_of_the_union(socket: str) -> None:
    members = get_args(get_args(named(SERVERS[socket]).__value__)[0])
    assert len(server_tags(socket)) == COUNTS[socket][1] == len(members) - 1  # and one for what is newer
    assert "error" in server_tags(socket)


@pytest.mark.parametrize("socket", SERVERS)
def test_an_event_of_a_newer_kind_is_kept_with_all_it_says(socket: str) -> None:
    data = {"type": "something.new", "event_id": "event_1", "more": [1]}
    event = reader_of(named(SERVERS[socket])).validate_json(json.dumps(data), strict=True)
    assert event.model_dump() == data
    assert type(event).__name__.startswith("Unknown")


def test_an_event_of_a_response_names_its_lane() -> None:
    data = {"type": "response.refusal.delta", "item_id": "m", "output_index": 0, "content_index": 0, "delta": "No"}
    read = reader_of(named(SERVERS["responses"])).validate_json
    assert read(json.dumps(data | {"sequence_number": 3, "stream_id": "lane-1"}), strict=True).stream_id == "lane-1"
    assert read(json.dumps(data | {"sequence_number": 3}), strict=True).stream_id is None


def test_an_error_of_a_socket_says_what_would_be_the_status() -> None:
    data = {"type": "error", "status": 400, "error": {"type": "invalid_request_error", "message": "No", "code": "x"}}
    event = reader_of(named(SERVERS["responses"])).validate_json(json.dumps(data), strict=True)
    assert isinstance(event, ResponseWsError)
    assert (event.status, event.error.code) == (400, "x")


@pytest.mark.parametrize("lane", ["", "a b", "ä", "x" * 257])
def test_a_lane_has_a_short_plain_name(lane: str) -> None:
    model = named(CLIENTS["responses"])["response.create"]
    with pytest.raises(ValidationError):
        model(model="gpt-4o", input="Hi", stream_id=lane)


@pytest.mark.parametrize(
    "given",
    [
        "Shorter.",
        [{"type": "message", "role": "user", "content": "Shorter."}],
        [{"type": "function_call_output", "call_id": "c", "output": "1"}],
    ],
)
def test_the_course_is_changed_by_texts_messages_and_outputs(given: Any) -> None:
    model = named(CLIENTS["responses"])["response.steer"]
    sent = model(input=given, previous_response_id="resp_1")
    assert sent.model_dump(mode="json", exclude_unset=True) == {
        "type": "response.steer",
        "input": given,
        "previous_response_id": "resp_1",
    }


def sent(socket: str, name: str, **given: Any) -> Any:
    return json.loads(json_body(name, named(CLIENTS[socket])[name](**given), None))


def test_sound_may_be_bytes() -> None:
    for socket, name in [
        ("realtime", "input_audio_buffer.append"),
        ("realtime.translations", "session.input_audio_buffer.append"),
        ("live", "session.input_audio.append"),
    ]:
        assert (
            sent(socket, name, audio=b"\x01\x02") == sent(socket, name, audio="AQI=") == {"type": name, "audio": "AQI="}
        )


def test_sound_that_is_neither_is_refused_once() -> None:
    with pytest.raises(ValidationError) as refused:
        named(CLIENTS["realtime"])["input_audio_buffer.append"](audio=[1, 2])
    assert [(error["loc"], error["msg"]) for error in refused.value.errors()] == [
        (("audio",), "Input should be bytes, or a string in base64")
    ]


def test_an_item_that_a_server_told_of_may_be_created_again() -> None:
    item = {
        "id": "item_1",
        "type": "message",
        "role": "user",
        "content": [{"type": "input_text", "text": "Hi"}],
        "new": 1,
    }
    event = {"type": "conversation.item.done", "event_id": "event_1", "item": item}
    told = reader_of(named(SERVERS["realtime"])).validate_json(json.dumps(event), strict=True)
    assert sent("realtime", "conversation.item.create", item=told.item)["item"] == item


def test_a_message_of_a_newer_role_and_an_item_of_a_newer_kind_are_kept() -> None:
    for item in ({"type": "message", "role": "critic", "content": []}, {"type": "hologram", "id": "item_1"}):
        event = {"type": "conversation.item.done", "event_id": "event_1", "item": item}
        told = reader_of(named(SERVERS["realtime"])).validate_json(json.dumps(event), strict=True)
        assert told.model_dump() == event
        with pytest.raises(ValidationError):
            named(CLIENTS["realtime"])["conversation.item.create"](item=item)


def test_what_concerns_the_session_as_a_whole_is_sent_as_null() -> None:
    for name in ("session.instructions.append", "session.thinking.append", "session.commentary.append"):
        assert sent("live", name, content="Be brief.") == sent("live", name, content="Be brief.", delegation_id=None)
        assert sent("live", name, content="Be brief.") == {
            "type": name,
            "content": "Be brief.",
            "delegation_id": None,
        }


SESSION = {
    "model": "gpt-live-1",
    "audio": {"format": {"type": "audio/pcm", "rate": 24000}, "output": {"voice": "marin"}},
    "delegation": {"type": "responses", "responses": {"model": "gpt-4o", "tools": [{"type": "web_search"}]}},
    "input": [{"role": "user", "content": [{"text": "Hi"}]}],
    "triggers": [
        {
            "type": "decisions",
            "event_type": "session.input_transcript.delta",
            "decisions": {"questions": [{"type": "predicate", "instructions": "Is this about money?"}]},
        }
    ],
}


def test_a_live_session_says_of_itself_what_it_was_set_up_with() -> None:
    assert sent("live", "session.start", session=SESSION) == {"type": "session.start", "session": SESSION}
    session = {"id": "live_1", "expires_at": 1, "status": "active", **SESSION}
    event = {"type": "session.started", "event_id": "event_1", "session": session}
    for server in ("live", "live.forks", "live.sideband"):
        told = reader_of(named(SERVERS[server])).validate_json(json.dumps(event), strict=True)
        assert told.model_dump(mode="json") == event


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ({"audio": {"format": {"type": "audio/pcm", "rate": 1}}}, ("session", "audio", "format", "audio/pcm", "rate")),
        ({"delegation": {"type": "nobody"}}, ("session", "delegation")),
        ({"sound": {}}, ("session", "sound")),
        ({"input": [{"role": "critic", "content": []}]}, ("session", "input", 0)),
    ],
)
def test_what_a_live_session_does_not_know_is_refused_in_its_place(change: Any, where: tuple[Any, ...]) -> None:
    with pytest.raises(ValidationError) as refused:
        named(CLIENTS["live"])["session.start"](session=SESSION | change)
    assert [error["loc"] for error in refused.value.errors()] == [where]


@pytest.mark.parametrize(
    "item",
    [
        {"role": "user", "content": "Hi"},
        {"type": "message", "role": "assistant", "content": [{"type": "output_text", "text": "Hi"}]},
        {"type": "function_call", "call_id": "c", "name": "f", "arguments": "{}"},
        {"type": "custom_tool_call_output", "call_id": "c", "output": [{"type": "input_text", "text": "1"}]},
    ],
)
def test_decisions_look_at_messages_calls_and_outputs(item: Any) -> None:
    assert sent("live", "decision.item.create", item=item)["item"] == item
    event = {"type": "decision.item.created", "event_id": "event_1", "item": {"id": "item_1", **item}}
    told = reader_of(named(SERVERS["live"])).validate_json(json.dumps(event), strict=True)
    assert told.model_dump(mode="json") == event
    assert not type(told.item).__name__.startswith("Unknown")


def test_an_item_of_a_newer_kind_is_kept_but_not_sent() -> None:
    event = {"type": "decision.item.created", "event_id": "event_1", "item": {"id": "item_1", "type": "hologram"}}
    told = reader_of(named(SERVERS["live"])).validate_json(json.dumps(event), strict=True)
    assert told.model_dump(mode="json") == event
    with pytest.raises(ValidationError):
        named(CLIENTS["live"])["decision.item.create"](item={"type": "hologram"})


SOUNDS = [
    ("realtime", {"type": "response.output_audio.delta", "delta": "AQI="}),
    ("realtime.translations", {"type": "session.output_audio.delta", "delta": "AQI="}),
    ("live", {"type": "session.output_audio.delta", "delta": "AQI="}),
    ("live.sideband", {"type": "session.input_audio.append", "audio": "AQI="}),
]


@pytest.mark.parametrize(("server", "event"), SOUNDS)
def test_sound_reads_as_its_bytes_and_what_is_none_says_so(server: str, event: dict[str, Any]) -> None:
    union = named(SERVERS[server])
    assert read(union, event, "", []).pcm == b"\x01\x02"
    with pytest.raises(ResponseValidationError, match="pcm of this"):
        _ = read(union, event | dict.fromkeys(("audio", "delta"), "not base64!"), "", []).pcm
