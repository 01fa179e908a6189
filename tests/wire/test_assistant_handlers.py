"""Handlers of assistant streams: called as those of the official package are, in both colours, and through the view."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Sequence
from typing import Any, TypeAlias

import httpx
import openai
import pytest

from tests.wire.test_assistant_streams import BEGIN, DONE, SAID, Event, message, more, state, step, wire, words
from tests.wire.test_assistants import waiting
from typed_openai import (
    AssistantEventHandler,
    AsyncAssistantEventHandler,
    AsyncOpenAI,
    ConfigurationError,
    OpenAI,
    RequestValidationError,
    StreamTruncatedError,
    as_official,
)
from typed_openai.models.assistants.thread_message_deltas import TextDelta
from typed_openai.models.assistants.thread_messages import Text

pytestmark = pytest.mark.filterwarnings("ignore:The Assistants API:DeprecationWarning")
CALLBACKS = sorted(name for name in vars(openai.AssistantEventHandler) if name.startswith("on_"))
Heard: TypeAlias = list[tuple[str, list[Any]]]
FUNCTION = {"id": "call_1", "type": "function", "function": {"name": "look", "arguments": '{"a":1}', "output": None}}
CODE = {"id": "call_2", "type": "code_interpreter", "code_interpreter": {"input": "1+1", "outputs": []}}
STEP_BEGINS: list[Event] = [
    ("thread.run.step.created", step("in_progress", [])),
    ("thread.run.step.in_progress", step("in_progress", [])),
]
PICTURE = {"index": 1, "type": "image_file", "text": ..., "image_file": {"file_id": "file_1"}}
BOTH = {
    **message("completed"),
    "content": [
        {"type": "text", "text": {"value": "Look:", "annotations": []}},
        {"type": "image_file", "image_file": {"file_id": "file_1", "detail": "auto"}},
    ],
}
SCRIPTS: dict[str, list[Event]] = {
    "a text": SAID,
    "a text and a picture": [
        *BEGIN,
        ("thread.message.created", message("in_progress")),
        words("Look"),
        words(":"),
        words("", **PICTURE),
        ("thread.message.completed", BOTH),
        state("completed"),
    ],
    "a function": [
        *BEGIN,
        *STEP_BEGINS,
        more(id="call_1", function={"name": "look", "arguments": "", "output": None}),
        more(function={"arguments": '{"a"'}),
        more(function={"arguments": ":1}"}),
        ("thread.run.requires_action", waiting(("call_1", "look", '{"a":1}'))),
    ],
    "two calls of a step": [
        *BEGIN,
        *STEP_BEGINS,
        more(id="call_1", function={"name": "look", "arguments": "{}", "output": None}),
        more(index=1, id="call_2", type="code_interpreter", code_interpreter={"input": "1", "outputs": []}),
        more(index=1, type="code_interpreter", code_interpreter={"input": "+1"}),
        ("thread.run.step.completed", step("completed", [FUNCTION, CODE])),
    ],
    "a run that failed": [*BEGIN, *STEP_BEGINS, ("thread.run.step.failed", step("failed", [])), state("failed")],
    "a message that was cut": [
        *BEGIN,
        ("thread.message.created", message("in_progress")),
        words("Hel"),
        ("thread.message.incomplete", message("incomplete", "Hel")),
        state("incomplete"),
    ],
}


def recorder(base: Any) -> Any:
    """A handler of that class, which keeps what it is called with in `heard`, and what it holds meanwhile in `held`."""

    def callback(name: str) -> Any:
        def note(self: Any, *given: Any) -> None:
            self.heard.append((name, [each.to_dict() if hasattr(each, "to_dict") else each for each in given]))
            event = self.current_event
            names = [getattr(each, "id", None) for each in (self.current_run, self.current_message_snapshot)]
            self.held.append((None if event is None else event.event, *names))

        async def note_awaited(self: Any, *given: Any) -> None:
            note(self, *given)

        return note_awaited if inspect.iscoroutinefunction(base.on_end) or base is AsyncAssistantEventHandler else note

    handler = type("Recorder", (base,), {name: callback(name) for name in CALLBACKS})()
    handler.heard, handler.held = [], []
    return handler


def answering(events: Sequence[Event], end: bytes = DONE) -> httpx.MockTransport:
    headers = {"content-type": "text/event-stream"}
    return httpx.MockTransport(lambda request: httpx.Response(200, content=wire(events) + end, headers=headers))


def run_on(package: Any, handler: Any, events: Sequence[Event], end: bytes = DONE, view: bool = False) -> Any:
    """Read a stream with a handler to its end, on the client of a package; gives the handler."""
    ask = {"thread_id": "t", "assistant_id": "a", "event_handler": handler}
    transport = answering(events, end)
    if not hasattr(handler, "__aiter__"):
        with httpx.Client(transport=transport) as http_client:
            client = package.OpenAI(api_key="sk-x", http_client=http_client)
            client = as_official(client) if view else client
            with client.beta.threads.runs.stream(**ask) as stream:
                assert stream is handler
                stream.until_done()
        return handler

    async def main() -> None:
        async with httpx.AsyncClient(transport=transport) as http_client:
            client = package.AsyncOpenAI(api_key="sk-x", http_client=http_client)
            client = as_official(client) if view else client
            async with client.beta.threads.runs.stream(**ask) as stream:
                assert stream is handler
                await stream.until_done()

    asyncio.run(main())
    return handler


class ours:
    """Our clients as `run_on` wants them."""

    OpenAI, AsyncOpenAI = OpenAI, AsyncOpenAI


HANDLERS = {
    "sync": (AssistantEventHandler, openai.AssistantEventHandler),
    "async": (AsyncAssistantEventHandler, openai.AsyncAssistantEventHandler),
}


@pytest.fixture(params=HANDLERS)
def handlers(request: pytest.FixtureRequest) -> tuple[Any, Any]:
    """Our handler class and the official one, of one colour."""
    return HANDLERS[request.param]


def without_index(value: Any) -> Any:
    """What a snapshot says; the official ones keep the `index` of its deltas in it, and what is null."""
    if isinstance(value, dict):
        return {key: without_index(item) for key, item in value.items() if key != "index" and item is not None}
    return [without_index(item) for item in value] if isinstance(value, list) else value


# -- what is called --------------------------------------------------------------------------------------------------


def test_every_callback_of_the_official_handlers_is_one_here(handlers: tuple[Any, Any]) -> None:
    our, official = handlers
    public = [name for name in dir(official) if not name.startswith("_")]
    assert len(CALLBACKS) == 17
    assert [name for name in [*public, "text_deltas"] if not hasattr(our, name)] == []
    for name in CALLBACKS:
        assert list(inspect.signature(getattr(our, name)).parameters) == list(
            inspect.signature(getattr(official, name)).parameters
        )


@pytest.mark.parametrize("script", SCRIPTS)
def test_a_handler_is_called_as_the_official_one_is(handlers: tuple[Any, Any], script: str) -> None:
    our, official = handlers
    here = run_on(ours, recorder(our), SCRIPTS[script])
    there = run_on(openai, recorder(official), SCRIPTS[script])
    assert without_index([list(call) for call in here.heard]) == without_index([list(call) for call in there.heard])
    assert here.held == there.held
    assert here.heard[-1] == ("on_end", [])


@pytest.mark.parametrize("script", SCRIPTS)
def test_the_handler_of_the_official_package_works_on_both_our_clients_and_on_the_view(
    handlers: tuple[Any, Any], script: str
) -> None:
    _, official = handlers
    heard = [run_on(ours, recorder(official), SCRIPTS[script], view=view).heard for view in (False, True)]
    assert [name for name, _ in heard[0]] == [name for name, _ in heard[1]]
    assert len(heard[0]) > 5


@pytest.mark.parametrize("script", SCRIPTS)
def test_our_handler_works_on_the_view_too(handlers: tuple[Any, Any], script: str) -> None:
    our, _ = handlers
    here, there = (run_on(ours, recorder(our), SCRIPTS[script], view=view) for view in (False, True))
    assert without_index([list(call) for call in here.heard]) == without_index([list(call) for call in there.heard])


def test_a_tool_call_is_done_once_though_a_run_goes_on_after_it() -> None:
    events = [
        *BEGIN,
        *STEP_BEGINS,
        more(index=0, id="call_2", type="code_interpreter", code_interpreter={"input": "1+1", "outputs": []}),
        ("thread.run.step.completed", step("completed", [CODE])),
        *SAID[2:],
    ]
    heard = [name for name, _ in run_on(ours, recorder(AssistantEventHandler), events).heard]
    assert heard.count("on_tool_call_done") == 1
    assert heard.index("on_tool_call_done") < heard.index("on_run_step_done") < heard.index("on_message_created")


# -- what it gives ---------------------------------------------------------------------------------------------------


class Words(AssistantEventHandler):
    """Keeps the words; has an `__init__` that forgets the one above."""

    def __init__(self) -> None:
        self.words: list[str] = []

    def on_text_delta(self, delta: TextDelta, snapshot: Text) -> None:
        super().on_text_delta(delta, snapshot)
        self.words.append(f"{delta.value}|{snapshot.value}")


class AwaitedWords(AsyncAssistantEventHandler):
    """The same, awaited."""

    def __init__(self) -> None:
        self.words: list[str] = []

    async def on_text_delta(self, delta: TextDelta, snapshot: Text) -> None:
        await super().on_text_delta(delta, snapshot)
        self.words.append(f"{delta.value}|{snapshot.value}")


def test_a_handler_gives_the_final_run_with_its_messages_and_steps() -> None:
    with httpx.Client(transport=answering(SAID)) as http_client:
        runs = OpenAI(api_key="sk-x", http_client=http_client).beta.threads.runs
        with runs.stream("t", assistant_id="a", event_handler=Words()) as stream:
            assert "".join(stream.text_deltas) == "Hello world"
            assert stream.words == ["Hello |Hello ", "world|Hello world"]
            assert stream.get_final_run().status == "completed"
            assert [each.text for each in stream.get_final_messages()] == ["Hello world"]
            assert stream.get_final_run_steps() == []
            assert stream.current_event is None


async def test_an_async_handler_gives_the_same() -> None:
    async with httpx.AsyncClient(transport=answering(SAID)) as http_client:
        threads = AsyncOpenAI(api_key="sk-x", http_client=http_client).beta.threads
        async with threads.create_and_run_stream(assistant_id="a", event_handler=AwaitedWords()) as stream:
            assert (await anext(stream)).event == "thread.run.queued"
            assert "".join([text async for text in stream.text_deltas]) == "Hello world"
            assert stream.words == ["Hello |Hello ", "world|Hello world"]
            assert (await stream.get_final_run()).status == "completed"
            assert [each.text for each in await stream.get_final_messages()] == ["Hello world"]
            assert await stream.get_final_run_steps() == []


def test_the_stream_without_a_handler_tells_what_is_current_too() -> None:
    with httpx.Client(transport=answering(SAID)) as http_client:
        runs = OpenAI(api_key="sk-x", http_client=http_client).beta.threads.runs
        with runs.stream("t", assistant_id="a", event_handler=None) as stream:
            for event in stream:
                if event.event == "thread.message.delta":
                    assert stream.current_event is event
                    assert stream.current_message_snapshot is not None
            assert stream.current_run is not None
            assert stream.current_run.status == "completed"
            assert stream.current_run_step_snapshot is None
        with runs.stream("t", assistant_id="a") as stream:
            assert list(stream.text_deltas) == ["Hello ", "world"]


# -- what goes wrong -------------------------------------------------------------------------------------------------


def test_a_stream_that_breaks_off_is_told_before_it_is_raised(handlers: tuple[Any, Any]) -> None:
    handler = recorder(handlers[0])
    with pytest.raises(StreamTruncatedError):
        run_on(ours, handler, SAID[:4], end=b"")
    assert [name for name, _ in handler.heard[-2:]] == ["on_exception", "on_end"]
    assert isinstance(handler.heard[-2][1][0], StreamTruncatedError)


def test_what_a_callback_raises_is_told_and_raised() -> None:
    class Failing(Words):
        told: Exception | None = None

        def on_end(self) -> None:
            assert isinstance(self.told, ZeroDivisionError)

        def on_message_done(self, message: object) -> None:
            raise ZeroDivisionError

        def on_exception(self, exception: Exception) -> None:
            self.told = exception

    with pytest.raises(ZeroDivisionError):
        run_on(ours, Failing(), SAID)


def test_time_that_runs_out_is_told_as_a_timeout() -> None:
    class Late(Words):
        def on_message_done(self, message: object) -> None:
            raise TimeoutError

        def on_timeout(self) -> None:
            self.words.append("timeout")

        def on_exception(self, exception: Exception) -> None:
            self.words.append("exception")

    handler = Late()
    with pytest.raises(TimeoutError):
        run_on(ours, handler, SAID)
    assert handler.words[-2:] == ["timeout", "exception"]


def test_one_handler_is_for_one_stream(handlers: tuple[Any, Any]) -> None:
    handler = run_on(ours, recorder(handlers[0]), SAID)
    with pytest.raises(ConfigurationError, match="one handler is for one stream"):
        run_on(ours, handler, SAID)


@pytest.mark.parametrize("wrong", [AssistantEventHandler, AsyncAssistantEventHandler(), "x", object()])
def test_what_is_no_handler_of_that_colour_is_refused_before_anything_is_sent(wrong: Any) -> None:
    runs: Any = OpenAI(api_key="sk-x", base_url="http://nobody.test").beta.threads.runs
    for operation in (runs.stream, runs.create_and_stream):
        with pytest.raises(RequestValidationError, match="event_handler: an object of a subclass of AssistantEv"):
            operation("t", assistant_id="a", event_handler=wrong)


def test_a_handler_that_was_not_entered_says_so() -> None:
    handler = Words()
    assert (handler.current_event, handler.current_run, handler.current_message_snapshot) == (None, None, None)
    assert handler.current_run_step_snapshot is None
    with pytest.raises(ConfigurationError, match="with"):
        handler.until_done()
