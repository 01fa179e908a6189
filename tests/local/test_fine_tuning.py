"""Fine-tuning: jobs that move when they are asked for, what they leave behind, permissions, graders."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.local.api import Api, assert_described
from tests.local.test_batches import jsonl, upload

EXAMPLE = {"messages": [{"role": "user", "content": "Hi"}, {"role": "assistant", "content": "Ho"}]}
PAIR = {"input": {"messages": []}, "preferred_output": [], "non_preferred_output": []}
CHECK = {
    "type": "string_check",
    "name": "exact",
    "input": "{{ sample.output_text }}",
    "reference": "{{item.answer}}",
    "operation": "eq",
}


def start(api: Api, *lines: object, **members: object) -> str:
    file_id = upload(api, jsonl(*(lines or (EXAMPLE,) * 3)), "fine-tune")
    answer = api.post("/fine_tuning/jobs", {"model": "local-echo", "training_file": file_id, **members})
    assert_described(answer.json, "FineTuningJob")
    return str(answer.json["id"])


def ended(api: Api, identifier: str) -> tuple[Any, list[str]]:
    seen: list[str] = []
    for _ in range(10):
        answer = api.get(f"/fine_tuning/jobs/{identifier}")
        seen.append(answer.json["status"])
        if "openai-poll-after-ms" not in answer.headers:
            return answer.json, seen
    raise AssertionError(seen)


def test_a_job_moves_through_its_states_and_leaves_a_model(api: Api) -> None:
    identifier = start(api, suffix="My Own")
    job, seen = ended(api, identifier)
    assert_described(job, "FineTuningJob")
    assert seen == ["queued", "running", "running", "running", "succeeded"]
    assert job["hyperparameters"] == {"batch_size": 1, "learning_rate_multiplier": 2.0, "n_epochs": 3}
    assert job["trained_tokens"] > 0
    assert ":my-own:" in job["fine_tuned_model"]
    assert api.chat(model=job["fine_tuned_model"]).status == 200
    assert api.get(f"/models/{job['fine_tuned_model']}").status == 200
    [result] = job["result_files"]
    assert api.get(f"/files/{result}/content").raw.startswith(b"step,train_loss,train_accuracy\n1,1.0,0.5\n")


def test_its_events_are_listed_newest_first_in_pages(api: Api) -> None:
    identifier = start(api)
    ended(api, identifier)
    page = api.get(f"/fine_tuning/jobs/{identifier}/events?limit=2").json
    assert_described(page, "ListFineTuningJobEventsResponse")
    assert page["data"][0]["message"] == "The job has successfully completed"
    assert page["has_more"] is True
    every = api.get(f"/fine_tuning/jobs/{identifier}/events?limit=100").json["data"]
    metrics = [each for each in every if each["type"] == "metrics"]
    assert [each["data"]["step"] for each in metrics] == [3, 2, 1]
    assert every[-1]["message"] == f"Created fine-tuning job: {identifier}"


def test_its_checkpoints_are_models_too(api: Api) -> None:
    identifier = start(api, hyperparameters={"n_epochs": 5})
    job, _ = ended(api, identifier)
    page = api.get(f"/fine_tuning/jobs/{identifier}/checkpoints").json
    assert_described(page, "ListFineTuningJobCheckpointsResponse")
    assert [each["step_number"] for each in page["data"]] == [5, 4, 3]
    assert page["data"][0]["fine_tuned_model_checkpoint"] == job["fine_tuned_model"]
    assert all(api.chat(model=each["fine_tuned_model_checkpoint"]).status == 200 for each in page["data"])


def test_a_paused_job_stands_still_until_it_is_resumed(api: Api) -> None:
    path = f"/fine_tuning/jobs/{(identifier := start(api))}"
    api.get(path)
    assert api.post(f"{path}/pause", {}).json["status"] == "paused"
    assert api.get(path).json["status"] == api.get(path).json["status"] == "paused"
    assert api.post(f"{path}/pause", {}).error["code"] == "invalid_job_state"
    assert api.post(f"{path}/resume", {}).json["status"] == "queued"
    assert ended(api, identifier)[0]["status"] == "succeeded"
    assert api.post(f"{path}/resume", {}).status == 400


def test_a_cancelled_job_stays_cancelled(api: Api) -> None:
    path = f"/fine_tuning/jobs/{start(api)}"
    assert api.post(f"{path}/cancel", {}).json["status"] == "cancelled"
    assert api.get(path).json["status"] == "cancelled"
    assert api.post(f"{path}/cancel", {}).status == 400


@pytest.mark.parametrize(
    ("lines", "members", "says"),
    [
        ((EXAMPLE, {"prompt": "x"}), {}, "Line 2"),
        ((EXAMPLE,), {"method": {"type": "dpo"}}, "preferred_output"),
        (({},), {}, "messages"),
    ],
)
def test_a_file_that_cannot_be_used_fails_the_job(
    api: Api, lines: tuple[object, ...], members: dict[str, object], says: str
) -> None:
    job, seen = ended(api, start(api, *lines, **members))
    assert_described(job, "FineTuningJob")
    assert seen == ["failed"]
    assert says in job["error"]["message"]
    assert job["error"]["param"] == "training_file"


@pytest.mark.parametrize(
    ("line", "method"),
    [
        (PAIR, {"type": "dpo", "dpo": {"hyperparameters": {"beta": 0.1}}}),
        ({"item": 1}, {"type": "reinforcement", "reinforcement": {"grader": CHECK}}),
        ({"prompt": "a", "completion": "b"}, {"type": "supervised"}),
    ],
)
def test_every_method_is_taken(api: Api, line: object, method: dict[str, object]) -> None:
    job, _ = ended(api, start(api, line, method=method))
    assert_described(job, "FineTuningJob")
    assert job["status"] == "succeeded"
    assert job["method"]["type"] == method["type"]


@pytest.mark.parametrize(
    ("members", "param"),
    [
        ({"training_file": "file-none"}, "training_file"),
        ({"validation_file": "file-none"}, "validation_file"),
        ({"suffix": "x" * 65}, "suffix"),
        ({"seed": -1}, "seed"),
        ({"method": {"type": "magic"}}, "method.type"),
        ({"hyperparameters": {"n_epochs": 0}}, "hyperparameters.n_epochs"),
        ({"method": {"type": "reinforcement", "reinforcement": {}}}, "method.reinforcement.grader"),
    ],
)
def test_a_wrong_job_is_refused(api: Api, members: dict[str, object], param: str) -> None:
    file_id = upload(api, jsonl(EXAMPLE), "fine-tune")
    body = {"model": "local-echo", "training_file": file_id, **members}
    assert api.post("/fine_tuning/jobs", body).error["param"] == param


def test_jobs_are_listed_newest_first_and_by_their_notes(api: Api) -> None:
    one, two = start(api, metadata={"a": "1"}), start(api)
    page = api.get("/fine_tuning/jobs").json
    assert_described(page, "ListPaginatedFineTuningJobsResponse")
    assert [each["id"] for each in page["data"]] == [two, one]
    assert [each["id"] for each in api.get("/fine_tuning/jobs?metadata[a]=1").json["data"]] == [one]
    assert [each["id"] for each in api.get("/fine_tuning/jobs?metadata=null").json["data"]] == [two]
    assert api.get("/fine_tuning/jobs/ftjob-none").status == 404


def test_permissions_are_given_listed_and_taken_back(api: Api) -> None:
    path = "/fine_tuning/checkpoints/ft:local-echo:local::1/permissions"
    made = api.post(path, {"project_ids": ["p-1", "p-2"]}).json
    assert_described(made, "ListFineTuningCheckpointPermissionResponse")
    first, second = (each["id"] for each in made["data"])
    assert [each["id"] for each in api.get(path).json["data"]] == [second, first]
    assert [each["id"] for each in api.get(f"{path}?order=ascending&limit=1").json["data"]] == [first]
    assert [each["id"] for each in api.get(f"{path}?project_id=p-2").json["data"]] == [second]
    assert api.get("/fine_tuning/checkpoints/other/permissions").json["data"] == []
    assert_described(api.delete(f"{path}/{first}").json, "DeleteFineTuningCheckpointPermissionResponse")
    assert api.delete(f"{path}/{first}").status == 404
    assert api.get(f"{path}?order=up").error["param"] == "order"
    assert api.post(path, {}).error["param"] == "project_ids"


def score(api: Api, sample: str, item: dict[str, object] | None = None, /, **grader: object) -> Any:
    answer = api.post("/fine_tuning/alpha/graders/run", {"grader": grader, "model_sample": sample, "item": item})
    assert_described(answer.json, "RunGraderResponse")
    return answer.json


@pytest.mark.parametrize(
    ("operation", "sample", "answer", "reward"),
    [
        ("eq", "Paris", "Paris", 1),
        ("eq", "paris", "Paris", 0),
        ("ne", "paris", "Paris", 1),
        ("like", "in Paris.", "Paris", 1),
        ("like", "in paris.", "Paris", 0),
        ("ilike", "in paris.", "Paris", 1),
    ],
)
def test_string_checks_are_exact(api: Api, operation: str, sample: str, answer: str, reward: float) -> None:
    assert score(api, sample, {"answer": answer}, **{**CHECK, "operation": operation})["reward"] == reward


@pytest.mark.parametrize("metric", ["cosine", "fuzzy_match", "bleu", "gleu", "meteor", "rouge_1", "rouge_2", "rouge_l"])
def test_likeness_is_one_for_the_same_and_less_for_others(api: Api, metric: str) -> None:
    grader = {**CHECK, "type": "text_similarity", "evaluation_metric": metric}
    del grader["operation"]
    same, near, far = (
        score(api, sample, {"answer": "a red apple pie"}, **grader)["reward"]
        for sample in ("a red apple pie", "a red apple", "tax law 9")
    )
    assert same == pytest.approx(1)
    assert same > near > far


def test_a_formula_weighs_the_scores_of_its_graders(api: Api) -> None:
    other = {**CHECK, "name": "json", "input": "{{sample.output_json.a[1]}}", "reference": "2"}
    grader = {
        "type": "multi",
        "name": "both",
        "graders": {"x": CHECK, "y": other},
        "calculate_output": "x + max(y, 0)/4",
    }
    found = score(api, '{"a": [1, 2]}', {"answer": "no"}, **grader)
    assert (found["reward"], found["sub_rewards"]) == (0.25, {"x": 0, "y": 1})


@pytest.mark.parametrize(
    ("grader", "flag"),
    [
        ({**CHECK, "reference": "{{item.nothing}}"}, "invalid_variable_error"),
        ({"type": "python", "name": "p", "source": "def grade(): pass"}, "python_grader_server_error"),
        ({"type": "multi", "name": "m", "graders": CHECK, "calculate_output": "exact +"}, "formula_parse_error"),
        (
            {"type": "multi", "name": "m", "graders": CHECK, "calculate_output": "__import__('os')"},
            "formula_parse_error",
        ),
        ({"type": "multi", "name": "m", "graders": CHECK, "calculate_output": "1 / 0"}, "formula_parse_error"),
    ],
)
def test_a_score_that_cannot_be_given_says_why(api: Api, grader: dict[str, object], flag: str) -> None:
    found = score(api, "x", {"answer": "x"}, **grader)
    assert found["reward"] == 0
    assert [name for name, value in found["metadata"]["errors"].items() if value is True] == [flag]


def test_a_model_that_is_not_there_gives_the_middle(api: Api) -> None:
    grader = {"type": "score_model", "name": "s", "model": "m", "input": [{"role": "user", "content": "x"}]}
    assert score(api, "x", **grader, range=[0, 10])["reward"] == 5


def test_a_grader_is_validated_and_given_back(api: Api) -> None:
    answer = api.post("/fine_tuning/alpha/graders/validate", {"grader": CHECK})
    assert_described(answer.json, "ValidateGraderResponse")
    assert answer.json == {"grader": CHECK}
    wrong = api.post("/fine_tuning/alpha/graders/validate", {"grader": {**CHECK, "operation": "is"}})
    assert wrong.error["param"] == "grader.operation"
    assert json.dumps(CHECK) not in wrong.error["message"]
