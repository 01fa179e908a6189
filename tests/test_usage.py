"""What a scope counts, over everything that happens inside it, and what its budget refuses; in both colours."""

from __future__ import annotations

import asyncio
import contextvars
import json
import threading
from collections.abc import Generator
from typing import Any

import pytest

from tests.canned import HELLO, Connect, Wire, done, failure, status
from typed_openai import (
    BudgetExceededError,
    ConfigurationError,
    OpenAI,
    OpenAIError,
    ResponseValidationError,
    usage_scope,
)
from typed_openai.core.run.effects import OPEN
from typed_openai.local import LocalServer
from typed_openai.usage import Tokens, UsageScope


def answer(prompt: int = 7, completion: int = 3, model: str = "gpt-x", id: str = "c-1", **more: Any) -> Any:
    usage = {"prompt_tokens": prompt, "completion_tokens": completion, "total_tokens": prompt + completion}
    choice = {"index": 0, "message": {"role": "assistant", "content": "hi", "refusal": None}, "finish_reason": "stop"}
    whole = {"id": id, "object": "chat.completion", "created": 1, "model": model, "choices": [choice], "usage": usage}
    return status(200, whole | more)


def events(*chunks: str) -> Any:
    content = "".join(f"data: {chunk}\n\n" for chunk in chunks).encode()
    return status(200, headers={"content-type": "text/event-stream"}, content=content)


HEAD: dict[str, Any] = {"id": "c-2", "object": "chat.completion.chunk", "created": 1, "model": "gpt-x"}
WORD = json.dumps(HEAD | {"choices": [{"index": 0, "delta": {"content": "hi"}, "finish_reason": None}]})
LAST = json.dumps(HEAD | {"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]})
USED = json.dumps(HEAD | {"choices": [], "usage": {"prompt_tokens": 5, "completion_tokens": 2, "total_tokens": 7}})


async def read(stream: Any) -> None:
    if hasattr(stream, "__aiter__"):
        async for _ in stream:
            pass
    else:
        for _ in stream:
            pass


async def test_an_answer_that_strict_responses_refuse_was_paid_for_all_the_same(connect: Connect) -> None:
    client = connect(Wire(answer(choices="oops")), strict_responses=True)
    with usage_scope() as used, pytest.raises(ResponseValidationError):
        await done(client.chat.completions.create(**HELLO))
    assert (used.total_tokens, used.requests) == (10, 1)


VECTOR = {"object": "embedding", "index": 0, "embedding": [0.5]}


async def test_answers_of_every_kind_count_by_model(connect: Connect) -> None:
    vectors = {"object": "list", "model": "emb", "data": [VECTOR], "usage": {"prompt_tokens": 4, "total_tokens": 4}}
    client = connect(Wire(answer(), answer(1, 1), status(200, vectors)))
    with usage_scope() as used:
        await done(client.chat.completions.create(**HELLO))
        await done(client.chat.completions.create(**HELLO))
        await done(client.embeddings.create(model="emb", input="x"))
    assert (used.prompt_tokens, used.completion_tokens, used.total_tokens, used.requests) == (12, 4, 16, 3)
    assert used.by_model == {"gpt-x": Tokens(8, 4, 12), "emb": Tokens(4, 0, 4)}
    assert repr(used) == "<UsageScope 16 tokens, 3 requests>"


async def test_nothing_counts_outside(connect: Connect) -> None:
    client = connect(Wire(answer()))
    with usage_scope() as used:
        pass
    await done(client.chat.completions.create(**HELLO))
    assert (used.requests, used.total_tokens) == (0, 0)


async def test_every_attempt_is_a_request_and_only_the_answer_has_tokens(connect: Connect, sleeps: list[float]) -> None:
    client = connect(Wire(failure(500), failure(500), answer()))
    with usage_scope() as used:
        await done(client.chat.completions.create(**HELLO))
    assert (used.requests, used.total_tokens) == (3, 10)


async def test_a_stream_counts_at_its_end(connect: Connect) -> None:
    client = connect(Wire(events(WORD, LAST, USED, "[DONE]")))
    with usage_scope() as used:
        stream = await done(client.chat.completions.create(**HELLO, stream=True))
        assert used.total_tokens == 0
    await read(stream)
    assert (used.total_tokens, used.by_model) == (7, {"gpt-x": Tokens(5, 2, 7)})


async def test_a_stream_of_typed_events_counts_too(connect: Connect) -> None:
    client = connect(Wire(events(WORD, LAST, USED, "[DONE]")))
    with usage_scope() as used:
        await read(client.chat.completions.stream(**HELLO))
    assert used.total_tokens == 7


async def test_a_stream_that_breaks_after_its_usage_counts_and_one_without_is_only_a_request(connect: Connect) -> None:
    client = connect(Wire(events(WORD, USED), events(WORD, LAST, "[DONE]")))
    with usage_scope() as used:
        with pytest.raises(OpenAIError):
            await read(await done(client.chat.completions.create(**HELLO, stream=True)))
        assert used.total_tokens == 7
        await read(await done(client.chat.completions.create(**HELLO, stream=True)))
    assert (used.total_tokens, used.requests) == (7, 2)


async def test_a_stream_of_responses_counts_what_its_last_event_says(connect: Connect) -> None:
    usage = {"input_tokens": 4, "output_tokens": 2, "total_tokens": 6}
    base: dict[str, Any] = {"id": "r-1", "object": "response", "created_at": 1, "model": "gpt-r", "output": []}
    first = {"type": "response.created", "sequence_number": 0, "response": base | {"usage": None}}
    last = {"type": "response.completed", "sequence_number": 1, "response": base | {"usage": usage}}
    client = connect(Wire(events(json.dumps(first), json.dumps(last))))
    with usage_scope() as used:
        await read(await done(client.responses.create(model="m", input="x", stream=True)))
    assert used.by_model == {"gpt-r": Tokens(4, 2, 6)}


async def test_an_event_that_was_cut_does_not_hide_an_earlier_usage(connect: Connect) -> None:
    client = connect(Wire(events(WORD, USED, USED[:-5])))
    with usage_scope() as used, pytest.raises(OpenAIError):
        await read(await done(client.chat.completions.create(**HELLO, stream=True)))
    assert used.total_tokens == 7


async def test_a_raw_answer_counts_when_nobody_parses_it_too(connect: Connect) -> None:
    client = connect(Wire(answer()))
    with usage_scope(budget=10) as used:
        raw = await done(client.chat.completions.with_raw_response.create(**HELLO))
        assert used.total_tokens == 10
        raw.parse()
        with pytest.raises(BudgetExceededError):
            await done(client.chat.completions.with_raw_response.create(**HELLO))
    assert used.total_tokens == 10


async def test_a_raw_answer_of_another_form_counts_as_a_request(connect: Connect) -> None:
    for odd in (status(200, content=b"<p>"), status(200, content=b"[1]"), status(200, content=b"")):
        with usage_scope() as used:
            await done(connect(Wire(odd)).chat.completions.with_raw_response.create(**HELLO))
        assert (used.total_tokens, used.requests) == (0, 1)


async def test_a_raw_answer_counts_once_however_often_it_is_parsed(connect: Connect) -> None:
    client = connect(Wire(answer()))
    with usage_scope() as used:
        raw = await done(client.chat.completions.with_raw_response.create(**HELLO))
        raw.parse()
        raw.parse()
    assert used.total_tokens == 10


async def test_a_stored_object_counts_once_and_only_when_it_was_made_inside(connect: Connect) -> None:
    client = connect(Wire(answer(id="c-1"), answer(id="c-1"), answer(9, 9, id="c-old")))
    with usage_scope() as used:
        await done(client.chat.completions.create(**HELLO, store=True))
        await done(client.chat.completions.retrieve("c-1"))
        await done(client.chat.completions.retrieve("c-old"))
    assert (used.total_tokens, used.requests) == (10, 3)


async def test_what_a_background_object_consumed_is_seen_when_it_is_polled(connect: Connect) -> None:
    client = connect(Wire(answer(0, 0), answer(6, 2), answer(6, 2)))
    with usage_scope() as used:
        await done(client.chat.completions.create(**HELLO))
        await done(client.chat.completions.retrieve("c-1"))
        await done(client.chat.completions.retrieve("c-1"))
    assert used.total_tokens == 8


def test_a_run_that_is_waited_for_counts_once() -> None:
    with LocalServer() as server, OpenAI(base_url=server.base_url) as client:
        assistant = client.beta.assistants.create(model="m")
        thread = client.beta.threads.create(messages=[{"role": "user", "content": "Hello there!"}])
        with usage_scope() as used:
            run = client.beta.threads.runs.create_and_poll(
                thread_id=thread.id, assistant_id=assistant.id, wait={"interval": 0.001}
            )
            client.beta.threads.runs.retrieve(run.id, thread_id=thread.id)
    assert run.usage is not None
    assert used.total_tokens == run.usage.total_tokens > 0


async def test_past_the_budget_nothing_is_sent_but_reading_goes_on(connect: Connect) -> None:
    wire = Wire(answer())
    client = connect(wire)
    with usage_scope(budget=10) as used:
        await done(client.chat.completions.create(**HELLO))
        with pytest.raises(
            BudgetExceededError, match=r"chat\.completions\.create: not sent, 10 of a budget of 10"
        ) as seen:
            await done(client.chat.completions.create(**HELLO))
        await done(client.chat.completions.retrieve("c-1"))
    assert isinstance(seen.value, OpenAIError)
    assert (seen.value.budget, seen.value.used, used.remaining) == (10, 10, 0)
    assert [each.method for each in wire.requests] == ["POST", "GET"]
    assert used.requests == 2


async def test_nested_scopes_both_count_and_both_budgets_hold(connect: Connect) -> None:
    client = connect(Wire(answer()))
    with usage_scope(budget=15) as outer:
        await done(client.chat.completions.create(**HELLO))
        with usage_scope() as inner:
            await done(client.chat.completions.create(**HELLO))
            with pytest.raises(BudgetExceededError):
                await done(client.chat.completions.create(**HELLO))
        assert (inner.total_tokens, outer.total_tokens) == (10, 20)
    assert (inner.requests, outer.requests) == (1, 2)


def test_a_thread_that_runs_in_the_context_of_a_scope_belongs_to_it() -> None:
    client = Connect(is_async=False)(Wire(answer()))

    def ask() -> None:
        client.chat.completions.create(**HELLO)

    with usage_scope() as used:
        thread = threading.Thread(target=contextvars.copy_context().run, args=(ask,))
        thread.start()
        thread.join()
    assert used.total_tokens == 10


async def test_tasks_belong_to_the_scope_they_were_started_in() -> None:
    client = Connect(is_async=True)(Wire(answer()))
    with usage_scope() as used:
        async with asyncio.TaskGroup() as tasks:
            for _ in range(3):
                tasks.create_task(client.chat.completions.create(**HELLO))
    assert (used.total_tokens, used.requests) == (30, 3)


def test_a_scope_may_be_left_in_another_context_than_it_was_entered_in() -> None:
    """As generators do that a framework finalizes elsewhere: dependencies of a web service, fixtures."""

    def dependency() -> Generator[UsageScope]:
        with usage_scope() as used:
            yield used

    steps = dependency()
    elsewhere = contextvars.copy_context()
    scope = elsewhere.run(next, steps)
    steps.close()
    assert OPEN.get() is None
    assert elsewhere[OPEN] is scope


async def test_only_the_latest_objects_are_remembered(connect: Connect, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("typed_openai.usage.REMEMBERED", 2)
    answers = [answer(id=f"c-{number}") for number in (1, 2, 3)]
    polled = [answer(9, 9, id="c-1"), answer(9, 9, id="c-3")]
    client = connect(Wire(*answers, *polled))
    with usage_scope() as used:
        for _ in answers:
            await done(client.chat.completions.create(**HELLO))
        await done(client.chat.completions.retrieve("c-1"))
        assert used.total_tokens == 30, "what is forgotten counts as made before"
        await done(client.chat.completions.retrieve("c-3"))
    assert used.total_tokens == 38


async def test_what_was_read_by_model_does_not_change_under_the_reader(connect: Connect) -> None:
    client = connect(Wire(answer(), answer(model="other")))
    with usage_scope() as used:
        await done(client.chat.completions.create(**HELLO))
        before = used.by_model
        await done(client.chat.completions.create(**HELLO))
    assert (list(before), list(used.by_model)) == (["gpt-x"], ["gpt-x", "other"])


@pytest.mark.parametrize("budget", [-1, True, 2.5, "100"])
def test_a_budget_is_a_number_of_tokens(budget: Any) -> None:
    with pytest.raises(ConfigurationError, match="budget"):
        UsageScope(budget)


NUMBERS = {"prompt_tokens": 7, "completion_tokens": 3, "total_tokens": 10}
ELSEWHERE: dict[str, dict[str, Any]] = {
    "in a choice": {"choices": [{"index": 0, "delta": {}, "finish_reason": "stop", "usage": NUMBERS}]},
    "in x_groq": {"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}], "x_groq": {"usage": NUMBERS}},
}


@pytest.mark.parametrize("place", ELSEWHERE)
@pytest.mark.parametrize("streamed", [True, False])
async def test_usage_that_other_servers_put_elsewhere_counts(connect: Connect, place: str, streamed: bool) -> None:
    last = HEAD | ELSEWHERE[place]
    whole = json.loads(json.dumps(last).replace('"delta": {}', '"message": {"role": "assistant", "content": "hi"}'))
    client = connect(Wire(events(WORD, json.dumps(last)) if streamed else status(200, whole)))
    with usage_scope() as used:
        if streamed:
            await read(await done(client.chat.completions.create(**HELLO, stream=True)))
        else:
            await done(client.chat.completions.with_raw_response.create(**HELLO))
    assert used.by_model == {"gpt-x": Tokens(7, 3, 10)}


@pytest.mark.parametrize("place", ELSEWHERE)
async def test_a_stream_of_events_says_the_usage_wherever_it_stands(connect: Connect, place: str) -> None:
    client = connect(Wire(events(WORD, json.dumps(HEAD | ELSEWHERE[place]))))
    stream = client.chat.completions.stream(**HELLO)
    kinds = [event.type async for event in stream] if connect.is_async else [event.type for event in stream]
    assert kinds[-3:] == ["content.done", "finish", "usage"]
    assert stream.snapshot.usage.total_tokens == 10
    assert "usage" not in stream.snapshot.model_dump()
