"""Cassettes: what goes in comes out, in the time it took; nothing private gets in; a broken one names the line."""

from __future__ import annotations

import itertools
import json
import pickle
import time
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.canned import Connect, done, listed
from typed_openai import OpenAI, OpenAIError
from typed_openai.local import Fault, LocalServer
from typed_openai.testing import CassetteError, Tape
from typed_openai.testing.cassettes import Asks, Exchange, Piece, read_cassette, write_cassette
from typed_openai.testing.recorder import events_in
from typed_openai.testing.scrubbing import scrubbed

ASK = {"method": "POST", "path": "/v1/responses", "headers": {"content-type": "application/json"}, "json": {"a": 1}}
HEAD = {"cassette": 1}
ANSWER = {"status": 200, "headers": {}, "json": {}}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "it.jsonl"


def point_at(server: LocalServer, monkeypatch: pytest.MonkeyPatch, key: str = "sk-real") -> None:
    monkeypatch.setenv("OPENAI_BASE_URL", server.base_url)
    monkeypatch.setenv("OPENAI_API_KEY", key)


async def test_every_kind_of_body_is_replayed(path: Path, connect: Connect) -> None:
    colour = "Async" if connect.is_async else ""

    async def said(tape: Tape) -> list[Any]:
        client: Any = getattr(__import__("typed_openai"), f"{colour}OpenAI")(
            base_url=tape.server.base_url, api_key="sk-mine", max_retries=0
        )
        file = await done(client.files.create(file=("a.txt", b"text"), purpose="user_data"))
        content = (await done(client.files.content(file.id))).content
        sound = (await done(client.audio.speech.create(model="tts-1", input="hi", voice="alloy"))).content
        stream = await done(client.chat.completions.create(model="m", messages=HELLO, stream=True))
        chunks = [chunk.text for chunk in await listed(stream)]
        models = [model.id for model in await listed(client.models.list())]
        deleted = await done(client.files.delete(file.id))
        return [file.id, content, sound, chunks, models, deleted.deleted]

    with Tape(path, record=True) as tape:
        recorded = await said(tape)
    with Tape(path, timing=False) as tape:
        assert await said(tape) == recorded
        assert (tape.played, tape.left) == (6, [])


HELLO: Any = [{"role": "user", "content": "hi"}]


def test_a_stream_comes_as_it_was_heard(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def heard(tape: Tape) -> list[float]:
        with OpenAI(base_url=tape.server.base_url) as client:
            stream = client.chat.completions.create(model="m", messages=HELLO, stream=True)
            began = time.monotonic()
            return [time.monotonic() - began for _ in stream]

    with LocalServer(chunk_delay=0.05, script=["one two three"]) as real:
        point_at(real, monkeypatch)
        with Tape(path, record=True) as tape:
            heard(tape)
    [exchange] = read_cassette(path)
    pieces = exchange.pieces or []
    assert [later.at - piece.at > 0.04 for piece, later in itertools.pairwise(pieces[:-1])] == [True] * 4
    with Tape(path) as tape:
        assert heard(tape)[-1] >= pieces[-2].at - pieces[0].at - 0.01
    with Tape(path, timing=False) as tape:
        assert heard(tape)[-1] < pieces[-2].at


def test_a_connection_that_broke_breaks_again(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(tape: Tape) -> str:
        with OpenAI(base_url=tape.server.base_url, max_retries=0) as client, pytest.raises(OpenAIError) as caught:
            list(client.chat.completions.create(model="m", messages=HELLO, stream=True))
        return type(caught.value).__name__

    with LocalServer(faults=[Fault(cut_after=2)]) as real:
        point_at(real, monkeypatch)
        with Tape(path, record=True) as tape:
            recorded = broken(tape)
    with Tape(path) as tape:
        assert broken(tape) == recorded == "StreamInterruptedError"


def test_an_error_is_recorded_as_any_answer(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with LocalServer(faults=[Fault(status=429, headers={"retry-after": "7"})]) as real:
        point_at(real, monkeypatch)
        with Tape(path, record=True) as tape:
            first = httpx.get(f"{tape.server.base_url}/models")
    with Tape(path) as tape:
        again = httpx.get(f"{tape.server.base_url}/models")
    assert (again.status_code, again.headers["retry-after"]) == (429, "7")
    assert again.json() == first.json()


def test_the_same_request_gets_the_next_answer(path: Path) -> None:
    asks = Asks("GET", "/v1/models")
    write_cassette(path, [Exchange(asks, 200, {"content-type": "text/plain"}, text) for text in ("one", "two")])
    tape = Tape(path).__enter__()
    assert [httpx.get(f"{tape.server.base_url}/models").text for _ in range(2)] == ["one", "two"]
    third = httpx.get(f"{tape.server.base_url}/models")
    assert (third.status_code, third.json()["error"]["code"]) == (400, "not_recorded")
    with pytest.raises(CassetteError, match="less often than it is asked"):
        tape.__exit__(None, None, None)


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ({"a": 2}, r"body.a 2 is not 1"),
        ({"a": 1, "b": None}, r"body.b is new"),
        ({}, r"body.a is missing"),
        ({"a": True}, r"body.a True is not 1"),
        ({"a": [1]}, r"body.a \[1\] is not 1"),
    ],
)
def test_what_differs_is_told(path: Path, asked: dict[str, Any], told: str) -> None:
    write(path, HEAD, {"n": 1, "asks": ASK}, {"n": 1, "answers": ANSWER})
    tape = Tape(path).__enter__()
    response = httpx.post(f"{tape.server.base_url}/responses", json=asked)
    assert "was not recorded" in response.json()["error"]["message"]
    with pytest.raises(CassetteError, match=told):
        tape.__exit__(None, None, None)


def test_what_cannot_be_reached_is_not_recorded(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_BASE_URL", "http://127.0.0.1:9/v1")
    tape = Tape(path, record=True).__enter__()
    assert httpx.get(f"{tape.server.base_url}/models").status_code == 400
    with pytest.raises(CassetteError, match="GET /v1/models was not recorded"):
        tape.__exit__(None, None, None)
    assert not path.exists()


def write(path: Path, *lines: object) -> None:
    path.write_text("".join(f"{each if isinstance(each, str) else json.dumps(each)}\n" for each in lines))


STREAM = {"n": 1, "answers": {"status": 200, "headers": {}, "stream": True}}
BROKEN: dict[str, tuple[list[object], int, str]] = {
    "empty": ([], 1, "empty file"),
    "head": ([{"n": 1}], 1, "cassette"),
    "version": ([{"cassette": 2}], 1, "cassette"),
    "json": ([HEAD, "{..."], 2, "expected JSON"),
    "list": ([HEAD, [1]], 2, "expected an object"),
    "bytes": ([HEAD, "\x00\x01"], 2, "expected JSON"),
    "number": ([HEAD, {"asks": ASK}], 2, "'n' to be a number"),
    "true": ([HEAD, {"n": True, "asks": ASK}], 2, "'n' to be a number"),
    "twice": ([HEAD, {"n": 1, "asks": ASK}, {"n": 1, "asks": ASK}], 3, "asks already"),
    "asks": ([HEAD, {"n": 1, "asks": []}], 2, "'asks' to be an object"),
    "method": ([HEAD, {"n": 1, "asks": {"path": "/", "headers": {}}}], 2, "'method' to be a text"),
    "order": ([HEAD, {"n": 1, "answers": ANSWER}], 2, "on which 1 asks"),
    "status": ([HEAD, {"n": 1, "asks": ASK}, {"n": 1, "answers": {"status": "200"}}], 3, "'status' to be a number"),
    "base64": ([HEAD, {"n": 1, "asks": {**ASK, "base64": "*"}}], 2, "base64"),
    "neither": ([HEAD, {"n": 1, "asks": ASK}, {"n": 1}], 3, "'asks' or 'answers'"),
    "time": ([HEAD, {"n": 1, "asks": ASK}, STREAM, {"n": 1, "at": "x", "text": ""}], 4, "the seconds 'at'"),
    "end": ([HEAD, {"n": 1, "asks": ASK}, STREAM, {"n": 1, "at": 1, "ends": 1}], 4, "'ends' to be true or false"),
    "silent": ([HEAD, "", {"n": 1, "asks": ASK}], 3, "nothing answers"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_cassette_names_the_line(path: Path, name: str) -> None:
    lines, number, told = BROKEN[name]
    write(path, *lines)
    with pytest.raises(CassetteError, match=rf"it.jsonl, line {number}: .*{told}.*--openai-record=all") as caught:
        Tape(path)
    assert caught.value.line == number
    assert str(pickle.loads(pickle.dumps(caught.value))) == str(caught.value)


def test_a_file_with_line_ends_of_windows_is_read(path: Path) -> None:
    write_cassette(path, [Exchange(Asks("GET", "/v1/models"), 200, {}, None, [Piece(0.5, b"a\r\n\xff")])])
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    [exchange] = read_cassette(path)
    assert exchange.pieces == [Piece(0.5, b"a\r\n\xff")]


@pytest.mark.parametrize("end", [b"\n\n", b"\r\n\r\n", b"\r\r"])
def test_events_are_cut_where_they_end(end: bytes) -> None:
    assert events_in(b"data: 1" + end + b"data: 2" + end + b"da") == ([b"data: 1" + end, b"data: 2" + end], b"da")


@pytest.mark.parametrize(
    "text", ["user_location", "user-friendly", "org-chart", "sk-learn", "proj-ections", "project_manager"]
)
def test_words_are_not_taken_for_accounts(text: str) -> None:
    assert scrubbed(text.encode()) == text.encode()
