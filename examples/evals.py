"""Evaluations: have a model answer questions, let graders judge the answers, and see which did not pass.

Run it with `python -m examples.evals` (`OPENAI_API_KEY`, or `OPENAI_BASE_URL` of a local server). OpenAI closes
evaluations on 2026-11-30; Azure and compatible servers have them.
"""

from __future__ import annotations

import json

from typed_openai import OpenAI
from typed_openai.models.evals import (
    CreateEvalCompletionsRunDataSource,
    CustomDataSource,
    EvalChatTemplate,
    EvalFileSource,
    EvalStringCheckGrader,
    EvalTemplateMessage,
    EvalTextSimilarityGrader,
)

QUESTIONS = {"Is Paris the capital of France?": "paris", "What is 6 * 7?": "forty-two"}


def make(client: OpenAI) -> str:
    """An evaluation with two graders; its id."""
    schema = {"type": "object", "properties": {"question": {"type": "string"}, "answer": {"type": "string"}}}
    said, wanted = "{{sample.output_text}}", "{{item.answer}}"
    evaluation = client.evals.create(
        name="general knowledge",
        data_source_config=CustomDataSource(item_schema=schema, include_sample_schema=True),
        testing_criteria=[
            EvalStringCheckGrader(name="mentions", input=said, reference=wanted, operation="ilike"),
            EvalTextSimilarityGrader(
                name="close", input=said, reference=wanted, evaluation_metric="cosine", pass_threshold=0.1
            ),
        ],
    )
    return evaluation.id


def questions(client: OpenAI) -> str:
    """The questions as an uploaded file; its id."""
    lines = [json.dumps({"item": {"question": question, "answer": answer}}) for question, answer in QUESTIONS.items()]
    return client.files.create(file=("questions.jsonl", "\n".join(lines).encode()), purpose="evals").id


def main() -> None:
    with OpenAI() as client:
        evaluation = make(client)
        source = CreateEvalCompletionsRunDataSource(
            model="gpt-4o-mini",
            source=EvalFileSource(id=questions(client)),
            input_messages=EvalChatTemplate(template=[EvalTemplateMessage(role="user", content="{{item.question}}")]),
        )
        run = client.evals.runs.create(evaluation, data_source=source)
        done = client.evals.runs.wait(run.id, eval_id=evaluation, wait={"interval": 0.1})
        print(done.status, done.result_counts.passed, "of", done.result_counts.total, "passed")
        for grader in done.per_testing_criteria_results or []:
            print(grader.testing_criteria, grader.passed, "passed,", grader.failed, "failed")
        for item in client.evals.runs.output_items.list(run.id, eval_id=evaluation, status="fail"):
            print(item.datasource_item["question"], "→", item.sample.output[0].content)
        client.evals.delete(evaluation)


if __name__ == "__main__":
    main()
