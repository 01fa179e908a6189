"""A chunk that has a delta and a whole message, and a message after deltas: both are in the final, said once where they
agree; where they contradict each other an issue says so."""

from __future__ import annotations

from itertools import count
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.wire.bodies import DONE, event, piece
from tests.wire.colours import Colour
from tests.wire.server import END, WireServer, chunked
from tests.wire.test_other_forms import CALLS, DELTAS, PART, added, calls_of, function, joined, leaves, numbered
from typed_openai.core.answer.tally import ONE_VALUE

DIFFERS = "a message that says what the deltas said"


def both(delta: dict[str, Any], message: dict[str, Any], reason: str | None = None) -> dict[str, Any]:
    return piece(choices=[{"index": 0, "delta": delta, "message": message, "finish_reason": reason}])


def call(arguments: Any, name: str | None = "f", **more: Any) -> dict[str, Any]:
    return {"tool_calls": [{"index": 0, **more, "function": function(name, arguments)}]}


AGREEING: list[tuple[list[dict[str, Any]], str]] = [
    ([both({"content": "An"}, {"content": "An"}), both({"content": "swer"}, {"content": "Answer"})], "Answer"),
    ([both({"content": "An"}, {"content": "An"}), both({"content": "swer"}, {"content": "swer"})], "Answer"),
    ([both({"content": "An"}, {"content": "Answer"})], "Answer"),
    ([both({"content": "An"}, {}), both({"content": "swer"}, {"role": "assistant", "content": None})], "Answer"),
    ([both({"content": "ha"}, {"content": "ha"}), both({"content": "ha"}, {"content": "haha"})], "haha"),
    ([both({"content": "Answer"}, {"content": [{"type": "text", "text": "Answer"}]})], "Answer"),
    ([both({"content": [PART]}, {"content": "Answer"})], "Answer"),
    ([piece({"content": "Answer"}), both({}, {"content": "Answer"}, "stop")], "Answer"),
    ([piece({"content": "Answer"}), both({}, {"content": ""}, "stop")], "Answer"),
    ([piece({"content": "An"}), piece(choices=[{"index": 0, "message": {"content": "swer"}}])], "Answer"),
]


@pytest.mark.parametrize(("chunks", "text"), AGREEING)
def test_what_a_message_says_over_again_is_said_once(
    server: WireServer, colour: Colour, chunks: list[Any], text: str
) -> None:
    server.script([*chunked(*map(event, [*chunks, piece({}, "stop")]), DONE), END])
    events, final = colour.events(server)
    assert final.text == joined(events, "content.delta", "delta") == text
    assert not [issue for issue in final.issues if issue.expected == DIFFERS]


CONTRADICTING: list[tuple[list[dict[str, Any]], str, str]] = [
    ([both({"content": "yes"}, {"content": "no"})], "content", "'no' beside 'yes'"),
    ([both({"content": [PART]}, {"content": "no"})], "content", "'no' beside 'An'"),
    ([both({"content": "yes"}, {"content": [PART]})], "content", f"{[PART]!r} beside 'yes'"),
    ([piece({"content": "yes"}), both({}, {"content": "no"}, "stop")], "content", "'no' beside 'yes'"),
    ([both({"refusal": "yes"}, {"refusal": "no"})], "refusal", "'no' beside 'yes'"),
    ([both({"reasoning": "yes"}, {"reasoning": "no"})], "reasoning", "'no' beside 'yes'"),
    ([both({"role": "assistant"}, {"role": "tool"})], "role", "'tool' beside 'assistant'"),
    ([both({"vendor": 1}, {"vendor": [2]})], "vendor", "[2] beside 1"),
    ([both({"function_call": function("f", "{}")}, {"function_call": function("g", "{}")})], "function_call",
     "{'name': 'g', 'arguments': '{}'} beside {'name': 'f', 'arguments': '{}'}"),
]  # fmt: skip


@pytest.mark.parametrize(("chunks", "name", "got"), CONTRADICTING)
def test_where_delta_and_message_contradict_both_are_there_and_an_issue_says_so(
    chunks: list[Any], name: str, got: str
) -> None:
    events, final, _ = added([*chunks, piece({}, "stop")])
    assert (f"/choices/0/message/{name}", DIFFERS, got) in [issue[:3] for issue in final.issues]
    told = final.model_dump_json() + "".join(map(str, final.issues))
    assert all(str(leaf) in told for chunk in chunks for leaf in leaves(chunk["choices"]))
    assert final.text == joined(events, "content.delta", "delta")


@pytest.mark.parametrize(
    ("chunks", "calls", "differs"),
    [
        ([both(call('{"a"'), call('{"a"')), both(call(":1}", None), call('{"a":1}'))], [("", "f", '{"a":1}')], False),
        ([both(call('{"a"', id="x"), call('{"a":1}', id="x"))], [("x", "f", '{"a":1}')], False),
        ([both(call({"a": 1}), call('{"a":1}'))], [("", "f", '{"a":1}')], False),
        ([piece(call('{"a":1}', id="x")), both({}, call('{"a":1}', id="x"), "tool_calls")],
         [("x", "f", '{"a":1}')], False),
        ([both(call('{"a":1}', id="x"), call('{"a":2}', "g", id="y"))],
         [("x", "f", '{"a":1}'), ("y", "g", '{"a":2}')], True),
        ([piece(call('{"a":1}', id="x")), both({}, call('{"a":2}', "g", id="y"), "tool_calls")],
         [("x", "f", '{"a":1}'), ("y", "g", '{"a":2}')], True),
    ],
)  # fmt: skip
def test_the_calls_of_a_message_are_those_of_the_deltas_or_contradict_them(
    chunks: list[Any], calls: list[tuple[str, str, str]], differs: bool
) -> None:
    events, final, _ = added([*chunks, piece({}, "tool_calls")])
    assert calls_of(final) == calls
    done = [(made.id or "", made.name, made.arguments) for made in events if made.type.endswith("arguments.done")]
    assert done == calls
    assert bool([issue for issue in final.issues if issue.expected == DIFFERS]) == differs


@settings(max_examples=300, deadline=None)
@given(st.lists(st.tuples(*(st.tuples(DELTAS, st.lists(CALLS, max_size=2)) for _ in "dm")), max_size=4), st.booleans())
def test_whatever_stands_in_a_delta_and_the_message_beside_it_is_in_the_completion(shapes: Any, ends: bool) -> None:
    numbers = count(1000)
    chunks = []
    for place, pair in enumerate(shapes):
        sides = []
        for shape, calls in pair:
            side = {name: numbered(inner, numbers) for name, inner in shape.items()}
            made = [{name: numbered(inner, numbers) for name, inner in each.items()} for each in calls]
            sides.append(side | ({"tool_calls": made} if made else {}))
        chunks.append(both(sides[0], sides[1], "stop" if ends and place == len(shapes) - 1 else None))
    events, final, _ = added([*chunks, piece({}, "stop")])
    told = final.model_dump_json() + "".join(issue.got for issue in final.issues if issue.expected == ONE_VALUE)
    for chunk in chunks:
        for leaf in leaves(chunk["choices"]):
            assert leaf == "text" or str(leaf) in told, (leaf, chunks)
    assert joined(events, "content.delta", "delta") == final.text == joined(events, "content.done", "content")
