"""What the local server never does: code, searches and citations in streams, files in containers, odd servers."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterator
from typing import Any

import httpx
import pytest

from tests.bridge.test_streams import finished, names
from tests.bridge.test_tables import CITED, CODE, MADE, SEARCH, WEB
from tests.canned import Connect, Wire, done, listed
from typed_openai import InternalServerError, RequestValidationError, WaitFailedError
from typed_openai.bridge import assistants_over_responses
from typed_openai.core.run.native import AnyByteStream
from typed_openai.errors import ResponseDecodeError, StreamDecodeError
from typed_openai.models.assistants import CodeInterpreterToolCall, FileSearchToolCall

TEXT = "See file."
SAID = {
    "type": "message",
    "id": "msg_1",
    "role": "assistant",
    "status": "completed",
    "content": [{"type": "output_text", "text": TEXT, "annotations": [CITED, MADE]}],
}
WHOLE = {"id": "resp_1", "object": "response", "created_at": 7, "completed_at": 9, "model": "m", "error": None}
USAGE = {"input_tokens": 1, "output_tokens": 2, "total_tokens": 3}
DONE: dict[str, Any] = {**WHOLE, "status": "completed", "output": [CODE, SEARCH, SAID], "usage": USAGE}
MESSAGE: dict[str, Any] = {"item_id": "msg_1", "content_index": 0}
TOLD: list[tuple[str, dict[str, Any]]] = [
    ("response.created", {"response": {**WHOLE, "status": "queued", "output": []}}),
    ("response.queued", {"response": {**WHOLE, "status": "queued", "output": []}}),
    ("response.in_progress", {"response": {**WHOLE, "status": "in_progress", "output": []}}),
    ("response.output_item.added", {"item": {**CODE, "status": "in_progress", "code": "", "outputs": []}}),
    ("response.code_interpreter_call.in_progress", {"item_id": "ci_1"}),
    ("response.code_interpreter_call_code.delta", {"item_id": "ci_1", "delta": "1+"}),
    ("response.code_interpreter_call_code.delta", {"item_id": "ci_1", "delta": "1"}),
    ("response.code_interpreter_call.interpreting", {"item_id": "ci_1"}),
    ("response.output_item.done", {"item": CODE}),
    ("response.output_item.added", {"item": {**SEARCH, "status": "in_progress", "results": None}}),
    ("response.file_search_call.searching", {"item_id": "fs_1"}),
    ("response.output_item.done", {"item": SEARCH}),
    ("response.output_item.added", {"item": {**SAID, "status": "in_progress", "content": []}}),
    ("response.content_part.added", MESSAGE),
    ("response.output_text.delta", {**MESSAGE, "delta": "See "}),
    ("response.output_text.delta", {**MESSAGE, "delta": "file."}),
    ("response.output_text.annotation.added", {**MESSAGE, "annotation_index": 0, "annotation": CITED}),
    ("response.output_text.annotation.added", {**MESSAGE, "annotation_index": 1, "annotation": MADE}),
    ("response.output_text.done", {**MESSAGE, "text": TEXT}),
    ("response.output_item.done", {"item": SAID}),
    ("response.completed", {"response": DONE}),
]


def events(told: list[tuple[str, dict[str, Any]]]) -> bytes:
    lines = [
        f"event: {name}\ndata: {json.dumps({'type': name, 'sequence_number': number, **data})}\n\n"
        for number, (name, data) in enumerate(told)
    ]
    return "".join(lines).encode()


class Pieces(AnyByteStream):
    """A body in pieces of this size; 0 for one piece."""

    def __init__(self, body: bytes, size: int) -> None:
        self.pieces = [body[at : at + size] for at in range(0, len(body), size)] if size else [body]

    def __iter__(self) -> Iterator[bytes]:
        return iter(self.pieces)

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for piece in self.pieces:
            yield piece


def server(*bodies: bytes, size: int = 0) -> Wire:
    """Answers requests for responses with these bodies, and everything else by its path."""
    waiting = list(bodies)

    def answer(request: httpx.Request) -> httpx.Response:
        path = request.url.path.removeprefix("/v1")
        if path.startswith("/responses"):
            body = waiting.pop(0)
            stream = body.startswith(b"event")
            headers = {"content-type": "text/event-stream" if stream else "application/json"}
            return httpx.Response(200, stream=Pieces(body, size), headers=headers)
        if path.startswith("/containers"):
            if path.endswith("/content"):
                return httpx.Response(200, content=b"a,b", headers={"content-type": "application/octet-stream"})
            about = {"id": "cfile_1", "object": "container.file", "container_id": "cntr_1", "created_at": 5, "bytes": 3}
            return httpx.Response(200, json={**about, "path": "/mnt/data/a.csv", "source": "assistant"})
        if path.startswith("/files/"):
            return httpx.Response(200, content=b"plain", headers={"content-type": "application/octet-stream"})
        conversation = {"id": "conv_1", "object": "conversation", "created_at": 1, "metadata": {}}
        page = {"object": "list", "data": [], "first_id": "", "last_id": "", "has_more": False}
        return httpx.Response(200, json=page if path.endswith("/items") else conversation)

    return Wire(answer)


def bridge(connect: Connect, wire: Wire) -> Any:
    return assistants_over_responses(connect(wire), assistants={"asst_1": {"model": "m"}})


async def streamed(connect: Connect, body: bytes, size: int = 0) -> tuple[Any, list[Any], Any]:
    """A client, and the events and the final run of a stream of its."""
    client = bridge(connect, server(body, size=size))
    told, run = await finished(client.beta.threads.runs.stream("conv_1", assistant_id="asst_1"))
    return client, told, run


async def test_code_and_searches_are_told_as_steps_of_tools(connect: Connect) -> None:
    client, told, run = await streamed(connect, events(TOLD))
    assert names([event for event in told if event.event.startswith("thread.")]) == [
        "thread.run.created",
        "thread.run.queued",
        "thread.run.in_progress",
        *["thread.run.step.created", "thread.run.step.in_progress"],
        *["thread.run.step.delta", "thread.run.step.completed"],
        *["thread.run.step.created", "thread.run.step.in_progress"],
        *["thread.run.step.delta", "thread.run.step.completed"],
        *["thread.run.step.created", "thread.run.step.in_progress"],
        *["thread.message.created", "thread.message.in_progress", "thread.message.delta"],
        *["thread.message.completed", "thread.run.step.completed"],
        "thread.run.completed",
    ]
    assert all(event.event.startswith(("thread.", "text", "tool", "message", "step", "run")) for event in told)
    code, search = (step.tool_calls[0] for step in run.steps[:2])
    assert isinstance(code, CodeInterpreterToolCall)
    assert (code.code_interpreter.input, len(code.code_interpreter.outputs)) == ("1+1", 2)
    assert isinstance(search, FileSearchToolCall)
    assert run.issues == ()
    steps = await listed(client.beta.threads.runs.steps.list(run.id, thread_id="conv_1", order="asc"))
    assert [step.id for step in steps] == [step.id for step in run.steps]
    assert steps[0].step_details == run.steps[0].step_details


async def test_chunks_of_a_search_are_found_by_the_helper(connect: Connect) -> None:
    client, _, run = await streamed(connect, events(TOLD))
    (chunk,) = await done(client.beta.threads.runs.file_search_chunks(run.id, "conv_1"))
    assert (chunk.text, chunk.file_name, chunk.score) == ("Tea", "a.md", 0.5)
    (step,) = [
        step
        for step in await listed(client.beta.threads.runs.steps.list(run.id, thread_id="conv_1"))
        if step.id == "step_fs_1"
    ]
    assert step.tool_calls[0].file_search.results[0].content is None


async def test_citations_in_a_stream_are_those_of_the_message(connect: Connect) -> None:
    _, told, run = await streamed(connect, events(TOLD))
    (message,) = run.messages
    cited, made = message.content[0].text.annotations
    assert (cited.type, cited.file_citation.file_id, cited.start_index) == ("file_citation", "file-1", 3)
    assert (made.type, made.text, made.file_path.file_id) == ("file_path", "file", "cfile_1")
    deltas = [event.data.delta for event in told if event.event == "thread.message.delta"]
    assert [delta.content[0].text.annotations[0].index for delta in deltas[2:]] == [0, 1]


async def test_a_file_that_code_made_is_fetched_by_its_id(connect: Connect) -> None:
    client, _, _ = await streamed(connect, events(TOLD))
    content = await done(client.files.content("cfile_1"))
    assert content.content == b"a,b"
    about = await done(client.files.retrieve("cfile_1"))
    assert (about.filename, about.bytes, about.purpose, about.issues) == ("a.csv", 3, "assistants_output", ())
    assert (await done(client.files.content("file-1"))).content == b"plain"


@pytest.mark.parametrize("size", [1, 7, 100])
async def test_events_may_come_in_any_pieces(connect: Connect, size: int) -> None:
    _, whole, run = await streamed(connect, events(TOLD))
    _, told, again = await streamed(connect, events(TOLD), size)
    assert [event.event for event in told] == [event.event for event in whole]
    assert (again.text, again.steps[0].step_details) == (run.text, run.steps[0].step_details)


async def test_a_call_that_assistants_did_not_have_is_a_step_as_it_came(connect: Connect) -> None:
    begun = ("response.output_item.added", {"item": {**WEB, "status": "in_progress", "action": None}})
    search = ("response.web_search_call.searching", {"item_id": "ws_1"})
    body = events([*TOLD[:3], begun, search, ("response.output_item.done", {"item": WEB}), *TOLD[12:]])
    _, told, run = await streamed(connect, body)
    assert run.issues == ()
    assert run.steps[0].tool_calls[0].model_dump() == WEB
    assert "response.web_search_call.searching" in [event.event for event in told]


ODD: list[tuple[str, dict[str, Any]]] = [
    ("response.in_progress", {"response": {**WHOLE, "status": ["x"]}}),
    ("response.output_item.added", {"item": 5}),
    ("response.output_text.delta", {"item_id": 5, "content_index": "x", "delta": None}),
    ("response.function_call_arguments.delta", {"item_id": "fc_9", "delta": "{}"}),
    ("response.quantum.delta", {"delta": "x"}),
]


@pytest.mark.parametrize("odd", ODD, ids=[name for name, _ in ODD])
async def test_an_event_of_another_shape_spoils_nothing(connect: Connect, odd: tuple[str, dict[str, Any]]) -> None:
    _, told, run = await streamed(connect, events([*TOLD[:3], odd, *TOLD[3:]]))
    assert (run.status, run.messages[-1].text) == ("completed", TEXT)
    assert told


async def test_an_event_that_is_not_json_is_an_error(connect: Connect) -> None:
    body = events(TOLD[:4]) + b"event: response.output_text.delta\ndata: {oops\n\n"
    with pytest.raises(StreamDecodeError):
        await streamed(connect, body)


async def test_an_answer_that_is_not_json_is_an_error(connect: Connect) -> None:
    client = bridge(connect, server(b"<html>"))
    with pytest.raises(ResponseDecodeError):
        await done(client.beta.threads.runs.create("conv_1", assistant_id="asst_1"))


async def test_an_answer_without_an_id_is_an_error_and_asked_for_once(connect: Connect) -> None:
    wire = server(*[b'{"object": "response", "status": "queued", "created_at": 1, "output": []}'] * 3)
    with pytest.raises(InternalServerError, match="has no id"):
        await done(bridge(connect, wire).beta.threads.runs.create("conv_1", assistant_id="asst_1"))
    assert len(wire.requests) == 1


async def test_an_answer_of_another_shape_is_an_error_that_shows_it(connect: Connect) -> None:
    body = json.dumps({**WHOLE, "status": ["queued"], "output": []}).encode()
    with pytest.raises(ResponseDecodeError, match="part of a run") as caught:
        await done(bridge(connect, server(body)).beta.threads.runs.create("conv_1", assistant_id="asst_1"))
    assert caught.value.meta.url.endswith("/v1/responses")


async def test_a_run_whose_response_failed_is_a_failed_run(connect: Connect) -> None:
    error = {"code": "rate_limit_exceeded", "message": "slow down"}
    failed = {**WHOLE, "status": "failed", "error": error, "output": [], "usage": None, "completed_at": None}
    wire = server(*(json.dumps(each).encode() for each in ({**WHOLE, "status": "queued", "output": []}, failed)))
    runs = bridge(connect, wire).beta.threads.runs
    with pytest.raises(WaitFailedError) as caught:
        await done(runs.create_and_poll("conv_1", assistant_id="asst_1", wait={"interval": 0.001}))
    run: Any = caught.value.result
    assert (run.status, run.last_error.code, run.last_error.message) == ("failed", error["code"], error["message"])
    assert len(wire.requests) == 2


async def test_a_stream_whose_response_failed_is_a_failed_run(connect: Connect) -> None:
    failed = {**WHOLE, "status": "failed", "error": {"code": "server_error", "message": "oops"}, "output": []}
    _, told, run = await streamed(connect, events([*TOLD[:3], ("response.failed", {"response": failed})]))
    assert names(told)[-2:] == ["thread.run.failed", "run.done"]
    assert (run.status, run.last_error.message) == ("failed", "oops")


async def test_what_is_sent_unchecked_and_cannot_be_read_is_refused(connect: Connect) -> None:
    wire = server()
    client = bridge(connect, wire).with_options(validation="off")
    with pytest.raises(RequestValidationError, match="role"):
        await done(client.beta.threads.messages.create("conv_1", content="Hi"))
    with pytest.raises(RequestValidationError, match="role"):
        await done(client.request("POST", "/threads/conv_1/messages", body={"content": "Hi"}))
    assert wire.requests == []
