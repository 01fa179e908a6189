"""A realtime session without ceremony: saying something, sound in and out, interruption, tools, transcripts."""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import AsyncIterator
from typing import Any

import pytest

from tests.sockets.conftest import Colour
from tests.sockets.servers import Peer, serving
from typed_openai import tool
from typed_openai.errors import RequestValidationError, ToolRoundsExceededError
from typed_openai.sockets.failures import ServerEventError, WebSocketConnectionClosedError

SOUND = b"\x01\x00\x02\x00" * 600


def response(identifier: str = "resp_1", **more: Any) -> dict[str, Any]:
    return {"object": "realtime.response", "id": identifier, "status": "completed", "output": [], **more}


def created(identifier: str = "resp_1") -> dict[str, Any]:
    begun = response(identifier, status="in_progress")
    return {"type": "response.created", "event_id": "e", "response": begun}


def done(identifier: str = "resp_1", **more: Any) -> dict[str, Any]:
    return {"type": "response.done", "event_id": "e", "response": response(identifier, **more)}


def piece(kind: str, delta: str, item_id: str = "item_1") -> dict[str, Any]:
    place = {"response_id": "resp_1", "item_id": item_id, "output_index": 0, "content_index": 0}
    return {"type": f"response.{kind}.delta", "event_id": "e", **place, "delta": delta}


def sound(data: bytes, item_id: str = "item_1") -> dict[str, Any]:
    return piece("output_audio", b64encode(data).decode(), item_id)


def called(name: str, arguments: str, call_id: str = "call_1") -> dict[str, Any]:
    return {
        "type": "function_call",
        "id": f"item_{call_id}",
        "object": "realtime.item",
        "status": "completed",
        "name": name,
        "arguments": arguments,
        "call_id": call_id,
    }


def said(text: str) -> dict[str, Any]:
    return {
        "type": "message",
        "id": "item_9",
        "object": "realtime.item",
        "role": "assistant",
        "status": "completed",
        "content": [{"type": "output_text", "text": text}],
    }


def test_saying_something_is_a_message_and_a_question(colour: Colour) -> None:
    told: list[Any] = []

    def serve(peer: Peer) -> None:
        told.extend([peer.told(), peer.told()])
        peer.tell(created(), done(output=[said("Hi!")], usage={"total_tokens": 5}))
        told.append(peer.told())

    with serving(serve) as server, colour.opened(colour.realtime(server.url)) as connection:
        colour.run(connection.say("Hello"))
        answer = colour.run(connection.get_final_response())
        colour.run(connection.say("Be brief.", role="system", respond=False))
        list(colour.each(connection))
    assert (answer.output_text, answer.usage.total_tokens) == ("Hi!", 5)
    message = {"type": "message", "role": "user", "content": [{"type": "input_text", "text": "Hello"}]}
    assert told[0] == {"type": "conversation.item.create", "item": message}
    assert told[1] == {"type": "response.create"}
    assert told[2]["item"]["role"] == "system"


def test_the_sound_of_an_answer_comes_piece_by_piece_and_the_rest_goes_to_handlers(colour: Colour) -> None:
    words: list[str] = []

    def serve(peer: Peer) -> None:
        peer.tell(created(), sound(SOUND[:1000]), piece("output_audio_transcript", "Hel"), sound(SOUND[1000:]), done())
        peer.tell(created("resp_2"), done("resp_2"))

    with serving(serve) as server, colour.opened(colour.realtime(server.url)) as connection:
        connection.on("response.output_audio_transcript.delta", lambda event: words.append(event.delta))
        heard = list(colour.each(connection.audio()))
        assert list(colour.each(connection.audio())) == []
    assert (heard, words) == ([SOUND[:1000], SOUND[1000:]], ["Hel"])


def test_sound_is_converted_to_what_is_asked_for(colour: Colour) -> None:
    def serve(peer: Peer) -> None:
        peer.tell(created(), sound(SOUND[:999]), sound(SOUND[999:]), done())

    with serving(serve) as server, colour.opened(colour.realtime(server.url)) as connection:
        heard = b"".join(colour.each(connection.audio(rate=48000, channels=2)))
    assert len(heard) == len(SOUND) * 4


def test_an_answer_that_fails_is_an_error_with_the_response(colour: Colour) -> None:
    why = {"type": "failed", "error": {"type": "server_error", "code": "overloaded"}}

    def serve(peer: Peer) -> None:
        for _ in range(2):
            peer.tell(created(), sound(SOUND), done(status="failed", status_details=why))

    with serving(serve) as server, colour.opened(colour.realtime(server.url)) as connection:
        for reading in (
            lambda: colour.run(connection.get_final_response()),
            lambda: [*colour.each(connection.audio())],
        ):
            with pytest.raises(ServerEventError, match="resp_1 failed") as caught:
                reading()
            assert (caught.value.code, caught.value.partial.id) == ("overloaded", "resp_1")


def test_a_cut_answer_says_what_was_heard(colour: Colour) -> None:
    def serve(peer: Peer) -> None:
        arguments = {**piece("function_call_arguments", '{"city":'), "call_id": "call_1"}
        peer.tell(created(), sound(SOUND), piece("output_audio_transcript", "Hel"), arguments)
        peer.cut()

    with serving(serve) as server, pytest.raises(WebSocketConnectionClosedError) as caught:
        with colour.opened(colour.realtime(server.url)) as connection:
            list(colour.each(connection))
    partial = caught.value.partial
    assert (partial.audio, partial.transcript) == (SOUND, "Hel")
    assert partial.responses["resp_1"].arguments == {"call_1": '{"city":'}


def test_sound_is_sent_in_pieces_in_the_format_of_the_session(colour: Colour) -> None:
    told: list[Any] = []
    g711 = {"type": "realtime", "audio": {"input": {"format": {"type": "audio/pcmu"}}}}

    def serve(peer: Peer) -> None:
        told.extend(peer.told() for _ in range(3))
        peer.tell({"type": "session.updated", "event_id": "e", "session": g711})
        told.append(peer.told())

    with serving(serve) as server, colour.opened(colour.realtime(server.url)) as connection:
        assert colour.run(connection.send_audio(SOUND * 5, chunk_ms=100)) == 250
        colour.run(connection.recv())
        assert colour.run(connection.send_audio([b"\0" * 3201, b"\0" * 3199], rate=16000, chunk_ms=1000)) == 200
        list(colour.each(connection))
    assert {event["type"] for event in told} == {"input_audio_buffer.append"}
    assert b"".join(b64decode(event["audio"]) for event in told[:3]) == SOUND * 5
    assert [len(b64decode(event["audio"])) for event in told] == [4800, 4800, 2400, 1600]
    assert b64decode(told[3]["audio"]) == b"\xff" * 1600


async def test_an_asynchronous_source_is_sent_as_it_comes() -> None:
    async def microphone() -> AsyncIterator[bytes]:
        for _ in range(3):
            yield SOUND

    told: list[Any] = []
    colour = Colour(is_async=True)
    try:
        with serving(lambda peer: told.extend(peer.told() for _ in range(2))) as server:
            with colour.opened(colour.realtime(server.url)) as connection:
                assert colour.run(connection.send_audio(microphone())) == 150
                list(colour.each(connection))
    finally:
        colour.close()
    assert len(told) == 2


@pytest.mark.parametrize(("played", "wanted"), [(20, 20), (99999, 50), (-5, 0)])
def test_an_interruption_cuts_the_item_at_what_was_played(colour: Colour, played: int, wanted: int) -> None:
    told: list[Any] = []

    def serve(peer: Peer) -> None:
        peer.tell(created(), sound(SOUND, "item_0"), sound(SOUND[:1200]), sound(SOUND[:1200]))
        told.extend([peer.told(), peer.told()])
        peer.tell(done(status="cancelled"))

    with serving(serve) as server, colour.opened(colour.realtime(server.url)) as connection:
        for _ in range(4):
            colour.run(connection.recv())
        assert colour.run(connection.interrupt(played)) is True
        assert colour.run(connection.recv()).response.status == "cancelled"
    cut = {"item_id": "item_1", "content_index": 0, "audio_end_ms": wanted}
    assert told == [{"type": "response.cancel"}, {"type": "conversation.item.truncate", **cut}]


def test_where_nothing_was_said_there_is_nothing_to_cut(colour: Colour) -> None:
    with serving(lambda peer: peer.wait()) as server, colour.opened(colour.realtime(server.url)) as connection:
        assert colour.run(connection.interrupt(10)) is False


# --- tools -----------------------------------------------------------------------------------------------------------


@tool
def temperature(city: str) -> dict[str, object]:
    """How warm it is."""
    return {"city": city, "celsius": 21}


def test_tools_are_called_until_the_model_answers(colour: Colour) -> None:
    told: list[Any] = []

    def serve(peer: Peer) -> None:
        told.extend([peer.told(), peer.told()])
        calls = [called("temperature", '{"city": "Rome"}'), called("temperature", '{"city": 5}', "call_2")]
        peer.tell(created(), done(output=calls, usage={"total_tokens": 3}))
        told.extend([peer.told(), peer.told(), peer.told()])
        peer.tell(created(), done(output=[said("21 degrees")], usage={"total_tokens": 4}))

    with serving(serve) as server, colour.opened(colour.realtime(server.url)) as connection:
        run = colour.run(connection.run_tools(tools=[temperature], input="How warm?", output_modalities=["text"]))
    assert (run.text, run.usage.total_tokens, len(run.steps)) == ("21 degrees", 7, 2)
    assert [call.name for call in run.calls] == ["temperature", "temperature"]
    asked = told[1]["response"]
    assert asked["output_modalities"] == ["text"]
    assert asked["tools"][0]["name"] == "temperature"
    outputs = [event["item"] for event in told[2:4]]
    assert outputs[0] == {
        "type": "function_call_output",
        "call_id": "call_1",
        "output": '{"city":"Rome","celsius":21}',
    }
    assert "city" in outputs[1]["output"]  # told to the model, which corrects itself
    assert told[4]["type"] == "response.create"


def test_a_model_that_never_stops_asking_is_stopped(colour: Colour) -> None:
    def serve(peer: Peer) -> None:
        for _ in range(2):
            while peer.told()["type"] != "response.create":
                pass
            peer.tell(created(), done(output=[called("temperature", '{"city": "Rome"}')]))

    with serving(serve) as server, colour.opened(colour.realtime(server.url)) as connection:
        with pytest.raises(ToolRoundsExceededError):
            colour.run(connection.run_tools(tools=[temperature], max_rounds=1))


def test_wrong_parameters_of_run_tools_are_refused_before_anything_is_sent(colour: Colour) -> None:
    with serving(lambda peer: peer.wait()) as server, colour.opened(colour.realtime(server.url)) as connection:
        for wrong in ({"output_modalities": ["smell"]}, {"instrutions": "x"}, {"max_rounds": 0}):
            with pytest.raises(RequestValidationError):
                colour.run(connection.run_tools(tools=[temperature], **wrong))


async def test_async_tools_are_awaited() -> None:
    @tool
    async def slow(city: str) -> str:
        """How warm it is."""
        return f"warm in {city}"

    def serve(peer: Peer) -> None:
        peer.told()
        peer.tell(created(), done(output=[called("slow", '{"city": "Rome"}')]))
        told.extend([peer.told(), peer.told()])
        peer.tell(created(), done(output=[said("ok")]))

    told: list[Any] = []
    colour = Colour(is_async=True)
    try:
        with serving(serve) as server, colour.opened(colour.realtime(server.url)) as connection:
            assert colour.run(connection.run_tools(tools=[slow])).text == "ok"
    finally:
        colour.close()
    assert told[0]["item"]["output"] == "warm in Rome"
