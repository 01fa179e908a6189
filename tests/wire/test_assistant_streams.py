"""Assistant streams: what the events add up to, however a server sends them, and the events above them."""

from __future__ import annotations

import itertools
import json
from collections.abc import Sequence
from typing import Any

import pytest

from tests.models.test_assistants import run_data
from typed_openai.core.answer.meta import Meta
from typed_openai.core.run.effects import Request
from typed_openai.errors import APIStreamError, StreamTruncatedError
from typed_openai.models.assistants.assistant_events import AssistantStreamEvent, RunSnapshot, UnknownEvent
from typed_openai.models.assistants.run_steps import CodeInterpreterToolCall, FunctionToolCall
from typed_openai.models.assistants.thread_messages import FileCitationAnnotation, TextContentBlock
from typed_openai.models.readers import reader_of
from typed_openai.settings.config import Config
from typed_openai.streaming.assistants import AssistantAccumulator, AssistantReader, named
from typed_openai.streaming.machine import StreamMachine, gather

Event = tuple[str, Any]
REQUEST = Request("beta.threads.runs.create", "POST", "http://test/v1/threads/t/runs", (), {})


def message(status: str, text: str = "") -> dict[str, Any]:
    head = {"id": "msg_1", "object": "thread.message", "created_at": 1, "thread_id": "t", "role": "assistant"}
    content = [{"type": "text", "text": {"value": text, "annotations": []}}] if text else []
    return {**head, "status": status, "content": content}


def step(status: str, calls: list[dict[str, Any]]) -> dict[str, Any]:
    head = {"id": "step_1", "object": "thread.run.step", "created_at": 1, "thread_id": "t", "assistant_id": "a"}
    details = {"type": "tool_calls", "tool_calls": calls}
    return {**head, "run_id": "run_1", "type": "tool_calls", "status": status, "step_details": details}


def words(value: str, /, **block: Any) -> Event:
    content = {"index": 0, "type": "text", "text": {"value": value}, **block}
    data = {"id": "msg_1", "object": "thread.message.delta", "delta": {"content": [_given(content)]}}
    return "thread.message.delta", data


def more(**call: Any) -> Event:
    calls = [_given({"index": 0, "type": "function", **call})]
    delta = {"step_details": {"type": "tool_calls", "tool_calls": calls}}
    return "thread.run.step.delta", {"id": "step_1", "object": "thread.run.step.delta", "delta": delta}


def _given(value: dict[str, Any]) -> dict[str, Any]:
    """Without what is marked as left out."""
    return {name: item for name, item in value.items() if item is not ...}


def state(status: str) -> Event:
    return f"thread.run.{status}", run_data(status)


BEGIN: list[Event] = [state("queued"), state("in_progress")]
SAID: list[Event] = [
    *BEGIN,
    ("thread.message.created", message("in_progress")),
    ("thread.message.in_progress", message("in_progress")),
    words("Hello "),
    words("world"),
    ("thread.message.completed", message("completed", "Hello world")),
    state("completed"),
]
DONE = b"event: done\ndata: [DONE]\n\n"


def wire(events: Sequence[Event], names: bool = True) -> bytes:
    """The events as a server sends them, with or without their names."""
    lines = [f"event: {name}\n" * names + f"data: {json.dumps(data)}\n\n" for name, data in events]
    return "".join(lines).encode()


def read(content: bytes) -> list[Any]:
    machine = StreamMachine(AssistantAccumulator, Config(), REQUEST, Meta())
    found = list(machine.feed(content))
    return found if machine.done else [*found, *machine.end()]


def added(events: Sequence[Event]) -> AssistantAccumulator:
    """What the events add up to."""
    accumulator = AssistantAccumulator()
    for event in StreamMachine(AssistantAccumulator, Config(), REQUEST, Meta()).feed(wire(events)):
        accumulator.add(event)
    return accumulator


# -- from bytes to events --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("names", [True, False], ids=["named", "unnamed"])
def test_each_event_has_its_name_and_its_data(names: bool) -> None:
    events = read(wire(SAID, names) + DONE)
    sent = [name if names or name != "thread.message.created" else "thread.message.in_progress" for name, _ in SAID]
    assert [event.event for event in events] == sent
    assert [type(event.data).__name__ for event in events] == [
        *["Run"] * 2,
        *["Message"] * 2,
        *["MessageDeltaEvent"] * 2,
        "Message",
        "Run",
    ]
    assert all(event.issues == () for event in events)


@pytest.mark.parametrize(
    ("data", "name"),
    [
        ({"object": "thread"}, "thread.created"),
        ({"object": "thread.run", "status": "queued"}, "thread.run.queued"),
        ({"object": "thread.run.step", "status": "completed"}, "thread.run.step.completed"),
        ({"object": "thread.message.delta"}, "thread.message.delta"),
        ({"hello": 1}, ""),
    ],
)
def test_a_missing_name_is_read_from_the_data(data: dict[str, Any], name: str) -> None:
    assert json.loads(named("", json.dumps(data).encode())) == {"event": name, "data": data}


def test_an_event_that_has_both_already_stays_as_it_is() -> None:
    whole = json.dumps({"event": "thread.run.queued", "data": {}}).encode()
    assert named("", whole) == whole
    assert named("", b"x{") == b"x{"


def test_an_unknown_event_is_yielded_and_not_raised() -> None:
    (dreamt, *_) = read(wire([("thread.run.dreaming", {"of": "sheep"}), *SAID]))
    assert isinstance(dreamt, UnknownEvent)
    assert (dreamt.event, dreamt.data) == ("thread.run.dreaming", {"of": "sheep"})


def test_a_broken_object_keeps_its_event_and_says_where() -> None:
    broken = {**run_data("queued"), "created_at": "yesterday"}
    (event, *_) = read(wire([("thread.run.queued", broken), *SAID]))
    assert event.data.id == "run_1"
    assert [issue.pointer for issue in event.issues] == ["/data/created_at"]


@pytest.mark.parametrize(
    "stream",
    [
        b'event: error\ndata: {"message": "no"}\n\n',
        b'data: {"error": {"message": "no"}}\n\n',
        b'data: {"event": "error", "data": {"message": "no", "type": "x", "param": null, "code": null}}\n\n',
    ],
)
def test_an_error_raises_with_what_came_before_it(stream: bytes) -> None:
    with pytest.raises(APIStreamError, match="no") as caught:
        read(wire(SAID[:5]) + stream)
    partial = caught.value.partial
    assert isinstance(partial, RunSnapshot)
    assert (partial.id, partial.status, partial.text) == ("run_1", "in_progress", "Hello ")


def test_a_stream_without_its_end_is_cut_unless_the_run_is_over() -> None:
    assert len(read(wire(SAID))) == len(SAID)
    for length in range(1, len(SAID) - 1):
        with pytest.raises(StreamTruncatedError) as caught:
            read(wire(SAID[:length]))
        assert caught.value.partial.id == "run_1"


def test_a_run_that_waits_for_outputs_ends_its_stream() -> None:
    assert len(read(wire([*BEGIN, state("requires_action")]))) == 3


def test_a_stream_that_nobody_asked_for_becomes_the_run() -> None:
    run = gather(AssistantAccumulator, wire(SAID) + DONE, Config(), REQUEST, Meta())
    assert (run.status, run.text) == ("completed", "Hello world")
    assert len(run.issues) == 1


# -- adding up -------------------------------------------------------------------------------------------------------


def test_messages_grow_by_deltas_and_end_as_the_server_says() -> None:
    assert added(SAID[:5]).messages[0].text == "Hello "
    assert added(SAID[:6]).messages[0].text == "Hello world"
    assert added(SAID).messages[0].text == "Hello world"
    assert added(SAID).is_complete


def test_events_that_were_stored_add_up_as_well() -> None:
    accumulator = AssistantAccumulator()
    stored = [event.model_dump_json() for event in read(wire(SAID) + DONE)]
    for event in stored:
        accumulator.add(reader_of(AssistantStreamEvent).validate_json(event))
    assert accumulator.messages[0].text == "Hello world"


def test_a_delta_after_the_end_changes_nothing() -> None:
    assert added([*SAID, words("again")]).messages[0].text == "Hello world"


def test_what_comes_late_does_not_wipe_what_came_before() -> None:
    late = [words("Hello "), words("world"), SAID[2], SAID[3]]
    accumulator = added(late)
    assert accumulator.messages[0].text == "Hello world"
    assert accumulator.messages[0].status == "in_progress"


@pytest.mark.parametrize("index", [0, None, ...], ids=["index", "null", "none"])
def test_the_parts_of_a_text_may_lack_their_index(index: object) -> None:
    texts = [words("Hello ", index=index), words("world", index=index)]
    assert added(texts).messages[0].text == "Hello world"


def test_blocks_of_one_index_are_told_apart_by_their_kind() -> None:
    picture = words("", type="image_file", text=..., image_file={"file_id": "f"})
    content = added([words("Look: "), picture, words("nice")]).messages[0].content
    assert [block.type for block in content] == ["text", "image_file"]


def test_blocks_stand_in_the_order_of_their_index() -> None:
    events = [words("two", index=1), words("one", index=0)]
    assert added(events).messages[0].text == "one\n\ntwo"


def test_annotations_are_kept_with_their_text() -> None:
    note = {"index": 0, "type": "file_citation", "text": "[1]", "file_citation": {"file_id": "f"}}
    note |= {"start_index": 0, "end_index": 3}
    (block,) = added([words("", text={"value": "[1]", "annotations": [note]})]).messages[0].content
    assert isinstance(block, TextContentBlock)
    (annotation,) = block.text.annotations
    assert isinstance(annotation, FileCitationAnnotation)
    assert annotation.file_citation.file_id == "f"
    assert annotation.model_extra == {}


def test_tool_calls_are_told_apart_by_index_and_id() -> None:
    events = [
        ("thread.run.step.created", step("in_progress", [])),
        more(id="call_1", function={"name": "f", "arguments": "", "output": None}),
        more(function={"arguments": '{"a":'}),
        more(id="call_2", function={"name": "g", "arguments": ""}),  # the same index, another id: another call
        more(id="call_1", function={"arguments": "1}"}),  # the id again in every fragment
        more(id="call_2", index=..., function={"arguments": "{}"}),
    ]
    first, second = added(events).steps[0].tool_calls
    assert isinstance(first, FunctionToolCall)
    assert isinstance(second, FunctionToolCall)
    assert (first.id, first.function.name, first.function.arguments) == ("call_1", "f", '{"a":1}')
    assert (second.id, second.function.name, second.function.arguments) == ("call_2", "g", "{}")


def test_code_and_its_output_add_up() -> None:
    events = [
        more(type="code_interpreter", id="call_1", code_interpreter={"input": "print("}),
        more(type="code_interpreter", code_interpreter={"input": "1)"}),
        more(type="code_interpreter", code_interpreter={"outputs": [{"index": 0, "type": "logs", "logs": "1"}]}),
        more(type="code_interpreter", code_interpreter={"outputs": [{"index": 0, "type": "logs", "logs": "\n"}]}),
    ]
    (call,) = added(events).steps[0].tool_calls
    assert isinstance(call, CodeInterpreterToolCall)
    assert call.code_interpreter.input == "print(1)"
    assert [output.model_dump() for output in call.code_interpreter.outputs] == [{"type": "logs", "logs": "1\n"}]


def test_nothing_adds_up_to_nothing() -> None:
    assert AssistantAccumulator().snapshot() is None
    assert not AssistantAccumulator().is_complete


def test_any_order_of_events_adds_up_without_a_crash() -> None:
    for events in itertools.permutations(SAID[2:], 6):
        accumulator = added(events)
        assert accumulator.messages[0].text == "Hello world"
        assert accumulator.snapshot() is not None


@pytest.mark.parametrize("odd", [None, 1, "x", [], {}, [None], {"a": []}], ids=str)
@pytest.mark.parametrize("place", ["id", "delta", "content", "text", "value", "step_details", "tool_calls", "function"])
def test_odd_values_are_survived(place: str, odd: object) -> None:
    events = [words("Hello"), more(id="call_1", function={"name": "f", "arguments": "{}"})]
    bent = json.loads(json.dumps(events), object_hook=lambda known: {**known, place: odd} if place in known else known)
    machine = StreamMachine(AssistantAccumulator, Config(), REQUEST, Meta())
    reader = AssistantReader()
    for event in machine.feed(wire(bent)):
        assert all(isinstance(reader.text(item), str) for item in reader.read(event))
        snapshot = reader.accumulator.snapshot()
        assert snapshot is not None
        assert isinstance(snapshot.text, str)


# -- the events above ------------------------------------------------------------------------------------------------


def above(events: Sequence[Event]) -> list[Any]:
    """What a reader adds to the events of the server."""
    reader = AssistantReader()
    found = [item for event in read(wire(events) + DONE) for item in reader.read(event)]
    return [item for item in found if not item.event.startswith("thread")]


def test_each_event_is_followed_by_what_it_means() -> None:
    items = above(SAID)
    assert [item.event for item in items] == ["text.delta", "text.delta", "message.done", "run.done"]
    assert [item.delta for item in items[:2]] == ["Hello ", "world"]
    assert items[0].message_id == "msg_1"
    assert items[2].message.text == "Hello world"
    assert items[3].run.status == "completed"


def test_tool_calls_come_piece_by_piece() -> None:
    events = [more(id="call_1", function={"name": "f", "arguments": ""}), more(function={"arguments": "{}"})]
    call, arguments, waiting = above([*BEGIN, *events, state("requires_action")])
    assert (call.event, call.id, call.name, call.delta) == ("tool_call.delta", "call_1", "f", "")
    assert (arguments.id, arguments.delta, arguments.type) == (None, "{}", "function")
    assert (waiting.event, waiting.run.id) == ("run.requires_action", "run_1")


def test_refusals_and_steps_have_their_events() -> None:
    refused = words("", type="refusal", text=..., refusal="No.")
    items = above([*BEGIN, refused, ("thread.run.step.completed", step("completed", [])), state("failed")])
    assert [item.event for item in items] == ["refusal.delta", "step.done", "run.done"]
    assert items[0].delta == "No."
    assert items[2].run.status == "failed"
