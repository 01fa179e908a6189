"""Assistants, threads, runs: what a type checker sees, streams told apart by the name of their events included."""

from __future__ import annotations

from typing import assert_type

from typed_openai import AssistantEventHandler, AsyncAssistantEventHandler, AsyncOpenAI, OpenAI
from typed_openai.core.answer.pages import SyncCursorPage
from typed_openai.models.assistants import AssistantStreamEvent, FileSearchChunk, Message, Run, RunStep, Text, TextDelta
from typed_openai.streaming.assistants import AssistantStream, AsyncAssistantStream
from typed_openai.streaming.stream import AsyncStream, Stream


def sync(client: OpenAI) -> None:
    runs = client.beta.threads.runs
    assert_type(runs.create("t", assistant_id="a"), Run)
    assert_type(runs.create("t", assistant_id="a", stream=True), Stream[AssistantStreamEvent])
    assert_type(runs.retrieve("r", thread_id="t"), Run)
    assert_type(runs.retrieve(run_id="r", thread_id="t"), Run)
    assert_type(runs.create_and_poll("t", assistant_id="a", poll_interval_ms=100), Run)
    assert_type(runs.steps.list("r", thread_id="t"), SyncCursorPage[RunStep])
    assert_type(runs.file_search_chunks("r", "t"), list[FileSearchChunk])
    assistant = client.beta.assistants.retrieve("a")
    runs.create("t", assistant_id="a", tools=assistant.tools)
    runs.create("t", assistent_id="a")  # type: ignore[call-overload]  # pyright: ignore[reportCallIssue]
    runs.retrieve("r")  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]


def streams(client: OpenAI) -> None:
    for chunk in client.beta.threads.runs.create("t", assistant_id="a", stream=True):
        if chunk.event == "thread.message.delta":
            assert_type(chunk.text, str)
        elif chunk.event == "thread.run.step.created":
            assert_type(chunk.data, RunStep)
    with client.beta.threads.runs.stream("t", assistant_id="a") as stream:
        assert_type(stream, AssistantStream)
        for event in stream:
            if event.event == "thread.run.completed":
                assert_type(event.data, Run)
            elif event.event == "text.delta":
                assert_type(event.delta, str)
        assert_type(stream.get_final_messages(), list[Message])


async def awaited(client: AsyncOpenAI) -> None:
    runs = client.beta.threads.runs
    assert_type(await runs.run_tools("t", assistant_id="a", functions=[awaited]), Run)
    assert_type(await runs.poll("r", "t"), Run)
    assert_type(await runs.create("t", assistant_id="a", stream=True), AsyncStream[AssistantStreamEvent])
    async with client.beta.threads.create_and_run_stream(assistant_id="a") as stream:
        assert_type(stream, AsyncAssistantStream)
        assert_type(await stream.get_final_run(), Run)


class Printer(AssistantEventHandler):
    def on_text_delta(self, delta: TextDelta, snapshot: Text) -> None:
        assert_type(snapshot.value, str)
        assert_type(self.current_message_snapshot, Message | None)


class AwaitedPrinter(AsyncAssistantEventHandler):
    async def on_text_delta(self, delta: TextDelta, snapshot: Text) -> None:
        await super().on_text_delta(delta, snapshot)


def handled(client: OpenAI) -> None:
    with client.beta.threads.runs.stream("t", assistant_id="a", event_handler=Printer()) as stream:
        assert_type(stream, Printer)
        for event in stream:
            assert_type(event, AssistantStreamEvent)
        assert_type(stream.get_final_run(), Run)
    with client.beta.threads.runs.stream("t", assistant_id="a", event_handler=None) as plain:
        assert_type(plain, AssistantStream)
    client.beta.threads.runs.stream("t", assistant_id="a", event_handler=AwaitedPrinter())  # type: ignore[call-overload]  # pyright: ignore[reportCallIssue, reportArgumentType]


async def handled_awaited(client: AsyncOpenAI) -> None:
    runs = client.beta.threads.runs
    async with runs.submit_tool_outputs_stream(
        "r", thread_id="t", tool_outputs=[], event_handler=AwaitedPrinter()
    ) as s:
        assert_type(s, AwaitedPrinter)
        assert_type(await s.get_final_messages(), list[Message])
