"""What is asked of both servers about evaluations: graders of each kind, runs from each source, what came of them.

A text of a known speaker fits two of the description's shapes of a message, and steady wants one: texts stand in lists.
"""

from __future__ import annotations

from typing import Any

from tests.interop.fine_tuning_scenarios import CHECK, PYTHON, SCORE, SIMILAR
from tests.interop.scenario import scenario
from typed_openai.models.base import NULL

LABEL: dict[str, Any] = {
    "type": "label_model",
    "name": "mood",
    "model": "gpt-4o",
    "input": [
        {"role": "developer", "content": ["Give the mood."]},
        {"role": "narrator", "content": "{{sample.output_text}}"},
        {"role": "user", "content": ["{{item.said}}", {"type": "input_text", "text": "and?"}]},
    ],
    "labels": ["glad", "sad"],
    "passing_labels": ["glad"],
}
CUSTOM: dict[str, Any] = {
    "type": "custom",
    "item_schema": {"type": "object", "properties": {"q": {"type": "string"}}},
    "include_sample_schema": True,
}
ITEMS: dict[str, Any] = {
    "type": "file_content",
    "content": [{"item": {"q": "Why?"}}, {"item": {"q": "1+1"}, "sample": {"output_text": "2"}}],
}
FILE = {"type": "file_id", "id": "file-1"}
TEMPLATE: dict[str, Any] = {
    "type": "template",
    "template": [
        {"role": "system", "content": ["Be short."]},
        {"role": "user", "content": ["{{item.q}}"], "type": "message"},
    ],
}
SCHEMA = {"name": "answer", "schema": {"type": "object"}, "strict": True}
FUNCTION: dict[str, Any] = {"name": "weather", "parameters": {"type": "object", "properties": {}}, "strict": True}
HOW = {"temperature": 0.5, "top_p": 0.9, "seed": 1, "max_completion_tokens": 64, "reasoning_effort": "low"}

EVALS = [
    scenario("evals.create", "with a check", data_source_config=CUSTOM, testing_criteria=[CHECK]),
    scenario(
        "evals.create",
        "with a grader of each kind",
        name="moods",
        metadata={"team": "a"},
        data_source_config={"type": "logs", "metadata": {"usecase": "chat"}},
        testing_criteria=[
            CHECK,
            LABEL,
            {**SIMILAR, "pass_threshold": 0.8},
            {**PYTHON, "pass_threshold": 0.5},
            {**SCORE, "pass_threshold": 0.5},
        ],
    ),
    scenario(
        "evals.create",
        "of stored chats",
        data_source_config={"type": "stored_completions", "metadata": {"usecase": "chat"}},
        testing_criteria=[CHECK],
        metadata=NULL,
    ),
    scenario("evals.retrieve", "by id", "eval_1"),
    scenario("evals.update", "its name", "eval_1", name="tempers", metadata={"team": "b"}),
    scenario("evals.list", "all of them"),
    scenario("evals.list", "with every filter", after="eval_0", limit=2, order="desc", order_by="updated_at"),
    scenario("evals.delete", "by id", "eval_1"),
    scenario("evals.runs.create", "of items with answers", "eval_1", data_source={"type": "jsonl", "source": ITEMS}),
    scenario(
        "evals.runs.create",
        "by chat",
        "eval_1",
        name="first",
        metadata={"team": "a"},
        data_source={
            "type": "completions",
            "model": "gpt-4o",
            "source": FILE,
            "input_messages": TEMPLATE,
            "sampling_params": {
                **HOW,
                "response_format": {"type": "json_schema", "json_schema": SCHEMA},
                "tools": [{"type": "function", "function": FUNCTION}],
            },
        },
    ),
    scenario(
        "evals.runs.create",
        "of stored chats",
        "eval_1",
        data_source={
            "type": "completions",
            "source": {"type": "stored_completions", "model": "gpt-4o", "created_after": 1, "limit": 5},
            "input_messages": {"type": "item_reference", "item_reference": "item.input"},
        },
    ),
    scenario(
        "evals.runs.create",
        "by the Responses API",
        "eval_1",
        data_source={
            "type": "responses",
            "model": "gpt-4o",
            "source": ITEMS,
            "input_messages": {"type": "template", "template": [{"role": "narrator", "content": "{{item.q}}"}]},
            "sampling_params": {
                **HOW,
                "text": {"format": {"type": "json_schema", **SCHEMA}},
                "tools": [{"type": "function", **FUNCTION}],
            },
        },
    ),
    scenario(
        "evals.runs.create",
        "of stored responses",
        "eval_1",
        data_source={
            "type": "responses",
            "source": {
                "type": "responses",
                "instructions_search": "short",
                "created_before": 2_000_000_000,
                "users": ["u"],
                "tools": ["weather"],
                "reasoning_effort": "low",
            },
        },
    ),
    scenario("evals.runs.retrieve", "by id", "evalrun_1", eval_id="eval_1"),
    scenario("evals.runs.list", "all of them", "eval_1"),
    scenario("evals.runs.list", "with every filter", "eval_1", after="r", limit=2, order="desc", status="completed"),
    scenario("evals.runs.cancel", "by id", "evalrun_1", eval_id="eval_1"),
    scenario("evals.runs.delete", "by id", "evalrun_1", eval_id="eval_1"),
    scenario("evals.runs.output_items.retrieve", "by id", "item_1", eval_id="eval_1", run_id="evalrun_1"),
    scenario("evals.runs.output_items.list", "all of them", "evalrun_1", eval_id="eval_1"),
    scenario(
        "evals.runs.output_items.list",
        "with every filter",
        "evalrun_1",
        eval_id="eval_1",
        after="i",
        limit=2,
        order="desc",
        status="fail",
    ),
]
