"""`/evals`: evaluations whose runs are really carried out: models here are asked, and graders judge the answers.

A run goes one step further each time somebody asks for it: `queued` → `in_progress` → `completed`, with an output item
for each item of its source. How one item is answered and graded stands in `eval_work.py`.

Rules: a source that cannot be used (a file that is not there, a line that is not an item) is refused when the run is
made; an item that a grader cannot judge is `errored` and the run goes on; a run that is canceled keeps nothing.

Weak spots: lists are sorted by the time of making only; there is no page behind `report_url`.
"""

from __future__ import annotations

from typing import Any

from typed_openai.local.errors import ApiError, missing
from typed_openai.local.eval_work import items_of, judged
from typed_openai.local.exchange import Reply, Request
from typed_openai.local.kept import CRUD, Item, Kept, Move
from typed_openai.local.router import route
from typed_openai.local.state import State

EVALS = Kept(
    "eval",
    "/evals/{eval_id}",
    "eval_",
    named="eval_id",
    order="asc",
    status=201,
    first={"name": "", "metadata": {}},
    made=lambda said, _: {**said, "data_source_config": _shown(said["data_source_config"])},
)
RUNS = Kept(
    "eval run",
    f"{EVALS.path}/runs/{{run_id}}",
    "evalrun_",
    named="run_id",
    within=EVALS,
    order="asc",
    first={"name": "", "metadata": {}, "per_model_usage": None, "per_testing_criteria_results": None, "error": None},
    steps={
        "queued": lambda run, _: {**run, "status": "in_progress"},
        "in_progress": lambda run, state: _carried_out(run, state),
    },
)
OUTPUT_ITEMS = Kept(
    "output item", f"{RUNS.path}/output_items/{{output_item_id}}", "outputitem_", within=RUNS, order="asc"
)
ROUTES = (
    *EVALS.routes(*CRUD),
    *RUNS.routes("list", "retrieve", "delete"),
    *RUNS.moves(cancel=Move("canceled", allowed=("queued", "in_progress"))),
    *OUTPUT_ITEMS.routes("list", "retrieve"),
)
_ANSWER: Item = {
    "type": "object",
    "properties": {"output_text": {"type": "string"}, "model": {"type": "string"}, "choices": {"type": "array"}},
}
"""The schema of `sample`."""


def _shown(source: Item) -> Item:
    """What an evaluation is fed with, in the form in which it is shown: one schema for all that graders see."""
    custom = source["type"] == "custom"
    properties: Item = {"item": source["item_schema"] if custom else {"type": "object"}}
    if not custom or source.get("include_sample_schema"):
        properties["sample"] = _ANSWER
    schema = {"type": "object", "properties": properties, "required": [*properties]}
    return {"type": source["type"], "schema": schema} | ({} if custom else {"metadata": source.get("metadata") or {}})


@route("POST", RUNS.list_path)
def create_run(request: Request, state: State) -> Reply:
    """Start a run."""
    given, of = request.given, RUNS.of(request, state)
    source, stored = given["data_source"], ("stored_completions", "responses")
    if source["type"] != "jsonl" and source["source"]["type"] not in stored:
        for name in ("model", "input_messages"):
            if not source.get(name):
                raise missing(f"data_source.{name}")
    items = items_of(source["source"], state)
    if not items:
        raise ApiError(400, "The data source has no items.", param="data_source.source", code="empty_data_source")
    run = RUNS.make(
        state,
        *of,
        **RUNS.said(request),
        eval_id=of[0],
        status="queued",
        model=source.get("model"),
        report_url=f"http://{request.headers.get('host', 'localhost')}/evaluations/{of[0]}",
        result_counts=_counts([]),
        _items=items,
    )
    return RUNS.reply(state, run, status=201)


def _counts(statuses: list[str]) -> dict[str, int]:
    names = {"errored": "error", "failed": "fail", "passed": "pass"}
    return {"total": len(statuses)} | {name: statuses.count(status) for name, status in names.items()}


def _carried_out(run: Item, state: State) -> Item:
    """A run at its end, its output items kept."""
    criteria: list[Item] = EVALS.find(state, run["eval_id"])["testing_criteria"]
    about = {"run_id": run["id"], "eval_id": run["eval_id"]}
    made: list[Item] = []
    for place, item in enumerate(run["_items"]):
        outcome = judged(item, run["data_source"], criteria, state)
        where = {"datasource_item_id": place, "datasource_item": item["item"]}
        made.append(OUTPUT_ITEMS.make(state, run["eval_id"], run["id"], **about, **where, **outcome))
    results = [[each["results"][place]["passed"] for each in made] for place in range(len(criteria))]
    return {
        **run,
        "status": "completed",
        "result_counts": _counts([each["status"] for each in made]),
        "per_model_usage": _usage(made),
        "per_testing_criteria_results": [
            {"testing_criteria": criterion["name"], "passed": sum(passed), "failed": len(passed) - sum(passed)}
            for criterion, passed in zip(criteria, results, strict=True)
        ],
    }


def _usage(made: list[Item]) -> list[dict[str, Any]]:
    """What each model consumed that was asked."""
    found: dict[str, Item] = {}
    for sample in (each["sample"] for each in made if each["_asked"]):
        row = found.setdefault(sample["model"], {"model_name": sample["model"], "invocation_count": 0})
        row["invocation_count"] += 1
        for name, count in sample["usage"].items():
            row[name] = row.get(name, 0) + count
    return [*found.values()]
