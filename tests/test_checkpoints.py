"""What `client.map` keeps in a file, and what a killed job finds again; in both colours."""

from __future__ import annotations

import asyncio
import gc
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

from tests.canned import Connect, Wire, completion, failure, listed, status
from tests.test_mapping import Echo, gather, question, questions, texts
from typed_openai import ConfigurationError, OpenAI
from typed_openai.local import LocalServer
from typed_openai.models.chat.completions import ChatCompletion
from typed_openai.models.embeddings import EmbeddingCreateParams


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


async def test_items_are_found_again_wherever_they_stand(connect: Connect, tmp_path: Path) -> None:
    path = tmp_path / "answers.jsonl"
    await listed(connect(Echo()).map(questions(3), checkpoint=path))
    for asked in (["new"], []):
        wire = Echo()
        results = await listed(connect(wire).map([question("new"), *reversed(questions(3))], checkpoint=path))
        assert texts(results) == ["new", "2", "1", "0"]
        assert wire.asked == asked


async def test_equal_items_are_asked_and_kept_each_for_itself(connect: Connect, tmp_path: Path) -> None:
    path = tmp_path / "answers.jsonl"
    ids: list[list[Any]] = []
    for count, asked in ((2, 2), (3, 1), (3, 0)):
        wire = Wire(*(completion("x", id=f"{count}-{number}") for number in range(5)))
        results = await listed(connect(wire).map([question("x")] * count, checkpoint=path))
        assert len(wire.requests) == asked
        ids.append([each.unwrap().id for each in results])
    assert ids[1][:2] == ids[0], "each in its place"
    assert ids[2] == ids[1]


async def test_equal_items_find_their_own_answers_however_threads_take_turns(connect: Connect, tmp_path: Path) -> None:
    path, kept = tmp_path / "answers.jsonl", 40
    first = await listed(
        connect(Wire(*(completion("x", id=f"a-{n}") for n in range(kept)))).map([question("x")] * kept, checkpoint=path)
    )
    wire = Wire(*(completion("x", id=f"b-{n}") for n in range(kept)))
    switching = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        second = await listed(connect(wire).map([question("x")] * kept * 2, checkpoint=path, concurrency=16))
    finally:
        sys.setswitchinterval(switching)
    assert [each.unwrap().id for each in second[:kept]] == [each.unwrap().id for each in first]
    assert [each.resumed for each in second] == [True] * kept + [False] * kept


async def test_a_checkpoint_belongs_to_one_job_at_a_time(connect: Connect, tmp_path: Path) -> None:
    path = tmp_path / "answers.jsonl"
    first = connect(Echo()).map(questions(1), checkpoint=path)
    with pytest.raises(ConfigurationError, match="another job"):
        connect(Echo()).map(questions(1), checkpoint=path)
    assert texts(await listed(first)) == ["0"]
    assert texts(await listed(connect(Wire()).map(questions(1), checkpoint=path))) == ["0"]


def test_a_map_that_nobody_iterates_lets_go_of_its_checkpoint(connect: Connect, tmp_path: Path) -> None:
    for _ in range(2):
        connect(Wire()).map([], checkpoint=tmp_path / "answers.jsonl")
        gc.collect()


async def test_a_checkpoint_that_can_no_longer_be_written_ends_the_job(
    connect: Connect, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was answered is handed out: it was paid for."""
    path = tmp_path / "answers.jsonl"
    real = os.write

    def write(file: int, content: bytes) -> int:
        if path.stat().st_size and content:
            real(file, content[:10])
            raise OSError(28, "No space left on device")
        return real(file, content)

    seen: list[str | None] = []
    wire = Echo()
    results = connect(wire).map(questions(9), concurrency=1, checkpoint=path)
    monkeypatch.setattr("os.write", write)
    with pytest.raises(ConfigurationError, match="No space left"):
        await gather(results, seen)
    assert seen == ["0", "1"] == wire.asked
    monkeypatch.undo()
    assert path.read_bytes().count(b"\n") == 1
    assert path.read_bytes().endswith(b"\n")


async def test_what_was_answered_is_kept_when_its_task_is_cancelled_a_moment_later(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "answers.jsonl"
    monkeypatch.setattr("typed_openai.bulk.appended.SYNC_SECONDS", 0.0)
    syncing, cancelled = threading.Event(), threading.Event()
    real = os.fsync

    def slowly(file: int) -> None:
        syncing.set()
        cancelled.wait(30)
        real(file)

    monkeypatch.setattr("os.fsync", slowly)
    results = Connect(is_async=True)(Echo()).map(questions(1), checkpoint=path)
    waiting = asyncio.ensure_future(anext(results))
    await asyncio.to_thread(syncing.wait, 30)
    waiting.cancel()
    cancelled.set()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    await results.aclose()
    monkeypatch.undo()
    assert texts(await listed(Connect(is_async=True)(Wire()).map(questions(1), checkpoint=path))) == ["0"]


async def test_a_torn_last_line_is_cut_off(connect: Connect, tmp_path: Path) -> None:
    path = tmp_path / "answers.jsonl"
    await listed(connect(Echo()).map(questions(3), concurrency=1, checkpoint=path))
    path.write_bytes(path.read_bytes()[:-20])
    for asked in (["2"], []):
        wire = Echo()
        assert texts(await listed(connect(wire).map(questions(3), checkpoint=path))) == ["0", "1", "2"]
        assert wire.asked == asked


@pytest.mark.parametrize("left", [b"\0", b"\0" * 5000, b'{"index":2,"ke' + b"\0" * 4096, b'{"ind\0', b"\0" * 3_000_000])
async def test_zero_bytes_at_the_end_are_cut_off(connect: Connect, tmp_path: Path, left: bytes) -> None:
    path = tmp_path / "answers.jsonl"
    for count in (2, 0) if len(left) < 3_000_000 else (2,):
        path.unlink(missing_ok=True)
        await listed(connect(Echo()).map(questions(count), concurrency=1, checkpoint=path))
        path.write_bytes(path.read_bytes() + left)
        wire = Echo()
        assert texts(await listed(connect(wire).map(questions(3), concurrency=1, checkpoint=path))) == ["0", "1", "2"]
        assert wire.asked == ["0", "1", "2"][count:]
        assert b"\0" not in path.read_bytes()


@pytest.mark.parametrize("left", [b"\0\0\n", b"\n\0\0\n\0\n", b" \r\n\0\n"])
async def test_zero_bytes_between_lines_are_no_lines(connect: Connect, tmp_path: Path, left: bytes) -> None:
    path = tmp_path / "answers.jsonl"
    await listed(connect(Echo()).map(questions(3), concurrency=1, checkpoint=path))
    first, *others = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(left + first + b"\0\0".join(others) + left)
    wire = Echo()
    assert texts(await listed(connect(wire).map(questions(3), concurrency=1, checkpoint=path))) == ["0", "1", "2"]
    assert wire.asked == []


def test_what_looks_like_a_file_and_cannot_be_read_is_refused(
    connect: Connect, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(file: object) -> Iterator[bytes]:
        raise OSError(5, "Input/output error")  # as /proc/self/mem does

    monkeypatch.setattr("typed_openai.bulk.appended._lines", fail)
    with pytest.raises(ConfigurationError, match=r"answers.jsonl cannot be read: .*Input/output"):
        connect(Wire()).map(questions(1), checkpoint=tmp_path / "answers.jsonl")


@pytest.mark.parametrize("device", ["/dev/zero", "/dev/null", "/dev/full", "pipe"])
def test_what_is_no_file_is_refused_at_once(connect: Connect, tmp_path: Path, device: str) -> None:
    if device == "pipe":
        device = str(tmp_path / "pipe")
        os.mkfifo(device)
    with pytest.raises(ConfigurationError, match="device or a pipe"):
        connect(Wire()).map(questions(1), checkpoint=device)


async def test_what_was_kept_and_is_no_answer_is_asked_anew(connect: Connect, tmp_path: Path) -> None:
    path = tmp_path / "answers.jsonl"
    await listed(connect(Echo()).map(questions(2), concurrency=1, checkpoint=path))
    first, second = path.read_text().splitlines()
    kept = {**json.loads(first), "value": {"id": "c", "choices": [], "message": "no healthy upstream"}}
    path.write_text(f"{json.dumps(kept)}\n{second}\n")
    for asked in (["0"], []):
        wire = Echo()
        assert texts(await listed(connect(wire).map(questions(2), checkpoint=path))) == ["0", "1"]
        assert wire.asked == asked


async def test_a_long_answer_is_found_again(connect: Connect, tmp_path: Path) -> None:
    path = tmp_path / "answers.jsonl"
    for _ in range(2):
        wire = Wire(completion("x" * 3_000_000))
        results = await listed(connect(wire).map(questions(1), checkpoint=path))
        assert len(results[0].value.text) == 3_000_000
    assert wire.requests == []


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


def test_a_checkpoint_that_cannot_be_written_is_refused_at_once(connect: Connect, tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="checkpoint"):
        connect(Wire()).map([], checkpoint=tmp_path)


KILLED = """
import signal, sys, time
signal.signal(signal.SIGINT, signal.default_int_handler)  # which a shell lets its background jobs ignore
from tests.test_mapping import questions
from typed_openai import OpenAI
for item in OpenAI().map(questions(40), concurrency=2, checkpoint=sys.argv[1]):
    print(item.index, flush=True)
    while item.index == 5:
        time.sleep(0.05)  # not one long wait: a signal on the last metres to a call is seen when that returns
"""


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT])
def test_a_killed_job_goes_on_where_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, how: signal.Signals
) -> None:
    path = tmp_path / "answers.jsonl"
    with LocalServer() as server:
        monkeypatch.setenv("OPENAI_BASE_URL", server.base_url)
        command = [sys.executable, "-c", KILLED, str(path)]
        with subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=Path(__file__).parent.parent,
        ) as process:
            assert process.stdout is not None
            for line in process.stdout:
                if line.strip() == b"5":
                    break
            os.kill(process.pid, how)
            try:
                assert process.wait(60) == -how
            finally:
                process.kill()  # or the end of the block would wait for ever
    written = path.read_bytes().count(b"\n")  # a torn last line has no end
    assert 6 <= written < 40
    with LocalServer() as fresh, OpenAI(base_url=fresh.base_url) as client:
        results = list(client.map(questions(40), checkpoint=path))
        assert len(fresh.requests) == 40 - written
    assert sum(each.resumed for each in results) == written
    assert [each.index for each in results] == list(range(40))
    assert all(each.value is not None and each.value.text for each in results)
