"""Runs of evaluations, and what came of each item (`/evals/{eval_id}/runs`).

API reference: "Evals" (runs, output items). What a run is fed with: `eval_sources.py`.

Rules: what operations on one run give are subclasses of `EvalRun` that differ only by name; of an output item likewise.

Weak spot: the description says that `error`, `model` and the counts are always there; of a run that has not begun, or
asks no model, servers send null.
"""

from typing import Annotated, Any, Literal, TypeAlias

from pydantic import Field, StrictInt

from typed_openai.models.base import Nullable, Open, Params, Result
from typed_openai.models.evals.eval_sources import DataSource
from typed_openai.models.shape import CLOSED
from typed_openai.models.shared import Metadata

RunStatus: TypeAlias = Literal["queued", "in_progress", "completed", "canceled", "failed"]


class RunCreateParams(Params):
    """A run to start."""

    data_source: Annotated[DataSource, CLOSED]
    """Its items, and how a model is asked about each."""
    name: str | None = None
    """Your name for it."""
    metadata: Nullable[Metadata] = None
    """Your own notes."""


class EvalPageParams(Params):
    """Which of many to list."""

    after: str | None = None
    """Go on after the one with this id."""
    limit: StrictInt | None = None
    """How many to a page; 20 by default."""
    order: Literal["asc", "desc"] | None = None
    """By time: `asc` (oldest first, default) or `desc`."""


class RunListParams(EvalPageParams):
    """Which runs to list."""

    status: RunStatus | None = None
    """Only those in this state."""


class OutputItemListParams(EvalPageParams):
    """Which output items to list."""

    status: Literal["fail", "pass"] | None = None
    """Only those that passed, or only those that did not."""


class EvalAPIError(Result):
    """What went wrong."""

    code: str
    """A word for programs."""
    message: str
    """What happened, for people."""


class EvalRunResultCounts(Result):
    """How many items came to what."""

    total: int
    """All of them."""
    errored: int
    """Those that could not be answered or graded."""
    failed: int
    """Those that a grader did not let pass."""
    passed: int
    """Those that all graders let pass."""


class EvalRunTokens(Result):
    """What a model consumed."""

    prompt_tokens: int
    """Tokens that it read."""
    completion_tokens: int
    """Tokens that it wrote."""
    total_tokens: int
    """Both."""
    cached_tokens: int
    """Those of the prompt that were cached."""


class EvalRunPerModelUsage(EvalRunTokens):
    """What one model consumed in a run."""

    run_model_name: str = Field(alias="model_name")
    """Name of the model."""
    invocation_count: int
    """How often it was asked."""


class EvalRunPerTestingCriteriaResults(Result):
    """How one grader judged."""

    testing_criteria: str
    """Name of the grader."""
    passed: int
    """How many items it let pass."""
    failed: int
    """How many it did not."""


class EvalRun(Result):
    """A run: the items of a source, answered and graded one by one."""

    id: str
    """Names the run in other calls."""
    object: Open[Literal["eval.run"]]
    eval_id: str
    """The evaluation that it belongs to."""
    status: Open[RunStatus]
    """How far it is."""
    model: str | None
    """Name of the model that answered."""
    name: str
    """Your name for it."""
    created_at: int
    """When it was started, Unix seconds."""
    report_url: str
    """A page that shows the results."""
    result_counts: EvalRunResultCounts
    """How many items came to what."""
    per_model_usage: list[EvalRunPerModelUsage] | None
    """What models consumed."""
    per_testing_criteria_results: list[EvalRunPerTestingCriteriaResults] | None
    """How each grader judged."""
    data_source: DataSource
    """Its items, and how a model was asked about each."""
    metadata: dict[str, str] | None
    """Your own notes."""
    error: EvalAPIError | None
    """Why it failed, if it did."""


RunCreateResponse: TypeAlias = EvalRun
RunRetrieveResponse: TypeAlias = EvalRun
RunListResponse: TypeAlias = EvalRun
RunCancelResponse: TypeAlias = EvalRun
"""What the answers of its operations are called in the official package."""


class RunDeleteResponse(Result):
    """A run that was deleted."""

    object: str | None = None
    """The kind of object: `eval.run.deleted`."""
    deleted: bool | None = None
    """Whether it is gone."""
    run_id: str | None = None
    """The id that it had."""


# --- what came of each item ------------------------------------------------------------------------------------------


class EvalOutputResult(Result):
    """What one grader said of one item; what else it says is in `model_extra`."""

    name: str
    """Name of the grader."""
    score: float
    """The score."""
    passed: bool
    """Whether that is enough."""
    type: str | None = None
    """The kind of grader."""
    sample: dict[str, Any] | None = None
    """What a model that graded was asked and said."""


class EvalSampleInput(Result):
    """A message that the model was asked with."""

    role: str
    """Who speaks."""
    content: str
    """What is said."""


class EvalSampleOutput(Result):
    """A message that the model answered with."""

    role: str | None = None
    """Who speaks."""
    content: str | None = None
    """What is said."""


class EvalOutputSample(Result):
    """What the model was asked, and what it said."""

    input: list[EvalSampleInput]
    """The messages that it was asked with."""
    output: list[EvalSampleOutput]
    """Its answer."""
    finish_reason: str
    """Why it stopped."""
    model: str
    """Its name."""
    usage: EvalRunTokens
    """What it consumed."""
    error: EvalAPIError | None
    """Why there is no answer, if there is none."""
    temperature: float
    """The temperature that it was asked with."""
    max_completion_tokens: int | None
    """How many tokens it might write."""
    top_p: float
    """The `top_p` that it was asked with."""
    seed: int
    """The seed that it was asked with."""


class EvalOutputItem(Result):
    """What came of one item of a run."""

    id: str
    """Names the output item in other calls."""
    object: Open[Literal["eval.run.output_item"]]
    run_id: str
    """The run that it belongs to."""
    eval_id: str
    """The evaluation that the run belongs to."""
    created_at: int
    """When it was graded, Unix seconds."""
    status: str
    """Whether it passed: `pass`, `fail`, or `error`."""
    datasource_item_id: int
    """Which item it is, counted from 0."""
    datasource_item: dict[str, Any]
    """The item."""
    results: list[EvalOutputResult]
    """What each grader said."""
    sample: EvalOutputSample
    """What the model was asked, and what it said."""


OutputItemRetrieveResponse: TypeAlias = EvalOutputItem
OutputItemListResponse: TypeAlias = EvalOutputItem
"""What the answers of its operations are called in the official package."""
