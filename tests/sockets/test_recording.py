"""A session is recorded once, in either colour, and replayed without its server; keys do not get into the file."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from tests.interop.colours import Session
from typed_openai import AsyncOpenAI, OpenAI
from typed_openai.errors import ConfigurationError, OpenAIError
from typed_openai.local import Fault, LocalServer
from typed_openai.testing import ReplayError, SocketRecorder, SocketReplayer

KEY = "sk-very-secret-key-0123456789"
TEXT = {"type": "realtime", "output_modalities": ["text"]}


def hello(text: str = "Hello") -> dict[str, Any]:
    return {"type": "message", "role": "user", "content": [{"type": "input_text", "text": text}]}


async def converse(session: Session, text: str = "Hello", **query: Any) -> list[str]:
    """A short conversation; what the model said, piece by piece."""
    said: list[str] = []
    connect = session.client.realtime.connect
    async with session.entered(connect(model="gpt-realtime", extra_query=query)) as connection:
        await session.run(connection.session.update(session=TEXT))
        await session.run(connection.conversation.item.create(item=hello(text), event_id=f"id-{time.monotonic()}"))
        await session.run(connection.response.create())
        async for event in session.each(connection):
            if event.type == "response.output_text.delta":
                said.append(event.delta)
            if event.type == "response.done":
                break
    return said


@pytest.fixture(params=[False, True], ids=["sync", "async"])
async def session(request: pytest.FixtureRequest) -> AsyncIterator[Any]:
    """Makes sessions for a base URL."""
    made: list[Session] = []

    def make(base_url: str) -> Session:
        client = (AsyncOpenAI if request.param else OpenAI)(base_url=base_url, api_key=KEY)
        made.append(Session(None, client, request.param))  # type: ignore[arg-type]  # no server is asked for
        return made[-1]

    yield make
    for each in made:
        await each.client.close() if each.is_async else each.client.close()


async def test_what_was_recorded_is_replayed_without_the_server(session: Any, tmp_path: Path) -> None:
    path = tmp_path / "session.jsonl"
    with LocalServer(api_key=KEY) as server, SocketRecorder(path, server.base_url) as recorder:
        said = await converse(session(recorder.base_url))
    assert "".join(said).endswith('you said "Hello".')
    with SocketReplayer(path) as replayer:
        assert await converse(session(replayer.base_url)) == said


async def test_no_key_is_in_a_recording_and_every_line_has_its_time(session: Any, tmp_path: Path) -> None:
    path = tmp_path / "session.jsonl"
    with LocalServer() as server, SocketRecorder(path, server.base_url) as recorder:
        await converse(session(recorder.base_url), f"My key is {KEY}, and ek_0123456789abcdef", api_key=KEY)
    text = path.read_text()
    assert KEY not in text
    assert "ek_0123456789abcdef" not in text
    lines = [json.loads(line) for line in text.splitlines()]
    assert lines[0]["open"].startswith("/realtime?")
    assert [line["at"] for line in lines] == sorted(line["at"] for line in lines)
    assert lines[-1] == {"at": lines[-1]["at"], "connection": 0, "by": "client", "close": 1000, "reason": ""}


async def test_what_a_program_says_otherwise_is_told_with_both(session: Any, tmp_path: Path) -> None:
    path = tmp_path / "session.jsonl"
    with LocalServer() as server, SocketRecorder(path, server.base_url) as recorder:
        await converse(session(recorder.base_url))
    with pytest.raises(ReplayError) as different, SocketReplayer(path) as replayer:
        await converse(session(replayer.base_url), "Goodbye")
    assert different.value.expected["item"]["content"][0]["text"] == "Hello"
    assert different.value.got["item"]["content"][0]["text"] == "Goodbye"


def recorded(path: Path, *lines: dict[str, Any]) -> Path:
    head = {"at": 0, "connection": 0, "open": "/realtime?model=gpt-realtime"}
    path.write_text("".join(json.dumps(line) + "\n" for line in (head, *lines)))
    return path


def said(by: str, at: float = 0, **event: Any) -> dict[str, Any]:
    return {"at": at, "connection": 0, "by": by, "event": event}


CLEARED = said("server", type="input_audio_buffer.cleared", event_id="event_1")


def test_what_nobody_opened_and_what_was_not_recorded_is_told(tmp_path: Path) -> None:
    path = recorded(tmp_path / "session.jsonl", CLEARED)
    with pytest.raises(ReplayError, match="not opened: /realtime"), SocketReplayer(path):
        pass
    client = OpenAI(base_url="http://127.0.0.1:1", api_key=KEY)
    with pytest.raises(ReplayError, match="is not what was recorded"), SocketReplayer(path) as replayer:
        other = client.with_options(base_url=replayer.base_url)
        with pytest.raises(OpenAIError), other.realtime.connect(model="another") as connection:
            connection.recv()


def test_what_is_missing_is_waited_for_and_told(tmp_path: Path) -> None:
    path = recorded(tmp_path / "session.jsonl", CLEARED, said("client", type="response.create"))
    client = OpenAI(base_url="http://127.0.0.1:1", api_key=KEY)
    with pytest.raises(ReplayError, match=r"response\.create.*nothing within"):
        with SocketReplayer(path, patience=0.2) as replayer:
            other = client.with_options(base_url=replayer.base_url)
            with other.realtime.connect(model="gpt-realtime") as connection:
                connection.recv()
                with pytest.raises(OpenAIError):
                    connection.recv()


@pytest.mark.parametrize("code", [1006, 1011, 4000])
def test_a_connection_ends_as_it_ended(tmp_path: Path, code: int) -> None:
    path = tmp_path / "session.jsonl"
    fault = Fault(cut_after=1) if code == 1006 else Fault(cut_after=1, close=code)
    ends: list[str] = []
    with LocalServer(faults=[fault]) as server, SocketRecorder(path, server.base_url) as recorder:
        ends.append(how_it_ends(recorder.base_url))
    with SocketReplayer(path) as replayer:
        ends.append(how_it_ends(replayer.base_url))
    assert ends[0] == ends[1]
    assert str(code) in ends[0] or code == 1006


def how_it_ends(base_url: str) -> str:
    with OpenAI(base_url=base_url, api_key=KEY) as client:
        with pytest.raises(OpenAIError) as ended:
            with client.realtime.connect(model="gpt-realtime") as connection:
                for _ in connection:
                    pass
        return f"{type(ended.value).__name__} {str(ended.value).partition('v1/realtime')[2]}"


def test_a_recording_may_take_its_time(tmp_path: Path) -> None:
    path = recorded(tmp_path / "session.jsonl", {**CLEARED, "at": 0.4})
    for speed, least in ((None, 0.0), (2.0, 0.15)):
        with SocketReplayer(path, speed=speed, patience=0.1) as replayer:
            client = OpenAI(base_url=replayer.base_url, api_key=KEY)
            with client.realtime.connect(model="gpt-realtime") as connection:
                begun = time.monotonic()
                connection.recv()
                assert time.monotonic() - begun >= least


@pytest.mark.parametrize("line", ["nonsense", '{"at": 0}', '{"at": 0, "connection": 0, "by": "client"}'])
def test_what_is_not_a_recording_says_which_line(tmp_path: Path, line: str) -> None:
    path = tmp_path / "session.jsonl"
    path.write_text('{"at": 0, "connection": 0, "open": "/realtime"}\n' + line + "\n")
    with pytest.raises(OpenAIError, match="line 2"):
        SocketReplayer(path)


def test_a_server_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(OpenAIError, match="could not open"):
        with SocketRecorder(tmp_path / "session.jsonl", "http://127.0.0.1:1/v1") as recorder:
            client = OpenAI(base_url=recorder.base_url, api_key=KEY)
            with pytest.raises(OpenAIError), client.realtime.connect(model="gpt-realtime") as connection:
                connection.recv()


def test_without_the_library_the_extra_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setitem(sys.modules, "websockets.sync.server", None)
    with pytest.raises(ConfigurationError, match=r"typed-openai\[realtime\]"), SocketRecorder(tmp_path / "x"):
        pass
