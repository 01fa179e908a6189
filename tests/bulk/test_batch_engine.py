"""The engine that has a job's lines answered by the Batch service: parts, room, and going on after days."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.batches.service import Service, answered, completion, jsonl
from tests.bulk.files import asked, lines_in, request, told
from tests.bulk.killing import JOB, ROOT
from tests.canned import Connect, done
from typed_openai import ConfigurationError, OpenAI, RequestValidationError
from typed_openai.bulk.batches import BatchLimits
from typed_openai.bulk.tables import flat
from typed_openai.local import LocalServer

NAMES = [f"q{number}" for number in range(7)]
FAST = {"interval": 0.001, "max_interval": 0.01}


def client_of(connect: Connect, server: Any) -> Any:
    """A client of the local server, or of a service made of Python."""
    if isinstance(server, LocalServer):
        return connect.kind(base_url=server.base_url, api_key="sk-x")
    native = httpx.AsyncClient if connect.is_async else httpx.Client
    return connect.kind(api_key="sk-x", http_client=native(transport=httpx.MockTransport(server)), max_retries=False)


async def batch(connect: Connect, server: Any, given: Any, out: Path, **options: Any) -> Any:
    """A job of the engine, in a hurry."""
    return await done(client_of(connect, server).bulk(given, out, engine="batch", **{"wait": FAST, **options}))


def left_over(out: Path) -> bool:
    """Whether the folder of the parts is still there."""
    return out.with_name(f"{out.name}.batch").exists()


def made(server: LocalServer, path: str = "/v1/batches") -> list[Any]:
    """What was asked to be made."""
    return [each for each in server.requests if each.method == "POST" and each.path == path]


async def test_answers_are_joined_in_the_order_of_the_lines(connect: Connect, tmp_path: Path) -> None:
    given, out = asked(tmp_path / "in.jsonl", *NAMES), tmp_path / "out.jsonl"
    with LocalServer() as server:
        report = await batch(connect, server, given, out)
        assert len(made(server)) == 1
        again = await batch(connect, server, given, out)
        assert len(made(server)) == 1, "what is answered is not asked again"
    assert [line["custom_id"] for line in lines_in(out)] == NAMES
    assert all(told(out).values())
    assert (report.answered, report.failed, again.resumed, again.answered) == (7, 0, 7, 0)
    assert report.usage.total_tokens > 0
    assert not left_over(out)


async def test_a_file_moves_between_the_engines(connect: Connect, tmp_path: Path) -> None:
    given, out = asked(tmp_path / "in.jsonl", *NAMES), tmp_path / "out.jsonl"
    with LocalServer() as server:
        client = client_of(connect, server)
        await done(client.bulk(given, out, budget=1, concurrency=1))
        assert len(lines_in(out)) == 1
        report = await batch(connect, server, given, out)
        assert (report.resumed, report.answered) == (1, 6)
        assert (await done(client.bulk(given, out))).resumed == 7
    assert told(out).keys() == set(NAMES)


async def test_endpoints_and_models_have_parts_of_their_own(connect: Connect, tmp_path: Path) -> None:
    vector = {"custom_id": "v", "method": "POST", "url": "/v1/embeddings", "body": {"model": "e", "input": ["x", "y"]}}
    given = asked(tmp_path / "in.jsonl", "a", request("b", model="other"), vector, "c")
    with LocalServer() as server:
        report = await batch(connect, server, given, tmp_path / "out.jsonl")
        assert len(made(server)) == 3
    assert report.answered == 4
    assert {line["custom_id"] for line in lines_in(tmp_path / "out.jsonl")} == {"a", "b", "c", "v"}


async def test_parts_wait_until_there_is_room_for_their_tokens(connect: Connect, tmp_path: Path) -> None:
    given = asked(tmp_path / "in.jsonl", *NAMES)
    with LocalServer() as server:
        report = await batch(connect, server, given, tmp_path / "out.jsonl", enqueued_tokens=20)
        begun = made(server)
        assert len(begun) > 1
        order = [each.path for each in server.requests if each.path.startswith(("/v1/batches", "/v1/files/"))]
        second = [place for place, each in enumerate(order) if each == "/v1/batches"][1]
        assert any("/content" in each for each in order[:second]), "the first had ended before the second began"
    assert report.answered == 7


async def test_a_line_that_no_part_can_hold_is_refused_before_anything_is_sent(
    connect: Connect, tmp_path: Path
) -> None:
    given = asked(tmp_path / "in.jsonl", "a", request("long", "word " * 100))
    with LocalServer() as server:
        with pytest.raises(RequestValidationError, match="20 tokens at most"):
            await batch(connect, server, given, tmp_path / "out.jsonl", enqueued_tokens=20)
        assert server.requests == []


async def test_a_part_that_there_was_no_room_for_is_submitted_again(connect: Connect, tmp_path: Path) -> None:
    answers = jsonl(*(answered(name, completion(name)) for name in "ab"))
    service = Service(ends=[("failed", b"", b""), ("completed", answers, b"")])
    real = service.__call__

    def told_why(http: httpx.Request) -> httpx.Response:
        answer = real(http)
        if http.method == "GET" and http.url.path.endswith("batch_1") and answer.json()["status"] == "failed":
            why = {"code": "token_limit_exceeded", "message": "Enqueued token limit reached for m"}
            return httpx.Response(200, json={**answer.json(), "errors": {"object": "list", "data": [why]}})
        return answer

    report = await batch(connect, told_why, asked(tmp_path / "in.jsonl", "a", "b"), tmp_path / "out.jsonl")
    assert service.asked.count("POST /batches") == 2
    assert service.asked.count("POST /files") == 1
    assert told(tmp_path / "out.jsonl") == {"a": "a", "b": "b"}
    assert report.answered == 2


@pytest.mark.parametrize("end", ["expired", "cancelled", "failed"])
async def test_what_has_no_answer_is_a_failure_and_asked_again(connect: Connect, tmp_path: Path, end: str) -> None:
    refused = answered("c", {"error": {"message": "odd", "type": "invalid", "param": None, "code": "bad"}}, 400)
    ends = [
        (end, jsonl(answered("a", completion("a"))), jsonl(refused)),
        ("completed", jsonl(answered("c", completion("c")), answered("b", completion("b"))), b""),
    ]
    service, given, out = Service(ends=ends), asked(tmp_path / "in.jsonl", *"abc"), tmp_path / "out.jsonl"
    first = await batch(connect, service, given, out)
    assert (first.answered, first.failed) == (1, 2)
    assert told(out) == {"a": "a", "b": None, "c": None}
    assert f"ended as {end!r}" in next(line for line in lines_in(out) if line["custom_id"] == "b")["error"]["message"]
    second = await batch(connect, service, given, out)
    assert (second.resumed, second.answered, second.failed) == (1, 2, 0)
    assert told(out) == {name: name for name in "abc"}


def _text(line: dict[str, Any], *places: str) -> dict[str, Any]:
    """The same with JSON text where an object should be."""
    if "body" in places:
        line["response"]["body"] = json.dumps(line["response"]["body"])
    return {**line, "response": json.dumps(line["response"])} if "response" in places else line


@pytest.mark.parametrize(
    "form",
    [
        lambda line: line,
        lambda line: _text(line, "body"),
        lambda line: _text(line, "response"),
        lambda line: _text(line, "response", "body"),
        lambda line: {"custom_id": line["custom_id"], "response": line["response"]["body"]},
        lambda line: {"custom_id": line["custom_id"], "response": {"body": line["response"]["body"]}},
    ],
    ids=["the service's", "body as text", "response as text", "both as text", "bare answer", "no status"],
)
async def test_in_whatever_form_a_server_gives_answers_they_are_kept_as_the_service_writes_them(
    connect: Connect, tmp_path: Path, form: Any
) -> None:
    lines = jsonl(form(answered("a", completion("a"))), form(answered("b", completion("b"))))
    service = Service(ends=[("completed", b"\xef\xbb\xbf" + lines, b"")])
    given, out = asked(tmp_path / "in.jsonl", "a", "b"), tmp_path / "out.jsonl"
    report = await batch(connect, service, given, out)
    assert (report.answered, report.failed) == (2, 0)
    assert [line["response"]["body"]["object"] for line in lines_in(out)] == ["chat.completion"] * 2
    assert [row["text"] for row in report.records()] == ["a", "b"]
    assert (await batch(connect, service, given, out)).resumed == 2
    assert service.asked.count("POST /batches") == 1


async def test_a_failure_as_text_is_a_failure_of_its_line(connect: Connect, tmp_path: Path) -> None:
    refused = {"error": {"message": "odd", "type": "invalid", "param": None, "code": "bad"}}
    service = Service(ends=[("completed", b"", jsonl(_text(answered("a", refused, 400), "response")))])
    given, out = asked(tmp_path / "in.jsonl", "a"), tmp_path / "out.jsonl"
    report = await batch(connect, service, given, out)
    assert (report.answered, report.failed) == (0, 1)
    [row] = report.records()
    assert (row["error_code"], row["error_message"]) == ("bad", "odd")


@pytest.mark.parametrize("response", [None, "hello", 1, [], {}, {"body": "x"}, {"body": []}])
@pytest.mark.parametrize("error", [None, "boom", {}, [1]])
def test_a_line_of_any_form_is_a_row(response: Any, error: Any) -> None:
    row = flat({"custom_id": "a", "response": response, "error": error})
    assert row["custom_id"] == "a"
    assert row["text"] is None


async def test_when_the_deadline_passes_the_next_run_goes_on_with_the_same_batches(
    connect: Connect, tmp_path: Path
) -> None:
    service = Service(states=("in_progress",) * 5, ends=[("completed", jsonl(answered("a", completion("a"))), b"")])
    given, out = asked(tmp_path / "in.jsonl", "a"), tmp_path / "out.jsonl"
    report = await batch(connect, service, given, out, wait={"interval": 0.01, "deadline": 0.0})
    assert report.left == 1
    assert "the batches go on" in (report.stopped or "")
    report = await batch(connect, service, given, out)
    assert report.answered == 1
    assert service.asked.count("POST /batches") == 1


async def test_a_batch_that_was_made_in_the_moment_of_death_is_found_again(connect: Connect, tmp_path: Path) -> None:
    given, out = asked(tmp_path / "in.jsonl", *NAMES), tmp_path / "out.jsonl"
    with LocalServer() as server:
        await batch(connect, server, given, out, wait={"deadline": 0.0, "interval": 0.01})
        state = tmp_path / "out.jsonl.batch" / "state.json"
        data = json.loads(state.read_text())
        data["parts"][0] |= {"state": "creating", "batch_id": ""}
        state.write_text(json.dumps(data))
        report = await batch(connect, server, given, out)
        assert len(made(server)) == 1
        assert report.answered == 7
        await batch(connect, server, asked(given, *NAMES, "new"), out, wait={"deadline": 0.0, "interval": 0.01})
        data = json.loads(state.read_text())
        data["parts"][0] |= {"state": "creating", "batch_id": "", "began": data["parts"][0]["began"]}
        data["job"] = "another"
        state.write_text(json.dumps(data))
        assert (await batch(connect, server, given, out)).answered == 1
        assert len(made(server)) == 3, "what is not found is made"


async def test_a_torn_state_is_said_and_left(connect: Connect, tmp_path: Path) -> None:
    (tmp_path / "out.jsonl.batch").mkdir()
    (tmp_path / "out.jsonl.batch" / "state.json").write_text('{"job": "x", "pa')
    with LocalServer() as server:
        with pytest.raises(ConfigurationError, match=r"state\.json cannot be read"):
            await batch(connect, server, asked(tmp_path / "in.jsonl", "a"), tmp_path / "out.jsonl")
        assert server.requests == []


async def test_options_of_other_engines_are_refused(connect: Connect, tmp_path: Path) -> None:
    given = asked(tmp_path / "in.jsonl", "a")
    with LocalServer() as server:
        for name, value in (("rpm", 5), ("budget", 5), ("concurrency", 2), ("workers", 2), ("budget_usd", 1)):
            with pytest.raises(ConfigurationError, match=f"{name}: an option of engine="):
                await batch(connect, server, given, tmp_path / "out.jsonl", **{name: value})


def test_the_limits_of_the_service_part_a_job(tmp_path: Path) -> None:
    from typed_openai.bulk.lines import Line
    from typed_openai.bulk.parts import Folder

    lines = [Line(str(number), "/v1/embeddings", {"model": "e", "input": ["x"] * 3}) for number in range(10)]
    for limits, sizes in (
        (BatchLimits(lines=4), [4, 4, 2]),
        (BatchLimits(embedding_inputs=9), [3, 3, 3, 1]),
        (BatchLimits(bytes=2 * len(lines[0].content)), [2] * 5),
    ):
        folder = Folder(tmp_path / "parts", limits, None)
        folder.split(iter(lines))
        assert [part.lines for part in folder.parts] == sizes
        assert [line for part in folder.parts for line in folder.lines_of(part)] == lines


def test_a_killed_job_goes_on_and_makes_no_batch_twice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    given, out = asked(tmp_path / "in.jsonl", *NAMES), tmp_path / "out.jsonl"
    options: dict[str, Any] = {
        "engine": "batch",
        "enqueued_tokens": 20,
        "wait": {"interval": 0.05, "max_interval": 0.05},
    }
    with LocalServer() as server, OpenAI(base_url=server.base_url, api_key="sk-x") as client:
        monkeypatch.setenv("OPENAI_BASE_URL", server.base_url)
        command = [sys.executable, "-c", JOB, str(given), str(out), repr(options)]
        for wanted in (1, 2, 3):  # killed again and again, each time a little later
            with subprocess.Popen(command, cwd=ROOT, stderr=subprocess.DEVNULL) as process:
                until = time.monotonic() + 60
                while len(made(server)) < wanted and process.poll() is None and time.monotonic() < until:
                    time.sleep(0.005)
                process.send_signal(signal.SIGKILL)
                process.wait(30)
        assert os.path.exists(f"{out}.batch") or len(lines_in(out)) == 7
        report = client.bulk(given, out, **options)
        bodies = [json.loads(each.body)["metadata"]["typed_openai_bulk"] for each in made(server)]
        assert len(bodies) == len(set(bodies)), "no part was paid for twice"
    assert report.answered + report.resumed == 7
    assert [line["custom_id"] for line in lines_in(out)] == NAMES
    assert all(told(out).values())
