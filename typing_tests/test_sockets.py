"""Sockets: what a type checker sees and refuses."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from typing import assert_type

from typed_openai import AsyncOpenAI, OpenAI
from typed_openai.models.realtime.events import SessionCreatedEvent
from typed_openai.models.realtime.response_events import ResponseDoneEvent, ResponseTextDeltaEvent
from typed_openai.models.realtime.responses import RealtimeResponse
from typed_openai.models.responses.results import Response
from typed_openai.sockets.connections import RealtimeConnection, RealtimeConnectionManager
from typed_openai.sockets.lanes import Lane
from typed_openai.sockets.realtime_loop import RealtimeToolRun
from typed_openai.sockets.reconnecting import ReconnectedEvent


def wrong(event: SessionCreatedEvent) -> None: ...


def sync(client: OpenAI) -> None:
    assert_type(client.realtime.connect(model="m"), RealtimeConnectionManager)
    with client.realtime.connect(model="m") as connection:
        assert_type(connection, RealtimeConnection)
        event = connection.recv()
        if event.type == "response.output_text.delta":
            assert_type(event, ResponseTextDeltaEvent)
        elif event.type == "reconnected":
            assert_type(event, ReconnectedEvent)
        assert_type(connection.get_final_response(), RealtimeResponse)
        assert_type(connection.audio(), Iterator[bytes])
        assert_type(connection.run_tools(tools=[print], input="Hi"), RealtimeToolRun)
        assert_type(connection.on("session.created", wrong), RealtimeConnection)
        connection.on("response.done", wrong)  # type: ignore[arg-type]  # pyright: ignore[reportCallIssue, reportArgumentType]
        connection.session.update()  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
        connection.response.cancel(response_id=5)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
        connection.sesion  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]

        @connection.on("response.done")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
        def mismatched(event: SessionCreatedEvent) -> None: ...

        @connection.on("response.done")
        def matched(event: ResponseDoneEvent) -> int:
            return len(event.response.output or [])

        assert_type(matched(ResponseDoneEvent.model_construct()), int)
    with client.responses.connect() as responses:
        assert_type(responses.lane("a"), Lane)
        assert_type(responses.lane("a").get_final_response(), Response)


async def awaited(client: AsyncOpenAI) -> None:
    async with client.realtime.connect(model="m") as connection:
        assert_type(connection.audio(rate=16000), AsyncIterator[bytes])
        assert_type(await connection.get_final_response(), RealtimeResponse)
        connection.response.create()  # type: ignore[unused-coroutine]  # pyright: ignore[reportUnusedCoroutine]
        with client.realtime.connect(model="m"):  # type: ignore[attr-defined]  # pyright: ignore[reportGeneralTypeIssues]
            pass
