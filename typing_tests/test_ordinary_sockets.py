"""Sockets as an ordinary program uses them: events are told apart by their type, handlers by the name of the event."""

from __future__ import annotations

from collections.abc import AsyncIterator

from typed_openai import AsyncOpenAI, OpenAI, ReconnectingEvent, ReconnectingOverrides
from typed_openai.models.realtime.events import RealtimeErrorEvent
from typed_openai.models.realtime.response_events import ResponseDoneEvent


def talk(client: OpenAI) -> str:
    text = ""
    with client.realtime.connect(model="gpt-realtime") as connection:
        connection.session.update(session={"type": "realtime", "output_modalities": ["text"]})
        connection.conversation.item.create(
            item={"type": "message", "role": "user", "content": [{"type": "input_text", "text": "Hello"}]}
        )
        connection.response.create()
        for event in connection:
            if event.type == "response.output_text.delta":
                text += event.delta
            elif event.type == "reconnected":
                print(event.attempts, event.close_code)
            elif event.type == "response.done":
                print(event.response.status)
                break
    return text


def handle(client: OpenAI) -> None:
    def done(event: ResponseDoneEvent) -> None:
        print(event.response.id)

    with client.realtime.connect(model="gpt-realtime", reconnect=True) as connection:
        connection.on("response.done", done).on("error", lambda event: print(event.error.message))

        @connection.once("error")
        def failed(event: RealtimeErrorEvent) -> None:
            print(event.error.code)

        connection.off("error", failed)
        connection.dispatch_events()


def before(event: ReconnectingEvent) -> ReconnectingOverrides:
    return {"abort": event.attempt > 2}


async def speak(client: AsyncOpenAI, microphone: AsyncIterator[bytes]) -> bytes:
    heard = b""
    async with client.realtime.connect(model="gpt-realtime", on_reconnecting=before) as connection:
        await connection.send_audio(microphone, rate=16000)
        async for pcm in connection.audio():
            heard += pcm
        if await connection.interrupt(played_ms=20):
            print((await connection.recv(timeout=1)).type)
    return heard


def lanes(client: OpenAI) -> list[str]:
    with client.responses.connect() as connection:
        one, two = connection.lane("one"), connection.lane("two")
        for lane in (one, two):
            lane.create(model="gpt-5", input="Hello")
        for event in one:
            if event.type == "response.output_text.delta":
                print(event.delta)
        return [lane.get_final_response().output_text for lane in (one, two)]


async def beside(client: AsyncOpenAI, session_id: str) -> None:
    async with client.live.sideband.connect(session_id=session_id, graceful_close=True) as connection:
        await connection.session.instructions.append(content="Be brief.", delegation_id="d")
        async for event in connection:
            if event.type == "transport.dtmf.received":
                print(event.event)
