"""Runs over responses: what users of the Assistants API see, and what is asked of the server instead."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest

from tests.bridge.conftest import FAST, WEATHER, Bridged
from tests.canned import done, listed
from typed_openai import BadRequestError, NotFoundError, WaitFailedError
from typed_openai.local import Fault, ToolCall

CALLS = [ToolCall("get_weather", city="Paris"), ToolCall("get_weather", city="Rome")]


async def waiting(bridged: Bridged, **given: Any) -> tuple[str, Any]:
    """A thread, and a run on it that waits for the outputs of two functions."""
    bridged.server.answer(CALLS)
    thread = await bridged.thread("What is the weather?")
    run = await bridged.run(thread, await bridged.assistant(tools=[WEATHER]), **given)
    assert run.status == "requires_action"
    return thread, run


def outputs(run: Any) -> list[dict[str, str]]:
    return [{"tool_call_id": call.id, "output": f"{call.function.name}: 20 °C"} for call in run.tool_calls]


async def test_a_run_is_a_response_in_the_background(bridged: Bridged) -> None:
    thread = await bridged.thread("Hello")
    run = await bridged.run(thread, await bridged.assistant(instructions="Be brief."))
    assert (run.status, run.thread_id, run.is_over, run.issues) == ("completed", thread, True, ())
    assert run.usage.total_tokens == run.usage.prompt_tokens + run.usage.completion_tokens > 0
    sent = bridged.sent("/v1/responses")
    assert (sent["background"], sent["conversation"], sent["instructions"]) == (True, thread, "Be brief.")
    assert sent["input"] == []  # what is asked is in the conversation
    assert {path.split("/")[2] for path in bridged.asked()} == {"conversations", "responses"}
    said = await bridged.texts(thread)
    assert said[0] == ("user", "Hello")
    assert said[1][0] == "assistant"
    assert 'you said "Hello"' in said[1][1]


async def test_the_states_of_a_run_are_those_of_its_response(bridged: Bridged) -> None:
    thread = await bridged.thread("Hello")
    run = await done(bridged.runs.create(thread, assistant_id=await bridged.assistant()))
    states = [run.status]
    while not run.is_over:
        run = await done(bridged.runs.retrieve(run.id, thread_id=thread))
        states.append(run.status)
    assert states == ["queued", "in_progress", "completed"]
    assert run.created_at <= run.started_at <= run.completed_at
    bridged.asked()
    await done(bridged.runs.retrieve(run.id, thread_id=thread))
    assert bridged.asked() == []  # what is over is known


async def test_what_a_run_wrote_says_which_run_and_when(bridged: Bridged) -> None:
    thread, assistant = await bridged.thread("Hello"), await bridged.assistant()
    run = await bridged.run(thread, assistant)
    (step,) = await listed(bridged.runs.steps.list(run.id, thread_id=thread))
    assert (step.type, step.status, step.run_id, step.issues) == ("message_creation", "completed", run.id, ())
    message = await done(bridged.threads.messages.retrieve(step.message_id, thread_id=thread))
    assert (message.run_id, message.assistant_id, message.status) == (run.id, assistant, "completed")
    assert message.completed_at >= message.created_at > 0
    assert await done(bridged.runs.steps.retrieve(step.id, run_id=run.id, thread_id=thread)) == step
    only = await listed(bridged.threads.messages.list(thread, run_id=run.id))
    assert [each.id for each in only] == [message.id]


async def test_messages_can_be_listed_before_anybody_asked_for_the_run(bridged: Bridged) -> None:
    thread = await bridged.thread("Hello")
    run = await done(bridged.runs.create(thread, assistant_id=await bridged.assistant()))
    await listed(bridged.threads.messages.list(thread))  # each question takes the local server one state further
    messages = await listed(bridged.threads.messages.list(thread))
    assert [message.run_id for message in messages] == [run.id, None]


# -- functions ---------------------------------------------------------------------------------------------------------


async def test_functions_are_asked_for_and_their_outputs_handed_in(bridged: Bridged) -> None:
    thread, run = await waiting(bridged)
    (step,) = await listed(bridged.runs.steps.list(run.id, thread_id=thread))
    assert (step.status, [call.function.output for call in step.tool_calls]) == ("in_progress", [None, None])
    assert [call.id for call in step.tool_calls] == [call.id for call in run.tool_calls]
    again = await done(bridged.runs.submit_tool_outputs_and_poll(run.id, thread, tool_outputs=outputs(run), wait=FAST))
    assert (again.id, again.status, again.required_action) == (run.id, "completed", None)
    called, wrote = await listed(bridged.runs.steps.list(run.id, thread_id=thread, order="asc"))
    assert [call.function.output for call in called.tool_calls] == ["get_weather: 20 °C"] * 2
    assert (called.status, wrote.type) == ("completed", "message_creation")
    first, second = (each["usage"]["total_tokens"] for each in (await kept(bridged, thread, run.id))["rounds"])
    assert again.usage.total_tokens == first + second


async def kept(bridged: Bridged, thread: str, run: str) -> Any:
    store: Any = bridged.store
    return json.loads(store.get(f"run/{thread}/{run}"))


async def test_the_tool_loop_works_as_it_is(bridged: Bridged) -> None:
    def get_weather(city: str) -> str:
        return f"Sunny in {city}"

    bridged.server.answer(CALLS)
    thread = await bridged.thread("What is the weather?")
    assistant = await bridged.assistant(tools=[WEATHER])
    run = await done(bridged.runs.run_tools(thread, assistant_id=assistant, functions=[get_weather], wait=FAST))
    assert run.status == "completed"
    answered = bridged.sent("/v1/responses")["input"]
    assert [(each["type"], each["output"]) for each in answered] == [
        ("function_call_output", "Sunny in Paris"),
        ("function_call_output", "Sunny in Rome"),
    ]


@pytest.mark.parametrize("wrong", ["one of two", "another call", "one twice"])
async def test_outputs_are_handed_in_all_at_once(bridged: Bridged, wrong: str) -> None:
    thread, run = await waiting(bridged)
    given = outputs(run)
    bad = {"one of two": given[:1], "another call": [given[0], {**given[1], "tool_call_id": "call_x"}]}
    bridged.asked()
    with pytest.raises(BadRequestError, match="Expected tool outputs for call_ids"):
        await done(
            bridged.runs.submit_tool_outputs(
                run.id, thread_id=thread, tool_outputs=bad.get(wrong, [given[0], given[0], given[1]])
            )
        )
    assert bridged.asked() == []


async def test_outputs_for_a_run_that_wants_none_are_refused(bridged: Bridged) -> None:
    thread = await bridged.thread("Hello")
    run = await bridged.run(thread, await bridged.assistant())
    with pytest.raises(BadRequestError, match="'completed' do not accept tool outputs"):
        await done(bridged.runs.submit_tool_outputs(run.id, thread_id=thread, tool_outputs=[]))


async def test_a_tool_that_must_be_used_must_be_so_once(bridged: Bridged) -> None:
    thread, run = await waiting(bridged, tool_choice={"type": "function", "function": {"name": "get_weather"}})
    assert bridged.sent("/v1/responses")["tool_choice"] == {"type": "function", "name": "get_weather"}
    await done(bridged.runs.submit_tool_outputs(run.id, thread_id=thread, tool_outputs=outputs(run)))
    assert bridged.sent("/v1/responses")["tool_choice"] == "auto"


async def test_the_token_limit_is_that_of_the_whole_run(bridged: Bridged) -> None:
    thread, run = await waiting(bridged, max_completion_tokens=500)
    used = (await kept(bridged, thread, run.id))["rounds"][0]["usage"]["completion_tokens"]
    await done(bridged.runs.submit_tool_outputs(run.id, thread_id=thread, tool_outputs=outputs(run)))
    assert bridged.sent("/v1/responses")["max_output_tokens"] == 500 - used


@pytest.mark.parametrize("streams", [False, True])
async def test_a_run_that_may_generate_nothing_more_is_incomplete(bridged: Bridged, streams: bool) -> None:
    thread, run = await waiting(bridged, max_completion_tokens=17)
    given: dict[str, Any] = {"thread_id": thread, "tool_outputs": outputs(run)}
    if streams:
        events = await listed(await done(bridged.runs.submit_tool_outputs(run.id, stream=True, **given)))
        assert [event.event for event in events] == ["thread.run.step.completed", "thread.run.incomplete"]
    else:
        ended = await done(bridged.runs.submit_tool_outputs(run.id, **given))
        assert (ended.status, ended.incomplete_details.reason) == ("incomplete", "max_completion_tokens")
    await bridged.run(thread, await bridged.assistant())  # no call was left without its output


# -- ends --------------------------------------------------------------------------------------------------------------


async def test_a_run_is_cancelled_where_its_response_is(bridged: Bridged) -> None:
    thread, assistant = await bridged.thread("Hello"), await bridged.assistant()
    run = await done(bridged.runs.create(thread, assistant_id=assistant))
    ended = await done(bridged.runs.cancel(run.id, thread_id=thread))
    assert (ended.status, ended.cancelled_at is not None) == ("cancelled", True)
    with pytest.raises(BadRequestError, match="Cannot cancel run with status 'cancelled'"):
        await done(bridged.runs.cancel(run.id, thread_id=thread))
    with pytest.raises(WaitFailedError) as caught:
        await done(bridged.runs.poll(run.id, thread, wait=FAST))
    assert caught.value.result.id == run.id


@pytest.mark.parametrize("end", ["cancelled", "expired"])
async def test_calls_that_nobody_answers_do_not_block_the_thread(
    bridged: Bridged, monkeypatch: pytest.MonkeyPatch, end: str
) -> None:
    thread, run = await waiting(bridged)
    if end == "cancelled":
        ended = await done(bridged.runs.cancel(run.id, thread_id=thread))
    else:
        late = time.time() + 601
        monkeypatch.setattr("time.time", lambda: late)
        ended = await done(bridged.runs.retrieve(run.id, thread_id=thread))
        monkeypatch.undo()
    assert (ended.status, ended.required_action, ended.expires_at) == (end, None, None)
    (step,) = await listed(bridged.runs.steps.list(run.id, thread_id=thread))
    assert step.status == end
    assert (await bridged.run(thread, await bridged.assistant())).status == "completed"


async def test_an_answer_that_is_cut_is_an_incomplete_run(bridged: Bridged) -> None:
    bridged.server.answer("word " * 100)
    thread = await bridged.thread("Hello")
    run = await bridged.run(thread, await bridged.assistant(), max_completion_tokens=16)
    assert (run.status, run.incomplete_details.reason) == ("incomplete", "max_completion_tokens")
    message = (await listed(bridged.threads.messages.list(thread)))[0]
    assert (message.status, message.incomplete_details.reason) == ("incomplete", "max_tokens")


async def test_one_run_at_a_time_works_on_a_thread(bridged: Bridged) -> None:
    thread, assistant = await bridged.thread("Hello"), await bridged.assistant()
    run = await done(bridged.runs.create(thread, assistant_id=assistant))
    said = {"role": "user", "content": "More"}
    with pytest.raises(BadRequestError, match=f"already has an active run '{run.id}'"):
        await done(bridged.runs.create(thread, assistant_id=assistant))
    with pytest.raises(BadRequestError, match=r"active run 'run_\w+' \(in_progress\)"):
        await done(bridged.threads.messages.create(await busy(bridged, assistant), **said))


async def busy(bridged: Bridged, assistant: str) -> str:
    """A thread on which a run works."""
    thread = await bridged.thread("Hello")
    await done(bridged.runs.create(thread, assistant_id=assistant))
    return thread


async def test_runs_are_listed_and_their_notes_replaced(bridged: Bridged) -> None:
    thread, assistant = await bridged.thread("Hello"), await bridged.assistant()
    runs = [await bridged.run(thread, assistant, metadata={"number": str(number)}) for number in range(3)]
    assert [each.id for each in await listed(bridged.runs.list(thread, limit=2))] == [run.id for run in runs[::-1]]
    oldest = await listed(bridged.runs.list(thread, order="asc", after=runs[0].id, before=runs[2].id))
    assert [each.metadata for each in oldest] == [{"number": "1"}]
    assert bridged.sent("/v1/responses")["metadata"] == {"number": "2"}
    changed = await done(bridged.runs.update(runs[0].id, thread_id=thread, metadata={"a": "b"}))
    assert changed.metadata == (await done(bridged.runs.retrieve(runs[0].id, thread_id=thread))).metadata == {"a": "b"}


async def test_a_run_that_the_store_does_not_know_says_where_runs_are(bridged: Bridged) -> None:
    with pytest.raises(NotFoundError, match=r"MemoryAssistantStore.*store=") as caught:
        await done(bridged.runs.retrieve("run_1", thread_id="conv_1"))
    assert caught.value.param == "run_id"
    assert bridged.asked() == []


# -- attempts ----------------------------------------------------------------------------------------------------------


async def test_an_attempt_that_failed_goes_on_where_it_was(bridged: Bridged, sleeps: list[float]) -> None:
    thread, assistant = await bridged.thread("Hello"), await bridged.assistant()
    bridged.asked()
    bridged.server.fail_next(Fault(status=503, path="/responses"), times=2)
    run = await done(
        bridged.runs.create(
            thread, assistant_id=assistant, additional_messages=[{"role": "user", "content": "And more"}]
        )
    )
    assert bridged.asked() == [f"POST /v1/conversations/{thread}/items", *["POST /v1/responses"] * 3]
    assert (run.status, run.meta.retries, len(sleeps)) == ("queued", 2, 2)


async def test_what_the_server_refuses_is_the_answer(bridged: Bridged) -> None:
    with pytest.raises(NotFoundError) as caught:
        await done(bridged.threads.retrieve("thread_of_before"))
    assert caught.value.request_id is not None
    thread, assistant = await bridged.thread("Hello"), await bridged.assistant()
    bridged.server.fail_next(Fault(status=400, path="/responses"))
    with pytest.raises(BadRequestError, match=r"400 from POST http://\S+/v1/responses"):
        await done(bridged.runs.create(thread, assistant_id=assistant))
    assert await listed(bridged.runs.list(thread)) == []  # nothing was begun
