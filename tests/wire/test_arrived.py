"""Answers that come together with their head, or piece by piece, over each transport: nobody can tell afterwards."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest

from tests.wire.bodies import COMPLETION
from tests.wire.clients import async_client
from tests.wire.colours import KEY, MESSAGES, Colour
from tests.wire.server import CUT, END, RESET, Step, WireServer, answer, chunk, head
from typed_openai import APIConnectionError, APIStatusError, BodyTooLargeError, OpenAI
from typed_openai.core.run.kit import kit

BODY = json.dumps(COMPLETION).encode()
WAYS: dict[str, list[Step]] = {
    "in one piece": [b"".join(step for step in answer(BODY) if isinstance(step, bytes))],
    "head first": [answer(BODY)[0], 0.02, BODY],
    "in two": [answer(BODY)[0], BODY[:40], 0.02, BODY[40:]],
    "in a chunk, whole": [head(200, "application/json", transfer_encoding="chunked")[0] + chunk(BODY) + END],
    "in chunks": [
        *(head(200, "application/json", transfer_encoding="chunked")[0] + chunk(BODY[:9]), 0.02),
        *(chunk(BODY[9:]), 0.02, END),
    ],
}


@pytest.mark.parametrize("steps", [*WAYS.values()], ids=[*WAYS])
def test_an_answer_is_the_same_however_it_comes(server: WireServer, colour: Colour, steps: list[Step]) -> None:
    server.script(answer(COMPLETION), steps)
    assert colour.chat(server).model_dump() == colour.chat(server).model_dump()


@pytest.mark.usefixtures("transport")
@pytest.mark.parametrize("steps", [*WAYS.values()], ids=[*WAYS])
async def test_a_raw_answer_is_the_same_however_it_comes(server: WireServer, steps: list[Step]) -> None:
    server.script(steps)
    async with async_client(server) as client:
        raw = client.with_raw_response.chat.completions
        first, second = [await raw.create(model="m", messages=MESSAGES) for _ in range(2)]
        assert first.content == second.content == BODY
        assert first.http_response.is_closed
        assert first.http_response.content == BODY
        async with client.with_streaming_response.chat.completions.create(model="m", messages=MESSAGES) as streamed:
            assert b"".join([block async for block in streamed.iter_bytes()]) == BODY
    assert server.accepted == 1


@pytest.mark.parametrize("steps", [*WAYS.values()], ids=[*WAYS])
def test_the_bound_holds_however_an_answer_comes(server: WireServer, colour: Colour, steps: list[Step]) -> None:
    server.script(steps)
    with pytest.raises(BodyTooLargeError) as caught:
        colour.chat(server, max_body=50)
    assert caught.value.content == BODY[: len(caught.value.content)]


def test_the_body_of_an_error_that_comes_whole_is_read(server: WireServer, colour: Colour) -> None:
    body = {"error": {"message": "no such model", "code": "model_not_found"}}
    server.script(answer(body, status=404))
    with pytest.raises(APIStatusError, match="no such model"):
        colour.chat(server)


def test_an_answer_that_is_shorter_than_was_said_is_not_whole(server: WireServer, colour: Colour) -> None:
    server.script([*answer(BODY, length=len(BODY) + 1), CUT])
    with pytest.raises(APIConnectionError) as caught:
        colour.chat(server)
    assert caught.value.content == BODY


@pytest.mark.parametrize(("sent", "read"), [("plain", "plain"), ("naïve", "naïve"), ("日本", "日本")])
def test_headers_are_read_alike_over_each_transport(server: WireServer, colour: Colour, sent: str, read: str) -> None:
    server.script(answer(COMPLETION, x_word=sent, x_other="ascii"))
    headers = colour.chat(server).meta.headers
    assert (headers["x-word"], headers["x-other"]) == (read, "ascii")


HEADS = {
    "a long field": [b"X-Policy: " + b"a" * 60_000],
    "many fields": [b"X-%d: a" % number for number in range(500)],
    "a reason in latin-1": [],
    "a reason in UTF-8": [],
}
REASONS = {"a reason in latin-1": "Übel".encode("latin-1"), "a reason in UTF-8": "Übel".encode()}


@pytest.mark.parametrize("name", HEADS)
def test_a_head_is_read_alike_over_each_transport(server: WireServer, colour: Colour, name: str) -> None:
    status = b"HTTP/1.1 200 " + REASONS.get(name, b"OK")
    server.script([b"\r\n".join([status, *HEADS[name], b"Content-Length: %d" % len(BODY), b"", BODY])])
    assert colour.chat(server).model_dump() == COMPLETION


UNTIL_THE_END = {"shown": [head(200, "audio/mpeg")[0] + b"sound"], "empty": head(200, "audio/mpeg")}


@pytest.mark.usefixtures("transport")
@pytest.mark.parametrize("sent", [*UNTIL_THE_END.values()], ids=[*UNTIL_THE_END])
async def test_a_body_until_the_end_of_the_connection_is_not_whole_when_that_breaks(
    server: WireServer, sent: list[bytes]
) -> None:
    server.script([*sent, 0.05, RESET])
    async with async_client(server) as client:
        with pytest.raises(APIConnectionError) as caught:
            await client.audio.speech.create(model="m", input="hello", voice="alloy")
    assert caught.value.content == sent[0].partition(b"\r\n\r\n")[2]


@pytest.mark.usefixtures("transport")
async def test_a_full_house_moves_on_when_answers_come_whole(
    server: WireServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("typed_openai.core.run.slots.MOST_CALLS", 2)
    server.script(WAYS["in one piece"])
    async with async_client(server) as client:
        calls = [client.chat.completions.create(model="m", messages=MESSAGES) for _ in range(20)]
        assert len(await asyncio.gather(*calls)) == 20


def test_what_is_made_of_the_url_of_an_operation_is_made_once(
    server: WireServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[Any] = []
    place = kit("httpx")._place

    def counted(url: Any) -> Any:
        made.append(url)
        return place(url)

    monkeypatch.setattr(kit("httpx").place, "_make", counted)
    server.script(answer(COMPLETION))
    with OpenAI(api_key=KEY, base_url=server.base_url) as client:
        for _ in range(5):
            client.chat.completions.create(model="m", messages=MESSAGES)
    assert len(made) == 1
