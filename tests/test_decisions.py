"""Decisions: what is asked, what is refused, what comes; and the loop that lets a model choose what to do next."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.canned import Connect, Wire, done, status
from typed_openai import (
    NULL,
    AsyncOpenAI,
    OpenAI,
    RequestValidationError,
    ResponseValidationError,
    ToolRoundsExceededError,
)
from typed_openai.local import LocalServer
from typed_openai.models.decisions.decisions import ChoiceAnswer, PredicateAnswer, RefusalAnswer, ScoreAnswer
from typed_openai.tools.decision_loop import DecisionToolRun

USAGE = {
    "input_tokens": 3,
    "input_tokens_details": {"cached_tokens": 0, "cache_write_tokens": 0},
    "output_tokens": 1,
    "output_tokens_details": {"reasoning_tokens": 0},
    "total_tokens": 4,
}
SPAM: dict[str, Any] = {"type": "predicate", "name": "spam", "instructions": "It is spam."}
TONE: dict[str, Any] = {"type": "choice", "instructions": "Which?", "choices": [{"value": "kind"}, {"value": True}]}
MOOD: dict[str, Any] = {"type": "score", "instructions": "How happy?", "levels": [{"label": "sad"}, {"label": "glad"}]}


def choice(value: object) -> dict[str, Any]:
    return {"type": "choice", "name": "next_action", "choice": value, "confidence": 0.9, "probabilities": []}


def decided(*answers: dict[str, Any]) -> Any:
    return status(200, {"model": "gpt-6-luna", "answers": list(answers), "usage": USAGE})


def body(wire: Wire, number: int) -> Any:
    return json.loads(wire.requests[number].content)


async def test_questions_go_out_as_given_and_answers_come_back_in_their_kinds(connect: Connect) -> None:
    answers: list[dict[str, Any]] = [
        {"type": "predicate", "name": "spam", "probability": 0.25},
        choice(True),
        {"type": "score", "name": None, "score": 0.5, "confidence": 0.4, "probabilities": []},
        {"type": "refusal", "name": None},
    ]
    wire = Wire(decided(*answers))
    given = {"input": "Tea?", "model": "gpt-6-luna", "questions": [SPAM, TONE, MOOD], "prompt_cache_key": NULL}
    decision = await done(connect(wire).decisions.create(**given))
    assert wire.body == {**given, "prompt_cache_key": None}
    kinds = (PredicateAnswer, ChoiceAnswer, ScoreAnswer, RefusalAnswer)
    assert [type(answer) for answer in decision.answers] == [*kinds]
    assert decision.answers[1].choice is True
    assert (decision.usage.total_tokens, decision.issues) == (4, ())


@pytest.mark.parametrize(
    ("given", "place"),
    [
        ({"questions": []}, "questions"),
        ({"questions": [{**SPAM, "type": "predicat"}]}, "questions[0]"),
        ({"questions": [{**TONE, "choices": [{"value": "kind"}]}]}, "questions[0].choices"),
        ({"questions": [{**MOOD, "levels": [{"label": "sad", "descr": "x"}]}]}, "questions[0].levels[0].descr"),
        ({"input": [{"role": "usr", "content": "x"}]}, "input[0]"),
        ({"input": [{"role": "user", "content": [{"type": "input_image", "file_id": "f"}]}]}, "input[0].content[0]"),
        ({"input": [{"type": "function_call", "name": "f"}]}, "input[0]"),
        ({"prompt_cache_options": {"ttl": "12h"}}, "prompt_cache_options.ttl"),
    ],
)
async def test_what_does_not_fit_is_refused_before_it_is_sent(connect: Connect, given: Any, place: str) -> None:
    wire = Wire()
    whole = {"input": "x", "model": "m", "questions": [SPAM], **given}
    with pytest.raises(RequestValidationError) as refused:
        await done(connect(wire).decisions.create(**whole))
    assert refused.value.faults[0].path.startswith(place)
    assert wire.requests == []


async def test_the_model_chooses_what_to_do_until_the_task_is_done(connect: Connect) -> None:
    wire = Wire(decided(choice("scroll")), decided(choice("press")), decided(choice("task_is_done")))
    seen, did = iter(["top", "middle", "bottom"]), list[str]()

    def scroll() -> str:
        """Show what is further down."""
        did.append("scroll")
        return "scrolled"

    def press() -> None:
        """Press the button."""
        did.append("press")

    run = await done(
        connect(wire).decisions.run_tools(
            model="gpt-6-luna", input="Buy tea.", tools=[scroll, press], observe=lambda: next(seen)
        )
    )
    assert (did, run.status, [call.name for call in run.calls]) == (["scroll", "press"], "done", did)
    first, second, _ = [body(wire, number) for number in range(3)]
    assert first["input"] == [{"role": "user", "content": "Buy tea."}, {"role": "user", "content": "top"}]
    assert first["questions"][0]["choices"][0] == {"value": "scroll", "description": "Show what is further down."}
    assert first["questions"][0]["choices"][-1]["value"] == "task_is_done"
    assert [item.get("type") for item in second["input"]] == [None, "function_call", "function_call_output", None]
    assert second["input"][2]["output"] == "scrolled"
    assert second["input"][3]["content"] == "middle"


async def test_what_is_not_verified_goes_on(connect: Connect) -> None:
    wire = Wire(decided(choice("task_is_done")), decided(choice("task_is_done")))
    verdicts = iter([False, True])

    def act() -> None:
        """Act."""

    run = await done(
        connect(wire).decisions.run_tools(
            model="m", input="Go.", tools=[act], observe=lambda: "x", verify=lambda: next(verdicts)
        )
    )
    assert (run.status, len(run.steps)) == ("verified", 2)
    assert "not done" in body(wire, 1)["input"][1]["content"]
    wire = Wire(*[decided(choice("task_is_done"))] * 9)
    with pytest.raises(ToolRoundsExceededError, match="still not done"):
        await done(connect(wire).decisions.run_tools(model="m", input="Go.", tools=[act], verify=lambda: False))


async def test_a_refusal_ends_the_run_and_nothing_of_an_answer_is_an_error(connect: Connect) -> None:
    def act() -> None:
        """Act."""

    refusal = {"type": "refusal", "name": "next_action"}
    run = await done(connect(Wire(decided(refusal))).decisions.run_tools(model="m", input="Go.", tools=[act]))
    assert (run.status, run.calls) == ("refused", [])
    with pytest.raises(ResponseValidationError, match="next_action"):
        await done(
            connect(Wire(decided({"type": "predicate", "probability": 1.0}))).decisions.run_tools(
                model="m", input="Go.", tools=[act]
            )
        )


async def test_an_error_of_a_function_has_the_run_so_far(connect: Connect) -> None:
    def act() -> None:
        """Act."""
        raise OSError("the page is gone")

    with pytest.raises(OSError, match="gone") as failed:
        await done(connect(Wire(decided(choice("act")))).decisions.run_tools(model="m", input="Go.", tools=[act]))
    run = DecisionToolRun.of(failed.value)
    assert run is not None
    assert [call.name for call in run.calls] == ["act"]


async def test_functions_with_arguments_and_no_functions_are_refused(connect: Connect) -> None:
    def task_is_done() -> None:
        """Of ours."""

    def take(number: int) -> None:
        """Take."""

    for tools in ([], [task_is_done], [take], "act"):
        with pytest.raises(RequestValidationError, match="tools"):
            await done(connect(Wire()).decisions.run_tools(model="m", input="Go.", tools=tools))


async def test_the_local_server_decides_by_rule_and_as_it_is_told() -> None:
    with LocalServer(script=[{"spam": 0.9, "mood": 1}, "act", {"next_action": "task_is_done"}]) as server:
        done_so_far: list[str] = []

        async def act() -> str:
            """Act."""
            done_so_far.append("act")
            return "acted"

        with OpenAI(api_key="sk-x", base_url=server.base_url) as client:
            told = client.decisions.create(model="m", input="Tea.", questions=[SPAM, {**MOOD, "name": "mood"}])
            assert [told.answers[0].probability, told.answers[1].score] == [0.9, 1.0]
        async with AsyncOpenAI(api_key="sk-x", base_url=server.base_url) as other:
            run = await other.decisions.run_tools(model="m", input="Go.", tools=[act])
            assert (run.status, done_so_far) == ("done", ["act"])
            ruled = await other.decisions.create(model="m", input="Somebody is kind.", questions=[TONE, MOOD, SPAM])
        assert isinstance(ruled.answers[0], ChoiceAnswer)
        assert ruled.answers[0].choice == "kind"
        assert sum(each.probability for each in ruled.answers[0].probabilities) == pytest.approx(1)
        assert ruled.issues == ()
