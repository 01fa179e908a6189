"""Evaluations of the local server: runs are carried out, graders judge, receipts name what is gone."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.local.api import Api, assert_described
from tests.local.test_batches import upload

EXACT = {
    "type": "string_check",
    "name": "exact",
    "input": "{{sample.output_text}}",
    "reference": "{{item.answer}}",
    "operation": "ilike",
}
CLOSE = {
    "type": "text_similarity",
    "name": "close",
    "input": "{{sample.output_text}}",
    "reference": "{{item.answer}}",
    "evaluation_metric": "cosine",
    "pass_threshold": 0.5,
}
MOOD = {
    "type": "label_model",
    "name": "mood",
    "model": "gpt-4o",
    "input": [{"role": "user", "content": ["It says:", {"type": "input_text", "text": "{{sample.output_text}}"}]}],
    "labels": ["sad", "glad"],
    "passing_labels": ["glad"],
}
SCORE = {"type": "score_model", "name": "score", "model": "gpt-4o", "input": [], "range": [0, 10]}
PYTHON = {"type": "python", "name": "code", "source": "def grade(sample, item):\n    return 1.0"}
CUSTOM: dict[str, Any] = {"type": "custom", "item_schema": {"type": "object"}, "include_sample_schema": True}
TEMPLATE: dict[str, Any] = {"type": "template", "template": [{"role": "user", "content": "{{item.question}}"}]}


def made(api: Api, *criteria: Any, **members: Any) -> str:
    body = {"data_source_config": CUSTOM, "testing_criteria": list(criteria), **members}
    answer = api.post("/evals", body)
    assert answer.status == 201
    assert_described(answer.json, "Eval")
    return str(answer.json["id"])


def answered(*items: Any) -> dict[str, Any]:
    """A source of items that hold their answers."""
    return {"type": "jsonl", "source": {"type": "file_content", "content": list(items)}}


def sample(text: str, **item: Any) -> dict[str, Any]:
    return {"item": item, "sample": {"output_text": text}}


def run_of(api: Api, evaluation: str, source: Any) -> tuple[Any, list[Any]]:
    """A run at its end, and its output items."""
    started = api.post(f"/evals/{evaluation}/runs", {"data_source": source})
    assert started.status == 201, started.json
    path = f"/evals/{evaluation}/runs/{started.json['id']}"
    assert [started.json["status"], api.get(path).json["status"]] == ["queued", "in_progress"]
    run = api.get(path)
    assert "openai-poll-after-ms" not in run.headers
    items = api.get(f"{path}/output_items").json
    return run.json, items["data"]


def test_graders_judge_the_answers_that_items_hold(api: Api) -> None:
    evaluation = made(api, EXACT, CLOSE)
    items = answered(sample("It is Paris.", answer="paris"), sample("Rome", answer="Berlin"))
    run, outputs = run_of(api, evaluation, items)
    assert run["result_counts"] == {"total": 2, "errored": 0, "failed": 1, "passed": 1}
    assert run["per_testing_criteria_results"] == [
        {"testing_criteria": "exact", "passed": 1, "failed": 1},
        {"testing_criteria": "close", "passed": 1, "failed": 1},
    ]
    assert (run["per_model_usage"], run["model"]) == ([], None)
    assert [(each["status"], each["datasource_item_id"]) for each in outputs] == [("pass", 0), ("fail", 1)]
    assert outputs[0]["sample"]["output"] == [{"role": "assistant", "content": "It is Paris."}]


@pytest.mark.parametrize("kind", ["completions", "responses"])
def test_a_model_is_asked_about_each_item(api: Api, kind: str) -> None:
    evaluation = made(api, EXACT)
    how = {"max_completion_tokens": 100, "temperature": 0.5}
    questions = [{"item": {"question": text, "answer": "paris"}} for text in ("Is it Paris?", "Is it Rome?")]
    source = {"type": "file_content", "content": questions}
    asked = {"type": kind, "model": "local-echo", "source": source, "input_messages": TEMPLATE, "sampling_params": how}
    run, outputs = run_of(api, evaluation, asked)
    assert_described({**run, "error": {"code": "", "message": ""}}, "EvalRun")
    assert [each["status"] for each in outputs] == ["pass", "fail"]
    for output in outputs:
        shown = output["sample"]
        assert_described({**output, "sample": {**shown, "error": {"code": "", "message": ""}}}, "EvalRunOutputItem")
        assert shown["input"][0]["content"] in shown["output"][0]["content"]
        assert (shown["temperature"], shown["max_completion_tokens"], shown["seed"]) == (0.5, 100, 42)
    [usage] = run["per_model_usage"]
    assert (usage["model_name"], usage["invocation_count"]) == ("local-echo", 2)
    assert usage["total_tokens"] == sum(each["sample"]["usage"]["total_tokens"] for each in outputs) > 0


def test_messages_may_stand_in_the_items(api: Api) -> None:
    asked = {"item": {"said": [{"role": "user", "content": "glad"}]}}
    source = {
        "type": "completions",
        "model": "m",
        "source": {"type": "file_content", "content": [asked]},
        "input_messages": {"type": "item_reference", "item_reference": "item.said"},
    }
    _, [output] = run_of(api, made(api, MOOD), source)
    assert output["results"][0] == {
        "name": "mood",
        "type": "label_model",
        "score": 1.0,
        "passed": True,
        "sample": {"label": "glad"},
    }


@pytest.mark.parametrize(
    ("criterion", "passed"),
    [(MOOD, True), (SCORE, True), ({**SCORE, "pass_threshold": 6}, False), ({**CLOSE, "pass_threshold": 1.5}, False)],
)
def test_each_kind_of_grader_decides_what_passes(api: Api, criterion: Any, passed: bool) -> None:
    _, [output] = run_of(api, made(api, criterion), answered(sample("so glad", answer="so glad")))
    assert output["results"][0]["passed"] is passed


@pytest.mark.parametrize(
    ("criterion", "item"),
    [(PYTHON, sample("x", answer="x")), (EXACT, sample("x")), (EXACT, {"item": {"answer": "x"}})],
)
def test_what_cannot_be_judged_is_an_error_and_the_run_goes_on(api: Api, criterion: Any, item: Any) -> None:
    run, outputs = run_of(api, made(api, criterion), answered(item, item))
    assert [each["status"] for each in outputs] == ["error", "error"]
    assert run["result_counts"] == {"total": 2, "errored": 2, "failed": 0, "passed": 0}


def test_a_template_that_names_nothing_asks_nobody(api: Api) -> None:
    source = {"type": "completions", "model": "m", "input_messages": TEMPLATE}
    source["source"] = {"type": "file_content", "content": [{"item": {"answer": "x"}}]}
    run, [output] = run_of(api, made(api, EXACT), source)
    assert output["sample"]["error"]["code"] == "invalid_variable_error"
    assert run["per_model_usage"] == []


def test_items_come_from_an_uploaded_file(api: Api) -> None:
    lines = b"\n".join(json.dumps(sample(text, answer="a")).encode() for text in ("a", "b"))
    source = {"type": "jsonl", "source": {"type": "file_id", "id": upload(api, lines, "evals")}}
    run, _ = run_of(api, made(api, EXACT), source)
    assert run["result_counts"]["total"] == 2


def test_items_come_from_what_was_stored(api: Api) -> None:
    api.chat("Paris", store=True, metadata={"use": "a"})
    api.chat("Paris", store=True, metadata={"use": "b"})
    chats = {"type": "completions", "source": {"type": "stored_completions", "metadata": {"use": "a"}}}
    mentions = {**EXACT, "reference": "paris"}
    run, [output] = run_of(api, made(api, mentions), chats)
    assert (run["result_counts"]["passed"], output["datasource_item"]["input"][0]["content"]) == (1, "Paris")
    api.post("/responses", {"model": "other", "input": "Paris"})
    api.post("/responses", {"model": "local-echo", "input": "Paris"})
    stored = {"type": "responses", "source": {"type": "responses", "model": "other"}}
    run, _ = run_of(api, made(api, mentions), stored)
    assert run["result_counts"] == {"total": 1, "errored": 0, "failed": 0, "passed": 1}


@pytest.mark.parametrize(
    ("source", "param"),
    [
        ({"type": "jsonl", "source": {"type": "file_id", "id": "file-x"}}, "data_source.source.id"),
        ({"type": "jsonl", "source": {"type": "file_content", "content": []}}, "data_source.source"),
        ({"type": "completions", "source": {"type": "file_content", "content": [{"item": {}}]}}, "data_source.model"),
        ({"type": "jsonl", "source": {"type": "logs"}}, "data_source.source.type"),
    ],
)
def test_a_source_that_cannot_be_used_is_refused_with_its_place(api: Api, source: Any, param: str) -> None:
    answer = api.post(f"/evals/{made(api, EXACT)}/runs", {"data_source": source})
    assert (answer.status, answer.error["param"]) == (400, param)


def test_a_line_that_is_not_an_item_is_refused_with_its_number(api: Api) -> None:
    file = upload(api, b'{"item": {}}\n{"question": 1}', "evals")
    source = {"type": "jsonl", "source": {"type": "file_id", "id": file}}
    answer = api.post(f"/evals/{made(api, EXACT)}/runs", {"data_source": source})
    assert "Line 2" in answer.error["message"]


def test_a_run_that_is_canceled_stays_so(api: Api) -> None:
    evaluation = made(api, EXACT)
    started = api.post(f"/evals/{evaluation}/runs", {"data_source": answered(sample("a", answer="a"))}).json
    path = f"/evals/{evaluation}/runs/{started['id']}"
    assert api.post(f"{path}/cancel", {}).json["status"] == "canceled"
    assert api.get(path).json["status"] == "canceled"
    assert api.post(f"{path}/cancel", {}).status == 400
    assert api.get(f"{path}/output_items").json["data"] == []


def test_lists_take_what_is_asked_for(api: Api) -> None:
    evaluation = made(api, EXACT)
    run, outputs = run_of(api, evaluation, answered(sample("a", answer="a"), sample("b", answer="a")))
    path = f"/evals/{evaluation}/runs"
    listed = {status: api.get(f"{path}?status={status}").json["data"] for status in ("completed", "queued")}
    assert [[each["id"] for each in runs] for runs in listed.values()] == [[run["id"]], []]
    failed = api.get(f"{path}/{run['id']}/output_items?status=fail").json["data"]
    assert [each["id"] for each in failed] == [outputs[1]["id"]]
    assert api.get(f"{path}/{run['id']}/output_items/{outputs[0]['id']}").json == outputs[0]
    assert [each["name"] for each in api.get("/evals?order=desc").json["data"]] == [""]


def test_an_evaluation_is_changed_and_deleted_with_its_runs(api: Api) -> None:
    evaluation = made(api, EXACT, name="a", metadata={"k": "v"})
    run, _ = run_of(api, evaluation, answered(sample("a", answer="a")))
    changed = api.post(f"/evals/{evaluation}", {"name": "b"}).json
    assert (changed["name"], changed["metadata"]) == ("b", {"k": "v"})
    gone = api.delete(f"/evals/{evaluation}/runs/{run['id']}").json
    assert gone == {"run_id": run["id"], "object": "eval.run.deleted", "deleted": True}
    assert api.delete(f"/evals/{evaluation}").json == {
        "eval_id": evaluation,
        "object": "eval.deleted",
        "deleted": True,
    }
    assert api.get(f"/evals/{evaluation}/runs").status == 404


def test_graders_see_the_schema_of_what_an_evaluation_is_fed_with(api: Api) -> None:
    for source, names in (
        (CUSTOM, ["item", "sample"]),
        ({"type": "custom", "item_schema": {"type": "object"}}, ["item"]),
        ({"type": "logs", "metadata": {"use": "a"}}, ["item", "sample"]),
    ):
        evaluation = api.get(f"/evals/{made(api, EXACT, data_source_config=source)}").json
        assert_described(evaluation, "Eval")
        assert evaluation["data_source_config"]["schema"]["required"] == names
