"""The same programs over sockets, on the official client and on ours, in both colours, against the local server.

What the official package can do with a socket, it can do with our server; and ours has its surface.
"""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import AsyncIterator, Iterator
from typing import Any

import openai
import pytest

from tests.interop.colours import Session
from tests.interop.talking import until, user
from tests.local.callers import SILENCE
from typed_openai import AsyncOpenAI, OpenAI
from typed_openai.local import Fault, LocalServer
from typed_openai.local.sockets.voice import spoken
from typed_openai.sockets.pcm import REALTIME

pytestmark = pytest.mark.filterwarnings(r"ignore:connect\(\) must be used as a context manager:DeprecationWarning")
"""The official package opens sockets in a way of which newer websockets warn."""
CLIENTS: dict[str, tuple[Any, bool]] = {
    "official": (openai.OpenAI, False),
    "official async": (openai.AsyncOpenAI, True),
    "ours": (OpenAI, False),
    "ours async": (AsyncOpenAI, True),
}
TEXT = {"type": "realtime", "output_modalities": ["text"]}


@pytest.fixture
def server() -> Iterator[LocalServer]:
    with LocalServer() as running:
        yield running


@pytest.fixture(params=[*CLIENTS])
async def session(server: LocalServer, request: pytest.FixtureRequest) -> AsyncIterator[Session]:
    kind, is_async = CLIENTS[request.param]
    client = kind(base_url=server.base_url, api_key="sk-test")
    yield Session(server, client, is_async)  # type: ignore[arg-type]  # it has a URL, too
    await client.close() if is_async else client.close()


async def heard(session: Session, append: Any, sound: bytes) -> None:
    for start in range(0, len(sound), 9600):
        await session.run(append(audio=b64encode(sound[start : start + 9600]).decode()))


async def test_a_conversation_in_text(session: Session) -> None:
    async with session.entered(session.client.realtime.connect(model="gpt-realtime")) as connection:
        assert (await session.run(connection.recv())).type == "session.created"
        await session.run(connection.session.update(session={**TEXT, "instructions": "Be brief."}))
        assert (await until(session, connection, "session.updated"))[-1].session.instructions == "Be brief."
        await session.run(connection.conversation.item.create(item=user("Hello")))
        await session.run(connection.response.create())
        events = await until(session, connection, "response.done")
    text = "".join(event.delta for event in events if event.type == "response.output_text.delta")
    assert "Hello" in text
    assert events[-1].response.output[0].content[0].text == text


async def test_what_is_said_is_heard_and_answered_as_sound(session: Session, server: LocalServer) -> None:
    async with session.entered(session.client.realtime.connect(model="gpt-realtime")) as connection:
        await session.run(connection.recv())
        audio = {"input": {"transcription": {"model": "whisper-1"}}}
        await session.run(connection.session.update(session={"type": "realtime", "audio": audio}))
        said = spoken(server._desk.service.state, "good morning", REALTIME)
        await heard(session, connection.input_audio_buffer.append, said + SILENCE)
        events = await until(session, connection, "response.done")
    kinds = [event.type for event in events]
    assert kinds.index("input_audio_buffer.speech_started") < kinds.index("input_audio_buffer.speech_stopped")
    transcript = next(e.transcript for e in events if e.type.endswith("input_audio_transcription.completed"))
    assert transcript == "good morning"
    sound = b"".join(b64decode(event.delta) for event in events if event.type == "response.output_audio.delta")
    assert len(sound) > 4800


async def test_a_function_is_called(session: Session) -> None:
    tool = {"type": "function", "name": "get_weather", "parameters": {"type": "object", "properties": {}}}
    async with session.entered(session.client.realtime.connect(model="gpt-realtime")) as connection:
        await session.run(connection.session.update(session={**TEXT, "tools": [tool]}))
        await session.run(connection.conversation.item.create(item=user("How is the weather?")))
        await session.run(connection.response.create())
        call = (await until(session, connection, "response.done"))[-1].response.output[0]
        output = {"type": "function_call_output", "call_id": call.call_id, "output": "Sunny."}
        await session.run(connection.conversation.item.create(item=output))
        await session.run(connection.response.create(response={"metadata": {"turn": "2"}}))
        response = (await until(session, connection, "response.done"))[-1].response
    assert call.name == "get_weather"
    assert (response.metadata, "Sunny." in response.output[0].content[0].text) == ({"turn": "2"}, True)


async def test_items_are_fetched_cut_and_deleted(session: Session) -> None:
    async with session.entered(session.client.realtime.connect(model="gpt-realtime")) as connection:
        await session.run(connection.conversation.item.create(item=user("Hello")))
        await session.run(connection.response.create())
        item = (await until(session, connection, "response.done"))[-1].response.output[0]
        items = connection.conversation.item
        await session.run(items.truncate(item_id=item.id, content_index=0, audio_end_ms=50))
        assert (await until(session, connection, "conversation.item.truncated"))[-1].audio_end_ms == 50
        await session.run(items.retrieve(item_id=item.id))
        fetched = (await until(session, connection, "conversation.item.retrieved"))[-1].item
        assert item.content[0].transcript.startswith(fetched.content[0].transcript)
        await session.run(items.delete(item_id=item.id))
        assert (await until(session, connection, "conversation.item.deleted"))[-1].item_id == item.id


async def test_handlers_are_called_by_the_name_of_the_event(session: Session) -> None:
    seen: list[str] = []
    async with session.entered(session.client.realtime.connect(model="gpt-realtime")) as connection:

        def end(event: Any) -> Any:
            seen.append(event.type)
            return connection.close()

        connection.on("session.updated", end)
        connection.once("session.created", lambda event: seen.append(event.type))
        await session.run(connection.session.update(session=TEXT))
        await session.run(connection.dispatch_events())
    assert seen == ["session.created", "session.updated"]


async def test_a_connection_that_is_closed_early_is_made_anew(session: Session, server: LocalServer) -> None:
    server.fail_next(Fault(cut_after=1, close=1012))
    told: list[Any] = []
    options = {"on_reconnecting": told.append, "initial_delay": 0.01}
    async with session.entered(session.client.realtime.connect(model="gpt-realtime", **options)) as connection:
        kinds: list[str] = []
        async for event in session.each(connection):
            kinds.append(event.type)
            if kinds.count("session.created") == 2:
                break
    assert (told[0].attempt, told[0].close_code) == (1, 1012)


async def test_responses_in_lanes(session: Session) -> None:
    async with session.entered(session.client.responses.connect()) as connection:
        for lane in ("a", "b"):
            create = connection.response.create
            await session.run(create(model="gpt-4o", input=f"From {lane}", stream_id=lane))
        done = [(await until(session, connection, "response.completed"))[-1] for _ in range(2)]
        first = done[0].response.id
        await session.run(connection.response.create(model="gpt-4o", input="And", previous_response_id=first))
        again = (await until(session, connection, "response.completed"))[-1]
        await session.run(connection.response.steer(previous_response_id=first, input="Shorter"))
        failed = (await until(session, connection, "response.steer.failed"))[-1]
    assert {event.stream_id: f"From {event.stream_id}" in event.response.output_text for event in done} == {
        "a": True,
        "b": True,
    }
    assert (again.stream_id, again.response.previous_response_id) == (None, first)
    assert failed.error.code == "response_already_completed"


async def test_a_translation(session: Session, server: LocalServer) -> None:
    connect = session.client.realtime.translations.connect
    async with session.entered(connect(model="gpt-realtime-translate")) as connection:
        await session.run(connection.session.update(session={"audio": {"output": {"language": "de"}}}))
        said = spoken(server._desk.service.state, "good morning", REALTIME)
        await heard(session, connection.session.input_audio_buffer.append, said)
        await session.run(connection.session.close())
        events = await until(session, connection, "session.closed")
    words = [event.delta for event in events if event.type == "session.output_transcript.delta"]
    assert "".join(words) == "good morning"


async def test_a_live_session_with_a_sideband_and_a_fork(session: Session, server: LocalServer) -> None:
    async with session.entered(session.client.live.connect()) as connection:
        await session.run(connection.session.start(session={"model": "gpt-live-1", "store": True}))
        started = (await until(session, connection, "session.started"))[-1].session
        said = spoken(server._desk.service.state, "good morning", REALTIME)
        await heard(session, connection.session.input_audio.append, said + SILENCE)
        await until(session, connection, "session.usage.updated")
        async with session.entered(session.client.live.sideband.connect(session_id=started.id)) as beside:
            append = beside.session.commentary.append
            await session.run(append(content="It is sunny.", delegation_id=None))
            for each in (connection, beside):
                events = await until(session, each, "session.usage.updated")
                words = [event.delta for event in events if event.type == "session.output_transcript.delta"]
                assert "".join(words) == "It is sunny."
        async with session.entered(session.client.live.forks.connect(session_id=started.id)) as fork:
            await session.run(fork.session.start(session={}))
            assert (await until(session, fork, "session.started"))[-1].session.id != started.id
        await session.run(connection.session.close())
        assert (await until(session, connection, "session.closed"))[-1].reason == "close_requested"
