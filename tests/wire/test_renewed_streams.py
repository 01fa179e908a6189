"""An error that a stream reports before it has said anything, and that passes by waiting: the request is sent again."""

from __future__ import annotations

import json
import logging
from typing import Any

import httpx
import pytest

from tests.canned import HELLO, Answer, Connect, Wire, done, status
from tests.failures.test_answers import BUSY
from tests.failures.words import FINISHES, STREAMS
from typed_openai import APIStreamError, usage_scope

QUIET: dict[str, list[dict[str, Any]]] = {
    "chat": [
        {**FINISHES["chat"], "id": "other", "choices": [{"index": 0, "delta": {"role": "assistant", "content": ""}}]},
        {**FINISHES["chat"], "id": "other", "choices": []},
    ],
    "completions": [{**FINISHES["completions"], "id": "other", "choices": [{"index": 0, "text": ""}]}],
    "responses": [
        {"type": f"response.{kind}", "sequence_number": number, "response": {
            **FINISHES["responses"]["response"], "id": "other", "status": "in_progress"}}
        for number, kind in enumerate(("created", "in_progress"))
    ],
}  # fmt: skip


def stream(*events: Any, **headers: str) -> Answer:
    body = "".join(each if isinstance(each, str) else f"data: {json.dumps(each)}\n\n" for each in events)
    return status(200, content=body.encode(), headers={"content-type": "text/event-stream", **headers})


def good(kind: str) -> Answer:
    return stream(*STREAMS[kind][1], FINISHES[kind], "data: [DONE]\n\n")


async def read(connect: Connect, kind: str, wire: Wire, **settings: Any) -> tuple[Any, list[Any]]:
    opened = await done(STREAMS[kind][0](connect(wire, **settings)))
    return opened, [each async for each in opened] if connect.is_async else list(opened)


@pytest.mark.parametrize("kind", STREAMS)
@pytest.mark.parametrize("body", BUSY, ids=json.dumps)
async def test_a_temporary_error_first_of_all_is_waited_for_as_its_status_would_be(
    connect: Connect, sleeps: list[float], kind: str, body: dict[str, Any]
) -> None:
    wire = Wire(stream(body), stream(body, **{"retry-after": "3"}), good(kind))
    opened, found = await read(connect, kind, wire)
    assert len(found) == 3
    assert (opened.meta.retries, len(wire.requests)) == (2, 3)
    assert 0.3 < sleeps[0] <= 0.5
    assert sleeps[1] == 3.0
    assert len({request.headers["idempotency-key"] for request in wire.requests}) == 1
    assert opened.is_complete


@pytest.mark.parametrize("kind", STREAMS)
async def test_an_event_named_error_is_one_too(connect: Connect, sleeps: list[float], kind: str) -> None:
    named = f"event: error\ndata: {json.dumps({'type': 'error', 'code': 'rate_limit_exceeded', 'message': 'busy'})}\n\n"
    wire = Wire(stream(named), good(kind))
    assert len((await read(connect, kind, wire))[1]) == 3
    whole = {"error": {"code": 429, "message": "busy"}}
    wire = Wire(status(200, whole), good(kind))
    assert len((await read(connect, kind, wire))[1]) == 3
    assert len(sleeps) == 2


@pytest.mark.parametrize("kind", STREAMS)
async def test_after_max_retries_it_is_raised_with_every_attempt(
    connect: Connect, sleeps: list[float], kind: str
) -> None:
    wire = Wire(stream(BUSY[0]))
    with pytest.raises(APIStreamError, match="slow down") as caught:
        await read(connect, kind, wire)
    assert (len(wire.requests), len(caught.value.attempts)) == (3, 3)
    assert "3 attempts" in "".join(caught.value.__notes__)
    wire = Wire(stream(BUSY[0]))
    with pytest.raises(APIStreamError):
        await read(connect, kind, wire, max_retries=0)
    assert (len(wire.requests), len(sleeps)) == (1, 2)


async def test_statuses_and_reports_count_together(connect: Connect, sleeps: list[float]) -> None:
    wire = Wire(status(503), stream(BUSY[0]), status(503))
    with pytest.raises(Exception, match="503") as caught:
        await read(connect, "chat", wire)
    assert len(wire.requests) == len(getattr(caught.value, "attempts", ())) == 3


@pytest.mark.parametrize("kind", STREAMS)
async def test_events_that_say_nothing_yet_do_not_count(connect: Connect, sleeps: list[float], kind: str) -> None:
    for quiet in (QUIET[kind], QUIET[kind][:1]):
        wire = Wire(stream(*quiet, BUSY[0]), good(kind))
        opened, found = await read(connect, kind, wire)
        assert len(found) == len(quiet) + 3
        assert "other" not in opened.partial().model_dump_json()
        assert opened.partial().issues == ()


@pytest.mark.parametrize("kind", ["chat", "responses"])
async def test_typed_events_begin_anew(connect: Connect, sleeps: list[float], kind: str) -> None:
    client = connect(Wire(stream(*QUIET[kind], BUSY[0]), good(kind)))
    reading = (
        client.chat.completions.stream(**HELLO) if kind == "chat" else client.responses.stream(model="m", input="i")
    )
    found = [each async for each in reading] if connect.is_async else list(reading)
    final = reading.snapshot
    assert found
    assert final is not None
    assert (final.id, "An" in final.model_dump_json(), final.issues) == ("c" if kind == "chat" else "r", True, ())


@pytest.mark.parametrize("kind", STREAMS)
async def test_once_something_was_said_it_is_raised(connect: Connect, sleeps: list[float], kind: str) -> None:
    wire = Wire(stream(STREAMS[kind][1][0], BUSY[0]))
    with pytest.raises(APIStreamError, match="slow down") as caught:
        await read(connect, kind, wire)
    assert (len(wire.requests), caught.value.events_received) == (1, 1)


@pytest.mark.parametrize("given", [{"background": True}, {"conversation": "conv_1"}])
async def test_what_lives_on_at_the_service_is_not_begun_twice(
    connect: Connect, sleeps: list[float], given: dict[str, Any]
) -> None:
    wire = Wire(stream(*QUIET["responses"], BUSY[0]))
    opened = await done(connect(wire).responses.create(model="m", input="i", stream=True, **given))
    with pytest.raises(APIStreamError):
        _ = [each async for each in opened] if connect.is_async else list(opened)
    assert len(wire.requests) == 1


@pytest.mark.parametrize("kind", STREAMS)
@pytest.mark.parametrize("body", [{"error": {"code": 400, "message": "no"}}, {"error": {"message": "no"}},
                                  {"error": {"code": 429, "type": "insufficient_quota", "message": "no"}}])  # fmt: skip
async def test_what_waiting_does_not_help_is_raised_at_once(
    connect: Connect, sleeps: list[float], kind: str, body: dict[str, Any]
) -> None:
    wire = Wire(stream(body))
    with pytest.raises(APIStreamError, match="no"):
        await read(connect, kind, wire)
    assert (len(wire.requests), sleeps) == (1, [])


async def test_what_was_got_over_is_not_logged_as_an_error(
    connect: Connect, sleeps: list[float], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "typed_openai")
    await read(connect, "chat", Wire(stream(BUSY[0]), good("chat")), log_errors=True)
    assert [record.levelname for record in caplog.records if "attempt" in record.getMessage()] == ["INFO"]
    assert "ERROR" not in {record.levelname for record in caplog.records}
    with pytest.raises(APIStreamError):
        await read(connect, "chat", Wire(stream(BUSY[0])), log_errors=True)
    assert [record.levelname for record in caplog.records].count("ERROR") == 1


async def test_the_scope_of_the_call_counts_what_came_in_the_end(connect: Connect, sleeps: list[float]) -> None:
    usage = {"prompt_tokens": 3, "completion_tokens": 2, "total_tokens": 5}
    with usage_scope() as used:
        opened = await done(STREAMS["chat"][0](connect(Wire(stream(BUSY[0]), stream(
            *STREAMS["chat"][1], {**FINISHES["chat"], "usage": usage}, "data: [DONE]\n\n")))))  # fmt: skip
    _ = [each async for each in opened] if connect.is_async else list(opened)
    assert used.total_tokens == 5


async def test_a_stream_that_is_left_while_it_waits_is_closed(connect: Connect, sleeps: list[float]) -> None:
    closed: list[bool] = []

    class Body(httpx.SyncByteStream, httpx.AsyncByteStream):
        def __iter__(self) -> Any:
            yield b'data: {"error": {"code": 429, "message": "busy"}}\n\n'

        async def __aiter__(self) -> Any:
            for block in self:
                yield block

        def close(self) -> None:
            closed.append(True)

        async def aclose(self) -> None:
            closed.append(True)

    wire = Wire(
        lambda _: httpx.Response(200, headers={"content-type": "text/event-stream"}, stream=Body()), good("chat")
    )
    assert len((await read(connect, "chat", wire))[1]) == 3
    assert closed == [True]
