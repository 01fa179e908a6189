"""Realtime and Responses over sockets, against aimock: a server of sockets that nobody here wrote.

What it says of a session is not in every field what the API says; such things stand in `issues` of the event, and
nothing of them is lost.
"""

from __future__ import annotations

from typing import Any

import pytest

from tests.interop.colours import Session
from tests.interop.talking import until, user
from typed_openai.errors import OpenAIError

pytestmark = pytest.mark.interop

TEXT = {"type": "realtime", "output_modalities": ["text"]}


async def asked(session: Session, connection: Any, text: str) -> list[Any]:
    await session.run(connection.conversation.item.create(item=user(text)))
    await session.run(connection.response.create())
    return await until(session, connection, "response.done")


async def test_a_conversation_in_text_adds_up(aimock: Session) -> None:
    async with aimock.entered(aimock.client.realtime.connect(model="gpt-realtime")) as connection:
        created = await aimock.run(connection.recv())
        await aimock.run(connection.session.update(session={**TEXT, "instructions": "Be brief."}))
        updated = (await until(aimock, connection, "session.updated"))[-1]
        events = await asked(aimock, connection, "hello")
    assert (created.type, updated.session.instructions) == ("session.created", "Be brief.")
    text = "".join(event.delta for event in events if event.type == "response.output_text.delta")
    assert text == "Hi there! How can I help you today, naïve 😀 friend?"
    assert events[-1].response.output_text == text
    assert not [event for event in events if type(event).__name__.startswith("Unknown")]


async def test_a_function_is_called_and_its_output_goes_back(aimock: Session) -> None:
    tool = {"type": "function", "name": "get_weather", "parameters": {"type": "object", "properties": {}}}
    async with aimock.entered(aimock.client.realtime.connect(model="gpt-realtime")) as connection:
        await aimock.run(connection.session.update(session={**TEXT, "tools": [tool]}))
        events = await asked(aimock, connection, "weather by voice")
        (call,) = events[-1].response.function_calls
        pieces = [event.delta for event in events if event.type == "response.function_call_arguments.delta"]
        output = {"type": "function_call_output", "call_id": call.call_id, "output": "sunny"}
        await aimock.run(connection.conversation.item.create(item=output))
        await aimock.run(connection.response.create())
        done = (await until(aimock, connection, "response.done"))[-1]
    assert (call.name, "".join(pieces)) == ("get_weather", call.arguments)
    assert done.response.output_text == "It is sunny in Rome."


async def test_what_the_server_refuses_is_raised_and_one_may_go_on(aimock: Session) -> None:
    async with aimock.entered(aimock.client.realtime.connect(model="gpt-realtime")) as connection:
        await aimock.run(connection.recv())
        await aimock.run(connection.send_raw("not JSON"))
        with pytest.raises(OpenAIError, match="Malformed JSON"):
            await until(aimock, connection, "response.done")
        events = await asked(aimock, connection, "hello")
    assert events[-1].response.status == "completed"


async def test_what_it_says_otherwise_is_kept_and_told(aimock: Session) -> None:
    async with aimock.entered(aimock.client.realtime.connect(model="gpt-realtime")) as connection:
        created = await aimock.run(connection.recv())
        await aimock.run(connection.response.cancel())
        other = await aimock.run(connection.recv())
        await aimock.run(connection.input_audio_buffer.commit())
        committed = await aimock.run(connection.recv())
    assert created.session.model_extra["temperature"] == 0.8
    assert (other.type, type(other).__name__) == ("response.cancelled", "UnknownRealtimeEvent")
    assert [issue.pointer for issue in committed.issues] == ["/item_id"]


async def test_responses_over_a_socket(aimock: Session) -> None:
    async with aimock.entered(aimock.client.responses.connect()) as connection:
        await aimock.run(connection.response.create(model="gpt-4o", input="hello"))
        events = await until(aimock, connection, "response.completed")
    text = "".join(event.delta for event in events if event.type == "response.output_text.delta")
    assert text == events[-1].response.output_text == "Hi there! How can I help you today, naïve 😀 friend?"
