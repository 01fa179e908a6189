"""Streamed runs over responses: which events there are, that they add up to what is listed afterwards, and cuts."""

from __future__ import annotations

from itertools import groupby
from typing import Any

import pytest

from tests.bridge.conftest import FAST, WEATHER, Bridged
from tests.canned import done, entered, listed
from typed_openai import AssistantEventHandler, AsyncAssistantEventHandler
from typed_openai.errors import (
    APIStreamError,
    StreamDeadlineError,
    StreamError,
    StreamInterruptedError,
    StreamStalledError,
    StreamTruncatedError,
)
from typed_openai.local import Fault, ToolCall

SAID = [
    "thread.run.created",
    "thread.run.queued",
    "thread.run.in_progress",
    "thread.run.step.created",
    "thread.run.step.in_progress",
    "thread.message.created",
    "thread.message.in_progress",
    "thread.message.delta",
    "thread.message.completed",
    "thread.run.step.completed",
    "thread.run.completed",
]
ASKED = [
    *SAID[:5],
    "thread.run.step.delta",
    "thread.run.requires_action",
]
CALLS = [ToolCall("get_weather", city="Paris"), ToolCall("get_weather", city="Rome")]


def names(events: list[Any]) -> list[str]:
    """The names of events, each once however often it follows itself."""
    return [name for name, _ in groupby(event.event for event in events)]


async def finished(stream: Any) -> tuple[list[Any], Any]:
    """The events of a stream of typed events, and its final run."""
    async with entered(stream):
        return await listed(stream), await done(stream.get_final_run())


async def test_a_streamed_run_has_the_events_of_before(bridged: Bridged) -> None:
    thread = await bridged.thread("Hello")
    stream = await done(bridged.runs.create(thread, assistant_id=await bridged.assistant(), stream=True))
    events = await listed(stream)
    assert names(events) == SAID
    assert all(event.issues == event.data.issues == () for event in events)
    assert (
        "".join(event.text for event in events if event.event == "thread.message.delta")
        == (await bridged.texts(thread))[-1][1]
    )
    sent = bridged.sent("/v1/responses")
    assert (sent["stream"], sent["background"]) == (True, True)


async def test_what_a_stream_says_is_what_is_listed_afterwards(bridged: Bridged) -> None:
    thread = await bridged.thread("Hello")
    stream = bridged.runs.stream(thread, assistant_id=await bridged.assistant())
    _, run = await finished(stream)
    assert run.issues == ()
    (step,), (message,) = run.steps, run.messages
    (listed_step,) = await listed(bridged.runs.steps.list(run.id, thread_id=thread))
    kept = await done(bridged.threads.messages.retrieve(message.id, thread_id=thread))
    times = {"created_at": 0, "completed_at": 0}
    assert step.model_dump() | times == listed_step.model_dump() | times
    assert message.model_dump() | times == kept.model_dump() | times
    again = await done(bridged.runs.retrieve(run.id, thread_id=thread))
    assert (again.status, again.usage) == (run.status, run.usage)


async def test_functions_in_a_stream_are_one_step(bridged: Bridged) -> None:
    bridged.server.answer(CALLS)
    thread = await bridged.thread("What is the weather?")
    stream = bridged.runs.stream(thread, assistant_id=await bridged.assistant(tools=[WEATHER]))
    events, run = await finished(stream)
    assert names([event for event in events if event.event.startswith("thread.")]) == ASKED
    (step,) = run.steps
    assert [call.function.arguments for call in step.tool_calls] == ['{"city": "Paris"}', '{"city": "Rome"}']
    assert [call.id for call in step.tool_calls] == [call.id for call in run.tool_calls]
    outputs = [{"tool_call_id": call.id, "output": "20 °C"} for call in run.tool_calls]
    again = bridged.runs.submit_tool_outputs_stream(run.id, thread_id=thread, tool_outputs=outputs)
    events, ended = await finished(again)
    told = names([event for event in events if event.event.startswith("thread.")])
    assert told == ["thread.run.step.completed", *SAID[1:]]
    assert (ended.id, ended.status, ended.required_action, ended.issues) == (run.id, "completed", None, ())
    assert [call.function.output for call in ended.steps[0].tool_calls] == ["20 °C", "20 °C"]


async def test_a_thread_that_is_made_with_a_run_is_told_first(bridged: Bridged) -> None:
    assistant = await bridged.assistant()
    thread = {"messages": [{"role": "user", "content": "Hello"}], "metadata": {"a": "b"}}
    events, run = await finished(bridged.threads.create_and_run_stream(assistant_id=assistant, thread=thread))
    assert names([event for event in events if event.event.startswith("thread.")]) == ["thread.created", *SAID]
    assert (run.thread.id, run.thread.metadata, run.status) == (run.thread_id, {"a": "b"}, "completed")


async def test_handlers_are_told_as_before(bridged: Bridged) -> None:
    told: list[str] = []
    colour: Any = AsyncAssistantEventHandler if bridged.client.is_async else AssistantEventHandler

    class Handler(colour):  # type: ignore[misc]  # of either colour
        def __getattribute__(self, name: str) -> Any:
            if name.startswith("on_"):
                told.append(name)
            return super().__getattribute__(name)

    thread = await bridged.thread("Hello")
    stream = bridged.runs.stream(thread, assistant_id=await bridged.assistant(), event_handler=Handler())
    if bridged.client.is_async:
        async with stream as open_stream:
            await open_stream.until_done()
    else:
        with stream as open_stream:
            open_stream.until_done()
    assert {"on_text_created", "on_text_delta", "on_text_done", "on_message_done", "on_run_step_done"} <= set(told)


async def test_thoughts_are_told_under_their_own_name(bridged: Bridged) -> None:
    thread = await bridged.thread("Hello")
    assistant = await bridged.assistant(reasoning_effort="high")
    events = await listed(await done(bridged.runs.create(thread, assistant_id=assistant, stream=True)))
    others = [event for event in events if not event.event.startswith("thread.")]
    assert "response.reasoning_summary_text.delta" in names(others)
    assert bridged.sent("/v1/responses")["reasoning"] == {"effort": "high"}
    run = next(event.data for event in events if event.event == "thread.run.completed")
    assert [step.type for step in await listed(bridged.runs.steps.list(run.id, thread_id=thread))] == [
        "message_creation"
    ]


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (Fault(cut_after=6, path="/responses"), StreamInterruptedError),
        (Fault(cut_after=6, clean=True, path="/responses"), StreamTruncatedError),
    ],
    ids=["cut", "ended"],
)
async def test_a_stream_that_breaks_off_says_what_came_and_the_run_goes_on(
    bridged: Bridged, fault: Fault, error: type[StreamError]
) -> None:
    thread = await bridged.thread("Hello there")
    assistant = await bridged.assistant()
    bridged.server.fail_next(fault)
    with pytest.raises(error) as caught:
        await finished(bridged.runs.stream(thread, assistant_id=assistant))
    partial: Any = caught.value.partial
    assert (partial.status, len(partial.messages)) == ("in_progress", 1)
    run = await done(bridged.runs.poll(partial.id, thread, wait=FAST))
    assert (run.id, run.status) == (partial.id, "completed")
    whole = (await bridged.texts(thread))[-1][1]
    assert whole.startswith(partial.messages[0].text)


@pytest.mark.parametrize(
    ("options", "error"), [({"idle_timeout": 0.5}, StreamStalledError), ({"deadline": 2.0}, StreamDeadlineError)]
)
async def test_a_stream_that_falls_silent_ends_by_the_clocks_of_the_call(
    bridged: Bridged, options: dict[str, float], error: type[StreamError]
) -> None:
    thread, assistant = await bridged.thread("Hello there"), await bridged.assistant()
    bridged.server.fail_next(Fault(stall_after=6, stall=30, path="/responses"))
    runs = bridged.client.with_options(**options).beta.threads.runs
    with pytest.raises(error) as caught:
        await finished(runs.stream(thread, assistant_id=assistant))
    partial: Any = caught.value.partial
    assert (partial.status, len(partial.messages)) == ("in_progress", 1)


async def test_an_error_in_a_stream_is_an_error(bridged: Bridged) -> None:
    thread, assistant = await bridged.thread("Hello"), await bridged.assistant()
    told = b'event: error\ndata: {"type":"error","code":"rate_limit_exceeded","message":"slow down","param":null}\n\n'
    bridged.server.fail_next(Fault(cut_after=2, parting=told, path="/responses"))
    with pytest.raises(APIStreamError, match="slow down") as caught:
        await finished(bridged.runs.stream(thread, assistant_id=assistant))
    assert caught.value.code == "rate_limit_exceeded"


async def test_leaving_a_stream_gives_the_connection_back_and_leaves_the_run(bridged: Bridged) -> None:
    thread, assistant = await bridged.thread("Hello"), await bridged.assistant()
    stream = await done(bridged.runs.create(thread, assistant_id=assistant, stream=True))
    if bridged.client.is_async:
        async with stream:
            first = await anext(stream)
    else:
        with stream:
            first = next(stream)
    run = await done(bridged.runs.poll(first.data.id, thread, wait=FAST))
    assert run.status == "completed"
