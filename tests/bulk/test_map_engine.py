"""What `client.bulk` asks, what it writes, what it finds again; in both colours."""

from __future__ import annotations

import asyncio
import json
import threading
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.bulk.files import Echo, asked, bulk, lines_in, request, told
from tests.canned import Connect, Wire, completion, failure, status
from typed_openai import ConfigurationError, RequestValidationError
from typed_openai.bulk.batches import BatchReader
from typed_openai.bulk.output import Output
from typed_openai.models.chat import UserMessage
from typed_openai.models.chat.params import ChatCompletionCreateParams


async def test_each_line_of_a_file_gets_an_answer_under_its_name(connect: Connect, tmp_path: Path) -> None:
    names = [f"q{number}" for number in range(20)]
    report = await bulk(connect, Echo(), asked(tmp_path / "in.jsonl", *names), tmp_path / "out.jsonl", concurrency=4)
    assert told(tmp_path / "out.jsonl") == {name: name for name in names}
    assert (report.answered, report.failed, report.resumed, report.left) == (20, 0, 0, 0)
    assert report.usage.total_tokens == 100 == report.by_model["m"].total_tokens
    assert report.cost is None
    assert report.requests == 20 == sum(report.latencies)
    assert report.is_complete


async def test_what_comes_out_is_what_the_batch_service_writes(connect: Connect, tmp_path: Path) -> None:
    wire = Echo(qb=failure(400, message="too odd", headers={"x-request-id": "r-2"}))
    await bulk(connect, wire, asked(tmp_path / "in.jsonl", "a", "b"), tmp_path / "out.jsonl")
    content = (tmp_path / "out.jsonl").read_bytes()
    found = {line.custom_id: line.outcome for line in BatchReader("/v1/chat/completions").read(content)}  # type: ignore[union-attr]  # no issues
    assert found["a"].text == "a"  # type: ignore[union-attr]  # a completion
    assert "too odd" in str(found["b"])
    refused = next(line for line in lines_in(tmp_path / "out.jsonl") if line["custom_id"] == "b")
    assert refused["error"] is None
    assert refused["response"]["status_code"] == 400
    assert refused["response"]["request_id"] == "r-2"
    assert refused["response"]["body"]["error"]["message"] == "too odd"


async def test_the_body_of_an_answer_is_kept_as_it_came(connect: Connect, tmp_path: Path) -> None:
    sent = completion("x", vendor={"score": 1.50, "large": 12345678901234567890}, usage=None)(httpx.Request("GET", "x"))
    pretty = json.dumps(json.loads(sent.content), indent=2).replace("1.5", "1.50").encode()
    await bulk(connect, Wire(status(200, content=pretty)), asked(tmp_path / "in.jsonl", "a"), tmp_path / "out.jsonl")
    [line] = (tmp_path / "out.jsonl").read_bytes().splitlines()
    assert b'"score": 1.50' in line
    assert json.loads(line)["response"]["body"] == json.loads(sent.content)


async def test_embeddings_come_as_numbers_whichever_way_they_travel(connect: Connect, tmp_path: Path) -> None:
    vector = {"object": "embedding", "index": 0, "embedding": [0.5, 1.0]}
    body = {"object": "list", "model": "e", "data": [vector], "usage": {"prompt_tokens": 1, "total_tokens": 1}}
    wire = Wire(status(200, body))
    line = {"custom_id": "v", "method": "POST", "url": "/v1/embeddings", "body": {"model": "e", "input": "x"}}
    await bulk(connect, wire, asked(tmp_path / "in.jsonl", line), tmp_path / "out.jsonl")
    assert wire.body["encoding_format"] == "float"
    assert lines_in(tmp_path / "out.jsonl")[0]["response"]["body"]["data"] == [vector]


async def test_what_is_answered_is_not_asked_again_and_what_failed_is(connect: Connect, tmp_path: Path) -> None:
    given, out = asked(tmp_path / "in.jsonl", *"abc"), tmp_path / "out.jsonl"
    first = await bulk(connect, Echo(qb=failure(404)), given, out)
    assert (first.answered, first.failed) == (2, 1)
    assert told(out) == {"a": "a", "b": None, "c": "c"}
    asked(given, *"abcd")
    for names, answered, resumed in ((["b", "d"], 2, 2), ([], 0, 4)):
        wire = Echo()
        report = await bulk(connect, wire, given, out)
        assert sorted(wire.asked) == names
        assert (report.answered, report.resumed, report.failed) == (answered, resumed, 0)
        assert told(out) == {name: name for name in "abcd"}


async def test_a_failure_that_fails_again_stands_there_once_with_its_last_error(
    connect: Connect, tmp_path: Path
) -> None:
    given, out = asked(tmp_path / "in.jsonl", "a", "b"), tmp_path / "out.jsonl"
    for message in ("once", "twice"):
        await bulk(connect, Echo(qb=failure(404, message=message)), given, out)
    assert told(out) == {"a": "a", "b": None}
    assert "twice" in out.read_text()
    assert "once" not in out.read_text()


async def test_a_torn_last_line_is_asked_again_and_a_whole_one_without_an_end_is_not(
    connect: Connect, tmp_path: Path
) -> None:
    given, out = asked(tmp_path / "in.jsonl", *"abc"), tmp_path / "out.jsonl"
    await bulk(connect, Echo(), given, out, concurrency=1)
    whole = out.read_bytes()
    for cut, again in ((20, ["c"]), (1, [])):
        out.write_bytes(whole[:-cut])
        wire = Echo()
        await bulk(connect, wire, given, out)
        assert wire.asked == again
        assert told(out) == {name: name for name in "abc"}


async def test_an_iterable_may_hold_params_mappings_lines_and_pairs(connect: Connect, tmp_path: Path) -> None:
    params = ChatCompletionCreateParams(model="m", messages=[UserMessage(content="0")])
    items = [params, request("x", "1")["body"], request("mine", "2"), ("pair", params)]
    await bulk(connect, Echo(), items, tmp_path / "out.jsonl")
    assert told(tmp_path / "out.jsonl") == {"request-0": "0", "request-1": "1", "mine": "2", "pair": "0"}


async def test_what_is_wrong_with_one_item_is_the_failure_of_that_line(connect: Connect, tmp_path: Path) -> None:
    wire = Echo()
    odd: Any = [request("a"), 7, {"no": "endpoint"}, request("s", stream=True), {**request("u"), "url": "/v1/x"}]
    odd.append({**request("t"), "body": {"model": "m", "max_token": 3, "messages": []}})
    report = await bulk(connect, wire, odd, tmp_path / "out.jsonl")
    assert wire.asked == ["a"]
    assert (report.answered, report.failed) == (1, 5)
    assert report.errors == {"refused_before_sending": 5}
    text = (tmp_path / "out.jsonl").read_text()
    assert "did you mean 'max_tokens'?" in text


async def test_a_name_that_comes_twice_ends_the_job_and_what_was_answered_is_kept(
    connect: Connect, tmp_path: Path
) -> None:
    with pytest.raises(RequestValidationError, match="custom_id: used only once; item 0 has it too, got 'a'"):
        await bulk(connect, Echo(), [request("a"), request("b"), request("a")], tmp_path / "out.jsonl")
    assert told(tmp_path / "out.jsonl") == {"a": "a", "b": "b"}


async def test_an_async_iterable_goes_to_the_async_client(tmp_path: Path) -> None:
    async def items() -> Any:
        for name in "ab":
            yield request(name)

    report = await bulk(Connect(is_async=True), Echo(), items(), tmp_path / "out.jsonl")
    assert report.answered == 2
    with pytest.raises(ConfigurationError, match="needs AsyncOpenAI"):
        await bulk(Connect(is_async=False), Echo(), items(), tmp_path / "out.jsonl")


async def test_a_failure_that_passes_is_tried_again(connect: Connect, tmp_path: Path) -> None:
    wire = Echo(qa=failure(500, headers={"retry-after": "0"}))
    report = await bulk(connect, wire, asked(tmp_path / "in.jsonl", "a"), tmp_path / "out.jsonl", max_retries=1)
    assert (report.answered, report.requests) == (1, 2)
    assert told(tmp_path / "out.jsonl") == {"a": "a"}


async def test_what_came_and_is_no_answer_is_kept_beside_its_error(connect: Connect, tmp_path: Path) -> None:
    wire = Wire(status(200, content=b"<html>busy</html>", headers={"content-type": "text/html"}))
    report = await bulk(connect, wire, asked(tmp_path / "in.jsonl", "a"), tmp_path / "out.jsonl")
    [line] = lines_in(tmp_path / "out.jsonl")
    assert report.errors == {"response_decode": 1}
    assert line["response"]["body"] == "<html>busy</html>"
    assert line["error"]["code"] == "response_decode"


async def test_a_job_that_is_cancelled_keeps_what_was_answered(tmp_path: Path) -> None:
    connect, given, out = Connect(is_async=True), asked(tmp_path / "in.jsonl", *"abcdef"), tmp_path / "out.jsonl"
    seen: list[int] = []

    async def cancel(progress: Any) -> None:
        seen.append(progress.done)
        if progress.done == 2:
            job.cancel()
            await asyncio.sleep(0)

    job = asyncio.ensure_future(connect(Echo()).bulk(given, out, concurrency=1, progress=cancel))
    with pytest.raises(asyncio.CancelledError):
        await job
    assert len(told(out)) == 2
    assert (await bulk(connect, Echo(), given, out)).resumed == 2


async def test_tidying_keeps_the_mode_of_the_file_and_the_link_to_it(connect: Connect, tmp_path: Path) -> None:
    given, real, link = asked(tmp_path / "in.jsonl", "a", "b"), tmp_path / "real.jsonl", tmp_path / "out.jsonl"
    real.touch(0o640)
    link.symlink_to(real)
    await bulk(connect, Echo(qb=failure(404)), given, link)
    await bulk(connect, Echo(), given, link)
    assert link.is_symlink()
    assert real.stat().st_mode & 0o777 == 0o640
    assert told(real) == {"a": "a", "b": "b"}


def _name(line: bytes) -> str:
    name: str = json.loads(line)["custom_id"]
    return name


@pytest.mark.parametrize("before", [b"\0\0\0", b"\n", b"\0\n  \r\n", b"\xef\xbb\xbf"])
async def test_what_a_crash_or_an_editor_leaves_between_lines_takes_no_answer_away(
    connect: Connect, tmp_path: Path, before: bytes
) -> None:
    given, out = asked(tmp_path / "in.jsonl", "a", "b"), tmp_path / "out.jsonl"
    await bulk(connect, Echo(qb=failure(404)), given, out)
    first, second = sorted(out.read_bytes().splitlines(keepends=True), key=_name)
    out.write_bytes(before + first + second)
    report = await bulk(connect, Echo(), given, out)  # answers b, and tidies
    assert [row["text"] for row in report.records()] == ["a", "b"]
    assert told(out) == {"a": "a", "b": "b"}
    assert (await bulk(connect, Wire(), given, out)).resumed == 2


async def test_other_tasks_go_on_while_a_large_output_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    connect, given, out = Connect(is_async=True), asked(tmp_path / "in.jsonl", "a"), tmp_path / "out.jsonl"
    await bulk(connect, Echo(), given, out)
    reading, other = threading.Event(), threading.Event()
    real = Output._take

    def slowly(output: Output, number: int, start: int, line: bytes) -> None:
        reading.set()
        assert other.wait(30), "nobody else had a turn"
        real(output, number, start, line)

    monkeypatch.setattr(Output, "_take", slowly)
    job = asyncio.ensure_future(bulk(connect, Echo(), given, out))
    await asyncio.to_thread(reading.wait, 30)
    other.set()
    assert (await job).resumed == 1


async def test_other_tasks_go_on_while_what_is_answered_already_is_passed_over(tmp_path: Path) -> None:
    connect, out = Connect(is_async=True), tmp_path / "out.jsonl"
    given = asked(tmp_path / "in.jsonl", *(f"q{number}" for number in range(500)))
    await bulk(connect, Echo(), given, out)
    turn = 0
    drawn_in: list[int] = []

    async def others() -> None:
        nonlocal turn
        while True:
            turn += 1
            await asyncio.sleep(0)

    def lines() -> Iterator[Any]:
        for number in range(500):
            drawn_in.append(turn)
            yield request(f"q{number}")

    going = asyncio.ensure_future(others())
    assert (await bulk(connect, Echo(), lines(), out)).resumed == 500
    going.cancel()
    assert max(Counter(drawn_in).values()) <= 64
