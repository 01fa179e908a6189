"""Many requests at once: order, bounds, pace, failures, and what a killed job finds again; in both colours."""

from __future__ import annotations

import asyncio
import json
import sys
import threading
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.canned import Connect, Wire, completion, done, failure, listed, status
from typed_openai import (
    BudgetExceededError,
    ConfigurationError,
    NotFoundError,
    RequestValidationError,
    usage_scope,
)
from typed_openai.models.chat.completions import ChatCompletion
from typed_openai.models.chat.messages import UserMessage
from typed_openai.models.chat.params import ChatCompletionCreateParams
from typed_openai.models.embeddings import CreateEmbeddingResponse, EmbeddingCreateParams

USAGE = {"prompt_tokens": 3, "completion_tokens": 2, "total_tokens": 5}


def question(text: str) -> ChatCompletionCreateParams:
    return ChatCompletionCreateParams(model="m", messages=[UserMessage(content=text)])


def questions(count: int) -> list[ChatCompletionCreateParams]:
    return [question(str(number)) for number in range(count)]


class Echo(Wire):
    """Answers each question with itself; `special` answers come first, by question."""

    def __init__(self, **special: Any) -> None:
        super().__init__()
        self.special = {name.removeprefix("q"): answer for name, answer in special.items()}
        self.asked: list[str] = []
        self.times: list[float] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        self.times.append(time.monotonic())
        text = json.loads(request.content)["messages"][0]["content"]
        self.asked.append(text)
        answer = self.special.pop(text, completion(text, usage=USAGE))
        response: httpx.Response = answer(request)
        return response


async def gather(results: Any, into: list[str | None]) -> None:
    """The texts of all results, up to the error."""
    if hasattr(results, "__aiter__"):
        async for each in results:
            into.append(each.unwrap().text)
    else:
        for each in results:
            into.append(each.unwrap().text)


# --- issues ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("ordered", [True, False])
async def test_the_issues_of_the_answers_are_those_of_the_job_one_of_each_kind_counted(
    connect: Connect, ordered: bool
) -> None:
    odd = {f"q{number}": completion("x", choices=[7], created=str(number)) for number in range(3)}
    many = status(200, {"id": "c", "object": "chat.completion", "created": 1, "model": "m", "choices": [
        {"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": "x", "tool_calls": [
            {"id": "c", "type": "function", "function": {f"n{place}": 1}} for place in range(150)]}}]})  # fmt: skip
    results = connect(Echo(**{**odd, "q3": many, "q4": many})).map(questions(6))
    await listed(results)
    assert 0 < len(results.issues) <= 100
    assert sum(issue.times for issue in results.issues) >= 300


async def test_a_job_is_a_generator_as_before(connect: Connect) -> None:
    results = connect(Echo()).map(questions(3), concurrency=1)
    if connect.is_async:
        assert (await anext(results)).value.text == "0"
        assert (await results.asend(None)).value.text == "1"
        with pytest.raises(KeyError):
            await results.athrow(KeyError("x"))
        await results.aclose()
        assert [each async for each in results] == []
    else:
        assert next(results).value.text == "0"
        assert results.send(None).value.text == "1"
        with pytest.raises(KeyError):
            results.throw(KeyError("x"))
        results.close()
        assert list(results) == []


def texts(results: list[Any]) -> list[str | None]:
    return [each.unwrap().text for each in results]


async def test_results_come_in_order_typed_with_their_params(connect: Connect) -> None:
    asked = questions(20)
    results = await listed(connect(Echo()).map(asked, concurrency=5))
    assert texts(results) == [str(number) for number in range(20)]
    assert [each.index for each in results] == list(range(20))
    assert all(each.params is params for each, params in zip(results, asked, strict=True))
    assert isinstance(results[0].value, ChatCompletion)


async def test_items_may_ask_different_operations(connect: Connect) -> None:
    vector = {"object": "embedding", "index": 0, "embedding": [0.5, 1.0]}
    body = {"object": "list", "model": "e", "data": [vector], "usage": {"prompt_tokens": 1, "total_tokens": 1}}
    wire = Wire(completion("hi"), status(200, body))
    items = [question("x"), EmbeddingCreateParams(model="e", input="x")]
    chat, vectors = await listed(connect(wire).map(items, concurrency=1))
    assert chat.value.text == "hi"
    assert isinstance(vectors.value, CreateEmbeddingResponse)
    assert vectors.value.data[0].embedding == [0.5, 1.0]


async def test_a_failure_is_the_result_of_its_item_alone(connect: Connect) -> None:
    client = connect(Echo(q1=failure(404)))
    results = await listed(client.map([*questions(3), question("x"), {"no": "params"}]))
    assert isinstance(results[1].error, NotFoundError)
    assert isinstance(results[4].error, RequestValidationError)
    assert [each.error is None for each in results] == [True, False, True, True, False]
    with pytest.raises(NotFoundError):
        results[1].unwrap()


async def test_a_stream_and_an_unknown_kind_of_params_are_refused_before_anything_is_sent(connect: Connect) -> None:
    wire = Echo()
    stream = question("x").model_copy(update={"stream": True})
    for item in (stream, UserMessage(content="x")):
        [result] = await listed(connect(wire).map([item]))
        assert isinstance(result.error, RequestValidationError)
    assert wire.requests == []


async def test_functions_run_bounded_and_may_give_anything(connect: Connect) -> None:
    running = most = 0
    lock = threading.Lock()
    three, awaited = threading.Barrier(3), asyncio.Barrier(3)

    def enter(change: int) -> None:
        nonlocal running, most
        with lock:
            running += change
            most = max(most, running)

    def function(number: int) -> Any:
        def in_sync() -> int:
            enter(1)
            three.wait(10)
            enter(-1)
            return 10 // number

        async def in_async() -> int:
            enter(1)
            await awaited.wait()
            enter(-1)
            return 10 // number

        return in_async if connect.is_async else in_sync

    results = await listed(connect(Wire()).map([function(number) for number in range(9)], concurrency=3))
    assert isinstance(results[0].error, ZeroDivisionError)
    assert [each.value for each in results[1:]] == [10, 5, 3, 2, 2, 1, 1, 1]
    assert most == 3


async def test_as_completed_a_slow_item_holds_nobody_back(connect: Connect) -> None:
    gone_ahead = threading.Event()

    async def slow() -> str:
        assert await asyncio.to_thread(gone_ahead.wait, 10)
        return "slow"

    async def fast() -> str:
        return "fast"

    def slow_in_sync() -> str:
        assert gone_ahead.wait(10)
        return "slow"

    items: list[Any] = [slow, fast] if connect.is_async else [slow_in_sync, lambda: "fast"]
    seen = connect(Wire()).map(items, ordered=False, on_progress=lambda done, total: gone_ahead.set())
    assert [each.index for each in await listed(seen)] == [1, 0]


async def test_items_are_drawn_only_as_places_become_free(connect: Connect) -> None:
    drawn: list[int] = []

    def endless() -> Iterator[ChatCompletionCreateParams]:
        number = 0
        while True:
            drawn.append(number)
            yield question(str(number))
            number += 1

    results = connect(Echo()).map(endless(), concurrency=2)
    assert drawn == []
    first = await anext(results) if connect.is_async else next(results)
    assert first.value.text == "0"
    assert len(drawn) <= 8
    await done(results.aclose() if connect.is_async else results.close())
    assert len(drawn) <= 8


async def test_progress_is_told_with_the_total_where_it_is_known(connect: Connect) -> None:
    told: list[tuple[int, int | None]] = []

    def tell(done: int, total: int | None) -> None:
        told.append((done, total))

    await listed(connect(Echo()).map(questions(3), on_progress=tell))
    await listed(connect(Echo()).map(iter(questions(2)), on_progress=tell))
    assert told == [(1, 3), (2, 3), (3, 3), (1, None), (2, None)]


async def test_where_no_request_is_left_nothing_begins_before_the_reset(connect: Connect) -> None:
    headers = {"x-ratelimit-remaining-requests": "0", "x-ratelimit-reset-requests": "300ms"}
    wire = Echo(q0=status(200, json.loads(completion("0")(httpx.Request("GET", "x:")).content), headers=headers))
    results = await listed(connect(wire).map(questions(3), concurrency=1))
    assert texts(results) == ["0", "1", "2"]
    assert wire.times[1] - wire.times[0] >= 0.29
    assert wire.times[2] - wire.times[1] < 0.29


async def test_a_429_holds_back_all_who_have_not_begun(connect: Connect) -> None:
    refused = threading.Event()

    def second(request: httpx.Request) -> httpx.Response:
        assert connect.is_async or refused.wait(10)  # tasks come one after the other
        return completion("1", usage=USAGE)(request)

    wire = Echo(q0=failure(429, headers={"retry-after-ms": "80"}), q1=second)
    client = connect(wire, on_retry=lambda event: refused.set())
    results = await listed(client.map(questions(4), concurrency=2))
    assert texts(results) == ["0", "1", "2", "3"]
    at = wire.times[wire.asked.index("0")]
    later = [at for text, at in zip(wire.asked, wire.times, strict=True) if text in ("2", "3")]
    assert min(later) - at >= 0.075


async def test_leaving_the_loop_does_not_wait_for_the_limits(connect: Connect) -> None:
    headers = {"x-ratelimit-remaining-tokens": "0", "x-ratelimit-reset-tokens": "1m"}
    wire = Echo(q0=status(200, json.loads(completion("0")(httpx.Request("GET", "x:")).content), headers=headers))
    results = connect(wire).map(questions(9), concurrency=1)
    began = time.monotonic()
    await (anext(results) if connect.is_async else done(next(results)))
    await done(results.aclose() if connect.is_async else results.close())
    assert time.monotonic() - began < 5
    assert wire.asked == ["0"]


def limited(left: int, reset: str) -> dict[str, str]:
    return {"x-ratelimit-remaining-requests": str(left), "x-ratelimit-reset-requests": reset}


async def test_no_more_run_at_once_than_the_server_has_left(connect: Connect) -> None:
    running: list[int] = []
    most: list[int] = []

    def item(number: int) -> Any:
        def begin() -> None:
            running.append(number)
            most.append(len(running))

        def end() -> Any:
            running.remove(number)
            return parsed

        async def in_async() -> Any:
            begin()
            await asyncio.sleep(0.005)
            return end()

        def in_sync() -> Any:
            begin()
            time.sleep(0.005)
            return end()

        return in_async if connect.is_async else in_sync

    answer = status(200, json.loads(completion("0")(httpx.Request("GET", "x:")).content), headers=limited(2, "1m"))
    parsed = await done(connect(Wire(answer)).chat.completions.create(model="m", messages=[UserMessage(content="x")]))
    await listed(connect(Wire()).map([item(number) for number in range(12)], concurrency=4))
    assert max(most[4:]) <= 2, "of the first four, begun together, nobody could know"


def test_what_is_there_is_handed_out_before_a_slow_iterable_is_asked_again() -> None:
    """So that a producer may wait for what becomes of its items."""
    answered = threading.Event()

    def is_idle() -> bool:
        """Whether the one thread of the job has handed in its result and waits for the next item."""
        [worker] = [each for each in threading.enumerate() if each.name == "typed-openai-map"]
        assert worker.ident is not None
        return sys._current_frames()[worker.ident].f_code.co_name == "_work"

    def producer() -> Iterator[ChatCompletionCreateParams]:
        yield question("a")
        while not (wire.asked and is_idle()):
            time.sleep(0.001)
        yield question("b")
        assert answered.wait(5), "the first result was held back"

    wire = Echo()
    seen: list[str | None] = []
    for each in Connect(is_async=False)(wire).map(producer(), concurrency=4):
        seen.append(each.unwrap().text)
        answered.set()
    assert seen == ["a", "b"]


async def test_an_async_client_takes_an_async_iterable_and_does_not_wait_for_it() -> None:
    answered = asyncio.Event()

    async def producer() -> AsyncIterator[ChatCompletionCreateParams]:
        yield question("a")
        await asyncio.wait_for(answered.wait(), 5)
        yield question("b")
        raise LookupError("gone")

    results = Connect(is_async=True)(Echo()).map(producer(), concurrency=4)
    assert (await anext(results)).unwrap().text == "a"
    answered.set()
    assert (await anext(results)).unwrap().text == "b"
    with pytest.raises(LookupError):
        await anext(results)


async def test_leaving_the_loop_leaves_an_async_iterable_that_is_being_waited_for() -> None:
    ended: list[bool] = []

    async def producer() -> AsyncIterator[ChatCompletionCreateParams]:
        try:
            yield question("a")
            await asyncio.sleep(60)
        finally:
            ended.append(True)

    results = Connect(is_async=True)(Echo()).map(producer())
    assert (await anext(results)).unwrap().text == "a"
    await results.aclose()
    assert ended == [True]


def test_a_sync_client_cannot_take_an_async_iterable() -> None:
    async def producer() -> AsyncIterator[ChatCompletionCreateParams]:
        yield question("a")

    with pytest.raises(ConfigurationError, match="AsyncOpenAI"):
        Connect(is_async=False)(Wire()).map(producer())


@pytest.mark.parametrize("items", [question("x"), {"model": "m"}, "text", 5])
def test_what_is_no_iterable_of_items_is_refused_at_once(connect: Connect, items: Any) -> None:
    with pytest.raises(ConfigurationError, match="an iterable of params objects"):
        connect(Wire()).map(items)


async def test_leaving_the_loop_ends_the_waits_for_further_attempts(connect: Connect) -> None:
    refused = threading.Event()

    def refuse(request: httpx.Request) -> httpx.Response:
        refused.set()
        return failure(500, headers={"retry-after": "60"})(request)

    wire = Echo(q0=refuse)
    results = connect(wire).map(questions(2), concurrency=2, ordered=False)
    first = await done(anext(results) if connect.is_async else next(results))
    assert await asyncio.to_thread(refused.wait, 10)
    began = time.monotonic()
    await done(results.aclose() if connect.is_async else results.close())
    assert time.monotonic() - began < 5
    assert first.index == 1
    assert sorted(wire.asked) == ["0", "1"]


async def test_a_scope_counts_what_a_map_consumes_and_ends_it_at_its_budget(connect: Connect) -> None:
    wire = Echo()
    with usage_scope(budget=10) as used:
        results = await listed(connect(wire).map(questions(5), concurrency=1))
    assert (used.total_tokens, len(wire.requests)) == (10, 2)
    assert [type(each.error) for each in results[2:]] == [BudgetExceededError] * 3


@pytest.mark.parametrize("options", [{"concurrency": 0}, {"concurrency": True}, {"order": True}])
def test_options_that_make_no_sense_are_refused_at_once(connect: Connect, options: dict[str, Any]) -> None:
    with pytest.raises((ConfigurationError, RequestValidationError)):
        connect(Wire()).map([], **options)


def test_an_option_that_does_not_exist_is_compared_with_those_that_do(connect: Connect) -> None:
    typo: Any = {"concurency": 3}
    odd: Any = {"x": 1}
    with pytest.raises(RequestValidationError, match=r"concurency: no such option \(did you mean 'concurrency'\?\)"):
        connect(Wire()).map([], **typo)
    with pytest.raises(RequestValidationError, match=r"x: no such option \(there are concurrency, ordered, "):
        connect(Wire()).map([], **odd)


async def test_a_broken_iterable_ends_the_job_after_what_was_begun(connect: Connect, tmp_path: Path) -> None:
    def breaking() -> Iterator[ChatCompletionCreateParams]:
        yield from questions(3)
        raise LookupError("the database went away")

    seen: list[str | None] = []
    wire = Echo()
    results = connect(wire).map(breaking(), concurrency=2, checkpoint=tmp_path / "answers.jsonl")
    with pytest.raises(LookupError, match="went away"):
        await gather(results, seen)
    assert seen == ["0", "1", "2"]


async def test_an_error_in_the_progress_callback_ends_the_job_and_loses_nothing(
    connect: Connect, tmp_path: Path
) -> None:
    def tell(done: int, total: int | None) -> None:
        raise LookupError("no terminal")

    path = tmp_path / "answers.jsonl"
    wire = Echo()
    with pytest.raises(LookupError):
        await listed(connect(wire).map(questions(3), concurrency=1, on_progress=tell, checkpoint=path))
    again = Echo()
    assert texts(await listed(connect(again).map(questions(3), checkpoint=path))) == ["0", "1", "2"]
    assert sorted([*wire.asked, *again.asked]) == ["0", "1", "2"]
    assert not [each.name for each in threading.enumerate() if each.name.startswith("typed-openai-map")]
