"""Which text of a response is the answer: `parse` and `stream(text_format=)` agree, in both colours."""

from __future__ import annotations

import json
import random
from typing import Any

import pytest
from pydantic import BaseModel

from tests.canned import Connect, Wire, done, listed, status
from tests.responses.events import CALL, HEAD, wire
from typed_openai import OutputError, OutputValidationError, ParsedOutput, PartialOutput, RefusalError


class Age(BaseModel):
    age: int


ONE, TWO = '{"age": 1}', '{"age": 2}'
LOOK = "Let me look."


def message(*texts: str, phase: str | None = None, number: int = 0) -> dict[str, Any]:
    parts = [{"type": "output_text", "text": text, "annotations": [], "logprobs": []} for text in texts]
    said = {"id": f"msg_{number}", "type": "message", "role": "assistant", "status": "completed", "content": parts}
    return said if phase is None else {**said, "phase": phase}


def spoken(*messages: tuple[str | None, tuple[str, ...]]) -> list[dict[str, Any]]:
    return [message(*texts, phase=phase, number=number) for number, (phase, texts) in enumerate(messages)]


THOUGHT = {"id": "rs_1", "type": "reasoning", "summary": []}
VALUES: list[tuple[str, list[dict[str, Any]], int, list[str]]] = [
    ("one message", spoken((None, (ONE,))), 1, [ONE]),
    ("commentary before", spoken(("commentary", (LOOK,)), ("final_answer", (ONE,))), 1, [ONE]),
    ("commentary that is a value", spoken(("commentary", (TWO,)), ("final_answer", (ONE,))), 1, [ONE]),
    ("commentary after", spoken(("final_answer", (ONE,)), ("commentary", ("Done.",))), 1, [ONE]),
    ("commentary beside no phase", spoken(("commentary", (LOOK,)), (None, (ONE,))), 1, [ONE]),
    ("many commentaries", spoken(*[("commentary", (LOOK,))] * 3, ("final_answer", (ONE,))), 1, [ONE]),
    ("thoughts between", [THOUGHT, *spoken(("commentary", (LOOK,)), ("final_answer", (ONE,)))], 1, [ONE]),
    ("no phase beside a final answer", spoken((None, (TWO,)), ("final_answer", (ONE,))), 1, [ONE]),
    ("two messages", spoken((None, (ONE,)), (None, (TWO,))), 1, [ONE, TWO]),
    ("two parts", spoken((None, (ONE, TWO))), 1, [ONE, TWO]),
    ("two final answers", spoken(("final_answer", (ONE,)), ("final_answer", (TWO,))), 1, [ONE, TWO]),
    ("a value in two parts", spoken((None, ('{"age"', ": 1}"))), 1, ['{"age"', ": 1}"]),
    ("a value in two messages", spoken((None, ('{"age"',)), (None, (": 1}",))), 1, ['{"age"', ": 1}"]),
    ("talk before, without a phase", spoken((None, (LOOK,)), (None, (ONE,))), 1, [LOOK, ONE]),
    ("a new phase", spoken(("draft", (ONE,))), 1, [ONE]),
]
NAMES = [name for name, *_ in VALUES]


def body(*output: dict[str, Any]) -> dict[str, Any]:
    return {**HEAD, "status": "completed", "output": [*output]}


def events(output: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The stream of such a response, its texts in small pieces."""
    told: list[dict[str, Any]] = [{"type": "response.created", "response": HEAD}]
    for place, item in enumerate(output):
        begun = {**item, "content": []} if item["type"] == "message" else item
        told.append({"type": "response.output_item.added", "output_index": place, "item": begun})
        for number, part in enumerate(item.get("content") or ()):
            where = {"item_id": item["id"], "output_index": place, "content_index": number, "logprobs": []}
            text = part["text"]
            told += [
                {"type": "response.output_text.delta", **where, "delta": text[start : start + 4]}
                for start in range(0, len(text), 4)
            ]
        told.append({"type": "response.output_item.done", "output_index": place, "item": item})
    told.append({"type": "response.completed", "response": body(*output)})
    return [{"sequence_number": number, **each} for number, each in enumerate(told)]


def streamed(told: list[dict[str, Any]]) -> Wire:
    return Wire(status(200, content=wire(told), headers={"content-type": "text/event-stream"}))


async def parsed(connect: Connect, answer: Wire) -> Any:
    return await done(connect(answer).responses.parse(model="m", input="i", text_format=Age))


def stream(connect: Connect, answer: Wire) -> Any:
    return connect(answer).responses.stream(model="m", input="i", text_format=Age)


@pytest.mark.parametrize(("output", "age", "texts"), [row[1:] for row in VALUES], ids=NAMES)
async def test_the_answer_is_the_value(connect: Connect, output: list[Any], age: int, texts: list[str]) -> None:
    answer = await parsed(connect, Wire(status(200, body(*output))))
    assert answer.output_parsed == Age(age=age)
    assert answer.response.answer_texts == texts
    reading = stream(connect, streamed(events(output)))
    found = await listed(reading)
    assert [event.parsed for event in found if isinstance(event, ParsedOutput)] == [Age(age=age)]
    final = await done(reading.get_final_response())
    assert final.output_parsed == Age(age=age)
    assert final.response.issues == ()


@pytest.mark.parametrize(("output", "age", "texts"), [row[1:] for row in VALUES], ids=NAMES)
async def test_what_is_there_already_is_never_commentary_and_never_two_texts_as_one(
    connect: Connect, output: list[Any], age: int, texts: list[str]
) -> None:
    found = [
        each for each in await listed(stream(connect, streamed(events(output)))) if isinstance(each, PartialOutput)
    ]
    spoken_of = [
        part["text"] for item in output for part in item.get("content", ()) if item.get("phase") != "commentary"
    ]
    assert all(any(text.startswith(each.text) for text in spoken_of) for each in found)
    assert {text for text in spoken_of if text in [each.text for each in found]} == {*spoken_of}


async def test_pieces_out_of_order_are_put_right_within_their_text(connect: Connect) -> None:
    told = events(spoken(("commentary", (LOOK,)), ("final_answer", (ONE,))))
    at = [place for place, each in enumerate(told) if each["type"].endswith(".delta") and each["output_index"] == 1]
    for seed in range(5):
        mixed = random.Random(seed).sample(at, len(at))
        shuffled = [told[mixed[at.index(place)]] if place in at else each for place, each in enumerate(told)]
        found = await listed(stream(connect, streamed(shuffled)))
        partials = [each.text for each in found if isinstance(each, PartialOutput)]
        assert partials[-1] == ONE
        assert not any("look" in text for text in partials)


@pytest.mark.parametrize("talk", [("commentary", (LOOK,)), None])
async def test_a_call_beside_commentary_is_no_answer_yet(connect: Connect, talk: Any) -> None:
    output = [*(spoken(talk) if talk else ()), CALL]
    answer = await parsed(connect, Wire(status(200, body(*output))))
    with pytest.raises(OutputError, match="the model called tools"):
        _ = answer.output_parsed
    final = await done(stream(connect, streamed(events(output))).get_final_response())
    assert final.function_calls[0].name == "now"


async def test_a_refusal_on_the_way_is_none_and_one_in_the_answer_is(connect: Connect) -> None:
    refusal = {"type": "refusal", "refusal": "No."}
    for phase, refused in (("commentary", False), ("final_answer", True)):
        said = {**message(phase=phase, number=7), "content": [refusal]}
        output = [said, *spoken(("final_answer", (ONE,)))]
        found = await done(connect(Wire(status(200, body(*output)))).responses.create(model="m", input="i"))
        assert (found.refusal == "No.") is refused
        if refused:
            with pytest.raises(RefusalError):
                await parsed(connect, Wire(status(200, body(*output))))
        else:
            assert (await parsed(connect, Wire(status(200, body(*output))))).output_parsed == Age(age=1)


async def test_commentary_alone_is_no_value(connect: Connect) -> None:
    output = spoken(("commentary", (ONE,)))
    with pytest.raises(OutputValidationError):
        await parsed(connect, Wire(status(200, body(*output))))
    with pytest.raises(OutputValidationError):
        await done(stream(connect, streamed(events(output))).get_final_response())


async def test_without_a_format_there_is_no_value_and_no_attribute_error(connect: Connect) -> None:
    plain = await done(connect(Wire(status(200, body(*spoken((None, (ONE,))))))).responses.create(model="m", input="i"))
    assert plain.output_parsed is None
    assert "output_parsed" not in json.dumps(plain.model_dump())
    reading = connect(streamed(events(spoken((None, (ONE,)))))).responses.stream(model="m", input="i")
    assert (await done(reading.get_final_response())).output_parsed is None


# --- snapshots that contradict each other ----------------------------------------------------------------------------


def ending(**changes: Any) -> list[dict[str, Any]]:
    """A stream whose last event says something else."""
    *told, last = events(spoken((None, (ONE,))))
    return [*told, {**last, "response": {**last["response"], **changes}}]


CONTRADICTIONS: list[tuple[list[dict[str, Any]], str, str]] = [
    (ending(id="resp_2"), "/id", "resp_2"),
    (ending(status="failed"), "/status", "failed"),
    (ending(output=spoken((None, (TWO,)))), "/output", "2"),
    ([*events(spoken((None, (ONE,))))[:-1], {"type": "response.completed", "response": None}], "", "nothing"),
    ([*events(spoken((None, (ONE,))))[:-1], {"type": "response.completed"}], "", "nothing"),
    (
        [{"type": "response.created", "response": {**HEAD, "id": "resp_0"}}, *events(spoken((None, (ONE,))))],
        "/id",
        "resp_1",
    ),
]


@pytest.mark.parametrize(("told", "pointer", "got"), CONTRADICTIONS)
async def test_a_response_that_contradicts_what_came_before_has_an_issue(
    connect: Connect, told: list[dict[str, Any]], pointer: str, got: str
) -> None:
    told = [{**each, "sequence_number": number} for number, each in enumerate(told)]
    final = await done(connect(streamed(told)).responses.stream(model="m", input="i").get_final_response())
    found = [issue for issue in final.issues if issue.pointer == pointer and got in issue.got]
    assert len(found) == 1
    assert final.output_text in (ONE, TWO)
    whole = await done(connect(streamed(told)).responses.create(model="m", input="i"))
    assert found[0] in whole.issues


@pytest.mark.parametrize("output", [[], None])
async def test_a_last_event_that_only_says_less_contradicts_nothing(connect: Connect, output: Any) -> None:
    final = await done(
        connect(streamed(ending(output=output))).responses.stream(model="m", input="i").get_final_response()
    )
    assert final.output_text == ONE
    assert not [issue for issue in final.issues if issue.pointer in ("", "/id", "/status")]
