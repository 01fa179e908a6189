"""Who said what: turns by speaker, in the order of the conversation, however late something is understood."""

from __future__ import annotations

from typing import Any

from typed_openai.sockets import protocols
from typed_openai.sockets.protocol import SocketProtocol
from typed_openai.sockets.transcripts import Transcript


def read(transcript: Transcript, protocol: SocketProtocol, *events: dict[str, Any]) -> None:
    for event in events:
        transcript.add(protocol.reader.validate_python({"event_id": "e", **event}))


def added(identifier: str, role: str, previous: str | None, *content: dict[str, Any]) -> dict[str, Any]:
    item = {"type": "message", "id": identifier, "role": role, "content": list(content)}
    return {"type": "conversation.item.added", "item": item, "previous_item_id": previous}


def piece(identifier: str, delta: str) -> dict[str, Any]:
    place = {"response_id": "r", "item_id": identifier, "output_index": 0, "content_index": 0}
    return {"type": "response.output_audio_transcript.delta", **place, "delta": delta}


def understood(identifier: str, text: str, whole: bool = True) -> dict[str, Any]:
    kind = "conversation.item.input_audio_transcription"
    if not whole:
        return {"type": f"{kind}.delta", "item_id": identifier, "content_index": 0, "delta": text}
    usage = {"type": "duration", "seconds": 1}
    return {"type": f"{kind}.completed", "item_id": identifier, "content_index": 0, "transcript": text, "usage": usage}


def test_what_is_understood_late_stands_where_it_was_said() -> None:
    transcript = Transcript()
    read(
        transcript,
        protocols.REALTIME,
        added("i1", "user", None),
        added("i2", "assistant", "i1"),
        piece("i2", "I am "),
        understood("i1", "How ar", whole=False),
        piece("i2", "fine."),
        understood("i1", "How are you?"),
        added("i3", "user", "i2", {"type": "input_text", "text": "Good."}),
        {"type": "input_audio_buffer.speech_started", "audio_start_ms": 1, "item_id": "i4"},
    )
    assert str(transcript) == "user: How are you?\nassistant: I am fine.\nuser: Good."
    assert [turn.is_final for turn in transcript.turns] == [True, False, True]
    whole = {"response_id": "r", "output_index": 0, "content_index": 0, "transcript": "I am well."}
    read(transcript, protocols.REALTIME, {"type": "response.output_audio_transcript.done", "item_id": "i2", **whole})
    assert transcript.turns[1].text == "I am well."


def test_an_item_that_was_put_in_between_stands_there() -> None:
    transcript = Transcript()
    text = {"type": "input_text", "text": "x"}
    read(
        transcript,
        protocols.REALTIME,
        added("i1", "user", None, text),
        added("i3", "user", "i1", text),
        added("i2", "system", "i1", text),
        added("i2", "system", "i1", text),
    )
    assert [turn.item_id for turn in transcript.turns] == ["i1", "i2", "i3"]


def test_without_items_a_turn_goes_on_until_the_other_speaks_or_nobody_does() -> None:
    transcript = Transcript(silence_ms=1000)

    def heard(who: str, delta: str, start: int) -> dict[str, Any]:
        return {"type": f"session.{who}_transcript.delta", "delta": delta, "start_ms": start, "end_ms": start + 100}

    read(
        transcript,
        protocols.LIVE,
        heard("input", "Hel", 0),
        heard("input", "lo", 100),
        heard("output", "Hi", 300),
        heard("output", " there", 400),
        heard("output", "Still here?", 2000),
    )
    assert [str(turn) for turn in transcript] == ["user: Hello", "assistant: Hi there", "assistant: Still here?"]
