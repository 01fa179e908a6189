"""What is asked of both servers about fine-tuning: jobs, checkpoints, permissions, graders."""

from __future__ import annotations

from typing import Any

from tests.interop.scenario import scenario
from typed_openai.models.base import NULL

CHECK = {
    "type": "string_check",
    "name": "exact",
    "input": "{{sample.output_text}}",
    "reference": "{{item.answer}}",
    "operation": "eq",
}
SIMILAR = {
    "type": "text_similarity",
    "name": "close",
    "input": "{{sample.output_text}}",
    "reference": "{{item.answer}}",
    "evaluation_metric": "fuzzy_match",
}
SCORE: dict[str, Any] = {
    "type": "score_model",
    "name": "judge",
    "model": "gpt-4o",
    "input": [
        {"role": "system", "content": "Give a score."},
        {"role": "user", "content": [{"type": "input_text", "text": "{{sample.output_text}}"}], "type": "message"},
    ],
    "range": [0, 1],
    "sampling_params": {"temperature": 0, "seed": 1, "max_completions_tokens": 10, "reasoning_effort": "low"},
}
PYTHON = {
    "type": "python",
    "name": "code",
    "source": "def grade(sample, item):\n    return 1.0",
    "image_tag": "2025-05-08",
}
MULTI = {"type": "multi", "name": "both", "graders": CHECK, "calculate_output": "0.5 * exact"}

JOBS = [
    scenario("fine_tuning.jobs.create", "of a file", model="gpt-4o-mini", training_file="file-1"),
    scenario(
        "fine_tuning.jobs.create",
        "with everything",
        model="gpt-4o-mini",
        training_file="file-1",
        validation_file="file-2",
        hyperparameters={"batch_size": "auto", "learning_rate_multiplier": 0.5, "n_epochs": 3},
        integrations=[{"type": "wandb", "wandb": {"project": "p", "name": None, "entity": "e", "tags": ["a"]}}],
        metadata={"topic": "weather"},
        method={"type": "supervised", "supervised": {"hyperparameters": {"batch_size": 8, "n_epochs": "auto"}}},
        seed=2147483647,
        suffix="weather",
    ),
    scenario(
        "fine_tuning.jobs.create",
        "on preferences",
        model="gpt-4o-mini",
        training_file="file-1",
        validation_file=NULL,
        metadata=NULL,
        method={"type": "dpo", "dpo": {"hyperparameters": {"beta": 0.1, "learning_rate_multiplier": "auto"}}},
    ),
    scenario(
        "fine_tuning.jobs.create",
        "on scores",
        model="o4-mini",
        training_file="file-1",
        method={
            "type": "reinforcement",
            "reinforcement": {
                "grader": SCORE,
                "hyperparameters": {
                    "compute_multiplier": 1.5,
                    "eval_interval": 1,
                    "eval_samples": "auto",
                    "reasoning_effort": "high",
                },
            },
        },
    ),
    scenario("fine_tuning.jobs.retrieve", "by id", "ftjob-1"),
    scenario("fine_tuning.jobs.list", "all of them"),
    scenario("fine_tuning.jobs.list", "a page", after="ftjob-0", limit=2, metadata={"topic": "weather"}),
    scenario("fine_tuning.jobs.cancel", "by id", "ftjob-1"),
    scenario("fine_tuning.jobs.list_events", "all of them", "ftjob-1"),
    scenario("fine_tuning.jobs.list_events", "a page", "ftjob-1", after="ftevent-0", limit=2),
    scenario("fine_tuning.jobs.pause", "by id", "ftjob-1"),
    scenario("fine_tuning.jobs.resume", "by id", "ftjob-1"),
    scenario("fine_tuning.jobs.checkpoints.list", "all of them", "ftjob-1"),
    scenario("fine_tuning.jobs.checkpoints.list", "a page", "ftjob-1", after="ftckpt_0", limit=2),
]

CHECKPOINT = "ft:gpt-4o-mini:acme:weather:1:ckpt-step-90"
PERMISSIONS = [
    scenario(
        "fine_tuning.checkpoints.permissions.create", "for projects", CHECKPOINT, project_ids=["proj_1", "proj_2"]
    ),
    scenario("fine_tuning.checkpoints.permissions.retrieve", "all of them", CHECKPOINT),
    scenario("fine_tuning.checkpoints.permissions.list", "all of them", CHECKPOINT),
    scenario(
        "fine_tuning.checkpoints.permissions.list",
        "a page",
        CHECKPOINT,
        after="cp_0",
        limit=2,
        order="ascending",
        project_id="proj_1",
    ),
    scenario("fine_tuning.checkpoints.permissions.delete", "by id", CHECKPOINT, "cp_1"),
]

GRADERS = [
    scenario("fine_tuning.alpha.graders.run", "a check", grader=CHECK, model_sample="Paris", item={"answer": "Paris"}),
    scenario("fine_tuning.alpha.graders.run", "a likeness", grader=SIMILAR, model_sample="Paris", item={"answer": "P"}),
    scenario("fine_tuning.alpha.graders.run", "a model", grader=SCORE, model_sample="Paris"),
    scenario("fine_tuning.alpha.graders.run", "code", grader=PYTHON, model_sample="Paris"),
    scenario("fine_tuning.alpha.graders.validate", "a formula", grader=MULTI),
]

FINE_TUNING = [*JOBS, *PERMISSIONS, *GRADERS]
