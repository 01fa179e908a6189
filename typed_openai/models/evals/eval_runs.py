"""Runs of evaluations: where items come from, what a model is asked, what came of it (`/evals/{eval_id}/runs`).

API reference: "Evals" (runs, output items). What a run is fed with goes both ways, so it is a `Shape`.

Rules
* What operations on one run give are subclasses of `EvalRun` that differ only by name; of an output item likewise.
* A run whose data holds the answers already (`jsonl` with `sample`) asks no model.

Weak spot: the description says that `error`, `model` and the counts are always there; of a run that has not begun, or
asks no model, servers send null.
"""

from typing import Annotated, Any, Literal, TypeAlias

from pydantic import Field, StrictInt

from typed_openai.models.base import Model, Nullable, Open, Params, Result, Tagged, UnknownTag
from typed_openai.models.evals.messages import EvalMessage, EvalTemplateMessage
from typed_openai.models.responses.text import AnswerFormat
from typed_openai.models.responses.tools import Tool
from typed_openai.models.shape import CLOSED, Shape
from typed_openai.models.shared import (
    FunctionDefinition,
    Metadata,
    ReasoningEffort,
    ResponseFormatJSONObject,
    ResponseFormatJSONSchema,
    ResponseFormatText,
)

# --- where the items come from ---------------------------------------------------------------------------------------


class EvalSource(Model):
    """Where the items of a run come from."""


class EvalContentItem(Shape):
    """One item, written out."""

    item: dict[str, Any]
    """What templates find under `item`."""
    sample: dict[str, Any] | None = None
    """The answer, where there is one already: what templates find under `sample`."""


class EvalContentSource(EvalSource, Shape):
    """Items that stand in the request."""

    type: Literal["file_content"] = "file_content"
    content: list[EvalContentItem]
    """The items."""


class EvalFileSource(EvalSource, Shape):
    """Items of an uploaded JSONL file (purpose `evals`), each line `{"item": {...}}`."""

    type: Literal["file_id"] = "file_id"
    id: str
    """Id of the file."""


class EvalStoredCompletionsSource(EvalSource, Shape):
    """Stored chats that the service looks up."""

    type: Literal["stored_completions"] = "stored_completions"
    metadata: Metadata | None = None
    """Only those with these notes."""
    model: str | None = None
    """Only those of this model."""
    created_after: int | None = None
    """Only those made after this time, Unix seconds."""
    created_before: int | None = None
    """Only those made before this time, Unix seconds."""
    limit: int | None = None
    """How many at most."""


class EvalResponsesSource(EvalSource, Shape):
    """Stored responses that the service looks up."""

    type: Literal["responses"] = "responses"
    metadata: dict[str, Any] | None = None
    """Only those with these notes."""
    model: str | None = None
    """Only those of this model."""
    instructions_search: str | None = None
    """Only those whose instructions hold this text."""
    created_after: Annotated[int, Field(ge=0)] | None = None
    """Only those made at this time or later, Unix seconds."""
    created_before: Annotated[int, Field(ge=0)] | None = None
    """Only those made at this time or earlier, Unix seconds."""
    reasoning_effort: ReasoningEffort | None = None
    """Only those that thought this long."""
    temperature: float | None = None
    """Only those with this temperature."""
    top_p: float | None = None
    """Only those with this `top_p`."""
    users: list[str] | None = None
    """Only those asked by these."""
    tools: list[str] | None = None
    """Only those that had tools of these names."""


class UnknownEvalSource(EvalSource, Result):
    """A source of a kind that is newer than this package; its data is in `model_extra`."""

    type: UnknownTag
    """The kind of source."""


# --- what the model is asked -----------------------------------------------------------------------------------------


class EvalInputMessages(Model):
    """What the model is asked for each item."""


class EvalChatTemplate(EvalInputMessages, Shape):
    """Messages to chat, with templates."""

    type: Literal["template"] = "template"
    template: list[EvalTemplateMessage]
    """The messages."""


class EvalTemplate(EvalInputMessages, Shape):
    """Messages to the Responses API, with templates."""

    type: Literal["template"] = "template"
    template: list[EvalMessage]
    """The messages."""


class EvalItemReference(EvalInputMessages, Shape):
    """Messages that stand in each item."""

    type: Literal["item_reference"] = "item_reference"
    item_reference: str
    """Where: `item.input_trajectory`, say."""


class UnknownEvalInputMessages(EvalInputMessages, Result):
    """Messages of a kind that is newer than this package; their data is in `model_extra`."""

    type: UnknownTag
    """The kind of messages."""


class EvalFunctionTool(Shape):
    """A function that the evaluated model may call; nobody runs it."""

    type: Literal["function"] = "function"
    function: FunctionDefinition
    """Its name, purpose and arguments."""


class UnknownEvalFormat(Result):
    """A format of a kind that is newer than this package; its data is in `model_extra`."""

    type: UnknownTag
    """The kind of format."""


class EvalSamplingParams(Shape):
    """How the evaluated model writes."""

    reasoning_effort: ReasoningEffort | None = None
    """How long it may think."""
    temperature: float | None = None
    """How freely it chooses its words; 1 by default."""
    max_completion_tokens: int | None = None
    """How many tokens it may write."""
    top_p: float | None = None
    """Out of which share of the likely words it chooses; 1 by default."""
    seed: int | None = None
    """Makes its choices repeatable, as far as possible; 42 by default."""


class EvalChatSamplingParams(EvalSamplingParams):
    """How a model writes that is evaluated by chat."""

    response_format: (
        Annotated[
            ResponseFormatText | ResponseFormatJSONSchema | ResponseFormatJSONObject | UnknownEvalFormat,
            Tagged("type"),
        ]
        | None
    ) = None
    """The form of its answers."""
    tools: list[EvalFunctionTool] | None = None
    """Functions that it may call."""


class EvalTextConfig(Shape):
    """The form of the answers."""

    format: AnswerFormat | None = None
    """Text (default), JSON of a schema, or some JSON."""


class EvalResponsesSamplingParams(EvalSamplingParams):
    """How a model writes that is evaluated by the Responses API."""

    tools: list[Tool] | None = None
    """Tools that it may use."""
    text: EvalTextConfig | None = None
    """The form of its answers."""


# --- what a run is fed with ------------------------------------------------------------------------------------------


class EvalRunDataSource(Model):
    """What a run is fed with: items, and how a model is asked about each."""


class CreateEvalJSONLRunDataSource(EvalRunDataSource, Shape):
    """Items that hold all that graders look at; no model is asked."""

    type: Literal["jsonl"] = "jsonl"
    source: Annotated[EvalContentSource | EvalFileSource | UnknownEvalSource, Tagged("type")]
    """Where the items come from."""


class CreateEvalCompletionsRunDataSource(EvalRunDataSource, Shape):
    """Items about which a model is asked by chat."""

    type: Literal["completions"] = "completions"
    source: Annotated[
        EvalContentSource | EvalFileSource | EvalStoredCompletionsSource | UnknownEvalSource, Tagged("type")
    ]
    """Where the items come from."""
    input_messages: (
        Annotated[EvalChatTemplate | EvalItemReference | UnknownEvalInputMessages, Tagged("type")] | None
    ) = None
    """What the model is asked."""
    model: str | None = None
    """Name of the model."""
    sampling_params: EvalChatSamplingParams | None = None
    """How it writes."""


class CreateEvalResponsesRunDataSource(EvalRunDataSource, Shape):
    """Items about which a model is asked by the Responses API."""

    type: Literal["responses"] = "responses"
    source: Annotated[EvalContentSource | EvalFileSource | EvalResponsesSource | UnknownEvalSource, Tagged("type")]
    """Where the items come from."""
    input_messages: Annotated[EvalTemplate | EvalItemReference | UnknownEvalInputMessages, Tagged("type")] | None = None
    """What the model is asked."""
    model: str | None = None
    """Name of the model."""
    sampling_params: EvalResponsesSamplingParams | None = None
    """How it writes."""


class UnknownEvalRunDataSource(EvalRunDataSource, Result):
    """A source of a kind that is newer than this package; its data is in `model_extra`."""

    type: UnknownTag
    """The kind of source."""


DataSource: TypeAlias = Annotated[
    CreateEvalJSONLRunDataSource
    | CreateEvalCompletionsRunDataSource
    | CreateEvalResponsesRunDataSource
    | UnknownEvalRunDataSource,
    Tagged("type"),
]
"""What a run is fed with, told apart by `type`."""

# --- runs ------------------------------------------------------------------------------------------------------------

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

    model_name: str
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
    """The kind of object: `eval.run`."""
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


class RunCreateResponse(EvalRun):
    """A run that was started."""


class RunRetrieveResponse(EvalRun):
    """A run as it is now."""


class RunListResponse(EvalRun):
    """A run of a list."""


class RunCancelResponse(EvalRun):
    """A run that was stopped."""


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
    """The kind of object: `eval.run.output_item`."""
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


class OutputItemRetrieveResponse(EvalOutputItem):
    """An output item that was asked for."""


class OutputItemListResponse(EvalOutputItem):
    """An output item of a list."""
