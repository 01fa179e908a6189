"""What observers are told of operations, in both colours: beginning, attempts, first event, end; and what they may not
do to a call."""

from __future__ import annotations

import contextlib
import gc
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.canned import (
    HELLO,
    Connect,
    Wire,
    broken,
    completion,
    done,
    entered,
    failure,
    listed,
    models,
    status,
    stream_of,
)
from typed_openai import ObservedCall, OpenAI, configure, usage_scope
from typed_openai.core.run.effects import Request
from typed_openai.errors import (
    BadRequestError,
    BudgetExceededError,
    ConfigurationError,
    RequestValidationError,
    StreamTruncatedError,
)

AGAIN = {"retry-after": "0"}
ASKED: dict[str, Any] = {"model": "m", "messages": [{"role": "user", "content": "What is 2 + 3?"}]}


class Notes:
    """An observer that writes down what it is told."""

    def __init__(self) -> None:
        self.told: list[str] = []
        self.calls: list[ObservedCall] = []

    def begin(self, call: ObservedCall) -> None:
        self.told.append(f"begin {call.operation}")
        self.calls.append(call)

    def attempt(self, call: ObservedCall, request: Request) -> None:
        self.told.append(f"attempt {call.attempts}")

    def first_event(self, call: ObservedCall) -> None:
        self.told.append("first event")

    def end(self, call: ObservedCall) -> None:
        self.told.append(f"end {'' if call.error is None else type(call.error).__name__}".strip())

    @property
    def call(self) -> ObservedCall:
        assert len(self.calls) == 1
        return self.calls[0]


@pytest.fixture
def notes() -> Notes:
    return Notes()


# --- one request ----------------------------------------------------------------------------------------------------


async def test_a_call_begins_is_attempted_and_ends_with_its_typed_result(connect: Connect, notes: Notes) -> None:
    answer = await done(connect(Wire(), observers=[notes]).chat.completions.create(**HELLO))
    assert notes.told == ["begin chat.completions.create", "attempt 1", "end"]
    call = notes.call
    assert call.result is answer
    assert (call.kind, call.parent, call.streams, call.asked("model")) == ("request", None, False, "m")
    assert call.url == f"{call.base_url}/chat/completions"
    assert call.seconds is not None
    assert call.seconds >= 0


async def test_further_attempts_are_of_the_same_operation(connect: Connect, notes: Notes) -> None:
    wire = Wire(failure(500, headers=AGAIN), failure(429, headers=AGAIN), completion())
    await done(connect(wire, observers=[notes]).chat.completions.create(**HELLO))
    assert notes.told == ["begin chat.completions.create", "attempt 1", "attempt 2", "attempt 3", "end"]


async def test_an_error_is_what_the_call_ends_with(connect: Connect, notes: Notes) -> None:
    with pytest.raises(BadRequestError) as caught:
        await done(connect(Wire(failure(400)), observers=[notes]).chat.completions.create(**HELLO))
    assert notes.told[-1] == "end BadRequestError"
    assert notes.call.error is caught.value
    assert notes.call.result is None


async def test_a_request_that_is_refused_is_told_with_what_was_given(connect: Connect, notes: Notes) -> None:
    with pytest.raises(RequestValidationError):
        await done(connect(Wire(), observers=[notes]).chat.completions.create(**{**HELLO, "temperature": "hot"}))
    assert notes.told == ["begin chat.completions.create", "end RequestValidationError"]
    assert notes.call.asked("temperature") == "hot"


async def test_an_observer_may_add_headers(connect: Connect) -> None:
    class Marked(Notes):
        def attempt(self, call: ObservedCall, request: Request) -> None:
            request.headers["x-attempt"] = str(call.attempts)

    wire = Wire(failure(500, headers=AGAIN), completion())
    await done(connect(wire, observers=[Marked()]).chat.completions.create(**HELLO))
    assert [request.headers["x-attempt"] for request in wire.requests] == ["1", "2"]


async def test_a_raw_answer_is_told_as_its_typed_result(connect: Connect, notes: Notes) -> None:
    raw = await done(connect(Wire(), observers=[notes]).chat.completions.with_raw_response.create(**HELLO))
    assert notes.told[-1] == "end"
    assert notes.call.result is raw.parse()


async def test_each_page_is_an_operation(connect: Connect, notes: Notes) -> None:
    await done(connect(Wire(models("a")), observers=[notes]).models.list())
    assert notes.told == ["begin models.list", "attempt 1", "end"]


async def test_what_has_no_operation_is_observed_too(connect: Connect, notes: Notes) -> None:
    await done(connect(Wire(status(200, {})), observers=[notes]).request("GET", "/x"))
    assert notes.told == ["begin GET /x", "attempt 1", "end"]


async def test_a_call_of_a_view_for_frameworks_is_observed(connect: Connect, notes: Notes) -> None:
    from typed_openai import as_official

    view = as_official(connect(Wire(completion(), stream_of("a", "b")), observers=[notes]))
    await done(view.chat.completions.create(**HELLO))
    assert notes.told == ["begin chat.completions.create", "attempt 1", "end"]
    assert notes.calls[0].result.text == "hi"
    await listed(await done(view.chat.completions.create(**HELLO, stream=True)))
    assert notes.told[3:] == ["begin chat.completions.create", "attempt 1", "first event", "end"]
    assert notes.calls[1].result.text == "ab"


async def test_a_download_is_observed(connect: Connect, notes: Notes, tmp_path: Path) -> None:
    picture = status(200, {"created": 1, "data": [{"url": "https://pictures.test/a.png?sig=1"}], "usage": None})
    client = connect(Wire(picture, status(200, content=b"png")), observers=[notes])
    made = await done(client.images.generate(model="m", prompt="A cat"))
    await done(client.images.save(made.data[0], tmp_path / "a.png"))
    assert [call.operation for call in notes.calls] == ["images.generate", "images.save", "images.save"]
    assert notes.calls[-1].url == "https://pictures.test/a.png"
    assert notes.calls[-1].parent is notes.calls[1]


# --- streams --------------------------------------------------------------------------------------------------------


async def test_a_stream_ends_when_its_last_event_came(connect: Connect, notes: Notes) -> None:
    client = connect(Wire(stream_of("a", "b")), observers=[notes])
    stream = await done(client.chat.completions.create(**HELLO, stream=True))
    assert notes.told == ["begin chat.completions.create", "attempt 1"]
    await listed(stream)
    assert notes.told[2:] == ["first event", "end"]
    assert notes.call.result.text == "ab"
    assert notes.call.streams
    assert len(notes.call.arrivals) == 2
    assert list(notes.call.arrivals) == sorted(notes.call.arrivals)


async def test_typed_events_are_the_same_operation(connect: Connect, notes: Notes) -> None:
    client = connect(Wire(stream_of("a", "b")), observers=[notes])
    stream = client.chat.completions.stream(**HELLO)
    assert notes.told == []
    await listed(stream)
    assert notes.told == ["begin chat.completions.stream", "attempt 1", "first event", "end"]


async def test_a_stream_that_breaks_ends_with_its_error(connect: Connect, notes: Notes) -> None:
    def cut(request: Any) -> Any:
        answer = stream_of("a", "b")(request)
        return status(200, content=answer.content[:-40], headers={"content-type": "text/event-stream"})(request)

    client = connect(Wire(cut), observers=[notes])
    stream = await done(client.chat.completions.create(**HELLO, stream=True))
    with pytest.raises(StreamTruncatedError) as caught:
        await listed(stream)
    assert notes.told[-1] == "end StreamTruncatedError"
    assert notes.call.error is caught.value
    assert notes.call.result.text == "a"


async def test_a_stream_that_is_closed_ends(connect: Connect, notes: Notes) -> None:
    stream = await done(
        connect(Wire(stream_of("a", "b")), observers=[notes]).chat.completions.create(**HELLO, stream=True)
    )
    await done(anext(stream) if connect.is_async else next(stream))
    await done(stream.close())
    assert notes.told[2:] == ["first event", "end"]
    assert notes.call.error is None


async def test_a_stream_that_is_dropped_ends(connect: Connect, notes: Notes) -> None:
    client = connect(Wire(stream_of("a", "b")), observers=[notes])
    stream = await done(client.chat.completions.create(**HELLO, stream=True))
    del stream
    gc.collect()
    assert notes.told[2:] == ["end"]


async def test_a_raw_stream_that_nobody_parses_ends(connect: Connect, notes: Notes) -> None:
    client = connect(Wire(stream_of("a")), observers=[notes])
    raw = await done(client.chat.completions.with_raw_response.create(**HELLO, stream=True))
    assert notes.told[-1] == "attempt 1"
    del raw
    gc.collect()
    assert notes.told[-1] == "end"


async def test_a_raw_stream_ends_as_the_stream_that_it_parses_to(connect: Connect, notes: Notes) -> None:
    client = connect(Wire(stream_of("a")), observers=[notes])
    raw = await done(client.chat.completions.with_raw_response.create(**HELLO, stream=True))
    await listed(raw.parse())
    assert notes.told[2:] == ["first event", "end"]


async def test_an_answer_that_is_read_bit_by_bit_ends_when_it_is_closed(connect: Connect, notes: Notes) -> None:
    manager = connect(Wire(), observers=[notes]).chat.completions.with_streaming_response.create(**HELLO)
    if connect.is_async:
        async with manager as response:
            assert (await response.parse()).text == "hi"
            assert notes.told[-1] == "attempt 1"
    else:
        with manager as response:
            assert response.parse().text == "hi"
            assert notes.told[-1] == "attempt 1"
    assert notes.told[-1] == "end"
    assert notes.call.result.text == "hi"


@pytest.mark.parametrize("wire", [completion, lambda: stream_of("h", "i")], ids=["whole", "events"])
@pytest.mark.parametrize("read", ["read", "text", "json"])
async def test_what_is_read_as_a_whole_is_told_and_counted_though_nobody_parses_it(
    connect: Connect, notes: Notes, wire: Any, read: str
) -> None:
    asked = {**HELLO, "stream": wire is not completion}
    with usage_scope() as used:
        manager = connect(Wire(wire()), observers=[notes]).chat.completions.with_streaming_response.create(**asked)
        async with entered(manager) as response:
            with contextlib.suppress(ValueError):
                await done(getattr(response, read)())
    assert notes.told[-1] == "end"
    assert notes.call.result.text == "hi"
    assert used.total_tokens == (notes.call.result.usage.total_tokens if notes.call.result.usage else 0)


# --- operations in operations ---------------------------------------------------------------------------------------


def asks_for_a_sum() -> Any:
    call = {"id": "call_1", "type": "function", "function": {"name": "add", "arguments": '{"a": 2, "b": 3}'}}
    message = {"role": "assistant", "content": None, "refusal": None, "tool_calls": [call]}
    choice = {"index": 0, "message": message, "logprobs": None, "finish_reason": "tool_calls"}
    return completion(choices=[choice])


async def test_a_tool_loop_has_its_requests_and_tools_inside(connect: Connect, notes: Notes) -> None:
    def add(a: int, b: int) -> int:
        """Add two numbers."""
        return a + b

    client = connect(Wire(asks_for_a_sum(), completion("5")), observers=[notes])
    run = await done(client.chat.completions.run_tools(**ASKED, tools=[add]))
    outer, *inner = notes.calls
    assert (outer.operation, outer.kind, outer.result) == ("chat.completions.run_tools", "steps", run)
    assert [(each.operation, each.kind) for each in inner] == [
        ("chat.completions.create", "request"),
        ("add", "tool"),
        ("chat.completions.create", "request"),
    ]
    assert {each.parent for each in inner} == {outer}
    assert inner[1].result.output == "5"
    assert inner[1].params.arguments == '{"a": 2, "b": 3}'


async def test_a_tool_that_raises_ends_with_its_error(connect: Connect, notes: Notes) -> None:
    def add(a: int, b: int) -> int:
        """Add two numbers."""
        raise ZeroDivisionError("no")

    client = connect(Wire(asks_for_a_sum(), completion("5")), observers=[notes])
    with pytest.raises(ZeroDivisionError):
        await done(client.chat.completions.run_tools(**ASKED, tools=[add]))
    assert [type(call.error) for call in notes.calls] == [ZeroDivisionError, type(None), ZeroDivisionError]
    client = connect(Wire(asks_for_a_sum(), completion("5")), observers=[notes])
    await done(client.chat.completions.run_tools(**ASKED, tools=[add], on_tool_error="feed_back"))
    assert type(notes.calls[-2].error) is ZeroDivisionError


async def test_what_a_tool_asks_is_inside_the_tool(connect: Connect, notes: Notes) -> None:
    inner = OpenAI(api_key="k", base_url="http://127.0.0.1:9", observers=[notes], max_retries=0)

    def add(a: int, b: int) -> int:
        """Add two numbers."""
        with contextlib.suppress(Exception):
            inner.models.list()
        return a + b

    client = connect(Wire(asks_for_a_sum(), completion("5")), observers=[notes])
    await done(client.chat.completions.run_tools(**ASKED, tools=[add]))
    asked = next(call for call in notes.calls if call.operation == "models.list")
    assert asked.parent is not None
    assert (asked.parent.operation, asked.parent.kind) == ("add", "tool")


async def test_a_map_has_its_items_inside(connect: Connect, notes: Notes) -> None:
    from typed_openai.models.chat import ChatCompletionCreateParams

    client = connect(Wire(), observers=[notes])
    results = client.map([ChatCompletionCreateParams(**HELLO)] * 3, concurrency=2)
    assert len(await listed(results)) == 3
    job = notes.calls[0]
    assert (job.operation, job.kind, job.error) == ("client.map", "job", None)
    assert [(call.operation, call.parent) for call in notes.calls[1:]] == [("chat.completions.create", job)] * 3
    assert notes.told[-1] == "end"
    assert notes.told.count("end") == 4


def test_what_is_no_flow_can_be_told_of_as_a_connection_that_stays_open(notes: Notes) -> None:
    from typed_openai.core.run.observing import observe

    client = OpenAI(api_key="k", observers=[notes])
    observation = observe(client, "realtime.connect", "socket", {"model": "m"})
    assert observation is not None
    observation.call.streams = True
    with observation:
        observation.begin()
        observation.gives(None)
    assert notes.told == ["begin realtime.connect"]
    observation.event()
    observation.event()
    observation.finish(ConnectionError("gone"))
    assert notes.told[1:] == ["first event", "end ConnectionError"]
    assert len(notes.call.arrivals) == 2
    assert observe(OpenAI(api_key="k"), "realtime.connect", "socket", {}) is None


async def test_nothing_is_around_a_call_after_another(connect: Connect, notes: Notes) -> None:
    client = connect(Wire(stream_of("a")), observers=[notes])
    stream = await done(client.chat.completions.create(**HELLO, stream=True))
    await done(connect(Wire(), observers=[notes]).chat.completions.create(**HELLO))
    await listed(stream)
    assert [call.parent for call in notes.calls] == [None, None]


# --- where they come from -------------------------------------------------------------------------------------------


async def test_they_are_configured_given_replaced_and_switched_off(connect: Connect) -> None:
    first, second = Notes(), Notes()
    configure(observers=[first])
    try:
        client = connect(Wire())
        await done(client.chat.completions.create(**HELLO))
        assert len(first.calls) == 1
        await done(client.with_options(observers=[second]).chat.completions.create(**HELLO))
        assert (len(first.calls), len(second.calls)) == (1, 1)
        await done(client.with_options(observers=False).chat.completions.create(**HELLO))
        await done(client.with_options(max_retries=0).chat.completions.create(**HELLO))
        assert (len(first.calls), len(second.calls)) == (2, 1)
    finally:
        configure(observers=False)


class Lacking:
    def begin(self, call: ObservedCall) -> None: ...


class Awaited(Notes):
    async def end(self, call: ObservedCall) -> None: ...  # type: ignore[override]  # what is wrong with it


@pytest.mark.parametrize(
    ("observers", "said"),
    [
        ([Lacking()], "without attempt, first_event, end"),
        ([Notes], "the class Notes, not an object of it"),
        ([Awaited()], "Awaited.end is async: a plain function is wanted"),
        (Notes(), "observers must be a list"),
    ],
    ids=["lacking", "class", "async", "alone"],
)
def test_what_cannot_observe_is_refused(connect: Connect, observers: Any, said: str) -> None:
    with pytest.raises(ConfigurationError, match=said):
        connect(Wire(), observers=observers)


# --- what they do wrong ---------------------------------------------------------------------------------------------


class Broken:
    """An observer that raises wherever it can."""

    def begin(self, call: ObservedCall) -> Any:
        return self._context()

    @contextlib.contextmanager
    def _context(self) -> Iterator[None]:
        yield
        raise ValueError("in leaving")

    def attempt(self, call: ObservedCall, request: Request) -> None:
        raise ValueError("in attempt")

    def first_event(self, call: ObservedCall) -> None:
        raise KeyError("in first_event")

    def end(self, call: ObservedCall) -> None:
        raise RuntimeError("in end\nwith a second line")


async def test_an_observer_that_raises_fails_no_call_and_is_logged_in_one_line(
    connect: Connect, notes: Notes, caplog: pytest.LogCaptureFixture
) -> None:
    client = connect(Wire(stream_of("a")), observers=[Broken(), notes])
    with caplog.at_level(logging.ERROR, "typed_openai"):
        await listed(await done(client.chat.completions.create(**HELLO, stream=True)))
    lines = [record.getMessage() for record in caplog.records]
    assert len(lines) == 4
    assert all("\n" not in line and line.startswith("chat.completions.create: the observer") for line in lines)
    assert notes.told == ["begin chat.completions.create", "attempt 1", "first event", "end"]


async def test_a_context_of_an_observer_is_around_the_call_but_not_around_its_stream(connect: Connect) -> None:
    inside: list[str] = []

    class Around(Notes):
        @contextlib.contextmanager
        def begin(self, call: ObservedCall) -> Iterator[None]:  # type: ignore[override]  # as the protocol has it
            inside.append("in")
            yield
            inside.append("out")

        def end(self, call: ObservedCall) -> None:
            inside.append("end")

    client = connect(Wire(stream_of("a")), observers=[Around()])
    stream = await done(client.chat.completions.create(**HELLO, stream=True))
    assert inside == ["in", "out"]
    await listed(stream)
    assert inside == ["in", "out", "end"]
    with pytest.raises(RequestValidationError):
        await done(client.chat.completions.create(model=1))
    assert inside[3:] == ["in", "out", "end"]


# --- together with a scope ------------------------------------------------------------------------------------------

USAGE = {"prompt_tokens": 3, "completion_tokens": 4, "total_tokens": 7}


async def test_a_usage_scope_counts_and_refuses_as_it_does_without_them(connect: Connect, notes: Notes) -> None:
    wire = Wire(failure(500, headers=AGAIN), completion(usage=USAGE))
    client = connect(wire, observers=[notes])
    with usage_scope(budget=7) as used:
        await done(client.chat.completions.create(**HELLO))
        assert (used.requests, used.total_tokens) == (2, 7)
        with pytest.raises(BudgetExceededError):
            await done(client.chat.completions.create(**HELLO))
    assert notes.told[-1] == "end BudgetExceededError"
    assert len(wire.requests) == 2


async def test_a_scope_inside_of_a_tool_counts_for_those_around_it(connect: Connect, notes: Notes) -> None:
    def add(a: int, b: int) -> int:
        """Add two numbers."""
        with usage_scope():
            OpenAI(
                api_key="k", http_client=Wire(completion(usage=USAGE)).client(), observers=[notes]
            ).chat.completions.create(**HELLO)
        return a + b

    client = connect(Wire(asks_for_a_sum(), completion("5")), observers=[notes])
    with usage_scope() as used:
        await done(client.chat.completions.run_tools(**ASKED, tools=[add]))
    assert (used.requests, used.total_tokens) == (3, 7)
    assert [call.kind for call in notes.calls] == ["steps", "request", "tool", "request", "request"]
    assert notes.calls[3].parent is notes.calls[2]


async def test_a_connection_that_fails_is_the_end(connect: Connect, notes: Notes) -> None:
    import httpx

    wire = Wire(broken(httpx.ConnectError("no")))
    with pytest.raises(Exception, match="no"):
        await done(connect(wire, observers=[notes], max_retries=0).chat.completions.create(**HELLO))
    assert notes.told[-1] == "end APIConnectionError"
