"""Evaluations: how well a model answers, judged by graders (API reference: Evals).

OpenAI closes them on 2026-11-30; Azure and compatible servers have them.
"""

from __future__ import annotations

from typed_openai.core.answer.pages import CursorPage
from typed_openai.core.declare.verbs import Resource, delete, ends, get, nested, post
from typed_openai.core.declare.waits import waits
from typed_openai.core.run.waiting import Waiting
from typed_openai.models.evals.eval_runs import (
    EvalOutputItem,
    EvalRun,
    OutputItemListParams,
    RunCreateParams,
    RunDeleteResponse,
    RunListParams,
)
from typed_openai.models.evals.evals import Eval, EvalCreateParams, EvalDeleteResponse, EvalListParams, EvalUpdateParams

DEPRECATED = ends("2026-11-30", "Azure and compatible servers have it")
_PENDING = frozenset({"queued", "in_progress"})
_FAILED = frozenset({"failed", "canceled"})
_PATIENCE: Waiting = {"interval": 1.0, "max_interval": 30.0, "deadline": 3600.0}
"""A run takes as long as its items take to be answered."""


class OutputItems(Resource):
    """What came of each item of a run."""

    _deprecated = DEPRECATED

    retrieve = get("/evals/{eval_id}/runs/{run_id}/output_items/{output_item_id}", EvalOutputItem)
    """Fetch what came of one item: the answer, and what each grader said of it."""
    list = get("/evals/{eval_id}/runs/{run_id}/output_items", OutputItemListParams, CursorPage[EvalOutputItem])
    """List what came of the items of a run, in their order."""


class Runs(Resource):
    """Have the items of a source answered and graded."""

    _deprecated = DEPRECATED

    create = post("/evals/{eval_id}/runs", RunCreateParams, EvalRun)
    """Start a run; `wait` waits for its end."""
    retrieve = get("/evals/{eval_id}/runs/{run_id}", EvalRun)
    """Fetch a run: its state, and how many items passed."""
    list = get("/evals/{eval_id}/runs", RunListParams, CursorPage[EvalRun])
    """List the runs of an evaluation, the oldest first unless `order` says otherwise."""
    delete = delete("/evals/{eval_id}/runs/{run_id}", RunDeleteResponse)
    """Delete a run and what came of its items."""
    cancel = post("/evals/{eval_id}/runs/{run_id}/cancel", EvalRun)
    """Stop a run that is under way."""
    output_items = nested(OutputItems)

    wait = waits(retrieve, "run_id", keywords=("eval_id",), pending=_PENDING, failed=_FAILED, wait=_PATIENCE)
    """Wait until a run has ended.

    Asks every second at first and every 30 s at last, for up to an hour, unless `wait` says otherwise. Raises
    `WaitFailedError` for a run that failed or was canceled, `WaitTimeoutError` at the deadline; the run is on the
    error's `result`.
    """


class Evals(Resource):
    """Say what a model is measured by."""

    path = "evals"
    _deprecated = DEPRECATED

    create = post("/evals", EvalCreateParams, Eval)
    """Make an evaluation: the shape of its data, and graders."""
    retrieve = get("/evals/{eval_id}", Eval)
    """Fetch an evaluation."""
    update = post("/evals/{eval_id}", EvalUpdateParams, Eval)
    """Change the name or the notes of an evaluation; what is left out stays as it is."""
    list = get("/evals", EvalListParams, CursorPage[Eval])
    """List the evaluations of the project, the oldest first unless `order` says otherwise."""
    delete = delete("/evals/{eval_id}", EvalDeleteResponse)
    """Delete an evaluation and its runs."""
    runs = nested(Runs)
