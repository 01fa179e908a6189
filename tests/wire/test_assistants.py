"""Assistants, threads and runs: the exact requests, and the helpers of several steps, in both colours."""

from __future__ import annotations

import asyncio
import inspect
import json
from collections.abc import Callable
from functools import reduce
from typing import Any

import httpx
import pytest

from tests.models.test_assistants import run_data
from tests.wire.test_assistant_streams import DONE, SAID, wire
from typed_openai import AsyncOpenAI, OpenAI, RequestValidationError, WaitFailedError
from typed_openai.core.run.waiting import Waiting
from typed_openai.models.assistants.runs import RunUpdateParams

INCLUDE = "step_details.tool_calls[*].file_search.results[*].content"
FAST: Waiting = {"interval": 0.001}
Answer = Callable[[httpx.Request], httpx.Response]
Calling = Callable[..., Any]


class Server:
    """Answers with the next of its bodies, and keeps what was asked."""

    def __init__(self, *bodies: Any) -> None:
        self.bodies = list(bodies)
        self.requests: list[httpx.Request] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        body = self.bodies.pop(0)
        if isinstance(body, bytes):
            return httpx.Response(200, content=body, headers={"content-type": "text/event-stream"})
        return httpx.Response(200, json=body)

    @property
    def asked(self) -> list[str]:
        return [f"{request.method} {request.url.path}" for request in self.requests]

    def sent(self, number: int = -1) -> Any:
        return json.loads(self.requests[number].content)


@pytest.fixture(params=["sync", "async"])
def call(request: pytest.FixtureRequest) -> Calling:
    """Call an operation of a client of either colour; of a stream of events, its final run."""

    def in_sync(server: Answer, title: str, *args: Any, **kwargs: Any) -> Any:
        with httpx.Client(transport=httpx.MockTransport(server)) as http_client:
            operation = reduce(getattr, title.split("."), OpenAI(api_key="sk-x", http_client=http_client))
            result: Any = operation(*args, **kwargs)  # type: ignore[operator]  # found by its name
            return result.get_final_run() if hasattr(result, "get_final_run") else result

    def in_async(server: Answer, title: str, *args: Any, **kwargs: Any) -> Any:
        async def main() -> Any:
            async with httpx.AsyncClient(transport=httpx.MockTransport(server)) as http_client:
                operation = reduce(getattr, title.split("."), AsyncOpenAI(api_key="sk-x", http_client=http_client))
                result: Any = operation(*args, **kwargs)  # type: ignore[operator]  # found by its name
                return await (result.get_final_run() if hasattr(result, "get_final_run") else result)

        return asyncio.run(main())

    return in_sync if request.param == "sync" else in_async


def listed(*items: dict[str, Any], more: bool = False) -> dict[str, Any]:
    ids = [item["id"] for item in items] or [""]
    return {"object": "list", "data": list(items), "first_id": ids[0], "last_id": ids[-1], "has_more": more}


def waiting(*calls: tuple[str, str, str]) -> dict[str, Any]:
    """A run that waits for outputs."""
    asked = [{"id": i, "type": "function", "function": {"name": n, "arguments": a}} for i, n, a in calls]
    action = {"type": "submit_tool_outputs", "submit_tool_outputs": {"tool_calls": asked}}
    return {**run_data("requires_action"), "required_action": action}


def searched(number: int, *texts: str) -> dict[str, Any]:
    """A step that searched files; without texts as it is shown when nobody asked for chunks."""
    content = {"content": [{"type": "text", "text": text} for text in texts]} if texts else {}
    found = {"file_id": "file-1", "file_name": "a.md", "score": 0.5, **content}
    calls = [{"id": f"call_{number}", "type": "file_search", "file_search": {"results": [found]}}]
    details = {"type": "tool_calls", "tool_calls": calls}
    head = {"object": "thread.run.step", "created_at": 1, "assistant_id": "a", "thread_id": "t", "run_id": "r"}
    return {"id": f"step_{number}", **head, "type": "tool_calls", "status": "completed", "step_details": details}


# -- requests --------------------------------------------------------------------------------------------------------


def test_every_request_carries_the_beta_header(call: Calling) -> None:
    server = Server(run_data("queued"))
    call(server, "beta.threads.runs.retrieve", "run_1", thread_id="t")
    assert server.requests[0].headers["openai-beta"] == "assistants=v2"


@pytest.mark.parametrize(
    ("args", "kwargs"),
    [
        (("run_1",), {"thread_id": "t/1"}),
        ((), {"run_id": "run_1", "thread_id": "t/1"}),
        (("t/1", "run_1"), {}),
    ],
    ids=["the run", "by name", "by position"],
)
def test_a_run_is_addressed_by_name_or_position(call: Calling, args: Any, kwargs: Any) -> None:
    server = Server(run_data("queued"))
    call(server, "beta.threads.runs.retrieve", *args, **kwargs)
    assert server.requests[0].url.raw_path == b"/v1/threads/t%2F1/runs/run_1"


def test_the_signature_begins_with_what_the_call_is_about() -> None:
    runs = OpenAI(api_key="sk-x").beta.threads.runs
    for operation, names in ((runs.retrieve, ["run_id", "thread_id"]), (runs.steps.list, ["run_id", "params"])):
        parameters = inspect.signature(operation).parameters
        assert list(parameters)[:2] == names
        assert parameters["thread_id"].kind is inspect.Parameter.KEYWORD_ONLY


def test_a_params_object_goes_with_ids_by_name(call: Calling) -> None:
    server = Server(run_data("queued"))
    call(server, "beta.threads.runs.update", "run_1", RunUpdateParams(metadata={"a": "b"}), thread_id="t")
    assert (server.asked, server.sent()) == (["POST /v1/threads/t/runs/run_1"], {"metadata": {"a": "b"}})


def test_the_incantation_goes_out_to_the_letter(call: Calling) -> None:
    server = Server(listed(), searched(1), run_data("queued"))
    call(server, "beta.threads.runs.steps.list", "run_1", thread_id="t", include=[INCLUDE])
    call(server, "beta.threads.runs.steps.retrieve", "step_1", run_id="run_1", thread_id="t", include=[INCLUDE])
    call(server, "beta.threads.runs.create", "t", assistant_id="a", include=[INCLUDE], model="m")
    encoded = (
        b"include%5B%5D=step_details.tool_calls%5B%2A%5D.file_search.results%5B%2A%5D.content"  # every [ ] * escaped
    )
    for request in server.requests:
        assert request.url.query == encoded
        assert request.url.params.get_list("include[]") == [INCLUDE]
    assert server.sent() == {"assistant_id": "a", "model": "m"}


def test_what_travels_in_the_query_is_checked_like_the_rest(call: Calling) -> None:
    with pytest.raises(RequestValidationError, match="include"):
        call(Server(), "beta.threads.runs.create", "t", assistant_id="a", include=["everything"])


def test_unchecked_parameters_go_the_same_ways() -> None:
    server = Server(run_data("queued"))
    with httpx.Client(transport=httpx.MockTransport(server)) as http_client:
        client = OpenAI(api_key="sk-x", http_client=http_client, validation="off")
        client.beta.threads.runs.create("t", assistant_id="a", include=["everything"])
    assert server.requests[0].url.params.get_list("include[]") == ["everything"]
    assert server.sent() == {"assistant_id": "a"}


def test_a_stream_asks_for_one_and_gives_the_run(call: Calling) -> None:
    server = Server(*[wire(SAID) + DONE] * 3)
    assert call(server, "beta.threads.runs.stream", "t", assistant_id="a", include=[INCLUDE]).text == "Hello world"
    assert server.sent() == {"assistant_id": "a", "stream": True}
    assert server.requests[0].url.params.get_list("include[]") == [INCLUDE]
    call(server, "beta.threads.create_and_run_stream", assistant_id="a")
    outputs = [{"tool_call_id": "call_1", "output": "22"}]
    call(server, "beta.threads.runs.submit_tool_outputs_stream", run_id="r", thread_id="t", tool_outputs=outputs)
    assert server.sent() == {"stream": True, "tool_outputs": outputs}
    assert server.asked[1:] == ["POST /v1/threads/runs", "POST /v1/threads/t/runs/r/submit_tool_outputs"]


# -- waiting ---------------------------------------------------------------------------------------------------------


def test_polling_ends_when_the_run_is_over_or_needs_something(call: Calling) -> None:
    for end in ("completed", "incomplete", "requires_action"):
        server = Server(run_data("queued"), run_data("in_progress"), run_data("cancelling"), run_data(end))
        assert call(server, "beta.threads.runs.poll", "run_1", "t", wait=FAST).status == end
        assert server.asked == ["GET /v1/threads/t/runs/run_1"] * 4


def test_a_run_is_made_and_waited_for(call: Calling) -> None:
    server = Server(run_data("queued"), run_data("in_progress"), run_data("completed"))
    run = call(server, "beta.threads.runs.create_and_poll", thread_id="t", assistant_id="a", poll_interval_ms=1)
    assert run.status == "completed"
    assert server.sent(0) == {"assistant_id": "a"}


def test_a_thread_and_a_run_are_made_and_waited_for(call: Calling) -> None:
    server = Server(run_data("queued"), run_data("completed"))
    call(server, "beta.threads.create_and_run_poll", assistant_id="a", thread={"messages": []}, wait=FAST)
    assert server.asked == ["POST /v1/threads/runs", "GET /v1/threads/t/runs/run_1"]


def test_outputs_are_submitted_and_waited_for(call: Calling) -> None:
    server = Server(run_data("queued"), run_data("completed"))
    outputs = [{"tool_call_id": "call_1", "output": "22"}]
    operation = "beta.threads.runs.submit_tool_outputs_and_poll"
    assert call(server, operation, run_id="run_1", thread_id="t", tool_outputs=outputs, wait=FAST).status == "completed"
    assert server.sent(0) == {"tool_outputs": outputs}


@pytest.mark.parametrize("end", ["failed", "expired", "cancelled"])
def test_a_run_that_failed_raises_with_the_run(call: Calling, end: str) -> None:
    with pytest.raises(WaitFailedError) as caught:
        call(Server(run_data(end)), "beta.threads.runs.poll", "run_1", "t", wait=FAST)
    assert caught.value.result.status == end
    quiet: Waiting = {"raise_on_failure": False}
    assert call(Server(run_data(end)), "beta.threads.runs.poll", "run_1", "t", wait=quiet).status == end


# -- functions -------------------------------------------------------------------------------------------------------


def test_functions_are_called_until_the_run_is_done(call: Calling) -> None:
    first, second = waiting(("c1", "add", '{"a":1,"b":2}'), ("c2", "add", '{"a":3}')), waiting(("c3", "sub", "{}"))
    server = Server(run_data("queued"), first, run_data("queued"), second, run_data("queued"), run_data("completed"))

    def add(a: int, b: int) -> int:
        return a + b

    run = call(server, "beta.threads.runs.run_tools", "t", assistant_id="a", functions=[add], wait=FAST)
    assert run.status == "completed"
    right, wrong = server.sent(2)["tool_outputs"]
    assert right == {"tool_call_id": "c1", "output": "3"}
    assert wrong["tool_call_id"] == "c2"
    assert "b: Field required" in wrong["output"]
    unknown = {"tool_call_id": "c3", "output": "There is no function 'sub'; there are: add."}
    assert server.sent(4) == {"tool_outputs": [unknown]}


def test_a_run_that_never_stops_asking_is_cancelled(call: Calling) -> None:
    asked = waiting(("c1", "now", ""))
    server = Server(run_data("queued"), asked, run_data("queued"), asked, run_data("cancelling"))
    with pytest.raises(WaitFailedError, match="after 1 rounds") as caught:
        call(
            server,
            "beta.threads.runs.run_tools",
            "t",
            assistant_id="a",
            functions={"now": lambda: 1},
            max_rounds=1,
            wait=FAST,
        )
    assert caught.value.result.status == "cancelling"
    assert server.asked[-1] == "POST /v1/threads/t/runs/run_1/cancel"


def test_an_async_client_awaits_async_functions() -> None:
    async def now() -> str:
        await asyncio.sleep(0)
        return "noon"

    async def main() -> None:
        server = Server(run_data("queued"), waiting(("c1", "now", "{}")), run_data("queued"), run_data("completed"))
        async with httpx.AsyncClient(transport=httpx.MockTransport(server)) as http_client:
            runs = AsyncOpenAI(api_key="sk-x", http_client=http_client).beta.threads.runs
            await runs.run_tools("t", assistant_id="a", functions=[now], wait=FAST)
        assert server.sent(2) == {"tool_outputs": [{"tool_call_id": "c1", "output": "noon"}]}

    asyncio.run(main())


# -- chunks ----------------------------------------------------------------------------------------------------------


def test_the_chunks_of_all_steps_come_in_one_call(call: Calling) -> None:
    server = Server(listed(searched(1, "one", "two"), more=True), listed(searched(2, "three"), searched(3)))
    chunks = call(server, "beta.threads.runs.file_search_chunks", "run_1", thread_id="t")
    assert [chunk.text for chunk in chunks] == ["one", "two", "three"]
    first = chunks[0]
    assert (first.score, first.file_id, first.file_name) == (0.5, "file-1", "a.md")
    assert (first.step_id, first.tool_call_id) == ("step_1", "call_1")
    assert [request.url.params.get("after") for request in server.requests] == [None, "step_1"]
    assert all(request.url.params.get("include[]") == INCLUDE for request in server.requests)
    assert all(request.url.params.get("order") == "asc" for request in server.requests)
