"""Whatever JSON type stands at any field of any event of a stream: what arrived is in the result. For each kind of
stream: chat, text completions, responses and assistants.

A whole stream is bent: some of its values are replaced by values of any type, each leaf of which occurs once, or get
such values beside them. What came is then looked for in the final result: in its dump or, where a value had to give way
to another one (a name that changed, a text that the whole contradicts), in its issues.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from itertools import count
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.wire.reading import named, read_all
from tests.wire.test_other_forms import SHAPES, leaves, numbered
from typed_openai.streaming.accumulator import Reader
from typed_openai.streaming.assistants import AssistantReader
from typed_openai.streaming.chat import ChatCompletionReader
from typed_openai.streaming.completions import CompletionAccumulator
from typed_openai.streaming.responses import ResponseReader

Path = tuple[int | str, ...]
Event = tuple[str, dict[str, Any]]


class CompletionReader(Reader[Any, Any, Any]):
    """The raw chunks of text completions, which have no events above them."""

    def __init__(self) -> None:
        self.accumulator = CompletionAccumulator()

    def read(self, event: Any) -> Iterator[Any]:
        self.accumulator.add(event)
        yield event

    def finish(self) -> Iterator[Any]:
        return iter(())

    def text(self, event: Any) -> str:
        return ""


CHUNK = {"id": "chatcmpl-1", "object": "chat.completion.chunk", "created": 11, "model": "m-1"}
LOGPROB = {"token": "lp-1", "logprob": -1.25, "bytes": [97], "top_logprobs": []}
CALL = {"index": 0, "id": "call-1", "type": "function", "function": {"name": "f-1", "arguments": '{"q'}}
DELTAS: list[dict[str, Any]] = [
    {"delta": {"role": "assistant", "content": "", "reasoning": "hm-1"}, "finish_reason": None},
    {"delta": {"content": "Hello", "tool_calls": [CALL]}, "logprobs": {"content": [LOGPROB], "refusal": None}},
    {"delta": {"content": "there", "tool_calls": [{"index": 0, "function": {"arguments": '":1}'}}]}},
    {"delta": {"refusal": "no-1", "audio": {"id": "au-1", "transcript": "tr-1"}}, "finish_reason": "stop"},
]
CHAT: list[Event] = [("", {**CHUNK, "choices": [{"index": 0, **choice}]}) for choice in DELTAS]
TEXT = {"id": "cmpl-1", "object": "text_completion", "created": 11, "model": "m-1"}
PROBS = {"tokens": ["to-1"], "token_logprobs": [-1.5], "text_offset": [3], "top_logprobs": [{"to-2": -2.5}]}
COMPLETIONS: list[Event] = [
    ("", {**TEXT, "choices": [{"index": 0, **choice}]})
    for choice in (
        {"text": "Hello", "logprobs": PROBS, "finish_reason": None},
        {"text": "there"},
        {"text": "!", "finish_reason": "stop"},
    )
]
PART = {"type": "output_text", "text": "", "annotations": []}
MESSAGE = {"id": "msg-1", "type": "message", "role": "assistant", "status": "in_progress", "content": []}
FUNCTION = {"id": "fc-1", "type": "function_call", "call_id": "call-1", "name": "f-1", "arguments": ""}
REASONING = {"id": "rs-1", "type": "reasoning", "summary": []}
IN_MESSAGE = {"item_id": "msg-1", "output_index": 0, "content_index": 0}
RESPONSE = {"id": "resp-1", "object": "response", "created_at": 11, "model": "m-1", "status": "in_progress",
            "output": [], "parallel_tool_calls": True, "tool_choice": "auto", "tools": []}  # fmt: skip
NOTE = {"type": "url_citation", "url": "u-1", "title": "ti-1", "start_index": 0, "end_index": 4}


def response_events() -> list[Event]:
    """A stream that breaks off before its end, so that what the events add up to is all there is."""
    events: list[dict[str, Any]] = [
        {"type": "response.created", "response": RESPONSE},
        {"type": "response.output_item.added", "output_index": 0, "item": MESSAGE},
        {"type": "response.content_part.added", **IN_MESSAGE, "part": PART},
        {"type": "response.output_text.delta", **IN_MESSAGE, "delta": "Hello", "logprobs": []},
        {"type": "response.output_text.delta", **IN_MESSAGE, "delta": "there", "logprobs": []},
        {"type": "response.output_text.annotation.added", **IN_MESSAGE, "annotation_index": 0, "annotation": NOTE},
        {"type": "response.output_text.done", **IN_MESSAGE, "text": "Hellothere", "logprobs": []},
        {"type": "response.content_part.done", **IN_MESSAGE,
         "part": {**PART, "text": "Hellothere", "annotations": [NOTE]}},
        {"type": "response.output_item.added", "output_index": 1, "item": FUNCTION},
        {"type": "response.function_call_arguments.delta", "item_id": "fc-1", "output_index": 1, "delta": '{"q'},
        {"type": "response.function_call_arguments.delta", "item_id": "fc-1", "output_index": 1, "delta": '":1}'},
        {"type": "response.function_call_arguments.done", "item_id": "fc-1", "output_index": 1,
         "name": "f-1", "arguments": '{"q":1}'},
        {"type": "response.output_item.done", "output_index": 1,
         "item": {**FUNCTION, "status": "completed", "arguments": '{"q":1}'}},
        {"type": "response.output_item.added", "output_index": 2, "item": REASONING},
        {"type": "response.reasoning_summary_text.delta", "item_id": "rs-1", "output_index": 2, "summary_index": 0,
         "delta": "hm-1"},
        {"type": "response.refusal.delta", **IN_MESSAGE, "content_index": 1, "delta": "no-1"},
    ]  # fmt: skip
    return [("", {**event, "sequence_number": number}) for number, event in enumerate(events)]


def thread_events() -> list[Event]:
    """A run that writes a message and calls a function, and breaks off."""
    run = {
        "id": "run-1",
        "object": "thread.run",
        "created_at": 11,
        "status": "in_progress",
        "thread_id": "thread-1",
        "assistant_id": "asst-1",
        "model": "m-1",
        "instructions": "in-1",
        "tools": [],
        "metadata": {"k": "v-1"},
    }
    message = {"id": "msg-1", "object": "thread.message", "status": "in_progress", "role": "assistant", "content": []}
    step = {
        "id": "step-1",
        "object": "thread.run.step",
        "status": "in_progress",
        "type": "tool_calls",
        "step_details": {"type": "tool_calls", "tool_calls": []},
    }

    def words(value: str, **more: Any) -> dict[str, Any]:
        block = {"index": 0, "type": "text", "text": {"value": value, **more}}
        return {"id": "msg-1", "object": "thread.message.delta", "delta": {"content": [block]}}

    called = {"name": "f-1", "arguments": '{"q', "output": None}

    def more(call: dict[str, Any]) -> dict[str, Any]:
        details = {"type": "tool_calls", "tool_calls": [{"index": 0, "type": "function", **call}]}
        return {"id": "step-1", "object": "thread.run.step.delta", "delta": {"step_details": details}}

    note = {
        "index": 0,
        "type": "file_citation",
        "text": "ci-1",
        "file_citation": {"file_id": "fi-1"},
        "start_index": 0,
        "end_index": 4,
    }
    return [
        ("thread.run.created", run),
        ("thread.message.created", message),
        ("thread.message.delta", words("Hello", annotations=[])),
        ("thread.message.delta", words("there", annotations=[note])),
        ("thread.run.step.created", step),
        ("thread.run.step.delta", more({"id": "call-1", "function": called})),
        ("thread.run.step.delta", more({"function": {"arguments": '":1}'}})),
    ]  # fmt: skip


KINDS: dict[str, tuple[Callable[[], Any], list[Event]]] = {
    "chat": (ChatCompletionReader, CHAT),
    "completions": (CompletionReader, COMPLETIONS),
    "responses": (ResponseReader, response_events()),
    "assistants": (AssistantReader, thread_events()),
}
PLACING = frozenset(
    ("index", "output_index", "content_index", "summary_index", "annotation_index", "item_id", "sequence_number")
)
"""Where something goes; this is not part of what it says."""


def paths(value: object, path: Path = ()) -> Iterator[Path]:
    """Where a value can be put: in place of one that is there, or beside it under a name of its own."""
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in items:
        if path and key not in PLACING and not (key in ("type", "object", "id") and len(path) < 3):
            yield (*path, key)
        yield from paths(inner, (*path, key))
    if isinstance(value, dict) and path:
        yield (*path, "vendor")


def put(events: list[Any], path: Path, value: object) -> None:
    """Replace one value; a place that an earlier replacement took away is left."""
    inner: Any = events
    for number, step in enumerate(path):
        is_there = isinstance(inner, dict) if isinstance(step, str) else isinstance(inner, list) and step < len(inner)
        if not is_there:
            return
        if number == len(path) - 1:
            inner[step] = value
        else:
            inner = inner[step] if isinstance(step, int) else inner.get(step)


def lost(kind: str, places: list[Path], shapes: list[Any]) -> list[object]:
    """The leaves of a bent stream that its result has not."""
    reader, sent = KINDS[kind]
    numbers = count(1000)
    events = copy.deepcopy([data for _, data in sent])
    for path, shape in zip(places, shapes, strict=True):
        put(events, path, numbered(shape, numbers))
    blocks = [named(name, data) for (name, _), data in zip(sent, events, strict=True)]
    _, final = read_all(reader(), blocks)
    told = final.model_dump_json() + "".join(map(str, final.issues))
    for grown in (*getattr(final, "messages", ()), *getattr(final, "steps", ())):
        told += grown.model_dump_json()
    told = told.replace("\\", "")
    return [
        leaf for leaf in leaves(pruned(events)) if not is_envelope(leaf) and str(leaf).replace("\\", "") not in told
    ]


def pruned(value: Any) -> Any:
    """A value without what says nothing: a name over an empty list, say."""
    if isinstance(value, dict):
        return {name: inner for name, part in value.items() if (inner := pruned(part)) not in (None, "", [], {})}
    return list(map(pruned, value)) if isinstance(value, list) else value


def is_envelope(leaf: object) -> bool:
    """Whether a leaf says what an event is and where it belongs."""
    return (
        leaf in range(20)
        or leaf in ("text", "thinking", "chat.completion.chunk")
        or (isinstance(leaf, str) and leaf.startswith(("response.", "thread.")))
    )


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_is_lost_of_a_stream_as_it_should_be(kind: str) -> None:
    assert lost(kind, [], []) == []


@pytest.mark.parametrize("empty", [[], {}, "", None])
@pytest.mark.parametrize("kind", KINDS)
def test_what_stands_beside_something_empty_is_in_the_result(kind: str, empty: Any) -> None:
    places = [*paths([sent for _, sent in KINDS[kind][1]])]
    beside = [(path, (*path[:-1], "vendor")) for path in places if path[-1] != "vendor"]
    gone = [pair for pair in beside if lost(kind, [*pair], [empty, "text"])]
    assert len(beside) > 20
    assert gone == []


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_whatever_stands_anywhere_in_an_event_is_in_the_result(kind: str, data: st.DataObject) -> None:
    places = data.draw(
        st.lists(st.sampled_from([*paths([sent for _, sent in KINDS[kind][1]])]), max_size=3, unique=True)
    )
    shapes = [data.draw(SHAPES) for _ in places]
    assert lost(kind, places, shapes) == []
