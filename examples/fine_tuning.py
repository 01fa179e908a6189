"""Fine-tuning: train a model on examples, follow the job, use what comes out, and try a grader.

Run it with `python -m examples.fine_tuning` (`OPENAI_API_KEY`, or `OPENAI_BASE_URL` of a local server; a real service
wants ten examples at least, and money).
"""

from __future__ import annotations

import json

from typed_openai import OpenAI
from typed_openai.models.fine_tuning import (
    Method,
    MultiGrader,
    PermissionCreateResponse,
    StringCheckGrader,
    SupervisedHyperparameters,
    SupervisedMethod,
    TextSimilarityGrader,
)

SAYINGS = {"Overjoyed with my new phone!": "positive", "Disappointed for a third night.": "negative"}


def training_file() -> bytes:
    """The examples as JSONL."""
    examples = [
        {"messages": [{"role": "user", "content": said}, {"role": "assistant", "content": mood}]}
        for said, mood in SAYINGS.items()
    ]
    return "".join(json.dumps(example) + "\n" for example in examples).encode()


def train(client: OpenAI) -> str | None:
    """Upload, train, wait; the name of the model."""
    file = client.files.create(file=("sarcasm.jsonl", training_file()), purpose="fine-tune")
    method = Method(
        type="supervised",
        supervised=SupervisedMethod(hyperparameters=SupervisedHyperparameters(n_epochs=2, batch_size="auto")),
    )
    job = client.fine_tuning.jobs.create(training_file=file.id, model="gpt-4o-mini", method=method, suffix="moods")
    job = client.fine_tuning.jobs.wait(job.id, wait={"on_progress": lambda seen: print(seen.id, seen.status)})
    for event in client.fine_tuning.jobs.list_events(job.id, limit=3).data:
        print("event", event.message)
    for checkpoint in client.fine_tuning.jobs.checkpoints.list(job.id):
        print("checkpoint", checkpoint.step_number, checkpoint.metrics.train_loss)
    return job.fine_tuned_model


def regret(client: OpenAI) -> None:
    """A job may be paused, resumed and cancelled while it is under way."""
    file = client.files.create(file=("sarcasm.jsonl", training_file()), purpose="fine-tune")
    job = client.fine_tuning.jobs.create(training_file=file.id, model="gpt-4o-mini")
    print("paused:   ", client.fine_tuning.jobs.pause(job.id).status)
    print("resumed:  ", client.fine_tuning.jobs.resume(job.id).status)
    print("cancelled:", client.fine_tuning.jobs.cancel(job.id).status)
    print("all jobs: ", [each.status for each in client.fine_tuning.jobs.list()])


def grade(client: OpenAI) -> None:
    """Try a grader before a training by scores depends on it."""
    said, wanted = "{{sample.output_text}}", "{{item.mood}}"
    grader = MultiGrader(
        name="mood",
        graders={
            "exact": StringCheckGrader(name="exact", input=said, reference=wanted, operation="eq"),
            "close": TextSimilarityGrader(name="close", input=said, reference=wanted, evaluation_metric="fuzzy_match"),
        },
        calculate_output="0.5 * exact + 0.5 * close",
    )
    score = client.fine_tuning.alpha.graders.run(grader=grader, model_sample="positiv", item={"mood": "positive"})
    print("score", round(score.reward, 2), score.sub_rewards)


def main() -> None:
    with OpenAI() as client:
        model = train(client)
        if model is not None:
            answer = client.chat.completions.create(
                model=model, messages=[{"role": "user", "content": "I love Mondays!"}]
            )
            print(model, "says", answer.text)
            print("shared with", [p.project_id for p in share(client, model)])
        regret(client)
        grade(client)


def share(client: OpenAI, model: str) -> list[PermissionCreateResponse]:
    """Let two projects use the model; needs an admin key at the real service."""
    return client.fine_tuning.checkpoints.permissions.create(model, project_ids=["proj_a", "proj_b"]).data


if __name__ == "__main__":
    main()
