"""Values of another JSON type in chat streams and answers: all of it is in the result, read as what it means.

The properties: whatever value stands in a chunk, it is in the completion that the chunks add up to; and the text, the
events and what `parse` and tools are given agree with it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import count
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.wire.bodies import DONE, choice, completion, event, piece
from tests.wire.colours import Colour
from tests.wire.server import END, WireServer, answer, chunked
from typed_openai.core.answer.meta import Meta
from typed_openai.core.answer.response import parse
from typed_openai.core.run.effects import Request
from typed_openai.errors import StreamTruncatedError
from typed_openai.models.chat.completions import ChatCompletion
from typed_openai.models.dialects import written
from typed_openai.settings.config import Config
from typed_openai.streaming.assistants import AssistantAccumulator
from typed_openai.streaming.chat import ChatCompletionAccumulator, ChatCompletionReader
from typed_openai.streaming.completions import CompletionAccumulator
from typed_openai.streaming.machine import StreamMachine
from typed_openai.streaming.responses import ResponseAccumulator

REQUEST = Request("chat.completions.create", "POST", "http://127.0.0.1/v1", (), {})
FIELDS = [
    "role",
    "content",
    "refusal",
    "tool_calls",
    "function_call",
    "audio",
    "reasoning_content",
    "reasoning",
    "vendor",
]


def added(chunks: list[dict[str, Any]]) -> tuple[list[Any], ChatCompletion, ChatCompletionAccumulator]:
    """The events of chunks, what they add up to, and what added them up."""
    machine = StreamMachine(ChatCompletionAccumulator, Config(), REQUEST, Meta())
    reader = ChatCompletionReader()
    events = [item for data in chunks for chunk in machine.feed(event(data)) for item in reader.read(chunk)]
    events += reader.finish()
    final = reader.accumulator.snapshot()
    assert final is not None
    return events, final, reader.accumulator


def leaves(value: object) -> Iterator[object]:
    """Every text and number in a JSON value, names included."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from [name] if name[1:].isdigit() else []
            yield from leaves(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from leaves(inner)
    elif value is not None and not isinstance(value, bool) and value != "":
        yield value


def joined(events: list[Any], kind: str, field: str) -> str:
    return "".join(getattr(item, field) for item in events if item.type == kind)


def numbered(shape: Any, numbers: Iterator[int]) -> Any:
    """A shape with a value of its own in each place, so that none can stand for another."""
    if not shape:
        return shape
    if isinstance(shape, list):
        return [numbered(inner, numbers) for inner in shape]
    if isinstance(shape, dict):
        return {f"n{next(numbers)}": numbered(inner, numbers) for inner in shape.values()}
    if shape == "text":
        return f"t{next(numbers)}"
    if shape == "number":
        return next(numbers)
    if shape == "part":
        return {"type": "text", "text": f"t{next(numbers)}"}
    return {"type": "thinking", "thinking": [{"type": "text", "text": f"t{next(numbers)}"}]}


SHAPES = st.recursive(
    st.sampled_from(["text", "number", "part", "thought"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abc"), inner, max_size=3),
    max_leaves=4,
)
PLACES = {"index": st.sampled_from([0, "0", 1.0, True, None]), "id": st.sampled_from(["a", "", None])}
"""What tells calls apart is not part of what they say."""
CALLS = st.fixed_dictionaries(
    {}, optional={**dict.fromkeys(("type", "function", "custom", "vendor"), SHAPES), **PLACES}
)
DELTAS = st.dictionaries(st.sampled_from(FIELDS), SHAPES, max_size=4)


@settings(max_examples=300, deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from(["delta", "message"]), DELTAS, st.lists(CALLS, max_size=2)), max_size=5),
    st.sampled_from([[], {}]),
)
def test_whatever_stands_in_a_delta_is_in_the_completion(
    shapes: list[tuple[str, dict[str, Any], list[dict[str, Any]]]], empty: object
) -> None:
    numbers = count(1000)
    chunks = []
    for where, shape, calls in shapes:
        delta = {name: numbered(inner, numbers) for name, inner in shape.items()}
        made = [{name: numbered(inner, numbers) for name, inner in call.items()} for call in calls]
        if made:
            delta["tool_calls"] = made[0] if len(made) == 1 else made
        chunks.append(piece(choices=[{"index": 0, where: delta}]))
    events, final, _ = added([*chunks, piece(empty if isinstance(empty, dict) else None, "stop")])
    told = final.model_dump_json() + "".join(map(str, final.issues))
    for chunk in chunks:
        for leaf in leaves(chunk["choices"]):
            assert leaf == "text" or str(leaf) in told, leaf
    said = joined(events, "content.delta", "delta")
    assert said == final.text == joined(events, "content.done", "content")
    for call in final.choices[0].message.tool_calls or []:
        if getattr(call, "type", None) == "function" and hasattr(call, "function") and hasattr(call.function, "name"):
            assert isinstance(call.function.arguments, str)


def calls_of(final: Any) -> list[tuple[Any, Any, Any]]:
    return [(call.id, call.function.name, call.function.arguments) for call in final.choices[0].message.tool_calls]


PART = {"type": "text", "text": "An"}
THOUGHT = {"type": "thinking", "thinking": [{"type": "text", "text": "Hm"}]}
SUMMARY = {"type": "reasoning", "summary": [{"type": "summary_text", "text": "Hm"}]}


@pytest.mark.parametrize(
    ("deltas", "text", "thoughts"),
    [
        ([{"content": [PART]}, {"content": "swer"}], "Answer", ""),
        ([{"content": "An"}, {"content": [{"type": "text", "text": "swer"}]}], "Answer", ""),
        ([{"content": PART}, {"content": "swer"}], "Answer", ""),
        ([{"content": [THOUGHT]}, {"content": [THOUGHT]}, {"content": [PART]}, {"content": "swer"}], "Answer", "HmHm"),
        ([{"content": [SUMMARY]}, {"content": "Answer"}], "Answer", "Hm"),
        ([{"content": 4}, {"content": 2.5}, {"content": "!"}], "42.5!", ""),
        ([{"thinking": "Hm"}, {"content": "Answer"}], "Answer", "Hm"),
        ([{"reasoning": [{"type": "text", "text": "Hm"}]}, {"content": "Answer"}], "Answer", "Hm"),
    ],
)
def test_known_forms_of_content_are_read_as_what_they_mean(
    server: WireServer, colour: Colour, deltas: list[dict[str, Any]], text: str, thoughts: str
) -> None:
    server.script([*chunked(*(event(piece(delta)) for delta in deltas), event(piece({}, "stop")), DONE), END])
    events, final = colour.events(server)
    assert (final.text, joined(events, "content.delta", "delta")) == (text, text)
    assert joined(events, "content.done", "content") == text
    assert joined(events, "reasoning.delta", "delta") == thoughts
    assert "".join(chunk.text for chunk in colour.chunks(server)) == text


@pytest.mark.parametrize("parts", [[THOUGHT, PART], [SUMMARY, PART], [PART], PART])
def test_an_answer_of_parts_has_their_text(server: WireServer, colour: Colour, parts: object) -> None:
    server.script(answer(completion(choices=[choice(message={"role": "assistant", "content": parts})])))
    found = colour.chat(server)
    assert found.text == "An"
    assert found.choices[0].message.text == "An"
    assert found.choices[0].message.content == parts
    assert found.choices[0].message.thoughts == ("Hm" if isinstance(parts, list) and len(parts) == 2 else "")


def call(**fields: Any) -> dict[str, Any]:
    return {"tool_calls": [fields]}


def function(name: str | None = None, arguments: Any = None) -> dict[str, Any]:
    return {key: value for key, value in (("name", name), ("arguments", arguments)) if value is not None}


TWO = [{"function": function("f", "{}")}, {"function": function("g", '{"a":1}')}]


@pytest.mark.parametrize(
    ("deltas", "calls", "guessed"),
    [
        ([{"tool_calls": TWO}], [("", "f", "{}"), ("", "g", '{"a":1}')], 0),
        (
            [
                call(index=0, id="x1", function=function("f", "")),
                call(index=0, id="x2", function=function(None, '{"a"')),
                call(index=0, id="x3", function=function(None, ":1}")),
            ],
            [("x1", "f", '{"a":1}')],
            2,
        ),
        (
            [call(index="0", id="a", function=function("f", '{"a"')), call(index=0.0, function=function(None, ":1}"))],
            [("a", "f", '{"a":1}')],
            0,
        ),
        (
            [call(index=0, id="a", function=function("f", "{}")),
             call(index="1", id="b", function=function("f", "{}"))],
            [("a", "f", "{}"), ("b", "f", "{}")],
            0,
        ),
        (
            [
                {"tool_calls": [{"function": function("f", "")}, {"function": function("g", "")}]},
                {"tool_calls": [{"function": function(None, "{}")}, {"function": function(None, '{"a":1}')}]},
            ],
            [("", "f", "{}"), ("", "g", '{"a":1}')],
            0,
        ),
        (
            [call(index=0, id="a", function=function("f", "{}")), call(index=0, id="b", function=function("f", "{}"))],
            [("a", "f", "{}"), ("b", "f", "{}")],
            1,
        ),
        (
            [{"tool_calls": [{"index": 0, "id": "a", "function": function("f", "{}")},
                             {"index": 0, "id": "b", "function": function("f", "{}")}]}],
            [("a", "f", "{}"), ("b", "f", "{}")],
            1,
        ),
        (
            [call(function=function("f", '{"a":1}')), call(function=function("g", "{}"))],
            [("", "f", '{"a":1}'), ("", "g", "{}")],
            0,
        ),
        ([call(index=0, id="a", function=function("f", {"a": 1}))], [("a", "f", '{"a":1}')], 0),
        ([{"tool_calls": {"id": "a", "function": function("f", {"a": 1})}}], [("a", "f", '{"a":1}')], 0),
        (
            [
                call(index=0, id="same", function=function("f", "{}")),
                call(index=1, id="same", function=function("g", "{}")),
            ],
            [("same", "f", "{}"), ("same", "g", "{}")],
            0,
        ),
        (
            [call(index=0, id="a", function=function("f", '{"a":1}')),
             {"role": "assistant", "tool_calls": [{"index": 0, "id": "a", "function": function("f", '{"a":1}')}]}],
            [("a", "f", '{"a":1}')],
            0,
        ),
    ],
)  # fmt: skip
def test_fragments_go_to_the_call_that_they_belong_to(
    deltas: list[dict[str, Any]], calls: list[tuple[str, str, str]], guessed: int
) -> None:
    events, final, _ = added([*map(piece, deltas), piece({}, "tool_calls")])
    assert calls_of(final) == calls
    assert {made.type for made in final.choices[0].message.tool_calls or []} == {"function"}
    done = [(made.id or "", made.name, made.arguments) for made in events if made.type.endswith("arguments.done")]
    assert done == calls
    for number, (_, _, arguments) in enumerate(calls):
        told = [
            made.arguments_delta for made in events if made.type.endswith("arguments.delta") and made.index == number
        ]
        assert "".join(told) == arguments
    guesses = [issue for issue in final.issues if issue.expected == "fragments told apart"]
    assert sum(issue.times for issue in guesses) == guessed


def said(text: str, **fields: Any) -> dict[str, Any]:
    return {**fields, "delta": {"content": text}}


@pytest.mark.parametrize(
    ("lists", "texts"),
    [
        ([[said("a"), said("x")], [said("b"), said("y")]], ["ab", "xy"]),
        ([[said("a", index="0")], [said("x", index=1.0)], [said("b", index=0)]], ["ab", "x"]),
        ([[said("a", index=0), said("x", index=0)]], ["a", "x"]),
        ([[said("x", index=1)], [said("y")]], ["xy"]),
    ],
)
def test_fragments_go_to_the_choice_that_they_belong_to(lists: list[list[Any]], texts: list[str]) -> None:
    events, final, _ = added([piece(choices=choices) for choices in lists])
    assert [made.message.content for made in final.choices] == texts
    for made in final.choices:
        told = "".join(item.delta for item in events if item.type == "content.delta" and item.index == made.index)
        assert told == made.message.content


def test_a_whole_message_in_place_of_a_delta_is_read_like_one() -> None:
    whole = {"role": "assistant", "content": "Answer", "tool_calls": [{"id": "a", "function": function("f", "{}")}]}
    for chunks in (
        [piece(choices=[{"index": 0, "message": whole, "finish_reason": "stop"}])],
        [piece({"content": "An"}), piece(choices=[{"index": 0, "message": {"content": "swer"}}])],
        [piece({"content": "An"}), piece(choices=[{"index": 0, "message": {"content": "Answer"}}])],
        [piece({"content": "Answer"}), piece(choices=[{"delta": {}, "message": whole, "finish_reason": "stop"}])],
    ):
        events, final, _ = added(chunks)
        assert final.text == joined(events, "content.delta", "delta") == "Answer"


def test_the_issues_of_chunks_are_those_of_the_final_once_and_counted() -> None:
    odd = [piece({"content": [PART]}) for _ in range(5)]
    _, final, _ = added([*odd, piece({}, "stop")])
    assert [(issue.pointer, issue.times) for issue in final.issues] == [("/choices/0/delta/content", 5)]


def test_issues_have_a_bound_and_count_what_is_beyond() -> None:
    body = json.dumps(completion(choices=[choice(index="x") for _ in range(300)])).encode()
    result = parse(ChatCompletion, body, Meta(), Config(), REQUEST)
    assert len(result.issues) == 100
    assert sum(issue.times for issue in result.issues) == 300
    odd = [piece({f"field{number}": number}) for number in range(300)] * 2
    _, final, _ = added([*odd, *(piece({f"field{number}": 1000}) for number in range(300)), piece({}, "stop")])
    assert len(final.issues) == 100
    assert sum(issue.times for issue in final.issues) == 300


# --- what is whole ----------------------------------------------------------------------------------------------------


def arguments_in_two(reason: str | None) -> list[dict[str, Any]]:
    return [
        piece(call(index=0, id="a", function=function("f", '{"a"')), reason),
        piece(call(index=0, function=function(None, ":1}")), "stop"),
    ]


def test_what_is_done_is_said_once_and_whole_however_often_a_finish_reason_comes(
    server: WireServer, colour: Colour
) -> None:
    words = [piece({"content": word}, "stop", usage=completion()["usage"]) for word in ("An", "swer")]
    server.script([*chunked(*map(event, [*words, *arguments_in_two("stop")]), DONE), END])
    events, final = colour.events(server)
    assert [item.content for item in events if item.type == "content.done"] == ["Answer"]
    assert [item.arguments for item in events if item.type.endswith("arguments.done")] == ['{"a":1}']
    assert [item.type for item in events if item.type == "finish"] == ["finish"]
    assert final.text == "Answer"


@pytest.mark.parametrize(
    "chunks",
    [arguments_in_two("stop")[:1], [piece({"content": "An"}, "stop"), piece({"content": "sw"}, "stop")]],
    ids=["half of the arguments", "more after a finish reason"],
)
def test_the_end_of_the_connection_is_no_end_where_a_finish_reason_was_none(
    server: WireServer, colour: Colour, chunks: list[dict[str, Any]]
) -> None:
    server.script([*chunked(*map(event, chunks)), END])
    with pytest.raises(StreamTruncatedError) as caught:
        colour.events(server)
    assert caught.value.partial.choices[0].finish_reason == "stop"


# --- the other kinds of stream ----------------------------------------------------------------------------------------


def partial(kind: Any, events: list[dict[str, Any]], name: str = "") -> Any:
    machine: Any = StreamMachine(kind, Config(), REQUEST, Meta())
    head = f"event: {name}\n".encode() if name else b""
    for data in events:
        assert list(machine.feed(head + event(data)))
    return machine.partial()


def responding(kind: str, **fields: Any) -> dict[str, Any]:
    return {"type": f"response.{kind}", "sequence_number": 0, "output_index": 0} | fields


def test_a_stream_of_text_completions_keeps_what_is_of_another_type() -> None:
    head = {"id": "c", "object": "text_completion", "created": 1, "model": "m"}
    texts: list[Any] = ["An", 4, [PART], "!"]
    found = partial(
        CompletionAccumulator, [{**head, "choices": [{"text": text, "index": 0, "vendor": [1]}]} for text in texts]
    )
    assert found.choices[0].text == "An4An!"
    assert found.choices[0].vendor == [1, 1, 1, 1]
    assert {issue.pointer: issue.times for issue in found.issues}["/choices/0/text"] == 2
    two = [{**head, "choices": [{"text": "a"}, {"text": "b"}]}] * 2
    assert [choice.text for choice in partial(CompletionAccumulator, two).choices] == ["aa", "bb"]


@pytest.mark.parametrize("piece_of_it", [[PART], PART, 4, {"a": 1}])
def test_a_stream_of_a_response_keeps_what_is_of_another_type(piece_of_it: Any) -> None:
    text = written(piece_of_it)
    place = {"item_id": "i", "content_index": 0}
    deltas = enumerate(("<", piece_of_it, ">"))
    said = [responding("output_text.delta", **place, sequence_number=at, delta=delta) for at, delta in deltas]
    found = partial(ResponseAccumulator, said)
    assert found.output_text == f"<{text}>"
    assert [issue.times for issue in found.issues if issue.pointer == "/delta"] == [1]
    called = responding("function_call_arguments.delta", item_id="i", delta={"a": 1})
    assert partial(ResponseAccumulator, [called]).output[0].arguments == '{"a":1}'


def test_a_stream_of_an_assistant_keeps_what_is_of_another_type() -> None:
    begins, ends = ({"index": 0, "type": "text", "text": {"value": text}} for text in ("An", "!"))
    head = {"id": "m", "object": "thread.message.delta"}
    deltas = [{**head, "delta": {"content": [block], "vendor": 1}} for block in (begins, "odd", ends)]
    found = partial(AssistantAccumulator, deltas, "thread.message.delta")
    content = found.messages[0].model_dump()["content"]
    assert content[0]["text"]["value"] == "An!"
    assert content[1] == "odd"
    assert [issue for issue in found.issues if "delta/content" in issue.pointer]


def test_what_is_said_again_with_each_chunk_is_one_and_what_changes_is_told() -> None:
    cited: list[Any] = [{"citations": ["a"]}, {"citations": ["a", "b"]}, {"citations": ["a", "b"]}]
    running: list[Any] = [{"timings": {"n": number, "by": "x"}} for number in range(3)]
    chunks = [piece({"content": "a"}, **first, **second) for first, second in zip(cited, running, strict=True)]
    _, final, _ = added([*chunks, piece({}, "stop")])
    assert (final.model_dump()["citations"], final.issues) == (["a", "b"], ())
    other = piece({}, "stop", model="n", timings={"by": "y"}, vendor=1)
    _, final, _ = added([*chunks, piece({}, vendor=2), other])
    assert {issue.pointer: issue.got for issue in final.issues} == {
        "/model": "'n' after 'm-1'",
        "/timings/by": "'y' after 'x'",
        "/vendor": "1 after 2",
    }
