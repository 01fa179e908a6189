"""Fine-tuning and graders: what is sent is checked exactly, what comes back is forgiven, and may be sent again."""

from __future__ import annotations

import json
from typing import Any

import pytest
from pydantic import ValidationError

from typed_openai.core.request.params import json_body
from typed_openai.models.base import NULL
from typed_openai.models.batches import Batch, BatchCreateParams, BatchRequestInput, BatchRequestOutput
from typed_openai.models.fine_tuning.fine_tuning import FineTuningJob, GraderRunResponse, GraderValidateResponse, Method
from typed_openai.models.fine_tuning.fine_tuning_params import GraderRunParams, JobCreateParams
from typed_openai.models.fine_tuning.graders import (
    GraderInputText,
    MultiGrader,
    ScoreModelGrader,
    StringCheckGrader,
    UnknownGrader,
    UnknownGraderContent,
)

CHECK = {"type": "string_check", "name": "c", "input": "{{a}}", "reference": "b", "operation": "eq"}
SCORE: dict[str, Any] = {"type": "score_model", "name": "s", "model": "m", "input": []}
JOB: dict[str, Any] = {
    "id": "ftjob-1",
    "object": "fine_tuning.job",
    "status": "running",
    "model": "m",
    "fine_tuned_model": None,
    "error": None,
    "training_file": "file-1",
    "validation_file": None,
    "result_files": [],
    "hyperparameters": {"n_epochs": "auto", "batch_size": 4, "learning_rate_multiplier": 0.5},
    "seed": 1,
    "trained_tokens": None,
    "organization_id": "org-1",
    "created_at": 1,
    "finished_at": None,
}


def faults(model: type[Any], value: dict[str, Any]) -> list[tuple[int | str, ...]]:
    with pytest.raises(ValidationError) as caught:
        model.model_validate(value)
    return [error["loc"] for error in caught.value.errors() if error["loc"][-1] != "is-instance[Null]"]


def job_params(**more: Any) -> dict[str, Any]:
    return {"model": "m", "training_file": "file-1", **more}


def sent(params: Any) -> Any:
    return json.loads(json_body("test", params, None))


@pytest.mark.parametrize(
    ("method", "name", "value"),
    [
        ("supervised", "n_epochs", 50),
        ("supervised", "n_epochs", "auto"),
        ("supervised", "batch_size", 256),
        ("supervised", "learning_rate_multiplier", 0.1),
        ("supervised", "learning_rate_multiplier", 2),
        ("dpo", "beta", 2),
        ("dpo", "beta", "auto"),
        ("reinforcement", "compute_multiplier", 10),
        ("reinforcement", "eval_interval", 1),
        ("reinforcement", "eval_samples", "auto"),
        ("reinforcement", "reasoning_effort", "default"),
    ],
)
def test_a_hyperparameter_is_a_number_in_its_range_or_auto(method: str, name: str, value: object) -> None:
    details: dict[str, Any] = {"hyperparameters": {name: value}}
    if method == "reinforcement":
        details["grader"] = CHECK
    given = job_params(method={"type": method, method: details})
    assert sent(JobCreateParams(**given)) == given


@pytest.mark.parametrize(
    ("method", "name", "value"),
    [
        ("supervised", "n_epochs", 0),
        ("supervised", "n_epochs", 51),
        ("supervised", "n_epochs", "3"),
        ("supervised", "n_epochs", True),
        ("supervised", "n_epochs", 1.5),
        ("supervised", "batch_size", 257),
        ("supervised", "batch_size", "automatic"),
        ("supervised", "learning_rate_multiplier", 0),
        ("supervised", "learning_rate_multiplier", float("inf")),
        ("supervised", "beta", 0.5),
        ("dpo", "beta", 0),
        ("dpo", "beta", 2.1),
        ("reinforcement", "compute_multiplier", 10.1),
        ("reinforcement", "eval_samples", 0),
        ("reinforcement", "reasoning_effort", "max"),
    ],
)
def test_everything_else_is_refused_once_and_where_it_is(method: str, name: str, value: object) -> None:
    details: dict[str, Any] = {"hyperparameters": {name: value}}
    if method == "reinforcement":
        details["grader"] = CHECK
    [place] = faults(JobCreateParams, job_params(method={"type": method, method: details}))
    assert place[:4] == ("method", method, "hyperparameters", name)


@pytest.mark.parametrize(
    "more",
    [
        {"suffix": ""},
        {"suffix": "x" * 65},
        {"seed": -1},
        {"seed": 2**31},
        {"seed": "1"},
        {"integrations": [{"type": "wandb"}]},
        {"integrations": [{"type": "mlflow", "wandb": {"project": "p"}}]},
        {"method": {}},
        {"method": {"type": "magic"}},
        {"method": {"type": "reinforcement", "reinforcement": {}}},
        {"epochs": 3},
    ],
)
def test_a_wrong_job_is_refused(more: dict[str, Any]) -> None:
    assert len(faults(JobCreateParams, job_params(**more))) == 1


def test_what_may_be_null_is_sent_as_null_when_asked() -> None:
    params = JobCreateParams(model="m", training_file="f", suffix=NULL, seed=None, metadata=NULL)
    assert sent(params) == {"model": "m", "training_file": "f", "suffix": None, "metadata": None}


def test_constants_are_sent_though_nobody_wrote_them() -> None:
    grader = StringCheckGrader(name="c", input="a", reference="b", operation="ne")
    params = GraderRunParams(grader=grader, model_sample="x")
    assert sent(params)["grader"] == {**CHECK, "input": "a", "operation": "ne"}
    assert sent(Method(type="dpo")) == {"type": "dpo"}


@pytest.mark.parametrize(
    "content",
    [
        "text",
        {"type": "input_text", "text": "a"},
        {"type": "output_text", "text": "a"},
        {"type": "input_image", "image_url": "https://x", "detail": "low"},
        {"type": "input_audio", "input_audio": {"data": "", "format": "wav"}},
        ["a", {"type": "input_text", "text": "b"}],
    ],
)
def test_what_a_grading_model_reads_goes_out_and_comes_back(content: object) -> None:
    grader = {**SCORE, "input": [{"role": "user", "content": content}]}
    assert sent(GraderRunParams.model_validate({"grader": grader, "model_sample": ""}))["grader"] == grader
    read = GraderValidateResponse.model_validate_json(json.dumps({"grader": grader}), strict=True)
    assert isinstance(read.grader, ScoreModelGrader)
    assert read.model_dump() == {"grader": grader}


@pytest.mark.parametrize(
    ("content", "place"),
    [
        (7, ("grader", "score_model", "input", 0, "content")),
        ({"type": "input_text"}, ("grader", "score_model", "input", 0, "content", "an object", "input_text", "text")),
        ([7], ("grader", "score_model", "input", 0, "content", "a list", 0)),
    ],
)
def test_a_fault_in_what_it_reads_is_reported_once_and_where_it_is(content: object, place: tuple[Any, ...]) -> None:
    grader = {**SCORE, "input": [{"role": "user", "content": content}]}
    assert faults(GraderRunParams, {"grader": grader, "model_sample": ""}) == [place]


@pytest.mark.parametrize("graders", [CHECK, {"one": CHECK, "two": SCORE}])
def test_a_multi_grader_takes_one_or_several_by_name(graders: dict[str, Any]) -> None:
    grader = {"type": "multi", "name": "m", "graders": graders, "calculate_output": "one"}
    assert sent(GraderRunParams.model_validate({"grader": grader, "model_sample": ""}))["grader"] == grader
    read = GraderValidateResponse.model_validate_json(json.dumps({"grader": grader}), strict=True).grader
    assert isinstance(read, MultiGrader)
    inner = read.graders["one"] if isinstance(read.graders, dict) else read.graders
    assert isinstance(inner, StringCheckGrader)
    assert sent(GraderRunParams.model_validate({"grader": read, "model_sample": ""}))["grader"] == grader


@pytest.mark.parametrize("graders", [{}, [], "x", {"one": 1}, {"one": {"type": "multi"}}, None])
def test_a_multi_grader_without_graders_is_refused(graders: object) -> None:
    grader = {"type": "multi", "name": "m", "graders": graders, "calculate_output": "one"}
    assert faults(GraderRunParams, {"grader": grader, "model_sample": ""})


def test_a_job_is_read_as_it_came() -> None:
    job = FineTuningJob.model_validate_json(json.dumps(JOB), strict=True)
    assert job.model_dump() == JOB
    assert (job.hyperparameters.n_epochs, job.hyperparameters.batch_size) == ("auto", 4)


def test_kinds_that_are_newer_than_the_package_keep_their_data() -> None:
    job = JOB | {"method": {"type": "reinforcement", "reinforcement": {"grader": {"type": "vibes", "depth": 3}}}}
    read = FineTuningJob.model_validate_json(json.dumps(job | {"status": "dreaming"}), strict=True)
    assert str(read.status) == "dreaming"
    assert read.method is not None
    assert read.method.reinforcement is not None
    assert isinstance(read.method.reinforcement.grader, UnknownGrader)
    assert read.method.reinforcement.grader.model_extra == {"depth": 3}
    content = [{"type": "smell", "of": "roses"}, {"type": "input_text", "text": "a"}]
    grader = {**SCORE, "input": [{"role": "user", "content": content}]}
    found = GraderValidateResponse.model_validate_json(json.dumps({"grader": grader}), strict=True).grader
    assert isinstance(found, ScoreModelGrader)
    said = found.input[0].content
    assert isinstance(said, list)
    smell, text = said
    assert isinstance(smell, UnknownGraderContent)
    assert isinstance(text, GraderInputText)


@pytest.mark.parametrize("tokens", [None, 324, {"prompt_tokens": 190, "total_tokens": 324}])
def test_the_tokens_of_a_score_are_a_number_or_an_object(tokens: object) -> None:
    flags = "formula_parse_error sample_parse_error truncated_observation_error unresponsive_reward_error"
    flags += " invalid_variable_error other_error python_grader_server_error python_grader_runtime_error"
    flags += " model_grader_server_error model_grader_refusal_error model_grader_parse_error"
    metadata = {
        "name": "s",
        "type": "score_model",
        "errors": dict.fromkeys(flags.split(), False),
        "execution_time": 1.5,
        "scores": {},
        "token_usage": tokens,
        "sampled_model_name": None,
    }
    answer = {"reward": 1.0, "metadata": metadata, "sub_rewards": {}, "model_grader_token_usage_per_model": {}}
    read = GraderRunResponse.model_validate_json(json.dumps(answer), strict=True)
    assert read.metadata.token_usage == tokens


# --- batches ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "more",
    [
        {"endpoint": "/v1/files"},
        {"endpoint": "/chat/completions"},
        {"completion_window": "1h"},
        {"output_expires_after": {"seconds": 3599}},
        {"output_expires_after": {"seconds": 2592001}},
        {"output_expires_after": {"anchor": "now", "seconds": 3600}},
        {"metadata": {"a": 1}},
    ],
)
def test_a_wrong_batch_is_refused(more: dict[str, Any]) -> None:
    good = {"endpoint": "/v1/embeddings", "completion_window": "24h", "input_file_id": "f"}
    assert sent(BatchCreateParams.model_validate(good)) == good
    assert len(faults(BatchCreateParams, {**good, **more})) == 1


def test_a_batch_is_read_as_it_came_whatever_its_state_is() -> None:
    batch = {
        "id": "batch_1",
        "object": "batch",
        "endpoint": "/v1/dreams",
        "input_file_id": "f",
        "completion_window": "48h",
        "status": "sleeping",
        "created_at": 1,
        "error_file_id": None,
        "errors": {"object": "list", "data": [{"code": "x", "line": None, "message": "m", "param": None}]},
        "request_counts": {"total": 1, "completed": 0, "failed": 1},
    }
    assert Batch.model_validate_json(json.dumps(batch), strict=True).model_dump() == batch


def test_the_lines_of_its_files_have_models() -> None:
    line = {"custom_id": "a", "method": "POST", "url": "/v1/embeddings", "body": {"model": "m"}}
    assert sent(BatchRequestInput.model_validate(line)) == line
    assert faults(BatchRequestInput, {**line, "custom_id": "", "method": "GET"}) == [("custom_id",), ("method",)]
    answer = {"id": "1", "custom_id": "a", "response": {"status_code": 200, "body": {"x": 1}}, "error": None}
    assert BatchRequestOutput.model_validate_json(json.dumps(answer), strict=True).model_dump() == answer
