"""Many requests at once: order, bounds, pace, failures, and what a killed job finds again; in both colours."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.canned import Connect, Wire, completion, done, failure, listed, status
from typed_openai import (
    BudgetExceededError,
    ConfigurationError,
    NotFoundError,
    OpenAI,
    RequestValidationError,
    usage_scope,
)
from typed_openai.local import LocalServer
from typed_openai.models.chat import UserMessage
from typed_openai.models.chat_completions import ChatCompletion
from typed_openai.models.chat_params import ChatCompletionCreateParams
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

    def enter(change: int) -> None:
        nonlocal running, most
        with lock:
            running += change
            most = max(most, running)

    def function(number: int) -> Any:
        def in_sync() -> int:
            enter(1)
            time.sleep(0.005)
            enter(-1)
            return 10 // number

        async def in_async() -> int:
            enter(1)
            await asyncio.sleep(0.005)
            enter(-1)
            return 10 // number

        return in_async if connect.is_async else in_sync

    results = await listed(connect(Wire()).map([function(number) for number in range(9)], concurrency=3))
    assert isinstance(results[0].error, ZeroDivisionError)
    assert [each.value for each in results[1:]] == [10, 5, 3, 2, 2, 1, 1, 1]
    assert most == 3


async def test_as_completed_a_slow_item_holds_nobody_back(connect: Connect) -> None:
    async def slow() -> str:
        await asyncio.sleep(0.05)
        return "slow"

    async def fast() -> str:
        return "fast"

    def slow_in_sync() -> str:
        time.sleep(0.05)
        return "slow"

    items: list[Any] = [slow, fast] if connect.is_async else [slow_in_sync, lambda: "fast"]
    assert [each.index for each in await listed(connect(Wire()).map(items, ordered=False))] == [1, 0]


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
    headers = {"x-ratelimit-remaining-requests": "0", "x-ratelimit-reset-requests": "60ms"}
    wire = Echo(q0=status(200, json.loads(completion("0")(httpx.Request("GET", "x:")).content), headers=headers))
    results = await listed(connect(wire).map(questions(3), concurrency=1))
    assert texts(results) == ["0", "1", "2"]
    assert wire.times[1] - wire.times[0] >= 0.055
    assert wire.times[2] - wire.times[1] < 0.05


async def test_a_429_holds_back_all_who_have_not_begun(connect: Connect) -> None:
    wire = Echo(q0=failure(429, headers={"retry-after-ms": "80"}))
    results = await listed(connect(wire).map(questions(4), concurrency=2))
    assert texts(results) == ["0", "1", "2", "3"]
    refused = wire.times[wire.asked.index("0")]
    later = [at for text, at in zip(wire.asked, wire.times, strict=True) if text in ("2", "3")]
    assert min(later) - refused >= 0.075


async def test_leaving_the_loop_does_not_wait_for_the_limits(connect: Connect) -> None:
    headers = {"x-ratelimit-remaining-tokens": "0", "x-ratelimit-reset-tokens": "1m"}
    wire = Echo(q0=status(200, json.loads(completion("0")(httpx.Request("GET", "x:")).content), headers=headers))
    results = connect(wire).map(questions(9), concurrency=1)
    began = time.monotonic()
    await (anext(results) if connect.is_async else done(next(results)))
    await done(results.aclose() if connect.is_async else results.close())
    assert time.monotonic() - began < 5
    assert wire.asked == ["0"]


def test_what_threads_bring_after_the_loop_was_left_is_in_the_checkpoint(tmp_path: Path) -> None:
    path = tmp_path / "answers.jsonl"
    both = threading.Event()

    def first(request: httpx.Request) -> httpx.Response:
        both.wait(5)
        return completion("0")(request)

    def slowly(request: httpx.Request) -> httpx.Response:
        both.set()
        time.sleep(0.03)
        return completion("slow")(request)

    for asked in ({"0", "1"}, set[str]()):
        wire = Echo(q0=first, q1=slowly)
        results = Connect(is_async=False)(wire).map(questions(2), concurrency=2, checkpoint=path)
        assert next(results).unwrap().text == "0"
        results.close()
        assert set(wire.asked) == asked


async def test_a_scope_counts_what_a_map_consumes_and_ends_it_at_its_budget(connect: Connect) -> None:
    wire = Echo()
    with usage_scope(budget=10) as used:
        results = await listed(connect(wire).map(questions(5), concurrency=1))
    assert (used.total_tokens, len(wire.requests)) == (10, 2)
    assert [type(each.error) for each in results[2:]] == [BudgetExceededError] * 3


async def test_what_is_in_the_checkpoint_is_not_asked_again(connect: Connect, tmp_path: Path) -> None:
    path = tmp_path / "answers.jsonl"
    await listed(connect(Echo(q1=failure(404))).map(questions(3), checkpoint=path))
    wire = Echo()
    results = await listed(connect(wire).map([*questions(3), question("new")], checkpoint=path))
    assert texts(results) == ["0", "1", "2", "new"]
    assert sorted(wire.asked) == ["1", "new"]
    assert [each.resumed for each in results] == [True, False, True, False]
    assert isinstance(results[0].value, ChatCompletion)
    assert results[0].value.usage is not None
    assert results[0].value.usage.total_tokens == 5


async def test_other_parameters_at_the_same_place_are_asked_anew(connect: Connect, tmp_path: Path) -> None:
    path = tmp_path / "answers.jsonl"
    for text in ("a", "b", "b"):
        wire = Echo()
        assert texts(await listed(connect(wire).map([question(text)], checkpoint=path))) == [text]
    assert wire.asked == []


async def test_a_torn_last_line_is_cut_off(connect: Connect, tmp_path: Path) -> None:
    path = tmp_path / "answers.jsonl"
    await listed(connect(Echo()).map(questions(3), concurrency=1, checkpoint=path))
    path.write_bytes(path.read_bytes()[:-20])
    for asked in (["2"], []):
        wire = Echo()
        assert texts(await listed(connect(wire).map(questions(3), checkpoint=path))) == ["0", "1", "2"]
        assert wire.asked == asked


@pytest.mark.parametrize("content", [b"my notes\n", b'{"a": 1}\n', b"my notes", b'{"index":0,"key":1}\n'])
async def test_a_file_that_is_no_checkpoint_is_left_alone(connect: Connect, tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "notes.txt"
    path.write_bytes(content)
    with pytest.raises(ConfigurationError, match=r"line 1 of .*notes.txt"):
        connect(Wire()).map(questions(1), checkpoint=path)
    assert path.read_bytes() == content


async def test_vectors_survive_a_checkpoint(connect: Connect, tmp_path: Path) -> None:
    vector = {"object": "embedding", "index": 0, "embedding": "AAAAPwAAgD8="}
    body = {"object": "list", "model": "e", "data": [vector], "usage": {"prompt_tokens": 1, "total_tokens": 1}}
    wire = Wire(status(200, body, headers={"x-request-id": "req-7"}))
    for _ in range(2):
        items = [EmbeddingCreateParams(model="e", input="x")]
        [result] = await listed(connect(wire).map(items, checkpoint=tmp_path / "vectors.jsonl"))
        assert result.value.data[0].embedding == [0.5, 1.0]
        assert result.value.meta.request_id == "req-7"
    assert len(wire.requests) == 1


async def test_functions_cannot_be_kept(connect: Connect, tmp_path: Path) -> None:
    [result] = await listed(connect(Wire()).map([lambda: 1], checkpoint=tmp_path / "x.jsonl"))
    assert isinstance(result.error, ConfigurationError)


@pytest.mark.parametrize("options", [{"concurrency": 0}, {"concurrency": True}, {"order": True}])
def test_options_that_make_no_sense_are_refused_at_once(connect: Connect, options: dict[str, Any]) -> None:
    with pytest.raises((ConfigurationError, RequestValidationError)):
        connect(Wire()).map([], **options)


def test_a_checkpoint_that_cannot_be_written_is_refused_at_once(connect: Connect, tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="checkpoint"):
        connect(Wire()).map([], checkpoint=tmp_path)


KILLED = """
import sys
from tests.test_mapping import questions
from typed_openai import OpenAI
for item in OpenAI().map(questions(40), concurrency=2, checkpoint=sys.argv[1]):
    print(item.index, flush=True)
    if item.index == 5:
        sys.stdin.read()
"""


def test_a_killed_job_goes_on_where_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "answers.jsonl"
    with LocalServer() as server:
        monkeypatch.setenv("OPENAI_BASE_URL", server.base_url)
        command = [sys.executable, "-c", KILLED, str(path)]
        with subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=Path(__file__).parent.parent
        ) as process:
            assert process.stdout is not None
            for line in process.stdout:
                if line.strip() == b"5":
                    break
            until = time.monotonic() + 10
            while path.read_bytes().count(b"\n") < len(server.requests) and time.monotonic() < until:
                time.sleep(0.01)  # what was under way is answered and written down
            os.kill(process.pid, signal.SIGKILL)
        paid = len(server.requests)
        assert 6 <= paid < 40
        with OpenAI() as client:
            results = list(client.map(questions(40), checkpoint=path))
        assert len(server.requests) == 40
    assert sum(each.resumed for each in results) == paid
    assert [each.index for each in results] == list(range(40))
    assert all(each.value is not None and each.value.text for each in results)
