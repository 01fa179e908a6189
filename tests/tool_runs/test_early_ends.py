"""Runs that do not come to their end: whatever it was, the error has the run so far, and nothing of it is lost."""

from __future__ import annotations

import asyncio
import pickle
import threading
import time
from typing import Any

import pytest

from tests.canned import Connect, Wire, done, failure
from tests.tool_runs.talk import PARIS, ROME, Api, Chat, InResponses, boom, weather
from typed_openai import DeadlineExceededError, InternalServerError, ToolRoundsExceededError
from typed_openai.tools.chat_loop import ChatToolRun
from typed_openai.tools.loop import CalledTool, ToolRun, ToolStep
from typed_openai.tools.response_loop import ResponseToolRun

BOOM = ("boom", '{"city": "X"}')


def run_of(error: BaseException) -> Any:
    run: ToolRun[Any] | None = ToolRun.of(error)
    assert run is not None
    return run


async def test_what_a_tool_raises_has_the_outputs_of_the_others(connect: Connect, api: Api) -> None:
    wire = Wire(api.answer(PARIS), api.answer(ROME, BOOM, PARIS), api.answer(text="x"))
    client = connect(wire)
    with pytest.raises(LookupError) as caught:
        await done(api.run(client, tools=[weather, boom], parallel=False))
    run = run_of(caught.value)
    assert [[call.finished for call in step.calls] for step in run.steps] == [[True], [True, True, False]]
    assert run.calls[1].output == '{"city":"Rome","days":2}'
    assert (run.calls[2].output, run.calls[2].error) == ("boom failed: LookupError", caught.value)
    assert run.usage.total_tokens == 6
    await done(api.again(client, run.messages))
    assert api.told(wire.body) == [call.output for call in run.calls]


async def test_calls_that_run_beside_the_one_that_fails_come_to_their_end(connect: Connect, api: Api) -> None:
    begun = threading.Event()

    def slow() -> str:
        begun.set()
        time.sleep(0.01)
        return "here"

    def fails() -> str:
        begun.wait(5)
        raise LookupError

    with pytest.raises(LookupError) as caught:
        await done(api.run(connect(Wire(api.answer(("slow", ""), ("fails", "")))), tools=[slow, fails]))
    assert [call.output for call in run_of(caught.value).calls] == ["here", "fails failed: LookupError"]


async def test_an_error_of_the_service_has_the_run_so_far(connect: Connect, api: Api) -> None:
    wire = Wire(api.answer(PARIS), failure(500))
    with pytest.raises(InternalServerError) as caught:
        await done(api.run(connect(wire, max_retries=0), tools=[weather]))
    run = run_of(caught.value)
    assert [call.output for call in run.calls] == ['{"city":"Paris","days":1}']
    assert len(run.messages) == 3
    assert isinstance(run, ChatToolRun if api is Chat else ResponseToolRun)
    assert (ChatToolRun.of(caught.value) is None) == (api is InResponses)


async def test_before_the_first_answer_there_is_no_run(connect: Connect, api: Api) -> None:
    with pytest.raises(InternalServerError) as caught:
        await done(api.run(connect(Wire(failure(500)), max_retries=0), tools=[weather]))
    assert ToolRun.of(caught.value) is None
    assert ToolRun.of(ValueError()) is None


async def test_what_an_observer_raises_has_the_run_so_far(connect: Connect, api: Api) -> None:
    def look(step: ToolStep[Any]) -> None:
        raise ZeroDivisionError

    def decide(error: Exception, call: CalledTool) -> str:
        raise ZeroDivisionError from error

    observers: list[tuple[list[tuple[str, str]], dict[str, Any]]] = [
        ([PARIS], {"on_step": look}),
        ([PARIS, BOOM], {"on_tool_error": decide}),
    ]
    for calls, given in observers:
        with pytest.raises(ZeroDivisionError) as caught:
            await done(api.run(connect(Wire(api.answer(*calls))), tools=[weather, boom], **given))
        run = run_of(caught.value)
        assert [call.finished for call in run.calls] == [True] * len(calls)
        assert run.calls[0].output == '{"city":"Paris","days":1}'


async def test_an_interrupt_has_the_run_so_far(connect: Connect, api: Api) -> None:
    def stop() -> str:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt) as caught:
        await done(api.run(connect(Wire(api.answer(PARIS, ("stop", "{}")))), tools=[weather, stop], parallel=False))
    assert [call.finished for call in run_of(caught.value).calls] == [True, False]


async def test_too_many_rounds_have_the_run_with_the_calls_that_were_not_made(connect: Connect, api: Api) -> None:
    wire = Wire(api.answer(PARIS))
    with pytest.raises(ToolRoundsExceededError) as caught:
        await done(api.run(connect(wire), tools=[weather], max_rounds=2))
    run = run_of(caught.value)
    assert [call.finished for call in run.calls] == [True, True, False]
    assert len(run.messages) == len(caught.value.messages) + 2


async def test_a_cancelled_run_has_what_was_done(api: Api) -> None:
    begun = asyncio.Event()

    async def quick() -> str:
        return "done"

    async def forever() -> str:
        begun.set()
        await asyncio.sleep(60)
        return ""

    connect = Connect(is_async=True)
    wire = Wire(api.answer(("quick", ""), ("forever", "")))
    task = asyncio.ensure_future(api.run(connect(wire), tools=[quick, forever]))
    await begun.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError) as caught:
        await task
    run = run_of(caught.value)
    assert [(call.name, call.finished) for call in run.calls] == [("quick", True), ("forever", False)]


async def test_the_run_is_found_behind_what_was_made_of_the_error(connect: Connect, api: Api) -> None:
    async def translated() -> None:
        try:
            await done(api.run(connect(Wire(api.answer(BOOM))), tools=[boom]))
        except LookupError as error:
            raise RuntimeError from error

    with pytest.raises(RuntimeError) as caught:
        await translated()
    assert run_of(caught.value).calls[0].name == "boom"


async def test_of_a_run_within_a_run_the_outer_one_is_found(api: Api) -> None:
    connect = Connect(is_async=False)
    inner = connect(Wire(api.answer(PARIS), api.answer(BOOM)))

    def ask_another() -> str:
        return str(api.run(inner, tools=[weather, boom]).text)

    with pytest.raises(LookupError) as caught:
        api.run(connect(Wire(api.answer(("ask_another", "{}")))), tools=[ask_another])
    assert [call.name for call in run_of(caught.value).calls] == ["ask_another"]


async def test_an_error_that_has_a_run_can_be_pickled(connect: Connect, api: Api) -> None:
    lock = threading.Lock()

    def locked() -> str:
        raise ValueError(lock)

    wire = Wire(api.answer(("locked", "{}")), failure(500, message="down"))
    with pytest.raises(InternalServerError) as caught:
        await done(api.run(connect(wire, max_retries=0), tools=[locked], on_tool_error="feed_back"))
    assert run_of(caught.value).calls[0].error is not None
    assert "down" in str(pickle.loads(pickle.dumps(caught.value)))


async def test_the_deadline_is_for_the_whole_run(connect: Connect, api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    now = 100.0
    monkeypatch.setattr("time.monotonic", lambda: now)

    def slow(city: str) -> str:
        nonlocal now
        now += 30
        return city

    wire = Wire(api.answer(("slow", '{"city": "a"}')))
    with pytest.raises(DeadlineExceededError, match="deadline of 50 s") as caught:
        await done(api.run(connect(wire), tools=[slow], deadline=50))
    assert len(wire.requests) == 2
    assert [call.output for call in run_of(caught.value).calls] == ["a", "a"]


async def test_a_deadline_of_the_client_is_for_each_request(connect: Connect, api: Api) -> None:
    wire = Wire(api.answer(PARIS), api.answer(text="x"))
    assert (await done(api.run(connect(wire, deadline=50), tools=[weather], deadline=100))).text == "x"
    assert (await done(api.run(connect(wire, deadline=50), tools=[weather]))).text == "x"


async def test_each_request_has_its_own_idempotency_key(connect: Connect, api: Api) -> None:
    wire = Wire(api.answer(PARIS), api.answer(text="x"))
    await done(api.run(connect(wire), tools=[weather]))
    keys = {request.headers["idempotency-key"] for request in wire.requests}
    assert len(keys) == 2
    with pytest.raises(ValueError, match="each of several requests needs its own"):
        await done(api.run(connect(wire), tools=[weather], idempotency_key="mine"))


async def test_async_observers_are_refused_by_a_sync_client_before_anything_is_sent(api: Api) -> None:
    async def look(step: ToolStep[Any]) -> None: ...

    wire = Wire(api.answer(PARIS), api.answer(text="x"))
    with pytest.raises(ValueError, match="on_step: a plain function"):
        api.run(Connect(is_async=False)(wire), tools=[weather], on_step=look)
    assert wire.requests == []
